#!/usr/bin/env python3
"""aceso client and aceso admin against a real server: what scripts and people at terminals get."""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import ACESO, NOTE, UNLIMITED, InFolder, Server, WithServer, main

ROOT = pathlib.Path(__file__).resolve().parents[3]
SLOW = bool(os.environ.get("ACESO_SLOW"))
TIMEOUT = 300
LONG = 40 if SLOW else 500  # of NOTE, make a note that takes the engine a while
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
NOBODY = "01890000-0000-7000-8000-000000000000"
CANARY = "Zebulon"


def environment(s, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("ACESO") and k not in ("NO_COLOR", "TERM")}
    return dict(env, **{"ACESO_URL": f"http://127.0.0.1:{s.port}" if s else "http://127.0.0.1:1", "ACESO_KEY": s.admin if s else "x" * 30, **more})


def aceso(s, *args, stdin="", **env):
    return subprocess.run([ACESO, *map(str, args)], input=stdin, capture_output=True, text=True, timeout=TIMEOUT, env=environment(s, **env))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def jobs_of(s):
    jobs, cursor = [], ""
    while cursor is not None:
        page = s.ask("GET", "/v1/jobs?limit=1000" + (f"&cursor={cursor}" if cursor else "")).json
        jobs += page["jobs"]
        cursor = page["next"]
    return jobs


class Case(InFolder):
    def lines(self, n, name="notes.jsonl", **more):
        return self.write(name, "".join(json.dumps({"id": f"n{i}", "text": f"Note {i}: cough and fever for {i} days.", **more}) + "\n" for i in range(n)))

    def ok(self, s, *args, **more):
        r = aceso(s, *args, **more)
        self.assertEqual(r.returncode, 0, r.stderr)
        return r.stdout

    def fails(self, s, code, *args, **more):
        r = aceso(s, *args, **more)
        self.assertEqual(r.returncode, code, (r.stdout, r.stderr))
        self.assertTrue(r.stderr.startswith("aceso: "), r.stderr)
        self.assertNotIn(CANARY, r.stderr)
        return r.stderr


