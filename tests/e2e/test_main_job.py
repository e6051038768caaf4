"""The main job from end to end: created, changed by its owner, validated by a resolver, refused to everybody else."""
import os
import shutil
import subprocess

import dns.flags
import dns.rcode
import pytest

import harness


def unbound(server, folder, daemons, apex="demo.test"):
    """Unbound as a validating resolver with this server's DS as trust anchor; its port."""
    if shutil.which("unbound") is None:
        pytest.skip("unbound is not installed")
    port = harness.free_port()
    config = os.path.join(str(folder), "unbound.conf")
    anchors = "".join(f'  trust-anchor: "{ds}"\n' for ds in server.ds(apex))
    with open(config, "w") as file:
        file.write(f'server:\n  interface: 127.0.0.1\n  port: {port}\n  username: ""\n  chroot: ""\n'
                   f'  directory: "{folder}"\n  pidfile: ""\n  use-syslog: no\n'
                   f'  do-not-query-localhost: no\n  local-zone: "test." nodefault\n{anchors}'
                   f'stub-zone:\n  name: "{apex}"\n  stub-addr: 127.0.0.1@{server.port}\n'
                   f'  stub-prime: no\n')
    daemon = harness.Daemon(["unbound", "-d", "-c", config], folder)
    daemons.append(daemon)
    harness.wait_for(lambda: harness.answers(port, apex) or daemon.process.poll() is not None,
                     "unbound to answer")
    assert daemon.process.poll() is None, daemon.log()
    return port


def ask(port, name, rdtype):
    question = harness.dns.message.make_query(name, rdtype, want_dnssec=True)
    return harness.dns.query.udp(question, "127.0.0.1", port=port, timeout=10)


@pytest.mark.parametrize("algorithm", ["13", "15"])
def test_unbound_validates_answers_and_denials(server, tmp_path, daemons, algorithm):
    server.create("demo.test", "--ns", "ns1.example.net", "--algorithm", algorithm)
    server.update("demo.test", "--set", "www 300 A 192.0.2.1", "--set", "*.wild 60 TXT w")
    port = unbound(server, tmp_path, daemons)
    for name, rdtype, rcode in [("www.demo.test", "A", dns.rcode.NOERROR),
                                ("www.demo.test", "AAAA", dns.rcode.NOERROR),
                                ("absent.demo.test", "A", dns.rcode.NXDOMAIN),
                                ("x.wild.demo.test", "TXT", dns.rcode.NOERROR),
                                ("wild.demo.test", "TXT", dns.rcode.NOERROR),
                                ("demo.test", "DNSKEY", dns.rcode.NOERROR)]:
        reply = ask(port, name, rdtype)
        assert reply.rcode() == rcode, (name, rdtype, reply.to_text())
        assert reply.flags & dns.flags.AD, (name, rdtype, reply.to_text())


def test_an_update_is_served_when_its_owner_has_been_told(demo):
    demo.update("demo.test", "--set", "www 300 A 192.0.2.2")
    reply = demo.query("www.demo.test", "A")
    assert "192.0.2.2" in reply.to_text(), reply.to_text()


def test_all_is_there_after_a_restart(demo):
    before = demo.export(signed=True)
    demo.restart()
    assert demo.export(signed=True) == before
    assert "192.0.2.1" in demo.query("www.demo.test", "A").to_text()
    demo.update("demo.test", "--set", "again A 192.0.2.9")
    assert "192.0.2.9" in demo.query("again.demo.test", "A").to_text()


def test_the_signed_export_passes_ldns_and_bind(demo, tmp_path):
    path = tmp_path / "demo.zone"
    path.write_text(demo.export(signed=True))
    for command in (["ldns-verify-zone", str(path)],
                    ["dnssec-verify", "-z", "-o", "demo.test", str(path)]):
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}{path.read_text()}"


def test_the_enclave_process_is_confined(demo):
    with open(f"/proc/{demo.enclave_pid()}/status") as file:
        status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
    assert status["Seccomp"] == "2", status
    assert status["NoNewPrivs"] == "1", status


def test_a_replayed_update_is_refused(demo):
    argument = os.path.join(demo.folder, "argument")
    demo.update("demo.test", "--set", "www 300 A 192.0.2.7", "--argument-out", argument)
    octets = open(argument, "rb").read()
    first = demo.post("/v1/zones/demo.test/updates", octets)
    root = demo.show()["leaf"]["value"]
    second = demo.post("/v1/zones/demo.test/updates", octets)
    assert first[0] == 200, first
    assert second[0] == 403 and "sequence" in second[1]["error"]["message"], second
    assert demo.show()["leaf"]["value"] == root


def test_a_forged_update_is_refused(demo):
    other = os.path.join(demo.folder, "other.key")
    demo.sworn("key", "new", other)
    root = demo.show()["leaf"]["value"]
    done = demo.sworn("zone", "update", "demo.test", "--key", other, "--set", "www A 192.0.2.66",
                      check=False)
    assert done.returncode != 0
    assert "signature" in done.stderr, done.stderr
    assert demo.show()["leaf"]["value"] == root
