"""`sworn` and guards: keys of every kind, arguments by format, signers outside, check, run, list, and rebuilding what a hash names."""
import json
import os
import shutil
import subprocess

import dns.query
import dns.tsigkeyring
import dns.update
import pytest

import harness
import library
import owner
from proxy import Proxy


def make_key(server, name, kind="ed25519"):
    path = os.path.join(server.folder, name)
    server.sworn("key", "new", path, "--type", kind)
    return path


def write(server, name, octets):
    path = os.path.join(server.folder, name)
    with open(path, "wb") as file:
        file.write(octets if isinstance(octets, bytes) else octets.encode())
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def openssl(*arguments, **options):
    done = subprocess.run(["openssl", *arguments], capture_output=True, **options)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def create(server, guard, *arguments, apex="demo.test", check=True):
    return server.sworn("zone", "create", apex, "--guard", guard, "--ns", "ns1.example.net",
                        *arguments, check=check)


def has(server, text, name="www.demo.test"):
    return text in server.query(name, "A").to_text()


# Keys and formats.

@pytest.mark.parametrize("kind", ["ed25519", "p256", "secp256k1"])
def test_a_key_of_each_type_owns_a_zone_of_its_guard(server, kind):
    key, other = make_key(server, "k", kind), make_key(server, "other", kind)
    create(server, kind, "--key", key)
    server.sworn("zone", "update", "demo.test", "--key", key, "--set", "www A 192.0.2.1")
    assert has(server, "192.0.2.1")
    done = server.sworn("zone", "update", "demo.test", "--key", other, "--set", "www A 192.0.2.6",
                        check=False)
    assert done.returncode == 1 and "signature" in done.stderr, done.stderr
    server.sworn("owner", "change", "demo.test", "--key", key, "--guard", kind, "--owner",
                 other + ".pub")
    server.sworn("zone", "update", "demo.test", "--key", other, "--set", "www A 192.0.2.2")
    assert has(server, "192.0.2.2")
    server.sworn("zone", "policy", "demo.test", "--key", other, "--zonemd", "on")
    server.sworn("zone", "remove", "demo.test", "--key", other)


@pytest.mark.parametrize("guard, kind", [("p256", "ed25519"), ("ed25519", "secp256k1"),
                                         ("secp256k1", "p256")])
def test_a_key_of_another_type_is_named_before_anything_is_sent(server, guard, kind):
    done = create(server, guard, "--key", make_key(server, "k", kind), check=False)
    assert done.returncode == 1, done.stderr
    assert f"wants a key of type {guard}" in done.stderr and kind in done.stderr, done.stderr
    good = make_key(server, "good", guard)
    create(server, guard, "--key", good)
    done = server.sworn("zone", "update", "demo.test", "--key", os.path.join(server.folder, "k"),
                        "--set", "www A 192.0.2.1", check=False)
    assert done.returncode == 1 and f"by a key of type {guard}" in done.stderr, done.stderr


