#!/usr/bin/env python3
"""Clients that others wrote against a server of ours. Run by run.sh, which says where they are ($LOAD_CLIENTS)."""
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../server"))
from server import NOTE, Server

CLIENTS = os.environ["LOAD_CLIENTS"]
SECONDS = "2" if os.environ.get("ACESO_SLOW") else "4"


class Load(unittest.TestCase):
    def cannon(self, s, path, *more):
        p = subprocess.run(["node", CLIENTS + "/node_modules/autocannon/autocannon.js", "--json", "--no-progress", "-d", SECONDS, "-H", f"Authorization: Bearer {s.admin}", *more,
                            f"http://127.0.0.1:{s.port}{path}"], capture_output=True, text=True, timeout=120)
        self.assertEqual(p.returncode, 0, p.stderr)
        return json.loads(p.stdout)

    def test_no_errors_whatever_is_asked(self):
        with tempfile.TemporaryDirectory() as t, Server() as s:
            body = os.path.join(t, "note.json")
            with open(body, "w") as f:
                json.dump({"text": NOTE}, f)
            job = s.submit()
            s.wait(job)
            post = ("-m", "POST", "-i", body, "-H", "Content-Type: application/json")
            for path, more in (("/submit", ("-c", "64", *post)), ("/v1/jobs", ("-c", "16", "-p", "4", *post)), ("/v1/entities", ("-c", "8", *post)), (f"/v1/jobs/{job}/result", ("-c", "32")),
                               (f"/v1/jobs/{job}/result", ("-c", "16", "-H", "Accept-Encoding: gzip")), ("/v1/jobs?limit=20", ("-c", "16", "-p", "8")), ("/health/live", ("-c", "200", "-p", "10"))):
                r = self.cannon(s, path, *more)
                print(f"{path.replace(job, 'ID'):24} {r['requests']['average']:9.0f}/s  p99 {r['latency']['p99']:5.0f} ms  {r['2xx']:8} good, {r['non2xx']} others", file=sys.stderr)
                self.assertEqual((r["5xx"], r["4xx"], r["non2xx"], r["errors"], r["timeouts"]), (0, 0, 0, 0, 0), path)
                self.assertGreater(r["2xx"], 50)
            end = time.monotonic() + 120
            while s.ask("GET", "/health", key="").json["jobs_waiting"] and time.monotonic() < end:
                time.sleep(.2)
            metrics = s.ask("GET", "/metrics").bytes.decode()
            self.assertEqual([line for line in metrics.splitlines() if line.startswith("aceso_http_requests_total") and ('"5xx"' in line or '"4xx"' in line)], [])


class Streams(unittest.TestCase):
    def test_sockets_and_events_tell_one_story(self):
        with Server() as s:
            job = s.submit(run_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3)))
            p = subprocess.run(["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "streams.mjs"), f"http://127.0.0.1:{s.port}", s.admin, job], capture_output=True, text=True, timeout=60)
            self.assertEqual(p.returncode, 0, p.stderr)
            seen = json.loads(p.stdout)
        self.assertEqual(seen["legacy"], {"code": 1000, "pong": True, "states": ["pending", "processing", "completed"]})
        self.assertEqual(seen["v1"], {"code": 1000, "pong": True, "states": ["queued", "running", "completed"]})
        self.assertEqual(seen["sse"]["states"], [["1", "queued"], ["2", "running"], ["3", "completed"]])
        self.assertEqual((seen["sse"]["asked"], seen["sse"]["code"]), ([None, "3"], 204))


if __name__ == "__main__":
    unittest.main()
