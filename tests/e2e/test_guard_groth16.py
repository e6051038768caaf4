"""The guard groth16: circuits, keys and proofs that circom2 and snarkjs make, through real servers."""
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import subprocess

import pytest

import harness
import library
import owner
from library import Ed25519Key, OneKey, Zone, www

SOURCES = os.path.join(harness.ROOT, "tests", "zk")
RECORDED = os.path.join(harness.DATA, "groth16")
CONVERTER = os.path.join(harness.ROOT, "guards", "tools", "groth16.mjs")

# Places in a proof, and what does not belong there (EIP-196, EIP-197).
A, B, C, PROOF_SIZE = 0, 64, 192, 256
P = bytes.fromhex("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47")
OFF_GROUP = bytes(63) + b"\2" + bytes.fromhex(
    "2b722ed547657a33238122b710a54d992e52f01f4cff6cc8e77e74268cacbf14"
    "184e49a28b311fe99c47905f002cd6085959e8398ef0c9bba8807a52b0fab5fa")


def converted(*arguments, check=True, **options):
    """What guards/tools/groth16.mjs writes."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    done = subprocess.run(["node", CONVERTER, *arguments], capture_output=True, timeout=60,
                          **options)
    if check:
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout
    return done


def halves_of(message):
    """The public inputs that a message has."""
    digest = hashlib.sha256(message).digest()
    return [str(int.from_bytes(half, "big")) for half in (digest[:16], digest[16:])]


class Circuit:
    """tests/zk/member.circom, compiled and set up, and a process that proves."""

    def __init__(self):
        modules = library.npm_modules("zk")
        self.folder = os.path.dirname(modules)
        self.made = "made-" + self._copy()
        with open(os.path.join(self.folder, "lock-circuit"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            if not os.path.exists(self.path("verification_key.json")):
                os.makedirs(self.path(""), exist_ok=True)
                self.node("setup", "member", self.made)
        self.process = subprocess.Popen(
            ["node", "circuit.mjs", "prove", self.made], cwd=self.folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def _copy(self):
        """Put the sources beside the packages; their hash names what is made of them."""
        digest = hashlib.sha256()
        for name in ("circuit.mjs", "hash.circom", "member.circom", "package-lock.json"):
            with open(os.path.join(SOURCES, name), "rb") as file:
                digest.update(hashlib.sha256(file.read()).digest())
            beside = os.path.join(self.folder, f"{name}.{os.getpid()}")
            shutil.copy(os.path.join(SOURCES, name), beside)
            os.replace(beside, os.path.join(self.folder, name))
        return digest.hexdigest()[:16]

    def path(self, name):
        return os.path.join(self.folder, self.made, name)

    def node(self, *arguments):
        done = subprocess.run(["node", "circuit.mjs", *arguments], cwd=self.folder, text=True,
                              capture_output=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def hashes(self, *secrets):
        return self.node("hash", *map(str, secrets)).split()

    def prove(self, inputs):
        """(proof, public signals) as snarkjs has them."""
        self.process.stdin.write(json.dumps(inputs) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"no proof for {inputs}"
        made = json.loads(line)
        return made["proof"], made["public"]

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(harness.WAIT)


@pytest.fixture(scope="module")
def circuit():
    made = Circuit()
    yield made
    made.stop()


class Members(library.Holder):
    """Three who have a secret each; each of them in turn proves to be one, and not which."""
    guard = "groth16"

    def __init__(self, circuit, folder, *secrets):
        self.circuit, self.folder, self.secrets = circuit, str(folder), secrets
        self.hashes = circuit.hashes(*secrets)
        self.turn = itertools.cycle(secrets)

    def environment(self, key="verification_key.json"):
        return converted("environment", self.circuit.path(key), *self.hashes)

    def proof(self, message, secret=None):
        high, low = halves_of(message)
        proof, public = self.circuit.prove({"member": self.hashes, "high": high, "low": low,
                                            "secret": str(secret or next(self.turn))})
        assert public == [*self.hashes, high, low]
        path = os.path.join(self.folder, "proof.json")
        with open(path, "w") as file:
            json.dump(proof, file)
        return converted("proof", path)

    def argument(self, message):
        return message + self.proof(message)

    def wrong_arguments(self, message):
        def changed(at, octets):
            return message + proof[:at] + octets + proof[at + len(octets):]

        proof, another = self.proof(message), self.proof(message)
        not_held = "proof does not hold for this message"
        last = bytes([message[-1] ^ 1])
        yield "nothing", b"", "argument is empty"
        yield "no proof", message[:100], "argument is shorter than a proof"
        yield "cut short", (message + proof)[:-1], "proof: "
        yield "a changed message", message[:-1] + last + proof, not_held
        yield "another proof's A", changed(A, another[A:B]), not_held
        yield "another proof's B", changed(B, another[B:C]), not_held
        yield "another proof's C", changed(C, another[C:]), not_held
        yield "C in place of A", changed(A, proof[C:]), not_held
        yield "a proof for nothing", message + self.proof(b""), not_held
        yield "A not on the curve", changed(A + 63, bytes([proof[63] ^ 1])), "A is not on the curve"
        yield "C not on the curve", changed(C + 63, bytes([proof[255] ^ 1])), "C is not on the curv"
        yield "B not on the curve", changed(C - 1, bytes([proof[191] ^ 1])), "B is not on the curve"
        yield "B outside the group", changed(B, OFF_GROUP), "B is not in the group of order r"
        for name, at, size in (("A", A, 64), ("B", B, 128), ("C", C, 64)):
            yield f"{name} infinity", changed(at, bytes(size)), f"{name} is infinity"
            for part in range(0, size, 32):
                yield f"{name} too large", changed(at + part, P), f"{name} has a coordinate that is"


@pytest.fixture
def members(circuit, tmp_path):
    return Members(circuit, tmp_path, 11, 222, 3333)


def test_a_guard_from_creation_to_another_guard_and_back(make_server, members):
    library.walk(make_server, members)


def test_nobody_proves_with_a_secret_of_no_member(circuit, members, tmp_path, server):
    """Neither can snarkjs, nor does a proof of another group help."""
    strangers = Members(circuit, tmp_path, 4, 5, 6)
    zone = library.created(server, members)
    message = zone.message(www("192.0.2.66"))
    zone.refused(message + strangers.proof(message), "proof does not hold for this message")
    zone.refused(strangers.argument(message), "proof does not hold for this message")
    library.accepted(zone)


def test_members_change_and_those_who_left_prove_nothing(circuit, members, tmp_path, server):
    successors = Members(circuit, tmp_path, 11, 222, 44444)
    zone, after = library.created(server, members), Zone(server, successors)
    zone.done(owner.new_owner(successors.environment()))
    message = zone.message(www("192.0.2.66"))
    zone.refused(message + members.proof(message, secret=3333), "proof does not hold")
    after.done(www("192.0.2.7"))
    assert after.addresses() == ["192.0.2.7"]


def test_a_key_of_an_unfinished_set_up_owns_nothing(server, members):
    """snarkjs lets one leave out the contributions; anybody can prove anything then."""
    zone = Zone(server, members)
    environment = members.environment("unfinished_key.json")
    members.environment = lambda: environment
    status, body = zone.create()
    assert status == 403 and "nobody contributed to the circuit's set-up" in body["error"]["message"]

    zone = library.created(server, OneKey(Ed25519Key()))
    status, body = zone.post(zone.argument(owner.new_owner(environment, library.wasm("groth16"))))
    assert status == 403 and "nobody contributed to the circuit's set-up" in body["error"]["message"]
    library.accepted(zone)


def test_proofs_go_into_what_sworn_asks_for(circuit, members, server, tmp_path):
    """Creation and update by the owner's tool: it writes the message, and takes the proof of it."""
    def at(name):
        return str(tmp_path / name)

    def prove(name):
        with open(at(name + ".message"), "rb") as file:
            message = file.read()
        with open(at(name + ".proof"), "wb") as file:
            file.write(members.proof(message))
        server.sworn("argument", "sign", at(name), "--signature", at(name + ".proof"))

    def outside(name):
        return ("--sign-with", "octets", "--message-out", at(name + ".message"), "--argument-out",
                at(name), "--keep", at("kept"))

    with open(at("environment"), "wb") as file:
        file.write(members.environment())
    guarded = ("--guard", "groth16", "--env", at("environment"))
    server.sworn("zone", "create", "demo.test", *guarded, "--ns", "ns1.example.net", *outside("one"))
    unproven = server.sworn("zone", "create", "demo.test", *guarded, "--argument", at("one"),
                            "--keep", at("kept"), check=False)
    assert unproven.returncode != 0 and "nobody has signed" in unproven.stderr
    prove("one")
    server.sworn("zone", "create", "demo.test", *guarded, "--argument", at("one"), "--keep",
                 at("kept"))
    server.sworn("zone", "update", "demo.test", "--set", "www 300 A 192.0.2.8", *outside("two"))
    prove("two")
    server.sworn("zone", "update", "demo.test", "--argument", at("two"), "--keep", at("kept"))
    assert Zone(server, members).addresses() == ["192.0.2.8"]

    text = server.sworn("zone", "update", "demo.test", "--set", "www 300 A 192.0.2.9", "--sign-with",
                        "text", "--keep", at("kept"), check=False)
    assert text.returncode != 0 and "--sign-with octets" in text.stderr
    key = server.sworn("zone", "update", "demo.test", "--set", "www 300 A 192.0.2.9", "--key",
                       server.key(), "--keep", at("kept"), check=False)
    assert key.returncode != 0 and "wants a proof" in key.stderr
    argument = at("whole")
    with open(argument, "wb") as file:
        file.write(Zone(server, members).argument(www("192.0.2.10")))
    shown = server.sworn("argument", "show", argument).stdout
    assert "set www 300 A 192.0.2.10" in shown and "256 octets" in shown


