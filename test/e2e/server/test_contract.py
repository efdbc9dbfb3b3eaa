#!/usr/bin/env python3
"""The server keeps what /openapi.json says: for every operation a request that is right and many that are not, made from its description; the answer's status is one
of those described, and its body is what the description says. Leaves with 77 when python3-jsonschema is missing."""
import copy
import json
import sys
import urllib.parse

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is missing")
    sys.exit(77)
from server import NOTE, Server

UUID = "01a200d6-0e7c-7bb0-9e9a-c27c13843459"
REASON = "unconscious in the emergency room"
HOOK = {"url": "https://receiver.invalid/hook", "enabled": False}
# what a description cannot say: which values make sense together
SENSIBLE = {"submitJob": {"text": NOTE}, "submitBatch": {"jobs": [{"text": NOTE}, {"text": NOTE, "name": "second"}]}, "issueKey": {"name": "a key", "role": "researcher"}, "legacySubmit": {"text": NOTE}, "addWebhook": HOOK, "putWebhook": HOOK}


def resolved(doc, schema):
    while "$ref" in schema:
        schema = at(doc, schema["$ref"])
    return schema


def at(doc, ref):
    for part in ref.split("/")[1:]:
        doc = doc[part.replace("~1", "/")]
    return doc


def kinds(schema):
    return schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]


def right(doc, schema, ids, name=""):
    """A value that fits."""
    schema = resolved(doc, schema)
    if "anyOf" in schema:
        return right(doc, schema["anyOf"][0], ids, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = kinds(schema)[0]
    if kind == "object":
        return {n: right(doc, schema["properties"][n], ids, n) for n in schema.get("required", [])}
    if kind == "array":
        return [right(doc, schema["items"], ids, name)] * schema.get("minItems", 0)
    if kind == "integer":
        return max(schema.get("minimum", 0), 1)
    if kind == "boolean":
        return True
    if kind is None:
        return "any"
    return {"uuid": ids.get(name, UUID), "date": "2024-05-10", "date-time": "2024-05-10T12:00:00Z"}.get(schema.get("format")) or \
        (REASON if name == "reason" else "x" * max(schema.get("minLength", 0), 4))


def wrong_values(doc, schema):
    """Values that do not fit."""
    schema = resolved(doc, schema)
    kind = kinds(schema)[0]
    if kind is None and "anyOf" not in schema:
        return
    for other in ("text", 7, 1.5, True, [], {}, [[]], [None], {"a": {"b": []}}):
        fits = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}.get(kind)
        if fits is None or not isinstance(other, fits) or (fits is int and isinstance(other, bool)):
            yield other
    if kind == "string":
        if "enum" in schema:
            yield "no such word"
        if "format" in schema:
            yield "no such thing"
        if "maxLength" in schema:
            yield "x" * (schema["maxLength"] + 1)
        if schema.get("minLength"):
            yield ""
    if kind == "integer":
        yield schema.get("minimum", 0) - 1
        if "maximum" in schema:
            yield schema["maximum"] + 1
        yield 10 ** 30
    if kind == "array" and "maxItems" in schema and schema["maxItems"] < 100:
        yield [right(doc, schema["items"], {})] * (schema["maxItems"] + 1)


def wrong_bodies(doc, schema, good):
    schema = resolved(doc, schema)
    yield from (b"", b"{", b"[]", b"null", b'"text"', b"{}{}", b"\xff\xfe{}", b'{"a":' * 50 + b"1" + b"}" * 50)
    yield {**good, "no such member": 1}
    for name in schema.get("required", []):
        yield {n: v for n, v in good.items() if n != name}
        if kinds(resolved(doc, schema["properties"][name]))[0]:
            yield {**good, name: None}
    for name, field in schema.get("properties", {}).items():
        for value in wrong_values(doc, field):
            yield {**good, name: value}


