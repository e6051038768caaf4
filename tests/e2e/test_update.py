"""Dynamic update (RFC 2136) signed with SIG(0) (RFC 2931): nsupdate as it is, compared with named.

The zone's guard decides (guards/library/sig0); each rule of RFC 2136 is tested with it in tests/unit/guard.
"""
import random
import socket
import ssl
import struct
import threading
import time

import dns.message
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TSIG
import dns.tsig
import dns.tsigkeyring
import dns.update
import pytest

import harness
import test_transports
import updates

ZONE = "upd.test"
RECORDS = """\
@ SOA ns1 host 1 3600 900 604800 300
@ NS ns1
@ NS ns2.example.
ns1 A 192.0.2.53
www 300 A 192.0.2.1
www 300 A 192.0.2.2
www 300 TXT "hello"
alias 300 CNAME www
deep.ent 300 MX 10 mail.example.
"""
ALGORITHMS = ["ECDSAP256SHA256", "ED25519"]


class Zone:
    """A zone that the guard sig0 owns, at a server of its own."""

    def __init__(self, server, algorithm):
        self.server = server
        self.key = updates.dns_key(server.folder, algorithm)
        path = updates.master_file(f"{server.folder}/zone.txt", ZONE, RECORDS)
        server.sworn("zone", "create", ZONE, "--guard", "sig0", "--key", self.key, "--zonefile", path)

    def update(self, script, *arguments):
        return updates.nsupdate(self.server.port, ZONE, script, "-k", self.key, *arguments)

    def sequence(self):
        return int(self.server.sworn("zone", "show", ZONE).stdout.split("sequence")[1].split()[0])

    def texts(self, name, rdtype):
        owner = ZONE if name == "@" else f"{name}.{ZONE}"
        answer = self.server.query(owner, rdtype, dnssec=False).answer
        return sorted(rdata.to_text() for rrset in answer for rdata in rrset)


@pytest.fixture(params=ALGORITHMS)
def zone(request, make_server):
    return Zone(make_server(), request.param)


@pytest.fixture
def ed25519_zone(make_server):
    return Zone(make_server(), "ED25519")


def test_nsupdate_works_unchanged(zone):
    steps = [
        ("update add new.~ 60 A 192.0.2.7", "NOERROR"),
        ("update add new.~ 60 A 192.0.2.8", "NOERROR"),
        ("prereq yxdomain new.~\nupdate add new2.~ 60 A 192.0.2.7", "NOERROR"),
        ("prereq nxdomain new.~\nupdate add new3.~ 60 A 192.0.2.7", "YXDOMAIN"),
        ("prereq yxdomain nothing.~\nupdate add new3.~ 60 A 192.0.2.7", "NXDOMAIN"),
        ("prereq yxrrset new.~ A\nupdate delete new2.~", "NOERROR"),
        ("prereq nxrrset new.~ A\nupdate add new3.~ 60 A 192.0.2.7", "YXRRSET"),
        ("prereq yxrrset new.~ TXT\nupdate add new3.~ 60 A 192.0.2.7", "NXRRSET"),
        ("prereq yxrrset new.~ A 192.0.2.7\nupdate add new3.~ 60 A 192.0.2.7", "NXRRSET"),
        ("prereq yxrrset new.~ A 192.0.2.8\nprereq yxrrset new.~ A 192.0.2.7\n"
         "update delete new.~ A 192.0.2.7", "NOERROR"),
        ("update add alias.~ 60 A 192.0.2.7", "NOERROR"),
        ("update delete ~ NS\nupdate delete ~ SOA", "NOERROR"),
        ("update add www.example. 60 A 192.0.2.7", "NOTZONE"),
        ("update add ~ 60 NSEC3PARAM 1 0 0 -", "REFUSED"),
    ]
    for script, code in steps:
        assert zone.update(script.replace("~", ZONE + ".")) == code, script
    assert zone.texts("new", "A") == ["192.0.2.8"]
    assert zone.texts("new2", "A") == zone.texts("new3", "A") == []
    assert zone.texts("alias", "CNAME") == [f"www.{ZONE}."]
    assert len(zone.texts("@", "NS")) == 2


