#!/usr/bin/env python3
"""What a server keeps, for whom and for how long: tenants, their keys, retention, budgets, work at a time of its own."""
import datetime
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from server import ACESO, NOTE, UNLIMITED, Server, WithServer, main, run

NOBODY = "01890000-0000-7000-8000-000000000000"
HOOK = {"url": "https://receiver.invalid/hook", "enabled": False}
REASON = "unconscious in the emergency room"
KEY, CORRECTION = 0, 7  # kinds of items in the database


def add_tenant(s, name="Northern Clinic"):
    a = s.ask("POST", "/v1/tenants", {"name": name})
    assert a.status == 201, (a.status, a.bytes)
    return a.json["key"], a.json["id"]


def one_of_each(s, key):
    """Resources of a tenant, by what stands in their paths."""
    patient = s.ask("POST", "/v1/patients", {"reference": "MRN 1"}, key).json["id"]
    job = s.submit(key=key, patient_id=patient)
    document = s.ask("POST", "/v1/documents?process=false", NOTE.encode(), key, {"Content-Type": "text/plain"}).json["id"]
    a = s.ask("POST", "/v1/keys", {"name": "k", "role": "integrator"}, key)
    glass = s.ask("POST", "/v1/break-glass", {"patient_id": patient, "reason": REASON}, key).json["id"]
    hook = s.ask("POST", "/v1/webhooks", HOOK, key).json["id"]
    delivery = s.ask("POST", f"/v1/webhooks/{hook}/ping", key=key).json["id"]
    batch = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE}, {"text": NOTE}]}, key).json["batch_id"]
    end = time.monotonic() + 60
    while s.ask("GET", f"/v1/jobs/{job}", key=key).json["state"] in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(.02)
    return {"patient_id": patient, "job_id": job, "document_id": document, "key_id": a.json["id"], "break_glass_id": glass, "webhook_id": hook, "delivery_id": delivery,
            "batch_id": batch}


def sensible(op, ids):
    """A body that the operation takes."""
    bodies = {"putWebhook": HOOK, "reviewBreakGlass": {"accepted": True}, "holdPatient": {"held": True}}
    return bodies.get(op["operationId"], {} if "requestBody" in op else None)


