#!/usr/bin/env python3
"""What clients may count on: who sees what of a batch, what is checked before anything is kept, the same request twice, what runs when."""
import concurrent.futures
import datetime
import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import NOTE, Server, WithServer, main
from test_client import Case, aceso

NOBODY = "01890000-0000-7000-8000-000000000000"


def blobs_of(s):
    return sum(name != ".lock" for _, _, files in os.walk(os.path.join(s.folder, "blobs")) for name in files)


class ManyPatients(WithServer):
    def test_a_batch_may_add_many_patients_and_come_back_to_each(self):
        """More than the cache of keys has room for without two of them meeting at one place."""
        s, names = self.s, [f"Batch {i}" for i in range(500)]
        a = s.ask("POST", "/v1/batches", {"jobs": [{"text": "Cough.", "patient_reference": name} for name in names + names]})
        self.assertEqual(a.status, 202, a.bytes)
        jobs = [s.wait(job) for job in a.json["job_ids"]]
        self.assertEqual({j["state"] for j in jobs}, {"completed"})
        self.assertEqual([j["patient_id"] for j in jobs[:500]], [j["patient_id"] for j in jobs[500:]])
        self.assertEqual(len({j["patient_id"] for j in jobs}), 500)


class Compartments(Case, WithServer):
    def patient(self, reference):
        return self.s.ask("POST", "/v1/patients", {"reference": reference}).json["id"]

    def batch(self, key, *patients):
        a = self.s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE, "patient_id": p} if p else {"text": NOTE} for p in patients]}, key)
        self.assertEqual(a.status, 202, a.bytes)
        return a.json["batch_id"], a.json["job_ids"]

    def listed(self, key, query):
        a = self.s.ask("GET", f"/v1/jobs?{query}", key=key)
        self.assertEqual(a.status, 200, a.bytes)
        return [j["id"] for j in a.json["jobs"]], a.json["next"]

    def test_of_a_batch_the_jobs_of_ones_own_patients_are_seen_and_no_others(self):
        s, mine, too, other = self.s, self.patient("B1"), self.patient("B2"), self.patient("B3")
        key, _ = s.issue("clinician", patients=[mine, too])
        batch, ids = self.batch(None, mine, other, too, None, mine, other)
        his = [ids[4], ids[2], ids[0]]
        self.assertEqual(self.listed(key, f"batch_id={batch}"), (his, None))
        self.assertEqual(self.listed(key, f"batch_id={batch}&limit=2"), (his[:2], his[1]))
        self.assertEqual(self.listed(key, f"batch_id={batch}&limit=2&cursor={his[1]}"), (his[2:], None))
        self.assertEqual(self.listed(key, f"batch_id={batch}&patient_id={too}"), ([ids[2]], None))
        self.assertEqual(s.ask("GET", f"/v1/jobs?batch_id={batch}&patient_id={other}", key=key).status, 404)
        for job in ids:
            s.wait(job)
        lines = s.ask("GET", f"/v1/batches/{batch}/results", key=key).bytes.splitlines()
        self.assertEqual([json.loads(x)["job_id"] for x in lines], his[::-1])
        self.assertEqual(self.listed(key, f"batch_id={batch}&state=completed")[0], his)
        stranger, _ = s.issue("clinician", patients=[self.patient("B4")])
        self.assertEqual(self.listed(stranger, f"batch_id={batch}"), self.listed(stranger, f"batch_id={NOBODY}"))
        self.assertEqual(s.ask("GET", f"/v1/batches/{batch}/results", key=stranger).status, 404)
        self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 403)

    def test_an_open_glass_shows_that_patient_in_a_batch(self):
        s, mine, other, third = self.s, self.patient("G1"), self.patient("G2"), self.patient("G3")
        key, _ = s.issue("clinician", patients=[mine])
        batch, ids = self.batch(None, mine, other, third, other)
        self.assertEqual(s.ask("POST", "/v1/break-glass", {"patient_id": other, "reason": "unconscious in the emergency room"}, key).status, 201)
        self.assertEqual(self.listed(key, f"batch_id={batch}")[0], [ids[3], ids[1], ids[0]])

    def test_of_a_document_of_ones_own_the_jobs_are_seen(self):
        s, mine, other = self.s, self.patient("D1"), self.patient("D2")
        key, _ = s.issue("clinician", patients=[mine])
        documents = [s.ask("POST", f"/v1/documents?patient_id={p}", NOTE.encode()).json for p in (mine, other)]
        self.assertEqual(self.listed(key, f"document_id={documents[0]['id']}")[0], [documents[0]["job"]["id"]])
        self.assertEqual(self.listed(key, f"document_id={documents[1]['id']}")[0], [])
        self.assertEqual([s.ask("GET", f"/upload/status/{d['id']}", key=key).status for d in documents], [200, 404])

    def test_the_client_waits_for_a_batch_with_a_key_that_is_confined(self):
        s, reference = self.s, "MRN-C1"
        key, _ = s.issue("clinician", patients=[self.patient(reference)])
        notes = self.lines(5, patient=reference)
        for _ in range(2):                                  # the second time the batch is known already
            r = aceso(s, "client", "submit", "--wait", notes, ACESO_KEY=key)
            self.assertEqual(r.returncode, 0, r.stderr)
            self.assertEqual(len(r.stdout.splitlines()), 5)
        out = aceso(s, "client", "submit", "--out", self.dir / "out", notes, ACESO_KEY=key)
        self.assertEqual(out.returncode, 0, out.stderr)