def test_over_tcp_too(zone):
    assert zone.update(f"update add tcp.{ZONE}. 60 A 192.0.2.7", "-v") == "NOERROR"
    assert zone.texts("tcp", "A") == ["192.0.2.7"]


def test_over_tls_too(make_server):
    server = test_transports.begin(make_server, zone=False)
    zone = Zone(server, "ED25519")
    message, response = recorded(zone, f"update add x.{ZONE}. 60 A 192.0.2.7")
    context = ssl.create_default_context(cafile=f"{server.folder}/tls.crt")
    with socket.create_connection(("127.0.0.1", server.ports.tls), timeout=harness.WAIT) as tcp, \
            context.wrap_socket(tcp, server_hostname="ns.test") as tls, tls.makefile("rwb") as stream:
        for octets, codes in [(message, "NOERROR"), (message[:1] + bytes([message[1] ^ 1]) + message[2:], "NOTAUTH")]:
            stream.write(struct.pack("!H", len(octets)) + octets)
            stream.flush()
            answer = stream.read(struct.unpack("!H", stream.read(2))[0])
            assert code(answer) == codes
    assert code(response) == "NOERROR"
    assert zone.sequence() == 1


def test_other_keys_and_zones_are_refused(zone, tmp_path):
    script = f"update add x.{ZONE}. 60 A 192.0.2.7"
    port = zone.server.port
    for algorithm in ALGORITHMS:
        key = updates.dns_key(tmp_path, algorithm)
        assert updates.nsupdate(port, ZONE, script, "-k", key) == "NOTAUTH"
    assert updates.nsupdate(port, ZONE, script) == "REFUSED"
    assert updates.nsupdate(port, "other.test", "update add x.other.test 60 A 192.0.2.7", "-k", zone.key) == "NOTAUTH"
    assert zone.texts("x", "A") == []
    assert zone.sequence() == 0


def test_the_same_key_serves_the_owners_tool(zone):
    server = zone.server
    server.sworn("zone", "update", ZONE, "--key", zone.key, "--set", "tool 300 A 192.0.2.9")
    assert zone.update(f"update delete tool.{ZONE}. A") == "NOERROR"
    assert zone.texts("tool", "A") == []
    server.sworn("zone", "policy", ZONE, "--key", zone.key, "--cds", "on")
    assert len(zone.texts("@", "CDS")) == 2
    server.sworn("owner", "change", ZONE, "--key", zone.key, "--guard", "ed25519", "--owner",
                 server.key() + ".pub")
    assert zone.update(f"update add x.{ZONE}. 60 A 192.0.2.9") == "REFUSED"
    server.sworn("owner", "change", ZONE, "--key", server.key(), "--guard", "sig0", "--owner",
                 zone.key.replace(".private", ".key"))
    assert zone.update(f"update add x.{ZONE}. 60 A 192.0.2.9") == "NOERROR"
    assert zone.texts("x", "A") == ["192.0.2.9"]


