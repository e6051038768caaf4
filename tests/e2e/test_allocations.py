"""Each allocation of the enclave fails once during an update: the update is made whole or not at all, and the next one works.

SWORN_ALL=1 tries every allocation instead of a sample.
"""
import mmap
import os
import shutil
import struct
import subprocess

import pytest

import harness

pytest.importorskip("nacl", reason="python3-nacl is not installed")

import owner  # noqa: E402

EVERY = os.environ.get("SWORN_ALL") == "1"
SAMPLE = 40
APEX = "demo.test"


class Control:
    """The file that tests/e2e/allocations.c is told by, in every process of the enclave's program."""

    def __init__(self, path):
        path.write_bytes(bytes(16))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 16)

    def arm(self, number):
        self.memory[:] = struct.pack("<qq", number, 0)

    def made(self):
        return struct.unpack("<qq", self.memory[:])[1]


@pytest.fixture
def control(tmp_path):
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    made = Control(tmp_path / "control")
    library = tmp_path / "allocations.so"
    source = os.path.join(os.path.dirname(__file__), "allocations.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", f'-DCONTROL="{tmp_path / "control"}"',
                    "-I", harness.ROOT, "-o", library, source], check=True)
    program = tmp_path / "enclave"
    program.write_text(f'#!/bin/sh\nLD_PRELOAD={library} exec {harness.ENCLAVE} "$@"\n')
    program.chmod(0o755)
    made.program = str(program)
    return made


def counter(server):
    reply = server.query(f"counter.{APEX}", "TXT", dnssec=False, tcp=True)
    return [int(rdata.strings[0]) for rrset in reply.answer for rdata in rrset]


def update(zone, number):
    return zone.argument(owner.put("counter", "TXT", str(number), "60"),
                         owner.put(f"a{number}", "A", "192.0.2.1"))


def healthy(server):
    harness.wait_for(lambda: server.get("/healthz")[0] == 200, "/healthz to be green again")


def test_an_allocation_that_fails_changes_nothing_by_half(make_server, control):
    server = make_server(enclave=control.program)
    server.create(APEX)
    zone = owner.Owner(server, APEX)
    zone.done(owner.put("counter", "TXT", "0", "60"))
    first = update(zone, 1)
    control.arm(0)
    assert zone.post(first)[0] == 200
    count = control.made()
    assert count > 50, "the enclave's allocations are not counted"
    steps = range(1, count + 1, 1 if EVERY else max(1, count // SAMPLE))
    number, made, refused, ended = 1, 0, 0, 0
    for step in steps:
        argument = update(zone, number + 1)
        pid = server.enclave_pid()
        control.arm(step)
        status, body = zone.post(argument)
        control.arm(0)
        healthy(server)
        ended += server.enclave_pid() != pid
        if status == 200:
            number, made = number + 1, made + 1
            assert counter(server) == [number]
            continue
        # Not the owner's fault, so no code says so; and what was signed is good once memory is there.
        assert status in (500, 503, 507), (step, status, body)
        refused += 1
        assert counter(server) == [number], (step, body)
        again, body = zone.post(argument)
        assert again == 200, (step, body)
        number += 1
        assert counter(server) == [number]
    print(f"{count} allocations, {len(steps)} tried: {made} made, {refused} refused, {ended} ended")
    assert refused > 0
    server.restart()
    assert counter(server) == [number]
