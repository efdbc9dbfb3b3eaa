#!/usr/bin/env python3
"""What goes wrong around a server: too many clients, a full disk, locks, damage, clocks, crashes, load. Nothing that was
acknowledged is lost, what cannot be done is told with its code, and nothing of a document gets out."""
import concurrent.futures
import contextlib
import glob
import http.client
import os
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import ACESO, NOTE, Server, form, main, quoted, run

SLOW_BUILD = bool(os.environ.get("ACESO_SLOW"))     # sanitized: no budgets of time and memory
LONG = bool(os.environ.get("ACESO_LONG"))           # the ones that take minutes
ROOT = os.geteuid() == 0
CANARY = "Zebulon Quackenbush"


@contextlib.contextmanager
def room(megabytes):
    """A file system of that size."""
    with tempfile.TemporaryDirectory() as t:
        if not ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "aceso-test", t], capture_output=True).returncode:
            raise unittest.SkipTest("no file system of a given size can be made here: that needs root and mount")
        try:
            yield t
        finally:
            subprocess.run(["umount", "-l", t], check=True)


def fill(path, leave=0):
    """Use up the file system of path, but for so many bytes."""
    with open(path, "wb", buffering=0) as f:
        for step in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while f.write(b"\0" * step):
                    pass
        f.truncate(max(0, f.tell() - leave))


def refused(case, folder, *options):
    """What the server says that does not start."""
    with case.assertRaises(RuntimeError) as e:
        Server(folder, options=options).start().stop()
    return str(e.exception)