@pytest.mark.parametrize("guard, arguments", [
    ("ed25519", ("genpkey", "-algorithm", "ed25519")),
    ("p256", ("ecparam", "-genkey", "-name", "prime256v1")),
    ("secp256k1", ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1")),
])
def test_keys_that_openssl_made_own_zones(server, guard, arguments):
    key = write(server, "key.pem", openssl(*arguments))
    public = write(server, "key.pub.pem", openssl("pkey", "-in", key, "-pubout"))
    create(server, guard, "--key", key, "--owner", public)
    server.sworn("zone", "update", "demo.test", "--key", key, "--set", "www A 192.0.2.1")
    assert has(server, "192.0.2.1")


def test_keys_that_ssh_keygen_made_own_zones(server):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen (package openssh-client) is not installed")
    key = os.path.join(server.folder, "id")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    create(server, "ed25519", "--key", key, "--owner", key + ".pub")
    server.sworn("zone", "update", "demo.test", "--key", key, "--set", "www A 192.0.2.1")
    assert has(server, "192.0.2.1")


def test_two_of_three_owners_of_any_type(server):
    keys = [make_key(server, kind, kind) for kind in ("ed25519", "p256", "secp256k1")]
    owners = ["--owner", *(key + ".pub" for key in keys)]
    done = create(server, "multisig", *owners, "--key", keys[0], "--key", keys[1], check=False)
    assert done.returncode == 1 and "--threshold" in done.stderr, done.stderr
    create(server, "multisig", *owners, "--threshold", "2", "--key", keys[2], "--key", keys[0])

    for i, (one, two) in enumerate([(0, 1), (2, 0), (1, 2)]):
        server.sworn("zone", "update", "demo.test", "--key", keys[one], "--key", keys[two], "--set",
                     f"www A 192.0.2.{i}")
        assert has(server, f"192.0.2.{i}")
    done = server.sworn("zone", "update", "demo.test", "--key", keys[1], "--set", "www A 192.0.2.9",
                        check=False)
    assert done.returncode == 1 and "2" in done.stderr, done.stderr
    done = server.sworn("zone", "update", "demo.test", "--key", keys[1], "--key",
                        make_key(server, "stranger"), "--set", "www A 192.0.2.9", check=False)
    assert done.returncode == 1 and "none of the zone's owners" in done.stderr, done.stderr


def test_a_large_zone_is_loaded_by_several_owners(server):
    keys = [make_key(server, "a"), make_key(server, "b", "p256")]
    signing = ["--key", keys[0], "--key", keys[1]]
    lines = [f"h{i} 300 A 192.0.2.{i % 250}" for i in range(5000)]
    head = "@ 3600 SOA ns1.example.net. host.example.net. 1 7200 3600 1209600 300\n" \
           "@ 3600 NS ns1.example.net.\n"
    path = write(server, "zone.txt", "$ORIGIN demo.test.\n" + head + "\n".join(lines) + "\n")
    server.sworn("zone", "create", "demo.test", "--guard", "multisig", "--threshold", "2",
                 "--zonefile", path, *signing)
    write(server, "zone.txt", "$ORIGIN demo.test.\n" + head + "\n".join(lines[1:]) + "\n")
    done = server.sworn("zone", "sync", "demo.test", path, *signing)
    assert "1 names differed, 1 requests" in done.stderr, done.stderr


def test_a_zone_that_nobody_owns(server):
    create(server, "immutable")
    done = server.sworn("zone", "update", "demo.test", "--key", server.key(), "--set",
                        "www A 192.0.2.1", check=False)
    assert done.returncode == 1 and "immutable" in done.stderr, done.stderr


# Signers outside.

def test_a_wallet_is_shown_text_and_its_signature_completes_the_request(server):
    wallet = library.WalletKey()
    address = "0x" + wallet.public.hex()
    request = os.path.join(server.folder, "creation")
    text = os.path.join(server.folder, "text")

    # At creation too: nothing is there yet but what is going to be.
    common = ("zone", "create", "demo.test", "--guard", "secp256k1", "--owner", address)
    server.sworn(*common, "--ns", "ns1.example.net", "--sign-with", "text", "--argument-out",
                 request, "--message-out", text)
    assert read(text).startswith(b"sworn update\nzone: demo.test.\nzone id: 0x" + b"0" * 64)
    signature = library.secp256k1_sign(wallet.secret, library.keccak256(
        b"\x19Ethereum Signed Message:\n%d" % len(read(text)) + read(text)))
    server.sworn("argument", "sign", request, "--signature", "0x" + signature.hex())
    server.sworn(*common, "--argument", request, "--keep", os.path.join(server.folder, "kept"))
    assert os.path.exists(os.path.join(server.folder, "kept.zones", "demo.test.json"))

    # Print, paste, done.
    script = ("zone", "update", "demo.test", "--set", "www 300 A 192.0.2.1", "--sign-with", "text")
    process = subprocess.Popen([harness.SWORN, "--server", server.url, *script], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env={**os.environ,
                                                            "SWORN_GUARDS": harness.GUARDS})
    shown = ""
    while "\nset www 300 A 192.0.2.1\n" not in shown:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        shown += line
    shown = shown[:-1].encode()
    zone_id = bytes.fromhex(server.show()["zone_id"])
    assert f"zone id: 0x{zone_id.hex()}\nsequence: 1\n\n".encode() in shown
    signature = library.secp256k1_sign(wallet.secret, library.keccak256(
        b"\x19Ethereum Signed Message:\n%d" % len(shown) + shown))
    _, errors = process.communicate("0x" + signature.hex() + "\n", timeout=harness.WAIT)
    assert process.returncode == 0 and "signed by secp256k1 0x" in errors, errors
    assert has(server, "192.0.2.1")


def test_a_wallet_is_shown_typed_data(server):
    wallet = library.WalletKey(library.TYPED)
    address = "0x" + wallet.public.hex()
    server.sworn("zone", "create", "demo.test", "--guard", "secp256k1", "--owner", address, "--ns",
                 "ns1.example.net", "--argument-out", "r0", "--sign-with", "octets",
                 "--message-out", "m0")
    signature = wallet.sign(read(os.path.join(server.folder, "m0")))
    server.sworn("argument", "sign", "r0", "--signature", signature[1:].hex())
    server.sworn("zone", "create", "demo.test", "--guard", "secp256k1", "--owner", address,
                 "--argument", "r0")

    server.sworn("zone", "update", "demo.test", "--set", 'txt TXT "a \\"b\\""', "--add",
                 "www A 192.0.2.1", "--sign-with", "typed", "--argument-out", "r1",
                 "--message-out", "typed.json")
    server.sworn("argument", "show", "r1", "--sign-with", "octets", "--message-out", "m1")
    message = read(os.path.join(server.folder, "m1"))
    domain, types, value = library.typed_data(message)
    shown = json.loads(read(os.path.join(server.folder, "typed.json")))
    assert shown["domain"] == domain and shown["message"] == value
    assert shown["types"]["Update"] == types["Update"] and shown["primaryType"] == "Update"
    server.sworn("argument", "sign", "r1", "--signature", wallet.sign(message)[1:].hex())
    server.sworn("zone", "update", "demo.test", "--argument", "r1")
    assert has(server, "192.0.2.1")


@pytest.mark.parametrize("guard, make, sign", [
    ("ed25519", ("genpkey", "-algorithm", "ed25519"), ("pkeyutl", "-sign", "-rawin", "-inkey")),
    ("p256", ("ecparam", "-genkey", "-name", "prime256v1"), ("dgst", "-sha256", "-sign")),
])
def test_openssl_signs_octets(server, guard, make, sign):
    key = write(server, "key.pem", openssl(*make))
    create(server, guard, "--key", key)
    server.sworn("zone", "update", "demo.test", "--set", "www A 192.0.2.1", "--sign-with", "octets",
                 "--argument-out", "request", "--message-out", "message")
    message = os.path.join(server.folder, "message")
    if guard == "ed25519":
        signature = openssl(*sign, key, "-in", message)
    else:
        signature = openssl(*sign, key, message)
    write(server, "signature", signature)
    server.sworn("argument", "sign", "request", "--signature", "signature")
    server.sworn("zone", "update", "demo.test", "--argument", "request")
    assert has(server, "192.0.2.1")


def test_a_request_goes_from_owner_to_owner(server):
    keys = [make_key(server, "a"), make_key(server, "b", "p256"), make_key(server, "c")]
    owners = ["--owner", *(key + ".pub" for key in keys)]
    create(server, "multisig", *owners, "--threshold", "2", "--key", keys[0], "--key", keys[1])

    shown = server.sworn("verify", "demo.test", "--dns", f"127.0.0.1:{server.port}").stdout
    assert "ok           threshold: 2 of these keys have to sign" in shown, shown
    server.sworn("zone", "update", "demo.test", "--key", keys[1], "--set", "www A 192.0.2.1",
                 "--sign-with", "octets", "--argument-out", "request")
    shown = server.sworn("argument", "show", "request").stdout
    assert "set www auto A 192.0.2.1" in shown
    assert [line.split()[-2:] == ["has", "signed"] for line in shown.splitlines()
            if line.startswith("key")] == [False, True, False], shown
    done = server.sworn("zone", "update", "demo.test", "--argument", "request", check=False)
    assert done.returncode == 1, done.stderr
    done = server.sworn("argument", "sign", "request", "--key", make_key(server, "x"), check=False)
    assert done.returncode == 1 and "none of the zone's owners" in done.stderr, done.stderr
    done = server.sworn("argument", "sign", "request", "--key", keys[0])
    assert "2 of 3 keys have signed" in done.stderr, done.stderr
    assert "set www auto A 192.0.2.1" in done.stdout, "what is signed is said"
    server.sworn("argument", "show", "request", "--argument-out", "argument")
    server.sworn("zone", "update", "demo.test", "--argument", "request")
    assert has(server, "192.0.2.1")

    # Once: the same request is for a sequence that is past.
    done = server.sworn("zone", "update", "demo.test", "--argument", "request", check=False)
    assert done.returncode == 1 and "for sequence 1, and the next" in done.stderr, done.stderr
    status, body = server.post("/v1/zones/demo.test/updates",
                               read(os.path.join(server.folder, "argument")))
    assert status == 403 and "sequence is 1" in body["error"]["message"], body


def test_an_owner_changes_by_a_request_that_was_kept(server):
    key, new = make_key(server, "old"), make_key(server, "new", "p256")
    create(server, "ed25519", "--key", key)
    server.sworn("owner", "change", "demo.test", "--key", key, "--guard", "p256", "--owner",
                 new + ".pub", "--sign-with", "octets", "--argument-out", "request",
                 "--message-out", "m")
    shown = server.sworn("argument", "show", "request").stdout
    assert f"owner code sha256 0x{owner.sha256(library.wasm('p256')).hex()}" in shown, shown
    server.sworn("zone", "update", "demo.test", "--argument", "request")
    server.sworn("zone", "update", "demo.test", "--key", new, "--set", "www A 192.0.2.1")
    assert has(server, "192.0.2.1")
    server.sworn("zone", "remove", "demo.test", "--key", new, "--sign-with", "octets",
                 "--argument-out", "end", "--message-out", "m")
    server.sworn("zone", "update", "demo.test", "--argument", "end")
    assert server.get("/v1/zones/demo.test")[0] in (404, 410)


def test_signatures_that_are_not_right_do_not_get_into_a_request(server):
    key = make_key(server, "k")
    create(server, "ed25519", "--key", key)
    server.sworn("zone", "update", "demo.test", "--set", "www A 192.0.2.1", "--sign-with", "octets",
                 "--argument-out", "request", "--message-out", "m")
    before = read(os.path.join(server.folder, "request"))
    good = owner.Key(key).sign(read(os.path.join(server.folder, "m")))
    for wrong in ("00" * 64, "00" * 65, "0x12", "nothing", good[:63].hex(),
                  bytes([good[0] ^ 1]).hex() + good[1:].hex()):
        done = server.sworn("argument", "sign", "request", "--signature", wrong, check=False)
        assert done.returncode == 1 and "signature" in done.stderr, (wrong, done.stderr)
    assert read(os.path.join(server.folder, "request")) == before
    done = server.sworn("zone", "update", "demo.test", "--argument", "request", check=False)
    assert done.returncode == 1 and "nobody has signed" in done.stderr, done.stderr
    # One that was tampered with says whose signature is not right.
    server.sworn("argument", "sign", "request", "--signature", good.hex())
    signed = read(os.path.join(server.folder, "request"))
    write(server, "request", signed.replace(b"192.0.2.1", b"192.0.2.6"))
    done = server.sworn("argument", "show", "request", check=False)
    assert done.returncode == 3 and "is not right" in done.stderr, done.stderr


def test_signatures_in_files_with_short_names_and_what_is_said_of_the_next_step(server):
    key = make_key(server, "k")
    asked = ("--sign-with", "octets", "--argument-out", "request", "--message-out", "m")
    done = server.sworn("zone", "create", "demo.test", "--guard", "ed25519", "--key", key, "--ns",
                        "ns1.example.net", *asked)
    assert "this command again" in done.stderr and "zone update" not in done.stderr, done.stderr
    os.remove(os.path.join(server.folder, "request"))
    create(server, "ed25519", "--key", key)
    done = server.sworn("zone", "update", "demo.test", "--set", "www A 192.0.2.1", *asked)
    assert "'sworn zone update demo.test --argument request'" in done.stderr, done.stderr
    # Four letters are base64 as well: the file of that name is meant.
    write(server, "sig1", owner.Key(key).sign(read(os.path.join(server.folder, "m"))))
    done = server.sworn("argument", "sign", "request", "--signature", "sig1")
    assert "signed by ed25519 " in done.stderr, done.stderr
    done = server.sworn("argument", "sign", "request", "--key", key)
    assert "signed by ed25519 " in done.stderr, done.stderr
    server.sworn("zone", "update", "demo.test", "--argument", "request")


def test_who_gives_no_signature_or_half_a_command_is_told_what_to_do(server):
    create(server, "ed25519", "--key", make_key(server, "k"))
    done = server.sworn("zone", "update", "demo.test", "--set", "www A 192.0.2.1", "--sign-with",
                        "octets", check=False)
    assert done.returncode == 1 and "--argument-out" in done.stderr, done.stderr
    done = server.sworn("zone", check=False)
    assert done.returncode == 2 and "create" in done.stderr and "sync" in done.stderr, done.stderr
    done = server.sworn("zoo", check=False)
    assert done.returncode == 2 and "no such command" in done.stderr, done.stderr
    done = create(server, "delegate", "--key", make_key(server, "d"), apex="d.test", check=False)
    assert done.returncode == 1 and "guards/tools/environment" in done.stderr, done.stderr
    done = create(server, "ed25519", "--key", make_key(server, "e"), "--ns", "ns1", apex="e.test")
    assert "the name ns1.," in done.stderr, done.stderr
    done = server.sworn("verify", "demo.test", "--dns", "127.0.0.1:1", check=False)
    assert done.returncode == 1 and "--dns ADDRESS:PORT" in done.stderr, done.stderr


# Offline: list, check, run.

def sworn(*arguments, check=True, folder=None):
    """The tool without a server."""
    done = subprocess.run([harness.SWORN, "--server", "http://127.0.0.1:1", *map(str, arguments)],
                          capture_output=True, text=True, cwd=folder, timeout=harness.WAIT,
                          stdin=subprocess.DEVNULL,
                          env={**os.environ, "SWORN_GUARDS": harness.GUARDS})
    if check:
        assert done.returncode == 0, f"sworn {arguments}\n{done.stdout}{done.stderr}"
    return done


ZONE = """$ORIGIN demo.test.
@ 3600 SOA ns1.example.net. host.example.net. 1 7200 3600 1209600 300
@ 3600 NS ns1.example.net.
www 300 A 192.0.2.1
www 300 A 192.0.2.2
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with a zone's records and a key of each type."""
    (tmp_path / "zone.txt").write_text(ZONE)
    for kind in ("ed25519", "p256", "secp256k1"):
        sworn("key", "new", kind, "--type", kind, folder=tmp_path)
    return tmp_path


def wat(folder, name, text):
    if shutil.which("wat2wasm") is None:
        pytest.skip("wat2wasm (package wabt) is not installed")
    source = folder / (name + ".wat")
    source.write_text(text)
    subprocess.run(["wat2wasm", "--enable-all", source, "-o", folder / (name + ".wasm")],
                   check=True)
    return folder / (name + ".wasm")


def test_every_guard_of_the_library_is_listed_with_its_hash():
    shown = sworn("guard", "list").stdout
    built = [name[:-5] for name in os.listdir(harness.GUARDS) if name.endswith(".wasm")]
    for name in built:
        octets = library.wasm(name)
        assert f"{name}\n" in shown and owner.sha256(octets).hex() in shown, name
        assert f"{len(octets)} octets" in shown, name
    assert "not of the library that this sworn knows" not in shown


def test_every_guard_of_the_library_would_be_taken():
    for name in os.listdir(harness.GUARDS):
        if name.endswith(".wasm"):
            shown = sworn("guard", "check", name[:-5]).stdout
            assert f"library    {name[:-5]}\n" in shown and "takes it" in shown, shown
            assert "exports    memory setup handle_update_request" in shown, shown


BODY = '(func (export "setup")) (func (export "handle_update_request"))'


@pytest.mark.parametrize("text, options, words", [
    (f'(module (memory (export "memory") 65) {BODY})', [], "starts with 65 pages of memory"),
    (f'(module (memory (export "memory") 65) {BODY})', ["--limit", "memory=65"], None),
    (f'(module (memory (export "memory") 1) (table 10001 funcref) {BODY})', [], "10001 elements"),
    (f'(module (memory (export "memory") 1) (func (result f32) f32.const 1) {BODY})', [], "float"),
    (f'(module (import "fdns" "open_file" (func)) (memory (export "memory") 1) {BODY})', [],
     "fdns.open_file"),
    (f'(module (import "env" "now" (func)) (memory (export "memory") 1) {BODY})', [], "env.now"),
    (f'(module (memory 1) {BODY})', [], "does not export memory"),
    ('(module (memory (export "memory") 1) (func (export "setup")))', [], "handle_update_request"),
    (f'(module (memory (export "memory") 1) {BODY})', ["--limit", "code=10"], "the limit is 10"),
    (f'(module (memory (export "memory") 1) {BODY})', ["--limit", "fuel=1000"], "out of fuel"),
    (f'(module (memory (export "memory") 1) {BODY})', ["--limit", "memory=100000"], "no policy"),
])
def test_check_says_what_a_module_would_be_refused_for(tmp_path, text, options, words):
    path = wat(tmp_path, "guard", text)
    done = sworn("guard", "check", path, *options, check=False)
    if words is None:
        assert done.returncode == 0 and "takes it" in done.stdout, done.stderr
    else:
        assert done.returncode == 1 and words in done.stderr, (done.stdout, done.stderr)
        assert "takes it" not in done.stdout


@pytest.mark.parametrize("octets", [b"", b"\0asm", b"no module", b"\0asm\1\0\0\0\2\xff\xff\xff\xff\x0f"])
def test_check_of_what_is_no_module(tmp_path, octets):
    (tmp_path / "guard.wasm").write_bytes(octets)
    done = sworn("guard", "check", tmp_path / "guard.wasm", check=False)
    assert done.returncode == 1 and "cannot be used" in done.stderr, done.stderr


def test_check_shows_names_that_would_steer_a_terminal_as_text(tmp_path):
    path = wat(tmp_path, "guard", '(module (import "fdns" "\\1b[2J" (func)) '
                                  f'(memory (export "memory") 1) {BODY})')
    done = sworn("guard", "check", path, check=False)
    assert done.returncode == 1 and "\x1b" not in done.stdout + done.stderr
    assert "\\x1B[2J" in done.stdout


def test_run_shows_operations_in_order_and_the_difference(folder):
    shown = sworn("guard", "run", "ed25519", "--apex", "demo.test", "--zonefile", "zone.txt",
                  "--key", "ed25519", "--set", "www 300 A 192.0.2.9", "--add", "new AAAA ::1",
                  "--now", "5", "--records", folder=folder).stdout
    first, second = shown.index('"mode":"Set"'), shown.index('"mode":"Append"')
    assert "handle_update_request, sequence 1, now 5\n" in shown and first < second
    lines = shown.splitlines()
    assert [line for line in lines if line[:2] in ("- ", "+ ")] == [
        "+ new.demo.test. 3600 IN AAAA ::1",
        "- www.demo.test. 300 IN A 192.0.2.1",
        "- www.demo.test. 300 IN A 192.0.2.2",
        "+ www.demo.test. 300 IN A 192.0.2.9",
    ], shown
    assert "www.demo.test. 300 IN A 192.0.2.9" in lines, shown
    fuel = [line for line in lines if line.startswith("fuel ")]
    again = sworn("guard", "run", "ed25519", "--apex", "demo.test", "--zonefile", "zone.txt",
                  "--key", "ed25519", "--set", "www 300 A 192.0.2.9", "--add", "new AAAA ::1",
                  "--now", "5", folder=folder).stdout
    assert fuel == [line for line in again.splitlines() if line.startswith("fuel ")] != []


def test_run_says_why_a_guard_refuses_and_what_is_no_zone(folder):
    common = ("guard", "run", "ed25519", "--apex", "demo.test", "--zonefile", "zone.txt")
    public = ("--owner", "ed25519.pub")
    done = sworn(*common, *public, check=False, folder=folder)
    assert done.returncode == 1 and "argument is empty" in done.stderr, done.stderr
    assert "refused" in done.stdout
    sworn("key", "new", "other", folder=folder)
    done = sworn(*common, *public, "--key", "other", "--set", "a A 192.0.2.1", check=False,
                 folder=folder)
    assert done.returncode == 1 and "none of the zone's owners" not in done.stdout
    done = sworn(*common, "--key", "ed25519", "--set", "www CNAME a", check=False, folder=folder)
    assert done.returncode == 1 and "CNAME" in done.stderr, done.stderr
    done = sworn(*common[:-2], "--key", "ed25519", "--set", "a A 192.0.2.1", check=False,
                 folder=folder)
    assert done.returncode == 1 and "--zonefile FILE" in done.stderr, done.stderr
    done = sworn(*common, "--key", "ed25519", "--limit", "fuel=20000", "--set", "a A 192.0.2.1",
                 check=False, folder=folder)
    assert done.returncode == 1 and "out of fuel" in done.stderr, done.stderr


def test_run_of_a_request_that_several_signed(folder):
    names = ("ed25519", "p256", "secp256k1")
    shown = sworn("guard", "run", "multisig", "--apex", "demo.test", "--zonefile", "zone.txt",
                  "--owner", *(name + ".pub" for name in names), "--threshold", "2", "--key", "p256",
                  "--key", "secp256k1", "--remove", "www A", folder=folder).stdout
    assert "- www.demo.test. 300 IN A 192.0.2.2" in shown and "+ " not in shown, shown


def test_run_of_a_change_of_owner_runs_the_new_ones_setup(folder):
    key = owner.Key(str(folder / "ed25519"))
    message = owner.message("demo.test", bytes([7]) * 32, 3, owner.put("a", "A", "192.0.2.3"),
                            owner.new_owner(b"", library.wasm("immutable")))
    (folder / "argument").write_bytes(owner.signed(key, message))
    shown = sworn("guard", "run", "ed25519", "--apex", "demo.test", "--zonefile", "zone.txt",
                  "--owner", "ed25519.pub", "--argument", "argument", folder=folder).stdout
    assert "sequence 3" in shown and "setup of the new owner" in shown, shown
    assert "+ a.demo.test. 3600 IN A 192.0.2.3" in shown, shown
    broken = owner.message("demo.test", bytes([7]) * 32, 3, owner.new_owner(b"short"))
    (folder / "argument").write_bytes(owner.signed(key, broken))
    done = sworn("guard", "run", "ed25519", "--apex", "demo.test", "--zonefile", "zone.txt",
                 "--owner", "ed25519.pub", "--argument", "argument", check=False, folder=folder)
    assert done.returncode == 1 and "must have 32" in done.stderr, done.stderr


def test_run_of_setup_at_creation_and_after_a_change_of_owner(folder):
    common = ("guard", "run", "ed25519", "--apex", "demo.test", "--key", "ed25519", "--setup")
    shown = sworn(*common, "--set", "@ SOA a. b. 1 2 3 4 5", "--set", "@ NS ns.example.",
                  folder=folder).stdout
    assert "call       setup, sequence 0" in shown and "+ demo.test. 3600 IN NS " in shown, shown
    done = sworn(*common, "--set", "@ NS ns.example.", check=False, folder=folder)
    assert done.returncode == 1 and "SOA" in done.stderr, done.stderr
    shown = sworn(*common, "--sequence", "5", "--zonefile", "zone.txt", folder=folder).stdout
    assert "0 of argument" in shown and "difference 0 record sets" in shown, shown


def test_run_keeps_state_from_call_to_call(folder):
    operation = json.dumps(owner.update_json("x", "TXT", "y"))
    text = operation.replace('"', '\\"')
    path = wat(folder, "counts", f"""(module
      (import "fdns" "state_size" (func $size (result i32)))
      (import "fdns" "state_set" (func $set (param i32 i32)))
      (import "fdns" "update_record" (func $update (param i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "{text}")
      (func (export "setup"))
      (func (export "handle_update_request")
        (call $update (i32.const 0) (i32.const {len(operation)}))
        (call $set (i32.const 0) (i32.add (call $size) (i32.const 1)))))""")
    for size in (1, 2, 3):
        given = ["--state", "state"] if size > 1 else []
        shown = sworn("guard", "run", path, "--apex", "demo.test", "--zonefile", "zone.txt", *given,
                      "--state-out", "state", folder=folder).stdout
        assert f"{size - 1} octets" in shown and f"then {size} octets" in shown, shown
        assert (folder / "state").read_bytes() == operation[:size].encode()
        assert '+ x.demo.test. 3600 IN TXT "y"' in shown, shown


# What a hash names.

def verified(server, *arguments, check=True):
    return server.sworn("verify", "demo.test", "--dns", f"127.0.0.1:{server.port}", *arguments,
                        check=check)


@pytest.mark.parametrize("folder", [harness.ROOT, os.path.join(harness.ROOT, "guards")])
def test_verify_rebuilds_the_guard_from_source(server, folder):
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    create(server, "p256", "--key", make_key(server, "k", "p256"))
    shown = verified(server, "--rebuild", folder).stdout
    assert f"ok           guard: library p256, rebuilt from {folder}\n" in shown, shown
    assert "owner: 1 of 1, p256 " in shown, shown


def test_verify_says_what_is_only_installed_and_what_is_not_known(server):
    create(server, "ed25519", "--key", server.key())
    shown = verified(server).stdout
    assert "guard: library ed25519, as installed here; --rebuild FOLDER" in shown, shown
    assert "ok           engine: wasmi" in shown and "statement: made for us now" in shown, shown

    code = write(server, "moody.wasm", owner.guard("moody"))
    server.sworn("owner", "change", "demo.test", "--key", server.key(), "--guard", code, "--env",
                 write(server, "empty", b""))
    shown = verified(server).stdout
    assert f"not checked  guard: {owner.sha256(owner.guard('moody')).hex()} is none" in shown, shown
    shown = verified(server, "--rebuild", make_checkout(server)).stdout
    assert "not checked  guard: " in shown and "is none of the 1 that" in shown, shown
    done = verified(server, "--rebuild", server.folder, check=False)
    assert done.returncode == 1 and "no checkout" in done.stderr, done.stderr


def make_checkout(server):
    """A folder with a guards/build that makes one guard, which is another."""
    root = os.path.join(server.folder, "checkout")
    os.makedirs(os.path.join(root, "guards", "library", "one"))
    script = os.path.join(root, "guards", "build")
    with open(script, "w") as file:
        file.write("#!/bin/sh\nprintf other > \"$2\"\n")
    os.chmod(script, 0o755)
    return root


@pytest.mark.parametrize("part, command", [
    ("/environment", ("zone", "update", "demo.test", "--set", "www A 192.0.2.1", "--key", "a")),
    ("/environment", ("verify", "demo.test")),
    ("/guard", ("verify", "demo.test")),
    ("/v1/evidence", ("verify", "demo.test")),
])
def test_what_a_server_makes_up_about_the_rule_is_not_believed(server, part, command):
    create(server, "multisig", "--owner", make_key(server, "a") + ".pub",
           make_key(server, "b") + ".pub", "--threshold", "1", "--key",
           os.path.join(server.folder, "a"))

    def lie(method, path, status, body):
        if part == "/v1/evidence" and path.startswith(part):
            return status, body.replace(b"wasmi", b"wasmj")
        return status, body + b"x" if path.endswith(part) else body

    with Proxy(server.url, lie) as proxy:
        done = server.sworn("--server", proxy.url, *command, check=False)
    assert done.returncode == 3, (done.stdout, done.stderr)
    assert part.rsplit("/", 1)[1] in done.stderr, done.stderr
    assert server.query("www.demo.test", "A").answer == []


# A timelock's announcements.

def test_changes_are_announced_executed_and_cancelled(server):
    first, second, new = (make_key(server, name) for name in ("first", "second", "new"))
    terms = write(server, "terms", f"owner {first}.pub\nsecond {second}.pub\ndelay 0s\n"
                                   "records at once\n")
    subprocess.run([os.path.join(harness.ROOT, "guards", "tools", "environment"), "timelock", terms,
                    os.path.join(server.folder, "env")], check=True)
    create(server, "timelock", "--env", "env", "--key", first)
    server.sworn("zone", "update", "demo.test", "--key", first, "--set", "www A 192.0.2.1")
    change = ("owner", "change", "demo.test", "--guard", "ed25519", "--owner", new + ".pub",
              "--key", first)
    zone = owner.Owner(server)

    done = server.sworn(*change, check=False)
    assert done.returncode == 1, done.stderr
    done = server.sworn(*change, "--announce")
    announced = done.stderr.split("announced as ")[1].split()[0]
    assert "keeps the announcement" in done.stderr and len(announced) == 64, done.stderr
    assert zone.leaf()["guard"] == owner.sha256(library.wasm("timelock"))
    shown = server.sworn("zone", "show", "demo.test").stdout
    assert f"announced    {announced}, in sequence 2 by owner, from 20" in shown, shown

    server.sworn("zone", "update", "demo.test", "--key", second, "--cancel", announced)
    done = server.sworn(*change, "--execute", check=False)
    assert done.returncode == 1, done.stderr
    assert "announced " not in server.sworn("zone", "show", "demo.test").stdout

    server.sworn(*change, "--announce")
    server.sworn(*change, "--execute")
    assert zone.leaf()["guard"] == owner.sha256(owner.guard())
    server.sworn("zone", "update", "demo.test", "--key", new, "--set", "www A 192.0.2.2")
    assert has(server, "192.0.2.2")


def test_the_end_of_a_zone_is_announced_before_it_ends(server):
    key = make_key(server, "k")
    terms = write(server, "terms", f"owner {key}.pub\ndelay 0s\n")
    subprocess.run([os.path.join(harness.ROOT, "guards", "tools", "environment"), "timelock", terms,
                    os.path.join(server.folder, "env")], check=True)
    create(server, "timelock", "--env", "env", "--key", key)
    server.sworn("zone", "remove", "demo.test", "--key", key, "--announce")
    assert os.path.exists(os.path.join(server.folder, "k.zones", "demo.test.json"))
    assert server.get("/v1/zones/demo.test")[0] == 200
    server.sworn("zone", "remove", "demo.test", "--key", key, "--execute", "--sign-with", "octets",
                 "--argument-out", "end", "--message-out", "m")
    assert "execute:\n  remove this zone\n" in server.sworn("argument", "show", "end").stdout
    server.sworn("zone", "update", "demo.test", "--argument", "end", "--key", key)
    assert server.get("/v1/zones/demo.test")[0] in (404, 410)


# What a guard may use.

def test_limits_are_chosen_at_creation_shown_and_changed(server):
    key = make_key(server, "k")
    create(server, "ed25519", "--key", key, "--limit", "fuel=400000000", "--limit", "memory=8")
    limits = json.loads(server.sworn("zone", "show", "demo.test", "--json").stdout)["limits"]
    assert (limits["fuel"], limits["memory"], limits["code"]) == (400000000, 8, 1 << 20)
    server.sworn("zone", "policy", "demo.test", "--key", key, "--limit", "memory=16")
    shown = server.sworn("zone", "show", "demo.test").stdout
    assert "memory 16," in shown and "fuel 400000000," in shown, shown
    for wrong, status in (("memory=999999", 1), ("memory", 2), ("memory=-1", 2), ("nothing=1", 2),
                          ("memory=4294967297", 2)):
        done = server.sworn("zone", "policy", "demo.test", "--key", key, "--limit", wrong,
                            check=False)
        assert done.returncode == status and "--limit" in done.stderr, (wrong, done.stderr)


def test_the_relay_signs_for_whatever_guard_the_zone_has_now(server, daemons):
    key, other = make_key(server, "k", "secp256k1"), make_key(server, "other", "p256")
    create(server, "secp256k1", "--key", key)
    port, secret = harness.free_port(), os.path.join(server.folder, "tool.key")
    with open(secret, "w") as file:
        subprocess.run(["tsig-keygen", "tool"], stdout=file, check=True)
    relay = harness.Daemon([harness.SWORN, "--server", server.url, "relay", "demo.test", "--key",
                            key, "--tsig", secret, "--listen", f"127.0.0.1:{port}"], server.folder,
                           env={**os.environ, "SWORN_GUARDS": harness.GUARDS})
    daemons.append(relay)
    harness.wait_for(lambda: "relay: ready" in relay.log() or relay.process.poll() is not None,
                     "the relay")
    with open(secret) as file:
        text = file.read().split('secret "')[1].split('"')[0]
    keyring = dns.tsigkeyring.from_text({"tool.": text})

    def update(address):
        message = dns.update.Update("demo.test", keyring=keyring, keyalgorithm="hmac-sha256")
        message.replace("www", 300, "A", address)
        return dns.query.tcp(message, "127.0.0.1", port=port, timeout=harness.WAIT).rcode()

    assert update("192.0.2.1") == 0 and has(server, "192.0.2.1"), relay.log()
    server.sworn("owner", "change", "demo.test", "--key", key, "--guard", "multisig", "--owner",
                 other + ".pub", key + ".pub", "--threshold", "1")
    assert update("192.0.2.2") == 0 and has(server, "192.0.2.2"), relay.log()
    server.sworn("owner", "change", "demo.test", "--key", key, "--guard", "multisig", "--owner",
                 other + ".pub", "--threshold", "1")
    assert update("192.0.2.3") != 0, relay.log()
    assert "none of the zone's owners" in relay.log()


def test_arguments_that_are_no_requests_are_shown_too(folder):
    keys = [library.Ed25519Key(), library.WalletKey()]
    message = owner.message("demo.test", bytes(32), 9, owner.put("www", "A", "192.0.2.1"),
                            owner.remove("*", "TXT"))
    for argument in (message + keys[0].sign(message), message + keys[1].sign(message), message,
                     library.keys_argument(message, {0: keys[0].sign(message),
                                                     1: keys[1].sign(message)})):
        (folder / "argument").write_bytes(argument)
        shown = sworn("argument", "show", "argument", folder=folder).stdout
        assert shown.startswith(library.readable(message) + "\n"), shown
        assert f"{len(argument) - len(message)} octets" in shown, shown
    for wrong in (b"", b"nothing", message[:-1], b"sworn-request-v1\0", b"sworn-update-v1\0"):
        (folder / "argument").write_bytes(wrong)
        done = sworn("argument", "show", "argument", check=False, folder=folder)
        assert done.returncode == 1 and done.stderr.startswith("sworn: "), (wrong, done.stderr)


def test_a_sync_is_signed_outside_when_it_is_one_request(server):
    wallet = library.WalletKey()
    address = "0x" + wallet.public.hex()
    path = write(server, "zone.txt", ZONE)
    common = ("zone", "create", "demo.test", "--guard", "secp256k1", "--owner", address)
    server.sworn(*common, "--zonefile", path, "--sign-with", "octets", "--argument-out", "r0",
                 "--message-out", "m")
    server.sworn("argument", "sign", "r0", "--signature",
                 wallet.sign(read(os.path.join(server.folder, "m")))[1:].hex())
    server.sworn(*common, "--argument", "r0")
    write(server, "zone.txt", ZONE + "more 60 AAAA 2001:db8::1\n")
    server.sworn("zone", "sync", "demo.test", path, "--sign-with", "octets", "--argument-out", "r1",
                 "--message-out", "m")
    server.sworn("argument", "sign", "r1", "--signature",
                 wallet.sign(read(os.path.join(server.folder, "m")))[1:].hex())
    server.sworn("zone", "update", "demo.test", "--argument", "r1")
    assert "more.demo.test. 60 IN AAAA 2001:db8::1" in server.export()

    write(server, "zone.txt", ZONE + "\n".join(f"h{i} 60 A 192.0.2.1" for i in range(5000)) + "\n")
    done = server.sworn("zone", "sync", "demo.test", path, "--sign-with", "octets",
                        "--argument-out", "r2", "--message-out", "m", check=False)
    assert done.returncode == 1 and "requests, one after the other" in done.stderr, done.stderr
