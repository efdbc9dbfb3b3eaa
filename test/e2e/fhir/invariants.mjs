// The invariants of the FHIR specification (ElementDefinition.constraint), evaluated by fhirpath.js, and two rules of its
// types that the other judges let pass: one choice of value[x], no comparator in a SimpleQuantity.
import { Definitions } from './definitions.mjs';

const skipped = new Set(['ele-1', // the judge "empty" says the same without false alarms on XHTML
  'txt-1', 'txt-2', // htmlChecks() exists in the Java validator only; the judge "narratives" says the same
  'ext-1']); // compares with absent values in a way that fhirpath.js does not

export function invariantJudge(bundles, need) {
  const definitions = new Definitions(bundles), fhirpath = need('fhirpath'), r4 = need('fhirpath/fhir-context/r4');
  const compiled = new Map();
  const compile = (expression, base) => {
    const key = `${base}|${expression}`;
    if (!compiled.has(key)) compiled.set(key, fhirpath.compile(base ? { base, expression } : expression, r4, { traceFn() {} }));
    return compiled.get(key);
  };
  const rulesOf = (element, type) => [...(element?.constraint ?? []), ...(type ? definitions.rootOf(type)?.constraint ?? [] : [])]
    .filter((c, i, all) => c.severity === 'error' && c.expression && !skipped.has(c.key) &&
      !c.expression.includes('resolve()') && // fhirpath.js follows references over the network only
      all.findIndex((o) => o.key === c.key) === i);

  return (bundle) => {
    const bad = [];
    let resource = bundle;
    for (const node of definitions.walk(bundle)) {
      if (node.value?.resourceType) resource = node.value;
      if (!node.value || typeof node.value !== 'object') continue;
      if (node.twice) bad.push(`${node.path} makes the choice ${node.twice} twice`);
      const simple = node.element?.type?.some((t) => t.profile?.some((p) => p.endsWith('/SimpleQuantity')));
      if (simple && node.value.comparator) bad.push(`${node.path} is a SimpleQuantity: no comparator`);
      for (const rule of rulesOf(node.element, node.type)) {
        const base = node.value.resourceType ? null : node.type ?? node.element.path;
        const result = compile(rule.expression, base)(node.value, { resource, rootResource: resource, context: node.value });
        if (result[0] === false) bad.push(`${node.path} ${rule.key}: ${rule.human}`);
      }
    }
    return bad;
  };
}