class Tenants(WithServer):
    def test_a_tenant_works_and_only_the_host_adds_others(self):
        s = self.s
        key, tenant = add_tenant(s)
        job = s.submit(key=key, patient_reference="MRN 4711")
        ids = one_of_each(s, key)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{ids['job_id']}/result", key=key).status, 200)
        own = s.ask("GET", f"/v1/tenants/{tenant}", key=key).json
        self.assertEqual((own["name"], own["host"], own["disabled"]), ("Northern Clinic", False, False))
        self.assertNotIn("key", own)
        for method, path in (("POST", "/v1/tenants"), ("GET", "/v1/tenants"), ("POST", f"/v1/tenants/{tenant}/disable"), ("POST", f"/v1/tenants/{tenant}/enable")):
            a = s.ask(method, path, {"name": "x"} if path == "/v1/tenants" and method == "POST" else None, key)
            self.assertEqual((a.status, a.code), (403, "forbidden"), path)
        scopes = s.ask("GET", "/v1/keys", key=key).json["keys"][0]["scopes"]
        self.assertNotIn("tenants:write", scopes)
        self.assertEqual(s.ask("POST", "/v1/keys", {"name": "x", "role": "admin", "scopes": ["tenants:write"]}, key).status, 400)
        self.assertEqual(s.ask("GET", "/metrics", key=key).status, 403)
        another = s.ask("POST", "/v1/keys", {"name": "x", "role": "admin"}, key)
        self.assertEqual(another.status, 201, another.bytes)
        listed = s.ask("GET", "/v1/tenants?limit=1000").json["tenants"]
        self.assertEqual(sum(t["host"] for t in listed), 1)
        self.assertIn(tenant, [t["id"] for t in listed])
        self.assertEqual(s.ask("POST", "/v1/tenants", {"name": ""}).status, 400)
        self.assertTrue(job)

    def test_nothing_of_another_tenant_exists(self):
        """Every operation of the description that has an id in its path, for both sides."""
        s = self.s
        doc = s.ask("GET", "/openapi.json", key="").json
        key, tenant = add_tenant(s, "Southern Clinic")
        other_key, other_tenant = add_tenant(s, "Eastern Clinic")
        ids, theirs = one_of_each(s, key), one_of_each(s, other_key)
        host = one_of_each(s, None)
        asked = 0
        for path, methods in doc["paths"].items():
            for method, op in methods.items():
                if "{" not in path:
                    continue
                for mine, values in ((key, theirs), (key, host), (None, theirs)):
                    if "{tenant_id}" in path and mine is None:
                        continue
                    real = path
                    for name, value in {**values, "tenant_id": other_tenant}.items():
                        real = real.replace("{" + name + "}", value)
                    self.assertNotIn("{", real)
                    a = s.ask(method.upper(), real, sensible(op, values), mine)
                    asked += 1
                    self.assertIn(a.status, (404, 403) if path.endswith("able") else (404,), f"{method} {path}: {a.status} {a.bytes}")
        self.assertGreater(asked, 40)
        for path, name in (("/v1/patients", "patients"), ("/v1/jobs", "jobs"), ("/v1/documents", "documents"), ("/v1/keys", "keys"), ("/v1/break-glass", "break_glass"), ("/v1/webhooks", "webhooks")):
            seen = s.ask("GET", f"{path}?limit=1000", key=key).bytes.decode()
            self.assertTrue(json.loads(seen)[name], path)
            for value in (*theirs.values(), *host.values()):
                self.assertNotIn(value, seen, path)
        audit = s.ask("GET", "/v1/audit?limit=1000", key=key).bytes.decode()
        for value in (*theirs.values(), *host.values()):
            self.assertNotIn(value, audit)
        # ids of others in bodies and parameters
        for body in ({"text": NOTE, "patient_id": theirs["patient_id"]}, {"document_id": theirs["document_id"]}):
            self.assertEqual(s.ask("POST", "/v1/jobs", body, key).status, 404)
        self.assertEqual(s.ask("POST", "/v1/break-glass", {"patient_id": theirs["patient_id"], "reason": REASON}, key).status, 404)
        self.assertEqual(s.ask("POST", f"/v1/documents?patient_id={theirs['patient_id']}", b"x", key, {"Content-Type": "text/plain"}).status, 404)
        for query in (f"patient_id={theirs['patient_id']}", f"document_id={theirs['document_id']}"):
            self.assertEqual(s.ask("GET", f"/v1/jobs?{query}", key=key).json["jobs"], [])
        self.assertEqual(s.ask("GET", f"/v1/documents?patient_id={theirs['patient_id']}", key=key).json["documents"], [])
        seen = s.ask("GET", f"/v1/audit?patient_id={theirs['patient_id']}", key=key).json["records"]
        self.assertEqual({r["action"] for r in seen}, {"read"})  # what this tenant asked for itself, just now
        self.assertEqual(s.ask("GET", f"/upload/status/{theirs['document_id']}", key=key).status, 404)
        # the same words are another patient's
        self.assertNotEqual(ids["patient_id"], theirs["patient_id"])
        found = s.ask("GET", "/v1/patients?reference=MRN+1", key=key).json["patients"]
        self.assertEqual([p["id"] for p in found], [ids["patient_id"]])

    def test_a_disabled_tenant_is_refused_and_loses_nothing(self):
        s = self.s
        key, tenant = add_tenant(s, "Western Clinic")
        ids = one_of_each(s, key)
        self.assertTrue(s.ask("POST", f"/v1/tenants/{tenant}/disable").json["disabled"])
        self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 401)
        self.assertFalse(s.ask("POST", f"/v1/tenants/{tenant}/enable").json["disabled"])
        self.assertEqual(s.ask("GET", f"/v1/jobs/{ids['job_id']}/result", key=key).status, 200)
        host = next(t["id"] for t in s.ask("GET", "/v1/tenants?limit=1000").json["tenants"] if t["host"])
        a = s.ask("POST", f"/v1/tenants/{host}/disable")
        self.assertEqual((a.status, a.code), (409, "conflict"))
        self.assertEqual(s.ask("POST", f"/v1/tenants/{NOBODY}/disable").status, 404)


def keys_of(folder, tenant):
    """The tenant's keys that the master key seals, and how many keys each of them seals."""
    raw = bytes.fromhex(tenant.replace("-", ""))
    db = sqlite3.connect(f"file:{folder}/aceso.db?mode=ro", uri=True)
    try:
        top = [row[0] for row in db.execute("SELECT id FROM item WHERE kind = ? AND tenant = ? AND owner IS NULL", (KEY, raw))]
        return {k: db.execute("SELECT count(*) FROM item WHERE kind = ? AND owner = ?", (KEY, k)).fetchone()[0] for k in top}
    finally:
        db.close()


def wait_for_rotation(s, tenant, seconds=60):
    end = time.monotonic() + seconds
    while s.ask("GET", f"/v1/tenants/{tenant}").json["rotating"]:
        assert time.monotonic() < end, "the rotation does not end"
        time.sleep(.05)


