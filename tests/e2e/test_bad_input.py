"""Bad input of every kind, through the API and through `sworn`: an error that names the cause, HTTP 4xx, another exit code than 0, a zone
whose root is unchanged, both processes alive, other zones not disturbed."""
import base64
import http.client
import itertools
import json
import os
import socket

import pytest

import harness
import owner
from owner import DAY, Key, Owner, message, new_owner, new_policy, operation, put, record, remove, signed

serial = itertools.count(1)


class World:
    """One server with a zone to be attacked and one that must go on as if nothing was."""

    def __init__(self, folder):
        self.server = harness.Server(folder).start()
        self.zone = Owner(self.server, "demo.test")
        self.other = Owner(self.server, "other.test")
        for zone in (self.zone, self.other):
            status, body = zone.create()
            assert status == 201, body
        self.pids = self.server.process.pid, self.server.enclave_pid()

    def state(self):
        return self.server.get("/v1/checkpoint")[1]

    def unharmed(self):
        """Both processes are the same and the other zone takes a change, which is served."""
        assert self.server.process.poll() is None, self.server.log()
        assert (self.server.process.pid, self.server.enclave_pid()) == self.pids
        text = f"alive {next(serial)}"
        self.other.done(put("alive", "TXT", f'"{text}"'))
        assert text in self.server.query("alive.other.test", "TXT").to_text()

    def file(self, name, octets):
        path = os.path.join(self.server.folder, name)
        with open(path, "wb") as file:
            file.write(octets)
        return path

    def refused(self, argument, status, words, zone=None):
        """The argument is refused over HTTP and by `sworn`, and leaves nothing behind."""
        zone = zone or self.zone
        head = self.state()
        got, body = zone.post(argument)
        assert got == status and 400 <= status < 500, (got, body)
        assert words in body["error"]["message"], body
        assert body["error"]["code"], body
        done = self.server.sworn("zone", "update", zone.apex, "--key", self.server.key(),
                                 "--argument", self.file("argument", argument), check=False)
        assert done.returncode == 1, (done.returncode, done.stderr)
        assert words in done.stderr, done.stderr
        assert self.state() == head, "a refused request left an entry in the log"
        self.unharmed()

    def not_created(self, body, status, words, apex="new.test"):
        head = self.state()
        got, reply = self.server.post("/v1/zones", body)
        assert got == status and 400 <= status < 500, (got, reply)
        assert words in reply["error"]["message"], reply
        assert self.state() == head, "a refused creation left an entry in the log"
        if apex not in (self.zone.apex, self.other.apex):
            assert self.server.get(owner.path_of(apex))[0] == 404
        self.unharmed()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.server.stop()


@pytest.fixture(scope="module")
def moody(world):
    """A zone whose guard does what it is told, however bad."""
    zone = Owner(world.server, "moody.test", world.zone.key)
    status, body = zone.create(code=owner.guard("moody"))
    assert status == 201, body
    return zone


# Who may change a zone.

def test_wrong_key(world):
    argument = world.zone.argument(put("www", "A", "192.0.2.66"), key=Key())
    world.refused(argument, 403, "signature does not match the owner's key")


@pytest.mark.parametrize("octet", [0, 20, -65, -64, -1])
def test_signed_octets_that_were_changed(world, octet):
    argument = bytearray(world.zone.argument(put("www", "A", "192.0.2.66")))
    argument[octet] ^= 1
    world.refused(bytes(argument), 403, "signature does not match the owner's key")


@pytest.mark.parametrize("shift", [-1, 0, 2, 1 << 32])
def test_sequence_that_is_not_the_next(world, shift):
    last = world.zone.leaf()["sequence"]
    argument = world.zone.argument(put("www", "A", "192.0.2.66"), sequence=max(0, last + shift))
    world.refused(argument, 403, f"must be {last + 1}")


def test_replayed_sequence(world):
    argument = world.zone.argument(put("once", "A", "192.0.2.1"))
    assert world.zone.post(argument)[0] == 200
    world.refused(argument, 403, "sequence is")


def test_signature_for_another_zone(world):
    sequence = world.zone.leaf()["sequence"] + 1
    argument = world.other.argument(put("www", "A", "192.0.2.66"), sequence=sequence)
    world.refused(argument, 403, "message is for another zone: other.test.")


def test_signature_for_the_same_zone_on_another_server(world, make_server):
    elsewhere = Owner(make_server("elsewhere"), "demo.test", world.zone.key)
    assert elsewhere.create()[0] == 201
    sequence = world.zone.leaf()["sequence"] + 1
    argument = elsewhere.argument(put("www", "A", "192.0.2.66"), sequence=sequence)
    world.refused(argument, 403, "zone id is not this zone's")


