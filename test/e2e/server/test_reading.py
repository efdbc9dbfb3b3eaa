#!/usr/bin/env python3
"""Documents that take long to read: their progress is told, what was read is kept, and who stops them is heard."""
import os
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import Server, main

LINES = ["Follow-up visit number %d.", "The patient denies fever and cough.", "Assessment: hypertension, asthma.", "Lisinopril 10 mg daily."]


def pdf(pages, lines):
    """A PDF of so many pages of words, from nothing."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{4 + 2 * i} 0 R' for i in range(pages))}] >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for i in range(pages):
        words = "".join(f"BT /F1 11 Tf 72 {720 - 15 * k} Td ({line % i if '%' in line else line}) Tj ET\n" for k, line in enumerate(lines))
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * i} 0 R >>",
                    f"<< /Length {len(words)} >>\nstream\n{words}endstream"]
    out, places = b"%PDF-1.7\n", []
    for n, o in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{o}\nendobj\n".encode()
    table = "".join(f"{p:010} 00000 n \n" for p in places)
    return out + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


PAGES = 10000  # more than is read in what is not worth keeping


def upload(s, pages=PAGES, lines=LINES[:1]):
    a = s.ask("POST", "/v1/documents?name=chart.pdf", pdf(pages, lines), headers={"Content-Type": "application/pdf"})
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
    def test_progress_is_told_and_the_end_comes(self):
        with Server() as s:
            job = upload(s)
            self.assertEqual(s.wait(job, 300)["state"], "completed")
            told = events(s, job)
            self.assertTrue(all(e["done"] <= e["total"] == PAGES for e in told if e["done"]), told)
            self.assertEqual([e["event"] for e in told], list(range(1, len(told) + 1)))
            if any(e["done"] for e in told):  # it took long
                self.assertEqual(told[-1]["step"], 1)  # what was read is kept
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result").json["document"]["type"], "application/pdf")

    def test_what_was_read_before_a_crash_is_not_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            s = Server(os.path.join(folder, "data"))
            s.start()
            try:
                job = upload(s)
                told = wait_for(s, job, lambda e: e["step"] == 1 or e["state"] == "completed")
                if not any(e["step"] for e in told):
                    self.skipTest("this machine reads faster than is worth keeping")
                s.stop(signal.SIGKILL)
                with Server(os.path.join(folder, "data")) as again:
                    self.assertEqual(again.wait(job, 300)["state"], "completed")
                    told = events(again, job)
                    if told[-1]["attempt"] == 1:
                        self.skipTest("the job had ended before the server was killed")
                    self.assertFalse([e for e in told if e["attempt"] == 2 and e["done"]], told)
                    self.assertEqual(told[-1]["step"], 1)
            finally:
                s.stop(signal.SIGKILL)

    def test_a_cancelled_document_is_not_read_to_its_end(self):
        with Server() as s:
            job = upload(s)
            wait_for(s, job, lambda e: e["state"] == "running")
            self.assertIn(s.ask("POST", f"/v1/jobs/{job}/cancel").status, (200, 202))
            self.assertEqual(s.wait(job, 60)["state"], "cancelled")
            self.assertFalse([e for e in events(s, job) if e["step"]])

    def test_a_result_that_nobody_could_fetch_fails_and_says_so(self):
        with Server() as s:
            job = s.wait(upload(s, 3000, LINES * 8), 300)
            self.assertEqual((job["state"], job["error"]["code"]), ("failed", "too_large"))
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job['id']}/result").status, 404)

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