class Rotation(unittest.TestCase):
    def test_another_key_while_the_server_runs(self):
        with Server() as s:
            key, tenant = add_tenant(s)
            ids = one_of_each(s, key)
            note = "Patient: John Brown. MRN 99887766. Seen on 03/04/2026 for asthma."
            how = {"mode": "surrogate", "patient_id": ids["patient_id"]}
            first = s.submit(note, key, **how)
            nobody = s.submit(note, key, mode="surrogate")
            for job in (first, nobody):
                while s.ask("GET", f"/v1/jobs/{job}", key=key).json["state"] in ("queued", "running"):
                    time.sleep(.02)
            before = {job: s.ask("GET", f"/v1/jobs/{job}/fhir", key=key).bytes for job in (first, nobody)}
            told = s.ask("GET", f"/v1/jobs/{first}/result", key=key).json["deidentified"]
            old = set(keys_of(s.folder, tenant))
            self.assertEqual(len(old), 1)
            a = s.ask("POST", f"/v1/tenants/{tenant}/rotate", key=key)
            self.assertEqual((a.status, a.json["rotating"]), (202, True), a.bytes)
            wait_for_rotation(s, tenant)
            now = keys_of(s.folder, tenant)
            self.assertEqual(len(now), 1)
            self.assertFalse(old & set(now))
            # all is there, found by the same words, with the same surrogates
            for path in (f"/v1/patients/{ids['patient_id']}", f"/v1/documents/{ids['document_id']}/content", f"/v1/jobs/{ids['job_id']}/result", "/v1/break-glass", "/v1/keys"):
                self.assertEqual(s.ask("GET", path, key=key).status, 200, path)
            self.assertEqual(s.ask("GET", "/v1/patients?reference=MRN+1", key=key).json["patients"][0]["id"], ids["patient_id"])
            for job, bundle in before.items():
                self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/fhir", key=key).bytes, bundle)
            again = s.submit(note, key, **how)
            while s.ask("GET", f"/v1/jobs/{again}", key=key).json["state"] in ("queued", "running"):
                time.sleep(.02)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{again}/result", key=key).json["deidentified"], told)
            actions = [(r["action"], r["what"]) for r in s.ask("GET", "/v1/audit?limit=1000", key=key).json["records"]]
            self.assertIn(("key-rotate", "tenant"), actions)
            self.assertIn(("shred", "key"), actions)
            s.stop()
            # what was in memory is gone: all is opened from the files, once more after another master key
            new = os.path.join(os.path.dirname(s.folder), "new.key")
            self.assertEqual(run("key", "rotate", new, "--data", s.folder).returncode, 0)
            s.options += ["--master-key", new]
            s.start()
            for path in (f"/v1/patients/{ids['patient_id']}", f"/v1/documents/{ids['document_id']}/content", f"/v1/jobs/{ids['job_id']}/result"):
                self.assertEqual(s.ask("GET", path, key=key).status, 200, path)

    def test_nobody_notices_rotations(self):
        """Patients come while keys change again and again: none is refused, none is lost."""
        with Server() as s:
            host = s.ask("GET", "/v1/tenants").json["tenants"][0]["id"]
            made, faults, stop = [], [], threading.Event()

            def add(k):
                i = 0
                while not stop.is_set():
                    i += 1
                    a = s.ask("POST", "/v1/jobs", {"text": "Cough.", "patient_reference": f"job {k} {i}"}) if i % 2 else s.ask("POST", "/v1/patients", {"reference": f"MRN {k} {i}"})
                    if a.status not in (201, 202):
                        faults.append((a.status, a.bytes))
                    else:
                        made.append(a.json["patient_id" if i % 2 else "id"])
            threads = [threading.Thread(target=add, args=(k,)) for k in range(4)]
            for t in threads:
                t.start()
            try:
                for _ in range(4):
                    self.assertEqual(s.ask("POST", f"/v1/tenants/{host}/rotate").status, 202)
                    wait_for_rotation(s, host)
            finally:
                stop.set()
                for t in threads:
                    t.join()
            self.assertEqual(faults, [])
            self.assertGreater(len(made), 20)
            s.stop()
            s.start()
            for patient in made:
                self.assertEqual(s.ask("GET", f"/v1/patients/{patient}").status, 200)
            self.assertEqual(list(keys_of(s.folder, host).values()), [len(set(made)) + 1])

    def test_another_master_key_while_the_server_runs(self):
        with tempfile.TemporaryDirectory() as t:
            folder, new = os.path.join(t, "data"), os.path.join(t, "new.key")
            with Server(folder, UNLIMITED) as s:
                job = s.submit()
                s.wait(job)
                faults, stop = [], threading.Event()

                def go_on():
                    i = 0
                    while not stop.is_set():
                        i += 1
                        answers = [s.ask("POST", "/v1/jobs", {"text": "Cough.", "patient_reference": f"P {i}"}), s.ask("POST", "/v1/tenants", {"name": f"Clinic {i}"}), s.ask("GET", f"/v1/jobs/{job}/result")]
                        faults.extend(a.bytes for a in answers if a.status >= 300)
                thread = threading.Thread(target=go_on)
                thread.start()
                try:
                    for key in (new, new + "2", new + "3"):
                        r = run("key", "rotate", key, "--data", folder)
                        self.assertEqual(r.returncode, 0, r.stderr)
                        self.assertIn("the server goes on with it", r.stdout)
                finally:
                    stop.set()
                    thread.join()
                self.assertEqual(faults, [])
                r = run("key", "rotate", os.path.abspath(__file__), "--data", folder)
                self.assertEqual((r.returncode, "larger than the limit" in r.stderr), (1, True), r.stderr)
                self.assertEqual([n for n in os.listdir(folder) if n.startswith("rotate")], [])
                self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result").status, 200)
                admin = s.admin
            for old in ((), ("--master-key", new), ("--master-key", new + "2")):
                with self.assertRaisesRegex(RuntimeError, "another master key"):
                    Server(folder, options=old).start()
            with Server(folder, options=("--master-key", new + "3", *UNLIMITED)) as s:
                self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result", key=admin).status, 200)
                self.assertGreater(len(s.ask("GET", "/v1/tenants", key=admin).json["tenants"]), 3)
            self.assertEqual(run("audit", "verify", "--data", folder, "--master-key", new + "3").returncode, 0)

    def test_a_rotation_goes_on_after_any_kill(self):
        rng = random.Random(7)
        with tempfile.TemporaryDirectory() as top, Server(os.path.join(top, "data")) as s:
            patients = []
            for block in range(2):
                a = s.ask("POST", "/v1/batches", {"jobs": [{"text": "Cough.", "patient_reference": f"MRN {block}-{i}"} for i in range(1000)]})
                self.assertEqual(a.status, 202, a.bytes)
            host = s.ask("GET", "/v1/tenants").json["tenants"][0]["id"]
            cursor = ""
            while cursor is not None:
                page = s.ask("GET", "/v1/patients?limit=1000" + (f"&cursor={cursor}" if cursor else "")).json
                patients += page["patients"]
                cursor = page["next"]
            self.assertEqual(len(patients), 2000)
            old = set(keys_of(s.folder, host))
            self.assertEqual(s.ask("POST", f"/v1/tenants/{host}/rotate").status, 202)
            kills = 0
            while len(keys_of(s.folder, host)) > 1 and kills < 40:
                time.sleep(rng.random() * .03)
                s.stop(signal.SIGKILL)
                kills += 1
                s.start()
                p = s.ask("POST", "/v1/patients", {"reference": f"new {kills}"})
                self.assertEqual(p.status, 201, p.bytes)
                patients.append(p.json)
            wait_for_rotation(s, host)
            self.assertGreater(kills, 0)
            now = keys_of(s.folder, host)
            self.assertEqual(len(now), 1)
            self.assertFalse(old & set(now))
            self.assertEqual(sum(now.values()), len(patients) + 1)
            s.stop()
            s.start()
            for p in rng.sample(patients, 100) + patients[-5:]:
                a = s.ask("GET", f"/v1/patients/{p['id']}")
                self.assertEqual((a.status, a.json["reference"]), (200, p["reference"]))
            self.assertEqual(s.ask("POST", f"/v1/tenants/{host}/rotate").status, 202)
            wait_for_rotation(s, host)
            s.stop()
            self.assertEqual(run("audit", "verify", "--data", s.folder).returncode, 0)


