#!/usr/bin/env python3
"""aceso serve --mllp with real connections: acknowledgements, files that are there when a message is acknowledged, hostile peers."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import unittest

from kit import CANARY, PROGRAM, SLOW, TIMEOUT, Case, environment, main

# Whichever Python has the hl7 package: Debian's, where another one comes first.
HL7_PYTHON = next((p for p in (sys.executable, "/usr/bin/python3") if not subprocess.run([p, "-c", "import hl7"], capture_output=True).returncode), None)
HL7_CLIENT = """
import sys, hl7
from hl7.client import MLLPClient
with MLLPClient("127.0.0.1", int(sys.argv[1])) as client:
    for data in sys.argv[2:]:
        a = hl7.parse(client.send_message(data).decode().strip("\\x0b\\x1c\\r") + "\\r")
        print(a.segment("MSH")[9][0][0], a.segment("MSA")[1], a.segment("MSA")[2])
"""
VT, END = b"\x0b", b"\x1c\r"
BURST, LINKS, BIG = (120, 4, 20 << 20) if SLOW else (500, 4, 100 << 20)


def message(control, more="", note="Patient with diabetes, denies chest pain.", version="2.5", kind="ORU^R01", end="\r"):
    """more: what stands behind MSH-12, from MSH-13 on."""
    return end.join([f"MSH|^~\\&|LAB|HOSP|ACE|SITE|20260301115900||{kind}|{control}|P|{version}{more}",
                     "PID|1||83920175^^^HOSP^MR||Roe^Jane||19700102|F", "OBR|1|||24323-8^Comprehensive metabolic panel^LN",
                     "OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-99|H|||F", f"NTE|1||{note}", ""]).encode()


def frame(data):
    return VT + data + END


class Link:
    """One connection; the framing is the tests' own."""

    def __init__(self, port, host="127.0.0.1"):
        self.sock = socket.create_connection((host, port), timeout=60)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, *messages):
        self.sock.sendall(b"".join(frame(m) for m in messages))

    def answer(self):
        """The fields of the next acknowledgement: {"MSA": [...], "ERR": [...]}; None when the connection is closed."""
        while END not in self.buffer:
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.buffer += data
        one, self.buffer = self.buffer.split(END, 1)
        if not one.startswith(VT) or not one.endswith(b"\r"):
            raise AssertionError(f"no frame of segments: {one!r}")
        return {s.split("|")[0]: s.split("|") for s in one[1:-1].decode().split("\r")}

    def ask(self, data):
        self.send(data)
        return self.answer()

    def closed(self):
        return self.answer() is None


class Server:
    def __init__(self, out, *args, program=PROGRAM):
        self.out = pathlib.Path(out)
        self.process = subprocess.Popen([program, "serve", "--mllp", "127.0.0.1:0", "--out", out, *args], stderr=subprocess.PIPE, env=environment())
        self.ready = self.process.stderr.readline().decode()
        found = re.fullmatch(r"aceso: listening on 127\.0\.0\.1:(\d+)\n", self.ready)
        if not found:
            raise AssertionError(f"not ready: {self.ready} {self.process.stderr.read()}")
        self.port = int(found[1])
        self.err = ""

    def link(self):
        return Link(self.port)

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.err = self.process.stderr.read().decode()
        self.process.stderr.close()
        return self.process.wait(TIMEOUT)

    def files(self, folder="."):
        return sorted(p for p in (self.out / folder).iterdir() if p.is_file() and not p.name.startswith("."))

    def memory(self):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) << 10


class Mllp(Case):
    def serve(self, *args):
        server = Server(self.dir / "out", *args)
        self.addCleanup(lambda: self.finish(server))
        return server

    def ends(self, server, number=signal.SIGTERM):
        code = server.stop(number)
        self.assertEqual(code, 0, server.err)

    def finish(self, server):
        """Ends well, and has told nothing of any message."""
        if server.process.returncode is None:
            self.ends(server)
        for word in (CANARY.lower(), "roe", "jane", "83920175"):
            self.assertNotIn(word, server.err.lower())

    def msa(self, answer, code, control):
        self.assertIsNotNone(answer, "closed without an answer")
        self.assertEqual(answer["MSA"][1:3], [code, control])
        self.assertEqual(answer["MSH"][2:6], ["ACE", "SITE", "LAB", "HOSP"])