def test_signature_of_the_creation_is_none_of_an_update(world):
    argument = signed(world.zone.key, message("demo.test", owner.NO_ZONE_ID, 0,
                                              *owner.first_records()))
    world.refused(argument, 403, "another zone")


# What the argument is made of.

@pytest.mark.parametrize("argument, words", [
    (b"", "argument is empty"),
    (b"x" * 63, "shorter than a signature"),
    (b"x" * 64, "signature does not match"),
    (b"x" * 5000, "signature does not match"),
], ids=["empty", "short", "only-a-signature", "noise"])
def test_argument_that_nobody_signed(world, argument, words):
    world.refused(argument, 403, words)


@pytest.mark.parametrize("octets, words", [
    (b"", "does not begin with sworn-update-v1"),
    (b"sworn-update-v2\0", "does not begin with sworn-update-v1"),
    (b"sworn-update-v1\0", "cut short"),
    (b"sworn-update-v1\0\xff\xff", "cut short"),
    (b"sworn-update-v1\0\0\x0ademo.test." + bytes(32) + bytes(7), "cut short"),
], ids=["nothing", "another-version", "no-apex", "apex-past-the-end", "no-sequence"])
def test_message_that_is_none(world, octets, words):
    world.refused(signed(world.zone.key, octets), 403, words)


@pytest.mark.parametrize("operations, words", [
    (b"\x01\0\0", "cut short"),
    (b"\x01\0\0\0\x05ab", "cut short"),
    (b"\x01\xff\xff\xff\xffab", "cut short"),
    (operation(0, b""), "no operation has kind 0"),
    (operation(9, b"x"), "no operation has kind 9"),
    (operation(4, b"x"), "an operation that removes the zone holds octets"),
    (operation(2, b"\xff\xff\xff\xff"), "code's length passes the end"),
    (owner.remove_zone() + put("a", "A", "192.0.2.1"), "not allowed after remove_zone()"),
    (new_owner(bytes(32)) + put("a", "A", "192.0.2.1"), "not allowed after update_owner()"),
    (new_owner(bytes(32)) + new_owner(bytes(32)), "called twice"),
], ids=["no-length", "past-the-end", "far-past-the-end", "kind-0", "kind-9", "removal-with-octets",
        "owner-past-the-end", "after-removal", "after-owner", "two-owners"])
def test_operations_that_are_none(world, operations, words):
    world.refused(world.zone.argument(operations), 403, words)


def test_operation_after_good_ones_undoes_them_too(world):
    argument = world.zone.argument(put("good", "A", "192.0.2.1"), put("bad", "A", "192.0.2.999"))
    world.refused(argument, 422, "operation 2: bad.demo.test. A")
    assert world.server.query("good.demo.test", "A").answer == []


# Records and their JSON.

