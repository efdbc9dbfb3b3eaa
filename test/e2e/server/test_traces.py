#!/usr/bin/env python3
"""Traces: requests, jobs and the engine's steps as spans, sent to a collector, which may be slow, gone, or know better."""
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from otlp import Collector
from receiver import Receiver
from server import NOTE, UNLIMITED, Server, WithServer, main, quoted

SLOW = bool(os.environ.get("ACESO_SLOW"))
JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "otlp", "judge.js")


def parent(sampled=True):
    trace, span = secrets.token_hex(16), secrets.token_hex(8)
    return trace, span, f"00-{trace}-{span}-0{int(sampled)}"


class Traces(WithServer):
    @classmethod
    def options(cls):
        return (*super().options(), "--otlp", cls.c.url)

    @classmethod
    def setUpClass(cls):
        cls.c = cls.enterClassContext(Collector())
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        code, log = cls.s.stop(), cls.s.log()
        assert code == 0, (code, log)
        assert cls.c.faults == [], cls.c.faults[:3]

    def test_from_the_request_to_the_steps_of_its_job(self):
        trace, span, header = parent()
        a = self.s.ask("POST", "/v1/jobs", {"text": NOTE}, headers={"traceparent": header, "tracestate": "vendor=opaque,other=1"})
        self.s.wait(a.json["id"])
        job, = self.c.found(trace=trace, name="job process")
        request, = self.c.found(trace=trace, name="POST /v1/jobs")
        self.assertEqual((request["parent"], request["kind"], request["http.response.status_code"], request["http.route"]), (span, 2, 202, "/v1/jobs"))
        self.assertEqual(request["aceso.request.id"], a.headers["Request-Id"])
        self.assertEqual(a.headers["Traceresponse"], f"00-{trace}-{request['id']}-01")
        self.assertEqual((job["parent"], job["kind"], job["aceso.job.id"], job["aceso.job.state"], job["aceso.job.attempt"]),
                         (request["id"], 5, a.json["id"], "completed", 1))
        steps = self.c.found(trace=trace, parent=job["id"])
        self.assertLess({"tokens", "entities", "context", "phi"}, {s["name"] for s in steps})
        self.assertEqual(steps, sorted(steps, key=lambda s: s["begin"]))
        self.assertTrue(all(job["begin"] <= s["begin"] and s["end"] <= job["end"] for s in steps))
        everything = self.c.found(trace=trace)
        self.assertEqual(len({s["id"] for s in everything}), len(everything))

    def test_what_others_say_of_the_trace_is_passed_on_and_no_more(self):
        trace, _, header = parent()
        state = 'vendor=opaque/"1",t@other=2'
        a = self.s.ask("POST", "/v1/jobs", {"text": NOTE}, headers={"traceparent": header, "tracestate": f" {state.replace(',', ' , ')},, vendor=again"})
        self.assertEqual((a.status, a.headers["tracestate"]), (202, None))
        self.s.wait(a.json["id"])
        self.c.found(trace=trace, name="job process")
        everything = self.c.found(trace=trace)
        self.assertEqual({s["state"] for s in everything}, {state})
        self.assertGreater(len(everything), 10)
        self.assertNotIn("opaque", self.s.log())
        for bad in ("vendor", "Vendor=1", "a=1,b", "a=" + "v" * 257, ",".join(f"k{i}=1" for i in range(33)), "a=\xe9"):
            trace, _, header = parent()
            a = self.s.ask("GET", "/v1/jobs?limit=1", headers={"traceparent": header, "tracestate": bad})
            self.assertEqual(a.status, 200, bad)
            self.assertEqual([s["state"] for s in self.c.found(trace=trace)], [None], bad)
        a = self.s.ask("GET", "/v1/jobs?limit=1", headers={"traceparent": "nonsense", "tracestate": "vendor=1"})
        self.assertEqual([s["state"] for s in self.c.found(trace=a.headers["Traceresponse"][3:35])], [None])

    def test_a_template_stands_for_the_path(self):
        trace, _, header = parent()
        job = self.s.submit()
        self.s.wait(job)
        self.s.ask("GET", f"/v1/jobs/{job}/result", headers={"traceparent": header})
        self.s.ask("GET", f"/somewhere/{job}", headers={"traceparent": header})
        self.assertEqual(self.c.found(trace=trace, name="GET /v1/jobs/{job_id}/result")[0]["http.response.status_code"], 200)
        missing, = self.c.found(trace=trace, name="GET")
        self.assertEqual((missing["http.response.status_code"], "http.route" in missing), (404, False))

    def test_whose_trace_it_is(self):
        trace, span, header = parent(sampled=False)
        a = self.s.ask("GET", "/v1/jobs", headers={"traceparent": header})
        self.assertRegex(a.headers["Traceresponse"], f"00-{trace}-[0-9a-f]{{16}}-00")
        begun = self.s.ask("GET", "/v1/jobs").headers["Traceresponse"]
        for bad in ("nonsense", header.upper(), header + "-x", "00-" + "0" * 32 + header[35:], "ff" + header[2:], header.replace("-", "_"), ""):
            a = self.s.ask("GET", "/v1/jobs?limit=1", headers={"traceparent": bad})
            self.assertEqual(a.status, 200)
            self.assertNotIn(trace, a.headers["Traceresponse"], bad)
        own, = self.c.found(trace=begun[3:35])
        self.assertEqual((own["parent"], own["name"]), (None, "GET /v1/jobs"))
        self.assertEqual(self.c.found(0, trace=trace), [])

    def test_a_request_that_is_refused(self):
        trace, _, header = parent()
        self.s.ask("GET", "/v1/jobs", key="nobody", headers={"traceparent": header})
        span, = self.c.found(trace=trace)
        self.assertEqual((span["http.response.status_code"], span["failed"]), (401, False))

    def test_nothing_of_a_document_is_in_a_span(self):
        name, number = "Zebulon Quackenbush", "QX-88123477"
        text = f"Patient: {name}. MRN: {number}. Assessment: asthma of {name}.\n"
        s, (trace, _, header) = self.s, parent()
        headers = {"traceparent": header, "User-Agent": name, "X-Name": name, "baggage": f"patient={number}", "Referer": f"http://h/{number}"}
        job = s.ask("POST", "/v1/jobs", {"text": text, "name": name, "patient_reference": number}, headers=headers).json["id"]
        s.wait(job)
        for path in (f"/v1/jobs/{job}/result", f"/v1/jobs/{job}/fhir?identified=true", f"/v1/patients{quoted(reference=number)}", f"/v1/jobs{quoted(color=name)}",
                     f"/v1/{number}/Quackenbush", f"/docs/{number}"):
            s.ask("GET", path, headers=headers)
        s.ask("POST", "/v1/documents" + quoted(name=name, patient_reference=number), text.encode() * 1000, headers={**headers, "Content-Type": "text/plain"})
        s.ask("POST", "/v1/entities", {"text": text}, headers=headers)
        s.ask("POST", "/v1/jobs", {"text": text, name: 1}, headers=headers)
        patient = s.ask("GET", f"/v1/patients{quoted(reference=number)}").json["patients"][0]["id"]
        s.ask("GET", f"/v1/patients/{patient}", headers=headers)
        self.assertTrue(self.c.found(trace=trace, name="GET /v1/patients/{patient_id}"))
        everything = b"".join(self.c.bodies)
        for secret in (name, "Quackenbush", number, patient, s.admin, "Zebulon"):
            self.assertNotIn(secret.encode(), everything)
            self.assertNotIn(secret, s.log())

    def test_the_judges_of_opentelemetry_can_read_it(self):
        if not os.path.isdir(os.environ.get("OTLP_JUDGE", "")):
            self.skipTest("test/e2e/otlp/run.sh fetches what this needs")
        self.s.wait(self.s.submit())
        trace = self.s.ask("GET", "/v1/jobs").headers["Traceresponse"][3:35]
        self.assertTrue(self.c.found(trace=trace))
        p = subprocess.run(["node", JUDGE], input=b"\n".join(self.c.bodies), capture_output=True)
        self.assertEqual((p.returncode, p.stderr), (0, b""), p.stderr[:1000])
        self.assertGreater(int(p.stdout.split()[0]), 30)


