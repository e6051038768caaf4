"""swornd on a store that somebody has changed, with a man in the middle who sees all that its enclaves sign."""
import collections
import os
import random
import shutil
import socket
import tempfile
import time
import urllib.error

import harness
import owner
from tamper import changes
from tamper.enclave import Relay
from tamper.store import environment

PATIENCE = 30


def rows(store):
    """{class of stored value: [(table, key)]}."""
    found = collections.defaultdict(list)
    guards = [row for row in store.blobs.values() if row.startswith(b"\0asm")]
    for key, row in store.blobs.items():
        found["guard" if row in guards else "environment"].append(("blobs", key))
    for key in store.sets:
        found["hash" if key[4:6] == b"\1\0" else
              {b"\0\x2f": "NSEC", b"\0\x32": "NSEC3"}.get(key[-2:], "value")].append(("sets", key))
    for key in store.top:
        found["top page" if key[0] == 0 else "top value"].append(("top", key))
    for key in store.local:
        found["guard state" if key[-1] == 0 else "sealed zone key"].append(("local", key))
    for table, name in (("pages", "page"), ("log", "log entry"), ("nodes", "log node"),
                        ("zones", "zone row")):
        found[name] += [(table, key) for key in store.tables[table]]
    for key in store.meta:
        found["sealed log key" if key == b"log key" else key.decode()].append(("meta", key))
    # What is used at every start and by the updates below comes first.
    size = store.size()
    last = ("log", (size - 1).to_bytes(8, "big"))
    found["log entry"] = [last] + [row for row in found["log entry"] if row != last]
    return found


class Victim:
    """One swornd, on one damaged copy of a store after the other."""

    def __init__(self, world, folder):
        self.world = world
        self.server = harness.Server(folder, enclave="unix:" + self.place())
        self.relay = Relay(self.path, world.secret)
        os.mkdir(self.server.store)
        requests = world.requests()
        self.updates = {"one.test": requests["update"][1]["argument"],
                        "two.test": requests["update two"][1]["argument"],
                        "three.test": requests["update three"][1]["argument"]}
        self.count = collections.Counter()
        self.messages = collections.Counter()

    def place(self):
        """A path short enough for a socket."""
        self.path = os.path.join(tempfile.mkdtemp(prefix="sworn-"), "enclave")
        return self.path

    def restore(self):
        shutil.copy(os.path.join(self.world.folder, "data.mdb"), self.server.store)
        lock = os.path.join(self.server.store, "lock.mdb")
        if os.path.exists(lock):
            os.unlink(lock)

    def write(self, table, key, value):
        """Put another value (None: none) into a row."""
        with environment(self.server.store, sync=False) as opened:
            with opened.begin(opened.open_db(table.encode()), write=True) as transaction:
                if value is None:
                    transaction.delete(key)
                else:
                    transaction.put(key, value)

    def flip(self, at):
        """Turn one bit of the file over."""
        with open(os.path.join(self.server.store, "data.mdb"), "r+b") as file:
            file.seek(at // 8)
            octet = file.read(1)[0]
            file.seek(at // 8)
            file.write(bytes([octet ^ 0x80 >> at % 8]))

    def begin(self):
        """Start swornd; "ready", "ended" or "stuck"."""
        log = os.path.join(self.server.folder, "swornd.log")
        open(log, "w").close()
        self.server.start(ready=False)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.server.process.poll() is not None:
                return "ended"
            if "ready" in open(log, errors="replace").read():
                return "ready"
            time.sleep(0.003)
        return "stuck"

    def trial(self, inside_lmdb=False, repeat=False):
        """Start, update every zone (and ask for the same once more), stop; all that was signed is judged. What became of swornd."""
        self.relay.replies.clear()
        self.relay.statuses.clear()
        how = self.begin()
        if how == "ready":
            for apex, argument in list(self.updates.items()) * (1 + repeat):
                self.update(apex, argument, inside_lmdb)
        if self.server.process.poll() is None and how != "stuck":
            status = self.server.stop()
            assert inside_lmdb or status == 0, (status, self.server.log())
        elif how == "stuck":
            assert inside_lmdb, self.server.log()
            self.server.process.kill()
            status = self.server.process.wait()
        else:
            status = self.server.process.wait()
        self.server.process = None
        if how == "ended" or status < 0:
            how = "stopped" if status > 0 else "stuck" if how == "stuck" else "died"
            said = [line for line in self.server.log().splitlines() if "swornd: " in line]
            assert how == "stopped" or inside_lmdb, (status, self.server.log())
            assert how != "stopped" or said, self.server.log()
            self.messages[said[-1] if said else how] += 1
        self.count[how] += 1
        self.settle()
        self.judge()
        return how

    def update(self, apex, argument, inside_lmdb):
        try:
            status, body = self.server.post(f"/v1/zones/{apex}/updates", argument)
        except (OSError, urllib.error.URLError, socket.timeout):
            assert inside_lmdb, self.server.log()
            return
        if status == 200:
            self.count["updates accepted"] += 1
            return
        assert status >= 400 and body["error"]["message"], (status, body)
        self.count["updates refused"] += 1
        self.messages[body["error"]["message"]] += 1

    def learn_steps(self):
        """All steps that an honest host takes, to the end of the work owed, are allowed."""
        self.restore()
        assert self.begin() == "ready"
        harness.wait_for(lambda: all(
            leaf["owed"] == leaf["denial_change"] == 0 for leaf in (
                owner.leaf_of(bytes.fromhex(self.server.show(apex)["leaf"]["value"]))
                for apex in ("owed.test", "turns.test", "back.test"))), "the work owed")
        self.server.stop()
        for _, kind, fields in self.relay.replies:
            if kind == 35:
                self.world.judge.learn(fields)
        self.relay.replies.clear()
        self.settle()

    def settle(self):
        """Until every enclave of this trial has ended."""
        harness.wait_for(self.relay.idle, "the enclaves to end")

    def judge(self):
        assert not any(self.relay.statuses), (self.relay.statuses, self.server.log())
        for _, kind, fields in self.relay.replies:
            if kind == 35:
                size = int(fields["checkpoint"].split(b"\n")[1])
                self.world.judge.judge(fields, size)
                self.count["commits judged"] += 1

    def close(self):
        self.server.stop()
        self.relay.close()
        os.rmdir(os.path.dirname(self.path))


def damages(store, name, honest_rows, count, seed, older):
    """`count` of (table, key, value) that differ from what the store has, in rows of one class."""
    rng = random.Random(f"{seed} {name}")
    found = []
    for at in range(count):
        # The first rows more often: the last log entry, say, is what a start is about.
        table, key = honest_rows[0] if at % 3 == 0 else rng.choice(honest_rows)
        honest = store.tables[table][key]
        others = [row for row_key, row in store.tables[table].items() if row_key != key][:40]
        others += [row for row_key, row in older.tables[table].items() if row_key == key]
        if at % 10 == 9:
            found.append((table, key, None))
            continue
        values = changes.changes(f"{seed} {name} {key.hex()}", "FIELD_OCTETS", honest, others)
        found.append((table, key, rng.choice(values)))
    return found
