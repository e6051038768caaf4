"""A zone changes hands: to another key, to other code; by its present owner's decision only, and in one commit."""
import os

import pytest

import owner
from owner import Key, Owner, new_owner, put


@pytest.fixture
def zone(server):
    made = Owner(server)
    assert made.create()[0] == 201
    made.done(put("www", "A", "192.0.2.1", "300"))
    return made


def new_key(server, name):
    server.sworn("key", "new", os.path.join(server.folder, name))
    return os.path.join(server.folder, name)


def wasm(server, name):
    path = os.path.join(server.folder, name + ".wasm")
    with open(path, "wb") as file:
        file.write(owner.guard(name))
    return path


def records(server):
    """The records that the owner gave, SOA aside: its serial is the enclave's."""
    return sorted(line for line in server.export().splitlines() if " SOA " not in line)


def test_the_new_key_decides_and_the_old_one_does_not(zone):
    server, old = zone.server, zone.server.key()
    new = new_key(server, "new.key")
    before, ds = records(server), server.ds()

    server.sworn("owner", "change", "demo.test", "--key", old, "--guard", "ed25519", "--owner",
                 new + ".pub")

    assert records(server) == before and server.ds() == ds
    assert zone.leaf()["environment"] == owner.sha256(Key(new).public)
    root = zone.leaf()["zone_root"]
    done = server.sworn("zone", "update", "demo.test", "--key", old, "--set", "www A 192.0.2.66",
                        check=False)
    assert done.returncode == 1 and "signature does not match" in done.stderr, done.stderr
    assert zone.leaf()["zone_root"] == root
    server.sworn("zone", "update", "demo.test", "--key", new, "--set", "www A 192.0.2.2")
    assert "192.0.2.2" in server.query("www.demo.test", "A").to_text()


def test_a_stranger_cannot_take_the_zone(zone):
    server = zone.server
    stranger = new_key(server, "stranger.key")
    before = zone.leaf()
    done = server.sworn("owner", "change", "demo.test", "--key", stranger, "--guard", "ed25519",
                        "--owner", stranger + ".pub", check=False)
    assert done.returncode == 1 and "signature does not match" in done.stderr, done.stderr
    assert zone.leaf() == before


def test_code_that_accepts_everything(zone):
    server = zone.server
    before = records(server)
    empty = os.path.join(server.folder, "empty")
    open(empty, "w").close()

    server.sworn("owner", "change", "demo.test", "--key", server.key(), "--guard",
                 wasm(server, "moody"), "--env", empty)

    assert records(server) == before
    assert zone.leaf()["guard"] == owner.sha256(owner.guard("moody"))
    assert zone.post(b'u{"RemoveRecords":{"record":"A","name":"www","index":null}}')[0] == 200
    assert server.query("www.demo.test", "A").answer == []
    assert zone.send(put("www", "A", "192.0.2.1"))[0] == 200, "any argument is taken"
    assert server.query("www.demo.test", "A").answer == [], "but it decides what it means"


def test_code_that_refuses_everything(zone):
    server = zone.server
    before = records(server)
    empty = os.path.join(server.folder, "empty")
    open(empty, "w").close()

    server.sworn("owner", "change", "demo.test", "--key", server.key(), "--guard",
                 wasm(server, "immutable"), "--env", empty)

    root = zone.leaf()["zone_root"]
    done = server.sworn("zone", "update", "demo.test", "--key", server.key(), "--set",
                        "www A 192.0.2.2", check=False)
    assert done.returncode == 1 and "this zone is immutable" in done.stderr, done.stderr
    done = server.sworn("owner", "change", "demo.test", "--key", server.key(), "--guard",
                        "ed25519", "--owner", server.key() + ".pub", check=False)
    assert done.returncode == 1 and "this zone is immutable" in done.stderr, done.stderr
    assert zone.leaf()["zone_root"] == root and records(server) == before
    assert "192.0.2.1" in server.query("www.demo.test", "A").to_text()
    server.restart()
    assert records(server) == before


def test_records_of_the_same_request_come_with_the_change(zone):
    new = Key()
    zone.done(put("before", "A", "192.0.2.3"), new_owner(new.public))
    assert "192.0.2.3" in zone.server.query("before.demo.test", "A").to_text()
    assert zone.send(put("x", "A", "192.0.2.4"))[0] == 403
    zone.done(put("x", "A", "192.0.2.4"), key=new)


