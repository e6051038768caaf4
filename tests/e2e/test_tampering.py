"""Whatever the host changes, in what it sends to the enclave or in what it keeps: no signature that an honest run would not have made,
no crash, and the place is named.

Each case makes its changes and counts those that have reached the enclave. SWORN_ALL=1 makes all of them everywhere.
"""
import collections
import os
import random
import re

import pytest

import harness

pytest.importorskip("lmdb", reason="python3-lmdb is not installed")
pytest.importorskip("nacl", reason="python3-nacl is not installed")

import owner  # noqa: E402
from tamper import boundary, changes, damage, judge  # noqa: E402
from tamper.enclave import Gone  # noqa: E402
from tamper.world import Change, Session, World  # noqa: E402

ALL = os.environ.get("SWORN_ALL") == "1"
FRAME = [("frame", "type", "FIELD_U16"), ("frame", "version", "FIELD_U16"),
         ("frame", "id", "FIELD_U64")]

# Where each message, and each place that an answer is for, takes part.
REQUESTS = ["hello", "genesis", "start", "create", "update", "refresh", "step", "evidence"]
ANSWERS = {"top page": "update", "zone page": "update", "top value": "update",
           "zone value": "refresh", "guard": "update", "environment": "update",
           "guard state": "update three", "sealed zone key": "update two"}

# Where names are found by their hashes: a zone with NSEC3, and one that is to have it.
HASHED = [("zone page", "update two"), ("zone value", "update two"), ("zone value", "refresh two"),
          ("zone rows", "update digest"), ("zone page", "step of hashes"), ("zone page", "step of a chain")]

# How an error names each place.
PLACES = {
    "top page": r"top|answer", "zone page": r"zone tree|answer", "top value": r"top|answer",
    "zone value": r"zone tree|answer", "zone rows": r"ZONEMD|answer", "guard": r"guard", "environment": r"environment",
    "guard state": r"guard state", "sealed zone key": r"sealed|need key",
    "hello": r"hello", "genesis": r"genesis", "start": r"start", "step": r"zone|step|time",
    "create": r"policy|apex|guard|environment|signature|argument|message|zone|update_record",
    "update": r"guard|signature|argument|message|zone|update_record",
    "refresh": r"refresh|signed|zone|value|time", "evidence": r"evidence",
}


def fields_of(name):
    return boundary.FORMS[boundary.TYPES[name]][1]


def cases():
    """(scenario, place, message, field, kind) for every field of every message that reaches the enclave."""
    found = []
    for scenario in REQUESTS:
        name = scenario.upper()
        found += [(scenario, "request", name, *field) for field in fields_of(name)]
    for place, scenario in (*ANSWERS.items(), *HASHED):
        name = "PAGES" if place.endswith("page") else "OCTETS"
        found += [(scenario, place, name, *field) for field in fields_of(name)]
    for scenario, place in (("update", "request"), ("update", "zone page")):
        found += [(scenario, place, *field) for field in FRAME]
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world"))
    for name, (request, fields, more) in made.requests().items():
        if request in ("CREATE", "UPDATE", "REFRESH", "STEP"):
            session = Session(made)
            kind, committed = session.request(request, fields, more)
            assert boundary.NAMES[kind] == "COMMITTED", (name, committed)
            if request != "CREATE":
                made.judge.learn(committed)
            made.judge.judge(committed)
            session.end()
    honest = damage.Victim(made, tmp_path_factory.mktemp("honest"))
    honest.learn_steps()
    honest.close()
    yield made
    made.server.stop()


