"""Signatures are made anew in time, not before, in bounded batches; what waits for more is published in time. The clock is the test's."""
import os
import shutil
import signal
import time

import dns.rcode
import dns.rdatatype
import pytest

import clock
import harness
import owner
from owner import DAY, Owner, put

EDGE = 30  # seconds around a bound in which a set may be on either side of it
SOA = dns.rdatatype.SOA


@pytest.fixture
def hands(tmp_path):
    """The clock of this test's servers."""
    return clock.Clock(tmp_path)


@pytest.fixture
def timed(make_server, hands):
    """swornd that goes by that clock."""
    return make_server("timed", environment=hands.environment)


def zone(server, apex="demo.test", names=0, **rules):
    made = Owner(server, apex)
    status, body = made.create(*owner.first_records(), *[put(f"h{i}", "A", "192.0.2.1")
                                                         for i in range(names)],
                               rules=owner.policy(**rules))
    assert status == 201, body
    return made


def head(made):
    """Index and contents of the log's newest entry."""
    log = made.shown()["log"]
    return log["index"], owner.entry_of(bytes.fromhex(log["entry"]))


def wait_entry(made, index):
    return harness.wait_for(lambda: head(made)[0] >= index and head(made), f"log entry {index}")


def due(signed, now, lifetime, part):
    """The sets whose signatures have this part of the lifetime left, or less; and those on the edge."""
    left = {key: rrsig.expiration - now for key, rrsig in signed.rrsigs.items()}
    return ({key for key, value in left.items() if value < lifetime * part - EDGE},
            {key for key, value in left.items() if abs(value - lifetime * part) <= EDGE})


@pytest.mark.parametrize("days", [1, 7])
def test_signatures_begin_an_hour_back_and_jitter_only_shortens_them(timed, days):
    made = zone(timed, names=200, lifetime=days * DAY)
    certified = head(made)[1]["time"]
    assert abs(certified - time.time()) < EDGE
    lives = []
    for key, rrsig in clock.signed(timed).rrsigs.items():
        assert rrsig.inception == certified - 3600, key
        lives.append(rrsig.expiration - certified)
    assert max(lives) <= days * DAY
    assert min(lives) > days * DAY * 9 // 10
    assert max(lives) - min(lives) > days * DAY // 20, "not spread: all would fall due at once"


@pytest.mark.parametrize("days", [1, 7])
def test_at_half_the_life_what_is_due_is_signed_anew_and_nothing_else(timed, hands, days):
    lifetime = days * DAY
    made = zone(timed, names=200, lifetime=lifetime)
    before = clock.signed(timed)
    index, created = head(made)

    hands.set(int(0.45 * lifetime))
    entry = wait_entry(made, index + 1)[1]
    after = clock.signed(timed)

    renewed = {key for key in before.rrsigs if before.rrsigs[key] != after.rrsigs[key]}
    owed, edge = due(before, entry["time"], lifetime, 0.5)
    assert owed and owed != set(before.rrsigs), "the test's time is not in between"
    soa = ("demo.test.", SOA)
    assert renewed - edge == (owed | {soa}) - edge
    for key in renewed:
        assert after.rrsigs[key].inception == entry["time"] - 3600, key
        assert 0.9 * lifetime < after.rrsigs[key].expiration - entry["time"] <= lifetime, key
    assert before.without_soa() == after.without_soa()
    assert after.serial == before.serial + 1
    assert entry["kind"] == owner.REFRESH and entry["zone_before"] == created["zone_after"]
    reply = timed.query("demo.test", "SOA")
    assert reply.answer[0][0].serial == after.serial, "not published"


def test_before_half_the_life_nothing_is_signed_anew(timed, hands):
    """A zone with shorter lives tells that swornd has looked: it is looked at last."""
    day = zone(timed, "day.test", lifetime=DAY)
    week = zone(timed, "week.test", names=50, lifetime=7 * DAY)
    before = clock.signed(timed, "week.test")
    assert timed.get("/v1/zones")[1]["zones"][0]["apex"] == "day.test."

    hands.set(int(0.39 * 7 * DAY))
    wait_entry(day, head(week)[0] + 1)

    assert clock.signed(timed, "week.test").rrsigs == before.rrsigs