class Webhooks(unittest.TestCase):
    def test_the_trace_goes_on_with_who_is_told(self):
        with Collector() as c, Receiver() as r, Server(options=(*UNLIMITED, "--otlp", c.url, "--webhook-private", "127.0.0.0/8")) as s:
            hook = s.ask("POST", "/v1/webhooks", {"url": r.url("/told"), "all_jobs": True})
            self.assertEqual(hook.status, 201, hook.bytes)
            trace, _, header = parent()
            state = "a=" + '"' * 249 + ",b=" + "\\" * 250          # as long as its text in JSON can become
            s.ask("POST", "/v1/jobs", {"text": NOTE}, headers={"traceparent": header, "tracestate": state})
            told, = c.found(trace=trace, name="POST webhook")
            job, = c.found(trace=trace, name="job process")
            self.assertEqual((told["parent"], told["kind"], told["http.response.status_code"], told["aceso.webhook.id"]), (job["id"], 3, 204, hook.json["id"]))
            self.assertEqual([(h["traceparent"], h["tracestate"]) for h, _ in r.at("/told")], [(f"00-{trace}-{told['id']}-01", state)])
            trace, _, header = parent()
            s.ask("POST", "/v1/jobs", {"text": NOTE}, headers={"traceparent": header})
            told, = c.found(trace=trace, name="POST webhook")
            self.assertEqual([(h["traceparent"], h.get("tracestate")) for h, _ in r.at("/told")][1:], [(f"00-{trace}-{told['id']}-01", None)])
            self.assertEqual(c.faults, [])


