"""Guards that say more than whose key: delegates with certain names and types, changes that wait and can be stopped."""
import os
import subprocess
import urllib.request

import clock
import harness
import library
import owner
from library import Ed25519Key, P256Key, WalletKey, Zone, accepted, keys_argument, walk, www

A, NS, CNAME, SOA, TXT, AAAA, DS, CAA = 1, 2, 5, 6, 16, 28, 43, 257
HOUR = 3600


# Delegates.

def wire(name):
    """Labels and 00 of a name without escapes, relative to the apex."""
    labels = name.split(".") if name else []
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def rule(key, begin="", end="", types=(), exactly=False):
    return (bytes([key, 0 if exactly else 1]) + wire(begin) + wire(end) + bytes([len(types)]) +
            b"".join(rdtype.to_bytes(2, "big") for rdtype in sorted(types)))


class Delegates(library.Holder):
    """An owner, who signs unless others are named, and keys with rules."""
    guard = "delegate"

    def __init__(self, owner_key, *rules, delegates=()):
        self.keys, self.rules = (owner_key, *delegates), rules

    def environment(self):
        return library.key_set(*self.keys) + b"\1" + b"".join(self.rules)

    def argument(self, message, signers=(0,)):
        return keys_argument(message, {index: self.keys[index].sign(message) for index in signers})

    def wrong_arguments(self, message):
        good = self.keys[0].sign(message)
        stranger = type(self.keys[0])().sign(message)
        yield "nothing", b"", "argument is empty"
        yield "no signature", b"\0" + message, "nobody has signed"
        yield "a stranger's", keys_argument(message, {0: stranger}), "does not match key 0"
        yield "a delegate's", self.argument(message, (1,)), "whoever signed may not write"
        yield "cut short", keys_argument(message, {0: good})[:40], "a signature is cut short"


BOT, TEAM = 1, 2


def office(owner_key):
    """An owner, a certificate bot, and a team that has dev."""
    return Delegates(owner_key,
                     rule(BOT, begin="_acme-challenge", types=[TXT]), rule(TEAM, end="dev"),
                     delegates=(Ed25519Key(), P256Key()))


def test_delegate_walk(make_server):
    walk(make_server, office(WalletKey(library.TYPED)))


def send_as(zone, signers, *operations):
    return zone.post(zone.holder.argument(zone.message(*operations), signers))


def may(zone, signers, *operations):
    status, body = send_as(zone, signers, *operations)
    assert status == 200, (status, body)


def may_not(zone, signers, *operations, words="whoever signed may not write"):
    zone.refused(zone.holder.argument(zone.message(*operations), signers), words, operations)


def texts(zone, name):
    answer = zone.server.query(f"{name}.{zone.apex}", "TXT").answer
    return sorted(b"".join(record.strings).decode() for record in answer[0]) if answer else []


def test_a_certificate_bot_writes_challenges_and_nothing_else(make_server):
    zone = library.created(make_server(), office(Ed25519Key()))
    may(zone, [BOT], owner.put("_acme-challenge.www", "TXT", '"one"', "60"),
        owner.put("_acme-challenge.www", "TXT", '"two"', "60", mode="Append"))
    may(zone, [BOT], owner.put("\\095ACME-challenge", "TYPE16", '"three"', "60"))
    assert texts(zone, "_acme-challenge.www") == ["one", "two"]
    assert texts(zone, "_acme-challenge") == ["three"]
    for name, rdtype, content in (
            ("www", "A", "192.0.2.66"), ("www", "TXT", "x"), ("@", "TXT", "x"),
            ("WWW.Demo.Test.", "TXT", "x"), ("\\119ww", "TXT", "x"),
            ("_acme-challenge\\.www", "TXT", "x"), ("www._acme-challenge", "TXT", "x"),
            ("_acme-challenge", "NS", "ns.example."), ("_acme-challenge", "TYPE2", "ns.example."),
            ("_acme-challenge", "CNAME", "example."), ("_acme-challenge.www", "A", "192.0.2.66"),
            ("_acme-challenge", "CAA", '0 issue "x"')):
        may_not(zone, [BOT], owner.put(name, rdtype, content))
        may_not(zone, [BOT], owner.put("_acme-challenge", "TXT", "x"),
                owner.put(name, rdtype, content), words="operation 2: ")
    only = "only an owner"
    may_not(zone, [BOT], owner.record("Clear"), words=only)
    may_not(zone, [BOT], owner.remove(None, "TXT"), words=only)
    may_not(zone, [BOT], owner.new_owner(b"x"), words=only)
    may_not(zone, [BOT], owner.new_policy(owner.policy(lifetime=owner.DAY)), words=only)
    may_not(zone, [BOT], owner.remove_zone(), words=only)
    assert texts(zone, "_acme-challenge") == ["three"]
    may(zone, [BOT], owner.remove("_acme-challenge", "TXT"))
    assert texts(zone, "_acme-challenge") == []