def test_batches_are_bounded_and_a_minute_apart(make_server, hands):
    """A clock that is 45 times as fast: one look of swornd's each 45 seconds, so a batch at every second one."""
    server = make_server("slow", environment=hands.environment)
    made = zone(server, names=12, changed=64)
    smaller = owner.new_policy(owner.policy(changed=10))
    made.done(smaller)
    before = clock.signed(server)
    index = head(made)[0]
    server.stop()
    hands.set(int(0.55 * 7 * DAY), rate=45)
    server.start()

    # 29 signatures besides the SOA's, of which each batch takes 8
    entries = [wait_entry(made, index + number)[1] for number in range(1, 5)]
    harness.wait_for(lambda: clock.signed(server).least() - clock.now_of(server) > 3.5 * DAY,
                     "all signatures to be new")

    assert all(entry["kind"] == owner.REFRESH for entry in entries), entries
    assert [entry["serial"] for entry in entries] == list(range(entries[0]["serial"],
                                                                entries[0]["serial"] + 4))
    gaps = [later["time"] - entry["time"] for entry, later in zip(entries, entries[1:])]
    assert min(gaps) >= 60, gaps
    assert max(gaps) < 300, gaps
    assert clock.signed(server).without_soa() == before.without_soa()


@pytest.mark.parametrize("days", [1, 7])
def test_less_than_a_seventh_left_is_signed_without_pause_and_published_together(
        make_server, hands, days):
    lifetime = days * DAY
    server = make_server("late", environment=hands.environment)
    made = zone(server, names=40, lifetime=lifetime)
    made.done(owner.new_policy(owner.policy(changed=20, lifetime=lifetime)))
    index, last = head(made)
    serials = set()

    hands.set(int(0.95 * lifetime))
    deadline = time.monotonic() + harness.WAIT
    while time.monotonic() < deadline:
        serials.add(server.query("demo.test", "SOA", dnssec=False).answer[0][0].serial)
        if len(serials) > 1:
            break
    wait_entry(made, index + 5)

    newest, entry = head(made)
    served = server.query("demo.test", "SOA", dnssec=False).answer[0][0].serial
    assert newest - index >= 5, "one batch: nothing was published together"
    assert served == entry["serial"], "the last batch is not published"
    assert serials <= {last["serial"], served}, f"a batch in between was served: {serials}"
    assert clock.signed(server).least() - entry["time"] > lifetime // 2
    assert abs(entry["time"] - clock.now_of(server)) < 60, "a pause between the batches"
    harness.wait_for(lambda: server.get("/healthz")[0] == 200, "/healthz to be green again")


def test_a_whole_life_long_no_answer_has_less_than_three_sevenths_left(make_server, hands):
    """A day in thirty seconds: swornd looks each 48 minutes, and what it serves is looked at all the time."""
    server = make_server("fast", environment=hands.environment)
    zone(server, names=8, lifetime=DAY)
    server.stop()
    hands.set(int(0.3 * DAY), rate=2880)
    server.start()
    begin, now, asked = clock.now_of(server), 0, 0

    while now < begin + 0.75 * DAY:
        for name, rdtype in (("demo.test", "SOA"), ("demo.test", "DNSKEY"), ("h3.demo.test", "A"),
                             ("absent.demo.test", "A"), ("h7.demo.test", "AAAA")):
            reply = server.query(name, rdtype, tcp=True)
            now = clock.now_of(server)
            for rrset in reply.answer + reply.authority:
                for rdata in rrset if rrset.rdtype == dns.rdatatype.RRSIG else []:
                    asked += 1
                    assert rdata.expiration - now > DAY * 3 / 7, (name, rdata, now)
                    assert rdata.inception <= now
    assert asked > 100
    assert server.get("/healthz")[0] == 200


def test_health_is_red_while_signatures_run_out_and_cannot_be_made_anew(make_server, hands):
    """More than 30 days ahead swornd does not certify the time, so it cannot sign; the zone is served on."""
    server = make_server("future", environment=hands.environment)
    made = zone(server)
    index, last = head(made)
    assert server.get("/healthz") == (200, {"ok": True})

    hands.set(31 * DAY)
    status, body = harness.wait_for(lambda: server.get("/healthz")[0] == 503 and
                                    server.get("/healthz"), "/healthz to be red")
    assert "demo.test." in body["reason"] and "seventh" in body["reason"], body
    harness.wait_for(lambda: "--accept-time" in server.log(), "the log to name the way out")
    status, body = made.send(put("www", "A", "192.0.2.1"))
    assert status == 409 and "30 days ahead" in body["error"]["message"], body
    assert "--accept-time" in body["error"]["message"], body
    assert head(made)[0] == index
    assert server.query("demo.test", "SOA").answer[0][0].serial == last["serial"]

    server.arguments = ["--accept-time"]
    server.restart()
    entry = wait_entry(made, index + 1)[1]
    assert entry["kind"] == owner.REFRESH and entry["time"] - last["time"] > 30 * DAY
    harness.wait_for(lambda: server.get("/healthz")[0] == 200, "/healthz to be green again")
    made.done(put("www", "A", "192.0.2.1"))


