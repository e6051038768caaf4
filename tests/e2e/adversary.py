"""Guards that mean harm: the files of tests/guards/adversary, compiled, and modules that are made to compile slowly.

A file begins with what it tries, and says in lines of its own
  ;; expect: words of the refusal, or `accept`       ;; expect 2: the same for case 2 alone
  ;; cases: how many, 1 unless said                  ;; at: setup, update or both, both unless said
  ;; policy: limits that differ from the defaults    ;; locals: how many i64 the word LOCALS stands for
  ;; serves: a name and a type that are there once the attack was accepted
A file that does not begin a module stands within frame.wat.
"""
import os
import re
import shutil
import subprocess

import pytest

import harness

FOLDER = os.path.join(harness.ROOT, "tests", "guards", "adversary")


class Adversary:
    def __init__(self, name):
        self.name = name
        with open(os.path.join(FOLDER, name + ".wat")) as file:
            self.text = file.read()
        self.cases = int(self.said("cases") or 1)
        self.at = (self.said("at") or "setup update").split()
        limits = (self.said("policy") or "").split()
        self.limits = {key: int(value) for key, value in (limit.split("=") for limit in limits)}
        self.serves = (self.said("serves") or "").split()
        self.whole = re.search(r"^\(module", self.text, re.M) is not None
        assert self.text.startswith(";; "), "the first line says what it tries"

    def said(self, what):
        found = re.search(rf"^;; {what}: *(.*)$", self.text, re.M)
        return found and found.group(1)

    def expected(self, case):
        words = self.said(f"expect {case}") or self.said("expect")
        assert words, f"{self.name} does not say what is expected of case {case}"
        return words

    def code(self, entry):
        """Octets of the module whose setup or update attacks."""
        text = self.text
        if not self.whole:
            with open(os.path.join(FOLDER, "frame.wat")) as file:
                frame = file.read()
            text = frame.replace("\n  ;; BODY\n", "\n" + text).replace(f"\n  ;; {entry.upper()} ", "\n")
        text = text.replace("LOCALS", "(local" + " i64" * int(self.said("locals") or 0) + ")")
        return compiled(text)


def names():
    return sorted(name[:-4] for name in os.listdir(FOLDER)
                  if name.endswith(".wat") and name != "frame.wat")


