"""What the owner chose for a zone: shown by `zone create`, enforced, changed through the guard only."""
import shutil
import subprocess

import dns.dnssec
import dns.name
import dns.rdatatype
import pytest

import clock
import harness
import owner
from owner import DAY, Owner, new_policy, put, remove

A, NS, SOA, NSEC, CDS, CDNSKEY, DNSKEY = (dns.rdatatype.from_text(text) for text in
                                          ("A", "NS", "SOA", "NSEC", "CDS", "CDNSKEY", "DNSKEY"))
APEX = "demo.test."


@pytest.fixture
def zone(server):
    made = Owner(server)
    assert made.create()[0] == 201
    made.done(put("www", "A", "192.0.2.1", "300"))
    return made


def validates(server, folder, apex="demo.test"):
    """The signed export, which sworn verifies, is good for ldns and BIND, too."""
    path = folder / "signed.zone"
    path.write_text(server.export(apex, signed=True))
    for command in (["ldns-verify-zone", str(path)],
                    ["dnssec-verify", "-z", "-o", apex, str(path)]):
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}{path.read_text()}"


def answer(server, rdtype):
    reply = server.query("demo.test", rdtype, tcp=True)
    return [rdata for rrset in reply.answer if rrset.rdtype == rdtype for rdata in rrset]


def ds_of_dnskey(server):
    """The DS that dnspython makes of the DNSKEY as it is served, as texts."""
    [key] = answer(server, DNSKEY)
    return {dns.dnssec.make_ds(dns.name.from_text(APEX), key, digest).to_text().lower()
            for digest in ("SHA256", "SHA384")}


# CDS and CDNSKEY.

@pytest.mark.parametrize("algorithm", ["13", "15"])
def test_ds_is_that_of_the_dnskey(server, algorithm):
    server.create("demo.test", "--ns", "ns1.example.net", "--algorithm", algorithm)
    [key] = answer(server, DNSKEY)
    assert key.algorithm == int(algorithm) and key.flags == 257 and key.protocol == 3
    assert {ds.split(" DS ")[1].lower() for ds in server.ds()} == ds_of_dnskey(server)
    assert answer(server, CDS) == [] and answer(server, CDNSKEY) == []


def test_cds_and_cdnskey_appear_when_the_policy_says_so(server, tmp_path):
    server.create("demo.test", "--ns", "ns1.example.net", "--cds")
    assert {cds.to_text().lower() for cds in answer(server, CDS)} == ds_of_dnskey(server)
    [cdnskey], [dnskey] = answer(server, CDNSKEY), answer(server, DNSKEY)
    assert cdnskey.to_text() == dnskey.to_text()
    validates(server, tmp_path)


def test_cds_is_switched_on_to_delete_and_off(zone, tmp_path):
    """RFC 8078 4: the order to delete the DS."""
    server = zone.server
    zone.done(new_policy(owner.policy(cds=1)))
    assert {cds.to_text().lower() for cds in answer(server, CDS)} == ds_of_dnskey(server)
    validates(server, tmp_path)

    zone.done(new_policy(owner.policy(cds=2)))
    assert [cds.to_text() for cds in answer(server, CDS)] == ["0 0 0 00"]
    assert [key.to_text() for key in answer(server, CDNSKEY)] == ["0 3 0 AA=="]
    validates(server, tmp_path)

    zone.done(new_policy(owner.policy(cds=0)))
    assert answer(server, CDS) == [] and answer(server, CDNSKEY) == []
    validates(server, tmp_path)


# Changes.

def test_another_lifetime_holds_for_what_is_signed_from_now_on(zone, tmp_path):
    zone.done(new_policy(owner.policy(lifetime=14 * DAY)), put("new", "A", "192.0.2.2"))
    signed = clock.signed(zone.server)
    certified = zone.entry()["time"]
    life = signed.rrsigs["new." + APEX, A].expiration - certified
    assert 0.9 * 14 * DAY < life <= 14 * DAY
    assert signed.rrsigs["www." + APEX, A].expiration - certified <= 7 * DAY
    validates(zone.server, tmp_path)


