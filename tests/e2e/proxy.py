"""An HTTP server between sworn and swornd that may change what passes, as a host could."""
import http.server
import json
import threading
import urllib.error
import urllib.request


class Proxy:
    """`answer(method, path, status, body)` returns what is passed on; `ask(method, path, body)` may answer itself."""

    def __init__(self, url, answer=None, ask=None):
        proxy = self
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.seen.append((self.command, self.path, len(body)))
                reply = ask(self.command, self.path, body) if ask else None
                if reply is None:
                    reply = proxy.forward(url + self.path, self.command, body)
                    if answer:
                        reply = answer(self.command, self.path, *reply)
                status, octets = reply
                self.send_response(status)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            do_GET = do_POST = serve

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def forward(url, method, body):
        request = urllib.request.Request(url, data=body if method == "POST" else None,
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def refusal(code, message, status):
    return status, json.dumps({"error": {"code": code, "message": message}}).encode()
