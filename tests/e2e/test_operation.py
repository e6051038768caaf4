"""What an operator does: configure, reload, watch, stop; systemd; ports and privileges; removed zones."""
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import dns.message
import dns.query
import dns.rcode
import lmdb
import pytest

import harness
from harness import wait_for

RECVFROM = {"x86_64": "45"}.get(os.uname().machine, "207")  # of system calls

ACTIVATE = """
import os, socket, sys
fds = []
for kind, address in zip(sys.argv[1].split(","), sys.argv[2].split(",")):
    host, port = address.rsplit(":", 1)
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    one.bind((host, int(port)))
    if kind == "tcp":
        one.listen()
    fds.append(os.dup2(one.fileno(), 40 + len(fds)))
for i, fd in enumerate(fds):
    os.dup2(fd, 3 + i)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(fds)))
os.execv(sys.argv[3], sys.argv[3:])
"""


def configure(server, old, new):
    with open(server.config) as file:
        text = file.read()
    assert old in text, text
    with open(server.config, "w") as file:
        file.write(text.replace(old, new))


def reload(server, word):
    """SIGHUP, then wait for what the log says of it; returns the new lines."""
    begin = len(server.log())
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: word in server.log()[begin:], f"'{word}' in the log")
    return server.log()[begin:]


def identity(server):
    question = dns.message.make_query("id.server", "TXT", "CH")
    answer = dns.query.udp(question, "127.0.0.1", port=server.port, timeout=10)
    return answer.answer[0][0].strings[0] if answer.answer else None


# --- configuration -------------------------------------------------------------------------------