class Retention(unittest.TestCase):
    def test_rules_are_said_tried_and_audited(self):
        rules = ("documents_days", "results_days", "events_days", "patients_days", "idempotency_days")
        with Server() as s:
            self.assertEqual(s.ask("GET", "/v1/retention").json, dict.fromkeys(rules))
            ids = one_of_each(s, None)
            a = s.ask("PUT", "/v1/retention?dry_run=true", {"documents_days": 1, "patients_days": 1})
            self.assertEqual(a.status, 200, a.bytes)
            self.assertEqual(a.json["would_remove"], {"documents": 0, "results": 0, "events": 0, "patients": 0, "held": 0, "more": False})
            self.assertEqual(s.ask("GET", "/v1/retention").json, dict.fromkeys(rules))
            a = s.ask("PUT", "/v1/retention", {"documents_days": 365, "results_days": 30})
            self.assertEqual(a.json, {**dict.fromkeys(rules), "documents_days": 365, "results_days": 30})
            self.assertEqual(s.ask("GET", "/v1/retention").json, a.json)
            for body in ({"documents_days": 0}, {"documents_days": -1}, {"documents_days": 40000}, {"years": 1}):
                self.assertEqual(s.ask("PUT", "/v1/retention", body).status, 400, body)
            for role in ("clinician", "integrator", "researcher", "auditor"):
                key, _ = s.issue(role)
                self.assertEqual(s.ask("GET", "/v1/retention", key=key).status, 403)
                self.assertEqual(s.ask("PUT", "/v1/retention", {}, key).status, 403)
            self.assertIn(("update", "tenant"), [(r["action"], r["what"]) for r in s.ask("GET", "/v1/audit?limit=1000").json["records"]])
            key, _ = add_tenant(s)
            self.assertEqual(s.ask("GET", "/v1/retention", key=key).json, dict.fromkeys(rules))
            s.stop()
            s.start()
            self.assertEqual(s.ask("GET", "/v1/retention").json["documents_days"], 365)
            self.assertEqual(s.ask("GET", f"/v1/documents/{ids['document_id']}").status, 200)

    def test_a_hold_outlives_everything(self):
        with Server() as s:
            p = s.ask("POST", "/v1/patients", {"reference": "MRN 1"}).json
            self.assertFalse(p["held"])
            job = s.submit(patient_id=p["id"], keep_seconds=1)
            free = s.submit(keep_seconds=1)
            document = s.ask("POST", f"/v1/documents?process=false&patient_id={p['id']}", NOTE.encode(), headers={"Content-Type": "text/plain"}).json["id"]
            s.wait(job), s.wait(free)
            a = s.ask("PUT", f"/v1/patients/{p['id']}/hold", {"held": True})
            self.assertEqual((a.status, a.json["held"]), (200, True), a.bytes)
            for path in (f"/v1/patients/{p['id']}", f"/v1/documents/{document}", f"/v1/jobs/{job}"):
                a = s.ask("DELETE", path)
                self.assertEqual((a.status, a.code), (409, "conflict"), path)
            end = time.monotonic() + 20
            while s.ask("GET", f"/v1/jobs/{free}").status != 404:
                self.assertLess(time.monotonic(), end)
                time.sleep(.1)
            s.stop(signal.SIGKILL)
            s.start()
            for path in (f"/v1/patients/{p['id']}", f"/v1/documents/{document}", f"/v1/jobs/{job}/result"):
                self.assertEqual(s.ask("GET", path).status, 200, path)
            clinician, _ = s.issue("clinician")
            self.assertEqual(s.ask("PUT", f"/v1/patients/{p['id']}/hold", {"held": False}, clinician).status, 403)
            self.assertFalse(s.ask("PUT", f"/v1/patients/{p['id']}/hold", {"held": False}).json["held"])
            end = time.monotonic() + 20
            while s.ask("GET", f"/v1/jobs/{job}").status != 404:
                self.assertLess(time.monotonic(), end)
                time.sleep(.1)
            self.assertEqual(s.ask("DELETE", f"/v1/patients/{p['id']}").status, 204)