def others_of(world, scenario, place, field):
    """What the host could have put there instead: other zones' and older values."""
    store, older = world.store, world.older
    if place.endswith("page"):
        table = "top" if place == "top page" else "pages"
        pages = [(key[-32:], row) for tables in (store, older)
                 for key, row in tables.tables[table].items() if table != "top" or key[0] == 0]
        nodes = [node for node, _ in pages]
        return [node + page for node in nodes[:10] for _, page in pages[:10]]
    if place == "top value":
        return [row for tables in (store, older) for key, row in tables.top.items() if key[0] == 1]
    if place == "zone rows":
        return [store.rows({"zone_id": zone, "key": b""}) for zone in store.zone_ids()]
    if place == "zone value":
        return [value for tables in (store, older) for zone in tables.zone_ids()
                for value in tables.values(zone).values()]
    if place in ("guard", "environment"):
        return list(store.blobs.values())
    if place in ("guard state", "sealed zone key"):
        return list(store.local.values()) + list(older.local.values()) + [store.meta[b"log key"]]
    if scenario == "start":
        return [older.start()[field], store.meta[b"log key"], *store.local.values()]
    return {"zone_id": world.ids(), "guard": list(store.blobs), "environment": list(store.blobs),
            "apex": [b"one.test.", b"ONE.test.", b"new.test", b"NEW.TEST.", b"."],
            "argument": [world.requests()[name][1]["argument"]
                         for name in ("create", "update", "update two", "update three")],
            "policy": [owner.policy(algorithm=15), owner.policy(lifetime=86400)],
            "keys": [key for zone in world.ids() for key in store.values(zone)],
            "values": [value for zone in world.ids() for value in store.values(zone).values()],
            }.get(field, [])


def change_field(message, field, value):
    """A maker of frames that puts `value` into a field."""
    def make(kind, number, octets):
        if message == "frame":
            return {"type": lambda: boundary.frame(value, number, octets),
                    "version": lambda: boundary.frame(kind, number, octets, version=value),
                    "id": lambda: boundary.frame(kind, value, octets)}[field]()
        fields = boundary.decode(kind, octets)
        assert fields is not None and field in fields
        return boundary.frame(kind, number, boundary.encode(kind, {**fields, field: value}))
    return make


def honest_values(world, scenario, place, field):
    """The field's honest value at each time that the place comes up; a message's frames have no place for it."""
    request, fields, more = world.requests()[scenario]
    values = []

    def look(kind, number, octets):
        values.append((boundary.decode(kind, octets) or {}).get(field, kind))
        return boundary.frame(kind, number, octets)
    session = Session(world, start=request not in ("START", "GENESIS"))
    session.request(request, fields, more)
    count = session.places.count(place)
    session.end()
    for occurrence in range(count):
        session = Session(world, start=request not in ("START", "GENESIS"))
        session.request(request, fields, more, Change(place, look, occurrence))
        session.end()
    assert values, (scenario, place, session.places)
    return values


class Outcomes:
    """What came of the changes of one case."""

    def __init__(self, world, scenario, place):
        self.world, self.scenario = world, scenario
        self.names = PLACES[scenario if place == "request" else place] + "|message type|the frame"
        self.count = collections.Counter()

    def take(self, kind, fields, what):
        """Judge the end of a request; True when the enclave's state must be as before."""
        name = boundary.NAMES[kind]
        self.count[name] += 1
        if name == "ERROR":
            text = fields["message"].decode()
            assert fields["result"] != 0 and re.search(self.names, text), (text, what)
            return True
        if name == "COMMITTED":
            self.world.judge.judge(fields)
            return False
        if name == "STARTED":
            assert fields["size"] == self.world.store.size(), (fields, what)
            return False
        if name == "EVIDENCE_REPLY":
            self.world.judge.judge_evidence(fields)
            return True
        assert name in ("HELLO_REPLY", "GENESIS_REPLY"), (name, what)
        return name == "HELLO_REPLY"


def same_commit(world, scenario, fields):
    """An honest request after all that: what it would have been without."""
    entry = world.judge.judge(fields)
    request, asked, _ = world.requests()[scenario]
    assert entry["kind"] == {"CREATE": 1, "UPDATE": 2, "REFRESH": 3, "STEP": 4}[request]
    assert entry["argument"] == judge.sha256(asked.get("argument", b""))