class Recorder:
    """Stands between nsupdate and the server and keeps what passes."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(harness.WAIT)
        self.port = self.socket.getsockname()[1]
        self.target = ("127.0.0.1", port)

    def take(self, copies):
        """The next message of a client, passed on so many times at once; the responses."""
        message, client = self.socket.recvfrom(65535)
        sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(copies)]
        for udp in sockets:
            udp.settimeout(harness.WAIT)
            udp.sendto(message, self.target)
        responses = [udp.recv(65535) for udp in sockets]
        for udp in sockets:
            udp.close()
        self.socket.sendto(responses[0], client)
        return message, responses


def send(port, message, source="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((source, 0))
        udp.settimeout(harness.WAIT)
        udp.sendto(message, ("127.0.0.1", port))
        return udp.recv(65535)


def code(response):
    return dns.rcode.to_text(dns.rcode.Rcode(response[3] & 15))


def recorded(zone, script, copies=1):
    """The octets of an update by nsupdate, and the response, which is the same to all copies."""
    recorder = Recorder(zone.server.port)
    result = []
    client = threading.Thread(target=lambda: result.append(
        updates.nsupdate(recorder.port, ZONE, script, "-k", zone.key)))
    client.start()
    message, responses = recorder.take(copies)
    client.join(harness.WAIT)
    assert len(set(responses)) == 1
    assert result == [code(responses[0])]
    return message, responses[0]


def test_a_repeated_message_gets_the_first_answer_and_changes_nothing(zone):
    port = zone.server.port
    message, response = recorded(zone, f"prereq nxdomain x.{ZONE}.\nupdate add x.{ZONE}. 60 A 192.0.2.7")
    assert code(response) == "NOERROR"
    sequence = zone.sequence()
    assert send(port, message) == response
    assert send(port, message, "127.0.0.2") == response
    assert zone.sequence() == sequence == 1
    assert zone.update(f"update delete x.{ZONE}. A") == "NOERROR"
    assert send(port, message) == response
    assert zone.texts("x", "A") == []
    # Without the host's memory the guard's own counts.
    zone.server.restart()
    assert code(send(port, message)) == "REFUSED"
    assert zone.texts("x", "A") == []
    assert zone.sequence() == 2


def test_copies_that_come_together_are_one_update(ed25519_zone):
    script = f"prereq nxdomain a.{ZONE}.\nupdate add a.{ZONE}. 60 A 192.0.2.7"
    message, response = recorded(ed25519_zone, script, copies=8)
    assert code(response) == "NOERROR"
    assert ed25519_zone.sequence() == 1


def test_a_tampered_message_changes_nothing(ed25519_zone):
    zone = ed25519_zone
    message, response = recorded(zone, f"update add x.{ZONE}. 60 A 192.0.2.7")
    assert zone.update(f"update delete x.{ZONE}. A") == "NOERROR"
    chosen = random.Random(1)
    for at in [0, 1, 2, 3, 4, 5, 11] + [chosen.randrange(12, len(message)) for _ in range(25)]:
        changed = bytearray(message)
        changed[at] ^= 1 << chosen.randrange(8)
        if changed[2] & 0x80:
            continue  # a response, which gets none
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.settimeout(harness.WAIT)
            tcp.connect(("127.0.0.1", zone.server.port))
            tcp.sendall(struct.pack("!H", len(changed)) + changed)
            size = tcp.recv(2)
            if size:
                assert code(tcp.recv(65535)) != "NOERROR", at
    assert zone.texts("x", "A") == []
    assert zone.sequence() == 2


def test_the_guards_words_come_with_edns(ed25519_zone):
    update = dns.update.UpdateMessage(ZONE)
    update.add("x", 60, "A", "192.0.2.7")
    update.use_edns(0)
    response = dns.query.udp(update, "127.0.0.1", port=ed25519_zone.server.port, timeout=10)
    assert response.rcode() == dns.rcode.REFUSED
    assert "not signed with SIG(0)" in response.options[0].text


def test_the_same_updates_make_the_same_zone_as_at_named(ed25519_zone, tmp_path, daemons):
    named = updates.Named(tmp_path / "named", ZONE, RECORDS)
    daemons.append(named)
    chosen = random.Random(2136)
    codes = {}
    for number in range(150):
        script = updates.random_script(chosen, number, ZONE)
        ours = ed25519_zone.update(script)
        theirs = updates.nsupdate(named.port, ZONE, script)
        codes[ours] = codes.get(ours, 0) + 1
        assert ours == theirs, f"update {number}: {ours} instead of {theirs}\n{script}"
        if number % 15 == 14:
            wrong = updates.difference(updates.exported(ed25519_zone.server, ZONE), named.records())
            assert not wrong, f"update {number}: {wrong}\n{script}"
    assert set(codes) == {"NOERROR", "NXDOMAIN", "YXDOMAIN", "NXRRSET", "YXRRSET"}, codes


ACL = """\
keys:
  - { id: "hop.", algorithm: hmac-sha256, secret: "c2VjcmV0IG9mIHRoZSBob3A=" }
