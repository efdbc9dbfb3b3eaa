#!/usr/bin/env python3
"""What a server does at its limits: no room for what comes of its work, results of any size, requests that take long."""
import contextlib
import datetime
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import Server, main
from test_faults import SLOW_BUILD, fill, room

FULL_S = int(os.environ.get("ACESO_FULL", 4))       # how long the disk is full: 240 is longer than all attempts of a job take
READ_ONLY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (access(getenv("SHIM_SWITCH"), F_OK) == 0) {
        errno = EROFS;
        return -1;
    }
    return real(fd, p, n, at);
}
"""


def instant(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class NoRoom(unittest.TestCase):
    """The disk is full between the acknowledgement of a job and its end."""

    def until_full(self, s, t, n, leave):
        """Jobs that begin when there is no room any more, for results that are larger than what is left."""
        note = "Assessment: asthma, pneumonia, diabetes mellitus type 2. Plan: amoxicillin 500 mg, metformin 850 mg. "
        jobs = [s.submit("".join(f"On {i}/{k % 28 + 1}/2024 {note}" for k in range(600)), run_at=instant(2)) for i in range(1, n + 1)]
        fill(os.path.join(t, "filler"), leave=leave)
        return jobs

    def attempts_after(self, seconds):
        with room(48) as t, Server(os.path.join(t, "data"), env={"TMPDIR": t}) as s:
            jobs = self.until_full(s, t, 6, 200000)
            time.sleep(2 + seconds)
            self.assertIn("job_end_failed", s.log())            # there was room to begin it
            os.remove(os.path.join(t, "filler"))
            ended = [s.wait(job, 90) for job in jobs]
            self.assertEqual({j["state"] for j in ended}, {"completed"})
            return [j["attempt"] for j in ended]

    def test_what_was_not_stored_is_not_an_attempt(self):
        self.assertEqual(self.attempts_after(FULL_S), [1] * 6)

    def test_it_ends_although_ends_wait_for_room(self):
        with room(48) as t:
            s = Server(os.path.join(t, "data"), env={"TMPDIR": t}).start()
            jobs = self.until_full(s, t, 6, 200000)
            time.sleep(4)
            self.assertIn("job_end_failed", s.log())
            began = time.monotonic()
            self.assertEqual(s.stop(), 0)
            self.assertLess(time.monotonic() - began, 10)
            os.remove(os.path.join(t, "filler"))
            with Server(os.path.join(t, "data")) as s:
                self.assertEqual({s.wait(job)["state"] for job in jobs}, {"completed"})

    @unittest.skipIf(SLOW_BUILD or not shutil.which("cc"), "it needs a C compiler and a library below the program")
    def test_a_disk_that_turns_read_only(self):
        with tempfile.TemporaryDirectory() as t:
            source, library, switch = (os.path.join(t, f) for f in ("shim.c", "shim.so", "read-only"))
            with open(source, "w") as f:
                f.write(READ_ONLY)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
            with Server(os.path.join(t, "data"), env={"LD_PRELOAD": library, "SHIM_SWITCH": switch}) as s:
                done = s.submit()
                s.wait(done)
                jobs = [s.submit(run_at=instant(1)) for _ in range(3)]
                with open(switch, "w"):
                    pass
                a = s.ask("POST", "/v1/jobs", {"text": "Cough."})
                self.assertEqual((a.status, a.code), (507, "insufficient_storage"))
                self.assertEqual(s.ask("GET", "/health/live", key="").status, 200)
                time.sleep(3)
                os.remove(switch)
                ended = [s.wait(job) for job in jobs]
                self.assertEqual([(j["state"], j["attempt"]) for j in ended], [("completed", 1)] * 3)


class WithoutLength(unittest.TestCase):
    """Bodies in chunks: nobody says before how long they are."""

    def pour(self, s, path, key, piece, pieces, head=b"", type="application/json"):
        """Send pieces until there is an answer: (its status line, bytes sent)."""
        with socket.create_connection(("127.0.0.1", s.port), timeout=60) as c:
            c.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            sent = 0
            for data in [head] * bool(head) + [piece] * pieces + [b""]:
                if select.select([c], [], [], 0)[0]:
                    break
                try:
                    c.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                except OSError:
                    break
                sent += len(data)
            answer = b""
            with contextlib.suppress(OSError):
                while more := c.recv(65536):
                    answer += more
                    if b"}}" in answer or b'"created"' in answer:
                        break
            return answer, sent

    def test_what_a_role_may_not_send_is_refused_while_it_comes(self):
        with Server() as s:
            researcher, _ = s.issue("researcher")
            for path, type, most, head in (("/v1/batches", "application/json", 4 << 20, b'{"jobs": ['),
                                           ("/v1/documents", "application/pdf", 256 << 20, b""),
                                           ("/v1/documents", "multipart/form-data; boundary=x", 256 << 20, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n')):
                before = s.memory()
                answer, sent = self.pour(s, path, researcher, b" " * (1 << 20), (most >> 20) + 60, head, type)
                self.assertIn(b" 413 ", answer.split(b"\r\n")[0], (path, type, answer[:200]))
                self.assertIn(b"too_large", answer)
                self.assertLess(sent, most + (16 << 20), (path, type))
                if not SLOW_BUILD:
                    self.assertLess(s.memory() - before, 24 << 20, (path, type))
                self.assertEqual(s.ask("GET", "/v1/jobs", key=researcher).json["jobs"], [])

    def test_what_a_role_may_send_is_taken(self):
        with Server() as s:
            key, _ = s.issue("integrator")
            before = s.memory()
            answer, sent = self.pour(s, "/v1/documents?process=false", key, os.urandom(1 << 20), 300, type="application/pdf")
            self.assertIn(b" 202 ", answer.split(b"\r\n")[0], answer[:200])
            self.assertEqual(sent, 300 << 20)
            if not SLOW_BUILD:
                self.assertLess(s.memory() - before, 16 << 20)


if __name__ == "__main__":
    main()