def honest_again(world, session, scenario):
    request, fields, more = world.requests()[scenario]
    kind, found = session.request(request, fields, more)
    name = boundary.NAMES[kind]
    if name == "COMMITTED":
        same_commit(world, scenario, found)
        return
    assert name in ("HELLO_REPLY", "GENESIS_REPLY", "STARTED", "EVIDENCE_REPLY"), (name, found)


@pytest.mark.parametrize("scenario, place, message, field, kind", cases(),
                         ids=lambda value: str(value).replace("FIELD_", "").lower())
def test_changed_fields_give_no_signature(world, scenario, place, message, field, kind):
    request, fields, more = world.requests()[scenario]
    rng = random.Random(f"{scenario} {place} {message} {field}")
    values = honest_values(world, scenario, place, field)
    others = others_of(world, scenario, place, field)
    outcomes = Outcomes(world, scenario, place)
    tables = [changes.changes(f"{scenario} {place} {field} {at}", kind,
                              {"version": 1, "id": 2}.get(field, value) if message == "frame"
                              else value, others) for at, value in enumerate(values)]
    session, reached = None, 0
    for at in range(changes.COUNT):
        occurrence = rng.randrange(len(values))
        value = tables[occurrence][at]
        session = session or Session(world, start=request not in ("START", "GENESIS"))
        change = Change(place, change_field(message, field, value), occurrence)
        kept = outcomes.take(*session.request(request, fields, more, change),
                             (scenario, place, field, value))
        reached += change.reached
        session.greet()
        # What is kept between requests would not be asked for again: each answer has a new enclave.
        if kept and (place != "request" or at == changes.COUNT - 1) and at % 5 == 4:
            honest_again(world, session, scenario)
            kept = False
        if not kept or place != "request":
            session.end()
            session = None
    if session is not None:
        session.end()
    print(f"{scenario}, {place}: {message}.{field}: {reached} changes, {dict(outcomes.count)}")
    assert reached >= changes.COUNT


def ends_alone(world, place, length):
    """Send a frame with another length, then nothing more; what came back until the enclave ended."""
    request, fields, more = world.requests()["update"]
    session = Session(world)
    change = Change(place, lambda kind, number, octets: (
        boundary.frame(kind, number, octets, length=length(12 + len(octets)))))

    def post(*arguments):
        Session.post(session, *arguments)
        if change.reached:
            session.enclave.finish()
    session.post = post
    replies = []
    try:
        replies.append(session.request(request, fields, more, change))
        while True:
            kind, _, _, octets = session.enclave.frame()
            replies.append((kind, boundary.decode(kind, octets)))
    except (Gone, BrokenPipeError):
        pass
    session.end()
    return change.reached, replies


@pytest.mark.parametrize("place", ["request", "zone page"])
def test_wrong_lengths_give_no_signature(world, place):
    rng = random.Random(place)
    reached = 0
    for at in range(changes.COUNT):
        if at % 2 == 0:
            count, replies = ends_alone(world, place, lambda size: rng.randrange(size))
        else:
            count, replies = ends_alone(world, place,
                                        lambda size: size + 1 + rng.randrange(1 << (at % 31)))
        reached += count
        for kind, fields in replies:
            if boundary.NAMES[kind] == "COMMITTED":
                world.judge.judge(fields)
    assert reached >= changes.COUNT


# What is kept: rows of the store, and the file as such.

def test_every_class_of_stored_value_is_known(world):
    assert set(damage.rows(world.store)) == set(CLASSES)


CLASSES = ["page", "value", "NSEC", "NSEC3", "hash", "top page", "top value", "guard", "environment", "guard state",
           "sealed zone key", "sealed log key", "log public key", "checkpoint", "size", "zones",
           "format", "log entry", "log node", "zone row"]