def test_a_longer_lifetime_makes_old_signatures_due(zone, tmp_path):
    """Half of 14 days is all of 7: what was signed before is due now."""
    index = zone.shown()["log"]["index"]
    zone.done(new_policy(owner.policy(lifetime=14 * DAY)))
    harness.wait_for(lambda: zone.shown()["log"]["index"] >= index + 2, "the refresh")
    certified = zone.entry()["time"]
    assert zone.entry()["kind"] == owner.REFRESH
    assert clock.signed(zone.server).least() - certified > 0.9 * 14 * DAY
    validates(zone.server, tmp_path)


def test_another_algorithm_is_not_in_this_version(zone):
    before = zone.leaf()
    status, body = zone.send(new_policy(owner.policy(algorithm=15)))
    assert status == 422 and "not in this version" in body["error"]["message"], body
    assert zone.leaf() == before


def test_only_the_guard_changes_the_policy(zone):
    before = zone.leaf()
    status, body = zone.send(new_policy(owner.policy(lifetime=DAY)), key=owner.Key())
    assert status == 403, body
    assert zone.leaf() == before
    zone.done(new_policy(owner.policy(lifetime=DAY)))
    assert zone.leaf()["policy"] == owner.policy(lifetime=DAY)
    assert zone.entry()["policy"] == owner.sha256(owner.policy(lifetime=DAY))


def test_policy_that_belongs_to_the_zone_id_is_the_first(server):
    """A host that creates the zone with another policy makes another zone, and sworn sees it."""
    first, second = Owner(server, "one.test"), Owner(server, "two.test")
    for zone, rules in ((first, owner.policy()), (second, owner.policy(lifetime=DAY))):
        assert zone.create(rules=rules)[0] == 201
        shown = zone.shown()
        created = owner.entry_of(bytes.fromhex(shown["creation"]["entry"]))
        log_id = owner.sha256(bytes.fromhex(shown["log"]["public_key"]))
        apex = created["apex"].encode()
        assert shown["zone_id"] == owner.sha256(
            b"sworn-zone-v1\0" + log_id + len(apex).to_bytes(2, "big") + apex +
            created["epoch"].to_bytes(8, "big") + owner.sha256(owner.guard()) +
            owner.sha256(zone.key.public) + owner.sha256(rules) + created["argument"]).hex()


# Limits.

def test_limit_on_changed_sets(zone):
    zone.done(new_policy(owner.policy(changed=10)))
    before = zone.leaf()
    status, body = zone.send(*[put(f"h{i}", "A", "192.0.2.1") for i in range(11)])
    assert status == 413 and "12 record sets, at most 10" in body["error"]["message"], body
    status, body = zone.send(*[put(f"h{i}", "A", "192.0.2.1") for i in range(5)])
    assert status == 413 and "12 record sets, at most 10" in body["error"]["message"], body
    assert zone.leaf() == before
    zone.done(*[put(f"h{i}", "A", "192.0.2.1") for i in range(4)])


def test_sworn_cuts_a_load_to_the_zones_own_limits(zone, tmp_path):
    server = zone.server
    zone.done(new_policy(owner.policy(changed=20, operations=15)))
    path = tmp_path / "new.zone"
    path.write_text("$ORIGIN demo.test.\n$TTL 300\n"
                    "@ SOA ns1.example.net. hostmaster 100 7200 3600 1209600 300\n"
                    "@ NS ns1.example.net.\n" +
                    "".join(f"h{i} A 192.0.2.{i}\n" for i in range(60)))
    server.sworn("zone", "sync", "demo.test", path, "--key", server.key())
    assert zone.leaf()["sequence"] > 7
    assert len([key for key in clock.signed(server).sets if key[1] == A]) == 60
    assert "192.0.2.59" in server.query("h59.demo.test", "A").to_text()
    validates(server, tmp_path)


def test_a_zone_larger_than_its_limits_is_refreshed_and_stepped_all_the_same(zone):
    """Whole-zone work goes by as many commits as it takes."""
    names = [put(f"h{i}", "A", "192.0.2.1") for i in range(30)]
    zone.done(*names)
    zone.done(new_policy(owner.policy(changed=6)))
    zone.done(soa(minimum=60))
    harness.wait_for(lambda: zone.leaf()["owed"] == 0, "the work owed")
    assert {rdataset.ttl for (_, rdtype), rdataset in clock.signed(zone.server).sets.items()
            if rdtype == NSEC} == {60}