acl:
  - { id: "here", addresses: [ "127.0.0.1" ], actions: [ update ] }
  - { id: "hop", keys: [ "hop." ], actions: [ update ] }
template:
  - { id: default, acl: [ "%s" ] }
"""


def test_an_access_list_keeps_updates_away_from_the_guard(make_server):
    zone = Zone(make_server(settings=ACL % "here"), "ED25519")
    message, response = recorded(zone, f"update add x.{ZONE}. 60 A 192.0.2.7")
    assert code(response) == "NOERROR"
    changed = bytearray(message)
    changed[1] ^= 1  # another id: the host has no answer for it yet
    assert code(send(zone.server.port, changed)) == "NOTAUTH"
    assert code(send(zone.server.port, changed, "127.0.0.2")) == "REFUSED"


def test_tsig_authenticates_the_hop_and_nothing_else(make_server):
    """The access list asks for a key; what lies inside is still signed by the owner, or not done."""
    zone = Zone(make_server(settings=ACL % "hop"), "ED25519")
    assert zone.update(f"update add x.{ZONE}. 60 A 192.0.2.7") == "REFUSED"
    assert updates.nsupdate(zone.server.port, ZONE, f"update add x.{ZONE}. 60 A 192.0.2.7", "-y",
                            "hmac-sha256:hop:c2VjcmV0IG9mIHRoZSBob3A=") == "REFUSED"
    signed = carried(zone, f"update add x.{ZONE}. 60 A 192.0.2.7")
    keyring = dns.tsigkeyring.from_text({"hop.": "c2VjcmV0IG9mIHRoZSBob3A="})
    assert send_signed(zone.server.port, signed, keyring) == "NOERROR"
    assert zone.texts("x", "A") == ["192.0.2.7"]


def carried(zone, script):
    """The octets of an update that did not get through."""
    message, response = recorded(zone, script)
    assert code(response) == "REFUSED"
    return message


def send_signed(port, message, keyring):
    """Append a TSIG to the octets as they are, which dnspython's own writer would make anew."""
    name, secret = next(iter(keyring.items()))
    key = dns.tsig.Key(name, secret, dns.tsig.HMAC_SHA256)
    rdata = dns.rdtypes.ANY.TSIG.TSIG(dns.rdataclass.ANY, dns.rdatatype.TSIG, key.algorithm, 0, 300, b"",
                                      struct.unpack("!H", message[:2])[0], 0, b"")
    rdata, _ = dns.tsig.sign(message, key, rdata, int(time.time()), b"")
    octets = rdata.to_wire()
    record = key.name.to_wire() + struct.pack("!HHIH", 250, 255, 0, len(octets)) + octets
    count = struct.unpack("!H", message[10:12])[0] + 1
    return code(send(port, message[:10] + struct.pack("!H", count) + message[12:] + record))


def test_too_many_updates_from_one_address_are_refused(make_server):
    zone = Zone(make_server(settings="rate-limit:\n  updates: 2\n  exempt: [ \"192.0.2.1\" ]\n"), "ED25519")
    update = dns.update.UpdateMessage(ZONE)
    update.use_edns(0)

    def is_refused():
        response = dns.query.udp(update, "127.0.0.1", port=zone.server.port, timeout=10)
        assert response.rcode() == dns.rcode.REFUSED
        return "too many updates" in response.options[0].text

    harness.wait_for(is_refused, "the limit")
