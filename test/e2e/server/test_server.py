#!/usr/bin/env python3
"""The server as its clients meet it: the API, who may do what, jobs that survive, and what never leaks."""
import glob
import http.client
import json
import os
import random
import sqlite3
import ssl
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import NOTE, UNLIMITED, Server, WithServer, check_log, form, main, quoted, run

NOBODY = "01890000-0000-7000-8000-000000000000"


class Api(WithServer):
    def test_a_note_from_submission_to_result(self):
        s = self.s
        a = s.ask("POST", "/v1/jobs", {"text": NOTE, "name": "visit 1", "lang": "en", "note_date": "2026-05-10"})
        self.assertEqual((a.status, a.headers["Location"]), (202, "/v1/jobs/" + a.json["id"]))
        self.assertEqual(s.wait(a.json["id"])["state"], "completed")
        r = s.ask("GET", f"/v1/jobs/{a.json['id']}/result").json
        self.assertEqual((r["schema"], r["document"]["id"], r["document"]["note_date"]), ("aceso/result/1", "visit 1", "2026-05-10"))
        self.assertTrue(any(e["text"].lower() == "unstable angina" for e in r["entities"]))
        some = s.ask("GET", f"/v1/jobs/{a.json['id']}/result?fields=summary,coverage").json
        self.assertEqual(sorted(some), ["coverage", "summary"])
        self.assertEqual(some["summary"], r["summary"])
        bundle = s.ask("GET", f"/v1/jobs/{a.json['id']}/fhir").json
        self.assertEqual((bundle["resourceType"], bundle["type"]), ("Bundle", "document"))

    def test_the_paths_of_the_systems_it_replaces(self):
        s = self.s
        a = s.ask("POST", "/submit", {"text": NOTE})
        self.assertEqual((a.status, a.json["status"]), (202, "pending"))
        s.wait(a.json["job_id"])
        r = s.ask("GET", f"/result/{a.json['job_id']}").json
        self.assertEqual((r["job_id"], r["status"], r["clinical_summary"]["patient_age"]), (a.json["job_id"], "completed", 54))
        messages = list(s.socket(f"/ws/{a.json['job_id']}"))
        self.assertEqual([m["status"] for m in messages], ["pending", "processing", "completed"])
        b = s.ask("POST", "/generate_patient_summary", {"patient_data": {"notes": [NOTE, "Also has asthma."], "age": 54}, "model_name": "x"})
        self.assertEqual(b.status, 202)
        s.wait(b.json["job_id"])
        self.assertIn("asthma", json.dumps(s.ask("GET", f"/job/{b.json['job_id']}").json["result"]["entities"]))
        self.assertIn("clinical_summary", s.ask("POST", "/api/generate_summary", {"text": NOTE}).json)
        self.assertTrue(s.ask("POST", "/extract_medical_data", {"text": NOTE}).json["entities"])
        body, headers = form("note.txt", NOTE.encode())
        u = s.ask("POST", "/upload/", body, headers=headers)
        self.assertEqual(u.status, 202, u.bytes)
        s.wait(u.json["job_id"])
        self.assertEqual(s.ask("GET", f"/upload/status/{u.json['document_id']}").json["status"], "completed")
        for method, path in (("POST", "/transcribe"), ("POST", "/api/load_model"), ("POST", "/api/switch_model"), ("GET", "/api/model_info"),
                             ):
            a = s.ask(method, path, b"anything" if method != "GET" else None)
            self.assertEqual((a.status, a.code), (501, "not_implemented"), path)

    def test_at_once_and_nothing_is_stored(self):
        before = self.s.ask("GET", "/v1/jobs").json["jobs"]
        a = self.s.ask("POST", "/v1/deid", {"text": "Seen by Dr. Maria Lopez on 05/10/2026. MRN 4711234.", "mode": "tag"})
        self.assertEqual(a.status, 200, a.bytes)
        self.assertNotIn("Lopez", json.dumps(a.json))
        self.assertIn("[", a.json["deidentified"]["text"])
        self.assertEqual(self.s.ask("GET", "/v1/jobs").json["jobs"], before)

    def test_events_tell_one_story_in_order(self):
        s = self.s
        job = s.submit()
        live = list(s.events(job))
        self.assertEqual([e[0] for e in live], [1, 2, 3])
        self.assertEqual([e[1] for e in live], ["queued", "running", "completed"])
        self.assertEqual([e[1] for e in s.events(job, last=1)], ["running", "completed"])
        polled = s.ask("GET", f"/v1/jobs/{job}/events").json["events"]
        self.assertEqual(polled, [e[2] for e in live])
        self.assertEqual([e["event"] for e in s.ask("GET", f"/v1/jobs/{job}/events?after=2").json["events"]], [3])

    def test_the_same_request_again_has_one_outcome(self):
        s = self.s
        once = {"Idempotency-Key": "k-" + str(random.random())}
        first = s.ask("POST", "/v1/jobs", {"text": NOTE}, headers=once)
        again = s.ask("POST", "/v1/jobs", {"text": NOTE}, headers=once)
        other = s.ask("POST", "/v1/jobs", {"text": NOTE + "More."}, headers=once)
        self.assertEqual((first.status, again.status, again.json["id"]), (202, 202, first.json["id"]))
        self.assertEqual(again.headers["Idempotent-Replay"], "true")
        self.assertEqual((other.status, other.code), (409, "conflict"))

    def test_the_same_upload_again_has_one_outcome(self):
        s = self.s
        once = {"Idempotency-Key": "u-" + str(random.random()), "Content-Type": "text/plain"}
        big = (NOTE * 900).encode()
        first = s.ask("POST", "/v1/documents?name=a.txt", big, headers=once)
        again = s.ask("POST", "/v1/documents?name=a.txt", big, headers=once)
        self.assertEqual((first.status, again.status, again.json["id"], again.json["job"]["id"]), (202, 202, first.json["id"], first.json["job"]["id"]))
        self.assertEqual((first.headers["Idempotent-Replay"], again.headers["Idempotent-Replay"]), (None, "true"))
        known = [d["id"] for d in s.ask("GET", "/v1/documents?limit=1000").json["documents"]]
        patient = s.ask("POST", "/v1/patients", {"reference": "of an upload"}).json["id"]
        for path, body in (("?name=a.txt", big[:-1] + b"!"), ("?name=b.txt", big), (f"?name=a.txt&patient_id={patient}", big), ("?name=a.txt&mode=mask", big)):
            other = s.ask("POST", "/v1/documents" + path, body, headers=once)
            self.assertEqual((other.status, other.code), (409, "conflict"), path)
        self.assertEqual([d["id"] for d in s.ask("GET", "/v1/documents?limit=1000").json["documents"]], known)  # nothing of those stays
        self.assertEqual(s.wait(first.json["job"]["id"])["state"], "completed")
        self.assertEqual(s.ask("GET", f"/v1/jobs/{first.json['job']['id']}/result?fields=document").json["document"]["id"], "a.txt")

    def test_batches_and_pages(self):
        s = self.s
        a = s.ask("POST", "/v1/batches", {"jobs": [{"text": f"Note {i}: cough.", "name": str(i)} for i in range(7)]})
        self.assertEqual((a.status, len(a.json["job_ids"])), (202, 7))
        for job in a.json["job_ids"]:
            s.wait(job)
        seen, cursor = [], ""
        while cursor is not None:
            page = s.ask("GET", f"/v1/jobs?batch_id={a.json['batch_id']}&limit=3" + (f"&cursor={cursor}" if cursor else "")).json
            seen += [j["id"] for j in page["jobs"]]
            cursor = page["next"]
        self.assertEqual(seen, list(reversed(a.json["job_ids"])))
        bad = s.ask("POST", "/v1/batches", {"jobs": [{"text": "fine"}, {"text": "x", "profile": "none"}]})
        self.assertEqual((bad.status, bad.json["error"]["details"]), (400, {"field": "profile"}))

    def test_documents_go_to_the_disk_as_they_come(self):
        s = self.s
        big = (NOTE * 40000).encode()
        a = s.ask("POST", "/v1/documents?process=false&name=big.txt", big, headers={"Content-Type": "text/plain"})
        self.assertEqual((a.status, a.json["bytes"], a.json["name"]), (202, len(big), "big.txt"), a.bytes[:300])
        back = s.ask("GET", f"/v1/documents/{a.json['id']}/content")
        self.assertEqual(back.bytes, big)
        self.assertEqual(back.headers["Content-Type"], "application/octet-stream")
        self.assertEqual(s.ask("DELETE", f"/v1/documents/{a.json['id']}").status, 204)
        self.assertEqual(s.ask("GET", f"/v1/documents/{a.json['id']}").status, 404)
        fhir = json.dumps({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
                           "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"}]}})
        u = s.ask("POST", "/v1/documents", *form("c.json", fhir.encode())[:1], headers=form("c.json", b"")[1])
        self.assertEqual(u.status, 202, u.bytes)
        self.assertEqual(s.wait(u.json["job"]["id"])["state"], "completed")
        self.assertIn("38341003", json.dumps(s.ask("GET", f"/v1/jobs/{u.json['job']['id']}/result").json))
        self.assertEqual(s.ask("POST", "/v1/documents", b"", headers={"Content-Type": "text/plain"}).status, 400)
        two = form("a.txt", b"one")[0].replace(b"--\r\n", b"\r\n", 1) + form("b.txt", b"two")[0]
        self.assertEqual(s.ask("POST", "/v1/documents", two, headers=form("", b"")[1]).status, 400)

    def test_a_document_that_cannot_be_read_fails_and_says_so(self):
        u = self.s.ask("POST", "/v1/documents", b"%PDF-1.7\nnothing of a PDF", headers={"Content-Type": "application/pdf"})
        self.assertEqual(u.status, 202)
        job = self.s.wait(u.json["job"]["id"])
        self.assertEqual(job["state"], "failed")
        self.assertIsNotNone(job["error"]["code"])
        self.assertEqual(self.s.ask("GET", f"/v1/jobs/{job['id']}/result").status, 404)

    def test_bad_requests_get_one_clear_error(self):
        s = self.s
        cases = [
            ({"text": NOTE, "unknown": 1}, 400, "invalid_request"), ({"text": 5}, 400, "invalid_request"), ({}, 400, "invalid_request"),
            ({"text": ""}, 400, "invalid_request"), ({"text": "x", "note_date": "2026-02-30"}, 400, "invalid_request"),
            ({"text": "x", "priority": 10}, 400, "invalid_request"), ({"text": "x", "document_id": NOBODY}, 400, "invalid_request"),
            ({"text": "x", "patient_id": NOBODY}, 404, "not_found"), ({"document_id": NOBODY}, 404, "not_found"),
            (b"{\"text\":\"x\"", 400, "invalid_request"), (b"[]", 400, "invalid_request"), (b"{\"text\":\"x\",\"text\":\"y\"}", 400, "invalid_request"),
            (b"{\"text\":" + b"[" * 200 + b"]" * 200 + b"}", 413, "too_large"), ({"text": "x" * (256 * 1024 + 1)}, 413, "too_large"),
            (b"\xff\xfe", 400, "invalid_request"),
        ]
        for body, status, code in cases:
            a = s.ask("POST", "/v1/jobs", body, headers={"Content-Type": "application/json"})
            self.assertEqual((a.status, a.code), (status, code), (body[:60] if isinstance(body, bytes) else str(body)[:60], a.bytes))
        self.assertEqual(s.ask("POST", "/v1/jobs", b"text=1", headers={"Content-Type": "application/x-www-form-urlencoded"}).status, 415)
        self.assertEqual(s.ask("GET", "/v1/jobs?limit=0").status, 400)
        self.assertEqual(s.ask("GET", "/v1/jobs?limit=5&limit=6").status, 400)
        self.assertEqual(s.ask("GET", "/v1/jobs?color=red").status, 400)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{NOBODY}").status, 404)
        self.assertEqual(s.ask("GET", "/v1/jobs/../../etc/passwd").status, 400)
        self.assertEqual(s.ask("GET", "/nothing").status, 404)
        a = s.ask("PATCH", "/v1/jobs")
        self.assertEqual((a.status, a.headers["Allow"]), (405, "GET, POST"))

    def test_health_metrics_and_documentation(self):
        s = self.s
        self.assertEqual(s.ask("GET", "/health", key="").json["status"], "ok")
        self.assertEqual(s.ask("GET", "/health/live", key="").json, {"status": "ok"})
        self.assertEqual(s.ask("GET", "/health/ready", key="").status, 200)
        self.assertEqual(s.ask("GET", "/metrics", key="").status, 401)
        s.wait(s.submit())
        metrics = s.ask("GET", "/metrics").bytes.decode()
        self.assertRegex(metrics, r'aceso_http_requests_total\{route="submitJob",status="2xx"\} \d+')
        self.assertRegex(metrics, r'aceso_jobs_ended_total\{state="completed"\} [1-9]')
        api = s.ask("GET", "/openapi.json", key="").json
        self.assertEqual(api["openapi"], "3.1.0")
        self.assertIn("/v1/jobs/{job_id}/result", api["paths"])
        self.assertIn(b"<html", s.ask("GET", "/docs", key="").bytes)

    def test_cancel_and_delete(self):
        s = self.s
        job = s.submit()
        s.wait(job)
        self.assertEqual(s.ask("POST", f"/v1/jobs/{job}/cancel").status, 409)
        self.assertEqual(s.ask("POST", f"/v1/jobs/{job}/retry").status, 409)
        self.assertEqual(s.ask("DELETE", f"/v1/jobs/{job}").status, 204)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job}").status, 404)