class Submitting(Case, WithServer):
    def test_ids_come_in_the_order_of_the_inputs(self):
        self.write("in/b.txt", NOTE)
        self.write("in/a/c.txt", "Paciente con fiebre desde ayer.")
        self.write("scan.rtf", r"{\rtf1\ansi Cough for two days.}")
        notes = self.lines(7)
        out = self.ok(self.s, "client", "submit", "--again", self.dir / "in", notes, self.dir / "scan.rtf").split()
        self.assertEqual([len(out), len(set(out))], [10, 10])
        self.assertTrue(all(ID.fullmatch(x) for x in out))
        told = [json.loads(x) for x in self.ok(self.s, "client", "submit", "--again", "-f", "json", self.dir / "in", notes, self.dir / "scan.rtf").splitlines()]
        self.assertEqual([os.path.basename(x["input"]) for x in told], ["c.txt", "b.txt"] + ["notes.jsonl"] * 7 + ["scan.rtf"])
        self.assertEqual([(x["line"], x["id"]) for x in told[2:9]], [(i + 1, f"n{i}") for i in range(7)])
        self.s.wait(told[-1]["job_id"])
        result = json.loads(self.ok(self.s, "client", "result", told[8]["job_id"]))
        self.assertEqual((result["document"]["id"], result["text"]), ("n6", "Note 6: cough and fever for 6 days."))

    def test_the_same_again_makes_no_second_job(self):
        notes, text, doc = self.lines(20), self.write("a.txt", NOTE), self.write("b.rtf", r"{\rtf1\ansi Fever.}")
        args = ("client", "submit", notes, text, doc)
        first, again = self.ok(self.s, *args).split(), self.ok(self.s, *args).split()
        self.assertEqual((len(first), again), (22, first))
        self.assertFalse(set(self.ok(self.s, *args, "--again").split()) & set(first))
        self.assertFalse(set(self.ok(self.s, *args, "--mode", "mask").split()) & set(first))

    def test_equal_notes_are_jobs_of_their_own(self):
        notes = self.write("equal.jsonl", '{"text": "Cough and fever."}\n' * 1500)  # in batches that are equal, too
        first, again = (self.ok(self.s, "client", "submit", "--wait", notes).splitlines() for _ in range(2))
        self.assertEqual((len(set(first)), again), (1500, first))

    def test_results_are_written_as_process_writes_them(self):
        notes = self.lines(5)
        text = self.write("in/visit.txt", "Seen by Dr. Maria Lopez on 05/10/2026: chest pain.\n")
        out = self.ok(self.s, "client", "submit", "--out", self.dir / "json", notes, self.dir / "in")
        self.assertEqual([x.split()[1] for x in out.splitlines()], ["completed"] * 6)
        found = sorted(str(p.relative_to(self.dir / "json")) for p in (self.dir / "json").rglob("*") if p.is_file())
        local = subprocess.run([ACESO, "process", "-q", "--format", "json", "--out", self.dir / "local", notes, self.dir / "in"], check=True)
        self.assertEqual(local.returncode, 0)
        self.assertEqual(found, sorted(str(p.relative_to(self.dir / "local")) for p in (self.dir / "local").rglob("*") if p.is_file()))
        got, own = (json.loads((self.dir / d / "notes/n3.json").read_text()) for d in ("json", "local"))
        self.assertEqual((got["entities"], got["text"]), (own["entities"], own["text"]))
        self.ok(self.s, "client", "submit", "--out", self.dir / "fhir", "-f", "fhir", notes)
        self.assertEqual(json.loads((self.dir / "fhir/notes/n3.json").read_text())["resourceType"], "Bundle")
        self.ok(self.s, "client", "submit", "--out", self.dir / "text", "-f", "text", text)
        self.assertEqual((self.dir / "text/visit.txt").read_text(), "Seen by [STAFF] on [DATE]: chest pain.\n")

    def test_whose_they_are(self):
        self.ok(self.s, "client", "submit", "--wait", "--patient", "MRN 0815", self.write("a.txt", NOTE), self.write("b.rtf", r"{\rtf1\ansi Fever.}"), self.lines(2, patient="MRN 0816"))
        for reference, n in (("MRN 0815", 2), ("MRN 0816", 2)):
            patient = self.s.ask("GET", "/v1/patients?reference=" + reference.replace(" ", "%20")).json["patients"][0]["id"]
            self.assertEqual(len(self.s.ask("GET", f"/v1/jobs?patient_id={patient}").json["jobs"]), n, reference)

    def test_a_large_document_costs_no_memory(self):
        big = self.write("big.txt", (NOTE * 20).encode() + b"." * (1 if SLOW else 200 << 20))
        command = [ACESO, "client", "submit", str(big)]
        code = f"import os,resource,subprocess,sys; r=subprocess.run({command!r}); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(r.returncode)"
        r = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(self.s), timeout=TIMEOUT)
        self.assertEqual(r.returncode, 0, r.stderr)
        job, kilobytes = r.stdout.split()
        self.assertTrue(ID.fullmatch(job))
        if not SLOW:
            self.assertLess(int(kilobytes), 40 << 10)

    def test_the_text_of_a_large_document(self):
        big = self.write("big.txt", NOTE * (300 if SLOW else 3000))
        self.ok(self.s, "client", "submit", "--out", self.dir / "t", "-f", "text", big)
        self.assertEqual((self.dir / "t/big.txt").read_text().count("unstable angina"), big.read_text().count("unstable angina"))

    def test_standard_input(self):
        job = self.ok(self.s, "client", "submit", stdin=NOTE).strip()
        self.assertEqual(self.s.wait(job)["state"], "completed")
        self.assertEqual(json.loads(self.ok(self.s, "client", "result", job))["document"]["id"], "stdin")
        self.assertEqual(len(self.ok(self.s, "client", "submit", "-", stdin=self.lines(3).read_text()).split()), 3)
        watched = self.ok(self.s, "client", "watch", "-", stdin=job + "\n\n" + job + " completed\n").splitlines()
        self.assertEqual(sorted(watched), sorted([f"{job} {x}" for x in ("queued", "running", "completed")] * 2))

    def test_what_cannot_be_taken_is_named_and_the_rest_is_done(self):
        notes = self.write("n.jsonl", '{"id": "a", "text": "Fever."}\n{"text": 7}\nZebulon\n{"id": "b", "text": " "}\n{"id": "c", "text": "Cough.", "patient": "' + "x" * 300 + '"}\n'
                           '{"id": "d", "text": "Cough."}\n')
        r = aceso(self.s, "client", "submit", notes, self.dir / "missing.txt", self.write("empty.txt", ""), self.write("a.txt", NOTE))
        self.assertEqual((r.returncode, len(r.stdout.split())), (1, 3), r.stderr)
        for word in ("n.jsonl:2: ", "n.jsonl:3: ", "n.jsonl:4: there is nothing in it", "n.jsonl:5: the name of its patient", "missing.txt: ", "empty.txt: "):
            self.assertIn(word, r.stderr)
        self.assertNotIn(CANARY, r.stderr)

    def test_one_note_that_the_server_refuses_is_found_in_its_batch(self):
        notes = self.write("n.jsonl", "".join(json.dumps({"id": f"n{i}", "text": f"Cough {i}.", **({"note_date": "0000-01-01"} if i == 5 else {})}) + "\n" for i in range(9)))
        r = aceso(self.s, "client", "submit", notes)
        self.assertEqual((r.returncode, len(r.stdout.split())), (1, 8), r.stderr)
        self.assertIn("n.jsonl:6: ", r.stderr)

    def test_jobs_that_fail(self):
        bad = self.write("bad.pdf", b"%PDF-1.7\nnothing of a PDF")
        r = aceso(self.s, "client", "submit", "--out", self.dir / "out", bad, self.write("a.txt", NOTE))
        self.assertEqual(r.returncode, 1)
        self.assertEqual([x.split()[1] for x in r.stdout.splitlines()], ["failed", "completed"])
        self.assertIn("bad.pdf: the job failed", r.stderr)
        self.assertEqual([p.name for p in (self.dir / "out").iterdir()], ["a.json"])


