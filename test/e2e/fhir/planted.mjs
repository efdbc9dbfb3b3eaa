// Mistakes that a writer of FHIR makes. Each is planted into the first bundle that has a place for it.
const first = (b, type, test = () => true) => b.entry.map((e) => e.resource).find((r) => r.resourceType === type && test(r));
const quantityOf = (b) => first(b, 'Observation', (r) => r.valueQuantity?.code);
const has = (r, change) => (r ? (change(r), true) : false); // false: no place in this bundle

const mistakes = {
  'a member that does not exist': (b) => has(first(b, 'Condition'), (r) => { r.diagnosis = 'x'; }),
  'a required member is missing': (b) => has(first(b, 'Observation'), (r) => { delete r.status; }),
  'a required reference is missing': (b) => has(first(b, 'AllergyIntolerance'), (r) => { delete r.patient; }),
  'one value where a list belongs': (b) => has(first(b, 'Condition', (r) => r.category), (r) => { r.category = r.category[0]; }),
  'a list where one value belongs': (b) => has(first(b, 'Condition'), (r) => { r.code = [r.code]; }),
  'a code of another value set': (b) => has(first(b, 'Procedure'), (r) => { r.status = 'done'; }),
  'a clinical status that does not exist': (b) => has(first(b, 'Condition', (r) => r.clinicalStatus), (r) => { r.clinicalStatus.coding[0].code = 'present'; }),
  'a status of another code system': (b) => has(first(b, 'Condition'), (r) => { r.verificationStatus.coding[0].system = 'http://terminology.hl7.org/CodeSystem/condition-clinical'; }),
  'a number as text': (b) => has(quantityOf(b), (r) => { r.valueQuantity.value = String(r.valueQuantity.value); }),
  'two values at once': (b) => has(quantityOf(b), (r) => { r.valueString = 'x'; }),
  'a unit that UCUM does not have': (b) => has(quantityOf(b), (r) => { r.valueQuantity.code = 'mmHg'; }),
  'a unit code without its system': (b) => has(quantityOf(b), (r) => { delete r.valueQuantity.system; }),
  'a comparator in a range': (b) => has(first(b, 'Observation', (r) => r.referenceRange?.[0]?.high), (r) => { r.referenceRange[0].high.comparator = '<'; }),
  'a LOINC code with a wrong check digit': (b) => has(first(b, 'Observation', (r) => r.code.coding?.[0].system === 'http://loinc.org'), (r) => {
    const c = r.code.coding[0];
    c.code = c.code.slice(0, -1) + (Number(c.code.at(-1)) + 1) % 10;
  }),
  'a SNOMED CT code with two digits swapped': (b) => has(first(b, 'Condition', (r) => r.code.coding?.some((c) => c.system.includes('snomed') && c.code[1] !== c.code[2])), (r) => {
    const c = r.code.coding.find((x) => x.system.includes('snomed'));
    c.code = c.code[0] + c.code[2] + c.code[1] + c.code.slice(3);
  }),
  'a code system that nobody knows': (b) => has(first(b, 'Condition', (r) => r.code.coding), (r) => { r.code.coding[0].system = 'http://icd10.example'; }),
  'an interpretation that does not exist': (b) => has(first(b, 'Observation', (r) => r.interpretation), (r) => { r.interpretation[0].coding[0].code = 'HIGH'; }),
  'a date that is none': (b) => has(first(b, 'Condition', (r) => r.recordedDate), (r) => { r.recordedDate = '10/05/2023'; }),
  'a time without its zone': (b) => has(b, (r) => { r.timestamp = '2026-05-10T12:00:00'; }),
  'a reference that leads nowhere': (b) => has(first(b, 'Condition'), (r) => { r.subject.reference = 'urn:uuid:00000000-0000-8000-8000-000000000000'; }),
  'two entries with one url': (b) => has(b, (r) => { r.entry[1].fullUrl = r.entry[2].fullUrl; }),
  'an empty object': (b) => has(first(b, 'Condition'), (r) => { r.severity = {}; }),
  'an empty string': (b) => has(first(b, 'Condition'), (r) => { r.code.text = ''; }),
  'null': (b) => has(first(b, 'Patient'), (r) => { r.birthDate = null; }),
  'a clinical status for what was entered in error': (b) => has(first(b, 'Condition', (r) => r.clinicalStatus), (r) => { r.verificationStatus.coding[0].code = 'entered-in-error'; }),
  'an abatement of an active condition': (b) => has(first(b, 'Condition', (r) => r.clinicalStatus?.coding[0].code === 'active'), (r) => { r.abatementString = 'x'; }),
  'a timing with a period but no unit': (b) => has(first(b, 'MedicationStatement', (r) => r.dosage?.[0].timing?.repeat?.periodUnit), (r) => { delete r.dosage[0].timing.repeat.periodUnit; }),
  'a time of day that FHIR does not have': (b) => has(first(b, 'MedicationStatement', (r) => r.dosage?.[0].timing?.repeat?.when), (r) => { r.dosage[0].timing.repeat.when = ['NOON-ISH']; }),
  'a document without its Composition': (b) => b.type === 'document' && has(b, (r) => { r.entry.shift(); }),
  'a narrative that is no XML': (b) => has(first(b, 'Composition', (r) => r.text), (r) => { r.text.div = r.text.div.replace('</li>', ''); }),
  'a narrative with a script': (b) => has(first(b, 'Composition', (r) => r.text), (r) => { r.text.div = r.text.div.replace('<ul>', '<script>x</script><ul>'); }),
  'a section with neither text nor entries': (b) => has(first(b, 'Composition', (r) => r.section), (r) => { delete r.section[0].text; delete r.section[0].entry; delete r.section[0].section; }),
  'a relationship that does not exist': (b) => has(first(b, 'FamilyMemberHistory'), (r) => { r.relationship.coding[0].code = 'MOTHER'; }),
  'text that is not base64': (b) => has(first(b, 'DocumentReference'), (r) => { r.content[0].attachment.data = 'patient: x'; }),
  'a severity that FHIR does not have': (b) => has(first(b, 'AllergyIntolerance', (r) => r.reaction), (r) => { r.reaction[0].severity = 'awful'; }),
  'a reaction without manifestation': (b) => has(first(b, 'AllergyIntolerance', (r) => r.reaction), (r) => { delete r.reaction[0].manifestation; r.reaction[0].description = 'x'; }),
};

// [name, spoilt bundle or null when no bundle has a place for it]
export function* spoilt(bundles) {
  for (const [name, plant] of Object.entries(mistakes)) {
    let found = null;
    for (const bundle of bundles) {
      const copy = structuredClone(bundle);
      if (plant(copy)) { found = copy; break; }
    }
    yield [name, found];
  }
}
