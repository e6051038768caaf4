#!/usr/bin/python3
"""Sign zones, serve them with NSD on a free port, and ask it what our answers are asked."""
import lzma
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT_ZONE = HERE.parents[1] / "data" / "zones" / "root-2017-signed.zone.xz"
ROOT_QUESTIONS = 10_000
START_SECONDS = 20

CONFIGURATION = """\
server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  minimal-responses: yes
  rrl-ratelimit: 0
  server-count: 1
  tcp-timeout: 120
remote-control:
  control-enable: no
zone:
  name: "{apex}"
  zonefile: "{zone}"
"""


def program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def free_port():
    """A port that is free for TCP and UDP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                try:
                    udp.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port


def answers(port):
    """Whether something answers a question for the root's SOA."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.2)
        udp.connect(("127.0.0.1", port))
        try:
            udp.send(bytes.fromhex("00010000000100000000000000" "00060001"))
            return len(udp.recv(4096)) >= 12
        except OSError:
            return False


def compare(folder, zone, apex, questions, binary):
    port = free_port()
    configuration = folder / "nsd.conf"
    configuration.write_text(
        CONFIGURATION.format(port=port, folder=folder, apex=apex, zone=zone))
    nsd = subprocess.Popen([program("nsd"), "-d", "-c", configuration],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_SECONDS
        while not answers(port):
            if nsd.poll() is not None or time.monotonic() > end:
                sys.exit("NSD did not start:\n" + (folder / "nsd.log").read_text())
        return subprocess.run(
            [binary, zone, apex, "127.0.0.1", str(port), str(questions)], check=False).returncode
    finally:
        nsd.terminate()
        nsd.wait()


def sign(folder, source):
    apex = next(line.split()[1] for line in source.read_text().splitlines()
                if line.startswith("$ORIGIN"))
    key = subprocess.run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", apex], cwd=folder,
                         check=True, capture_output=True, text=True).stdout.strip()
    signed = folder / (source.stem + ".signed")
    subprocess.run(["ldns-signzone", "-f", signed, source, key], cwd=folder, check=True)
    return signed, apex


def main():
    binary = sys.argv[1]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="sworn-answers-") as name:
        folder = pathlib.Path(name)
        for source in sorted((HERE / "zones").glob("*.zone")):
            signed, apex = sign(folder, source)
            failed |= compare(folder, signed, apex, 0, binary)
        root = folder / "root.zone"
        root.write_bytes(lzma.decompress(ROOT_ZONE.read_bytes()))
        failed |= compare(folder, root, ".", ROOT_QUESTIONS, binary)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
