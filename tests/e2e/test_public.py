"""What public checkers say of a zone served by swornd and two secondaries: see internet.py."""
import json
import os
import shutil
import subprocess
import sys

import pytest

NAMES = ["demo.zone", "www.demo.zone", "alias.demo.zone", "x.wild.demo.zone", "absent.demo.zone",
         "b.c.demo.zone"]
PROBE = ("dnsviz probe -A -t 2 -a . -x .+:a.root-servers.net.=198.41.0.4 " + " ".join(NAMES) +
         " > probe.json && dnsviz grok -t {anchors} < probe.json > grok.json")
MASTER = ("zonemaster-cli demo.zone --hints {hints} --level INFO --no-progress --raw --show-module"
          " > master.txt")
CASES = [("13", "nsec"), ("15", "nsec3")]


@pytest.fixture
def internet(tmp_path):
    """A function that runs a command inside; the folder that it ran in."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "true"], check=False).returncode != 0:
        pytest.skip("a network namespace needs root")

    def inside(algorithm, denial, command):
        tool = command.split()[0]
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
        script = os.path.join(os.path.dirname(__file__), "internet.py")
        done = subprocess.run(["unshare", "--net", sys.executable, script, str(tmp_path), algorithm,
                               denial, "--", command], capture_output=True, text=True, timeout=300,
                              check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return tmp_path

    return inside


def found(value, what, path=""):
    """Everything under a member named `what`, with where it stands."""
    if isinstance(value, list):
        return [item for part in value for item in found(part, what, path)]
    if not isinstance(value, dict):
        return []
    return [(f"{path}/{name}", part) for name, part in value.items() if name == what] + \
        [item for name, part in value.items() if name != what
         for item in found(part, what, f"{path}/{name}")]


@pytest.mark.parametrize("algorithm, denial", CASES)
def test_dnsviz_finds_no_error(internet, algorithm, denial):
    folder = internet(algorithm, denial, PROBE)
    with open(folder / "grok.json") as file:
        seen = json.load(file)
    assert found(seen, "errors") == []
    assert seen["demo.zone."]["delegation"]["status"] == "SECURE"
    for name in NAMES:
        states = {state for _, state in found(seen[name + "."], "status")}
        assert "VALID" in states and states <= {"VALID", "SECURE", "NOERROR", "NXDOMAIN"}, (name, states)


@pytest.mark.parametrize("algorithm, denial", CASES)
def test_zonemaster_finds_no_error(internet, algorithm, denial):
    folder = internet(algorithm, denial, MASTER)
    lines = [line.split() for line in (folder / "master.txt").read_text().splitlines() if line]
    assert not [line for line in lines if line[1] in ("ERROR", "CRITICAL")], lines
    modules = {line[2] for line in lines}
    assert {"BASIC", "CONSISTENCY", "DELEGATION", "DNSSEC", "NAMESERVER", "SYNTAX",
            "ZONE"} <= {module.upper() for module in modules}, modules
