#!/usr/bin/env python3
"""Write invented identifiers into real clinical notes: English material to train and to test PHI detection on.

    train/surrogate.py --corpora FOLDER --split train|test --out DIR [--copies N] [--seed N]

FOLDER holds  notes/mtsamples.jsonl, dialogue/aci-bench/*.csv   the notes (halves that are given)
              names/{ssa-us,ine-spain,philter,geonames}         names and places (see train/names/build.py)
DIR gets one .txt and one .ann (brat, types of src/core/vocab.h) a note; `aceso eval DIR` reads them.

The two splits share no note, no template (surrogate/train.tsv, test.tsv) and no name or place (by a hash of it). The same seed writes the same bytes.
UNSCORED marks what is neither an identifier nor a clinical word: titles and degrees beside a name, states, times of a signature, days of the week, and what
the notes themselves hold that looks like an identifier (surrogate/residual.tsv, read and sorted by a person). Their placeholders (Dr. X, Ms. ABC, ABCD
Hospital, MM/DD/YYYY) become invented values, their dates and ages over 89 are gold as they stand.

Slots of a template: {P.last} a person and a form (people: P patient, A B C physicians, N nurse, R Q relatives; forms: see Person.form), {date-3} days from the
visit, {ldate} {md} {my} other forms of a date, {mrn} {acct} {enc} {ssn} {ins} {dl} {npi} {dea} {dev} {vin} {plate} {phone} {fax} {pager} {ext} {email} {url} {ip}
{dob} {age90} {street} {city} {zip} {hosp} {hosp2} {clinic} {org} {school} identifiers, {st} {age} {kin} {year} not.
"""
import argparse, bisect, collections, csv, datetime, glob, hashlib, itertools, json, pathlib, random, re, sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "names"))
import build  # noqa: E402  (the reader of cities.pbf)

BEGIN, SEP, END = "\ue000", "\ue001", "\ue002"  # a mark: BEGIN type SEP text END
MARK = re.compile(f"{BEGIN}([A-Z_]+){SEP}([^{END}]*){END}")
MONTHS = "January February March April May June July August September October November December".split()
MONTH = "(?:" + "|".join(MONTHS) + ")"
TYPES = dict(P="PATIENT", A="STAFF", B="STAFF", C="STAFF", N="STAFF", R="RELATIVE", Q="RELATIVE")
CAPS_SHARE, TYPO_SHARE, LETTER_SHARE, TRAIN_NOTES = 0.1, 0.02, 0.12, 6
BIRTHS_MIN = 5  # in the years read


def mark(kind, text):
    return f"{BEGIN}{kind}{SEP}{text}{END}" if text else ""


def digest(s):
    return int.from_bytes(hashlib.sha256(s.encode()).digest()[:4], "big")


def in_half(number, half):
    return half is None or number % 2 == half


def table(path):
    lines = (HERE / "surrogate" / path).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


# ---- names and places --------------------------------------------------------------------------------------------


