"""The promises of the design's section 1, a few tests for each, named after it. What a lying host can do to the enclave is tried in
test_tampering.py, what one can do to the owner's tool in test_cli_lies.py."""
import base64
import hmac
import os
import re
import select
import shutil
import socket
import subprocess
import threading
import time
import types

import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

import clock
import harness
import owner
from owner import DAY, Owner, new_policy, put, remove, sha256
from test_main_job import ask, unbound

ENCLAVES = {"SOA", "DNSKEY", "CDS", "CDNSKEY", "NSEC"}  # of the list in promise 1: what is in this version


@pytest.fixture
def zone(server):
    made = Owner(server)
    assert made.create()[0] == 201
    made.done(put("www", "A", "192.0.2.1", "300"))
    return made


def types_of(signed):
    return {(name, dns.rdatatype.to_text(rdtype)) for name, rdtype in signed}


# 1. No signature without permission.

def test_promise_1_no_signature_without_permission_but_for_the_enclaves_own_list(zone):
    zone.done(new_policy(owner.policy(cds=1)))
    zone.done(put("_acme-challenge", "TXT", "mine"), put("@", "CAA", '0 issue "ca.example"'),
              put("cut", "NS", "ns.cut"), put("ns.cut", "A", "192.0.2.53"),
              put("cut", "DS", "1 13 2 " + "00" * 32), put("*.wild", "TXT", "w"),
              put("d", "DNAME", "example.net."), put("below.d", "A", "192.0.2.9"))
    zone.done(remove("www", "A"), put("www", "AAAA", "2001:db8::1"))

    signed = clock.signed(zone.server)
    given = {("demo.test.", "SOA"), ("demo.test.", "NS"), ("demo.test.", "CAA"),
             ("_acme-challenge.demo.test.", "TXT"), ("cut.demo.test.", "DS"),
             ("*.wild.demo.test.", "TXT"), ("d.demo.test.", "DNAME"), ("www.demo.test.", "AAAA")}
    unsigned = {("cut.demo.test.", "NS"), ("ns.cut.demo.test.", "A"), ("below.d.demo.test.", "A")}

    assert {key for key in types_of(signed.rrsigs) if key[1] not in ENCLAVES - {"SOA"}} == given
    assert {key for key in types_of(signed.sets) if key[1] not in ENCLAVES - {"SOA"}} == \
        given | unsigned
    assert {name for name, rdtype in types_of(signed.rrsigs) if rdtype in ENCLAVES - {"NSEC"}} == \
        {"demo.test."}


def test_promise_1_no_signature_without_permission_for_whoever_asks_without_the_key(zone):
    """Whatever is posted, nothing ever signs the address that the owner did not give."""
    server, root = zone.server, zone.leaf()["zone_root"]
    good = zone.argument(put("www", "A", "192.0.2.66"))
    attempts = [zone.argument(put("www", "A", "192.0.2.66"), key=owner.Key()),
                good[:-64] + bytes(64), good[:-1], good + b"\0", good[:-64], b"",
                zone.argument(put("www", "A", "192.0.2.66"), sequence=1),
                zone.argument(put("www", "A", "192.0.2.66"), zone_id=bytes(32)),
                owner.signed(owner.Key(), good[:-64]),
                owner.record(owner.update_json("www", "A", "192.0.2.66")),
                owner.signed(zone.key, owner.record(owner.update_json("www", "A", "192.0.2.66")))]
    for attempt in attempts:
        assert zone.post(attempt)[0] == 403, attempt
    assert zone.leaf()["zone_root"] == root
    assert "192.0.2.66" not in server.query("www.demo.test", "A").to_text()
    assert "192.0.2.66" not in server.export(signed=True)
    assert zone.post(good)[0] == 200, "what the attempts were made of was good"