class Acknowledgements(Mllp):
    def test_a_message_becomes_a_file_and_is_acknowledged(self):
        server = self.serve()
        with server.link() as link:
            self.msa(link.ask(message("MSG/00:1 x")), "AA", "MSG/00:1 x")
            (path,) = server.files()
            self.assertRegex(path.name, r"^\d{8}T\d{6}Z-000001-MSG_00_1_x\.json$")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            r = json.loads(path.read_text())
            self.assertEqual((r["schema"], r["document"]["source"], r["document"]["id"]), ("aceso/result/1", "hl7v2", path.stem))
            self.assertTrue(any(e["kind"] == "lab" and e.get("value") == 182 for e in r["entities"]))
            self.assertEqual(server.files("incoming") + server.files("rejected"), [])

    def test_formats(self):
        for form, check in (("ndjson", lambda t: t.count("\n") == 1), ("fhir", lambda t: "Roe" not in t and "1970-01-02" not in t),
                            ("fhir --identified", lambda t: "Roe" in t and "1970-01-02" in t)):
            server = Server(self.dir / form.replace(" ", ""), "--format", *form.split())
            with server.link() as link:
                self.msa(link.ask(message("1")), "AA", "1")
            self.ends(server)
            (path,) = server.files()
            self.assertEqual(path.suffix, ".ndjson" if form == "ndjson" else ".json")
            text = path.read_text()
            self.assertEqual(json.loads(text).get("resourceType", "none"), "Bundle" if "fhir" in form else "none")
            self.assertTrue(check(text), form)

    def test_several_in_one_read_are_answered_in_order(self):
        server = self.serve()
        with server.link() as link:
            link.send(*[message(str(i), note="word " * (20000 if i == 0 else 1)) for i in range(40)])
            for i in range(40):
                self.msa(link.answer(), "AA", str(i))
        self.assertEqual(len(server.files()), 40)

    def test_byte_by_byte_and_with_rubbish_between(self):
        server = self.serve()
        with server.link() as link:
            for byte in frame(message("slowly")):
                link.sock.sendall(bytes([byte]))
            self.msa(link.answer(), "AA", "slowly")
            link.sock.sendall(b"\r\n\r\nrubbish\x1c\r" + frame(message("after")) + b"\x1c\x1c\r")
            self.msa(link.answer(), "AA", "after")
            link.sock.sendall(VT + message("torn")[:60] + b"\r" + frame(message("whole")))  # a sender that began anew
            self.msa(link.answer(), "AA", "whole")

    def test_half_closed_connections_get_their_answers(self):
        server = self.serve()
        with server.link() as link:
            link.send(message("1"), message("2"))
            link.sock.sendall(VT + b"MSH|never finished")
            link.sock.shutdown(socket.SHUT_WR)
            self.msa(link.answer(), "AA", "1")
            self.msa(link.answer(), "AA", "2")
            self.assertTrue(link.closed())

    def test_what_cannot_be_read_is_refused_and_kept(self):
        bad = [(b"", "AR", "100", ""), (b"This is no HL7, " + CANARY.encode(), "AR", "100", ""), (b"PID|1||" + CANARY.encode(), "AR", "100", ""),
               (message("v", version="3.0"), "AR", "203", "MSH^1^12"), (message("q", kind="QBP^Q11"), "AR", "200", ""),
               (message("t", kind=""), "AR", "101", "MSH^1^9"), (message("t", kind="no type"), "AR", "200", "MSH^1^9"),
               (message("c", more="||||||KLINGON"), "AR", "103", "MSH^1^18"), (message(""), "AE", "101", "MSH^1^10"),
               (message("2p") + message("2q"), "AE", "102", "")]
        server = self.serve()
        with server.link() as link:
            for data, code, error, place in bad:
                answer = link.ask(data)
                self.assertEqual((answer["MSA"][1], answer["ERR"][3].split("^")[0], answer["ERR"][2]), (code, error, place), data)
                self.assertNotIn("AA", answer["MSA"])
            self.msa(link.ask(message("good")), "AA", "good")
        kept = server.files("rejected")
        self.assertEqual([p.read_bytes() for p in kept], [data for data, *_ in bad])
        self.assertTrue(all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in kept))
        self.assertEqual(len(server.files()), 1)

    def test_acknowledgements_are_not_acknowledged(self):
        server = self.serve()
        with server.link() as link:
            link.send(message("1", kind="ACK^R01"), message("2"))
            self.msa(link.answer(), "AA", "2")
        self.assertEqual(server.files("rejected"), [])

    def test_enhanced_mode(self):
        server = self.serve()
        with server.link() as link:
            link.send(message("both", more="|||AL|AL"), message("first", more="|||AL|NE"), message("second", more="|||NE|AL"), message("none", more="|||NE|NE"),
                      message("errors", more="|||ER|ER"), message("bad", more="|||ER|AL", version="3.1"), message("last"))
            got = [(a["MSA"][1], a["MSA"][2]) for a in iter(link.answer, None) if a["MSA"][2] != "last" or link.sock.shutdown(socket.SHUT_WR)]
            self.assertEqual(sorted(got), [("AA", "both"), ("AA", "second"), ("CA", "both"), ("CA", "first"), ("CR", "bad")])
            self.assertLess(got.index(("CA", "both")), got.index(("AA", "both")))
        self.assertEqual((len(server.files()), len(server.files("incoming"))), (6, 0))

    def test_the_same_message_again_gives_no_second_result(self):
        server = self.serve()
        with server.link() as link, server.link() as other:
            for each in (link, other, link):
                self.msa(each.ask(message("1")), "AA", "1")
                self.assertEqual(each.ask(message("r", version="9"))["MSA"][1:3], ["AR", "r"])
            link.send(*[message("2")] * 5)
            for _ in range(5):
                self.msa(link.answer(), "AA", "2")
            self.assertEqual((len(server.files()), len(server.files("rejected"))), (2, 1))
            self.msa(link.ask(message("1", note="Another one under the same number.")), "AA", "1")
            self.assertEqual(len(server.files()), 3)
        self.ends(server)
        self.assertIn("came again", server.err)

    def test_line_ends_and_character_sets(self):
        server = self.serve()
        with server.link() as link:
            for i, end in enumerate(("\r", "\n", "\r\n")):
                self.msa(link.ask(message(str(i), end=end)), "AA", str(i))
            spanish = "Niña con ictericia"
            self.msa(link.ask(message("utf8", more="||||||UNICODE UTF-8", note=spanish)), "AA", "utf8")
            self.msa(link.ask(message("latin", more="||||||8859/1", note=spanish).decode().encode("latin-1")), "AA", "latin")
            self.msa(link.ask(message("wrong", more="||||||UNICODE UTF-8", note=spanish).decode().encode("latin-1")), "AA", "wrong")
        by_id = {p.stem.split("-")[2]: json.loads(p.read_text()) for p in server.files()}
        self.assertEqual(len(by_id), 6)
        self.assertTrue(all(len(by_id["0"]["entities"]) == len(by_id[k]["entities"]) for k in "12"))
        self.assertTrue(spanish in by_id["utf8"]["text"] and spanish in by_id["latin"]["text"])

    @unittest.skipUnless(HL7_PYTHON and shutil.which("mllp_send"), "python3-hl7 is missing")
    def test_another_implementation_understands_the_answers(self):
        server = self.serve()
        sent = [message("1"), message("2", "|||AL|NE"), message("3", "||||||KLINGON")]
        done = subprocess.run([HL7_PYTHON, "-c", HL7_CLIENT, str(server.port), *sent], capture_output=True, timeout=TIMEOUT)
        self.assertEqual(done.stdout.decode().split("\n"), ["ACK AA 1", "ACK CA 2", "ACK AR 3", ""], done.stderr)
        path = self.write("batch.hl7", b"".join(frame(message(f"f{i}")) for i in range(3)))
        done = subprocess.run(["mllp_send", "--port", str(server.port), "--file", str(path), "127.0.0.1"], capture_output=True, timeout=TIMEOUT)
        self.assertEqual(re.findall(rb"MSA\|AA\|(f\d)", done.stdout), [b"f0", b"f1", b"f2"], done.stderr)


