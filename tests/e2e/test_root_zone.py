"""The DNS root zone: created from 2017's, brought to 2025's, then through 200 generated differences; batches that
are interrupted or never finished.

SWORN_ALL=1 takes the whole zone through all 200; otherwise that is done with an eighth of its names.
"""
import functools
import glob
import lzma
import os
import random
import subprocess
import threading
import time

import dns.rcode
import pytest

import harness
import owner
import zonediff
from zonediff import differences

DIFFERENCES = 200
WHOLE = DIFFERENCES if os.environ.get("SWORN_ALL") else 5
FAKETIME = (glob.glob("/usr/lib/*/faketime/libfaketime.so.1") or [None])[0]


@functools.lru_cache(maxsize=None)
def published(name):
    """A root zone as it was published."""
    with lzma.open(os.path.join(harness.DATA, "zones", name + ".zone.xz"), "rt") as file:
        return file.read()


def part_of_root(every=8):
    """The root zone of 2025 with each eighth of its top-level domains, and all below these."""
    whole = zonediff.zone_of(published("root-2025-01-15"), ".")
    tops = sorted({name[:1] for name, _ in whole.sets if name})
    kept = set(tops[::every]) | {(b"net",)}
    return differences.Zone(".", {key: value for key, value in whole.sets.items()
                                  if not key[0] or key[0][:1] in kept})


