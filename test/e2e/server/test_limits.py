#!/usr/bin/env python3
"""What a server does at its limits: no room for what comes of its work, results of any size, requests that take long."""
import concurrent.futures
import contextlib
import datetime
import glob
import http.client
import json
import os
import select
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(__file__))
from server import ACESO, Server, main
from test_faults import SLOW_BUILD, fill, room
from test_reading import pages

FULL_S = int(os.environ.get("ACESO_FULL", 4))       # how long the disk is full: 240 is longer than all attempts of a job take
READ_ONLY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (access(getenv("SHIM_SWITCH"), F_OK) == 0) {
        errno = EROFS;
        return -1;
    }
    return real(fd, p, n, at);
}
"""


def instant(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class NoRoom(unittest.TestCase):
    """The disk is full between the acknowledgement of a job and its end."""

    def until_full(self, s, t, n, leave):
        """Jobs that begin when there is no room any more, for results that are larger than what is left."""
        note = "Assessment: asthma, pneumonia, diabetes mellitus type 2. Plan: amoxicillin 500 mg, metformin 850 mg. "
        jobs = [s.submit("".join(f"On {i}/{k % 28 + 1}/2024 {note}" for k in range(600)), run_at=instant(2)) for i in range(1, n + 1)]
        fill(os.path.join(t, "filler"), leave=leave)
        return jobs

    def attempts_after(self, seconds):
        with room(48) as t, Server(os.path.join(t, "data"), env={"TMPDIR": t}) as s:
            jobs = self.until_full(s, t, 6, 200000)
            time.sleep(2 + seconds)
            self.assertIn("job_end_failed", s.log())            # there was room to begin it
            os.remove(os.path.join(t, "filler"))
            ended = [s.wait(job, 90) for job in jobs]
            self.assertEqual({j["state"] for j in ended}, {"completed"})
            return [j["attempt"] for j in ended]

    def test_what_was_not_stored_is_not_an_attempt(self):
        self.assertEqual(self.attempts_after(FULL_S), [1] * 6)

    def test_it_ends_although_ends_wait_for_room(self):
        with room(48) as t:
            s = Server(os.path.join(t, "data"), env={"TMPDIR": t}).start()
            jobs = self.until_full(s, t, 6, 200000)
            time.sleep(4)
            self.assertIn("job_end_failed", s.log())
            began = time.monotonic()
            self.assertEqual(s.stop(), 0)
            self.assertLess(time.monotonic() - began, 10)
            os.remove(os.path.join(t, "filler"))
            with Server(os.path.join(t, "data")) as s:
                self.assertEqual({s.wait(job)["state"] for job in jobs}, {"completed"})

    @unittest.skipIf(SLOW_BUILD or not shutil.which("cc"), "it needs a C compiler and a library below the program")
    def test_a_disk_that_turns_read_only(self):
        with tempfile.TemporaryDirectory() as t:
            source, library, switch = (os.path.join(t, f) for f in ("shim.c", "shim.so", "read-only"))
            with open(source, "w") as f:
                f.write(READ_ONLY)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
            with Server(os.path.join(t, "data"), env={"LD_PRELOAD": library, "SHIM_SWITCH": switch}) as s:
                done = s.submit()
                s.wait(done)
                jobs = [s.submit(run_at=instant(1)) for _ in range(3)]
                with open(switch, "w"):
                    pass
                a = s.ask("POST", "/v1/jobs", {"text": "Cough."})
                self.assertEqual((a.status, a.code), (507, "insufficient_storage"))
                self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
                time.sleep(3)
                os.remove(switch)
                ended = [s.wait(job) for job in jobs]
                self.assertEqual([(j["state"], j["attempt"]) for j in ended], [("completed", 1)] * 3)


class WithoutLength(unittest.TestCase):
    """Bodies in chunks: nobody says before how long they are."""

    def pour(self, s, path, key, piece, pieces, head=b"", type="application/json"):
        """Send pieces until there is an answer: (its status line, bytes sent)."""
        with socket.create_connection(("127.0.0.1", s.port), timeout=60) as c:
            c.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            sent = 0
            for data in [head] * bool(head) + [piece] * pieces + [b""]:
                if select.select([c], [], [], 0)[0]:
                    break
                try:
                    c.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                except OSError:
                    break
                sent += len(data)
            answer = b""
            with contextlib.suppress(OSError):
                while more := c.recv(65536):
                    answer += more
                    if b"}}" in answer or b'"created"' in answer:
                        break
            return answer, sent

    def test_what_a_role_may_not_send_is_refused_while_it_comes(self):
        with Server() as s:
            researcher, _ = s.issue("researcher")
            for path, type, most, head in (("/v1/batches", "application/json", 4 << 20, b'{"jobs": ['),
                                           ("/v1/documents", "application/pdf", 256 << 20, b""),
                                           ("/v1/documents", "multipart/form-data; boundary=x", 256 << 20, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n')):
                before = s.memory()
                answer, sent = self.pour(s, path, researcher, b" " * (1 << 20), (most >> 20) + 60, head, type)
                self.assertIn(b" 413 ", answer.split(b"\r\n")[0], (path, type, answer[:200]))
                self.assertIn(b"too_large", answer)
                self.assertLess(sent, most + (16 << 20), (path, type))
                if not SLOW_BUILD:
                    self.assertLess(s.memory() - before, 24 << 20, (path, type))
                self.assertEqual(s.ask("GET", "/v1/jobs", key=researcher).json["jobs"], [])

    def test_what_a_role_may_send_is_taken(self):
        with Server() as s:
            key, _ = s.issue("integrator")
            before = s.memory()
            answer, sent = self.pour(s, "/v1/documents?process=false", key, os.urandom(1 << 20), 300, type="application/pdf")
            self.assertIn(b" 202 ", answer.split(b"\r\n")[0], answer[:200])
            self.assertEqual(sent, 300 << 20)
            if not SLOW_BUILD:
                self.assertLess(s.memory() - before, 16 << 20)


class TimeIsUp(unittest.TestCase):
    """A budget of time holds for what runs, too: who waits is told in time, and what he is told is true."""
    BUDGETS = "admin 67108864 8589934592 300 3600\nclinician 67108864 8589934592 1 3600\n"

    @contextlib.contextmanager
    def hurried(self):
        """A server, and the key of somebody who has one second."""
        with tempfile.TemporaryDirectory() as t:
            budgets = os.path.join(t, "budgets")
            with open(budgets, "w") as f:
                f.write(self.BUDGETS)
            with Server(os.path.join(t, "data"), options=("--rate-address", "0", "--rate-key", "0", "--budgets", budgets)) as s:
                yield s, s.issue("clinician")[0]

    @contextlib.contextmanager
    def stalled(self, s, seconds):
        """The store takes nothing for so long."""
        db = sqlite3.connect(s.folder + "/aceso.db", isolation_level=None, timeout=30, check_same_thread=False)
        db.execute("begin immediate")
        timer = threading.Timer(seconds, lambda: db.execute("rollback"))
        timer.start()
        try:
            yield
        finally:
            timer.join()
            db.close()

    def test_what_only_reads_is_answered_in_time(self):
        with self.hurried() as (s, key):
            job = s.submit(key=key)
            s.wait(job)
            asked = [("GET", f"/v1/jobs/{job}/result", None), ("GET", f"/v1/jobs/{job}/fhir", None), ("POST", "/v1/deid", {"text": "Cough."}),
                     ("POST", "/v1/summaries", {"text": "Cough."}), ("POST", "/extract_medical_data", {"text": "Cough."}), ("GET", f"/result/{job}", None)]

            def ask(what):
                began = time.monotonic()
                a = s.ask(*what, key=key)
                return what, a, time.monotonic() - began
            with self.stalled(s, 4.5), concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:
                for what, a, took in pool.map(ask, asked):
                    self.assertEqual((a.status, a.code), (504, "timeout"), what)
                    self.assertRegex(a.headers["Request-Id"], "^[0-9a-f-]{36}$")
                    if not SLOW_BUILD:
                        self.assertLess(took, 2.5, what)
                self.assertEqual(s.ask("GET", "/health", key="").status, 200)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result", key=key).status, 200)

    def test_what_was_told_not_to_be_done_is_not(self):
        with self.hurried() as (s, key):
            s.submit(key=key)
            names = [f"MRN {i}" for i in range(60)]

            def ask(name):
                time.sleep(int(name[4:]) * .03)
                if int(name[4:]) % 2:
                    return name, s.ask("POST", "/v1/jobs", {"text": "Cough.", "name": name}, key=key)
                return name, s.ask("POST", "/v1/patients", {"reference": name}, key=key)
            with self.stalled(s, 1.8), concurrent.futures.ThreadPoolExecutor(60) as pool:
                answers = dict(pool.map(ask, names))
            done = {name for name, a in answers.items() if a.status < 300}
            self.assertEqual({(a.status, a.code) for name, a in answers.items() if name not in done} - {(504, "timeout"), (503, "overloaded")}, set())
            self.assertEqual(len(s.ask("GET", "/v1/jobs?limit=1000").json["jobs"]) - 1, sum(int(n[4:]) % 2 for n in done))
            there = {p["reference"] for p in s.ask("GET", "/v1/patients?limit=1000").json["patients"]}
            self.assertEqual(there, {n for n in done if not int(n[4:]) % 2})

    @unittest.skipIf(SLOW_BUILD, "it is slow anyway")
    def test_the_engine_is_stopped(self):
        with self.hurried() as (s, key):
            text = "".join(LargeResults.VISITS.format(i, 1 + i % 12, 1 + i % 28, 20 + i % 60, i % 10) for i in range(1 << 16))
            job = s.ask("POST", "/v1/documents", text.encode(), headers={"Content-Type": "text/plain"}).json["job"]["id"]
            self.assertEqual(s.wait(job, 300)["state"], "completed")

            def used():
                with open(f"/proc/{s.process.pid}/stat") as f:
                    return sum(map(int, f.read().rsplit(")")[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")
            before, began = used(), time.monotonic()
            a = s.ask("GET", f"/v1/jobs/{job}/fhir", key=key)
            self.assertEqual((a.status, a.code), (504, "timeout"))
            self.assertLess(time.monotonic() - began, 2.5)
            time.sleep(3)
            self.assertLess(used() - before, 3.5)
            before = used()
            time.sleep(1)
            self.assertLess(used() - before, .5)


@unittest.skipIf(SLOW_BUILD or not shutil.which("cc"), "it needs a C compiler and a library below the program")
class PagesThatCrash(unittest.TestCase):
    """The reader of a document dies at a page: the others are read, and the result says which one is missing."""
    SHIM = r"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        static void die_at(const char *what)
        {
            const char *at = getenv("SHIM_DIES_AT");
            if (at && strstr(at, what))
                abort();
        }
        void *poppler_document_get_page(void *doc, int i)
        {
            void *(*real)(void *, int) = dlsym(RTLD_NEXT, "poppler_document_get_page");
            char what[32];
            snprintf(what, sizeof what, " %d ", i + 1);
            die_at(what);
            return real(doc, i);
        }
        void *poppler_document_new_from_bytes(void *bytes, const char *password, void *error)
        {
            void *(*real)(void *, const char *, void *) = dlsym(RTLD_NEXT, "poppler_document_new_from_bytes");
            die_at("opening");
            return real(bytes, password, error);
        }
        void poppler_page_get_size(void *page, double *w, double *h)
        {
            void (*real)(void *, double *, double *) = dlsym(RTLD_NEXT, "poppler_page_get_size");
            int (*number)(void *) = dlsym(RTLD_DEFAULT, "poppler_page_get_index");
            char what[32];
            snprintf(what, sizeof what, " in%d ", number(page) + 1);
            die_at(what);
            real(page, w, h);
        }
    """

    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        source, cls.library = os.path.join(cls.room.name, "shim.c"), os.path.join(cls.room.name, "shim.so")
        with open(source, "w") as f:
            f.write(cls.SHIM)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", cls.library, source, "-ldl"], check=True)
        cls.program = shutil.copy(ACESO, os.path.join(cls.room.name, "aceso"))

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def read(self, where, n=6):
        chart = pages.Pdf()
        for i in range(n):
            chart.page([f"Follow-up visit number {i}.", "The patient denies fever and cough.", "Assessment: hypertension, asthma."])
        with open(self.program + "-media", "w") as f:       # which gets nothing of the server's environment
            f.write(f"#!/bin/sh\nLD_PRELOAD={self.library} SHIM_DIES_AT='{where}' exec {os.path.abspath(ACESO)}-media\n")
        os.chmod(self.program + "-media", 0o755)
        with mock.patch("server.ACESO", self.program), Server() as s:
            a = s.ask("POST", "/v1/documents", chart.bytes(), headers={"Content-Type": "application/pdf"})
            job = s.wait(a.json["job"]["id"])
            return job, s.ask("GET", f"/v1/jobs/{job['id']}/result").json

    def test_all_other_pages_are_read(self):
        whole = self.read("nowhere")[1]
        for where, missing in ((" 3 ", [3]), (" 1 ", [1]), (" 6 ", [6]), (" 2  5 ", [2, 5]), (" in3  in4 ", [3, 4])):
            job, r = self.read(where)
            self.assertEqual(job["state"], "incomplete", where)
            sources = [p["source"] for p in r["layout"]["pages"]]
            self.assertEqual([i for i, x in enumerate(sources, 1) if x == "failed"], missing, where)
            self.assertEqual([w["page"] for w in r["layout"]["warnings"] if w["code"] == "page_unread"], missing, where)
            for i in range(6):
                self.assertEqual(f"Follow-up visit number {i}." in r["text"], i + 1 not in missing, (where, i))
            rest = [w for w in whole["layout"]["words"] if w["page"] not in missing]
            self.assertEqual([(w["page"], w["box"]) for w in r["layout"]["words"]], [(w["page"], w["box"]) for w in rest], where)
            for w in r["layout"]["words"][::7]:
                text = r["text"].encode()[w["begin"]:w["end"]].decode()
                self.assertNotRegex(text, r"\s", where)

    def test_a_document_that_cannot_be_opened_fails(self):
        job, _ = self.read("opening")
        self.assertEqual((job["state"], job["error"]["code"]), ("failed", "invalid_request"))

    def test_one_with_too_many_such_pages_fails(self):
        job, _ = self.read("".join(f" {i} " for i in range(1, 30)), n=30)
        self.assertEqual(job["state"], "failed")


