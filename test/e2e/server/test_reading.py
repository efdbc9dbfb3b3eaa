#!/usr/bin/env python3
"""Documents that take long to read: their progress is told, what was read is kept, and who stops them is heard."""
import os
import signal
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli")]
import pages
from server import Server, main

LINES = ["The patient denies fever and cough.", "Assessment: hypertension, asthma.", "Lisinopril 10 mg daily."]
SCANS, PAGES = 6, 300 if os.environ.get("ACESO_SLOW") else 3000


def pdf(n, lines, first=None):
    """So many pages of words, behind first."""
    made = first or pages.Pdf()
    for _ in range(n):
        made.page(lines)
    return made.bytes()


def chart():
    """What no machine reads in a second: pages without characters, of which each word is recognised. The pages of words behind them give the engine work
    when all is read."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(pages.letter("\n".join(LINES * 15)))
        f.flush()
        scan = pages.grey(f.name)
    scans = pages.Pdf()
    for _ in range(SCANS):
        scans.page([], image=(0, 0, 612, 792, *scan))
    return pdf(PAGES, LINES * 3, scans)


def upload(s, content):
    a = s.ask("POST", "/v1/documents?name=chart.pdf", content, headers={"Content-Type": "application/pdf"})
    assert a.status in (201, 202), (a.status, a.bytes)
    return a.json["job"]["id"]


def events(s, job):
    return s.ask("GET", f"/v1/jobs/{job}/events").json["events"]


def wait_for(s, job, what, seconds=120):
    """The events, when one of them is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = events(s, job)
        if any(what(e) for e in found):
            return found
        time.sleep(.02)
    raise AssertionError(found)


class Reading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chart = chart()

    def test_progress_is_told_and_the_end_comes(self):
        with Server() as s:
            job = upload(s, self.chart)
            self.assertEqual(s.wait(job, 300)["state"], "completed")
            told = events(s, job)
            read = [e["done"] for e in told if e["done"]]
            self.assertEqual(read, sorted(set(read)), told)
            self.assertTrue(read and read[0] <= SCANS, told)  # page by page, while it was read
            self.assertEqual({e["total"] for e in told if e["done"]}, {SCANS + PAGES})
            self.assertEqual([e["event"] for e in told], list(range(1, len(told) + 1)))
            self.assertEqual(told[-1]["step"], 1)             # what was read is kept
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result").json["document"]["type"], "application/pdf")

    def test_what_was_read_before_a_crash_is_not_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            with Server(os.path.join(folder, "data")) as s:
                job = upload(s, self.chart)
                self.assertTrue(any(e["step"] for _, _, e in s.events(job)))
                s.stop(signal.SIGKILL)
            with Server(os.path.join(folder, "data")) as again:
                self.assertEqual(again.wait(job, 300)["state"], "completed")
                told = events(again, job)
                self.assertEqual(told[-1]["attempt"], 2)
                self.assertFalse([e for e in told if e["attempt"] == 2 and e["done"]], told)
                self.assertEqual(told[-1]["step"], 1)

    def test_a_cancelled_document_is_not_read_to_its_end(self):
        with Server() as s:
            job = upload(s, self.chart)
            wait_for(s, job, lambda e: e["state"] == "running")
            self.assertIn(s.ask("POST", f"/v1/jobs/{job}/cancel").status, (200, 202))
            self.assertEqual(s.wait(job, 60)["state"], "cancelled")
            self.assertFalse([e for e in events(s, job) if e["step"]])

    def test_a_result_of_many_pages_is_fetched(self):
        with Server() as s:
            job = s.wait(upload(s, pdf(3000, LINES * 8)), 300)
            self.assertEqual((job["state"], job["error"]), ("completed", None))
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job['id']}/result?fields=schema,coverage").json["schema"], "aceso/result/1")

    def test_why_a_document_could_not_be_read_is_told(self):
        with Server() as s:
            a = s.ask("POST", "/v1/documents?name=scan.dcm", b"\0" * 128 + b"DICM" + b"\0" * 64, headers={"Content-Type": "application/dicom"})
            job = s.wait(a.json["job"]["id"])
            self.assertEqual((job["state"], job["error"]["code"]), ("failed", "invalid_request"))
            self.assertEqual(job["error"]["message"], "this kind of file cannot be read")
            with open(os.path.join(s.folder, "aceso.db"), "rb") as db:
                self.assertNotIn(job["error"]["message"].encode(), db.read())


if __name__ == "__main__":
    main()