class Root:
    """The zone "." on a server, and what it was when looked at last."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.signed = None

    def write(self, text):
        path = os.path.join(str(self.folder), "root.zone")
        with open(path, "w") as file:
            file.write(text)
        return path

    def create(self, text):
        return self.server.create(".", "--zonefile", self.write(text))

    def export(self):
        return zonediff.Signed(self.server.export(".", signed=True), ".")

    def sync(self, text):
        return self.server.sworn("zone", "sync", ".", self.write(text), "--key", self.server.key())

    def check(self, zone):
        """That the zone is what it has to be, by all that there is to ask; how many sets were signed anew
        and how many RRSIG came or went."""
        before, self.signed = self.signed, self.export()
        wanted = int(zone.soa()[1][2])
        if 0 < (wanted - before.serial) % 2 ** 32 < 2 ** 31:  # ahead (RFC 1982)
            assert self.signed.serial == wanted
        if before.denial_ttl != self.signed.denial_ttl:
            zonediff.verify(self.signed, self.folder, ".")
            harness.wait_for(lambda: owner.Owner(self.server, ".").leaf()["owed"] == 0,
                             "the work owed to be done")
            self.signed = self.export()
            assert self.signed.denial_ttls() == {self.signed.denial_ttl}
        zonediff.verify(self.signed, self.folder, ".")
        zonediff.check_records(self.signed, zone)
        return zonediff.check_rrsigs_new(before, self.signed)

    def serial_served(self):
        reply = self.server.query(".", "SOA")
        assert reply.rcode() == dns.rcode.NOERROR, reply.to_text()
        return next(rr.serial for rrset in reply.answer for rr in rrset if rrset.rdtype == 6)


class SerialsSeen:
    """Asks for the SOA again and again while something else happens."""

    def __init__(self, root):
        self.root, self.seen, self.going = root, [], True
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while self.going:
            serial = self.root.serial_served()
            if serial not in self.seen:
                self.seen.append(serial)

    def __enter__(self):
        self.thread.start()
        return self.seen

    def __exit__(self, *_):
        self.going = False
        self.thread.join()


def cpu(pid):
    """User CPU seconds of a process."""
    with open(f"/proc/{pid}/stat") as file:
        return int(file.read().rsplit(")", 1)[1].split()[11]) / os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """What something cost, for those who look (pytest -s)."""

    def __init__(self, server, what):
        self.server, self.what = server, what

    def numbers(self):
        status, shown = self.server.get("/v1/zones/=2E")
        return (time.monotonic(), cpu(self.server.process.pid), cpu(self.server.enclave_pid()),
                shown["log"]["index"] + 1 if status == 200 else 0)

    def __enter__(self):
        self.begin = self.numbers()

    def __exit__(self, *_):
        wall, host, enclave, commits = (b - a for a, b in zip(self.begin, self.numbers()))
        print(f"{self.what}: {wall:.2f} s, CPU swornd {host:.2f} s, enclave {enclave:.2f} s, "
              f"{commits} commits")


def differences_from(root, zone, rng, count):
    """Take the zone through `count` differences."""
    walk = differences.Differences(zone, rng)
    for number in range(count):
        said = walk.step(denial_ttl=number % 25 == 4)
        if rng.random() < 0.3:
            zone.soa_put(serial=root.signed.serial + rng.randint(1, 100))
        try:
            root.sync(zone.text(rng))
            anew, turned = root.check(zone)
        except AssertionError as error:
            raise AssertionError(f"difference {number}: {said}\n{error}") from None
        print(f"difference {number}: {anew} sets signed, {turned} RRSIG came or went; {said[:150]}")


def test_the_root_zone_from_2017_to_2025_and_on(server, tmp_path):
    root = Root(server, tmp_path)
    with Stopwatch(server, "creation"):
        done = root.create(published("root-2017-signed"))
    root.signed = root.export()
    assert "4501 records of types that the enclave makes itself" in done.stderr, done.stderr
    zone = zonediff.zone_of(published("root-2017-signed"), ".")
    zonediff.verify(root.signed, tmp_path, ".")
    zonediff.check_records(root.signed, zone)
    print(f"{len(zone.sets)} record sets, {len(root.signed.rrsigs)} signed")

    for date in ("root-2025-01-13", "root-2025-01-14", "root-2025-01-15"):
        before = root.signed.serial
        with SerialsSeen(root) as seen, Stopwatch(server, "sync"):
            root.sync(published(date))
        zone = zonediff.zone_of(published(date), ".")
        anew, _ = root.check(zone)
        assert set(seen) <= {before, root.signed.serial}, "a batch was served before the last"
        assert root.signed.serial == int(zone.soa()[1][2])
        print(f"{date}: {len(zone.sets)} record sets, {anew} signed anew")

    differences_from(root, zone, random.Random(2025), WHOLE)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_differences_of_a_part_of_the_root_zone(server, tmp_path, seed):
    root = Root(server, tmp_path)
    zone = part_of_root()
    root.create(zone.text())
    root.signed = root.export()
    differences_from(root, zone, random.Random(seed), DIFFERENCES // 2)


def begin_sequence(root):
    """Two batches of a sequence whose last one does not come: a cut over names, and names that go."""
    hand = owner.Owner(root.server, ".")
    first = hand.done(owner.put("net", "NS", "new.example."), owner.put("a.b.new", "TXT", "first"),
                      more=True)
    second = hand.done(owner.remove("net", "NS"), owner.remove("net", "DS"),
                       owner.put("new", "DNAME", "example."), more=True)
    assert not first["published"] and not second["published"]
    return hand


def answered(root, name):
    return root.server.query(name, "TXT").rcode()


def test_batches_are_served_with_the_last_of_them(server, tmp_path):
    root = Root(server, tmp_path)
    root.create(part_of_root().text())
    serial = root.serial_served()
    hand = begin_sequence(root)
    assert root.serial_served() == serial
    assert answered(root, "a.b.new.") == dns.rcode.NXDOMAIN
    assert hand.leaf()["serial"] == serial + 2, "the head is shown, whatever is served"
    zonediff.verify(root.export(), tmp_path, ".")
    server.replace_enclave()
    assert root.serial_served() == serial
    assert hand.done(owner.remove("new", "DNAME"))["published"]
    assert root.serial_served() == serial + 3
    assert answered(root, "a.b.new.") == dns.rcode.NOERROR
    zonediff.verify(root.export(), tmp_path, ".")


def test_a_restart_amid_batches_leaves_a_zone_that_validates(server, tmp_path):
    root = Root(server, tmp_path)
    zone = part_of_root()
    root.create(zone.text())
    for how in (harness.signal.SIGTERM, harness.signal.SIGKILL):
        serial = begin_sequence(root).leaf()["serial"]
        server.restart(how)
        assert root.serial_served() == serial
        zonediff.verify(root.export(), tmp_path, ".")
        root.signed = root.export()
        root.sync(zone.text())
        root.check(zone)


def test_a_sync_that_is_killed_is_finished_by_the_next(server, tmp_path):
    """The owner's tool dies between batches, then the server; the records are those of the file in the end."""
    root = Root(server, tmp_path)
    root.create(published("root-2017-signed"))
    hand = owner.Owner(server, ".")
    sequence = hand.leaf()["sequence"]
    path = root.write(published("root-2025-01-13"))
    tool = subprocess.Popen([harness.SWORN, "--server", server.url, "zone", "sync", ".", path, "--key",
                             server.key()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    harness.wait_for(lambda: hand.leaf()["sequence"] > sequence, "a first batch")
    tool.kill()
    tool.wait()
    served = root.serial_served()
    shown = root.export()
    zonediff.verify(shown, tmp_path, ".")
    server.restart(harness.signal.SIGKILL)
    # What the tool had sent when it died may have become a commit after the export.
    root.signed = root.export()
    zonediff.verify(root.signed, tmp_path, ".")
    assert root.serial_served() == root.signed.serial >= shown.serial >= served
    root.sync(published("root-2025-01-13"))
    root.check(zonediff.zone_of(published("root-2025-01-13"), "."))


def test_batches_that_are_never_finished_are_served_after_a_minute(make_server, tmp_path):
    if FAKETIME is None:
        pytest.skip("libfaketime is not installed")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    server = make_server(prefix=["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={clock}",
                                 "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"])
    root = Root(server, tmp_path)
    root.create(part_of_root().text())
    serial = begin_sequence(root).leaf()["serial"]
    assert root.serial_served() == serial - 2
    clock.write_text("+61")
    harness.wait_for(lambda: root.serial_served() == serial, "the batches to be served")
    zonediff.verify(root.export(), tmp_path, ".")