def test_a_team_has_its_name_and_all_below(make_server):
    zone = library.created(make_server(), office(Ed25519Key()))
    accepted(zone)
    may(zone, [TEAM], owner.put("dev", "A", "192.0.2.2"), owner.put("*.x.DEV", "A", "192.0.2.3"))
    assert zone.addresses("dev") == ["192.0.2.2"]
    assert zone.addresses("any.x.dev") == ["192.0.2.3"]
    for name in ("www", "adev", "a\\.dev", "dev.www", "@"):
        may_not(zone, [TEAM], owner.put(name, "A", "192.0.2.66"))
    for rdtype, content in (("NS", "ns.example."), ("DNAME", "example."), ("CAA", '0 issue "x"'),
                            ("DS", "1 13 2 " + 64 * "0"), ("TYPE65400", "\\# 1 00")):
        may_not(zone, [TEAM], owner.put("a.dev", rdtype, content))
    together = (owner.put("dev", "A", "192.0.2.4"),
                owner.put("_acme-challenge.www", "TXT", "x"))
    may_not(zone, [TEAM], *together)
    may_not(zone, [BOT], *together)
    may(zone, [BOT, TEAM], *together)
    may_not(zone, [BOT, TEAM], www("192.0.2.66"))
    may(zone, [0, TEAM], www("192.0.2.9"))
    assert zone.addresses() == ["192.0.2.9"] and zone.addresses("dev") == ["192.0.2.4"]


def test_an_owner_takes_a_delegates_rule_away(make_server):
    zone = library.created(make_server(), office(Ed25519Key()))
    challenge = owner.put("_acme-challenge", "TXT", "x")
    may(zone, [BOT], challenge)
    zone.holder.rules = zone.holder.rules[1:]
    zone.done(owner.new_owner(zone.holder.environment()))
    may_not(zone, [BOT], challenge)
    may(zone, [TEAM], owner.put("dev", "A", "192.0.2.2"))


# Changes that wait.

class Timelock(library.Holder):
    """Keys with roles; `clock` is passed over while a change waits. The first owner signs unless others are named."""
    guard = "timelock"
    OWNER, SECOND, GUARDIAN = 1, 2, 3

    def __init__(self, keys, mode=0, delay=HOUR, recovery=0, enough=0, time=None):
        """`keys` is [(role, key)]."""
        self.roles, self.keys = [role for role, _ in keys], [key for _, key in keys]
        self.mode, self.delay, self.recovery, self.enough = mode, delay, recovery, enough
        self.time = time

    def environment(self):
        return (library.key_set(*self.keys) + bytes([self.mode]) + self.delay.to_bytes(4, "big") +
                self.recovery.to_bytes(4, "big") + bytes([self.enough]) + bytes(self.roles))

    def argument(self, message, signers=(0,)):
        return keys_argument(message, {index: self.keys[index].sign(message) for index in signers})

    def wrong_arguments(self, message):
        good = self.argument(message)
        stranger = type(self.keys[0])().sign(message)
        yield "nothing", b"", "argument is empty"
        yield "no signature", b"\0" + message, "neither an owner, nor a second key, nor enough"
        yield "a stranger's", keys_argument(message, {0: stranger}), "does not match key 0"
        yield "the second key's", self.argument(message, (1,)), "an owner or enough guardians"
        yield "cut short", good[:40], "a signature is cut short"

    def request(self, *operations):
        return (announced(*operations),)

    def happens(self, zone, *operations):
        super().happens(zone, announced(*operations))
        self.time.forward(self.delay + 1)
        return super().happens(zone, executed(*operations))