RECORDS = {
    "outside the zone": (put("www.example.com.", "A", "192.0.2.1"), "outside the zone"),
    "at the parent": (put("test.", "A", "192.0.2.1"), "outside the zone"),
    "at a name that only ends alike": (put("xdemo.test.", "A", "192.0.2.1"), "outside the zone"),
    "owner is no name": (put("a..b", "A", "192.0.2.1"), "is not a name"),
    "label of 64 octets": (put("a" * 64, "A", "192.0.2.1"), "is not a name"),
    "name of 256 octets": (put(".".join(["a" * 60] * 5), "A", "192.0.2.1"), "is not a name"),
    "CNAME beside other data": (put("www", "A", "192.0.2.1") + put("www", "CNAME", "a.example."),
                                "other data at the same name"),
    "CNAME at the apex": (put("@", "CNAME", "a.example."), "other data at the same name"),
    "two CNAME": (put("c", "CNAME", "a.example.") + put("c", "CNAME", "b.example.", mode="Append"),
                  "CNAME: more than one record"),
    "two DNAME": (put("d", "DNAME", "a.example.") + put("d", "DNAME", "b.example.", mode="Append"),
                  "DNAME: more than one record"),
    "DNAME beside CNAME": (put("d", "DNAME", "a.example.") + put("d", "CNAME", "b.example."),
                           "other data at the same name"),
    "DNAME at a zone cut": (put("d", "DNAME", "a.example.") + put("d", "NS", "b.example."),
                            "NS at the same name"),
    "two SOA": (put("@", "SOA", "a. b. 5 1 1 1 1", mode="Append"), "2 SOA records"),
    "no SOA": (remove("@", "SOA"), "no SOA"),
    "SOA below the apex": (put("x", "SOA", "a. b. 5 1 1 1 1"), "only the apex has one"),
    "no apex NS": (remove("@", "NS"), "NS: the apex has none"),
    "no apex NS after Clear": (record("Clear") + put("@", "SOA", "a. b. 5 1 1 1 1"),
                               "NS: the apex has none"),
    "DS at the apex": (put("@", "DS", "1 13 2 " + "00" * 32), "DS: not at the apex"),
    "DS without NS": (put("x", "DS", "1 13 2 " + "00" * 32), "no NS at the same name"),
    "NS at a wildcard": (put("*.w", "NS", "a.example."), "a wildcard cannot be delegated"),
    "A that does not parse": (put("x", "A", "192.0.2.256"), "is no IPv4 address"),
    "AAAA that does not parse": (put("x", "AAAA", "2001:db8::1::2"), "is no IPv6 address"),
    "MX without its name": (put("x", "MX", "10"), "is missing"),
    "SOA without its numbers": (put("@", "SOA", "a. b. 1"), "is missing"),
    "number past its field": (put("x", "MX", "65536 a."), "65535"),
    "no content": (put("x", "A", ""), "is missing"),
    "generic octets of another length": (put("x", "TYPE65400", r"\# 4 01"), "the length says 4"),
    "generic octets that are no A": (put("x", "A", r"\# 3 010203"), "A octets"),
    "TTL of 2^31": (put("x", "A", "192.0.2.1", "2147483648"), "more than 2147483647"),
    "TTL below 0": (put("x", "A", "192.0.2.1", "-1"), 'the TTL "-1" is not a number'),
    "TTL of 24 digits": (put("x", "A", "192.0.2.1", "9" * 24), "is not a number"),
    "TTL with a unit": (put("x", "A", "192.0.2.1", "1h"), "is not a number"),
    "TTL as a number": (put("x", "A", "192.0.2.1", 300), '"ttl" is not a string'),
    "second record after a newline": (put("x", "A", "192.0.2.1\nx A 192.0.2.2"), "line end"),
    "second record after CR": (put("x", "A", "192.0.2.1\rx A 192.0.2.2"), "line end"),
    "second record on the line": (put("x", "A", "192.0.2.1 192.0.2.2"), "more than the type has"),
    "comment": (put("x", "A", "192.0.2.1 ; no"), "comment"),
    "parenthesis left open": (put("x", "A", "( 192.0.2.1"), '"(" without ")"'),
    "quote left open": (put("x", "TXT", '"a'), "a quoted string does not end"),
    "$INCLUDE": (put("x", "TXT", "$INCLUDE /etc/passwd"), "directive"),
    "$ORIGIN": (put("x", "CNAME", "  $origin example."), "directive"),
    "unknown type": (put("x", "NOSUCH", "1"), '"NOSUCH" is not a record type'),
    "type 0": (put("x", "TYPE0", r"\# 0"), "is not a type that a zone can hold"),
    "OPT": (put("x", "OPT", r"\# 0"), "is not a type that a zone can hold"),
    "ANY": (put("x", "ANY", "1"), "is not a type that a zone can hold"),
    "AXFR by number": (put("x", "TYPE252", r"\# 0"), "is not a type that a zone can hold"),
    "removal at an index that is not there": (remove("@", "NS", 5), "no record at index 5 of 1"),
    "removal at a negative index": (remove("@", "NS", -1), "neither null nor a position"),
    "removal of the enclave's": (remove("@", "DNSKEY"), "made by the enclave, never given"),
    "no JSON": (record(b"hello"), "JSON: invalid token"),
    "empty JSON": (record(b""), "JSON: empty"),
    "JSON cut short": (record(b'{"UpdateRecord":'), "JSON: "),
    "octets after the JSON": (record(b'"Clear" "Clear"'), "JSON: end of file expected"),
    "JSON with NUL": (record(b'"Cl\0ear"'), "JSON: NUL at octet 3"),
    "JSON with an escaped NUL": (put("x", "TXT", "a\0b"), "JSON: "),
    "JSON that is not UTF-8": (record(b'"\xff\xfe"'), "JSON: unable to decode byte 0xff"),
    "JSON nested deeply": (record(b"[" * 9 + b"]" * 9), "nested deeper than 8"),
    "JSON nested very deeply": (record(b"[" * 100000), "nested deeper than 8"),
    "duplicate members": (record(b'{"RemoveRecords":{"record":"A","record":"NS","name":"@",'
                                 b'"index":null}}'), "duplicate object key"),
    "two operations as one": (record({**json.loads(remove("a", "A")[5:]),
                                      **owner.update_json("a", "A", "192.0.2.1")}),
                              "an operation is"),
    "unknown operation": (record({"Frobnicate": {}}), "an operation is"),
    "unknown member": (record({"RemoveRecords": {"record": "A", "name": "a", "index": None,
                                                 "class": "IN"}}), 'unknown member "class"'),
    "missing member": (record({"RemoveRecords": {"record": "A", "name": "a"}}),
                       'lacks the member "index"'),
    "unknown mode": (put("x", "A", "192.0.2.1", mode="Replace"), "neither Set nor Append"),
    "other words for Clear": (record("clear"), "an operation is"),
}


