"""A receiver of what the server sends (webhooks, heads of the audit log), that takes, refuses, hangs or leaves as a test wants."""
import http.server
import os
import threading
import time

WAIT = 60 if os.environ.get("ACESO_SLOW") else 30


class Receiver:
    """with Receiver() as r: ... r.url(path) ... r.at(path). answers: path by path, a status, a list of them (the last one stays), or a function of the handler."""

    def __init__(self, context=None):
        self.answers, self.got, self.lock = {}, [], threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                    answer = receiver.answers.get(self.path, 204)
                    if isinstance(answer, list):
                        answer = answer.pop(0) if len(answer) > 1 else answer[0]
                if callable(answer):
                    return answer(self)
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that leave are what some tests are about
        self.scheme = "https" if context else "http"
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(.02,), daemon=True).start()

    def url(self, path, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def at(self, path):
        with self.lock:
            return [(h, b) for p, h, b in self.got if p == path]

    def wait(self, path, n=1, seconds=WAIT):
        end = time.monotonic() + seconds
        while len(self.at(path)) < n:
            if time.monotonic() > end:
                raise AssertionError(f"{path}: {len(self.at(path))} of {n}")
            time.sleep(.02)
        return self.at(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
