"""Guards that mean harm, through one server: whatever the module, its zone stays at the last commit, the log says why, other zones go on.

Each file of tests/guards/adversary has a zone of its own; frame.wat says how it is called. The times, the slowest first, are left
in adversary-*.txt of the build folder.
"""
import itertools
import os
import struct
import subprocess
import time

import dns.rcode
import pytest

import adversary
import harness
import owner
from owner import Owner, new_owner, put, sha256

number = itertools.count(1)
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 30  # seconds of the enclave's CPU that one request may take at most; most take none


class World:
    """One server, a zone that must go on as if nothing was, and one that is handed to each guard."""

    def __init__(self, folder):
        self.server = harness.Server(folder).start()
        self.other = Owner(self.server, "other.test")
        self.handed = Owner(self.server, "handed.test", self.other.key)
        for zone in (self.other, self.handed):
            status, body = zone.create()
            assert status == 201, body
        self.pid = self.server.enclave_pid()
        self.times = []

    def cpu(self):
        """Seconds that the enclave has computed so far."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def post(self, what, path, body):
        """(status, reply), with the time noted and bounded."""
        computed, began = self.cpu(), time.monotonic()
        status, reply = self.server.post(path, body)
        computed, lasted = self.cpu() - computed, time.monotonic() - began
        said = reply["error"]["message"] if "error" in reply else f"accepted: {reply['fuel']} fuel"
        self.times.append((computed, lasted, f"{what}: {said}"))
        assert computed < PATIENCE, f"{what}: {computed} s"
        return status, reply

    def unharmed(self):
        """The same processes; the other zone takes a change, and what it says is served."""
        assert self.server.process.poll() is None, self.server.log()
        assert self.server.enclave_pid() == self.pid, "the enclave was restarted"
        text = f"alive {next(number)}"
        self.other.done(put("alive", "TXT", f'"{text}"'))
        assert text in self.server.query("alive.other.test", "TXT").to_text()

    def refused(self, apex, status, reply, words):
        assert 400 <= status < 500, (status, reply)
        message = reply["error"]["message"]
        assert words in message, (words, message)
        lines = [line for line in self.server.log().split("\n") if f"zone {apex}.: not " in line]
        assert lines and words[:200] in lines[-1], lines
        self.unharmed()

    def write_times(self):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "all")
        with open(os.path.join(harness.BUILD, f"adversary-{worker}.txt"), "w") as file:
            for computed, lasted, what in sorted(self.times, reverse=True):
                file.write(f"{computed:7.2f} s computed {lasted:7.2f} s in all  {what}\n")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.write_times()
    assert not [line for line in made.server.log().split("\n")
                if line.startswith("2026-11-23T00:00:00Z")], "a guard wrote a line of the log"
    made.server.stop()


def zone_for(world, what):
    return Owner(world.server, f"{what}{next(number)}.test", world.other.key)


def created(world, zone, code, argument, limits, what):
    body = owner.creation(zone.apex, zone.key, code=code, environment=b"e" * 100,
                          rules=owner.policy(**limits), argument=argument)
    return world.post(what, "/v1/zones", body)


def attack_setup(world, guard, case, code):
    zone = zone_for(world, "setup")
    status, reply = created(world, zone, code, str(case).encode(), guard.limits,
                            f"{guard.name} {case}, setup")
    if guard.expected(case) == "accept":
        assert status == 201, reply
        assert_serves(world, guard, zone)
        return
    world.refused(zone.apex, status, reply, guard.expected(case))
    assert world.server.get(owner.path_of(zone.apex))[0] == 404


def attack_update(world, guard, case, code):
    zone = zone_for(world, "update")
    status, reply = created(world, zone, code, b"0", guard.limits, f"{guard.name}, creation")
    assert status == 201, reply
    before = zone.shown()["leaf"]
    assert owner.leaf_of(bytes.fromhex(before["value"]))["guard_state"] == sha256(b"kept")
    status, reply = world.post(f"{guard.name} {case}, update",
                               owner.path_of(zone.apex) + "/updates", str(case).encode())
    if guard.expected(case) == "accept":
        assert status == 200, reply
        assert_serves(world, guard, zone)
        return
    world.refused(zone.apex, status, reply, guard.expected(case))
    assert zone.shown()["leaf"]["value"] == before["value"], "a refused update changed the zone"
    assert world.server.query(f"lost.{zone.apex}", "TXT").rcode() == dns.rcode.NXDOMAIN
    status, reply = zone.post(b"good")
    assert status == 200, reply
    assert world.server.query(f"good.{zone.apex}", "TXT").answer


def assert_serves(world, guard, zone):
    world.unharmed()
    assert world.server.query(zone.apex, "SOA").answer
    if guard.serves:
        name, rdtype = guard.serves
        assert world.server.query(f"{name}.{zone.apex}", rdtype, tcp=True).answer


def attack_heir(world, guard, code):
    """The zone of somebody who trusted it is handed to it."""
    before = world.handed.shown()["leaf"]["value"]
    argument = world.handed.argument(new_owner(b"e" * 100, code))
    status, reply = world.post(f"{guard.name}, heir", owner.path_of(world.handed.apex) + "/updates",
                               argument)
    world.refused(world.handed.apex, status, reply, guard.expected(0))
    assert world.handed.shown()["leaf"]["value"] == before


def tool_agrees(world, guard, code):
    """`sworn guard` survives it too, without a server, and says what the server says."""
    files = {"guard.wasm": code, "argument": b"0"}
    for name, octets in files.items():
        files[name] = os.path.join(world.server.folder, name)
        with open(files[name], "wb") as file:
            file.write(octets)
    limits = [word for limit, value in guard.limits.items()
              for word in ("--limit", f"{limit}={value}")]
    checked = world.server.sworn("guard", "check", files["guard.wasm"], check=False)
    ran = world.server.sworn("guard", "run", files["guard.wasm"], "--apex", "x.test", "--setup",
                             "--argument", files["argument"], *limits, check=False)
    words = guard.expected(0)
    assert checked.returncode in (0, 1), checked
    assert ran.returncode == (0 if words == "accept" else 1), ran
    assert words == "accept" or words in ran.stdout + ran.stderr, (words, ran)
    if checked.returncode == 1:
        assert words in checked.stderr or "the limit is" in checked.stderr, (words, checked)


@pytest.mark.parametrize("name", adversary.names())
def test_guard_harms_nobody_but_its_own_zone(world, name):
    guard = adversary.Adversary(name)
    codes = {entry: guard.code(entry) for entry in guard.at}
    for case in range(guard.cases):
        if "setup" in guard.at:
            attack_setup(world, guard, case, codes["setup"])
        if "update" in guard.at and not guard.whole:
            attack_update(world, guard, case, codes["update"])
    expensive = not guard.whole and guard.expected(0) == "out of fuel"
    if "setup" in guard.at and not expensive:
        tool_agrees(world, guard, codes["setup"])
    if "setup" in guard.at and guard.expected(0) != "accept" and not guard.limits and not expensive:
        attack_heir(world, guard, codes["setup"])


@pytest.mark.parametrize("what", adversary.slow_modules())
def test_code_that_is_made_to_compile_slowly(world, what):
    code = adversary.slow_modules()[what]()
    assert len(code) <= 1048576
    zone = zone_for(world, "slow")
    status, reply = created(world, zone, code, b"0", {}, f"{what} ({len(code)} octets)")
    # accepted by the engine it makes no records, so the zone cannot be
    assert 400 <= status < 500, (status, reply)
    world.unharmed()


def random_modules(first, count):
    """Modules of tests/fuzz/smith: (number, octets)."""
    source = os.path.join(harness.ROOT, "tests", "fuzz", "smith")
    target = os.path.join(harness.ROOT, "build-cargo", "smith")
    subprocess.run([os.path.join(harness.ROOT, "engine", "cargo"), "build", "--release", "--frozen",
                    "--quiet", "--manifest-path", os.path.join(source, "Cargo.toml"),
                    "--target-dir", target], check=True)
    octets = subprocess.run([os.path.join(target, "release", "smith"), str(first), str(count)],
                            check=True, stdout=subprocess.PIPE).stdout
    for index in range(first, first + count):
        size, = struct.unpack_from("<I", octets)
        yield index, octets[4:4 + size]
        octets = octets[4 + size:]


def test_modules_made_at_random_end_in_a_refusal(world):
    head = world.server.get("/v1/checkpoint")[1]
    for index, code in random_modules(900001, 120):
        status, reply = created(world, zone_for(world, "random"), code, b"0", {"fuel": 20000000},
                                f"random module {index}")
        assert 400 <= status < 500 and reply["error"]["message"], (index, status, reply)
    assert world.server.get("/v1/checkpoint")[1] == head
    world.unharmed()