class BeforeAnythingIsKept(WithServer):
    def kept(self):
        s = self.s
        blobs = blobs_of(s)
        return [len(s.ask("GET", path).json[what]) for path, what in (("/v1/documents", "documents"), ("/v1/patients", "patients"), ("/v1/jobs?limit=1000", "jobs"))] + [blobs]

    def test_a_webhook_that_is_not_there(self):
        s, before = self.s, self.kept()
        note = {"text": NOTE, "patient_reference": "W1", "webhook_id": NOBODY}
        for path, body in (("/v1/jobs", note), ("/v1/batches", {"jobs": [dict(note, webhook_id=None), note]}),
                           (f"/v1/documents?patient_reference=W2&webhook_id={NOBODY}", NOTE.encode())):
            a = s.ask("POST", path, body)
            self.assertEqual((a.status, a.code), (404, "not_found"), path)
        self.assertEqual(self.kept(), before)

    def test_a_webhook_of_another_tenant(self):
        s = self.s
        key = s.ask("POST", "/v1/tenants", {"name": "Other"}).json["key"]
        hook = s.ask("POST", "/v1/webhooks", {"url": "https://receiver.invalid/hook"}, key).json["id"]
        before = self.kept()
        self.assertEqual(s.ask("POST", f"/v1/documents?webhook_id={hook}", NOTE.encode()).status, 404)
        self.assertEqual(s.ask("POST", f"/v1/documents?webhook_id={hook}", NOTE.encode(), key).status, 202)
        self.assertEqual(self.kept()[:3], before[:3])

    def test_a_moment_too_far_ahead(self):
        s, before = self.s, self.kept()
        self.assertEqual(s.ask("POST", "/v1/documents?patient_reference=W3&run_at=2999-01-01T00:00:00Z", NOTE.encode()).status, 400)
        self.assertEqual(self.kept(), before)

    def test_a_large_body_is_not_taken_for_nothing(self):
        s = self.s
        with socket.create_connection(("127.0.0.1", s.port)) as c:
            c.settimeout(20)
            c.sendall(f"POST /v1/documents?webhook_id={NOBODY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s.admin}\r\nContent-Length: 1000000000\r\n\r\nabc".encode())
            self.assertIn(b" 404 ", c.recv(4096).split(b"\r\n")[0])

    def test_a_webhook_that_goes_while_the_document_comes(self):
        s = self.s
        hook = s.ask("POST", "/v1/webhooks", {"url": "https://receiver.invalid/hook"}).json["id"]
        before = self.kept()
        with socket.create_connection(("127.0.0.1", s.port)) as c:
            c.settimeout(20)
            size = 2 << 20
            c.sendall(f"POST /v1/documents?webhook_id={hook} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s.admin}\r\nContent-Length: {size}\r\n\r\n".encode())
            c.sendall(b"a" * (size - 1))
            self.assertEqual(s.ask("DELETE", f"/v1/webhooks/{hook}").status, 204)
            c.sendall(b"a")
            self.assertIn(b" 404 ", c.recv(4096).split(b"\r\n")[0])
        self.assertEqual(self.kept(), before)


