#!/usr/bin/env python3
"""Write src/interop/hl7/hl7_codes.c, the codes of the HL7 v2 tables, from HL7's FHIR R4 definitions (CC0):
hl7_tables.py FOLDER > src/interop/hl7/hl7_codes.c
FOLDER holds CodeSystem-v2-*.json, for example node_modules/hl7.fhir.r4.examples (test/e2e/fhir/run.sh fetches it)."""
import glob, json, re, sys, textwrap

def codes(concepts):
    for c in concepts or []:
        yield c["code"]
        yield from codes(c.get("concept"))

# Tables of messages themselves, of queries and devices: nothing that stands in a record.
LEFT_OUT = {"0003", "0076", "0354", "0355", "0356", "0357", "0396", "0104", "0105", "0106", "0394", "0391", "0387", "0388"}
rows = []
for name in sorted(glob.glob(f"{sys.argv[1]}/CodeSystem-v2-*.json")):
    system = json.load(open(name, encoding="utf-8"))
    number = re.fullmatch(r"v2-(\d{4})", system["id"])
    if not number or number[1] in LEFT_OUT or system.get("content") != "complete":
        continue
    plain = [c for c in dict.fromkeys(codes(system.get("concept"))) if re.fullmatch(r"[!-~]+", c)]
    if plain:
        rows.append((number[1], plain))

print("""/* Made by scripts/hl7_tables.py from the code systems v2-nnnn of HL7's FHIR R4 definitions (hl7.org/fhir/R4, CC0). */
#include "interop/hl7/hl7_table.h"

const ac_hl7_set ac_hl7_sets[] = {""")
for number, plain in rows:
    text = " " + " ".join(plain) + " "
    parts = textwrap.wrap(text, 122, drop_whitespace=False, break_long_words=False, break_on_hyphens=False)
    quoted = ["\"" + p.replace("\\", "\\\\").replace("\"", "\\\"").replace("?", "\\?") + "\"" for p in parts]
    print("    { \"%s\", %s }," % (number, "\n      ".join(quoted)))
print("""};

const size_t ac_hl7_sets_n = sizeof ac_hl7_sets / sizeof ac_hl7_sets[0];""")
