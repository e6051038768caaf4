"""Zones as secondaries get them: NSD, Knot and BIND hold exactly what is published here, and nobody else gets anything.

SWORN_ALL=1 makes 200 random updates instead of 16.
"""
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import threading
import time

import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.zone
import pytest

import harness
import owner
from owner import put, remove
from secondaries import KEY, SECRET, Bind, Knot, Nsd, keyring, records, settings

ALL = os.environ.get("SWORN_ALL") == "1"
UPDATES = 200 if ALL else 16
SEED = 20261122


# What is given out.

@pytest.fixture
def zone(make_server):
    """demo.test with 40 names on a server that gives it out under one key."""
    server = make_server(settings=settings([]))
    made = owner.Owner(server)
    assert made.create(*owner.first_records(), *first_names(40))[0] == 201
    return made


def first_names(count):
    return [put(f"n{i}", "A", f"192.0.2.{i % 250 + 1}", "300") for i in range(count)]


def serial(server, apex="demo.test"):
    return server.query(apex, "SOA").answer[0][0].serial


def exported(server, apex="demo.test"):
    """The signed export in the form of secondaries.records()."""
    found = set()
    for line in server.export(apex, signed=True).splitlines():
        if line and not line.startswith(";"):
            name, ttl, _, rdtype, rest = line.split(None, 4)
            rdata = dns.rdata.from_text("IN", rdtype, rest, relativize=False)
            found.add((name.lower(), int(ttl), rdtype, rdata.to_text()))
    return found


def ask(server, query, tcp=True):
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, "127.0.0.1", port=server.port, timeout=10)


def transfer_query(rdtype="AXFR", since=None, ring=None, key=KEY, apex="demo.test"):
    query = dns.message.make_query(apex, rdtype)
    if since is not None:
        query.authority.append(dns.rrset.from_text(apex + ".", 0, "IN", "SOA",
                                                   f". . {since} 0 0 0 0"))
    if ring is not False:
        query.use_tsig(ring or keyring(), keyname=key)
    return query


def is_whole(found):
    """Whether these messages are all of a transfer."""
    every = rrs(found)
    news = sum(rrset == every[0] for rrset in every)
    if len(every) == 1:
        return found[0].question[0].rdtype == dns.rdatatype.IXFR
    # A difference has the new SOA before what is added too.
    return news == (3 if every[1].rdtype == dns.rdatatype.SOA else 2)