def moment(seconds, zone="Z"):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + zone


class Scheduled(unittest.TestCase):
    def test_a_job_waits_for_its_time_whatever_happens(self):
        with Server() as s:
            when = moment(2.5)
            job = s.submit(run_at=when)
            far = s.submit(run_at=moment(3600))
            past = s.submit(run_at="2020-01-01T00:00:00+02:00")
            self.assertEqual(s.wait(past)["state"], "completed")
            a = s.ask("GET", f"/v1/jobs/{job}").json
            self.assertEqual((a["state"], a["run_at"], a["started"]), ("queued", when, None))
            batch = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE, "run_at": moment(3600)}, {"text": NOTE}]}).json["job_ids"]
            self.assertEqual(s.wait(batch[1])["state"], "completed")
            self.assertEqual(s.ask("GET", f"/v1/jobs/{batch[0]}").json["state"], "queued")
            upload = s.ask("POST", "/v1/documents?" + urllib.parse.urlencode({"run_at": moment(3600)}), NOTE.encode(), headers={"Content-Type": "text/plain"})
            self.assertEqual((upload.status, upload.json["job"]["state"]), (202, "queued"))
            s.stop(signal.SIGKILL)
            s.start()
            done = s.wait(job)
            self.assertEqual(done["state"], "completed")
            self.assertGreaterEqual(done["started"], when)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{far}").json["state"], "queued")
            self.assertEqual(s.ask("POST", f"/v1/jobs/{far}/cancel").json["state"], "cancelled")

    def test_moments_that_are_none_or_too_far(self):
        with Server() as s:
            for when in (moment(400 * 24 * 3600), "tomorrow", "2026-05-10", "2026-05-10T12:00:00", 7):
                a = s.ask("POST", "/v1/jobs", {"text": NOTE, "run_at": when})
                self.assertEqual((a.status, a.json["error"].get("details")), (400, {"field": "run_at"}), when)
            once = {"Idempotency-Key": "k"}
            self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE, "run_at": "2026-05-10T12:00:00Z"}, headers=once).status, 202)
            self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE, "run_at": "2026-05-10T14:00:00+02:00"}, headers=once).status, 202)
            self.assertEqual(s.ask("POST", "/v1/jobs", {"text": NOTE, "run_at": "2026-05-11T12:00:00Z"}, headers=once).status, 409)


