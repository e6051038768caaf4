"""EDNS as other programs see it: options, cookies that other servers know, limits of rate."""
import os
import re
import shutil
import signal
import socket
import struct
import subprocess

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode

import harness

SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf"
CLIENT = bytes.fromhex("2464c4abcf10c957")
COOKIE, KEEPALIVE, EDE, ZONEVERSION = 10, 11, 15, 19


def program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def configured(make_server, server_lines, more="", **options):
    """swornd with these lines more in its configuration."""
    server = make_server(start=False, **options)
    with open(server.config) as file:
        text = file.read()
    with open(server.config, "w") as file:
        file.write(text.replace("  threads: 1\n", "  threads: 1\n" + server_lines) + more)
    server.start()
    server.create("demo.test")
    return server


def ask(port, options=(), name="demo.test", rdtype="SOA", tcp=False, **more):
    query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232,
                                   options=[dns.edns.GenericOption(*o) for o in options], **more)
    return (dns.query.tcp if tcp else dns.query.udp)(query, "127.0.0.1", port=port, timeout=10)


def option(response, code):
    """Data of an option, None without it."""
    found = [o for o in response.options if o.otype == code]
    assert len(found) <= 1, response
    return found[0].to_wire() if found else None


def cookie_alone(port, cookie):
    """The code that a message without a question gets: whether the server knows this cookie."""
    opt = struct.pack("!BHHIHHH", 0, 41, 1232, 0, 4 + len(cookie), COOKIE, len(cookie)) + cookie
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(10)
        udp.connect(("127.0.0.1", port))
        udp.send(struct.pack("!6H", 7, 0, 0, 0, 0, 1) + opt)
        return dns.message.from_wire(udp.recv(4096)).rcode()


def dig(server, *arguments):
    return subprocess.run(["dig", "@127.0.0.1", "-p", str(server.port), "+norec", *arguments],
                          capture_output=True, text=True, timeout=60).stdout


# --- options as tools show them ------------------------------------------------------------------

def test_dig_and_kdig_see_what_they_ask_for(make_server):
    server = configured(make_server, '  identity: "ns1"\n  version: "sworn"\n'
                                     '  nsid: "ns1.example"\n  error-agent: "report.example."\n')
    text = dig(server, "demo.test", "SOA", "+nsid", "+ednsopt=19", "+subnet=192.0.2.0/24")
    assert "(good)" in text and '("ns1.example")' in text and "status: NOERROR" in text, text
    assert re.search(r"OPT=19: 02 00 00 00 00 01", text), text
    assert ".report.example." in text and "CLIENT-SUBNET" not in text, text
    text = dig(server, "elsewhere.test", "A")
    assert "status: REFUSED" in text and "EDE: 20" in text, text
    text = dig(server, "demo.test", "SOA", "+edns=1", "+noednsneg")
    assert "status: BADVERS" in text and "version: 0" in text, text
    text = dig(server, "demo.test", "SOA", "+ednsflags=0x40", "+ednsopt=65001:abcd")
    assert "status: NOERROR" in text and "OPT=65001" not in text and "MBZ" not in text, text
    assert dig(server, "demo.test", "+opcode=15", "+noedns").count("status: NOTIMP") == 1
    assert dig(server, "id.server", "CH", "TXT", "+short").strip() == '"ns1"'
    assert dig(server, "version.bind", "CH", "TXT", "+short").strip() == '"sworn"'
    text = subprocess.run(["kdig", "@127.0.0.1", "-p", str(server.port), "demo.test", "SOA",
                           "+nsid", "+cookie", "+noall", "+answer", "+opt"],
                          capture_output=True, text=True, timeout=60).stdout
    assert "ns1.example" in text and "COOKIE" in text and "SOA" in text, text


def test_idle_time_is_told_over_tcp_only(make_server):
    server = configured(make_server, "  tcp-idle: 7\n")
    assert option(ask(server.port, [(KEEPALIVE, b"")], tcp=True), KEEPALIVE) == b"\0\x46"
    assert option(ask(server.port, [(KEEPALIVE, b"")]), KEEPALIVE) is None
    assert ask(server.port, [(KEEPALIVE, b"\0\1")], tcp=True).rcode() == dns.rcode.FORMERR


