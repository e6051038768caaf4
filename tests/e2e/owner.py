"""An owner who signs by hand: messages that `sworn` would never send, and what servers show, decoded.

  message  = "sworn-update-v1" 00 ‖ u16 length ‖ apex ‖ 32 zone id ‖ u64 sequence ‖ operations
  argument = message ‖ 64 signature                                     (docs/guards.md)
"""
import base64
import hashlib
import json
import os
import shutil
import struct
import subprocess

import pytest

import harness

nacl_signing = pytest.importorskip("nacl.signing", reason="python3-nacl is not installed")

GUARDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guards")
DAY = 24 * 60 * 60
NO_ZONE_ID = bytes(32)

CREATE, UPDATE, REFRESH, STEP, REMOVE = 1, 2, 3, 4, 5  # kinds of log entries


def sha256(octets):
    return hashlib.sha256(octets).digest()


def path_of(apex):
    """/v1/zones/… of an apex."""
    return f"/v1/zones/{apex.rstrip('.').lower() or '=2E'}"


def absolute(apex):
    return apex if apex.endswith(".") else apex + "."


class Key:
    """The key of `sworn key new`, or a fresh one."""

    def __init__(self, path=None):
        if path is None:
            self.key = nacl_signing.SigningKey.generate()
        else:
            with open(path) as file:
                header, kind, seed = file.read().split()
            assert (header, kind) == ("sworn-key-v1", "ed25519"), (header, kind)
            self.key = nacl_signing.SigningKey(base64.b64decode(seed))

    @property
    def public(self):
        return bytes(self.key.verify_key)

    def sign(self, message):
        return self.key.sign(message).signature