@pytest.mark.parametrize("child_first", [False, True])
def test_promise_1_no_signature_without_permission_for_a_child_zone(server, child_first):
    """A child on the same server gives its parent neither NS nor DS."""
    parent, child = Owner(server), Owner(server, "child.demo.test")
    for zone in (child, parent) if child_first else (parent, child):
        assert zone.create()[0] == 201
    parent.done(put("zz", "A", "192.0.2.1"))
    child.done(put("www", "A", "192.0.2.2"))
    for shown in (clock.signed(server).sets, clock.signed(server).rrsigs):
        assert not [key for key in shown if key[0].endswith("child.demo.test.")], shown

    assert "192.0.2.2" in server.query("www.child.demo.test", "A").to_text()
    reply = server.query("child.demo.test", "DS")
    assert reply.answer == [], reply.to_text()
    assert reply.authority[0].name == dns.name.from_text("demo.test."), "the parent denies it"
    root = parent.leaf()["zone_root"]
    child.done(new_policy(owner.policy(cds=1)))
    assert parent.leaf()["zone_root"] == root, "a CDS in the child is no DS in the parent"


# 2. Keys stay in.

class Recorder:
    """An enclave elsewhere, and all that goes to it and comes from it."""

    def __init__(self, path):
        self.secret = os.urandom(32)
        self.octets = bytearray()
        self.processes = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(4)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                host, _ = self.listener.accept()
            except OSError:
                return
            ours, theirs = socket.socketpair()
            reading, writing = os.pipe()
            os.write(writing, self.secret)
            os.close(writing)
            self.processes.append(subprocess.Popen(
                [harness.ENCLAVE, "--channel", str(theirs.fileno()), "--secret", str(reading)],
                pass_fds=[theirs.fileno(), reading]))
            os.close(reading)
            theirs.close()
            self.pass_on(host, ours)
            host.close()
            ours.close()

    def pass_on(self, host, enclave):
        while True:
            for source in select.select([host, enclave], [], [])[0]:
                part = source.recv(1 << 16)
                if not part:
                    return
                self.octets += part
                (enclave if source is host else host).sendall(part)

    def stop(self):
        self.listener.close()
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def recorded(make_server, tmp_path):
    path = str(tmp_path / "enclave")
    recorder = Recorder(path)
    server = make_server("recorded", enclave="unix:" + path)
    yield server, recorder
    server.stop()
    recorder.stop()


def opened(sealed, secret, log_id, zone_id, role, public):
    """The private key that was sealed (enclave/seal.h), None when these octets are none."""
    aead = pytest.importorskip("cryptography.hazmat.primitives.ciphers.aead",
                               reason="python3-cryptography is not installed")
    key = hmac.digest(secret, b"sworn-seal-v1\0" + sealed[2:34], "sha256")
    bound = log_id + zone_id + bytes([role, 0]) + len(public).to_bytes(2, "big") + public
    try:
        return aead.AESGCM(key).decrypt(bytes(12), sealed[34:82], bound)
    except Exception:  # InvalidTag
        return None


def private_keys(octets, secret, *binding):
    """Every private key that is sealed somewhere in `octets`."""
    places = [match.start() for match in re.finditer(rb"(?=\x00\x01)", octets)]
    return {found for found in (opened(octets[place:place + 82], secret, *binding)
                                for place in places if place + 82 <= len(octets)) if found}


def memory_of(pid):
    """All that a process has in its memory, but for the store's file."""
    octets = bytearray()
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line or "data.mdb" in line:
                continue
            try:
                memory.seek(start)
                octets += memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
    return bytes(octets)


