#!/usr/bin/env python3
"""Check the lexicon files: columns, kinds, unique ids and terms, code formats and check digits. Prints counts per kind."""
import collections, pathlib, re, sys

KINDS = "problem symptom medication lab vital procedure anatomy device allergen social".split()
FLAGS = {"problem": "chronic acute risk cancer infection sex past", "symptom": "sign redflag risk", "medication": "class combo otc",
         "lab": "unit low high lowf highf lowm highm critlow crithigh alt qual panel", "procedure": "imaging surgery endoscopy therapy screening test",
         "anatomy": "paired", "device": "implant", "allergen": "food env insect contact", "social": "tobacco alcohol drug work living risk unit"}
FLAGS["vital"] = FLAGS["lab"]
SHAPE = {"icd10cm": r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", "snomed": r"[0-9]{6,18}", "rxnorm": r"[0-9]{2,8}",
         "loinc": r"[0-9]{1,6}-[0-9]", "atc": r"[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?"}
VD = [[0,1,2,3,4,5,6,7,8,9],[1,2,3,4,0,6,7,8,9,5],[2,3,4,0,1,7,8,9,5,6],[3,4,0,1,2,8,9,5,6,7],[4,0,1,2,3,9,5,6,7,8],
      [5,9,8,7,6,0,4,3,2,1],[6,5,9,8,7,1,0,4,3,2],[7,6,5,9,8,2,1,0,4,3],[8,7,6,5,9,3,2,1,0,4],[9,8,7,6,5,4,3,2,1,0]]
VP = [[0,1,2,3,4,5,6,7,8,9],[1,5,7,6,2,8,3,0,9,4]]
for _ in range(6):
    VP.append([VP[1][VP[-1][i]] for i in range(10)])


def verhoeff(code):
    c = 0
    for i, ch in enumerate(reversed(code)):
        c = VD[c][VP[i % 8][int(ch)]]
    return c == 0


def luhn(code):
    body, check = code.split("-")
    total = 0
    for i, ch in enumerate(reversed(body)):
        d = int(ch) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return (10 - total % 10) % 10 == int(check)


def check_code(code):
    system, _, value = code.partition(":")
    if system not in SHAPE or not re.fullmatch(SHAPE[system], value):
        return "bad code"
    if system == "snomed" and not verhoeff(value) or system == "loinc" and not luhn(value):
        return "wrong check digit"
    return None


def fold(term):
    import unicodedata
    t = unicodedata.normalize("NFD", term.lower())
    t = "".join(c for c in t if unicodedata.category(c) != "Mn")
    return re.sub(r"[\s/-]+", " ", t).strip()


def main():
    files = [pathlib.Path(a) for a in sys.argv[1:]] or sorted(pathlib.Path("data/lexicon").glob("*.tsv"))
    bad, ids, owner, combos = [], {}, {}, []
    concepts, terms = collections.Counter(), collections.Counter()
    for path in files:
        for no, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            here = f"{path}:{no}"
            cols = line.split("\t")
            if len(cols) != 7 or any(not c for c in cols):
                bad.append(f"{here}: needs 7 non-empty columns, has {len(cols)}"); continue
            cid, kind, codes, flags, en, es, both = cols
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", cid): bad.append(f"{here}: bad id {cid}")
            if cid in ids: bad.append(f"{here}: id {cid} already in {ids[cid]}")
            ids[cid] = here
            if kind not in KINDS: bad.append(f"{here}: bad kind {kind}"); continue
            concepts[kind] += 1
            for code in ([] if codes == "-" else codes.split()):
                if why := check_code(code): bad.append(f"{here}: {why} {code}")
            for flag in ([] if flags == "-" else flags.split()):
                key, _, value = flag.partition("=")
                if key not in FLAGS[kind].split(): bad.append(f"{here}: flag {key} is not for {kind}")
                if key == "past" and (why := check_code(value)): bad.append(f"{here}: {why} {value}")
                if key == "combo": combos += [(here, i) for i in value.split("+")]
            if en == "-" and both == "-": bad.append(f"{here}: no English or common term")
            for lang, col in (("en", en), ("es", es), ("any", both)):
                for t in ([] if col == "-" else col.split("|")):
                    bare = t.rstrip("^?")
                    if bare != bare.strip() or not bare: bad.append(f"{here}: blank in term '{t}'"); continue
                    if len(bare) < 3 and t == bare: bad.append(f"{here}: short term '{t}' needs ^ or ?")
                    if len(bare) > 96: bad.append(f"{here}: term over 96 bytes: {t}")
                    terms[kind, lang] += 1
                    exact = "^" in t[len(bare):]
                    key = (bare if exact else fold(bare), exact, kind)
                    for other in (("en", "any") if lang == "en" else ("es", "any") if lang == "es" else ("en", "es", "any")):
                        prev = owner.get((key, other))
                        if prev and prev[1] != cid: bad.append(f"{here}: term '{t}' of {cid} already in {prev[0]} ({prev[1]})")
                    owner.setdefault((key, lang), (here, cid))
    for here, cid in combos:
        if cid not in ids: bad.append(f"{here}: combo names unknown id {cid}")
    print("\n".join(bad))
    for kind in KINDS:
        print(f"lexicon: {kind:11} {concepts[kind]:5} concepts, terms en {terms[kind,'en']:5} es {terms[kind,'es']:5} any {terms[kind,'any']:5}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