@pytest.mark.parametrize("what", RECORDS)
def test_record(world, what):
    operations, words = RECORDS[what]
    world.refused(world.zone.argument(operations), 422, words)


@pytest.mark.parametrize("rdtype, content", [
    ("RRSIG", "A 13 2 300 20300101000000 20200101000000 1 demo.test. AAAA"), ("NSEC", "a. A"),
    ("NSEC3", "1 0 0 - 00 A"), ("NSEC3PARAM", "1 0 0 -"), ("DNSKEY", "257 3 13 AAAA"),
    ("CDS", "1 13 2 00"), ("CDNSKEY", "257 3 13 AAAA"), ("ZONEMD", "1 1 1 " + "00" * 48),
    ("TYPE47", r"\# 0")])
@pytest.mark.parametrize("name", ["@", "below"])
def test_types_that_belong_to_the_enclave(world, name, rdtype, content):
    argument = world.zone.argument(put(name, rdtype, content))
    world.refused(argument, 422, "records are made by the enclave, never given")


# Sizes.

@pytest.mark.parametrize("what, operations, words", [
    ("sets", lambda: [put("h", "A", "192.0.2.1")] +
     [put(f"h{i}", "A", "192.0.2.1") for i in range(4097)],
     "changes 4099 record sets, at most 4096"),
    ("signatures", lambda: [put(f"h{i}", "A", "192.0.2.1") for i in range(2100)],
     "changes or signs 4202 record sets, at most 4096"),
    ("operation", lambda: [record(b'"' + b"a" * 600000 + b'"')],
     "JSON: 600002 octets, at most 524288"),
    ("argument", lambda: [record(b'"' + b"a" * 1048576 + b'"')], "the limit is 1048576"),
    ("string", lambda: [put("x", "TXT", '"' + "a" * 256 + '"')], "longer than 255 octets"),
    ("rdata", lambda: [put("x", "TXT", " ".join(["a" * 255] * 300))], "does not fit"),
])
def test_more_than_a_request_may_be(world, what, operations, words):
    world.refused(world.zone.argument(*operations()), 413, words)


def test_set_that_fits_no_message(world):
    half = " ".join(["a" * 255] * 125)
    argument = world.zone.argument(*[put("x", "TXT", f"{half} {i}", mode="Append")
                                     for i in range(3)])
    world.refused(argument, 422, "does not fit one message")


@pytest.mark.parametrize("limit, value, operations, words", [
    ("operations", 3, [put(f"h{i}", "A", "192.0.2.1") for i in range(4)],
     "4 record operations, at most 3"),
    ("visited", 5, [remove(f"h{i}", "A") for i in range(6)], "6 record sets visited, at most 5"),
    ("argument", 500, [put("x", "TXT", "a" * 250 + " " + "a" * 250)], "the limit is 500"),
    ("fuel", 400000, [put(f"h{i}", "A", "192.0.2.1") for i in range(100)], "out of fuel"),
])
def test_limits_of_the_zones_own_policy(world, limit, value, operations, words):
    zone = Owner(world.server, f"{limit}.limits.test", world.zone.key)
    status, body = zone.create(rules=owner.policy(**{limit: value}))
    assert status == 201, body
    world.refused(zone.argument(*operations), 403 if limit == "fuel" else 413, words, zone)


# Guards: what is no guard does not become one, what misbehaves is stopped and named.

GUARDS = {
    "trap_in_setup": (403, "trap: unreachable"),
    "trap_in_start": (403, "trap: unreachable"),
    "loop_in_setup": (403, "out of fuel"),
    "loop_in_start": (403, "out of fuel"),
    "memory_in_setup": (403, "trap: access outside memory"),
    "memory_too_large": (400, "its memory starts with 65 pages, the limit is 64"),
    "table_too_large": (400, "its table is larger than the limit"),
    "recursion_in_setup": (403, "call stack exhausted"),
    "unknown_import": (400, "it imports fdns.open_file, which does not exist"),
    "foreign_import": (400, "it imports wasi_snapshot_preview1.fd_write, which does not exist"),
    "import_of_another_type": (400, "it imports fdns.now as () -> i32, which is () -> i64"),
    "no_setup": (400, "it does not export setup"),
    "no_handle_update_request": (400, "it does not export handle_update_request"),
    "no_memory": (400, "it does not export memory"),
    "setup_with_a_result": (400, "its export setup is () -> i32, and must be ()"),
    "floats": (400, "floating-point instruction disallowed"),
    "says_no": (403, "not under this name, said the guard"),
    "makes_nothing": (422, "no SOA"),
}


