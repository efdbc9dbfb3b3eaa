"""Runs the program that ACESO names, the way a user does, and looks at what comes out."""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from suite import InFolder, main  # which the suites take from here

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.path.abspath(os.environ.get("ACESO", ROOT / "build/release/aceso"))
SLOW = bool(os.environ.get("ACESO_SLOW"))  # a sanitized build: no budgets of time or memory, smaller inputs
SAMPLES = sorted((ROOT / "data/samples").glob("*.txt"))
NOTES = SAMPLES + sorted((ROOT / "test/golden/notes").glob("*.txt"))
CANARY = "Zyzzogeton"  # stands in every bad input; must never be told on standard error
COMMANDS = ("process", "deid", "extract", "summarize", "fhir", "serve", "audit", "key", "client", "admin", "eval", "bench", "vocab")
NOTE_COMMANDS = COMMANDS[:5]
TIMEOUT = 300


class Result:
    def __init__(self, done):
        self.code, self.out, self.raw = done.returncode, done.stdout.decode("utf-8", "replace"), done.stdout
        self.err = done.stderr.decode("utf-8", "replace")


def environment(**more):
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM", "COLUMNS")}
    env["TERM"] = "xterm-256color"
    env["ACESO_HOME"] = "/nonexistent/aceso"  # not the vocabularies of whoever runs the tests
    env.update(more)
    return env


def powerless():
    """Root may read and write anything: as root, run as nobody."""
    return {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}


def aceso(*args, stdin=b"", **more):
    words = [PROGRAM, *[os.fspath(a) for a in args]]
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return Result(subprocess.run(words, input=data, capture_output=True, env=environment(), timeout=TIMEOUT, **more))


class Case(InFolder):
    maxDiff = 2000

    def ok(self, *args, **more):
        r = aceso(*args, **more)
        self.assertEqual(r.code, 0, r.err[:2000])
        return r

    def fails(self, code, *args, **more):
        """Ends with that code, says why in one line each, and tells nothing of any document."""
        r = aceso(*args, **more)
        self.assertEqual(r.code, code, r.err[:2000])
        self.assertTrue(r.err.strip(), "a failure without a word")
        for line in r.err.splitlines():
            self.assertTrue(line.startswith("aceso: "), line)
        self.assertNotIn(CANARY.lower(), r.err.lower())
        return r

    def one_result(self, *args, **more):
        return json.loads(self.ok(*args, "--format", "json", **more).out)
