#!/usr/bin/env python3
"""A server that is killed again and again while clients submit: what was acknowledged is done, once, and nothing else is there.
ACESO_KILLS: how often (12). A request that got no answer is sent again with its key after the next start, as a client would do it."""
import collections
import http.client
import json
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import Server, main, run

SLOW = bool(os.environ.get("ACESO_SLOW"))
KILLS = int(os.environ.get("ACESO_KILLS", 3 if SLOW else 12))
CLIENTS, BATCH, PAGE = 6, 5, 1000


class Requests:
    """Each has a key, and is sent until it is answered."""

    def __init__(self):
        self.lock, self.unanswered, self.made = threading.Lock(), collections.deque(), 0
        self.single, self.batches = {}, {}  # key: id of the job, of the batch

    def next(self):
        with self.lock:
            if self.unanswered:
                return self.unanswered.popleft()
            self.made += 1
            return (f"request {self.made}", self.made % 10)

    def send(self, s, key, kind):
        text = f"{key}: cough and fever. Plan: amoxicillin 500 mg."
        once = {"Idempotency-Key": key}
        if kind == 0:
            a = s.ask("POST", "/v1/batches", {"jobs": [{"text": text, "name": str(i)} for i in range(BATCH)]}, headers=once)
        else:
            a = s.ask("POST", "/submit" if kind < 5 else "/v1/jobs", {"text": text}, headers=once)
        if a.status != 202:
            raise AssertionError((a.status, a.bytes))
        with self.lock:
            if kind == 0:
                self.batches[key] = a.json["batch_id"]
            else:
                self.single[key] = a.json["job_id" if kind < 5 else "id"]

    def feed(self, s, stop):
        while not stop.is_set():
            key, kind = self.next()
            try:
                self.send(s, key, kind)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):  # it was killed
                with self.lock:
                    self.unanswered.append((key, kind))
                return


def pages(s, path, name):
    cursor, key = "", "cursor" if name == "jobs" else "after"
    while cursor is not None:
        page = s.ask("GET", f"{path}{'&' if '?' in path else '?'}limit={PAGE}" + (f"&{key}={cursor}" if cursor else "")).json
        yield from page[name]
        cursor = page["next"]


class Killed(unittest.TestCase):
    def round(self, folder, requests, seconds):
        stop = threading.Event()
        s = Server(folder).start()
        threads = [threading.Thread(target=requests.feed, args=(s, stop)) for _ in range(CLIENTS)]
        for th in threads:
            th.start()
        time.sleep(seconds)
        s.stop(signal.SIGKILL)
        stop.set()
        for th in threads:
            th.join()

    def settle(self, s, requests):
        while requests.unanswered:
            requests.send(s, *requests.unanswered.popleft())
        end = time.monotonic() + 300
        while time.monotonic() < end:
            metrics = s.ask("GET", "/metrics").bytes.decode()
            waiting = [line for line in metrics.splitlines() if re.match(r'aceso_(jobs|webhook_queue)\{.*state="(queued|running|waiting|sending)"\}', line)]
            if all(line.endswith(" 0") for line in waiting):
                return
            time.sleep(.1)
        self.fail(f"jobs do not end: {waiting}")

    def test_what_was_acknowledged_is_done_once_whatever_happens(self):
        requests = Requests()
        with tempfile.TemporaryDirectory() as t:
            folder = os.path.join(t, "data")
            for _ in range(KILLS):
                self.round(folder, requests, random.uniform(0, .3) * (3 if SLOW else 1))
            with Server(folder) as s:
                self.settle(s, requests)
                states = {j["id"]: (j["state"], j.get("batch_id")) for j in pages(s, "/v1/jobs", "jobs")}
                ends = collections.Counter(r["object"] for r in pages(s, "/v1/audit", "records") if r["action"] == "execute" and r["what"] == "job")
            of_batch = collections.Counter(batch for _, batch in states.values() if batch)
            answered = len(requests.single) + len(requests.batches)
            self.assertGreater(answered, KILLS)
            self.assertEqual(answered, requests.made)
            self.assertEqual([j for j in requests.single.values() if j not in states], [])                             # none is lost
            self.assertEqual([b for b in requests.batches.values() if of_batch[b] != BATCH], [])
            self.assertEqual(len(states), len(requests.single) + BATCH * len(requests.batches))                      # none is there twice
            self.assertEqual(collections.Counter(state for state, _ in states.values()), {"completed": len(states)})
            self.assertEqual({j: ends[j] for j in states if ends[j] != 1}, {})                                        # each ended once
            v = run("audit", "verify", "--data", folder)
            self.assertEqual(v.returncode, 0, v.stderr)
            self.assertIn("the chain is whole", v.stdout)
            print(f"{KILLS} kills: {answered:,} requests acknowledged, {len(states):,} jobs, each ended once; {v.stdout.strip()}", file=sys.stderr)


if __name__ == "__main__":
    main()