class Access(WithServer):
    def test_only_keys_of_ours_and_only_what_they_may(self):
        s = self.s
        for key in ("", "nonsense", "aceso_" + "0" * 32 + "_" + "0" * 48, s.admin[:-1] + ("0" if s.admin[-1] != "0" else "1"), s.admin + "0"):
            a = s.ask("GET", "/v1/jobs", key=key)
            self.assertEqual((a.status, a.code), (401, "unauthenticated"))
        auditor, _ = s.issue("auditor")
        self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE}, auditor).status, 403)
        self.assertEqual(s.ask("GET", "/v1/audit", key=auditor).status, 200)
        integrator, _ = s.issue("integrator")
        self.assertEqual(s.ask("POST", "/v1/keys", {"name": "x", "role": "admin"}, integrator).status, 403)
        self.assertEqual(s.ask("POST", "/v1/keys", {"name": "x", "role": "auditor", "scopes": ["jobs:write"]}).status, 400)
        narrow, _ = s.issue("integrator", scopes=["jobs:read"])
        self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE}, narrow).status, 403)
        self.assertEqual(s.ask("GET", "/v1/jobs", key=narrow).status, 200)

    def test_a_revoked_or_expired_key_is_none(self):
        s = self.s
        key, number = s.issue("integrator")
        self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 200)
        self.assertEqual(s.ask("DELETE", f"/v1/keys/{number}").status, 204)
        self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 401)
        short, _ = s.issue("integrator", expires_seconds=1)
        time.sleep(1.2)
        self.assertEqual(s.ask("GET", "/v1/jobs", key=short).status, 401)
        listed = s.ask("GET", "/v1/keys").json["keys"]
        self.assertNotIn(number, [k["id"] for k in listed])
        self.assertFalse(any("key" in k for k in listed))

    def test_a_researcher_sees_nobody(self):
        s = self.s
        key, _ = s.issue("researcher")
        job = s.submit("Patient: John Brown. MRN 99887766. Seen on 03/04/2026 for asthma.", key, name="John Brown visit")
        s.wait(job)
        text = s.ask("GET", f"/v1/jobs/{job}/result", key=key).bytes.decode()
        self.assertIn("deidentified", text)
        for secret in ("Brown", "99887766", "03/04/2026"):
            self.assertNotIn(secret, text)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/fhir?identified=true", key=key).status, 403)
        bundle = s.ask("GET", f"/v1/jobs/{job}/fhir", key=key).bytes.decode()
        self.assertNotIn("Brown", bundle)
        self.assertEqual(s.ask("POST", "/v1/entities", {"text": NOTE}, key).status, 403)
        self.assertEqual(s.ask("GET", "/v1/patients", key=key).status, 403)

    def test_compartments_and_the_way_around_them(self):
        s = self.s
        mine = s.ask("POST", "/v1/patients", {"reference": "MRN-1"}).json["id"]
        other = s.ask("POST", "/v1/patients", {"reference": "MRN-2"}).json["id"]
        job_mine, job_other = s.submit(patient_id=mine), s.submit(patient_id=other)
        s.wait(job_mine), s.wait(job_other)
        key, _ = s.issue("clinician", patients=[mine])
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job_mine}/result", key=key).status, 200)
        for path in (f"/v1/jobs/{job_other}", f"/v1/jobs/{job_other}/result", f"/v1/patients/{other}", f"/v1/jobs/{job_other}/events"):
            self.assertEqual(s.ask("GET", path, key=key).status, 404, path)
        self.assertEqual([p["id"] for p in s.ask("GET", "/v1/patients", key=key).json["patients"]], [mine])
        self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 403)
        self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE, "patient_id": other}, key).status, 404)
        self.assertEqual(s.ask("POST", "/v1/break-glass", {"patient_id": other, "reason": "short"}, key).status, 400)
        g = s.ask("POST", "/v1/break-glass", {"patient_id": other, "reason": "unconscious in the emergency room", "minutes": 5}, key)
        self.assertEqual(g.status, 201, g.bytes)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job_other}/result", key=key).status, 200)
        auditor, _ = s.issue("auditor")
        listed = s.ask("GET", "/v1/break-glass", key=auditor).json["break_glass"]
        self.assertEqual((listed[0]["id"], listed[0]["reason"]), (g.json["id"], "unconscious in the emergency room"))
        self.assertEqual(s.ask("POST", f"/v1/break-glass/{g.json['id']}/review", {"accepted": False}, auditor).status, 204)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job_other}/result", key=key).status, 404)
        self.assertEqual(s.ask("POST", f"/v1/break-glass/{g.json['id']}/review", {"accepted": True}, auditor).status, 409)
        actions = [r["action"] for r in s.ask("GET", f"/v1/audit?patient_id={other}", key=auditor).json["records"]]
        self.assertIn("break-glass", actions)
        self.assertIn("review", actions)

    def test_limits_of_requests(self):
        with Server(options=("--rate-address", "60", "--burst", "5", "--rate-key", "0")) as s:
            answers = [s.ask("GET", "/v1/jobs") for _ in range(12)]
            self.assertEqual(answers[0].status, 200)
            late = [a for a in answers if a.status == 429]
            self.assertTrue(late)
            self.assertEqual(late[0].code, "rate_limited")
            self.assertGreaterEqual(int(late[0].headers["Retry-After"]), 1)
            self.assertEqual(s.ask("GET", "/health", key="").status, 200)
        with Server(options=("--rate-address", "0", "--burst", "5", "--rate-key", "10")) as s:
            self.assertIn(429, [s.ask("GET", "/v1/jobs").status for _ in range(12)])

    def test_every_look_at_a_patient_leaves_a_record(self):
        s = self.s
        p = s.ask("POST", "/v1/patients", {"reference": "MRN-audit"}).json["id"]
        job = s.submit(patient_id=p)
        s.wait(job)
        a = s.ask("GET", f"/v1/jobs/{job}/result")
        records = s.ask("GET", f"/v1/audit?patient_id={p}&limit=1000").json["records"]
        self.assertEqual([(r["action"], r["what"]) for r in records if r["what"] != "audit"],
                         [("create", "patient"), ("create", "job"), ("execute", "job"), ("read", "result")])
        self.assertEqual(records[-1]["request"] if records[-1]["what"] == "result" else records[-2]["request"], a.headers["Request-Id"])
        bundle = s.ask("GET", f"/v1/audit?patient_id={p}&format=fhir").json
        self.assertEqual({e["resource"]["resourceType"] for e in bundle["entry"]}, {"AuditEvent"})


