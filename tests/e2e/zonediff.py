"""Signed exports compared: with the zone they are of, with the export before, with a full signing."""
import functools
import os
import re
import subprocess
import sys

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

import harness

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "conformance"))

import differences  # noqa: E402

SIGNERS = {"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "ZONEMD"}
CHAIN = ("NSEC", "NSEC3", "NSEC3PARAM")
SHOWN = 10  # of many differences


@functools.lru_cache(maxsize=None)
def wire(rdtype, text):
    """RDATA in wire form as dnspython reads it, the case of letters kept."""
    return dns.rdata.from_text(dns.rdataclass.IN, rdtype, text, origin=dns.name.root,
                               relativize=False).to_wire()


@functools.lru_cache(maxsize=None)
def line_of(line):
    """(name, TTL, type, rest) of a record on one line."""
    owner, ttl, _, rdtype, rest = line.split(None, 4)
    return differences.key(owner), int(ttl), rdtype.upper(), rest


def zone_of(text, apex):
    """The records of a master file, one on each line, without what a signer makes."""
    zone = differences.Zone(apex)
    for line in text.splitlines():
        if not line or line[0] == ";":
            continue
        name, ttl, rdtype, rest = line_of(line)
        if rdtype not in SIGNERS:
            zone.sets.setdefault((name, rdtype), (ttl, []))[1].append(rest)
    return zone


class Signed:
    """A signed zone: `sets` are {(name, type): (TTL, {RDATA})}, `rrsigs` {(name, type): {RDATA text}}."""

    def __init__(self, text, apex):
        self.text, self.apex = text, differences.key(apex)
        self.sets, self.rrsigs = {}, {}
        for line in text.splitlines():
            if not line or line[0] == ";":
                continue
            name, ttl, rdtype, rest = line_of(line)
            if rdtype == "RRSIG":
                self.rrsigs.setdefault((name, rest.split(None, 1)[0]), set()).add(rest)
            else:
                self.sets.setdefault((name, rdtype), (ttl, set()))[1].add(wire(rdtype, rest))

    @property
    def serial(self):
        _, rdata = self.sets[(self.apex, "SOA")]
        return int.from_bytes(next(iter(rdata))[-20:-16], "big")

    @property
    def denial_ttl(self):
        """RFC 9077 3."""
        ttl, rdata = self.sets[(self.apex, "SOA")]
        return min(ttl, int.from_bytes(next(iter(rdata))[-4:], "big"))

    def unsigned(self):
        """Its text without what the signer made, but with CDS and the like."""
        return "".join(line + "\n" for line in self.text.splitlines()
                       if line.split(None, 4)[3] not in ("RRSIG", "DNSKEY", *CHAIN))

    def denial_ttls(self):
        return {ttl for (_, rdtype), (ttl, _) in self.sets.items() if rdtype in ("NSEC", "NSEC3")}

    def denials(self):
        """Which of NSEC, NSEC3 and NSEC3PARAM are there, and which the bitmaps list."""
        fields = [line.split() for line in self.text.splitlines()]
        listed = {word for field in fields if field[3] in ("NSEC", "NSEC3")
                  for word in field[5:] if word in CHAIN}
        return {rdtype for _, rdtype in self.sets if rdtype in CHAIN}, listed


def shown(keys):
    keys = sorted(keys)
    return [f"{differences.text_of(name)}/{rdtype}" for name, rdtype in keys[:SHOWN]] + \
        ([f"and {len(keys) - SHOWN} more"] if len(keys) > SHOWN else [])


def differing(left, right):
    return {key for key in left.keys() | right.keys() if left.get(key) != right.get(key)}


def without_serial(sets, apex):
    ttl, rdata = sets[(apex, "SOA")]
    return {**sets, (apex, "SOA"): (ttl, {octets[:-20] + octets[-16:] for octets in rdata})}


def check_records(signed, zone):
    """The records besides the signer's are those of `zone`, owner case and serial aside."""
    wanted = {(name, rdtype): (ttl, {wire(rdtype, text) for text in rdata})
              for (name, rdtype), (ttl, rdata) in zone.sets.items()}
    there = {key: value for key, value in signed.sets.items() if key[1] not in SIGNERS}
    bad = differing(without_serial(there, signed.apex), without_serial(wanted, zone.apex))
    assert not bad, "".join(f"\n{name}: has {there.get(key)}, wanted {wanted.get(key)}"
                            for name, key in zip(shown(bad), sorted(bad)))


def check_rrsigs_new(before, after):
    """RRSIGs are new for exactly the record sets that differ; how many that are, and how many came or went."""
    differ = differing(before.sets, after.sets)
    new = {key for key, rrsigs in after.rrsigs.items() if before.rrsigs.get(key) != rrsigs}
    signed = {key for key in differ if key in after.rrsigs}
    # Hidden or shown by a cut or DNAME: the same set, not signed before.
    signed |= {key for key in after.rrsigs if key not in before.rrsigs}
    assert new == signed, (f"\nnew without need: {shown(new - signed)}"
                           f"\nnot made anew: {shown(signed - new)}")
    return len(new), len(before.rrsigs.keys() ^ after.rrsigs.keys())


def verify(signed, folder, apex):
    """ldns-verify-zone and dnssec-verify accept the zone."""
    path = os.path.join(str(folder), "signed.zone")
    with open(path, "w") as file:
        file.write(signed.text)
    for command in (["ldns-verify-zone", path], ["dnssec-verify", "-z", "-o", apex, path]):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


class FullSigner:
    """ldns-signzone or dnssec-signzone with a key of its own."""

    def __init__(self, folder, apex):
        self.folder, self.apex = str(folder), apex
        done = subprocess.run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", apex], cwd=self.folder,
                              capture_output=True, text=True, check=True)
        self.key = done.stdout.strip()
        with open(os.path.join(self.folder, self.key + ".key")) as file:
            self.dnskey = re.sub(r"\s+IN\s+DNSKEY", " 3600 IN DNSKEY", file.read().split(";")[0].strip())

    def sign(self, zone, tool, denial="NSEC"):
        """The zone (records as lines) fully signed."""
        path, out = (os.path.join(self.folder, name) for name in ("unsigned", "full"))
        with open(path, "w") as file:
            file.write(zone + self.dnskey + "\n")
        hashed = {"ldns": ["-n", "-t", "0"], "bind": ["-3", "-", "-H", "0"]}[tool]
        options = hashed if denial == "NSEC3" else []
        command = {"ldns": ["ldns-signzone", *options, "-o", self.apex, "-f", out, path, self.key],
                   "bind": ["dnssec-signzone", *options, "-P", "-z", "-q", "-O", "full", "-o", self.apex,
                            "-f", out, path, self.key]}[tool]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}\n{zone}"
        with open(out) as file:
            return Signed(file.read(), self.apex)


def rrsig_fixed(rrsigs):
    """What in RRSIGs does not depend on key and time: {(name, type): {(labels, TTL, signer)}}."""
    fixed = {}
    for key, rdata in rrsigs.items():
        for text in rdata if key[1] != "NSEC3PARAM" else ():  # its TTL is anybody's
            _, _, labels, ttl, _, _, _, signer, _ = text.split(None, 8)
            fixed.setdefault(key, set()).add((labels, ttl, differences.key(signer)))
    return fixed


def check_full_signing(signed, full):
    """Chain and signatures are those of a full signing, record for record but for times and keys."""
    for what, ours, theirs in (
            ("NSEC", {k: v for k, v in signed.sets.items() if k[1] in ("NSEC", "NSEC3")},
             {k: v for k, v in full.sets.items() if k[1] in ("NSEC", "NSEC3")}),
            ("RRSIG", rrsig_fixed(signed.rrsigs), rrsig_fixed(full.rrsigs))):
        bad = differing(ours, theirs)
        assert not bad, what + "".join(
            f"\n{name}: has {ours.get(key)}, a full signing {theirs.get(key)}"
            for name, key in zip(shown(bad), sorted(bad)))
