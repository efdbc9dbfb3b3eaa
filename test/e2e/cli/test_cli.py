#!/usr/bin/env python3
"""The command line as users meet it: commands, inputs, outputs, exit codes. ACESO=build/release/aceso test/e2e/cli/test_cli.py"""
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import stat
import subprocess
import time
import unittest

from kit import CANARY, COMMANDS, NOTES, NOTE_COMMANDS, PROGRAM, ROOT, SAMPLES, SLOW, TIMEOUT, Case, aceso, environment, main, powerless

NOTE = "CHIEF COMPLAINT: Chest pain.\nPatient: Mary Ellison. Denies fever.\nMEDICATIONS: Lisinopril 20 mg daily.\n"


def jsonl(notes):
    return "".join(json.dumps(n) + "\n" for n in notes)


def hundred():
    texts = [p.read_text() for p in NOTES]
    return [{"id": f"n{i}", "text": texts[i % len(texts)], "note_date": "2024-05-01"} for i in range(100)]


class Asking(Case):
    def test_help_names_every_option(self):
        table = (ROOT / "src/main/commands.h").read_text()
        for command in ("", *COMMANDS):
            r = self.ok(*([command] if command else []), "--help")
            self.assertTrue(r.out.startswith("Usage: aceso"), command)
            self.assertIn("--help", r.out)
            self.assertTrue(all(len(line) <= 110 for line in r.out.splitlines()), command)
            self.assertNotIn("\033", r.out)
        for name in re.findall(r'^    X\(\w+, (?:0|\'.\'), "([\w-]+)"', table, re.M):
            self.assertTrue(any("--" + name in aceso(*c, "--help").out for c in [[], *[[c] for c in COMMANDS]]), name)

    def test_help_of_aceso_lists_the_commands(self):
        text = self.ok("--help").out
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command} ")

    def test_version(self):
        self.assertRegex(self.ok("--version").out, r"^aceso \d+\.\d+\.\d+\n$")
        self.assertEqual(self.ok("-V").out, self.ok("--version").out)

    def test_usage_errors(self):
        bad = [[], ["nonsense"], ["process", "--nonsense"], ["process", "-Z"], ["process", "--format"], ["process", "--format", "xml"],
               ["process", "--jobs", "0"], ["process", "--jobs", "x"], ["process", "--jobs", "9999999"], ["process", "--max-bytes", "0"],
               ["process", "--max-bytes", "9G"], ["process", "--note-date", "2024-02-30"], ["process", "--quiet=1"], ["process", "--out="],
               ["extract", "--mode", "tag"], ["deid", "--key", "/nonexistent"], ["--man", "nonsense"], ["--completion", "fish"], ["eval"],
               ["bench", "--jobs", "0"], ["process", "--lang", "fr"], ["deid", "--profile", "none"]]
        for words in bad:
            r = self.fails(2, *words, stdin=NOTE)
            self.assertEqual(len(r.err.splitlines()), 1, words)
            self.assertEqual(r.out, "", words)

    def test_the_near_word_is_suggested(self):
        for words, meant in ((["proces"], "process"), (["summarise"], "summarize"), (["procss"], "process"), (["sumarize"], "summarize"),
                             (["deid", "--fromat", "json"], "--format"), (["process", "--job=3"], "--jobs"), (["--versoin"], "--version")):
            self.assertIn(f"did you mean {meant}?", self.fails(2, *words).err)
        self.assertNotIn("did you mean", self.fails(2, "qwertyuiop").err)

    def test_the_errors_of_a_corpus_are_told_when_asked_for(self):
        cut = self.write("cut/a.txt", "A 54-year-old man came.\n").parent
        self.write("cut/a.ann", "T1\tAge 2 4\t54\nT2\tDisease_disorder 18 22\tcame\nT3\tSex 14 17\tman\n")
        plain, told = self.ok("eval", "-f", "maccrobat", cut), self.ok("eval", "-f", "maccrobat", "-e", "3", cut)
        self.assertNotIn("54-year-old", plain.out)
        self.assertTrue(told.out.startswith(plain.out))
        self.assertIn("boundary: 1 error, 1 different", told.out)
        self.assertIn("found: 54-year-old  in a\n           A [[54]]-year-old man came.\n", told.out)
        self.assertIn("           A 54-year-old man [[came]].\n", told.out)
        r = json.loads(self.ok("eval", "-f", "maccrobat", "-e", "3", "--json", cut).out)
        self.assertEqual([(t["group"], t["errors"]) for t in r["totals"]], [("missed", 1), ("boundary", 1)])
        self.assertEqual([x["sentence"][x["mark_begin"]:x["mark_end"]] for x in r["errors"]], ["came", "54"])

    def test_a_short_key_is_refused(self):
        key = self.write("key", CANARY + "short")
        self.write("key2", "x")
        self.assertIn("key2", self.fails(2, "deid", "--key", self.dir / "key2", stdin=NOTE).err)
        self.fails(2, "deid", "--key", key, "--mode", "nonsense", stdin=NOTE)