@pytest.mark.parametrize("algorithm", [13, 15])
def test_promise_2_keys_stay_in_the_enclave(recorded, algorithm):
    """The test has the sealing secret, so it knows the keys: nothing outside of the enclave holds them but sealed."""
    server, recorder = recorded
    zone = Owner(server)
    assert zone.create(rules=owner.policy(algorithm=algorithm))[0] == 201
    zone.done(put("www", "A", "192.0.2.1"))
    shown, leaf = zone.shown(), zone.leaf()
    [(role, _, public)] = leaf["keys"]
    log_public = bytes.fromhex(shown["log"]["public_key"])
    log_id, zone_id = sha256(log_public), bytes.fromhex(shown["zone_id"])
    bindings = [(log_id, zone_id, role, public), (log_id, bytes(32), 0, log_public)]
    with open(os.path.join(server.store, "data.mdb"), "rb") as file:
        store = file.read()

    for binding in bindings:
        [key] = private_keys(store, recorder.secret, *binding)
        assert [key] == list(private_keys(bytes(recorder.octets), recorder.secret, *binding))
        assert not private_keys(store, os.urandom(32), *binding), "opens with any secret"
        for place, octets in (("store", store), ("link", bytes(recorder.octets)),
                              ("memory of swornd", memory_of(server.process.pid)),
                              ("log of swornd", server.log().encode())):
            for form in (key, key[::-1], key.hex().encode(), base64.b64encode(key)[:-2]):
                assert form not in octets, f"a private key lies open in the {place}"
    assert public in memory_of(server.process.pid), "where the public key is, one finds it"


def test_promise_2_keys_stay_in_what_another_owner_cannot_take_along(recorded):
    """Two zones have two keys, and what is sealed for one opens for none other."""
    server, recorder = recorded
    zones = [Owner(server, "one.test"), Owner(server, "two.test")]
    for zone in zones:
        assert zone.create()[0] == 201
    with open(os.path.join(server.store, "data.mdb"), "rb") as file:
        store = file.read()
    publics = [zone.leaf()["keys"][0][2] for zone in zones]
    ids = [bytes.fromhex(zone.shown()["zone_id"]) for zone in zones]
    log_id = sha256(bytes.fromhex(zones[0].shown()["log"]["public_key"]))
    assert publics[0] != publics[1]
    keys = [private_keys(store, recorder.secret, log_id, ids[i], 1, publics[i]) for i in (0, 1)]
    assert len(keys[0]) == len(keys[1]) == 1 and keys[0] != keys[1]
    assert not private_keys(store, recorder.secret, log_id, ids[0], 1, publics[1])
    assert not private_keys(store, recorder.secret, log_id, ids[1], 1, publics[0])


def test_promise_2_keys_stay_in_where_the_zone_shows_they_were_born(zone):
    created = owner.entry_of(bytes.fromhex(zone.shown()["creation"]["entry"]))
    assert zone.leaf()["provenance"] == [(1, bytes(32), created["epoch"])]  # platform 1: process
    assert "made on platform=process" in zone.server.sworn("zone", "show", "demo.test").stdout
    verified = zone.server.sworn("verify", "demo.test", "--dns", f"127.0.0.1:{zone.server.port}")
    assert re.search(r"not checked +evidence: platform=process", verified.stdout), verified.stdout
    zone.done(put("a", "A", "192.0.2.1"))
    zone.server.restart()
    assert zone.leaf()["provenance"] == [(1, bytes(32), created["epoch"])]


# 3. No rollback, no fork.

def keep(server):
    """The store as it is now."""
    server.stop()
    kept = server.store + ".kept"
    shutil.copytree(server.store, kept)
    server.start()
    return kept


def put_back(server, kept):
    server.stop()
    shutil.rmtree(server.store)
    shutil.copytree(kept, server.store)
    server.start()


def test_promise_3_no_rollback_is_not_pretended_without_an_anchor(zone):
    done = zone.server.sworn("verify", "demo.test", "--dns", f"127.0.0.1:{zone.server.port}")
    assert re.search(r"not checked +rollback: rollback=unprotected", done.stdout), done.stdout
    assert re.search(r"not checked +kept state", done.stdout), done.stdout
    assert not re.search(r"^ok .*(rollback|anchor)", done.stdout, re.M), done.stdout


