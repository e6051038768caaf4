"""Guards in Rust: the kit's own tests, its page followed to the letter, and a guard of several keys held against the library's.

Skipped where there is no cargo from 1.86 with the target wasm32-unknown-unknown. Crates are fetched by tools/setup; nothing here
uses a network. What is compiled stays in the build folder.
"""
import os
import re
import shutil
import stat
import subprocess

import pytest

import harness
import library
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