def test_zone_version_follows_an_update(demo):
    before = option(ask(demo.port, [(ZONEVERSION, b"")]), ZONEVERSION)
    demo.update("demo.test", "--set", "www 300 A 192.0.2.2")
    after = option(ask(demo.port, [(ZONEVERSION, b"")], name="www.demo.test"), ZONEVERSION)
    assert before[:2] == after[:2] == b"\2\0"
    assert int.from_bytes(after[2:], "big") == int.from_bytes(before[2:], "big") + 1
    assert int.from_bytes(after[2:], "big") == demo.query("demo.test", "SOA").answer[0][0].serial


def test_sighup_changes_what_the_server_says_of_itself(make_server):
    server = configured(make_server, '  identity: "before"\n')
    with open(server.config) as file:
        text = file.read()
    with open(server.config, "w") as file:
        file.write(text.replace("before", "after"))
    server.process.send_signal(signal.SIGHUP)
    harness.wait_for(lambda: "after" in dig(server, "id.server", "CH", "TXT", "+short"),
                     "the new identity")


# --- cookies -------------------------------------------------------------------------------------

ZONE = "@ 300 SOA ns host 1 2 3 4 5\n@ 300 NS ns\nns 300 A 192.0.2.1\n"


def bind(folder, port):
    (folder / "named.conf").write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }};'
        f' listen-on-v6 {{ none; }}; pid-file none; recursion no; dnssec-validation no;'
        f' cookie-algorithm siphash24; cookie-secret "{SECRET}"; require-server-cookie yes; }};\n'
        f'controls {{ }};\n'
        f'zone "demo.test" {{ type primary; file "{folder}/zone"; }};\n')
    return [program("named"), "-g", "-c", str(folder / "named.conf")]


def nsd(folder, port):
    (folder / "nsd.conf").write_text(
        f'server:\n  ip-address: 127.0.0.1@{port}\n  username: ""\n  chroot: ""\n'
        f'  zonesdir: "{folder}"\n  database: ""\n  pidfile: "{folder}/nsd.pid"\n'
        f'  xfrdfile: "{folder}/xfrd.state"\n  zonelistfile: "{folder}/zone.list"\n'
        f'  answer-cookie: yes\n  cookie-secret: "{SECRET}"\n'
        f'remote-control:\n  control-enable: no\n'
        f'zone:\n  name: "demo.test"\n  zonefile: "{folder}/zone"\n')
    return [program("nsd"), "-d", "-c", str(folder / "nsd.conf")]


def knot(folder, port):
    (folder / "knot.conf").write_text(
        f'server:\n    listen: 127.0.0.1@{port}\n    rundir: {folder}\n'
        f'mod-cookies:\n  - id: default\n    secret: 0x{SECRET}\n'
        f'template:\n  - id: default\n    storage: {folder}\n    global-module: mod-cookies/default\n'
        f'database:\n    storage: {folder}\n'
        f'zone:\n  - domain: demo.test\n    file: zone\n    zonefile-sync: -1\n')
    return [program("knotd"), "-c", str(folder / "knot.conf")]


def same_second(ports):
    """Server cookies that were made in one second, so that they have to be the same."""
    def cookies():
        found = [option(ask(port, [(COOKIE, CLIENT)]), COOKIE) for port in ports]
        return found if len({cookie[12:16] for cookie in found}) == 1 else None
    return harness.wait_for(cookies, "cookies of one second")


def test_other_servers_with_the_secret_make_and_know_the_same_cookies(make_server, daemons, tmp_path):
    server = configured(make_server, f'  cookie-secrets: [ "{SECRET}" ]\n')
    ports = {"sworn": server.port}
    for name, settings in (("bind", bind), ("nsd", nsd), ("knot", knot)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "zone").write_text("$ORIGIN demo.test.\n" + ZONE)
        ports[name] = harness.free_port()
        daemons.append(harness.Daemon(settings(folder, ports[name]), folder))
    for name, port in ports.items():
        harness.wait_for(lambda: harness.answers(port, "demo.test"), name)
    cookies = same_second(ports.values())
    assert len(set(cookies)) == 1 and cookies[0][:8] == CLIENT, dict(zip(ports, cookies))
    forged = cookies[0][:-1] + bytes([cookies[0][-1] ^ 1])
    assert cookie_alone(server.port, cookies[1]) == dns.rcode.NOERROR
    assert cookie_alone(server.port, forged) == dns.rcode.BADCOOKIE
    assert ask(ports["bind"], [(COOKIE, cookies[0])]).rcode() == dns.rcode.NOERROR
    assert ask(ports["bind"], [(COOKIE, forged)]).rcode() == dns.rcode.BADCOOKIE