@pytest.mark.parametrize("name", GUARDS)
def test_guard(world, name):
    status, words = GUARDS[name]
    code = owner.guard(name)
    world.not_created(owner.creation("new.test", world.zone.key, code=code), status, words)
    done = world.server.sworn("zone", "create", "new.test", "--key", world.server.key(), "--ns",
                              "ns1.example.net", "--guard", world.file("bad.wasm", code),
                              check=False)
    assert done.returncode == 1 and words in done.stderr, (done.returncode, done.stderr)
    assert "DS" not in done.stdout
    assert world.server.get("/v1/zones/new.test")[0] == 404


@pytest.mark.parametrize("code, words", [
    (b"", "not WASM"),
    (b"hello, I am a guard", "not WASM"),
    (b"\0asm\x02\0\0\0", "not acceptable WASM"),
    (b"\0asm\x01\0\0\0", "it does not export memory"),
    (b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0f", "not acceptable WASM"),
    (b"\0asm\x01\0\0\0" + bytes(1 << 20), "the limit is 1048576"),
], ids=["nothing", "text", "another-version", "no-sections", "endless-section", "too-large"])
def test_guard_that_is_not_wasm(world, code, words):
    world.not_created(owner.creation("new.test", world.zone.key, code=code), 400, words)


def test_guard_cut_short_anywhere(world):
    code = owner.guard("says_no")
    head = world.state()
    for size in range(len(code)):
        body = owner.creation("new.test", world.zone.key, code=code[:size])
        status, reply = world.server.post("/v1/zones", body)
        assert 400 <= status < 500 and reply["error"]["message"], (size, reply)
    assert world.state() == head
    world.unharmed()


@pytest.mark.parametrize("mood, status, words", [
    (b"t", 403, "trap: unreachable"),
    (b"l", 403, "out of fuel"),
    (b"m", 403, "trap: access outside memory"),
    (b"r", 403, "call stack exhausted"),
    (b"d", 403, "trap: division by zero"),
    (b"o", 403, "update_record: access outside memory"),
    (b"q", 403, "out of fuel"),
    (b"a", 403, "out of fuel"),
    (b"fnot on a Sunday", 403, "not on a Sunday"),
    (b"f", 403, "refused without a message"),
    (b"f\xff\0\x1b[2J", 403, r"\xFF\x00\x1B[2J"),
    (b"cno such luck", 403, "no such luck"),
    (b"Sstate", 403, "trap: unreachable"),
    (b"s" + b"x" * 65537, 413, "state of 65537 octets, the limit is 65536"),
    (b"u", 422, "operation 1: JSON: empty"),
    (b'u"Clear"', 422, "no SOA"),
    (b"X{}", 403, "not allowed after remove_zone()"),
    (b"W\0\0\0\0", 403, "called twice"),
    (b"w", 403, "length passes the end"),
    (b"p" + bytes(5000), 413, "policy of 5000 octets"),
    (b"p", 400, "policy: no version"),
], ids=lambda value: value[:1].decode() if isinstance(value, bytes) else "")
def test_guard_that_misbehaves_at_an_update(world, moody, mood, status, words):
    world.refused(mood, status, words, moody)


def test_guard_that_trapped_has_not_changed_its_state(world, moody):
    assert moody.post(b"skept")[0] == 200
    state = moody.leaf()["guard_state"]
    assert state == owner.sha256(b"kept")
    world.refused(b"Slost", 403, "trap", moody)
    assert moody.leaf()["guard_state"] == state


# Creation.

def test_first_records_that_the_owner_did_not_sign(world):
    stranger = Key()
    key = world.zone.key
    forged = signed(stranger, message("new.test", owner.NO_ZONE_ID, 0, *owner.first_records()))
    unsigned = message("new.test", owner.NO_ZONE_ID, 0, *owner.first_records()) + bytes(64)
    for argument, words in [
            (forged, "signature does not match"), (unsigned, "signature does not match"),
            (b"", "argument is empty"),
            (signed(key, message("other.test", owner.NO_ZONE_ID, 0, *owner.first_records())),
             "message is for another zone"),
            (signed(key, message("new.test", owner.NO_ZONE_ID, 1, *owner.first_records())),
             "sequence is 1, must be 0"),
            (signed(key, message("new.test", b"\1" * 32, 0, *owner.first_records())),
             "must not at creation")]:
        body = owner.creation("new.test", key, argument=argument)
        world.not_created(body, 403, words)


@pytest.mark.parametrize("environment, words", [
    (b"", "environment has 0 octets, must have 32"),
    (bytes(31), "environment has 31 octets, must have 32"),
    (bytes(33), "environment has 33 octets, must have 32"),
    (bytes(32), "signature does not match"),
])
def test_environment_that_is_no_key(world, environment, words):
    body = owner.creation("new.test", world.zone.key, *owner.first_records(),
                          environment=environment)
    world.not_created(body, 403, words)


def test_environment_that_is_too_large(world):
    body = owner.creation("new.test", world.zone.key, environment=bytes(65537))
    world.not_created(body, 413, "the environment has 65537 octets, the limit is 65536")


def test_setup_may_not_hand_over(world):
    for extra in (new_owner(bytes(32)), new_policy(owner.policy()), owner.remove_zone()):
        body = owner.creation("new.test", world.zone.key, *owner.first_records(), extra)
        world.not_created(body, 403, "not allowed in setup()")


def test_zone_that_exists_is_not_created_again(world):
    body = owner.creation("demo.test", world.zone.key, *owner.first_records())
    world.not_created(body, 409, "exists", "demo.test")
    stranger = owner.creation("demo.test", Key(), *owner.first_records())
    world.not_created(stranger, 409, "exists", "demo.test")


@pytest.mark.parametrize("apex", [
    "", "demo.test", "demo..test.", ".demo.test.", "a" * 64 + ".test.", "x." * 128, "Ünder.test.",
    r"a\999.test.", r"a\2.test.", "a\0b.test.", "a\nb.test."])
def test_apex_that_is_malformed(world, apex):
    body = json.loads(owner.creation("new.test", world.zone.key, *owner.first_records()))
    body["apex"] = apex
    got, reply = world.server.post("/v1/zones", json.dumps(body).encode())
    assert got in (400, 403), (got, reply)  # 403: a name, but not what was signed
    assert reply["error"]["message"]
    world.unharmed()


POLICIES = {
    "empty": (b"", "no version"),
    "version 0": (b"\0\0", "version 0 is not 1"),
    "version 2": (b"\0\2" + owner.policy()[2:], "version 2 is not 1"),
    "cut short": (owner.policy()[:-3], "measurements"),
    "octets left over": (owner.policy() + b"\0", "after its last field"),
    "tags out of order": (b"\0\1" + owner.policy_field(2, bytes(4)), "field 2 where anchor"),
    "a tag twice": (b"\0\1" + owner.policy_field(1, b"\0") * 2, "field 1 where lifetime"),
    "a field of another size": (b"\0\1" + owner.policy_field(1, b"\0\0"), "2 octets instead of 1"),
    "a field past the end": (b"\0\1\0\1\xff\xff\xff\xff", "anchor is cut short"),
    "anchor": (owner.policy(anchor=1), "anchor 1 is not in this version"),
    "lifetime 0": (owner.policy(lifetime=0), "not within 1 to 14 days"),
    "lifetime below a day": (owner.policy(lifetime=DAY - 1), "not within 1 to 14 days"),
    "lifetime above 14 days": (owner.policy(lifetime=14 * DAY + 1), "not within 1 to 14 days"),
    "lifetime for ever": (owner.policy(lifetime=0xffffffff), "not within 1 to 14 days"),
    "algorithm 5": (owner.policy(algorithm=5), "algorithm 5 is neither 13 nor 15"),
    "algorithm 0": (owner.policy(algorithm=0), "algorithm 0 is neither 13 nor 15"),
    "NSEC3": (owner.policy(denial=2), "denial 2 is neither 0 (NSEC) nor 1 (NSEC3)"),
    "CDS": (owner.policy(cds=3), "CDS 3 is not 0, 1 or 2"),
    "ZONEMD": (owner.policy(zonemd=2), "ZONEMD 2 is neither 0 (off) nor 1 (on)"),
    "ACME": (owner.policy(acme=1), "ACME 1 is not in this version"),
    "measurements": (owner.policy()[:-2] + b"\0\1", "measurements"),
}
POLICY_STATUS = {"anchor": 422, "NSEC3": 422, "CDS": 422, "ZONEMD": 422, "ACME": 422,
                 "measurements": 422}
LIMITS = {"code": 4 << 20, "memory": 256, "stack": 1 << 20, "recursion": 10000, "table": 65536,
          "fuel": 1 << 32, "operations": 65536, "changed": 4096, "visited": 16384,
          "environment": 1 << 20, "argument": 4 << 20, "state": 1 << 20}


@pytest.mark.parametrize("what", POLICIES)
def test_policy_that_is_malformed_or_out_of_range(world, what):
    octets, words = POLICIES[what]
    status = 422 if "lifetime" in what or "algorithm" in what else POLICY_STATUS.get(what, 400)
    world.not_created(owner.creation("new.test", world.zone.key, rules=octets), status, words)
    world.refused(world.zone.argument(new_policy(octets)), status, words)


@pytest.mark.parametrize("limit", LIMITS)
def test_policy_that_allows_a_guard_too_much(world, limit):
    octets = owner.policy(**{limit: LIMITS[limit] + 1})
    words = f"guard limit {limit} is {LIMITS[limit] + 1}, at most {LIMITS[limit]}"
    world.not_created(owner.creation("new.test", world.zone.key, rules=octets), 413, words)
    world.refused(world.zone.argument(new_policy(octets)), 413, words)


# HTTP.

def creation_without(member):
    body = json.loads(owner.creation("new.test", Key(), *owner.first_records()))
    del body[member]
    return json.dumps(body).encode()


def creation_with(member, value):
    body = json.loads(owner.creation("new.test", Key(), *owner.first_records()))
    body[member] = value
    return json.dumps(body).encode()


BODIES = {
    "nothing": (b"", "JSON: empty"),
    "text": (b"hello", "JSON: invalid token"),
    "an array": (b"[]", "is not an object"),
    "a number": (b"17", "is not an object"),
    "cut short": (b'{"apex":', "JSON: "),
    "duplicate members": (b'{"apex":"a.","apex":"b."}', "duplicate object key"),
    "an unknown member": (creation_with("colour", "red"), 'unknown member "colour"'),
    "no guard": (creation_without("guard"), 'lacks the member "guard"'),
    "no policy": (creation_without("policy"), 'lacks the member "policy"'),
    "guard null": (creation_with("guard", None), '"guard" is not a string'),
    "apex a number": (creation_with("apex", 1), '"apex" is not a string'),
    "guard not base64": (creation_with("guard", "%%%%"), '"guard" is not base64'),
    "guard without padding": (creation_with("guard", "AAAAA"), '"guard" is not base64'),
    "guard with newlines": (creation_with("guard", "AA\nAA"), '"guard" is not base64'),
    "deep": (b"[" * 50000, "nested deeper than 8"),
    "NUL": (b'{"apex":"a.\0"}', "NUL"),
    "not UTF-8": (b'{"\xff":1}', "JSON: "),
}


@pytest.mark.parametrize("what", BODIES)
def test_body_of_a_creation(world, what):
    body, words = BODIES[what]
    world.not_created(body, 400, words)


def test_body_that_is_too_large(world):
    head = world.state()
    status, body = world.server.post("/v1/zones/demo.test/updates", bytes((4 << 20) + 1000))
    assert status == 413 and body["error"]["message"], body
    status, body = world.server.post("/v1/zones", b" " * (64 << 20))
    assert status == 413 and body["error"]["message"], body
    assert world.state() == head
    world.unharmed()


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/", 404), ("GET", "/v1", 404), ("GET", "/v1/zone", 404), ("GET", "/v2/zones", 404),
    ("GET", "/v1/zones/", 404), ("GET", "/v1/zones//", 404), ("GET", "/v1/zones/absent.test", 404),
    ("GET", "/v1/zones/absent.test/records", 404), ("GET", "/v1/zones/demo.test/nothing", 404),
    ("GET", "/v1/zones/../../etc/passwd", 404), ("GET", "/v1/zones/demo.test/", 404),
    ("GET", "/v1/zones/DEMO.test", 400), ("GET", "/v1/zones/demo.test.", 400),
    ("GET", "/v1/zones/demo=2", 400), ("GET", "/v1/zones/=2E=2E", 404),
    ("GET", "/v1/zones/demo%00.test", 400), ("GET", "/v1/zones/" + "a" * 64, 400),
    ("GET", "/v1/zones/" + "a." * 200, 400), ("GET", "/v1/zones/demo.test?more=1", 400),
    ("GET", "/v1/zones/demo.test/records?signed=2", 400),
    ("GET", "/v1/zones/demo.test/records?signed=1&signed=1", 400),
    ("POST", "/v1/zones/demo.test/updates?more=yes", 400),
    ("POST", "/v1/zones/absent.test/updates", 404), ("POST", "/v1/zones/demo.test", 405),
    ("DELETE", "/v1/zones/demo.test", 405), ("PUT", "/v1/zones/demo.test", 405),
    ("PATCH", "/v1/zones", 405), ("GET", "/v1/zones/demo.test/updates", 405),
    ("POST", "/v1/checkpoint", 405), ("POST", "/healthz", 405), ("BREW", "/healthz", 405)])