class LargeResults(unittest.TestCase):
    MEGABYTES = 1 if SLOW_BUILD else 4          # of text; a result has some 24 times as much
    VISITS = ("Visit {0} on {1}/{2}/2024. Assessment: asthma, pneumonia, diabetes mellitus type 2. Plan: amoxicillin 500 mg three times daily, metformin 850 mg.\n"
              "Blood pressure 1{3}/8{4} mmHg, temperature 38.{4} C. No fever today, no chest pain. Allergies: penicillin.\n\n")

    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.server = Server(os.path.join(cls.room.name, "data")).start()
        text = ""
        for i in range(cls.MEGABYTES << 20):
            text += cls.VISITS.format(i, 1 + i % 12, 1 + i % 28, 20 + i % 60, i % 10)
            if len(text) > cls.MEGABYTES << 20:
                break
        cls.text = text.encode()
        a = cls.server.ask("POST", "/v1/documents?patient_reference=MRN+1", cls.text, headers={"Content-Type": "text/plain"})
        cls.document, cls.job = a.json["id"], a.json["job"]["id"]
        cls.ended = cls.server.wait(cls.job, 300)
        cls.server.stop()
        cls.server = Server(cls.server.folder).start()      # with no memory of the work

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.room.cleanup()

    def stream(self, path, slow=False, key=None):
        """The body's bytes, and how much the server's memory grew while it was sent."""
        c = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        before = most = self.server.memory()
        c.request("GET", path, headers={"Authorization": f"Bearer {key or self.server.admin}"})
        r = c.getresponse()
        self.assertEqual(r.status, 200)
        parts = []
        while more := r.read(1 << 20):
            parts.append(more)
            if len(parts) % 8 == 1:
                most = max(most, self.server.memory())
                if slow:
                    time.sleep(.02)
        c.close()
        return b"".join(parts), most - before

    def test_a_large_result_is_streamed(self):
        self.assertEqual(self.ended["state"], "completed")
        body, grew = self.stream(f"/v1/jobs/{self.job}/result", slow=True)
        result = json.loads(body)
        self.assertEqual(result["schema"], "aceso/result/1")
        self.assertEqual(result["coverage"]["bytes_in"], len(self.text))
        if not SLOW_BUILD:
            self.assertGreater(len(body), 60 << 20)
            self.assertLess(grew, 16 << 20)
        print(f"\n{len(body) >> 20} MB of result; the server's memory grew by {grew >> 10} KB while it was sent", file=sys.stderr)
        few, grew = self.stream(f"/v1/jobs/{self.job}/result?fields=summary,entities")
        self.assertEqual(json.loads(few), {k: v for k, v in result.items() if k in ("summary", "entities")})
        if not SLOW_BUILD:
            self.assertLess(grew, 16 << 20)
        one = self.server.ask("GET", f"/v1/jobs/{self.job}/result?fields=schema")
        self.assertEqual(one.json, {"schema": "aceso/result/1"})

    def test_who_sees_no_identifiers_sees_none_of_them(self):
        key, _ = self.server.issue("researcher")
        body, _ = self.stream(f"/v1/jobs/{self.job}/result", key=key)
        self.assertEqual(set(json.loads(body)), {"schema", "deidentified", "coverage", "timing_ms"})
        body, _ = self.stream(f"/v1/jobs/{self.job}/result?fields=coverage,entities", key=key)
        self.assertEqual(set(json.loads(body)), {"coverage"})

    def test_earlier_systems_get_its_summary_or_are_told_where_it_is(self):
        a = self.server.ask("GET", f"/result/{self.job}")
        self.assertEqual(a.status, 200)
        self.assertTrue(a.json["clinical_summary"])
        if not SLOW_BUILD:
            a = self.server.ask("GET", f"/job/{self.job}")
            self.assertEqual((a.status, a.code), (413, "too_large"))
            self.assertIn("/v1/jobs/{job_id}/result", a.json["error"]["message"])
        a = self.server.ask("GET", f"/get_updated_medical_data?document_id={self.document}")
        self.assertTrue(a.json["medical_data"])

    def test_its_bundle_is_made_one_at_a_time(self):
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: self.server.ask("GET", f"/v1/jobs/{self.job}/fhir"), range(3)))
        done = [a for a in answers if a.status == 200]
        self.assertTrue(done)
        self.assertEqual(done[0].json["resourceType"], "Bundle")
        for a in answers:
            if a.status != 200:
                self.assertEqual((a.status, a.code), (503, "overloaded"))
                self.assertIn("Retry-After", a.headers)
        self.assertEqual(self.server.ask("GET", f"/v1/jobs/{self.job}/fhir?identified=true").status, 200)

    def test_a_summary_of_the_patient_has_it(self):
        patient = self.server.ask("GET", f"/v1/jobs/{self.job}").json["patient_id"]
        job = self.server.ask("POST", f"/v1/patients/{patient}/summary").json["id"]
        self.assertEqual(self.server.wait(job, 120)["state"], "completed")
        self.assertEqual(self.server.ask("GET", f"/v1/jobs/{job}/result").json["coverage"]["documents"], 1)

    def test_clients_that_go_leave_nothing_behind(self):
        for n in range(40):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as c:
                c.sendall(f"GET /v1/jobs/{self.job}/result HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.server.admin}\r\n\r\n".encode())
                self.assertIn(b" 200 ", c.recv(1 << (n % 17)) + c.recv(20))
        body, grew = self.stream(f"/v1/documents/{self.document}/content")
        self.assertEqual(body, self.text)
        head = self.server.ask("HEAD", f"/v1/jobs/{self.job}/result")
        self.assertEqual((head.status, head.bytes), (200, b""))

    def test_a_result_that_is_deleted_takes_its_bytes_along(self):
        def blobs():
            return [f for f in glob.glob(self.server.folder + "/blobs/??/*") if os.path.isfile(f)]
        job = self.server.ask("POST", "/v1/jobs", {"document_id": self.document}).json["id"]
        before = len(blobs())
        self.assertEqual(self.server.wait(job, 300)["state"], "completed")
        self.assertEqual(len(blobs()), before + 1)
        for blob in blobs():
            with open(blob, "rb") as f:
                self.assertNotIn(b"pneumonia", f.read())
        self.assertEqual(self.server.ask("DELETE", f"/v1/jobs/{job}").status, 204)
        self.assertEqual(len(blobs()), before)


if __name__ == "__main__":
    main()
