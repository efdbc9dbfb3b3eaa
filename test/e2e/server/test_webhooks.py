#!/usr/bin/env python3
"""Webhooks as receivers meet them: real ones, over HTTP and TLS, that take, refuse, hang, move and vanish."""
import base64
import hashlib
import hmac
import json
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

sys.path.insert(0, os.path.dirname(__file__))
from receiver import WAIT, Receiver
from server import NOTE, UNLIMITED, Server, WithServer, main, until

SLOW = bool(os.environ.get("ACESO_SLOW"))
NOBODY = "01890000-0000-7000-8000-000000000000"
PRIVATE = (*UNLIMITED, "--webhook-private", "127.0.0.0/8", "--webhook-backoff", "1")


def verified(secret, headers, body, now=None, tolerance=300):
    """The Standard Webhooks specification, written down a second time: by what docs/server.md tells receivers to do."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs((now or time.time()) - int(headers["webhook-timestamp"])) > tolerance:
        return False
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(right, s.removeprefix("v1,")) for s in headers["webhook-signature"].split() if s.startswith("v1,"))


def register(s, url, key=None, **more):
    a = s.ask("POST", "/v1/webhooks", {"url": url, "all_jobs": True, **more}, key)
    assert a.status == 201, (a.status, a.bytes)
    return a.json


def deliveries(s, hook):
    return s.ask("GET", f"/v1/webhooks/{hook['id']}/deliveries?limit=1000").json["deliveries"]


def ended(s, hook, n=1, seconds=WAIT):
    end = time.monotonic() + seconds
    while True:
        found = deliveries(s, hook)
        if len(found) >= n and all(d["state"] not in ("waiting", "sending") for d in found):
            return found
        if time.monotonic() > end:
            raise AssertionError((len(found), n, [d for d in found if d["state"] in ("waiting", "sending")][:3]))
        time.sleep(.05)


class Told(WithServer):
    OPTIONS = PRIVATE

    @classmethod
    def setUpClass(cls):
        cls.r = cls.enterClassContext(Receiver())
        super().setUpClass()

    def setUp(self):
        self.hooks = []
        self.path = "/" + self.id().rsplit(".", 1)[1]

    def tearDown(self):
        for h in self.hooks:
            self.s.ask("DELETE", f"/v1/webhooks/{h['id']}")

    def hook(self, **more):
        h = register(self.s, self.r.url(self.path), **more)
        self.hooks.append(h)
        return h

    def test_an_end_is_told_signed_and_as_events_tell_it(self):
        s, h = self.s, self.hook()
        job = s.submit(patient_reference="MRN 4711")
        (headers, body), = self.r.wait(self.path)
        self.assertTrue(verified(h["secret"], headers, body))
        said = json.loads(body)
        last = s.ask("GET", f"/v1/jobs/{job}/events").json["events"][-1]
        self.assertEqual(said["type"], "job.completed")
        self.assertEqual({k: v for k, v in said["data"].items() if k != "links"}, last)
        self.assertEqual((said["data"]["job_id"], said["timestamp"]), (job, last["at"]))
        self.assertEqual(s.ask("GET", said["data"]["links"]["result"]).status, 200)
        for secret in (b"chest", b"4711", b"aspirin"):
            self.assertNotIn(secret, body)
        d, = ended(s, h)
        self.assertEqual((d["state"], d["status"], d["tries"], d["id"], d["job_id"]), ("delivered", 204, 1, headers["webhook-id"], job))

    def test_a_signature_holds_for_its_body_secret_id_and_time_alone(self):
        h, other = self.hook(), self.hook()
        self.s.submit()
        for headers, body in self.r.wait(self.path, 2):
            mine = h if verified(h["secret"], headers, body) else other
            self.assertTrue(verified(mine["secret"], headers, body))
            self.assertFalse(verified((other if mine is h else h)["secret"], headers, body))
            self.assertFalse(verified(mine["secret"], headers, body.replace(b"completed", b"failed---")))
            self.assertFalse(verified(mine["secret"], {**headers, "webhook-id": NOBODY}, body))
            self.assertFalse(verified(mine["secret"], {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}, body))
            self.assertFalse(verified(mine["secret"], headers, body, now=time.time() + 301), "a replay after five minutes")

    def test_what_is_not_taken_comes_again_with_the_same_id(self):
        self.r.answers[self.path] = [500, 301, 200]
        h = self.hook()
        self.s.submit()
        got = self.r.wait(self.path, 3)
        self.assertEqual(len({headers["webhook-id"] for headers, _ in got}), 1)
        self.assertEqual(len({body for _, body in got}), 1)
        self.assertTrue(all(verified(h["secret"], *one) for one in got), "each try has its own time and signature")
        d, = ended(self.s, h)
        self.assertEqual((d["state"], d["tries"], d["status"]), ("delivered", 3, 200))
        until(lambda: self.s.ask("GET", f"/v1/webhooks/{h['id']}").json["failing_since"] is None)

    def test_a_redirect_is_not_followed(self):
        elsewhere = self.path + "/elsewhere"

        def move(handler):
            handler.send_response(307)
            handler.send_header("Location", self.r.url(elsewhere))
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        self.r.answers[self.path] = [move, 200]
        h = self.hook()
        self.s.submit()
        ended(self.s, h)
        self.assertEqual((len(self.r.at(self.path)), self.r.at(elsewhere)), (2, []))

    def test_only_events_and_jobs_that_were_asked_for(self):
        s = self.s
        named, dead, off = self.hook(all_jobs=False), self.hook(events=["job.dead", "job.failed"]), self.hook(enabled=False)
        s.wait(s.submit())
        job = s.submit(webhook_id=named["id"])
        s.wait(job)
        uploaded = s.ask("POST", f"/v1/documents?webhook_id={named['id']}", NOTE.encode(), headers={"Content-Type": "application/octet-stream"}).json["job"]["id"]
        s.wait(uploaded)
        self.assertEqual({d["job_id"] for d in ended(s, named, 2)}, {job, uploaded})
        self.assertEqual((deliveries(s, dead), deliveries(s, off)), ([], []))
        a = s.ask("POST", "/v1/jobs", {"text": NOTE, "webhook_id": NOBODY})
        self.assertEqual(a.status, 404)

    def test_a_cancelled_job_is_told(self):
        s, h = self.s, self.hook(events=["job.cancelled"])
        jobs = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE * 20} for _ in range(60)]}).json["job_ids"]
        cancelled = [j for j in reversed(jobs) if s.ask("POST", f"/v1/jobs/{j}/cancel").status == 200]
        states = {j: s.wait(j)["state"] for j in cancelled}
        right = {j for j, state in states.items() if state == "cancelled"}
        found = ended(s, h, len(right))
        self.assertEqual({d["job_id"] for d in found if d["state"] == "delivered"}, right)
        self.assertEqual(len([d for d in found if d["state"] == "delivered"]), len(right), "each once")

    def test_deliveries_come_in_pages_and_by_state(self):
        s, h = self.s, self.hook()
        jobs = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE} for _ in range(5)]}).json["job_ids"]
        for job in jobs:
            s.wait(job)
        ended(s, h, 5)
        path, seen, cursor = f"/v1/webhooks/{h['id']}/deliveries", [], ""
        while cursor is not None:
            page = s.ask("GET", f"{path}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
            seen += [d["job_id"] for d in page["deliveries"]]
            cursor = page["next"]
        self.assertEqual(sorted(seen), sorted(jobs))
        self.assertEqual(len(s.ask("GET", f"{path}?state=delivered").json["deliveries"]), 5)
        self.assertEqual(s.ask("GET", f"{path}?state=waiting,sending,dead").json["deliveries"], [])

    def test_gone_switches_it_off(self):
        self.r.answers[self.path] = 410
        h = self.hook()
        self.s.submit()
        self.assertEqual(ended(self.s, h)[0]["state"], "dead")
        until(lambda: (now := self.s.ask("GET", f"/v1/webhooks/{h['id']}").json)["disabled_because"] == "gone" and not now["enabled"])
        self.s.wait(self.s.submit())
        self.assertEqual(len(deliveries(self.s, h)), 1)
        self.r.answers[self.path] = 200
        a = self.s.ask("PUT", f"/v1/webhooks/{h['id']}", {"url": h["url"], "all_jobs": True})
        self.assertEqual((a.status, a.json["enabled"], a.json["disabled_because"]), (200, True, None))
        d = ended(self.s, h)[0]
        self.assertEqual(self.s.ask("POST", f"/v1/webhooks/{h['id']}/deliveries/{d['id']}/retry").status, 204)
        self.assertEqual(ended(self.s, h)[0]["state"], "delivered")
        self.assertEqual(self.s.ask("POST", f"/v1/webhooks/{h['id']}/deliveries/{d['id']}/retry").status, 409)

    def test_a_test_and_a_new_secret(self):
        s, h = self.s, self.hook(enabled=False)
        a = s.ask("POST", f"/v1/webhooks/{h['id']}/ping")
        self.assertEqual((a.status, a.json["type"], a.json["state"]), (202, "ping", "waiting"))
        (headers, body), = self.r.wait(self.path)
        self.assertEqual((json.loads(body)["type"], json.loads(body)["data"]), ("ping", {"webhook_id": h["id"]}))
        self.assertTrue(verified(h["secret"], headers, body))
        fresh = s.ask("POST", f"/v1/webhooks/{h['id']}/secret").json["secret"]
        self.assertNotEqual(fresh, h["secret"])
        s.ask("POST", f"/v1/webhooks/{h['id']}/ping")
        headers, body = self.r.wait(self.path, 2)[1]
        self.assertTrue(verified(fresh, headers, body) and verified(h["secret"], headers, body), "for a day, both")
        for path in ("", f"/{h['id']}"):
            self.assertNotIn(b"whsec", s.ask("GET", "/v1/webhooks" + path).bytes)

    def test_one_that_hangs_delays_nobody(self):
        hanging = self.path + "/hangs"
        self.r.answers[hanging] = lambda handler: time.sleep(120)
        h, slow = self.hook(), register(self.s, self.r.url(hanging))
        self.hooks.append(slow)
        began = time.monotonic()
        jobs = self.s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE, "name": str(i)} for i in range(40)]}).json["job_ids"]
        for job in jobs:
            self.s.wait(job)
        self.assertEqual({d["state"] for d in ended(self.s, h, 40)}, {"delivered"})
        self.assertLess(time.monotonic() - began, WAIT)
        self.assertLessEqual(len(self.r.at(hanging)), 8, "few are under way at once")
        self.assertEqual({d["state"] for d in deliveries(self.s, slow)} - {"waiting", "sending"}, set())

    def test_an_endless_answer_and_one_that_is_no_http(self):
        def endless(handler):
            handler.send_response(200)
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b"x" * 65536)
            except OSError:
                pass

        def rubbish(handler):
            handler.wfile.write(b"220 mail ESMTP\r\n")
            handler.close_connection = True
        self.r.answers[self.path] = [endless, rubbish, 200]
        h = self.hook()
        self.s.submit()
        d, = ended(self.s, h)
        self.assertEqual((d["state"], d["tries"]), ("delivered", 3))

    def test_a_patient_who_was_deleted_is_told_of_no_more(self):
        s = self.s
        self.r.answers[self.path] = [503, 200]
        h = self.hook()
        patient = s.ask("POST", "/v1/patients", {"reference": f"MRN {random.random()}"}).json["id"]
        s.wait(s.submit(patient_id=patient))
        self.r.wait(self.path)
        self.assertEqual(s.ask("DELETE", f"/v1/patients/{patient}").status, 204)
        d, = ended(s, h)
        self.assertIn(d["state"], ("dropped", "delivered"))
        again = len(self.r.at(self.path))
        self.assertEqual(again, 1 if d["state"] == "dropped" else 2)

    def test_who_may_and_whose_they_are(self):
        s, h = self.s, self.hook()
        reader, _ = s.issue("integrator", scopes=["webhooks:read"])
        nobody, _ = s.issue("clinician")
        patient = s.ask("POST", "/v1/patients", {"reference": f"MRN {random.random()}"}).json["id"]
        confined, _ = s.issue("integrator", patients=[patient])
        self.assertEqual(s.ask("GET", "/v1/webhooks", key=reader).status, 200)
        self.assertEqual(s.ask("POST", f"/v1/webhooks/{h['id']}/ping", key=reader).status, 403)
        self.assertEqual(s.ask("GET", "/v1/webhooks", key=nobody).status, 403)
        body = {"url": self.r.url(self.path), "all_jobs": True}
        self.assertEqual(s.ask("POST", "/v1/webhooks", body, confined).status, 403)
        self.assertEqual(s.ask("GET", f"/v1/webhooks/{h['id']}/deliveries", key=confined).status, 403)
        self.assertEqual(s.ask("GET", f"/v1/webhooks/{NOBODY}").status, 404)
        for job in s.ask("GET", "/v1/jobs").json["jobs"]:
            self.assertEqual(job["kind"], "process", "deliveries are no jobs of anybody")
        ping = s.ask("POST", f"/v1/webhooks/{h['id']}/ping").json["id"]
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/events"), ("GET", "/result")):
            self.assertEqual(s.ask(method, f"/v1/jobs/{ping}{path}").status, 404)
        ended(s, h)
        actions = {(r["action"], r["what"]) for r in s.ask("GET", "/v1/audit?limit=1000").json["records"]}
        self.assertLessEqual({("create", "webhook"), ("execute", "webhook"), ("export", "webhook")}, actions)

    def test_another_tenant_sees_and_is_told_nothing(self):
        s, h = self.s, self.hook()
        a = s.ask("POST", "/v1/tenants", {"name": "another hospital"})
        if a.status != 201:
            self.skipTest(f"no tenants here: {a.status}")
        key = a.json.get("key") or a.json.get("admin_key")
        self.assertEqual(s.ask("GET", "/v1/webhooks", key=key).json["webhooks"], [])
        for method, path, body in (("GET", "", None), ("DELETE", "", None), ("POST", "/ping", None), ("POST", "/secret", None), ("GET", "/deliveries", None),
                                   ("PUT", "", {"url": h["url"]})):
            self.assertEqual(s.ask(method, f"/v1/webhooks/{h['id']}{path}", body, key).status, 404)
        self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE, "webhook_id": h["id"]}, key).status, 404)
        job = s.submit(key=key)
        end = time.monotonic() + WAIT
        while s.ask("GET", f"/v1/jobs/{job}", key=key).json["state"] != "completed" and time.monotonic() < end:
            time.sleep(.02)
        mine = s.submit()
        s.wait(mine)
        self.assertEqual([d["job_id"] for d in ended(s, h)], [mine])

    def test_no_more_than_a_few(self):
        made = []
        try:
            for _ in range(17):
                a = self.s.ask("POST", "/v1/webhooks", {"url": self.r.url(self.path)})
                if a.status == 201:
                    made.append(a.json)
            self.assertEqual((a.status, len(made)), (409, 16))
        finally:
            for h in made:
                self.s.ask("DELETE", f"/v1/webhooks/{h['id']}")

    def test_metrics_count_what_became_of_them(self):
        h = self.hook()
        self.s.submit()
        ended(self.s, h)
        text = self.s.ask("GET", "/metrics").bytes.decode()
        self.assertRegex(text, r'aceso_webhook_tries_total\{outcome="delivered"\} [1-9]')
        self.assertRegex(text, r'aceso_webhook_answers_total\{status="2xx"\} [1-9]')


class Reach(unittest.TestCase):
    """Where a URL that somebody registers may lead, when the operator allows nothing."""

    def test_targets_that_are_refused(self):
        urls = ["http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://user:pass@example.com/", "https://127.0.0.1/", "https://127.1/",
                "https://0x7f.1/", "https://0177.0.0.1/", "https://2130706433/", "https://127.0.0.1./", "https://localhost/", "https://x.localhost/",
                "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/",
                "https://0.0.0.0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
                "https://[fd00::1]/", "https://[fe80::1]/", "https://1.1.1.1:22/", "https://1.1.1.1:6000/", "https://exa mple.com/", "https://", "x",
                "https://example.com/\r\nX: y"]
        with Server() as s:
            for url in urls:
                a = s.ask("POST", "/v1/webhooks", {"url": url})
                self.assertEqual((a.status, a.json["error"].get("details")), (400, {"field": "url"}), url)
                self.assertNotIn("example.com", a.bytes.decode(), "an error repeats nothing")
            self.assertEqual(s.ask("POST", "/v1/webhooks", {"url": "https://" + "a" * 3000}).status, 413)
            self.assertEqual(s.ask("POST", "/v1/webhooks", {"url": "https://hooks.example.com:8443/a?b=c"}).status, 201)

    def test_a_name_that_leads_inside_is_refused_when_it_is_told(self):
        with Receiver() as r, Server(options=(*UNLIMITED, "--webhook-backoff", "1")) as s:
            name = os.uname().nodename  # of this machine: in /etc/hosts, or nowhere
            a = s.ask("POST", "/v1/webhooks", {"url": f"https://{name}:{r.port}/"})
            self.assertEqual(a.status, 201, a.bytes)
            s.ask("POST", f"/v1/webhooks/{a.json['id']}/ping")
            d, = ended(s, a.json)
            self.assertEqual((d["state"], d["tries"], d["status"]), ("dead", 3, None))
            self.assertIn(d["error"], ("not_allowed", "unreachable"))
            self.assertEqual(r.got, [])

    def test_ranges_that_are_none(self):
        for ranges in ("10.0.0.1/8", "x", "10.0.0.0/40"):
            with tempfile.TemporaryDirectory() as d, self.assertRaises(RuntimeError):
                Server(os.path.join(d, "data"), (*UNLIMITED, "--webhook-private", ranges)).start()


@unittest.skipUnless(shutil.which("openssl"), "no openssl")
class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.ca = cls.at("ca.pem")
        cls.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=a test's authority", "-keyout", cls.at("ca.key"), "-out", cls.ca)

    @classmethod
    def at(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def openssl(cls, *args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=cls.folder)

    def context(self, name, host="IP:127.0.0.1", days=2, signed=True, newest=None):
        """A server's end of TLS with a certificate for that host."""
        self.openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        with open(self.at(f"{name}.ext"), "w") as f:
            f.write(f"subjectAltName={host}\n")
        by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial") if signed else ("-signkey", f"{name}.key")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", "-days", str(days), "-extfile", f"{name}.ext", *by)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.at(f"{name}.pem"), self.at(f"{name}.key"))
        if newest:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    def test_certificates_are_verified(self):
        """The right one, of another host, of nobody that is trusted, of yesterday, and a TLS that is too old."""
        cases = {"right": (self.context("right"), "delivered"),
                 "old_tls": (self.context("old_tls", newest=ssl.TLSVersion.TLSv1_1), "dead"),
                 "host": (self.context("host", "DNS:other.example"), "dead"),
                 "self": (self.context("self", signed=False), "dead"),
                 "expired": (self.context("expired", days=-1), "dead")}
        receivers = {name: self.enterContext(Receiver(context)) for name, (context, _) in cases.items()}
        with Server(options=PRIVATE + ("--webhook-ca", self.ca)) as s:
            hooks = {name: register(s, r.url("/"), all_jobs=False) for name, r in receivers.items()}
            for h in hooks.values():
                s.ask("POST", f"/v1/webhooks/{h['id']}/ping")
            for name, (_, state) in cases.items():
                d, = ended(s, hooks[name], seconds=2 * WAIT)
                self.assertEqual((name, d["state"], len(receivers[name].got)), (name, state, 1 if state == "delivered" else 0))
                self.assertEqual(d["error"], None if state == "delivered" else "bad_answer")

    def test_an_authority_that_is_not_named_is_not_trusted(self):
        with Receiver(self.context("unknown")) as r, Server(options=PRIVATE) as s:
            h = register(s, r.url("/"))
            s.ask("POST", f"/v1/webhooks/{h['id']}/ping")
            self.assertEqual((ended(s, h)[0]["state"], r.got), ("dead", []))