class Pages(Case):
    def test_man_pages_are_up_to_date(self):
        for name in ("", *COMMANDS):
            page = ROOT / "docs/man" / (f"aceso-{name}.1" if name else "aceso.1")
            self.assertTrue(page.exists(), f"{page} is missing: run scripts/man.sh")
            self.assertEqual(page.read_text(), self.ok("--man", name or "aceso").out, f"{page} is old: run scripts/man.sh")

    @unittest.skipUnless(shutil.which("groff"), "no groff here")
    def test_man_pages_render_without_warnings(self):
        for name in ("aceso", *COMMANDS):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=self.ok("--man", name).raw, capture_output=True, timeout=TIMEOUT)
            self.assertEqual(done.stderr.decode(), "", name)
            self.assertIn("EXIT STATUS", re.sub(r".\x08", "", done.stdout.decode()))

    @unittest.skipUnless(shutil.which("bash"), "no bash here")
    def test_bash_completion(self):
        script = self.write("completion.bash", self.ok("--completion", "bash").out)
        def complete(*words):
            line = (f"source {script}; COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}; _aceso; "
                    "printf '%s\\n' \"${COMPREPLY[@]}\"")
            done = subprocess.run(["bash", "--norc", "-c", line], capture_output=True, cwd=self.dir, timeout=TIMEOUT)
            self.assertEqual(done.stderr.decode(), "")
            return done.stdout.decode().split()
        self.assertEqual(complete("aceso", ""), list(COMMANDS))
        self.assertEqual(complete("aceso", "sum"), ["summarize"])
        self.assertEqual(complete("aceso", "process", "--format", "m"), ["markdown"])
        self.assertEqual(complete("aceso", "process", "-f", "f"), ["fhir"])
        self.assertEqual(complete("aceso", "deid", "--prof"), ["--profile"])
        self.assertEqual(complete("aceso", "extract", "--prof"), [])
        self.assertEqual(complete("aceso", "process", "comp"), ["completion.bash"])

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh_completion_is_read_by_zsh(self):
        script = self.write("_aceso", self.ok("--completion", "zsh").out)
        done = subprocess.run(["zsh", "-n", script], capture_output=True, timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))

    def test_zsh_completion_quotes_what_it_must(self):
        text = self.ok("--completion", "zsh").out
        self.assertTrue(text.startswith("#compdef aceso\n"))
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^    '{command}:")
        specs = re.findall(r"'(?:--[\w-]+=?)?\[(.*?)(?<!\\)\]", text)
        self.assertGreater(len(specs), 40)
        for spec in specs:
            self.assertNotRegex(spec, r"(?<!\\)[\[:]")

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh_completes(self):
        """Types into a real zsh: a command, an option, a value."""
        self.write("_aceso", self.ok("--completion", "zsh").out)
        self.write(".zshrc", f"PS1='> '; autoload -U compinit; compinit -u -D; source {self.dir}/_aceso; setopt no_beep\n")
        for typed, wanted in (("aceso summ\t", "summarize"), ("aceso process --for\t", "--format="), ("aceso deid --mode=surr\t", "surrogate"),
                              ("aceso process -f mark\t", "markdown")):
            main, other = pty.openpty()
            p = subprocess.Popen(["zsh", "-i"], stdin=other, stdout=other, stderr=other, start_new_session=True,
                                 env=environment(ZDOTDIR=str(self.dir), TERM="dumb"))
            os.close(other)
            os.write(main, typed.encode())
            got, end = "", time.monotonic() + 20
            while wanted not in got and time.monotonic() < end:
                if select.select([main], [], [], 0.2)[0]:
                    got += os.read(main, 4096).decode("utf-8", "replace")
            p.kill()
            p.wait()
            os.close(main)
            self.assertIn(wanted, got)


