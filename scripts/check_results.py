#!/usr/bin/env python3
"""Validate results of the samples and the golden notes against docs/schema/result-1.json: check_results.py ACESO"""
import glob
import json
import subprocess
import sys

import jsonschema

ACESO = sys.argv[1]
NOTES = sorted(glob.glob("data/samples/*.txt") + glob.glob("test/golden/notes/*.txt") + glob.glob("test/golden/records/*.json"))
COMMANDS = (["process"], ["process", "--profile", "meddocan"], ["process", "--mode", "mask"], ["deid"], ["extract"], ["summarize"])
# What a result must not be: each is planted into a good one and has to be refused.
PLANTED = {
    "another schema": lambda r: r.update(schema="aceso/result/2"),
    "an unknown member": lambda r: r.update(extra=1),
    "an unknown member of an entity": lambda r: r["entities"][0].update(extra=1),
    "a missing coverage": lambda r: r.pop("coverage"),
    "an unknown assertion": lambda r: r["entities"][0].update(assertion="maybe"),
    "an unknown kind": lambda r: r["entities"][0].update(kind="thing"),
    "a negative place": lambda r: r["entities"][0].update(begin=-1),
    "an entity without its place": lambda r: r["entities"][0].pop("end"),
    "a place that is no number": lambda r: r["sections"][0].update(begin="0"),
    "a statement without evidence": lambda r: r["summary"]["top"][0].update(evidence=[]),
    "a confidence over 1": lambda r: r["entities"][0].update(confidence=1.5),
    "a date in words": lambda r: r["document"].update(note_date="May 2023"),
}


def results(command):
    done = subprocess.run([ACESO, *command, "--quiet", "--format", "ndjson", *NOTES], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    with open("docs/schema/result-1.json", encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    bad, seen = 0, 0
    for command in COMMANDS:
        for name, result in zip(NOTES, results(command), strict=True):
            seen += 1
            for e in list(judge.iter_errors(result))[:3]:
                bad += 1
                print(f"{' '.join(command)} {name}: {'/'.join(map(str, e.path))}: {e.message[:200]}")
    good = json.dumps(next(r for r in results(COMMANDS[0]) if r["entities"] and r["summary"]["top"]))
    for what, plant in PLANTED.items():
        spoilt = json.loads(good)
        plant(spoilt)
        if judge.is_valid(spoilt):
            bad += 1
            print(f"the schema lets pass: {what}")
    print(f"{seen} results, {len(PLANTED)} planted mistakes, {bad} complaints")
    return 1 if bad else 0


sys.exit(main())
