"""The real sworn-enclave as a child of this process, and a man in the middle between it and swornd."""
import fcntl
import os
import select
import socket
import threading

import harness
from tamper import boundary

PATIENCE = 60  # seconds: a limit, never a pause


class Gone(Exception):
    """The enclave closed the channel."""


class Enclave:
    """sworn-enclave with a channel of our own."""

    def __init__(self, secret):
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        os.write(writing, secret)
        os.close(writing)
        # Through numbers that nobody has: one of them may be the other's place.
        channel = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, 200)
        pipe = fcntl.fcntl(reading, fcntl.F_DUPFD_CLOEXEC, 200)
        # A sanitizer's search for leaks at the end does not get through the sandbox.
        self.pid = os.posix_spawn(
            harness.ENCLAVE, [harness.ENCLAVE, "--channel", "3", "--secret", "4"],
            {"ASAN_OPTIONS": "detect_leaks=0"},
            file_actions=[(os.POSIX_SPAWN_DUP2, channel, 3), (os.POSIX_SPAWN_DUP2, pipe, 4)])
        for descriptor in (channel, pipe, reading):
            os.close(descriptor)
        theirs.close()
        self.socket = ours
        self.socket.settimeout(PATIENCE)

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self, size):
        parts = []
        while size > 0:
            part = self.socket.recv(size)
            if not part:
                raise Gone
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def frame(self):
        """The next frame: (type, version, id, fields)."""
        return boundary.frame_of(self.receive(int.from_bytes(self.receive(4), "big")))

    def finish(self):
        """Send nothing more."""
        self.socket.shutdown(socket.SHUT_WR)

    def end(self):
        """Close the channel; the exit status, which is 0 unless something is wrong."""
        self.socket.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Relay:
    """Listens where swornd looks for an enclave; for each connection a real one, and hooks on all frames.

    to_enclave and to_host take (type, version, id, fields) and return a whole frame; None: as it is.
    """

    def __init__(self, path, secret):
        self.path, self.secret = path, secret
        self.to_enclave = self.to_host = None
        self.replies = []       # (type of the request, fields as a dictionary, of what answered it)
        self.statuses = []      # exit statuses of enclaves
        self.open = 0           # enclaves that have not ended
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(8)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open += 1
            enclave = Enclave(self.secret)
            try:
                self.pump(connection, enclave)
            except (OSError, Gone):
                pass
            connection.close()
            self.statuses.append(enclave.end())
            self.open -= 1

    def idle(self):
        return self.open == 0

    def pump(self, connection, enclave):
        request = None
        buffers = {connection: b"", enclave.socket: b""}
        while True:
            for readable in select.select(list(buffers), [], [])[0]:
                octets = readable.recv(1 << 20)
                if not octets:
                    return
                buffers[readable] += octets
                while len(buffers[readable]) >= 4:
                    size = 4 + int.from_bytes(buffers[readable][:4], "big")
                    if len(buffers[readable]) < size:
                        break
                    whole, buffers[readable] = buffers[readable][:size], buffers[readable][size:]
                    kind, version, number, fields = boundary.frame_of(whole[4:])
                    if readable is connection:
                        request = kind if kind < 32 else request
                        hook, other = self.to_enclave, enclave.socket
                    else:
                        if 32 <= kind < 64:
                            self.replies.append((request, kind, boundary.decode(kind, fields)))
                        hook, other = self.to_host, connection
                    changed = hook and hook(kind, version, number, fields)
                    other.sendall(changed or whole)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(PATIENCE)
        os.unlink(self.path)
