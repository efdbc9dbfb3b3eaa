#!/usr/bin/env python3
"""Heads of the audit log: signed, shipped to another place, and what they prove of a log that somebody shortened or put back."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from receiver import Receiver
from server import NOTE, UNLIMITED, Server, main, run


def text_of(head):
    return f"{head['schema']}\n{head['number']}\n{head['at_ms']}\n{head['mac']}\n".encode()


def heads(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


class Heads(unittest.TestCase):
    def setUp(self):
        self.t = tempfile.TemporaryDirectory()
        self.addCleanup(self.t.cleanup)
        self.folder, self.pem, self.file = (os.path.join(self.t.name, n) for n in ("data", "key.pem", "heads"))

    def ship(self, **more):
        return Server(self.folder, options=(*UNLIMITED, "--audit-ship", self.file), **more)

    def keep_key(self):
        r = run("audit", "key", "--data", self.folder)
        self.assertEqual(r.returncode, 0, r.stderr)
        with open(self.pem, "w") as f:
            f.write(r.stdout)
        return r.stdout

    def verify(self, *more):
        return run("audit", "verify", "--data", self.folder, *more)

    def judge(self, head):
        """OpenSSL's opinion of a signature."""
        paths = [os.path.join(self.t.name, n) for n in ("text", "signature")]
        for path, content in zip(paths, (text_of(head), bytes.fromhex(head["signature"]))):
            with open(path, "wb") as f:
                f.write(content)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self.pem, "-rawin", "-in", paths[0], "-sigfile", paths[1]],
                              capture_output=True).returncode == 0

    def test_the_head_is_signed(self):
        with Server(self.folder) as s:
            s.wait(s.submit())
            head = s.ask("GET", "/v1/audit/head").json
            records = s.ask("GET", "/v1/audit?limit=1000").json["records"]
            self.assertEqual([r["mac"] for r in records if r["number"] == head["number"]], [head["mac"]])
            self.assertEqual(s.ask("GET", "/v1/audit/head").json["key"], head["key"])
            auditor, _ = s.issue("auditor")
            self.assertEqual(s.ask("GET", "/v1/audit/head", key=auditor).status, 200)
            integrator, _ = s.issue("integrator")
            self.assertEqual(s.ask("GET", "/v1/audit/head", key=integrator).status, 403)
        self.keep_key()
        self.assertTrue(self.judge(head))
        self.assertFalse(self.judge({**head, "number": head["number"] + 1}))
        self.assertFalse(self.judge({**head, "mac": "0" * 64}))

    def test_what_was_shipped_is_in_the_log(self):
        for _ in range(3):
            with self.ship() as s:
                s.wait(s.submit())
        self.keep_key()
        shipped = heads(self.file)
        numbers = [h["number"] for h in shipped]
        self.assertEqual((len(shipped), numbers), (6, sorted(numbers)))     # at each start and at each end
        self.assertTrue(all(self.judge(h) for h in shipped))
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        v = self.verify("--heads", self.file, "--public-key", self.pem)
        self.assertEqual(v.returncode, 0, v.stderr)
        self.assertIn(f"6 heads were shipped, and all of them are in it; the last one is of record {numbers[-1]}", v.stdout)
        self.assertIn(f"{numbers[-1]} records", v.stdout)                   # the very last one is the server's end

    def test_an_older_state_of_everything_is_found(self):
        with self.ship() as s:
            s.wait(s.submit())
        self.keep_key()
        shutil.copytree(self.folder, self.folder + ".old")
        with self.ship() as s:
            s.wait(s.submit("Something that somebody wants to hide: cough."))
        shutil.rmtree(self.folder)
        os.rename(self.folder + ".old", self.folder)
        self.assertEqual(self.verify().returncode, 0)                       # nothing within it tells
        v = self.verify("--heads", self.file, "--public-key", self.pem)
        self.assertEqual(v.returncode, 1)
        self.assertIn("cut off, or an older one is in its place", v.stderr)
        with self.assertRaisesRegex(RuntimeError, "older one"):             # nor does a server go on with it
            self.ship().start()
        with Server(self.folder) as s:                       # who writes a log anew
            while s.ask("GET", "/v1/audit/head").json["number"] <= heads(self.file)[-1]["number"]:
                s.submit()
        v = self.verify("--heads", self.file)
        self.assertEqual(v.returncode, 1)
        self.assertIn("is not the one whose head was shipped", v.stderr)

    def test_heads_of_others_prove_nothing(self):
        with self.ship() as s:
            s.wait(s.submit())
        self.keep_key()
        good = heads(self.file)
        other = os.path.join(self.t.name, "other")
        with Server(other) as s:
            strange = s.ask("GET", "/v1/audit/head").json
        pem = os.path.join(self.t.name, "other.pem")
        with open(pem, "w") as f:
            f.write(run("audit", "key", "--data", other).stdout)
        cases = [([strange], self.pem, "not signed with that key"), (good, pem, "not signed with that key"), ([{**good[0], "number": 2}], self.pem, "not signed"),
                 ([{**good[0], "key": strange["key"]}], self.pem, "not signed"), ([{"schema": "x"}], self.pem, "line 1 of the shipped heads is none"),
                 (good, "/dev/null", "what aceso audit key prints"), (good, os.path.join(self.t.name, "missing"), "no such file")]
        for lines, key, said in cases:
            with open(self.file, "w") as f:
                f.writelines(json.dumps(h) + "\n" for h in lines)
            v = self.verify("--heads", self.file, "--public-key", key)
            self.assertEqual(v.returncode, 1, said)
            self.assertIn(said, v.stderr)
        self.assertEqual(self.verify("--heads", "/nowhere").returncode, 1)

    def test_another_master_key_is_the_same_installation(self):
        with self.ship() as s:
            s.wait(s.submit())
        before = self.keep_key()
        new = os.path.join(self.t.name, "new.key")
        self.assertEqual(run("key", "rotate", new, "--data", self.folder).returncode, 0)
        self.assertEqual(run("audit", "key", "--data", self.folder, "--master-key", new).stdout, before)
        self.assertEqual(self.verify("--heads", self.file, "--public-key", self.pem, "--master-key", new).returncode, 0)

    def test_a_place_that_cannot_be_written_is_told_at_once(self):
        with self.assertRaisesRegex(RuntimeError, "no such file or folder"):
            Server(self.folder, options=("--audit-ship", "/nowhere/heads")).start()

    def test_to_a_url(self):
        with Receiver() as r:
            r.answers["/heads"] = 503
            with Server(self.folder, options=(*UNLIMITED, "--audit-ship", r.url("/heads"))) as s:
                s.wait(s.submit(NOTE))
                end = time.monotonic() + 10
                while "audit_head_not_shipped" not in s.log() and time.monotonic() < end:
                    time.sleep(.05)
                self.assertEqual(s.log().count("audit_head_not_shipped"), 1)
                r.answers["/heads"] = 204
            came = r.at("/heads")
        self.assertEqual(len(came), 2)
        headers, body = came[-1]
        self.keep_key()
        self.assertEqual((headers["content-type"], self.judge(json.loads(body))), ("application/json", True))
        with open(self.file, "wb") as f:
            f.write(body + b"\n")
        self.assertEqual(self.verify("--heads", self.file, "--public-key", self.pem).returncode, 0)


if __name__ == "__main__":
    main()
