#!/usr/bin/env python3
"""How well and how fast documents are read that are not text: media_bench.py BINARY [NOTES.jsonl] [PART...].

Notes are set as letters by test/e2e/cli/pages.py, drawn by pdftoppm, spoilt by ImageMagick, and read back; what the same notes give as text is the
measure. PART: pdf, scan, noisy, speed, ocr, memory, redact; all of them without any. Not a test: prints a table."""
import collections
import json
import os
import pathlib
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test/e2e/cli"))
import pages  # noqa: E402
import planted  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
NOTES = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].endswith("jsonl") else None
PARTS = [a for a in sys.argv[2:] if not a.endswith("jsonl")]
COUNT = {"pdf": 100, "scan": 10, "noisy": 10, "redact": 10}
TURNS = 9


def run(*args):
    return subprocess.run([os.fspath(a) for a in args], capture_output=True, check=True).stdout


def notes(n):
    if NOTES:
        texts = [json.loads(line)["text"] for line in NOTES.open()]
        random.Random(1).shuffle(texts)
    else:
        texts = [p.read_text() for p in sorted((ROOT / "data/samples").glob("*.txt")) + sorted((ROOT / "test/golden/notes").glob("*.txt"))]
    return [t for t in texts if len(t) < 6000][:n]


def words(text):
    return re.findall(r"\w+", text)


def distance(a, b, band):
    """Levenshtein, in a band around the diagonal: exact while the texts never run apart by more than that."""
    far = len(a) + len(b)
    before = {k: k for k in range(band + 1)}
    for i, x in enumerate(a, 1):
        now = {}
        for k in range(max(0, i - band), min(len(b), i + band) + 1):
            best = before.get(k, far) + 1
            if k:
                best = min(best, now.get(k - 1, far) + 1, before.get(k - 1, far) + (x != b[k - 1]))
            now[k] = best
        before = now
    return before.get(len(b), far)


def errors(want, got):
    """Characters that are wrong, missing or too many, of all that should be there; runs of blanks count as one."""
    want, got = " ".join(want.split()), " ".join(got.split())
    return distance(want, got, 60 + abs(len(want) - len(got))) / max(1, len(want))


def entities(result):
    return collections.Counter((e["kind"], " ".join(e["text"].lower().split())) for e in result["entities"])


def process(paths):
    out = run(BINARY, "process", "-q", "-j", "2", "-f", "ndjson", "--note-date", "2026-05-01", *paths)
    return [json.loads(line) for line in out.splitlines()]


def compare(name, make, folder, n):
    texts = notes(n)
    plain = process([write(folder / f"{i:04}.txt", t.encode()) for i, t in enumerate(texts)])
    other = process([make(folder, i, t) for i, t in enumerate(texts)])
    same = sum(words(a["text"]) == words(b["text"]) for a, b in zip(plain, other))
    found = sum((entities(a) & entities(b)).total() for a, b in zip(plain, other))
    all_of = sum(entities(a).total() for a in plain)
    wrong = statistics.mean(errors(a["text"], b["text"]) for a, b in zip(plain, other))
    print(f"| {name} | {n_of(len(texts))} | {same} with all words in order | {100 * wrong:.2f} % | {100 * found / max(1, all_of):.1f} % |")


def n_of(n):
    return f"{n} notes"


def write(path, data):
    path.write_bytes(data)
    return path


def as_pdf(folder, i, text):
    return write(folder / f"{i:04}.pdf", pages.letter(text))


def as_scan(folder, i, text):
    """All pages of it as one multi-page TIFF of 300 dots an inch."""
    pdf = as_pdf(folder, i, text)
    run("pdftoppm", "-r", "300", "-gray", "-png", pdf, folder / f"p{i:04}")
    out = folder / f"{i:04}.tif"
    run("convert", *sorted(folder.glob(f"p{i:04}-*.png")), "-compress", "Group4", "-density", "300", out)
    return out


def as_noisy(folder, i, text):
    """Turned, blurred, grainy, and saved as a poor JPEG: its first page alone is compared with what stands on it."""
    pdf = write(folder / f"{i:04}.pdf", pages.letter(text, 200))
    run("pdftoppm", "-r", "250", "-gray", "-png", "-singlefile", pdf, folder / f"q{i:04}")
    out, turn = folder / f"{i:04}.jpg", (-1.5, 0.8, 2.0, -0.6)[i % 4]
    run("convert", folder / f"q{i:04}.png", "-background", "white", "-rotate", str(turn), "-blur", "0x1.2", "-attenuate", "0.35",
        "+noise", "Gaussian", "-colorspace", "Gray", "-density", "250", "-units", "PixelsPerInch", "-quality", "30", out)
    return out


def one_page(n):
    global notes
    kept, lines = notes, 46
    notes = lambda k: ["\n".join(pages.wrap(t)[:lines]) for t in kept(k)]  # noqa: E731
    return kept


def part_pdf(folder):
    compare("PDF with a text layer", as_pdf, folder, COUNT["pdf"])


def part_scan(folder):
    compare("scan, 300 dots an inch", as_scan, folder, COUNT["scan"])


def part_noisy(folder):
    global notes
    kept = one_page(1)
    compare("scan, turned, blurred, grainy, JPEG", as_noisy, folder, COUNT["noisy"])
    notes = kept


def big_pdf(folder, n=500):
    pdf, lines = pages.Pdf(), [x for t in notes(40) for x in pages.wrap(t)]
    for i in range(n):
        at = i * 48 % max(1, len(lines) - 48)
        pdf.page(lines[at:at + 48])
    return write(folder / "big.pdf", pdf.bytes())


