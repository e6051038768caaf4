"""Whether what an enclave signed is what an honest run could have signed."""
import base64
import hashlib
import struct

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

import owner
from tamper import boundary

SOA, NSEC, DNSKEY, ZONEMD = 6, 47, 48, 63
LIFETIME = 14 * 86400  # the most that any policy allows
SLACK = 3600


def name_of(key):
    """The name in a key of the zone tree; labels of these tests hold no octet 0 or 1."""
    return dns.name.Name([label for label in reversed(key.split(b"\0")[:-1])] + [b""])


def records_of(value):
    """(TTL, [RDATA]) of a set's value."""
    ttl, count, at, found = int.from_bytes(value[:4], "big"), int.from_bytes(value[4:6], "big"), 6, []
    for _ in range(count):
        size = int.from_bytes(value[at:at + 2], "big")
        found.append(value[at + 2:at + 2 + size])
        at += 2 + size
    assert at == len(value)
    return ttl, found


def rrset_of(name, rdtype, ttl, records):
    rdatas = [dns.rdata.from_wire(dns.rdataclass.IN, rdtype, octets, 0, len(octets))
              for octets in records]
    return dns.rrset.from_rdata_list(name, ttl, rdatas)


def split(key):
    """(name, type) of a set's key."""
    return name_of(key[:-3]), int.from_bytes(key[-2:], "big")


def is_hash(key):
    """Whether it is the leaf of a name by its hash, which is never signed."""
    return key[:2] == b"\1\0"


def without_serial(value):
    """An SOA's value but for its serial, the first of the five numbers at its end."""
    return value[:-20] + value[-16:]


def covered(rrsig, rrset):
    """What an RRSIG is over (RFC 4034 3.1.8.1), for sets without a wildcard's expansion."""
    begin = rrsig.to_wire(origin=dns.name.root)[:18] + rrsig.signer.canonicalize().to_wire()
    owner_name = rrset.name.canonicalize().to_wire()
    records = sorted(rdata.to_digestable(dns.name.root) for rdata in rrset)
    fixed = owner_name + struct.pack(">HHI", rrset.rdtype, 1, rrsig.original_ttl)
    return begin + b"".join(fixed + struct.pack(">H", len(octets)) + octets for octets in records)


def verify(dnskey, rrsig, rrset):
    """Fail unless the signature is right; times, which wrap (RFC 4034 3.1.5), are the caller's."""
    octets, signature = dnskey[4:], rrsig.signature
    assert rrsig.algorithm == dnskey[3]
    if rrsig.algorithm == 15:
        Ed25519PublicKey.from_public_bytes(octets).verify(signature, covered(rrsig, rrset))
        return
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(octets[:32], "big"),
                                            int.from_bytes(octets[32:], "big"), ec.SECP256R1())
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"),
                               int.from_bytes(signature[32:], "big"))
    numbers.public_key().verify(der, covered(rrsig, rrset), ec.ECDSA(hashes.SHA256()))


class World:
    """All that honest runs have certified: values by zone and key; keys; the log's key."""

    def __init__(self, store):
        self.log_key = Ed25519PublicKey.from_public_bytes(store.meta[b"log public key"])
        self.size = store.size()
        self.zones = {zone_id: {key: {value} for key, value in store.values(zone_id).items()
                                if not is_hash(key)}
                      for zone_id in store.zone_ids()}

    def learn(self, committed):
        """What an honest run made is allowed from now on."""
        zone = self.zones.setdefault(owner.entry_of(committed["entry"])["zone_id"], {})
        for item in committed["sets"]:
            key, value, _ = boundary.committed_set(item)
            if not is_hash(key):
                zone.setdefault(key, set()).add(value)

    def judge_evidence(self, fields):
        """Fail unless it is a statement over a nonce, and can be taken for nothing else."""
        self.log_key.verify(fields["signature"], fields["statement"])
        lines = fields["statement"].decode().split("\n")
        assert lines[:4] == ["sworn-evidence-v1", "platform=process", "rollback=unprotected",
                             "time=host"] and lines[-1] == "", lines
        assert len(bytes.fromhex(lines[-2].removeprefix("nonce="))) <= 64, lines

    def judge(self, committed, checkpoint_size=None):
        """Fail unless a commit's signatures and certificates are such as an honest run makes."""
        entry = owner.entry_of(committed["entry"])
        self.judge_checkpoint(committed["checkpoint"], checkpoint_size or self.size + 1)
        zone = self.zones.get(entry["zone_id"])
        sets = [boundary.committed_set(item) for item in committed["sets"]]
        if zone is None:
            # A zone of its own: signed by its own new key, which no delegation names.
            assert entry["kind"] == owner.CREATE, entry
            zone = {key: {value} for key, value, _ in sets if not is_hash(key)}
            assert committed["sealed_key"]
            for known in self.zones.values():
                mine, theirs = self.dnskey(zone), self.dnskey(known)
                assert mine[1] != theirs[1], "a new zone has an old zone's key"
        for key, value, rrsigs in sets:
            if rrsigs:
                self.judge_set(zone, key, value, rrsigs, entry)
        return entry

    @staticmethod
    def dnskey(zone):
        key = next(key for key in zone if split(key)[1] == DNSKEY)
        return split(key)[0], records_of(next(iter(zone[key])))[1][0]

    def judge_set(self, zone, key, value, rrsigs, entry):
        name, rdtype = split(key)
        known = zone.get(key, set())
        if rdtype == ZONEMD:  # over signatures, some of them the host's: another each time
            known = {value[:-48] + records_of(value)[1][0][-48:]}
        same = (without_serial(value) in map(without_serial, known) if rdtype == SOA
                else value in known)
        assert same, f"signed, but no honest run had it: {name} {rdtype} {value.hex()} {entry}"
        assert len(rrsigs) == 1
        apex, octets = self.dnskey(zone)
        ttl, records = records_of(value)
        rrsig = rrset_of(name, dns.rdatatype.RRSIG, ttl, rrsigs)
        inception, expiration = rrsig[0].inception, rrsig[0].expiration
        assert inception == entry["time"] - SLACK & 0xffffffff, (rrsig, entry)
        assert 0 < expiration - inception & 0xffffffff <= LIFETIME + SLACK, rrsig
        assert rrsig[0].signer == apex
        verify(octets, rrsig[0], rrset_of(name, rdtype, ttl, records))

    def judge_checkpoint(self, note, size):
        text, signature = note.split(b"\n\n")
        try:
            self.log_key.verify(base64.b64decode(signature.split()[-1])[4:], text + b"\n")
        except InvalidSignature:
            raise AssertionError(f"a checkpoint that the log's key has not signed: {note}")
        assert int(text.split(b"\n")[1]) == size, (note, size)


def sha256(octets):
    return hashlib.sha256(octets).digest()
