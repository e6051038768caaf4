"""Fixtures: a running swornd, with or without a zone."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness  # noqa: E402


@pytest.fixture
def make_server(tmp_path):
    """A function that starts servers, each in a folder of its own; all are stopped at the end."""
    made = []

    def make(name="server", start=True, **options):
        folder = tmp_path / f"{name}{len(made)}"
        folder.mkdir()
        server = harness.Server(folder, **options)
        made.append(server)
        return server.start() if start else server

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def server(make_server):
    """swornd without zones."""
    return make_server()


@pytest.fixture
def demo(server):
    """swornd with the zone demo.test and one record, www A 192.0.2.1."""
    server.create("demo.test")
    server.update("demo.test", "--set", "www 300 A 192.0.2.1")
    return server


@pytest.fixture
def daemons():
    """A list: what is put into it is stopped at the end."""
    started = []
    yield started
    for daemon in started:
        daemon.stop()