class Durability(Mllp):
    def test_a_burst_on_several_connections(self):
        server = self.serve()
        wrong = []

        def one(k):
            with server.link() as link:
                sender = threading.Thread(target=lambda: link.send(*[message(f"{k}.{i}") for i in range(k, BURST, LINKS)]))
                sender.start()
                for i in range(k, BURST, LINKS):
                    answer = link.answer()
                    if not answer or answer["MSA"][1:3] != ["AA", f"{k}.{i}"]:
                        wrong.append((k, i, answer))
                sender.join()

        threads = [threading.Thread(target=one, args=(k,)) for k in range(LINKS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])
        names = [p.stem.split("-") for p in server.files()]
        self.assertEqual(sorted(n[2] for n in names), sorted(f"{i % LINKS}.{i}" for i in range(BURST)))
        self.assertEqual(len({n[1] for n in names}), BURST)
        self.ends(server)
        self.assertIn(f"{BURST} messages: {BURST} accepted, 0 failed, 0 refused", server.err)

    def kill_in_the_middle(self, more, code):
        """Send until the server is killed; returns the control ids that were acknowledged with that code."""
        server = self.serve()
        acked = []
        with server.link() as link:
            threading.Timer(0.6, server.process.kill).start()
            for i in range(100000):
                try:
                    answer = link.ask(message(f"k{i}", more))
                except OSError:
                    break
                if answer is None:
                    break
                self.assertEqual(answer["MSA"][1:3], [code, f"k{i}"])
                acked.append(f"k{i}")
        server.process.wait()
        server.process.stderr.close()
        return server, acked

    def test_every_acknowledged_message_has_its_file_after_a_kill(self):
        server, acked = self.kill_in_the_middle("", "AA")
        self.assertGreater(len(acked), 3)
        names = {p.stem.split("-")[2] for p in server.files()}
        self.assertEqual(set(acked) - names, set())
        for path in server.files():
            json.loads(path.read_text())  # whole
        again = self.serve()
        with again.link() as link:
            self.msa(link.ask(message("after")), "AA", "after")

    def test_what_was_accepted_is_done_by_the_next_process(self):
        server, acked = self.kill_in_the_middle("|||AL|NE", "CA")
        self.assertGreater(len(acked), 3)
        (server.out / "incoming" / "20260101T000000Z-000001-left.hl7").write_bytes(message("left", "|||AL|NE"))
        again = self.serve()
        with again.link() as link:
            self.msa(link.ask(message("after")), "AA", "after")
        deadline = time.time() + 60
        while again.files("incoming") and time.time() < deadline:
            time.sleep(0.05)
        self.assertEqual(again.files("incoming"), [])
        ids = [p.stem.split("-")[2] for p in again.files()]
        self.assertEqual(set(acked) | {"left", "after"} | set(ids), set(ids))
        self.assertEqual(len(ids), len(set(ids)))

    def test_stopping_answers_what_was_received(self):
        server = self.serve()
        with server.link() as link, server.link() as idle:
            link.send(message("1", note="word " * 100000))
            time.sleep(0.1)
            self.ends(server, signal.SIGINT)
            self.msa(link.answer(), "AA", "1")
            self.assertTrue(link.closed() and idle.closed())
        with self.assertRaises(OSError):
            server.link()

    def test_a_second_signal_does_not_wait(self):
        server = self.serve("--jobs", "1")
        with server.link() as link:
            link.send(*[message(str(i), note="word " * 400000) for i in range(6)])
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
            self.assertEqual(server.stop(), 1, server.err)
            answers = sum(1 for _ in iter(link.answer, None))
        self.assertLessEqual(answers, len(server.files()))
        self.assertLess(answers, 6)

    def test_one_folder_has_one_server(self):
        self.serve()
        r = self.fails(1, "serve", "--mllp", "0", "--out", self.dir / "out")
        self.assertIn("another process", r.err)

    @unittest.skipIf(not os.path.exists("/dev/full"), "no way to fill a disk")
    def test_what_cannot_be_written_is_not_acknowledged(self):
        server = self.serve()
        with server.link() as link:
            self.msa(link.ask(message("1")), "AA", "1")
            (server.out).rename(self.dir / "gone")
            answer = link.ask(message("2"))
            self.assertEqual((answer["MSA"][1], answer["ERR"][3].split("^")[0]), ("AR", "207"))
            (self.dir / "gone").rename(server.out)
            self.msa(link.ask(message("2")), "AA", "2")


