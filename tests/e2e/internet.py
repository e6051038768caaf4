"""A small internet in a network namespace: a root, a top-level domain, and demo.zone served by swornd and two secondaries.

    unshare --net python3 internet.py FOLDER ALGORITHM DENIAL -- COMMAND…

brings it up in FOLDER, runs COMMAND there with `{ds}` replaced by the zone's DS and `{hints}`,
`{anchors}` by files, and ends with its exit status. Addresses look public because the checkers
refuse others; nothing leaves the namespace, which has only its loopback device.

    .          198.41.0.4      2001:503:ba3e::2:30   NSD, signed by ldns
    zone.      192.5.6.30      2001:503:a83e::2:30   NSD, signed by ldns
    demo.zone. 5.9.1.53        2a01:4f8:1::53        swornd
               62.4.2.53       2a00:1450:2::53       NSD     } by transfer from swornd
               81.2.3.53       2a02:26f0:3::53       Knot    }
"""
import os
import subprocess
import sys

import dns.exception
import dns.message
import dns.query

import harness

APEX = "demo.zone"
ROOT, TLD = ("198.41.0.4", "2001:503:ba3e::2:30"), ("192.5.6.30", "2001:503:a83e::2:30")
SWORND, NSD, KNOT = (("5.9.1.53", "2a01:4f8:1::53"), ("62.4.2.53", "2a00:1450:2::53"),
                     ("81.2.3.53", "2a02:26f0:3::53"))
SECRET = "c3dvcm4gdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE="
SOA = "SOA {mname} hostmaster.{mname} 2026010101 14400 3600 1209600 3600"


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def addresses():
    run("ip", "link", "set", "lo", "up")
    for four, six in (ROOT, TLD, SWORND, NSD, KNOT):
        run("ip", "address", "add", four + "/32", "dev", "lo")
        run("ip", "address", "add", six + "/128", "dev", "lo", "nodad")


def answers(address, name):
    try:
        return dns.query.udp(dns.message.make_query(name, "SOA"), address, timeout=0.5).answer
    except (OSError, dns.exception.Timeout):
        return None


def glue(name, four, six):
    return f"{name} 3600 A {four}\n{name} 3600 AAAA {six}\n"


def sign(folder, apex, text):
    """(signed zone file, DS) of a zone signed by ldns."""
    path = os.path.join(folder, f"zone{apex}signed")
    with open(path + ".plain", "w") as file:
        file.write(text)
    key = run("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", apex, cwd=folder).strip()
    run("ldns-signzone", "-f", path, "-o", apex, path + ".plain", key, cwd=folder)
    with open(os.path.join(folder, key + ".ds")) as file:
        return path, file.read().strip()


def nsd(folder, name, listen, zones):
    place = os.path.join(folder, name)
    os.mkdir(place)
    config = os.path.join(place, "nsd.conf")
    with open(config, "w") as file:
        file.write("server:\n" + "".join(f"  ip-address: {address}\n" for address in listen))
        file.write(f'  username: ""\n  pidfile: ""\n  zonesdir: "{place}"\n  database: ""\n'
                   f'  xfrdfile: "{place}/xfrd"\n  zonelistfile: "{place}/zones"\n  xfrdir: "{place}"\n'
                   f'  cookie-secret-file: "{place}/cookies"\n  server-count: 1\n  hide-version: yes\n'
                   f'  rrl-ratelimit: 0\nremote-control:\n  control-enable: no\n'
                   f'key:\n  name: "transfer."\n  algorithm: hmac-sha256\n  secret: "{SECRET}"\n{zones}')
    return harness.Daemon(["nsd", "-d", "-c", config], place)


def knot(folder, listen):
    place = os.path.join(folder, "knot")
    os.mkdir(place)
    config = os.path.join(place, "knot.conf")
    with open(config, "w") as file:
        file.write(f'server:\n  listen: [ {", ".join(address + "@53" for address in listen)} ]\n'
                   f'  rundir: "{place}"\n  udp-workers: 1\n  tcp-workers: 1\n'
                   f'  background-workers: 1\ndatabase:\n  storage: "{place}/db"\n'
                   f'key:\n  - id: "transfer."\n    algorithm: hmac-sha256\n    secret: "{SECRET}"\n'
                   f'remote:\n  - id: primary\n    address: {SWORND[0]}\n    via: {listen[0]}\n'
                   f'    key: "transfer."\nacl:\n  - id: notify\n    key: "transfer."\n    action: notify\n'
                   f'zone:\n  - domain: {APEX}\n    storage: "{place}"\n    master: primary\n    acl: notify\n'
                   f'    zonefile-sync: -1\n')
    return harness.Daemon(["knotd", "-c", config], place)


