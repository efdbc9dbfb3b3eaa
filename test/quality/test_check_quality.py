#!/usr/bin/env python3
"""The guard of the scores, with a program that reports what the test wants."""
import json, pathlib, subprocess, sys, tempfile, unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/check_quality.py"
FLOORS = "# kept\nspans\texact\t\thigh\t80.00\nspans\ttouched\t\tlow\t5.00\nother\texact\t\thigh\t50.00\n"


class Guard(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.root = pathlib.Path(self.dir.name)
        self.floors = self.root / "floors.tsv"
        self.floors.write_text(FLOORS)

    def run_guard(self, exact, touched, *options, corpora=None, rc=0):
        """The scores in points; what the script returns and prints."""
        rows = [{"corpus": "spans", "measure": m, "type": "", "value": v / 100} for m, v in (("exact", exact), ("touched", touched)) if v is not None]
        program = self.root / "aceso"
        program.write_text(f"#!/bin/sh\ncat <<'X'\n{json.dumps({'rows': rows})}\nX\nexit {rc}\n")
        program.chmod(0o755)
        p = subprocess.run([sys.executable, SCRIPT, "--binary", program, "--floors", self.floors, *options, corpora or self.root], capture_output=True, text=True)
        return p.returncode, p.stdout + p.stderr

    def test_half_a_point_is_allowed_and_no_more(self):
        self.assertEqual(self.run_guard(79.51, 5.49)[0], 0)
        for exact, touched in ((79.4, 5.0), (80.0, 5.6)):
            rc, out = self.run_guard(exact, touched)
            self.assertEqual((rc, out.count("fell\n")), (1, 2))  # the score and the sum
        self.assertIn("skipped: corpora that are not there: other", self.run_guard(80, 5)[1])

    def test_a_measure_that_is_gone_fell(self):
        self.assertEqual(self.run_guard(80, None)[0], 1)

    def test_no_corpora_no_check(self):
        rc, out = self.run_guard(0, 100, corpora="/nonexistent")
        self.assertEqual((rc, out), (0, "quality: no corpora at /nonexistent, skipped\n"))

    def test_a_program_that_fails_is_no_success(self):
        self.assertEqual(self.run_guard(80, 5, rc=1)[0], 1)

    def test_floors_move_to_the_better_side_only(self):
        self.assertEqual(self.run_guard(82.3, 9, "--update")[0], 1)
        self.assertEqual(self.floors.read_text(), FLOORS.replace("80.00", "82.30"))
        self.run_guard(70, 1, "--update")
        self.assertEqual(self.floors.read_text(), FLOORS.replace("80.00", "82.30").replace("5.00", "1.00"))

    def test_the_readme_may_be_half_a_point_behind(self):
        sys.path.insert(0, str(SCRIPT.parent))
        self.addCleanup(sys.path.remove, str(SCRIPT.parent))
        from check_quality import differs
        row = "| MEDDOCAN dev, 250 notes | exact | .942 / 1.000 | .98 [R] |"
        self.assertFalse(differs(row, row))
        self.assertFalse(differs(row, row.replace(".942", ".937").replace("1.000", ".996")))
        self.assertTrue(differs(row, row.replace(".942", ".936")))
        self.assertTrue(differs(row, row.replace("250", "251")))


unittest.main()
