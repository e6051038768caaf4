"""What the guards of the library have in common, tried on servers: a holder makes the arguments that its guard takes.

  Holder                      one guard and those who hold its keys: what is theirs to say about it
  Zone                        a zone of a holder's on a server
  walk(make_server, holder)   accepted, refused, replayed, replayed elsewhere, handed over, handed back

Keys sign here with code of their own (PyNaCl, cryptography, and for wallets the arithmetic below), and the readable text is put
together here a second time, so that nothing of the product decides what a test expects.
"""
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import struct
import subprocess

import pytest

import harness
import owner

nacl_signing = pytest.importorskip("nacl.signing", reason="python3-nacl is not installed")
pytest.importorskip("cryptography", reason="python3-cryptography is not installed")

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: E402

ED25519, P256, SECP256K1 = 1, 2, 3  # types of keys
PERSONAL, TYPED = 1, 2  # schemes of wallets
LABEL = b"sworn-update-v1\0"


def wasm(name):
    """Octets of a guard of the library."""
    with open(os.path.join(harness.GUARDS, name + ".wasm"), "rb") as file:
        return file.read()


# Keccak-256, as Ethereum has it: the padding of the contest, not of FIPS 202.

def _rounds():
    state = 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            constant |= (state & 1) << ((1 << bit) - 1)
            state = (state << 1 ^ (0x171 if state & 0x80 else 0)) & 0x1FF
        yield constant


_ROUNDS = list(_rounds())
_WORD = (1 << 64) - 1


def _rotated(word, by):
    return ((word << by) | (word >> (64 - by))) & _WORD if by else word