class Logs(unittest.TestCase):
    def test_what_a_log_may_hold(self):
        """Each server of these tests has its log checked like that when it stops."""
        check_log('aceso: the master key is in DIR\n{"ms":1,"level":"info","event":"request","route":3,"request":"01890000-0000-7000-8000-000000000000","error":"AC_EBUSY"}\n')
        for bad in ('{"ms":1,"level":"info","event":"request","patient":"x"}', '{"ms":1,"level":"info","event":"chest pain"}', '{"ms":1,"level":"info"}',
                    '{"ms":1,"level":"info","event":"request","error":"Zebulon Quackenbush"}', '{"ms":1,"level":"info","event":"request","route":[1]}',
                    '{"ms":1,"level":"loud","event":"request"}', '{"ms":1', "chest pain"):
            with self.assertRaises((AssertionError, ValueError), msg=bad):
                check_log(bad)

    def test_a_line_for_each_request(self):
        with Server(options=(*UNLIMITED, "--log-requests")) as s:
            key = s.ask("GET", "/v1/jobs").headers["Request-Id"]
            s.ask("GET", "/nothing/Quackenbush")
            s.ask("GET", "/v1/jobs", key="Quackenbush")
            s.wait(s.submit())
        lines = [json.loads(x) for x in s.log().splitlines() if x.startswith("{")]
        requests = [x for x in lines if x["event"] == "request"]
        self.assertIn((key, 200), [(x["request"], x["status"]) for x in requests])
        self.assertLessEqual({200, 202, 401, 404}, {x["status"] for x in requests})
        self.assertNotIn("Quackenbush", s.log())


