#!/usr/bin/env python3
"""Single sign-on: tokens of a real issuer (oidc-provider, test/e2e/oidc) in the place of API keys. Run by test/e2e/oidc/run.sh."""
import base64
import http.client
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from server import NOTE, UNLIMITED, Server, WithServer, main, run

if "ISSUER" not in os.environ:
    print("skipped: test/e2e/oidc/run.sh runs this")
    sys.exit(77)
SLOW = bool(os.environ.get("ACESO_SLOW"))
METADATA = "/.well-known/oauth-protected-resource"


class Issuer:
    def __init__(self, *files):
        self.process = subprocess.Popen([*shlex.split(os.environ["ISSUER"]), *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url, self.audience, self.control = said["issuer"], said["audience"], said["control"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def do(self, what, **options):
        c = http.client.HTTPConnection("127.0.0.1", self.control, timeout=30)
        c.request("POST", "/" + what, json.dumps(options))
        r = c.getresponse()
        body = r.read()
        c.close()
        assert r.status == 200, body
        return json.loads(body)

    def token(self, client, **options):
        return self.do("token", client=client, **options)["token"]

    def sign(self, claims=None, header=None, **options):
        return self.do("sign", claims=claims or {}, header=header or {}, **options)["token"]

    def options(self, *more):
        return (*UNLIMITED, "--oidc-issuer", self.url, "--oidc-audience", self.audience, *more)


def encoded(data):
    data = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def challenge(answer):
    """The parameters of WWW-Authenticate: Bearer."""
    header = answer.headers["WWW-Authenticate"]
    assert header.startswith("Bearer "), header
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


class Tokens(WithServer):
    @classmethod
    def options(cls):
        return cls.issuer.options()

    @classmethod
    def setUpClass(cls):
        cls.issuer = cls.enterClassContext(Issuer())
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        code, log = cls.s.stop(), cls.s.log()
        assert code == 0, (code, log)
        assert "eyJ" not in log, "a token in the log"

    def refused(self, token, why=None):
        a = self.s.ask("GET", "/v1/jobs", key=token)
        self.assertEqual((a.status, a.code), (401, "unauthenticated"), (token, a.bytes))
        c = challenge(a)
        self.assertEqual(c["error"], "invalid_token")
        self.assertTrue(c["resource_metadata"].endswith(METADATA))
        if why:
            self.assertIn(why, c["error_description"])
        self.assertNotIn(token[:16] if len(token) > 16 else "nothing", a.bytes.decode() + str(a.headers))

    def test_a_client_from_its_token_to_a_result(self):
        s, token = self.s, self.issuer.token("lab")
        job = s.submit(key=token)
        self.assertEqual(s.wait(job)["state"], "completed")
        self.assertEqual(s.ask("GET", f"/v1/jobs/{job}/result", key=token).json["schema"], "aceso/result/1")
        self.assertEqual(s.ask("GET", "/v1/keys", key=token).status, 403)
        records = s.ask("GET", "/v1/audit?limit=1000").json["records"]
        logins = [r for r in records if r["action"] == "login"]
        mine = [r for r in records if r["actor_kind"] == "user" and r["action"] == "create"]
        self.assertTrue(logins and mine, records[-5:])
        self.assertIn(mine[-1]["actor"], [r["actor"] for r in logins])
        self.assertNotIn("lab", json.dumps(mine))
        again = self.issuer.token("lab")  # another token, the same user
        before = len(logins)
        for _ in range(5):
            self.assertEqual(s.ask("GET", "/v1/jobs", key=again).status, 200)
        logins = [r for r in s.ask("GET", "/v1/audit?limit=1000").json["records"] if r["action"] == "login"]
        self.assertEqual(sum(r["actor"] == mine[-1]["actor"] for r in logins) - sum(r["actor"] == mine[-1]["actor"] for r in logins[:before]), 1)

    def test_a_user_at_a_portal(self):
        s, got = self.s, self.issuer.do("login", account="doctor", scope="openid patients:read jobs:read")
        self.assertEqual(s.ask("GET", "/v1/patients", key=got["token"]).status, 200)
        self.assertEqual(s.ask("GET", "/v1/jobs", key=got["token"]).status, 200)
        a = s.ask("POST", "/v1/jobs", {"text": NOTE}, key=got["token"])  # a scope that was not asked for
        self.assertEqual((a.status, a.code), (403, "forbidden"))
        self.assertEqual((challenge(a)["error"], challenge(a)["scope"]), ("insufficient_scope", "jobs:write"))
        self.refused(got["id_token"], "not for this server")

    def test_roles(self):
        s = self.s
        a = s.ask("GET", "/v1/jobs", key=self.issuer.token("nobody"))
        self.assertEqual((a.status, a.code), (403, "forbidden"))
        self.assertEqual(challenge(a)["error"], "insufficient_scope")
        head = self.issuer.token("head")  # two roles
        self.assertEqual([s.ask("GET", p, key=head).status for p in ("/v1/audit", "/v1/patients", "/v1/keys")], [200, 200, 403])
        self.assertEqual(s.ask("GET", "/v1/keys", key=self.issuer.token("administrator")).status, 200)
        for role in ("Admin", "admin ", "root", "", 7, None, [], {}, {"admin": True}, [["admin"]]):
            self.assertEqual(s.ask("GET", "/v1/keys", key=self.issuer.sign({"aceso_role": role})).status, 403, role)
        for scope, status in (("jobs:read", 200), ("openid profile", 200), ("jobs:write", 403), (["jobs:read"], 200), (["jobs:write"], 403)):
            self.assertEqual(s.ask("GET", "/v1/jobs", key=self.issuer.sign({"scope": scope})).status, status, scope)
        self.assertEqual(s.ask("GET", "/v1/keys", key=self.issuer.sign({"scope": "keys:write"})).status, 403)  # not of the role

    def test_another_tenant(self):
        s = self.s
        for token in (self.issuer.token("visitor"), self.issuer.sign({"aceso_tenant": "other"}), self.issuer.sign({"aceso_tenant": 7}),
                      self.issuer.sign({"aceso_tenant": "00000000-0000-0000-0000-000000000000"})):
            a = s.ask("GET", "/v1/jobs", key=token)
            self.assertEqual((a.status, a.code), (403, "forbidden"), a.bytes)
        denied = [r for r in s.ask("GET", "/v1/audit?limit=1000").json["records"] if r["action"] == "deny"]
        self.assertTrue(denied is not None)

    def test_tokens_that_are_not_good(self):
        sign, now = self.issuer.sign, int(time.time())
        good = sign()
        self.assertEqual(self.s.ask("GET", "/v1/jobs", key=good).status, 200)
        header, payload, signature = good.split(".")
        public, kid = (lambda p: (p["pem"], p["kid"]))(self.issuer.do("public_key"))
        import hashlib
        import hmac
        hs = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{payload}"
        shared = f"{hs}.{encoded(hmac.new(public.encode(), hs.encode(), hashlib.sha256).digest())}"
        for token, why in (
                (f"{encoded({'alg': 'none'})}.{payload}.", "three parts"),
                (f"{encoded({'alg': 'none'})}.{payload}.{signature}", "algorithm"),
                (f"{encoded({'alg': 'None', 'kid': kid})}.{payload}.{signature}", "algorithm"),
                (shared, "algorithm"),
                (sign(stranger=True), "signature"),
                (f"{header}.{encoded(dict(decoded(payload), aceso_role='admin'))}.{signature}", "signature"),
                (f"{header}.{payload}.{encoded(bytes(256))}", "signature"),
                (f"{header}.{payload}.{signature}AAAA", "signature"),
                (f"{header}.{payload}.{encoded(bytes(255))}", "signature"),
                (f"{header}.{payload}", "three parts"),
                (f"{header}.{payload}.{signature}.{signature}", "three parts"),
                (f"{header}.{payload}.{signature}=", "base64url"),
                (f"{header}.{payload}.{signature[:-1]}~", "base64url"),
                (sign({"exp": now - 3600}), "expired"),
                (sign({"exp": now - 61}), "expired"),
                (sign({"exp": None}), "expires"),
                (sign({"nbf": now + 120}), "not hold yet"),
                (sign({"iat": now + 120}), "not hold yet"),
                (sign({"aud": "https://other.example"}), "not for this server"),
                (sign({"aud": ["https://other.example"]}), "not for this server"),
                (sign({"aud": None}), "not for this server"),
                (sign({"iss": self.issuer.url + "/"}), "another issuer"),
                (sign({"iss": "https://evil.example"}), "another issuer"),
                (sign({"sub": None}), "whose"),
                (sign({"cnf": {"jkt": "x"}}), "bound"),
                (sign({"at_hash": "x"}), "access token"),
                (sign(header={"typ": "logout+jwt"}), "access token"),
                (sign(header={"kid": "other"}), "does not have"),
                (sign(header={"kid": "../../etc/passwd"}), "does not have"),
                (sign(header={"kid": "' OR 1=1 --"}), "does not have"),
                (sign(header={"kid": "x" * 300}), "name of the key"),
                (self.issuer.token("lab", resource="https://other.example/api"), "not for this server"),
                (encoded('{"alg":"RS256","alg":"none"}') + f".{payload}.{signature}", "JSON"),
                (f"{header}.{encoded('[]')}.{signature}", "JSON"),
                (f"{header}.{encoded('{' + '[' * 100)}.{signature}", "JSON"),
                ("..", "three parts"), (".", "three parts"), ("a.b.c", "base64url"),
                (f"{header}.{encoded('x' * 13000)}.{signature}", "larger than"),
        ):
            with self.subTest(why, token=token[:60]):
                self.refused(token, why)
        for token in (sign({"aud": ["https://other.example", self.issuer.audience]}), sign({"exp": now - 30}), sign({"nbf": now + 30}),
                      sign(header={"typ": "JWT"}), sign(header={"jku": "https://evil.example", "x5u": "https://evil.example", "jwk": {"kty": "oct", "k": "AA"}})):
            self.assertEqual(self.s.ask("GET", "/v1/jobs", key=token).status, 200)
        self.refused("aceso.not.a.key")

    def test_who_says_nothing_is_told_how_to_come_in(self):
        a = self.s.ask("GET", "/v1/jobs", key="")
        self.assertEqual((a.status, a.code), (401, "unauthenticated"))
        self.assertNotIn("error", challenge(a))
        url = challenge(a)["resource_metadata"]
        self.assertEqual(url, f"http://127.0.0.1:{self.s.port}{METADATA}")
        m = self.s.ask("GET", METADATA, key="").json
        self.assertEqual((m["resource"], m["authorization_servers"], m["bearer_methods_supported"]), (self.issuer.audience, [self.issuer.url], ["header"]))
        self.assertIn("jobs:write", m["scopes_supported"])
        doc = self.s.ask("GET", "/openapi.json", key="").json
        self.assertEqual(doc["components"]["securitySchemes"]["oidc"]["openIdConnectUrl"], self.issuer.url + "/.well-known/openid-configuration")
        self.assertEqual(doc["paths"]["/v1/jobs"]["post"]["security"], [{"key": []}, {"oidc": []}])
        self.assertEqual(doc["paths"]["/health"]["get"]["security"], [])
        a = self.s.ask("GET", "/v1/jobs", key="aceso_0000")  # a bad key
        self.assertEqual((a.status, challenge(a)["error"]), (401, "invalid_token"))

    def test_patients_it_is_confined_to_and_the_broken_glass(self):
        s = self.s
        theirs, other = (s.ask("POST", "/v1/patients", {"reference": r}).json["id"] for r in ("MRN 4711", "MRN 4712"))
        for claim in ("MRN 4711", theirs, ["MRN 4711"], [theirs, "MRN 9999"]):
            token = self.issuer.sign({"aceso_role": "clinician", "patient": claim, "sub": "dr confined"})
            self.assertEqual([p["id"] for p in s.ask("GET", "/v1/patients", key=token).json["patients"]], [theirs], claim)
            self.assertEqual([s.ask("GET", f"/v1/patients/{p}", key=token).status for p in (theirs, other)], [200, 404])
        for claim, status in (([], 403), ("", 403), (7, 403), ({}, 403), ([f"MRN {n}" for n in range(17)], 403), ("MRN 9999", 200)):
            token = self.issuer.sign({"aceso_role": "clinician", "patient": claim})
            a = s.ask("GET", "/v1/patients", key=token)
            self.assertEqual((a.status, a.json.get("patients", [])), (status, []), claim)
        token = self.issuer.sign({"aceso_role": "clinician", "patient": theirs, "sub": "dr confined"})
        a = s.ask("POST", "/v1/break-glass", {"patient_id": other, "reason": "unconscious in the emergency room", "minutes": 30}, key=token)
        self.assertEqual(a.status, 201, a.bytes)
        self.assertEqual(s.ask("GET", f"/v1/patients/{other}", key=token).status, 200)
        self.assertEqual(s.ask("GET", f"/v1/patients/{other}", key=self.issuer.sign({"aceso_role": "clinician", "patient": theirs, "sub": "dr else"})).status, 404)
        own = self.issuer.sign({"aceso_role": "auditor", "sub": "dr confined"})
        self.assertEqual(s.ask("POST", f"/v1/break-glass/{a.json['id']}/review", {"accepted": True}, key=own).status, 403)  # his own
        auditor = self.issuer.sign({"aceso_role": "auditor", "sub": "an auditor"})
        self.assertEqual(s.ask("POST", f"/v1/break-glass/{a.json['id']}/review", {"accepted": False}, key=auditor).status, 204)
        self.assertEqual(s.ask("GET", f"/v1/patients/{other}", key=token).status, 404)

    def test_streams(self):
        s, token = self.s, self.issuer.token("lab")
        job = s.submit(key=token)
        self.assertEqual([e for _, e, _ in s.events(job, key=token)][-1], "completed")
        self.assertEqual([m["status"] for m in s.socket(f"/ws/{job}", key=token)][-1], "completed")
        a = s.ask("GET", f"/v1/jobs/{job}/events?access_token={token}", key="", headers={"Accept": "text/event-stream"})
        self.assertEqual(a.status, 200)
        self.assertEqual(s.ask("GET", f"/v1/jobs?access_token={token}", key="").status, 401)  # not in the address of anything else

    def test_a_stream_ends_with_the_token(self):
        if SLOW:
            self.skipTest("it is about seconds")
        with Server(options=self.issuer.options("--oidc-leeway", "0")) as s:
            token = self.issuer.sign({"exp": int(time.time()) + 3})
            soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5))
            job = s.submit(key=token, run_at=soon)
            self.assertEqual([e for _, e, _ in s.events(job, key=token)], ["queued"])  # and not how it ended
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}", key=token).status, 401)
            self.assertEqual([e for _, e, _ in s.events(job, last=1, key=self.issuer.sign())][-1], "completed")

    def test_nothing_of_a_token_is_kept(self):
        token = self.issuer.sign({"sub": "Zyzzogeton the user", "aceso_role": "clinician", "name": "Zyzzogeton"})
        self.assertEqual(self.s.ask("GET", "/v1/patients", key=token).status, 200)
        self.s.ask("GET", "/v1/keys", key=token)
        time.sleep(.2)
        found = b"".join(pathlib.Path(where, f).read_bytes() for where, _, files in os.walk(self.s.folder) for f in files)
        for secret in (b"Zyzzogeton", token.split(".")[2].encode()[:40], token.split(".")[1].encode()[:40]):
            self.assertNotIn(secret, found)
            self.assertNotIn(secret.decode(), self.s.log())
        metrics = self.s.ask("GET", "/metrics").bytes
        self.assertRegex(metrics, rb'aceso_issuer_fetches_total\{outcome="ok"\} [1-9]')
        self.assertNotIn(b"Zyzzogeton", metrics)

    def test_how_long_a_request_takes(self):
        if SLOW:
            self.skipTest("not in this build")
        c = http.client.HTTPConnection("127.0.0.1", self.s.port, timeout=60)

        def median(key):
            times = []
            for _ in range(300):
                began = time.perf_counter()
                c.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"})
                r = c.getresponse()
                r.read()
                times.append(time.perf_counter() - began)
                self.assertEqual(r.status, 200)
            return sorted(times)[150] * 1e6
        key, token = median(self.s.admin), median(self.issuer.token("lab"))
        c.close()
        print(f"a request with a key {key:.0f} us, with a token {token:.0f} us", file=sys.stderr)
        self.assertLess(token, key + 200)