def messages(server, query):
    """All messages of a transfer over TCP, each verified against its TSIG."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as stream:
        wire = query.to_wire()
        stream.sendall(struct.pack(">H", len(wire)) + wire)
        found, context = [], None
        while not found or not is_whole(found):
            size = struct.unpack(">H", read(stream, 2))[0]
            message = dns.message.from_wire(read(stream, size), keyring=query.keyring,
                                            request_mac=query.mac, tsig_ctx=context, multi=True,
                                            one_rr_per_rrset=True, xfr=True)
            context = message.tsig_ctx
            found.append(message)
            assert message.rcode() == 0, message.to_text()
        return found


def read(stream, size):
    octets = b""
    while len(octets) < size:
        more = stream.recv(size - len(octets))
        assert more, f"the connection ended {size - len(octets)} octets early"
        octets += more
    return octets


def rrs(found):
    return [rrset for message in found for rrset in message.answer]


def test_whole_transfer_is_the_signed_zone(zone):
    zone.done(put("cut", "NS", "ns.cut"), put("ns.cut", "A", "192.0.2.53"),
              put("*.wild", "TXT", "w"), put("MiXed", "MX", "10 Mail.Example."),
              put("odd\\.name", "TYPE65400", r"\# 3 010203"))
    assert records(zone.server.port, "demo.test", keyring()) == exported(zone.server)


def test_transfer_keeps_the_case_of_names(zone):
    """Compression points only to what is equal letter for letter (RFC 5936 3.4)."""
    zone.done(put("a", "NS", "NS1.Example.NET."), put("b", "NS", "ns1.example.net."),
              put("c", "MX", "1 Ns1.Example.net."))
    found = {rrset[0].to_text() for rrset in rrs(messages(zone.server, transfer_query()))}
    assert {"NS1.Example.NET.", "ns1.example.net.", "1 Ns1.Example.net."} <= found


def test_large_zone_comes_in_signed_messages_of_some_16_kib(zone):
    for start in range(0, 800, 400):
        zone.done(*[put(f"m{i}", "TXT", "x" * 100) for i in range(start, start + 400)])
    found = messages(zone.server, transfer_query())
    assert len(found) > 8
    assert all(message.had_tsig for message in found)
    assert len(found[0].question) == 1 and not any(message.question for message in found[1:])
    assert len(rrs(found)) == len(exported(zone.server)) + 1  # the SOA twice


def test_every_algorithm_signs_transfers(make_server):
    for algorithm in ("hmac-sha256", "hmac-sha384", "hmac-sha512"):
        text = settings([]).replace("hmac-sha256", algorithm)
        server = make_server(settings=text)
        server.create("demo.test")
        ring = keyring(algorithm=algorithm)
        assert records(server.port, "demo.test", ring) == exported(server), algorithm


def test_unsigned_and_wrongly_signed_transfers_are_refused(zone):
    server = zone.server
    assert ask(server, transfer_query(ring=False)).rcode() == dns.rcode.REFUSED
    other = keyring(name="other.key.", algorithm="hmac-sha512")  # known, but not on the list
    assert ask(server, transfer_query(ring=other, key="other.key.")).rcode() == dns.rcode.REFUSED
    for ring, key, error in [(keyring(secret="d3Jvbmc="), KEY, "BadSignature"),
                             (keyring(name="unknown."), "unknown.", "BadKey"),
                             (keyring(algorithm="hmac-sha512"), KEY, "BadKey")]:
        with pytest.raises(dns.exception.DNSException) as raised:
            ask(server, transfer_query(ring=ring, key=key))
        assert type(raised.value).__name__ == "Peer" + error, raised.value


def test_old_message_is_told_the_time(zone, monkeypatch):
    query, now = transfer_query("SOA"), time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now() - 7200)
        wire = query.to_wire()
    with socket.create_connection(("127.0.0.1", zone.server.port), timeout=10) as stream:
        stream.sendall(struct.pack(">H", len(wire)) + wire)
        reply = read(stream, struct.unpack(">H", read(stream, 2))[0])
    with pytest.raises(dns.tsig.PeerBadTime):
        dns.message.from_wire(reply, keyring=query.keyring, request_mac=query.mac)
    assert reply[3] & 15 == dns.rcode.NOTAUTH
    # Signed, and with our time as other data (RFC 8945 5.2.3).
    told = int.from_bytes(reply[-6:], "big")
    assert abs(told - now()) < 60 and reply[-8:-6] == b"\0\6" and reply[-10:-8] == b"\0\x12"


def test_signed_question_gets_a_signed_answer_over_udp_and_tcp(zone):
    for tcp in (False, True):
        query = dns.message.make_query("n1.demo.test", "A", want_dnssec=True, payload=1232)
        query.use_tsig(keyring(), keyname=KEY)
        reply = ask(zone.server, query, tcp=tcp)
        assert reply.had_tsig and reply.answer[0][0].to_text() == "192.0.2.2", reply.to_text()


def test_signed_answer_without_room_for_its_signature_is_truncated(zone):
    zone.done(put("big", "TXT", " ".join(["x" * 200] * 2)))
    query = dns.message.make_query("big.demo.test", "TXT")
    query.use_tsig(keyring(), keyname=KEY)
    reply = ask(zone.server, query, tcp=False)
    assert reply.had_tsig and reply.flags & dns.flags.TC and not reply.answer, reply.to_text()
    assert ask(zone.server, query, tcp=True).answer


def test_whole_transfer_over_udp_is_refused(zone):
    """RFC 5936 4.2."""
    assert ask(zone.server, transfer_query(), tcp=False).rcode() == dns.rcode.REFUSED


def test_transfer_of_what_is_not_here_is_not_ours(zone):
    assert ask(zone.server, transfer_query(apex="absent.test")).rcode() == dns.rcode.NOTAUTH
    assert ask(zone.server, transfer_query(apex="n1.demo.test")).rcode() == dns.rcode.NOTAUTH


def test_notify_means_nothing_to_a_primary(zone):
    query = dns.message.make_query("demo.test", "SOA")
    query.set_opcode(dns.opcode.NOTIFY)
    assert ask(zone.server, query).rcode() == dns.rcode.REFUSED
    assert ask(zone.server, query, tcp=False).rcode() == dns.rcode.REFUSED


# Differences.

def difference(server, since):
    """(old serial, new serial, removed, added) of an IXFR answer; None for a whole zone."""
    found = rrs(messages(server, transfer_query("IXFR", since)))
    at = [i for i, rrset in enumerate(found) if rrset.rdtype == dns.rdatatype.SOA]
    if len(at) != 4 or at[:2] != [0, 1]:
        return None
    lines = [{(rrset.name.to_text(), rrset.ttl, dns.rdatatype.to_text(rrset.rdtype),
               rrset[0].to_text()) for rrset in part}
             for part in (found[1:at[2]], found[at[2]:at[3]])]
    return found[1][0].serial, found[0][0].serial, *lines


def check_difference(server, since, before):
    """The difference makes the zone out of what it was."""
    old, new, removed, added = difference(server, since)
    assert (old, new) == (since, serial(server))
    assert removed <= before and not removed & added
    assert not added & (before - removed)
    assert before - removed | added == records(server.port, "demo.test", keyring())
    return removed, added


def test_difference_is_what_changed_and_condensed(zone):
    server = zone.server
    before, since = records(server.port, "demo.test", keyring()), serial(zone.server)
    zone.done(put("www", "A", "192.0.2.80"))
    removed, added = check_difference(server, since, before)
    assert len(removed) < 12 and len(added) < 12
    zone.done(put("www", "A", "192.0.2.81"), put("gone", "A", "192.0.2.82"))
    zone.done(remove("gone", "A"), remove("n7", "A"), put("n8", "A", "192.0.2.99", "600"))
    removed, added = check_difference(server, since, before)
    assert not any(name.startswith("gone.") for name, *_ in removed | added)
    assert ("www.demo.test.", 3600, "A", "192.0.2.81") in added
    assert not any(text == "192.0.2.80" for *_, text in removed | added)
    # Another TTL is another record.
    assert ("n8.demo.test.", 300, "A", "192.0.2.9") in removed


def test_difference_survives_a_restart(zone):
    before, since = records(zone.server.port, "demo.test", keyring()), serial(zone.server)
    zone.done(put("www", "A", "192.0.2.80"))
    zone.server.restart()
    zone.done(put("www", "A", "192.0.2.81"))
    check_difference(zone.server, since, before)


def test_current_and_future_serials_get_the_soa_alone(zone):
    now = serial(zone.server)
    for since in (now, now + 1, now + 0x7fffffff):
        found = rrs(messages(zone.server, transfer_query("IXFR", since)))
        assert [rrset[0].serial for rrset in found] == [now], since


def test_unknown_serial_gets_the_whole_zone(zone):
    zone.done(put("www", "A", "192.0.2.80"))
    assert difference(zone.server, (serial(zone.server) - 1000) % 2**32) is None
    found = rrs(messages(zone.server, transfer_query("IXFR", (serial(zone.server) - 1000) % 2**32)))
    assert len(found) == len(exported(zone.server)) + 1


def test_short_journal_gives_the_whole_zone(make_server):
    server = make_server(settings=settings([], "    journal: 2\n"))
    zone = owner.Owner(server)
    zone.create(*owner.first_records(), *first_names(40))
    since = serial(server)
    for i in range(3):
        zone.done(put("www", "A", f"192.0.2.{i}"))
    assert difference(server, since) is None
    assert difference(server, since + 1) is not None


def test_difference_larger_than_the_zone_gives_the_whole_zone(zone):
    since = serial(zone.server)
    zone.done(*[put(f"n{i}", "TXT", "y" * 200) for i in range(40)])
    zone.done(*[put(f"n{i}", "TXT", "z" * 200) for i in range(40)])
    zone.done(*[remove(f"n{i}", rdtype) for i in range(38) for rdtype in ("A", "TXT")])
    assert difference(zone.server, since) is None


def test_differences_are_dropped_before_the_journal_outgrows_the_zone(zone):
    since = serial(zone.server)
    for i in range(30):
        zone.done(*[put(f"n{j}", "A", f"192.0.3.{i}") for j in range(20)])
    assert difference(zone.server, since) is None
    assert difference(zone.server, serial(zone.server) - 1) is not None


def test_difference_over_udp_where_it_fits_and_the_soa_where_not(zone):
    since = serial(zone.server)
    zone.done(remove("n7", "A"))
    query = transfer_query("IXFR", since)
    query.use_edns(payload=1232)
    reply = ask(zone.server, query, tcp=False)
    assert reply.had_tsig and reply.answer[0][0].serial == since + 1
    zone.done(*[put(f"n{i}", "TXT", "t") for i in range(30)])
    reply = ask(zone.server, query, tcp=False)
    assert [rrset.rdtype for rrset in reply.answer] == [dns.rdatatype.SOA], reply.to_text()
    assert len(reply.answer[0]) == 1 and reply.answer[0][0].serial == since + 2


SOA = b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 0, 22) + b"\0\0" + struct.pack(">5I", 1, 0, 0, 0, 0)
BAD_SOAS = {
    "none": (0, b""),
    "short": (1, b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 0, 6) + b"\0\0" + struct.pack(">I", 1)),
    "empty": (1, b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 0, 0)),
    "two": (2, SOA + SOA),
    "foreign": (1, b"\5other\0" + SOA[2:]),
    "cut": (1, SOA[:-5]),
    "too long": (1, b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 0, 23) + SOA[12:] + b"\0"),
    "pointer loop": (1, b"\xc0\x0c" + struct.pack(">HHIH", 6, 1, 0, 23) + b"\xc0\x28\0" + SOA[14:]),
}


@pytest.mark.parametrize("what", BAD_SOAS)
def test_difference_without_a_right_soa_is_malformed(zone, what):
    count, octets = BAD_SOAS[what]
    wire = struct.pack(">6H", 7, 0, 1, 0, count, 0) + b"\4demo\4test\0" + \
        struct.pack(">HH", dns.rdatatype.IXFR, 1) + octets
    with socket.create_connection(("127.0.0.1", zone.server.port), timeout=10) as stream:
        stream.sendall(struct.pack(">H", len(wire)) + wire)
        reply = read(stream, struct.unpack(">H", read(stream, 2))[0])
    assert reply[3] & 15 == dns.rcode.FORMERR, reply
    assert serial(zone.server)


def test_batches_are_not_transferred_before_they_are_published(zone):
    server = zone.server
    before, since = records(server.port, "demo.test", keyring()), serial(server)
    for i in range(3):
        zone.done(put(f"batch{i}", "A", "192.0.2.7"), remove(f"n{i}", "A"),
                  put("n9", "A", f"192.0.2.{100 + i}"), more=True)
        assert records(server.port, "demo.test", keyring()) == before
        assert len(rrs(messages(server, transfer_query("IXFR", since)))) == 1
    zone.done(put("batch3", "A", "192.0.2.7"))
    check_difference(server, since, before)
    assert difference(server, since)[:2] == (since, since + 4)


def test_removed_zone_is_given_to_nobody_and_leaves_no_journal(zone):
    zone.done(put("www", "A", "192.0.2.80"))
    assert zone.send(owner.remove_zone())[0] == 200
    assert ask(zone.server, transfer_query()).rcode() == dns.rcode.NOTAUTH
    zone.server.stop()
    import lmdb
    with lmdb.open(zone.server.store, max_dbs=10, lock=False, readonly=True) as opened:
        journal = opened.open_db(b"journal", create=False)
        with opened.begin(journal) as transaction:
            assert list(transaction.cursor()) == []


# Real secondaries.

class Random:
    """Updates of a zone, none of them refused."""

    def __init__(self, zone, names=120):
        self.zone, self.random, self.names = zone, random.Random(SEED), names
        self.here = {f"n{i}" for i in range(names)}

    def name(self):
        return f"n{self.random.randrange(self.names)}"

    def operation(self):
        kind = self.random.randrange(10)
        name = self.name()
        if kind < 3:
            return [put(name, "A", f"192.0.2.{self.random.randrange(256)}",
                        str(self.random.choice([300, 600])))]
        if kind < 5:
            return [put(name, "TXT", f"t{self.random.randrange(1000)}", mode="Append")]
        if kind < 7:
            return [remove(name, rdtype) for rdtype in ("A", "TXT")]
        if kind == 7:
            return [put(f"deep.er.{name}", "AAAA", "2001:db8::1")]
        if kind == 8:
            return [put(f"*.{name}", "MX", f"{self.random.randrange(3)} mail")]
        cut = f"cut{self.random.randrange(8)}"
        return self.random.choice([
            [put(cut, "NS", f"ns.{cut}"), put(f"ns.{cut}", "A", "192.0.2.3")],
            [remove(cut, "NS"), remove(f"ns.{cut}", "A")]])

    def step(self):
        """One update, sometimes of several batches."""
        for batch in reversed(range(self.random.choice([1, 1, 1, 3]))):
            operations = [each for _ in range(self.random.randrange(1, 6))
                          for each in self.operation()]
            self.zone.done(*operations, more=batch > 0)


def whole_and_incremental(server):
    log = server.log()
    return (len(re.findall(r"zone demo\.test\.: AXFR of", log)),
            len(re.findall(r"zone demo\.test\.: IXFR of", log)))


@pytest.fixture
def secondaries(make_server, tmp_path):
    """A server with a zone and NSD, Knot and BIND that hold it."""
    for program in ("nsd", "knotd", "named"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    ports = [harness.free_port() for _ in range(3)]
    server = make_server(settings=settings(ports))
    zone = owner.Owner(server)
    assert zone.create(*owner.first_records(), *first_names(120))[0] == 201
    started = [program(tmp_path / program.program, server, port).start()
               for program, port in zip((Nsd, Knot, Bind), ports)]
    try:
        for each in started:
            each.wait_for(serial(server))
        yield zone, started
    finally:
        for each in started:
            each.stop()


def check_copies(zone, started, folder):
    """Each copy is the zone, and verifies by itself."""
    ours = exported(zone.server)
    for each in started:
        each.wait_for(serial(zone.server))
        theirs = each.zone()
        assert theirs == ours, (each.program, sorted(theirs ^ ours)[:10])
        path = os.path.join(str(folder), f"{each.program}.copy")
        with open(path, "w") as file:
            file.writelines(f"{name} {ttl} IN {rdtype} {rest}\n"
                            for name, ttl, rdtype, rest in sorted(theirs))
        done = subprocess.run(["ldns-verify-zone", path], capture_output=True, text=True)
        assert done.returncode == 0, (each.program, done.stdout, done.stderr)


def test_secondaries_hold_the_zone_after_random_updates(secondaries, tmp_path):
    """Reached by differences: a whole transfer each at the beginning, and none after it."""
    zone, started = secondaries
    updates = Random(zone)
    whole, _ = whole_and_incremental(zone.server)
    for i in range(UPDATES):
        updates.step()
        for each in started:
            each.wait_for(serial(zone.server))
        if i % 10 == 9:
            check_copies(zone, started, tmp_path)
    check_copies(zone, started, tmp_path)
    more, incremental = whole_and_incremental(zone.server)
    assert more == whole, zone.server.log()
    assert incremental >= 3 * UPDATES, incremental


def served_chain(copy):
    """Which chains a copy has."""
    return {rdtype for _, _, rdtype, _ in copy if rdtype in ("NSEC", "NSEC3")}


def test_secondaries_follow_a_change_of_denial_and_back(secondaries, tmp_path):
    """The whole zone at the change, differences before and after it; never both chains."""
    zone, started = secondaries
    updates = Random(zone)
    for denial, chain in [(1, "NSEC3"), (0, "NSEC")]:
        zone.done(owner.new_policy(owner.policy(denial=denial)))
        harness.wait_for(lambda: served_chain(records(zone.server.port, "demo.test", keyring()))
                         == {chain}, f"a zone with {chain}")
        check_copies(zone, started, tmp_path)
        _, before = whole_and_incremental(zone.server)
        for _ in range(UPDATES // 6):
            updates.step()
            for each in started:
                each.wait_for(serial(zone.server))
        check_copies(zone, started, tmp_path)
        assert whole_and_incremental(zone.server)[1] >= before + 3 * (UPDATES // 6)
        assert all(served_chain(each.zone()) == {chain} for each in started)


def test_secondary_that_was_away_catches_up_by_a_difference(secondaries, tmp_path):
    zone, started = secondaries
    updates = Random(zone)
    whole, _ = whole_and_incremental(zone.server)
    for each in started:
        each.stop()
    for _ in range(5):
        updates.step()
    for each in started:
        each.start()
    check_copies(zone, started, tmp_path)
    # NSD keeps what it has not written to its zone file yet in memory only, and begins anew.
    assert whole_and_incremental(zone.server)[0] <= whole + 1, zone.server.log()


def test_server_that_is_killed_during_transfers_goes_on_where_it_was(secondaries, tmp_path):
    zone, started = secondaries
    updates = Random(zone)
    for _ in range(3):
        updates.step()
        zone.server.restart(how=9)
    # BIND waits a minute and more for an answer that went down with the server, and hears nothing
    # of a NOTIFY meanwhile.
    started[2].stop()
    started[2].start()
    updates.step()
    check_copies(zone, started, tmp_path)


# Word of changes.

class Listener:
    """A secondary that hears NOTIFYs and answers as it is told: rcodes in turn, None for silence."""

    def __init__(self, *replies, keyring=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.replies, self.keyring, self.heard, self.ended = list(replies), keyring, [], False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ended:
            try:
                wire, peer = self.socket.recvfrom(4096)
            except socket.timeout:
                continue
            message = dns.message.from_wire(wire, keyring=self.keyring)
            reply = self.replies[min(len(self.heard), len(self.replies) - 1)]
            self.heard.append((time.monotonic(), message))
            if reply is not None:
                response = dns.message.make_response(message)
                response.set_rcode(reply)
                self.socket.sendto(response.to_wire(), peer)

    def stop(self):
        self.ended = True
        self.thread.join()
        self.socket.close()

    def wait_for(self, count):
        harness.wait_for(lambda: len(self.heard) >= count, f"{count} notifications")
        return [message for _, message in self.heard]


@pytest.fixture
def listener(request):
    """A function that makes listeners; all are stopped at the end."""
    made = []

    def make(*replies, **options):
        made.append(Listener(*replies, **options))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_secondaries_are_notified_under_their_key_after_publication(make_server, listener):
    secondary = listener(dns.rcode.NOERROR, keyring=keyring())
    server = make_server(settings=settings([secondary.port]))
    zone = owner.Owner(server)
    zone.create()
    message, = secondary.wait_for(1)
    assert message.opcode() == dns.opcode.NOTIFY and message.flags & dns.flags.AA
    assert message.had_tsig and message.keyname.to_text() == KEY
    question, = message.question
    assert (question.name.to_text(), question.rdtype) == ("demo.test.", dns.rdatatype.SOA)
    news, = message.answer  # RFC 1996 3.7
    assert news.name == question.name and news[0].serial == serial(server), message
    zone.done(put("a", "A", "192.0.2.1"), more=True)
    zone.done(put("b", "A", "192.0.2.1"), more=True)
    zone.done(put("c", "A", "192.0.2.1"))
    secondary.wait_for(2)
    zone.done(put("d", "A", "192.0.2.1"))
    secondary.wait_for(3)
    # None for batches that nobody sees; one may be repeated where machines are slow.
    assert len(secondary.heard) < 5
    assert len({message.id for _, message in secondary.heard}) > 1
    heard = len(secondary.heard)
    server.restart()
    secondary.wait_for(heard + 1)


def test_notification_is_repeated_until_it_is_acknowledged(make_server, listener):
    secondary = listener(None, dns.rcode.SERVFAIL, dns.rcode.NOERROR, keyring=keyring())
    server = make_server(settings=settings([secondary.port]))
    owner.Owner(server).create()
    secondary.wait_for(3)
    times = [at for at, _ in secondary.heard]
    assert times[1] - times[0] > 0.9 and times[2] - times[1] > 1.8, times


def test_dead_secondary_does_not_delay_the_others(make_server, listener):
    secondary = listener(dns.rcode.NOERROR, keyring=keyring())
    server = make_server(settings=settings([harness.free_port(), secondary.port]))
    begun = time.monotonic()
    for i in range(5):
        owner.Owner(server, f"z{i}.test").create()
    names = {message.question[0].name.to_text() for message in secondary.wait_for(5)}
    assert names == {f"z{i}.test." for i in range(5)}
    assert secondary.heard[4][0] - begun < 20


# Transfers over TLS (RFC 9103).

@pytest.fixture
def certificate(tmp_path):
    """(certificate, key) of primary.test."""
    paths = str(tmp_path / "tls.crt"), str(tmp_path / "tls.key")
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                           "/CN=primary.test", "-addext", "subjectAltName=DNS:primary.test",
                           "-out", paths[0], "-keyout", paths[1]], capture_output=True)
    assert done.returncode == 0, done.stderr
    return paths


@pytest.mark.parametrize("program", [Nsd, Bind])
def test_secondary_takes_transfers_over_tls(make_server, tmp_path, certificate, program):
    if shutil.which(program.program) is None:
        pytest.skip(f"{program.program} is not installed")
    port, tls_port = harness.free_port(), harness.free_port()
    server = make_server(settings=settings([port]),
                         server=f'  listen-tls: [ "127.0.0.1:{tls_port}" ]\n'
                                f'  certificate: "{certificate[0]}"\n'
                                f'  private-key: "{certificate[1]}"\n')
    zone = owner.Owner(server)
    zone.create(*owner.first_records(), *first_names(40))
    secondary = program(tmp_path / "secondary", server, port,
                        tls={"name": "primary", "domain": "primary.test", "port": tls_port,
                             "ca": certificate[0]}).start()
    try:
        secondary.wait_for(serial(server))
        for i in range(3):
            zone.done(put("www", "A", f"192.0.2.{i}"))
            secondary.wait_for(serial(server))
        assert secondary.zone() == exported(server)
    finally:
        secondary.stop()
    assert whole_and_incremental(server) >= (1, 3), server.log()


# Catalogs (RFC 9432).

CATALOG = "catalog.test"


def catalog_settings(ports, group=""):
    return settings(ports, f'    catalog: "{CATALOG}."\n' +
                    (f'    group: "{group}"\n' if group else ""))


def catalog(server):
    """{member: (label, group)} and the serial."""
    found = {(name, rdtype, rest)
             for name, _, rdtype, rest in records(server.port, CATALOG, keyring())}
    assert (f"version.{CATALOG}.", "TXT", '"2"') in found
    assert (f"{CATALOG}.", "NS", "invalid.") in found
    soa, = [rest for _, rdtype, rest in found if rdtype == "SOA"]
    groups = {name.split(".")[1]: rest.strip('"') for name, rdtype, rest in found
              if rdtype == "TXT" and name.startswith("group.")}
    members = {rest: (name.split(".")[0], groups.get(name.split(".")[0]))
               for name, rdtype, rest in found if rdtype == "PTR"}
    assert all(name.endswith(f".zones.{CATALOG}.") for name, rdtype, _ in found if rdtype == "PTR")
    return members, int(soa.split()[2])


def test_catalog_lists_the_zones_that_are_here(make_server):
    server = make_server(settings=catalog_settings([], "gold"))
    assert catalog(server)[0] == {}
    zones = [owner.Owner(server, f"z{i}.test") for i in range(3)]
    for zone in zones:
        zone.create()
    harness.wait_for(lambda: len(catalog(server)[0]) == 3, "three members")
    members, before = catalog(server)
    assert members == {f"{zone.apex}.": (zone.shown()["zone_id"][:40], "gold") for zone in zones}
    zones[0].done(put("www", "A", "192.0.2.1"))
    server.restart()
    assert catalog(server) == (members, before)  # as long as nothing changes
    assert zones[1].send(owner.remove_zone())[0] == 200
    harness.wait_for(lambda: len(catalog(server)[0]) == 2, "two members")
    assert catalog(server)[1] > before
    assert zones[1].create()[0] == 201
    harness.wait_for(lambda: len(catalog(server)[0]) == 3, "three members again")
    assert catalog(server)[0]["z1.test."] != members["z1.test."]  # another zone of that name
    assert catalog(server)[0]["z2.test."] == members["z2.test."]


def test_catalog_is_given_out_under_the_key_alone(make_server):
    server = make_server(settings=catalog_settings([]))
    owner.Owner(server).create()
    for rdtype in ("SOA", "AXFR", "NS", "ANY"):
        query = dns.message.make_query(CATALOG, rdtype)
        assert ask(server, query).rcode() == dns.rcode.REFUSED, rdtype
    assert ask(server, transfer_query("IXFR", 1, ring=False,
                                      apex=CATALOG)).rcode() == dns.rcode.REFUSED
    for name in (f"version.{CATALOG}", f"zones.{CATALOG}"):
        assert ask(server, dns.message.make_query(name, "TXT")).rcode() == dns.rcode.REFUSED
    other = keyring(name="other.key.", algorithm="hmac-sha512")
    for rdtype in ("SOA", "AXFR"):
        query = transfer_query(rdtype, ring=other, key="other.key.", apex=CATALOG)
        assert ask(server, query).rcode() == dns.rcode.REFUSED
    query = transfer_query("NS", apex=CATALOG)
    assert ask(server, query).rcode() == dns.rcode.REFUSED
    for tcp in (False, True):
        reply = ask(server, transfer_query("SOA", apex=CATALOG), tcp=tcp)
        assert reply.answer[0][0].mname.to_text() == "invalid." and reply.had_tsig
    now = reply.answer[0][0].serial
    found = rrs(messages(server, transfer_query("IXFR", now, apex=CATALOG)))
    assert len(found) == 1
    assert len(rrs(messages(server, transfer_query("IXFR", now - 1, apex=CATALOG)))) > 3


@pytest.mark.parametrize("program", [Knot, Bind])
def test_consumer_serves_what_is_created_at_run_time(make_server, tmp_path, program):
    if shutil.which(program.program) is None:
        pytest.skip(f"{program.program} is not installed")
    port = harness.free_port()
    server = make_server(settings=catalog_settings([port]))
    first = owner.Owner(server, "first.test")
    first.create()
    consumer = program(tmp_path / "consumer", server, port, zones=(), catalog=CATALOG).start()
    try:
        consumer.wait_for(1, "first.test")
        zones = [owner.Owner(server, f"z{i}.test") for i in range(5)]
        for zone in zones:
            zone.create()
        for zone in zones:
            consumer.wait_for(1, zone.apex)
        zones[2].done(put("www", "A", "192.0.2.1"))
        consumer.wait_for(2, "z2.test")
        assert consumer.zone("z2.test") == exported(server, "z2.test")
        assert zones[3].send(owner.remove_zone())[0] == 200
        harness.wait_for(lambda: consumer.serial("z3.test") is None, "z3.test to go")
        assert consumer.serial("z4.test") == 1
    finally:
        consumer.stop()


# Word to the parent (RFC 9859).

def parent_server(folder, port, records):
    """A parent zone, example., with these DSYNC records, served by NSD."""
    zone = folder / "parent.zone"
    zone.write_text("example. 60 IN SOA ns.example. host.example. 1 3600 600 86400 1\n"
                    "example. 60 IN NS ns.example.\nns.example. 60 IN A 127.0.0.1\n"
                    "scanner.example. 60 IN A 127.0.0.1\n" + "".join(f"{r}\n" for r in records))
    config = folder / "nsd.conf"
    config.write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  pidfile: ""\n'
        f'  zonesdir: "{folder}"\n  database: ""\n  xfrdfile: "{folder}/xfrd"\n'
        f'  zonelistfile: "{folder}/zones"\n  cookie-secret-file: "{folder}/c"\n'
        f'remote-control:\n  control-enable: no\nzone:\n  name: example\n  zonefile: "{zone}"\n')
    return ["nsd", "-d", "-c", str(config)]


def resolver(folder, port, parent):
    config = folder / "unbound.conf"
    config.write_text(
        f'server:\n  interface: 127.0.0.1@{port}\n  username: ""\n  chroot: ""\n  pidfile: ""\n'
        f'  directory: "{folder}"\n  use-syslog: no\n  do-not-query-localhost: no\n'
        f'  module-config: "iterator"\n  local-zone: "example." nodefault\n'
        f'stub-zone:\n  name: "example."\n  stub-addr: 127.0.0.1@{parent}\n'
        f'remote-control:\n  control-enable: no\n')
    return ["unbound", "-d", "-c", str(config)]


@pytest.mark.parametrize("owner_name", ["child._dsync.sub.example.", "child.sub._dsync.example.",
                                        "_dsync.example."])
def test_parent_is_told_of_new_cds(make_server, tmp_path, daemons, listener, owner_name):
    """Wherever the parent has its DSYNC record; once, and not again for new signatures."""
    for program in ("nsd", "unbound"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    scanner = listener(None, dns.rcode.NOERROR)
    parent, port = harness.free_port(), harness.free_port()
    rdata = struct.pack(">HBH", 59, 1, scanner.port) + b"\7scanner\7example\0"
    daemons.append(harness.Daemon(parent_server(
        tmp_path, parent, [f"{owner_name} 60 IN TYPE66 \\# {len(rdata)} {rdata.hex()}"]), tmp_path))
    daemons.append(harness.Daemon(resolver(tmp_path, port, parent), tmp_path))
    harness.wait_for(lambda: harness.answers(parent, "example"), "the parent")
    harness.wait_for(lambda: harness.answers(port, "example"), "the resolver")

    server = make_server(settings=f'resolver: "127.0.0.1:{port}"\n'
                                  'template:\n  - id: default\n    dsync: true\n')
    zone = owner.Owner(server, "child.sub.example")
    assert zone.create(rules=owner.policy(cds=1))[0] == 201
    message = scanner.wait_for(2)[1]  # the first one got no answer
    assert message.opcode() == dns.opcode.NOTIFY
    question, = message.question
    assert (question.name.to_text(), question.rdtype) == ("child.sub.example.", dns.rdatatype.CDS)
    zone.done(put("www", "A", "192.0.2.1"))
    assert zone.server.query("child.sub.example", "CDS").answer
    zone.done(owner.new_policy(owner.policy(cds=2)))  # "delete": another CDS
    scanner.wait_for(3)
    # One repeats its id.
    assert len({message.id for message in scanner.wait_for(3)}) == 2


def test_metrics_say_how_far_each_secondary_is(make_server, listener):
    secondary = listener(dns.rcode.NOERROR, keyring=keyring())
    server = make_server(settings=settings([secondary.port]))
    zone = owner.Owner(server)
    zone.create(*owner.first_records(), *first_names(40))
    secondary.wait_for(1)
    records(server.port, "demo.test", keyring())
    zone.done(put("www", "A", "192.0.2.1"))
    assert difference(server, 1) is not None
    assert len(rrs(messages(server, transfer_query("IXFR", 2)))) == 1
    ask(server, transfer_query(ring=False))
    text = server.get("/metrics")[1]
    for line in ('sworn_transfers_total{result="axfr"} 1', 'sworn_transfers_total{result="ixfr"} 1',
                 'sworn_transfers_total{result="current"} 1',
                 'sworn_transfers_total{result="refused"} 1',
                 'sworn_secondary_serial{zone="demo.test.",remote="s0"} 2',
                 'sworn_secondary_failures_total{zone="demo.test.",remote="s0"} 0'):
        assert line in text, (line, text)
    success, = re.findall(r"sworn_secondary_success_timestamp_seconds{.*} (\d+)", text)
    assert abs(int(success) - time.time()) < 60


def test_tools_with_the_key_take_the_zone(zone):
    """dig and kdig verify each signature of the answer."""
    for tool in ("dig", "kdig"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
        done = subprocess.run([tool, "@127.0.0.1", "-p", str(zone.server.port), "-y",
                               f"hmac-sha256:{KEY}:{SECRET}", "demo.test", "AXFR"],
                              capture_output=True, text=True)
        lines = {line.split()[0] for line in done.stdout.splitlines()
                 if line and line[0] not in ";"}
        assert {f"n{i}.demo.test." for i in range(40)} <= lines, done.stdout + done.stderr
        said = "\n".join(line for line in (done.stdout + done.stderr).splitlines()
                         if line[:1] == ";")
        assert not re.search("fail|WARNING|ERROR:|[Cc]ouldn't", said), said