class Durability(unittest.TestCase):
    def test_a_deleted_patient_is_gone_for_good(self):
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            with Server(folder) as s:
                p = s.ask("POST", "/v1/patients", {"reference": "MRN-9"}).json["id"]
                job = s.submit(patient_id=p)
                s.wait(job)
                u = s.ask("POST", f"/v1/documents?patient_id={p}", NOTE.encode(), headers={"Content-Type": "text/plain"})
                s.wait(u.json["job"]["id"])
                self.assertTrue(glob.glob(folder + "/blobs/*/*"))
                self.assertEqual(s.ask("DELETE", f"/v1/patients/{p}").status, 204)
                for path in (f"/v1/patients/{p}", f"/v1/jobs/{job}", f"/v1/jobs/{job}/result", f"/v1/documents/{u.json['id']}"):
                    self.assertEqual(s.ask("GET", path).status, 404, path)
                self.assertEqual([f for f in glob.glob(folder + "/blobs/??/*") if os.path.isfile(f)], [])
                self.assertEqual(s.ask("GET", "/v1/patients?reference=MRN-9").json["patients"], [])
                self.assertEqual(s.ask("GET", f"/v1/audit?patient_id={p}&limit=1000").json["records"][-2]["action"], "shred")

    def test_a_log_that_was_touched_is_found(self):
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            with Server(folder) as s:
                for _ in range(3):
                    s.wait(s.submit())
            self.assertEqual(run("audit", "verify", "--data", folder).returncode, 0)
            db = sqlite3.connect(folder + "/aceso.db")
            tables = [r[0] for r in db.execute("select name from sqlite_master where type='trigger'")]
            for name in tables:
                db.execute(f"drop trigger {name}")
            columns = [r[1] for r in db.execute("pragma table_info(audit)")]
            number = "number" if "number" in columns else columns[0]
            db.execute(f"delete from audit where {number}=5")
            db.commit()
            db.close()
            v = run("audit", "verify", "--data", folder)
            self.assertEqual(v.returncode, 1, v.stdout)
            self.assertIn("record 5", v.stderr)

    def test_another_master_key(self):
        with tempfile.TemporaryDirectory() as t:
            folder, new = os.path.join(t, "data"), os.path.join(t, "new.key")
            with Server(folder) as s:
                job = s.submit()
                s.wait(job)
                admin = s.admin
            r = run("key", "rotate", new, "--data", folder)
            self.assertEqual(r.returncode, 0, r.stderr)
            with self.assertRaisesRegex(RuntimeError, "another master key"):
                Server(folder).start()
            with Server(folder, options=("--master-key", new, "--rate-address", "0")) as s:
                self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result", key=admin).status, 200)
            self.assertEqual(run("audit", "verify", "--data", folder, "--master-key", new).returncode, 0)

    def test_https_with_a_certificate_of_its_own_making(self):
        with Server(options=("--tls-generate",)) as s:
            context = ssl.create_default_context(cafile=s.folder + "/tls.crt")
            c = http.client.HTTPSConnection("127.0.0.1", s.port, timeout=30, context=context)
            c.request("GET", "/health")
            self.assertEqual((c.getresponse().status, c.sock.version()), (200, "TLSv1.3"))
            c.close()
            self.assertEqual(os.stat(s.folder + "/tls.key").st_mode & 0o777, 0o600)

    def test_one_process_at_a_time(self):
        with Server() as s:
            with self.assertRaises(RuntimeError):
                Server(s.folder).start()

    def test_jobs_wait_for_the_next_start(self):
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            with Server(folder) as s:
                jobs = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE * 30} for _ in range(60)]}).json["job_ids"]
            with Server(folder) as s:
                self.assertEqual({s.wait(j)["state"] for j in jobs}, {"completed"})