# The TTL of the denial chain (RFC 9077).

def soa(ttl="3600", minimum=3600):
    return put("@", "SOA", f"ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 {minimum}",
               ttl)


def chain_ttls(server):
    return {rdataset.ttl for (_, rdtype), rdataset in clock.signed(server).sets.items()
            if rdtype == NSEC}


@pytest.mark.parametrize("ttl, minimum, expected", [("3600", 60, 60), ("30", 3600, 30),
                                                    ("7200", 86400, 7200), ("0", 0, 0)])
def test_another_soa_ttl_or_minimum_reaches_the_whole_chain(zone, tmp_path, ttl, minimum, expected):
    server = zone.server
    zone.done(*[put(f"h{i}", "A", "192.0.2.1", "300") for i in range(20)],
              put("cut", "NS", "ns.cut"), put("ns.cut", "A", "192.0.2.53"))
    assert chain_ttls(server) == {3600}
    before = clock.signed(server)
    serial = before.serial

    zone.done(soa(ttl, minimum))
    harness.wait_for(lambda: zone.leaf()["owed"] == 0, "the work owed")

    after = clock.signed(server)
    assert chain_ttls(server) == {expected}
    assert after.serial > serial
    assert {key: rrsig for key, rrsig in after.rrsigs.items() if key[1] not in (NSEC, SOA)} == \
        {key: rrsig for key, rrsig in before.rrsigs.items() if key[1] not in (NSEC, SOA)}
    reply = server.query("absent.demo.test", "A")
    assert {rrset.ttl for rrset in reply.authority if rrset.rdtype == NSEC} == {expected}
    assert {rrset.ttl for rrset in reply.authority if rrset.rdtype == SOA} == {expected}, \
        "RFC 2308 3: a denial lives no longer than the SOA's minimum"
    validates(server, tmp_path)


def test_chain_with_both_ttls_validates_until_the_work_is_done(zone, tmp_path):
    """A change in the middle of the work, and one of the TTL again: in the end there is one TTL."""
    server = zone.server
    zone.done(*[put(f"h{i}", "A", "192.0.2.1", "300") for i in range(60)])
    zone.done(new_policy(owner.policy(changed=10)))
    zone.done(soa(minimum=60))
    assert zone.leaf()["owed"] == 1 and zone.leaf()["old_denial_ttl"] == 3600
    validates(server, tmp_path)
    zone.done(put("m", "A", "192.0.2.1"), remove("h3", "A"))
    validates(server, tmp_path)
    assert zone.leaf()["owed"] == 1, "the work was done before it could be interrupted"
    server.restart()
    harness.wait_for(lambda: zone.leaf()["owed"] == 0, "the work owed")
    assert chain_ttls(server) == {60}
    validates(server, tmp_path)
    steps = zone.shown()["log"]["index"]
    zone.done(put("n", "A", "192.0.2.1"))
    assert zone.shown()["log"]["index"] == steps + 1


def test_second_change_of_the_ttl_begins_the_work_again(zone, tmp_path):
    server = zone.server
    zone.done(*[put(f"h{i}", "A", "192.0.2.1", "300") for i in range(40)])
    zone.done(new_policy(owner.policy(changed=10)))
    zone.done(soa(minimum=60))
    harness.wait_for(lambda: {60, 3600} <= chain_ttls(server), "both TTLs in the chain")
    zone.done(soa(minimum=120))
    assert zone.leaf()["owed"] == 1
    validates(server, tmp_path)  # with three TTLs in the chain
    harness.wait_for(lambda: zone.leaf()["owed"] == 0, "the work owed")
    assert chain_ttls(server) == {120}
    validates(server, tmp_path)


def test_change_that_leaves_the_lesser_of_both_owes_nothing(zone):
    zone.done(soa("7200", 3600))
    assert zone.leaf()["owed"] == 0
    assert chain_ttls(zone.server) == {3600}
