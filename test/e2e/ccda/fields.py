#!/usr/bin/env python3
"""Which values of C-CDA documents are missing in the FHIR bundles that aceso makes of them?

fields.py [--bundles DIR | --keep DIR] [FILE...]
  FILE       C-CDA documents; without any, documents of this test's own
  --bundles  take DIR/NAME.json instead of running the program ($ACESO, build/release/aceso unless set)
  --keep     write the bundles to DIR/NAME.json

The documents are read here on their own (xml.etree): every code with its translations, value, unit, date, name, id and status of the
patient and of each clinical statement is looked for in the resource that has the statement's id; where it has none, in the bundle.
Prints what is missing and exits 1 if anything is."""
import json, os, pathlib, re, subprocess, sys, tempfile
import xml.etree.ElementTree as ET

HL7, XSI = "{urn:hl7-org:v3}", "{http://www.w3.org/2001/XMLSchema-instance}type"
STATEMENTS = {"observation", "act", "organizer", "substanceAdministration", "procedure", "supply", "encounter"}
HOLDERS = {"entry", "entryRelationship", "component"}
# What only says how the document is built: no fact is lost with it.
FORMAL = {"ASSERTION", "CONC", "SEV", "DISPENSE", "48765-2", "11450-4", "29299-5", "33999-4", "48767-8", "82606-5", "445518008", "DOCCLIN"}
# Statements that become a member of another type around them: problem status, allergy status, criticality, death, sequence number.
MAPPED = {"22.4.6": "clinicalStatus", "22.4.28": "clinicalStatus", "22.4.145": "criticality", "22.4.47": "deceasedBoolean", "22.4.118": "protocolApplied"}
INSTRUCTION = "22.4.20"  # its words are taken, not the code for "instruction"
GRADES = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"}
KINDS = {"64572001", "75315-2", "75323-6", "404684003", "55607006", "29308-4", "282291009"}
PAYMENT = {"1.19", "22.4.129"}  # authorised, to be paid: nothing of the patient's health
WRAPPERS = {"22.4." + n for n in "3 30 132 136 131 146 33 34 51 65 80 35 36 60 108 135".split()}  # acts that only hold others


def local(e):
    return e.tag.split("}")[-1]


def kids(e, name):
    return [c for c in e if local(c) == name]


def arcs(s):
    return {(t.get("root") or "").removeprefix("2.16.840.1.113883.10.20.") for t in kids(s, "templateId")}


def date(ts):
    """The day, month or year of an HL7 time; None for what is no time."""
    m = re.fullmatch(r"(\d{4})(?:(\d{2})(?:(\d{2})(?:\d{2}){0,3}(?:\.\d+)?)?)?([+-]\d{2,4})?", (ts or "").strip())
    if not m or not 1 <= int(m[2] or 1) <= 12 or not 1 <= int(m[3] or 1) <= 31:
        return None
    return "-".join(p for p in m.groups()[:3] if p)


def number(v):
    try:
        return f"{float(v):g}"
    except ValueError:
        return None


def codes(e):
    """Codes of a CD with its translations; none when it has a nullFlavor."""
    for c in [e, *kids(e, "translation")]:
        code = (c.get("code") or "").strip()
        if code and not c.get("nullFlavor") and code not in FORMAL:
            yield "code", code


def amounts(e):
    for q in [e, *[k for n in ("low", "high", "center", "numerator", "denominator") for k in kids(e, n)]]:
        v = number(q.get("value") or "")
        if v and not q.get("nullFlavor"):
            yield "amount", v
            if q.get("unit"):
                yield "unit", q.get("unit").strip()


def times(e):
    for t in [e, *kids(e, "low"), *kids(e, "high"), *kids(e, "center")]:
        if date(t.get("value")) and not t.get("nullFlavor"):
            yield "date", date(t.get("value"))
    for p in kids(e, "period"):
        yield from amounts(p)


def value_of(v):
    kind = (v.get(XSI) or "").split(":")[-1]
    if v.get("nullFlavor") and not kids(v, "translation"):
        return
    if kind in ("CD", "CE", "CV", "CO", "CS", ""):
        yield from codes(v)
    elif kind in ("PQ", "IVL_PQ", "INT", "REAL", "RTO", "RTO_PQ_PQ", "MO"):
        yield from amounts(v)
    elif kind in ("TS", "IVL_TS"):
        yield from times(v)
    elif kind in ("ST", "ED") and " ".join("".join(v.itertext()).split()):
        yield "words", " ".join("".join(v.itertext()).split())


