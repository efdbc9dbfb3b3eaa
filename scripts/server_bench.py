#!/usr/bin/env python3
"""How fast and how small the server is, beside the stack it replaces, in one run: server_bench.py ACESO [SECONDS] [PART...]
Parts: submit work start streams upload; all of them unless some are named. Needs wrk; the peer (FastAPI on uvicorn with uvloop and httptools, Redis, RQ) needs
python3-fastapi, uvicorn, python3-uvloop, python3-httptools, redis-server and python3-rq, and is left out when they are missing. Clients share the processors with the servers.
Ours answers when the job is on the disk; the peer when it is in the memory of Redis."""
import concurrent.futures, http.client, json, os, pathlib, re, resource, shutil, signal, socket, statistics, subprocess, sys, tempfile, time

ACESO = os.path.abspath(sys.argv[1])
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 8
PARTS = sys.argv[3:] or ["start", "submit", "work", "streams", "upload"]
RUNS, LINKS, NOTES, STREAMS, UPLOAD_MB = 3, 64, 4000, 10000, 1024
ROOT = pathlib.Path(__file__).resolve().parent.parent
MB = 1 << 20
rows = []

PEER = '''
import redis, rq
from fastapi import FastAPI
from pydantic import BaseModel
import peer_work
app, queue = FastAPI(), rq.Queue(connection=redis.Redis(port=%d))
class Note(BaseModel):
    text: str
@app.post("/submit", status_code=202)
async def submit(note: Note):
    return {"job_id": queue.enqueue(peer_work.run, note.text).id, "status": "pending"}
'''


def note():
    """2.5 KB of the samples."""
    text = (ROOT / "data/samples/en-3-discharge.txt").read_text() + (ROOT / "data/samples/en-1-chest-pain.txt").read_text()
    return text.encode()[:2500].decode("utf-8", "ignore")


def row(name, value, unit, target="", good=None):
    rows.append((name, value, unit, target, good))
    verdict = "" if good is None else "ok" if good else "SHORT"
    shown = f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"
    print(f"  {name:58} {shown:>10} {unit:9} {target:18} {verdict}", flush=True)


def proc(pid, name):
    """Empty when the process has ended meanwhile: the peer's worker has one for each job."""
    try:
        return pathlib.Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def memory(pids):
    """MB; what processes share counts once."""
    return sum(int(n) for p in pids for n in re.findall(r"^Pss:\s+(\d+)", proc(p, "smaps_rollup"), re.M)) / 1024


def status(pid, field):
    return int(re.search(rf"^{field}:\s+(\d+)", proc(pid, "status"), re.M)[1]) / 1024


def family(pid):
    children = proc(pid, f"task/{pid}/children").split()
    return [pid] + [p for c in children for p in family(int(c))]


