#!/usr/bin/env python3
"""Documents that are not text, through the real aceso-media: words and places, scans, redaction, damaged and hostile files."""
import io
import json
import math
import random
import re
import shutil
import subprocess
import unittest
import zipfile
import zlib

import jsonschema

import pages
from kit import CANARY, PROGRAM, ROOT, SAMPLES, SLOW, TIMEOUT, Case, Result, environment, main

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/result-1.json").read_text()))
TOOLS = all(shutil.which(t) for t in ("pdftotext", "pdftoppm", "qpdf", "tesseract"))
NAME, MRN, PHONE, STREET = "Marguerite Oyelaran", "MRN 83920175", "(415) 555-2671", "48 Whitcombe Lane"
NOTE = ["Patient: " + NAME, MRN, "Phone: " + PHONE, "Address: " + STREET + ", Springfield", "", "MEDICATIONS",
        "Metformin 500 mg twice daily", "Lisinopril 10 mg daily", "", "ASSESSMENT", "Type 2 diabetes, well controlled. No chest pain.",
        "Marguerite will return in three months for a haemoglobin A1c and a foot examination."]


def words(text):
    return re.findall(r"[^\W_]+", text)


class Reading(Case):
    def test_a_pdf_is_read_with_page_and_box(self):
        pdf = pages.Pdf()
        pdf.page(NOTE)
        pdf.page(["ALLERGIES", "Penicillin: rash"])
        r = self.one_result("process", self.write("note.pdf", pdf.bytes()))
        SCHEMA.validate(r)
        self.assertEqual((r["document"]["type"], r["document"]["source"]), ("application/pdf", "media"))
        self.assertEqual([p["source"] for p in r["layout"]["pages"]], ["text", "text"])
        met = next(e for e in r["entities"] if e["text"] == "Metformin")
        (place,) = met["boxes"]
        self.assertEqual(place["page"], 1)
        left, top, right, bottom = place["box"]
        self.assertAlmostEqual(left, 72, delta=1.5)
        self.assertTrue(72 + 14 * 6 - 14 < top < bottom < 72 + 14 * 6 + 6, place)
        allergy = next(e for e in r["entities"] if e["kind"] == "allergy")
        self.assertEqual(allergy["boxes"][0]["page"], 2)

    def test_all_words_of_a_letter_come_through_in_order(self):
        for path in SAMPLES:
            text = path.read_text()
            r = self.one_result("extract", self.write("letter.pdf", pages.letter(text)))
            self.assertEqual(words(r["text"]), words(text), path.name)

    def test_columns_are_read_one_after_the_other(self):
        left = ["The first column is about the", "history of the patient and ends", "before the second one begins."]
        right = ["The second column is about", "the plan, which is to wait and", "to see her again in a month."]
        pdf = pages.Pdf()
        pdf.page([(60, 90 + 14 * i, t) for i, t in enumerate(left)] + [(330, 90 + 14 * i, t) for i, t in enumerate(right)])
        r = self.one_result("extract", self.write("columns.pdf", pdf.bytes()))
        self.assertEqual(words(r["text"]), words(" ".join(left + right)))

    @unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
    def test_a_scan_and_a_mixed_document(self):
        scan = pages.grey(self.write("note.pdf", pages.letter("\n".join(NOTE))))
        pdf = pages.Pdf()
        pdf.page(["This page has characters of its own and says that the scan follows."])
        pdf.page([], image=(0, 0, 612, 792, *scan))
        r = self.one_result("process", self.write("mixed.pdf", pdf.bytes()))
        self.assertEqual([p["source"] for p in r["layout"]["pages"]], ["text", "ocr"])
        self.assertIn("Metformin 500 mg twice daily", r["text"])
        met = next(e for e in r["entities"] if e["text"] == "Metformin")
        self.assertEqual(met["boxes"][0]["page"], 2)
        self.assertAlmostEqual(met["boxes"][0]["box"][0], 72, delta=4)
        alone = self.one_result("extract", self.write("scan.png", pages.png(*scan)))
        self.assertEqual(alone["document"]["type"], "image/png")
        self.assertIn("Lisinopril 10 mg daily", alone["text"])

    @unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
    def test_the_word_i_is_no_line(self):
        lines = ["Yesterday I was seen in the clinic, where I have been before.", "I then told them that I take salbutamol and I feel better."]
        scan = pages.grey(self.write("note.pdf", pages.letter("\n".join(lines))))
        r = self.one_result("extract", "-l", "en", self.write("scan.png", pages.png(*scan)))
        self.assertEqual(words(r["text"]), words(" ".join(lines)))

    @unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
    def test_a_scan_that_lies_on_its_side_is_read(self):
        pixels, w, h = pages.grey(self.write("note.pdf", pages.letter("\n".join(NOTE))), 200)
        turned = bytes(pixels[(h - 1 - x) * w + y] for y in range(w) for x in range(h))  # a quarter clockwise
        r = self.one_result("extract", self.write("turned.png", pages.png(turned, h, w, 200)))
        self.assertIn("Metformin 500 mg twice daily", r["text"])
        left, top, right, bottom = next(e for e in r["entities"] if e["text"] == "Metformin")["boxes"][0]["box"]
        self.assertTrue(792 - 72 - 14 * 6 - 8 < left < right < 792 - 72 - 14 * 5 + 6, (left, right))  # where its line stands now
        self.assertAlmostEqual(top, 72, delta=4)
        self.assertGreater(bottom - top, 3 * (right - left))

    @unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
    def test_a_skewed_scan_is_straightened_and_its_boxes_are_those_of_the_page(self):
        pixels, w, h = pages.grey(self.write("note.pdf", pages.letter("\n".join(NOTE))), 150)
        angle = math.radians(3)  # clockwise, about the middle
        c, s = math.cos(angle), math.sin(angle)
        skewed = bytearray(b"\xff" * (w * h))
        for y in range(h // 3):
            for x in range(w):
                dx, dy = x - w / 2, y - h / 2
                sx, sy = round(w / 2 + dx * c + dy * s), round(h / 2 - dx * s + dy * c)
                if 0 <= sx < w and 0 <= sy < h:
                    skewed[y * w + x] = pixels[sy * w + sx]
        r = self.one_result("extract", self.write("skewed.png", pages.png(bytes(skewed), w, h, 150)))
        self.assertAlmostEqual(r["layout"]["pages"][0]["turned"], -3, delta=0.5)
        self.assertIn("Metformin 500 mg twice daily", r["text"])
        left, top, right, bottom = next(e for e in r["entities"] if e["text"] == "Metformin")["boxes"][0]["box"]
        x, y = 72 - 306, 72 + 14 * 6 - 4 - 396  # its left end on the straight page, from the middle
        self.assertAlmostEqual(left, 306 + x * c - y * s, delta=8)
        self.assertAlmostEqual((top + bottom) / 2, 396 + (x + 25) * s + y * c, delta=8)

    def test_a_table_is_read_row_by_row(self):
        rows = [("Sodium", "139", "mmol/L", "135 - 145"), ("Potassium", "5.9", "mmol/L", "3.5 - 5.1"), ("Creatinine", "1.8", "mg/dL", "0.6 - 1.2")]
        pdf = pages.Pdf()
        pdf.page([(72 + 130 * k, 100 + 16 * i, cell) for k in range(4) for i, cell in enumerate(r[k] for r in rows)])
        r = self.one_result("extract", self.write("labs.pdf", pdf.bytes()))
        self.assertEqual(r["text"].splitlines(), [" ".join(row) for row in rows])
        potassium = next(e for e in r["entities"] if e["text"] == "Potassium")
        self.assertEqual((potassium["value"], potassium["unit"]), (5.9, "mmol/L"))

    def test_a_table_that_lies_on_its_side_is_read_row_by_row(self):
        rows = [("Sodium", "139", "mmol/L"), ("Potassium", "5.9", "mmol/L"), ("Creatinine", "1.8", "mg/dL")]
        lines = [(72 + 130 * k, 100 + 16 * i, cell) for k in range(3) for i, cell in enumerate(r[k] for r in rows)]
        for name, turn, place in (("up", "0 1 -1 0 792 0", lambda x, y: (y, 792 - x)), ("down", "0 -1 1 0 -180 792", lambda x, y: (612 - y, x)),
                                  ("over", "-1 0 0 -1 612 792", lambda x, y: (612 - x, 792 - y))):
            pdf = pages.Pdf()
            pdf.page(lines, turn=turn)
            r = self.one_result("extract", self.write(f"{name}.pdf", pdf.bytes()))
            self.assertEqual(r["text"].splitlines(), [" ".join(row) for row in rows], name)
            left, top, right, bottom = next(e for e in r["entities"] if e["text"] == "Potassium")["boxes"][0]["box"]
            x, y = place(72, 116)
            self.assertTrue(left - 12 < x < right + 12 and top - 12 < y < bottom + 12, (name, x, y, left, top, right, bottom))

    def grid(self, xs, ys):
        return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]

    def cells(self, r):
        return [(c["row"], c["column"], r["text"].encode()[c["begin"]:c["end"]].decode()) for c in r["layout"]["cells"]]

    def test_a_table_with_lines_is_read_cell_by_cell(self):
        pdf = pages.Pdf()
        xs, ys = (70, 190, 330, 430), (100, 120, 152, 184)
        pdf.page([(72, 90, "MEDICATIONS"), (74, 114, "Drug"), (194, 114, "How"), (334, 114, "Why"),
                  (74, 133, "Metformin retard tabs"), (74, 146, "500 mg"), (194, 133, "twice daily"), (194, 146, "with meals"), (334, 133, "type 2 diabetes"),
                  (74, 165, "Lisinopril"), (74, 178, "10 mg"), (194, 165, "daily"), (334, 165, "hypertension, not"), (334, 178, "well controlled"),
                  (72, 220, "She feels well.")], rules=self.grid(xs, ys))
        r = self.one_result("extract", self.write("ruled.pdf", pdf.bytes()))
        SCHEMA.validate(r)
        self.assertEqual([line for line in r["text"].splitlines() if line],
                         ["MEDICATIONS", "Drug How Why", "Metformin retard tabs 500 mg twice daily with meals type 2 diabetes",
                          "Lisinopril 10 mg daily hypertension, not well controlled", "She feels well."])
        self.assertEqual(self.cells(r), [(0, 0, "Drug"), (0, 1, "How"), (0, 2, "Why"), (1, 0, "Metformin retard tabs 500 mg"), (1, 1, "twice daily with meals"),
                                         (1, 2, "type 2 diabetes"), (2, 0, "Lisinopril 10 mg"), (2, 1, "daily"), (2, 2, "hypertension, not well controlled")])
        for cell in r["layout"]["cells"]:
            for place in cell["boxes"]:
                left, top, right, bottom = place["box"]
                self.assertTrue(xs[cell["column"]] <= left < right <= xs[cell["column"] + 1], (cell, place))
                self.assertTrue(ys[cell["row"]] - 2 <= top < bottom <= ys[cell["row"] + 1] + 2, (cell, place))

    def test_cells_that_span_others_are_one(self):
        pdf = pages.Pdf()
        rules = [(70, y, 520, y) for y in (100, 120, 140, 160)] + [(70, 100, 70, 160), (520, 100, 520, 160), (200, 120, 200, 160), (360, 120, 360, 140)]
        pdf.page([(74, 114, "Vital signs of the morning, taken by the nurse"), (74, 134, "Pulse"), (204, 134, "72"), (364, 134, "regular"),
                  (74, 154, "Remark"), (204, 154, "seen again in the afternoon at her wish")], rules=rules)
        r = self.one_result("extract", self.write("spans.pdf", pdf.bytes()))
        self.assertEqual(self.cells(r), [(0, 0, "Vital signs of the morning, taken by the nurse"), (1, 0, "Pulse"), (1, 1, "72"), (1, 2, "regular"),
                                         (2, 0, "Remark"), (2, 1, "seen again in the afternoon at her wish")])

    def test_lines_that_are_no_table_change_nothing(self):
        """A frame, a line under a heading, a grid that words stick out of, one beside other text, one whose rows have no lines between them, a chart without words."""
        text = ["The first line of the letter", "and the second one that goes with it", "and the end of all"]
        pages_of = {"frame": ([(72, 100 + 14 * i, t) for i, t in enumerate(text)], self.grid((60, 550), (80, 140))),
                    "under": ([(72, 100 + 14 * i, t) for i, t in enumerate(text)], [(72, 102, 300, 102)]),
                    "stick": ([(72, 100 + 14 * i, t) for i, t in enumerate(text)], self.grid((70, 105, 300), (88, 102, 116, 130))),
                    "beside": ([(72, 100 + 14 * i, t) for i, t in enumerate(text)] + [(420, 100, "Ward 4")], self.grid((70, 95, 118, 400), (88, 102, 116, 130))),
                    "rows": ([(74 + 120 * k, 114 + 14 * i, f"{t} {i}") for k, t in enumerate(("Sodium", "of day", "mmol")) for i in range(4)],
                             self.grid((70, 190, 330, 520), (100, 118, 170))),  # its rows are not parted by lines
                    "chart": ([(72, 100 + 14 * i, t) for i, t in enumerate(text)], self.grid(range(60, 500, 40), range(200, 500, 40)))}
        for name, (lines, rules) in pages_of.items():
            pdf = pages.Pdf()
            pdf.page(lines, rules=rules)
            r = self.one_result("extract", self.write(f"{name}.pdf", pdf.bytes()))
            self.assertEqual(self.cells(r), [], name)
            plain = pages.Pdf()
            plain.page(lines)
            self.assertEqual(r["text"], self.one_result("extract", self.write("plain.pdf", plain.bytes()))["text"], name)

    def places(self, r, text):
        """The boxes of the words that this text consists of, wherever it stands."""
        spans = [(m.start(), m.end()) for m in re.finditer(re.escape(text.encode()), r["text"].encode())]
        return [[w["box"] for w in r["layout"]["words"] if w["begin"] < end and w["end"] > begin] for begin, end in spans]

    def test_what_a_form_holds_is_read_once_and_at_its_place(self):
        """Rectangles count from the bottom, boxes from the top: 792 points."""
        pdf = pages.Pdf()
        pdf.field("Tx", (150, 696, 350, 712), "Marguerite Oyelaran")
        pdf.field("Tx", (150, 676, 350, 692), "83920175", b"/Ff 16777216/MaxLen 12")          # a cell for each letter
        pdf.field("Ch", (150, 656, 350, 672), "Female", b"/Ff 131072/Opt[(Female)(Male)]")
        pdf.field("Ch", (150, 616, 350, 652), "Spanish", b"/Opt[(English)(Spanish)(French)]")  # a list: all of it is drawn
        pdf.field("Btn", (150, 600, 162, 612), True)
        pdf.field("Btn", (150, 584, 162, 596), False)
        pdf.field("Tx", (150, 540, 350, 580), "Metformin 500 mg daily\rLisinopril 10 mg daily", b"/Ff 4096")
        pdf.field("Tx", (150, 520, 350, 536), "no such font", b"/DA(/Nowhere 11 Tf 0 g)")
        pdf.field("Tx", (150, 500, 350, 516), CANARY, flags=6)                                # hidden
        pdf.field("Tx", (150, 480, 350, 496), CANARY, b"/Ff 8192")                            # a password
        labels = ("Name:", "Number:", "Sex:", "Language:", "Smoker", "Pregnant", "Drugs:", "Remark:")
        pdf.page([(72, 792 - y, label) for y, label in zip((700, 680, 660, 630, 603, 587, 568, 524), labels)])
        r = self.one_result("extract", self.write("form.pdf", pdf.bytes()))
        SCHEMA.validate(r)
        lines = [line for line in r["text"].splitlines() if line]
        self.assertEqual(lines, ["Name: Marguerite Oyelaran", "Number: 83920175", "Sex: Female", "Language: Spanish", "Smoker \u2612", "Pregnant \u2610",
                                 "Drugs: Metformin 500 mg daily", "Lisinopril 10 mg daily", "Remark: no such font", "*" * 10])
        for text, (left, bottom, right, top) in (("Marguerite Oyelaran", (150, 696, 350, 712)), ("83920175", (150, 676, 350, 692)), ("Female", (150, 656, 350, 672)),
                                                 ("\u2612", (150, 600, 162, 612)), ("Lisinopril", (150, 540, 350, 562)), ("no such font", (150, 520, 350, 536))):
            (boxes,) = self.places(r, text)
            for x0, y0, x1, y1 in boxes:
                self.assertTrue(left - 2 <= x0 < x1 <= right + 2 and 792 - top - 4 <= y0 < y1 <= 792 - bottom + 4, (text, x0, y0, x1, y1))
        self.assertEqual([w["code"] for w in r["layout"]["warnings"]], ["hidden_field"])
        self.assertNotIn(CANARY, r["text"])

    def test_what_people_put_on_a_page_is_read_once(self):
        pdf = pages.Pdf()
        file = pdf.stream(b"x" * 70, b"/Type/EmbeddedFile/Params<</Size 70>>")
        pdf.annotation("FreeText", (300, 500, 500, 520), "Seen by the ward team")
        pdf.annotation("Stamp", (300, 400, 500, 450), "PRELIMINARY", b"/Name/Draft")
        pdf.annotation("Highlight", (72, 700, 200, 712), "is this dose right?", b"/QuadPoints[72 712 200 712 72 700 200 700]")
        pdf.annotation("Text", (500, 300, 520, 320), CANARY, flags=2)
        pdf.annotation("FileAttachment", (500, 200, 520, 220), "the old letter", b"/FS<</Type/Filespec/F(letter-1998.txt)/EF<</F %d 0 R>>>>" % file)
        pdf.page(["Metformin 500 mg daily"], note="call her in June")
        pdf.attach("referral.txt", b"one two")
        r = self.one_result("extract", self.write("notes.pdf", pdf.bytes()))
        for text in ("Metformin 500 mg daily", "Seen by the ward team", "PRELIMINARY", "is this dose right?", "call her in June", "the old letter"):
            self.assertEqual(r["text"].count(text), 1, text)
        ((x0, y0, x1, y1), *_) = self.places(r, "Seen by the ward team")[0]
        self.assertTrue(298 <= x0 < x1 <= 502 and 268 <= y0 < y1 <= 296, (x0, y0, x1, y1))
        self.assertNotIn(CANARY, r["text"])
        self.assertEqual(sorted((a["name"], a["bytes"]) for a in r["layout"]["attachments"]), [("letter-1998.txt", 70), ("referral.txt", 0)])
        self.assertEqual(sorted({w["code"] for w in r["layout"]["warnings"]}), ["attachment_unread", "hidden_field"])

    def test_a_password_is_said(self):
        if not TOOLS:
            self.skipTest("qpdf is missing")
        plain = self.write("plain.pdf", pages.letter(CANARY))
        subprocess.run(["qpdf", "--encrypt", "secret", "owner", "256", "--", plain, self.dir / "locked.pdf"], check=True)
        self.assertIn("password", self.fails(1, "process", self.dir / "locked.pdf").err)


