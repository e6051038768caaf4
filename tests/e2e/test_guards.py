"""The guards of the library through real servers: what their owners sign happens once, in one zone, and nothing else does."""
import os
import shutil
import subprocess

import pytest

import harness
import library
import owner
from library import Ed25519Key, Multisig, Nobody, OneKey, P256Key, Sig0, WalletKey, Zone, www

HOLDERS = {
    "ed25519": lambda: OneKey(Ed25519Key()),
    "p256": lambda: OneKey(P256Key()),
    "secp256k1-personal": lambda: OneKey(WalletKey(library.PERSONAL)),
    "secp256k1-typed": lambda: OneKey(WalletKey(library.TYPED)),
    "multisig": lambda: Multisig(3, Ed25519Key(), P256Key(), WalletKey(library.TYPED),
                                 WalletKey(library.PERSONAL), Ed25519Key()),
    "sig0": Sig0,
}


@pytest.mark.parametrize("name", HOLDERS)
def test_a_guard_from_creation_to_another_guard_and_back(make_server, name):
    library.walk(make_server, HOLDERS[name]())


def made(server, holder):
    zone = Zone(server, holder)
    status, body = zone.create()
    assert status == 201, (status, body)
    return zone


# multisig

def test_any_m_of_the_keys_are_enough(server):
    holder = HOLDERS["multisig"]()
    zone = made(server, holder)
    for number, indexes in enumerate(([0, 1, 2], [1, 3, 4], [0, 1, 2, 3, 4]), 1):
        message = zone.message(www(f"192.0.2.{number}"))
        argument = library.keys_argument(message, holder.signatures(message, indexes))
        assert zone.post(argument)[0] == 200
        assert zone.addresses() == [f"192.0.2.{number}"]


def test_a_wrong_signature_beside_enough_right_ones_is_refused(server):
    holder = HOLDERS["multisig"]()
    zone = made(server, holder)
    message = zone.message(www("192.0.2.66"))
    signatures = holder.signatures(message, [0, 1, 2]) | {4: Ed25519Key().sign(message)}
    zone.refused(library.keys_argument(message, signatures), "does not match key 4 of the set")


def test_m_keys_change_the_set_and_the_new_set_decides(server):
    holder = HOLDERS["multisig"]()
    zone = made(server, holder)
    successor = Zone(server, Multisig(1, *holder.keys[:2]))
    change = zone.message(owner.new_owner(successor.holder.environment()))
    zone.refused(library.keys_argument(change, holder.signatures(change, [0, 1])),
                 "signatures: 2, must be 3")
    zone.done(owner.new_owner(successor.holder.environment()))
    zone.refused(zone.argument(www("192.0.2.66")), "")
    library.accepted(successor, "192.0.2.1")