class Budgets(WithServer):
    """Small ones, of a table."""
    TABLE = "# role bytes upload seconds upload\nresearcher 20000 5000 1 1\nintegrator 200000 100000 0 0\n"

    @classmethod
    def options(cls):
        return (*super().options(), "--budgets", cls.path)

    @classmethod
    def setUpClass(cls):
        cls.path = os.path.join(cls.enterClassContext(tempfile.TemporaryDirectory()), "budgets")
        with open(cls.path, "w") as f:
            f.write(cls.TABLE)
        super().setUpClass()
        cls.researcher, cls.integrator = (cls.s.issue(role)[0] for role in ("researcher", "integrator"))

    def raw(self, key, path, head, *pieces, wait=0):
        """What is answered; the pieces of the body are sent with a wait before each."""
        with socket.create_connection(("127.0.0.1", self.s.port), timeout=30) as c:
            c.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n{head}\r\n\r\n".encode())
            try:
                for piece in pieces:
                    time.sleep(wait)
                    c.sendall(piece)
            except OSError:
                pass
            answer = b""
            try:
                while more := c.recv(65536):
                    answer += more
            except OSError:
                pass
        return int(answer.split()[1]), answer

    def test_too_much_is_refused_before_it_is_read(self):
        big = len(json.dumps({"text": "x" * 30000}))
        for path, kind, n in (("/v1/jobs", "application/json", big), ("/v1/documents", "text/plain", 6000)):
            status, answer = self.raw(self.researcher, path, f"Content-Type: {kind}\r\nContent-Length: {n}")  # not one byte of it is sent
            self.assertEqual(status, 413, answer)
            self.assertIn(b"too_large", answer)
            status, answer = self.raw(self.researcher, path, f"Content-Type: {kind}\r\nExpect: 100-continue\r\nContent-Length: {n}")
            self.assertEqual(status, 413, answer)
            status, answer = self.raw("none", path, f"Content-Type: {kind}\r\nContent-Length: {30 * n}")
            self.assertEqual(status, 401, answer)
        self.assertEqual(self.s.ask("POST", "/v1/jobs", {"text": "x " * 15000}, self.researcher).status, 413)
        self.assertEqual(self.s.ask("POST", "/v1/jobs", {"text": "x " * 15000}, self.integrator).status, 202)
        self.assertEqual(self.s.ask("POST", "/v1/jobs", {"text": "x " * 9000}, self.researcher).status, 202)
        upload = {"Content-Type": "text/plain"}
        self.assertEqual(self.s.ask("POST", "/v1/documents", b"x " * 3000, self.researcher, upload).status, 413)
        self.assertEqual(self.s.ask("POST", "/v1/documents", b"x " * 3000, self.integrator, upload).status, 202)

    def test_a_body_without_its_length_is_measured_while_it_comes(self):
        def chunks(n):
            return [b"%x\r\n" % 1000 + b"x" * 1000 + b"\r\n" for _ in range(n)] + [b"0\r\n\r\n"]
        status, answer = self.raw(self.researcher, "/v1/documents", "Content-Type: text/plain\r\nTransfer-Encoding: chunked", *chunks(8))
        self.assertEqual(status, 413, answer)
        body = json.dumps({"text": "x" * 30000}).encode()
        chunked = [b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"]
        status, answer = self.raw(self.researcher, "/v1/jobs", "Content-Type: application/json\r\nTransfer-Encoding: chunked", *chunked)
        self.assertEqual(status, 413, answer)
        status, answer = self.raw(self.integrator, "/v1/jobs", "Content-Type: application/json\r\nTransfer-Encoding: chunked", *chunked)
        self.assertEqual(status, 202, answer)

    def test_who_takes_too_long_is_told_and_nothing_is_done(self):
        def there():
            files = {f for _, _, names in os.walk(os.path.join(self.s.folder, "blobs")) for f in names if f[0] != "."}
            return [{o["id"] for o in self.s.ask("GET", f"/v1/{what}?limit=1000").json[what]} for what in ("jobs", "documents")] + [files]
        before = there()
        body = json.dumps({"text": NOTE}).encode()
        half = len(body) // 2
        status, answer = self.raw(self.researcher, "/v1/jobs", f"Content-Type: application/json\r\nContent-Length: {len(body)}", body[:half], body[half:], wait=.7)
        self.assertEqual(status, 504, answer)
        self.assertIn(b'"timeout"', answer)
        status, answer = self.raw(self.researcher, "/v1/documents", "Content-Type: text/plain\r\nContent-Length: 2000", b"x" * 1000, b"x" * 1000, wait=.7)
        self.assertEqual(status, 504, answer)
        self.assertEqual(there(), before)
        # another role has the time
        status, answer = self.raw(self.integrator, "/v1/jobs", f"Content-Type: application/json\r\nContent-Length: {len(body)}", body[:half], body[half:], wait=.7)
        self.assertEqual(status, 202, answer)

    def test_a_table_that_cannot_be_read(self):
        path = self.path + ".wrong"
        with open(path, "w") as f:
            f.write("researcher 1 2 3 4\nnobody 1 2 3 4\n")
        r = run("serve", "--data", self.s.folder + "2", "--listen", "127.0.0.1:0", "--budgets", path)
        self.assertEqual(r.returncode, 2)
        self.assertIn("line 2", r.stderr)
        self.assertEqual(run("serve", "--data", self.s.folder + "2", "--listen", "127.0.0.1:0", "--budgets", path + "none").returncode, 2)


class Summaries(WithServer):
    def summary(self, patient, state="completed", key=None):
        s = self.s
        a = s.ask("POST", f"/v1/patients/{patient}/summary", key=key)
        self.assertEqual((a.status, a.json["kind"], a.headers["Location"]), (202, "summary", f"/v1/jobs/{a.json['id']}"), a.bytes)
        self.assertEqual(s.wait(a.json["id"])["state"], state)
        return s.ask("GET", f"/v1/jobs/{a.json['id']}/result").json, a.json["id"]

    def test_what_all_documents_say_with_the_places(self):
        s = self.s
        patient = s.ask("POST", "/v1/patients", {"reference": "MRN 8"}).json["id"]
        notes = {"old": "Assessment: asthma. Allergies: penicillin. Medications: aspirin 81 mg daily.", "new": "Assessment: Asthma. Possible pneumonia. Medications: aspirin 100 mg daily."}
        jobs = {name: s.submit(text, patient_id=patient, name=name, note_date={"old": "2020-03-01", "new": "2026-05-10"}[name]) for name, text in notes.items()}
        document = s.ask("POST", f"/v1/documents?patient_id={patient}&name=letter", b"Assessment: hypertension.", headers={"Content-Type": "text/plain"}).json
        for job in (*jobs.values(), document["job"]["id"]):
            s.wait(job)
        other = s.submit("Assessment: leukemia.", patient_reference="MRN 9")
        s.wait(other)
        r, job = self.summary(patient)
        self.assertEqual((r["schema"], r["patient_id"]), ("aceso/patient-summary/1", patient))
        self.assertEqual([x["name"] for x in r["sources"] if x["name"] != "letter"], ["new", "old"])
        self.assertEqual({x["document_id"] for x in r["sources"]}, {None, document["id"]})
        self.assertEqual(r["coverage"], {"documents": 3, "waiting": 0, "without_result": 0, "several_patients": 0, "left_out": 0})
        texts = {kind: [i["text"].lower() for i in items] for kind, items in r["summary"].items()}
        self.assertEqual(texts["problems"].count("asthma"), 1)
        self.assertIn("hypertension", texts["problems"])
        self.assertIn("penicillin", texts["allergies"])
        self.assertEqual(sorted(texts["medications"]), ["aspirin 100 mg daily", "aspirin 81 mg daily"])
        self.assertNotIn("leukemia", json.dumps(r).lower())
        asthma = next(i for i in r["summary"]["problems"] if i["text"].lower() == "asthma")
        self.assertEqual({r["sources"][c["source"]]["name"] for c in asthma["citations"]}, {"old", "new"})
        for items in r["summary"].values():
            for i in items:
                self.assertTrue(i["citations"], i)
                for c in i["citations"]:  # the places are those of the result of that job
                    text = s.ask("GET", f"/v1/jobs/{r['sources'][c['source']]['job_id']}/result?fields=text").json["text"].encode()
                    self.assertTrue(c["evidence"] and all(text[e["begin"]:e["end"]].strip() for e in c["evidence"]), (i, c))
        a = s.ask("GET", f"/v1/jobs/{job}/fhir")
        self.assertEqual((a.status, a.code), (409, "conflict"))
        researcher, _ = s.issue("researcher")
        seen = s.ask("GET", f"/v1/jobs/{job}/result", key=researcher).bytes.decode().lower()
        for word in ("asthma", "letter", "penicillin"):
            self.assertNotIn(word, seen)

    def test_what_is_not_in_it_is_said(self):
        s = self.s
        patient = s.ask("POST", "/v1/patients", {"reference": "MRN 10"}).json["id"]
        r, _ = self.summary(patient)
        self.assertEqual((r["sources"], r["coverage"]["documents"]), ([], 0))
        s.wait(s.submit("Assessment: asthma.", patient_id=patient))
        s.submit(patient_id=patient, run_at=moment(3600))
        r, job = self.summary(patient, "incomplete")
        self.assertEqual((r["coverage"]["documents"], r["coverage"]["waiting"]), (1, 1))
        self.assertEqual(s.ask("POST", f"/v1/patients/{NOBODY}/summary").status, 404)
        key, _ = s.issue("clinician", patients=[patient])
        self.assertEqual(s.ask("POST", f"/v1/patients/{patient}/summary", key=key).status, 202)
        elsewhere = s.ask("POST", "/v1/patients", {"reference": "MRN 11"}).json["id"]
        self.assertEqual(s.ask("POST", f"/v1/patients/{elsewhere}/summary", key=key).status, 404)
        self.assertEqual(s.ask("DELETE", f"/v1/patients/{patient}").status, 204)
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job}").status, 404)


