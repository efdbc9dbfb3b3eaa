#!/usr/bin/env python3
"""A server that is killed before each of its writes in turn, while one thing is done: every step of a job has a moment at which it is
cut off. Whoever asks again after the next start gets what an undisturbed server would have given, once."""
import glob
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import NOTE, Server, main, run
from test_reading import LINES, pdf

ONES = 2                                            # so many times in a row it was not killed: it does not write more

# Below the program: whatever changes a file or tells a client something counts down, and the last one does not come to pass.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
static _Atomic int *left;
static void of_a_child(void) { left = 0; }
__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("SHIM_STEPS");
    int fd = path ? open(path, O_RDWR) : -1;
    if (fd < 0)
        return;
    left = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    pthread_atfork(0, 0, of_a_child);
    unsetenv("SHIM_STEPS");
}
static void step(void)
{
    if (left && atomic_load(left) > 0 && atomic_fetch_sub(left, 1) == 1)
        atomic_store(left + 1, 1), kill(getpid(), SIGKILL), pause();
}
#define BEFORE(type, name, args, call) \
    type name args { static type (*real) args; if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name); step(); return real call; }
BEFORE(ssize_t, pwrite, (int f, const void *p, size_t n, off_t o), (f, p, n, o))
BEFORE(ssize_t, pwrite64, (int f, const void *p, size_t n, off64_t o), (f, p, n, o))
BEFORE(ssize_t, write, (int f, const void *p, size_t n), (f, p, n))
BEFORE(ssize_t, writev, (int f, const struct iovec *v, int n), (f, v, n))
BEFORE(ssize_t, send, (int f, const void *p, size_t n, int flags), (f, p, n, flags))
BEFORE(ssize_t, sendmsg, (int f, const struct msghdr *m, int flags), (f, m, flags))
BEFORE(int, fdatasync, (int f), (f))
BEFORE(int, fsync, (int f), (f))
BEFORE(int, ftruncate, (int f, off_t n), (f, n))
BEFORE(int, ftruncate64, (int f, off64_t n), (f, n))
BEFORE(int, rename, (const char *a, const char *b), (a, b))
BEFORE(int, renameat, (int f, const char *a, int g, const char *b), (f, a, g, b))
BEFORE(int, linkat, (int f, const char *a, int g, const char *b, int flags), (f, a, g, b, flags))
BEFORE(int, unlink, (const char *a), (a))
BEFORE(int, unlinkat, (int f, const char *a, int flags), (f, a, flags))
"""


class Steps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.environ.get("ACESO_SLOW") or not shutil.which("cc"):
            raise unittest.SkipTest("a library cannot be put below a sanitized build" if os.environ.get("ACESO_SLOW") else "no C compiler")
        cls.t = tempfile.TemporaryDirectory()
        source, cls.library, cls.counter = (os.path.join(cls.t.name, f) for f in ("steps.c", "steps.so", "left"))
        with open(source, "w") as f:
            f.write(SHIM)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", cls.library, source, "-ldl", "-lpthread"], check=True)
        with open(cls.counter, "wb") as f:
            f.write(bytes(4096))

    @classmethod
    def tearDownClass(cls):
        cls.t.cleanup()

    def arm(self, n):
        """n: the write that is the last, 0: none. Behind it stands whether it has come to that, which arming takes back."""
        with open(self.counter, "r+b") as f:
            f.write(n.to_bytes(4, "little") + (bytes(4) if n else b""))

    def server(self):
        return Server(self.folder, env={"LD_PRELOAD": self.library, "SHIM_STEPS": self.counter})

    def again(self, s):
        """The server, started anew if it was killed; whether it was."""
        self.arm(0)
        time.sleep(.01)                                 # for a thread that has counted down to its end and is about to say so
        with open(self.counter, "rb") as f:
            if not int.from_bytes(f.read(8)[4:], "little"):
                return s, False
        s.process.wait(60)
        self.assertEqual(s.stop(), -signal.SIGKILL, s.written)
        return self.server().start(), True

    def each_step(self, prepare, act, look):
        """prepare(s, name) -> what act(s, it) needs; it is cut off at each write in turn; look(s, it) asks for the same again and
        looks at what has come of it."""
        undisturbed, n, cut = 0, 1, 0
        with tempfile.TemporaryDirectory() as t:
            self.folder = os.path.join(t, "data")
            s = self.server().start()
            try:
                while undisturbed < ONES:
                    it = prepare(s, f"{self.id()} {n}")
                    self.arm(n)
                    try:
                        act(s, it)
                    except (OSError, http.client.HTTPException, json.JSONDecodeError):
                        pass                        # no answer, or half of one: the client asks again
                    s, killed = self.again(s)
                    undisturbed = 0 if killed else undisturbed + 1
                    cut += killed
                    with self.subTest(before_write=n):
                        look(s, it)
                    n += 1
                self.assertEqual(s.stop(), 0)
            finally:
                self.arm(0)
                s.stop()
            self.assertGreater(cut, 3)
            v = run("audit", "verify", "--data", self.folder)
            self.assertEqual(v.returncode, 0, v.stderr)
            with Server(self.folder) as s:          # what a kill left lying about goes at the next start
                known = sorted(d["id"] for d in s.ask("GET", "/v1/documents?limit=1000").json["documents"])
                end = time.monotonic() + 10
                while (files := self.blobs()) != known and time.monotonic() < end:
                    time.sleep(.05)
                self.assertEqual(files, known)
            print(f"\n{self.id().rsplit('.', 1)[-1]}: cut off before {cut} of {n - 1} writes", file=sys.stderr)

    def blobs(self):
        return sorted(os.path.basename(f) for f in glob.glob(self.folder + "/blobs/**/*", recursive=True) if os.path.isfile(f))

    def ended_once(self, s, job):
        """It is completed, says so once, in order, and the audit log knows one end."""
        self.assertEqual(s.wait(job)["state"], "completed")
        told = s.ask("GET", f"/v1/jobs/{job}/events").json["events"]
        self.assertEqual([e["event"] for e in told], list(range(1, len(told) + 1)))
        self.assertEqual([e["state"] for e in told].count("completed"), 1)
        self.assertEqual(told[-1]["state"], "completed")
        ends, after = 0, 0
        while after is not None:
            page = s.ask("GET", f"/v1/audit?limit=1000&after={after}").json
            ends += sum(r["action"] == "execute" and r["object"] == job for r in page["records"])
            after = page["next"]
        self.assertEqual(ends, 1)

    def test_a_note(self):
        def act(s, it):
            a = s.ask("POST", "/v1/jobs", {"text": NOTE, "name": it["name"], "patient_reference": it["name"]}, headers={"Idempotency-Key": it["name"]})
            self.assertEqual(a.status, 202, a.bytes)
            it.setdefault("job", a.json["id"])
            self.assertEqual(a.json["id"], it["job"])   # what was acknowledged once is the same ever after
            s.wait(it["job"])

        def look(s, it):
            act(s, it)
            self.ended_once(s, it["job"])
            r = s.ask("GET", f"/v1/jobs/{it['job']}/result").json
            self.assertEqual((r["document"]["id"], any(e["text"] == "unstable angina" for e in r["entities"])), (it["name"], True))
            p = s.ask("GET", "/v1/patients?reference=" + it["name"].replace(" ", "+")).json["patients"]
            self.assertEqual(len(p), 1)
            self.assertEqual([j["id"] for j in s.ask("GET", f"/v1/jobs?patient_id={p[0]['id']}").json["jobs"]], [it["job"]])
        self.each_step(lambda s, name: {"name": name}, act, look)

    def test_a_document(self):
        body = pdf(4, LINES)

        def act(s, it):
            a = s.ask("POST", "/v1/documents?name=a.pdf", body, headers={"Content-Type": "application/pdf", "Idempotency-Key": it["name"]})
            self.assertEqual(a.status, 202, a.bytes)
            it.setdefault("id", a.json["id"])
            it.setdefault("job", a.json["job"]["id"])
            self.assertEqual((a.json["id"], a.json["job"]["id"]), (it["id"], it["job"]))
            s.wait(it["job"])

        def look(s, it):
            act(s, it)
            self.ended_once(s, it["job"])
            self.assertEqual(s.ask("GET", f"/v1/documents/{it['id']}/content").bytes, body)
            self.assertEqual([j["id"] for j in s.ask("GET", f"/v1/jobs?document_id={it['id']}").json["jobs"]], [it["job"]])
        self.each_step(lambda s, name: {"name": name}, act, look)

    def test_a_summary_of_a_patient(self):
        def prepare(s, name):
            p = s.ask("POST", "/v1/patients", {"reference": name}).json["id"]
            for text in (NOTE, "Assessment: asthma."):
                s.wait(s.submit(text, patient_id=p))
            return {"patient": p, "name": name}

        def act(s, it):
            a = s.ask("POST", f"/v1/patients/{it['patient']}/summary")
            self.assertEqual(a.status, 202, a.bytes)
            it["job"] = a.json["id"]
            s.wait(it["job"])

        def look(s, it):
            if "job" not in it:
                act(s, it)
            self.ended_once(s, it["job"])
            self.assertEqual(len(s.ask("GET", f"/v1/jobs/{it['job']}/result").json["sources"]), 2)
        self.each_step(prepare, act, look)

    def test_a_patient_who_is_deleted(self):
        def prepare(s, name):
            p = s.ask("POST", "/v1/patients", {"reference": name}).json["id"]
            a = s.ask("POST", f"/v1/documents?name=a.txt&patient_id={p}", NOTE.encode(), headers={"Content-Type": "text/plain"}).json
            s.wait(a["job"]["id"])
            return {"patient": p, "document": a["id"], "job": a["job"]["id"], "name": name, "acknowledged": False}

        def act(s, it):
            a = s.ask("DELETE", f"/v1/patients/{it['patient']}")
            self.assertIn(a.status, (204, 404))
            it["acknowledged"] = True

        def look(s, it):
            paths = (f"/v1/patients/{it['patient']}", f"/v1/documents/{it['document']}/content", f"/v1/jobs/{it['job']}/result")
            states = {s.ask("GET", path).status for path in paths}
            self.assertIn(states, ({404},) if it["acknowledged"] else ({404}, {200}))  # all of it or nothing
            act(s, it)
            self.assertEqual({s.ask("GET", path).status for path in paths}, {404})
        self.each_step(prepare, act, look)


if __name__ == "__main__":
    main()
