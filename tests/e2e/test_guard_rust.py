"""Guards in Rust: the kit's own tests, its page followed to the letter, and a guard of several keys held against the library's.

Skipped where there is no cargo from 1.86 with the target wasm32-unknown-unknown. Crates are fetched by tools/setup; nothing here
uses a network. What is compiled stays in the build folder.
"""
import json
import os
import random
import re
import shutil
import stat
import struct
import subprocess

import pytest

import harness
import library
import owner
from library import Ed25519Key, Multisig, P256Key, WalletKey

SDK = os.path.join(harness.ROOT, "guards", "sdk", "rust")
PAGE = os.path.join(harness.ROOT, "docs", "guard-rust.md")
TARGET = os.path.join(harness.BUILD, "rust")
WASM = "wasm32-unknown-unknown"


def output_of(command, environment):
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True).stdout
    except OSError:
        return ""


def is_rust(environment):
    """A cargo that is new enough, with the target for WebAssembly."""
    version = re.match(r"cargo (\d+)\.(\d+)", output_of(["cargo", "--version"], environment))
    sysroot = output_of(["rustc", "--print", "sysroot"], environment).strip()
    return (version and tuple(map(int, version.groups())) >= (1, 86) and
            os.path.isdir(os.path.join(sysroot, "lib", "rustlib", WASM)))


@pytest.fixture(scope="module")
def rust():
    """The environment in which `cargo` is the one to use: of PATH, rustup's, Debian's."""
    for folder in ([], [os.path.expanduser("~/.cargo/bin")], ["/usr/bin"]):
        environment = {**os.environ, "PATH": os.pathsep.join(folder + [os.environ["PATH"]]),
                       "CARGO_NET_OFFLINE": "true", "CARGO_TERM_COLOR": "never"}
        environment.pop("RUSTFLAGS", None)
        if shutil.which("cargo", path=environment["PATH"]) and is_rust(environment):
            return environment
    pytest.skip(f"no cargo from 1.86 with the target {WASM}")


def run(command, environment, folder=SDK):
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=900)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_kits_own_tests(rust):
    output = run(["cargo", "test", "--frozen"], {**rust, "CARGO_TARGET_DIR": TARGET})
    passed = sum(map(int, re.findall(r"test result: ok\. (\d+) passed", output)))
    assert passed >= 15, output


# The text that wallets show, held against the kit for C.

SHOW = r"""
#include <stdio.h>
#include <stdlib.h>
#include <sodium.h>

#include "guards/sdk/fdns/eth.h"

static void sha256(uint8_t digest[32], const void *data, size_t size)
{
    crypto_hash_sha256(digest, data, size);
}

int main(void)
{
    uint8_t octets[4], *room = malloc(1 << 20), *shown = malloc(1 << 22);
    struct fdns_message message;
    const char *error;

    while (fread(octets, 1, 4, stdin) == 4) {
        size_t size = octets[0] | (size_t)octets[1] << 8 | (size_t)octets[2] << 16;
        struct fdns_text text = {(char *)shown, 0, 1 << 22};

        if (fread(room, 1, size, stdin) != size) {
            return 1;
        }
        if (!fdns_message_parse(fdns_octets_of(room, size), &message, &error) ||
            !fdns_readable(&message, sha256, &text, &error)) {
            puts("-");
            continue;
        }
        for (size_t i = 0; i < text.used; i++) {
            printf("%02x", shown[i]);
        }
        puts("");
    }
    return 0;
}
"""


def random_json(chance):
    """A record operation, now and then not quite one, in one of the ways to write it."""
    def text(*usual):
        odd = ["", "*", "@", "a b", "\u00fc", "\U0001f600", "\x7f", "a\\b", '"', "\n", "auto", "7",
               "07"]
        return chance.choice(usual if chance.random() < 0.8 else odd)

    if chance.random() < 0.3:
        members = {"record": chance.choice([None, text("A", "TXT")]),
                   "name": chance.choice([None, text("www", "@")]),
                   "index": chance.choice([None, 0, 7, 2**63 - 1, 2**63, -1, "0", 1.5])}
        kind = "RemoveRecords"
    else:
        members = {"mode": text("Set", "Append", "Appened"), "record": text("A", "TXT"),
                   "name": text("www", "a.b"), "content": text("192.0.2.1", '"x y"'),
                   "ttl": chance.choice([None, text("300", "auto")])}
        kind = "UpdateRecord"
    if chance.random() < 0.1:
        members.pop(chance.choice(list(members)))
    items = list(members.items())
    chance.shuffle(items)
    value = chance.choice([{kind: dict(items)}] * 12 + ["Clear", "clear", [kind], None, 7, {}])
    written = json.dumps(value, ensure_ascii=chance.random() < 0.5,
                         separators=chance.choice([(",", ":"), (", ", " : "), (" ,\n", ":\t")]))
    return chance.choice(["", " "]) + written + chance.choice(["", "\r\n"])


