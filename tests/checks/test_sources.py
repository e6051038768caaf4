"""What holds for the sources as a whole: trust domains, formatting, names that must not appear."""
import glob
import os
import re
import shutil
import subprocess

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True,
                         text=True, check=True).stdout
    return [os.path.join(ROOT, name) for name in out.split("\0")
            if name and os.path.exists(os.path.join(ROOT, name))]


def sources():
    return tracked("*.c", "*.h")


def dependencies_of(program):
    """Every file of the repository that an object linked into `program` was compiled from, by the build's own list."""
    rules = subprocess.run(["ninja", "-C", BUILD, "-t", "inputs", program], capture_output=True,
                           text=True, check=True).stdout.split()
    objects = [name for name in rules if name.endswith(".o")]
    assert objects, f"{program} is made of no objects"
    listing = subprocess.run(["ninja", "-C", BUILD, "-t", "deps", *objects], capture_output=True,
                             text=True, check=True).stdout
    found = set()
    for line in listing.splitlines():
        if line.startswith("    "):
            path = os.path.normpath(os.path.join(BUILD, line.strip()))
            if path.startswith(ROOT + os.sep):
                found.add(os.path.relpath(path, ROOT))
    return found


@pytest.mark.parametrize("program, forbidden", [
    ("enclave/sworn-enclave", ("host", "cli", "net")),
    ("host/swornd", ("enclave", "cli")),
    ("cli/sworn", ("enclave", "host")),
])
def test_trust_domains_depend_on_nothing_they_must_not(program, forbidden):
    crossing = sorted(name for name in dependencies_of(program)
                      if name.split("/")[0] in forbidden)
    assert crossing == [], f"{program} depends on {crossing}"


def test_core_includes_nothing_but_core_and_the_engines_header():
    bad = []
    for path in tracked("core/*.c", "core/*.h"):
        for include in re.findall(r'^#include "([^"]+)"', open(path).read(), re.M):
            if include.split("/")[0] not in ("core", "engine"):
                bad.append((os.path.relpath(path, ROOT), include))
    assert bad == []


def test_includes_are_written_from_the_repository_root():
    bad = []
    for path in tracked("core/*.[ch]", "enclave/*.[ch]", "host/*.[ch]", "cli/*.[ch]", "net/*.[ch]"):
        for include in re.findall(r'^#include "([^"]+)"', open(path).read(), re.M):
            if not os.path.exists(os.path.join(ROOT, include)):
                bad.append((os.path.relpath(path, ROOT), include))
    assert bad == []


def test_sources_are_formatted():
    if shutil.which("clang-format") is None:
        pytest.skip("clang-format is not installed")
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *sources()], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr[:4000]


def test_lines_have_at_most_100_columns():
    long = []
    for path in sources():
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if len(line.rstrip("\n")) > 100:
                long.append(f"{os.path.relpath(path, ROOT)}:{number}")
    assert long == []


def test_no_mutable_object_of_static_storage_in_core_and_enclave():
    """Every object of .data and .bss in the trusted libraries; enclave/main.c alone may have one."""
    found = []
    for archive in glob.glob(os.path.join(BUILD, "core", "*.a")) + \
            glob.glob(os.path.join(BUILD, "enclave", "*.a")) + \
            glob.glob(os.path.join(BUILD, "engine", "libguard.a")):
        listing = subprocess.run(["objdump", "-t", archive], capture_output=True, text=True).stdout
        for line in listing.splitlines():
            # Tables of pointers lie in .data.rel.ro: constant once they have been relocated.
            symbol = re.match(r"^[0-9a-f]{16} .{6}O (\S+)\s+\S+\s+(\S+)$", line)
            if symbol and re.match(r"\.(data(?!\.rel\.ro)|bss)|\*COM\*", symbol[1]):
                found.append(f"{os.path.basename(archive)}: {symbol[2]}")
    assert found == []


def test_every_source_file_begins_by_saying_what_it_is_for():
    silent = [os.path.relpath(path, ROOT) for path in sources()
              if not open(path).read(4).startswith("/*")]
    assert silent == []


def test_nothing_names_what_is_not_in_a_clone():
    words = ["../shared", "/work/", "crates" + ".io", "registry" + ".npmjs", "pypi" + ".org"]
    bad = []
    for path in tracked():
        try:
            text = open(path, encoding="utf-8").read()
        except UnicodeDecodeError:
            continue
        bad += [f"{os.path.relpath(path, ROOT)}: {word}" for word in words
                if word in text and os.path.abspath(path) != os.path.abspath(__file__)
                and not path.endswith("Cargo.lock")]
    assert bad == []
