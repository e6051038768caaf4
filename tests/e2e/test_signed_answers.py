"""Zones of the conformance generator, created and signed by swornd: their exports served by NSD and Knot, and
answered here, are compared as tests/conformance/run compares zones with made-up signatures.

SWORN_ALL=1 takes 60 seeds instead of 12.
"""
import os
import pathlib
import shutil
import subprocess
import types

import pytest

import harness

RUN = pathlib.Path(harness.ROOT) / "tests" / "conformance" / "run"
# ./test builds the tests' own programs in a folder of their own.
PROGRAM = next((program for program in (pathlib.Path(build) / "tests" / "conformance" / "conformance"
                                        for build in (harness.BUILD, os.path.join(harness.ROOT, "build-test")))
                if program.exists()), None)
SEEDS = 60 if os.environ.get("SWORN_ALL") else 12


def conformance():
    """tests/conformance/run as a module."""
    module = types.ModuleType("run")
    module.__file__ = str(RUN)
    exec(compile(RUN.read_text(), str(RUN), "exec"), module.__dict__)  # pylint: disable=exec-used
    return module


def made(folder):
    """(apex, file, denial) of each case that is one zone."""
    subprocess.run([PROGRAM, "make", folder, "1", str(SEEDS)], check=True)
    zones = [line.split() for line in (folder / "zones").read_text().splitlines()]
    cases = [file.rsplit("-", 1)[0] for _, file in zones]
    return [(apex, folder / file, "nsec3" if file.split("-")[1] == "1" else "nsec")
            for apex, file in zones if cases.count(file.rsplit("-", 1)[0]) == 1]


@pytest.mark.skipif(PROGRAM is None, reason="conformance is not built")
def test_generated_zones_signed_here_are_answered_as_nsd_and_knot_answer_them(server, tmp_path):
    missing = [tool for tool in ("nsd", "knotd") if shutil.which(tool, path="/usr/sbin:/usr/bin") is None]
    if missing:
        pytest.skip(f"{missing} are not installed")
    run, exported = conformance(), []
    for number, (apex, path, denial) in enumerate(made(tmp_path)):
        server.create(apex, "--zonefile", path, "--denial", denial)
        export = tmp_path / f"export{number}"
        export.write_text(server.export(apex, signed=True))
        exported.append((apex, export))
    assert len(exported) >= SEEDS
    parties = []
    try:
        parties = [run.Server(name, tmp_path, exported) for name in ("nsd", "knot")]
        for apex, export in exported:
            done = subprocess.run([PROGRAM, "compare", *(str(party.port) for party in parties), "file",
                                   export, apex, "1"], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{apex}\n{done.stdout}{done.stderr}"
            assert " 0 unexplained" in done.stdout
    finally:
        for party in parties:
            party.stop()
