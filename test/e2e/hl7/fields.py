#!/usr/bin/env python3
"""Are the values of HL7 v2 messages in the bundles that aceso makes of them? Reads both independently of aceso.

  fields.py TESTS FILE...   files with one message each
  fields.py TESTS           messages that this script writes itself
  --bundles FOLDER          before the files: keep the bundles there, for test/e2e/fhir/validate.mjs --sent
TESTS is build/*/ac_tests, whose test hl7_read/files_of_a_list reads files and writes bundles.
Prints every value that is missing, and the counts; exit status 1 when one is."""
import argparse, base64, json, os, pathlib, re, shutil, subprocess, sys, tempfile

# segment -> {field: components whose values must be there (None: every component)}; times, codes of FHIR's own and yes/no are
# looked at by the unit tests of src/interop/hl7
FIELDS = {
    "PID": {2: [1, 2, 4, 6], 3: [1, 2, 4, 6], 4: [1, 4], 5: [1, 2, 3, 4, 5, 6, 14, 15], 6: [1, 2], 7: "date", 9: [1, 2], 10: [2],
            11: [1, 2, 3, 4, 5, 6, 9, 19], 13: [1, 4, 7], 14: [1, 7], 15: [1, 2, 4, 5], 16: [1, 2], 17: [1], 18: [1, 4], 19: [1], 20: [1, 2],
            21: [1, 4], 22: [2], 23: None, 26: [1, 2], 28: [1, 2], 29: "date", 35: [1, 2], 36: [1, 2], 40: [1]},
    "NK1": {2: [1, 2, 3], 3: [1, 2], 4: [1, 3, 4, 5, 6], 5: [1], 13: [1], 33: [1]},
    "PV1": {3: "place", 7: [1, 2, 3], 8: [1, 2, 3], 9: [1, 2, 3], 10: [1], 17: [1, 2, 3], 19: [1], 44: "date", 45: "date"},
    "DG1": {3: [1, 2, 4, 5], 4: None, 5: "date", 16: [1, 2, 3], 19: "date", 20: [1]},
    "PRB": {3: [1, 2], 4: [1], 7: "date", 9: "date", 16: "date", 17: None},
    "AL1": {3: [1, 2], 5: [1, 2], 6: "date"},
    "IAM": {3: [1, 2], 5: [1, 2], 7: [1], 11: "date", 12: None, 13: "date", 14: [1, 2], 18: [1, 2, 3]},
    "PR1": {3: [1, 2], 4: None, 5: "date", 11: [1, 2, 3], 19: [1]},
    "OBX": {3: [1, 2, 4, 5], 4: "whole", 5: None, 6: [1, 2], 7: "whole", 8: [1], 14: "date", 15: [1, 2], 16: [1, 2, 3], 17: [1, 2],
            18: "first", 19: "date", 20: [1, 2], 21: [1, 2], 23: [1], 25: [1, 2, 3]},
    "NTE": {3: None},
    "OBR": {2: [1, 2], 3: [1, 2], 4: [1, 2], 7: "date", 16: [1, 2, 3], 22: "date", 31: [1, 2]},
    "RXO": {1: [1, 2], 2: [1], 5: [1, 2], 6: [2], 7: [2], 11: [1], 13: [1], 14: [1, 2], 18: [1], 20: [1], 21: [1]},
    "RXE": {2: [1, 2, 9], 3: [1], 6: [1, 2], 7: [2], 10: [1], 12: [1], 13: [1, 2], 15: [1], 21: [1], 23: [1], 25: [1]},
    "RXD": {2: [1, 2], 3: "date", 4: [1], 5: [1, 2], 6: [1, 2], 7: [1], 9: None, 10: [1, 2, 3], 15: [1, 2], 16: [1]},
    "RXR": {1: [1, 2], 2: [1, 2], 4: [1, 2]},
    "RXC": {2: [1, 2], 3: [1], 5: [1]},
    "RXA": {3: "date", 5: [1, 2], 6: [1], 10: [1, 2, 3], 15: [1], 16: "date", 17: [2], 18: [1, 2], 19: [1, 2]},
    "TXA": {2: [1], 9: [1, 2, 3], 12: [1]},
    "SCH": {1: [1], 2: [1], 7: [1], 8: [1], 16: [1, 2, 3]},
    "AIS": {3: [1, 2]}, "AIG": {3: [1, 2]}, "AIP": {3: [1, 2, 3]}, "AIL": {3: "place"},
    "SPM": {4: [1, 2], 7: [1, 2], 8: [1, 2], 18: "date"},
}

ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n", "H": "", "N": ""}