class Inputs(Case):
    def test_every_way_to_give_a_note_gives_the_same_result(self):
        self.write("notes/a.txt", NOTE)
        want = self.one_result("process", "notes/a.txt", cwd=self.dir)
        ways = ((["notes/a.txt"], b""), (["notes"], b""), (["notes/"], b""), (["notes/*.txt"], b""), (["-"], NOTE), ([], NOTE),
                (["--", "notes/a.txt"], b""))
        for words, stdin in ways:
            got = json.loads(self.ok("process", "--format", "json", *words, stdin=stdin, cwd=self.dir).out)
            for part in ("text", "entities", "phi", "summary", "soap", "guidelines"):
                self.assertEqual(got[part], want[part], (words, part))

    def test_folders_are_walked_in_order_and_hidden_files_left(self):
        for name in ("b.txt", "a.txt", "sub/c.txt", ".hidden", ".git/d.txt"):
            self.write("in/" + name, NOTE)
        out = self.ok("process", "--format", "ndjson", "in", cwd=self.dir).out
        self.assertEqual([json.loads(x)["document"]["id"] for x in out.splitlines()], ["in/a.txt", "in/b.txt", "in/sub/c.txt"])

    def test_an_empty_folder_is_no_error(self):
        (self.dir / "in").mkdir()
        self.assertEqual(self.ok("process", self.dir / "in").out, "")

    def test_what_is_not_there_is_named_and_the_others_done(self):
        good = self.write("good.txt", NOTE)
        r = self.fails(1, "deid", self.dir / "missing.txt", good, "nothing*here")
        self.assertIn("missing.txt: no such file", r.err)
        self.assertIn("nothing*here: no such file", r.err)
        self.assertIn("Chest pain", r.out)

    def test_names_with_blanks_line_ends_and_brackets(self):
        names = ["a b.txt", "c\nd.txt", "e\033[31m.txt", "[x].txt", "-dash.txt", "ñ.txt", "'q\".txt"]
        for name in names:
            self.write("in/" + name, NOTE)
        out = self.ok("process", "--format", "ndjson", "in", cwd=self.dir).out
        self.assertEqual({json.loads(x)["document"]["id"] for x in out.splitlines()}, {"in/" + n for n in names})
        page = self.ok("process", "in", cwd=self.dir).out
        self.assertNotIn("\033", page)
        self.assertIn("in/c?d.txt", page)
        self.ok("process", "--out", "out", "in", cwd=self.dir)
        self.assertEqual(len(list((self.dir / "out").iterdir())), len(names))
        self.ok("process", "[x].txt", cwd=self.dir / "in")
        self.write("c\nd/\033bad", b"\x7fELF\0\1\2\0\0")
        r = self.fails(1, "process", "c\nd/\033bad", cwd=self.dir)
        self.assertEqual(len(r.err.splitlines()), 1)
        self.assertNotIn("\033", r.err)

    def test_standard_input_that_looks_like_batch_input_is(self):
        out = self.ok("process", "--format", "ndjson", "-", stdin=jsonl(hundred()[:3])).out
        self.assertEqual(len(out.splitlines()), 3)
        self.assertEqual(len(re.findall(r"(?m)^==> n\d <==$", self.ok("deid", "-", stdin=jsonl(hundred()[:3])).out)), 3)
        self.assertNotIn("NOTE", self.ok("process", "-", stdin=jsonl(hundred()[:1])).out.splitlines())
        one = self.one_result("process", "--input", "text", "-", stdin=jsonl(hundred()[:1]))
        self.assertTrue(one["text"].startswith('{"id"'))

    def test_the_language_and_the_date_can_be_given(self):
        r = self.one_result("process", "--lang", "es", "--note-date", "2024-02-29", "-", stdin="Dolor desde ayer.")
        self.assertEqual((r["document"]["language"], r["document"]["note_date"]), ("es", "2024-02-29"))


