"""Documents of every kind with an invented patient planted wherever such a document can hold one, and everything that other readers find in one."""
import base64
import json
import pathlib
import re
import subprocess
import zipfile

import pages

FIRST = "Marguerite Oluwaseun Thaddeus Xiomara Bartholomew Ginevra Leocadia Ferdinand Philippa Ignatius".split()
LAST = "Oyelaran Vandersloot Okonkwo-Reyes Castellanos Whitmarsh Lindqvist Abernathy Szymanski Tremblay Fitzwilliam".split()
ROADS = "Whitcombe Lane|Larkspur Avenue|Old Quarry Road|Juniper Street|Harbour View Drive".split("|")
DOCTORS = "Ingrid Rothfuss|Desmond Achterberg|Noor Halvorsen|Callum Pettigrew|Yuki Brandvold".split("|")


class Patient:
    def __init__(self, i):
        self.first, self.last = FIRST[i % 10], LAST[(i // 10 + i * 3) % 10]
        self.name = f"{self.first} {self.last}"
        self.mrn, self.ssn = f"{83920175 + 7919 * i}", f"{412 + i % 80}-{27 + i % 60}-{3148 + 37 * i}"
        self.phone = f"(415) 555-{2100 + 13 * i:04}"
        self.road = f"{40 + i} {ROADS[i % 5]}"
        self.email = f"{self.first}.{self.last}{i}@example.org".lower()
        self.doctor = DOCTORS[i % 5]
        self.born = (1940 + i % 60, 1 + i % 12, 1 + i % 28)
        self.seen = (2026, 1 + i % 9, 1 + i % 27)

    def date(self, d, shape="{1:02}/{2:02}/{0}"):
        return shape.format(*d)

    def values(self):
        """What must be found nowhere, as other readers may show it."""
        return [self.name, self.first, self.last, self.mrn, self.ssn, self.phone[-8:], self.road, self.email, self.doctor, self.doctor.split()[1],
                self.date(self.born), self.date(self.seen)]

    def letter(self, i):
        head = [f"Patient: {self.name}", f"MRN: {self.mrn}   SSN: {self.ssn}", f"Date of birth: {self.date(self.born)}   Phone: {self.phone}",
                f"Address: {self.road}, Springfield, IL 62704", f"Email: {self.email}", ""]
        body = [f"Seen on {self.date(self.seen)} by Dr. {self.doctor}.",
                ("Mrs. " if i % 2 else "Mr. ") + f"{self.last} takes metformin 500 mg twice daily for type 2 diabetes.",
                "Blood pressure 128/76. Haemoglobin A1c 7.1 %. No chest pain.",
                f"{self.first} will return in three months. Call {self.phone} with the results."]
        return head + body + ["", f"Electronically signed by {self.doctor}, MD"]


KEPT = ("metformin 500 mg", "type 2 diabetes", "chest pain")


def small(folder, i, p):
    """A picture of text: (pixels, width, height)."""
    path = folder / f"small-{i}.pdf"
    path.write_bytes(pages.letter(f"Seen by Dr. {p.doctor}\nPatient: {p.name}\nMRN {p.mrn}"))
    return pages.crop(*pages.grey(path, 200)[:2], 180, 150, 1000, 330)


def pdf(folder, i):
    """In text, a picture, metadata (Info and XMP), a note on the page, an attachment, a hidden layer and an older version."""
    p = Patient(i)
    made = pages.Pdf()
    content = made.page([f"DRAFT for {p.name}, {p.mrn}, {p.road}"], image=(72, 400, 295, 65, *small(folder, i, p)), note=f"Call {p.name} at {p.phone}",
                        layer=[(72, 600, f"Copy to {p.email} and Dr. {p.doctor}, SSN {p.ssn}")])
    made.info = {"Title": f"Letter about {p.name}", "Author": "Dr. " + p.doctor, "Subject": p.mrn}
    made.describe(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><author>{p.doctor}</author><title>{p.name} {p.mrn}</title></x:xmpmeta>".encode())
    made.attach(f"{p.last}-referral.txt", f"{p.name} {p.mrn} {p.phone} {p.email}".encode())
    path = folder / f"planted-{i}.pdf"
    path.write_bytes(pages.revised(made.bytes(), content, p.letter(i)))
    return path


# ---- Office ----

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS, PACKAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006"


def _xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _paragraph(text, cut=None):
    """cut: where a run ends and the next one begins."""
    parts = [text[:cut], text[cut:]] if cut else [text]
    return "<w:p w:rsidR='00C0FFEE'>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve'>{_xml(t)}</w:t></w:r>" for t in parts) + "</w:p>"


def _part(tag, inner):
    return f"<w:{tag} xmlns:w='{W}' xmlns:r='{RELS}'>{inner}</w:{tag}>"


def docx(folder, i):
    """In runs that cut names, a table, header, footer, notes, comments, deleted text, properties, people, a picture, custom XML."""
    p = Patient(i)
    lines = p.letter(i)
    body = "".join(_paragraph(t, len("Patient: ") + 4 if k == 0 else None) for k, t in enumerate(lines))
    rows = [("Relative", f"Tom {p.last}"), ("Phone", p.phone), ("Metformin", "500 mg & diet")]
    body += "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{_paragraph(c)}</w:tc>" for c in r) + "</w:tr>" for r in rows) + "</w:tbl>"
    body += (f"<w:p><w:del w:author='{p.doctor}'><w:r><w:delText>{p.name} {p.ssn}</w:delText></w:r></w:del><w:ins w:author='{p.doctor}'><w:r>"
             f"<w:t>Inserted for {p.first}.</w:t></w:r></w:ins><w:r><w:footnoteReference w:id='2'/></w:r></w:p>")
    body += ("<w:p><w:r><w:pict><v:textbox xmlns:v='urn:schemas-microsoft-com:vml'><w:txbxContent>" + _paragraph(f"Box of {p.name}") +
             "</w:txbxContent></v:textbox></w:pict></w:r></w:p><w:sectPr><w:headerReference w:type='default' r:id='h'/><w:footerReference w:type='default' r:id='f'/></w:sectPr>")
    parts = {"word/document.xml": _part("document", f"<w:body>{body}</w:body>"), "word/header1.xml": _part("hdr", _paragraph(f"{p.name}   MRN {p.mrn}")),
             "word/footer1.xml": _part("ftr", _paragraph(f"Dr. {p.doctor}, {p.date(p.seen)}")),
             "word/footnotes.xml": _part("footnotes", f"<w:footnote w:id='2'>{_paragraph('Told by ' + p.name)}</w:footnote>"),
             "word/comments.xml": _part("comments", f"<w:comment w:id='1' w:author='{p.doctor}' w:initials='X'>{_paragraph('Ask ' + p.name)}</w:comment>"),
             "word/people.xml": f"<w15:people xmlns:w15='urn:x'><w15:person w15:author='{p.doctor}'/></w15:people>",
             "word/media/image1.png": p.name, "customXml/item1.xml": f"<item>{p.name}{p.mrn}</item>", "docProps/thumbnail.jpeg": p.mrn,
             "docProps/core.xml": f"<cp:coreProperties xmlns:cp='{PACKAGE}/metadata/core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>"
                                  f"{p.doctor}</dc:creator><dc:title>Letter about {p.name}</dc:title></cp:coreProperties>",
             "docProps/app.xml": f"<Properties><Manager>{p.doctor}</Manager></Properties>"}
    kinds = {"h": ("header", "header1.xml"), "f": ("footer", "footer1.xml"), "n": ("footnotes", "footnotes.xml"), "c": ("comments", "comments.xml")}
    parts["word/_rels/document.xml.rels"] = f"<Relationships xmlns='{PACKAGE}/relationships'>" + "".join(
        f"<Relationship Id='{k}' Type='{RELS}/{t}' Target='{f}'/>" for k, (t, f) in kinds.items()) + "</Relationships>"
    parts["_rels/.rels"] = (f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='a' Type='{RELS}/officeDocument' Target='word/document.xml'/>"
                            f"<Relationship Id='b' Type='{PACKAGE}/relationships/metadata/core-properties' Target='docProps/core.xml'/></Relationships>")
    parts["[Content_Types].xml"] = (f"<Types xmlns='{PACKAGE}/content-types'><Default Extension='xml' ContentType='application/xml'/><Override PartName='/word/document.xml' "
                                    "ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>")
    return _zip(folder / f"planted-{i}.docx", parts)


