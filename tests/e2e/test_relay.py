"""sworn relay: tools that know TSIG and DNS UPDATE change a zone whose owner signs everything anew."""
import os
import random
import socket
import subprocess

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update
import dns.zone
import pytest

import harness
import updates

ZONE = "upd.test"
RECORDS = """\
@ SOA ns1 host 1 3600 900 604800 300
@ NS ns1
@ CAA 0 issue "ca.example"
ns1 A 192.0.2.53
www 300 A 192.0.2.1
www 300 A 192.0.2.2
alias 300 CNAME www
deep.ent 300 MX 10 mail.example.
"""


class Relay(harness.Daemon):
    """sworn relay for one zone; its log is what it says on standard error."""

    def __init__(self, server, key, zones=(ZONE,), algorithm="hmac-sha256"):
        self.port = harness.free_port()
        self.key = os.path.join(server.folder, "tool.key")
        with open(self.key, "w") as file:
            subprocess.run(["tsig-keygen", "-a", algorithm, "tool"], stdout=file, check=True)
        super().__init__([harness.SWORN, "--server", server.url, "relay", *zones, "--key", key,
                          "--tsig", self.key, "--listen", f"127.0.0.1:{self.port}"], server.folder)
        harness.wait_for(lambda: "relay: ready" in self.log() or self.process.poll() is not None, "the relay")
        assert self.process.poll() is None, self.log()

    def keyring(self):
        with open(self.key) as file:
            secret = file.read().split('secret "')[1].split('"')[0]
        return dns.tsigkeyring.from_text({"tool.": secret})

    def transfer(self):
        messages = dns.query.xfr("127.0.0.1", ZONE, port=self.port, relativize=False, lifetime=30,
                                 keyring=self.keyring(), keyalgorithm="hmac-sha256")
        return dns.zone.from_xfr(messages, relativize=False)


def make(server, daemons, guard, records=RECORDS, denial="nsec"):
    key = server.key() if guard == "ed25519" else updates.dns_key(server.folder, "ECDSAP256SHA256")
    path = updates.master_file(f"{server.folder}/zone.txt", ZONE, records)
    server.sworn("zone", "create", ZONE, "--guard", guard, "--key", key, "--zonefile", path,
                 "--denial", denial)
    relay = Relay(server, key)
    daemons.append(relay)
    return relay


@pytest.fixture(params=["ed25519", "sig0"])
def relay(request, server, daemons):
    return make(server, daemons, request.param)


@pytest.fixture
def ed25519_relay(server, daemons):
    return make(server, daemons, "ed25519")


def texts(server, name, rdtype):
    answer = server.query(f"{name}.{ZONE}", rdtype, dnssec=False).answer
    return sorted(rdata.to_text() for rrset in answer for rdata in rrset)


def test_nsupdate_with_tsig(server, relay):
    def update(script):
        return updates.nsupdate(relay.port, ZONE, script.replace("~", ZONE + "."), "-k", relay.key)

    assert update("prereq nxdomain new.~\nupdate add new.~ 60 A 192.0.2.7\nupdate add new.~ 60 TXT \"a\"") == "NOERROR"
    assert texts(server, "new", "A") == ["192.0.2.7"]
    assert update("prereq nxdomain new.~\nupdate add new.~ 60 A 192.0.2.8") == "YXDOMAIN"
    assert update("prereq yxrrset new.~ A 192.0.2.8\nupdate delete new.~") == "NXRRSET"
    assert update("update delete new.~ A\nupdate delete www.~ A 192.0.2.1") == "NOERROR"
    assert texts(server, "new", "A") == []
    assert texts(server, "www", "A") == ["192.0.2.2"]
    assert update("update add x.example. 60 A 192.0.2.7") == "NOTZONE"
    assert update("update delete ~ NS\nupdate add alias.~ 60 A 192.0.2.1") == "NOERROR"
    assert updates.nsupdate(relay.port, "other.test", "update add x.other.test. 60 A 192.0.2.7", "-k",
                            relay.key) == "NOTAUTH"


def test_nobody_without_the_key(server, ed25519_relay, tmp_path):
    port = ed25519_relay.port
    script = f"update add x.{ZONE}. 60 A 192.0.2.7"
    wrong = {"hmac-sha256:tool": "c2VjcmV0IG9mIHNvbWVib2R5IGVsc2U=", "hmac-sha256:who": "c2VjcmV0IG9mIHNvbWVib2R5IGVsc2U="}
    assert updates.nsupdate(port, ZONE, script) == "REFUSED"
    for name, secret in wrong.items():
        assert updates.nsupdate(port, ZONE, script, "-y", f"{name}:{secret}").startswith("NOTAUTH")
    with pytest.raises(dns.query.TransferError):
        list(dns.query.xfr("127.0.0.1", ZONE, port=port, lifetime=10))
    assert texts(server, "x", "A") == []


def test_a_client_that_does_not_read_holds_up_nobody_for_long(server, daemons):
    relay = make(server, daemons, "ed25519", RECORDS + "big TXT" + f' "{"x" * 250}"' * 200 + "\n")
    question = dns.message.make_query(f"big.{ZONE}", "TXT").to_wire()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", relay.port))
        client.sendall((len(question).to_bytes(2, "big") + question) * 400)
        soa = dns.message.make_query(ZONE, "SOA")
        assert dns.query.tcp(soa, "127.0.0.1", port=relay.port, timeout=40).answer