def unescape(s):
    return re.sub(r"\\(F|S|T|R|E|H|N|\.br)\\", lambda m: ESCAPES[m[1]], s)

def plain(s):
    return re.sub(r"[\s]+", " ", s).strip().casefold()

def leaves(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "data":
                yield base64.b64decode(value).decode("utf-8", "replace")
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)
    else:
        yield str(node).lower() if isinstance(node, bool) else str(node)

def number(s):
    try:
        return float(s)
    except ValueError:
        return None

class Bundle:
    def __init__(self, bundle, passages):
        texts = [plain(t) for t in leaves(bundle)] + [plain(passages)]
        self.texts, self.all = set(texts), "\n".join(texts)
        self.words = {w for t in re.split(r"[\s/|^:]+", self.all) for w in (t, t.strip(".,;:#()[]"))}
        self.numbers = {n for t in texts if (n := number(t)) is not None}

    def has(self, value):
        v = plain(value)
        part = v in self.all if len(v) > 3 else v in self.words # short values stand in anything
        return v in self.texts or part or number(v) in self.numbers and number(v) is not None

    def has_date(self, value):
        m = re.match(r"(\d{4})(\d\d)?(\d\d)?", value)
        if not m or m[2] == "00" or (m[2] and not 1 <= int(m[2]) <= 12) or (m[3] and not 1 <= int(m[3]) <= 31):
            return True # no date: nothing to be said
        return "-".join(p for p in m.groups() if p) in self.all

ID_KINDS = {"ISO", "HCD", "DNS", "GUID", "UUID", "L", "URI"} # of universal ids, which become URIs

def wanted(bundle, name, number_of, rule, field):
    """The parts of a field that are missing."""
    if field in ("", '""'):
        return
    reps = field.split("~")
    if rule == "date":
        yield from (f for f in [reps[0].split("^")[0]] if f and not bundle.has_date(f))
    elif rule == "place": # of a universal id in a place only the name is told
        pieces = [p.split("&")[0] for p in reps[0].split("^")[:4]]
        yield from (p for p in pieces if p.strip() and not bundle.has(unescape(p)))
    elif rule in ("whole", "first"):
        value = unescape(field if rule == "whole" else reps[0].split("^")[0])
        yield from ([value] if not bundle.has(value) else [])
    else:
        for rep in reps:
            parts = rep.split("^")
            for k in rule or range(1, len(parts) + 1):
                value = unescape(parts[k - 1]) if k <= len(parts) else ""
                # components hold subcomponents since 2.3: each is looked for by itself
                for piece in value.split("&") if k <= len(parts) and "&" in parts[k - 1] else [value]:
                    if piece.strip() and piece not in ('""', "999") and piece not in ID_KINDS and not bundle.has(piece):
                        yield f"{k}: {piece}"

