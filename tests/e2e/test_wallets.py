"""Updates that other people's programs have signed: ethers as a wallet, openssl, keys of ssh-keygen."""
import json
import os
import shutil
import subprocess

import pytest

import harness
import library
from library import Ed25519Key, OneKey, P256Key, WalletKey, Zone, www

from cryptography.hazmat.primitives import serialization

VECTORS = os.path.join(harness.ROOT, "tests", "unit", "guards", "vectors.json")


class Ethers(WalletKey):
    """A wallet that ethers signs with."""

    def sign(self, message):
        if self.scheme == library.PERSONAL:
            asked = {"text": library.readable(message)}
        else:
            asked = dict(zip(("domain", "types", "value"), library.typed_data(message)))
        secret = "0x" + self.secret.to_bytes(32, "big").hex()
        reply = library.node("wallet", "wallet.mjs", {"secret": secret, **asked})
        assert reply["address"].lower() == "0x" + self.public.hex()
        return bytes([self.scheme]) + bytes.fromhex(reply["signature"][2:])


def created(server, key):
    zone = Zone(server, OneKey(key))
    status, body = zone.create()
    assert status == 201, (status, body)
    return zone


@pytest.mark.parametrize("scheme", (library.PERSONAL, library.TYPED))
def test_ethers_owns_a_zone(server, scheme):
    zone = created(server, Ethers(scheme))
    changes = [www("192.0.2.1"), library.owner.put("@", "TXT", '"a; b" \\"c\\"'),
               library.owner.put("*.dev", "CNAME", "www", mode="Append"),
               library.owner.remove("www", "AAAA"), library.owner.remove("", "TXT", 0)]
    zone.done(*changes)
    assert zone.addresses() == ["192.0.2.1"]
    message = zone.message(www("192.0.2.66"))
    zone.refused(zone.message(www("192.0.2.67")) + zone.holder.key.sign(message),
                 "signature is by 0x")


def test_ethers_signs_what_sworn_prints(server):
    """The text and the typed data go to the wallet as the tool has written them."""
    secret = "0x" + bytes(31).hex() + "2a"
    address = library.node("wallet", "wallet.mjs", {"secret": secret, "text": ""})["address"]
    made = ("zone", "create", "demo.test", "--guard", "secp256k1", "--owner", address)
    changed = ("zone", "update", "demo.test")
    for request, (command, asked, scheme) in {
            "r0": (made, ("--ns", "ns1.example.net"), "text"),
            "r1": (changed, ("--set", "www 300 A 192.0.2.1", "--add", 'x TXT "\\"a;"'), "typed"),
            "r2": (changed, ("--remove", "www A"), "text")}.items():
        server.sworn(*command, *asked, "--sign-with", scheme, "--message-out", "shown",
                     "--argument-out", request)
        with open(os.path.join(server.folder, "shown")) as file:
            shown = file.read()
        if scheme == "text":
            asked = {"text": shown}
        else:
            typed = json.loads(shown)
            assert typed["primaryType"] == "Update"
            asked = {"domain": typed["domain"], "value": typed["message"],
                     "types": {"Update": typed["types"]["Update"]}}
        signature = library.node("wallet", "wallet.mjs", {"secret": secret, **asked})["signature"]
        server.sworn("argument", "sign", request, "--signature", signature)
        server.sworn(*command, "--argument", request)
    assert server.query("www.demo.test", "A").answer == []
    assert server.query("x.demo.test", "TXT").answer[0][0].strings == (b'"a;',)


def test_ethers_computes_the_vectors_of_the_unit_tests(tmp_path):
    with open(VECTORS) as file:
        vectors = json.load(file)["vectors"]
    asked, expected = [], []
    for vector in vectors:
        message = bytes.fromhex(vector["message"])
        assert library.readable(message) == vector["text"]
        asked += [{"text": vector["text"]},
                  dict(zip(("domain", "types", "value"), library.typed_data(message)))]
        expected += ["0x" + vector["personal"], "0x" + vector["typed"]]
    assert [reply["digest"] for reply in library.node("wallet", "wallet.mjs", asked)] == expected


class Openssl:
    """A key in a file, and signatures by openssl's own program."""

    def __init__(self, folder, algorithm):
        self.path = os.path.join(str(folder), algorithm + ".pem")
        options = ["-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "EC" else []
        self.run("genpkey", "-algorithm", algorithm, *options, "-out", self.path)
        der = self.run("pkey", "-in", self.path, "-pubout", "-outform", "DER")
        self.guard = {"EC": "p256", "ED25519": "ed25519"}[algorithm]
        self.public = der[-65:] if algorithm == "EC" else der[-32:]

    @staticmethod
    def run(*arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def sign(self, message):
        path = self.path + ".message"
        with open(path, "wb") as file:
            file.write(message)
        digest = ["-digest", "sha256"] if self.guard == "p256" else []
        signature = self.run("pkeyutl", "-sign", "-rawin", *digest, "-inkey", self.path, "-in",
                             path)
        return library.raw_of_der(signature) if self.guard == "p256" else signature


@pytest.mark.parametrize("algorithm", ("ED25519", "EC"))
def test_openssl_owns_a_zone(server, tmp_path, algorithm):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    zone = created(server, Openssl(tmp_path, algorithm))
    library.accepted(zone)


def test_a_key_of_ssh_keygen_owns_a_zone(server, tmp_path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    path = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    key = serialization.load_ssh_private_key(path.read_bytes(), None)
    seed = key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw,
                             serialization.NoEncryption())
    library.accepted(created(server, Ed25519Key(seed)))


def test_a_p256_key_of_ssh_keygen_owns_a_zone(server, tmp_path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    path = tmp_path / "id_ecdsa"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-b", "256", "-N", "", "-f", path],
                   check=True)
    key = serialization.load_ssh_private_key(path.read_bytes(), None)
    library.accepted(created(server, P256Key(key)))