def test_path_or_method_that_is_not_there(world, method, path, status):
    body = b"x" if method == "POST" else None
    got, reply = world.server.request(method, path, body)
    assert got == status, (got, reply)
    assert reply["error"]["code"] and reply["error"]["message"], reply
    world.unharmed()


def raw(server, octets, close=True):
    """What comes back for these octets on a connection of their own."""
    with socket.create_connection(("127.0.0.1", server.api_port), timeout=harness.WAIT) as peer:
        try:
            peer.sendall(octets)
            if close:
                peer.shutdown(socket.SHUT_WR)
            reply = b""
            while piece := peer.recv(65536):
                reply += piece
            return reply
        except OSError as error:  # the server closed it first
            assert not isinstance(error, TimeoutError), octets[:100]
            return b""


@pytest.mark.parametrize("octets", [
    b"", b"\0" * 1000, b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz\r\n\r\n",
    b"GET /healthz HTTP/9.9\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
    b"POST /v1/zones HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/zones HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /v1/zones HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort",
    b"POST /v1/zones/demo.test/updates HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort",
    b"POST /v1/zones HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
    b"POST /v1/zones HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"ffffffffffffffffff\r\nx",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
], ids=range(16))
def test_http_that_is_none(world, octets):
    head = world.state()
    reply = raw(world.server, octets)
    assert b" 200 " not in reply[:20] or b"GET /healthz" in octets, reply
    assert b" 201 " not in reply[:20], reply
    assert world.state() == head
    world.unharmed()