def test_a_configuration_is_checked_without_being_used(make_server):
    server = make_server(start=False)
    check = [harness.SWORND, "-c", server.config, "--check-config"]
    done = subprocess.run(check, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{server.config}: ok\n"), done
    assert not os.path.exists(server.store)

    configure(server, "threads: 1", "threads: 1\n  lisen-tls: []")
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 1
    assert f'{server.config}:4: server: unknown key "lisen-tls"' in done.stderr, done.stderr


def test_what_can_change_does_at_a_reload_and_the_rest_is_named(make_server):
    server = make_server(server='  identity: "one"\n')
    assert identity(server) == b"one"

    configure(server, 'identity: "one"', 'identity: "two"\n  tcp-client: 7')
    said = reload(server, "reloaded")

    assert identity(server) == b"two"
    assert "server.tcp-client has changed: that needs a restart" in said, said
    assert said.count("needs a restart") == 1, said


def test_a_wrong_file_changes_nothing_and_says_why(make_server):
    server = make_server(server='  identity: "one"\n')
    configure(server, 'identity: "one"', 'identity: "two"\n  cookies: perhaps')
    said = reload(server, "not reloaded")
    assert 'swornd.yaml:5: server.cookies: "perhaps" is neither true nor false' in said, said
    assert identity(server) == b"one"

    configure(server, "cookies: perhaps", "cookies: true")
    reload(server, "info: reloaded")
    assert identity(server) == b"two"


def test_another_token_is_in_force_after_a_reload(make_server):
    server = make_server(settings="")
    server.create("demo.test")
    configure(server, f'"127.0.0.1:{server.api_port}"\n',
              f'"127.0.0.1:{server.api_port}"\n  token: "0123456789abcdef"\n')

    def stop_with(token):
        request = urllib.request.Request(server.url + "/v1/zones/demo.test/serve",
                                         data=b'{"serve":false}', method="POST")
        request.add_header("Via", "a proxy")  # so that loopback alone does not do
        request.add_header("Authorization", f"Bearer {token}")
        try:
            return urllib.request.urlopen(request, timeout=30).status
        except urllib.error.HTTPError as error:
            return error.code

    assert stop_with("0123456789abcdef") == 403
    reload(server, "reloaded")
    assert stop_with("0123456789abcdeX") == 403
    assert stop_with("0123456789abcdef") == 200


def test_an_access_list_is_in_force_after_a_reload(demo):
    def transfer():
        question = dns.message.make_query("demo.test", "AXFR")
        return dns.query.tcp(question, "127.0.0.1", port=demo.port, timeout=10,
                             one_rr_per_rrset=True)

    assert transfer().rcode() == dns.rcode.REFUSED
    with open(demo.config, "a") as file:
        file.write("acl:\n  - { id: here, addresses: [ 127.0.0.1 ], actions: [ transfer ] }\n"
                   "template:\n  - { id: tests, match: [ '*.test.' ], acl: [ here ] }\n")
    reload(demo, "reloaded")
    answer = transfer()
    assert answer.rcode() == dns.rcode.NOERROR and len(answer.answer) > 5, answer


# --- systemd -------------------------------------------------------------------------------------

def test_systemd_is_told_of_each_state_and_gets_signs_of_life(make_server, tmp_path):
    path = str(tmp_path / "notify")
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(path)
    told.settimeout(harness.WAIT)
    server = make_server(environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"})

    def next_but_life():
        while True:
            message = told.recv(4096).decode()
            if message != "WATCHDOG=1":
                return message

    assert next_but_life().startswith("READY=1\n")
    assert told.recv(4096) == b"WATCHDOG=1"
    server.process.send_signal(signal.SIGHUP)
    message = next_but_life()
    assert message.startswith("RELOADING=1\nMONOTONIC_USEC="), message
    when = int(re.search(r"MONOTONIC_USEC=(\d+)", message).group(1))
    assert 0 <= time.monotonic_ns() // 1000 - when < harness.WAIT * 1000000
    assert next_but_life().startswith("READY=1\n")
    assert server.stop() == 0
    assert next_but_life().startswith("STOPPING=1\n")


def test_sockets_of_systemd_are_used_where_the_configuration_names_them(make_server):
    server = make_server(start=False)
    dns_address = f"127.0.0.1:{server.port}"
    server.prefix = [sys.executable, "-c", ACTIVATE, "udp,tcp,tcp",
                     f"{dns_address},{dns_address},127.0.0.1:{server.api_port}"]
    server.start()
    server.create("demo.test")
    for tcp in (False, True):
        assert server.query("demo.test", "SOA", tcp=tcp).rcode() == dns.rcode.NOERROR
    # The descriptors are the ones that were handed over: nothing else is bound to the port.
    listed = subprocess.run(["ss", "-Hlntu", f"sport = :{server.port}"], capture_output=True,
                            text=True).stdout.splitlines()
    assert len(listed) == 2, listed


def free_privileged_port():
    for port in range(1000, 700, -1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    pytest.skip("no free port below 1024")


def status_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: binds a port below 1024, changes user")
def test_root_is_given_up_once_the_ports_are_bound(request):
    nobody = pwd.getpwnam("nobody")
    folder = tempfile.mkdtemp(prefix="sworn-", dir="/tmp")
    request.addfinalizer(lambda: shutil.rmtree(folder))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    enclave = shutil.copy(harness.ENCLAVE, folder)  # the build may lie where others cannot look
    server = harness.Server(folder, enclave=enclave, server="  user: nobody\n")
    request.addfinalizer(server.stop)
    port = free_privileged_port()
    configure(server, f"127.0.0.1:{server.port}", f"127.0.0.1:{port}")
    configure(server, "threads: 1", "threads: 3")
    server.port = port
    server.start()

    for pid in (server.process.pid, server.enclave_pid()):
        for task in os.listdir(f"/proc/{pid}/task"):
            status = status_of(f"{pid}/task/{task}")
            assert set(status["Uid"].split()) == {str(nobody.pw_uid)}, status["Uid"]
            assert set(status["Gid"].split()) == {str(nobody.pw_gid)}, status["Gid"]
            for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                assert int(status[kind], 16) == 0, (kind, status[kind])
            assert status["NoNewPrivs"] == "1"
    bound = subprocess.run(["ss", "-Hlnu", f"sport = :{port}"], capture_output=True, text=True)
    assert len(bound.stdout.splitlines()) == 3, "a socket for each thread\n" + bound.stdout
    server.create("demo.test")
    server.replace_enclave()
    server.update("demo.test", "--set", "www 300 A 192.0.2.1")
    assert server.query("www.demo.test", "A").rcode() == dns.rcode.NOERROR


def test_a_user_that_is_not_there_is_named(make_server):
    server = make_server(start=False, server="  user: nobody-of-this-name\n").start(ready=False)
    assert server.process.wait(harness.WAIT) == 1
    assert 'user: there is no user "nobody-of-this-name"' in server.log()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_units_are_what_systemd_understands(tmp_path):
    folder = os.path.join(harness.ROOT, "share", "systemd")
    units = []
    for name in ("sworn.service.in", "sworn.socket"):
        with open(os.path.join(folder, name)) as file:
            text = re.sub(r"(?m)^(Exec\w+=)\S+", r"\1/bin/true", file.read())
        units.append(str(tmp_path / name.removesuffix(".in")))
        with open(units[-1], "w") as file:
            file.write(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True,
                          text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "sworn" in line]
    assert done.returncode == 0 and said == [], done.stderr


# --- the operator and the zones ------------------------------------------------------------------

def serve(server, apex, wanted):
    status, reply = server.post(f"/v1/zones/{apex}/serve", json.dumps({"serve": wanted}).encode())
    assert (status, reply["served"]) == (200, wanted), reply


def test_the_operator_stops_serving_and_the_owner_still_owns(demo):
    serve(demo, "demo.test", False)

    assert demo.query("www.demo.test", "A").rcode() == dns.rcode.REFUSED
    demo.restart()
    assert demo.query("www.demo.test", "A").rcode() == dns.rcode.REFUSED
    demo.update("demo.test", "--set", "www 300 A 192.0.2.2")
    assert "192.0.2.2" in demo.export(signed=True)
    assert demo.query("www.demo.test", "A").rcode() == dns.rcode.REFUSED
    [zone] = demo.get("/v1/zones")[1]["zones"]
    assert zone["served"] is False and demo.show()["served"] is False
    assert "not served: stopped by the operator" in demo.sworn("zone", "list").stdout
    assert demo.get("/healthz")[0] == 200

    serve(demo, "demo.test", True)
    assert "192.0.2.2" in demo.query("www.demo.test", "A").to_text()


def test_zones_are_listed_with_what_matters(server):
    server.create("b.test")
    server.create("a.b.test")
    expires = wait_for(lambda: all(zone["expires"] for zone in server.get("/v1/zones")[1]["zones"])
                       and server.get("/v1/zones")[1]["zones"], "expirations to be known")
    assert [zone["apex"] for zone in expires] == ["b.test.", "a.b.test."]
    for zone in expires:
        assert 5 * 86400 < zone["expires"] - time.time() < 8 * 86400, zone
        assert zone["sets"] >= 4 and zone["published"] and zone["served"]
    lines = server.sworn("zone", "list").stdout.splitlines()
    assert lines[0].split() == ["APEX", "SERIAL", "SIGNATURES", "EXPIRE", "STATE"]
    assert re.fullmatch(r"b\.test\. +1 +\d{4}-\d\d-\d\dT\S+Z +served", lines[1]), lines
    assert json.loads(server.sworn("zone", "list", "--json").stdout) == expires


def load(server, apex, names):
    """So many names with a TXT of 200 octets each."""
    path = os.path.join(server.folder, "zone.txt")
    with open(path, "w") as file:
        file.write(f"$ORIGIN {apex}.\n@ 300 SOA ns. admin. 5 3600 600 86400 300\n@ 300 NS ns.\n")
        file.writelines(f"n{i} 300 TXT {'x' * 200}\n" for i in range(names))
    server.sworn("zone", "sync", apex, path, "--key", server.key())


def rows(server):
    """How many rows each table has; the server is stopped for it."""
    counts = {}
    server.stop()
    with lmdb.open(server.store, max_dbs=16, lock=False, readonly=True) as store:
        for table in ("zones", "sets", "pages", "local", "blobs", "journal"):
            with store.begin(store.open_db(table.encode(), create=False)) as transaction:
                counts[table] = transaction.stat()["entries"]
    server.start()
    return counts


def test_a_removed_zone_leaves_a_tombstone_and_no_rows(server):
    server.create("other.test")
    before = rows(server)
    server.create("demo.test")
    load(server, "demo.test", 3000)  # more rows than are deleted in one transaction
    server.update("demo.test", "--set", "www 300 A 192.0.2.1")
    ds = server.ds()
    stranger = server.folder + "/stranger.key"
    server.sworn("key", "new", stranger)
    done = server.sworn("zone", "remove", "demo.test", "--key", stranger, check=False)
    assert done.returncode == 1 and "signature does not match" in done.stderr, done.stderr
    assert server.query("www.demo.test", "A").rcode() == dns.rcode.NOERROR

    done = server.sworn("zone", "remove", "demo.test", "--key", server.key())

    assert "a tombstone stays in the log" in done.stderr
    assert server.query("www.demo.test", "A").rcode() == dns.rcode.REFUSED
    assert server.get("/v1/zones/demo.test")[0] == 404
    wait_for(lambda: rows(server) == before, "the rows to be gone", 30)
    done = server.create("demo.test")
    assert "ended here before" in done.stderr, done.stderr
    assert server.ds() != ds
    assert server.query("demo.test", "SOA").rcode() == dns.rcode.NOERROR


# --- watching ------------------------------------------------------------------------------------

METRIC = re.compile(r'([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? '
                    r'(-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"')


def parse_metrics(text):
    """{(name, labels): value} of the exposition format 0.0.4; what is not strictly that fails."""
    values, types, family = {}, {}, None
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ", 3)[2]
            assert family not in types and len(line.split(" ", 3)) == 4, line
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
            continue
        match = METRIC.fullmatch(line)
        assert match, line
        name, labels, value = match.group(1), match.group(2) or "", float(match.group(3))
        base = re.sub(r"_(bucket|sum|count)$", "", name) if types[family] == "histogram" else name
        assert base == family, f"{line} is under {family}"
        assert types[family] != "counter" or family.endswith("_total"), family
        pairs = LABEL.findall(labels)
        assert ",".join(f'{key}="{text}"' for key, text in pairs) == labels, line
        key = (name, frozenset(pairs))
        assert key not in values, line
        values[key] = value
    for (name, labels), value in values.items():
        if name.endswith("_bucket") and ("le", "+Inf") in labels:
            rest = frozenset(pair for pair in labels if pair[0] != "le")
            assert value == values[(name[:-7] + "_count", rest)]
    return values


def metrics(server):
    with urllib.request.urlopen(server.url + "/metrics", timeout=60) as reply:
        assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return parse_metrics(reply.read().decode())


def test_metrics_are_well_formed_and_count_what_happened(demo):
    before = metrics(demo)
    for _ in range(5):
        demo.query("www.demo.test", "A")
    demo.query("absent.demo.test", "AAAA")
    demo.query("www.demo.test", "A", tcp=True)
    demo.query("other.example", "TYPE999")
    demo.update("demo.test", "--set", "www 300 A 192.0.2.9")
    demo.sworn("zone", "update", "demo.test", "--key", demo.folder + "/s", "--set", "www A 1.2.3.4",
               check=False)
    assert demo.post("/v1/zones/demo.test/updates", b"nonsense")[0] == 403
    after = metrics(demo)

    def grown(name, **labels):
        key = (name, frozenset(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    responses = "sworn_responses_total"
    assert grown(responses, transport="udp", type="A", rcode="NOERROR") == 5
    assert grown(responses, transport="udp", type="AAAA", rcode="NXDOMAIN") == 1
    assert grown(responses, transport="tcp", type="A", rcode="NOERROR") == 1
    assert grown(responses, transport="udp", type="other", rcode="REFUSED") == 1
    assert grown("sworn_connections_total", transport="tcp") == 1
    assert grown("sworn_commits_total", kind="update") == 1
    assert grown("sworn_requests_failed_total", by="guard") == 1
    assert grown("sworn_commit_seconds_count") == 1
    assert grown("sworn_guard_fuel_total") > 0
    assert grown("sworn_sets_signed_total") >= 2
    assert grown("sworn_zone_serial", zone="demo.test.") == 1
    assert after[("sworn_enclave_starts_total", frozenset())] == 1
    assert after[("sworn_healthy", frozenset())] == 1
    assert after[("sworn_zones", frozenset())] == 1
    assert after[("process_resident_memory_bytes", frozenset())] > 1000000
    assert abs(after[("process_start_time_seconds", frozenset())] - time.time()) < 600
    wait_for(lambda: metrics(demo).get(("sworn_signature_expiry_seconds", frozenset()), 0) > 86400,
             "the earliest expiration")


def test_every_metric_is_documented(demo):
    with open(os.path.join(harness.ROOT, "docs", "operations.md")) as file:
        text = file.read()
    with urllib.request.urlopen(demo.url + "/metrics", timeout=60) as reply:
        names = re.findall(r"(?m)^# TYPE (\S+)", reply.read().decode())
    assert names and [name for name in names if f"`{name}`" not in text] == []


def test_who_only_looks_does_not_wait_for_a_commit(make_server):
    server = make_server(settings="")
    server.create("demo.test")
    enclave = server.enclave_pid()
    os.kill(enclave, signal.SIGSTOP)
    try:
        update = subprocess.Popen([harness.SWORN, "--server", server.url, "zone", "update",
                                   "demo.test", "--key", server.key(), "--set", "www A 192.0.2.1"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: waits_for_enclave(server), "the commit to be under way")
        for path in ("/healthz", "/v1/zones", "/metrics", "/v1/checkpoint", "/v1/zones/demo.test"):
            with urllib.request.urlopen(server.url + path, timeout=10) as reply:
                assert reply.status == 200, path
        assert update.poll() is None
    finally:
        os.kill(enclave, signal.SIGCONT)
    assert update.wait(harness.WAIT) == 0


def waits_for_enclave(server):
    """Whether a thread of swornd is in recv() on a UNIX socket, which only its link is."""
    for task in os.listdir(f"/proc/{server.process.pid}/task"):
        try:
            with open(f"/proc/{server.process.pid}/task/{task}/syscall") as file:
                call = file.read().split()
        except OSError:
            continue
        if call[0] == RECVFROM and is_unix(server.process.pid, int(call[1], 16)):
            return True
    return False


def is_unix(pid, fd):
    try:
        inode = os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return False
    number = re.search(r"\[(\d+)\]", inode)
    with open("/proc/net/unix") as file:
        return number is not None and any(line.split()[6:7] == [number.group(1)] for line in file)


def test_eight_readers_at_most_hold_a_zone(demo, request):
    load(demo, "demo.test", 4000)  # more than what fits into buffers between server and reader
    readers = []
    request.addfinalizer(lambda: [reader.close() for reader in readers])
    for _ in range(8):
        reader = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(harness.WAIT)
        reader.connect(("127.0.0.1", demo.api_port))
        reader.sendall(b"GET /v1/zones/demo.test/records?signed=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reader.recv(12) == b"HTTP/1.1 200"
        readers.append(reader)

    status, reply = demo.get("/v1/zones/demo.test/records")
    assert (status, reply["error"]["code"]) == (503, "busy"), reply
    assert demo.get("/healthz")[0] == 200
    readers.pop().close()
    wait_for(lambda: demo.get("/v1/zones/demo.test/records")[0] == 200, "room for another reader")
