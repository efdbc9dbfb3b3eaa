#!/usr/bin/env python3
"""What must hold of every result, over the sample notes and the golden notes: places, evidence, de-identification, schema."""
import json
import re

import jsonschema

from kit import NOTES, ROOT, Case, main

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/result-1.json").read_text()))
MODES = ("tag", "mask", "surrogate", "date-shift")
PROFILES = ("safe-harbor", "limited-dataset", "meddocan")
HARMLESS = 3  # identifiers of fewer characters ("AL", "5") also stand in other words


def spans(value):
    """Every object with begin and end, however deep."""
    if isinstance(value, dict):
        if "begin" in value and "end" in value:
            yield value
        for v in value.values():
            yield from spans(v)
    elif isinstance(value, list):
        for v in value:
            yield from spans(v)


def items(value):
    """Every statement: an object with a text and evidence."""
    if isinstance(value, dict):
        if "text" in value and "evidence" in value:
            yield value
        for v in value.values():
            yield from items(v)
    elif isinstance(value, list):
        for v in value:
            yield from items(v)


class Results(Case):
    @classmethod
    def setUpClass(cls):
        case = Case()
        cls.lines = case.ok("process", "-f", "ndjson", *NOTES).out.splitlines()
        cls.results = [json.loads(x) for x in cls.lines]

    def each(self):
        for r in self.results:
            self.note = r["document"]["id"]
            yield r

    def _formatMessage(self, msg, standardMsg):
        return f'{getattr(self, "note", "")}: {super()._formatMessage(msg, standardMsg)}'

    def test_there_are_notes_in_both_languages(self):
        self.assertEqual(len(self.results), len(NOTES))
        self.assertEqual({r["document"]["language"] for r in self.results}, {"en", "es"})

    def test_results_fit_the_schema(self):
        for r in self.each():
            SCHEMA.validate(r)

    def test_results_of_every_command_and_mode_fit_the_schema(self):
        words = [["extract"], ["summarize"], *[["deid", "--mode", m, "-q"] for m in MODES], *[["deid", "--profile", p] for p in PROFILES]]
        for w in words:
            for line in self.ok(*w, "-f", "ndjson", *NOTES).out.splitlines():
                SCHEMA.validate(json.loads(line))

    def test_places_are_in_range_and_say_the_same_in_bytes_and_characters(self):
        for r in self.each():
            text = r["text"].encode()
            self.assertEqual(r["document"]["bytes"], len(text))
            for s in spans(r):
                self.assertTrue(0 <= s["begin"] <= s["end"] <= len(text), s)
                words = text[s["begin"]:s["end"]].decode()  # raises inside a character
                if "cp_begin" in s:
                    self.assertEqual(r["text"][s["cp_begin"]:s["cp_end"]], words)

    def test_the_words_at_a_place_are_the_words_told(self):
        for r in self.each():
            text = r["text"].encode()
            told = [*r["entities"], *r["phi"], *[a for e in r["entities"] for kind in e["attributes"].values() for a in kind]]
            for s in told:
                if s.get("text") is not None and "begin" in s:
                    self.assertEqual(text[s["begin"]:s["end"]].decode(), s["text"])

    def test_order(self):
        for r in self.each():
            for part in ("entities", "phi", "sections"):
                places = [(s["begin"], s["end"]) for s in r[part]]
                self.assertEqual(places, sorted(places), part)
            for part in ("phi", "sections"):
                for a, b in zip(r[part], r[part][1:]):
                    self.assertLessEqual(a["end"], b["begin"], part)
            self.assertEqual([e["id"] for e in r["entities"]], [f"e{i + 1}" for i in range(len(r["entities"]))])

    def test_every_statement_has_evidence(self):
        for r in self.each():
            for part in ("clinical_summary", "soap", "summary", "timeline", "guidelines"):
                for item in items(r[part]):
                    self.assertTrue(item["evidence"], (part, item))
                    self.assertTrue(item["text"].strip(), (part, item))
                    places = [(s["begin"], s["end"]) for s in item["evidence"]]
                    self.assertEqual(places, sorted(places))
                    self.assertTrue(all(a < b for a, b in places))

    def test_references_lead_somewhere(self):
        for r in self.each():
            ids = {e["id"] for e in r["entities"]}
            for link in r["relations"]:
                self.assertTrue({link["from"], link["to"]} <= ids)

    def test_two_runs_are_equal_to_the_byte(self):
        drop = lambda line: re.sub(r'"timing_ms":\{[^}]*\}', "", line)
        again = self.ok("process", "-f", "ndjson", "--jobs", "3", *NOTES).out.splitlines()
        self.assertEqual([drop(x) for x in again], [drop(x) for x in self.lines])

    def test_no_identifier_is_left(self):
        """Where the profile replaces it, an identifier stands nowhere in the text any more, not even a second time."""
        for words in ([], ["--mode", "mask"], ["--mode", "surrogate", "-q"], ["--mode", "date-shift", "-q"]):
            for line in self.ok("process", *words, "-f", "ndjson", *NOTES).out.splitlines():
                r = json.loads(line)
                # what stood there may stand elsewhere with another meaning: compare with what the rest of the note says anyway
                text, out = r["text"].encode(), r["deidentified"]["text"]
                rest, at = [], 0
                for p in r["phi"]:
                    rest.append(text[at:p["begin"]].decode())
                    at = p["end"] if p["replacement"] != p["text"] else p["begin"]
                rest = "".join([*rest, text[at:].decode()])
                fresh = "\n".join(p["replacement"] or "" for p in r["phi"])
                for p in r["phi"]:
                    if p["replacement"] == p["text"] or len(p["text"]) < HARMLESS:
                        continue
                    word = re.compile(rf"(?<!\w){re.escape(p['text'])}(?!\w)")
                    if not word.search(fresh) and not word.search(rest):
                        self.assertIsNone(word.search(out), (r["document"]["id"], words, p["type"]))
                    if p["type"] in ("PATIENT", "SSN", "PHONE", "EMAIL", "MRN"):
                        self.assertIsNone(word.search(rest), (r["document"]["id"], words, p["type"], "stands in the note once more"))

    def test_deid_never_repeats_what_it_removed(self):
        for line in self.ok("deid", "-f", "ndjson", *NOTES).out.splitlines():
            r = json.loads(line)
            self.assertNotIn("text", r)
            self.assertTrue(all("text" not in p for p in r["phi"]), r["document"]["id"])

    def test_fhir_bundles(self):
        for line in self.ok("fhir", "-f", "ndjson", *NOTES).out.splitlines():
            b = json.loads(line)
            self.assertEqual(b["resourceType"], "Bundle")
            self.assertIn("Patient", {e["resource"]["resourceType"] for e in b["entry"]})

    def test_the_json_forms_say_the_same(self):
        one = json.loads(self.ok("process", "-f", "json", NOTES[0]).out)
        lines = json.loads(self.ok("process", "-f", "ndjson", NOTES[0]).out)
        for r in (one, lines):
            r.pop("timing_ms")
        self.assertEqual(one, lines)


