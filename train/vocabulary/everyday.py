#!/usr/bin/env python3
"""Words that medical prose uses as words: train/vocabulary/everyday.py CORPORA > data/vocabulary/everyday.tsv

Releases hold drugs called Recovery, Today or Nasal. A drug whose name is made of words that stand in small letters in several documents of the
training halves of public corpora (ACI-BENCH and MTS-Dialog; MEDDOCAN, PharmaCoNER), and that Aceso's lexicon does not know as a
drug, is looked for only where a dose, a route, a frequency or a list of medications speaks for it."""
import collections
import csv
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = {"en": 2, "es": 3}  # in how many a word must stand
ROW = 120  # words a line
WORD = re.compile(r"(?<![^\W_])[a-záéíóúüñ]{3,}(?![^\W_])")


def documents(corpora):
    csv.field_size_limit(1 << 24)
    for path in ("dialogue/aci-bench/train.csv", "dialogue/mts-dialog/MTS-Dialog-TrainingSet.csv"):
        with open(corpora / path, newline="", encoding="utf-8") as f:
            for row in csv.DictReader(f):
                yield "en", " ".join(v for k, v in row.items() if k and v), ()
    for path in sorted((corpora / "deid/meddocan/train").rglob("*.txt")):
        yield "es", path.read_text(), ()
    for path in sorted((corpora / "extract/pharmaconer-es").rglob("*train*/**/*.txt")):
        marks = path.with_suffix(".ann")
        drugs = {w for line in (marks.read_text().splitlines() if marks.exists() else ()) if line.startswith("T")
                 for w in line.split("\t")[2].lower().split()}
        yield "es", path.read_text(), drugs


def known_drugs():
    drugs = set()
    for path in (ROOT / "data/lexicon").glob("*.tsv"):
        for line in path.read_text().splitlines():
            cells = line.split("\t")
            if len(cells) == 7 and cells[1] == "medication":
                drugs.update(t.strip("^?").lower() for c in cells[4:] for t in c.split("|") if " " not in t)
    return drugs


def main():
    count, drugs = {"en": collections.Counter(), "es": collections.Counter()}, known_drugs()
    for lang, text, marked in documents(pathlib.Path(sys.argv[1])):
        count[lang].update(set(WORD.findall(text)))
        drugs.update(marked)
    print("# Words of medical prose, from the training halves of public corpora: made by train/vocabulary/everyday.py. A drug of an imported vocabulary whose\n"
          "# name is made of nothing else needs a dose, a route, a frequency or a list of medications beside it.")
    for lang in ("en", "es"):
        words = sorted(w for w, n in count[lang].items() if n >= DOCUMENTS[lang] and w not in drugs)
        for i in range(0, len(words), ROW):
            print("everyday", lang, "|".join(words[i:i + ROW]), sep="\t")


if __name__ == "__main__":
    main()
