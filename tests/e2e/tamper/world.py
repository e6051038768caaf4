"""A store with zones of every kind, made by a real swornd, and honest requests that all parts of the enclave take part in."""
import os
import shutil
import signal
import struct
import subprocess
import time

import pytest

import harness
import owner
from tamper import boundary, judge
from tamper.enclave import Enclave
from tamper.store import Store, apex_key, set_key

RR_A, RR_TXT, RR_NSEC, RR_NSEC3 = 1, 16, 47, 50


def stateful():
    """A guard that applies what it is told and remembers the argument's first 16 octets."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stateful.wat")
    if shutil.which("wat2wasm") is None:
        pytest.skip("wat2wasm (package wabt) is not installed")
    return subprocess.run(["wat2wasm", path, "--output=-"], check=True,
                          capture_output=True).stdout


def told(state, *updates):
    """An argument for the stateful guard."""
    return state.ljust(16, b".") + b"".join(
        struct.pack("<I", len(octets)) + octets
        for octets in (update[5:] for update in updates))


HELLO = {"version": 1, "limits": b"", "zonemd_most": 100000}

class World:
    """Stores: `older` and `folder` (now); requests that an honest host would send next."""

    def __init__(self, folder):
        self.server = harness.Server(folder)
        self.server.start()
        self.one = owner.Owner(self.server, "one.test")
        self.two = owner.Owner(self.server, "two.test")
        self.three = owner.Owner(self.server, "three.test")
        self.owed = owner.Owner(self.server, "owed.test")
        self.turns = owner.Owner(self.server, "turns.test")
        self.back = owner.Owner(self.server, "back.test")
        self.digest = owner.Owner(self.server, "digest.test")
        self.make()
        self.server.stop()
        self.older_folder = os.path.join(self.server.folder, "older")
        shutil.copytree(self.server.store, self.older_folder)
        self.server.start()
        self.change()
        self.owe()
        with open(os.path.join(self.server.folder, "process.key"), "rb") as file:
            self.secret = file.read()
        self.folder = self.server.store
        self.store, self.older = Store(self.folder), Store(self.older_folder)
        self.judge = judge.World(self.store)
        self.time = int(time.time())

    def make(self):
        self.must(self.one.create())
        self.one.done(*[owner.put(f"n{i}", "A", f"192.0.2.{i}") for i in range(200)])
        self.must(self.two.create(rules=owner.policy(algorithm=15, denial=1)))
        self.two.done(owner.put("www", "A", "192.0.2.1"), owner.put("text", "TXT", "two"))
        first = told(b"first", *owner.first_records(), owner.put("www", "A", "192.0.2.1"))
        self.must(self.three.create(code=stateful(), environment=b"three", argument=first))
        self.must(self.owed.create())
        self.must(self.digest.create(rules=owner.policy(zonemd=1)))
        self.digest.done(owner.put("www", "A", "192.0.2.1"), owner.put("text", "TXT", "digest"))
        for zone, denial in ((self.turns, 0), (self.back, 1)):
            self.must(zone.create(rules=owner.policy(denial=denial)))
            zone.done(*[owner.put(f"n{i}", "A", "192.0.2.1") for i in range(6)])

    def change(self):
        self.one.done(*[owner.put(f"n{i}", "A", f"192.0.2.{100 + i}") for i in range(20)])
        self.two.done(owner.put("www", "A", "192.0.2.2"))
        self.must(self.three.post(told(b"second", owner.put("www", "A", "192.0.2.2"))))

    def owe(self):
        """A new minimum of the SOA, the other kind of denial, and an end before the first steps are taken."""
        for minimum in range(300, 400):
            self.owed.done(owner.first_records(minimum=minimum)[0])
            for zone in self.turns, self.back:
                wanted = 1 - owner.policy_of(zone.leaf()["policy"])["denial"]
                zone.done(owner.new_policy(owner.policy(denial=wanted)))
            self.server.stop(signal.SIGKILL)
            store = Store(self.server.store)
            leaves = [owner.leaf_of(store.leaf(store.zone_id(zone.apex)))
                      for zone in (self.owed, self.turns, self.back)]
            if leaves[0]["owed"] and [leaf["denial_change"] for leaf in leaves[1:]] == [1, 2]:
                return
            self.server.start()
        raise AssertionError("swornd is always faster")

    @staticmethod
    def must(result):
        assert result[0] in (200, 201), result

    def ids(self):
        return self.store.zone_ids()

    def argument(self, who, *operations):
        leaf = owner.leaf_of(self.store.leaf(self.store.zone_id(who.apex)))
        return owner.signed(who.key, owner.message(who.apex, self.store.zone_id(who.apex),
                                                   leaf["sequence"] + 1, *operations))

    def requests(self):
        """{scenario: (type, fields, blobs that come along)}."""
        zone_id = self.store.zone_id
        one = zone_id("one.test")
        values = self.store.values(one)
        keys = [set_key("n3.one.test", RR_A), set_key("one.test", 48),
                set_key("n150.one.test", RR_A), set_key("n7.one.test", RR_NSEC)]
        hashed = [key for key in self.store.values(zone_id("two.test"))
                  if key[:2] != b"\1\0" and key[-2:] == RR_NSEC3.to_bytes(2, "big")]
        code, environment = owner.guard(), self.one.key.public
        new = owner.signed(self.one.key, owner.message("new.test", owner.NO_ZONE_ID, 0,
                                                       *owner.first_records()))
        return {
            "hello": ("HELLO", HELLO, {}),
            "evidence": ("EVIDENCE", {"nonce": b"nonce"}, {}),
            "genesis": ("GENESIS", {"reserved": 0}, {}),
            "start": ("START", self.store.start(), {}),
            "create": ("CREATE", {"time": self.time, "apex": b"new.test.",
                                  "guard": judge.sha256(code),
                                  "environment": judge.sha256(environment),
                                  "policy": owner.policy(), "argument": new},
                       {judge.sha256(code): code, judge.sha256(environment): environment}),
            "update": ("UPDATE", {"time": self.time, "zone_id": one,
                                  "argument": self.argument(
                                      self.one, owner.put("n5", "A", "192.0.2.250"),
                                      owner.put("cut", "NS", "ns.cut"),
                                      owner.put("ns.cut", "A", "192.0.2.251"),
                                      owner.remove("n150", "A"))}, {}),
            "update two": ("UPDATE", {"time": self.time, "zone_id": zone_id("two.test"),
                                      "argument": self.argument(
                                          self.two, owner.put("text", "TXT", "new"),
                                          owner.put("new.deep", "A", "192.0.2.9"))}, {}),
            "update back": ("UPDATE", {"time": self.time, "zone_id": zone_id("back.test"),
                                       "argument": self.argument(
                                           self.back, owner.put("n3", "TXT", "new"))}, {}),
            "update digest": ("UPDATE", {"time": self.time, "zone_id": zone_id("digest.test"),
                                         "argument": self.argument(
                                             self.digest, owner.put("new", "TXT", "new"))}, {}),
            "refresh two": ("REFRESH", {"time": self.time, "zone_id": zone_id("two.test"),
                                        "keys": hashed, "values": [b""] * len(hashed)}, {}),
            "update three": ("UPDATE", {"time": self.time, "zone_id": zone_id("three.test"),
                                        "argument": told(b"third",
                                                         owner.put("www", "A", "192.0.2.3"))},
                             {}),
            "refresh": ("REFRESH", {"time": self.time, "zone_id": one, "keys": keys,
                                    "values": [values[keys[0]], values[keys[1]], b"", b""]}, {}),
            "step": ("STEP", {"time": self.time, "zone_id": zone_id("owed.test")}, {}),
            "step of hashes": ("STEP", {"time": self.time, "zone_id": zone_id("turns.test")}, {}),
            "step of a chain": ("STEP", {"time": self.time, "zone_id": zone_id("back.test")}, {}),
        }


class Change:
    """One change to the n-th frame of a kind: make(type, id, fields' octets) gives the frame to send."""

    def __init__(self, place, make, occurrence=0):
        self.place, self.make, self.occurrence = place, make, occurrence
        self.reached = 0

    def apply(self, place, kind, number, octets):
        if place == self.place:
            self.occurrence -= 1
            if self.occurrence == -1:
                self.reached += 1
                return self.make(kind, number, octets)
        return boundary.frame(kind, number, octets)


class Session:
    """One enclave, and a host that is honest but for one change."""

    def __init__(self, world, start=True):
        self.world, self.number = world, 0
        self.enclave = Enclave(world.secret)
        self.places = []  # of the last request, in their order
        if start:
            kind, fields = self.request("START", world.store.start())
            assert boundary.NAMES[kind] == "STARTED", fields

    def request(self, name, fields, more=None, change=None):
        """(type, fields) of what ends the request."""
        self.number += 1
        self.places = ["request"]
        self.post("request", boundary.TYPES[name], boundary.encode(boundary.TYPES[name], fields),
                  change)
        while True:
            kind, version, number, octets = self.enclave.frame()
            found = boundary.decode(kind, octets)
            assert version == 1 and found is not None, (kind, version, octets)
            if not boundary.is_question(kind):
                return kind, found
            place, answer = self.world.store.answer(boundary.NAMES[kind], found, more or {})
            self.places.append(place)
            reply = boundary.TYPES["PAGES" if kind == boundary.TYPES["NEED_PAGE"] else "OCTETS"]
            assert change is not None or number == self.number
            self.post(place, reply, boundary.encode(reply, answer), change, number)

    def post(self, place, kind, octets, change, number=None):
        number = self.number if number is None else number
        self.enclave.send(change.apply(place, kind, number, octets) if change
                          else boundary.frame(kind, number, octets))

    def greet(self):
        """It is alive and answers as always."""
        kind, _ = self.request("HELLO", HELLO)
        assert boundary.NAMES[kind] == "HELLO_REPLY", kind

    def end(self):
        status = self.enclave.end()
        assert status == 0, f"the enclave ended with {status}"
