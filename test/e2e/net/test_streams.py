#!/usr/bin/env python3
"""Event streams and WebSockets against the test server. Needs $HTTPD."""
import base64, hashlib, json, os, pathlib, resource, select, signal, struct, sys, threading, time, unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from kit import SLOW, answers, get, main, receive, server

STREAMS = 300 if SLOW else 2000
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def open_stream(s, path="/sse", headers=""):
    c = s.connect()
    c.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
    return c


class Events(unittest.TestCase):
    def test_what_comes(self):
        with server("tick_ms=200") as s:
            with open_stream(s, headers="Last-Event-ID: 41\r\n") as c:
                got, closed = receive(c, 3, lambda b: b.count(b"event: tick") == 3)
            a = answers(got)[0]
            self.assertEqual((a.status, a.headers["content-type"], a.headers["x-last"], a.headers["cache-control"]), (200, "text/event-stream", "41", "no-store"))
            self.assertNotIn("content-length", a.headers)
            text = b"".join(line for line in got.split(b"\r\n\r\n", 1)[1].split(b"\r\n") if b"\n" in line).decode()
            events = text.split("\n\n")
            self.assertEqual(events[0], "retry: 2000")
            self.assertRegex(events[1], r'^id: \d+\nevent: tick\ndata: \{"a":1\}\ndata: second line$')
            time.sleep(0.3)
            self.assertEqual(json.loads(get(s, "/counts").body)["streams"], 0)   # the client has gone

    def test_opened_from_another_thread(self):
        with server("tick_ms=100") as s, open_stream(s, "/sse_later") as c:
            self.assertIn(b"event: tick", receive(c, 2, lambda b: b"tick" in b)[0])

    def test_http_1_0_has_no_chunks(self):
        with server("tick_ms=100") as s, s.connect() as c:
            c.sendall(b"GET /sse HTTP/1.0\r\n\r\n")
            got, _ = receive(c, 2, lambda b: b"tick" in b)
            self.assertNotIn(b"chunked", got)
            self.assertIn(b"\r\n\r\nretry: 2000\n\n", got)

    def test_silence_is_filled(self):
        with server("tick_ms=100000", "keepalive_ms=300") as s, open_stream(s) as c:
            got, closed = receive(c, 1.6)
            self.assertFalse(closed)
            self.assertIn(got.count(b":\n\n"), (3, 4, 5))

    def test_who_is_too_slow_is_cut_off(self):
        with server() as s:
            with open_stream(s, "/flood") as c:
                c.settimeout(1)
                time.sleep(2.5)                 # meanwhile a thread sends as fast as it can
                deadline = time.monotonic() + 10
                while json.loads(get(s, "/counts").body)["streams"] and time.monotonic() < deadline:
                    time.sleep(0.1)
                self.assertEqual(json.loads(get(s, "/counts").body)["streams"], 0)

    def test_the_end(self):
        with server() as s, open_stream(s) as c:
            receive(c, 2, lambda b: b"retry" in b)
            s.p.send_signal(signal.SIGTERM)
            got, closed = receive(c, 2)
            self.assertTrue(closed and got.endswith(b"0\r\n\r\n"), got)
            self.assertEqual(s.p.wait(5), 0)

    def test_many_idle_streams_cost_little(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 10000), hard))
        with server("per_address=100000") as s:
            before, streams = s.rss(), []
            for _ in range(STREAMS):
                streams.append(open_stream(s))
            end = time.monotonic() + 3.2
            ticks = 0
            while time.monotonic() < end:
                for c in select.select(streams, [], [], 0.1)[0] if STREAMS < 500 else poll(streams):
                    ticks += c.recv(65536).count(b"event: tick")
            each = (s.rss() - before) / STREAMS
            print(f"\n{STREAMS} streams: {before} KB before, {each:.2f} KB each", file=sys.stderr)
            self.assertGreaterEqual(ticks, 2 * STREAMS)
            self.assertEqual(json.loads(get(s, "/counts").body)["streams"], STREAMS)
            if not SLOW:
                self.assertLess(each, 1.5)
            for c in streams:
                c.close()


def poll(sockets):
    p, by_fd = select.poll(), {c.fileno(): c for c in sockets}
    for fd in by_fd:
        p.register(fd, select.POLLIN)
    return [by_fd[fd] for fd, _ in p.poll(100)]


def frame(opcode, data=b"", fin=True, mask=True, rsv=0, length=None):
    n = len(data) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if mask else 0
    head += bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n) if n < 65536 else bytes([bit | 127]) + struct.pack(">Q", n)
    key = os.urandom(4)
    return head + (key + bytes(b ^ key[i % 4] for i, b in enumerate(data)) if mask else data)