class Looking(Case, WithServer):
    def test_one_job_after_the_other(self):
        job = self.s.submit()
        self.s.wait(job)
        self.assertEqual(self.ok(self.s, "client", "status", job), f"{job} completed\n")
        self.assertEqual(json.loads(self.ok(self.s, "client", "status", "-f", "json", job))["id"], job)
        self.assertEqual(json.loads(self.ok(self.s, "client", "result", job)), self.s.ask("GET", f"/v1/jobs/{job}/result").json)
        self.assertEqual(json.loads(self.ok(self.s, "client", "result", "-f", "fhir", job))["resourceType"], "Bundle")
        self.assertIn("unstable angina", self.ok(self.s, "client", "result", "-f", "text", job))
        two = self.ok(self.s, "client", "result", job, job).splitlines()
        self.assertEqual((len(two), two[0]), (2, two[1]))
        self.ok(self.s, "client", "result", "--out", self.dir / "r", job)
        self.assertEqual(json.loads((self.dir / f"r/{job}.json").read_text())["schema"], "aceso/result/1")
        events = [json.loads(x) for x in self.ok(self.s, "client", "watch", "-f", "json", job).splitlines()]
        self.assertEqual([(e["event"], e["state"]) for e in events], [(1, "queued"), (2, "running"), (3, "completed")])

    def test_many_at_the_same_time(self):
        jobs = [self.s.submit(f"Cough for {i} days.") for i in range(60)]
        out = self.ok(self.s, "client", "watch", *jobs).splitlines()
        self.assertEqual(sorted(x.split()[0] for x in out if x.endswith("completed")), sorted(jobs))

    def test_what_is_not_there(self):
        self.assertIn(f"{NOBODY}: HTTP 404: not found", self.fails(self.s, 1, "client", "result", NOBODY))
        self.fails(self.s, 1, "client", "watch", NOBODY)
        job = self.s.submit()
        self.s.wait(job)
        self.assertIn("HTTP 409", self.fails(self.s, 1, "client", "cancel", job))
        r = aceso(self.s, "client", "status", NOBODY, job)
        self.assertEqual((r.returncode, r.stdout), (1, f"{job} completed\n"))

    def test_wrong_usage(self):
        for args in (("client",), ("client", "frob", "x"), ("client", "watch"), ("client", "result", "4711"), ("client", "submit", "--max-bytes", "0", "x"),
                     ("client", "submit", "--priority", "10", "x"), ("client", "status", "--url", "ftp://x", NOBODY), ("client", "status", "--url", "http://10.1.2.3", NOBODY),
                     ("client", "status", "--url", "http://u:p@localhost", NOBODY), ("client", "status", "--key-file", "/nonexistent", NOBODY),
                     ("admin",), ("admin", "top", "--interval", "0")):
            self.fails(self.s, 2, *args)
        self.assertIn("$ACESO_KEY", self.fails(self.s, 2, "client", "status", NOBODY, ACESO_KEY=""))
        self.fails(self.s, 2, "client", "status", NOBODY, ACESO_KEY="short")
        self.fails(self.s, 2, "client", "status", NOBODY, ACESO_KEY="a key with\na line break in it")

    def test_a_key_in_a_file(self):
        job = self.s.submit()
        key = self.write("key", self.s.admin + "\n")
        self.ok(self.s, "client", "status", "--key-file", key, job, ACESO_KEY="")

    def test_a_wrong_key_is_told_once_and_never_shown(self):
        wrong = "aceso_" + "wrong" * 8
        r = aceso(self.s, "client", "submit", self.lines(3), self.write("a.txt", NOTE), ACESO_KEY=wrong)
        self.assertEqual((r.returncode, r.stdout, r.stderr.count("\n")), (1, "", 1), r.stderr)
        self.assertIn("HTTP 401", r.stderr)
        self.assertNotIn("wrongwrong", r.stderr)
        researcher, _ = self.s.issue("researcher")
        job = self.s.submit()
        self.s.wait(job)
        self.assertIn("HTTP 403", self.fails(self.s, 1, "client", "cancel", job, ACESO_KEY=self.s.issue("auditor")[0]))
        self.assertNotIn("entities", json.loads(self.ok(self.s, "client", "result", job, ACESO_KEY=researcher)))