class Batches(Case):
    def test_a_bad_line_is_named_and_the_rest_done(self):
        notes = hundred()[:9]
        lines = jsonl(notes).splitlines()
        bad = [f'{{"text": "{CANARY}', f'["{CANARY}"]', f'{{"id":"{CANARY}"}}', f'{{"text":"{CANARY}","lang":"{CANARY}"}}',
               f'{{"text":"x","note_date":"{CANARY}"}}', f'{{"text":"x","patient":["{CANARY}"]}}', f"{CANARY}", '{"text":"\\ud800"}x',
               '{"text":' + "[" * 100000]
        for i, line in enumerate(bad):
            path = self.write("in.jsonl", "\n".join(lines[:4] + [line, ""] + lines[4:]) + "\n")
            r = self.fails(1, "process", "--format", "ndjson", path)
            self.assertRegex(r.err, rf"in\.jsonl:5: ", (i, r.err))
            self.assertEqual([json.loads(x)["document"]["id"] for x in r.out.splitlines()], [n["id"] for n in notes], i)

    def test_members(self):
        line = {"id": 7, "text": "Dolor desde ayer.", "lang": "es", "note_date": "2024-03-02", "specialty": CANARY, "Lang": "en", CANARY + " x": 1}
        r = self.ok("process", "--format", "ndjson", "-", stdin=jsonl([line, line]))
        first = json.loads(r.out.splitlines()[0])["document"]
        self.assertEqual((first["id"], first["language"], first["note_date"], first["source"]), ("7", "es", "2024-03-02", "batch"))
        self.assertEqual(r.err.strip(), "aceso: -: members that are not used: specialty,Lang,?")
        self.assertEqual(self.ok("process", "-q", "-f", "ndjson", "-", stdin=jsonl([line])).err, "")

    def test_line_ends_and_blank_lines(self):
        lines = jsonl(hundred()[:3])
        want = self.ok("process", "-f", "ndjson", "--input", "jsonl", "-", stdin=lines).out.splitlines()
        strip = lambda rows: [{k: v for k, v in json.loads(x).items() if k != "timing_ms"} for x in rows]
        for form in (lines.replace("\n", "\r\n"), lines.rstrip("\n"), "\n\n" + lines.replace("\n", "\n \n"), "\ufeff" + lines):
            got = self.ok("process", "-f", "ndjson", "--input", "jsonl", "-", stdin=form).out.splitlines()
            self.assertEqual(strip(got), strip(want))

    def test_a_line_over_the_limit_is_named_and_skipped(self):
        long = json.dumps({"text": "x" * 200000})
        r = self.fails(1, "deid", "--max-bytes", "1K", "--input", "jsonl", "-", stdin=f'{{"text":"a"}}\n{long}\n{{"text":"b"}}\n')
        self.assertRegex(r.err, r"-:2: .*limit")
        self.assertEqual(len(re.findall("==>", r.out)), 2)

    def test_the_number_of_jobs_does_not_change_a_byte(self):
        path = self.write("in.jsonl", jsonl(hundred()) + "{bad\n")
        for words in (["process", "-f", "text"], ["process", "-f", "markdown"], ["deid"], ["extract", "-f", "ndjson"], ["fhir", "-f", "ndjson", "--at", "2024-01-01T00:00:00Z"],
                      ["summarize", "-f", "json"]):
            runs = [self.fails(1, *words, "--jobs", str(jobs), path) for jobs in (1, 8)]
            drop = lambda s: re.sub(r" · \d+\.\d\d ms", "", s)
            self.assertEqual(drop(runs[0].out), drop(runs[1].out), words)
            self.assertEqual(runs[0].err, runs[1].err)

    def test_answers_come_line_by_line(self):
        p = subprocess.Popen([PROGRAM, "extract", "-f", "ndjson", "--input", "jsonl", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for i in range(3):
            p.stdin.write(json.dumps({"id": str(i), "text": "Fever."}).encode() + b"\n")
            p.stdin.flush()
            self.assertEqual(json.loads(p.stdout.readline())["document"]["id"], str(i))
        p.stdin.close()
        self.assertEqual(p.wait(TIMEOUT), 0)
        p.stdout.close()

    def test_the_same_patient_gets_the_same_names(self):
        key = self.write("key", "0123456789abcdef0123")
        text = "Patient: Mary Ellison, seen by Dr. Howard Whitfield."
        notes = jsonl([{"id": "a", "text": text, "patient": "p1"}, {"id": "b", "text": text, "patient": "p1"}, {"id": "c", "text": text, "patient": "p2"}])
        runs = [self.ok("deid", "--mode", "surrogate", "--key", key, "--input", "jsonl", "-", stdin=notes).out for _ in range(2)]
        self.assertEqual(runs[0], runs[1])
        self.assertNotIn("Ellison", runs[0])
        a, b, c = [x.split("<==\n")[1] for x in runs[0].split("==> ")[1:]]
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)


class Hostile(Case):
    def check(self, data, *more, command="process", name="in.txt"):
        """A result that validates as JSON, or one line that names the file; nothing else."""
        path = self.write(name, data)
        began = time.monotonic()
        r = aceso(command, "-f", "json", *more, path)
        self.assertLess(time.monotonic() - began, 60 if SLOW else 10)
        self.assertIn(r.code, (0, 1), r.err[:1000])
        if r.code:
            self.assertEqual((len(r.err.splitlines()), r.out), (1, ""), r.err)
            self.assertIn(name + ": ", r.err)
            self.assertNotIn(CANARY, r.err)
            return None
        self.assertEqual(r.err, "")
        return json.loads(r.out)

    def test_encodings(self):
        text = f"Paciente con náuseas y fiebre de 38,5 ºC. {CANARY}\n"
        forms = {"utf-8": text.encode(), "utf-8 bom": text.encode("utf-8-sig"), "utf-16 bom": text.encode("utf-16"),
                 "utf-16le": text.encode("utf-16-le"), "utf-16be": text.encode("utf-16-be"), "utf-16be bom": b"\xfe\xff" + text.encode("utf-16-be"),
                 "latin-1": text.encode("latin-1"), "windows-1252": text.encode("cp1252"), "crlf": text.replace("\n", "\r\n").encode(),
                 "cr": text.replace("\n", "\r").encode()}
        for name, data in forms.items():
            self.assertEqual(self.check(data)["text"].strip(), text.strip(), name)
        mixed = self.check("náuseas ".encode() + b"\xff\xfe\xc3( \xed\xa0\x80 fiebre " + "ñandú ".encode() * 20)
        self.assertIn("fiebre", mixed["text"])
        self.assertTrue(mixed["coverage"]["bytes_replaced"] or mixed["coverage"]["encoding"] != "utf-8", mixed["coverage"])

    def test_nothing(self):
        for data in (b"", b" \n\t \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\n" * 100000, b" " * 1000000):
            r = self.check(data)
            if r:
                self.assertEqual((r["entities"], r["phi"], r["text"].strip()), ([], [], ""))

    def test_control_characters_never_reach_the_terminal(self):
        data = "Mild cough since yesterday, no chest pain. " * 20 + f"Fever.\0\0 {CANARY}\033]0;x\007 cough\033[31m and \x9b31m \u009b31m pain\x08\x7f.\n"
        r = self.check(data.encode())
        self.assertIn("cough", r["text"])
        self.assertGreater(r["coverage"]["bytes_dropped"], 0)
        for command in NOTE_COMMANDS:
            out = self.ok(command, "--color", "never", self.dir / "in.txt").out
            self.assertNotRegex(out, "[\0-\x08\x0b-\x1f\x7f-\x9f]", command)

    def test_binaries(self):
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0" + bytes(range(256)) * 64
        with open(PROGRAM, "rb") as f:
            elf = f.read(200000)
        for data in (png, elf, b"%PDF-1.7\n" + bytes(range(128, 256)) * 100, b"PK\3\4" + os.urandom(5000), b"\0" * 10000, os.urandom(20000)):
            self.check(data + CANARY.encode())

    def test_nesting(self):
        n = 20000 if SLOW else 1000000
        for a, b in ("[]", "()", "{}", '""', "<>"):
            self.assertIsNotNone(self.check(a * n + b * n))
        deep = self.write("in.jsonl", '{"text":' + "[" * n + "]" * n + "}\n")
        self.assertIn("in.jsonl:1: ", self.fails(1, "process", deep).err)

    def test_monotony(self):
        n = 20000 if SLOW else 300000
        for unit in ("a", "a ", "no ", "no fever ", "1", "1/", "1. ", "- ", ": ", "A:\n", "Dr. ", "mg ", "12/12/2012 ", "\u0301", "á", "，", "(", "not "):
            self.assertIsNotNone(self.check((unit * (n // len(unit.encode()))).encode()), unit)

    def test_a_file_over_the_limit(self):
        path = self.dir / "big.txt"
        with open(path, "wb") as f:
            f.truncate(100 << 20)
        r = self.fails(1, "process", path)
        self.assertRegex(r.err, r"^aceso: .*big\.txt: larger than the limit of 16777216 bytes\n$")
        with open(path, "rb") as f:
            self.assertIn("-: larger than the limit", self.fails(1, "deid", "-", stdin=f.read(20 << 20)).err)

    def test_a_large_file_with_the_limit_raised(self):
        note = SAMPLES[0].read_text()
        size = (1 << 20) if SLOW else 20 << 20
        path = self.write("large.txt", note * (size // len(note.encode())))
        began = time.monotonic()
        out = self.ok("deid", "--max-bytes", "64M", path).out
        if not SLOW:
            self.assertLess(time.monotonic() - began, 60)
        once = self.ok("deid", SAMPLES[0]).out
        self.assertEqual(out.count("\n"), once.count("\n") * (size // len(note.encode())))
        self.assertNotIn("Ellison", out)


class Outputs(Case):
    def inputs(self):
        return [self.write(f"in/{i}.txt", NOTE) for i in range(5)]

    def test_one_file_for_each_input(self):
        for form, extension in (("text", "txt"), ("markdown", "md"), ("json", "json"), ("ndjson", "ndjson"), ("fhir", "json")):
            out = self.dir / form / "deep"
            r = self.ok("process", "-f", form, "--out", out, *self.inputs())
            self.assertEqual(r.out + r.err, "")
            self.assertEqual(sorted(p.name for p in out.iterdir()), [f"{i}.{extension}" for i in range(5)])
            self.assertEqual(stat.S_IMODE((out / f"0.{extension}").stat().st_mode), 0o600)
            again = (out / f"1.{extension}").read_bytes()
            self.ok("process", "-f", form, "--out", out, *self.inputs())
            drop = lambda b: re.sub(rb'(?s)"timing_ms".*|\d+\.\d\d ms|"\d{4}-\d\d-\d\dT[\d:]+Z"', b"", b)
            self.assertEqual(drop(again), drop((out / f"1.{extension}").read_bytes()))

    def test_batches_and_folders_keep_their_names(self):
        self.write("in/sub/x.txt", NOTE)
        self.write("in/batch.jsonl", jsonl([{"id": "../../etc/passwd", "text": "a"}, {"text": "b"}, {"id": "c", "text": "c"}]))
        self.ok("process", "-q", "-f", "json", "-o", "out", "in", cwd=self.dir)
        found = sorted(os.fspath(p.relative_to(self.dir / "out")) for p in (self.dir / "out").rglob("*") if p.is_file())
        self.assertEqual(found, ["batch/2.json", "batch/_._.._etc_passwd.json", "batch/c.json", "sub/x.json"])
        self.ok("process", "-q", "-f", "ndjson", "-o", "lines", "in", cwd=self.dir)
        self.assertEqual(len((self.dir / "lines/batch.ndjson").read_text().splitlines()), 3)

    def test_two_inputs_never_share_an_output(self):
        a, b = self.write("a/n.txt", NOTE), self.write("b/n.txt", NOTE)
        self.assertIn("same name", self.fails(1, "process", "-o", self.dir / "out", a, b).err)
        twice = self.write("twice.jsonl", jsonl([{"id": "x", "text": "a"}, {"id": "x", "text": "b"}]))
        r = self.fails(1, "process", "-f", "json", "-o", self.dir / "out", twice)
        self.assertIn("line 2", r.err)
        self.assertEqual(json.loads((self.dir / "out/twice/x.json").read_text())["text"], "a")

    def test_an_input_is_never_written_over(self):
        path = self.write("n.txt", NOTE)
        self.assertIn("is the input itself", self.fails(1, "deid", "-o", self.dir, path).err)
        self.assertEqual(path.read_text(), NOTE)

    def test_what_may_not_be_read_or_written(self):
        path = self.write("secret.txt", NOTE + CANARY)
        path.chmod(0)
        good = self.write("good.txt", NOTE)
        self.dir.chmod(0o755)
        (self.dir / "out").mkdir(mode=0o555)
        r = self.fails(1, "deid", path, good, **powerless())
        self.assertIn("secret.txt: permission denied", r.err)
        self.assertIn("Chest pain", r.out)
        self.assertIn("permission denied", self.fails(1, "deid", "-o", self.dir / "out", good, **powerless()).err)
        self.assertEqual(list((self.dir / "out").iterdir()), [])

    def test_a_place_where_nothing_can_be_written(self):
        good = self.write("good.txt", NOTE)
        self.assertIn("a file stands where", self.fails(1, "deid", "-o", good, good).err)
        self.fails(1, "deid", "-o", "/proc/nothing", good)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_full_disk(self):
        good = self.write("good.txt", NOTE)
        for words in (["process", good], ["deid", good], ["--help"], ["--man", "aceso"], ["process", "-f", "ndjson", good, good]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT)
            self.assertEqual((done.returncode, done.stderr.decode()), (1, "aceso: standard output: no space left\n"), words)

    def test_a_disk_that_fills_up_leaves_no_torn_file(self):
        """A limit on the size of files stands in for the disk."""
        batch = self.write("in/batch.jsonl", jsonl(hundred()))
        small = self.write("in/small.txt", NOTE)
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))
        done = subprocess.run([PROGRAM, "process", "-q", "-f", "ndjson", "-o", self.dir / "out", batch, small], capture_output=True,
                              preexec_fn=limit, restore_signals=False, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"^aceso: [^\n]*batch\.ndjson: file too large[^\n]*\n$")
        self.assertEqual([p.name for p in (self.dir / "out").iterdir()], ["small.ndjson"])

    def test_a_closed_pipe(self):
        path = self.write("in.jsonl", jsonl(hundred() * 3))
        p = subprocess.Popen([PROGRAM, "process", "-f", "ndjson", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdout.readline()
        p.stdout.close()
        self.assertEqual(p.stderr.read(), b"")
        p.stderr.close()
        self.assertEqual(p.wait(TIMEOUT), 141)

    def test_a_signal_leaves_whole_files_only(self):
        for i in range(400):
            self.write(f"in/{i:03}.txt", SAMPLES[0].read_text() * 8)
        out = self.dir / "out"
        p = subprocess.Popen([PROGRAM, "process", "-f", "json", "--jobs", "2", "-o", out, self.dir / "in"], stderr=subprocess.PIPE)
        while p.poll() is None and (not out.is_dir() or len(list(out.iterdir())) < 3):
            time.sleep(0.005)
        p.send_signal(signal.SIGINT)
        err = p.communicate(timeout=TIMEOUT)[1].decode()
        done = list(out.iterdir())
        self.assertEqual(p.returncode, 130, err)
        self.assertRegex(err, r"^aceso: stopped after \d+ notes\n$")
        self.assertLess(len(done), 400)
        for path in done:
            self.assertEqual(path.suffix, ".json")
            json.loads(path.read_text())

    def test_a_signal_while_waiting_for_input(self):
        out = self.dir / "out"
        p = subprocess.Popen([PROGRAM, "process", "-f", "ndjson", "-o", out, "--input", "jsonl", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdin.write(b'{"text":"Fever."}\n')
        p.stdin.flush()
        while not out.is_dir() or not list(out.iterdir()):
            time.sleep(0.005)
        time.sleep(0.1)
        p.send_signal(signal.SIGTERM)
        self.assertEqual(p.wait(TIMEOUT), 143)
        p.stdin.close()
        self.assertEqual(p.stderr.read().decode(), f"aceso: stopped after 1 notes; what was done is in {out}/stdin.ndjson.part\n")
        p.stderr.close()
        self.assertEqual([x.name for x in out.iterdir()], ["stdin.ndjson.part"])
        json.loads((out / "stdin.ndjson.part").read_text())


class Looks(Case):
    def test_no_colours_on_a_pipe(self):
        for command in NOTE_COMMANDS:
            self.assertNotIn("\033", self.ok(command, *SAMPLES).out, command)
        self.assertIn("\033[", self.ok("process", "--color", "always", SAMPLES[0]).out)

    def on_terminal(self, *words, **env):
        """What a terminal would get: everything that is written to the other end of it."""
        main, other = pty.openpty()
        p = subprocess.Popen([PROGRAM, *map(str, words)], stdin=other, stdout=other, stderr=other, env=environment(**env))
        os.close(other)
        got = b""
        while True:
            try:
                more = os.read(main, 65536)
            except OSError:
                break
            if not more:
                break
            got += more
        os.close(main)
        return p.wait(TIMEOUT), got.decode("utf-8", "replace")

    def test_colours_on_a_terminal_unless_unwanted(self):
        code, page = self.on_terminal("process", SAMPLES[0])
        self.assertEqual(code, 0)
        self.assertIn("\033[", page)
        for words, env in (([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["--color", "never"], {})):
            self.assertNotIn("\033[3", self.on_terminal("process", *words, SAMPLES[0], **env)[1])
        plain = self.ok("process", "--color", "never", SAMPLES[0]).out
        words = lambda s: re.sub(r"\033\[[0-9;]*m|[\s─]|\d+\.\d\dms", "", s).replace("·", "")
        self.assertEqual(re.sub(r"\d+\.\d+ms$", "", words(page)), re.sub(r"\d+\.\d+ms$", "", words(plain)))

    def test_no_input_on_a_terminal_is_a_usage_error(self):
        code, text = self.on_terminal("process")
        self.assertEqual(code, 2)
        self.assertIn("no input given", text)

    def test_progress_is_for_terminals(self):
        for i in range(60):
            self.write(f"in/{i}.txt", SAMPLES[0].read_text() * 20)
        words = ("process", "-f", "json", "--jobs", "1", "-o", self.dir / "out", self.dir / "in")
        self.assertIn(" notes ", self.on_terminal(*words)[1])
        self.assertEqual(self.on_terminal(*words, "--quiet")[1], "")
        self.assertEqual(self.ok(*words).err, "")

    def test_the_result_comes_first_and_the_note_last(self):
        lines = self.ok("process", SAMPLES[0]).out.splitlines()
        self.assertIn("FIRST", lines[:4])
        self.assertGreater(lines.index("NOTE"), lines.index("FINDINGS"))
        self.assertTrue(any(re.search(r"\[\d+:\d+", x) for x in lines[:12]))
        self.assertNotIn("NOTE", self.ok("process", "--note", "never", SAMPLES[0]).out.splitlines())
        self.assertNotIn("NOTE", self.ok("process", *SAMPLES).out.splitlines())
        self.assertIn("    1 ", self.ok("process", "-f", "markdown", "--note", "always", SAMPLES[0]).out)

    def test_citations_point_at_the_words(self):
        """[line:column] counts characters from 1, in the lines that the page shows."""
        for path in NOTES:
            if path.read_bytes().startswith(b"\xff"):
                continue
            lines = json.loads(self.ok("extract", "-f", "json", path).out)["text"].split("\n")
            for line, column in re.findall(r"[\[ ](\d+):(\d+)[\],]", self.ok("extract", path).out.split("\n", 2)[2]):
                self.assertLessEqual(int(line), len(lines), path)
                self.assertLessEqual(int(column), len(lines[int(line) - 1]), (path, line, column))

    def test_deid_of_one_note_is_the_text_and_nothing_else(self):
        self.assertEqual(self.ok("deid", "-", stdin="Denies fever.").out, "Denies fever.\n")
        self.assertEqual(self.ok("deid", "-", stdin="Denies\r\nfever.\n").out, "Denies\nfever.\n")


class Speed(Case):
    def test_bench(self):
        r = json.loads(self.ok("bench", "--seconds", "1", "--json").out)
        self.assertEqual([m["mode"] for m in r["modes"]], ["process", "deid", "extract"])
        self.assertIn("json", [s["name"] for s in r["modes"][0]["steps"]])
        self.assertTrue(all(m["notes_per_second"] > 0 and m["p99_us"] >= m["p50_us"] > 0 for m in r["modes"]))
        self.assertEqual(len(r["word_lists"]), 10)
        if not SLOW:
            self.assertLess(r["peak_rss_bytes"], 150e6)
        text = self.ok("bench", "--seconds", "1", "--jobs", "2", SAMPLES[0]).out
        lines = self.dir / "three.jsonl"
        lines.write_text('{"text": "BP 120/80."}\n\n{"id": 2, "text": "No fever."}\n{"text": "Tos."}\n')
        self.assertIn("3 notes, ", self.ok("bench", "--seconds", "1", lines).out)
        lines.write_text('{"text": "BP 120/80."}\n{"id": 2}\n')
        self.assertEqual(len(self.fails(1, "bench", lines).err.splitlines()), 1)
        for word in ("notes/s per core", "p99 µs", "whole note", "peak resident memory", "lexicon"):
            self.assertIn(word, text)
        self.assertEqual(len(self.fails(1, "bench", self.dir / "missing").err.splitlines()), 1)

    @unittest.skipIf(SLOW, "a sanitized build has no budget")
    def test_one_note_is_done_at_once(self):
        best = 1.0
        for _ in range(5):
            began = time.monotonic()
            self.ok("process", SAMPLES[0])
            best = min(best, time.monotonic() - began)
        self.assertLess(best, 0.06)


if __name__ == "__main__":
    main()
