"""docs/guard-c.md, followed to the letter: its commands are run, its code is built, and what it shows is what comes out."""
import os
import re
import shutil
import subprocess

import pytest

import harness

PAGE = os.path.join(harness.ROOT, "docs", "guard-c.md")

# What is another each time, or with another version of the kit or of clang.
VARYING = [(r"\b[0-9a-f]{64,}\b", "HEX"), (r"[A-Za-z0-9+/]{43}=", "KEY"), (r" DS \d+ ", " DS TAG "),
           (r"\b\d+ octets", "N octets"), (r"^functions  \d+", "functions  N"),
           (r"^fuel +\d+", "fuel N")]

TEMPLATE_CHECK = re.compile(r"/\* Refuse what breaks your rule.*?\n}\n", re.DOTALL)


def blocks(text):
    """(language, content) of each fenced block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def steps(transcript):
    """(command, what it prints) of a console's transcript."""
    found = []
    for line in transcript.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, output = found[-1]
            found[-1] = command, output + line
    return found


def plain(output):
    for pattern, name in VARYING:
        output = re.sub(pattern, name, output, flags=re.MULTILINE)
    return output


class Console:
    """One shell, so that it stays where it went."""
    END = "\1\n"

    def __init__(self, folder, environment):
        self.shell = subprocess.Popen(["sh"], cwd=str(folder), env=environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)

    def run(self, command):
        """What it prints; programs get nothing to read."""
        self.shell.stdin.write(f"{{ {command.rstrip()}\n}} </dev/null; printf '\\001\\n'\n")
        self.shell.stdin.flush()
        output = ""
        while not output.endswith(self.END):
            line = self.shell.stdout.readline()
            assert line, f"the shell ended at: {command}{output}"
            output += line
        return output.removesuffix(self.END)

    def close(self):
        self.shell.communicate(timeout=harness.WAIT)


@pytest.fixture
def console(server, tmp_path):
    for program in ("clang", "wasm-ld"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    environment = {**os.environ, "SWORN": harness.ROOT, "SWORN_SERVER": server.url,
                   "PATH": os.path.dirname(harness.SWORN) + ":" + os.environ["PATH"]}
    shell = Console(tmp_path, environment)
    yield shell
    shell.close()


def put_in_place(path, code):
    """What the page says: this in place of `check`."""
    with open(path) as file:
        source = file.read()
    changed, count = TEMPLATE_CHECK.subn(lambda _: code, source)
    assert count == 1, source
    with open(path, "w") as file:
        file.write(changed)


def test_the_page_can_be_followed_to_the_letter(server, console, tmp_path):
    with open(PAGE) as file:
        page = blocks(file.read())
    assert [language for language, _ in page] == ["console", "c", "console", "console"]
    for language, content in page:
        if language == "c":
            put_in_place(tmp_path / "archive" / "guard.c", content)
            continue
        for command, expected in steps(content):
            assert plain(console.run(command)) == plain(expected), command
    answer = server.query("motd.archive.test", "TXT").answer
    assert sorted(record.to_text() for record in answer[0]) == ['"first"', '"second"']


def test_the_template_is_a_guard_of_one_key(server, console):
    for command in ("cp -r $SWORN/guards/template-c/. .", "FDNS=$SWORN/guards/sdk ./build.sh",
                    "sworn key new owner.key", "sworn key new other.key"):
        console.run(command)
    created = console.run("sworn zone create demo.test --guard guard.wasm --key owner.key "
                          "--ns ns1.example.net")
    assert "demo.test. created" in created, created
    refused = console.run("sworn zone update demo.test --key other.key --keep owner.key "
                          "--set 'www A 192.0.2.66'")
    assert "updated" not in refused, refused
    done = console.run("sworn zone update demo.test --key owner.key --set 'www A 192.0.2.1'")
    assert "demo.test. updated" in done, done
    assert server.query("www.demo.test", "A").answer[0][0].address == "192.0.2.1"
