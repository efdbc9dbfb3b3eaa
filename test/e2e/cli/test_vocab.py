#!/usr/bin/env python3
"""Vocabularies as users bring them: small files in the layouts of the official releases, the commands, and what notes get from them."""
import json
import mmap
import resource
import subprocess
import unittest

import jsonschema

from kit import CANARY, PROGRAM, ROOT, SLOW, TIMEOUT, Case, environment, main

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/result-1.json").read_text()))

RXNORM = ("161|ENG||||||3|||161|RXNORM|IN|161|zorbicillin||N|4096|\r\n"
          "162|ENG||||||4|||162|RXNORM|SCD|162|zorbicillin 325 MG Oral Tablet||N||\r\n")
UMLS = ("C0000001|ENG|P|L1|PF|S1|Y|A1||||SNOMEDCT_US|PT|1111111|Zorbic fever|9|N||\n"
        "C0000001|ENG|S|L2|PF|S2|N|A2||||MSH|ET|D01|Fever of the zorbs|0|N||\n"
        "C0000002|ENG|P|L3|PF|S3|Y|A3||||SNOMEDCT_US|PT|2222222|Zorb gene|9|N||\n")
STY = "C0000001|T047|B2|Disease or Syndrome|AT1||\nC0000002|T028|B2|Gene or Genome|AT2||\n"
LOINC = ('"LOINC_NUM","COMPONENT","CLASS","STATUS","CLASSTYPE","SHORTNAME","LONG_COMMON_NAME"\r\n'
         '"99-3","Zorb","CHEM","ACTIVE","1","Zorb SerPl","Zorb level"\r\n')
SNOMED = ("id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\r\n"
          "1\t20260501\t1\t9\t3333333\tes\t900000000000003001\tfiebre zórbica (trastorno)\t9\r\n"
          "2\t20260501\t1\t9\t4444444\tes\t900000000000003001\tmorbo cerrado (trastorno)\t9\r\n")
CONCEPTS = ("id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\r\n3333333\t20260501\t1\t9\t9\r\n4444444\t20260501\t0\t9\t9\r\n")
ORDER = "12345 E99Z9   1 Zorbic palsy short                                           Zorbic palsy of the left knee\r\n"
OWN = "term\tcode\tsystem\tkind\tlang\nzorb implant\tZ7\thttp://example.org/zorb\tdevice\ten\n"
NOTE = ("MEDICATIONS: Zorbicillin 20 mg daily.\nLABS: Zorb level 5.2\nASSESSMENT: Zorbic fever. No fever of the zorbs. Zorb gene was found. "
        "Zorbic palsy of the left knee. A zorb implant.\n")


class Vocab(Case):
    def setUp(self):
        super().setUp()
        self.data = ["--data", self.dir / "data"]

    def vocab(self, *args):
        return self.ok("vocab", *args, *self.data)

    def bring(self, name, text, *args):
        return self.vocab("import", self.write(name, text), *args)

    def codes(self, text, *args):
        r = self.one_result("process", *self.data, *args, stdin=text)
        SCHEMA.validate(r)
        return {(c["system"], c["code"]): c for e in r["entities"] for c in e["codes"]}, {e["text"]: e for e in r["entities"]}