def test_promise_3_no_rollback_that_the_owners_tool_would_not_notice(server):
    """Without an anchor the enclave goes on from an older store. Who has seen the newer state does not."""
    server.create("demo.test")
    kept = keep(server)
    server.update("demo.test", "--set", "www A 192.0.2.1")
    put_back(server, kept)

    assert server.query("www.demo.test", "A").rcode() == dns.rcode.NXDOMAIN
    for command in (["zone", "show", "demo.test"], ["verify", "demo.test"],
                    ["zone", "export", "demo.test"],
                    ["zone", "update", "demo.test", "--set", "www A 192.0.2.3"]):
        done = server.sworn(*command, "--key", server.key(), check=False)
        assert done.returncode == 3 and "rolled back" in done.stderr, (command, done.stderr)


def test_promise_3_no_fork_that_the_owners_tool_would_not_notice(server):
    server.create("demo.test")
    kept = keep(server)
    argument = os.path.join(server.folder, "other")
    server.update("demo.test", "--set", "www A 192.0.2.9", "--argument-out", argument)
    server.update("demo.test", "--set", "www A 192.0.2.1")
    put_back(server, kept)
    assert server.post("/v1/zones/demo.test/updates", open(argument, "rb").read())[0] == 200

    done = server.sworn("zone", "show", "demo.test", "--key", server.key(), check=False)
    assert done.returncode == 3 and "forked" in done.stderr, done.stderr


def test_promise_3_no_rollback_under_a_running_enclave(zone):
    """The enclave keeps the head in memory: what fits the rows of an older state does not fit it."""
    lmdb = pytest.importorskip("lmdb", reason="python3-lmdb is not installed")
    server = zone.server

    def tables(environment, transaction):
        names = [bytes(key) for key, _ in transaction.cursor()]
        return {name: environment.open_db(name, transaction, create=False) for name in names}

    with lmdb.open(server.store, max_dbs=32, map_size=1 << 34) as environment:
        with environment.begin() as transaction:
            older = {name: dict(transaction.cursor(db))
                     for name, db in tables(environment, transaction).items()}
        zone.done(put("www", "A", "192.0.2.2"))
        pid = server.enclave_pid()
        with environment.begin(write=True) as transaction:
            for name, db in tables(environment, transaction).items():
                transaction.drop(db, delete=False)
                for key, value in older[name].items():
                    transaction.put(key, value, db=db)

    assert zone.leaf()["sequence"] == 1, "the rows were not put back"
    status, body = zone.send(put("www", "A", "192.0.2.66"))
    assert status == 403 and "sequence is 2, must be 3" in body["error"]["message"], body
    assert server.enclave_pid() == pid and server.process.poll() is None
    assert "192.0.2.66" not in clock.signed(server).zone.to_text()


# 4. The host does not choose the time.

def test_promise_4_time_of_the_host_is_called_that(zone):
    done = zone.server.sworn("verify", "demo.test", "--dns", f"127.0.0.1:{zone.server.port}")
    assert re.search(r"not checked +time: time=host", done.stdout), done.stdout


def test_promise_4_time_that_was_certified_never_goes_back(make_server, tmp_path):
    hands = clock.Clock(tmp_path)
    server = make_server("timed", environment=hands.environment)
    zone = Owner(server)
    assert zone.create()[0] == 201
    hands.set(3 * DAY)
    zone.done(put("a", "A", "192.0.2.1"))
    latest = zone.entry()["time"]
    assert latest - time.time() > 2.9 * DAY

    for offset in (2 * DAY, 0, -5 * DAY):
        hands.set(offset)
        zone.done(put("a", "A", "192.0.2.2"))
        assert zone.entry()["time"] == latest
        zone.done(put("a", "A", "192.0.2.1"))
        rrsig = clock.signed(server).rrsigs["a.demo.test.", dns.rdatatype.A]
        assert rrsig.inception == latest - 3600
    server.restart()
    zone.done(put("a", "A", "192.0.2.3"))
    assert zone.entry()["time"] == latest