def guard(name="ed25519"):
    """Octets of a guard: one of the library, or a .wat of tests/e2e/guards, compiled now."""
    if name == "ed25519":
        with open(os.path.join(harness.GUARDS, "ed25519.wasm"), "rb") as file:
            return file.read()
    if shutil.which("wat2wasm") is None:
        pytest.skip("wat2wasm (package wabt) is not installed")
    done = subprocess.run(["wat2wasm", os.path.join(GUARDS, name + ".wat"), "--output=-"],
                          capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


# Operations of a message.

def operation(kind, octets):
    return struct.pack(">BI", kind, len(octets)) + octets


def record(value):
    """A record operation: octets as they are, anything else as JSON."""
    return operation(1, value if isinstance(value, bytes) else json.dumps(value).encode())


def update_json(name, rdtype, content, ttl=None, mode="Set"):
    return {"UpdateRecord": {"mode": mode, "record": rdtype, "name": name, "content": content,
                             "ttl": ttl}}


def put(name, rdtype, content, ttl=None, mode="Set"):
    return record(update_json(name, rdtype, content, ttl, mode))


def remove(name, rdtype, index=None):
    return record({"RemoveRecords": {"record": rdtype, "name": name, "index": index}})


def new_owner(environment, code=b""):
    return operation(2, struct.pack("<I", len(code)) + code + environment)


def new_policy(octets):
    return operation(3, octets)


def remove_zone():
    return operation(4, b"")


def first_records(ns="ns1.example.net.", serial=1, ttl=None, minimum=3600):
    """SOA and NS, as a zone must begin with."""
    soa = f"{ns} hostmaster.example.net. {serial} 7200 3600 1209600 {minimum}"
    return [put("@", "SOA", soa, ttl), put("@", "NS", ns)]


def message(apex, zone_id, sequence, *operations):
    text = absolute(apex).encode()
    return (b"sworn-update-v1\0" + struct.pack(">H", len(text)) + text + zone_id +
            struct.pack(">Q", sequence) + b"".join(operations))


def signed(key, octets):
    return octets + key.sign(octets)


# Policy (docs/state.md).

LIMITS = {"code": 1 << 20, "memory": 64, "stack": 256 << 10, "recursion": 1000, "table": 10000,
          "fuel": 500000000, "operations": 30000, "changed": 4096, "visited": 16384,
          "environment": 65536, "argument": 1 << 20, "state": 65536}
POLICY = {"anchor": 0, "lifetime": 7 * DAY, "algorithm": 13, "denial": 0, "cds": 0, "zonemd": 0,
          "acme": 0}


def policy_field(tag, value):
    return struct.pack(">HI", tag, len(value)) + value


def limits_field(limits):
    return b"".join(struct.pack(">Q" if name == "fuel" else ">I", value)
                    for name, value in limits.items())


def policy(**changed):
    """A policy: the defaults, but for what is given (limits by their own names)."""
    fields = {name: changed.pop(name, value) for name, value in POLICY.items()}
    limits = {name: changed.pop(name, value) for name, value in LIMITS.items()}
    assert not changed, changed
    octets = struct.pack(">H", 1)
    for tag, (name, value) in enumerate(fields.items(), 1):
        octets += policy_field(tag, struct.pack(">I" if name == "lifetime" else ">B", value))
    return octets + policy_field(8, limits_field(limits)) + policy_field(9, b"\0\0")


def policy_of(octets):
    """The fields of a policy, without its limits."""
    reader, found = Octets(octets[2:]), {}
    for name in POLICY:
        reader.number(2)
        found[name] = int.from_bytes(reader.slice(4), "big")
    return found


# What servers show, decoded.

class Octets:
    """A reader from the front."""

    def __init__(self, octets):
        self.octets = octets

    def take(self, size):
        assert len(self.octets) >= size, (size, self.octets)
        taken, self.octets = self.octets[:size], self.octets[size:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def slice(self, size):
        return self.take(self.number(size))


def entry_of(octets):
    """A log entry as a dictionary."""
    reader = Octets(octets)
    entry = {"version": reader.number(2), "kind": reader.number(1), "epoch": reader.number(8),
             "zone_id": reader.take(32), "apex": reader.slice(2).decode()}
    for name in ("zone_before", "zone_after", "top_after", "guard", "environment", "policy",
                 "state", "argument"):
        entry[name] = reader.take(32)
    entry["serial"], entry["time"] = reader.number(4), reader.number(8)
    assert reader.octets == b""
    return entry


def leaf_of(octets):
    """The top tree's leaf of a zone as a dictionary."""
    reader = Octets(octets)
    leaf = {"version": reader.number(2), "state": reader.number(1),
            "apex": reader.slice(2).decode(), "zone_root": reader.take(32),
            "serial": reader.number(4), "sequence": reader.number(8), "guard": reader.take(32),
            "environment": reader.take(32), "guard_state": reader.take(32),
            "policy": reader.slice(4)}
    leaf["keys"] = [(reader.number(1), reader.number(1), reader.slice(2))
                    for _ in range(reader.number(1))]
    leaf["provenance"] = [(reader.number(1), reader.take(32), reader.number(8))
                          for _ in range(reader.number(2))]
    leaf["owed"], leaf["cursor"] = reader.number(1), reader.slice(2)
    leaf["old_denial_ttl"] = reader.number(4)
    leaf["denial"] = leaf["denial_change"] = leaf["denial_mixed"] = 0
    leaf["denial_cursor"] = b""
    if leaf["version"] == 2:
        for name in ("denial", "denial_change", "denial_mixed"):
            leaf[name] = reader.number(1)
        leaf["denial_cursor"] = reader.slice(2)
    assert reader.octets == b""
    return leaf


def creation(apex, key, *operations, code=None, environment=None, rules=None, argument=None):
    """The body of POST /v1/zones."""
    if argument is None:
        argument = signed(key, message(apex, NO_ZONE_ID, 0, *operations))
    members = {"guard": guard() if code is None else code,
               "environment": key.public if environment is None else environment,
               "policy": policy() if rules is None else rules, "argument": argument}
    encoded = {name: base64.b64encode(value).decode() for name, value in members.items()}
    return json.dumps({"apex": absolute(apex), **encoded}).encode()


class Owner:
    """One zone on one server, and the key that decides about it."""

    def __init__(self, server, apex="demo.test", key=None):
        self.server, self.apex = server, apex
        self.key = key or Key(server.key())

    def create(self, *operations, **options):
        """(status, body) of the creation; first records of its own when none are given."""
        body = creation(self.apex, self.key, *(operations or first_records()), **options)
        return self.server.post("/v1/zones", body)

    def shown(self):
        return self.server.show(self.apex)

    def leaf(self):
        return leaf_of(bytes.fromhex(self.shown()["leaf"]["value"]))

    def entry(self):
        """The newest log entry, whichever zone it is about."""
        return entry_of(bytes.fromhex(self.shown()["log"]["entry"]))

    def argument(self, *operations, key=None, apex=None, zone_id=None, sequence=None):
        """A signed message for the next sequence, unless something else is given."""
        shown = self.shown()
        leaf = leaf_of(bytes.fromhex(shown["leaf"]["value"]))
        zone_id = bytes.fromhex(shown["zone_id"]) if zone_id is None else zone_id
        sequence = leaf["sequence"] + 1 if sequence is None else sequence
        return signed(key or self.key,
                      message(apex or self.apex, zone_id, sequence, *operations))

    def post(self, argument, more=False):
        """(status, body) of these octets as an update."""
        return self.server.post(path_of(self.apex) + "/updates" + ("?more=1" if more else ""),
                                argument)

    def send(self, *operations, more=False, **options):
        return self.post(self.argument(*operations, **options), more)

    def done(self, *operations, **options):
        """Send what must be accepted; the reply."""
        status, body = self.send(*operations, **options)
        assert status == 200, (status, body)
        return body
