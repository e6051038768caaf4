"""Real servers for tests: swornd and the programs it is compared with, each on free loopback ports and in a folder of its own.

SWORN_BUILD names the build folder (default: build).
"""
import json
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import dns.message
import dns.query
import dns.rcode

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("SWORN_BUILD", "build"))
SWORND = os.path.join(BUILD, "host", "swornd")
SWORN = os.path.join(BUILD, "cli", "sworn")
ENCLAVE = os.path.join(BUILD, "enclave", "sworn-enclave")
GUARDS = os.path.join(BUILD, "guards")
DATA = os.path.join(ROOT, "tests", "data")
WAIT = 60  # seconds: a limit, never a pause


# Ports below those that the system gives to outgoing connections, so that no connection of another
# test can take one between its choice here and the server's start; a slice for each test process.
PORTS = range(10000, 32000)
WORKERS = 16
_ports_given = set()


def free_port():
    """A port that is free for UDP and TCP on 127.0.0.1, never the same twice."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    slice_of_worker = PORTS[worker::WORKERS]
    for _ in range(2000):
        port = random.choice(slice_of_worker)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports_given:
            _ports_given.add(port)
            return port
    raise AssertionError("no port is free")


def wait_for(condition, what, seconds=WAIT):
    """Poll until `condition()` is true; fail with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class Server:
    """swornd with its enclave, in `folder`; started, stopped, killed, started again on the same ports."""

    def __init__(self, folder, enclave=None, prefix=(), arguments=(), environment=None,
                 settings="", server=""):
        """`settings` is more of the configuration; `server`, more lines of its section."""
        self.folder = str(folder)
        self.port = free_port()
        self.api_port = free_port()
        self.prefix = list(prefix)        # e.g. faketime
        self.arguments = list(arguments)  # of swornd
        self.environment = {**os.environ, **(environment or {})}  # of swornd and sworn
        self.process = None
        self.config = os.path.join(self.folder, "swornd.yaml")
        with open(self.config, "w") as file:
            file.write(f'server:\n  listen: [ "127.0.0.1:{self.port}" ]\n  threads: 1\n{server}'
                       f'api:\n  listen: "127.0.0.1:{self.api_port}"\nstore: "store"\n')
            if enclave:
                file.write(f'enclave:\n  program: "{enclave}"\n  patience: 20\n')
            else:
                file.write(f'enclave:\n  program: "{ENCLAVE}"\n')
            file.write(settings)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def store(self):
        return os.path.join(self.folder, "store")

    def log(self):
        with open(os.path.join(self.folder, "swornd.log")) as file:
            return file.read()

    def start(self, ready=True):
        """Start; with ready=False return at once, whether it comes up or not."""
        log = open(os.path.join(self.folder, "swornd.log"), "a")
        begin = log.tell()
        self.process = subprocess.Popen(self.prefix + [SWORND, "-c", self.config, *self.arguments],
                                        stdout=log, stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, env=self.environment)
        log.close()
        if ready:
            wait_for(lambda: "ready" in self.log()[begin:] or self.process.poll() is not None,
                     "swornd to be ready")
            assert self.process.poll() is None, self.log()
        return self

    def enclave_pid(self):
        """Process id of the enclave, the child of swornd."""
        def child():
            for entry in os.listdir("/proc"):
                if not entry.isdigit():
                    continue
                try:
                    with open(f"/proc/{entry}/stat") as file:
                        fields = file.read().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(fields[1]) == self.process.pid and fields[0] != "Z":
                    return int(entry)
            return None
        return wait_for(child, "the enclave's process")

    def replace_enclave(self):
        """Kill the enclave and wait for its successor: until swornd has noticed, health is green."""
        old = self.enclave_pid()
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: self.enclave_pid() != old and self.get("/healthz")[0] == 200,
                 "another enclave")

    def stop(self, how=signal.SIGTERM):
        """End it and wait; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(WAIT)
        self.process = None
        return status

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        return self.start()

    def sworn(self, *arguments, check=True, text=None):
        """Run the owner's tool against this server. check: fail unless it exits with 0."""
        done = subprocess.run([SWORN, "--server", self.url, *map(str, arguments)], input=text,
                              capture_output=True, text=True, timeout=600, cwd=self.folder,
                              env={**self.environment, "SWORN_GUARDS": GUARDS})
        if check:
            assert done.returncode == 0, f"sworn {arguments}\n{done.stdout}{done.stderr}"
        return done

    def key(self, name="owner.key"):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            self.sworn("key", "new", path)
        return path

    def create(self, apex="demo.test", *arguments, **options):
        """A zone with one owner key and an NS outside the zone, unless `arguments` say otherwise."""
        more = arguments or ("--ns", "ns1.example.net")
        return self.sworn("zone", "create", apex, "--guard", "ed25519", "--key", self.key(), *more,
                          **options)

    def update(self, apex, *arguments, **options):
        return self.sworn("zone", "update", apex, "--key", self.key(), *arguments, **options)

    def get(self, path):
        """(status, decoded JSON or text) of an API path."""
        return self.request("GET", path)

    def post(self, path, body):
        return self.request("POST", path, body)

    def request(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, data=body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                status, octets = reply.status, reply.read()
        except urllib.error.HTTPError as error:
            status, octets = error.code, error.read()
        try:
            return status, json.loads(octets)
        except ValueError:
            return status, octets.decode(errors="replace")

    def show(self, apex="demo.test"):
        status, zone = self.get(f"/v1/zones/{apex.rstrip('.') or '=2E'}")
        assert status == 200, zone
        return zone

    def export(self, apex="demo.test", signed=False):
        """The zone as master-file text, verified by sworn."""
        flags = ["--signed"] if signed else []
        return self.sworn("zone", "export", apex, *flags).stdout

    def query(self, name, rdtype, dnssec=True, tcp=False, **options):
        question = dns.message.make_query(name, rdtype, want_dnssec=dnssec, payload=1232, **options)
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(question, "127.0.0.1", port=self.port, timeout=10)

    def ds(self, apex="demo.test"):
        """DS records as `zone show` prints them."""
        return [line for line in self.sworn("zone", "show", apex).stdout.splitlines()
                if " DS " in line]


class Daemon:
    """Another program, ended by its process id."""

    def __init__(self, command, folder, **options):
        self.log_path = os.path.join(str(folder), os.path.basename(command[0]) + ".log")
        with open(self.log_path, "a") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, cwd=str(folder), **options)

    def log(self):
        with open(self.log_path) as file:
            return file.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def answers(port, name, rdtype="SOA"):
    """Whether something on this port answers at all."""
    try:
        question = dns.message.make_query(name, rdtype)
        dns.query.udp(question, "127.0.0.1", port=port, timeout=0.5)
        return True
    except (OSError, dns.exception.Timeout):
        return False