def test_promise_4_time_far_ahead_is_not_certified_by_accident(make_server, tmp_path):
    hands = clock.Clock(tmp_path)
    server = make_server("timed", environment=hands.environment)
    zone = Owner(server)
    assert zone.create()[0] == 201
    entry = zone.entry()
    hands.set(30 * DAY + 3600)
    status, body = zone.send(put("a", "A", "192.0.2.1"))
    assert status == 409 and "--accept-time" in body["error"]["message"], body
    assert Owner(server, "new.test").create()[0] == 409
    assert zone.entry() == entry
    hands.set(30 * DAY - 3600)
    zone.done(put("a", "A", "192.0.2.1"))


@pytest.mark.parametrize("days", [1, 14])
def test_promise_4_time_of_a_signature_is_bounded_by_the_policy(server, days):
    zone = Owner(server)
    assert zone.create(rules=owner.policy(lifetime=days * DAY))[0] == 201
    zone.done(*[put(f"h{i}", "A", "192.0.2.1") for i in range(100)])
    certified = zone.entry()["time"]
    for key, rrsig in clock.signed(server).rrsigs.items():
        assert rrsig.expiration - certified <= days * DAY, key
    status, body = zone.send(new_policy(owner.policy(lifetime=14 * DAY + 1)))
    assert status == 422 and "1 to 14 days" in body["error"]["message"], body


# 5. Everything is on the record. What docs/state.md says, once more, in another language.

def log_root(entries):
    """RFC 6962 2.1."""
    if len(entries) == 1:
        return sha256(b"\0" + entries[0])
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\1" + log_root(entries[:split]) + log_root(entries[split:]))


def name_key(name):
    labels = [label.lower().replace(b"\1", b"\1\2").replace(b"\0", b"\1\1") + b"\0"
              for label in reversed(name.labels) if label]
    return b"".join(labels)