def compiled(text):
    if shutil.which("wat2wasm") is None:
        pytest.skip("wat2wasm (package wabt) is not installed")
    done = subprocess.run(["wat2wasm", "--enable-all", "--no-check", "-", "--output=-"],
                          input=text.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


# Modules made octet by octet (WebAssembly 1.0, section 5), too large for a file.

I32, I64, EMPTY = 0x7F, 0x7E, 0x40
END, DROP, UNREACHABLE = b"\x0b", b"\x1a", b"\0"


def number(value):
    """LEB128 without sign."""
    octets = b""
    while value >= 0x80:
        octets, value = octets + bytes([value & 0x7F | 0x80]), value >> 7
    return octets + bytes([value])


def vector(items):
    return number(len(items)) + b"".join(items)


def name(text):
    return number(len(text)) + text.encode()


def section(kind, octets):
    return bytes([kind]) + number(len(octets)) + octets


def function(body, *locals_):
    """A function of the code section; locals as (how many, type)."""
    octets = vector([number(count) + bytes([kind]) for count, kind in locals_]) + body + END
    return number(len(octets)) + octets


def module(bodies, types=(b"\x60\0\0",)):
    """A guard whose functions are `bodies`, all of the first type; the first is both entries."""
    exports = [name("memory") + b"\2\0", name("setup") + b"\0\0",
               name("handle_update_request") + b"\0\0"]
    return (b"\0asm\1\0\0\0" + section(1, vector(list(types))) +
            section(3, vector([b"\0"] * len(bodies))) + section(5, vector([b"\0\1"])) +
            section(7, vector(exports)) + section(10, vector(bodies)))


def local_get(index):
    return b"\x20" + number(index)


def local_set(index):
    return b"\x21" + number(index)


def i32(value):
    assert 0 <= value < 64
    return b"\x41" + bytes([value])


def table(labels):
    """br_table, the last label being the default."""
    return b"\x0e" + vector([number(label) for label in labels]) + b"\0"


ROOM = 1000000  # octets of code, within the default limit of 1,048,576
DEEP = 480      # a stack that the engine just takes, with what else is in the frame
VALUES = (b"\x60\0\0", b"\x60\0" + vector([bytes([I32])] * 4))  # for blocks of 4 values
BLOCK, LOOP, IF = b"\2\x40", b"\3\x40", b"\4\x40"


def slow_modules():
    """What each is made of, and a function that makes it."""
    nothing = function(b"")

    def repeated(octets, locals_=(), before=b"", after=b"", size=ROOM):
        return module([function(before + octets * (size // len(octets)) + after, *locals_)])

    def blocks(opening, count):
        return module([function(opening * count + END * count)])

    def filled(body, *locals_):
        """One function that does this again and again."""
        return module([function(body * (ROOM // len(body)), *locals_)])

    def on_a_deep_stack(octets, locals_=2, below=local_get(1)):
        """The same again and again while many locals lie on the stack."""
        return module([function(below * DEEP + octets * (ROOM // len(octets) - 4) + DROP * DEEP,
                                (locals_, I32))])

    def stacked(block):
        """Blocks that open while ever more locals lie on the stack."""
        body = (local_get(0) + block + END) * (DEEP - 10) + DROP * (DEEP - 10)
        return filled(body, (10, I32))

    return {
        "one long function": lambda: repeated(i32(1) + DROP),
        "one long chain of sums":
            lambda: repeated(i32(1) + b"\x6a", before=i32(1), after=DROP),
        "a stack of more values than there are registers":
            lambda: module([function(i32(1) * (ROOM // 3) + DROP * (ROOM // 3))]),
        "a deep stack of values": lambda: filled(i32(1) * DEEP + DROP * DEEP),
        "many locals on the stack, another set":
            lambda: on_a_deep_stack(i32(1) + local_set(0)),
        "locals set while they lie on the stack": lambda: filled(
            (local_get(0) + i32(1) + local_set(0)) * DEEP + DROP * DEEP, (1, I32)),
        "locals set, each while it lies on a deep stack":
            lambda: on_a_deep_stack(local_get(0) + i32(1) + local_set(0) + DROP),
        "locals taken in turn and set in turn": lambda: filled(
            b"".join(local_get(i) for i in range(DEEP // 2)) +
            b"".join(i32(1) + local_set(i) for i in range(DEEP // 2)) * 10 + DROP * (DEEP // 2),
            (DEEP // 2, I32)),
        "blocks while locals lie on the stack": lambda: stacked(BLOCK),
        "loops while locals lie on the stack": lambda: stacked(LOOP),
        "conditions while locals lie on the stack": lambda: stacked(i32(1) + IF),
        "blocks on a deep stack": lambda: on_a_deep_stack(local_get(0) + BLOCK + END + DROP),
        "loops on a deep stack": lambda: on_a_deep_stack(local_get(0) + LOOP + END + DROP),
        "branches that take a deep stack along":
            lambda: on_a_deep_stack(BLOCK + i32(1) + b"\x0d\0" + END),
        "comparisons on a deep stack":
            lambda: on_a_deep_stack(local_get(0) + i32(1) + b"\x46" + IF + END),
        "as many different constants as a frame holds": lambda: filled(
            b"".join(b"\x41" + number(0x10000 + i) + DROP for i in range(450))),
        "deep blocks": lambda: blocks(BLOCK, 300000),
        "deep loops": lambda: blocks(LOOP, 300000),
        "deep conditions":
            lambda: module([function((i32(1) + IF) * 150000 + END * 150000)]),
        "conditions with both branches":
            lambda: repeated(i32(1) + IF + b"\5" + END),
        "a branch to each of 100,000 blocks": lambda: module([function(
            BLOCK * 100000 + b"".join(i32(1) + b"\x0d" + number(i) for i in range(100000)) +
            END * 100000)]),
        "a table of 500,000 branches": lambda: module([function(
            BLOCK + i32(1) + table([0] * 500000) + END)]),
        "tables of branches to 60,000 blocks": lambda: module([function(
            BLOCK * 60000 + (BLOCK + i32(1) + table(range(60000)) + END) * 5 + END * 60000)]),
        "tables of branches that carry values": lambda: module([function(
            b"\2\1" + i32(1) * 5 + table([0] * 65000) + END + DROP * 4)] * 14, types=VALUES),
        "tables of branches that carry values to many blocks": lambda: module([function(
            b"\2\1" * 9000 + i32(1) * 5 + table(range(9000)) + END * 9000 + DROP * 4)] * 14,
            types=VALUES),
        "branches that carry values": lambda: module([function(
            b"\2\1" + i32(1) * 4 + (i32(1) + b"\x0d\0") * 200000 + END + DROP * 4)],
            types=VALUES),
        "50,000 locals": lambda: module([function(b"", (50000, I64))]),
        "50,001 locals": lambda: module([function(b"", (50001, I64))]),
        "locals past 32 bits": lambda: module([function(b"", (0xFFFFFFFF, I64), (2, I64))]),
        "50,000 locals in each of 900 functions":
            lambda: module([function(b"", (50000, I64))] * 900),
        "50,000 locals, one by one": lambda: module([function(b"", *[(1, I32), (1, I64)] * 25000)]),
        "10,000 functions": lambda: module([function(b"\1" * 40)] * 10000),
        "10,001 functions": lambda: module([function(b"\1" * 40)] * 10001),
        "small functions by the thousand": lambda: module([nothing] * 5000),
        "code that cannot be reached": lambda: repeated(b"\x6a", before=UNREACHABLE, after=DROP),
        "blocks that cannot be reached":
            lambda: repeated(b"\2\x40\x0b", before=UNREACHABLE),
        "memory accesses with far offsets": lambda: repeated(
            i32(0) + b"\x28\2" + number(0xFFFFFFFF) + DROP),
        "constants of ten octets": lambda: repeated(b"\x42" + b"\xff" * 9 + b"\0" + DROP),
        "a section of 100,000 types": lambda: module([nothing], types=[b"\x60\0\0"] * 100000),
        "types of 33 parameters": lambda: module(
            [nothing], types=[b"\x60\0\0", b"\x60" + vector([bytes([I32])] * 33) + b"\0"]),
        "types of 100,000 parameters": lambda: module(
            [nothing], types=[b"\x60\0\0", b"\x60" + vector([bytes([I32])] * 100000) + b"\0"]),
        "1,001 globals": lambda: with_section(6, vector([b"\x7f\0\x41\0\x0b"] * 1001)),
        "1,001 data segments": lambda: module([nothing]) + section(
            11, vector([b"\0\x41\0\x0b\0"] * 1001)),
        "200,000 data segments": lambda: module([nothing]) + section(
            11, vector([b"\0\x41\0\x0b\0"] * 200000)),
        "1,001 element segments": lambda: with_section(9, vector([b"\0\x41\0\x0b\0"] * 1001)),
        "a table filled by one segment of 500,000": lambda: with_section(
            9, vector([b"\0\x41\0\x0b" + vector([b"\0"] * 500000)])),
        "custom sections by the thousand": lambda: module([nothing]) + section(
            0, name("x")) * 200000,
        "an export of a megabyte": lambda: with_section(7, None),
        "100,000 exports": lambda: with_section(7, 100000),
        "sizes that lie": lambda: b"\0asm\1\0\0\0" + b"\1\xff\xff\xff\x7f" + number(0xFFFFFFF0),
    }


def with_section(kind, content):
    """The smallest guard, with one more section, or with more exports."""
    exports = [name("memory") + b"\2\0", name("setup") + b"\0\0",
               name("handle_update_request") + b"\0\0"]
    if kind == 7:
        exports += ([name("x" * ROOM) + b"\0\0"] if content is None else
                    [name(f"{i:06}") + b"\0\0" for i in range(content)])
    sections = {1: vector([b"\x60\0\0"]), 3: vector([b"\0"]), 4: vector([b"\x70\0\x0a"]),
                5: vector([b"\0\1"]), 7: vector(exports), 10: vector([function(b"")])}
    if kind != 7:
        sections[kind] = content
    return b"\0asm\1\0\0\0" + b"".join(section(which, sections[which])
                                       for which in sorted(sections))
