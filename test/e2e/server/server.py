"""A server of the program under test, and a client for it: used by the tests of this folder."""
import base64
import glob
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from suite import InFolder, main  # which the suites take from here

ACESO = os.environ.get("ACESO", "build/dev/aceso")
NOTE = "CHIEF COMPLAINT: chest pain.\nHPI: 54-year-old man with chest pain for 2 days. No fever.\nMedications: aspirin 81 mg daily.\nAssessment: unstable angina.\nPlan: admit.\n"
UNLIMITED = ("--rate-address", "0", "--rate-key", "0")


def fields_of_logs():
    """The names of fields that stand in the sources: a log can have no others."""
    sources = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3, "src")
    names = {"ms", "level", "event"}
    for path in glob.glob(sources + "/**/*.c", recursive=True):
        with open(path, encoding="utf-8") as f:
            names |= set(re.findall(r'AC_F\(\s*"(\w+)"', f.read()))
    return names


FIELDS = fields_of_logs()
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_log(text):
    """Every line is a message to a person, or an object of typed fields: numbers, ids, words of the program."""
    for line in text.splitlines():
        if line.startswith("aceso: "):
            continue
        o = json.loads(line)
        assert set(o) <= FIELDS and {"ms", "level", "event"} <= set(o), line
        assert o["level"] in ("debug", "info", "warn", "error") and WORD.fullmatch(o["event"]), line
        for value in o.values():
            assert type(value) is int or type(value) is str and (WORD.fullmatch(value) or ID.fullmatch(value)), line


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.bytes = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.bytes)

    @property
    def code(self):
        return self.json["error"]["code"]


class Server:
    """with Server(folder) as s: ... ; folder None: one of its own. process: more for Popen. It must end well, unless the test has ended it itself."""

    def __init__(self, folder=None, options=UNLIMITED, env=None, port=0, **process):
        self.more, self.want = process, port  # 0: any
        self.own = tempfile.TemporaryDirectory() if folder is None else None
        self.folder = folder or os.path.join(self.own.name, "data")
        self.options, self.env = list(options), dict(os.environ, **(env or {}))
        self.process, self.asked = None, False

    def start(self):
        self.asked = False
        self.err = tempfile.TemporaryFile("w+b")
        self.process = subprocess.Popen([os.path.abspath(ACESO), "serve", "--data", self.folder, "--listen", f"127.0.0.1:{self.want}", *self.options], stdout=subprocess.PIPE,
                                        stderr=self.err, env=self.env, text=True, **self.more)
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if m := re.match(r"listening on https?://127\.0\.0\.1:(\d+)$", line):
                self.port = int(m[1])
                break
        else:
            self.process.wait()
            self.stop()
            raise RuntimeError(f"the server does not start: {self.written}")
        with open(os.path.join(self.folder, "admin.key")) as f:
            self.admin = f.read().strip()
        return self

    def memory(self):
        """Bytes resident."""
        with open(f"/proc/{self.process.pid}/status") as f:
            return 1024 * int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])

    def stop(self, how=signal.SIGTERM):
        self.asked = True
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        if self.process:
            self.written = self.log()
            if how not in (signal.SIGABRT, signal.SIGSEGV):     # of which a sanitizer would tell
                check_log(self.written)
            self.process.stdout.close()
            self.err.close()
        return self.process.returncode if self.process else None

    def log(self):
        if self.err.closed:
            return self.written
        self.err.seek(0)
        return self.err.read().decode("utf-8", "replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, wrong, *_):
        asked, code = self.asked, self.stop()
        if self.own:
            self.own.cleanup()
        assert asked or wrong or code == 0, (code, self.written)

    def ask(self, method, path, body=None, key=None, headers=None):
        """body: bytes are sent as they are, anything else as JSON. key: None: the administrator's; "": none."""
        headers = dict(headers or {})
        if key != "":
            headers.setdefault("Authorization", f"Bearer {key or self.admin}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            c.request(method, path, body, headers)
            return Answer(c.getresponse())
        finally:
            c.close()

    def submit(self, text=NOTE, key=None, **more):
        a = self.ask("POST", "/v1/jobs", {"text": text, **more}, key)
        assert a.status == 202, (a.status, a.bytes)
        return a.json["id"]

    def wait(self, job, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            a = self.ask("GET", f"/v1/jobs/{job}")
            if a.json["state"] not in ("queued", "running"):
                return a.json
            time.sleep(.02)
        raise AssertionError(f"the job does not end: {a.json}")

    def issue(self, role, **more):
        a = self.ask("POST", "/v1/keys", {"name": "for a test", "role": role, **more})
        assert a.status == 201, (a.status, a.bytes)
        return a.json["key"], a.json["id"]

    def events(self, job, last=None, key=None):
        """The event stream of a job, until it ends: (id, event, data)."""
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {key or self.admin}"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        c.request("GET", f"/v1/jobs/{job}/events", headers=headers)
        r = c.getresponse()
        assert r.status == 200 and r.headers["Content-Type"].startswith("text/event-stream"), (r.status, r.headers)
        event = {}
        try:
            for line in r:
                line = line.decode().rstrip("\n")
                if not line and "data" in event:
                    yield int(event.get("id", 0)), event.get("event"), json.loads(event["data"])
                    event = {}
                elif ": " in line and not line.startswith(":"):
                    name, value = line.split(": ", 1)
                    event[name] = value
        finally:
            c.close()

    def socket(self, path, key=None):
        """Text messages of a WebSocket, until it is closed."""
        s = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        s.sendall((f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer {key or self.admin}\r\n"
                   f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        f = s.makefile("rb")
        status = f.readline()
        assert b" 101 " in status, status
        while f.readline() != b"\r\n":
            pass
        try:
            while head := f.read(2):
                n = head[1] & 127
                n = struct.unpack(">H", f.read(2))[0] if n == 126 else n
                data = f.read(n)
                if head[0] & 15 == 8:
                    return
                if head[0] & 15 == 1:
                    yield json.loads(data)
        finally:
            f.close()
            s.close()


class WithServer(unittest.TestCase):
    """Tests that share a server, s. OPTIONS: what it is started with besides UNLIMITED; what is known only then, options() adds."""
    OPTIONS = ()

    @classmethod
    def options(cls):
        return UNLIMITED + cls.OPTIONS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s = cls.enterClassContext(Server(options=cls.options()))


def until(found, seconds=60):
    """What found() gives, as soon as it is something."""
    end = time.monotonic() + seconds
    while not (what := found()):
        assert time.monotonic() < end, "it does not come about"
        time.sleep(.02)
    return what


def run(*args, **more):
    return subprocess.run([ACESO, *args], capture_output=True, text=True, timeout=120, **more)


def form(name, content, boundary="----aceso-test"):
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n").encode() + content + \
        f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def quoted(**query):
    return "?" + urllib.parse.urlencode(query)