class Contract:
    def __init__(self, server):
        self.s, self.doc = server, json.loads(server.ask("GET", "/openapi.json", key="").bytes)
        self.faults, self.asked, self.right = [], 0, set()

    def operations(self):
        for path, methods in self.doc["paths"].items():
            for method, op in methods.items():
                yield path, method, op

    def fault(self, op, what, answer):
        self.faults.append(f"{op['operationId']}: {what}: {answer.status} {answer.bytes[:200]!r}")

    def check(self, op, what, answer, expected=None):
        self.asked += 1
        described = op["responses"].get(str(answer.status))
        if described is None:
            self.fault(op, f"{what}: a status that is not described", answer)
            return
        if expected and answer.status not in expected:
            self.fault(op, f"{what}: another of {expected} was expected", answer)
        described = resolved(self.doc, described)
        if not described.get("content"):
            if answer.bytes:
                self.fault(op, f"{what}: a body that is not described", answer)
            return
        kind = (answer.headers["Content-Type"] or "").split(";")[0]
        if kind not in described["content"] and "*/*" not in described["content"]:
            self.fault(op, f"{what}: {kind} is not described", answer)
        elif kind == "application/json":
            schema = {**described["content"][kind]["schema"], "components": self.doc["components"]}
            try:
                jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(json.loads(answer.bytes))
            except (ValueError, jsonschema.ValidationError) as e:
                self.fault(op, f"{what}: {str(e).splitlines()[0]}", answer)

    def ids(self):
        """One of each, fresh: what an operation removes is there for the next."""
        s = self.s
        patient = s.ask("POST", "/v1/patients", {"reference": f"MRN {self.asked}"}).json["id"]
        document = s.ask("POST", "/v1/documents?process=true&name=n", NOTE.encode(), headers={"Content-Type": "application/octet-stream"}).json
        job = s.submit()
        s.wait(job)
        glass = s.ask("POST", "/v1/break-glass", {"patient_id": patient, "reason": REASON}).json["id"]
        tenant = s.ask("POST", "/v1/tenants", {"name": "a tenant"}).json["id"]
        for old in s.ask("GET", "/v1/webhooks").json["webhooks"]:  # a tenant has a few at most
            s.ask("DELETE", f"/v1/webhooks/{old['id']}")
        hook = s.ask("POST", "/v1/webhooks", HOOK).json["id"]
        delivery = s.ask("POST", f"/v1/webhooks/{hook}/ping").json["id"]
        batch = s.ask("POST", "/v1/batches", {"jobs": [{"text": "Cough."}, {"text": "Fever."}]}).json["batch_id"]
        return {"webhook_id": hook, "delivery_id": delivery, "tenant_id": tenant, "patient_id": patient, "document_id": document["id"], "job_id": job, "key_id": s.issue("auditor")[1], "break_glass_id": glass, "batch_id": batch}

    def path(self, path, ids):
        for name, value in ids.items():
            path = path.replace("{" + name + "}", value)
        assert "{" not in path, path
        return path

    def body(self, op, ids):
        content = op.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return NOTE.encode() if content else None
        return copy.deepcopy(SENSIBLE.get(op["operationId"])) or right(self.doc, content["application/json"]["schema"], ids)

    def ask(self, method, path, body=None, key=None, kind=None, headers=None):
        kind = kind or ("application/octet-stream" if isinstance(body, bytes) else None)
        return self.s.ask(method.upper(), path, body, key, {**(headers or {}), **({"Content-Type": kind} if kind else {})})

    def what_is_right(self, path, method, op):
        ids = self.ids()
        must = {p["name"]: right(self.doc, p["schema"], ids, p["name"]) for p in op.get("parameters", []) if p["in"] == "query" and p["required"]}
        answer = self.ask(method, self.path(path, ids) + ("?" + urllib.parse.urlencode(must) if must else ""), self.body(op, ids))
        self.check(op, "a right request", answer)
        if str(answer.status)[0] == "2":
            self.right.add(op["operationId"])
        as_right = {answer.status} | {int(status) for status in op["responses"] if status[0] == "2"}
        for p in op.get("parameters", []):
            if p["in"] == "header":
                most = p["schema"]["maxLength"]
                for value, expected in ((op["operationId"].ljust(most, "k"), as_right), ("k" * (most + 1), {400})):
                    answer = self.ask(method, self.path(path, self.ids()), self.body(op, ids), headers={p["name"]: value})
                    self.check(op, f"{p['name']} of {len(value)} bytes", answer, expected)
            if p["in"] != "query":
                continue
            value = right(self.doc, p["schema"], ids, p["name"])
            value = ",".join(value) or p["schema"]["items"]["enum"][0] if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
            answer = self.ask(method, self.path(path, self.ids()) + "?" + urllib.parse.urlencode({p["name"]: value}), self.body(op, ids))
            self.check(op, f"?{p['name']}={value}", answer)
            if answer.status == 400:
                self.fault(op, f"?{p['name']}={value}: it fits the description", answer)

    def what_is_wrong(self, path, method, op, weak):
        ids = self.ids()
        real, body = self.path(path, ids), self.body(op, ids)
        if op["security"]:
            for key in ("", "aceso_" + "0" * 32 + "_" + "0" * 48, "x" * 5000):
                self.check(op, "a key that is none", self.ask(method, real, body, key), {401})
            self.check(op, "a key without the scope", self.ask(method, real, body, weak(op)), {403})
        if "{" in path:
            self.check(op, "an id of nothing", self.ask(method, self.path(path, dict.fromkeys(ids, UUID)), body), {404})
        self.check(op, "an unknown parameter", self.ask(method, real + "?nosuch=1", body), {400})
        for p in op.get("parameters", []):
            if p["in"] == "query":
                for value in ("", "x" * 300, "-1", "%00", "1,,2"):
                    self.check(op, f"?{p['name']}={value[:10]}", self.ask(method, f"{real}?{p['name']}={value}", body))
        content = op.get("requestBody", {}).get("content", {}).get("application/json")
        if not content:
            return
        self.check(op, "another type of content", self.ask(method, real, json.dumps(body).encode(), kind="text/plain"), {415})
        for wrong in wrong_bodies(self.doc, content["schema"], body):
            answer = self.ask(method, real, wrong, kind="application/json")
            self.check(op, f"the body {str(wrong)[:100]}", answer, {400, 413})

    def run(self):
        keys = {role: self.s.issue(role)[0] for role in ("researcher", "auditor")}

        def weak(op):  # the auditor submits nothing, the researcher administers nothing
            return keys["researcher"] if op["tags"][0] in ("Access", "Tenants") or op["operationId"] == "metrics" else keys["auditor"]
        for path, method, op in list(self.operations()):
            self.what_is_right(path, method, op)
            self.what_is_wrong(path, method, op, weak)


def main():
    with Server() as s:
        c = Contract(s)
        c.run()
        leaked = [line for line in s.log().splitlines() if "request_failed" in line]
    never = sorted({op["operationId"] for _, _, op in c.operations()} - c.right)
    print(f"{c.asked} requests; never answered with success: {', '.join(never) or 'none'}")
    for line in leaked:
        print("failed within:", line)
    for f in c.faults:
        print(f)
    return 1 if c.faults or leaked else 0


if __name__ == "__main__":
    sys.exit(main())