def seconds(*args):
    began = time.monotonic()
    run(*args)
    return time.monotonic() - began


def cpu(*args):
    """User and system time of a program and of those that it starts, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def part_speed(folder):
    """By turns, so that the machine's moods meet all. What the engine does with the text is no part of it: of the wall clock, the time of reading is told
    by aceso itself (its start of aceso-media is in it); of the processors, what the same text as a plain file takes is taken off. pdftotext writes the text
    alone; with -bbox it writes what we do, words with their places."""
    path, plain, wall, used = big_pdf(folder), folder / "plain.txt", collections.defaultdict(list), collections.defaultdict(list)
    ours = (BINARY, "process", "-q", "-j", "1", "-f", "ndjson", "--max-bytes", "64M")
    only_text = (BINARY, "deid", "-q", "-j", "1", "--max-bytes", "64M")
    plain.write_text(json.loads(run(*ours, path))["text"])
    for _ in range(TURNS):
        wall["aceso"].append(json.loads(run(*ours, path))["timing_ms"]["read"] / 1000)
        used["aceso"].append(cpu(*only_text, path) - cpu(*only_text, plain))
        for name in ("pdftotext", "pdftotext -bbox"):
            began = time.monotonic()
            used[name].append(cpu(*name.split(), path, folder / "t.txt"))
            wall[name].append(time.monotonic() - began)
    print("| PDF of 500 pages | pages/s | wall clock | processor |\n|---|---|---|---|")
    for name in wall:
        a, b = statistics.median(wall[name]), statistics.median(used[name])
        print(f"| {name} | {500 / a:.0f} | {a:.3f} s | {b:.3f} s |")
    for name in ("pdftotext", "pdftotext -bbox"):
        clock, processor = (statistics.median(t["aceso"]) / statistics.median(t[name]) for t in (wall, used))
        print(f"aceso takes {clock:.2f} x {name} by the clock, {processor:.2f} x of processors")


def part_ocr(folder):
    (text,) = notes(1)
    page = as_scan(folder, 0, "\n".join(pages.wrap(text)[:46]))
    ours, theirs = [], []
    for _ in range(3):
        ours.append(json.loads(run(BINARY, "process", "-q", "-f", "ndjson", "-l", "en", page))["timing_ms"]["read"] / 1000)
        theirs.append(seconds("env", "OMP_THREAD_LIMIT=1", "tesseract", page, folder / "o", "-l", "eng"))
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"A page of 300 dots an inch: {a:.2f} s; time {a / b:.2f} x tesseract with one thread ({b:.2f} s)")


def memory_of(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def part_memory(folder):
    path = as_pdf(folder, 0, notes(1)[0])
    many = folder / "many"
    many.mkdir()
    for i in range(10000):
        os.link(path, many / f"{i:05}.pdf")
    job = subprocess.Popen([BINARY, "deid", "-q", "-j", "1", many, "--out", folder / "out"])
    seen, done = [], 0
    while job.poll() is None:
        time.sleep(0.5)
        try:
            child = [c for t in pathlib.Path(f"/proc/{job.pid}/task").iterdir() for c in (t / "children").read_text().split()]
            seen.append((memory_of(job.pid), memory_of(child[0]) if child else 0))
        except (FileNotFoundError, ProcessLookupError):
            pass
    done = sum(1 for _ in (folder / "out").rglob("*.txt"))
    first, last = seen[len(seen) // 10], seen[-2]
    print(f"{done} documents: aceso {first[0]:.0f} -> {last[0]:.0f} MB, aceso-media {first[1]:.0f} -> {last[1]:.0f} MB resident")


def redacted(kind, i, folder):
    """Values of the planted patient that other readers find in the copy; None: there is no copy."""
    path, out, found = planted.MAKERS[kind](folder, i), folder / f"out.{kind}", folder / "found"
    out.unlink(missing_ok=True)
    done = subprocess.run([BINARY, "deid", "-q", "--redact", path, "--out", out], capture_output=True)
    if done.returncode:
        print(f"  {path.name}: {done.stderr.decode().strip()}")
        return None
    found.mkdir()
    left = planted.left(planted.Patient(i), planted.traces(out, found))
    shutil.rmtree(found)
    if left:
        print(f"  {path.name}: {len(left)} values left")
    return left


def part_redact(folder):
    """PDFs with a patient planted in text, picture, metadata, note, attachment, hidden layer and older version; and the other kinds of document."""
    for kind in planted.MAKERS:
        began = time.monotonic()
        all_left = [redacted(kind, i, folder) for i in range(COUNT["redact"])]
        copies = [x for x in all_left if x is not None]
        values = len(planted.Patient(0).values())
        print(f"{len(copies)} redacted {kind} of {len(all_left)}: {sum(map(len, copies))} of {len(copies) * values} planted values found again "
              f"({(time.monotonic() - began) / len(all_left):.1f} s each, looking for them included)", flush=True)


def main():
    parts = PARTS or ["pdf", "scan", "noisy", "speed", "ocr", "memory", "redact"]
    if {"pdf", "scan", "noisy"} & set(parts):
        print("| read as | what | text | wrong characters | entities found again |\n|---|---|---|---|---|")
    for part in parts:
        name, _, count = part.partition("=")
        if count:
            COUNT[name] = int(count)
        with tempfile.TemporaryDirectory(prefix="aceso-bench-") as folder:
            globals()[f"part_{name}"](pathlib.Path(folder))
        sys.stdout.flush()


main()
