"""Other people's servers as secondaries of swornd, each on free loopback ports and in a folder of its own."""
import os
import subprocess

import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import dns.zone

import harness

SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
KEY = "transfer.key."


def keyring(secret=SECRET, name=KEY, algorithm="hmac-sha256"):
    return {dns.name.from_text(name): dns.tsig.Key(name, secret, algorithm)}


def settings(ports, template="", key=KEY, tls=False):
    """swornd's configuration with a key, remotes on these ports and a list that lets them transfer."""
    remotes = "".join(f'  - {{ id: "s{i}", address: "127.0.0.1:{port}", key: "{key}" }}\n'
                      for i, port in enumerate(ports))
    notify = ", ".join(f'"s{i}"' for i in range(len(ports)))
    return (f'keys:\n  - {{ id: "{KEY}", algorithm: hmac-sha256, secret: "{SECRET}" }}\n'
            f'  - {{ id: "other.key.", algorithm: hmac-sha512, secret: "{SECRET}" }}\n'
            + (f"remotes:\n{remotes}" if ports else "")
            + f'acl:\n  - {{ id: "a", keys: [ "{KEY}" ], actions: [ transfer ] }}\n'
            f'template:\n  - id: default\n    acl: [ "a" ]\n    notify: [ {notify} ]\n{template}')