def frames(raw):
    found = []
    while len(raw) >= 2:
        n, at = raw[1] & 0x7f, 2
        assert not raw[1] & 0x80, "a server does not mask"
        if n == 126:
            n, at = struct.unpack(">H", raw[2:4])[0], 4
        elif n == 127:
            n, at = struct.unpack(">Q", raw[2:10])[0], 10
        if len(raw) < at + n:
            break
        found.append((raw[0] & 15, raw[at:at + n]))
        raw = raw[at + n:]
    return found


HANDSHAKE = {"Connection": "keep-alive, Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode()}


def shake(s, path="/ws", **changes):
    c = s.connect()
    headers = {**HANDSHAKE, **{k.replace("_", "-"): v for k, v in changes.items()}}
    c.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{''.join(f'{k}: {v}' + chr(13) + chr(10) for k, v in headers.items() if v is not None)}\r\n".encode())
    got, closed = receive(c, 2, lambda b: b"\r\n\r\n" in b)
    top, _, rest = got.partition(b"\r\n\r\n")
    return c, int(top.split()[1]), top.decode(), rest


class WebSockets(unittest.TestCase):
    def talk(self, s, raw, n=1, seconds=2.0, path="/ws"):
        c, status, _, rest = shake(s, path)
        self.assertEqual(status, 101)
        with c:
            for piece in raw if isinstance(raw, list) else [raw]:
                try:
                    c.sendall(piece)
                except OSError:
                    break
            got, closed = receive(c, seconds, lambda b: len(frames(rest + b)) >= n)
            if not closed and any(f[0] == CLOSE for f in frames(rest + got)):
                _, closed = receive(c, 1)
            return frames(rest + got), closed

    def test_handshake(self):
        with server("cors=1") as s:
            c, status, top, _ = shake(s)
            c.close()
            accept = base64.b64encode(hashlib.sha1((HANDSHAKE["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
            self.assertEqual(status, 101)
            self.assertIn(f"Sec-WebSocket-Accept: {accept}", top)
            self.assertNotIn("Content-Length", top)
            for changes, expected in (
                    (dict(Sec_WebSocket_Version="8"), 426), (dict(Sec_WebSocket_Version=None), 426), (dict(Sec_WebSocket_Key=None), 400),
                    (dict(Sec_WebSocket_Key="short"), 400), (dict(Sec_WebSocket_Key="A" * 24), 400), (dict(Upgrade="h2c"), 400), (dict(Connection="keep-alive"), 400),
                    (dict(Origin="https://foe.example"), 403), (dict(Origin="https://friend.example"), 101), (dict(Origin="http://x"), 101), (dict(Origin="https://x"), 403)):
                c, status, top, _ = shake(s, **changes)
                c.close()
                self.assertEqual(status, expected, changes)
            for offered, expected in (("aceso.1", 101), ("other, aceso.1", 101), ("other", 400), (None, 400)):
                c, status, top, _ = shake(s, "/ws?protocol=1", Sec_WebSocket_Protocol=offered)
                c.close()
                self.assertEqual((status, "Sec-WebSocket-Protocol: aceso.1" in top), (expected, expected == 101))
            self.assertEqual(get(s, "/ws").status, 400)

    def test_messages(self):
        with server() as s:
            for opcode, data in ((TEXT, b""), (TEXT, "ñandú €".encode()), (BINARY, bytes(range(256))), (TEXT, b"x" * 125), (TEXT, b"x" * 126), (BINARY, b"x" * 65535), (BINARY, b"y" * 65536)):
                self.assertEqual(self.talk(s, frame(opcode, data))[0], [(opcode, data)])
            many = [(TEXT, b"%d" % i) for i in range(200)]
            self.assertEqual(self.talk(s, b"".join(frame(*m) for m in many), n=200)[0], many)
            raw = frame(TEXT, "bytes é one by one".encode())
            self.assertEqual(self.talk(s, [raw[i:i + 1] for i in range(len(raw))])[0], [(TEXT, "bytes é one by one".encode())])

    def test_fragments(self):
        with server() as s:
            self.assertEqual(self.talk(s, frame(TEXT, b"a", fin=False) + frame(0, b"b", fin=False) + frame(0, b"", fin=False) + frame(0, b"c"))[0], [(TEXT, b"abc")])
            euro = "€".encode()     # cut within a character
            self.assertEqual(self.talk(s, frame(TEXT, euro[:1], fin=False) + frame(0, euro[1:]))[0], [(TEXT, euro)])
            self.assertEqual(self.talk(s, frame(TEXT, b"a", fin=False) + frame(PING, b"p") + frame(0, b"b"), n=2)[0], [(PONG, b"p"), (TEXT, b"ab")])

    def test_ping_pong(self):
        with server() as s:
            self.assertEqual(self.talk(s, frame(PING, b"x" * 125))[0], [(PONG, b"x" * 125)])
            self.assertEqual(self.talk(s, frame(PONG, b"unasked") + frame(TEXT, b"a"))[0], [(TEXT, b"a")])
            got, closed = self.talk(s, b"", n=2, seconds=3, path="/ws?ping=300")     # who does not answer is gone
            self.assertEqual((got, closed), ([(PING, b"")], True))
            c, *_ = shake(s, "/ws?ping=300")
            with c:
                for _ in range(4):
                    got, closed = receive(c, 1, lambda b: len(frames(b)) >= 1)
                    self.assertEqual((frames(got), closed), ([(PING, b"")], False))
                    c.sendall(frame(PONG))

    def test_rules(self):
        """What breaks a rule is answered with the right code, and closed."""
        cases = {
            "not masked": (frame(TEXT, b"a", mask=False), 1002), "rsv1": (frame(TEXT, b"a", rsv=4), 1002), "rsv3": (frame(TEXT, b"a", rsv=1), 1002),
            "opcode 3": (frame(3, b"a"), 1002), "opcode 11": (frame(11, b"a"), 1002), "long ping": (frame(PING, b"x" * 126), 1002), "cut ping": (frame(PING, b"x", fin=False), 1002),
            "continuation of nothing": (frame(0, b"a"), 1002), "text within text": (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
            "bad UTF-8": (frame(TEXT, b"\xff"), 1007), "surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007), "overlong": (frame(TEXT, b"\xc0\xaf"), 1007),
            "UTF-8 cut at the end": (frame(TEXT, b"a\xe2\x82"), 1007), "bad UTF-8 in the second part": (frame(TEXT, b"a", fin=False) + frame(0, b"\xff"), 1007),
            "too big": (frame(BINARY, b"x" * 65537), 1009), "too big in parts": (frame(BINARY, b"x" * 40000, fin=False) + frame(0, b"x" * 40000), 1009),
            "length of 2^62": (frame(BINARY, b"abc", length=1 << 62), 1009), "close with one byte": (frame(CLOSE, b"x"), 1002), "close 1005": (frame(CLOSE, struct.pack(">H", 1005)), 1002),
            "close 999": (frame(CLOSE, struct.pack(">H", 999)), 1002), "close with bad UTF-8": (frame(CLOSE, struct.pack(">H", 1000) + b"\xff"), 1007),
        }
        with server() as s:
            for name, (raw, code) in cases.items():
                with self.subTest(name):
                    got, closed = self.talk(s, raw)
                    self.assertEqual((got[-1][0], struct.unpack(">H", got[-1][1][:2])[0], closed), (CLOSE, code, True))

    def test_close(self):
        with server() as s:
            for sent, heard in ((struct.pack(">H", 1000) + b"bye", 1000), (struct.pack(">H", 3001), 3001), (struct.pack(">H", 4999), 4999), (b"", 1005)):
                got, closed = self.talk(s, frame(CLOSE, sent))
                self.assertEqual((got[0][0], got[0][1][:2], closed), (CLOSE, sent[:2], True))
                self.assertEqual(json.loads(get(s, "/counts").body)["ws_code"], heard)
            c, *_ = shake(s)
            c.close()
            time.sleep(0.1)
            self.assertEqual(json.loads(get(s, "/counts").body)["ws_code"], 1006)
            c, *_ = shake(s)
            with c:
                c.sendall(frame(TEXT, b"close me"))
                got, closed = receive(c, 1, lambda b: len(frames(b)) == 1)
                self.assertEqual((frames(got), closed), ([(CLOSE, struct.pack(">H", 4001) + b"as you wish")], False))
                c.sendall(frame(CLOSE, got[2:4]))
                self.assertTrue(receive(c, 1)[1])
            got, closed = self.talk(s, frame(TEXT, b"close me"), n=2, seconds=3)   # who does not say goodbye is not waited for
            self.assertEqual((got[0][0], closed), (CLOSE, True))
            counts = json.loads(get(s, "/counts").body)
            self.assertEqual((counts["sockets"], counts["ws_closed"]), (0, 7))

    def test_floods(self):
        """Nobody reads the answers: the connection is cut, memory stays bounded."""
        with server("write_ms=1000") as s:
            for raw in (frame(TEXT, b"x" * 60000), frame(PING, b"x" * 100) * 500):
                before = s.rss()
                c, *_ = shake(s)
                with c, self.assertRaises(OSError):
                    c.settimeout(5)
                    for _ in range(10000):
                        c.sendall(raw)
                if not SLOW:
                    self.assertLess(s.rss() - before, 8000)

    def test_the_end(self):
        with server() as s:
            c, *_ = shake(s)
            s.p.send_signal(signal.SIGTERM)
            got, _ = receive(c, 2, lambda b: len(frames(b)) == 1)
            self.assertEqual(frames(got), [(CLOSE, struct.pack(">H", 1001))])
            c.sendall(frame(CLOSE, struct.pack(">H", 1001)))
            self.assertEqual(s.p.wait(5), 0)
            c.close()


if __name__ == "__main__":
    main()