class Corrections(unittest.TestCase):
    def test_what_people_say_lies_beside_what_was_read(self):
        with Server() as s:
            patient = s.ask("POST", "/v1/patients", {"reference": "MRN 8"}).json["id"]
            document = s.ask("POST", f"/v1/documents?patient_id={patient}", NOTE.encode(), headers={"Content-Type": "text/plain"}).json
            s.wait(document["job"]["id"])
            path = f"/get_updated_medical_data?document_id={document['id']}"
            first = s.ask("GET", path).json
            read = s.ask("GET", f"/v1/jobs/{document['job']['id']}/result?fields=clinical_summary").json["clinical_summary"]
            self.assertEqual((first["status"], first["corrected"], first["medical_data"], first["extracted"]), ("completed", False, read, read))
            right = {"relevant_conditions": ["stable angina"], "checked": {"by": "Dr. Y", "notes": ["é", 1.50, None, [{}]]}}
            a = s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": right})
            self.assertEqual(a.status, 200, a.bytes)
            again = s.ask("GET", path).json
            self.assertEqual((again["medical_data"], again["corrected"], again["extracted"]), (right, True, read))
            self.assertTrue(again["corrected_at"] and again["corrected_by"])
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": {"x": 2}}).json["medical_data"], {"x": 2})
            self.assertEqual(s.ask("GET", f"/v1/jobs/{document['job']['id']}/result?fields=clinical_summary").json["clinical_summary"], read)
            self.assertIn(("update", "result"), [(r["action"], r["what"]) for r in s.ask("GET", f"/v1/audit?patient_id={patient}&limit=1000").json["records"]])
            researcher, _ = s.issue("researcher")
            self.assertEqual(s.ask("GET", path, key=researcher).status, 403)
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": {}}, researcher).status, 403)
            other, _ = add_tenant(s)
            self.assertEqual(s.ask("GET", path, key=other).status, 404)
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": {}}, other).status, 404)
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": NOBODY, "medical_data": {}}).status, 404)
            for body in ({"document_id": document["id"]}, {"medical_data": {}}, {"document_id": document["id"], "medical_data": {}, "more": 1}):
                self.assertEqual(s.ask("PUT", "/update_medical_data", body).status, 400, body)
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": "x" * 300000}).status, 413)
            # it is found by nobody in the files, and goes with its document
            self.assertEqual(s.ask("PUT", "/update_medical_data", {"document_id": document["id"], "medical_data": "canary4711"}).status, 200)
            s.stop()
            for name in ("aceso.db", "aceso.db-wal"):
                if os.path.exists(os.path.join(s.folder, name)):
                    with open(os.path.join(s.folder, name), "rb") as f:
                        self.assertNotIn(b"canary4711", f.read())
            s.start()
            self.assertEqual(s.ask("GET", path).json["medical_data"], "canary4711")
            self.assertEqual(s.ask("DELETE", f"/v1/documents/{document['id']}").status, 204)
            self.assertEqual(s.ask("GET", path).status, 404)
            s.stop()
            db = sqlite3.connect(f"file:{s.folder}/aceso.db?mode=ro", uri=True)
            kinds = [row[0] for row in db.execute("SELECT DISTINCT kind FROM item")]
            db.close()
            self.assertNotIn(CORRECTION, kinds)


