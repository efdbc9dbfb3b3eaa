#!/usr/bin/env python3
"""What clients may count on: who sees what of a batch, what is checked before anything is kept, the same request twice, what runs when."""
import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import NOTE, Server
from test_client import WithServer, aceso

NOBODY = "01890000-0000-7000-8000-000000000000"


class Compartments(WithServer):
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
        blobs = sum(len(files) for _, _, files in os.walk(os.path.join(s.folder, "blobs")))
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


if __name__ == "__main__":
    unittest.main()