RECORDS = sorted((ROOT / "test/golden/records").glob("*.json"))
CODED = {"Condition": "code", "Observation": "code", "Procedure": "code", "AllergyIntolerance": "code", "ServiceRequest": "code",
         "MedicationRequest": "medicationCodeableConcept", "MedicationStatement": "medicationCodeableConcept", "Immunization": "vaccineCode"}


class Records(Case):
    """FHIR in: facts of the structure keep their codes, free text is read, both meet in one result and one bundle."""

    def test_codes_come_out_as_they_went_in(self):
        for path in RECORDS:
            r = self.one_result("process", path)
            self.assertEqual((r["document"]["type"], r["document"]["source"]), ("application/fhir+json", "fhir"))
            given = [e for e in r["entities"] if e["method"] == "source"]
            out = {(c["uri"], c["code"]) for e in given for c in e["codes"]}
            for entry in json.loads(path.read_text())["entry"]:
                resource = entry["resource"]
                wrong = "entered-in-error" in json.dumps(resource)
                habit = "72166-2" in json.dumps(resource)  # its answer is the fact
                for c in resource.get(CODED.get(resource["resourceType"]), {}).get("coding", []):
                    self.assertEqual((c["system"], c["code"]) in out, not (wrong or habit), c)
            for e in given:
                self.assertTrue(all(c["method"] == c["vocabulary"] == "source" for c in e["codes"]), e)

    def test_every_line_says_where_it_comes_from(self):
        r = self.one_result("process", RECORDS[0])
        text = r["text"].encode()
        where = {o["path"]: text[o["begin"]:o["end"]].decode() for o in r["origins"]}
        self.assertIn("Hypertensive disorder", where["Condition[1]"])
        self.assertIn("She denies chest pain", where["DocumentReference[1]"])
        self.assertEqual(r["coverage"]["structure"]["attachments_unread"], 1)
        self.assertEqual(r["coverage"]["structure"]["resources_left_out"], 1)

    def test_what_both_say_is_one_fact(self):
        r = self.one_result("process", RECORDS[0])
        fact = {e["text"]: e["fact"] for e in r["entities"]}
        self.assertEqual(fact["Type 2 diabetes"], fact["type 2 diabetes"])
        self.assertEqual(fact["Potassium [Moles/volume] in Serum or Plasma"], fact["Potassium"])
        self.assertIn("gout", fact)
        self.assertNotIn("Plasma", fact)  # nothing is found in the words of what has a code
        bundle = json.loads(self.ok("fhir", "--identified", RECORDS[0]).out)
        conditions = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Condition"]
        diabetes = [c for c in conditions if "diabetes" in json.dumps(c).lower()]
        self.assertEqual(len(diabetes), 1)
        self.assertEqual(len(diabetes[0]["extension"]), 2)

    def test_nothing_that_names_somebody_leaves(self):
        for path in RECORDS:
            source = json.loads(path.read_text())
            names = {"Lindqvist", "Okonjo", "Larkspur", "MRN-48215-7", "018-2277", "Rosario", "Ibarrola", "558201", "1957-11-20", "1948-04-09", "2024-02-14"}
            names |= {e["resource"]["id"] for e in source["entry"]}
            for command in ("fhir", "deid"):
                out = self.ok(command, path).out
                self.assertEqual([n for n in names if n in out], [], (path.name, command))

    def test_patients_are_not_mixed(self):
        person = '{{"resource":{{"resourceType":"Patient","id":"{0}"}}}},{{"resource":{{"resourceType":"Condition","code":{{"text":"{1}"}},"subject":{{"reference":"Patient/{0}"}}}}}}'
        two = self.write("two.json", '{"resourceType":"Bundle","entry":[' + person.format("a", "asthma") + "," + person.format("b", "gout") + "]}")
        lines = [json.loads(x) for x in self.ok("process", "-f", "ndjson", two).out.splitlines()]
        self.assertEqual([[e["text"] for e in x["entities"]] for x in lines], [["asthma"], ["gout"]])
        self.assertEqual(self.ok("deid", two).out.count("==> "), 2)
        self.assertEqual(len(self.ok("fhir", "-f", "ndjson", two).out.splitlines()), 2)
        self.assertIn("ndjson", self.fails(1, "process", "-f", "json", two).err)
        self.assertIn("ndjson", self.fails(1, "fhir", two).err)

    def test_broken_records_fail_without_a_word_of_theirs(self):
        for text in ('{"resourceType":"Bundle","entry":[{"resource":"Zyzzogeton"', '{"resourceType":"Patient","name":Zyzzogeton}'):
            self.fails(1, "process", self.write("bad.json", text))


if __name__ == "__main__":
    main()
