"""The result of every update equals a full signing of the new zone: small zones, many random differences."""
import os
import random
import shutil

import pytest

import harness
import owner
import zonediff
from zonediff import differences

STEPS = 400 if os.environ.get("SWORN_ALL") else 60


def synced(server, apex, zone, rng, path):
    """Sync the zone to the server; the signed export."""
    path.write_text(zone.text(rng))
    server.sworn("zone", "sync", apex, path, "--key", server.key())
    return zonediff.Signed(server.export(apex, signed=True), apex)


def without_debt(server, apex):
    """The signed export once no work is owed to the zone."""
    harness.wait_for(lambda: owner.Owner(server, apex).leaf()["owed"] == 0, "the work owed to be done")
    return zonediff.Signed(server.export(apex, signed=True), apex)


@pytest.mark.parametrize("apex,seed,changed", [
    ("example.", 1, None),           # each difference in one request
    (".", 2, None),
    ("deep.sub.example.", 3, 100),   # in batches of less than a hundred record sets
    ("example.", 4, 60),
])
def test_every_update_equals_a_full_signing(server, tmp_path, apex, seed, changed):
    for program in ("ldns-signzone", "dnssec-signzone", "ldns-keygen"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    rng = random.Random(seed)
    zone = differences.start_zone(apex)
    walk = differences.Differences(zone, rng, most_hidden=15 if changed else 500)
    signer = zonediff.FullSigner(tmp_path, apex)
    path = tmp_path / "zone"
    path.write_text(zone.text())
    server.create(apex, "--zonefile", path)
    if changed is not None:
        owner.Owner(server, apex).done(owner.new_policy(owner.policy(changed=changed)))
    before = zonediff.Signed(server.export(apex, signed=True), apex)
    said = []
    for number in range(STEPS):
        said.append(walk.step(most=12 if number < 10 else 4, denial_ttl=number % 20 == 19))
        try:
            signed = synced(server, apex, zone, rng, path)
            if signed.denial_ttl != before.denial_ttl:
                signed = without_debt(server, apex)
            zonediff.check_records(signed, zone)
            zonediff.check_rrsigs_new(before, signed)
            full = signer.sign(signed.unsigned(), "ldns" if number % 2 else "bind")
            zonediff.check_full_signing(signed, full)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, difference {number}: {said[-1]}\n{error}") from None
        before = signed


def test_the_denial_ttl_changes_again_before_the_steps_are_done(server, tmp_path):
    """The chain holds three TTLs for a while; every export validates, and the end is a full signing."""
    apex = "example."
    zone = differences.start_zone(apex)
    for number in range(200):
        zone.put(zone.apex + (b"n%d" % number,), "TXT", 60, '"x"')
    path = tmp_path / "zone"
    path.write_text(zone.text())
    server.create(apex, "--zonefile", path)
    owner.Owner(server, apex).done(owner.new_policy(owner.policy(changed=64)))
    for ttl, minimum in ((3600, 900), (3600, 1800), (600, 3600)):
        zone.soa_put(ttl=ttl, minimum=minimum)
        zone.put(zone.apex + (b"x%d" % minimum,), "TXT", 60, '"x"')
        signed = synced(server, apex, zone, random.Random(0), path)
        zonediff.verify(signed, tmp_path, apex)
    signed = without_debt(server, apex)
    assert signed.denial_ttls() == {600}
    zonediff.verify(signed, tmp_path, apex)
    full = zonediff.FullSigner(tmp_path, apex).sign(signed.unsigned(), "bind")
    zonediff.check_full_signing(signed, full)