def bit(key, number):
    return key[number // 8] >> (7 - number % 8) & 1 if number // 8 < len(key) else 0


def tree_root(leaves):
    """Of [(key, value)], sorted: they all agree before the first bit in which first and last differ."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        key, value = leaves[0]
        return sha256(b"\2" + len(key).to_bytes(2, "big") + key + sha256(value))
    crit = next(number for number in range(8 * 512)
                if bit(leaves[0][0], number) != bit(leaves[-1][0], number))
    left = [leaf for leaf in leaves if bit(leaf[0], crit) == 0]
    return sha256(b"\3" + crit.to_bytes(2, "big") + tree_root(left) +
                  tree_root(leaves[len(left):]))


def zone_root(sets):
    """Of {(owner, type): rdataset}: NSEC are in no tree."""
    leaves = []
    for (name, rdtype), rdataset in sets.items():
        if rdtype == dns.rdatatype.NSEC:
            continue
        rdatas = sorted((rdata.to_wire() for rdata in rdataset), key=lambda wire: wire.lower())
        value = rdataset.ttl.to_bytes(4, "big") + len(rdatas).to_bytes(2, "big") + b"".join(
            len(wire).to_bytes(2, "big") + wire for wire in rdatas)
        leaves.append((name_key(dns.name.from_text(name)) + b"\0" + rdtype.to_bytes(2, "big"),
                       value))
    return tree_root(sorted(leaves))


def checkpoint_root(note, public_key):
    """The root of a checkpoint, after its signature has been verified (C2SP signed note)."""
    text, line = note.split("\n\n")
    origin, size, root = text.split("\n")
    assert origin == "sworn/" + sha256(public_key).hex()
    dash, name, signature = line.strip().split(" ")
    octets = base64.b64decode(signature)
    assert (dash, name) == ("—", origin)
    assert octets[:4] == sha256(origin.encode() + b"\n\1" + public_key)[:4]
    owner.nacl_signing.VerifyKey(public_key).verify((text + "\n").encode(), octets[4:])
    return int(size), base64.b64decode(root)


def test_promise_5_everything_on_the_record_of_every_commit(make_server, tmp_path):
    """Creation, updates, a refused one, a step, a refresh, a removal, two zones: the log says all of it and no more."""
    hands = clock.Clock(tmp_path)
    server = make_server("timed", environment=hands.environment)
    zone, other = Owner(server), Owner(server, "other.test")
    entries = []

    def record(kind, of):
        """Wait for the next entry, check it, keep it."""
        asked = next(one for one in (zone, other) if server.get(owner.path_of(one.apex))[0] == 200)
        shown = harness.wait_for(lambda: asked.shown()["log"]["index"] >= len(entries) and
                                 asked.shown(), f"entry {len(entries)}")
        assert shown["log"]["index"] == len(entries), "an entry that nobody asked for"
        octets = bytes.fromhex(shown["log"]["entry"])
        entry = owner.entry_of(octets)
        earlier = [owner.entry_of(one) for one in entries]
        before = [one["zone_after"] for one in earlier if one["zone_id"] == entry["zone_id"]]
        assert (entry["kind"], entry["apex"]) == (kind, of.apex + "."), entry
        assert entry["epoch"] == len(entries)
        assert entry["zone_before"] == (before[-1] if before else bytes(32)), "the chain is broken"
        assert entry["time"] >= max([one["time"] for one in earlier], default=0)
        entries.append(octets)
        size, root = checkpoint_root(shown["log"]["checkpoint"],
                                     bytes.fromhex(shown["log"]["public_key"]))
        assert (size, root) == (len(entries), log_root(entries))
        if kind != owner.REMOVE:
            assert entry["zone_after"] == zone_root(clock.signed(server, of.apex).sets)
        return entry

    assert zone.create()[0] == 201
    record(owner.CREATE, zone)
    assert other.create(rules=owner.policy(lifetime=14 * DAY))[0] == 201
    record(owner.CREATE, other)
    update = zone.argument(put("www", "A", "192.0.2.1"), put("Mixed.Case", "CNAME", "WWW"),
                           put("a\\000b", "TXT", "odd"), put("*", "TXT", "w"))
    assert zone.post(update)[0] == 200
    assert record(owner.UPDATE, zone)["argument"] == sha256(update)
    assert zone.post(update)[0] == 403
    assert zone.post(zone.argument(put("www", "A", "192.0.2.9")), more=True)[0] == 200
    record(owner.UPDATE, zone)
    zone.done(put("@", "SOA", "ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 60"))
    record(owner.UPDATE, zone)
    step = record(owner.STEP, zone)
    assert step["argument"] == sha256(b"")
    hands.set(int(0.55 * 7 * DAY))
    assert record(owner.REFRESH, zone)["argument"] == sha256(b"")
    assert other.send(owner.remove_zone())[0] == 200
    record(owner.REMOVE, other)


def test_promise_5_everything_on_the_record_is_what_is_served(zone):
    """Each record set, asked for one by one, makes the root that the last entry certifies."""
    zone.done(put("www", "A", "192.0.2.9", "300", mode="Append"), put("@", "MX", "10 Mail.Example."),
              put("cut", "NS", "ns.cut"), put("ns.cut", "A", "192.0.2.53"),
              put("*.wild", "TXT", "w"))
    server, served = zone.server, {}
    for name, rdtype in clock.signed(server).sets:
        reply = server.query(name, rdtype, tcp=True)
        for rrset in reply.answer + reply.authority + reply.additional:
            if (rrset.name.to_text(), rrset.rdtype) == (name, rdtype):
                served[name, rdtype] = rrset
    assert zone_root(served) == zone.entry()["zone_after"]
    served["www.demo.test.", dns.rdatatype.A].ttl += 1
    assert zone_root(served) != zone.entry()["zone_after"]


# 6. Owners can leave.

def nsd(folder, port, path):
    config = folder / "nsd.conf"
    config.write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  pidfile: ""\n'
        f'  zonesdir: "{folder}"\n  database: ""\n  xfrdfile: "{folder}/xfrd"\n'
        f'  zonelistfile: "{folder}/zones"\n  cookie-secret-file: "{folder}/cookies"\n'
        f'remote-control:\n  control-enable: no\nzone:\n  name: demo.test\n  zonefile: "{path}"\n')
    return ["nsd", "-d", "-c", str(config)]


def knot(folder, port, path):
    config = folder / "knot.conf"
    config.write_text(
        f'server:\n  listen: 127.0.0.1@{port}\n  rundir: "{folder}"\ndatabase:\n'
        f'  storage: "{folder}/db"\nzone:\n  - domain: demo.test\n    file: "{path}"\n'
        f'    zonefile-load: whole\n    semantic-checks: on\n')
    return ["knotd", "-c", str(config)]


@pytest.mark.parametrize("program", [nsd, knot])
def test_promise_6_owners_can_leave_with_a_zone_that_others_serve(zone, tmp_path, daemons, program):
    """The signed export is served by another server until its signatures expire, and validates from there."""
    zone.done(put("cut", "NS", "ns.cut"), put("ns.cut", "A", "192.0.2.53"),
              put("*.wild", "TXT", "w"), put("alias", "CNAME", "www"),
              put("odd\\.name", "TYPE65400", r"\# 3 010203"), put("a.b.c", "AAAA", "2001:db8::1"))
    path = tmp_path / "demo.zone"
    path.write_text(zone.server.export(signed=True))
    port = harness.free_port()
    command = program(tmp_path, port, path)
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    elsewhere = harness.Daemon(command, tmp_path)
    daemons.append(elsewhere)
    harness.wait_for(lambda: elsewhere.process.poll() is not None or
                     harness.answers(port, "demo.test"), command[0] + " to answer")
    assert elsewhere.process.poll() is None, elsewhere.log()
    ds = zone.server.ds()
    zone.server.stop()

    resolver = unbound(types.SimpleNamespace(port=port, ds=lambda apex: ds), tmp_path, daemons)
    for name, rdtype, rcode in [("www.demo.test", "A", dns.rcode.NOERROR),
                                ("www.demo.test", "MX", dns.rcode.NOERROR),
                                ("alias.demo.test", "A", dns.rcode.NOERROR),
                                ("absent.demo.test", "A", dns.rcode.NXDOMAIN),
                                ("x.wild.demo.test", "TXT", dns.rcode.NOERROR),
                                ("b.c.demo.test", "A", dns.rcode.NOERROR),
                                ("odd\\.name.demo.test", "TYPE65400", dns.rcode.NOERROR),
                                ("demo.test", "DNSKEY", dns.rcode.NOERROR)]:
        reply = ask(resolver, name, rdtype)
        assert reply.rcode() == rcode, (name, rdtype, reply.to_text(), elsewhere.log())
        assert reply.flags & dns.flags.AD, (name, rdtype, reply.to_text())


def test_promise_6_owners_can_leave_with_their_records_and_come_back(zone, make_server):
    """The plain export makes the same zone on another server."""
    path = os.path.join(zone.server.folder, "demo.zone")
    with open(path, "w") as file:
        file.write(zone.server.export())
    elsewhere = make_server("elsewhere")
    elsewhere.create("demo.test", "--zonefile", path)

    def records(server):
        return {(name, rdtype): rdataset
                for (name, rdtype), rdataset in clock.signed(server).without_soa().items()
                if dns.rdatatype.to_text(rdtype) not in ENCLAVES}
    assert records(elsewhere) == records(zone.server) != {}
    assert not set(elsewhere.ds()) & set(zone.server.ds())


def test_promise_6_owners_can_leave_by_telling_their_parent(zone):
    """RFC 8078 4: the child asks for the end of its DS, signed by its key."""
    zone.done(new_policy(owner.policy(cds=2)))
    reply = zone.server.query("demo.test", "CDS")
    assert "0 0 0 00" in reply.to_text() and "RRSIG CDS" in reply.to_text(), reply.to_text()
