// Compare FHIR files with what our reader and writer made of them: node roundtrip.mjs SOURCES WRITTEN
// Nothing may be invented or changed, down to the digits of a decimal; what is left out is counted by resource type.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// A number stays the text that it was: 52.0 is not 52.
const parse = (file) => JSON.parse(readFileSync(file, 'utf8'), (key, v, context) => (typeof v === 'number' ? { digits: context.source } : v));
const isLeaf = (v) => v === null || typeof v !== 'object' || 'digits' in v;
const same = (a, b) => a === b || (a?.digits !== undefined && a.digits === b?.digits);

const leaves = (v) => (isLeaf(v) ? 1 : Object.values(v).reduce((n, x) => n + leaves(x), 0));

// How many leaves of `written` stand in `source` at the same place; elements of a list keep their order. Undefined: invented.
function within(written, source) {
  if (source === undefined || isLeaf(written) !== isLeaf(source)) return undefined;
  if (isLeaf(written)) return same(written, source) ? 1 : undefined;
  let n = 0, at = 0;
  for (const [key, v] of Object.entries(written)) {
    let found;
    if (!Array.isArray(written)) found = within(v, source[key]);
    else while (found === undefined && at < source.length) found = within(v, source[at++]);
    if (found === undefined) return undefined;
    n += found;
  }
  return n;
}

const resources = (json) => (json.resourceType === 'Bundle' ? (json.entry ?? []).map((e) => e.resource).filter(Boolean) : [json]);
const [from, to] = process.argv.slice(2), types = {};
const total = { files: 0, invented: 0, resources: 0, read: 0, leaves: 0, kept: 0 };
for (const name of readdirSync(from).filter((f) => f.endsWith('.json'))) {
  const source = parse(join(from, name));
  if (!source.resourceType) continue; // npm's own files
  const written = existsSync(join(to, name)) ? parse(join(to, name)) : null;
  if (written && written.type && source.resourceType === 'Bundle') written.type = source.type; // a Bundle without a type gets one
  total.files++;
  if (written && resources(written).length && within(written, source) === undefined) {
    total.invented++;
    console.log(`${name}: something was changed or invented`);
  }
  const back = written ? resources(written) : [];
  for (const r of resources(source)) {
    const i = back.findIndex((b) => b.resourceType === r.resourceType && within(b, r) !== undefined);
    const t = types[r.resourceType] ??= { resources: 0, read: 0, leaves: 0, kept: 0 };
    const seen = { resources: 1, read: i >= 0 ? 1 : 0, leaves: leaves(r), kept: i >= 0 ? leaves(back[i]) : 0 };
    if (i >= 0) back.splice(i, 1);
    for (const k of Object.keys(seen)) { t[k] += seen[k]; total[k] += seen[k]; }
  }
}
const percent = (a, b) => `${(100 * a / (b || 1)).toFixed(1)} %`;
const read = Object.entries(types).filter(([, t]) => t.read).sort((a, b) => b[1].leaves - a[1].leaves);
for (const [type, t] of read) console.log(`${type}: ${t.read} of ${t.resources} read, ${percent(t.kept, t.leaves)} of their values kept`);
const ofRead = read.reduce((n, [, t]) => n + t.leaves, 0);
console.log('round trip', JSON.stringify({ ...total, keptOfAll: percent(total.kept, total.leaves), keptOfTypesRead: percent(total.kept, ofRead) }));
process.exit(total.invented || !total.files || !total.read ? 1 : 0);
