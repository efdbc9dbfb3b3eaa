"""C-CDA documents of this test's own; everybody in them is invented."""

SCT, LOINC, RXNORM, ICD, NCI = ("2.16.840.1.113883." + s for s in ("6.96", "6.1", "6.88", "6.90", "3.26.1.1"))


def template(arc):
    return f'<templateId root="2.16.840.1.113883.10.20.{arc}"/>'


def coded(tag, code, system, name="", inner="", kind=""):
    kind = f' xsi:type="{kind}"' if kind else ""
    return f'<{tag}{kind} code="{code}" codeSystem="{system}" displayName="{name}">{inner}</{tag}>'


def span(low, high=""):
    end = f'<high value="{high}"/>' if high else ""
    return f'<effectiveTime xsi:type="IVL_TS"><low value="{low}"/>{end}</effectiveTime>'


def statement(tag, arc, nr, inner, mood="EVN", extra=""):
    return f'<{tag} classCode="OBS" moodCode="{mood}"{extra}>{template(arc)}<id root="2.999.77" extension="{nr}"/>{inner}</{tag}>'


def within(inner, kind="SUBJ"):
    return f'<entryRelationship typeCode="{kind}">{inner}</entryRelationship>'


def section(code, title, text, *entries):
    return (f'<component><section><code code="{code}" codeSystem="{LOINC}"/><title>{title}</title><text>{text}</text>' +
            "".join(f"<entry>{e}</entry>" for e in entries) + "</section></component>")


DONE = '<statusCode code="completed"/>'


def problem(nr, value, times, status="55561003"):
    state = within(statement("observation", "22.4.6", f"{nr}s", coded("value", status, SCT, "", kind="CD")), "REFR")
    seen = statement("observation", "22.4.4", nr, coded("code", "55607006", SCT, "Problem") + DONE + times + value + state)
    return statement("act", "22.4.3", f"{nr}c", '<code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>' + within(seen))


def allergy():
    reaction = statement("observation", "22.4.9", "a1r", span("20190203", "20190204") + coded("value", "271807003", SCT, "Rash", kind="CD") +
                         within(statement("observation", "22.4.8", "a1v", coded("value", "6736007", SCT, "Moderate", kind="CD"))))
    drug = ('<participant typeCode="CSM"><participantRole><playingEntity>' + coded("code", "7980", RXNORM, "Penicillin G") +
            "</playingEntity></participantRole></participant>")
    told = statement("observation", "22.4.7", "a1", DONE + span("2019") + coded("value", "416098002", SCT, "Drug allergy", kind="CD") + drug +
                     within(reaction, "MFST") + within(statement("observation", "22.4.145", "a1k", '<value xsi:type="CD" code="CRITH"/>')))
    return statement("act", "22.4.30", "a1c", '<statusCode code="active"/>' + within(told))


def drug(nr, mood, code, name, rest):
    product = ("<consumable><manufacturedProduct><manufacturedMaterial>" + coded("code", code, RXNORM, name) +
               "</manufacturedMaterial></manufacturedProduct></consumable>")
    return statement("substanceAdministration", "22.4.16", nr, '<statusCode code="active"/>' + rest + product, mood)


def result(nr, code, name, value, flag, low, high, unit):
    limits = f'<value xsi:type="IVL_PQ"><low value="{low}" unit="{unit}"/><high value="{high}" unit="{unit}"/></value>'
    return ("<component>" + statement("observation", "22.4.2", nr, coded("code", code, LOINC, name) + DONE + '<effectiveTime value="202405020815-0600"/>' +
            f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>' + coded("interpretationCode", flag, "2.16.840.1.113883.5.83") +
            f"<referenceRange><observationRange>{limits}</observationRange></referenceRange>") + "</component>")


def vital(nr, code, value, unit):
    return ("<component>" + statement("observation", "22.4.27", nr, coded("code", code, LOINC) + DONE + '<effectiveTime value="20240502"/>' +
            f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>') + "</component>")


HEADER = f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>{template("22.1.2")}<id root="2.999.70" extension="doc"/>
{coded("code", "34133-9", LOINC, "Summarization of Episode Note")}<title>Health summary</title><effectiveTime value="20240510093015-0600"/>
<recordTarget><patientRole><id root="2.999.71" extension="P-0042"/><addr use="HP"><streetAddressLine>12 Invented Road</streetAddressLine>
<city>Springvale</city><state>ZZ</state><postalCode>00042</postalCode></addr><telecom value="tel:+1-000-000-0042" use="HP"/><patient>
<name use="L"><given>Imogen</given><given>Ruth</given><family>Fictional</family></name><administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="19610214"/>{coded("maritalStatusCode", "W", "2.16.840.1.113883.5.2")}{coded("raceCode", "2054-5", "2.16.840.1.113883.6.238", "Black")}
<languageCommunication><languageCode code="en"/></languageCommunication></patient></patientRole></recordTarget>
<author><time value="20240510"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="42"/><assignedPerson><name><given>Otto</given>
<family>Author</family></name></assignedPerson></assignedAuthor></author>"""


def text():
    return HEADER + "<component><structuredBody>" + "".join([
        section("11450-4", "Problems", "<list><item ID='p1'>High blood pressure</item></list>",
                problem("p1", coded("value", "59621000", SCT, "Essential hypertension", coded("translation", "I10", ICD), "CD"), span("20120304")),
                problem("p2", coded("value", "233604007", SCT, "Pneumonia", kind="CD"), span("202301", "20230214"), "413322009")),
        section("48765-2", "Allergies", "Penicillin: rash", allergy()),
        section("10160-0", "Medications", "Lisinopril 10 mg daily",
                drug("m1", "EVN", "314076", "lisinopril 10 MG Oral Tablet", span("20200105") +
                     '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="1" unit="d"/></effectiveTime>' +
                     coded("routeCode", "C38288", NCI, "Oral") + '<doseQuantity value="1"/>'),
                drug("m2", "INT", "745679", "albuterol", span("20240511") + '<doseQuantity value="2" unit="{puff}"/>')),
        section("30954-2", "Results", "Hemoglobin 9.1 g/dL", statement(
            "organizer", "22.4.1", "r0", coded("code", "58410-2", LOINC, "CBC") + DONE +
            result("r1", "718-7", "Hemoglobin", "9.1", "L", "12", "15.5", "g/dL") + result("r2", "777-3", "Platelets", "123", "L", "150", "350", "10*9/L"))),
        section("8716-3", "Vital signs", "132/88", statement(
            "organizer", "22.4.26", "v0", coded("code", "46680005", SCT) + DONE + vital("v1", "8480-6", "132", "mm[Hg]") +
            vital("v2", "8462-4", "88", "mm[Hg]") + vital("v3", "8302-2", "165", "cm"))),
        section("29762-2", "Social history", "Former smoker", statement(
            "observation", "22.4.78", "s1", coded("code", "72166-2", LOINC) + DONE + '<effectiveTime value="20240510"/>' +
            coded("value", "8517006", SCT, "Former smoker", kind="CD"))),
        section("10164-2", "History of present illness", "<paragraph>Knee pain since May, no fever.</paragraph>"),
    ]) + "</structuredBody></component></ClinicalDocument>"


def own(folder):
    path = folder / "own.xml"
    path.write_text(text(), encoding="utf-8")
    return path