def test_cookies_of_the_last_secret_are_good_after_it_was_replaced(make_server):
    new = "445536bcd2513298075a5d379663c962"
    server = configured(make_server, f'  cookie-secrets: [ "{SECRET}" ]\n')
    old_cookie = option(ask(server.port, [(COOKIE, CLIENT)]), COOKIE)
    with open(server.config) as file:
        text = file.read()
    with open(server.config, "w") as file:
        file.write(text.replace(f'"{SECRET}"', f'"{new}", "{SECRET}"'))
    server.restart()
    assert cookie_alone(server.port, old_cookie) == dns.rcode.NOERROR
    answer = option(ask(server.port, [(COOKIE, old_cookie)]), COOKIE)
    assert answer != old_cookie and cookie_alone(server.port, answer) == dns.rcode.NOERROR
    with open(server.config, "w") as file:
        file.write(text.replace(SECRET, new))
    server.restart()
    assert cookie_alone(server.port, old_cookie) == dns.rcode.BADCOOKIE
    assert cookie_alone(server.port, answer) == dns.rcode.NOERROR


# --- limits --------------------------------------------------------------------------------------

LIMITED = "rate-limit: { responses: 5, slip: 2, exempt: [] }\n"


def flood(port, options=(), count=200):
    """The same question at once and often, then another one: what came back before its answer."""
    def query(name):
        return dns.message.make_query(name, "NS", use_edns=0, payload=1232,
                                      options=[dns.edns.GenericOption(*o) for o in options])

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(20)
        udp.connect(("127.0.0.1", port))
        wire, last = query("demo.test").to_wire(), query("last.demo.test")
        for _ in range(count):
            udp.send(wire)
        udp.send(last.to_wire())
        responses = []
        while True:
            response = dns.message.from_wire(udp.recv(4096))
            if response.id == last.id:
                return responses
            responses.append(response)


def test_flood_over_udp_is_limited_and_slips_truncated(make_server):
    server = configured(make_server, "", LIMITED)
    responses = flood(server.port)
    whole = [r for r in responses if r.answer]
    slipped = [r for r in responses if r.flags & dns.flags.TC]
    assert 5 <= len(whole) < 100, len(whole)
    assert 0 < len(slipped) <= 100 and not any(r.answer for r in slipped)
    assert len(whole) + len(slipped) == len(responses) < 200
    assert all(ask(server.port, rdtype="NS", tcp=True).answer for _ in range(30))


def test_flood_with_a_client_cookie_gets_badcookie_and_with_ours_all(make_server):
    server = configured(make_server, "", LIMITED)
    responses = flood(server.port, [(COOKIE, CLIENT)])
    bad = [r for r in responses if r.rcode() == dns.rcode.BADCOOKIE]
    assert bad and not any(r.flags & dns.flags.TC for r in responses)
    assert len(responses) < 200
    cookie = option(bad[0], COOKIE)
    assert len(flood(server.port, [(COOKIE, cookie)])) == 200


def test_loopback_is_exempt_unless_the_list_says_otherwise(make_server):
    server = configured(make_server, "", "rate-limit: { responses: 5 }\n")
    assert len(flood(server.port)) == 200


# --- padding -------------------------------------------------------------------------------------

def test_responses_over_tls_are_padded_to_blocks(make_server, tmp_path):
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=ns1", "-days", "2",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    os.chmod(key, 0o600)
    port = harness.free_port()
    server = configured(make_server, f'  listen-tls: [ "127.0.0.1:{port}" ]\n'
                                     f'  certificate: "{certificate}"\n  private-key: "{key}"\n')
    text = subprocess.run(["kdig", "@127.0.0.1", "-p", str(port), "+tls", "+dnssec", "+padding",
                           "demo.test", "SOA"], capture_output=True, text=True, timeout=60).stdout
    size = re.search(r"Received (\d+) B", text)
    assert size and int(size[1]) == 468, text
    assert "PADDING" in text, text
    text = dig(server, "+ednsopt=12:00", "demo.test", "SOA")
    assert "PAD" not in text and "status: NOERROR" in text, text