class Commands(Vocab):
    def test_every_release_gives_its_codes(self):
        self.bring("RXNCONSO.RRF", RXNORM, "--edition", "2026-05-04")
        self.write("MRSTY.RRF", STY)
        self.vocab("import", self.write("MRCONSO.RRF", UMLS), self.dir / "MRSTY.RRF", "--edition", "2026AA")
        self.bring("Loinc.csv", LOINC, "--edition", "2.81")
        self.bring("icd10cm-order-2026.txt", ORDER)
        self.bring("ours.tsv", OWN, "--name", "ours", "--edition", "1")
        self.write("sct2_Concept_Snapshot_INT_20260501.txt", CONCEPTS)
        r = self.vocab("import", self.write("sct2_Description_Snapshot-es_INT_20260501.txt", SNOMED), self.dir / "sct2_Concept_Snapshot_INT_20260501.txt")
        self.assertIn("snomed@20260501: 1 terms taken", r.out)
        self.assertIn("left out: 1 suppressed, inactive", r.out)
        self.vocab("use", "rxnorm", "umls", "loinc", "icd10cm", "ours", "snomed")
        codes, entities = self.codes(NOTE)
        expected = {("rxnorm", "161"): ("rxnorm@2026-05-04", "2026-05-04"), ("umls", "C0000001"): ("umls@2026AA", "2026AA"),
                    ("snomed", "1111111"): ("umls@2026AA", None), ("loinc", "99-3"): ("loinc@2.81", "2.81"),
                    ("icd10cm", "E99.Z9"): ("icd10cm@2026", "2026"), ("http://example.org/zorb", "Z7"): ("ours@1", None)}
        for key, (vocabulary, version) in expected.items():
            self.assertIn(key, codes)
            self.assertEqual((codes[key]["vocabulary"], codes[key]["version"]), (vocabulary, version))
        self.assertNotIn(("umls", "C0000002"), codes)  # a gene is of no kind that notes speak of
        self.assertEqual(entities["fever of the zorbs"]["assertion"], "absent")
        self.assertEqual(entities["Zorbicillin"]["kind"], "medication")
        self.assertIn("dose", entities["Zorbicillin"]["attributes"])
        es, _ = self.codes("Diagnóstico: fiebre zórbica. Morbo cerrado.\n")
        self.assertIn(("snomed", "3333333"), es)
        self.assertNotIn(("snomed", "4444444"), es)
        page = self.ok("extract", *self.data, stdin=NOTE).out
        self.assertIn("RxNorm 161", page)
        bundle = json.loads(self.ok("fhir", *self.data, stdin=NOTE).out)
        coding = [c for e in bundle["entry"] for c in str(e["resource"]).split("{") if "'161'" in c]
        self.assertTrue(coding and "2026-05-04" in coding[0] and "zorbicillin" in coding[0])

    def test_list_use_verify_and_rm(self):
        self.assertIn("no vocabularies", self.vocab("list").out)
        self.bring("RXNCONSO.RRF", RXNORM, "--edition", "2026-04")
        self.bring("RXNCONSO.RRF", RXNORM.replace("161", "171"), "--edition", "2026-05")
        self.assertEqual(self.codes(NOTE)[0], {k: c for k, c in self.codes(NOTE)[0].items() if c["vocabulary"].startswith("aceso@")})
        self.vocab("use", "rxnorm")
        text = self.vocab("list").out
        self.assertIn("* rxnorm@2026-05  1 terms", text)
        self.assertIn("  rxnorm@2026-04", text)
        self.assertIn("stay under their owners' terms", text)
        self.assertIn(("rxnorm", "171"), self.codes(NOTE)[0])
        self.assertIn(("rxnorm", "161"), self.codes(NOTE, "--vocab", "rxnorm@2026-04")[0])
        self.assertNotIn(("rxnorm", "171"), self.codes(NOTE, "--vocab", "none")[0])
        self.assertEqual(self.vocab("verify").out.count("sound"), 2)
        self.fails(2, "vocab", "rm", "rxnorm", *self.data)
        self.vocab("rm", "rxnorm@2026-05")
        self.assertNotIn("*", self.vocab("list").out)
        self.vocab("use", "rxnorm")
        self.vocab("use", "none")
        self.assertNotIn(("rxnorm", "161"), self.codes(NOTE)[0])

    def test_what_cannot_be_done_is_said_in_one_line(self):
        for words in ([], ["list", "x"], ["use"], ["rm"], ["import"], ["nonsense"]):
            self.assertEqual(len(self.fails(2, "vocab", *words, *self.data).err.splitlines()), 1, words)
        bad = self.write("bad.txt", CANARY + " is no release\n")
        self.fails(1, "vocab", "import", bad, *self.data)
        self.fails(1, "vocab", "import", self.dir / "nowhere", *self.data)
        self.fails(1, "vocab", "import", self.dir, *self.data)
        self.fails(1, "vocab", "use", "nowhere", *self.data)
        rx = self.write("RXNCONSO.RRF", RXNORM)
        self.assertIn("--edition", self.fails(2, "vocab", "import", rx, *self.data, "-q").err)
        self.fails(2, "vocab", "import", rx, *self.data, "--edition", "../../x", "-q")
        loinc = self.write("Loinc.csv", LOINC)
        self.fails(1, "vocab", "import", rx, loinc, "--edition", "1", *self.data)
        self.assertIn("--vocab nowhere", self.fails(2, "process", *self.data, "--vocab", "nowhere", stdin=NOTE).err)
        self.assertEqual([p for p in (self.dir / "data/vocabularies").iterdir()], [])  # nothing half-made is left

    def test_a_damaged_file_stops_the_run(self):
        self.bring("RXNCONSO.RRF", RXNORM, "--edition", "1")
        self.vocab("use", "rxnorm")
        path = self.dir / "data/vocabularies/rxnorm@1.acv"
        sound = path.read_bytes()
        for data in (b"", sound[:100], sound[:-1], sound + b"x", sound[:200] + b"?" + sound[201:], b"AcesoVo2" + sound[8:]):
            path.write_bytes(data)
            self.assertEqual(len(self.fails(2, "process", *self.data, stdin=NOTE).err.splitlines()), 1)
            self.fails(1, "vocab", "verify", *self.data)
        path.write_bytes(sound[:4200] + bytes([sound[4200] ^ 1]) + sound[4201:])
        self.assertIn("damaged", self.fails(1, "vocab", "verify", *self.data).err)

    def test_where_the_folder_is(self):
        rx = self.write("RXNCONSO.RRF", RXNORM)
        for env, folder in (({"ACESO_HOME": self.dir / "a"}, "a/vocabularies"), ({"XDG_DATA_HOME": self.dir / "b"}, "b/aceso/vocabularies"),
                            ({"HOME": self.dir / "c"}, "c/.local/share/aceso/vocabularies")):
            base = {k: v for k, v in environment().items() if k not in ("ACESO_HOME", "XDG_DATA_HOME", "HOME")}
            done = subprocess.run([PROGRAM, "vocab", "import", rx, "--edition", "1"], env={**base, **{k: str(v) for k, v in env.items()}}, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.dir / folder / "rxnorm@1.acv").exists())
        base = {k: v for k, v in environment().items() if k not in ("ACESO_HOME", "XDG_DATA_HOME", "HOME")}
        self.assertEqual(subprocess.run([PROGRAM, "process", "-q"], env=base, input=NOTE.encode(), capture_output=True).returncode, 0)