def test_arithmetic_of_its_own_is_enough(server, members):
    """The guard that asks the host for no products, within the default limit of fuel."""
    members.guard = "groth16-pure"
    zone = library.created(server, members)
    library.accepted(zone)
    message = zone.message(www("192.0.2.66"))
    zone.refused(message + members.proof(message + b"\0"), "proof does not hold for this message")


def recorded(name):
    with open(os.path.join(RECORDED, name), "rb") as file:
        return file.read()


def test_the_converter_writes_what_was_recorded():
    key, proof, message = (os.path.join(RECORDED, name)
                           for name in ("verification_key.json", "proof.json", "message"))
    members = json.loads(recorded("members.json"))
    assert converted("environment", key, *members) == recorded("environment")
    assert converted("environment", key, *map(hex, map(int, members))) == recorded("environment")
    assert converted("argument", message, proof) == recorded("argument")
    assert converted("argument", "-", proof, input=recorded("message")) == recorded("argument")
    assert json.loads(converted("inputs", message)) == halves_of(recorded("message"))


@pytest.mark.parametrize("change, words", [
    ({"protocol": "plonk"}, "is not of groth16 over bn128"),
    ({"curve": "bls12381"}, "is not of groth16 over bn128"),
    ({"pi_a": ["1", "2", "0"]}, "pi_a is infinity"),
    ({"pi_a": ["1", "2"]}, "pi_a is not a point"),
    ({"pi_a": ["-1", "2", "1"]}, "pi_a is not a number"),
    ({"pi_a": [1, "2", "1"]}, "pi_a is not a number"),
    ({"pi_c": [str(1 << 256), "2", "1"]}, "pi_c has more than 256 bits"),
    ({"pi_b": [["1"], ["2", "3"], ["1", "0"]]}, "pi_b has a coordinate that is not a pair"),
    ({"pi_b": [["1", "2"], ["2", "3"], ["0", "0"]]}, "pi_b is infinity"),
])
def test_the_converter_says_what_is_wrong(tmp_path, change, words):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps({**json.loads(recorded("proof.json")), **change}))
    done = converted("proof", str(path), check=False)
    assert done.returncode == 1 and words in done.stderr.decode() and done.stdout == b""


def test_the_converter_wants_as_many_fixed_inputs_as_the_key_has():
    key = os.path.join(RECORDED, "verification_key.json")
    for count in (0, 2, 4, 17):
        done = converted("environment", key, *["1"] * count, check=False)
        assert done.returncode == 1 and f"{count} fixed" in done.stderr.decode()
    done = converted("environment", os.path.join(RECORDED, "nothing.json"), check=False)
    assert done.returncode == 1 and "no such file" in done.stderr.decode()