class Names:
    """What a split may draw from."""

    def __init__(self, folder, split, half):
        self.parity, self.half = split == "test", half
        self.lists = collections.defaultdict(list)
        for key, group, words in table("names.tsv"):
            self.lists[key, group] = self.mine(words.split("|"))
        self.births = {"F": collections.Counter(), "M": collections.Counter()}
        for path in sorted(glob.glob(f"{folder}/ssa-us/*.txt")):
            for line in open(path, encoding="ascii"):
                name, sex, n = line.strip().split(",")
                self.births[sex][name] += int(n)
        self.ssa = {sex: self.weighted(c) for sex, c in self.births.items()}
        read = lambda name: open(f"{folder}/ine-spain/{name}.csv", encoding="utf-8").read().strip().split("|")
        self.ine = {"F": self.mine(read("mujeres")[:4000]), "M": self.mine(read("hombres")[:4000]), "last": self.mine(read("apellidos")[:9000])}
        philter = lambda name: self.mine(sorted(n.capitalize() for n in json.load(open(f"{folder}/philter/{name}.json")) if re.fullmatch("[a-z]{4,12}", n)))
        self.rare_first, self.rare_last = philter("firstnames_minus_fps"), philter("lastnames_minus_fps")
        self.home, self.abroad = [], []
        for name, country, region, population in build.cities(folder):
            if self.owns(name) and re.fullmatch(r"[^\W\d_]+([ '.-]+[^\W\d_]+)*", name):
                if country == "US" and population > 2000:
                    self.home.append((name, region))
                elif country != "US" and population > 50_000:
                    self.abroad.append((name, ""))

    def owns(self, name):
        return digest(name) % 2 == self.parity and in_half(digest(name) // 2, self.half)

    def mine(self, names):
        return [n for n in names if self.owns(n.lower())]

    def weighted(self, counter):
        names = self.mine(sorted(n for n, c in counter.items() if c >= BIRTHS_MIN))
        return names, list(itertools.accumulate(counter[n] ** 0.5 for n in names))

    def first(self, rng, sex):
        draw = rng.random()
        if draw < 0.62:
            names, sums = self.ssa[sex]
            return names[bisect.bisect(sums, rng.random() * sums[-1])]
        if draw < 0.72:
            return rng.choice(self.ine[sex]).title()
        if draw < 0.77:
            return rng.choice(self.rare_first)
        return rng.choice(self.lists["first-" + sex.lower(), "world" if draw < 0.91 else "word"])

    def last(self, rng):
        draw = rng.random()
        if draw < 0.1:
            return rng.choice(self.ine["last"]).title()
        if draw < 0.42:
            return rng.choice(self.rare_last)
        if draw < 0.48:
            return f"{self.last(rng)}-{rng.choice(self.lists['surname', 'common'])}"
        if draw < 0.5:
            return rng.choice(["O'", "Mc", "Mac", "D'", "De", "Van "]) + rng.choice(self.rare_last)
        return rng.choice(self.lists["surname", "common" if draw < 0.68 else "world" if draw < 0.83 else "word"])

    def city(self, rng):
        return rng.choice(self.home if rng.random() < 0.88 else self.abroad)


class Person:
    def __init__(self, names, rng, role, sex):
        self.type, self.sex = TYPES[role], sex
        self.first, self.middle, self.last = names.first(rng, sex), names.first(rng, sex), names.last(rng)
        self.mail = f"{rng.choice([self.first, self.first[0]])}.{self.last}".lower().replace(" ", "").replace("'", "") + rng.choice(["", str(rng.randrange(99))])
        self.host = rng.choice(["gmail.com", "yahoo.com", "aol.com", "health.example.org", "mail.example.net", "clinic.example.edu"])
        self.title = "<Mr.>" if sex == "M" else rng.choice(["<Ms.>", "<Mrs.>", "<Ms.>", "<Miss>"])

    def form(self, how, rng):
        f, m, last = self.first, self.middle, self.last
        forms = dict(full=f"{f} {last}", last=last, first=f, mid=m, mi=f"{f} {m[0]}. {last}", fi=f"{f[0]}. {last}", fii=f"{f[0]}. {m[0]}. {last}",
                     rev=f"{last}, {f}", revmi=f"{last}, {f} {m[0]}.", REV=f"{last}, {f}".upper(), CAPS=f"{f} {last}".upper(), init=f[0] + m[0] + last[0].upper(),
                     initlow=(f[0] + last[0]).lower(), low=rng.choice([f, last]).lower())
        if how == "email":
            return mark("EMAIL", f"{self.mail}@{self.host}")
        if how == "t":
            return self.title
        if how in ("he", "him", "his", "He", "His"):
            word = {"he": "he", "him": "him", "his": "his"}[how.lower()] if self.sex == "M" else {"he": "she", "him": "her", "his": "her"}[how.lower()]
            return word.capitalize() if how[0] == "H" else word
        text = forms[how]
        return mark(self.type, typo(text, rng) if rng.random() < TYPO_SHARE and len(text) > 5 else text)


def typo(text, rng):
    """Two letters the wrong way round, one missing, or one twice."""
    i = rng.randrange(1, len(text) - 2)
    if not text[i:i + 2].isalpha():
        return text
    return rng.choice([text[:i] + text[i + 1] + text[i] + text[i + 2:], text[:i] + text[i + 1:], text[:i] + text[i] + text[i:]])


# ---- numbers and the rest ----------------------------------------------------------------------------------------

NUMBERS = {  # by split: # a digit, @ a capital letter
    "mrn": ("####### ###### 00###### ##-##-## M###### ###-####", "######## ####-### E####### ######### MR###### #####"),
    "acct": ("######## A######### ####-#####", "######### V######## ##-######"),
    "enc": ("######### E###### ##-####", "######## CSN####### ####-##"),
    "ssn": ("4##-5#-6###", "5##-4#-7### 3##~2#~5###"),
    "ins": ("@@@######### A-####### ##########", "#@@#-@@#-@@## W######## @@######@"),
    "dl": ("D###-####-#### @#######", "########## @@-###-###"),
    "npi": ("1#########", "1#########"),
    "dea": ("B@#######", "A@#######"),
    "dev": ("@@@######@ ####-#####", "@@#######-# ########"),
    "vin": ("1HGCM82633A######", "2T1BURHE4JC######"),
    "plate": ("@@@-####", "#@@@###"),
    "phone": ("(3##)~555-01## 4##-555-01## 6##.555.01## +1~7##~555~01##", "(2##)555-01## 1-5##-555-01## 8##~555~01## 3##/555-01##"),
    "pager": ("#### 555-####", "##### 3##-555-01##"),
    "ext": ("####", "####"),
    "zip": ("##### #####-####", "##### #####"),
    "ip": ("10.##.1##.2#", "192.168.1##.##"),
}
KINDS = dict(mrn="MRN", acct="ACCOUNT", enc="CONTACT", ssn="SSN", ins="INSURANCE", dl="LICENCE", npi="STAFF_ID", dea="STAFF_ID", dev="DEVICE", vin="VEHICLE",
             plate="VEHICLE", phone="PHONE", pager="PHONE", ext="PHONE", zip="ZIP", ip="IP", fax="FAX")
STABLE = {"mrn", "acct", "ssn", "ins", "zip", "hosp", "hosp2", "clinic", "org"}
PLACES = dict(hosp=("hospital", "HOSPITAL"), hosp2=("hospital", "HOSPITAL"), clinic=("clinic", "HOSPITAL"), org=("org", "ORGANISATION"),
              school=("school", "ORGANISATION"), street=("street", "STREET"))
DATES = ("%m/%d/%Y %-m/%-d/%y %B~%-d,~%Y %b~%-d,~%Y %m-%d-%Y %-d~%B~%Y %-m/%-d/%Y", "%m/%d/%Y %-m/%-d/%Y %B~%-d,~%Y %d~%b~%Y %Y-%m-%d %-m-%-d-%y %m/%d/%y %b~%d~%Y")
DAYS = ("%B~%-d %-m/%-d %b~%-d", "%B~%-dth %-m/%-d %b.~%-d %d~%B")
PERIODS = ("%B~%Y %B~of~%Y %m/%Y", "%B~%Y %b~%Y %-m/%Y")


class Note:
    """One note on its way: who is in it, what its stable values are."""

    def __init__(self, names, templates, split, sex, rng):
        self.names, self.templates, self.second, self.rng, self.kept = names, templates, int(split == "test"), rng, {}
        self.people = {role: Person(names, rng, role, sex if role == "P" else rng.choice("FM")) for role in TYPES}
        self.kin = {role: rng.choice(["wife", "daughter", "mother", "sister"] if self.people[role].sex == "F" else ["husband", "son", "father", "brother"])
                    for role in "RQ"}
        self.day = datetime.date(2004, 1, 1) + datetime.timedelta(days=rng.randrange(7000))
        self.town = names.city(rng)

    def number(self, key):
        shape = self.rng.choice(NUMBERS[key][self.second].split())
        shape = re.sub("#", lambda _: str(self.rng.randrange(10)), shape)
        return re.sub("@", lambda _: self.rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ"), shape).replace("~", " ")

    def date(self, shapes, days):
        shape = self.rng.choice(shapes[self.second].split())
        return mark("DATE", (self.day + datetime.timedelta(days=days)).strftime(shape).replace("~", " "))

    def built(self, kind):
        """A name of a place from its pattern."""
        pick = lambda m: {"CITY": lambda: self.names.city(self.rng)[0], "surname": lambda: self.names.last(self.rng), "n": lambda: str(self.rng.randrange(10, 9900)),
                          "n2": lambda: str(self.rng.randrange(1, 400)), "ord": lambda: self.rng.choice(["2nd", "5th", "9th", "14th", "23rd", "41st"])
                          }.get(m[1], lambda: self.rng.choice(self.names.lists[m[1], "-"]))()
        return re.sub(r"\{(\w+)\}", pick, self.rng.choice(self.templates[kind])[0])

    def slot(self, name, days, values):
        rng = self.rng
        if "." in name:
            role, how = name.split(".")
            return self.people[role].form(how, rng)
        if name in values:
            return values[name]
        if name == "date":
            return self.date(DATES, days)
        if name == "ldate":
            return self.date(("%B~%-d,~%Y", "%B~%-d,~%Y %-d~%B~%Y"), days)
        if name == "md":
            return self.date(DAYS, days)
        if name == "my":
            return self.date(PERIODS, days)
        if name == "dob":
            return self.kept.setdefault("dob", self.date(DATES, -rng.randrange(9000, 30000)))
        if name in STABLE and name in self.kept:
            return self.kept[name]
        if name in PLACES:
            value = mark(PLACES[name][1], self.built(PLACES[name][0]))
        elif name in KINDS:
            value = mark(KINDS[name], self.number("phone" if name == "fax" else name))
        else:
            value = self.other(name)
        if name in STABLE:
            self.kept[name] = value
        return value

    def other(self, name):
        rng = self.rng
        if name == "city":
            self.town = self.names.city(rng) if rng.random() < 0.5 else self.town
            return mark("LOCATION", self.town[0])
        if name == "st":
            return mark("UNSCORED", self.town[1] or "TX")
        if name == "email":
            return self.people["P"].form("email", rng)
        if name == "url":
            host = self.names.last(rng).lower().replace(" ", "").replace("'", "")
            return mark("URL", rng.choice([f"www.{host}clinic.example.com", f"https://{host}.example.org/r/{rng.randrange(9999)}", f"http://portal.{host}.example.net"]))
        if name == "age90":
            return mark("AGE", str(rng.randrange(90, 104)))
        return {"kin": self.kin["R"], "year": str(self.day.year - rng.randrange(2, 20))}[name]

    def fill(self, template, **values):
        text = re.sub(r"\{([\w.]+?)([+-]\d+)?\}", lambda m: self.slot(m[1], int(m[2] or 0), values), template.replace("\\n", "\n"))
        return re.sub(r"<([^<>\n]*)>", lambda m: mark("UNSCORED", m[1]), text)

    def some(self, kind, least, most):
        chosen = self.templates[kind]
        return [self.fill(t[0]) for t in self.rng.sample(chosen, min(len(chosen), self.rng.randint(least, most)))]


# ---- the notes themselves ----------------------------------------------------------------------------------------


def plain(text):
    """MTSamples writes a comma where the line ended, and its keywords at the end."""
    text = re.sub(r"([.:;?,]) *,(?=\S)", r"\1\n", re.sub(r": *,\s+", ": ", text))
    text = re.sub(r"(?<=\.)\s*\n?[a-z][^.\n]*,[^.\n]*,\s*$", "", text)
    return re.sub(r"\n{3,}", "\n\n", text.replace(" ", " ")).strip()


def notes(folder, split):
    """(id, text, first name, surname) of the split's notes."""
    for line in open(f"{folder}/notes/mtsamples.jsonl", encoding="utf-8"):
        note = json.loads(line)
        if (digest(note["id"]) % 10 < TRAIN_NOTES) == (split == "train") and len(note["text"]) > 300:
            yield note["id"], plain(note["text"]), "", ""
    part = "train" if split == "train" else "valid"
    meta = {r["encounter_id"]: r for r in csv.DictReader(open(f"{folder}/dialogue/aci-bench/{part}_metadata.csv", encoding="utf-8"))}
    for row in csv.DictReader(open(f"{folder}/dialogue/aci-bench/{part}.csv", encoding="utf-8", newline="")):
        names = meta[row["encounter_id"]]
        yield row["encounter_id"], row["note"].replace("\r", ""), names["patient_firstname"], names["patient_familyname"]


RESIDUAL = re.compile(r"\b(?:" + "|".join(sorted((re.escape(w) for _, words in table("residual.tsv") for w in words.split("|")), key=len, reverse=True)) + r")(?!\w)")
HOLE = r"(?:ABCD?|XY?Z?|XX+|[A-Z]|Sample Doctor4?|Sample)(?!\w)(?:\.(?= *[A-Z\n]|$))?"
NAME = r"[A-Z][a-z]+"
DATE = re.compile(rf"\b(?:\d{{1,2}}([/-])\d{{1,2}}\1(?:\d{{4}}|\d\d)|\d{{1,2}}/(?:19|20)\d\d|{MONTH} (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?(?:of )?(?:19|20)\d\d|"
                  rf"{MONTH} \d{{1,2}}(?:st|nd|rd|th)?)\b(?!/)")


HALF_DATE = re.compile(rf"\b((?:[Ii]n|[Oo]n|from|since|last|date|of) )({MONTH}|\d{{1,2}}/\d\d?)\b(?!/)")  # day or year is missing: no more than a hint


def holes(note, text, first, last):
    """Placeholders and names of the note become the people of this one; dates and high ages are marked."""
    people = note.people
    roles = collections.defaultdict(lambda: "ABC"[len(roles) % 3])
    forms = ["last", "last", "last", "full", "fi", "fii"]

    def staff(m):
        role = roles[m[2]]
        return f"<{m[1].strip()}> " + people[role].form(note.rng.choice(forms), note.rng) + ("." if m[2].endswith(".") else "")

    def patient(m):
        return f"<{m[1].strip()}> " + people["P"].form("last", note.rng) + ("." if m[2].endswith(".") else "")

    text = text.replace("<", "‹").replace(">", "›")
    for word, form in ((f"{first} {last}", "full"), (first, "first"), (last, "last")):
        if word.strip() and (form == "full" and first and last or form != "full"):
            text = re.sub(rf"\b{re.escape(word)}\b", lambda m: people["P"].form(form, note.rng), text, flags=re.I if form == "full" else 0)
    if first and not last:
        text = re.sub(rf"(?<={END}) {NAME}(?= (?:is|presents)\b)", lambda m: " " + people["P"].form("last", note.rng), text)
    if first or last or text.startswith("CHIEF COMPLAINT"):  # ACI-BENCH: the note's own names
        text = re.sub(rf"\b({NAME}) ({NAME})(?= is an? [\w ]*\d+-(?:year|month)-old)", lambda m: people["P"].form("full", note.rng), text)
        text = re.sub(rf"\b(Dr\.) ((?:{NAME} )?{NAME})", staff, text)
        text = re.sub(rf"\b(M(?:r|s|rs)\.) ({NAME})(?: {NAME})?", patient, text)
        text = re.sub(rf"\bby {NAME} {NAME}(?=, PA)", lambda m: "by " + people["N"].form("full", note.rng), text)
    text = re.sub(rf"\b(Drs?\.? ?)({HOLE})", staff, text)
    text = re.sub(rf"\b(M(?:r|s|rs|iss)\.? )({HOLE})", patient, text)
    text = re.sub(r"\bMM/DD/YYYY\b", lambda m: note.date(DATES, 0), text)
    text = re.sub(r"\b(?:ABCD?|XYZ?|X) (?:General |Medical )?(?:Hospital|Medical Center|Center|Clinic)\b", lambda m: note.slot("hosp", 0, {}), text)
    text = re.sub(r"\bABCD? Company\b", lambda m: note.slot("org", 0, {}), text)
    text = re.sub(r"\bXYZ(?=, (?:M\.?D|O\.?D|D\.?O))", lambda m: people["A"].form("full", note.rng), text)
    text = re.sub(r"\b(?:ABCD?|XYZ)\b", lambda m: people["P"].form(note.rng.choice(["last", "full"]), note.rng), text)
    text = re.sub(r"\bX{3,}\w*|_{3,}", lambda m: mark("UNSCORED", m[0]), text)
    text = re.sub(r"(?<=serial number )\d{4,}", lambda m: note.slot("dev", 0, {}), text)
    return re.sub(r"<([^<>\n]*)>", lambda m: mark("UNSCORED", m[1]), text)


def outside(text, pattern, change):
    """Substitute only where there is no mark yet."""
    pieces, at = [], 0
    for m in MARK.finditer(text):
        pieces += [pattern.sub(change, text[at:m.start()]), m[0]]
        at = m.end()
    return "".join(pieces + [pattern.sub(change, text[at:])])


def base(note, text, first, last):
    text = holes(note, text, first, last)
    text = outside(text, RESIDUAL, lambda m: mark("UNSCORED", m[0]))
    text = outside(text, DATE, lambda m: mark("DATE", m[0]))
    text = outside(text, re.compile(r"\b\d{3}-\d{4}\b"), lambda m: mark("PHONE", m[0]))
    text = outside(text, HALF_DATE, lambda m: m[1] + mark("UNSCORED", m[2]))
    text = outside(text, re.compile(r"\b(9\d|10\d)(-year-old| years old)"), lambda m: mark("AGE", m[1]) + mark("UNSCORED", m[2]))
    return outside(text, re.compile(rf"\b(?:{'|'.join(MONTHS[:2] + MONTHS[3:4] + MONTHS[5:])})\b"), lambda m: mark("UNSCORED", m[0]))


OPENING = re.compile(r"\b(?:This|The patient|He|She|This patient|Patient)(?: is)? an? (\d+)-year-old|\bThis (\d+)-year-old(?: \w+){0,3}? is a")


def opening(note, text):
    m = OPENING.search(text)
    if not m or note.rng.random() > 0.8:
        return text
    template = note.rng.choice(note.templates["opening"])[0]
    fresh = note.fill(template, age=m[1] or m[2])
    return text[:m.start()] + fresh + text[m.end():]


def swaps(note, text):
    known = note.templates["swap"]
    for pattern, change in note.rng.sample(known, min(5, len(known))):
        share = note.rng.choice([0.05, 0.1, 0.25])
        pick = lambda m: m.expand(note.fill(change.replace("\\1", "\ue003").replace("\\2", "\ue004")).replace("\\", "").replace("\ue003", "\\1").replace("\ue004", "\\2")) \
            if note.rng.random() < share else m[0]
        text = outside(text, re.compile(pattern), pick)
    return text


def inserted(note, text, sentences):
    """Each behind some sentence of the note."""
    for s in sentences:
        places = [m.end() for m in re.finditer(r"[a-z]{2}\.(?= |\n|$)", text)]
        at = note.rng.choice(places) if places else len(text)
        if text.rfind(BEGIN, 0, at) > text.rfind(END, 0, at):
            at = len(text)
        text = text[:at] + "  " + s + text[at:]
    return text


def assembled(note, text):
    rng = note.rng
    text = opening(note, text)
    text = swaps(note, text)
    sentences = note.some("sentence", 3, 8) + note.some("decoy", 1, 3)
    rng.shuffle(sentences)
    text = inserted(note, text, sentences)
    if rng.random() < LETTER_SHARE:
        return "\n".join(note.some("letter-top", 1, 1) + [text, ""] + note.some("letter-end", 1, 1) + note.some("foot", 0, 2))
    tail = note.some("signature", 0, 2) + note.some("foot", 0, 3)
    head = note.some("header", 1, 1) if rng.random() < 0.75 else []
    return "\n".join([h + "\n" for h in head] + [text] + ([""] + tail if tail else []))


TITLE = re.compile(rf"\b(Mr|Mrs|Ms|Miss|Drs?|Prof|MR|MRS|MS|DR)\b(\.? ?)(?={BEGIN}(?:PATIENT|STAFF|RELATIVE|UNSCORED){SEP})")


def split_marks(text):
    """Text without marks, and (type, begin, end, words)."""
    text = TITLE.sub(lambda m: mark("UNSCORED", m[1]) + m[2], text)
    out, found, at, n = [], [], 0, 0
    for m in MARK.finditer(text):
        out += [text[at:m.start()], m[2]]
        n += m.start() - at
        if m[1] != "UNSCORED" or m[2].strip():
            found.append((m[1], n, n + len(m[2]), m[2]))
        n += len(m[2])
        at = m.end()
    return "".join(out + [text[at:]]), found


def shouted(text):
    at, out = 0, []
    for m in MARK.finditer(text):
        out += [text[at:m.start()].upper(), mark(m[1], m[2] if m[1] in ("EMAIL", "URL") else m[2].upper())]
        at = m.end()
    return "".join(out + [text[at:].upper()])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--corpora", required=True)
    p.add_argument("--split", required=True, choices=["train", "test"])
    p.add_argument("--out", required=True, type=pathlib.Path)
    p.add_argument("--copies", type=int, default=2, help="of each note, with other people in it [2]")
    p.add_argument("--half", type=int, choices=[0, 1], help="only half of the split's notes, templates and names, to choose settings with")
    p.add_argument("--seed", type=int, default=1)
    opt = p.parse_args()
    names = Names(f"{opt.corpora}/names", opt.split, opt.half)
    templates = collections.defaultdict(list)
    for kind, *cells in table(f"{opt.split}.tsv"):
        templates[kind].append(cells)
    templates = {kind: [row for i, row in enumerate(rows) if in_half(i, opt.half)] or rows for kind, rows in templates.items()}
    opt.out.mkdir(parents=True, exist_ok=True)
    count = collections.Counter()
    for copy in range(opt.copies):
        for ident, text, first, last in notes(opt.corpora, opt.split):
            if not in_half(digest(ident) // 16, opt.half):
                continue
            rng = random.Random(f"{opt.seed}/{copy}/{ident}")
            words = collections.Counter(re.findall(r"\b(?:he|his|him|male|gentleman|she|her|female|lady)\b", text.lower()))
            male = sum(words[w] for w in ("he", "his", "him", "male", "gentleman"))
            note = Note(names, templates, opt.split, "M" if 2 * male > sum(words.values()) else "F", rng)
            text = assembled(note, base(note, text, first, last)).replace("‹", "<").replace("›", ">")
            text = shouted(text) if rng.random() < CAPS_SHARE else text
            text, found = split_marks(text)
            name = f"{ident}-{copy}"
            (opt.out / f"{name}.txt").write_text(text + "\n", encoding="utf-8", newline="")
            ann = [f"T{i}\t{kind} {b} {e}\t{words}\n" for i, (kind, b, e, words) in enumerate(found, 1)]
            (opt.out / f"{name}.ann").write_text("".join(ann), encoding="utf-8", newline="")
            count.update(kind for kind, *_ in found)
            count["notes"] += 1
    print(", ".join(f"{kind} {n}" for kind, n in sorted(count.items())))


if __name__ == "__main__":
    main()