def _permuted(lanes):
    """Keccak-f[1600] of 25 lanes, lane x + 5y."""
    for constant in _ROUNDS:
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
                  for x in range(5)]
        for i in range(25):
            lanes[i] ^= parity[(i + 4) % 5] ^ _rotated(parity[(i + 1) % 5], 1)
        x, y, lane = 1, 0, lanes[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            lane, lanes[x + 5 * y] = lanes[x + 5 * y], _rotated(
                lane, (step + 1) * (step + 2) // 2 % 64)
        for y in range(0, 25, 5):
            row = lanes[y:y + 5]
            for x in range(5):
                lanes[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & _WORD)
        lanes[0] ^= constant
    return lanes


def keccak256(octets):
    rate = 136
    padded = bytearray(octets + b"\1" + bytes(-(len(octets) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for at in range(0, len(padded), rate):
        for i, lane in enumerate(struct.unpack_from("<17Q", padded, at)):
            lanes[i] ^= lane
        lanes = _permuted(lanes)
    return struct.pack("<4Q", *lanes[:4])


# secp256k1, for signatures from which the key can be recovered.

_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
      0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def _sum(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % _P == 0:
        return None
    slope = (3 * a[0] * a[0] * pow(2 * a[1], -1, _P) if a == b
             else (b[1] - a[1]) * pow(b[0] - a[0], -1, _P)) % _P
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _times(scalar, point=_G):
    result = None
    while scalar:
        if scalar & 1:
            result = _sum(result, point)
        point, scalar = _sum(point, point), scalar >> 1
    return result


def secp256k1_sign(secret, digest, high=False):
    """r ‖ s ‖ v with v 27 or 28; s low as wallets make it, or high."""
    while True:
        nonce = secrets.randbelow(_N - 1) + 1
        x, y = _times(nonce)
        r = x % _N
        s = pow(nonce, -1, _N) * (int.from_bytes(digest, "big") + r * secret) % _N
        if r == x and r and s:
            break
    parity = y & 1
    if (s > _N // 2) != high:
        s, parity = _N - s, 1 - parity
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + parity])


def address_of(secret):
    x, y = _times(secret)
    return keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:]


# The message as text (docs/guards.md).

def parsed(message):
    """(apex, zone id, sequence, [(kind, octets)]) of a message."""
    assert message.startswith(LABEL), message[:20]
    at = len(LABEL) + 2 + int.from_bytes(message[len(LABEL):len(LABEL) + 2], "big")
    apex = message[len(LABEL) + 2:at].decode()
    zone_id, sequence = message[at:at + 32], int.from_bytes(message[at + 32:at + 40], "big")
    return apex, zone_id, sequence, operations_in(message[at + 40:])


def operations_in(octets):
    found = []
    while octets:
        kind, size = struct.unpack_from(">BI", octets)
        found.append((kind, octets[5:5 + size]))
        octets = octets[5 + size:]
    return found


def _hashed(octets):
    return f"sha256 0x{hashlib.sha256(octets).hexdigest()} ({len(octets)} octets)"


def _record_line(value):
    if value == "Clear":
        return "clear"
    (kind, members), = value.items()
    name = None if members["name"] is None else members["name"] or "@"
    rdtype = members["record"] or "*"
    if kind == "UpdateRecord":
        verb = "set" if members["mode"] == "Set" else "add"
        return f"{verb} {name} {members['ttl'] or 'auto'} {rdtype} {members['content']}"
    index = "" if members["index"] is None else f" #{members['index']}"
    return (f"remove-everywhere {rdtype}" if name is None else f"remove {name} {rdtype}") + index


def lines_of(operations):
    """The lines of [(kind, octets)]."""
    lines = []
    for kind, octets in operations:
        if kind == 1:
            lines.append(_record_line(json.loads(octets)))
        elif kind == 2:
            size = int.from_bytes(octets[:4], "little")
            code, environment = octets[4:4 + size], octets[4 + size:]
            lines.append("owner " + ("code " + _hashed(code) if code else "same code") +
                         ", environment " + ("0x" + environment.hex() if len(environment) <= 256
                                             else _hashed(environment)))
        elif kind in (16, 17):
            lines.append("announce:" if kind == 16 else "execute:")
            lines += ["  " + line for line in lines_of(operations_in(octets))]
        else:
            lines.append({3: "policy 0x" + octets.hex(), 4: "remove this zone",
                          18: "cancel 0x" + octets.hex()}[kind])
    return lines


def readable(message):
    """What a wallet shows of a message, and personal_sign signs."""
    apex, zone_id, sequence, operations = parsed(message)
    lines = ["sworn update", "zone: " + apex, "zone id: 0x" + zone_id.hex(),
             f"sequence: {sequence}"]
    return "\n".join(lines + ([""] + lines_of(operations) if operations else []))


def typed_data(message):
    """(domain, types, value) of a message, as wallets take typed data."""
    apex, zone_id, sequence, operations = parsed(message)
    types = {"Update": [{"name": "zone", "type": "string"}, {"name": "zoneId", "type": "bytes32"},
                        {"name": "sequence", "type": "uint64"},
                        {"name": "changes", "type": "string[]"}]}
    return ({"name": "sworn", "version": "1"}, types,
            {"zone": apex, "zoneId": "0x" + zone_id.hex(), "sequence": str(sequence),
             "changes": lines_of(operations)})


def wallet_digest(message, scheme):
    """What a wallet signs of a message."""
    if scheme == PERSONAL:
        text = readable(message).encode()
        return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text)
    apex, zone_id, sequence, operations = parsed(message)
    domain = keccak256(keccak256(b"EIP712Domain(string name,string version)") +
                       keccak256(b"sworn") + keccak256(b"1"))
    changes = keccak256(b"".join(keccak256(line.encode()) for line in lines_of(operations)))
    update = keccak256(
        keccak256(b"Update(string zone,bytes32 zoneId,uint64 sequence,string[] changes)") +
        keccak256(apex.encode()) + zone_id + sequence.to_bytes(32, "big") + changes)
    return keccak256(b"\x19\x01" + domain + update)


# Keys: `public` is the octets of a guard of one key, `octets` those in a key set, sign(message) a signature of the type.

class Ed25519Key:
    type, guard = ED25519, "ed25519"

    def __init__(self, seed=None):
        self.key = nacl_signing.SigningKey(seed or secrets.token_bytes(32))
        self.public = bytes(self.key.verify_key)

    @property
    def octets(self):
        return bytes([self.type]) + self.public

    def sign(self, message):
        return self.key.sign(message).signature


class P256Key(Ed25519Key):
    type, guard = P256, "p256"

    def __init__(self, key=None):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.public = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def sign(self, message):
        return raw_of_der(self.key.sign(message, ec.ECDSA(hashes.SHA256())))


class WalletKey(Ed25519Key):
    type, guard = SECP256K1, "secp256k1"

    def __init__(self, scheme=PERSONAL, secret=None):
        self.scheme = scheme
        self.secret = secret or secrets.randbelow(_N - 1) + 1
        self.public = address_of(self.secret)

    def sign(self, message, high=False):
        digest = wallet_digest(message, self.scheme)
        return bytes([self.scheme]) + secp256k1_sign(self.secret, digest, high)


def raw_of_der(signature):
    """r ‖ s of 32 octets each."""
    r, s = utils.decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key_set(*keys):
    return bytes([len(keys)]) + b"".join(key.octets for key in keys)


def keys_argument(message, signatures):
    """The argument of format sworn-update-v1+keys; `signatures` is {index: octets}."""
    return (bytes([len(signatures)]) +
            b"".join(bytes([index]) + octets for index, octets in sorted(signatures.items())) +
            message)


# Holders.

class Holder:
    """One guard and those who hold its keys."""
    guard = None            # its name in the library
    signs_creation = True   # whether a creation that nobody signed is refused

    def environment(self):
        raise NotImplementedError

    def argument(self, message):
        """Octets that the guard accepts for this message, also at creation."""
        raise NotImplementedError

    def wrong_arguments(self, message):
        """(what is wrong, octets, words of the refusal) of each way not to sign this message."""
        raise NotImplementedError

    def request(self, *operations):
        """The operations of a message that the guard accepts at once, on the way to these."""
        return operations

    def happens(self, zone, *operations):
        """Bring these operations about; the last argument that was sent."""
        argument = zone.argument(*operations)
        status, body = zone.post(argument)
        assert status == 200, (status, body)
        return argument


class OneKey(Holder):
    """The owner of a guard of one key."""

    def __init__(self, key):
        self.key, self.guard = key, key.guard

    def environment(self):
        return self.key.public

    def argument(self, message):
        return message + self.key.sign(message)

    def wrong_arguments(self, message):
        stranger = type(self.key)()
        signature = self.key.sign(message)
        mismatch = "signature is by 0x" if self.guard == "secp256k1" else "signature does not match"
        yield "nothing", b"", "argument is empty"
        yield "no signature", message[:10], "shorter than a signature"
        yield "another's signature", message + stranger.sign(message), mismatch
        last = bytes([message[-1] ^ 1])
        if self.guard != "secp256k1":
            yield "a changed message", message[:-1] + last + signature, mismatch


class Multisig(Holder):
    """`enough` of these keys."""
    guard = "multisig"

    def __init__(self, enough, *keys):
        self.enough, self.keys = enough, keys

    def environment(self):
        return key_set(*self.keys) + bytes([self.enough])

    def signatures(self, message, indexes=None):
        """{index: signature} by these keys, or by the last ones that are enough."""
        chosen = range(len(self.keys))[-self.enough:] if indexes is None else indexes
        return {index: self.keys[index].sign(message) for index in chosen}

    def argument(self, message):
        return keys_argument(message, self.signatures(message))

    def wrong_arguments(self, message):
        good = self.signatures(message)
        first, last = min(good), max(good)
        strangers = {**good, first: type(self.keys[first])().sign(message)}
        yield "nothing", b"", "argument is empty"
        yield "no signatures", b"\0" + message, f"signatures: 0, must be {self.enough}"
        yield ("one too few", keys_argument(message, self.signatures(message, list(good)[1:])),
               f"signatures: {self.enough - 1}, must be {self.enough}")
        yield ("one by a stranger", keys_argument(message, strangers),
               f"signature does not match key {first} of the set")
        yield ("a key that is none", keys_argument(message, {**good, len(self.keys): bytes(64)}),
               "by a key that is not in the set")
        again = bytes([first]) + good[first]
        yield ("one key twice", b"\2" + again + again + message,
               "not in the order of their keys, each once")
        yield ("another order", b"\2" + bytes([last]) + good[last] + again + message,
               "not in the order of their keys, each once")
        yield "cut short", keys_argument(message, good)[:40], "a signature is cut short"


class Sig0(Holder):
    """Who has the two keys of a zone that DNS UPDATE changes, and signs messages that name zone id and sequence."""
    guard = "sig0"
    name = b"\1k\4keys\4test\0"

    def __init__(self):
        self.keys = {15: Ed25519Key(), 13: P256Key()}  # by algorithm

    def environment(self):
        octets = b""
        for algorithm, key in self.keys.items():
            point = key.public[-64:] if algorithm == 13 else key.public  # RFC 6605 4: without 04
            rdata = struct.pack(">HBB", 512, 3, algorithm) + point
            octets += self.name + struct.pack(">HHIH", 25, 1, 0, len(rdata)) + rdata
        return octets

    def argument(self, message):
        return message + self.keys[13 if parsed(message)[2] % 2 else 15].sign(message)

    def wrong_arguments(self, message):
        mismatch = "the signature is by none of the zone's keys"
        yield "another's signature", message + Ed25519Key().sign(message), mismatch
        last = bytes([message[-1] ^ 1])
        yield "a changed message", message[:-1] + last + self.keys[15].sign(message), mismatch
        yield "no signature", message, mismatch


class Nobody(Holder):
    """Who creates a zone that stays as it is."""
    guard = "immutable"
    signs_creation = False

    def environment(self):
        return b""

    def argument(self, message):
        return message


class Zone:
    """One zone on one server, and the holder of its guard."""

    def __init__(self, server, holder, apex="demo.test"):
        self.server, self.holder, self.apex = server, holder, apex

    def creation(self, *operations, argument=None):
        """The body of POST /v1/zones."""
        if argument is None:
            message = owner.message(self.apex, owner.NO_ZONE_ID, 0,
                                    *(operations or owner.first_records()))
            argument = self.holder.argument(message)
        return owner.creation(self.apex, None, code=wasm(self.holder.guard),
                              environment=self.holder.environment(), argument=argument)

    def create(self, *operations, **options):
        """(status, body) of the creation; first records of its own when none are given."""
        return self.server.post("/v1/zones", self.creation(*operations, **options))

    def leaf(self):
        return owner.leaf_of(bytes.fromhex(self.server.show(self.apex)["leaf"]["value"]))

    def message(self, *operations, sequence=None, zone_id=None, apex=None):
        """A message for the next sequence, unless something else is given."""
        shown = self.server.show(self.apex)
        leaf = owner.leaf_of(bytes.fromhex(shown["leaf"]["value"]))
        return owner.message(apex or self.apex,
                             bytes.fromhex(shown["zone_id"]) if zone_id is None else zone_id,
                             leaf["sequence"] + 1 if sequence is None else sequence, *operations)

    def argument(self, *operations, **options):
        return self.holder.argument(self.message(*operations, **options))

    def post(self, argument):
        """(status, body) of these octets as an update."""
        return self.server.post(owner.path_of(self.apex) + "/updates", argument)

    def done(self, *operations):
        """Do what must be accepted; the last argument that was sent."""
        return self.holder.happens(self, *operations)

    def refused(self, argument, words, what=None):
        """Send what the guard must refuse with these words, and change nothing."""
        before = self.leaf()
        status, body = self.post(argument)
        assert status == 403 and words in body["error"]["message"], (what, status, body, words)
        assert self.leaf() == before

    def addresses(self, name="www"):
        answer = self.server.query(f"{name}.{self.apex}", "A").answer
        return [record.address for record in answer[0]] if answer else []


def www(address):
    return owner.put("www", "A", address, "300")


# The walk: each step leaves the zone to the holder, at a higher sequence.

def created(server, holder, apex="demo.test"):
    zone = Zone(server, holder, apex)
    if holder.signs_creation:
        for argument in (b"", owner.message(apex, owner.NO_ZONE_ID, 0, *owner.first_records())):
            status, body = zone.create(argument=argument)
            assert status == 403, (status, body)
    status, body = zone.create()
    assert status == 201, (status, body)
    return zone


def accepted(zone, address="192.0.2.1"):
    zone.done(www(address))
    assert zone.addresses() == [address]


def refused(zone):
    before = zone.addresses()
    request = zone.holder.request(www("192.0.2.66"))
    for what, argument, words in zone.holder.wrong_arguments(zone.message(*request)):
        zone.refused(argument, words, what)
    for options, words in (({"apex": "other.test"}, "another zone"),
                           ({"zone_id": bytes(31) + b"\1"}, "zone id"),
                           ({"sequence": zone.leaf()["sequence"]}, "sequence is"),
                           ({"sequence": zone.leaf()["sequence"] + 2}, "sequence is")):
        zone.refused(zone.argument(*request, **options), words)
    assert zone.addresses() == before


def replayed(zone):
    argument = zone.argument(*zone.holder.request(www("192.0.2.2")))
    assert zone.post(argument)[0] == 200
    zone.done(www("192.0.2.3"))
    zone.refused(argument, "sequence is")
    assert zone.addresses() == ["192.0.2.3"]


def replayed_elsewhere(zone, second):
    """`second` is the same owner's zone of that name on another server, at the same sequence."""
    assert zone.leaf()["sequence"] == second.leaf()["sequence"]
    before = second.addresses()
    argument = zone.argument(*zone.holder.request(www("192.0.2.4")))
    second.refused(argument, "zone id")
    assert second.addresses() == before
    assert zone.post(argument)[0] == 200, "it was good where it belongs"


def handed_over_and_back(zone):
    server, holder, apex = zone.server, zone.holder, zone.apex
    other = Zone(server, OneKey(Ed25519Key()), apex)
    before = zone.addresses()
    away = zone.done(owner.new_owner(other.holder.environment(), wasm("ed25519")))
    assert other.leaf()["guard"] == owner.sha256(wasm("ed25519"))
    assert other.leaf()["environment"] == owner.sha256(other.holder.environment())
    assert zone.addresses() == before
    zone.refused(zone.argument(*holder.request(www("192.0.2.66"))), "")
    other.done(www("192.0.2.5"))
    other.done(owner.new_owner(holder.environment(), wasm(holder.guard)))
    assert zone.leaf()["guard"] == owner.sha256(wasm(holder.guard))
    assert zone.leaf()["environment"] == owner.sha256(holder.environment())
    zone.refused(other.argument(www("192.0.2.66")), "")
    zone.refused(away, "")
    accepted(zone, "192.0.2.6")


def walk(make_server, holder):
    """All of these for one guard; returns the zone, for what is its own."""
    zone, second = (created(make_server(), holder) for _ in range(2))
    accepted(zone)
    accepted(second)
    refused(zone)
    replayed_elsewhere(zone, second)
    replayed(zone)
    handed_over_and_back(zone)
    zone.server.restart()
    accepted(zone, "192.0.2.7")
    return zone


# Packages of Node.js.

def npm_modules(folder):
    """node_modules of tests/<folder>/package-lock.json, installed in the build folder; skips where that cannot be."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    source = os.path.join(harness.ROOT, "tests", folder)
    target = os.path.join(harness.BUILD, "npm", folder)
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(source, "package-lock.json"), "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    with open(os.path.join(target, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        stamp = os.path.join(target, "installed")
        if os.path.exists(stamp) and open(stamp).read() == wanted:
            return os.path.join(target, "node_modules")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(source, name), target)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1",
             "--fetch-timeout=30000", "--cache", os.path.join(harness.BUILD, "npm", "cache")],
            cwd=target, capture_output=True, text=True, timeout=300)
        if done.returncode != 0 and any(word in done.stderr for word in (
                "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ECONNRESET", "network")):
            pytest.skip("npm's registry does not answer")
        assert done.returncode == 0, done.stderr
        with open(stamp, "w") as file:
            file.write(wanted)
    return os.path.join(target, "node_modules")


def node(folder, script, value):
    """What tests/<folder>/<script> prints as JSON, given `value` as JSON."""
    modules = npm_modules(folder)
    target = os.path.join(os.path.dirname(modules), script)
    whole = f"{target}.{os.getpid()}"  # another test may be reading it
    shutil.copy(os.path.join(harness.ROOT, "tests", folder, script), whole)
    os.replace(whole, target)
    done = subprocess.run(["node", target], input=json.dumps(value), capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