def random_message(chance):
    def operation():
        kind = chance.choice([1] * 12 + [2, 3, 4, 4, 16, 17, 18, 9])
        octets = chance.randbytes(chance.choice([0, 4, 32, 300]))
        if kind == 1:
            octets = random_json(chance).encode()
        if kind == 2 and chance.random() < 0.8:
            code = chance.randbytes(chance.choice([0, 0, 5]))
            octets = struct.pack("<I", len(code)) + code + octets
        if kind == 4 and chance.random() < 0.8:
            octets = b""
        if kind in (16, 17) and chance.random() < 0.8:
            octets = b"".join(operation() for _ in range(chance.randrange(3)))
        return owner.operation(kind, octets)

    apex = chance.choice(["demo.test", "demo.test", "a\\032b.test", "b\u00fc.test"])
    octets = bytearray(owner.message(apex, chance.randbytes(32), chance.getrandbits(64),
                                     *(operation() for _ in range(chance.randrange(4)))))
    if chance.random() < 0.3:
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.05:
        del octets[chance.randrange(len(octets)):]
    return bytes(octets)


def test_both_kits_show_the_same_text_or_none(rust, tmp_path):
    source, program = tmp_path / "show.c", tmp_path / "show"
    source.write_text(SHOW)
    subprocess.run(["cc", "-std=gnu17", "-O1", "-I", harness.ROOT, "-o", program, source,
                    "-lsodium"], check=True)
    run(["cargo", "build", "--frozen", "--example", "show"], {**rust, "CARGO_TARGET_DIR": TARGET})
    chance = random.Random(20)
    messages = [random_message(chance) for _ in range(10000)]
    given = b"".join(struct.pack("<I", len(one)) + one for one in messages)
    in_c, in_rust = (subprocess.run([which], input=given, capture_output=True, check=True)
                     .stdout.decode().split("\n") for which in
                     (program, os.path.join(TARGET, "debug", "examples", "show")))
    for number, message in enumerate(messages):
        assert in_c[number] == in_rust[number], message
    shown = [line for line in in_c if line not in ("-", "")]
    assert len(messages) / 4 < len(shown) < len(messages) * 3 / 4


# The page.

def steps_of_page():
    """(what, octets) in order: what is `sh`, `text` or the file that a block is to be put into."""
    with open(PAGE) as file:
        page = file.read()
    found = []
    for before, language, block in re.findall(r"((?:.*\n)*?)```(\w+)\n((?:.*\n)*?)```\n", page):
        name = language
        if language not in ("sh", "text"):
            name, = re.findall(r"Put this into `([^`]+)`:\s*\Z", before)
        found.append((name, block))
    return found


def clone_for(server, folder):
    """A folder with what the page needs of a clone, and `sworn` for this server; the PATH to it."""
    clone = os.path.join(str(folder), "clone")
    for part in ("guards/sdk/rust", "guards/template-rust"):
        shutil.copytree(os.path.join(harness.ROOT, part), os.path.join(clone, part),
                        ignore=shutil.ignore_patterns("target"))
    # Other crates that were compiled for another test are still good.
    os.makedirs(TARGET, exist_ok=True)
    os.symlink(TARGET, os.path.join(clone, "guards/template-rust/target"))
    tools = os.path.join(str(folder), "tools")
    os.mkdir(tools)
    script = os.path.join(tools, "sworn")
    with open(script, "w") as file:
        file.write(f'#!/bin/sh\nexec "{harness.SWORN}" --server "{server.url}" "$@"\n')
    os.chmod(script, stat.S_IRWXU)
    return clone, tools


def follow(command, environment, clone):
    """Status and output of a block of commands."""
    done = subprocess.run(["sh", "-e", "-c", command], cwd=clone, env=environment, timeout=900,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def test_a_guard_written_by_following_the_page(server, rust, tmp_path):
    clone, tools = clone_for(server, tmp_path)
    environment = {**rust, "PATH": tools + os.pathsep + rust["PATH"]}
    steps = steps_of_page()
    status, output = 0, ""
    assert [what for what, _ in steps].count("sh") >= 4
    for number, (what, block) in enumerate(steps):
        if what == "sh":
            status, output = follow(block, environment, clone)
            refused = number + 1 < len(steps) and "refused" in steps[number + 1][1]
            assert status == (1 if refused else 0), (block, output)
        elif what == "text":
            for line in block.splitlines():
                assert line in output, (line, output)
        else:
            assert os.path.exists(os.path.join(clone, what)), what
            with open(os.path.join(clone, what), "w") as file:
                file.write(block)
    assert status == 1 and server.show("calm.test")["serial"] == 2, output
    assert server.query("www.calm.test", "A").answer[0][0].to_text() == "192.0.2.1"


# Several keys.

def test_a_guard_of_several_keys_takes_what_the_librarys_takes(make_server, rust, monkeypatch):
    with open(os.path.join(harness.ROOT, "guards", "template-rust", "build.sh")) as file:
        flags = re.search(r'RUSTFLAGS="([^"]+)"', file.read()).group(1)
    run(["cargo", "build", "--frozen", "--release", "--target", WASM, "--example", "multisig"],
        {**rust, "RUSTFLAGS": flags, "CARGO_TARGET_DIR": TARGET})
    made = os.path.join(TARGET, WASM, "release", "examples", "multisig.wasm")
    with open(made, "rb") as file:
        code = file.read()
    assert len(code) < 100000
    known = library.wasm
    monkeypatch.setattr(library, "wasm", lambda name: code if name == "multisig" else known(name))
    keys = (Ed25519Key(), P256Key(), WalletKey(library.TYPED), WalletKey(library.PERSONAL))
    library.walk(make_server, Multisig(3, *keys))