class Settings(unittest.TestCase):
    def test_groups_of_the_issuer(self):
        with Issuer() as issuer, tempfile.NamedTemporaryFile("w") as f:
            f.write("# group\trole\ncardiology doctors\tclinician\r\n\nsuper\tadmin\n")
            f.flush()
            with Server(options=issuer.options("--oidc-roles", f.name, "--oidc-role-claim", "groups")) as s:
                self.assertEqual(s.ask("GET", "/v1/patients", key=issuer.token("doctor")).status, 200)
                self.assertEqual(s.ask("GET", "/v1/patients", key=issuer.token("nobody")).status, 403)
                self.assertEqual(s.ask("GET", "/v1/patients", key=issuer.token("lab")).status, 403)
                self.assertEqual(s.ask("GET", "/v1/keys", key=issuer.sign({"groups": ["admin"]})).status, 403)  # a role of ours is no group
            with Server(options=issuer.options("--oidc-roles", f.name, "--oidc-role-claim", "realm_access.roles")) as s:
                self.assertEqual(s.ask("GET", "/v1/patients", key=issuer.token("administrator")).status, 403)
                self.assertEqual(s.ask("GET", "/v1/keys", key=issuer.sign({"realm_access": {"roles": ["super"]}})).status, 200)

    def test_options_that_make_no_sense(self):
        with tempfile.TemporaryDirectory() as d:
            bad = os.path.join(d, "bad")
            with open(bad, "w") as f:
                f.write("a group\tclinician\nanother\tking\n")
            url = "https://id.example"
            for options, code in ((("--oidc-issuer", url), 2), (("--oidc-audience", "a"), 2), (("--oidc-roles", bad), 2),
                                  (("--oidc-issuer", "http://id.example", "--oidc-audience", "a"), 2), (("--oidc-issuer", "id.example", "--oidc-audience", "a"), 2),
                                  (("--oidc-issuer", url, "--oidc-audience", ""), 2), (("--oidc-issuer", url, "--oidc-audience", "a", "--oidc-leeway", "301"), 2),
                                  (("--oidc-issuer", url, "--oidc-audience", "a", "--oidc-role-claim", ""), 2),
                                  (("--oidc-issuer", url, "--oidc-audience", "a", "--oidc-roles", bad), 1),
                                  (("--oidc-issuer", url, "--oidc-audience", "a", "--oidc-roles", d + "/none"), 1),
                                  (("--oidc-issuer", url, "--oidc-audience", "a", "--oidc-ca", d + "/none"), 1)):
                r = run("serve", "--data", d + "/data", "--listen", "127.0.0.1:0", *options)
                self.assertEqual(r.returncode, code, (options, r.stderr))
                self.assertIn("--oidc-", r.stderr)
            self.assertIn("line 2", run("serve", "--data", d + "/data", "--listen", "127.0.0.1:0", "--oidc-issuer", url, "--oidc-audience", "a", "--oidc-roles", bad).stderr)

    def test_without_an_issuer_nothing_changes(self):
        with Issuer() as issuer, Server() as s:
            a = s.ask("GET", "/v1/jobs", key=issuer.token("lab"))
            self.assertEqual(a.status, 401)
            self.assertNotIn("resource_metadata", a.headers["WWW-Authenticate"])
            self.assertEqual(s.ask("GET", METADATA, key="").status, 404)
            self.assertNotIn("oidc", s.ask("GET", "/openapi.json").json["components"]["securitySchemes"])

    def test_limits_are_of_the_user_and_not_of_the_token(self):
        with Issuer() as issuer:
            options = ("--rate-address", "0", "--rate-key", "10", "--burst", "3", "--oidc-issuer", issuer.url, "--oidc-audience", issuer.audience)
            with Server(options=options) as s:
                answers = [s.ask("GET", "/v1/jobs", key=issuer.token("lab")) for _ in range(5)]
                self.assertEqual([a.status for a in answers], [200, 200, 200, 429, 429])
                self.assertGreater(int(answers[-1].headers["Retry-After"]), 0)
                self.assertEqual(s.ask("GET", "/v1/jobs", key=issuer.token("doctor")).status, 200)

    def test_a_certificate_of_ones_own(self):
        with tempfile.TemporaryDirectory() as d:
            crt, key = d + "/crt.pem", d + "/key.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", crt, "-days", "2", "-subj",
                            "/CN=issuer", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
            with Issuer(crt, key) as issuer:
                self.assertTrue(issuer.url.startswith("https://"))
                with Server(options=issuer.options("--oidc-ca", crt)) as s:
                    self.assertEqual(s.ask("GET", "/v1/jobs", key=issuer.sign()).status, 200)
                with Server(options=issuer.options()) as s:
                    a = s.ask("GET", "/v1/jobs", key=issuer.sign())
                    self.assertEqual((a.status, a.code), (503, "issuer_unavailable"))

    def test_tenants(self):
        with Issuer() as issuer, Server(options=issuer.options()) as s:
            token = issuer.token("lab")
            self.assertEqual(s.ask("GET", "/v1/jobs", key=token).status, 200)
            made = s.ask("POST", "/v1/tenants", {"name": "clinic"})
            self.assertEqual(made.status, 201, made.bytes)
            clinic = made.json["id"]
            a = s.ask("GET", "/v1/jobs", key=issuer.token("lab"))  # there are two now: the issuer has to say which
            self.assertEqual((a.status, a.code), (403, "forbidden"))
            theirs = issuer.token("lab", more={"aceso_tenant": clinic})
            job = s.submit(key=theirs)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}", key=theirs).status, 200)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}", key=token).status, 404)
            self.assertEqual(s.ask("GET", f"/v1/jobs/{job}").status, 404)
            admin = issuer.sign({"aceso_role": "admin", "aceso_tenant": clinic})
            self.assertEqual([s.ask("GET", p, key=admin).status for p in ("/v1/keys", "/metrics")], [200, 403])  # not of the host
            self.assertEqual(s.ask("POST", f"/v1/tenants/{clinic}/disable").status // 100, 2)
            self.assertEqual(s.ask("GET", "/v1/jobs", key=theirs).status, 403)


class Trouble(unittest.TestCase):
    """The issuer changes its keys, is down, hangs, or says nonsense."""

    def test_keys_change_while_the_server_runs(self):
        with Issuer() as issuer, Server(options=issuer.options()) as s:
            old = issuer.token("lab")
            self.assertEqual(s.ask("GET", "/v1/jobs", key=old).status, 200)
            time.sleep(1.1)
            for alg in ("ES256", "PS256", "EdDSA"):
                issuer.do("rotate", alg=alg, keep=True)
                new = issuer.token("lab")
                self.assertEqual(decoded(new.split(".")[0])["alg"], alg)
                end = time.monotonic() + 12
                while (status := s.ask("GET", "/v1/jobs", key=new).status) != 200 and time.monotonic() < end:
                    self.assertEqual(status, 401)
                    time.sleep(.5)
                self.assertEqual(status, 200, alg)
                self.assertEqual(s.ask("GET", "/v1/jobs", key=old).status, 200)
                time.sleep(1.1)
            issuer.do("rotate", alg="ES256", keep=False)  # the old keys are gone: nothing that was signed with them is good when that is known
            self.assertEqual(s.ask("GET", "/v1/jobs", key=old).status, 200)
            end = time.monotonic() + 15
            while s.ask("GET", "/v1/jobs", key=issuer.token("lab")).status != 200 and time.monotonic() < end:
                time.sleep(.5)
            self.assertEqual([s.ask("GET", "/v1/jobs", key=t).status for t in (issuer.token("lab"), old)], [200, 401])

    def test_forged_names_of_keys_do_not_hammer_the_issuer(self):
        with Issuer() as issuer, Server(options=issuer.options()) as s:
            good = issuer.sign()
            self.assertEqual(s.ask("GET", "/v1/jobs", key=good).status, 200)
            began = time.monotonic()
            for n in range(50 if SLOW else 200):
                header = encoded({"alg": "RS256", "kid": f"forged {n}"})
                self.assertIn(s.ask("GET", "/v1/jobs", key=f"{header}.{'.'.join(good.split('.')[1:])}").status, (401,))
            self.assertLessEqual(issuer.do("counts")["jwks"], 4 + (time.monotonic() - began) / 10)
            self.assertEqual(s.ask("GET", "/v1/jobs", key=good).status, 200)

    def test_down_at_the_start_and_later(self):
        with Issuer() as issuer:
            issuer.do("mode", mode="reset")
            token = issuer.sign()
            began = time.monotonic()
            with Server(options=issuer.options()) as s:
                self.assertLess(time.monotonic() - began, 10 if SLOW else 2)
                a = s.ask("GET", "/v1/jobs", key=token)
                self.assertEqual((a.status, a.code), (503, "issuer_unavailable"))
                self.assertGreater(int(a.headers["Retry-After"]), 0)
                self.assertEqual(s.ask("GET", "/v1/jobs").status, 200)  # API keys
                self.assertEqual(s.ask("GET", "/health").status, 200)
                issuer.do("mode", mode="ok")
                end = time.monotonic() + 20
                while s.ask("GET", "/v1/jobs", key=token).status == 503 and time.monotonic() < end:
                    time.sleep(.5)
                self.assertEqual(s.ask("GET", "/v1/jobs", key=token).status, 200)
                issuer.do("mode", mode="down")
                time.sleep(1.1)
                other = issuer.sign({"sub": "somebody else"})
                self.assertEqual([s.ask("GET", "/v1/jobs", key=t).status for t in (token, other)], [200, 200])
                a = s.ask("GET", "/v1/jobs", key=issuer.sign(header={"kid": "new"}))
                self.assertEqual((a.status, a.code), (503, "issuer_unavailable"))
            self.assertIn("issuer_failed", s.log())

    def test_it_hangs(self):
        with Issuer() as issuer:
            issuer.do("mode", mode="hang")
            token, answers = issuer.sign(), []
            with Server(options=issuer.options()) as s:
                def ask():
                    began = time.monotonic()
                    a = s.ask("GET", "/v1/jobs", key=token)
                    answers.append((a.status, a.code, time.monotonic() - began))
                threads = [threading.Thread(target=ask) for _ in range(40)]
                for t in threads:
                    t.start()
                time.sleep(.3)
                began = time.monotonic()
                for _ in range(10):
                    self.assertEqual(s.ask("GET", "/v1/jobs").status, 200)
                self.assertLess(time.monotonic() - began, 5 if SLOW else 1)  # nobody else waits
                for t in threads:
                    t.join()
                self.assertEqual({a[:2] for a in answers}, {(503, "issuer_unavailable")})
                self.assertLess(max(a[2] for a in answers), 15)
                issuer.do("mode", mode="ok")
                issuer.do("mode", mode="hang")
                time.sleep(5.5)
                threading.Thread(target=ask).start()  # one waits when the server is told to stop
                time.sleep(.3)
                began = time.monotonic()
                self.assertEqual(s.stop(), 0)
                self.assertLess(time.monotonic() - began, 10 if SLOW else 4)

    def test_many_at_once_while_keys_change(self):
        with Issuer() as issuer, Server(options=issuer.options()) as s:
            good = [issuer.sign({"sub": f"user {n}"}) for n in range(4)]
            for token in good:
                self.assertEqual(s.ask("GET", "/v1/jobs", key=token).status, 200)
            seen, end = [], time.monotonic() + 4

            def ask(n):
                while time.monotonic() < end:
                    token = good[n % 4] if n < 6 else issuer.sign(header={"kid": f"forged {n}"})
                    seen.append((n < 6, s.ask("GET", "/v1/models", key=token).status))
            threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
            for t in threads:
                t.start()
            for alg in ("ES256", "EdDSA", "RS256"):
                time.sleep(1)
                issuer.do("rotate", alg=alg, keep=True)
            for t in threads:
                t.join()
            self.assertEqual(set(seen), {(True, 200), (False, 401)})

    def test_what_it_says_is_nonsense(self):
        for mode in ("garbage", "error", "redirect", "endless", "other"):
            with self.subTest(mode), Issuer() as issuer:
                issuer.do("mode", mode=mode)
                token = issuer.sign()
                with Server(options=issuer.options()) as s:
                    a = s.ask("GET", "/v1/jobs", key=token)
                    self.assertEqual((a.status, a.code), (503, "issuer_unavailable"), mode)
                    self.assertEqual(s.ask("GET", "/v1/jobs").status, 200)


if __name__ == "__main__":
    main()
