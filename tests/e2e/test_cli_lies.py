"""sworn believes nothing unverified: a server, or somebody before it, changes what it says."""
import json
import shutil

import pytest

from proxy import Proxy, refusal

UNVERIFIED = 3

PLACES = [("zone_id",), ("log", "public_key"), ("log", "entry"), ("log", "index"),
          ("log", "inclusion"), ("log", "checkpoint"), ("leaf", "value"), ("leaf", "proof"),
          ("dnskey", "value"), ("dnskey", "proof"), ("creation", "entry"), ("creation", "index"),
          ("creation", "inclusion")]


def changed(value):
    """The same kind of value with one thing different."""
    if isinstance(value, int):
        return value + 1
    if value == "":
        return "00" * 32
    middle = len(value) // 2
    other = "0" if value[middle] != "0" else "1"
    return value[:middle] + other + value[middle + 1:]


def lie_at(place):
    def answer(method, path, status, body):
        if status >= 300:
            return status, body
        document = json.loads(body)
        at = document
        for member in place[:-1]:
            at = at.get(member, {})
        if place[-1] in at:
            at[place[-1]] = changed(at[place[-1]])
        return status, json.dumps(document).encode()
    return answer


@pytest.fixture
def lied(demo):
    """demo.test with a creation that is not the newest entry, so that every place holds something."""
    demo.update("demo.test", "--set", "mail 300 A 192.0.2.25")
    return demo


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_a_changed_member_is_named_and_nothing_is_shown(lied, place):
    with Proxy(lied.url, lie_at(place)) as proxy:
        for command in (["zone", "show"], ["zone", "export"], ["verify"]):
            done = lied.sworn("--server", proxy.url, *command, "demo.test", check=False)
            assert done.returncode == UNVERIFIED, (place, command, done.stdout, done.stderr)
            assert " DS " not in done.stdout and " IN " not in done.stdout, done.stdout


@pytest.mark.parametrize("place", PLACES[:10], ids=".".join)
def test_no_ds_comes_out_of_a_creation_that_does_not_verify(server, place):
    with Proxy(server.url, lie_at(place)) as proxy:
        done = server.sworn("--server", proxy.url, "zone", "create", "new.test", "--guard",
                            "ed25519", "--key", server.key(), "--ns", "ns.example.", check=False)
    assert done.returncode == UNVERIFIED, done.stderr
    assert done.stdout == ""


def other_records(change):
    def answer(method, path, status, body):
        if "/records" not in path or status != 200:
            return status, body
        document = json.loads(body)
        change(document["records"])
        return status, json.dumps(document).encode()
    return answer


def replace_address(records):
    for record in records:
        if record["type"] == "A":
            record["rdata"][0] = "cb007101"


@pytest.mark.parametrize("change", [replace_address, list.pop, lambda records: records.pop(1),
                                    lambda records: records.append(dict(records[-1],
                                                                        name="evil.demo.test."))])
def test_records_that_do_not_make_the_certified_root_are_refused(lied, change):
    with Proxy(lied.url, other_records(change)) as proxy:
        done = lied.sworn("--server", proxy.url, "zone", "export", "demo.test", check=False)
    assert done.returncode == UNVERIFIED and done.stdout == "", (done.stdout, done.stderr)


def drop_signature(records):
    next(r for r in records if r["type"] == "A")["rrsig"] = []


def break_signature(records):
    record = next(r for r in records if r["type"] == "A")
    record["rrsig"][0] = changed(record["rrsig"][0][:-2]) + record["rrsig"][0][-2:]


def drop_nsec(records):
    records.remove(next(r for r in records if r["type"] == "NSEC" and r["name"] != "demo.test."))


def swap_signatures(records):
    first, second = [r for r in records if r["type"] == "A"][:2]
    first["rrsig"], second["rrsig"] = second["rrsig"], first["rrsig"]


