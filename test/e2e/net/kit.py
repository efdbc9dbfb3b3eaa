"""The test server of this folder ($HTTPD), and a client that can be as rude as a test wants."""
import contextlib, os, pathlib, re, signal, socket, ssl, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from suite import main  # which the suites take from here

HTTPD = os.environ.get("HTTPD") or str(pathlib.Path(__file__).resolve().parents[3] / "build/release/httpd")
SLOW = bool(os.environ.get("ACESO_SLOW"))          # a sanitized build: no budgets


class Server:
    def __init__(self, *settings, **popen):
        self.p = subprocess.Popen([HTTPD, *settings], stdout=subprocess.PIPE, text=True, **popen)
        line = self.p.stdout.readline().split()
        if len(line) != 2:
            raise RuntimeError(f"the server did not start: {self.p.wait()}")
        self.port = int(line[1])

    def connect(self, timeout=10):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def rss(self):                                # KiB
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.p.pid}/status").read_text())[1])

    def peak(self):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.p.pid}/status").read_text())[1])

    def stop(self):
        """Ends it; what it says of leaks and races is its exit status."""
        if self.p.poll() is None:
            self.p.send_signal(signal.SIGTERM)
        rc = self.p.wait(30)
        self.p.stdout.close()
        return rc


@contextlib.contextmanager
def server(*settings, **popen):
    s = Server(*settings, **popen)
    try:
        yield s
    finally:
        rc = s.stop()
    assert rc == 0, f"the server ended with {rc}"


def receive(s, seconds=1.0, enough=lambda got: False):
    """All that comes until enough, the end, or the time is over. Returns the bytes and whether the connection was closed."""
    got, end = bytearray(), time.monotonic() + seconds
    while not enough(got):
        s.settimeout(max(0.01, end - time.monotonic()))
        try:
            piece = s.recv(1 << 16)
        except (TimeoutError, ssl.SSLWantReadError):
            return bytes(got), False
        except OSError:
            return bytes(got), True
        if not piece:
            return bytes(got), True
        got += piece
        if time.monotonic() > end:
            return bytes(got), False
    return bytes(got), False


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]}>"


def dechunk(raw):
    """The body and what is left behind it; None when it is not whole."""
    out, at = bytearray(), 0
    while True:
        end = raw.find(b"\r\n", at)
        n = int(raw[at:end], 16) if end >= 0 else 0
        if end < 0 or len(raw) < end + n + 4:
            return None, raw
        assert raw[end + 2 + n:end + 4 + n] == b"\r\n", raw[end:end + 20]
        out += raw[end + 2:end + 2 + n]
        at = end + n + 4
        if n == 0:
            return bytes(out), raw[at:]


def answers(raw, head=False):
    """The answers in a stream of bytes; the last one may be cut: its body is what there is."""
    found = []
    while raw:
        top, sep, raw = raw.partition(b"\r\n\r\n")
        lines = top.decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1" and sep, lines
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers[name.lower()] = headers[name.lower()] + ", " + value if name.lower() in headers else value
        status, body = int(status), b""
        if status >= 200 and status not in (204, 304) and not head:
            if headers.get("transfer-encoding") == "chunked":
                whole, rest = dechunk(raw)
                body, raw = (raw, b"") if whole is None else (whole, rest)
            elif "content-length" in headers:
                n = int(headers["content-length"])
                body, raw = raw[:n], raw[n:]
            else:
                body, raw = raw, b""
        found.append(Answer(status, headers, body))
    return found


def ask(server, raw, seconds=3.0, head=False, n=1):
    """Send bytes; n answers, and whether the connection was closed afterwards (looked at for a moment)."""
    with server.connect() as s:
        try:
            s.sendall(raw)
        except OSError:
            pass
        got, closed = receive(s, seconds, lambda b: b.count(b"HTTP/1.1 ") >= n and whole(b, head, n))
        if not closed:
            more, closed = receive(s, 0.15)
            got += more
    return answers(got, head), closed


def whole(raw, head, n):
    try:
        found = answers(raw, head)
    except Exception:
        return False
    if len(found) < n or head:
        return len(found) >= n
    last = found[-1]
    if last.headers.get("transfer-encoding") == "chunked":
        return raw.endswith(b"0\r\n\r\n")
    return len(last.body) == int(last.headers.get("content-length", 0))


def get(server, path, headers="", method="GET", **more):
    return ask(server, f"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode("latin-1"), **more)[0][0]