class Leaks(unittest.TestCase):
    CANARY = "Zebulon Quackenbush"

    def test_nothing_of_a_document_is_found_anywhere(self):
        name, number = self.CANARY, "QX-88123477"
        text = f"Patient: {name}. MRN: {number}. Assessment: asthma of {name}.\n"
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            with Server(folder, options=(*UNLIMITED, "--log-requests"), env={"TMPDIR": t}) as s:
                job = s.submit(text, name=name, patient_reference=number)
                s.wait(job)
                for path in (f"/v1/jobs/{job}", f"/v1/jobs/{job}/result", f"/v1/jobs/{job}/fhir?identified=true", f"/v1/patients{quoted(reference=number)}",
                             f"/result/{job}", f"/v1/jobs{quoted(color=name)}"):
                    s.ask("GET", path)
                s.ask("POST", "/v1/documents" + quoted(name=name, patient_reference=number), text.encode() * 5000, headers={"Content-Type": "text/plain"})
                s.ask("POST", "/v1/entities", {"text": text})
                s.ask("POST", "/v1/jobs", {"text": text, name: 1})
                s.ask("POST", "/v1/jobs", ("{\"text\": \"" + text).encode(), headers={"Content-Type": "application/json"})
                metrics = s.ask("GET", "/metrics").bytes
                audit = s.ask("GET", "/v1/audit?limit=1000").bytes
                errors = s.ask("POST", "/v1/jobs", {"text": text, name: 1}).bytes
                running = self.found(folder, name, number)
                log = s.log().encode()
            for what, bytes_ in (("metrics", metrics), ("audit", audit), ("errors", errors), ("log", log)):
                for secret in (name, number, "Quackenbush"):
                    self.assertNotIn(secret.encode(), bytes_, what)
            self.assertIn(b'"event":"request"', log)
            self.assertEqual(running, [])
            self.assertEqual(self.found(t, name, number), [])

    @staticmethod
    def found(folder, *secrets):
        hits = []
        for path in glob.glob(folder + "/**/*", recursive=True) + glob.glob(folder + "/.*"):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    data = f.read()
                hits += [(path, s) for s in secrets if s.encode() in data or s.encode("utf-16-le") in data]
        return hits


if __name__ == "__main__":
    main()
