#!/usr/bin/env python3
"""The audit log of a server as FHIR bundles, page by page, after some of everything was done there: audit.py FOLDER"""
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../server"))
from server import NOTE, Server


def live(s):
    p = s.ask("POST", "/v1/patients", {"reference": "MRN 1"}).json["id"]
    other = s.ask("POST", "/v1/patients", {"reference": "MRN 2"}).json["id"]
    d = s.ask("POST", f"/v1/documents?name=a.txt&patient_id={p}", NOTE.encode(), headers={"Content-Type": "text/plain"}).json
    s.wait(d["job"]["id"])
    later = s.ask("POST", "/v1/jobs", {"text": NOTE, "run_at": "2027-01-01T00:00:00Z"}).json["id"]
    clinician, number = s.issue("clinician", patients=[p])
    glass = s.ask("POST", "/v1/break-glass", {"patient_id": other, "reason": "unconscious in the emergency room"}, clinician).json["id"]
    s.ask("POST", f"/v1/break-glass/{glass}/review", {"accepted": True})
    for method, path in (("GET", f"/v1/jobs/{d['job']['id']}/result"), ("GET", f"/v1/jobs/{d['job']['id']}/fhir"), ("GET", f"/v1/documents/{d['id']}/content"),
                         ("POST", f"/v1/jobs/{later}/cancel"), ("DELETE", f"/v1/documents/{d['id']}"), ("DELETE", f"/v1/patients/{p}"), ("DELETE", f"/v1/keys/{number}")):
        a = s.ask(method, path)
        assert a.status < 300, (path, a.status, a.bytes)
    s.ask("GET", "/v1/jobs", key="nonsense")
    s.ask("GET", "/v1/keys", key=s.issue("integrator")[0])
    h = s.ask("POST", "/v1/webhooks", {"url": "https://example.org/h", "all_jobs": True}).json["id"]
    s.ask("DELETE", f"/v1/webhooks/{h}")


def main(folder):
    os.makedirs(folder, exist_ok=True)
    with Server() as s:
        live(s)
        events, path = {}, "/v1/audit?format=fhir&limit=7"
        while path:
            a = s.ask("GET", path)
            assert a.headers["Content-Type"] == "application/fhir+json", a.headers["Content-Type"]
            with open(os.path.join(folder, f"{len(events):05}.json"), "wb") as f:
                f.write(a.bytes)
            events |= {e["fullUrl"]: e["resource"] for e in a.json.get("entry", [])}
            more = [x["url"] for x in a.json.get("link", []) if x["relation"] == "next"]
            path = urllib.parse.urlsplit(more[0])._replace(scheme="", netloc="").geturl() if more and len(events) < 1000 else None
        records = s.ask("GET", "/v1/audit?limit=1000").json["records"]
    details = [{d["type"]: d["valueString"] for x in e["entity"] for d in x.get("detail", [])} for e in events.values()]
    known = {str(r["number"]): r["mac"] for r in records}
    assert len({d["number"] for d in details}) == len(events) and all(known[d["number"]] == d["mac"] for d in details)
    words = {c["display"] for e in events.values() for c in e["subtype"]}
    missing = {"create", "read", "export", "delete", "shred", "deny", "break-glass", "review", "execute", "cancel", "key-issue", "key-revoke", "start"} - words
    assert not missing, missing
    denied = [e for e in events.values() if e["type"]["code"] == "110113" and e["outcome"] != "0"]
    assert any("who" not in e["agent"][0] for e in denied) and any("who" in e["agent"][0] for e in denied)
    assert all(e["outcomeDesc"] for e in denied)
    print(f"{len(events)} audit events, {json.dumps(sorted(words))}")


if __name__ == "__main__":
    main(sys.argv[1])