def own_facts(s):
    """Of the statement itself, not of those within it."""
    for c in s:
        n = local(c)
        if n in ("code", "interpretationCode", "routeCode", "targetSiteCode", "methodCode", "approachSiteCode"):
            yield from codes(c)
        elif n == "value":
            yield from value_of(c)
        elif n == "effectiveTime":
            yield from times(c)
        elif n in ("doseQuantity", "rateQuantity", "maxDoseQuantity", "quantity"):
            yield from amounts(c)
        elif n == "referenceRange":
            for v in c.iter(HL7 + "value"):
                yield from amounts(v)
        elif n in ("consumable", "product"):
            for m in c.iter(HL7 + "manufacturedMaterial"):
                for k in kids(m, "code"):
                    yield from codes(k)
                for k in kids(m, "lotNumberText"):
                    yield from [("words", w) for w in ["".join(k.itertext()).strip()] if w]
        elif n == "participant" and c.get("typeCode") == "CSM" and local(s) == "observation":
            for k in c.iter(HL7 + "code"):
                yield from codes(k)


def leaves(v):
    if isinstance(v, dict):
        for x in v.values():
            yield from leaves(x)
    elif isinstance(v, list):
        for x in v:
            yield from leaves(x)
    else:
        yield v


class Bundle:
    def __init__(self, text):
        self.entries = [e["resource"] for e in json.loads(text)["entry"]]
        self.by_url = {e["fullUrl"]: e["resource"] for e in json.loads(text)["entry"]}
        self.by_id = {}
        for r in self.entries:
            ids = r.get("identifier", [])
            for i in ids if isinstance(ids, list) else [ids]:
                self.by_id.setdefault(i.get("value", "").lower(), []).append(r)
        self.all, self.members = self.texts(self.entries), set(re.findall(r'"(\w+)":', text.decode()))

    @staticmethod
    def texts(resources):
        out = set()
        for r in resources:
            for v in leaves(r):
                out.add(str(v).strip())
                if isinstance(v, (int, float)) and not isinstance(v, bool):
                    out.add(f"{v:g}")
        return out

    def of(self, ids):
        """The resources with one of those ids and what they refer to directly; None when there are none."""
        found = [r for root, ext in ids for r in self.by_id.get((ext or "").lower(), []) +
                 ([] if ext else self.by_id.get("urn:uuid:" + root.lower(), []) + self.by_id.get("urn:oid:" + root, []))]
        near = [self.by_url[u] for r in found for u in map(str, leaves(r)) if u in self.by_url and self.by_url[u]["resourceType"] != "Patient"]
        return found and self.texts(found + near)


def has(texts, kind, value):
    if kind == "date":
        return any(t.startswith((value, f"Onset: {value}", f"Until: {value}")) for t in texts)
    if kind == "words":
        return any(value in " ".join(t.split()) for t in texts)
    if kind in ("amount", "unit") and any(re.fullmatch(rf"(Age at onset|Quantity): ({re.escape(value)}( .*)?|.* {re.escape(value)})", t) for t in texts):
        return True
    return value in texts or (kind == "code" and any(re.match("(Severity|Problem type): ", t) and t.endswith(value) for t in texts))


def ids_of(s):
    return [(i.get("root", ""), i.get("extension")) for i in kids(s, "id") if not i.get("nullFlavor") and i.get("root")]