class Gauges(unittest.TestCase):
    def test_deliveries_are_counted_apart_from_jobs(self):
        with Server(options=("--rate-address", "0", "--rate-key", "0", "--webhook-private", "127.0.0.0/8")) as s, socket.create_server(("127.0.0.1", 0)) as deaf:
            s.ask("POST", "/v1/webhooks", {"url": f"http://127.0.0.1:{deaf.getsockname()[1]}/hook", "all_jobs": True})
            for _ in range(3):
                s.wait(s.submit())
            s.submit(run_at=(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).isoformat())
            values = {}
            for line in s.ask("GET", "/metrics").bytes.decode().splitlines():
                if not line.startswith("#"):
                    name, value = line.rsplit(" ", 1)
                    values[name] = float(value)
            jobs = {name: n for name, n in values.items() if name.startswith("aceso_jobs{") and n}
            self.assertEqual(jobs, {'aceso_jobs{kind="process",state="completed"}': 3, 'aceso_jobs{kind="process",state="queued"}': 1})
            self.assertEqual(values['aceso_webhook_queue{state="waiting"}'] + values['aceso_webhook_queue{state="sending"}'], 3)
            self.assertEqual(values['aceso_job_oldest_seconds{kind="process"}'], 0)          # it is not due
            self.assertEqual(s.ask("GET", "/health").json["jobs_waiting"], 1)
            top = aceso(s, "admin", "top", "--once").stdout
            self.assertRegex(top, r"(?m)^Queue +1 queued · 3 completed · 0\.0 ms the oldest that waits$")
            self.assertRegex(top, r"(?m)^Webhooks +1 switched on · \d waiting")


def header(op):
    return next((p for p in op.get("parameters", []) if p["in"] == "header" and p["name"] == "Idempotency-Key"), None)


