"""Dynamic updates: keys of dnssec-keygen, nsupdate, and named to compare with."""
import os
import re
import subprocess

import dns.query
import dns.rdatatype
import dns.zone

import harness

TIMEOUT = 30  # seconds that nsupdate waits for a reply: a limit, never a pause


OF_THE_ENCLAVE = (dns.rdatatype.DNSKEY, dns.rdatatype.CDS, dns.rdatatype.CDNSKEY, dns.rdatatype.NSEC3PARAM)


def dns_key(folder, algorithm, name="k.keys.test"):
    """Path of the .private file of a fresh pair for SIG(0)."""
    done = subprocess.run(["dnssec-keygen", "-q", "-K", str(folder), "-T", "KEY", "-n", "HOST", "-a", algorithm,
                           name], capture_output=True, text=True, check=True)
    return os.path.join(str(folder), done.stdout.strip() + ".private")


def nsupdate(port, zone, script, *arguments):
    """The response code that nsupdate got for the lines of `script`, one update to `zone`."""
    lines = f"server 127.0.0.1 {port}\nzone {zone}\n{script}\nsend\n"
    done = subprocess.run(["nsupdate", "-t", str(TIMEOUT), *map(str, arguments)], input=lines,
                          capture_output=True, text=True, timeout=4 * TIMEOUT)
    if done.returncode == 0:
        return "NOERROR"
    failed = re.search(r"update failed: (\w+)", done.stderr)
    assert failed, f"{lines}{done.stdout}{done.stderr}"
    return failed.group(1)


def master_file(path, zone, records):
    with open(path, "w") as file:
        file.write(f"$ORIGIN {zone}.\n$TTL 3600\n{records}")
    return str(path)


class Named(harness.Daemon):
    """named with one zone that anybody on loopback may update."""

    def __init__(self, folder, zone, records):
        self.port = harness.free_port()
        self.zone = zone
        folder.mkdir()
        master_file(folder / "zone.db", zone, records)
        (folder / "named.conf").write_text(f"""
options {{
    directory "{folder}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no;
    listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; notify no;
    allow-transfer {{ any; }}; check-names primary ignore;
}};
controls {{ }};
zone "{zone}" {{ type primary; file "zone.db"; allow-update {{ any; }}; check-integrity no; }};
""")
        super().__init__(["named", "-g", "-c", str(folder / "named.conf"), "-n", "1"], folder)
        harness.wait_for(lambda: self.process.poll() is not None or harness.answers(self.port, zone), "named")
        assert self.process.poll() is None, self.log()

    def records(self):
        zone = dns.zone.from_xfr(dns.query.xfr("127.0.0.1", self.zone, port=self.port, relativize=False, lifetime=10), relativize=False)
        return comparable(zone)


def comparable(zone):
    """{(owner, type): (TTL, records)} without what only one of two servers has: serial, keys."""
    sets = {}
    for name, rdataset in zone.iterate_rdatasets():
        if rdataset.rdtype in OF_THE_ENCLAVE:
            continue
        records = []
        for rdata in rdataset:
            if rdata.rdtype == dns.rdatatype.SOA:
                rdata = rdata.replace(serial=0)
            records.append(rdata.to_digestable())
        sets[name.to_text().lower(), dns.rdatatype.to_text(rdataset.rdtype)] = (rdataset.ttl, sorted(records))
    return sets


def exported(server, zone):
    return comparable(dns.zone.from_text(server.export(zone), zone, relativize=False))


def difference(ours, theirs):
    """What differs between two results of comparable(), for people."""
    return {key: (ours.get(key), theirs.get(key)) for key in sorted(set(ours) | set(theirs))
            if ours.get(key) != theirs.get(key)}


def random_script(chosen, number, zone):
    """One update: prerequisites, then changes; names and data are few, so that they meet."""
    names = ["", "a.", "b.", "c.a.", "www.", "alias.", "*.w.", "deep.ent.", "ent.", "sub.", "x.sub."]
    data = {
        "A": ["192.0.2.1", "192.0.2.2", "192.0.2.3"], "AAAA": ["2001:db8::1", "2001:db8::2"],
        "TXT": ['"a"', '"A"', '"a" "b"', '""'], "MX": ["10 mail.example.", "10 MAIL.example.", "20 a.upd.test."],
        "CNAME": ["www.upd.test.", "a.example."], "NS": ["ns1.upd.test.", "ns2.example.", "NS2.example."],
        "SRV": ["0 0 53 a.upd.test."], "CAA": ['0 issue "ca.example"'], "DNAME": ["d.example.", "e.example."],
        "HTTPS": ["1 . alpn=h2"], "TYPE65400": ["\\# 2 0102"],
    }

    def pick():
        kind = chosen.choice(list(data))
        # What would not be a valid zone the enclave refuses, named takes.
        name = chosen.choice({"NS": ["", "sub."], "DNAME": ["ent."]}.get(kind, names))
        return f"{name}{zone}.", kind, chosen.choice(data[kind])

    lines = []
    for _ in range(chosen.choice([0, 0, 1, 1, 2])):
        name, kind, value = pick()
        lines.append(chosen.choice([f"prereq yxdomain {name}", f"prereq nxdomain {name}", f"prereq yxrrset {name} {kind}",
                                    f"prereq nxrrset {name} {kind}", f"prereq yxrrset {name} {kind} {value}"]))
    for _ in range(chosen.randrange(1, 5)):
        name, kind, value = pick()
        ttl = chosen.choice([60, 300, 3600])
        lines.append(chosen.choice([f"update add {name} {ttl} {kind} {value}", f"update add {name} {ttl} {kind} {value}",
                                    f"update add {name} {ttl} {kind} {value}", f"update delete {name} {kind} {value}",
                                    f"update delete {name} {kind}", f"update delete {name}"]))
    if chosen.random() < 0.05:
        serial = chosen.choice([1, 1000 * (number + 1)])
        lines.append(f"update add {zone}. 3600 SOA ns1.{zone}. host{number}.{zone}. {serial} 3600 900 604800 300")
    return "\n".join(lines)