class Crowd(unittest.TestCase):
    def test_ten_thousand_that_say_nothing_keep_nobody_waiting(self):
        n = 1500 if SLOW_BUILD else 10000
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < n + 500:
            self.skipTest(f"only {hard} files may be open")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        idle = []
        try:
            with Server() as s:
                before = s.memory()
                ask = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                for i in range(n):
                    c = socket.create_connection(("127.0.0.1", s.port), timeout=30, source_address=(f"127.0.{1 + i // 5000}.1", 0))
                    c.sendall(ask)
                    idle.append(c)
                for c in idle:
                    self.assertIn(b"200 OK", c.recv(4096))
                began, times = time.monotonic(), []
                for _ in range(100):
                    t = time.monotonic()
                    self.assertEqual(s.ask("GET", "/v1/jobs?limit=1").status, 200)
                    times.append(time.monotonic() - t)
                self.assertEqual(s.wait(s.submit())["state"], "completed")
                open_ = int(re.search(r"aceso_http_connections_open (\d+)", s.ask("GET", "/metrics").bytes.decode())[1])
                each = (s.memory() - before) / n
                print(f"\n{open_} connections: {each / 1024:.1f} KB each, {s.memory() >> 20} MB in all; a request beside them {sorted(times)[50] * 1e3:.1f} ms "
                      f"(slowest {max(times) * 1e3:.0f} ms)", file=sys.stderr)
                self.assertGreaterEqual(open_, n)
                if not SLOW_BUILD:
                    self.assertLess(sorted(times)[50], .05)
                    self.assertLess(s.memory(), 200 << 20)
        finally:
            for c in idle:
                c.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Disk(unittest.TestCase):
    def test_a_full_disk_is_told_and_nothing_is_lost(self):
        with room(48) as t:
            folder = os.path.join(t, "data")
            with Server(folder, env={"TMPDIR": t}) as s:
                kept = [s.submit(f"Note {i}: cough.") for i in range(20)]
                for job in kept:
                    s.wait(job)
                fill(os.path.join(t, "filler"), leave=300000)
                answers = []

                def submit(i):
                    a = s.ask("POST", "/v1/jobs", {"text": f"Note {i}: asthma. " + os.urandom(3000).hex()})
                    answers.append((a.status, a.code if a.status != 202 else a.json["id"]))
                    if a.status == 507:
                        self.assertGreater(int(a.headers["Retry-After"]), 0)
                with concurrent.futures.ThreadPoolExecutor(8) as pool:
                    list(pool.map(submit, range(400)))
                self.assertEqual({(status, code) for status, code in answers if status != 202}, {(507, "insufficient_storage")})
                kept += [job for status, job in answers if status == 202]
                a = s.ask("POST", "/v1/documents" + quoted(name="big.txt"), os.urandom(1 << 20), headers={"Content-Type": "text/plain"})
                self.assertEqual((a.status, a.code), (507, "insufficient_storage"))
                self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
                self.assertIn(s.ask("GET", f"/v1/jobs/{kept[0]}").status, (200, 507))   # what cannot be recorded is not shown
                self.assertIsNone(s.process.poll())
                os.remove(os.path.join(t, "filler"))
                self.assertEqual(s.wait(s.submit("It goes on: fever."))["state"], "completed")
                for job in kept:
                    self.assertEqual(s.wait(job, 120)["state"], "completed", job)
                self.assertEqual([f for f in glob.glob(folder + "/blobs/??/*") if os.path.isfile(f)], [])
                for line in s.log().splitlines():
                    self.assertNotIn("asthma", line)
            self.assertEqual(run("audit", "verify", "--data", folder).returncode, 0)

    def test_no_room_to_begin_with(self):
        with room(1) as t:
            fill(os.path.join(t, "filler"))
            self.assertRegex(refused(self, os.path.join(t, "data")), "no space left|disk is full")

    def test_a_disk_that_cannot_be_written(self):
        with room(16) as t:
            folder = os.path.join(t, "data")
            with Server(folder) as s:
                s.wait(s.submit())
            subprocess.run(["mount", "-o", "remount,ro", t], check=True)
            self.assertRegex(refused(self, folder), "read-only file system|cannot be written")
            self.assertRegex(refused(self, os.path.join(t, "new")), "read-only file system|cannot be written")

    def test_somebody_else_has_the_database(self):
        with Server() as s:
            job = s.submit()
            s.wait(job)
            db = sqlite3.connect(s.folder + "/aceso.db", isolation_level=None, timeout=30)
            db.execute("begin immediate")
            began = time.monotonic()
            a = s.ask("POST", "/v1/jobs", {"text": NOTE})
            self.assertEqual((a.status, a.code), (503, "overloaded"))
            self.assertIn("Retry-After", a.headers)
            self.assertLess(time.monotonic() - began, 30)
            self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
            sick = s.ask("GET", "/health/ready", key="")
            self.assertEqual((sick.status, sick.json["status"], sick.json["store"], sick.json["engine"]), (503, "degraded", "failed", "ok"))
            db.execute("rollback")
            time.sleep(1.1)
            self.assertEqual(s.ask("GET", "/health/ready", key="").json["store"], "ok")
            self.assertEqual(s.wait(s.submit())["state"], "completed")
            s.stop()
            db.execute("begin immediate")
            try:
                self.assertIn("another process has the database", refused(self, s.folder))
            finally:
                db.close()