@pytest.fixture(scope="module")
def victim(world, tmp_path_factory):
    made = damage.Victim(world, tmp_path_factory.mktemp("victim"))
    yield made
    made.close()


@pytest.mark.parametrize("name", CLASSES)
def test_changed_rows_give_no_signature(world, victim, name):
    rows = damage.rows(world.store)[name]
    victim.count.clear()
    victim.messages.clear()
    for table, key, value in damage.damages(world.store, name, rows, 50, "rows",
                                            world.older):
        victim.restore()
        victim.write(table, key, value)
        victim.trial()
    print(f"{name}: {dict(victim.count)}")
    for message, count in victim.messages.most_common():
        print(f"    {count:3} {message}")


def test_an_unchanged_store_goes_on(victim):
    victim.count.clear()
    victim.restore()
    assert victim.trial() == "ready"
    assert victim.count["updates accepted"] == 3 and victim.count["commits judged"] >= 3


def test_single_bits_of_the_file_give_no_signature(world, victim):
    size = os.path.getsize(os.path.join(world.folder, "data.mdb")) * 8
    rng = random.Random("bits")
    victim.count.clear()
    victim.messages.clear()
    for _ in range(1000 if ALL else 100):
        victim.restore()
        victim.flip(rng.randrange(size))
        victim.trial(inside_lmdb=True)
    print(dict(victim.count))
    for message, count in victim.messages.most_common():
        print(f"    {count:3} {message}")
    assert victim.count["died"] + victim.count["stuck"] <= 20, victim.count


# The other direction: what the enclave says, changed on its way to swornd, which must not die of it.

FROM_ENCLAVE = [(name, *field) for name in
                ("HELLO_REPLY", "GENESIS_REPLY", "STARTED", "COMMITTED", "ERROR", "NEED_PAGE",
                 "NEED_VALUE", "NEED_BLOB", "NEED_KEY") for field in fields_of(name)]


def changes_once(message, field, kind, seed, reached):
    """A hook that changes this field in one message of this kind, of the first few."""
    rng = random.Random(seed)
    skip = rng.randrange(3) if message.startswith("NEED") else 0

    def hook(number, _version, frame_id, octets):
        nonlocal skip
        if boundary.NAMES[number] != message or reached:
            return None
        skip -= 1
        if skip >= 0:
            return None
        fields = boundary.decode(number, octets)
        values = changes.changes(seed, kind, fields[field], [], 20)
        reached.append(fields)
        return boundary.frame(number, frame_id, boundary.encode(
            number, {**fields, field: rng.choice(values)}))
    return hook


@pytest.mark.parametrize("message", sorted({case[0] for case in FROM_ENCLAVE}))
def test_swornd_survives_changed_replies(victim, message):
    for name, field, kind in FROM_ENCLAVE:
        for at in range(50 if ALL else 4):
            if name != message:
                continue
            reached = []
            victim.restore()
            if name == "GENESIS_REPLY":
                os.unlink(os.path.join(victim.server.store, "data.mdb"))
            victim.relay.to_host = changes_once(name, field, kind, f"{name} {field} {at}", reached)
            victim.trial(repeat=name == "ERROR")
            victim.relay.to_host = None
            assert reached, (name, field)
            # What it kept of that is damage like any: the next start goes on, or says what is wrong.
            victim.trial()


def test_the_page_about_the_boundary_has_every_message_and_field():
    """docs/boundary.md is the product's table, in order."""
    with open(os.path.join(harness.ROOT, "docs", "boundary.md")) as file:
        rows = re.findall(r"^\| (\d+) \| `([^`]+)` \| ([^|]+?) \|", file.read(), re.M)
    page = {int(number): (name, [tuple(field.split()[:2]) for field in fields.split(", ")])
            for number, name, fields in rows}
    table = {number: (name, [(field, kind.replace("FIELD_", "").lower()) for field, kind in fields])
             for number, (name, fields) in boundary.FORMS.items()}
    assert page == table