class Large(Vocab):
    def test_many_terms_in_little_memory(self):
        n = 20_000 if SLOW else 100_000
        lines = "".join(f"morbus{i % 977} {'acutus' if i % 3 else 'lentus et gravis'} gradus{i}\tC{i}\tours\tproblem\n" for i in range(n))
        source = self.write("large.tsv", lines)
        def limit():
            if not SLOW:
                resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))
        done = subprocess.run([PROGRAM, "vocab", "import", source, "--name", "large", "--edition", "1", *map(str, self.data)], capture_output=True,
                              text=True, timeout=TIMEOUT, preexec_fn=limit, env=environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{n:,} terms taken", done.stdout)
        self.vocab("use", "large")
        self.vocab("verify")
        codes, _ = self.codes("ASSESSMENT: morbus7 acutus gradus7. Morbus2 acutus\ngradus979, morbus0 acutus gradus1.\n")
        self.assertEqual({c for s, c in codes if s == "ours"}, {"C7", "C979"})

    def test_an_import_over_one_that_is_in_use(self):
        """Who has the file mapped keeps what he has; the next run sees the new one."""
        self.bring("a.tsv", OWN, "--name", "own", "--edition", "1")
        path = self.dir / "data/vocabularies/own@1.acv"
        with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ) as held:
            before = bytes(held)
            self.bring("a.tsv", OWN.replace("Z7", "Z8"), "--name", "own", "--edition", "1")
            self.assertEqual(bytes(held), before)
        self.assertNotEqual(path.read_bytes(), before)

    def test_the_same_files_make_the_same_vocabulary(self):
        made = []
        for name in ("one", "two"):
            self.data = ["--data", self.dir / name]
            self.bring("a.tsv", OWN * 1 + "a zorb thing\tZ9\tours\tdevice\ten\n", "--name", "own", "--edition", "1")
            data = (self.dir / name / "vocabularies/own@1.acv").read_bytes()
            made.append(data[4096:])
        self.assertEqual(made[0], made[1])


if __name__ == "__main__":
    main()