def test_chunked_body_that_never_ends_is_cut_off(world):
    head = world.state()
    connection = http.client.HTTPConnection("127.0.0.1", world.server.api_port, timeout=60)
    try:
        connection.request("POST", "/v1/zones/demo.test/updates", (bytes(65536) for _ in range(90)),
                           encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
        assert connection.getresponse().status == 413
    except ConnectionError:
        pass  # cut off before all was sent
    finally:
        connection.close()
    assert world.state() == head
    world.unharmed()


def test_connections_that_say_nothing_do_not_keep_others_out(world):
    idle = [socket.create_connection(("127.0.0.1", world.server.api_port)) for _ in range(30)]
    try:
        world.unharmed()
    finally:
        for peer in idle:
            peer.close()


def test_web_page_cannot_create_zones(world):
    """A browser on this machine would be asked from 127.0.0.1, too: it names where it comes from."""
    body = owner.creation("new.test", world.zone.key)
    connection = http.client.HTTPConnection("127.0.0.1", world.server.api_port, timeout=60)
    connection.request("POST", "/v1/zones", body, {"Origin": "http://example.com"})
    assert connection.getresponse().status == 403
    connection.close()
    assert world.server.get("/v1/zones/new.test")[0] == 404


# What `sworn` itself refuses, before it asks anybody.

@pytest.mark.parametrize("arguments, words", [
    (["zone", "update", "demo.test", "--set", "www A 192.0.2.256"], "192.0.2.256"),
    (["zone", "update", "demo.test", "--set", "www NOSUCH 1"], "NOSUCH"),
    (["zone", "update", "demo.test", "--set", "www"], "www"),
    (["zone", "update", "demo.test", "--set", "www 4294967296 A 192.0.2.1"], "4294967296"),
    (["zone", "update", "demo.test", "--set", "www.example.com. A 192.0.2.1"], "www.example.com."),
    (["zone", "update", "demo.test", "--set", "x A 192.0.2.1\ny A 192.0.2.2"], "A"),
    (["zone", "update", "demo.test"], "--set"),
    (["zone", "update", "absent.test", "--set", "www A 192.0.2.1"], "no such zone"),
    (["zone", "sync", "demo.test", "nowhere.zone"], "nowhere.zone"),
    (["zone", "sync", "demo.test", "bad.zone"], "bad.zone"),
    (["owner", "change", "demo.test", "--guard", "nosuch", "--owner", "x"], "nosuch"),
    (["owner", "change", "demo.test", "--guard", "ed25519", "--owner", "nosuch.pub"], "nosuch.pub"),
])
def test_sworn_names_the_cause_and_changes_nothing(world, arguments, words):
    head = world.state()
    world.file("bad.zone", b"@ SOA a. b. 1 1 1 1 1\n@ NS a.\nwww A 192.0.2.999\n")
    done = world.server.sworn(*arguments, "--key", world.server.key(), check=False)
    assert done.returncode in (1, 2), (done.returncode, done.stdout)
    assert words in done.stderr, done.stderr
    assert world.state() == head


@pytest.mark.parametrize("octets", [b"", b"hello\n", b"sworn-key-v1 ed25519 AAAA\n",
                                    b"sworn-public-key-v1 ed25519 " +
                                    base64.b64encode(bytes(32)) + b"\n"])
def test_key_file_that_is_none(world, octets):
    head = world.state()
    path = world.file("bad.key", octets)
    done = world.server.sworn("zone", "update", "demo.test", "--key", path, "--set",
                              "www A 192.0.2.1", check=False)
    assert done.returncode == 1 and "is not a key file" in done.stderr, done.stderr
    assert world.state() == head
