"""A collector of traces (OTLP over HTTP with JSON) that believes nothing: every request is held against the specification."""
import http.server
import json
import re
import threading
import time

WORDS = {"http.request.method", "http.route", "url.scheme", "error.type", "aceso.job.state"}
IDS = {"aceso.job.id", "aceso.request.id", "aceso.webhook.id"}
NUMBERS = {"http.response.status_code", "http.request.body.size", "http.response.body.size", "aceso.job.attempt", "aceso.job.waited_ms"}
SPAN = {"traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status"}


class Wrong(Exception):
    pass


def must(fine, *what):
    if not fine:
        raise Wrong(*what)


def attribute(a, resource=False):
    must(set(a) == {"key", "value"} and len(a["value"]) == 1, a)
    kind, value = next(iter(a["value"].items()))
    must(isinstance(value, str), a)
    if resource:
        must(a["key"].startswith("service.") and kind == "stringValue", a)
    elif a["key"] in WORDS:
        must(kind == "stringValue" and re.fullmatch(r"[A-Za-z0-9_./{}-]+", value), a)
    elif a["key"] in IDS:
        must(kind == "stringValue" and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value), a)
    else:
        must(a["key"] in NUMBERS and kind == "intValue" and re.fullmatch(r"[0-9]{1,19}", value), a)
    return a["key"], int(value) if kind == "intValue" else value


def span(s):
    must(set(s) - {"parentSpanId", "traceState"} == SPAN - {"parentSpanId"}, s)
    must(0 < len(s.get("traceState", "-")) <= 512, s)
    must(re.fullmatch("[0-9a-f]{32}", s["traceId"]) and int(s["traceId"], 16), s)
    for key in ("spanId", "parentSpanId"):
        must(key == "parentSpanId" and key not in s or re.fullmatch("[0-9a-f]{16}", s[key]) and int(s[key], 16), s)
    must(s["kind"] in range(1, 6) and re.fullmatch(r"[A-Za-z0-9_ ./{}-]+", s["name"]), s)
    begin, end = int(s["startTimeUnixNano"]), int(s["endTimeUnixNano"])
    must(begin <= end and abs(begin / 1e9 - time.time()) < 3600, s)
    must(s["status"] in ({}, {"code": 2}), s)
    attributes = [attribute(a) for a in s["attributes"]]
    must(len(dict(attributes)) == len(attributes), s)
    return {"trace": s["traceId"], "id": s["spanId"], "parent": s.get("parentSpanId"), "state": s.get("traceState"), "name": s["name"], "kind": s["kind"], "begin": begin, "end": end,
            "failed": s["status"] != {}, **dict(attributes)}


def spans(body):
    """Those of an ExportTraceServiceRequest."""
    j = json.loads(body)
    must(set(j) == {"resourceSpans"} and len(j["resourceSpans"]) == 1, j)
    r = j["resourceSpans"][0]
    must(set(r) == {"resource", "scopeSpans"} and set(r["resource"]) == {"attributes"}, r)
    resource = dict(attribute(a, True) for a in r["resource"]["attributes"])
    must(set(resource) == {"service.name", "service.version", "service.instance.id"}, resource)
    scope, = r["scopeSpans"]
    must(set(scope) == {"scope", "spans"} and set(scope["scope"]) == {"name", "version"}, scope)
    return resource, [span(s) for s in scope["spans"]]


class Collector:
    """with Collector() as c: ... c.url ... c.spans. answer: status of the next requests, None: never answers."""

    def __init__(self):
        self.bodies, self.headers, self.spans, self.resources, self.faults, self.answer, self.lock = [], [], [], [], [], 200, threading.Lock()
        self.closing = threading.Event()
        c = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if c.answer is None:
                    c.closing.wait(60)
                    return
                with c.lock:
                    if c.answer == 200:
                        try:
                            must(self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json", self.path)
                            resource, found = spans(body)
                            c.spans += found
                            c.resources.append(resource)
                        except (Wrong, KeyError, ValueError) as e:
                            c.faults.append(repr(e))
                    c.bodies.append(body)
                    c.headers.append(dict(self.headers))
                self.send_response(c.answer)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def found(self, seconds=10, **like):
        """Spans like that, as soon as there is one."""
        end = time.monotonic() + seconds
        while True:
            with self.lock:
                hits = [s for s in self.spans if all(s.get(k) == v for k, v in like.items())]
            if hits or time.monotonic() > end:
                return hits
            time.sleep(.05)