def odt(folder, i):
    p = Patient(i)
    spaces = " ".join(f"xmlns:{n}='urn:oasis:names:tc:opendocument:xmlns:{n}:1.0'" for n in ("office", "text", "table", "meta"))
    cells = "".join(f"<table:table-row><table:table-cell><text:p>{a}</text:p></table:table-cell><table:table-cell><text:p>{b}</text:p></table:table-cell></table:table-row>"
                    for a, b in (("Phone", p.phone), ("Metformin", "500 mg")))
    lines = "".join(f"<text:p>{_xml(t)}</text:p>" for t in p.letter(i))
    note = f"<text:p>See<office:annotation><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{p.doctor}</dc:creator><text:p>Ask {p.name}</text:p></office:annotation></text:p>"
    return _zip(folder / f"planted-{i}.odt", {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>{lines}{note}<table:table>{cells}</table:table></office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {spaces}><office:meta><meta:initial-creator>{p.doctor}</meta:initial-creator></office:meta></office:document-meta>",
        "Pictures/a.png": p.name, "Thumbnails/thumbnail.png": p.mrn})


def _zip(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    return path


# ---- standards ----

def hl7(folder, i):
    p = Patient(i)
    doctor = "12345^{1}^{0}^^^Dr".format(*p.doctor.split())
    home, born, seen = f"{p.road}^^Springfield^IL^62704", p.date(p.born, "{:04}{:02}{:02}"), p.date(p.seen, "{:04}{:02}{:02}")
    lines = [f"MSH|^~\\&|LAB|Northgate General Hospital|ACE|SITE|{seen}081500+0100||ORU^R01|{seen}-{i}|P|2.5", f"EVN||{seen}",
             f"PID|1||{p.mrn}^^^NORTH^MR~{p.ssn}^^^SSA^SS||{p.last}^{p.first}^^^Mrs||{born}|F|||{home}||{p.phone}^PRN^PH~^NET^Internet^{p.email}|||M||ACC998877{i}",
             f"NK1|1|{p.last}^Tom|SPO^Spouse^HL70063|{home}|{p.phone}", f"PV1|1|I|ICU^12^A^Northgate General Hospital||||{doctor}||||||||||||V9{p.mrn}",
             f"ZPD|1|{p.name}", f"OBR|1|ORD{p.mrn}|FIL{p.mrn}|4548-4^Haemoglobin A1c^LN|||{seen}101500|||||||||{doctor}||||||{seen}|||F",
             "OBX|1|NM|4548-4^Haemoglobin A1c^LN||7.1|%|4.0-6.0|H|||F",
             *(f"OBX|{k}|TX|11506-3^Progress note^LN||{line}||||||F" for k, line in enumerate(p.letter(i), 2)),
             f"NTE|1||{p.first} {p.last} lives at {p.road}. Dr. {p.doctor.split()[1]} will call.", f"DG1|1||E11.9^Type 2 diabetes mellitus^I10C||{seen}|A"]
    path = folder / f"planted-{i}.hl7"
    path.write_bytes(("\r".join(lines) + "\r").encode())
    return path


def ccda(folder, i):
    p = Patient(i)
    given, family = p.first, p.last
    doctor = "<given>{0}</given><family>{1}</family>".format(*p.doctor.split())
    seen = p.date(p.seen, "{:04}{:02}{:02}")
    home = f"<addr use='HP'><streetAddressLine>{p.road}</streetAddressLine><city>Springfield</city><state>IL</state><postalCode>62704</postalCode></addr>"
    text = "".join(f"<paragraph>{_xml(t).replace(family, f'<content>{family}</content>')}</paragraph>" for t in p.letter(i) if t)
    path = folder / f"planted-{i}.xml"
    path.write_text(f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="2.999.70" extension="{p.mrn}"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Summary of {p.name}</title><effectiveTime value="{seen}093015-0600"/>
<recordTarget><patientRole><id root="2.999.71" extension="{p.mrn}"/><id root="2.16.840.1.113883.4.1" extension="{p.ssn}"/>{home}<telecom value="tel:{p.phone}"/>
<telecom value="mailto:{p.email}"/><patient><name><given>{given}</given><family>{family}</family></name><administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="{p.date(p.born, '{:04}{:02}{:02}')}"/></patient><providerOrganization><name>Northgate General Hospital</name></providerOrganization></patientRole></recordTarget>
<author><time value="{seen}"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><assignedPerson><name>{doctor}</name></assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title><text>{text}<table><tbody><tr><td>Told by {p.name}</td>
<td ID="{family}1">Type 2 diabetes</td></tr></tbody></table><renderMultiMedia referencedObject="x{family}"/></text><entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/>
<id root="2.999.77" extension="p-{p.mrn}"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="2.999.77" extension="o-{p.mrn}"/><code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><text><reference value="#{family}1"/></text>
<statusCode code="completed"/><effectiveTime><low value="{seen}"/></effectiveTime><value xsi:type="CD" code="44054006" codeSystem="2.16.840.1.113883.6.96" displayName="Type 2 diabetes mellitus"/>
</observation></entryRelationship></act></entry></section></component></structuredBody></component></ClinicalDocument>
""")
    return path


def fhir(folder, i):
    p = Patient(i)
    iso = "{:04}-{:02}-{:02}"
    of = {"reference": "urn:p"}
    bundle = {"resourceType": "Bundle", "id": p.mrn, "type": "collection", "entry": [
        {"fullUrl": "urn:p", "resource": {
            "resourceType": "Patient", "id": "pat-" + p.mrn, "identifier": [{"value": p.mrn}, {"value": p.ssn}], "name": [{"family": p.last, "given": [p.first]}],
            "birthDate": p.date(p.born, iso), "telecom": [{"system": "phone", "value": p.phone}, {"system": "email", "value": p.email}], "gender": "female",
            "address": [{"line": [p.road], "city": "Springfield", "state": "IL", "postalCode": "62704"}], "photo": [{"title": p.name}]}},
        {"fullUrl": "urn:d", "resource": {"resourceType": "Practitioner", "id": "dr", "name": [{"text": p.doctor}]}},
        {"fullUrl": "urn:c", "resource": {
            "resourceType": "Condition", "id": "c", "subject": of, "asserter": {"reference": "urn:d", "display": p.doctor}, "recordedDate": p.date(p.seen, iso),
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006", "display": "Type 2 diabetes mellitus"}], "text": f"Diabetes of {p.name}"},
            "text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{p.name}</div>"}, "note": [{"text": "Told by " + p.name}]}},
        {"fullUrl": "urn:n", "resource": {
            "resourceType": "DocumentReference", "id": "n", "status": "current", "subject": of, "content": [{"attachment": {
                "contentType": "text/plain", "title": "Letter about " + p.name, "data": base64.b64encode("\n".join(p.letter(i)).encode()).decode()}}]}}]}
    path = folder / f"planted-{i}.json"
    path.write_text(json.dumps(bundle))
    return path


MAKERS = {"pdf": pdf, "docx": docx, "odt": odt, "hl7": hl7, "xml": ccda, "json": fhir}


# ---- what other readers find ----

def _run(*args):
    return subprocess.run([str(a) for a in args], capture_output=True).stdout.decode("utf-8", "replace")


def _both(data):
    """As text of one byte and of two a character: metadata of a PDF may be UTF-16."""
    return data.decode("latin-1") + data.decode("utf-8", "ignore") + data.decode("utf-16-be", "ignore") + data.decode("utf-16-le", "ignore")


def _pdf_traces(path, folder):
    """Text, metadata, attachments, strings of the file and of its unpacked streams, and the words of its pages and pictures."""
    opened = folder / "open.pdf"
    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, opened], capture_output=True)
    found = [_run("pdftotext", "-raw", path, "-"), _run("pdftotext", "-layout", path, "-"), _run("pdfinfo", path), _run("pdfinfo", "-meta", path),
             _run("pdfdetach", "-list", path), _run("strings", "-n", "3", path), _run("strings", "-n", "3", opened), _both(path.read_bytes()), _both(opened.read_bytes())]
    subprocess.run(["pdfdetach", "-saveall", "-o", folder, path], capture_output=True)
    subprocess.run(["pdfimages", "-png", path, folder / "image"], capture_output=True)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", path, folder / "seen"], capture_output=True)
    for other in sorted(folder.iterdir()):
        found.append(_run("tesseract", other, "-", "-l", "eng") if other.suffix == ".png" else "" if other == opened else _both(other.read_bytes()))
    return found


def _zip_traces(path):
    with zipfile.ZipFile(path) as z:
        parts = [z.read(n).decode("utf-8", "ignore") for n in z.namelist()]
    return [_both(path.read_bytes()), *z.namelist(), *parts, *(re.sub("<[^>]*>", "", t) for t in parts)]


def _json_traces(path):
    texts = []

    def walk(v):
        if isinstance(v, dict):
            for k, w in v.items():
                texts.append(base64.b64decode(w).decode() if k == "data" else k)
                walk(w)
        elif isinstance(v, list):
            [walk(w) for w in v]
        else:
            texts.append(str(v))
    walk(json.loads(path.read_text()))
    return [path.read_text(), *texts]


def traces(path, folder):
    """Everything that is found in a document, in lower case, its blanks as one; folder: empty."""
    path = pathlib.Path(path)
    kind = path.suffix[1:]
    found = (_pdf_traces(path, folder) if kind == "pdf" else _zip_traces(path) if kind in ("docx", "odt") else _json_traces(path) if kind == "json"
             else [path.read_text(), re.sub("<[^>]*>", "", path.read_text())])
    return re.sub(r"\s+", " ", "\n".join(found)).lower()


def left(patient, text):
    return [v for v in patient.values() if v.lower() in text]