class Hostile(Mllp):
    def test_a_message_over_the_limit_is_refused_and_the_next_one_taken(self):
        server = self.serve("--max-bytes", "2K")
        with server.link() as link:
            self.assertEqual(link.ask(message("long", note=CANARY * 250))["MSA"][1:3], ["AR", "long"])
            self.msa(link.ask(message("short")), "AA", "short")
        self.assertEqual(len(server.files("rejected")), 0)

    def test_a_message_that_never_ends(self):
        server = self.serve("--max-bytes", "1M")
        with server.link() as link:
            self.msa(link.ask(message("1")), "AA", "1")
            before, sent = server.memory(), 0
            link.sock.sendall(VT + message("endless"))
            try:
                while sent < BIG:
                    link.sock.sendall(b"OBX|1|TX|||" + b"x" * 65000 + b"\r")
                    sent += 65000
            except OSError:
                pass
            self.assertLess(sent, BIG)
            answer = link.answer()
            if answer:  # it may be lost with the connection
                self.assertEqual((answer["MSA"][1:3], answer["ERR"][3][:3]), (["AR", "endless"], "104"))
            self.assertTrue(link.closed())
            if not SLOW:
                self.assertLess(server.memory() - before, 16 << 20)
        with server.link() as link:
            self.msa(link.ask(message("2")), "AA", "2")

    def test_rubbish_without_end_is_cut_off(self):
        server = self.serve()
        with server.link() as link:
            with self.assertRaises(OSError):
                for _ in range(1000):
                    link.sock.sendall(b"GET / HTTP/1.1\r\n" * 1000)
                    time.sleep(0.001)

    def test_who_never_reads_is_cut_off(self):
        server = self.serve("--timeout", "1")
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.connect(("127.0.0.1", server.port))
        link.settimeout(60)
        with link, self.assertRaises(OSError):
            for _ in range(100000):
                link.sendall(frame(message("again", note="x")) * 20)
        with server.link() as other:
            self.msa(other.ask(message("other")), "AA", "other")
        self.ends(server)
        self.assertIn("1 cut off", server.err)

    def test_idle_and_slow_ones_are_let_go(self):
        server = self.serve("--idle", "1", "--timeout", "1")
        with server.link() as idle, server.link() as slow:
            slow.sock.sendall(VT)
            with self.assertRaises(OSError):
                for _ in range(600):
                    slow.sock.sendall(b"x")
                    time.sleep(0.1)
            self.assertTrue(idle.closed())

    def test_half_a_message_is_not_waited_for_as_long_as_the_next_one(self):
        server = self.serve("--timeout", "1")
        with server.link() as half, server.link() as idle:
            self.msa(idle.ask(message("1")), "AA", "1")
            half.sock.sendall(VT + message("2")[:40])
            self.assertTrue(half.closed())
            self.msa(idle.ask(message("3")), "AA", "3")

    def test_more_connections_than_allowed(self):
        server = self.serve("--connections", "2")
        with server.link() as a, server.link() as b:
            self.msa(a.ask(message("1")), "AA", "1")
            self.msa(b.ask(message("2")), "AA", "2")
            with server.link() as c:
                self.assertTrue(c.closed())
            a.sock.close()
            time.sleep(0.3)
            with server.link() as d:
                self.msa(d.ask(message("3")), "AA", "3")

    def test_a_slow_message_does_not_stop_others(self):
        server = self.serve("--jobs", "2")
        with server.link() as slow, server.link() as fast:
            slow.send(message("slow", note="word " * (100000 if SLOW else 1000000)))
            slow.sock.settimeout(0.01)
            for i in range(3):
                self.msa(fast.ask(message(str(i))), "AA", str(i))
            with self.assertRaises(TimeoutError):
                slow.answer()
            slow.sock.settimeout(TIMEOUT)
            self.msa(slow.answer(), "AA", "slow")