@pytest.mark.parametrize("change", [drop_signature, break_signature, drop_nsec, swap_signatures])
def test_a_signed_export_with_a_wrong_signature_is_refused(lied, change):
    with Proxy(lied.url, other_records(change)) as proxy:
        done = lied.sworn("--server", proxy.url, "zone", "export", "demo.test", "--signed",
                          check=False)
    assert done.returncode == UNVERIFIED and done.stdout == "", (done.stdout, done.stderr)


def test_an_update_that_the_server_only_pretends_to_do_is_noticed(lied):
    before = lied.sworn("zone", "export", "demo.test").stdout
    _, body = Proxy.forward(lied.url + "/v1/zones/demo.test", "GET", b"")

    def ask(method, path, _):
        return (200, body) if method == "POST" else None

    with Proxy(lied.url, ask=ask) as proxy:
        done = lied.sworn("--server", proxy.url, "zone", "update", "demo.test", "--key",
                          lied.key(), "--set", "www 300 A 192.0.2.99", check=False)
    assert done.returncode == UNVERIFIED, done.stderr
    assert "request:" in done.stderr
    assert lied.sworn("zone", "export", "demo.test").stdout == before


def test_a_server_that_falls_back_is_noticed_by_what_was_kept(lied):
    old = Proxy.forward(lied.url + "/v1/zones/demo.test", "GET", b"")
    lied.update("demo.test", "--set", "www 300 A 192.0.2.3")
    with Proxy(lied.url, ask=lambda *_: old) as proxy:
        done = lied.sworn("--server", proxy.url, "zone", "show", "demo.test", "--key", lied.key(),
                          check=False)
        stranger = lied.sworn("--server", proxy.url, "zone", "show", "demo.test")
    assert done.returncode == UNVERIFIED and "older" in done.stderr, done.stderr
    assert "sequence     2" in stranger.stdout  # who kept nothing cannot know


def test_another_server_with_the_same_apex_is_noticed(lied, make_server):
    other = make_server("other")
    shutil.copy(lied.key(), other.folder)
    other.create("demo.test")
    done = lied.sworn("--server", other.url, "zone", "show", "demo.test", "--key", lied.key(),
                      check=False)
    assert done.returncode == UNVERIFIED and "log key" in done.stderr, done.stderr
    done = lied.sworn("--server", other.url, "zone", "update", "demo.test", "--key", lied.key(),
                      "--set", "www 300 A 192.0.2.4", check=False)
    assert done.returncode == UNVERIFIED, done.stderr


@pytest.mark.parametrize("reply", [(200, b""), (200, b"{}"), (200, b"[" * 100000), (500, b"oops"),
                                   (200, b"{\"zone_id\":\"" + b"0" * 64 + b"\"}"),
                                   refusal("refused", "no\x1b[2J", 403)])
def test_nonsense_ends_in_an_error(lied, reply):
    with Proxy(lied.url, ask=lambda *_: reply) as proxy:
        for command in (["zone", "show"], ["zone", "export"], ["verify"]):
            done = lied.sworn("--server", proxy.url, *command, "demo.test", check=False)
            assert done.returncode in (1, UNVERIFIED), (done.returncode, done.stderr)
            assert done.stderr.startswith("sworn: "), done.stderr
            assert "\x1b" not in done.stderr


def test_verify_says_what_it_checked_and_what_not(lied):
    done = lied.sworn("verify", "demo.test", "--key", lied.key(), "--dns",
                      f"127.0.0.1:{lied.port}")
    lines = done.stdout.splitlines()
    for what in ("checkpoint", "log entry", "zone id", "zone leaf", "DNSKEY", "kept state",
                 "records", "signatures", "live DNSKEY", "live SOA"):
        assert any(line.startswith(f"ok           {what}: ") for line in lines), done.stdout
    assert any(line.startswith("not checked  evidence: platform=process") for line in lines)
    assert any(line.startswith("not checked  rollback: rollback=unprotected") for line in lines)


def test_verify_fails_without_live_answers(lied):
    done = lied.sworn("verify", "demo.test", "--dns", "127.0.0.1:1", check=False)
    assert done.returncode == 1 and "live DNSKEY" in done.stderr, done.stderr