class Lasting(unittest.TestCase):
    def test_kill_9_loses_no_delivery(self):
        """Jobs end, their deliveries wait, the server is killed, again and again: each end is told, whatever happened."""
        rounds = 2 if SLOW else 6
        with tempfile.TemporaryDirectory() as d, Receiver() as r:
            r.answers["/h"] = 503
            s = Server(os.path.join(d, "data"), PRIVATE)
            s.start()
            h = register(s, r.url("/h"))
            jobs = []
            for i in range(rounds):
                a = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE, "name": f"{i}.{k}"} for k in range(20)]})
                jobs += a.json["job_ids"]
                time.sleep(random.uniform(0, .15))
                s.stop(signal.SIGKILL)
                if i == rounds - 2:
                    r.answers["/h"] = 200
                s.start()
            for job in jobs:
                self.assertEqual(s.wait(job)["state"], "completed")
            end = time.monotonic() + 4 * WAIT
            while True:
                told = {}
                for headers, body in r.at("/h"):
                    told.setdefault(json.loads(body)["data"]["job_id"], set()).add(headers["webhook-id"])
                left = [x for x in deliveries(s, h) if x["state"] in ("waiting", "sending")]
                if set(told) == set(jobs) and not left:
                    break
                self.assertLess(time.monotonic(), end, (len(told), len(jobs), left[:3]))
                time.sleep(.1)
            self.assertEqual({len(ids) for ids in told.values()}, {1}, "one end, one id")
            self.assertEqual({x["state"] for x in deliveries(s, h)}, {"delivered"})
            self.assertEqual(s.stop(), 0)

    def test_a_receiver_that_was_away_is_told_later(self):
        with Receiver() as r, Server(options=PRIVATE) as s:
            h = register(s, r.url("/h"))
            r.close()
            jobs = [s.submit() for _ in range(3)]
            for job in jobs:
                s.wait(job)
            until(lambda: s.ask("GET", f"/v1/webhooks/{h['id']}").json["failing_since"])
            until(lambda: {d["state"] for d in deliveries(s, h)} == {"waiting"})
            r.server.__init__(("127.0.0.1", r.port), r.server.RequestHandlerClass)
            threading.Thread(target=r.server.serve_forever, args=(.02,), daemon=True).start()
            found = ended(s, h, 3, 3 * WAIT)
            self.assertEqual({d["state"] for d in found}, {"delivered"})


if __name__ == "__main__":
    main()
