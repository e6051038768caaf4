"""NSEC3: every version is a full signing, and the way from one kind of denial to the other is seamless."""
import os
import random
import shutil
import signal
import threading
import time

import pytest

import harness
import owner
import zonediff
from test_full_signing import synced
from zonediff import differences

STEPS = 200 if os.environ.get("SWORN_ALL") else 30
CHANGES = {0: "none", 1: "hashes", 2: "chain", 3: "flip", 4: "sweep"}


@pytest.fixture(autouse=True)
def tools():
    for program in ("ldns-signzone", "dnssec-signzone", "ldns-keygen"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def settled(server, apex):
    """The signed export once no work is owed to the zone."""
    def done():
        leaf = owner.Owner(server, apex).leaf()
        return leaf["owed"] == 0 and leaf["denial_change"] == 0
    harness.wait_for(done, "the work owed to be done")
    return zonediff.Signed(server.export(apex, signed=True), apex)


def policy(server, apex, denial):
    server.sworn("zone", "policy", apex, "--key", server.key(), "--denial", denial)


@pytest.mark.parametrize("apex,seed,changed", [
    ("example.", 11, None),
    (".", 12, None),
    ("deep.sub.example.", 13, 100),
])
def test_every_update_equals_a_full_signing(server, tmp_path, apex, seed, changed):
    rng = random.Random(seed)
    zone = differences.start_zone(apex)
    walk = differences.Differences(zone, rng, most_hidden=15 if changed else 500)
    signer = zonediff.FullSigner(tmp_path, apex)
    path = tmp_path / "zone"
    path.write_text(zone.text())
    server.create(apex, "--zonefile", path, "--denial", "nsec3")
    if changed is not None:
        owner.Owner(server, apex).done(owner.new_policy(owner.policy(changed=changed, denial=1)))
    before = zonediff.Signed(server.export(apex, signed=True), apex)
    for number in range(STEPS):
        said = walk.step(most=12 if number < 10 else 4, denial_ttl=number % 20 == 19)
        try:
            signed = synced(server, apex, zone, rng, path)
            if signed.denial_ttl != before.denial_ttl:
                signed = settled(server, apex)
            zonediff.check_records(signed, zone)
            zonediff.check_rrsigs_new(before, signed)
            full = signer.sign(signed.unsigned(), "ldns" if number % 2 else "bind", "NSEC3")
            zonediff.check_full_signing(signed, full)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, difference {number}: {said}\n{error}") from None
        before = signed
    zonediff.verify(before, tmp_path, apex)


def check_version(text, folder, apex):
    """One export: valid, and of one kind of denial."""
    signed = zonediff.Signed(text, apex)
    there, listed = signed.denials()
    assert there in ({"NSEC"}, {"NSEC3", "NSEC3PARAM"}), there
    assert listed == ({"NSEC"} if there == {"NSEC"} else {"NSEC3PARAM"}), (there, listed)
    zonediff.verify(signed, folder, apex)
    return "NSEC3" if "NSEC3" in there else "NSEC"


class Watcher(threading.Thread):
    """Exports the zone over and over and keeps one text of each version."""

    def __init__(self, server, apex):
        super().__init__()
        self.server, self.apex, self.versions, self.ended = server, apex, {}, threading.Event()

    def run(self):
        while not self.ended.is_set():
            done = self.server.sworn("zone", "export", self.apex, "--signed", check=False)
            if done.returncode == 0:
                signed = zonediff.Signed(done.stdout, self.apex)
                self.versions[signed.serial] = done.stdout
            elif done.returncode == 3:  # what is shown does not verify: while swornd is away it is 1
                self.versions["bad"] = done.stderr
                return

    def stop(self):
        self.ended.set()
        self.join()
        assert "bad" not in self.versions, self.versions["bad"]
        return [self.versions[serial] for serial in sorted(self.versions)]


def populated(apex, names):
    zone = differences.start_zone(apex)
    for number in range(names):
        zone.put(zone.apex + (b"n%d" % (number % 50), b"x%d" % number), "TXT", 60, '"x"')
    return zone


@pytest.mark.parametrize("apex,kill", [("example.", None), (".", "swornd"), ("example.", "enclave")])
def test_denial_changes_both_ways_under_updates_and_kills(server, tmp_path, apex, kill):
    rng = random.Random(21)
    zone = populated(apex, 300)
    walk = differences.Differences(zone, rng)
    path = tmp_path / "zone"
    path.write_text(zone.text())
    server.create(apex, "--zonefile", path)
    seen, kinds = set(), []
    for wanted, number in (("nsec3", 1), ("nsec", 0)):
        watcher = Watcher(server, apex)
        watcher.start()
        try:
            policy_with(server, apex, number)
            while True:
                leaf = owner.Owner(server, apex).leaf()
                seen.add(leaf["denial_change"])
                if leaf["denial_change"] == 0 and leaf["denial"] == number:
                    break
                walk.step(most=2)
                path.write_text(zone.text())
                server.sworn("zone", "sync", apex, path, "--key", server.key())
                if kill == "swornd" and rng.random() < 0.3:
                    enclave = server.enclave_pid()
                    server.stop(signal.SIGKILL)
                    harness.wait_for(lambda: not os.path.exists(f"/proc/{enclave}"), "the enclave's end")
                    server.start()
                if kill == "enclave" and rng.random() < 0.3:
                    server.replace_enclave()
        finally:
            versions = watcher.stop()
        kinds += [check_version(text, tmp_path, apex) for text in versions]
        signed = settled(server, apex)
        zonediff.check_records(signed, zone)
        full = zonediff.FullSigner(tmp_path, apex).sign(signed.unsigned(), "bind", wanted.upper())
        zonediff.check_full_signing(signed, full)
    assert {1, 2} <= seen, "the change was over before anything could come in between"
    turns = sum(a != b for a, b in zip(kinds, kinds[1:]))
    assert turns <= 2, kinds
    server.restart()
    assert check_version(server.export(apex, signed=True), tmp_path, apex) == "NSEC"


def policy_with(server, apex, denial):
    """By few sets in a step, so that there are many steps."""
    owner.Owner(server, apex).done(owner.new_policy(owner.policy(changed=90, denial=denial)))
