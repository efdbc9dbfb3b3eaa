// Codes: those of HL7 must exist and be allowed where they stand; those of others must have the form of their system.
// In bundles made of what somebody sent (`sent`), codes may be the sender's own: without a system, or of one that nobody knows.
import { Definitions } from './definitions.mjs';

function luhn10(code) { // LOINC's check digit
  const [body, check] = code.split('-');
  let sum = 0;
  for (let i = body.length - 1, twice = true; i >= 0; i--, twice = !twice) {
    const d = Number(body[i]) * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return (10 - (sum % 10)) % 10 === Number(check);
}

function verhoeff(code) { // SNOMED CT's
  const d = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]];
  const p = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]];
  let c = 0;
  [...code].reverse().forEach((digit, i) => { c = d[c][p[i % 8][Number(digit)]]; });
  return c === 0;
}

const forms = {
  'http://loinc.org': (c) => /^\d{1,7}-\d$/.test(c) && luhn10(c),
  'http://snomed.info/sct': (c) => /^[1-9]\d{5,17}$/.test(c) && verhoeff(c),
  'http://hl7.org/fhir/sid/icd-10-cm': (c) => /^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/.test(c),
  'http://www.nlm.nih.gov/research/umls/rxnorm': (c) => /^[1-9]\d{0,7}$/.test(c),
  'http://www.whocc.no/atc': (c) => /^[A-V](\d\d([A-Z]([A-Z](\d\d)?)?)?)?$/.test(c),
  'urn:ietf:bcp:47': (c) => /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(c),
  'http://unitsofmeasure.org': () => true, // the judge "units"
};

// url -> Map(code -> display) of every code system that is complete in the definitions
function codeSystems(files) {
  const all = new Map();
  const add = (codes, list) => { for (const c of list ?? []) { codes.set(c.code, c.display); add(codes, c.concept); } return codes; };
  for (const { entry } of files)
    for (const { resource: r } of entry)
      if (r.resourceType === 'CodeSystem' && r.content === 'complete') all.set(r.url, add(new Map(), r.concept));
  return all;
}

// ValueSet url -> function(system, code) that says whether it is in it; undefined where that cannot be known from here
function valueSets(files, systems) {
  const all = new Map(files.flatMap((f) => f.entry.map((e) => e.resource)).filter((r) => r.resourceType === 'ValueSet').map((r) => [r.url, r]));
  const includes = (part, system, code) => {
    if (part.filter || part.valueSet) return undefined;
    if (system && part.system !== system) return false;
    if (part.concept) return part.concept.some((c) => c.code === code);
    return systems.get(part.system)?.has(code);
  };
  return (url, system, code) => {
    const compose = all.get(url?.split('|')[0])?.compose;
    if (!compose || compose.exclude) return undefined;
    const said = compose.include.map((part) => includes(part, system, code));
    return said.includes(true) ? true : said.includes(undefined) ? undefined : false;
  };
}

export function codeJudge(definitionBundles, files, sent) {
  const definitions = new Definitions(definitionBundles), systems = codeSystems(files), inSet = valueSets(files, systems);

  function coding({ system, code, display }, path) {
    if (!system) return sent ? [] : [`${path} ${code} has no system`];
    if (forms[system]) return forms[system](code) ? [] : [`${path} ${code} is no code of ${system}`];
    const codes = systems.get(system);
    if (sent && !(codes && system.startsWith('http://terminology.hl7.org/'))) return [];
    if (!codes) return [`${path} nobody knows the code system ${system}`];
    if (!codes.has(code)) return [`${path} ${code} is not in ${system}`];
    const wrong = display !== undefined && display.toLowerCase() !== codes.get(code)?.toLowerCase();
    return wrong ? [`${path} ${code} is called '${codes.get(code)}', not '${display}'`] : [];
  }

  function bound({ value, path, element, type }) {
    if (element?.binding?.strength !== 'required') return [];
    const url = element.binding.valueSet;
    const pairs = type === 'code' ? [[undefined, value]] : type === 'Coding' ? [[value.system, value.code]]
      : type === 'CodeableConcept' ? (value.coding ?? []).map((c) => [c.system, c.code]) : [];
    const said = pairs.map(([system, code]) => inSet(url, system, code));
    return said.length && said.every((s) => s === false) ? [`${path} ${JSON.stringify(pairs)} is not in ${url}`] : [];
  }

  return (bundle) => {
    const bad = [];
    for (const node of definitions.walk(bundle)) {
      if (node.type === 'Coding' && node.value.code !== undefined) bad.push(...coding(node.value, node.path));
      bad.push(...bound(node));
    }
    return bad;
  };
}