class Usage(Case):
    def test_what_is_missing_is_said(self):
        for args, word in ((["--out", "x"], "--mllp"), (["--mllp", "0"], "--out"), (["--mllp", "nine", "--out", "x"], "--mllp"),
                           (["--mllp", "host.example:2575", "--out", "x"], "--listen-anywhere"), (["--mllp", "0", "--out", "x", "note.txt"], "no inputs"),
                           (["--mllp", "65536", "--out", "x"], "--mllp"), (["--mllp", "0", "--out", "x", "--connections", "0"], "--connections")):
            self.assertIn(word, self.fails(2, "serve", *args, cwd=self.dir).err)

    def test_other_machines_are_shut_out_unless_it_is_said(self):
        for host in ("0.0.0.0:0", "[::]:0", "10.1.2.3:0"):
            r = self.fails(2, "serve", "--mllp", host, "--out", self.dir / "out")
            self.assertTrue("--listen-anywhere" in r.err and "no encryption" in r.err)
        self.assertFalse((self.dir / "out").exists())

    def test_both_addresses_of_this_machine(self):
        process = subprocess.Popen([PROGRAM, "serve", "--mllp", "0", "--out", self.dir / "out"], stderr=subprocess.PIPE, env=environment())
        ready = process.stderr.readline().decode()
        ports = re.findall(r":(\d+)", ready.replace("[::1]", ""))
        self.assertEqual(len(set(ports)), 1, ready)
        for host in ("127.0.0.1", "::1")[: 2 if "[::1]" in ready else 1]:
            with Link(int(ports[0]), host) as link:
                self.assertEqual(link.ask(message("1"))["MSA"][1], "AA")
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(), 0)


if __name__ == "__main__":
    main()
