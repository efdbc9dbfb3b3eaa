#!/usr/bin/env python3
"""HTTP/1.1 as clients and attackers speak it, against the test server. Needs $HTTPD."""
import gzip, json, os, pathlib, signal, socket, subprocess, sys, tempfile, threading, time, unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from kit import SLOW, answers, ask, get, main, receive, server

H = b"Host: x\r\n"
OPEN, CLOSED = False, True


def post(path, headers, body=b""):
    return b"POST %s HTTP/1.1\r\n%s%s\r\n%s" % (path.encode(), H, headers, body)


# name, bytes, statuses, closed afterwards?
HOSTILE = [
    ("valid", b"GET /health HTTP/1.1\r\n" + H + b"\r\n", [200], OPEN),
    ("three at once", (b"GET /health HTTP/1.1\r\n" + H + b"\r\n") * 3, [200] * 3, OPEN),
    ("length and chunks", post("/echo", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), [400], CLOSED),
    ("chunks and length", post("/echo", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n"), [400], CLOSED),
    ("two lengths", post("/echo", b"Content-Length: 5\r\nContent-Length: 6\r\n", b"abcdef"), [400], CLOSED),
    ("the same length twice", post("/echo", b"Content-Length: 5\r\nContent-Length: 5\r\n", b"abcde"), [400], CLOSED),
    ("length list", post("/echo", b"Content-Length: 5, 5\r\n", b"abcde"), [400], CLOSED),
    ("length +5", post("/echo", b"Content-Length: +5\r\n", b"abcde"), [400], CLOSED),
    ("length -1", post("/echo", b"Content-Length: -1\r\n", b""), [400], CLOSED),
    ("length 5abc", post("/echo", b"Content-Length: 5abc\r\n", b"abcde"), [400], CLOSED),
    ("length empty", post("/echo", b"Content-Length: \r\n", b""), [400], CLOSED),
    ("length 0x5", post("/echo", b"Content-Length: 0x5\r\n", b"abcde"), [400], CLOSED),
    ("length over 2^64", post("/echo", b"Content-Length: 18446744073709551621\r\n", b"abcde"), [400], CLOSED),
    ("length over 2^63", post("/echo", b"Content-Length: 9223372036854775808\r\n", b""), [400], CLOSED),
    ("encoding xchunked", post("/echo", b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"), [501], CLOSED),
    ("encoding chunked, identity", post("/echo", b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"), [501], CLOSED),
    ("encoding twice", post("/echo", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), [400], CLOSED),
    ("encoding in 1.0", b"POST /echo HTTP/1.0\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], CLOSED),
    ("chunk size overflow", post("/echo", b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\n"), [400], CLOSED),
    ("chunk size 1g", post("/echo", b"Transfer-Encoding: chunked\r\n", b"1g\r\nx\r\n0\r\n\r\n"), [400], CLOSED),
    ("chunk size 0x1", post("/echo", b"Transfer-Encoding: chunked\r\n", b"0x1\r\nx\r\n0\r\n\r\n"), [400], CLOSED),
    ("chunk size empty", post("/echo", b"Transfer-Encoding: chunked\r\n", b"\r\nx\r\n0\r\n\r\n"), [400], CLOSED),
    ("chunk without CRLF", post("/echo", b"Transfer-Encoding: chunked\r\n", b"3\r\nabcXX0\r\n\r\n"), [400], CLOSED),
    ("chunk with bare LF", post("/echo", b"Transfer-Encoding: chunked\r\n", b"3\nabc\n0\n\n"), [400], CLOSED),
    ("chunk extension too long", post("/echo", b"Transfer-Encoding: chunked\r\n", b"3;" + b"a" * 1000 + b"\r\nabc\r\n0\r\n\r\n"), [400], CLOSED),
    ("chunk extension with LF", post("/echo", b"Transfer-Encoding: chunked\r\n", b"3;a\nb\r\nabc\r\n0\r\n\r\n"), [400], CLOSED),
    ("trailers", post("/echo", b"Transfer-Encoding: chunked\r\n", b"3;a=b\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"), [200], OPEN),
    ("trailers too long", post("/echo", b"Transfer-Encoding: chunked\r\n", b"0\r\n" + b"A: bbbbbbbb\r\n" * 1000 + b"\r\n"), [400], CLOSED),
    ("blank before colon", b"GET /health HTTP/1.1\r\n" + H + b"X-A : b\r\n\r\n", [400], CLOSED),
    ("no colon", b"GET /health HTTP/1.1\r\n" + H + b"X-A\r\n\r\n", [400], CLOSED),
    ("no name", b"GET /health HTTP/1.1\r\n" + H + b": b\r\n\r\n", [400], CLOSED),
    ("folded header", b"GET /health HTTP/1.1\r\n" + H + b"X-A: b\r\n c\r\n\r\n", [400], CLOSED),
    ("folded first header", b"GET /health HTTP/1.1\r\n X-A: b\r\n" + H + b"\r\n", [400], CLOSED),
    ("bare LF", b"GET /health HTTP/1.1\nHost: x\n\n", [400], CLOSED),
    ("bare LF in headers", b"GET /health HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", [400], CLOSED),
    ("bare CR in value", b"GET /health HTTP/1.1\r\n" + H + b"X-A: b\rc\r\n\r\n", [400], CLOSED),
    ("NUL in header", b"GET /health HTTP/1.1\r\n" + H + b"X-A: b\0c\r\n\r\n", [400], CLOSED),
    ("control in header", b"GET /health HTTP/1.1\r\n" + H + b"X-A: b\x01c\r\n\r\n", [400], CLOSED),
    ("no Host", b"GET /health HTTP/1.1\r\n\r\n", [400], CLOSED),
    ("two Hosts", b"GET /health HTTP/1.1\r\n" + H + b"Host: y\r\n\r\n", [400], CLOSED),
    ("bad Host", b"GET /health HTTP/1.1\r\nHost: a b\r\n\r\n", [400], CLOSED),
    ("Host with user", b"GET /health HTTP/1.1\r\nHost: a@b\r\n\r\n", [400], CLOSED),
    ("HTTP/1.0", b"GET /health HTTP/1.0\r\n\r\n", [200], CLOSED),
    ("HTTP/9.9", b"GET /health HTTP/9.9\r\n" + H + b"\r\n", [505], CLOSED),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], CLOSED),
    ("HTTP/0.9", b"GET /health\r\n\r\n", [400], CLOSED),
    ("version in small letters", b"GET /health http/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400], CLOSED),
    ("garbage text", b"hello world, how are you\r\n\r\n", [400], CLOSED),
    ("blanks in line", b"GET  /health  HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("tab in line", b"GET\t/health\tHTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("blank at its end", b"GET /health HTTP/1.1 \r\n" + H + b"\r\n", [400], CLOSED),
    ("unknown method", b"BREW /health HTTP/1.1\r\n" + H + b"\r\n", [200], OPEN),
    ("CONNECT", b"CONNECT x:443 HTTP/1.1\r\n" + H + b"\r\n", [501], CLOSED),
    ("64 KB header", b"GET /health HTTP/1.1\r\n" + H + b"X-A: " + b"a" * 65536 + b"\r\n\r\n", [431], CLOSED),
    ("64 KB target", b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n" + H + b"\r\n", [414], CLOSED),
    ("64 KB without a line end", b"GET /" + b"a" * 65536, [414], CLOSED),
    ("2000 headers", b"GET /health HTTP/1.1\r\n" + H + b"".join(b"X-%d: y\r\n" % i for i in range(2000)) + b"\r\n", [431], CLOSED),
    ("100 headers", b"GET /health HTTP/1.1\r\n" + H + b"".join(b"X-%d: y\r\n" % i for i in range(100)) + b"\r\n", [200], OPEN),
    ("dot segments", b"GET /a/../health HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("escaped dot segments", b"GET /%2e%2e/health HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("escaped slash", b"GET /a%2fb HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("escaped NUL", b"GET /a%00 HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("fragment", b"GET /health#x HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("no UTF-8", b"GET /%ff HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("raw byte in target", b"GET /\xc3\xb1 HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("target without slash", b"GET health HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("absolute target", b"GET http://y/health HTTP/1.1\r\n" + H + b"\r\n", [200], OPEN),
    ("absolute target without path", b"GET http://y HTTP/1.1\r\n" + H + b"\r\n", [404], OPEN),
    ("star", b"GET * HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("unknown expectation", post("/echo", b"Content-Length: 2\r\nExpect: 200-ok\r\n", b"{}"), [417], CLOSED),
    ("empty line before", b"\r\nGET /health HTTP/1.1\r\n" + H + b"\r\n", [200], OPEN),
    ("many empty lines before", b"\r\n\r\n\r\nGET /health HTTP/1.1\r\n" + H + b"\r\n", [400], CLOSED),
    ("body nobody wants", post("/health", b"Content-Length: 5\r\n", b"abcde"), [200], CLOSED),
    ("body too long for its path", post("/echo", b"Content-Length: 2000000\r\n"), [413], CLOSED),
    ("smuggled request is data", post("/echo", b"Content-Length: 40\r\n", b"GET /secret HTTP/1.1\r\nHost: y\r\n\r\n1234567"), [200], OPEN),
]


class Hostile(unittest.TestCase):
    def test_every_row(self):
        with server() as s:
            for name, raw, statuses, closed in HOSTILE:
                with self.subTest(name):
                    got, was_closed = ask(s, raw, n=len(statuses))
                    self.assertEqual([a.status for a in got], statuses, got)
                    self.assertEqual(was_closed, closed)
                    if got[0].status >= 400 and got[0].status != 404:
                        self.assertIn("code", json.loads(got[0].body)["error"])

    def test_every_row_byte_by_byte(self):
        """The answer does not depend on how the bytes are cut."""
        with server() as s:
            for name, raw, statuses, closed in HOSTILE:
                if len(raw) > 2000:
                    continue
                with self.subTest(name), s.connect() as c:
                    try:
                        for i in range(len(raw)):
                            c.send(raw[i:i + 1])
                    except OSError:
                        pass
                    got, _ = receive(c, 2, lambda b: b.count(b"HTTP/1.1 ") >= len(statuses))
                    self.assertEqual([a.status for a in answers(got)], statuses)

    def test_response_splitting(self):
        with server() as s:
            a = get(s, "/bad")
            self.assertEqual(a.status, 500)
            self.assertNotIn("set-cookie", a.headers)


class Protocol(unittest.TestCase):
    def test_headers_of_every_answer(self):
        with server() as s:
            for a in (get(s, "/health"), get(s, "/nowhere"), ask(s, b"GET / HTTP/1.1\r\n\r\n")[0][0]):
                self.assertEqual(a.headers["cache-control"], "no-store")
                self.assertEqual(a.headers["x-content-type-options"], "nosniff")
                self.assertEqual(a.headers["referrer-policy"], "no-referrer")
                self.assertIn("frame-ancestors 'none'", a.headers["content-security-policy"])
                self.assertRegex(a.headers["date"], r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
                self.assertNotIn("strict-transport-security", a.headers)
                self.assertNotIn("server", a.headers)
            ids = {get(s, "/health").headers["request-id"] for _ in range(5)}
            self.assertEqual(len(ids), 5)

    def test_what_the_handler_sees(self):
        with server() as s:
            a = json.loads(get(s, "/show?a=1&b=x%20y+z", "Cookie: a=1; session=abc\r\nX-Custom: 1\r\n").body)
            self.assertEqual((a["path"], a["cookie"], a["peer"], a["local"], a["tls"]), ("/show", "abc", "127.0.0.1", True, False))
            self.assertEqual(a["host"], "x")
            self.assertEqual(json.loads(ask(s, b"GET http://other:81/show HTTP/1.1\r\nHost: x\r\n\r\n")[0][0].body)["host"], "other:81")

    def test_head_has_no_body(self):
        with server() as s:
            for path in ("/health", "/big?n=5000", "/source?n=5000", "/source?n=5000&chunks", "/nowhere"):
                with self.subTest(path):
                    full = get(s, path)
                    raw = f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                    with s.connect() as c:
                        c.sendall(raw + raw)
                        got, closed = receive(c, 0.5, lambda b: b.count(b"\r\n\r\n") == 2)
                    a = answers(got, head=True)
                    self.assertEqual([x.status for x in a], [full.status] * 2)
                    self.assertFalse(closed)
                    self.assertEqual(a[0].headers.get("content-length"), full.headers.get("content-length"))

    def test_pipelined_answers_come_in_order(self):
        with server() as s:
            raw = b"".join(b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % p for p in (b"work?ms=100", b"show?n=1", b"source?n=70000", b"nowhere", b"work?ms=10"))
            got, closed = ask(s, raw + post("/echo", b"Content-Length: 4\r\n", b"last"), n=6)
            self.assertEqual([a.status for a in got], [200, 200, 200, 404, 200, 200])
            self.assertEqual((len(got[2].body), got[5].body, closed), (70000, b"last", False))
            many = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 5000
            with s.connect() as c:
                t = threading.Thread(target=c.sendall, args=(many,))
                t.start()
                got, _ = receive(c, 20, lambda b: b.count(b"HTTP/1.1 200") == 5000)
                t.join()
            self.assertEqual(got.count(b"HTTP/1.1 200"), 5000)

    def test_who_does_not_read_is_not_read(self):
        """Requests without end, and nobody takes the answers: memory stays bounded, and the connection ends."""
        with server("write_ms=1000") as s, s.connect() as c:
            before, raw = s.rss(), b"GET /big?n=60000 HTTP/1.1\r\nHost: x\r\n\r\n" * 100
            c.settimeout(5)
            with self.assertRaises(OSError):
                for _ in range(20000):
                    c.sendall(raw)
            self.assertLess(s.rss() - before, 60000 if SLOW else 16000)

    def test_connection_close_is_heard(self):
        with server() as s:
            self.assertTrue(ask(s, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n")[1])

    def test_continue(self):
        with server() as s, s.connect() as c:
            c.sendall(post("/echo", b"Content-Length: 4\r\nExpect: 100-continue\r\n"))
            got, _ = receive(c, 2, lambda b: b"\r\n\r\n" in b)
            self.assertEqual(got, b"HTTP/1.1 100 Continue\r\n\r\n")
            c.sendall(b"body")
            got, closed = receive(c, 2, lambda b: b.endswith(b"body"))
            self.assertEqual((answers(got)[0].body, closed), (b"body", False))
        with server() as s:
            got, closed = ask(s, post("/echo", b"Content-Length: 9999999\r\nExpect: 100-continue\r\n"))
            self.assertEqual(([a.status for a in got], closed), ([413], True))
            got, closed = ask(s, post("/health", b"Content-Length: 9\r\nExpect: 100-continue\r\n"))
            self.assertEqual(([a.status for a in got], closed), ([200], True))

    def test_a_body_that_is_let_in_later(self):
        with server() as s:
            for headers, body in ((b"Content-Length: 5\r\n", b"abcde"), (b"Content-Length: 0\r\n", b""), (b"", b""), (b"Transfer-Encoding: chunked\r\n", b"5\r\nabcde\r\n0\r\n\r\n")):
                got, closed = ask(s, post("/guarded", headers, body) + b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", n=2)
                self.assertEqual(([a.status for a in got], closed), ([200, 200], False))
                self.assertEqual(json.loads(got[0].body)["bytes"], 5 if body else 0)
                got, closed = ask(s, post("/guarded?deny", headers, body))
                self.assertEqual((got[0].status, closed), (401, body != b""))
            for query, first in (("", b"HTTP/1.1 100 Continue\r\n\r\n"), ("?deny", b"HTTP/1.1 401 Unauthorized\r\n")):
                with s.connect() as c:
                    c.sendall(post("/guarded" + query, b"Content-Length: 5\r\nExpect: 100-continue\r\n"))
                    self.assertEqual(receive(c, 0.05), (b"", False))
                    got, _ = receive(c, 2, lambda b: b"\r\n\r\n" in b)
                    self.assertTrue(got.startswith(first), got)
                    if not query:
                        c.sendall(b"abcde")
                        self.assertIn(b'{"bytes":5}', receive(c, 2, lambda b: b.endswith(b"}"))[0])
            with s.connect() as c:                        # gone while nobody has decided
                c.sendall(post("/guarded", b"Content-Length: 5\r\n", b"abcde"))
            time.sleep(0.3)
            counts = json.loads(get(s, "/counts").body)
            self.assertEqual((counts["gone"], counts["requests"] - counts["done"]), (1, 1))

    def test_an_early_refusal_reaches_a_client_that_is_still_sending(self):
        with server() as s, s.connect() as c:
            c.sendall(post("/echo", b"Content-Length: 3000000\r\n"))
            c.settimeout(5)
            try:
                for _ in range(30):
                    c.sendall(b"x" * 100000)
            except OSError:
                pass
            got, _ = receive(c, 3)
            self.assertEqual(answers(got)[0].status, 413)

    def test_chunked_body_over_its_limit(self):
        with server() as s:
            body = b"".join(b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(40))
            got, closed = ask(s, post("/echo", b"Transfer-Encoding: chunked\r\n", body))
            self.assertEqual(([a.status for a in got], closed), ([413], True))

    def test_chunked_body_cut_anywhere(self):
        body = b"5;x=y\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
        with server() as s:
            for cut in range(len(body)):
                with s.connect() as c:
                    c.sendall(post("/echo", b"Transfer-Encoding: chunked\r\n", body[:cut]))
                    time.sleep(0.002)
                    c.sendall(body[cut:])
                    got, _ = receive(c, 2, lambda b: b.endswith(b"world"))
                    self.assertEqual(answers(got)[0].body, b"hello, world", cut)

    def test_sources(self):
        with server() as s:
            for query in ("n=0", "n=1", "n=300000", "n=300000&chunks", "n=0&chunks", "n=50000&slow", "n=50000&slow&chunks"):
                a = get(s, "/source?" + query, seconds=10)
                self.assertEqual(len(a.body), int(query.split("&")[0][2:]), query)
            got, closed = ask(s, b"GET /source?n=9000&chunks HTTP/1.0\r\n\r\n")
            self.assertEqual((len(got[0].body), closed), (9000, True))
            self.assertNotIn("transfer-encoding", got[0].headers)
            got, closed = ask(s, b"GET /source?n=5000&lie=100 HTTP/1.1\r\nHost: x\r\n\r\n", seconds=1)
            self.assertTrue(closed)       # a part is not taken for the whole
            self.assertLess(len(got[0].body) if got else 0, 5100)

    def test_gzip(self):
        with server() as s:
            plain = get(s, "/big?n=50000")
            packed = get(s, "/big?n=50000", "Accept-Encoding: deflate, gzip;q=0.8, br\r\n")
            self.assertEqual(packed.headers["content-encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed.body), plain.body)
            self.assertEqual(plain.headers["vary"], "Accept-Encoding")
            for header in ("gzip;q=0", "br", "gzip;q=0.0", "gzip;q=x", ""):
                self.assertNotIn("content-encoding", get(s, "/big?n=50000", f"Accept-Encoding: {header}\r\n").headers)
            for path in ("/big?n=500", "/big?n=50000&secret", "/source?n=50000"):
                self.assertNotIn("content-encoding", get(s, path, "Accept-Encoding: gzip\r\n").headers)
            with self.subTest("HEAD says what GET would"), s.connect() as c:
                c.sendall(b"HEAD /big?n=50000 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
                got, _ = receive(c, 1, lambda b: b.endswith(b"\r\n\r\n"))
                self.assertEqual(answers(got, head=True)[0].headers["content-length"], packed.headers["content-length"])

    def test_etag(self):
        with server() as s:
            self.assertEqual(get(s, "/big?n=500").headers["etag"], '"v1-abc"')
            for value, status in (('"v1-abc"', 304), ('W/"v1-abc"', 304), ('"x", "v1-abc"', 304), ("*", 304), ('"v1"', 200), ("v1-abc", 200), ("", 200)):
                a = get(s, "/big?n=500", f"If-None-Match: {value}\r\n")
                self.assertEqual((a.status, len(a.body)), (status, 500 if status == 200 else 0), value)
            self.assertEqual(get(s, "/big?n=500", 'If-None-Match: "v1-abc"\r\n', method="POST").status, 200)

    def test_cors(self):
        friend, foe = "Origin: https://friend.example\r\n", "Origin: https://foe.example\r\n"
        ask_first = "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: authorization\r\n"
        with server() as s:
            a = get(s, "/health", friend)
            self.assertNotIn("access-control-allow-origin", a.headers)
            self.assertEqual(get(s, "/health", friend + ask_first, method="OPTIONS").status, 200)   # the handler's own answer
        with server("cors=1") as s:
            a = get(s, "/health", friend)
            self.assertEqual((a.headers["access-control-allow-origin"], a.headers["vary"]), ("https://friend.example", "Origin"))
            self.assertNotIn("access-control-allow-origin", get(s, "/health", foe).headers)
            self.assertNotIn("access-control-allow-origin", get(s, "/health").headers)
            a = get(s, "/health", friend + ask_first, method="OPTIONS")
            self.assertEqual((a.status, a.headers["access-control-allow-methods"], a.headers["access-control-allow-headers"]), (204, "PUT", "authorization"))
            self.assertNotIn("access-control-allow-methods", get(s, "/health", foe + ask_first, method="OPTIONS").headers)

    def test_forms(self):
        def part(head, data):
            return b"--B\r\n" + head + b"\r\n\r\n" + data + b"\r\n"
        form = (part(b'Content-Disposition: form-data; name="note"', b"text") +
                part(b'Content-Disposition: form-data; name="file"; filename="C:\\\\docs\\\\a b.pdf"\r\nContent-Type: application/pdf', b"\r\n--A\r\n--\r\n-" * 5000) +
                part(b'content-disposition: FORM-DATA; filename=x.txt; name=e', b"") + b"--B--\r\n")
        kind = b"Content-Type: multipart/form-data; boundary=B\r\n"
        with server() as s:
            a, _ = ask(s, post("/form", kind + b"Content-Length: %d\r\n" % len(form), form))
            self.assertEqual((a[0].status, a[0].body), (200, b"[note|||4][file|a b.pdf|application/pdf|60000][e|x.txt||0]"))
            for bad in (form[:-8], form.replace(b"--B--", b"--B-x"), b"x" + form, part(b"X: y", b"") + b"--B--", part(b'Content-Disposition: form-data', b"") + b"--B--", b"",
                        part(b'Content-Disposition: attachment; name="a"', b"") + b"--B--", part(b'Content-Disposition: form-data; name="a"; name="b"', b"") + b"--B--",
                        part(b'Content-Disposition: form-data; name="a"\r\nX: ' + b"y" * 9000, b"") + b"--B--", part(b'Content-Disposition: form-data; name="a"', b"") * 20 + b"--B--",
                        part(b'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', b"") + b"--B--"):
                a, _ = ask(s, post("/form", kind + b"Content-Length: %d\r\n" % len(bad), bad))
                self.assertEqual(a[0].status, 400, bad[:80])


class Time(unittest.TestCase):
    def closed_after(self, s, drip=b"", first=b"", every=0.1, limit=8.0):
        begin = time.monotonic()
        with s.connect() as c:
            c.sendall(first)
            i, got = 0, b""
            while time.monotonic() - begin < limit:
                try:
                    if drip:
                        c.send(drip[i % len(drip):i % len(drip) + 1])
                        i += 1
                except OSError:
                    return time.monotonic() - begin, got
                more, closed = receive(c, every)
                got += more
                if closed:
                    return time.monotonic() - begin, got
        return None, got

    def test_slow_clients(self):
        cases = {
            "silent": dict(),
            "headers": dict(first=b"GET /health HTTP/1.1\r\n" + H, drip=b"X-A: b\r\n"),
            "request line": dict(first=b"GET /", drip=b"a"),
            "body": dict(first=post("/stream", b"Content-Length: 100000\r\n"), drip=b"x"),
            "chunks": dict(first=post("/stream", b"Transfer-Encoding: chunked\r\n"), drip=b"1\r\nx\r\n"),
            "idle": dict(first=b"GET /health HTTP/1.1\r\n" + H + b"\r\n"),
            "empty lines": dict(first=b"GET /health HTTP/1.1\r\n" + H + b"\r\n", drip=b"\r\n"),
        }
        with server("head_ms=1000", "idle_ms=1000", "body_ms=1000", "rate=1000", "linger_ms=500") as s:
            for name, case in cases.items():
                with self.subTest(name):
                    seconds, got = self.closed_after(s, **case)
                    self.assertIsNotNone(seconds, "it was never closed")
                    self.assertLess(seconds, 3.5 if name != "empty lines" else 4.5)
                    if name in ("headers", "body", "chunks"):
                        self.assertEqual(answers(got)[0].status, 408)

    def test_a_slow_but_honest_upload_is_fine(self):
        with server("body_ms=500", "rate=1000", "head_ms=500") as s, s.connect() as c:
            c.sendall(post("/stream", b"Content-Length: 10000\r\n"))
            for _ in range(20):
                c.sendall(b"x" * 500)
                time.sleep(0.1)
            self.assertIn(b'{"bytes":10000}', receive(c, 2, lambda b: b.endswith(b"}"))[0])

    def test_time_while_the_server_holds_the_client_up_does_not_count(self):
        with server("body_ms=300", "rate=1000000") as s, s.connect() as c:
            c.sendall(post("/stream?slow", b"Content-Length: 1000000\r\n"))
            c.sendall(b"x" * 1000000)
            self.assertIn(b'{"bytes":1000000}', receive(c, 20, lambda b: b.endswith(b"}"))[0])

    def test_who_takes_nothing_is_cut_off(self):
        with server("write_ms=1000") as s, s.connect() as c:
            c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            c.sendall(b"GET /source?n=50000000 HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(3)
            self.assertEqual(json.loads(get(s, "/counts").body)["open"], 1)

    def test_hang_up_is_noticed_at_once(self):
        with server() as s:
            for path in ("work?ms=20000", "never", "source?n=1000000000&slow"):
                with s.connect() as c:
                    c.sendall(f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    time.sleep(0.2)
                before = json.loads(get(s, "/counts").body)
                time.sleep(0.1)
            time.sleep(0.1)
            counts = json.loads(get(s, "/counts").body)
            self.assertEqual((counts["gone"], counts["open"]), (3, 1), before)


class Limits(unittest.TestCase):
    def test_connections(self):
        with server("connections=5") as s:
            kept = [s.connect() for _ in range(5)]
            for c in kept:
                c.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b"200 OK", receive(c, 2, lambda b: b.endswith(b"}"))[0])
            a, closed = ask(s, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual((a[0].status, closed), (503, True))
            kept.pop().close()
            time.sleep(0.1)
            self.assertEqual(get(s, "/health").status, 200)
            for c in kept:
                c.close()

    def test_per_address(self):
        with server("per_address=3") as s:
            kept = [s.connect() for _ in range(3)]
            time.sleep(0.1)
            self.assertEqual(ask(s, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")[0][0].status, 503)
            other = socket.create_connection(("127.0.0.1", s.port), source_address=("127.0.0.9", 0))
            other.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"200 OK", receive(other, 2, lambda b: b.endswith(b"}"))[0])
            for c in kept + [other]:
                c.close()

    def test_upload_in_constant_memory(self):
        size = (30 if SLOW else 300) << 20
        with server() as s:
            for headers, chunked in ((b"Content-Length: %d\r\n" % size, False), (b"Transfer-Encoding: chunked\r\n", True)):
                with s.connect(60) as c:
                    c.sendall(post("/stream", headers))
                    piece = b"x" * (1 << 20)
                    for _ in range(size >> 20):
                        c.sendall(b"100000\r\n" + piece + b"\r\n" if chunked else piece)
                    c.sendall(b"0\r\n\r\n" if chunked else b"")
                    got, _ = receive(c, 60, lambda b: b.endswith(b"}"))
                    self.assertEqual(json.loads(answers(got)[0].body)["bytes"], size)
            print(f"\n{size >> 20} MB twice: peak {s.peak()} KB", file=sys.stderr)
            if not SLOW:
                self.assertLess(s.peak(), 20000)


class End(unittest.TestCase):
    def test_what_is_under_way_is_answered(self):
        with server() as s:
            idle, busy, sending = s.connect(), s.connect(), s.connect()
            idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            receive(idle, 2, lambda b: b.endswith(b"}"))
            busy.sendall(b"GET /work?ms=600 HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            sending.sendall(post("/stream", b"Content-Length: 10\r\n", b"12345"))
            time.sleep(0.2)
            s.p.send_signal(signal.SIGTERM)
            self.assertEqual(receive(idle, 1), (b"", True))
            with self.assertRaises(OSError):
                time.sleep(0.1)
                s.connect(1)
            sending.sendall(b"67890")
            for c, text in ((busy, b'{"worked":true}'), (sending, b'{"bytes":10}')):
                got, closed = receive(c, 3)
                found = answers(got)
                self.assertEqual((len(found), found[0].body, found[0].headers["connection"], closed), (1, text, "close", True))
            for c in (idle, busy, sending):
                c.close()
            self.assertEqual(s.p.wait(5), 0)

    def test_a_request_whose_client_has_gone_is_waited_for(self):
        with server() as s:
            with s.connect() as c:
                c.sendall(b"GET /sse_later HTTP/1.1\r\nHost: x\r\n\r\n")
            s.p.send_signal(signal.SIGTERM)
            self.assertEqual(s.p.wait(5), 0)

    def test_unix_socket_and_service_manager(self):
        with tempfile.TemporaryDirectory() as d:
            path, told = os.path.join(d, "http.sock"), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            told.bind(os.path.join(d, "notify"))
            told.settimeout(5)
            dead = socket.socket(socket.AF_UNIX)
            dead.bind(path)
            dead.close()
            with server(f"unix={path}", env={**os.environ, "NOTIFY_SOCKET": os.path.join(d, "notify")}) as s:
                self.assertEqual(told.recv(99), b"READY=1")
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
                with socket.socket(socket.AF_UNIX) as c:
                    c.connect(path)
                    c.sendall(b"GET /show HTTP/1.1\r\nHost: x\r\n\r\n")
                    a = json.loads(answers(receive(c, 2, lambda b: b.endswith(b"}}"))[0])[0].body)
                    self.assertEqual((a["peer"], a["local"]), ("", True))
                with self.assertRaises(RuntimeError), open(os.devnull, "w") as null:
                    with server(f"unix={path}", stderr=null):      # somebody answers there
                        pass
                s.stop()
                self.assertEqual(told.recv(99), b"STOPPING=1")
            told.close()

    def test_socket_activation(self):
        listening = socket.create_server(("127.0.0.1", 0))
        def become():
            os.dup2(listening.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ["LISTEN_PID"] = str(os.getpid())
        script = 'import os, sys; os.environ["LISTEN_PID"] = str(os.getpid()); os.environ["LISTEN_FDS"] = "1"; os.execv(sys.argv[1], sys.argv[1:2])'
        p = subprocess.Popen([sys.executable, "-c", script, os.environ.get("HTTPD", "")], preexec_fn=become, close_fds=False, stdout=subprocess.PIPE)
        p.stdout.readline()
        with socket.create_connection(listening.getsockname()) as c:
            c.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn(b"200 OK", receive(c, 2, lambda b: b.endswith(b"}"))[0])
        p.terminate()
        self.assertEqual(p.wait(5), 0)
        p.stdout.close()
        listening.close()


if __name__ == "__main__":
    main()