class Check:
    def __init__(self, bundle):
        self.bundle, self.seen, self.missing = bundle, 0, []

    def want(self, where, kind, value, texts):
        self.seen += 1
        if not has(texts, kind, value):
            self.missing.append(f"{where}: {kind} {value!r}")

    def patient(self, role):
        texts = self.bundle.texts([r for r in self.bundle.entries if r["resourceType"] == "Patient"])
        for _, ext in ids_of(role):
            self.want("patient", "id", ext, texts) if ext else None
        for e in role.iter():
            n, words = local(e), " ".join("".join(e.itertext()).split())
            if e.get("nullFlavor"):
                continue
            if n in ("providerOrganization",):
                break
            if n in ("given", "family", "prefix", "suffix", "streetAddressLine", "city", "state", "postalCode", "country") and words:
                self.want("patient", "words", words, texts)
            elif n in ("birthTime", "deceasedTime") and date(e.get("value")):
                self.want("patient", "date", date(e.get("value")), texts)
            elif n == "administrativeGenderCode":
                self.want("patient", "gender", {"F": "female", "M": "male"}.get(e.get("code"), "other"), texts)
            elif n in ("maritalStatusCode", "religiousAffiliationCode", "raceCode", "ethnicGroupCode", "languageCode"):
                for kind, code in codes(e):
                    self.want("patient", kind, code, texts)
            elif n == "telecom" and e.get("value"):
                self.want("patient", "words", e.get("value").split(":", 1)[-1].strip(), texts)

    def statement(self, s, around):
        arc = arcs(s)
        if s.get("nullFlavor") or arc & PAYMENT:
            return
        mine = self.bundle.of(ids_of(s))
        texts = mine or ((around or set()) | self.bundle.all if not ids_of(s) else around) or self.bundle.all
        where = f"{local(s)} {' '.join(sorted(arc)) or '-'}"
        mapped = next((MAPPED[a] for a in arc if a in MAPPED), None)
        if mapped:
            self.want(where, "member", mapped, self.bundle.members)
        elif INSTRUCTION in arc:
            pass
        elif "22.4.8" in arc:
            value = next(iter(kids(s, "value")), None)
            grade = GRADES.get(value.get("code")) if value is not None else None
            for kind, v in value_of(value) if value is not None else ():
                self.want(where, kind, v, texts | ({v} if grade in texts else set()))
        elif not arc & WRAPPERS:
            if local(s) in ("observation", "substanceAdministration", "procedure") and not s.get("negationInd") and ids_of(s):
                self.want(where, "id", "a resource", {"a resource"} if mine or around else set())
            for kind, v in own_facts(s):
                if v not in KINDS or "22.4.46" not in arc:  # FHIR's family history does not say "condition" of a condition
                    self.want(where, kind, v, texts)
        self.within(s, mine or around)

    def within(self, e, around):
        for h in e:
            if local(h) in HOLDERS:
                for s in h:
                    if local(s) in STATEMENTS:
                        self.statement(s, around)
                    elif local(s) in ("section", "structuredBody"):
                        self.within(s, None)
            elif local(h) == "structuredBody":
                self.within(h, None)


def check(document, bundle):
    root = ET.fromstring(document)
    c = Check(Bundle(bundle))
    for role in root.iter(HL7 + "patientRole"):
        c.patient(role)
    c.within(root, None)
    return c


def bundle_of(path):
    program = os.environ.get("ACESO", "build/release/aceso")
    return subprocess.run([program, "fhir", "--quiet", "--identified", str(path)], capture_output=True, check=True).stdout


def unnoticed(document, bundle):
    """Resources that may be taken away without this check noticing; a check that sees nothing is worth nothing."""
    kinds = {"Patient", "Observation", "Condition", "AllergyIntolerance", "MedicationStatement", "MedicationRequest"}
    whole = json.loads(bundle)
    for i, entry in enumerate(whole["entry"]):
        r = entry["resource"]
        if r["resourceType"] in kinds and r.get("meta", {}).get("source"):
            less = {**whole, "entry": whole["entry"][:i] + whole["entry"][i + 1:]}
            if not check(document, json.dumps(less).encode()).missing:
                yield r["meta"]["source"]


def main():
    args = sys.argv[1:]
    folder = pathlib.Path(args[1]) if args[:1] == ["--bundles"] else None
    keep = pathlib.Path(args[1]) if args[:1] == ["--keep"] else None
    files = [pathlib.Path(f) for f in args[2 if folder or keep else 0:]]
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        for path in files or [own(pathlib.Path(tmp))]:
            made = (folder / (path.name + ".json")).read_bytes() if folder else bundle_of(path)
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / (path.name + ".json")).write_bytes(made)
            c = check(path.read_bytes(), made)
            bad += len(c.missing) or not c.seen
            print(f"{path.name}: {c.seen - len(c.missing)} of {c.seen} values")
            for m in c.missing:
                print("  missing:", m)
            for where in [] if files else unnoticed(path.read_bytes(), made):
                bad += 1
                print("  not noticed when taken away:", where)
    sys.exit(bad > 0)


if __name__ == "__main__":
    from document import own
    main()
