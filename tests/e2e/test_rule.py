"""What a zone's rule is, and what it may use: its octets over the API, limits, fuel, evidence."""
import os
import signal
import struct
import urllib.error
import urllib.request

import pytest

import clock
import harness
import owner
from owner import DAY, Owner, new_owner, new_policy, put, remove


def octets_of(server, path):
    """(status, content type, octets) of an API path."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=60) as reply:
            return reply.status, reply.headers["Content-Type"], reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def part(server, apex, name):
    status, kind, octets = octets_of(server, f"{owner.path_of(apex)}/{name}")
    assert (status, kind) == (200, "application/octet-stream"), (status, kind, octets)
    return octets


# The octets.

def test_guard_environment_and_state_are_what_the_leaf_certifies(server):
    zone = Owner(server)
    assert zone.create()[0] == 201
    leaf = zone.leaf()
    for name, hashed in (("guard", "guard"), ("environment", "environment"),
                         ("state", "guard_state")):
        assert owner.sha256(part(server, zone.apex, name)) == leaf[hashed], name
    assert part(server, zone.apex, "guard") == owner.guard()
    assert part(server, zone.apex, "environment") == zone.key.public
    assert part(server, zone.apex, "state") == b""


def test_after_a_change_of_owner_the_octets_are_the_new_ones(server):
    zone = Owner(server)
    assert zone.create()[0] == 201
    other = owner.Key()
    zone.done(new_owner(other.public))
    assert part(server, zone.apex, "environment") == other.public
    assert part(server, zone.apex, "guard") == owner.guard()


def test_there_is_no_guard_of_a_zone_that_is_not_there(server):
    for name in ("guard", "environment", "state"):
        status, kind, octets = octets_of(server, f"/v1/zones/none.test/{name}")
        assert (status, kind) == (404, "application/json") and b"absent" in octets


# Fuel: what a change causes is paid for.

@pytest.fixture
def zone(server):
    made = Owner(server)
    assert made.create()[0] == 201
    return made


def refused(zone, operations, status, words):
    """Not done, for this reason, and nothing has changed."""
    before = zone.leaf()
    got, body = zone.send(*operations)
    assert got == status and words in body["error"]["message"], (got, body)
    assert zone.leaf() == before


def test_signatures_of_a_change_are_paid_for_with_the_guards_fuel(zone):
    names = [put(f"h{i}", "A", "192.0.2.1") for i in range(30)]
    gone = [remove(f"h{i}", "A") for i in range(30)]
    cost = zone.done(*names)["fuel"]
    assert cost > 62 * 20000, "30 names with their NSEC, the SOA and the NSEC before them"
    zone.done(*gone)
    zone.done(new_policy(owner.policy(fuel=cost - 1)))
    refused(zone, names, 403, "out of fuel: 62 signatures and ")
    zone.done(new_policy(owner.policy(fuel=cost)))
    assert zone.done(*names)["fuel"] == cost


def test_what_the_enclave_does_by_itself_costs_no_fuel(zone):
    """New signatures over a whole zone, and another TTL of its chain, whatever the guard may use."""
    server = zone.server
    zone.done(*[put(f"h{i}", "A", "192.0.2.1") for i in range(60)])
    least = zone.done(new_policy(owner.policy(lifetime=7 * DAY)))["fuel"]
    index = zone.shown()["log"]["index"]
    zone.done(new_policy(owner.policy(lifetime=14 * DAY, fuel=least + 6 * 20000)))
    harness.wait_for(lambda: zone.shown()["log"]["index"] >= index + 2, "the refresh")
    assert zone.entry()["kind"] == owner.REFRESH
    assert clock.signed(server).least() - zone.entry()["time"] > 0.9 * 14 * DAY


def test_zonemd_is_paid_for_by_the_size_of_the_zone(zone):
    zone.done(*[put(f"h{i}", "A", "192.0.2.1") for i in range(200)])
    plain = zone.done(put("x", "A", "192.0.2.1"))["fuel"]
    zone.done(remove("x", "A"), new_policy(owner.policy(zonemd=1)))
    digested = zone.done(put("x", "A", "192.0.2.1"))["fuel"]
    assert digested - plain >= 400 * 3000 + 20000

    zone.done(put("large", "TXT", " ".join(['"' + "x" * 255 + '"'] * 100)))
    assert zone.done(put("y", "A", "192.0.2.1"))["fuel"] >= digested + 100 * 256 * 16
    zone.done(remove("large", "TXT"), remove("y", "A"))

    zone.done(remove("x", "A"), new_policy(owner.policy(zonemd=1, fuel=digested - 1)))
    refused(zone, [put("x", "A", "192.0.2.1")], 403, "out of fuel: a ZONEMD costs 3000")
    zone.done(new_policy(owner.policy(fuel=digested - 1)))
    zone.done(put("x", "A", "192.0.2.1"))


# Limits that would end all changes.

@pytest.mark.parametrize("limit, value, words", [
    ("code", 100, "its code has"), ("memory", 0, "its memory starts with"),
    ("environment", 31, "the environment has 32 octets, the limit is 31"),
    ("argument", 100, "the argument has"), ("fuel", 1000, "this request alone took fuel of")])
def test_policy_under_which_the_guard_could_not_run_is_refused(zone, limit, value, words):
    refused(zone, [new_policy(owner.policy(**{limit: value}))], 422, words)


def test_policy_with_less_room_than_the_guards_state_takes_is_refused(server):
    zone = Owner(server)
    first = b"".join(struct.pack("<I", len(update) - 5) + update[5:]
                     for update in owner.first_records())
    status, body = zone.create(code=owner.guard("keeps"), environment=b"", argument=first)
    assert status == 201, body
    status, body = zone.post(owner.policy(state=15))
    assert status == 422 and "the guard's state has 16 octets" in body["error"]["message"], body
    status, body = zone.post(owner.policy(state=16))
    assert status == 200, body


# The operator's maxima.

LIMITS = "limits: { guard-code: 100000, guard-fuel: 400000000, guard-state: 70000 }\n"
LESS = {"code": 90000, "fuel": 300000000}


def limited(zone, new, **limits):
    """What creating another zone, or a new policy of this one, says to such limits."""
    status, body = new.create(rules=owner.policy(**limits))
    return status, body.get("error", {}).get("message", "")


@pytest.fixture
def bounded(make_server):
    return make_server(settings=LIMITS)


@pytest.mark.parametrize("limits, words", [
    ({"fuel": 300000000}, "guard limit code is 1048576, this server allows 100000 at most"),
    ({"code": 90000}, "guard limit fuel is 500000000, this server allows 400000000 at most"),
    ({**LESS, "state": 70001}, "guard limit state is 70001, this server allows 70000 at most")])
def test_policy_past_the_operators_maxima_is_refused_at_creation_and_later(bounded, limits, words):
    zone = Owner(bounded)
    status, body = zone.create(rules=owner.policy(**limits))
    assert status == 413 and words in body["error"]["message"], body
    status, body = zone.create(rules=owner.policy(**LESS))
    assert status == 201, body
    refused(zone, [new_policy(owner.policy(**limits))], 413, words)
    zone.done(new_policy(owner.policy(**{**LESS, "state": 70000})))


def configure(server, settings):
    """Another configuration, from its `limits:` on, and a restart."""
    with open(server.config) as file:
        text = file.read().split("limits:")[0]
    with open(server.config, "w") as file:
        file.write(text + settings)
    server.restart()


def test_lower_maxima_leave_a_zone_what_it_has(make_server):
    server = make_server()
    zone = Owner(server)
    assert zone.create()[0] == 201
    configure(server, LIMITS)
    zone.done(put("www", "A", "192.0.2.1"))
    zone.done(new_policy(owner.policy(cds=1)))
    refused(zone, [new_policy(owner.policy(cds=1, fuel=500000001))], 413,
            "guard limit fuel is 500000001, this server allows 400000000 at most")
    zone.done(new_policy(owner.policy(cds=1, code=90000)))
    refused(zone, [new_policy(owner.policy(cds=1, code=90001 + 10000))], 413, "guard limit code")


def test_other_maxima_wait_for_a_restart_and_the_log_says_so(make_server):
    server = make_server(settings="limits: { guard-fuel: 500000000, zonemd-max: 10 }\n")
    for old, new, key in (("guard-fuel: 500000000", "guard-fuel: 499999999", "limits.guard-*"),
                          ("zonemd-max: 10", "zonemd-max: 11", "limits.zonemd-max")):
        with open(server.config) as file:
            text = file.read()
        with open(server.config, "w") as file:
            file.write(text.replace(old, new))
        server.process.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: f"{key} has changed: that needs a restart" in server.log(), key)
    assert Owner(server).create()[0] == 201
    server.restart()
    status, body = Owner(server, "other.test").create()
    assert status == 413 and "this server allows 499999999" in body["error"]["message"], body


def test_zonemd_ends_where_the_operator_says(make_server):
    """SOA, NS, DNSKEY, NSEC: four sets at the apex, and two for each name."""
    server = make_server(settings="limits: { zonemd-max: 10 }\n")
    zone = Owner(server)
    assert zone.create(rules=owner.policy(zonemd=1))[0] == 201
    zone.done(put("a", "A", "192.0.2.1"), put("b", "A", "192.0.2.1"), put("c", "A", "192.0.2.1"))
    refused(zone, [put("d", "A", "192.0.2.1")], 413, "more than 10 record sets, and this server makes "
            "a ZONEMD for no more: switch it off by policy first")
    zone.done(put("c", "A", "192.0.2.3"))
    zone.done(put("d", "A", "192.0.2.1"), new_policy(owner.policy()))
    refused(zone, [new_policy(owner.policy(zonemd=1))], 413, "more than 10 record sets")


def test_zone_that_is_past_a_lower_zonemd_max_goes_on_but_does_not_grow(make_server):
    server = make_server()
    zone = Owner(server)
    assert zone.create(rules=owner.policy(zonemd=1, lifetime=7 * DAY))[0] == 201
    zone.done(*[put(f"h{i}", "A", "192.0.2.1") for i in range(10)])
    configure(server, "limits: { zonemd-max: 10 }\n")
    refused(zone, [put("x", "A", "192.0.2.1")], 413, "more than 10 record sets")
    zone.done(put("h3", "A", "192.0.2.3"))
    zone.done(put("x", "A", "192.0.2.3"), remove("h4", "A"))
    zone.done(remove("h5", "A"))
    index = zone.shown()["log"]["index"]
    zone.done(new_policy(owner.policy(zonemd=1, lifetime=14 * DAY)))
    harness.wait_for(lambda: zone.shown()["log"]["index"] >= index + 2, "the refresh")
    assert zone.entry()["kind"] == owner.REFRESH


# Evidence.

def test_evidence_is_signed_by_the_logs_key_over_the_nonce(zone):
    server, nonce = zone.server, os.urandom(64)
    status, body = server.get(f"/v1/evidence?nonce={nonce.hex()}")
    assert status == 200, body
    key = server.get("/v1/checkpoint")[1]["public_key"]
    owner.nacl_signing.VerifyKey(bytes.fromhex(key)).verify(body["text"].encode(),
                                                            bytes.fromhex(body["signature"]))
    lines = body["text"].split("\n")
    assert lines[0] == "sworn-evidence-v1" and lines[-1] == ""
    assert dict(line.split("=", 1) for line in lines[1:-1]) == \
        {name.replace("_", "-"): value for name, value in body["statement"].items()}
    statement = body["statement"]
    assert (statement["platform"], statement["rollback"], statement["time"]) == \
        ("process", "unprotected", "host")
    assert statement["log_public_key"] == key and statement["nonce"] == nonce.hex()
    assert int(statement["certified_time"]) == zone.entry()["time"]
    assert len(bytes.fromhex(statement["fuel_table"])) == 32 and statement["engine"]


def test_evidence_names_the_same_after_a_restart(zone):
    before = zone.server.get("/v1/evidence?nonce=00")[1]
    zone.server.restart()
    assert zone.server.get("/v1/evidence?nonce=00")[1] == before
    assert zone.server.get("/v1/evidence?nonce=01")[1]["signature"] != before["signature"]


@pytest.mark.parametrize("nonce", ["0", "xy", "00" * 65, "00&nonce=00"])
def test_evidence_over_what_is_no_nonce_is_refused(server, nonce):
    status, body = server.get(f"/v1/evidence?nonce={nonce}")
    assert status == 400 and "nonce" in body["error"]["message"], body