class Settings(unittest.TestCase):
    def test_the_environment_says_where_and_how(self):
        env = {"OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20s3cr3t-of-the-collector, x-tenant = hospital ", "OTEL_SERVICE_NAME": "aceso ward 4",
               "OTEL_TRACES_SAMPLER": "always_on"}
        with Collector() as c, Server(env={**env, "OTEL_EXPORTER_OTLP_ENDPOINT": c.url + "/"}) as s:
            trace, _, header = parent(sampled=False)
            s.ask("GET", "/v1/jobs", headers={"traceparent": header})
            self.assertTrue(c.found(trace=trace))
            self.assertEqual((c.headers[0]["Authorization"], c.headers[0]["x-tenant"]), ("Bearer s3cr3t-of-the-collector", "hospital"))
            self.assertEqual(c.resources[0]["service.name"], "aceso ward 4")
            self.assertEqual(c.faults, [])
            self.assertNotIn("s3cr3t", s.log() + s.ask("GET", "/metrics").bytes.decode())

    def test_only_some_traces_are_recorded(self):
        for sampler, arg, low, high in (("always_off", "", 0, 0), ("traceidratio", "0.3", 20, 90), ("parentbased_traceidratio", "0", 0, 0), ("parentbased_always_off", "", 0, 0)):
            with Collector() as c:
                with Server(env={"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": c.url + "/v1/traces", "OTEL_TRACES_SAMPLER": sampler, "OTEL_TRACES_SAMPLER_ARG": arg}) as s:
                    for _ in range(180):
                        s.ask("GET", "/health/live", key="")
                self.assertTrue(low <= len(c.spans) <= high, (sampler, len(c.spans)))

    def test_nobody_asks(self):
        with Server(env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}) as s:
            self.assertNotIn("Traceresponse", s.ask("GET", "/v1/jobs", headers={"traceparent": parent()[2]}).headers)
            self.assertNotIn(b"aceso_trace", s.ask("GET", "/metrics").bytes)

    def test_settings_that_cannot_be(self):
        for env, said in (({"OTEL_EXPORTER_OTLP_ENDPOINT": "ftp://s3cr3t"}, "http or https"), ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h" + "s3cr3t" * 500}, "http or https"),
                          ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL"), ({"OTEL_TRACES_SAMPLER": "s3cr3t"}, "OTEL_TRACES_SAMPLER"),
                          ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "1.5"}, "from 0 to 1"), ({"OTEL_EXPORTER_OTLP_HEADERS": "s3cr3t"}, "OTEL_EXPORTER_OTLP_HEADERS"),
                          ({"OTEL_EXPORTER_OTLP_HEADERS": "a=%0d%0as3cr3t"}, "OTEL_EXPORTER_OTLP_HEADERS"), ({"OTEL_EXPORTER_OTLP_HEADERS": "a=b," * 20}, "OTEL_EXPORTER_OTLP_HEADERS")):
            s = Server(env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", **env})
            with self.assertRaises(RuntimeError) as e:
                s.start()
            s.own.cleanup()
            self.assertIn(said, str(e.exception))
            self.assertNotIn("s3cr3t", str(e.exception))


class Faults(unittest.TestCase):
    def counters(self, s):
        return {k: float(v) for k, v in re.findall(r"^aceso_trace_(\w+) (\S+)$", s.ask("GET", "/metrics").bytes.decode(), re.M)}

    def test_a_collector_that_hangs_or_is_gone_slows_nobody(self):
        for url in (None, "http://127.0.0.1:9"):
            with Collector() as c:
                c.answer = None
                with Server(options=(*UNLIMITED, "--otlp", url or c.url)) as s:
                    jobs = [s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE}] * 200}).json["job_ids"] for _ in range(2)]
                    times = []
                    for _ in range(200):
                        t = time.monotonic()
                        self.assertEqual(s.ask("GET", "/v1/jobs?limit=1").status, 200)
                        times.append(time.monotonic() - t)
                    for job in sum(jobs, []):
                        s.wait(job)
                    n = self.counters(s)
                    self.assertEqual((n["spans_sent_total"], n["spans_dropped_total"] > 0), (0, True), n)
                    self.assertLess(n["spans_waiting"], 8193)
                    if not SLOW:
                        self.assertLess(sorted(times)[100], .05)
                    began = time.monotonic()
                self.assertLess(time.monotonic() - began, 15)       # nor does the end wait for it

    def test_what_was_not_taken_is_sent_again(self):
        with Collector() as c:
            c.answer = 503
            with Server(options=(*UNLIMITED, "--otlp", c.url)) as s:
                trace = s.ask("GET", "/v1/jobs").headers["Traceresponse"][3:35]
                while not c.bodies:
                    time.sleep(.05)
                c.answer = 200
                self.assertEqual(len(c.found(trace=trace)), 1)
                self.assertGreaterEqual(self.counters(s)["requests_failed_total"], 1)
                self.assertEqual(s.log().count("traces_not_taken"), 1)
                c.answer = 400                      # this one will never be taken
                s.ask("GET", "/v1/jobs")
                end = time.monotonic() + 15
                while not self.counters(s)["spans_dropped_total"] and time.monotonic() < end:
                    time.sleep(.2)
                self.assertGreater(self.counters(s)["spans_dropped_total"], 0)

    def test_the_last_ones_are_sent_before_the_end(self):
        with Collector() as c:
            with Server(options=(*UNLIMITED, "--otlp", c.url)) as s:
                trace = s.ask("GET", "/v1/jobs").headers["Traceresponse"][3:35]
            self.assertEqual(len(c.found(0, trace=trace)), 1)

    def test_a_job_remembers_its_trace_over_a_crash(self):
        with tempfile.TemporaryDirectory() as t, Collector() as c:
            folder = os.path.join(t, "data")
            trace, _, header = parent()
            s = Server(folder, options=(*UNLIMITED, "--otlp", c.url)).start()
            jobs = s.ask("POST", "/v1/batches", {"jobs": [{"text": NOTE * 30}] * 60}, headers={"traceparent": header}).json["job_ids"]
            s.stop(signal.SIGKILL)
            with Server(folder, options=(*UNLIMITED, "--otlp", c.url)) as s:
                for job in jobs:
                    s.wait(job)
            spans = c.found(0, trace=trace, name="job process")
            self.assertTrue(spans)
            self.assertLessEqual({x["aceso.job.id"] for x in spans}, set(jobs))
            self.assertEqual(c.faults, [])


if __name__ == "__main__":
    main()
