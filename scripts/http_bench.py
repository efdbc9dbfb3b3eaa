#!/usr/bin/env python3
"""How fast the HTTP layer is: http_bench.py HTTPD [SECONDS]. Needs wrk, which shares the processors with the server.
Answers a second, the time of half and of 99 in 100 of them, and the server's processor time for each, which other work disturbs least."""
import os, pathlib, re, statistics, subprocess, sys, tempfile

httpd, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 8
TICK = os.sysconf("SC_CLK_TCK")
POST = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"note":"' .. string.rep("x", 16372) .. '"}'
"""
CASES = [("/health, 64 connections", "/health", 64, ""), ("/health, 512 connections", "/health", 512, ""), ("/echo of 16 KB, 64 connections", "/echo", 64, POST),
         ("/work, 50 ms in a new thread, 500 connections", "/work", 500, "")]


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def ms(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def run(path, connections, script):
    server = subprocess.Popen([httpd, "per_address=100000"], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().split()[1]
    wrk = ["wrk", "-t1", f"-c{connections}", "--latency", *(["-s", script] if script else []), f"http://127.0.0.1:{port}{path}"]
    subprocess.run([*wrk, "-d1"], capture_output=True, check=True)
    before = cpu(server.pid)
    out = subprocess.run([*wrk, f"-d{seconds}"], capture_output=True, text=True, check=True).stdout
    used = cpu(server.pid) - before
    server.terminate()
    server.wait()
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(out)
    n = int(re.search(r"(\d+) requests in", out)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), ms(re.search(r"\n\s+50%\s+(\S+)", out)[1]), ms(re.search(r"\n\s+99%\s+(\S+)", out)[1]), used / n * 1e6


print(f"load {os.getloadavg()[0]:.1f}; median of 3 runs of {seconds} s")
with tempfile.NamedTemporaryFile("w", suffix=".lua") as f:
    for name, path, connections, script in CASES:
        f.seek(0), f.truncate(), f.write(script), f.flush()
        runs = [run(path, connections, f.name if script else "") for _ in range(3)]
        rate, p50, p99, us = (statistics.median(r[i] for r in runs) for i in range(4))
        print(f"{name:46} {rate:9,.0f}/s  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  {us:5.1f} us of the server's processor")