def test_time_of_less_than_30_days_ahead_is_taken(timed, hands):
    made = zone(timed, lifetime=14 * DAY)
    index = head(made)[0]
    hands.set(29 * DAY)
    made.done(put("www", "A", "192.0.2.1"))
    entry = wait_entry(made, index + 1)[1]
    assert entry["time"] - time.time() > 28 * DAY


def test_health_is_red_while_the_enclave_is_away_and_says_why(make_server, tmp_path):
    program = str(tmp_path / "sworn-enclave")
    shutil.copy(harness.ENCLAVE, program)
    server = make_server("away", enclave=program)
    made = zone(server)
    os.unlink(program)
    os.kill(server.enclave_pid(), signal.SIGKILL)

    status, body = made.send(put("www", "A", "192.0.2.1"))
    assert status == 503 and body["error"]["code"] == "enclave_restarted", body
    status, body = harness.wait_for(lambda: program in str(server.get("/healthz")) and
                                    server.get("/healthz"), "/healthz to name the program")
    assert status == 503 and "cannot be started" in body["reason"], body
    assert "ended by signal 9" in server.log() and program in server.log(), server.log()
    assert server.query("demo.test", "SOA").answer

    shutil.copy(harness.ENCLAVE, program)
    harness.wait_for(lambda: server.get("/healthz")[0] == 200, "/healthz to be green again")
    made.done(put("www", "A", "192.0.2.1"))


def test_an_enclave_that_cannot_be_started_is_named(make_server):
    server = make_server("none", start=False, enclave="/nonexistent/enclave")
    server.start(ready=False)
    assert server.process.wait(harness.WAIT) != 0
    assert "/nonexistent/enclave cannot be started" in server.log()


# Batches that wait for more.

def served(server, name):
    return [rrset.to_text() for rrset in server.query(name, "A", dnssec=False).answer]


def shown(server, name, apex="demo.test"):
    return (name + ".", dns.rdatatype.A) in clock.signed(server, apex).sets


def test_a_batch_waits_for_the_next_and_is_shown_meanwhile(timed, hands):
    made = zone(timed)
    status, body = made.send(put("a", "A", "192.0.2.1"), more=True)
    assert status == 200 and body["published"] is False, body
    assert shown(timed, "a.demo.test") and served(timed, "a.demo.test") == []
    assert made.leaf()["sequence"] == 1

    body = made.done(put("b", "A", "192.0.2.2"))
    assert body["published"] is True, body
    assert served(timed, "a.demo.test") and served(timed, "b.demo.test")


def test_a_batch_is_published_after_a_minute_without_another(timed, hands):
    first = zone(timed, "first.test")
    second = zone(timed, "second.test")  # swornd looks at it before it looks at the first
    assert first.send(put("a", "A", "192.0.2.1"), more=True)[0] == 200
    assert second.send(put("a", "A", "192.0.2.1"), more=True)[0] == 200
    hands.forward(50)
    assert second.send(put("b", "A", "192.0.2.1"), more=True)[0] == 200

    hands.forward(15)
    harness.wait_for(lambda: served(timed, "a.first.test"), "the first zone to be published")
    assert served(timed, "a.second.test") == [], "its last batch is 15 seconds old"
    hands.forward(50)
    harness.wait_for(lambda: served(timed, "a.second.test"), "the second zone to be published")
    assert served(timed, "b.second.test")
    assert second.shown()["published"] is True


def test_a_batch_is_published_by_a_restart(timed, hands):
    made = zone(timed)
    assert made.send(put("a", "A", "192.0.2.1"), more=True)[0] == 200
    assert served(timed, "a.demo.test") == []
    timed.restart()
    assert served(timed, "a.demo.test")


def test_a_zone_created_with_more_to_come_is_not_served_yet(timed, hands):
    body = owner.creation("demo.test", owner.Key(timed.key()), *owner.first_records())
    status, reply = timed.post("/v1/zones?more=1", body)
    assert status == 201 and reply["published"] is False, reply
    assert timed.query("demo.test", "SOA").rcode() == dns.rcode.REFUSED
    Owner(timed).done(put("a", "A", "192.0.2.1"))
    assert served(timed, "a.demo.test")
