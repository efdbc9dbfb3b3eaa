#!/usr/bin/env python3
"""TLS against the test server. Needs $HTTPD."""
import contextlib, json, os, pathlib, shutil, signal, socket, ssl, subprocess, sys, tempfile, threading, time, unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from kit import SLOW, answers, ask, get, main, receive, server

ASK = b"GET /show HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextlib.contextmanager
def secure(*settings):
    with tempfile.TemporaryDirectory() as d:
        certificate, key = os.path.join(d, "c.pem"), os.path.join(d, "k.pem")
        with server(f"certificate={certificate}", f"key={key}", *settings) as s:
            s.certificate, s.key = certificate, key
            yield s


def dial(s, name="localhost", lowest=None, highest=None, alpn=None, trust=None):
    context = ssl.create_default_context(cafile=trust or s.certificate)
    if lowest:
        context.minimum_version = lowest
    if highest:
        context.maximum_version = highest
    if alpn:
        context.set_alpn_protocols(alpn)
    return context.wrap_socket(s.connect(), server_hostname=name)


class Tls(unittest.TestCase):
    def test_own_certificate(self):
        with secure() as s:
            for path in (s.certificate, s.key):
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            text = subprocess.run(["openssl", "x509", "-in", s.certificate, "-noout", "-text"], capture_output=True, text=True, check=True).stdout
            for expected in ("prime256v1", "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", "CA:FALSE", "TLS Web Server Authentication"):
                self.assertIn(expected, text)
            for name in ("localhost", "127.0.0.1"):
                with dial(s, name) as c:
                    self.assertEqual((c.version(), c.cipher()[0][:4]), ("TLSv1.3", "TLS_"))
                    c.sendall(ASK * 3)
                    got, _ = receive(c, 3, lambda b: b.count(b"HTTP/1.1 200") == 3 and b.endswith(b"}}"))
                    self.assertEqual([json.loads(a.body)["tls"] for a in answers(got)], [True] * 3)
            with self.assertRaises(ssl.SSLCertVerificationError):
                dial(s, "other.example")

    def test_versions(self):
        v = ssl.TLSVersion
        with secure() as s, self.assertRaises(ssl.SSLError):
            dial(s, highest=v.TLSv1_2)
        with secure("tls12=1") as s:
            with dial(s, highest=v.TLSv1_2) as c:
                self.assertIn("ECDHE", c.cipher()[0])
                c.sendall(ASK)
                self.assertIn(b"200 OK", receive(c, 2, lambda b: b.endswith(b"}}"))[0])

    def test_alpn(self):
        with secure() as s:
            with dial(s, alpn=["h2", "http/1.1"]) as c:
                self.assertEqual(c.selected_alpn_protocol(), "http/1.1")
            with self.assertRaises(ssl.SSLError):
                dial(s, alpn=["h2"])

    def test_big_things_both_ways(self):
        size = (3 if SLOW else 60) << 20
        with secure() as s, dial(s) as c:
            c.settimeout(60)
            c.sendall(b"POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
            for _ in range(size >> 20):
                c.sendall(b"x" * (1 << 20))
            self.assertIn(b'{"bytes":%d}' % size, receive(c, 60, lambda b: b.endswith(b"}"))[0])
            c.sendall(b"GET /source?n=%d&chunks HTTP/1.1\r\nHost: x\r\n\r\n" % size)
            got, _ = receive(c, 60, lambda b: b.endswith(b"0\r\n\r\n"))
            self.assertEqual(len(answers(got)[0].body), size)
            c.sendall(b"POST /stream?slow HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + b"y" * 500000)
            self.assertIn(b'{"bytes":500000}', receive(c, 20, lambda b: b.endswith(b"}"))[0])
            print(f"\n{size >> 20} MB both ways over TLS: peak {s.peak()} KB", file=sys.stderr)

    def test_goodbye(self):
        with secure() as s:
            with dial(s) as c:
                c.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                c.settimeout(3)
                got = b""
                while piece := c.recv(4096):      # without close_notify this would raise
                    got += piece
                self.assertIn(b"200 OK", got)
            with dial(s) as c:
                c.sendall(b"GET /work?ms=20000 HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(0.1)
                c.close()
            time.sleep(0.2)
            with dial(s) as c:
                c.sendall(b"GET /counts HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertEqual(json.loads(answers(receive(c, 2, lambda b: b.endswith(b"}"))[0])[0].body)["gone"], 1)

    def test_what_is_no_tls(self):
        with secure("head_ms=800", "linger_ms=300") as s:
            for raw in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 100, b"\x16\x03\x01\x00\x05hello", os.urandom(5000)):
                with s.connect() as c:
                    c.sendall(raw)
                    got, closed = receive(c, 3)
                    self.assertTrue(closed)
                    self.assertNotIn(b"HTTP/1.1 2", got)
            with s.connect() as c:            # a handshake that does not go on
                c.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
                self.assertTrue(receive(c, 4)[1])
            with dial(s) as c:
                c.sendall(ASK)
                self.assertIn(b"200 OK", receive(c, 2, lambda b: b.endswith(b"}}"))[0])

    def test_another_certificate(self):
        with secure() as s, tempfile.TemporaryDirectory() as d:
            old = os.path.join(d, "old.pem")
            shutil.copy(s.certificate, old)
            with dial(s) as c:
                with secure() as other:
                    shutil.copy(other.certificate, s.certificate)
                    s.p.send_signal(signal.SIGHUP)      # the key is not there yet: nothing changes
                    time.sleep(0.3)
                    dial(s, trust=old).close()
                    shutil.copy(other.key, s.key)
                s.p.send_signal(signal.SIGHUP)
                time.sleep(0.3)
                with self.assertRaises(ssl.SSLCertVerificationError):
                    dial(s, trust=old)
                dial(s).close()
                c.sendall(ASK)                          # an open connection goes on
                self.assertIn(b"200 OK", receive(c, 2, lambda b: b.endswith(b"}}"))[0])

    def test_many_idle_streams(self):
        n = 50 if SLOW else 500
        with secure("per_address=100000") as s:
            before, streams = s.rss(), []
            for _ in range(n):
                c = dial(s)
                c.sendall(b"GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")
                streams.append(c)
            time.sleep(1.5)
            each = (s.rss() - before) / n
            print(f"\n{n} TLS streams: {each:.1f} KB each", file=sys.stderr)
            for c in streams:
                self.assertIn(b"retry", c.recv(65536))
                c.close()
            if not SLOW:
                self.assertLess(each, 40)


if __name__ == "__main__":
    main()