def check(message, bundle):
    missing, counted, seen, paper = [], 0, {}, False
    lines = [l for l in re.split(r"[\r\n]+", message) if l.strip()]
    for line in lines:
        name, fields = line[:3], line.split("|")
        seen[name] = seen.get(name, 0) + 1
        paper = name == "TXA" or paper and name in ("OBX", "NTE")
        for n, rule in FIELDS.get(name, {}).items():
            if n >= len(fields) or not fields[n].strip():
                continue
            # R4: a document's content has no more; one device; the lines of a text count themselves
            if name == "OBX" and (paper and n not in (3, 5) or n == 18 and "~" in fields[n] or n == 4 and fields[2] in ("TX", "FT")):
                continue
            if name == "OBX" and n == 5 and fields[2] in ("ED", "RP", "DT", "TS", "DTM", "TM", "SN"):
                parts = fields[n].split("^")
                value = {"ED": parts[-1], "RP": parts[0], "SN": parts[1] if len(parts) > 1 else ""}.get(fields[2])
                rest = [value] if value and not bundle.has(unescape(value)) else []
                if value is None and not bundle.has_date(fields[n]):
                    rest = [fields[n]]
            else:
                if name == "OBX" and n == 5: # codes without the name of their system, numbers without "<"
                    rule = [1, 2, 4, 5, 9] if fields[2] in ("CE", "CWE", "CNE") else rule
                    fields[n] = fields[n].lstrip("<>=") if fields[2] in ("NM", "ST") else fields[n]
                rest = list(wanted(bundle, name, n, rule, fields[n]))
            counted += 1
            missing += [f"{name}[{seen[name]}]-{n}: {what}" for what in rest]
    return missing, counted

OWN = {
    "adt": "MSH|^~\\&|REG|WARD|ACE|SITE|20260310081500+0100||ADT^A01|A1|P|2.5||||||8859/1\r"
           "PID|1||4711^^^NORTH&1.2.3.4&ISO^MR~999^^^^SS||M\xfcller^Ana^Mar\xeda^^Dr.^^L~Soto^Ana^^^^^M||19610228|F|||"
           "R\xfaa 5^2\xba^Vigo^PO^36201^ES^H||^PRN^PH^^34^986^555555~^NET^Internet^ana@example.org||es^Spanish^ISO639|M|CAT|88|||||Lugo||||||20260311\r"
           "NK1|1|Soto^Juan|SPO^Spouse^HL70063|C\xf3rdoba 1^^Vigo|986 1\r"
           "PV1|1|I|W2^12^B^NORTH||||77^Vega^Luz^^^Dr.||||MED|||||||||V-5||||||||||||||||||||||||||20260310\r"
           "DG1|1||I10^Hypertension^I10C||20260310|W\rDG1|2|I9|401.9|Hypertension, old code|2025|F\r"
           "AL1|1|DA|7980^Penicillin^RXNORM|SV|Hives~Swelling of lips|201001\r"
           "PRB|AD|20260101|44054006^Diabetes mellitus type 2^SCT|PR-9|||20200101||||||confirmed|active|||about 2019\r"
           "PR1|1||80146002^Appendectomy^SCT|Appendix taken out|20250102|||||||55^Gil^Eva\r",
    "oru": "MSH|^~\\&|LAB|HOSP|ACE|SITE|20260310081500+0100||ORU^R01^ORU_R01|B1|P|2.5.1\rPID|1||5^^^H^MR||Roe^Jane||1980|F\r"
           "OBR|1|P1^ORD|F1^LAB|24323-8^Panel^LN|||202603100700+0100||||||||8^Gil^Eva||||||202603100800+0100||LAB|F\r"
           "OBX|1|NM|2345-7^Glucose^LN^GLU^Glucose local^L||5.40|mmol/L^^UCUM|3.9-5.8|N|||F|||202603100705+0100||9^Paz^Leo|ENZ^Enzymatic^L|AN7^CHEM||||H\rNTE|1|L|fasting\\.br\\confirmed\r"
           "OBX|2|SN|1988-5^CRP^LN||<^5|mg/L|<5|N|||F\rOBX|3|SN|5111-1^Titre^LN||^1^:^128||||||F\r"
           "OBX|4|CWE|600-7^Culture^LN|1|112283007^Escherichia coli^SCT^EC^E. coli^L||||||P\r"
           "OBX|5|FT|18782-3^Report^LN|1|Line one \\T\\ more||||||F\rOBX|6|FT|18782-3^Report^LN|2|Line two||||||F\r"
           "OBX|7|ST|5778-6^Colour^LN||yellow||||||F\rOBX|8|ST|2951-2^Sodium^LN||>150|mmol/L||HH|||C\r"
           "OBX|9|NM|8480-6^Pressure^LN||120~118|mm[Hg]^^UCUM||||||F\rOBX|10|ED|PDF^Scan^L||^AP^PDF^Base64^JVBERi0=||||||F\r",
    "rde": "MSH|^~\\&|PHARM|HOSP|ACE|SITE|20260310||RDE^O11^RDE_O11|C1|P|2.5\rPID|1||5^^^H^MR||Roe^Jane||1980|F\r"
           "ORC|NW|O-1^CPOE|F-1^PH||SC||||20260310|||8^Gil^Eva\r"
           "RXE|^^^20260310^20260317|860975^Metformin 500 mg tablet^RXNORM|500|1000|mg^milligram^L|TAB^Tablet^L|^With meals~^Not at night||N|30|TAB^Tablet^L|2|8^Gil^Eva||RX-77||||||Keep dry||||500|mg\r"
           "RXR|PO^By mouth^HL70162\rTQ1|1||BID^^^0800|0800~2000||||20260310|20260317|R\rRXC|A|11^Additive^L|5|mL^^UCUM\r",
    "vxu": "MSH|^~\\&|VAC|SITE|IIS|STATE|20260310||VXU^V04^VXU_V04|D1|P|2.5.1\rPID|1||5^^^H^MR||Roe^Kim||20250101|U\rORC|RE||65^VAC\r"
           "RXA|0|1|20260301||08^Hepatitis B^CVX|0.5|mL^^UCUM||00^New record^NIP001|3^Paz^Leo||||LOT9|20270131|MSD^Merck^MVX|||CP|A\rRXR|IM^Intramuscular^HL70162|LA^Left arm^HL70163\r",
    "mdm": "MSH|^~\\&|DICT|HOSP|ACE|SITE|20260310||MDM^T02^MDM_T02|E1|P|2.5\rPID|1||5^^^H^MR||Roe^Jane||1980|F\rTXA|1|DS|TX|20260310|||||8^Gil^Eva|||DOC-1|||||AU||AV\r"
           "OBX|1|TX|H^History^L|1|Came with pain.\rOBX|2|TX|H^History^L|2|No fever.\rOBX|3|TX|P^Plan^L|1|Home.\r",
    "siu": "MSH|^~\\&|SCH|HOSP|ACE|SITE|20260310081500+0100||SIU^S12^SIU_S12|F1|P|2.5\rSCH|A1|A2|||||CHECKUP^Check-up^L|FU^Follow-up^L|30|min|^^^202604010900+0200^202604010930+0200|||||5^Sol^Iria|||||||||Booked\r"
           "PID|1||5^^^H^MR||Roe^Jane||1980|F\rRGS|1\rAIS|1|A|CONS^Consultation^L\rAIG|1|A|US1^Ultrasound^L\rAIL|1|A|R3^12^^HOSP\rAIP|1|A|8^Gil^Eva\r",
}