@pytest.mark.parametrize("environment, words", [
    (b"", "there is no key set"),
    (b"\0\1", "the key set is empty"),
    (b"\1\1" + bytes(31), "a key is cut short"),
    (b"\1\1" + bytes(32), "how many have to sign is missing"),
    (b"\1\1" + bytes(32) + b"\0", "0 of 1 keys cannot be what is wanted"),
    (b"\1\1" + bytes(32) + b"\2", "2 of 1 keys cannot be what is wanted"),
    (b"\1\1" + bytes(32) + b"\1\1", "there are octets behind it"),
    (b"\2" + 2 * (b"\1" + bytes(32)) + b"\1", "a key is there twice"),
    (b"\1\4" + bytes(32) + b"\1", "a key is of a type that is not known"),
    (b"\1\2" + bytes(65) + b"\1", "its first octet is not 04"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_no_zone_gets_a_key_set_that_nobody_can_use(demo, environment, words):
    zone = owner.Owner(demo)
    before = zone.leaf()
    status, body = zone.send(owner.new_owner(environment, library.wasm("multisig")))
    assert status == 403 and "environment: " in body["error"]["message"], (status, body)
    assert words in body["error"]["message"]
    assert zone.leaf() == before


# secp256k1

def test_a_signature_with_a_high_s_is_as_good_and_works_once(server):
    key = WalletKey()
    zone = made(server, OneKey(key))
    message = zone.message(www("192.0.2.1"))
    assert zone.post(message + key.sign(message, high=True))[0] == 200
    zone.refused(message + key.sign(message), "sequence is")


def test_a_wallet_is_not_asked_to_sign_what_it_cannot_show(server):
    key = WalletKey()
    zone = made(server, OneKey(key))
    for value, words in ((owner.put("www", "TXT", "\"\u00e4\""), "a record's content holds other"),
                         (owner.put("w w", "A", "192.0.2.1"), "a name holds other"),
                         (owner.put("www", "A", "192.0.2.1\nremove @ NS"), "content holds other"),
                         (owner.put("www", "A", "192.0.2.1", "1 A"), "a ttl is not a number"),
                         (owner.record(b"{}"), "JSON is not as it has to be"),
                         (owner.operation(9, b""), "of a kind that has no words")):
        message = zone.message(value)
        zone.refused(message + bytes([1]) + bytes(65), "a wallet cannot show this message: ")
        zone.refused(message + bytes([2]) + bytes(65), words)
    zone.refused(zone.message(www("192.0.2.1")) + bytes([3]) + bytes(65),
                 "no signature scheme has number 3: 1 is personal_sign, 2 typed data")


def test_a_signature_of_one_scheme_is_none_of_the_other(server):
    key = WalletKey()
    zone = made(server, OneKey(key))
    message = zone.message(www("192.0.2.66"))
    for scheme in (library.PERSONAL, library.TYPED):
        signature = WalletKey(scheme, key.secret).sign(message)
        zone.refused(message + bytes([3 - scheme]) + signature[1:], "signature is by 0x")


# immutable

def test_an_immutable_zone_stays_as_it_was_created(server):
    zone = Zone(server, Nobody())
    status, body = zone.create(argument=b"")
    assert status == 403 and "argument is empty" in body["error"]["message"], body
    status, body = zone.create(*owner.first_records(), www("192.0.2.1"))
    assert status == 201, body
    for operations in ((www("192.0.2.66"),), (owner.new_owner(b""),), (owner.remove_zone(),), ()):
        zone.refused(zone.argument(*operations), "this zone is immutable")
    zone.refused(b"", "this zone is immutable")
    server.restart()
    assert zone.addresses() == ["192.0.2.1"]


def test_a_zone_becomes_immutable_and_nobody_gets_it_back(demo):
    zone = owner.Owner(demo)
    code = library.wasm("immutable")
    status, body = zone.send(owner.new_owner(b"anybody", code))
    assert status == 403 and "nobody owns this zone" in body["error"]["message"], body
    zone.done(owner.new_owner(b"", code))
    status, body = zone.send(owner.put("www", "A", "192.0.2.66"))
    assert status == 403 and "this zone is immutable" in body["error"]["message"], body
    status, body = zone.send(owner.new_owner(zone.key.public, owner.guard()))
    assert status == 403 and "this zone is immutable" in body["error"]["message"], body
    assert demo.query("www.demo.test", "A").answer[0][0].address == "192.0.2.1"


# The library as a whole

def test_guards_are_the_same_octets_wherever_they_are_built(tmp_path):
    """From copies of what guards/build reads, in folders of other names, whatever the environment says."""
    if shutil.which("clang") is None:
        pytest.skip("clang is not installed")
    names = sorted(name for name in os.listdir(os.path.join(harness.ROOT, "guards", "library"))
                   if os.path.exists(os.path.join(harness.GUARDS, name + ".wasm")))
    assert "ed25519" in names and "sig0" in names
    for copy, chosen in (("a", ["multisig"]), ("a folder of another name", names)):
        for folder in ("guards", "core"):
            shutil.copytree(os.path.join(harness.ROOT, folder), tmp_path / copy / folder,
                            ignore=shutil.ignore_patterns("target"))
        for name in chosen:
            out = tmp_path / copy / f"{name}.wasm"
            done = subprocess.run([tmp_path / copy / "guards" / "build", name, out], cwd=tmp_path,
                                  env={**os.environ, "CPATH": str(tmp_path), "LC_ALL": "C.UTF-8",
                                       "CCC_OVERRIDE_OPTIONS": "#O0", "SOURCE_DATE_EPOCH": "1"},
                                  capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            assert out.read_bytes() == library.wasm(name), f"{name}: the build folder has another"
