"""Kill -9 of either process at random moments during updates: what was acknowledged is there, nothing is there by half.

SWORN_ALL=1 makes a hundred moments of each kind instead of twenty.
"""
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest

import harness

pytest.importorskip("nacl", reason="python3-nacl is not installed")

import owner  # noqa: E402

MOMENTS = 100 if os.environ.get("SWORN_ALL") == "1" else 20
APEX = "demo.test"


class Updates(threading.Thread):
    """An owner who updates without pause until told to stop, on one connection after the other.

    Each update puts two records and a counter; `acknowledged` is the last number that was told done, `sent` the last tried.
    """

    def __init__(self, server, zone_owner, number):
        super().__init__(daemon=True)
        self.server, self.owner = server, zone_owner
        self.acknowledged = self.sent = number
        self.refusals = []      # (status, code) of what was not accepted
        self.errors = []        # connections that broke
        shown = zone_owner.shown()
        self.zone_id = bytes.fromhex(shown["zone_id"])
        self.sequence = owner.leaf_of(bytes.fromhex(shown["leaf"]["value"]))["sequence"]
        self.going = True

    def argument(self, number):
        operations = [owner.put(f"a{number}", "A", "192.0.2.1"),
                      owner.put(f"b{number}", "TXT", f"b{number}"),
                      owner.put("counter", "TXT", str(number), "60")]
        return owner.signed(self.owner.key, owner.message(APEX, self.zone_id, self.sequence + 1,
                                                          *operations))

    def once(self, connection):
        connection.request("POST", f"/v1/zones/{APEX}/updates", self.argument(self.sent + 1))
        self.sent += 1
        reply = connection.getresponse()
        body = json.loads(reply.read())
        if reply.status == 200:
            self.acknowledged = self.sent
            self.sequence += 1
            return True
        self.refusals.append((reply.status, body["error"]["code"]))
        return False

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.api_port, timeout=60)
        try:
            while self.going and self.once(connection):
                pass
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.errors.append(error)
        connection.close()

    def finish(self):
        self.going = False
        self.join(harness.WAIT)
        assert not self.is_alive()


def texts(server, name):
    """TXT strings at a name, over DNS; none when it does not exist."""
    reply = server.query(f"{name}.{APEX}", "TXT", dnssec=False, tcp=True)
    return [b"".join(rdata.strings).decode() for rrset in reply.answer for rdata in rrset]


def has_address(server, name):
    return bool(server.query(f"{name}.{APEX}", "A", dnssec=False, tcp=True).answer)


def counter(server, updates):
    """The number that the zone stands at: that of the last acknowledged update or the one sent after it, and whole."""
    number = int(texts(server, "counter")[0])
    assert updates.acknowledged <= number <= updates.sent, (updates.acknowledged, number,
                                                            updates.sent)
    for there in {number, updates.acknowledged} - {0}:
        assert has_address(server, f"a{there}") and texts(server, f"b{there}") == [f"b{there}"]
    for absent in range(number + 1, updates.sent + 1):
        assert not has_address(server, f"a{absent}") and not texts(server, f"b{absent}")
    return number


def all_there(server, count, tmp_path):
    """Every update from 1 to `count` is in the export, whole, and the export validates."""
    path = tmp_path / "zone"
    path.write_text(server.export(APEX, signed=True))
    names = path.read_text().lower().split()
    missing = [number for number in range(1, count + 1)
               if f"a{number}.{APEX}." not in names or f"b{number}.{APEX}." not in names]
    assert not missing, missing
    assert not [name for name in names if name == f"a{count + 1}.{APEX}."]
    if shutil.which("ldns-verify-zone") is None:
        pytest.skip("ldns-verify-zone is not installed")
    done = subprocess.run(["ldns-verify-zone", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def zone(server):
    server.create(APEX)
    made = owner.Owner(server, APEX)
    made.done(owner.put("counter", "TXT", "0", "60"))
    return made


def at_a_random_moment(rng, updates, kill):
    """Kill when updates are under way: after some number of them, and then some."""
    begin = updates.sent
    harness.wait_for(lambda: updates.sent > begin + rng.randrange(4) or not updates.is_alive(),
                     "updates")
    time.sleep(rng.random() * 0.012)  # the moment itself: anywhere within two updates or so
    kill()


def test_swornd_comes_back_where_it_was(server, zone, tmp_path):
    rng, number = random.Random("swornd"), 0
    for _ in range(MOMENTS):
        updates = Updates(server, zone, number)
        updates.start()
        at_a_random_moment(rng, updates, lambda: server.process.send_signal(signal.SIGKILL))
        updates.finish()
        assert not updates.refusals, updates.refusals
        server.restart(signal.SIGKILL)
        number = counter(server, updates)
    assert number >= MOMENTS
    all_there(server, number, tmp_path)


def health(server):
    return server.get("/healthz")[0]


def test_an_enclave_that_dies_is_replaced(server, zone, tmp_path):
    rng, number, unlucky = random.Random("enclave"), 0, 0
    for _ in range(MOMENTS):
        pid = server.enclave_pid()
        updates = Updates(server, zone, number)
        updates.start()
        at_a_random_moment(rng, updates, lambda: os.kill(pid, signal.SIGKILL))
        harness.wait_for(lambda: not updates.is_alive() or server.process.poll() is not None,
                         "an update to notice")
        # swornd goes on answering all the while, and the open request says why it failed.
        number = counter(server, updates)
        assert server.process.poll() is None, server.log()
        assert not updates.errors, updates.errors
        assert updates.refusals == [(503, "enclave_restarted")], updates.refusals
        unlucky += number != updates.acknowledged
        harness.wait_for(lambda: health(server) == 200, "/healthz to be green again")
        assert server.enclave_pid() != pid
    assert number >= MOMENTS
    assert unlucky == 0, "an update failed with enclave_restarted, and was made all the same"
    all_there(server, number, tmp_path)


def test_healthz_turns_red_and_green_again(make_server, tmp_path):
    """With an enclave that cannot be started for a while: the program is not where it was."""
    program = tmp_path / "sworn-enclave"
    shutil.copy(harness.ENCLAVE, program)
    server = make_server(enclave=str(program))
    server.create(APEX)
    zone_owner = owner.Owner(server, APEX)
    argument = zone_owner.argument(owner.put("www", "A", "192.0.2.1"))
    assert health(server) == 200
    away = tmp_path / "away"
    program.rename(away)
    os.kill(server.enclave_pid(), signal.SIGKILL)
    status, body = zone_owner.post(argument)
    assert (status, body["error"]["code"]) == (503, "enclave_restarted"), body
    assert health(server) == 503
    assert server.query(APEX, "SOA").answer
    away.rename(program)
    harness.wait_for(lambda: health(server) == 200, "/healthz to be green again")
    status, body = zone_owner.post(argument)
    assert status == 200, body
    assert server.query(f"www.{APEX}", "A").answer
