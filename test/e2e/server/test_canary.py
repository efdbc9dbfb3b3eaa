#!/usr/bin/env python3
"""A name and a number that stand for a patient go through every operation there is, in every text that it takes, right and wrong, with
headers and paths full of them. Afterwards they are in no file, log, metric, trace, audit record or error. Leaves with 77 when python3-jsonschema is missing."""
import base64
import copy
import glob
import json
import os
import re
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from otlp import Collector
from server import NOTE, Server
from test_contract import Contract, kinds, resolved, right

NAME, NUMBER = "Zebulon Quackenbush", "QX-88123477"
SECRETS = [NAME, "Quackenbush", "quackenbush", NUMBER, "88123477"]
TEXT = f"Patient: {NAME}. MRN: {NUMBER}. {NOTE} Assessment: asthma of {NAME}."
# Not in tracestate: that is passed on as it came, which is what it is for (docs/server.md).
HEADERS = {"User-Agent": NAME, "Referer": f"http://h/{NUMBER}", "X-Forwarded-For": NUMBER, "X-Patient": NAME, "Cookie": f"p={NUMBER}", "baggage": f"patient={NUMBER}",
           "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Origin": f"https://{NUMBER.lower()}.example"}


def planted(doc, schema, value):
    """The value, with all free text in it replaced."""
    schema = resolved(doc, schema)
    if "anyOf" in schema:
        schema = resolved(doc, schema["anyOf"][0])
    if isinstance(value, dict):
        more = {n: planted(doc, f, right(doc, f, {}, n)) for n, f in schema.get("properties", {}).items()
                if n not in value and kinds(resolved(doc, f)) and kinds(resolved(doc, f))[0] == "string" and not {"format", "enum"} & set(resolved(doc, f)) and n in ("name", "patient_reference")}
        return {**{n: planted(doc, schema.get("properties", {}).get(n, {}), v) for n, v in value.items()}, **more}
    if isinstance(value, list):
        return [planted(doc, schema.get("items", {}), v) for v in value]
    if not isinstance(value, str) or {"format", "enum"} & set(schema):
        return value
    most = schema.get("maxLength", 1 << 20)
    return next(t for t in (TEXT, NAME + " " + NUMBER, NAME, NUMBER, value) if len(t) <= most)


class Canary(unittest.TestCase):
    def found(self, bytes_):
        forms = [f for s in SECRETS for f in (s.encode(), s.encode("utf-16-le"), base64.b64encode(s.encode())[:10], urllib.parse.quote(s).encode(), s.encode().hex().encode())]
        return [f for f in forms if f in bytes_]

    def files(self, folder):
        for path in glob.glob(folder + "/**/*", recursive=True) + glob.glob(folder + "/**/.*", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    self.assertEqual(self.found(f.read()), [], path)

    def test_nothing_stays_anywhere(self):
        with tempfile.TemporaryDirectory() as t, Collector() as c:
            folder = os.path.join(t, "data")
            with Server(folder, ("--rate-address", "0", "--rate-key", "0", "--log-requests", "--otlp", c.url), env={"TMPDIR": t}) as s:
                self.contract, errors, good = Contract(s), [], set()
                for path, method, op in list(self.contract.operations()):
                    for a, told in self.each(path, method, op):
                        good |= {op["operationId"]} if a.status < 300 else set()
                        if a.status >= 400:
                            errors.append((op["operationId"], told, a.bytes + str(a.headers).encode()))
                for odd in (f"/{NUMBER}", f"/v1/jobs/{urllib.parse.quote(NAME)}", f"/docs/{NUMBER}", f"/v1/jobs?{NUMBER}=1", f"/v1/jobs/{NUMBER}/result", f"/ws/{NUMBER}"):
                    a = s.ask("GET", odd, headers=HEADERS)
                    errors.append((odd, "", a.bytes + str(a.headers).encode()))
                for key in (NAME, NUMBER, "aceso_" + NUMBER):
                    errors.append((key, "key", s.ask("GET", "/v1/jobs", key=key, headers=HEADERS).bytes))
                self.files(t)                       # while it runs: the write-ahead log, what is on its way
                seen = [("metrics", s.ask("GET", "/metrics").bytes), ("audit", s.ask("GET", "/v1/audit?limit=1000").bytes), ("fhir", s.ask("GET", "/v1/audit?limit=1000&format=fhir").bytes),
                        ("openapi", s.ask("GET", "/openapi.json").bytes)]
                wanted = set(re.findall(r'"operationId": ?"(\w+)"', json.dumps(self.contract.doc)))
            seen += [("log", s.written.encode()), ("traces", b"".join(c.bodies))]
            self.assertIn(b'"event":"request"', seen[-2][1])
            self.assertGreater(len(seen[-1][1]), 10000)
            for what, bytes_ in seen:
                self.assertEqual(self.found(bytes_), [], what)
            for op, told, bytes_ in errors:
                self.assertEqual(self.found(bytes_), [], (op, told, bytes_[:300]))
            self.files(t)
            self.assertLess(len(wanted - good), 12, wanted - good)
            print(f"\n{len(wanted)} operations, {len(good)} with success, {len(errors)} errors", file=sys.stderr)

    def each(self, path, method, op):
        c = self.contract
        ids = c.ids()
        content = op.get("requestBody", {}).get("content", {})
        body, real = c.body(op, ids), c.path(path, ids)
        schema = content.get("application/json", {}).get("schema")
        if schema:
            body = planted(c.doc, schema, copy.deepcopy(body))
        elif body:
            body = TEXT.encode() * 500
        must = {p["name"]: right(c.doc, p["schema"], ids, p["name"]) for p in op.get("parameters", []) if p["in"] == "query" and p["required"]}
        free = {p["name"]: NAME for p in op.get("parameters", []) if p["in"] == "query" and not {"format", "enum", "items"} & set(p["schema"]) and kinds(p["schema"])[0] == "string"}
        once = {"Idempotency-Key": f"{NUMBER} {op['operationId']}"}
        query = "?" + urllib.parse.urlencode({**must, **free}) if must or free else ""
        yield c.ask(method, real + query, body, headers={**HEADERS, **once}), "right"
        for p in op.get("parameters", []):
            if p["in"] == "query":
                yield c.ask(method, f"{real}?{p['name']}={urllib.parse.quote(NAME)}", body, headers=HEADERS), p["name"]
        if schema:
            yield c.ask(method, real, json.dumps({**body, NAME: NUMBER}).encode(), kind="application/json", headers=HEADERS), "an unknown member"
            yield c.ask(method, real, ('{"text":"' + TEXT).encode(), kind="application/json", headers=HEADERS), "cut off"
            for name in body:
                for wrong in (NAME, [NAME], {NAME: NUMBER}):
                    yield c.ask(method, real, {**body, name: wrong}, headers=HEADERS), name


if __name__ == "__main__":
    unittest.main()
