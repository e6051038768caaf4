"""DNS over TCP, TLS, HTTPS and QUIC, with the clients that people use and with some that are no friends."""
import base64
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import threading

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

import harness

IDLE = 3  # seconds: of servers whose clients are slow on purpose


def certificate(folder, name="ns.test"):
    """A self-signed certificate and its key, written as one step each."""
    new = [os.path.join(folder, file) for file in ("new.crt", "new.key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", new[1], "-out", new[0],
                    "-days", "30", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"],
                   check=True, capture_output=True)
    os.replace(new[1], os.path.join(folder, "tls.key"))
    os.replace(new[0], os.path.join(folder, "tls.crt"))


class Ports:
    """Ports of the encrypted transports, and the configuration that opens them."""

    def __init__(self, more=""):
        self.tls, self.https, self.quic = (harness.free_port() for _ in range(3))
        self.text = (f'  listen-tls: [ "127.0.0.1:{self.tls}" ]\n'
                     f'  listen-https: [ "127.0.0.1:{self.https}" ]\n'
                     f'  listen-quic: [ "127.0.0.1:{self.quic}" ]\n'
                     f'  certificate: "tls.crt"\n  private-key: "tls.key"\n{more}')


def begin(make_server, more="", zone=True):
    ports = Ports(more)
    server = make_server(start=False, server=ports.text)
    server.ports = ports
    certificate(server.folder)
    server.start()
    if zone:
        server.create("demo.test")
        server.update("demo.test", "--set", "www 300 A 192.0.2.1")
    return server


@pytest.fixture
def secure(make_server):
    return begin(make_server)


@pytest.fixture
def bare(make_server):
    """Without zones: what is refused is answered, too."""
    return begin(make_server, zone=False)


@pytest.fixture
def hasty(make_server):
    """A server that waits for nobody."""
    return begin(make_server, f"  tcp-idle: {IDLE}\n  tcp-client: 20\n", zone=False)


def kdig(server, port, *arguments):
    done = subprocess.run(["kdig", "@127.0.0.1", "-p", str(port), "+retry=0", "+timeout=10",
                           *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def framed(message):
    wire = message if isinstance(message, bytes) else message.to_wire()
    return struct.pack("!H", len(wire)) + wire


def question(name="demo.test", rdtype="SOA"):
    return dns.message.make_query(name, rdtype)


def connect(port):
    stream = socket.create_connection(("127.0.0.1", port), timeout=30)
    stream.settimeout(30)
    return stream


def receive(stream, size):
    octets = b""
    while len(octets) < size:
        more = stream.recv(size - len(octets))
        if not more:
            raise EOFError(f"closed after {len(octets)} of {size} octets")
        octets += more
    return octets


def response(stream):
    return dns.message.from_wire(receive(stream, struct.unpack("!H", receive(stream, 2))[0]))


def is_closed(stream):
    """Wait until the other side closes; whatever it says before is passed over."""
    try:
        while stream.recv(65536):
            pass
    except ConnectionError:
        pass
    except socket.timeout:
        return False
    return True


def tls_context(alpn=None, least=None, most=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if alpn:
        context.set_alpn_protocols([alpn])
    if least:
        context.minimum_version = least
    if most:
        context.maximum_version = most
    return context


def tls(port, **options):
    return tls_context(**options).wrap_socket(connect(port), server_hostname="ns.test")


def still_answers(server):
    assert dns.query.udp(question(), "127.0.0.1", port=server.port, timeout=10)
    assert dns.query.tcp(question(), "127.0.0.1", port=server.port, timeout=10)


# --- the same answer over all ----------------------------------------------------------------------

def test_kdig_gets_the_same_answer_over_every_transport(secure):
    wanted = r"www\.demo\.test\.\s+300\s+IN\s+A\s+192\.0\.2\.1"
    for port, *flags in ((secure.port,), (secure.port, "+tcp"), (secure.ports.tls, "+tls"),
                         (secure.ports.https, "+https"), (secure.ports.https, "+https-get"),
                         (secure.ports.quic, "+quic")):
        said = kdig(secure, port, *flags, "www.demo.test", "A", "+dnssec")
        assert re.search(wanted, said) and "RRSIG" in said, f"{flags}\n{said}"
        assert "status: NOERROR" in said, f"{flags}\n{said}"


def test_dnspython_asks_over_tls_with_either_version(secure):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = tls_context(alpn="dot", least=version, most=version)
        answer = dns.query.tls(question("www.demo.test", "A"), "127.0.0.1", port=secure.ports.tls,
                               ssl_context=context, timeout=10)
        assert [item.to_text() for item in answer.answer[0]] == ["192.0.2.1"]


def test_several_addresses_of_each_kind_and_both_families(make_server):
    first, second = harness.free_port(), harness.free_port()
    ports = Ports()
    text = ports.text.replace(f'"127.0.0.1:{ports.tls}"',
                              f'"127.0.0.1:{first}", "[::1]:{second}"')
    server = make_server(start=False, server=text)
    certificate(server.folder)
    server.start()
    for address, port in (("127.0.0.1", first), ("::1", second)):
        answer = dns.query.tls(question(), address, port=port, ssl_context=tls_context(),
                               timeout=10)
        assert answer.rcode() == dns.rcode.REFUSED


# --- TCP -------------------------------------------------------------------------------------------

def test_thousand_pipelined_queries(secure):
    stream = connect(secure.port)
    queries = [question("www.demo.test", "A") for _ in range(1000)]
    for number, query in enumerate(queries):
        query.id = number
    sender = threading.Thread(target=stream.sendall, args=(b"".join(map(framed, queries)),))
    sender.start()
    seen = [response(stream).id for _ in queries]
    sender.join()
    assert sorted(seen) == list(range(1000))


def test_thousand_pipelined_queries_over_tls(secure):
    stream = tls(secure.ports.tls)
    wire = b"".join(framed(question("www.demo.test", "A")) for _ in range(1000))
    stream.sendall(wire)
    assert all(response(stream).answer for _ in range(1000))


def test_tcp_slow_sender_is_closed(hasty):
    """An octet now and then is no progress: half a length, half a message."""
    for port, begin_of in ((hasty.port, b"\x00"), (hasty.port, framed(question())[:9])):
        stream = connect(port)
        stream.sendall(begin_of)
        stop = threading.Event()

        def trickle():
            try:
                while not stop.wait(0.3):
                    stream.send(b"\x00")
            except OSError:
                pass

        slow = threading.Thread(target=trickle)
        slow.start()
        closed = is_closed(stream)
        stop.set()
        slow.join()
        assert closed, "a slow sender was kept"


def test_length_without_message_is_closed(hasty):
    for octets in (b"\x00\x00", b"\xff\xff", b"\x00\x0c", b"\x00"):
        stream = connect(hasty.port)
        stream.sendall(octets)
        assert is_closed(stream), octets
    still_answers(hasty)


def test_what_is_no_query_closes_the_stream(bare):
    stream = connect(bare.port)
    stream.sendall(b"\x00\x04abcd")
    assert is_closed(stream)
    still_answers(bare)


def test_half_open_flood_leaves_room_for_others(hasty):
    """More connections of one client than it may have: the idle ones make room."""
    streams = [connect(hasty.port) for _ in range(60)]
    last = connect(hasty.port)
    last.sendall(framed(question()))
    assert response(last).rcode() == dns.rcode.REFUSED
    assert is_closed(streams[0])
    for stream in streams + [last]:
        stream.close()
    still_answers(hasty)


def test_half_open_handshakes_are_closed(hasty):
    streams = [connect(hasty.ports.tls) for _ in range(10)]
    streams[0].sendall(b"\x16\x03\x01\x02\x00\x01")
    assert all(is_closed(stream) for stream in streams)
    answer = dns.query.tls(question(), "127.0.0.1", port=hasty.ports.tls,
                           ssl_context=tls_context(), timeout=10)
    assert answer.rcode() == dns.rcode.REFUSED


def test_client_that_never_reads_is_closed(hasty):
    stream = socket.socket()
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.settimeout(20)
    stream.connect(("127.0.0.1", hasty.port))
    many = framed(question()) * 2000
    with pytest.raises(ConnectionError):
        # Neither read nor accepted: the pipe fills up, and then it is closed.
        while True:
            stream.sendall(many)
    still_answers(hasty)


def test_client_that_ends_its_side_still_gets_all_answers(secure):
    stream = connect(secure.port)
    stream.sendall(framed(question("www.demo.test", "A")) * 50)
    stream.shutdown(socket.SHUT_WR)
    for _ in range(50):
        assert response(stream).answer
    assert stream.recv(1) == b""


def test_server_stops_at_once_whatever_clients_do(bare):
    never_reads = connect(bare.port)
    never_reads.sendall(framed(question()) * 1000)
    half = connect(bare.ports.tls)
    half.sendall(b"\x16\x03")
    assert bare.stop() == 0


# --- TLS -------------------------------------------------------------------------------------------

def test_tls_without_alpn_is_served_and_with_a_foreign_one_is_not(bare):
    stream = tls(bare.ports.tls)
    stream.sendall(framed(question()))
    assert response(stream).rcode() == dns.rcode.REFUSED
    with pytest.raises(ssl.SSLError):
        tls(bare.ports.tls, alpn="imap")


def test_old_versions_of_tls_are_turned_away(bare):
    done = subprocess.run(["gnutls-cli", "--insecure", "--priority",
                           "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0", "-p",
                           str(bare.ports.tls), "127.0.0.1"], input="", capture_output=True,
                          text=True, timeout=60)
    assert done.returncode != 0
    still_answers(bare)


def test_session_is_resumed_by_its_ticket(bare):
    done = subprocess.run(["gnutls-cli", "--insecure", "--resume", "--alpn", "dot", "-p",
                           str(bare.ports.tls), "127.0.0.1"], input="", capture_output=True,
                          text=True, timeout=60)
    assert "This is a resumed session" in done.stdout, done.stdout + done.stderr


def test_renegotiation_ends_the_connection(bare):
    done = subprocess.run(["gnutls-cli", "--insecure", "--rehandshake", "--priority",
                           "NORMAL:-VERS-ALL:+VERS-TLS1.2", "-p", str(bare.ports.tls),
                           "127.0.0.1"], input="", capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 or "ReHandshake was completed" not in done.stdout, done.stdout
    still_answers(bare)


def test_octets_that_are_no_tls_are_harmless(bare):
    for octets in (framed(question()), b"GET / HTTP/1.1\r\n\r\n", os.urandom(3000)):
        for port in (bare.ports.tls, bare.ports.https):
            stream = connect(port)
            stream.sendall(octets)
            assert is_closed(stream)
    still_answers(bare)


def served_name(port):
    """The certificate that a new session gets."""
    octets = tls(port).getpeercert(binary_form=True)
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-subject"],
                          input=octets, capture_output=True, check=True)
    return done.stdout.decode().strip().split("=")[-1].strip()


def test_certificate_is_read_again_while_sessions_go_on(bare):
    old = tls(bare.ports.tls)
    assert served_name(bare.ports.tls) == "ns.test"
    certificate(bare.folder, "new.test")
    harness.wait_for(lambda: served_name(bare.ports.tls) == "new.test", "the new certificate")
    old.sendall(framed(question()))
    assert response(old).rcode() == dns.rcode.REFUSED


def test_broken_certificate_leaves_the_old_one_and_says_so(bare):
    path = os.path.join(bare.folder, "tls.crt")
    with open(path, "w") as file:
        file.write("-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
    bare.process.send_signal(signal.SIGHUP)
    harness.wait_for(lambda: "cannot use certificate" in bare.log(), "a complaint")
    assert served_name(bare.ports.tls) == "ns.test"


def test_key_of_another_certificate_leaves_the_old_pair_and_says_so(bare):
    subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out",
                    os.path.join(bare.folder, "tls.key")], check=True, capture_output=True)
    bare.process.send_signal(signal.SIGHUP)
    harness.wait_for(lambda: "do not match" in bare.log(), "a complaint")
    assert served_name(bare.ports.tls) == "ns.test"


def test_start_without_certificate_names_what_is_missing(make_server):
    ports = Ports()
    server = make_server(start=False, server=ports.text)
    server.start(ready=False)
    assert server.process.wait(harness.WAIT) != 0
    assert "tls.crt" in server.log()


# --- HTTPS -----------------------------------------------------------------------------------------

def curl(server, path, *arguments, body=None):
    """(status, headers, body) as curl has them."""
    done = subprocess.run(["curl", "-sk", "--http2", "--max-time", "30", "-D", "/dev/stderr",
                           *arguments, f"https://127.0.0.1:{server.ports.https}{path}"],
                          input=body, capture_output=True, timeout=60)
    lines = done.stderr.decode(errors="replace").split("\r\n")
    status = int(lines[0].split()[1]) if lines[0].startswith("HTTP/2") else 0
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return status, headers, done.stdout


def encoded(query):
    return base64.urlsafe_b64encode(query.to_wire()).rstrip(b"=").decode()


POST = ("--data-binary", "@-", "-H", "content-type: application/dns-message")


def test_get_and_post_answer_alike_and_say_how_long_it_holds(secure):
    query = question("www.demo.test", "A")
    query.id = 0
    for status, headers, body in (
            curl(secure, "/dns-query?dns=" + encoded(query)),
            curl(secure, "/dns-query?a=b&dns=" + encoded(query)),
            curl(secure, "/dns-query", *POST, body=query.to_wire())):
        assert status == 200
        assert headers["content-type"] == "application/dns-message"
        assert headers["cache-control"] == "max-age=300"
        answer = dns.message.from_wire(body)
        assert answer.id == 0 and [item.to_text() for item in answer.answer[0]] == ["192.0.2.1"]


def test_negative_answer_holds_as_long_as_the_soa_says(secure):
    query = question("absent.demo.test", "A")
    _, headers, body = curl(secure, "/dns-query?dns=" + encoded(query))
    soa = dns.message.from_wire(body).authority[0]
    assert headers["cache-control"] == f"max-age={min(soa.ttl, soa[0].minimum)}"
    refused = curl(secure, "/dns-query?dns=" + encoded(question("elsewhere.example")))
    assert refused[0] == 200 and refused[1]["cache-control"] == "max-age=0"


def test_requests_that_are_wrong_get_the_status_that_says_so(bare):
    good = encoded(question())
    wire = question().to_wire()
    cases = [
        (404, "/", ()), (404, "/dns-queries?dns=" + good, ()), (400, "/dns-query", ()),
        (400, "/dns-query?dns=", ()), (400, "/dns-query?dns=a", ()),
        (400, "/dns-query?dns=%41", ()), (400, "/dns-query?dns=" + good[:8], ()),
        (405, "/dns-query?dns=" + good, ("-X", "PUT")),
        (405, "/dns-query?dns=" + good, ("-X", "DELETE")),
    ]
    for status, path, arguments in cases:
        assert curl(bare, path, *arguments)[0] == status, (status, path)
    assert curl(bare, "/dns-query", "--data-binary", "@-", body=wire)[0] == 415
    assert curl(bare, "/dns-query", *POST, body=b"")[0] == 400
    assert curl(bare, "/dns-query", *POST, body=b"short")[0] == 400
    assert curl(bare, "/dns-query", *POST, body=bytes(70000))[0] == 413
    assert curl(bare, "/dns-query", *POST, body=wire)[0] == 200


def test_http_1_is_turned_away_in_the_handshake(bare):
    with pytest.raises((ssl.SSLError, OSError)):
        stream = tls(bare.ports.https, alpn="http/1.1")
        stream.sendall(b"GET / HTTP/1.1\r\n\r\n")
        if not stream.recv(1):
            raise OSError("closed")


def frame(kind, flags, stream, body=b""):
    return struct.pack("!I", len(body))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + body


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)


def frames(stream):
    """Frames until the connection ends."""
    try:
        while True:
            head = receive(stream, 9)
            yield head[3], receive(stream, int.from_bytes(head[:3], "big"))
    except (EOFError, ConnectionError, socket.timeout):
        return


def test_rapid_resets_end_the_connection(bare):
    """Streams opened and given up at once cost us more than the client: not for long."""
    stream = tls(bare.ports.https, alpn="h2")
    # :method GET, :scheme https, :path / as the static table has them, :authority a
    ask, give_up = b"\x82\x87\x84\x01\x01a", b"\x00\x00\x00\x08"
    octets = b"".join(frame(1, 5, number, ask) + frame(3, 0, number, give_up)
                      for number in range(1, 2001, 2))
    try:
        stream.sendall(PREFACE + octets)
    except OSError:
        pass
    goaway = [body for kind, body in frames(stream) if kind == 7]
    assert not goaway or goaway[0][4:8] == b"\x00\x00\x00\x0b", goaway
    assert is_closed(stream)
    still_answers(bare)


def test_frames_that_are_none_end_the_connection(hasty):
    for octets in (b"hello", PREFACE[:20], PREFACE + os.urandom(100),
                   PREFACE + frame(1, 5, 2, b"\x82"), PREFACE + b"\xff\xff\xff\x00\x00"):
        stream = tls(hasty.ports.https, alpn="h2")
        stream.sendall(octets)
        assert is_closed(stream), octets
    still_answers(hasty)


# --- QUIC ------------------------------------------------------------------------------------------

def test_quic_answers_query_after_query(secure):
    for name, kind, status in (("www.demo.test", "A", "NOERROR"), ("demo.test", "DNSKEY", "NOERROR"),
                               ("absent.demo.test", "A", "NXDOMAIN")):
        said = kdig(secure, secure.ports.quic, "+quic", name, kind, "+dnssec")
        assert f"status: {status}" in said and "id: 0" in said, said


def datagram(server, octets):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(octets, ("127.0.0.1", server.ports.quic))
        return client.recv(65536)


def test_unknown_quic_version_is_told_the_known_one(bare):
    packet = b"\xc0\x1a\x2a\x3a\x4a\x08" + b"A" * 8 + b"\x08" + b"B" * 8
    packet = packet.ljust(1200, b"\0")
    told = datagram(bare, packet)
    assert told[1:5] == b"\0\0\0\0" and told[-4:] == b"\0\0\0\x01", told.hex()


def test_unknown_quic_connection_is_reset_by_less_than_it_sent(bare):
    packet = b"\x40" + os.urandom(59)
    told = datagram(bare, packet)
    assert len(told) < len(packet) and told[0] & 0xc0 == 0x40, told.hex()


def test_datagrams_that_are_no_quic_are_harmless(secure):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for size in (0, 1, 5, 20, 40, 200, 1200, 1400):
            for _ in range(20):
                client.sendto(os.urandom(size), ("127.0.0.1", secure.ports.quic))
                client.sendto(b"\xc3\0\0\0\x01" + os.urandom(size),
                              ("127.0.0.1", secure.ports.quic))
    # Its first datagram may find the socket's buffer still full, and kdig sends it but once.
    harness.wait_for(lambda: "192.0.2.1" in kdig(secure, secure.ports.quic, "+quic", "+timeout=3",
                                                 "www.demo.test", "A"), "an answer over QUIC")


# --- transfers -------------------------------------------------------------------------------------

TRANSFER = """acl:
  - { id: here, addresses: [ "127.0.0.1" ], actions: [ transfer ] }
template:
  - { id: default, acl: [ here ] }
"""


def test_zone_of_many_messages_is_transferred_over_tls_and_quic(make_server):
    ports = Ports()
    server = make_server(start=False, server=ports.text, settings=TRANSFER)
    certificate(server.folder)
    server.start()
    names = [f"n{number}" for number in range(800)]
    path = os.path.join(server.folder, "demo.zone")
    with open(path, "w") as file:
        file.write("@ 300 SOA ns1.example.net. root.example.net. 1 3600 600 86400 300\n"
                   "@ 300 NS ns1.example.net.\n")
        file.writelines(f"{name} 300 TXT {'x' * 200}\n" for name in names)
    server.create("demo.test", "--zonefile", path)
    for port, flag in ((server.port, "+tcp"), (ports.tls, "+tls"), (ports.quic, "+quic")):
        said = kdig(server, port, flag, "demo.test", "AXFR", "+noidn")
        found = {line.split(".")[0] for line in said.splitlines() if re.search(r"\sTXT\s", line)}
        assert set(names) <= found, f"{flag}: {len(found)}\n{said[-2000:]}"


# --- PROXY -----------------------------------------------------------------------------------------

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def proxied(client="192.0.2.77", command=1, tail=b""):
    body = socket.inet_aton(client) + socket.inet_aton("127.0.0.1") + struct.pack("!HH", 4711, 53)
    body += tail
    return SIGNATURE + bytes([0x20 | command, 0x11]) + struct.pack("!H", len(body)) + body


@pytest.fixture
def behind(make_server):
    return begin(make_server, '  proxy: [ "127.0.0.0/8" ]\n  tcp-client: 3\n')


def over_udp(server, octets, timeout=10):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout)
        client.sendto(octets, ("127.0.0.1", server.port))
        return dns.message.from_wire(client.recv(4096))


def test_proxied_queries_are_answered_over_udp_tcp_and_tls(behind):
    query = question("www.demo.test", "A")
    for header in (proxied(), proxied(command=0), proxied(tail=b"\x04\x00\x03abc"), b""):
        assert over_udp(behind, header + query.to_wire()).answer
        stream = connect(behind.port)
        for octet in header:  # in pieces
            stream.sendall(bytes([octet]))
        stream.sendall(framed(query))
        assert response(stream).answer
        stream.close()
        plain = connect(behind.ports.tls)
        plain.sendall(header)
        secure = tls_context().wrap_socket(plain, server_hostname="ns.test")
        secure.sendall(framed(query))
        assert response(secure).answer
        secure.close()


def test_limit_counts_the_client_behind_the_proxy(behind):
    query = framed(question())
    held = []
    for number in range(9):
        stream = connect(behind.port)
        stream.sendall(proxied(f"192.0.2.{1 + number % 3}") + query)
        assert response(stream).rcode() == dns.rcode.NOERROR
        held.append(stream)
    one_more = connect(behind.port)
    one_more.sendall(proxied("192.0.2.1") + query)
    assert is_closed(one_more)
    other = connect(behind.port)
    other.sendall(proxied("192.0.2.9") + query)
    assert response(other).rcode() == dns.rcode.NOERROR


def test_broken_proxy_headers_close_and_drop(behind):
    good = proxied()
    for header in (good[:12] + b"\x31" + good[13:], good[:13] + b"\x41" + good[14:],
                   good[:14] + b"\xff\xff", good[:14] + b"\x00\x04" + good[16:20]):
        stream = connect(behind.port)
        stream.sendall(header + framed(question()))
        assert is_closed(stream), header
    with pytest.raises(socket.timeout):
        over_udp(behind, good[:14] + b"\x00\x04" + good[16:20] + question().to_wire(), timeout=0.5)
    assert over_udp(behind, question().to_wire()).rcode() == dns.rcode.NOERROR


def test_header_from_an_address_that_is_not_listed_is_no_header(bare):
    stream = connect(bare.port)
    stream.sendall(proxied() + framed(question()))
    stream.shutdown(socket.SHUT_WR)
    assert is_closed(stream)
    answer = over_udp(bare, question().to_wire())
    assert answer.rcode() == dns.rcode.REFUSED
