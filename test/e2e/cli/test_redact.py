#!/usr/bin/env python3
"""deid --redact, through the real aceso-media: documents of every kind with a planted patient, and what other readers find in the copies."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET
import zipfile

import planted
from kit import CANARY, SLOW, Case, main

TOOLS = all(shutil.which(t) for t in ("pdftotext", "pdftoppm", "pdfimages", "qpdf", "tesseract"))
EACH = {"pdf": 1 if SLOW else 2}
MODES = ("tag", "mask", "surrogate", "date-shift")


class Planted(Case):
    def found(self, path):
        with tempfile.TemporaryDirectory() as folder:
            return planted.traces(path, pathlib.Path(folder))

    def redacted(self, kind, i, *more):
        path, out = planted.MAKERS[kind](self.dir, i), self.dir / f"out-{i}.{kind}"
        out.unlink(missing_ok=True)
        self.ok("deid", "--redact", path, "--out", out, *more)
        return path, out

    def check(self, kind, i, *more):
        path, out = self.redacted(kind, i, *more)
        before, after = self.found(path), self.found(out)
        self.assertLessEqual({planted.Patient(i).name.lower(), planted.Patient(i).mrn}, set(planted.left(planted.Patient(i), before)) | {
            planted.Patient(i).name.lower()}, kind)
        self.assertEqual(planted.left(planted.Patient(i), after), [], f"{kind} {i} {more}")
        for words in planted.KEPT:
            self.assertIn(words, after, kind)
        return out

    @unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
    def test_pdf(self):
        for i in range(EACH["pdf"]):
            self.check("pdf", i)

    def test_all_others_in_every_mode(self):
        for kind in ("docx", "odt", "hl7", "xml", "json"):
            for i, mode in enumerate(MODES):
                out = self.check(kind, i + 3, "--mode", mode)
                self.one_result("process", out)  # our own reader takes the copy

    def test_the_same_key_gives_the_same_copy(self):
        key = self.write("key", bytes(range(32)))
        copies = [self.redacted("hl7", 4, "--mode", "surrogate", "--key", key)[1].read_bytes() for _ in range(2)]
        self.assertEqual(*copies)


class Standards(Case):
    """What is no identifier is still there, in its place."""

    def copy(self, kind, i=5):
        path, out = planted.MAKERS[kind](self.dir, i), self.dir / f"out.{kind}"
        self.ok("deid", "--redact", path, "--out", out)
        return path, out

    def entities(self, path):
        r = self.one_result("process", path)
        return {(e["kind"], e["text"].lower(), e.get("value")) for e in r["entities"]}

    def test_clinical_facts_are_the_same_before_and_after(self):
        for kind in ("docx", "odt", "hl7", "xml", "json"):
            path, out = self.copy(kind)
            before, after = self.entities(path), self.entities(out)
            self.assertTrue(any(e[0] == "problem" and "type 2 diabetes" in e[1] for e in after), (kind, after))
            self.assertLessEqual({e for e in before if e[0] in ("medication", "lab", "vital")}, after, kind)

    def test_fields_of_a_message(self):
        _, out = self.copy("hl7")
        segments = [s.split("|") for s in out.read_bytes().decode().split("\r") if s]
        of = {}
        for s in segments:
            of.setdefault(s[0], []).append(s)
        self.assertNotIn("ZPD", of)
        self.assertEqual(of["MSH"][0][8:12], ["ORU^R01", "1", "P", "2.5"])
        self.assertEqual(of["OBX"][0][2:9], ["NM", "4548-4^Haemoglobin A1c^LN", "", "7.1", "%", "4.0-6.0", "H"])
        self.assertEqual((of["DG1"][0][3], of["DG1"][0][5]), ("E11.9^Type 2 diabetes mellitus^I10C", "2026"))
        self.assertEqual((of["PID"][0][5], of["PID"][0][8], of["PID"][0][7]), ("[PATIENT]", "F", "1945"))
        self.assertEqual(of["PID"][0][11].split("^")[3:5], ["IL", "627"])
        self.assertEqual(of["NK1"][0][3], "SPO^Spouse^HL70063")

    def test_a_document_is_well_formed_and_its_references_lead_somewhere(self):
        _, out = self.copy("xml")
        root = ET.parse(out).getroot()
        self.assertEqual(root.tag, "{urn:hl7-org:v3}ClinicalDocument")
        ids = {e.get("ID") for e in root.iter() if e.get("ID")}
        refs = {e.get("value")[1:] for e in root.iter("{urn:hl7-org:v3}reference") if e.get("value")}
        self.assertTrue(refs and refs <= ids)
        self.assertTrue(all(re.fullmatch(r"id\d+", i) for i in ids))

    def test_references_of_a_bundle_lead_somewhere(self):
        _, out = self.copy("json")
        bundle = json.loads(out.read_text())
        urls = {e["fullUrl"] for e in bundle["entry"]}
        condition = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Condition")
        self.assertIn(condition["subject"]["reference"], urls)
        self.assertEqual(condition["code"]["coding"][0]["code"], "44054006")
        self.assertEqual(condition["recordedDate"], "2026")

    def test_a_word_file_has_nothing_but_its_words(self):
        _, out = self.copy("docx")
        with zipfile.ZipFile(out) as z:
            self.assertEqual(z.testzip(), None)
            self.assertEqual(sorted(z.namelist()), ["[Content_Types].xml", "_rels/.rels", "word/document.xml"])
            self.assertTrue(all(i.compress_type == zipfile.ZIP_STORED and i.date_time[:3] == (1980, 1, 1) for i in z.infolist()))
            text = z.read("word/document.xml").decode()
        self.assertEqual(text.count("<w:tr>"), 3)
        self.assertNotIn("rsid", text)


class Failing(Case):
    """Nothing is written when something is wrong, and the next document is done."""

    def test_what_has_no_copies(self):
        for name, data in (("page.html", f"<html><body>{CANARY}</body></html>"), ("note.txt", f"{CANARY} has asthma."), ("other.xml", f"<x>{CANARY}</x>"),
                           ("cut.hl7", "MSH|^~\\&|||||||||P|2.5||||||KLINGON\rPID|1||" + CANARY), ("cut.json", '{"resourceType":"Patient","id":"' + CANARY),
                           ("cut.docx", b"PK\3\4" + CANARY.encode())):
            self.fails(1, "deid", "--redact", self.write(name, data), "-o", self.dir / "out")
            self.assertFalse((self.dir / "out").exists(), name)

    def test_a_bad_message_refuses_the_copy_of_the_file(self):
        bad = self.write("bad.hl7", planted.hl7(self.dir, 1).read_bytes() + b"MSH|^~\\&|||||||||P|2.5||||||KLINGON\r")
        self.fails(1, "deid", "--redact", bad, "-o", self.dir / "out.hl7")
        self.assertFalse((self.dir / "out.hl7").exists())

    def test_a_folder_of_all_kinds(self):
        source = self.dir / "in"
        source.mkdir()
        for kind in ("docx", "odt", "hl7", "xml", "json"):
            planted.MAKERS[kind](source, 7)
        (source / "note.txt").write_text(CANARY)
        self.fails(1, "deid", "--redact", source, "-o", self.dir / "out")
        self.assertEqual(sorted(p.suffix for p in (self.dir / "out").iterdir()), [".docx", ".hl7", ".json", ".odt", ".xml"])

    def test_a_bad_message_stops_no_other_when_nothing_is_copied(self):
        good = planted.hl7(self.dir, 2).read_bytes()
        path = self.write("batch.hl7", good + b"MSH|^~\\&|||||||||P|2.5||||||KLINGON\r" + good)
        r = self.fails(1, "process", "-f", "ndjson", path)
        self.assertEqual([json.loads(line)["document"]["id"] for line in r.out.splitlines()], [f"{path}#1", f"{path}#3"])
        self.assertRegex(r.err, r"batch\.hl7: message 2: MSH-18 ")

    def test_lines_of_resources_are_one_document(self):
        lines = [{"resourceType": "Patient", "id": "p", "name": [{"text": "Marguerite Oyelaran"}], "text": {"status": "empty"}},
                 {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"text": "Asthma"}}]
        text = "".join(json.dumps(x) + "\n" for x in lines)
        for more in ((self.write("x.ndjson", text),), ("-",)):
            r = self.one_result("process", *more, stdin=text)
            self.assertEqual((r["document"]["source"], r["document"]["type"]), ("fhir", "application/fhir+ndjson"))
        self.ok("deid", "--redact", self.dir / "x.ndjson", "-o", self.dir / "out.ndjson")
        patient, condition = map(json.loads, (self.dir / "out.ndjson").read_text().splitlines())
        self.assertEqual(condition["subject"]["reference"], "Patient/" + patient["id"])
        note = self.ok("process", "-f", "ndjson", self.write("n.ndjson", json.dumps({"id": "1", "text": 'Asthma. "resourceType"'}) + "\n"))
        self.assertEqual(json.loads(note.out)["document"]["source"], "batch")


if __name__ == "__main__":
    main()
