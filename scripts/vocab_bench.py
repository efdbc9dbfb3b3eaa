#!/usr/bin/env python3
"""What a vocabulary of millions of terms costs: build, open, memory, matching. scripts/vocab_bench.py [PROGRAM] [--terms N] [--keep DIR]

The terms are made up from the words of data/lexicon and data/samples, so that notes meet them at every step, as they would the
UMLS: one to eight words, common words often, and a third of the words unknown to Aceso. Terms of one word are the lexicon's own or
unknown: what a vocabulary finds besides costs what every finding costs, and is not the price of looking. The same seed makes
the same terms. Prints a line for each target of docs/vocabularies.md and fails when one is missed (--terms scales the first)."""
import argparse
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = ["problem"] * 5 + ["symptom", "medication", "medication", "procedure", "lab", "device"]


def word_list(rng):
    text = " ".join(p.read_text(errors="replace") for d in ("data/lexicon", "data/samples") for p in sorted((ROOT / d).rglob("*.t*")))
    count = {}
    for w in re.findall(r"[^\W\d_]{3,}", text.lower()):
        count[w] = count.get(w, 0) + 1
    known = sorted(count, key=lambda w: (-count[w], w))
    syllables = ["car", "dio", "neph", "ro", "hep", "ato", "gen", "itis", "osis", "mab", "pril", "ex", "tra", "lum", "ba", "ri", "on", "ide", "ine", "ol"]
    made = {"".join(rng.choice(syllables) for _ in range(rng.randint(2, 5))) for _ in range(200000)}
    single = set()
    for p in sorted((ROOT / "data/lexicon").glob("*.tsv")):
        for line in p.read_text().splitlines():
            cells = line.split("\t")
            if len(cells) == 7 and not line.startswith("#"):
                single.update(t for t in cells[4].split("|") if re.fullmatch(r"[a-z]{4,}", t))
    return known, sorted(made), sorted(single)


def write_terms(path, n):
    rng = random.Random(7)
    known, made, single = word_list(rng)
    lengths = [1] * 4 + [2] * 22 + [3] * 28 + [4] * 20 + [5] * 12 + [6] * 7 + [7] * 4 + [8] * 3
    rand, nk, nm = rng.random, len(known), len(made)
    with open(path, "w", buffering=1 << 22) as out:
        for i in range(n):
            words, length = [], lengths[int(rand() * 100)]
            if length == 1:
                words.append(single[int(len(single) * rand())] if rand() < 0.1 else made[int(nm * rand())])
            for _ in range(length if length > 1 else 0):
                r = rand()
                words.append(known[int(nk * r ** 3)] if rand() < 0.67 else made[int(nm * r)])
            out.write(f"{' '.join(words)}\tC{i // 3}\tsynthetic\t{KINDS[i // 3 % 11]}\ten\n")


def run(*command):
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, time.monotonic() - start, cpu


def peak_of(*command):
    out = subprocess.run(["/usr/bin/env", "python3", "-c", "import resource,subprocess,sys;subprocess.run(sys.argv[1:],check=True,stdout=2);"
                          "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)", *command], capture_output=True, text=True, check=True)
    return int(out.stdout) / 1024


def notes_per_second(program, *options):
    """Of the processor's time: other programs on the machine are not in it."""
    best = {}
    for _ in range(3):
        for m in json.loads(run(program, "bench", "--json", "--lang", "en", "--seconds", "3", *options)[0])["modes"]:
            best[m["mode"]] = max(best.get(m["mode"], 0), m["notes_per_second_per_core"])
    return best


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("program", nargs="?", default=str(ROOT / "build/release/aceso"))
    p.add_argument("--terms", type=int, default=10_000_000)
    p.add_argument("--keep", help="folder to work in and leave as it is")
    a = p.parse_args()
    work = pathlib.Path(a.keep or tempfile.mkdtemp(prefix="aceso-vocab-"))
    work.mkdir(exist_ok=True)
    try:
        return measure(a.program, a.terms, work)
    finally:
        if not a.keep:
            shutil.rmtree(work)


def measure(program, terms, work):
    source, data = work / f"synthetic-{terms}.tsv", str(work)
    if not source.exists():
        write_terms(source, terms)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    text, wall, cpu = run(program, "vocab", "import", str(source), "--name", "synthetic", "--edition", "1", "--data", data, "--plurals", "never", "-q")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(text.strip())
    print(f"built     {terms:,} lines ({source.stat().st_size / 1e6:.0f} MB) in {wall:.1f} s ({cpu:.1f} s of processor), at most {max(peak, before) / 1024:.0f} MB of memory")
    note = work / "note.txt"
    note.write_text("Denies fever.\n")
    options = ["--data", data, "--vocab", "synthetic"]
    found = {}
    for name, opt in (("without", ["--vocab", "none"]), ("with", options)):
        texts = run(program, "extract", "--format", "ndjson", "-q", *opt, *map(str, sorted((ROOT / "data/samples").glob("en-*.txt"))))[0]
        found[name] = sum(len(json.loads(line)["entities"]) for line in texts.splitlines())
    print(f"findings  in the samples: {found['with']} with it, {found['without']} without")
    times = {}
    for name, opt in (("without", ["--vocab", "none"]), ("with", options)):
        times[name] = min(run(program, "extract", *opt, str(note))[1] for _ in range(10))
    opened = (times["with"] - times["without"]) * 1000
    print(f"opened    in {max(opened, 0):.1f} ms; a whole run of one note {times['with'] * 1000:.1f} ms, {peak_of(program, 'extract', *options, str(note)):.0f} MB resident")
    plain, full = notes_per_second(program, "--vocab", "none"), notes_per_second(program, *options)
    for mode in plain:
        print(f"{mode:9} {full[mode]:.0f} notes a second with it, {plain[mode]:.0f} without: {full[mode] / plain[mode]:.2f}")
    missed = [w for w, bad in (("build", wall > 120), ("open", opened > 10), ("matching", full["process"] < 0.8 * plain["process"])) if bad]
    print("targets   " + ("missed: " + ", ".join(missed) if missed else "met: built in 2 minutes, opened in 10 ms, within 20 % of the built-in speed"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