class Secondary:
    """One that holds `zones`; `catalog` makes it a consumer of that catalog too."""

    program = ""

    def __init__(self, folder, primary, port=None, zones=("demo.test",), catalog=None, tls=None):
        self.folder = str(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.primary = primary
        self.port = port or harness.free_port()
        self.zones, self.catalog, self.tls = zones, catalog, tls
        self.daemon = None

    def start(self):
        self.daemon = harness.Daemon(self.command(), self.folder)
        return self

    def stop(self):
        if self.daemon:
            self.daemon.stop()
            self.daemon = None

    def serial(self, zone="demo.test"):
        """The serial it answers with; None while it has none."""
        try:
            reply = dns.query.udp(dns.message.make_query(zone, "SOA"), "127.0.0.1", port=self.port,
                                  timeout=2)
        except (OSError, dns.exception.Timeout):
            return None
        return reply.answer[0][0].serial if reply.answer else None

    def wait_for(self, serial, zone="demo.test"):
        harness.wait_for(lambda: self.serial(zone) == serial,
                         f"{self.program} to have serial {serial}, it has {self.serial(zone)}")

    def zone(self, name="demo.test"):
        """Its copy, by AXFR, as a set of lines."""
        return records(self.port, name)

    def transfers(self):
        """(whole, incremental) transfers that it took, from its log."""
        raise NotImplementedError


def records(port, name, ring=None, **options):
    """All records of a zone by AXFR from this port."""
    found = set()
    for message in dns.query.xfr("127.0.0.1", name, port=port, relativize=False, timeout=20,
                                 lifetime=60, keyring=ring, keyname=KEY if ring else None,
                                 **options):
        for rrset in message.answer:
            for rdata in rrset:
                found.add((rrset.name.to_text().lower(), rrset.ttl,
                           dns.rdatatype.to_text(rrset.rdtype), rdata.to_text()))
    return found


class Nsd(Secondary):
    program = "nsd"

    def command(self):
        tls = f' {self.tls["name"]}' if self.tls else ""
        port = self.tls["port"] if self.tls else self.primary.port
        source = f"127.0.0.1@{port} {KEY}{tls}"
        text = (f'server:\n  ip-address: 127.0.0.1@{self.port}\n  username: ""\n  pidfile: ""\n'
                f'  zonesdir: "{self.folder}"\n  database: ""\n  xfrdfile: "{self.folder}/xfrd"\n'
                f'  zonelistfile: "{self.folder}/zones"\n  cookie-secret-file: "{self.folder}/c"\n'
                f'  xfrd-reload-timeout: 0\n  verbosity: 3\n  xfrdir: "{self.folder}"\n')
        if self.tls:
            text += f'  tls-cert-bundle: "{self.tls["ca"]}"\n'
        text += (f'remote-control:\n  control-enable: no\n'
                 f'key:\n  name: "{KEY}"\n  algorithm: hmac-sha256\n  secret: "{SECRET}"\n')
        if self.tls:
            text += f'tls-auth:\n  name: "{self.tls["name"]}"\n  auth-domain-name: "{self.tls["domain"]}"\n'
        for zone in self.zones:
            text += (f'zone:\n  name: {zone}\n  zonefile: "{self.folder}/{zone}.zone"\n'
                     f'  request-xfr: {source}\n  allow-notify: 127.0.0.1 {KEY}\n'
                     f'  provide-xfr: 127.0.0.1 NOKEY\n')
        config = os.path.join(self.folder, "nsd.conf")
        with open(config, "w") as file:
            file.write(text)
        return ["nsd", "-d", "-c", config]


class Knot(Secondary):
    program = "knotd"

    def command(self):
        text = (f'server:\n  listen: 127.0.0.1@{self.port}\n  rundir: "{self.folder}"\n'
                f'log:\n  - target: stderr\n    any: info\n'
                f'database:\n  storage: "{self.folder}/db"\n'
                f'key:\n  - id: {KEY}\n    algorithm: hmac-sha256\n    secret: {SECRET}\n'
                f'remote:\n  - id: primary\n    address: 127.0.0.1@{self.primary.port}\n    key: {KEY}\n'
                f'acl:\n  - id: notify\n    address: 127.0.0.1\n    key: {KEY}\n    action: notify\n'
                f'  - id: out\n    address: 127.0.0.1\n    action: transfer\n'
                f'template:\n  - id: default\n    storage: "{self.folder}"\n    master: primary\n'
                f'    acl: [ notify, out ]\n'
                f'  - id: member\n    storage: "{self.folder}"\n    master: primary\n'
                f'    acl: [ notify, out ]\nzone:\n')
        text += "".join(f"  - domain: {zone}\n" for zone in self.zones)
        if self.catalog:
            text += (f'  - domain: {self.catalog}\n    catalog-role: interpret\n'
                     f'    catalog-template: [ member ]\n')
        os.makedirs(os.path.join(self.folder, "db"), exist_ok=True)
        config = os.path.join(self.folder, "knot.conf")
        with open(config, "w") as file:
            file.write(text)
        return ["knotd", "-c", config]


class Bind(Secondary):
    program = "named"

    def command(self):
        port = self.tls["port"] if self.tls else self.primary.port
        tls = f' tls {self.tls["name"]}' if self.tls else ""
        source = f'primaries {{ 127.0.0.1 port {port} key "{KEY}"{tls}; }};'
        catalog = ""
        if self.catalog:
            catalog = (f'catalog-zones {{ zone "{self.catalog}" default-primaries '
                       f'{{ 127.0.0.1 port {port} key "{KEY}"{tls}; }} in-memory yes '
                       f'min-update-interval 0; }};\n')
        text = (f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; '
                f'listen-on-v6 {{ none; }}; pid-file none; session-keyfile "{self.folder}/session.key"; '
                f'recursion no; notify no; dnssec-validation no; allow-transfer {{ any; }}; '
                f'allow-notify {{ 127.0.0.1; }}; {catalog} }};\n'
                f'key "{KEY}" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\ncontrols {{ }};\n')
        if self.tls:
            text += (f'tls {self.tls["name"]} {{ ca-file "{self.tls["ca"]}"; '
                     f'remote-hostname "{self.tls["domain"]}"; }};\n')
        for zone in [*self.zones, *([self.catalog] if self.catalog else [])]:
            text += (f'zone "{zone}" {{ type secondary; file "{zone}.db"; {source} '
                     f'masterfile-format text; }};\n')
        config = os.path.join(self.folder, "named.conf")
        with open(config, "w") as file:
            file.write(text)
        return ["named", "-g", "-n", "1", "-c", config]


def verify(zone_text, folder):
    """ldns-verify-zone over a copy."""
    path = os.path.join(str(folder), "copy.zone")
    with open(path, "w") as file:
        file.write(zone_text)
    return subprocess.run(["ldns-verify-zone", path], capture_output=True, text=True)