class Faults(Case):
    def test_nobody_there(self):
        began = time.monotonic()
        r = aceso(None, "client", "submit", "--patience", "2", self.lines(3), ACESO_URL=f"http://127.0.0.1:{free_port()}")
        self.assertEqual((r.returncode, r.stdout), (1, ""))
        self.assertRegex(r.stderr, r"trying again for 2 s\naceso: http://127.0.0.1:\d+: nobody answers there\n$")
        self.assertLess(time.monotonic() - began, 20)

    def test_a_server_that_is_killed_in_the_middle(self):
        """Every note is exactly one job, although the server dies while batches are on their way, and the client waits through it."""
        port, n = free_port(), 60 if SLOW else 500
        notes = self.lines(n, text="")
        big = "Patient reports chest pain, cough and fever. " * 60
        notes.write_text("".join(json.dumps({"id": f"n{i}", "text": f"Note {i}. {big}"}) + "\n" for i in range(n)))
        with Server(port=port) as s:
            for round, kill_after in enumerate((0.05, 0.3)):
                client = subprocess.Popen([ACESO, "client", "submit", "--again", "--wait", "-f", "json", str(notes)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                          text=True, env=environment(s))
                time.sleep(kill_after)
                s.stop(signal.SIGKILL)
                time.sleep(0.5)
                s.start()
                out, err = client.communicate(timeout=TIMEOUT)
                self.assertEqual(client.returncode, 0, err)
                told = [json.loads(x) for x in out.splitlines()]
                self.assertEqual([x["id"] for x in told], [f"n{i}" for i in range(n)])
                self.assertEqual({x["state"] for x in told}, {"completed"})
                self.assertEqual(len({x["job_id"] for x in told}), n)
                self.assertEqual(len(jobs_of(s)), n * (round + 1))

    def test_the_same_again_after_a_client_was_killed(self):
        n = 100 if SLOW else 1500
        notes = self.lines(n)
        with Server() as s:
            client = subprocess.Popen([ACESO, "client", "submit", str(notes)], stdout=subprocess.PIPE, env=environment(s), text=True)
            first = client.stdout.readline().strip()
            client.kill()
            client.wait()
            client.stdout.close()
            ids = self.ok(s, "client", "submit", notes).split()
            self.assertEqual((ids[0], len(set(ids)), len(jobs_of(s))), (first, n, n))

    def test_a_stream_that_is_cut_goes_on_behind_its_last_event(self):
        port = free_port()
        with Server(options=(*UNLIMITED, "--jobs", "1"), port=port) as s:
            others = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE * LONG, "priority": 9} for _ in range(60)]}).json["job_ids"]
            job = s.submit(priority=0)
            watch = subprocess.Popen([ACESO, "client", "watch", "-q", "-f", "json", job, others[-1]], stdout=subprocess.PIPE, text=True, env=environment(s))
            first = json.loads(watch.stdout.readline())
            self.assertEqual(first["state"], "queued")
            s.stop(signal.SIGKILL)
            time.sleep(0.7)
            s.start()
            events = [first] + [json.loads(x) for x in watch.stdout]
            watch.stdout.close()
            self.assertEqual(watch.wait(TIMEOUT), 0)
            for each in (job, others[-1]):
                numbers = [e["event"] for e in events if e["job_id"] == each]
                self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
            self.assertEqual(len([e for e in events if e["state"] == "completed"]), 2)

    def test_limits_of_requests_are_waited_for(self):
        with Server(options=("--rate-address", "600", "--rate-key", "0", "--burst", "3")) as s:
            jobs = self.ok(s, "client", "submit", self.lines(8)).split()
            self.assertEqual(len(self.ok(s, "client", "status", *jobs).split()), 16)

    def test_a_thousand_results_stay_below_the_limits_of_requests(self):
        n = 60 if SLOW else 1000
        with Server(options=()) as s:
            notes, began = self.lines(n), time.monotonic()
            for form, ending in (("json", "n7.json"), ("fhir", "n7.json")):
                self.assertEqual(len(self.ok(s, "client", "submit", "--out", self.dir / form, "-f", form, notes).splitlines()), n)
                self.assertEqual(len(list((self.dir / form / "notes").iterdir())), n)
            self.assertEqual(json.loads((self.dir / "json/notes/n7.json").read_text())["document"]["id"], "n7")
            self.assertEqual(json.loads((self.dir / "fhir/notes/n7.json").read_text())["resourceType"], "Bundle")
            print(f"{n} notes twice in {time.monotonic() - began:.1f} s")

    def test_results_that_were_deleted_meanwhile(self):
        with Server() as s:
            notes = self.lines(6)
            ids = self.ok(s, "client", "submit", notes).split()
            for job in ids:
                s.wait(job)
            self.assertEqual(s.ask("DELETE", f"/v1/jobs/{ids[3]}").status, 204)
            self.assertIn("--again", self.fails(s, 1, "client", "submit", "--out", self.dir / "out", notes))
            batch = s.ask("GET", f"/v1/jobs/{ids[0]}").json["batch_id"]
            rows = [json.loads(x) for x in s.ask("GET", f"/v1/batches/{batch}/results?fields=coverage,schema").bytes.splitlines()]
            self.assertEqual([(r["job_id"], sorted(r["result"])) for r in rows], [(x, ["coverage", "schema"]) for x in ids[:3] + ids[4:]])
            page = s.ask("GET", f"/v1/batches/{batch}/results?limit=2&after={ids[2]}")
            self.assertEqual(page.headers["Content-Type"], "application/x-ndjson")
            self.assertEqual([json.loads(x)["job_id"] for x in page.bytes.splitlines()], ids[4:6])
            self.assertEqual(s.ask("GET", f"/v1/batches/{batch}/results?after={ids[5]}").bytes, b"")
            self.assertEqual(s.ask("GET", f"/v1/batches/{NOBODY}/results").status, 404)
            self.assertEqual(s.ask("GET", f"/v1/batches/{batch}/results", key=s.issue("auditor")[0]).status, 403)
            stripped = [json.loads(x) for x in s.ask("GET", f"/v1/batches/{batch}/results", key=s.issue("researcher")[0]).bytes.splitlines()]
            self.assertTrue(all("text" not in r["result"] for r in stripped))

    def test_ctrl_c_ends_the_client_and_not_the_jobs(self):
        with Server(options=(*UNLIMITED, "--jobs", "1")) as s:
            notes = self.write("n.jsonl", "".join(json.dumps({"id": str(i), "text": f"Note {i}. " + NOTE * LONG}) + "\n" for i in range(30)))
            client = subprocess.Popen([ACESO, "client", "submit", "--wait", str(notes)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(s))
            while len(jobs_of(s)) < 30:
                time.sleep(0.02)
            client.send_signal(signal.SIGINT)
            out, err = client.communicate(timeout=TIMEOUT)
            self.assertEqual(client.returncode, 130, err)
            ids = [x.split()[0] for x in out.splitlines()]
            self.assertEqual(sorted(ids), sorted(j["id"] for j in jobs_of(s)))
            self.assertIn("30 documents were submitted", err)
            watch = subprocess.Popen([ACESO, "client", "watch", *ids], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(s))
            time.sleep(0.3)
            watch.send_signal(signal.SIGINT)
            err = watch.communicate(timeout=TIMEOUT)[1]
            self.assertEqual(watch.returncode, 130, err)
            self.assertIn("they go on at the server", err)
            self.assertEqual({s.wait(ids[-1], 120)["state"]}, {"completed"})

    def test_tls_with_a_certificate_that_signs_itself(self):
        with Server(options=("--tls-generate",)) as s:
            url = {"ACESO_URL": f"https://localhost:{s.port}"}
            self.assertIn("certificate", self.fails(s, 1, "client", "submit", "--patience", "1", self.write("a.txt", NOTE), **url))
            job = self.ok(s, "client", "submit", "--ca", os.path.join(s.folder, "tls.crt"), self.dir / "a.txt", **url).strip()
            self.assertIn("completed", self.ok(s, "client", "watch", "--ca", os.path.join(s.folder, "tls.crt"), job, **url))

    def test_a_unix_socket(self):
        with tempfile.TemporaryDirectory(prefix="aceso-") as folder:
            path = os.path.join(folder, "s")
            server = subprocess.Popen([ACESO, "serve", "--data", os.path.join(folder, "data"), "--listen", "unix:" + path], stdout=subprocess.PIPE, text=True)
            self.addCleanup(server.stdout.close)
            self.addCleanup(server.wait)
            self.addCleanup(server.terminate)
            key = re.search("admin key: (.*)", server.stdout.readline())[1]
            self.assertIn("unix:", server.stdout.readline())
            url = {"ACESO_URL": "unix:" + path, "ACESO_KEY": key}
            job = self.ok(None, "client", "submit", "--wait", self.write("a.txt", NOTE), **url).split()
            self.assertEqual(job[1], "completed")
            self.assertIn("1 completed", self.ok(None, "admin", "top", "--once", "--interval", "1", **url))
            server.terminate()
            server.wait()

    def test_answers_of_something_else(self):
        listener = socket.create_server(("127.0.0.1", 0))
        answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\": 1} ", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                   b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\n[]", b"HTTP/1.1 404 \r\nContent-Length: 36\r\n\r\n{\"error\":{\"message\":\"\\u001b[2J\\u0007 x\"}}"[:-1]]

        def serve():
            for answer in answers:
                c = listener.accept()[0]
                c.recv(65536)
                c.sendall(answer + (b"" if b"404" not in answer else b"}"))
                c.close()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = {"ACESO_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"}
        for _ in answers:
            err = self.fails(None, 1, "client", "submit", "--patience", "0", self.write("a.txt", NOTE), **url)
            self.assertNotRegex(err, "[\x00-\x09\x0b-\x1f]")
        listener.close()


class Terminal:
    """A program with a terminal of its own."""

    def __init__(self, *words, env, size=(30, 100)):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(list(map(str, words)), stdin=slave, stdout=slave, stderr=slave, env=dict(env, TERM="xterm"), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.seen = ""

    def read_until(self, pattern, seconds=30, times=1):
        end = time.monotonic() + seconds
        while len(re.findall(pattern, self.seen)) < times and time.monotonic() < end:
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        assert len(re.findall(pattern, self.seen)) >= times, (pattern, self.seen[-2000:])

    def drain(self):
        while select.select([self.master], [], [], 0.3)[0]:
            self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
        return self.seen

    def key(self, keys):
        os.write(self.master, keys.encode())

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def is_restored(self):
        now = termios.tcgetattr(self.slave)
        return now[3] == self.before[3] and self.drain().rstrip().endswith("\033[?1049l")

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class Terminals(Case, WithServer):
    def terminal(self, *words, size=(30, 100)):
        t = Terminal(ACESO, *words, env=environment(self.s), size=size)
        self.addCleanup(t.close)
        return t

    def test_top(self):
        t = self.terminal("admin", "top", "--interval", "1")
        t.read_until(r"\x1b\[\?1049h.*aceso top · http://127\.0\.0\.1:\d+ · ok")
        self.s.submit()
        t.read_until(r"(?s)the last 1\.\d s.*/s submitted")
        t.read_until("submitJob +1")
        t.resize(8, 60)
        t.seen = ""
        t.read_until(r"\x1b\[H")
        t.read_until(r"\x1b\[J")
        page = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", t.seen.split("\x1b[H", 1)[1].split("\x1b[J")[0]).split("\r\n")
        self.assertLessEqual(len(page), 9)
        self.assertTrue(all(len(x) <= 60 for x in page), page)
        t.key("q")
        self.assertEqual(t.process.wait(20), 0)
        self.assertTrue(t.is_restored())

    def test_top_gives_the_terminal_back_whatever_ends_it(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            t = self.terminal("admin", "top")
            t.read_until("Queue")
            t.process.send_signal(number)
            self.assertEqual(t.process.wait(20), -number)
            self.assertTrue(t.is_restored(), number)

    def test_top_goes_on_when_the_server_comes_back(self):
        port = free_port()
        with Server(port=port) as s:
            t = Terminal(ACESO, "admin", "top", "--interval", "1", "--patience", "1", env=environment(s))
            self.addCleanup(t.close)
            t.read_until("· ok ·")
            s.stop(signal.SIGKILL)
            t.read_until("nobody answers")
            s.start()
            t.seen = ""
            t.read_until("· ok ·")
            t.key("q")
            self.assertEqual(t.process.wait(20), 0)

    def test_top_in_a_pipe_is_one_picture(self):
        out = self.ok(self.s, "admin", "top", "--interval", "1")
        self.assertNotIn("\033", out)
        self.assertRegex(out, r"^aceso top · .* · ok · \d\d:\d\d:\d\d UTC · the last 1\.\d s\nJobs +")
        self.assertIn("\033[", self.ok(self.s, "admin", "top", "--once", "--interval", "1", "--color", "always"))
        self.assertIn("HTTP 403", self.fails(self.s, 1, "admin", "top", "--once", ACESO_KEY=self.s.issue("researcher")[0]))

    def test_bars(self):
        notes = self.write("n.jsonl", "".join(json.dumps({"id": str(i), "text": f"Note {i}. " + NOTE * LONG}) + "\n" for i in range(20)))
        t = self.terminal("client", "submit", "--again", "--wait", str(notes))
        t.read_until("completed", 120, 20)
        self.assertEqual(t.process.wait(30), 0)
        self.assertIn("█", t.drain())
        jobs = self.ok(self.s, "client", "submit", "--again", notes).split()
        t = self.terminal("client", "watch", *jobs, size=(12, 100))
        t.read_until(r"█\] completed", 120, 20)
        self.assertEqual(t.process.wait(120), 0)
        self.assertNotRegex(t.drain(), r"\x1b\[\?1049h")
        self.assertTrue(all(job in t.seen for job in jobs))


class Pages(Case, WithServer):
    """What docs/clients.md shows works."""

    def block(self, name):
        text = (ROOT / "docs/clients.md").read_text()
        return re.search(rf"<!-- e2e: {name} -->\n```\w+\n(.*?)```", text, re.S)[1]

    def shape(self, page):
        """A picture without its numbers, and without which routes and states there are."""
        return [re.split(r" {2,}|\d", line)[0] for line in page.splitlines() if re.match(r"aceso top|Jobs|Queue|Server|Requests", line)]

    def test_top(self):
        """The picture in the manual is what the program draws; ACESO_WRITE=1 puts a new one in."""
        path, numbers = ROOT / "docs/clients.md", range(60 if SLOW else 300)
        with Server(options=(*UNLIMITED, "--listen", "127.0.0.1:8080"), port=8080) if os.environ.get("ACESO_WRITE") else Server() as s:
            notes = self.write("n.jsonl", "".join(json.dumps({"id": str(i), "text": f"Note {i}. " + NOTE * 8}) + "\n" for i in numbers))
            load = threading.Thread(target=lambda: [aceso(s, "client", "submit", "--again", "--out", self.dir / "o", notes) for _ in range(3)])
            load.start()
            page = self.ok(s, "admin", "top", "--once", "--interval", "1")
            load.join()
        text = path.read_text()
        before, shown, after = re.match(r"(.*<!-- top -->\n)(.*)(<!-- /top -->.*)", text, re.S).groups()
        if os.environ.get("ACESO_WRITE"):
            path.write_text(before + "```\n$ aceso admin top --once\n" + "\n".join(x.rstrip() for x in page.splitlines()) + "\n```\n" + after)
        else:
            self.assertEqual(self.shape(shown), self.shape(page))

    def test_curl(self):
        if not shutil.which("curl"):
            self.skipTest("no curl")
        r = subprocess.run(["bash", "-euc", self.block("curl")], cwd=self.dir, env=environment(self.s), capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertIn("event: completed", r.stdout)
        self.assertIn("Aspirin", r.stdout)

    def test_python(self):
        r = subprocess.run([sys.executable, self.write("x.py", self.block("python"))], input=NOTE, env=environment(self.s), capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertTrue(any(e["text"].lower() == "unstable angina" for e in json.loads(r.stdout)))

    def test_javascript(self):
        if not shutil.which("node"):
            self.skipTest("no node")
        r = subprocess.run(["node", self.write("x.cjs", self.block("javascript"))], input=NOTE, env=environment(self.s), capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertTrue(any(e["text"].lower() == "unstable angina" for e in json.loads(r.stdout)))


if __name__ == "__main__":
    main()
