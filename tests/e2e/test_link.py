"""The link to an enclave that swornd does not start itself: it listens at an address, and may go away and come back."""
import os
import socket
import subprocess
import threading

import pytest

import harness


class Elsewhere:
    """Listens, and gives each connection to an enclave of its own, as a machine in between would."""

    def __init__(self, listener, secret):
        self.listener = listener
        self.secret = secret
        self.processes = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            reading, writing = os.pipe()
            os.write(writing, self.secret)
            os.close(writing)
            self.processes.append(subprocess.Popen(
                [harness.ENCLAVE, "--channel", str(connection.fileno()), "--secret", str(reading)],
                pass_fds=[connection.fileno(), reading]))
            os.close(reading)
            connection.close()

    def stop(self):
        self.listener.close()
        for process in self.processes:
            process.kill()
            process.wait()


def listen(kind, folder):
    if kind == "unix":
        listener = socket.socket(socket.AF_UNIX)
        path = os.path.join(str(folder), "e")
        listener.bind(path)
        address = f"unix:{path}"
    else:
        listener = socket.socket(socket.AF_INET)
        listener.bind(("127.0.0.1", 0))
        address = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    return listener, address


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_an_enclave_at_an_address_serves_like_one_that_is_started(make_server, tmp_path, kind):
    listener, address = listen(kind, tmp_path)
    elsewhere = Elsewhere(listener, os.urandom(32))
    try:
        server = make_server(enclave=address)
        server.create("demo.test")
        server.update("demo.test", "--set", "www 300 A 192.0.2.1")
        elsewhere.processes[0].kill()
        elsewhere.processes[0].wait()
        harness.wait_for(lambda: len(elsewhere.processes) > 1 and
                         server.get("/healthz")[0] == 200, "another connection")
        server.update("demo.test", "--set", "www 300 A 192.0.2.2")
        assert "192.0.2.2" in server.query("www.demo.test", "A").to_text()
    finally:
        elsewhere.stop()


def test_an_address_where_nobody_listens_is_named(make_server):
    server = make_server(start=False, enclave="unix:/nowhere/at/all")
    server.start(ready=False)
    assert server.process.wait(harness.WAIT) == 1
    assert "no enclave at unix:/nowhere/at/all" in server.log() or \
        "being restarted" in server.log(), server.log()