def test_the_zone_is_transferred_as_it_was_verified(server, ed25519_relay):
    assert not updates.difference(updates.comparable(ed25519_relay.transfer()), updates.exported(server, ZONE))
    server.update(ZONE, "--set", "later 300 A 192.0.2.9")
    found = updates.comparable(ed25519_relay.transfer())
    assert found[f"later.{ZONE}.", "A"][0] == 300
    assert not updates.difference(found, updates.exported(server, ZONE))


def test_a_zone_of_many_messages_is_transferred(server, daemons):
    records = RECORDS + "".join(f'h{i} TXT "{"x" * 200}"\n' for i in range(600))
    relay = make(server, daemons, "ed25519", records)
    assert not updates.difference(updates.comparable(relay.transfer()), updates.exported(server, ZONE))


def test_questions_are_answered_from_verified_records(server, ed25519_relay):
    def ask(name, rdtype):
        question = dns.message.make_query(name, rdtype)
        return dns.query.udp(question, "127.0.0.1", port=ed25519_relay.port, timeout=10)

    soa = ask(ZONE, "SOA")
    assert soa.rcode() == dns.rcode.NOERROR and soa.answer and soa.flags & dns.flags.AA
    assert ask(f"_acme-challenge.www.{ZONE}", "SOA").rcode() == dns.rcode.NXDOMAIN
    assert ask(f"ent.{ZONE}", "A").rcode() == dns.rcode.NOERROR
    assert ask(f"alias.{ZONE}", "A").answer[0].rdtype == dns.rdatatype.CNAME
    assert ask("example.com", "SOA").rcode() == dns.rcode.REFUSED


def test_an_update_overtaken_by_another_is_done_again(server, ed25519_relay):
    for number in range(5):
        server.update(ZONE, "--set", f"tool{number} 300 A 192.0.2.9")
        code = updates.nsupdate(ed25519_relay.port, ZONE, f"update add n{number}.{ZONE}. 60 A 192.0.2.7", "-k",
                                ed25519_relay.key)
        assert code == "NOERROR"
    assert texts(server, "n4", "A") == ["192.0.2.7"]


def test_the_same_updates_make_the_same_zone_as_at_named(server, daemons, tmp_path):
    """In a zone with NSEC3, whose tree holds more than the records."""
    relay = make(server, daemons, "ed25519", denial="nsec3")
    named = updates.Named(tmp_path / "named", ZONE, RECORDS)
    daemons.append(named)
    chosen = random.Random(8945)
    for number in range(60):
        script = updates.random_script(chosen, number, ZONE)
        ours = updates.nsupdate(relay.port, ZONE, script, "-k", relay.key)
        theirs = updates.nsupdate(named.port, ZONE, script)
        assert ours == theirs, f"update {number}: {ours} instead of {theirs}\n{script}"
    wrong = updates.difference(updates.exported(server, ZONE), named.records())
    assert not wrong, wrong
    assert not updates.difference(updates.comparable(relay.transfer()), named.records())


def acme_update(relay, change):
    """As certbot's dns-rfc2136 does: the zone is found by SOA, the update goes over TCP."""
    for base in (f"_acme-challenge.www.{ZONE}", f"www.{ZONE}", ZONE):
        question = dns.message.make_query(base, "SOA")
        question.flags ^= dns.flags.RD
        question.use_tsig(relay.keyring(), algorithm="hmac-sha256")
        response = dns.query.tcp(question, "127.0.0.1", port=relay.port, timeout=45)
        if response.rcode() == dns.rcode.NOERROR and response.get_rrset(
                response.answer, dns.name.from_text(base), dns.rdataclass.IN, dns.rdatatype.SOA):
            break
    assert base == ZONE and response.flags & dns.flags.AA
    update = dns.update.Update(base, keyring=relay.keyring(), keyalgorithm="hmac-sha256")
    change(update)
    assert dns.query.tcp(update, "127.0.0.1", port=relay.port, timeout=45).rcode() == dns.rcode.NOERROR


def test_a_certificate_tool_proves_a_name(server, relay):
    acme_update(relay, lambda update: update.add("_acme-challenge.www", 120, "TXT", '"token"'))
    assert texts(server, "_acme-challenge.www", "TXT") == ['"token"']
    acme_update(relay, lambda update: update.delete("_acme-challenge.www", "TXT", '"token"'))
    assert texts(server, "_acme-challenge.www", "TXT") == []


def test_wrong_options_are_named(server, tmp_path):
    key = server.key()
    bad = tmp_path / "bad"
    bad.write_text("no key")
    for options, words in [
        (["--tsig", str(bad)], "neither NAME:ALGORITHM:FILE nor a file of tsig-keygen"),
        (["--tsig", f"a:hmac-md5:{bad}"], "'hmac-md5' is none of"),
        (["--tsig", f"a:hmac-sha256:{bad}"], "secret is not base64"),
        (["--tsig", f"a:hmac-sha256:{tmp_path}/nothing"], "nothing"),
    ]:
        done = server.sworn("relay", ZONE, "--key", key, *options, check=False)
        assert done.returncode != 0 and words in done.stderr, done.stderr
    good = tmp_path / "good"
    good.write_text("c2VjcmV0\n")
    done = server.sworn("relay", ZONE, "--key", key, "--tsig", f"a:hmac-sha256:{good}", "--listen", "nowhere", check=False)
    assert done.returncode != 0 and "'nowhere' is not ADDRESS:PORT" in done.stderr