class UnixSocket(unittest.TestCase):
    def start(self, folder, path, *more):
        p = subprocess.Popen([ACESO, "serve", "--data", folder, "--listen", f"unix:{path}", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in p.stdout:
            if line == f"listening on unix:{path}\n":
                return p
        p.wait()
        p.stdout.close()
        return p

    def end(self, p, how=signal.SIGTERM):
        p.send_signal(how)
        p.wait(30)
        p.stdout.close()
        p.stderr.close()
        return p.returncode

    def ask(self, path, key):
        class Connection(http.client.HTTPConnection):
            def connect(self):
                self.sock = socket.socket(socket.AF_UNIX)
                self.sock.connect(path)
        c = Connection("localhost", timeout=30)
        try:
            c.request("GET", "/v1/jobs", headers={"Authorization": f"Bearer {key}"})
            return c.getresponse().status
        finally:
            c.close()

    def test_its_mode_is_no_matter_of_the_umask_and_that_is_left_alone(self):
        for mask in (0o000, 0o077, 0o177):
            with tempfile.TemporaryDirectory() as top:
                path, before = os.path.join(top, "aceso.sock"), os.umask(mask)
                try:
                    p = self.start(os.path.join(top, "data"), path)
                finally:
                    os.umask(before)
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
                with open(f"/proc/{p.pid}/status") as f:
                    self.assertIn(f"Umask:\t{mask:04o}\n", f.readlines())
                self.assertEqual(self.end(p), 0)
                self.assertFalse(os.path.exists(path))

    @unittest.skipUnless(shutil.which("strace"), "strace is not there")
    def test_the_umask_of_all_threads_is_never_changed(self):
        with tempfile.TemporaryDirectory() as top:
            log, path = os.path.join(top, "log"), os.path.join(top, "aceso.sock")
            p = subprocess.Popen(["strace", "-f", "-o", log, "-e", "trace=umask,bind,listen", ACESO, "serve", "--data", os.path.join(top, "data"), "--listen", f"unix:{path}"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            said = p.stdout.readline() + p.stdout.readline()
            with open(f"/proc/{p.pid}/task/{p.pid}/children") as f:
                for child in f.read().split():
                    os.kill(int(child), signal.SIGTERM)
            p.wait(30)
            p.stdout.close()
            if "listening" not in said:
                self.skipTest("strace may not trace here")
            with open(log) as f:
                calls = f.read()
            self.assertNotIn("umask(", calls)
            self.assertIn("listen(", calls)

    def test_it_is_the_owners_and_never_in_the_way(self):
        with tempfile.TemporaryDirectory() as top:
            folder, path = os.path.join(top, "data"), os.path.join(top, "aceso.sock")
            p = self.start(folder, path, "--rate-address", "10", "--rate-key", "0", "--burst", "5")
            self.assertEqual((os.stat(path).st_mode & 0o777, os.path.exists(path)), (0o660, True))
            with open(os.path.join(folder, "admin.key")) as f:
                key = f.read().strip()
            self.assertEqual({self.ask(path, key) for _ in range(30)}, {200})  # no address, no limit of addresses
            self.assertEqual(self.ask(path, "none"), 401)
            other = self.start(os.path.join(top, "other"), path)  # somebody answers there
            self.assertEqual(other.returncode, 1)
            self.assertIn("something else is in the socket's place", other.stderr.read())
            other.stderr.close()
            self.assertEqual(self.ask(path, key), 200)
            self.end(p, signal.SIGKILL)
            self.assertTrue(os.path.exists(path))
            p = self.start(folder, path)  # what a dead one left is replaced
            self.assertEqual(self.ask(path, key), 200)
            self.assertEqual(self.end(p), 0)
            self.assertFalse(os.path.exists(path))
            with open(path, "w") as f:
                f.write("mine")
            p = self.start(folder, path)  # what is no socket is not ours to remove
            self.assertEqual(p.returncode, 1)
            p.stderr.close()
            with open(path) as f:
                self.assertEqual(f.read(), "mine")
            for wrong in (f"unix:{os.path.join(top, 'x' * 120)}", f"unix:{os.path.join(top, 'no', 'folder')}"):
                self.assertEqual(run("serve", "--data", folder, "--listen", wrong).returncode, 1)
            self.assertEqual(run("serve", "--data", folder, "--listen", "unix:").returncode, 2)
            self.assertEqual(run("serve", "--data", folder, "--listen", f"unix:{path}2", "--tls-generate").returncode, 2)


if __name__ == "__main__":
    main()
