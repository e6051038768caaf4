"""Whole zones through sworn: created from files, synced by differences, in requests that fit."""
import json
import os
import random
import re
import shutil
import subprocess

import pytest

from proxy import Proxy, refusal

HEAD = ("$ORIGIN {apex}\n$TTL 300\n@ SOA ns.example. host.example. {serial} 3600 900 1209600 {minimum}\n"
        "@ NS ns.example.\n")


def write(server, name, text):
    path = os.path.join(server.folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def head(serial=1, apex="demo.test.", minimum=300):
    return HEAD.format(serial=serial, apex=apex, minimum=minimum)


def requests_of(done):
    return int(re.search(r"(\d+) requests", done.stderr).group(1))


def check_signed(server, apex="demo.test", without=()):
    path = write(server, "signed", server.export(apex, signed=True))
    for command in (["ldns-verify-zone", path], ["dnssec-verify", "-z", "-o", apex, path]):
        if command[0] not in without and shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_first_records_come_from_a_file_and_the_enclaves_are_left_out(server):
    path = write(server, "zone", head() + "www A 192.0.2.1\nwww A 192.0.2.1\n"
                 "@ DNSKEY 257 3 13 AAAA\nwww NSEC demo.test. A\nout.example. A 192.0.2.1\n")
    done = server.create("demo.test", "--zonefile", path)
    assert "2 records of types that the enclave makes" in done.stderr, done.stderr
    assert "1 records outside the zone" in done.stderr, done.stderr
    assert "1 records that are there twice" in done.stderr, done.stderr
    assert done.stdout.count(" IN DS ") == 2, done.stdout
    check_signed(server)


@pytest.mark.parametrize("more", [["--cds"], ["--algorithm", "15"],
                                  ["--cds", "--algorithm", "15", "--lifetime", "1"]])
def test_policies_are_created_and_verified(server, more):
    server.create("demo.test", "--ns", "ns.example.", *more)
    server.update("demo.test", "--set", "www A 192.0.2.1")
    check_signed(server)
    text = server.export("demo.test")
    assert ("CDNSKEY" in text) == ("--cds" in more), text


def test_odd_names_and_contents_survive_the_whole_way(server):
    zone = head() + ('\\@ A 192.0.2.1\na\\.b\\032c\\007\\200 TXT "\\000\\255;\\"\\\\" ""\n'
                     '* TXT wild\nx.*.y TYPE65280 \\# 3 00ff10\nUPPER CNAME Target.Example.\n'
                     '_443._tcp TLSA 3 1 1 00\nsvc HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1\n')
    server.create("demo.test", "--zonefile", write(server, "zone", zone))
    done = server.sworn("zone", "sync", "demo.test", os.path.join(server.folder, "zone"), "--key",
                        server.key())
    assert requests_of(done) == 0, done.stderr
    check_signed(server, without=["ldns-verify-zone"])  # takes "\@" in RDATA for the root


@pytest.mark.parametrize("apex", [".", "odd\\.label.test.", "_x.test.", "UPPER.Test"])
def test_odd_apexes_are_zones_like_others(server, apex):
    server.create(apex, "--ns", "ns.example.")
    server.update(apex, "--set", "www A 192.0.2.1")
    assert "192.0.2.1" in server.export(apex, signed=True)


def generated(rng, serial):
    """A zone of about 150 names, with cuts, DS, glue, DNAME, wildcards and mixed case."""
    lines = [head(serial, minimum=300)]
    for i in rng.sample(range(60), 40):
        kind = rng.randrange(6)
        name = rng.choice(["n{}", "N{}", "n{}.deep", "*.w{}"]).format(i)
        if kind == 0:
            lines.append(f"{name} NS ns.{name}\nns.{name} A 192.0.2.{i}\n")
            if rng.random() < 0.5:
                lines.append(f"{name} DS {i} 13 2 {'%064x' % i}\n")
        elif kind == 1:
            lines.append(f"{name} DNAME target{i}.example.\n")
        elif kind == 2:
            lines.append(f"{name} CNAME target{i}.example.\n")
        else:
            lines.append(f"{name} {rng.choice([60, 300])} A 192.0.2.{rng.randrange(4)}\n")
        for j in range(rng.randrange(3)):
            lines.append(f"h{j}.{name} TXT t{rng.randrange(3)}\n")
    if rng.random() < 0.5:
        lines.append("deep NS ns.example.\n")
    return "".join(lines)


def valid(text):
    """CNAME and DNAME alone where they must be; cuts cannot be wildcards here."""
    owners = {}
    for line in text.splitlines()[5:]:
        fields = line.split()
        owners.setdefault(fields[0].lower(), set()).add(
            fields[2] if fields[1].isdigit() else fields[1])
    return not any("CNAME" in types and len(types) > 1 or "NS" in types and "DNAME" in types
                   or name.startswith("*") and types & {"NS", "DNAME", "DS"}
                   for name, types in owners.items())


def test_generated_differences_leave_a_zone_that_is_fully_signed(server):
    rng = random.Random(7)
    zones = []
    while len(zones) < 25:
        text = generated(rng, len(zones) + 1)
        if valid(text):
            zones.append(text)
    server.create("demo.test", "--zonefile", write(server, "zone", zones[0]))
    for text in zones[1:]:
        path = write(server, "zone", text)
        done = server.sworn("zone", "sync", "demo.test", path, "--key", server.key())
        assert requests_of(done) == 1, done.stderr
        check_signed(server)


def large(count, address, serial=1):
    return head(serial) + "".join(f"n{i:05} A 192.0.2.{address}\n" for i in range(count))


def test_a_large_zone_is_cut_into_batches_that_end_at_the_files_serial(server):
    path = write(server, "zone", large(3000, 1, serial=77))
    done = server.create("demo.test", "--zonefile", path)
    assert "serial 77" in done.stderr, done.stderr
    path = write(server, "zone", large(5000, 2, serial=200))
    done = server.sworn("zone", "sync", "demo.test", path, "--key", server.key())
    assert requests_of(done) > 1 and "serial 200" in done.stderr, done.stderr
    assert server.query("n04999.demo.test", "A").answer, "the batches are published together"
    check_signed(server)


def test_a_batch_that_is_refused_for_its_size_is_halved(server):
    path = write(server, "zone", large(400, 1))
    limit = 20000

    def ask(method, path, body):
        if method == "POST" and path.endswith("updates") or "updates?" in path:
            if len(body) > limit:
                return refusal("limit", "too many record sets", 413)
        return None

    server.create("demo.test")
    with Proxy(server.url, ask=ask) as proxy:
        done = server.sworn("--server", proxy.url, "zone", "sync", "demo.test", path, "--key",
                            server.key())
        sizes = [size for method, _, size in proxy.seen if method == "POST" and size <= limit]
    assert len(sizes) >= 2 and requests_of(done) == len(sizes), (sizes, done.stderr)
    check_signed(server)


def test_a_load_that_breaks_off_is_taken_up_by_sync(server):
    path = write(server, "zone", large(3000, 1, serial=50))
    posts = []

    def ask(method, path, body):
        posts.append(path)
        return refusal("unavailable", "gone", 503) if "updates" in path else None

    with Proxy(server.url, ask=ask) as proxy:
        done = server.sworn("--server", proxy.url, "zone", "create", "demo.test", "--guard",
                            "ed25519", "--key", server.key(), "--zonefile", path, check=False)
    assert done.returncode == 1 and done.stdout == "", (done.stdout, done.stderr)
    assert "zone sync" in done.stderr, done.stderr
    check_signed(server)
    done = server.sworn("zone", "sync", "demo.test", path, "--key", server.key())
    assert "serial 50" in done.stderr, done.stderr
    check_signed(server)


def test_the_argument_can_be_kept_and_sent_once(demo):
    kept = os.path.join(demo.folder, "argument")
    demo.update("demo.test", "--set", "www 300 A 192.0.2.7", "--argument-out", kept)
    assert "192.0.2.7" not in demo.export()
    demo.update("demo.test", "--argument", kept)
    assert "192.0.2.7" in demo.export()
    again = demo.update("demo.test", "--argument", kept, check=False)
    assert again.returncode == 1 and "sequence" in again.stderr, again.stderr


def test_the_owner_changes_and_the_old_key_is_refused(demo):
    new = demo.key("new.key")
    demo.sworn("owner", "change", "demo.test", "--key", demo.key(), "--guard", "ed25519",
               "--owner", new + ".pub")
    old = demo.update("demo.test", "--set", "www 300 A 192.0.2.8", check=False)
    assert old.returncode == 1 and "owner" in old.stderr, old.stderr
    demo.sworn("zone", "update", "demo.test", "--key", new, "--set", "www 300 A 192.0.2.8")
    assert "192.0.2.8" in demo.export()


def test_show_has_the_same_in_json(demo):
    shown = json.loads(demo.sworn("zone", "show", "demo.test", "--json").stdout)
    assert shown["guard_name"] == "ed25519" and shown["sequence"] == 1, shown
    assert any(shown["ds"][0] in line for line in demo.ds()), shown


@pytest.mark.parametrize("arguments", [[], ["zone"], ["zone", "show"], ["zone", "show", "a", "b"],
                                       ["zone", "show", "a", "--cds"], ["zone", "update", "a"],
                                       ["zone", "create", "a", "--guard", "g"], ["nonsense"]])
def test_wrong_usage_ends_with_2_and_says_how(server, arguments):
    done = server.sworn(*arguments, check=False)
    assert done.returncode == 2 and done.stderr.startswith("sworn: "), done.stderr