def cpu(pids):
    """Seconds of the processor, with those of children that have ended."""
    fields = [stat.rsplit(")", 1)[1].split() for stat in (proc(p, "stat") for p in pids) if stat]
    return sum(int(n) for f in fields for n in f[11:15]) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Aceso:
    def __init__(self, *options):
        self.home = tempfile.mkdtemp(prefix="server-bench-")
        self.data = os.path.join(self.home, "data")
        self.options = options

    def start(self):
        began = time.perf_counter()
        self.process = subprocess.Popen([ACESO, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--rate-address", "0", "--rate-key", "0", *self.options],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if m := re.match(r"listening on http://127\.0\.0\.1:(\d+)", line):
                break
        self.port = int(m[1])
        while self.ask("GET", "/health/ready")[0] != 200:
            pass
        self.took = time.perf_counter() - began
        return self

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()

    @property
    def key(self):
        return pathlib.Path(self.data, "admin.key").read_text().strip()

    def headers(self):
        return {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"} if os.path.exists(os.path.join(self.data, "admin.key")) else {}

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        c.request(method, path, json.dumps(body) if body is not None else None, self.headers())
        r = c.getresponse()
        return r.status, r.read()

    def pids(self):
        return [self.process.pid]

    def waiting(self):
        text = self.ask("GET", "/metrics")[1].decode()
        return sum(int(n) for n in re.findall(r'^aceso_jobs\{kind="\w+",state="(?:queued|running)"\} (\d+)', text, re.M))

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop(signal.SIGKILL)
        shutil.rmtree(self.home, ignore_errors=True)


class Peer:
    def __init__(self, python):
        self.python = python

    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="server-bench-")
        port, self.port = free_port(), free_port()
        pathlib.Path(self.home, "peer.py").write_text(PEER % port)
        pathlib.Path(self.home, "peer_work.py").write_text("def run(text):\n    return len(text)\n")
        quiet = dict(cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": self.home})
        self.all = [subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", self.home], **quiet)]
        time.sleep(.3)
        self.all.append(subprocess.Popen([self.python, "-m", "uvicorn", "peer:app", "--port", str(self.port), "--workers", "2", "--loop", "uvloop", "--http", "httptools",
                                          "--no-access-log", "--log-level", "error"], **quiet))
        self.all.append(subprocess.Popen(["rq", "worker", "--quiet", "--url", f"redis://127.0.0.1:{port}"], **quiet))
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(.1)
        time.sleep(1)
        return self

    def pids(self):
        return [p for one in self.all for p in family(one.pid)]

    def headers(self):
        return {"Content-Type": "application/json"}

    def __exit__(self, *_):
        for p in reversed(self.all):
            p.terminate()
        for p in self.all:
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def peer_python():
    """One that has what the peer needs."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import fastapi, httptools, redis, rq, uvicorn, uvloop"], stderr=subprocess.DEVNULL).returncode == 0:
            return shutil.which("redis-server") and shutil.which("rq") and python


def wrk(server, body, seconds):
    """Answers a second, p50 and p99 in ms, and what the server's processor had to do for each, in microseconds, which other work disturbs least."""
    before = cpu(server.pids())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as f:
        f.write(f'wrk.method = "POST"\nwrk.body = {json.dumps(json.dumps(body))}\n')
        for name, value in server.headers().items():
            f.write(f'wrk.headers["{name}"] = "{value}"\n')
        f.flush()
        out = subprocess.run(["wrk", "-t1", f"-c{LINKS}", f"-d{seconds}", "--latency", "-s", f.name, f"http://127.0.0.1:{server.port}/submit"],
                             capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(out)
    ms = [float(n) * {"us": .001, "ms": 1, "s": 1000}[u] for n, u in re.findall(r"\n\s+(?:50|99)%\s+([\d.]+)(us|ms|s)", out)]
    used = (cpu(server.pids()) - before) / int(re.search(r"(\d+) requests in", out)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), ms[0], ms[1], used * 1e6


def submit_part():
    ours, theirs, small, big = [], [], [], []
    python = peer_python()
    for _ in range(RUNS):  # by turns: what else the machine does hits both
        with Aceso() as s:
            wrk(s, {"text": "trivial"}, 1)
            ours.append(wrk(s, {"text": "trivial"}, SECONDS))
            small.append(memory(s.pids()))
        if python:
            with Peer(python) as p:
                wrk(p, {"text": "trivial"}, 1)
                theirs.append(wrk(p, {"text": "trivial"}, SECONDS))
                big.append(memory(p.pids()))
    def mid(runs):
        return [statistics.median(r[i] for r in runs) for i in range(4)]
    rate, p50, p99, us = mid(ours)
    row("submits on the disk, 64 connections", rate, "/s", ">= 2,000", rate >= 2000)
    row("  half of them within", p50, "ms")
    row("  99 in 100 within", p99, "ms")
    row("  processor time for each, with the jobs done meanwhile", us, "us")
    row("  memory meanwhile", statistics.median(small), "MB")
    if not python:
        print("  the peer's packages are missing: nothing to compare with")
        return
    peer, peer50, peer99, peer_us = mid(theirs)
    row("peer: submits in memory", peer, "/s")
    row("  half of them within", peer50, "ms")
    row("  99 in 100 within", peer99, "ms")
    row("  processor time for each, with the jobs done meanwhile", peer_us, "us")
    row("  memory of its processes", statistics.median(big), "MB")
    row("submits, times the peer", rate / peer, "x", ">= 10", rate / peer >= 10)
    row("99 in 100, the peer's time to ours", peer99 / p99, "x", ">= 5", peer99 / p99 >= 5)
    row("memory, the peer's to ours", statistics.median(big) / statistics.median(small), "x", ">= 5", statistics.median(big) >= 5 * statistics.median(small))


def drained(s, began):
    while s.waiting():
        time.sleep(.02)
    return NOTES / (time.perf_counter() - began)


def by_batches(s):
    began = time.perf_counter()
    for i in range(0, NOTES, 500):
        code, _ = s.ask("POST", "/v1/batches", {"jobs": [{"text": note(), "name": f"{k}"} for k in range(i, i + 500)]})
        assert code == 202, code
    return drained(s, began)


def singly(s):
    body, headers = json.dumps({"text": note()}), s.headers()

    def some(n):
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=120)
        for _ in range(n):
            c.request("POST", "/v1/jobs", body, headers)
            r = c.getresponse()
            r.read()
            assert r.status == 202, r.status
    began = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(some, [NOTES // 16] * 16))
    return drained(s, began)


def work_part():
    for name, how in (("jobs of 2.5 KB from end to end, in batches of 500", by_batches), ("the same, one by one over 16 connections", singly)):
        rates, used = [], []
        for _ in range(RUNS):
            with Aceso() as s:
                rates.append(how(s))
                used.append(cpu(s.pids()) / NOTES * 1000)
        row(name, statistics.median(rates), "/s", ">= 800", statistics.median(rates) >= 800)
        row("  processor time for each", statistics.median(used), "ms")


def start_part():
    first, again = [], []
    for _ in range(5):
        with Aceso() as s:
            first.append(s.took)
            s.stop()
            s.start()
            again.append(s.took)
            time.sleep(1)
            idle = status(s.process.pid, "VmRSS")
    row("ready after a first start", statistics.median(first) * 1000, "ms")
    row("ready after a start", statistics.median(again) * 1000, "ms", "< 100", statistics.median(again) < .1)
    row("memory when idle, resident", idle, "MB", "< 40", idle < 40)


def streams_part():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(STREAMS, hard - 200)
    with Aceso("--connections", str(wanted + 100), "--jobs", "1") as s:
        job = json.loads(s.ask("POST", "/v1/jobs", {"text": "last", "priority": 0})[1])
        for _ in range(40):  # so that it waits
            s.ask("POST", "/v1/batches", {"jobs": [{"text": "trivial", "priority": 9}] * 1000})
        if s.ask("GET", f"/v1/jobs/{job['id']}")[1].find(b'"queued"') < 0:
            job = json.loads(s.ask("POST", "/v1/jobs", {"text": "last", "priority": 0})[1])
        before = status(s.process.pid, "VmRSS")
        request = f"GET /v1/jobs/{job['id']}/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer {s.key}\r\n\r\n".encode()
        links, began = [], time.perf_counter()
        for i in range(wanted):  # an address has its limit
            c = socket.socket()
            c.bind((f"127.0.1.{1 + i // 200}", 0))
            c.connect(("127.0.0.1", s.port))
            c.sendall(request)
            links.append(c)
        opened = 0
        for c in links:
            c.settimeout(30)
            opened += c.recv(100).startswith(b"HTTP/1.1 200")
        took = time.perf_counter() - began
        after = status(s.process.pid, "VmRSS")
        row(f"memory with {opened:,} streams of events open", after, "MB", "< 200", opened == wanted and after < 200)
        row("  of it for each stream", max(after - before, 0) * 1024 / max(opened, 1), "KB")
        row("  all of them open after", took, "s")
        for c in links:
            c.close()


def upload_part():
    with Aceso() as s:
        s.ask("POST", "/v1/documents?process=false&name=x", None)
        before = status(s.process.pid, "VmRSS")
        block = os.urandom(MB)
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=120)
        began = time.perf_counter()
        c.request("POST", "/v1/documents?process=false&name=large", (block for _ in range(UPLOAD_MB)),
                  {**s.headers(), "Content-Type": "application/octet-stream", "Content-Length": str(UPLOAD_MB * MB)})
        code = c.getresponse().status
        took = time.perf_counter() - began
        more = status(s.process.pid, "VmHWM") - before
        row(f"memory for an upload of {UPLOAD_MB:,} MB ({code})", more, "MB more", "< 30", code in (200, 201, 202) and more < 30)
        row("  its speed", UPLOAD_MB / took, "MB/s")


print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; medians of {RUNS} runs of {SECONDS} s")
for part in PARTS:
    {"submit": submit_part, "work": work_part, "start": start_part, "streams": streams_part, "upload": upload_part}[part]()
short = [r[0].strip() for r in rows if r[4] is False]
print(f"short of the target: {', '.join(short) or 'none'}")