class TheSameRequest(WithServer):
    """With one Idempotency-Key: one outcome."""

    def setUp(self):
        super().setUp()
        self.key = os.urandom(8).hex()

    def twice(self, path, body=None, key=None, status=None):
        """Ask twice; what came of it, and what there is more than before of what path lists."""
        answers = [self.s.ask("POST", path, body, key, {"Idempotency-Key": self.key}) for _ in range(2)]
        self.assertIn(answers[0].status, (200, 201, 202, 204), (path, answers[0].bytes))
        self.assertEqual([a.headers["Idempotent-Replay"] for a in answers], [None, "true"], path)
        self.assertEqual(answers[1].status, status or answers[0].status, path)
        return answers

    def same(self, path, body=None, key=None, status=None):
        a, b = self.twice(path, body, key, status)
        self.assertEqual(a.json, b.json, path)
        return a.json

    def other_content_is_a_conflict(self, path, body, key=None):
        a = self.s.ask("POST", path, body, key, {"Idempotency-Key": self.key})
        self.assertEqual((a.status, a.code), (409, "conflict"), path)

    def listed(self, path, what, key=None):
        return [x["id"] for x in self.s.ask("GET", path, key=key).json[what]]

    def patient(self):
        return self.s.ask("POST", "/v1/patients", {"reference": os.urandom(8).hex()}).json["id"]

    def test_all_that_creates_or_starts_something_takes_the_header_and_says_so(self):
        spec = self.s.ask("GET", "/openapi.json", key="").json
        posts = {op["operationId"]: op for path in spec["paths"].values() for method, op in path.items() if method == "post"}
        without = {name for name, op in posts.items() if not header(op)}
        self.assertEqual(without, {
            "deidentify", "extractEntities", "summarize", "legacyGenerateSummary", "legacyExtract",             # nothing is stored
            "cancelJob", "disableTenant", "enableTenant", "reviewBreakGlass"})                                  # the second time there is nothing to do
        for name, op in posts.items():
            if name not in without:
                self.assertEqual((header(op)["required"], header(op)["schema"]["maxLength"]), (False, 256), name)
                self.assertIn("409", op["responses"], name)
        self.assertFalse([op for path in spec["paths"].values() for method, op in path.items() if method != "post" and header(op)])

    def test_a_summary_of_a_patient(self):
        patient = self.patient()
        a, b = (x.json for x in self.twice(f"/v1/patients/{patient}/summary"))
        self.assertEqual(a["id"], b["id"])
        self.s.wait(a["id"])
        self.assertEqual(len(self.listed(f"/v1/jobs?patient_id={patient}", "jobs")), 1)
        self.other_content_is_a_conflict(f"/v1/patients/{self.patient()}/summary", None)
        self.other_content_is_a_conflict("/v1/jobs", {"text": NOTE})
        self.assertEqual(self.s.ask("DELETE", f"/v1/jobs/{a['id']}").status, 204)
        self.assertEqual(self.s.ask("POST", f"/v1/patients/{patient}/summary", headers={"Idempotency-Key": self.key}).status, 404)

    def test_a_tenant_with_its_key(self):
        t = self.same("/v1/tenants", {"name": "Twice"})
        self.assertEqual(self.s.ask("GET", f"/v1/tenants/{t['id']}", key=t["key"]).status, 200)
        self.assertEqual(len([x for x in self.s.ask("GET", "/v1/tenants?limit=1000").json["tenants"] if x["name"] == "Twice"]), 1)
        self.other_content_is_a_conflict("/v1/tenants", {"name": "Another"})
        self.key = os.urandom(8).hex()
        other = self.same("/v1/tenants", {"name": "Twice"})
        self.assertFalse({other["id"], other["key"]} & {t["id"], t["key"]})
        self.key = os.urandom(8).hex()
        self.assertEqual(self.twice(f"/v1/tenants/{t['id']}/rotate", key=t["key"])[0].status, 202)

    def test_a_key(self):
        s, body = self.s, {"name": "lab", "role": "integrator", "expires_seconds": 3600, "patients": [self.patient()]}
        before = set(self.listed("/v1/keys?limit=1000", "keys"))
        k = self.same("/v1/keys", body)
        self.assertEqual(set(self.listed("/v1/keys?limit=1000", "keys")) - before, {k["id"]})
        self.assertEqual(s.ask("GET", "/v1/jobs?batch_id=" + NOBODY, key=k["key"]).status, 200)
        self.other_content_is_a_conflict("/v1/keys", dict(body, name="x"))
        admin, _ = s.issue("admin")
        self.other_content_is_a_conflict("/v1/keys", body, admin)      # nobody is given what another one was
        s.ask("DELETE", f"/v1/keys/{k['id']}")
        self.assertEqual(s.ask("POST", "/v1/keys", body, headers={"Idempotency-Key": self.key}).status, 404)
        plain = [s.ask("POST", "/v1/keys", body).json["key"] for _ in range(2)]
        self.assertNotEqual(*plain)

    def test_a_glass(self):
        s, other = self.s, self.patient()
        clinician, _ = s.issue("clinician", patients=[self.patient()])
        body = {"patient_id": other, "reason": "unconscious in the emergency room"}
        g = self.same("/v1/break-glass", body, clinician)
        self.assertEqual(self.listed("/v1/break-glass", "break_glass").count(g["id"]), 1)
        self.assertEqual(len([x for x in s.ask("GET", "/v1/break-glass").json["break_glass"] if x["patient_id"] == other]), 1)

    def test_a_webhook_its_secret_its_ping_and_a_delivery(self):
        s = self.s
        h = self.same("/v1/webhooks", {"url": "https://receiver.invalid/hook", "enabled": False})
        self.assertEqual(self.listed("/v1/webhooks", "webhooks").count(h["id"]), 1)
        self.other_content_is_a_conflict("/v1/webhooks", {"url": "https://receiver.invalid/other"})
        self.key = os.urandom(8).hex()
        secret = self.same(f"/v1/webhooks/{h['id']}/secret")["secret"]
        self.assertNotEqual(secret, h["secret"])
        self.key = os.urandom(8).hex()
        self.assertNotEqual(self.same(f"/v1/webhooks/{h['id']}/secret")["secret"], secret)
        self.key = os.urandom(8).hex()
        a, b = (x.json for x in self.twice(f"/v1/webhooks/{h['id']}/ping"))
        self.assertEqual((a["id"], a["type"]), (b["id"], b["type"]))
        self.assertEqual(len(self.listed(f"/v1/webhooks/{h['id']}/deliveries", "deliveries")), 1)

    def test_a_webhook_where_there_is_no_room_for_another(self):
        t = self.s.ask("POST", "/v1/tenants", {"name": "Full"}).json["key"]
        hook = {"url": "https://receiver.invalid/hook"}
        for _ in range(15):
            self.assertEqual(self.s.ask("POST", "/v1/webhooks", hook, t).status, 201)
        self.same("/v1/webhooks", hook, t)
        self.assertEqual(self.s.ask("POST", "/v1/webhooks", hook, t).status, 409)

    def test_a_patient(self):
        self.assertEqual(self.same("/v1/patients", {"reference": "P" + self.key}, status=200)["reference"], "P" + self.key)
        self.other_content_is_a_conflict("/v1/patients", {"reference": "Q" + self.key})

    def test_a_document_that_is_only_stored(self):
        s, path = self.s, "/v1/documents?process=false&name=a.txt&patient_reference=" + self.key
        before = len(self.listed("/v1/documents", "documents"))
        first = self.same(path, b"One.")
        self.assertEqual(len(self.listed("/v1/documents", "documents")), before + 1)
        self.assertEqual(blobs_of(s), before + 1)
        self.assertEqual(s.ask("GET", f"/v1/documents/{first['id']}/content").bytes, b"One.")
        self.other_content_is_a_conflict(path, b"Two.")
        self.other_content_is_a_conflict(path.replace("process=false&", ""), b"One.")

    def test_jobs_and_batches_say_that_it_was_a_replay(self):
        self.assertEqual(*(x.json["batch_id"] for x in self.twice("/v1/batches", {"jobs": [{"text": NOTE}] * 2})))
        self.key = os.urandom(8).hex()
        self.same("/submit", {"text": NOTE})
        self.key = os.urandom(8).hex()
        self.assertEqual(*(x.json["document_id"] for x in self.twice("/upload", NOTE.encode())))

    def test_a_key_that_is_too_long_is_refused_before_anything_is_done(self):
        for path, body in (("/v1/patients", {"reference": "too long"}), ("/v1/documents", NOTE.encode()), ("/v1/jobs", {"text": NOTE})):
            a = self.s.ask("POST", path, body, headers={"Idempotency-Key": "k" * 257})
            self.assertEqual((a.status, a.json["error"]["details"]), (400, {"field": "Idempotency-Key"}), path)
        self.assertEqual(self.s.ask("GET", "/v1/patients?reference=too%20long").json["patients"], [])

    def test_of_many_at_the_same_moment_one_does_it(self):
        s, path = self.s, "/v1/tenants"
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: s.ask("POST", path, {"name": "Race"}, headers={"Idempotency-Key": self.key}), range(8)))
        self.assertEqual({a.status for a in answers}, {201}, [a.bytes for a in answers])
        self.assertEqual(len({a.json["key"] for a in answers}), 1)
        self.assertEqual(len([a for a in answers if a.headers["Idempotent-Replay"] is None]), 1)

    def test_it_is_known_after_a_restart_and_kept_nowhere(self):
        with Server() as s:
            ask = lambda: s.ask("POST", "/v1/keys", {"name": "k", "role": "auditor"}, headers={"Idempotency-Key": self.key}).json
            first = ask()
            s.stop()
            s.start()
            self.assertEqual(ask(), first)
            s.stop()
            secret = first["key"].rsplit("_", 1)[1]
            for folder, _, files in os.walk(s.folder):
                for name in files:
                    with open(os.path.join(folder, name), "rb") as f:
                        data = f.read()
                    self.assertFalse([x for x in (secret.encode(), bytes.fromhex(secret), self.key.encode()) if x in data], name)


if __name__ == "__main__":
    main()