@pytest.mark.parametrize("code, status, words", [
    (b"no code at all", 400, "not WASM"),
    (b"\0asm\x01\0\0\0", 400, "does not export memory"),
    ("trap_in_setup", 403, "trap: unreachable"),
    ("loop_in_start", 403, "out of fuel"),
    ("floats", 400, "floating-point"),
    ("unknown_import", 400, "fdns.open_file"),
    ("says_no", 403, "not under this name, said the guard"),
    ("ed25519", 403, "environment has 5 octets, must have 32"),
])
def test_code_that_cannot_begin_does_not_get_the_zone(zone, code, status, words):
    before = zone.leaf()
    octets = owner.guard(code) if isinstance(code, str) else code
    got, body = zone.send(put("www", "A", "192.0.2.66"), new_owner(b"other", octets))
    assert got == status and words in body["error"]["message"], (got, body)
    assert zone.leaf() == before
    zone.done(put("still", "A", "192.0.2.5"))
    assert zone.server.query("www.demo.test", "A").answer[0][0].address == "192.0.2.1"


def test_sequence_goes_on_across_the_change(zone):
    assert zone.leaf()["sequence"] == 1
    new = Key()
    zone.done(new_owner(new.public))
    assert zone.leaf()["sequence"] == 2
    for sequence in (0, 1, 2, 4):
        status, body = zone.send(put("x", "A", "192.0.2.1"), key=new, sequence=sequence)
        assert status == 403 and "must be 3" in body["error"]["message"], body
    zone.done(put("x", "A", "192.0.2.1"), key=new, sequence=3)


def test_a_change_is_not_replayed_after_the_zone_came_back(zone):
    """The first owner gives it away and gets it back; what was signed before is worth nothing now."""
    other = Key()
    away = zone.argument(new_owner(other.public))
    assert zone.post(away)[0] == 200
    zone.done(new_owner(zone.key.public), key=other)
    status, body = zone.post(away)
    assert status == 403 and "sequence is 2, must be 4" in body["error"]["message"], body


def test_state_of_the_old_code_is_gone(zone):
    code = owner.guard("moody")
    zone.done(new_owner(b"", code))
    assert zone.post(b"smine")[0] == 200
    assert zone.leaf()["guard_state"] == owner.sha256(b"mine")
    assert zone.post(b"w\0\0\0\0another")[0] == 200
    leaf = zone.leaf()
    assert leaf["guard_state"] == owner.sha256(b"")
    assert leaf["guard"] == owner.sha256(code)
    assert leaf["environment"] == owner.sha256(b"another")


def test_the_zone_id_stays_and_the_log_tells_of_the_change(zone):
    shown = zone.shown()
    new = Key()
    body = zone.done(new_owner(new.public))
    entry = owner.entry_of(bytes.fromhex(body["log"]["entry"]))
    assert body["zone_id"] == shown["zone_id"]
    assert entry["environment"] == owner.sha256(new.public)
    assert entry["guard"] == owner.sha256(owner.guard())
    created = owner.entry_of(bytes.fromhex(zone.shown()["creation"]["entry"]))
    assert created["environment"] == owner.sha256(zone.key.public)


def test_removal_ends_the_zone_and_a_new_one_has_other_keys(zone):
    server = zone.server
    old, argument = zone.shown(), zone.argument(put("www", "A", "192.0.2.66"), sequence=3)
    ds = server.ds()
    status, body = zone.send(owner.remove_zone())
    assert status == 200, body
    assert server.get("/v1/zones/demo.test")[0] == 404
    assert server.query("demo.test", "SOA").rcode() == 5  # REFUSED
    assert zone.post(argument)[0] == 404
    server.restart()
    assert server.get("/v1/zones")[1] == {"zones": []}

    assert zone.create()[0] == 201
    assert zone.shown()["zone_id"] != old["zone_id"]
    for _ in range(2):
        zone.done(put("a", "A", "192.0.2.1"))
    assert set(server.ds()).isdisjoint(ds)
    status, body = zone.post(argument)
    assert status == 403 and "zone id" in body["error"]["message"], body
    assert server.query("www.demo.test", "A").answer == []
