#!/usr/bin/env python3
"""The structure checks check: each is run over a small tree with one planted violation, and has to name it."""
import os, pathlib, subprocess, sys, tempfile, unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
ROW = "asthma\tproblem\tsnomed:195967001\tchronic\tasthma\tasma\t-\n"


def run(script, files, *args, **env):
    """Exit status and output of a check over a fresh tree of files (name -> text)."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        for command in env.pop("first", []):
            subprocess.run(command, cwd=root, check=True)
        done = subprocess.run([SCRIPTS / script, *args], cwd=root, env={**os.environ, **env}, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


class Checks(unittest.TestCase):
    def catches(self, script, files, says, *args, **env):
        status, out = run(script, files, *args, **env)
        self.assertEqual(status, 1, out)
        self.assertIn(says, out)

    def passes(self, script, files, *args, **env):
        status, out = run(script, files, *args, **env)
        self.assertEqual(status, 0, out)

    def test_layers(self):
        good = {"src/nlp/a.c": '#include "base/str.h"\n#include "core/note.h"\n#include <string.h>\n', "src/nlp/a_test.c": '#include "kit/test.h"\n'}
        self.passes("check_layers.py", good)
        for file, line, says in [
            ("src/base/a.c", '#include "nlp/text/token.h"', "base/a.c:1: base must not include nlp"),
            ("src/nlp/b.c", '#include "os/file.h"', "nlp must not include os"),
            ("src/nlp/b.c", "#include <pthread.h>", "<pthread.h> is not allowed in nlp"),
            ("src/nlp/b.c", "#include <dirent.h>", "<dirent.h> is not allowed in nlp"),
            ("src/app/b.c", "#include <openssl/hmac.h>", "<openssl/hmac.h> belongs to os alone"),
            ("src/app/b.c", '#include "kit/test.h"', "test kit outside *_test.c"),
            ("src/poems/b.c", "int x;", "folder 'poems' is not in layers.conf"),
        ]:
            with self.subTest(line=line):
                self.catches("check_layers.py", {**good, file: line + "\n"}, says)
        ring = {"src/base/a.h": '#include "base/b.h"\n', "src/base/b.h": '#include "base/a.h"\n'}
        self.catches("check_layers.py", ring, "include ring: base/a.h -> base/b.h -> base/a.h")

    def test_limits(self):
        body = "int f(void)\n{\n%s    return 0;\n}\n"
        good = {"src/base/a.c": body % "", "test/a.c": "int g;\n"}
        self.passes("check_limits.py", good)
        for text, says in [
            ("int g;\n" * 501, "src/base/b.c: 501 lines (limit 500)"),
            (body % ("    ;\n" * 57), "f() has 61 lines (limit 60)"),
            (body % "    strcpy(a, b);\n", "src/base/b.c:3: strcpy() is banned, use ac_sb"),
            (body % "    p = malloc(3);\n", "malloc() is banned"),
            (body % '    return ac_fail(err, AC_EINPUT, "not %s", text);\n', "src/base/b.c:3: %s in an error text"),
            (body % '    return ac_fail(err, AC_EINPUT,\n        "not %.*s", n, text);\n', "%s in an error text"),
        ]:
            with self.subTest(says=says):
                self.catches("check_limits.py", {**good, "src/base/b.c": text}, says)

    def test_purity(self):
        def compiled():
            return dict(first=[["cc", "-c", "a.c", "-o", "a.o"], ["ar", "rc", "liba.a", "a.o"]], LIBS="liba.a")
        code = '#include <string.h>\n%s\nunsigned long f(const char *s) { return strlen(s)%s; }\n'
        self.passes("check_purity.py", {"a.c": code % ("", "")}, **compiled())
        for header, call, symbol in [("<time.h>", " + time(0)", "time"), ("<stdlib.h>", " + rand()", "rand"), ("<stdio.h>", " + puts(s)", "puts"),
                                     ("<stdlib.h>", " + (getenv(s) != 0)", "getenv"), ("<pthread.h>", " + pthread_self()", "pthread_self")]:
            with self.subTest(symbol=symbol):
                self.catches("check_purity.py", {"a.c": code % ("#include " + header, call)}, "liba.a: imports " + symbol, **compiled())

    def test_lexicon(self):
        self.passes("check_lexicon.py", {"a.tsv": "# comment\n" + ROW}, "a.tsv")
        for row, says in [
            (ROW.replace("\tasma", ""), "a.tsv:2: needs 7 non-empty columns, has 6"),
            (ROW, "a.tsv:2: id asthma already in a.tsv:1"),
            ("b\tproblem\tsnomed:195967002\t-\tbeta\t-\t-\n", "wrong check digit snomed:195967002"),
            ("b\tlab\tloinc:2345-8\t-\tbeta\t-\t-\n", "wrong check digit loinc:2345-8"),
            ("b\tproblem\ticd10cm:5J\t-\tbeta\t-\t-\n", "bad code icd10cm:5J"),
            ("b\tproblem\t-\t-\tAsthma\t-\t-\n", "term 'Asthma' of b already in a.tsv:1"),
            ("b\tproblem\t-\t-\tms\t-\t-\n", "short term 'ms' needs ^ or ?"),
            ("b\tillness\t-\t-\tbeta\t-\t-\n", "bad kind illness"),
            ("b\tproblem\t-\tunit=mg\tbeta\t-\t-\n", "flag unit is not for problem"),
            ("b\tmedication\t-\tcombo=c\tbeta\t-\t-\n", "combo names unknown id c"),
        ]:
            with self.subTest(says=says):
                self.catches("check_lexicon.py", {"a.tsv": ROW + row}, says, "a.tsv")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
