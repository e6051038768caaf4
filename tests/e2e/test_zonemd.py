"""ZONEMD: the digest of the zone as it is served, made anew by every commit, checked by others' programs."""
import os
import random
import subprocess

import dns.zone
import pytest

import harness
import owner
import zonediff
from test_full_signing import synced
from zonediff import differences


def policy(server, apex, *arguments):
    server.sworn("zone", "policy", apex, "--key", server.key(), *arguments)


def digest_holds(text, apex):
    """dnspython computes the same digest."""
    dns.zone.from_text(text, origin=apex, relativize=False, check_origin=False).verify_digest()


def holds_for_ldns(text, folder):
    """ldns-verify-zone -ZZ: the ZONEMD must be there and match."""
    path = os.path.join(str(folder), "zone")
    with open(path, "w") as file:
        file.write(text)
    done = subprocess.run(["ldns-verify-zone", "-ZZ", path], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, f"{done.stdout[-3000:]}{done.stderr[-3000:]}\n{text}"


def checked(server, folder, apex):
    text = server.export(apex, signed=True)
    signed = zonediff.Signed(text, apex)
    _, rdata = signed.sets[(signed.apex, "ZONEMD")]
    assert int.from_bytes(next(iter(rdata))[:4], "big") == signed.serial
    digest_holds(text, apex)
    zonediff.verify(signed, folder, apex)
    return signed


@pytest.mark.parametrize("apex", ["example.", "."])
def test_every_version_has_its_digest(server, tmp_path, apex):
    server.create(apex, "--ns", "ns1.example.net", "--denial", "nsec3")
    policy(server, apex, "--zonemd", "on")
    checked(server, tmp_path, apex)
    holds_for_ldns(server.export(apex, signed=True), tmp_path)
    server.update(apex, "--add", "www A 192.0.2.1", "--add", "*.w TXT x", "--add", "a.b.c MX 10 Www",
                  "--add", "cut NS ns.Cut", "--add", "ns.cut A 192.0.2.2", "--add", "x TLSA 3 1 1 00",
                  "--add", "d DNAME Target", "--add", "www AAAA 2001:db8::1")
    checked(server, tmp_path, apex)
    server.update(apex, "--remove", "www A", "--set", "cut NS ns2.cut")
    checked(server, tmp_path, apex)
    policy(server, apex, "--denial", "nsec", "--cds", "on")
    checked(server, tmp_path, apex)
    harness.wait_for(lambda: owner.Owner(server, apex).leaf()["denial_change"] == 0, "the other chain")
    signed = checked(server, tmp_path, apex)
    assert "ZONEMD" not in server.export(apex)
    answer = server.query(apex, "ZONEMD").answer
    assert [rrset.rdtype for rrset in answer] == [63, 46]
    server.restart()
    assert checked(server, tmp_path, apex).serial == signed.serial
    policy(server, apex, "--zonemd", "off")
    text = server.export(apex, signed=True)
    assert "ZONEMD" not in text
    zonediff.verify(zonediff.Signed(text, apex), tmp_path, apex)


@pytest.mark.parametrize("apex,denial,changed", [("example.", 0, 60), (".", 1, 4096)])
def test_digest_of_random_zones(server, tmp_path, apex, denial, changed):
    """Many signatures at a name, hidden names, odd labels; in batches, of which only the last is published."""
    rng = random.Random(31)
    zone = differences.start_zone(apex)
    walk = differences.Differences(zone, rng, most_hidden=15)
    path = tmp_path / "zone.txt"
    path.write_text(zone.text())
    server.create(apex, "--zonefile", path)
    owner.Owner(server, apex).done(owner.new_policy(
        owner.policy(denial=denial, changed=changed, zonemd=1)))
    for number in range(12):
        said = walk.step(most=12)
        signed = synced(server, apex, zone, rng, path)
        try:
            digest_holds(signed.text, apex)
        except AssertionError as error:
            raise AssertionError(f"difference {number}: {said}\n{error}") from None


def test_rows_that_are_not_the_trees_make_no_digest(server):
    """What the host keeps of a set that the commit does not touch is changed: named, and nothing is signed."""
    lmdb = pytest.importorskip("lmdb", reason="python3-lmdb is not installed")
    server.create("demo.test")
    policy(server, "demo.test", "--zonemd", "on")
    server.update("demo.test", "--add", "a A 192.0.2.1", "--add", "b A 192.0.2.2")
    server.stop()
    with lmdb.open(server.store, max_dbs=16, lock=False) as opened:
        sets = opened.open_db(b"sets")
        with opened.begin(sets, write=True) as transaction:
            for key, row in list(transaction.cursor()):
                if key[4:] == b"test\0demo\0a\0\0\0\1":
                    transaction.put(key, row.replace(bytes([192, 0, 2, 1]), bytes([192, 0, 2, 9])))
    server.start()
    done = server.update("demo.test", "--set", "b A 192.0.2.3", check=False)
    assert done.returncode != 0 and "ZONEMD: a record set that the host sent" in done.stderr