def swornd(folder):
    place = os.path.join(folder, "swornd")
    os.mkdir(place)
    server = harness.Server(place)
    listen = ", ".join(f'"{text}"' for text in (f"{SWORND[0]}:53", f"[{SWORND[1]}]:53"))
    remotes = "".join(f'  - {{ id: {name}, address: "{address}:53", key: transfer. }}\n'
                      for name, address in (("nsd", NSD[0]), ("knot", KNOT[0])))
    with open(server.config, "w") as file:
        file.write(f'server:\n  listen: [ {listen} ]\n  threads: 1\n'
                   f'rate-limit: {{ responses: 0 }}\n'
                   f'keys:\n  - {{ id: transfer., algorithm: hmac-sha256, secret: "{SECRET}" }}\n'
                   f'remotes:\n{remotes}'
                   f'acl:\n  - {{ id: secondaries, keys: [ transfer. ], actions: [ transfer ] }}\n'
                   f'template:\n  - {{ id: default, acl: [ secondaries ], notify: [ nsd, knot ] }}\n'
                   f'api:\n  listen: "127.0.0.1:{server.api_port}"\nstore: "store"\n'
                   f'enclave:\n  program: "{harness.ENCLAVE}"\n')
    return server.start()


def own_zone(server, algorithm, denial):
    """demo.zone with something of everything; its DS."""
    path = os.path.join(server.folder, "zonefile")
    with open(path, "w") as file:
        file.write(f"$ORIGIN {APEX}.\n$TTL 3600\n@ {SOA.format(mname='ns1')}\n")
        for number, (four, six) in enumerate((SWORND, NSD, KNOT), 1):
            file.write(f"@ NS ns{number}\n" + glue(f"ns{number}", four, six))
        file.write("@ A 5.9.1.80\n@ MX 10 mail\nmail A 5.9.1.25\nwww A 5.9.1.80\n*.wild TXT \"w\"\n"
                   "alias CNAME www\na.b.c AAAA 2a01:4f8:1::80\nhostmaster.ns1 A 5.9.1.25\n"
                   f"child NS ns1.child\nchild NS ns2.child\nns1.child A 62.4.2.54\nns2.child A 81.2.3.54\n")
    server.create(APEX, "--zonefile", path, "--algorithm", algorithm, "--denial", denial)
    server.update(APEX, "--set", "www 3600 A 5.9.1.81")
    return server.ds(APEX)


def parents(folder, ds):
    """Sign root and zone.; NSD for each."""
    zone_file, zone_ds = sign(folder, "zone.", (
        f"$ORIGIN zone.\n$TTL 3600\n@ {SOA.format(mname='a.nic')}\n@ NS a.nic\n{glue('a.nic', *TLD)}"
        + "".join(f"demo NS ns{number}.demo\n" + glue(f"ns{number}.demo", four, six)
                  for number, (four, six) in enumerate((SWORND, NSD, KNOT), 1))
        + "\n".join(ds) + "\n"))
    root_file, root_ds = sign(folder, ".", (
        f"$ORIGIN .\n$TTL 3600\n@ {SOA.format(mname='a.root-servers.net.')}\n@ NS a.root-servers.net.\n"
        f"{glue('a.root-servers.net.', *ROOT)}zone. NS a.nic.zone.\n{glue('a.nic.zone.', *TLD)}{zone_ds}\n"))
    daemons = [nsd(folder, "root", ROOT, f'zone:\n  name: "."\n  zonefile: "{root_file}"\n'),
               nsd(folder, "tld", TLD, f'zone:\n  name: "zone."\n  zonefile: "{zone_file}"\n')]
    with open(os.path.join(folder, "hints"), "w") as file:
        file.write(f". 3600 NS a.root-servers.net.\n{glue('a.root-servers.net.', *ROOT)}")
    with open(os.path.join(folder, "anchors"), "w") as file:
        file.write(root_ds + "\n")
    return daemons


def main(folder, algorithm, denial, command):
    addresses()
    server = swornd(folder)
    daemons = []
    try:
        ds = own_zone(server, algorithm, denial)
        request = f'request-xfr: {SWORND[0]} "transfer."\n  allow-notify: {SWORND[0]} "transfer."'
        daemons += [nsd(folder, "nsd", NSD, f'zone:\n  name: {APEX}\n  zonefile: "zonefile"\n'
                                            f'  {request}\n  outgoing-interface: {NSD[0]}\n'),
                    knot(folder, KNOT), *parents(folder, ds)]
        for address, name in ((ROOT[0], "."), (TLD[0], "zone."), (NSD[0], APEX), (KNOT[0], APEX)):
            harness.wait_for(lambda address=address, name=name: answers(address, name),
                             f"{name} from {address}\n" + "\n".join(daemon.log() for daemon in daemons))
        fields = ds[0].split()
        words = {"ds": ",".join(fields[fields.index("DS") + 1:][:3] +
                                ["".join(fields[fields.index("DS") + 4:])]),
                 "hints": os.path.join(folder, "hints"), "anchors": os.path.join(folder, "anchors")}
        return subprocess.run(["sh", "-c", command.format(**words)], cwd=folder, check=False).returncode
    finally:
        for daemon in [*daemons, server]:
            daemon.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[5]))