@unittest.skipUnless(TOOLS, "poppler-utils, qpdf or tesseract-ocr is missing")
class Redaction(Case):
    PLANTED = (NAME, "Oyelaran", "Marguerite", "83920175", "555-2671", "Whitcombe")

    def traces(self, path):
        """Everything that other readers find in the file: text, strings, unpacked streams, the words of its pictures."""
        run = lambda *a: subprocess.run(a, capture_output=True).stdout.decode("utf-8", "replace")
        subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, self.dir / "open.pdf"], capture_output=True)
        found = run("pdftotext", "-raw", path, "-") + run("pdfinfo", path) + run("pdfdetach", "-list", path)
        found += path.read_bytes().decode("latin-1") + (self.dir / "open.pdf").read_bytes().decode("latin-1")
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", path, self.dir / "seen"], check=True)
        for picture in sorted(self.dir.glob("seen*.png")):
            found += run("tesseract", picture, "-", "-l", "eng")
        return found

    def planted(self, i):
        """The same note with what identifies in its text, a picture, the metadata, a note on the page and an attachment."""
        small = pages.grey(self.write("small.pdf", pages.letter(f"Seen by {NAME}\n{MRN}")), 200)
        picture = pages.crop(*small[:2], 180, 150, 900, 290)
        pdf = pages.Pdf()
        pdf.field("Tx", (72, 200, 300, 216), f"{NAME}, {MRN}")
        pdf.page(NOTE, image=(72, 400, 259, 50, *picture) if i % 2 == 0 else None, note=f"Call {NAME} at {PHONE}")
        pdf.info = {"Title": f"Letter about {NAME}", "Author": "Dr. " + NAME}
        pdf.attach("referral.txt", f"{NAME} {MRN}".encode())
        return self.write(f"planted-{i}.pdf", pdf.bytes())

    def test_nothing_planted_is_left(self):
        for i in range(2):
            path, out = self.planted(i), self.dir / f"out-{i}.pdf"
            before = self.traces(path)
            self.assertTrue(all(v in before for v in self.PLANTED))
            self.ok("deid", "--redact", path, "--out", out)
            after = self.traces(out)
            for value in self.PLANTED:
                self.assertNotIn(value.lower(), after.lower())
            self.assertIn("Metformin", after)
            self.assertIn("foot examination", re.sub(r"\s+", " ", after))

    def test_pictures_are_redacted_in_their_own_format(self):
        scan = pages.grey(self.write("note.pdf", pages.letter("\n".join(NOTE))), 200)
        self.ok("deid", "--redact", self.write("scan.png", pages.png(*scan, 200)), "-o", self.dir / "out.png")
        seen = subprocess.run(["tesseract", self.dir / "out.png", "-", "-l", "eng"], capture_output=True).stdout.decode()
        for value in self.PLANTED:
            self.assertNotIn(value, seen)
        self.assertIn("Metformin", seen)

    def test_an_annotated_copy_keeps_the_words(self):
        path = self.write("note.pdf", pages.letter("\n".join(NOTE)))
        self.ok("process", "--annotate", self.dir / "marked.pdf", path)
        text = subprocess.run(["pdftotext", self.dir / "marked.pdf", "-"], capture_output=True).stdout.decode()
        self.assertEqual(words(text), words("\n".join(NOTE)))

    def test_what_has_no_pages_is_refused_and_nothing_is_written(self):
        self.fails(1, "deid", "--redact", self.write("page.html", f"<html><body>{CANARY}</body></html>"), "-o", self.dir / "out.html")
        self.assertFalse((self.dir / "out.html").exists())
        self.fails(2, "deid", "--redact", self.write("note.pdf", pages.letter(CANARY)))
        self.fails(1, "deid", "--redact", self.dir / "note.pdf", "-o", self.dir / "note.pdf")


