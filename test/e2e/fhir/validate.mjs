// Judge every bundle of a folder: node validate.mjs BUNDLES [--planted] [--sent] [--results SCHEMA RESULTS]
// --sent: the bundles hold what somebody sent, codes of the sender's own among it.
// --planted: also spoil the bundles in every way of planted.mjs; a spoilt one that nobody refuses is a failure.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judge, judges, resultJudge } from './judges.mjs';
import { spoilt } from './planted.mjs';

const filesOf = (dir) => readdirSync(dir).filter((f) => f.endsWith('.json')).sort().map((f) => join(dir, f));
const load = (file) => JSON.parse(readFileSync(file, 'utf8'));
let failed = false;

function report(what, counts) {
  failed ||= !counts.files || counts.bad > 0;
  console.log(what, JSON.stringify(counts));
}

function each(files, of) {
  const counts = { files: files.length, bad: 0 };
  for (const file of files) {
    const errors = of(load(file));
    counts.bad += errors.length > 0;
    for (const e of errors.slice(0, 8)) console.log(`${file}: ${e}`);
  }
  return counts;
}

function bundles(files) {
  const types = {};
  const counts = each(files, (bundle) => {
    for (const { resource } of bundle.entry) types[resource.resourceType] = (types[resource.resourceType] ?? 0) + 1;
    return judge(bundle);
  });
  report('bundles', { ...counts, resources: types });
}

function planted(files) {
  const seen = Object.fromEntries(Object.keys(judges).map((name) => [name, 0]));
  const counts = { files: 0, bad: 0 };
  for (const [name, bundle] of spoilt(files.map(load))) {
    const errors = bundle ? judge(bundle) : [];
    for (const j of new Set(errors.map((e) => e.split(':')[0]))) seen[j]++;
    counts.files++;
    counts.bad += !errors.length;
    if (!errors.length) console.log(`planted mistake ${bundle ? 'passed' : 'found no place'}: ${name}`);
  }
  report('planted mistakes', { ...counts, noticed: seen });
}

const [dir, ...flags] = process.argv.slice(2);
const files = filesOf(dir);
bundles(files);
if (flags.includes('--planted')) planted(files);
const at = flags.indexOf('--results');
if (at >= 0) report('results', each(filesOf(flags[at + 2]), resultJudge(flags[at + 1])));
process.exit(failed ? 1 : 0);
