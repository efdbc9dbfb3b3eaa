#!/usr/bin/env python3
"""Compare what aceso says about test/golden/notes and test/golden/records with test/golden/*.expected; --update writes them anew.

Usage: golden.py ACESO [--update] [NOTE...]    NOTE: part of a file's name; all notes otherwise."""
import difflib, json, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "test" / "golden"
SUMMARY = ["top", "problems", "medications", "allergies", "results", "procedures", "chronology", "follow_up", "contradictions",
           "questions"]
CLINICAL = ["risk_factors", "relevant_conditions", "medications", "allergies", "vitals", "labs", "procedures"]


def one_line(text):
    return " ".join(str(text).split())


def value(e):
    attributes = "; ".join(f"{kind} {one_line(a['text'])}" + (f" = {a['norm']}" if a.get("norm") else "")
                           for kind, found in sorted(e["attributes"].items()) for a in found)
    return f" [{attributes}]" if attributes else ""


def entity(e):
    codes = " ".join(f"{c['system']}:{c['code']}" for c in e["codes"])
    return f"{e['kind']} {e['assertion']} {one_line(e['text'])!r} {e['concept'] or '-'} {codes or '-'}{value(e)}"


def part(title, lines):
    lines = list(lines)
    return [f"== {title}"] + [f"  {line}" for line in lines] if lines else []


def statements(items):
    return (one_line(i["text"] if isinstance(i, dict) else i) for i in items)


def event(t):
    ends = f" to {t['end']}" if t.get("end") else ""
    return f"{t.get('date') or '?'}{ends} {t.get('kind') or '-'}: {one_line(t['text'])}"


def page(note):
    """One fact a line, in the note's order, without offsets: a changed fact is a changed line and nothing else."""
    c, s = note["clinical_summary"], note["summary"]
    out = [f"{note['document']['language']} {note['document']['note_date'] or 'undated'}"
           + (" dialogue" if note["document"]["dialogue"] else "")]
    out += part("sections", (f"{x['name']}" for x in note["sections"]))
    out += part("phi", (f"{p['type']} {one_line(p['text'])!r}" for p in note["phi"]))
    out += part("entities", (entity(e) for e in note["entities"] if not e["header"]))
    out += part("patient", [f"age {c['patient_age']}, {c['patient_gender']}"])
    out += part("symptoms", (" | ".join(filter(None, (x["name"], x["duration"], x["severity"]))) for x in c["symptoms"]))
    for key in CLINICAL:
        out += part(f"clinical {key}", statements(c[key]))
    out += part("narrative", [one_line(c["narrative_summary"])])
    for key in ("subjective", "objective", "assessment", "plan"):
        out += part(f"soap {key}", statements(note["soap"][key]))
    for key in SUMMARY:
        out += part(f"summary {key}", statements(s[key]))
    out += part("timeline", (event(t) for t in note["timeline"]))
    out += part("guidelines", (f"{g['severity']} {g['rule']}: {one_line(g['text'])}" for g in note["guidelines"]))
    out += part("unsupported", statements(note["unsupported"]))
    return "\n".join(out) + "\n"


def main(args):
    update = "--update" in args
    args = [a for a in args if a != "--update"]
    if not args:
        sys.exit(__doc__)
    notes = [n for n in sorted(ROOT.glob("notes/*.txt")) + sorted(ROOT.glob("records/*.json")) if not args[1:] or any(a in n.name for a in args[1:])]
    run = subprocess.run([args[0], "process", "-q", "-j", "1", "--format", "ndjson", *map(str, notes)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"golden: {args[0]} failed: {run.stderr}")
    bad = 0
    for note, line in zip(notes, run.stdout.splitlines(), strict=True):
        expected, now = ROOT / (note.stem + ".expected"), page(json.loads(line))
        before = expected.read_text() if expected.exists() else ""
        if now == before:
            continue
        bad += 1
        if update:
            expected.write_text(now)
        else:
            sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), now.splitlines(True), f"{expected.name} (expected)",
                                                       f"{expected.name} (now)", n=1))
    print(f"golden: {len(notes)} notes, {bad} {'written' if update else 'differ'}")
    if bad and not update:
        print("golden: if the new outputs are right, `make golden` writes them down")
    return bad and not update


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