class Damage(unittest.TestCase):
    """A bit of a file is another one: an error that says so, or no difference; never an answer that is wrong, never less in silence."""

    def flips(self, kill, name, rounds):
        rng = random.Random(7)
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            s = Server(folder).start()
            jobs = [s.submit(f"Note {i}: cough, asthma.") for i in range(20)]
            for job in jobs:
                s.wait(job)
            wanted = {job: s.ask("GET", f"/v1/jobs/{job}/result?fields=entities").bytes for job in jobs}
            s.stop(signal.SIGKILL if kill else signal.SIGTERM)
            told = 0
            for i in range(rounds):
                copy = os.path.join(t, str(i))
                shutil.copytree(folder, copy)
                at = rng.randrange(os.path.getsize(os.path.join(copy, name)) * (8 if not kill else 7) // 8) # of the last transaction nobody can tell
                with open(os.path.join(copy, name), "r+b") as f:
                    f.seek(at)
                    byte = f.read(1)[0]
                    f.seek(at)
                    f.write(bytes([byte ^ 1 << rng.randrange(8)]))
                told += self.look(copy, jobs, wanted, at)
                shutil.rmtree(copy)
            return told

    def look(self, folder, jobs, wanted, at):
        try:
            s = Server(folder).start()
        except RuntimeError as e:
            self.assertRegex(str(e), "damaged|not a database|master key|cannot be read|newer program|not one of this program|audit log", at)
            return True
        bad = 0
        try:
            for job in jobs:
                a = s.ask("GET", f"/v1/jobs/{job}/result?fields=entities")
                self.assertIn(a.status, (200, 500), (at, a.bytes[:200]))
                if a.status == 200:
                    self.assertEqual(a.bytes, wanted[job], at)
                bad += a.status != 200
        finally:
            s.stop()
        return bad > 0 or run("audit", "verify", "--data", folder).returncode != 0

    def test_of_the_database(self):
        self.flips(False, "aceso.db", 60 if LONG else 12)

    def test_of_the_log_that_was_left_behind(self):
        rounds = 60 if LONG else 12
        self.assertEqual(self.flips(True, "aceso.db-wal", rounds), rounds)

    def test_files_that_are_something_else(self):
        with tempfile.TemporaryDirectory() as t:
            for i, content in enumerate((b"no database at all\n" * 400, b"SQLite format 3\0" + os.urandom(8000))):
                folder = os.path.join(t, str(i))
                os.mkdir(folder, 0o700)
                with open(os.path.join(folder, "aceso.db"), "wb") as f:
                    f.write(content)
                self.assertRegex(refused(self, folder), "not a database|damaged|not one of this program")


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
static volatile int64_t *offset;
__attribute__((constructor)) static void begin(void)
{
    int fd = open(getenv("SHIM_OFFSET"), O_RDONLY);
    offset = mmap(0, 8, PROT_READ, MAP_SHARED, fd, 0);
}
int clock_gettime(clockid_t id, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int rc = real(id, t);
    if (id == CLOCK_REALTIME && offset)
        t->tv_sec += *offset;
    return rc;
}
time_t time(time_t *out)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}
"""


class Clock(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if SLOW_BUILD or not shutil.which("cc"):
            raise unittest.SkipTest("a library that changes the clock cannot be put below a sanitized build" if SLOW_BUILD else "no C compiler")
        cls.t = tempfile.TemporaryDirectory()
        source, cls.library, cls.offset = (os.path.join(cls.t.name, f) for f in ("shim.c", "shim.so", "offset"))
        with open(source, "w") as f:
            f.write(SHIM)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", cls.library, source, "-ldl"], check=True)
        cls.env = {"LD_PRELOAD": cls.library, "SHIM_OFFSET": cls.offset}
        cls.jump(0)

    @classmethod
    def tearDownClass(cls):
        cls.t.cleanup()

    @classmethod
    def jump(cls, seconds):
        with open(cls.offset, "r+b" if os.path.exists(cls.offset) else "wb") as f:
            f.write(int(seconds).to_bytes(8, "little", signed=True))

    def test_the_clock_jumps_while_it_runs(self):
        self.jump(0)
        with Server(env=self.env) as s:
            key, _ = s.issue("integrator", expires_seconds=8)
            for seconds in (-3600, 86400, -86400 * 400, 0):
                self.jump(seconds)
                jobs = [s.submit(f"Note {i}: cough.", key) for i in range(2)]
                for job in jobs:
                    self.assertEqual(s.wait(job)["state"], "completed", seconds)
            self.jump(-3600)
            time.sleep(8)
            self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 401)    # its time went by all the same
        self.jump(0)

    def test_limits_of_requests_when_the_clock_jumps(self):
        self.jump(0)
        with Server(env=self.env, options=("--rate-address", "0", "--burst", "5", "--rate-key", "3600")) as s:
            for seconds in (-3600, 86400, 0):
                self.assertIn(429, [s.ask("GET", "/v1/jobs").status for _ in range(10)])
                self.jump(seconds)
                time.sleep(1.5)
                self.assertEqual([s.ask("GET", "/v1/jobs").status for _ in range(3)][::2], [200, 429])
        self.jump(0)

    def test_the_clock_was_put_back_while_it_did_not_run(self):
        """What was leased when the process was killed is done, and keys keep their end."""
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            self.jump(0)
            s = Server(folder, env=self.env).start()
            key, _ = s.issue("integrator", expires_seconds=3600)
            jobs = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE * 40} for _ in range(40)]}).json["job_ids"]
            s.stop(signal.SIGKILL)
            self.jump(-7200)
            with Server(folder, env=self.env) as s:
                for job in jobs:
                    self.assertEqual(s.wait(job)["state"], "completed")
                self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 200)
                self.assertEqual(s.wait(s.submit())["state"], "completed")
            self.jump(7200)
            with Server(folder, env=self.env) as s:
                self.assertEqual(s.ask("GET", "/v1/jobs", key=key).status, 401)
                self.assertEqual(s.wait(s.submit())["state"], "completed")
            self.jump(0)
            self.assertEqual(run("audit", "verify", "--data", folder).returncode, 0)


class Dumps(unittest.TestCase):
    def test_a_crash_leaves_nothing_behind(self):
        with open("/proc/sys/kernel/core_pattern") as f:
            pattern = f.read().strip()

        def cores_wanted():
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for how in (signal.SIGABRT, signal.SIGSEGV):
            with tempfile.TemporaryDirectory() as t:
                s = Server(os.path.join(t, "data"), cwd=t, preexec_fn=cores_wanted).start()
                stop = threading.Event()

                def feed():
                    while not stop.is_set():
                        try:
                            s.submit(f"Patient: {CANARY}. Assessment: asthma of {CANARY}. " * 20)
                        except (OSError, http.client.HTTPException):
                            return
                threads = [threading.Thread(target=feed) for _ in range(4)]
                for th in threads:
                    th.start()
                time.sleep(.5)
                with open(f"/proc/{s.process.pid}/limits") as f:
                    self.assertRegex(f.read(), r"Max core file size\s+0\s+0")
                code = s.stop(how)
                stop.set()
                for th in threads:
                    th.join()
                self.assertNotEqual(code, 0)
                self.assertEqual([f for f in glob.glob(t + "/**/*core*", recursive=True) if os.path.isfile(f)], [], pattern)
                for path in glob.glob(t + "/**/*", recursive=True):
                    if os.path.isfile(path):
                        with open(path, "rb") as f:
                            self.assertNotIn(b"Quackenbush", f.read(), path)

    @unittest.skipUnless(ROOT and not SLOW_BUILD, "another user's server is needed: root only; sanitizers trace themselves")
    def test_nobody_of_the_same_user_looks_into_its_memory(self):
        nobody = 65534

        def drop():
            os.setgroups([])
            os.setgid(nobody)
            os.setuid(nobody)
        with tempfile.TemporaryDirectory() as t:
            os.chmod(t, 0o755)
            folder, program = os.path.join(t, "data"), os.path.join(t, "aceso")
            shutil.copy(ACESO, program)
            os.mkdir(folder, 0o700)
            os.chown(folder, nobody, nobody)
            p = subprocess.Popen([program, "serve", "--data", folder, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 preexec_fn=drop, cwd="/")
            try:
                while line := p.stdout.readline():
                    if line.startswith("listening"):
                        break
                other = subprocess.run(["/bin/sh", "-c", f"exec 3</proc/{p.pid}/mem"], capture_output=True, text=True, preexec_fn=drop, cwd="/")
                self.assertIn("Permission denied", other.stderr)
            finally:
                p.terminate()
                p.stdout.close()
                self.assertEqual(p.wait(30), 0)


class Names(unittest.TestCase):
    def test_a_name_is_never_a_path(self):
        with tempfile.TemporaryDirectory() as t:
            with Server(os.path.join(t, "data")) as s:
                for name in ("../../../../tmp/aceso-was-here", "/etc/passwd", "..\\..\\aceso-was-here", "a/../../b", "\u2025/\uff0e\uff0e/x", ".", ".."):
                    body, headers = form(name, NOTE.encode())
                    for a in (s.ask("POST", "/v1/documents" + quoted(name=name), NOTE.encode(), headers={"Content-Type": "text/plain"}),
                              s.ask("POST", "/v1/documents", body, headers=headers)):
                        self.assertIn(a.status, (202, 400), (name, a.bytes))
                        if a.status == 202:
                            back = s.ask("GET", f"/v1/documents/{a.json['id']}/content")
                            self.assertEqual((back.status, back.bytes), (200, NOTE.encode()))
                            said = back.headers.get("Content-Disposition", "")
                            self.assertNotIn("\n", said)
                    job = s.submit(name=name)
                    self.assertIn(s.wait(job)["state"], ("completed", "incomplete"))
                for path in ("/v1/documents/..%2f..%2fmaster.key", "/v1/documents/%2e%2e/%2e%2e/master.key/content", "/v1/jobs/..%5c..%5cadmin.key",
                             "/docs/../../data/admin.key", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v1/documents/%00/content"):
                    a = s.ask("GET", path)
                    self.assertIn(a.status, (400, 404), path)
                    self.assertNotIn(s.admin.encode(), a.bytes)
            self.assertFalse(os.path.exists("/tmp/aceso-was-here"))
            self.assertEqual(sorted(os.listdir(t)), ["data"])
            self.assertEqual({os.path.relpath(f, t) for f in glob.glob(t + "/data/*")} - {"data/aceso.db", "data/blobs", "data/admin.key", "data/master.key"}, set())


class Load(unittest.TestCase):
    SCRIPT = """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Authorization"] = "Bearer %s"
        wrk.body = '{"text": "Chest pain since yesterday. Aspirin 81 mg daily."}'
        local bad = {}
        local all = {}
        function setup(thread) table.insert(all, thread) end
        function init() codes = "" seen = {} end
        function response(status)
            if not seen[status] then seen[status] = true codes = codes .. status .. " " end
        end
        function done()
            for _, t in ipairs(all) do io.write("codes: " .. t:get("codes") .. "\\n") end
        end
    """

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_no_errors_under_load(self):
        with tempfile.TemporaryDirectory() as t, Server() as s:
            script = os.path.join(t, "load.lua")
            with open(script, "w") as f:
                f.write(self.SCRIPT % s.admin)
            seconds = 20 if LONG else 3
            out = subprocess.run(["wrk", "-t2", "-c64", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{s.port}/v1/jobs"], capture_output=True, text=True,
                                 timeout=120).stdout
            codes = set(" ".join(re.findall(r"codes: ([\d ]*)", out)).split())
            print("\n" + "; ".join(re.findall(r"(Requests/sec:.*|Latency .*|Socket errors.*|Non-2xx.*)", out)), file=sys.stderr)
            self.assertTrue(codes, out)
            self.assertEqual({c for c in codes if c not in ("202", "503")}, set(), out) # 503: told to wait, when more wait than may
            self.assertIn("202", codes)
            self.assertNotRegex(out, "read [1-9]|write [1-9]")
            self.assertEqual(s.ask("GET", "/health", key="").status, 200)

    @unittest.skipUnless(shutil.which("slowhttptest"), "slowhttptest is not installed")
    def test_slow_clients_are_ended(self):
        with Server() as s:
            for how in (["-H"], ["-B"]):
                p = subprocess.Popen(["slowhttptest", *how, "-c", "300", "-r", "200", "-i", "5", "-l", "12", "-u", f"http://127.0.0.1:{s.port}/submit", "-p", "3"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    worst = 0
                    end = time.monotonic() + (12 if LONG else 4)
                    while time.monotonic() < end:
                        t = time.monotonic()
                        self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
                        worst = max(worst, time.monotonic() - t)
                        time.sleep(.05)
                    self.assertLess(worst, 10 if SLOW_BUILD else 1)
                finally:
                    p.kill()
                    p.wait()

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_metrics_are_what_prometheus_wants(self):
        with Server() as s:
            s.wait(s.submit())
            s.ask("GET", "/nothing")
            p = subprocess.run(["promtool", "check", "metrics"], input=s.ask("GET", "/metrics").bytes, capture_output=True)
            self.assertEqual((p.returncode, p.stdout + p.stderr), (0, b""))


if __name__ == "__main__":
    main()
