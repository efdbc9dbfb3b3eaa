#!/usr/bin/env python3
"""The generator of notes with invented identifiers, over a corpus of a few made-up notes."""
import json, pathlib, subprocess, sys, tempfile, unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "train/surrogate.py"
SSA = "Ann Beth Cora Dora Elsa Fern Gail Hedy Inge Jana Kira Lena Mona Nora Olga Pia Rita Sara Tess Ulla Vera Wilma Yola Zita".split()
NOTE = ("HISTORY:,  This is a 54-year-old female seen by Dr. X on August 5, 2008.  The patient is well.  She was at ABCD General Hospital in Seattle.  "
        "Her husband was told.  The patient has a Foley catheter and Ms. ABC agreed.,PLAN:,  Follow up with Dr. Y's office.  The patient will return.  ")


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


def city(name, country, state):
    text = lambda field, s: varint(field << 3 | 2) + varint(len(s)) + s.encode()
    body = text(2, name) + text(3, country) + text(8, state) + varint(9 << 3) + varint(2 * 90_000)
    return varint(len(body)) + body


class Surrogate(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.root = pathlib.Path(self.dir.name)
        for folder in ("notes", "dialogue/aci-bench", "names/ssa-us", "names/ine-spain", "names/philter", "names/geonames"):
            (self.root / "corpora" / folder).mkdir(parents=True)
        corpora = self.root / "corpora"
        (corpora / "notes/mtsamples.jsonl").write_text("".join(json.dumps({"id": f"N{i}", "text": NOTE * 2}) + "\n" for i in range(30)))
        for part in ("train", "valid"):
            (corpora / f"dialogue/aci-bench/{part}.csv").write_text(f'encounter_id,note\n{part}1,"{part} note. Ann Lee is a 40-year-old female. She has asthma."\n')
            (corpora / f"dialogue/aci-bench/{part}_metadata.csv").write_text(f"encounter_id,patient_firstname,patient_familyname\n{part}1,Ann,Lee\n")
        (corpora / "names/ssa-us/yob1980.txt").write_text("".join(f"{n},{sex},900\n" for n in SSA for sex in "FM"))
        for name in ("mujeres", "hombres", "apellidos"):
            (corpora / f"names/ine-spain/{name}.csv").write_text("|".join(SSA))
        for name in ("firstnames_minus_fps", "lastnames_minus_fps"):
            (corpora / f"names/philter/{name}.json").write_text(json.dumps({f"{n.lower()}ov": 1 for n in SSA}))
        (corpora / "names/geonames/cities.pbf").write_bytes(b"".join(city(f"{n}ville", "US", "TX") + city(f"{n}burg", "DE", "BY") for n in SSA))

    def made(self, split, out, seed=1):
        subprocess.run([sys.executable, SCRIPT, "--corpora", self.root / "corpora", "--split", split, "--out", self.root / out, "--seed", str(seed)],
                       check=True, stdout=subprocess.DEVNULL)
        return {p.name: p.read_bytes().decode() for p in sorted((self.root / out).iterdir())}

    def marks(self, files):
        for name, ann in files.items():
            for line in ann.splitlines() if name.endswith(".ann") else ():
                _, where, words = line.split("\t")
                kind, begin, end = where.split()
                yield files[name[:-3] + "txt"][int(begin):int(end)], kind, words

    def test_the_same_seed_writes_the_same_bytes(self):
        one = self.made("train", "a")
        self.assertEqual(one, self.made("train", "b"))
        self.assertNotEqual(one, self.made("train", "c", seed=2))

    def test_every_mark_quotes_what_stands_there(self):
        marks = list(self.marks(self.made("test", "a")))
        self.assertGreater(len(marks), 100)
        for text, kind, words in marks:
            self.assertEqual(text, words)
        self.assertTrue({"PATIENT", "STAFF", "DATE", "HOSPITAL", "UNSCORED"} <= {kind for _, kind, _ in marks})

    def test_nothing_is_left_of_the_placeholders(self):
        for name, text in self.made("train", "a").items():
            for hole in ("Dr. X", "DR. X", "ABC", "MM/DD", "{", "}", "\ue000"):
                self.assertNotIn(hole, text, name)
        seattle = [kind for text, kind, _ in self.marks(self.made("train", "b")) if text.lower() == "seattle"]
        self.assertEqual(set(seattle), {"UNSCORED"})

    def test_the_splits_share_no_note_and_no_name(self):
        train, test = self.made("train", "a"), self.made("test", "b")
        self.assertFalse({n.split("-")[0] for n in train} & {n.split("-")[0] for n in test})
        towns = [{text.lower() for text, kind, _ in self.marks(files) if kind == "LOCATION"} for files in (train, test)]
        self.assertTrue(towns[0] and towns[1])
        self.assertFalse(towns[0] & towns[1])


if __name__ == "__main__":
    unittest.main()