def run(tests, files, keep):
    bad = total = 0
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "list").write_text("".join(f"{f}\n" for f in files))
        env = dict(os.environ, AC_HL7_IN=str(work / "list"), AC_HL7_OUT=str(work))
        done = subprocess.run([tests, "hl7_read"], env=env, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        for f in files:
            data = pathlib.Path(f).read_bytes()
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1252")
            name = pathlib.Path(f).name
            bundle = Bundle(json.loads((work / f"{name}.0.json").read_text()), (work / f"{name}.0.passages").read_text())
            missing, counted = check(text, bundle)
            total += counted
            if keep:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(work / f"{name}.0.json", keep)
            bad += len(missing)
            for what in missing:
                print(f"{pathlib.Path(f).name}: {what}")
    print(f"hl7 fields: {len(files)} messages, {total} fields looked for, {bad} values missing")
    return bad > 0

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("tests")
options.add_argument("--bundles", type=pathlib.Path)
options.add_argument("files", nargs="*")
given = options.parse_args()
with tempfile.TemporaryDirectory() as folder:
    for name, message in OWN.items():
        (pathlib.Path(folder) / f"{name}.hl7").write_bytes(message.encode("latin-1"))
    own = [str(p) for p in sorted(pathlib.Path(folder).iterdir())]
    sys.exit(run(given.tests, given.files or own, given.bundles))