def announced(*operations):
    return owner.operation(16, b"".join(operations))


def executed(*operations):
    return owner.operation(17, b"".join(operations))


def cancelled(*operations):
    return owner.operation(18, owner.sha256(b"".join(operations)))


O, S, G1, G2, G3 = range(5)


def household(time, mode=0):
    """An owner, a second key, and three guardians of whom two are enough."""
    roles = Timelock.OWNER, Timelock.SECOND, *[Timelock.GUARDIAN] * 3
    keys = P256Key(), Ed25519Key(), Ed25519Key(), WalletKey(), Ed25519Key()
    return Timelock(list(zip(roles, keys)), mode, recovery=24 * HOUR, enough=2, time=time)


def timed(make_server, tmp_path):
    """A clock, and make_server() for servers that go by it."""
    time = clock.Clock(tmp_path)
    return time, lambda: make_server(environment=time.environment)


def test_timelock_walk(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = walk(make, household(time))
    zone.refused(zone.argument(www("192.0.2.66")), "changes have to be announced")


def waits(zone, signers, *operations):
    may(zone, signers, announced(*operations))


def waiting(zone):
    """The announcements, as the server shows them to all."""
    with urllib.request.urlopen(zone.server.url + owner.path_of(zone.apex) + "/state") as reply:
        state = reply.read()
    assert owner.sha256(state) == zone.leaf()["guard_state"] and len(state) % 49 == 0
    return [state[at:at + 49] for at in range(0, len(state), 49)]


def test_a_change_waits_and_a_second_key_stops_it(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = library.created(make(), household(time))
    thief = owner.new_owner(Ed25519Key().public, library.wasm("ed25519"))
    waits(zone, [O], thief)
    waits(zone, [O], www("192.0.2.1"))
    assert [entry[:33] for entry in waiting(zone)] == [
        owner.sha256(operation) + b"\1" for operation in (thief, www("192.0.2.1"))]
    may_not(zone, [O], executed(www("192.0.2.1")), words="too early: ")
    may(zone, [S], cancelled(thief))
    time.forward(HOUR + 1)
    may_not(zone, [O], executed(thief), words="these operations are not announced")
    may_not(zone, [S], executed(www("192.0.2.1")), words="all who announced")
    zone.server.restart()
    may(zone, [O], executed(www("192.0.2.1")))
    assert zone.addresses() == ["192.0.2.1"]
    may_not(zone, [O], executed(www("192.0.2.1")), words="these operations are not announced")


def test_a_cancellation_is_not_outrun(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = library.created(make(), household(time))
    thief = owner.new_owner(Ed25519Key().public, library.wasm("ed25519"))
    waits(zone, [O], thief)
    late = zone.holder.argument(zone.message(cancelled(thief)), [S])
    for address in ("192.0.2.1", "192.0.2.2"):
        waits(zone, [O], www(address))
    assert zone.post(late)[0] == 200
    zone.refused(late, "nothing is announced with this hash")
    waits(zone, [O], thief)
    zone.refused(late, "nothing is announced with this hash")


def test_records_at_once_where_the_owner_chose_so(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = library.created(make(), household(time, mode=1))
    may(zone, [O], www("192.0.2.1"))
    may_not(zone, [S], www("192.0.2.66"), words="an owner has to sign record operations")
    rules = owner.new_policy(owner.policy(lifetime=3 * owner.DAY))
    for operation in (rules, owner.remove_zone(), owner.new_owner(zone.holder.environment())):
        may_not(zone, [O], operation, words="owner, policy and removal have to be announced")
    waits(zone, [O], rules)
    time.forward(HOUR + 1)
    may(zone, [O], executed(rules))
    assert owner.policy_of(zone.leaf()["policy"])["lifetime"] == 3 * owner.DAY
    waits(zone, [O], owner.remove_zone())
    time.forward(HOUR + 1)
    may(zone, [O], executed(owner.remove_zone()))
    assert zone.server.get(owner.path_of(zone.apex))[0] == 404


def test_guardians_recover_a_lost_key(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = library.created(make(), household(time))
    found = household(time)
    handover = owner.new_owner(found.environment())
    may_not(zone, [G1], announced(handover), words="neither an owner")
    may_not(zone, [G1, G2], announced(www("192.0.2.66")), words="guardians can announce")
    waits(zone, [G1, G2], handover)
    may(zone, [O], cancelled(handover))
    waits(zone, [G1, G2], handover)
    waits(zone, [O], www("192.0.2.66"))
    time.forward(2 * HOUR)
    may_not(zone, [G1, G2], executed(handover), words="too early: ")
    time.forward(24 * HOUR)
    may(zone, [G2, G3], executed(handover))
    assert zone.leaf()["environment"] == owner.sha256(found.environment())
    assert zone.leaf()["guard_state"] == owner.sha256(b"")
    zone.refused(zone.argument(executed(www("192.0.2.66"))), "signature does not match")
    zone.holder = found
    may_not(zone, [O], executed(www("192.0.2.66")), words="these operations are not announced")
    accepted(zone)


def test_a_stolen_key_cannot_stop_the_other_two(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    zone = library.created(make(), household(time))
    thief = owner.new_owner(Ed25519Key().public, library.wasm("ed25519"))
    rescued = household(time)
    handover = owner.new_owner(rescued.environment())
    waits(zone, [O], thief)
    may(zone, [S], cancelled(thief))
    waits(zone, [S, G1, G3], handover)
    may_not(zone, [O], cancelled(handover), words="whoever signed may not cancel this")
    time.forward(24 * HOUR + 1)
    may(zone, [S, G1, G3], executed(handover))
    zone.holder = rescued
    accepted(zone)


# With the owner's tools alone.

def environment(server, guard, text, check=True):
    """What guards/tools/environment makes of a text."""
    source, target = (os.path.join(server.folder, name) for name in ("terms", "terms.env"))
    with open(source, "w") as file:
        file.write(text)
    if os.path.exists(target):
        os.remove(target)
    tool = os.path.join(harness.ROOT, "guards", "tools", "environment")
    done = subprocess.run([tool, guard, source, target], capture_output=True, text=True,
                          cwd=server.folder, timeout=harness.WAIT)
    assert (done.returncode == 0) == check == os.path.exists(target), done
    return target if check else done.stderr


RULES = r"""
owner {owner}.pub          # may do everything
key bot {bot}.pub
rule bot begins _acme-challenge TXT
key team {team}.pub
rule team under dev
rule team at dev TYPE2
rule team begins _TCP under eu.x SRV
rule bot at a\.\228.@\@ AAAA A
rule bot at @ TXT
"""


def test_rules_are_written_as_people_read_them(server):
    keys = {name: server.key(name) for name in ("owner", "bot", "team")}
    with open(environment(server, "delegate", RULES.format(**keys)), "rb") as file:
        written = file.read()
    odd = b"\1\0\0\3a.\xe4\2@@\0\2\0\1\0\x1c"
    assert written == (
        b"\3" + b"".join(b"\1" + owner.Key(keys[name]).public for name in keys) + b"\1" +
        rule(BOT, begin="_acme-challenge", types=[TXT]) + rule(TEAM, end="dev") +
        rule(TEAM, end="dev", types=[NS], exactly=True) +
        rule(TEAM, begin="_tcp", end="eu.x", types=[33]) + odd +
        rule(BOT, types=[TXT], exactly=True)), written
    for wrong, words in (("rule bot at a..b TXT", "is no name"), ("rule nobody at a", "no key is"),
                         ("rule bot at www.", "is no name"), ("rule bot at a at b", "is there twi"),
                         ("rule bot at a under b", "a rule says"), ("rule bot at a TYPO", "no type"),
                         ("rule bot in a", "a rule says"), ("key bot x", "are named bot"),
                         ("owner nothing", "neither a file nor"), ("guest x", "not `owner PUBLIC`"),
                         ("owner {bot}.pub", "a key is there twice")):
        refusal = environment(server, "delegate", (RULES + wrong).format(**keys), check=False)
        assert words in refusal, (wrong, refusal)


def test_an_owner_and_a_bot_with_their_own_tools(server):
    keys = {name: server.key(name) for name in ("owner", "bot", "team")}
    terms = environment(server, "delegate", RULES.format(**keys))
    server.sworn("zone", "create", "demo.test", "--guard", "delegate", "--env", terms, "--key",
                 keys["owner"], "--ns", "ns1.example.net")
    server.sworn("zone", "update", "demo.test", "--key", keys["bot"], "--set",
                 "_acme-challenge.www 60 TXT token")
    refused = server.sworn("zone", "update", "demo.test", "--key", keys["bot"], "--set",
                           "www A 192.0.2.66", check=False)
    assert refused.returncode == 1 and "may not write www A" in refused.stderr, refused
    server.sworn("zone", "update", "demo.test", "--key", keys["owner"], "--set", "www A 192.0.2.1")
    assert texts(Zone(server, None), "_acme-challenge.www") == ["token"]
    assert Zone(server, None).addresses() == ["192.0.2.1"]


TERMS = """
owner {owner}.pub
second {second}.pub
guardian {one}.pub
guardian 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
delay 2d
recovery 14d
guardians 1
records at once
"""


def test_terms_are_written_as_people_read_them(server):
    keys = {name: server.key(name) for name in ("owner", "second", "one")}
    with open(environment(server, "timelock", TERMS.format(**keys)), "rb") as file:
        written = file.read()
    days = 24 * HOUR
    assert written == (
        b"\4" + b"".join(b"\1" + owner.Key(keys[name]).public for name in keys) + b"\3" +
        bytes.fromhex("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed") + b"\1" +
        (2 * days).to_bytes(4, "big") + (14 * days).to_bytes(4, "big") + b"\1" + b"\1\2\3\3")
    for wrong, words in (("delay x", "is no time"), ("recovery 1d", "shorter than delay"),
                         ("guardians 3", "not 1 to 2"), ("guardians 0", "not 1 to 2"),
                         ("delay 99999d", "too long"), ("records later", "not a key")):
        refusal = environment(server, "timelock", (TERMS + wrong).format(**keys), check=False)
        assert words in refusal, (wrong, refusal)


def test_a_timelock_with_its_parties_own_tools(make_server, tmp_path):
    time, make = timed(make_server, tmp_path)
    server = make()
    keys = {name: server.key(name) for name in ("owner", "second", "one", "thief")}
    terms = environment(server, "timelock", TERMS.format(**keys))
    server.sworn("zone", "create", "demo.test", "--guard", "timelock", "--env", terms, "--key",
                 keys["owner"], "--ns", "ns1.example.net")
    zone = Zone(server, None)
    update = "zone", "update", "demo.test", "--key", keys["owner"]
    server.sworn(*update, "--set", "www A 192.0.2.1")
    theft = "owner", "change", "demo.test", "--guard", "ed25519", "--owner", keys["thief"] + ".pub"
    announcing = server.sworn(*theft, "--key", keys["owner"], "--announce")
    found = waiting(zone)[0][:32].hex()
    assert found in announcing.stdout + announcing.stderr
    # Signed elsewhere, and the thief is quicker: a cancellation may be late.
    kept = "--keep", keys["second"]
    late = str(tmp_path / "late")
    server.sworn("zone", "update", "demo.test", *kept, "--cancel", found, "--sign-with", "octets",
                 "--argument-out", late)
    server.sworn(*update, "--set", "www A 192.0.2.3")
    server.sworn("argument", "sign", late, "--key", keys["second"])
    server.sworn("zone", "update", "demo.test", *kept, "--argument", late)
    assert waiting(zone) == []
    time.forward(2 * 24 * HOUR + 1)
    refused = server.sworn(*theft, "--key", keys["owner"], "--execute", check=False)
    assert refused.returncode == 1 and "not announced" in refused.stderr, refused
    recovery = "owner", "change", "demo.test", "--key", keys["one"], "--guard", "timelock", "--env", terms
    server.sworn(*recovery, "--announce")
    time.forward(14 * 24 * HOUR + 1)
    server.sworn(*recovery, "--execute")
    assert zone.leaf()["sequence"] == 6 and waiting(zone) == []
    server.sworn(*update, "--set", "www A 192.0.2.2")
    assert zone.addresses() == ["192.0.2.2"]
