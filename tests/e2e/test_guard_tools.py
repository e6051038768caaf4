"""`sworn` and guards: keys of every kind, arguments by format, signers outside, check, run, list, and rebuilding what a hash names."""
import json
import os
import shutil
import subprocess

import pytest

import harness
import library
import owner

PUBLIC_OF = {"ed25519": "ed25519", "p256": "p256", "secp256k1": "secp256k1"}


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

    server.sworn("zone", "update", "demo.test", "--key", keys[1], "--set", "www A 192.0.2.1",
                 "--sign-with", "octets", "--argument-out", "request")
    shown = server.sworn("argument", "show", "request").stdout
    assert "set www auto A 192.0.2.1" in shown
    assert [line.split()[-2:] == ["has", "signed"] for line in shown.splitlines()
            if line.startswith("owner")] == [False, True, False], shown
    done = server.sworn("zone", "update", "demo.test", "--argument", "request", check=False)
    assert done.returncode == 1, done.stderr
    done = server.sworn("argument", "sign", "request", "--key", make_key(server, "x"), check=False)
    assert done.returncode == 1 and "none of the zone's owners" in done.stderr, done.stderr
    done = server.sworn("argument", "sign", "request", "--key", keys[0])
    assert "2 of 3 owners have signed" in done.stderr, done.stderr
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