class Hostile(Case):
    """One clear error or a result; the program goes on to the next file; nothing is left behind."""

    def corpus(self):
        rng = random.Random(20260501)
        small = pages.Pdf()
        small.page(NOTE)
        real = {"pdf": small.bytes(), "png": pages.png(bytes(rng.randrange(256) for _ in range(40 * 40)), 40, 40),
                "rtf": b"{\\rtf1\\ansi " + CANARY.encode() + b"\\par}" * 3,
                "html": b"<html><table><tr><td>" + CANARY.encode() + b"</table>", "docx": self.docx(),
                "xml": b"<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'><title>" + CANARY.encode() + b"</title></ClinicalDocument>",
                "hl7": b"MSH|^~\\&|A|B|C|D|20260501||ADT^A01|1|P|2.5\rPID|1||9^^^X^MR||" + CANARY.encode() + b"^Ann\r"}
        for kind, data in real.items():
            step = max(1, len(data) // (8 if SLOW else 16))
            for at in range(0, len(data), step):
                yield f"{kind}-cut-{at}.{kind}", data[:at] or b"\n"
            for i in range(8 if SLOW else 24):
                flipped = bytearray(data)
                for _ in range(1 + i % 5):
                    flipped[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                yield f"{kind}-flip-{i}.{kind}", bytes(flipped)
        yield "bomb.pdf", self.bomb()
        yield "deep-pdf.pdf", b"%PDF-1.4\n1 0 obj" + b"[" * 200000 + b"]" * 200000 + b"endobj\n%%EOF\n"
        yield "deep.html", b"<html>" + b"<div>" * 100000 + CANARY.encode()
        yield "loop.pdf", (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
                           b"trailer<</Root 1 0 R>>\n%%EOF\n")
        yield "wide.png", pages.png(b"", 0, 0).replace(b"IHDR\0\0\0\0\0\0\0\0", b"IHDR\x7f\xff\xff\xff\x7f\xff\xff\xff")

    def docx(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                       '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
            z.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Target="word/document.xml" '
                       'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>')
            z.writestr("word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
                       f'{CANARY} takes metformin 500 mg daily.</w:t></w:r></w:p></w:body></w:document>')
        return out.getvalue()

    def test_a_word_file_is_read(self):
        self.assertIn("metformin 500 mg daily", self.one_result("extract", self.write("letter.docx", self.docx()))["text"])

    def bomb(self):
        """A page whose content unpacks to hundreds of megabytes."""
        packer, parts = zlib.compressobj(9), []
        for _ in range(16 if SLOW else 100):
            parts.append(packer.compress(b"BT /F 1 Tf (a) Tj ET\n" * 50000))
        parts.append(packer.flush())
        packed = b"".join(parts)
        head = (b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
                b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(packed))
        return b"%PDF-1.4\n" + head + packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

    def test_one_error_or_one_result_each(self):
        files = [self.write(f"in/{name}", data) for name, data in self.corpus()]
        self.write("in/zz-last.txt", "Metformin 500 mg daily.")
        left = self.dir / "tmp"
        left.mkdir()
        words = [PROGRAM, "process", "-f", "ndjson", "-q", self.dir / "in", "--out", self.dir / "out"]
        r = Result(subprocess.run(words, capture_output=True, env=environment(TMPDIR=str(left)), timeout=TIMEOUT))
        self.assertIn(r.code, (0, 1), r.err[:1000])
        self.assertNotIn(CANARY.lower(), r.err.lower())
        errors = [line for line in r.err.splitlines() if line.strip()]
        made = {p.stem for p in (self.dir / "out").rglob("*") if p.is_file()}
        self.assertIn("zz-last", made)
        for line in errors:
            self.assertRegex(line, r"^aceso: \S+: \S")
        self.assertLessEqual(len(files) + 1, len(made) + len(errors))
        self.assertEqual(list(left.iterdir()), [])


if __name__ == "__main__":
    main()
