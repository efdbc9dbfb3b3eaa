#!/usr/bin/env python3
"""The server on the wire: headers that every client may count on, what is not sent twice, pages of other origins, and how it comes and
goes under a service manager."""
import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "net"))
from kit import answers, receive
from server import ACESO, NOTE, Server, main, run
from test_http import HOSTILE

ONE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Headers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s = Server().start()
        cls.job = cls.s.submit()
        cls.s.wait(cls.job)

    @classmethod
    def tearDownClass(cls):
        cls.s.stop()
        cls.s.own.cleanup()

    def test_what_was_read_is_not_sent_again(self):
        s = self.s
        for path in (f"/v1/jobs/{self.job}", f"/v1/jobs/{self.job}/result", f"/v1/jobs/{self.job}/result?fields=summary", f"/v1/jobs/{self.job}/fhir",
                     f"/result/{self.job}", f"/job/{self.job}", "/v1/jobs", "/openapi.json", "/docs"):
            first = s.ask("GET", path)
            tag = first.headers["ETag"]
            self.assertEqual(first.status, 200, path)
            self.assertRegex(tag, r'^(W/)?"[0-9a-f]{32}"$', path)
            again = s.ask("GET", path, headers={"If-None-Match": f'"x", {tag}'})
            self.assertEqual((again.status, again.bytes, again.headers["ETag"]), (304, b"", tag), path)
            self.assertIsNone(again.headers["Content-Length"])
            self.assertEqual(again.headers["Vary"], first.headers["Vary"])
            self.assertEqual(s.ask("GET", path, headers={"If-None-Match": '"x"'}).status, 200)
            self.assertEqual(s.ask("HEAD", path, headers={"If-None-Match": tag}).status, 304)
            packed = s.ask("GET", path, headers={"Accept-Encoding": "gzip"})
            if packed.headers["Content-Encoding"]:
                self.assertEqual(gzip.decompress(packed.bytes), first.bytes)
                self.assertEqual((packed.headers["ETag"], packed.headers["Vary"]), (tag, "Accept-Encoding"), path)
                self.assertTrue(tag.startswith("W/"))
                self.assertEqual(s.ask("GET", path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag}).status, 304)
        self.assertNotEqual(s.ask("GET", f"/v1/jobs/{self.job}/result").headers["ETag"], s.ask("GET", f"/v1/jobs/{self.job}/result?fields=summary").headers["ETag"])
        for path in ("/health", "/health/live", "/metrics"):
            self.assertIsNone(s.ask("GET", path).headers["ETag"], path)
        self.assertEqual(s.ask("GET", "/openapi.json").headers["Cache-Control"], "no-cache")
        self.assertEqual(s.ask("GET", f"/v1/jobs/{self.job}/result").headers["Cache-Control"], "no-store")
        self.assertEqual(s.ask("POST", "/v1/entities", {"text": NOTE}, headers={"If-None-Match": "*"}).status, 200)

    def test_a_304_is_a_read_like_any_other(self):
        """Who has no right to it learns nothing from a tag, and who has leaves a record."""
        s = self.s
        tag = s.ask("GET", f"/v1/jobs/{self.job}/result").headers["ETag"]
        auditor, _ = s.issue("auditor")
        self.assertEqual(s.ask("GET", f"/v1/jobs/{self.job}/result", key=auditor, headers={"If-None-Match": tag}).status, 403)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{self.job}/result", key="", headers={"If-None-Match": tag}).status, 401)
        a = s.ask("GET", f"/v1/jobs/{self.job}/result", headers={"If-None-Match": tag})
        self.assertEqual(a.status, 304)
        records = [r for r in s.ask("GET", "/v1/audit?limit=1000").json["records"] if r["request"] == a.headers["Request-Id"]]
        self.assertEqual([(r["action"], r["what"]) for r in records], [("read", "result")])

    def test_one_request_has_one_id(self):
        s = self.s
        seen = set()
        for method, path, key in (("GET", "/v1/jobs", None), ("GET", "/nothing", None), ("GET", "/v1/jobs", ""), ("PATCH", "/v1/jobs", None), ("GET", "/health", "")):
            a = s.ask(method, path, key=key)
            self.assertEqual(len(a.headers.get_all("Request-Id")), 1)
            self.assertIsNone(a.headers["X-Request-Id"])
            seen.add(a.headers["Request-Id"])
        self.assertEqual(len(seen), 5)
        denied = s.ask("GET", "/v1/jobs", key="nonsense").headers["Request-Id"]
        self.assertRegex(denied, ONE)
        self.assertIn(denied, {r["request"] for r in s.ask("GET", "/v1/audit?limit=1000").json["records"]})

    def test_problem_details_for_who_wants_them(self):
        s = self.s
        wanted = {"Accept": "application/json, application/problem+json"}
        cases = [("GET", "/nothing", None, None), ("GET", "/v1/jobs", None, ""), ("POST", "/v1/jobs", {"text": 5}, None), ("POST", "/v1/jobs", {"text": "x", "priority": 99}, None),
                 ("PATCH", "/v1/jobs", None, None), ("POST", "/v1/jobs", b"x", None), ("GET", f"/v1/jobs/{ONE.pattern[:0]}01890000-0000-7000-8000-000000000000", None, None)]
        for method, path, body, key in cases:
            ours, theirs = s.ask(method, path, body, key), s.ask(method, path, body, key, wanted)
            self.assertEqual((ours.status, ours.headers["Content-Type"], theirs.headers["Content-Type"]), (theirs.status, "application/json", "application/problem+json"))
            self.assertEqual(ours.json, {"error": theirs.json["error"]})
            self.assertEqual((theirs.json["type"], theirs.json["status"], theirs.json["code"], theirs.json["detail"]),
                             ("about:blank", ours.status, ours.code, ours.json["error"]["message"]), path)
            self.assertTrue(theirs.json["title"])
        self.assertEqual(s.ask("GET", "/nothing", headers={"Accept": "application/problem+json;q=0"}).headers["Content-Type"], "application/json")
        self.assertEqual(s.ask("GET", "/v1/jobs", headers=wanted).headers["Content-Type"], "application/json")  # no error, no problem

    def test_safe_by_default(self):
        s = self.s
        for path in ("/v1/jobs", "/docs", "/nothing", "/health", f"/v1/jobs/{self.job}/result"):
            h = s.ask("GET", path).headers
            self.assertEqual((h["X-Content-Type-Options"], h["Referrer-Policy"]), ("nosniff", "no-referrer"), path)
            self.assertIn("frame-ancestors 'none'", h["Content-Security-Policy"])
            self.assertIsNone(h["Access-Control-Allow-Origin"])
            self.assertIsNone(h["Server"])
            self.assertIsNone(h["Strict-Transport-Security"])
        a = s.ask("OPTIONS", "/v1/jobs", key="", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
        self.assertEqual((a.status, a.headers["Allow"], a.headers["Access-Control-Allow-Origin"]), (204, "GET, POST", None))

    def test_head_is_get_without_the_body(self):
        s = self.s
        for path in ("/v1/jobs", f"/v1/jobs/{self.job}/result", "/docs", "/nothing", "/health/live"):
            get, head = s.ask("GET", path), s.ask("HEAD", path)
            self.assertEqual((head.status, head.bytes, head.headers["Content-Length"], head.headers["ETag"]), (get.status, b"", get.headers["Content-Length"], get.headers["ETag"]))
        self.assertEqual(s.ask("HEAD", "/submit").status, 405)

    def test_a_stream_is_never_packed(self):
        s = self.s
        with socket.create_connection(("127.0.0.1", s.port), timeout=30) as c:
            c.sendall(f"GET /v1/jobs/{self.job}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip, deflate\r\nAuthorization: Bearer {s.admin}\r\n\r\n".encode())
            got = receive(c, 5, lambda b: b"event: completed" in b)[0].decode()
        self.assertIn("Content-Type: text/event-stream", got)
        self.assertNotIn("Content-Encoding", got)
        self.assertIn("X-Accel-Buffering: no", got)
        self.assertRegex(got, rf"Request-Id: {ONE.pattern}\r\n")

    def test_who_knows_the_end_is_told_that_there_is_no_more(self):
        s = self.s
        last = s.ask("GET", f"/v1/jobs/{self.job}").json["event"]
        for after in (last, last + 1):
            a = s.ask("GET", f"/v1/jobs/{self.job}/events", headers={"Accept": "text/event-stream", "Last-Event-ID": str(after)})
            self.assertEqual((a.status, a.bytes), (204, b""))       # an EventSource comes back no more
            self.assertEqual(list(s.socket(f"/v1/jobs/{self.job}/events?after={after}")), [])
            self.assertEqual(list(s.socket(f"/ws/{self.job}")), list(s.socket(f"/ws/{self.job}")))
        self.assertEqual([e[1] for e in s.events(self.job, last=last - 1)], ["completed"])

    def test_hostile_requests(self):
        """Those of the HTTP layer, here with a product around it: refused alike, and nothing of ours is asked."""
        s = self.s
        for name, data, statuses, closed in HOSTILE:
            if statuses[0] in (200, 404, 413):      # what is fine there is another path here
                continue
            data = data.replace(b"/echo", b"/submit").replace(b"/health", b"/health/live").replace(b"Host: x\r\n", b"Host: x\r\nAuthorization: Bearer %s\r\n" % s.admin.encode(), 1)
            with self.subTest(name), socket.create_connection(("127.0.0.1", s.port), timeout=30) as c:
                c.sendall(data)
                got, ended = receive(c, 5, lambda b: False)
                self.assertEqual(([a.status for a in answers(got)], ended), (statuses, closed))
        for data in (b"POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nGET /v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"POST /submit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", s.port), timeout=30) as c:
                c.sendall(data)
                self.assertNotIn(b" 200 ", receive(c, 2, lambda b: False)[0])


class Downloads(unittest.TestCase):
    SIZE = (20 if os.environ.get("ACESO_SLOW") else 200) << 20

    def stored(self, s, body):
        a = s.ask("POST", "/v1/documents?process=false&name=big", body, headers={"Content-Type": "application/octet-stream"})
        self.assertEqual(a.status, 202)
        return a.json["id"]

    def begin(self, s, path):
        c = socket.create_connection(("127.0.0.1", s.port), timeout=60)
        c.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s.admin}\r\n\r\n".encode())
        return c

    def test_large_documents_cost_no_memory(self):
        with Server() as s:
            body = os.urandom(1 << 20) * (self.SIZE >> 20)
            path = f"/v1/documents/{self.stored(s, body)}/content"
            before = s.memory()
            got = []
            threads = [threading.Thread(target=lambda: got.append(s.ask("GET", path).bytes == body)) for _ in range(3)]
            for th in threads:
                th.start()
            most = 0
            while any(th.is_alive() for th in threads):
                most = max(most, s.memory())
                time.sleep(.01)
            self.assertEqual(got, [True] * 3)
            if not os.environ.get("ACESO_SLOW"):
                self.assertLess(most - before, 10 << 20)
            head = s.ask("HEAD", path)
            self.assertEqual((head.headers["Content-Length"], head.bytes), (str(len(body)), b""))
            self.assertEqual(s.ask("GET", path, headers={"If-None-Match": head.headers["ETag"]}).status, 304)

    def test_who_hangs_up_or_stands_still_is_in_nobodys_way(self):
        with Server() as s:
            path = f"/v1/documents/{self.stored(s, os.urandom(1 << 20) * 20)}/content"
            still = [self.begin(s, path) for _ in range(4)]
            for n in list(range(0, 60)) * 2:
                with self.begin(s, path) as c:
                    c.recv(1 + n * 4096)
                    if n % 3 == 0:
                        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.assertEqual(len(s.ask("GET", path).bytes), 20 << 20)
            for c in still:
                c.close()
            self.assertEqual(s.stop(), 0)

    def test_what_is_damaged_or_deleted_meanwhile_is_cut_off(self):
        with Server() as s:
            ids = [self.stored(s, os.urandom(1 << 20) * 20) for _ in range(3)]
            blob = {i: os.path.join(s.folder, "blobs", i[-2:], i) for i in ids}
            for i, at in ((ids[0], 1000), (ids[1], 15 << 20)):
                with open(blob[i], "r+b") as f:
                    f.seek(at)
                    byte = f.read(1)[0]
                    f.seek(at)
                    f.write(bytes([byte ^ 1]))
            self.assertEqual(s.ask("GET", f"/v1/documents/{ids[0]}/content").status, 500)
            with self.assertRaises(http.client.IncompleteRead) as e:
                s.ask("GET", f"/v1/documents/{ids[1]}/content")
            self.assertLess(len(e.exception.partial), 15 << 20)
            with self.begin(s, f"/v1/documents/{ids[2]}/content") as c:
                c.recv(1000)
                self.assertEqual(s.ask("DELETE", f"/v1/documents/{ids[2]}").status, 204)
                got, ended = receive(c, 20, lambda b: False)
                self.assertTrue(ended)
                self.assertLess(len(got), 20 << 20)
            self.assertEqual(s.ask("GET", f"/v1/documents/{ids[2]}/content").status, 404)


class Limits(unittest.TestCase):
    def test_who_is_limited_knows_how_far_he_may_go(self):
        with Server(options=("--rate-address", "600", "--rate-key", "100", "--burst", "8")) as s:
            answers = [s.ask("GET", "/v1/jobs") for _ in range(12)]
            left = [int(a.headers["RateLimit-Remaining"]) for a in answers]
            self.assertEqual(left[:8], [7, 6, 5, 4, 3, 2, 1, 0])
            for a in answers:
                self.assertGreaterEqual(int(a.headers["RateLimit-Reset"]), 1)
                self.assertIn((a.headers["RateLimit-Limit"], a.headers["RateLimit-Policy"]), (("100", "100;w=3600;burst=8"), ("600", "600;w=60;burst=8")))
            late = [a for a in answers if a.status == 429]
            self.assertTrue(late)
            self.assertEqual(late[0].headers["Retry-After"], late[0].headers["RateLimit-Reset"])
            self.assertIsNone(s.ask("GET", "/health").headers["RateLimit-Limit"])
        with Server() as s:                        # no limits, no talk of them
            self.assertIsNone(s.ask("GET", "/v1/jobs").headers["RateLimit-Limit"])


class Origins(unittest.TestCase):
    def test_only_pages_that_were_named(self):
        with Server(options=("--cors", "https://console.example.org, http://localhost:5173")) as s:
            for origin, may in (("https://console.example.org", True), ("http://localhost:5173", True), ("https://evil.example", False), ("null", False),
                                ("https://console.example.org.evil.example", False)):
                a = s.ask("GET", "/v1/jobs", headers={"Origin": origin})
                self.assertEqual((a.status, a.headers["Access-Control-Allow-Origin"]), (200, origin if may else None))
                self.assertIn("Origin", a.headers["Vary"])
                self.assertIsNone(a.headers["Access-Control-Allow-Credentials"])     # keys go in headers, never in cookies
                if may:
                    self.assertIn("Request-Id", a.headers["Access-Control-Expose-Headers"])
                asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type, idempotency-key"}
                p = s.ask("OPTIONS", "/v1/jobs", key="", headers=asked)
                self.assertEqual((p.status, p.headers["Access-Control-Allow-Origin"], p.headers["Access-Control-Allow-Methods"]),
                                 (204, origin, "POST") if may else (204, None, None))
                e = s.ask("GET", "/v1/jobs", key="nonsense", headers={"Origin": origin})
                self.assertEqual((e.status, e.headers["Access-Control-Allow-Origin"]), (401, origin if may else None))   # a page may read why

    def test_lists_that_are_none(self):
        with tempfile.TemporaryDirectory() as t:
            for bad in ("*", "console.example.org", "https://a.example/", ""):
                p = run("serve", "--data", t, "--listen", "127.0.0.1:0", "--cors", bad)
                self.assertEqual((p.returncode, os.listdir(t)), (2, []), bad)
                self.assertIn("--cors", p.stderr)


class Manager(unittest.TestCase):
    """systemd, as far as a process sees it."""

    def test_readiness_and_the_end_are_told(self):
        with tempfile.TemporaryDirectory() as d, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(os.path.join(d, "notify"))
            told.settimeout(20)
            with Server(os.path.join(d, "data"), env={"NOTIFY_SOCKET": os.path.join(d, "notify")}) as s:
                self.assertEqual(told.recv(99), b"READY=1")
                self.assertEqual(s.ask("GET", "/health/ready", key="").status, 200)
                self.assertEqual(s.stop(), 0)
                self.assertEqual(told.recv(99), b"STOPPING=1")

    def test_a_socket_that_was_opened_before_loses_nobody(self):
        """Who connects before the program is there, or while it is restarted, waits and is answered."""
        script = 'import os, sys; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1"); os.execv(sys.argv[1], sys.argv[1:])'
        with tempfile.TemporaryDirectory() as d, socket.create_server(("127.0.0.1", 0)) as listening:
            def become():
                os.dup2(listening.fileno(), 3)
                os.set_inheritable(3, True)
            for _ in range(2):
                with socket.create_connection(listening.getsockname(), timeout=30) as c:
                    c.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                    p = subprocess.Popen([sys.executable, "-c", script, os.path.abspath(ACESO), "serve", "--data", d, "--listen", "127.0.0.1:1"], preexec_fn=become,
                                         close_fds=False, stdout=subprocess.PIPE)
                    try:
                        self.assertIn(b"200 OK", receive(c, 20, lambda b: b.endswith(b"}"))[0])
                    finally:
                        p.terminate()
                        self.assertEqual(p.wait(30), 0)
                        p.stdout.close()

    def test_streams_end_when_it_stops_and_go_on_at_the_next_one(self):
        with tempfile.TemporaryDirectory() as d:
            with Server(os.path.join(d, "data")) as s:
                later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 6))
                job = s.submit(run_at=later)
                got, ended = {}, {}

                def follow(kind, source):
                    got[kind] = []
                    with contextlib.suppress(Exception):
                        for m in source:
                            got[kind].append(m)
                    ended[kind] = time.monotonic()
                threads = [threading.Thread(target=follow, args=a) for a in (("sse", s.events(job)), ("ws", s.socket(f"/ws/{job}")), ("ws2", s.socket(f"/v1/jobs/{job}/events")))]
                for th in threads:
                    th.start()
                end = time.monotonic() + 10
                while len(got) < 3 or not all(got.values()):
                    self.assertLess(time.monotonic(), end, got)
                    time.sleep(.02)
                began = time.monotonic()
                self.assertEqual(s.stop(), 0)
                for th in threads:
                    th.join(10)
                self.assertEqual(set(ended), {"sse", "ws", "ws2"})
                self.assertLess(max(ended.values()) - began, 5)
            self.assertEqual([len(g) for g in got.values()], [1, 1, 1])
            with Server(os.path.join(d, "data")) as s:
                self.assertEqual([e[1] for e in s.events(job, last=1)], ["running", "completed"])

    def test_over_tls_browsers_stay_there(self):
        with tempfile.TemporaryDirectory() as t:
            cert, key = os.path.join(t, "c.pem"), os.path.join(t, "k.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
            with Server(os.path.join(t, "data"), options=("--tls-cert", cert, "--tls-key", key)) as s:
                def said(*more):
                    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-CAfile", cert, "-quiet", *more],
                                          input=b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", capture_output=True, timeout=30).stdout
                self.assertIn(b"Strict-Transport-Security: max-age=31536000", said("-ign_eof"))
                for old in ("-tls1_1", "-tls1"):
                    self.assertNotIn(b"200", said(old, "-ign_eof"))


class Earlier(unittest.TestCase):
    """Clients of the systems that this one replaces, as their documentation writes them: another address and a key."""
    NOTE = "Paciente de 45 años, masculino, presenta dolor de cabeza desde hace 3 días, severidad moderada. Tiene historial de migrañas."

    def test_the_queue_that_summarises(self):
        with Server() as s:
            a = s.ask("POST", "/submit", {"text": self.NOTE})
            self.assertEqual((a.status, set(a.json), a.json["status"]), (202, {"job_id", "status", "message"}, "pending"))
            first = s.ask("GET", f"/result/{a.json['job_id']}").json
            self.assertIn(first["status"], ("pending", "processing", "completed"))
            s.wait(a.json["job_id"])
            r = s.ask("GET", f"/result/{a.json['job_id']}").json
            self.assertEqual(set(r), {"job_id", "status", "clinical_summary"})
            c = r["clinical_summary"]
            self.assertEqual((r["status"], c["patient_age"], c["patient_gender"]), ("completed", 45, "masculino"))
            self.assertEqual([(x["name"], x["duration"], x["severity"]) for x in c["symptoms"]], [("dolor de cabeza", "3 días", "severidad moderada")])
            self.assertTrue(any("migraña" in x for x in c["risk_factors"]) and any("migraña" in x for x in c["relevant_conditions"]), c)
            self.assertTrue(c["narrative_summary"].startswith("Paciente masculino de 45 años"))
            last = None
            for last in s.socket(f"/ws/{a.json['job_id']}"):    # theirs reads until "completed"
                self.assertIn(last["status"], ("pending", "processing", "completed"))
            self.assertEqual((last["status"], last["job_id"]), ("completed", a.json["job_id"]))
            for bad in ({}, {"text": ""}, {"text": None}, {"audio": "x"}):
                self.assertEqual(s.ask("POST", "/submit", bad).status, 400)
            self.assertEqual(s.ask("GET", "/result/01890000-0000-7000-8000-000000000000").status, 404)
            failed = s.ask("POST", "/upload", b"%PDF-1.7 no more", headers={"Content-Type": "application/pdf"}).json["job_id"]
            s.wait(failed)
            r = s.ask("GET", f"/result/{failed}").json
            self.assertEqual((r["status"], set(r)), ("failed", {"job_id", "status", "error"}))

    def test_the_platform_that_extracts(self):
        with Server() as s:
            boundary = "----x"
            body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"document.txt\"\r\n\r\n{self.NOTE}\r\n--{boundary}--\r\n").encode()
            u = s.ask("POST", "/upload", body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
            self.assertEqual(u.status, 202)
            self.assertIn(u.json["status"], ("pending", "processing"))
            p = s.ask("POST", "/generate_patient_summary", {"model_name": "microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf", "model_type": "gguf", "patient_data": {
                "demographics": {"name": "John Brown", "dob": "1980-01-02", "gender": "male", "mrn": "99887766"},
                "visits": [{"visit_id": "1", "date": "2026-01-02T10:00:00Z", "chief_complaint": "chest pain", "diagnoses": ["unstable angina"], "medications": ["aspirin 81 mg daily"],
                            "procedures": [], "vitals": {"bp": "140/90 mmHg"}, "labs": []}]}})
            self.assertEqual(p.status, 202, p.bytes)
            for job in (u.json["job_id"], p.json["job_id"]):
                while (r := s.ask("GET", f"/job/{job}").json)["status"] not in ("completed", "failed"):     # theirs polls
                    time.sleep(.05)
                self.assertEqual(r["status"], "completed")
            said = {e["text"].lower() for e in r["result"]["entities"]}
            self.assertLessEqual({"chest pain", "unstable angina"}, said)
            self.assertEqual(s.ask("GET", f"/upload/status/{u.json['document_id']}").json["status"], "completed")
            self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
            self.assertEqual(s.ask("GET", "/health/ready", key="").status, 200)


class MasterKey(unittest.TestCase):
    def test_a_command_may_tell_it(self):
        with tempfile.TemporaryDirectory() as t:
            folder, vault = os.path.join(t, "data"), os.path.join(t, "vault")
            with open(vault, "w") as f:
                f.write(os.urandom(32).hex() + "\n")
            with Server(folder, options=("--master-key-command", f"cat {vault}")) as s:
                job = s.submit()
                s.wait(job)
                self.assertNotIn("master.key", os.listdir(folder))
            self.assertEqual(run("audit", "verify", "--data", folder, "--master-key-command", f"cat '{vault}'").returncode, 0)
            self.assertEqual(run("key", "rotate", os.path.join(t, "new.key"), "--data", folder, "--master-key-command", f"cat {vault}").returncode, 0)
            with open(os.path.join(t, "new.key")) as f:
                new = f.read().strip()
            for command, why in (("exit 7", "exit status 7"), (f"cat {vault}", "master key"), ("echo nonsense", "hexadecimal"), ("true", "hexadecimal"), ("yes", "")):
                with self.assertRaises(RuntimeError) as e:
                    Server(folder, options=("--master-key-command", command)).start()
                self.assertIn(why, str(e.exception))
                self.assertNotIn(new[:8], str(e.exception))
            p = run("audit", "verify", "--data", folder, "--master-key-command", "true", "--master-key", vault)
            self.assertNotEqual(p.returncode, 0)
            with Server(folder, options=("--master-key-command", f"echo '  {new.upper()}  '")) as s:
                self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result").status, 200)


if __name__ == "__main__":
    main()
