// The element definitions of FHIR R4, and a walk over a resource with the definition of each of its parts.
export class Definitions {
  constructor(bundles) {
    this.types = new Map();
    for (const b of bundles)
      for (const { resource: r } of b.entry)
        if (r.resourceType === 'StructureDefinition' && r.derivation !== 'constraint') this.types.set(r.type, this.#index(r));
  }

  #index(definition) {
    const byPath = new Map(definition.snapshot.element.map((e) => [e.path, e]));
    return { root: definition.snapshot.element[0], byPath };
  }

  // The definition of member `key` of the element at `path` of `type`: [definition, type of the value].
  #member(type, path, key) {
    const elements = this.types.get(type)?.byPath;
    const exact = elements?.get(`${path}.${key}`);
    if (exact) return [exact, exact.type?.[0]?.code];
    for (const [p, e] of elements ?? []) { // value[x]
      const stem = p.endsWith('[x]') && p.startsWith(`${path}.`) ? p.slice(path.length + 1, -3) : null;
      if (!stem || stem.includes('.') || !key.startsWith(stem)) continue;
      const chosen = e.type.find((t) => key === stem + t.code[0].toUpperCase() + t.code.slice(1));
      if (chosen) return [e, chosen.code];
    }
    return [null, null];
  }

  // Yields {value, path, element, type, twice} for the resource and everything below it. path is for messages; twice names
  // a choice such as value[x] that the value makes more than once.
  * walk(resource) {
    const type = resource.resourceType;
    if (this.types.has(type)) yield* this.#below(resource, type, { type, path: type }, this.types.get(type).root);
  }

  * #below(value, where, home, element) {
    const members = Object.entries(value && typeof value === 'object' ? value : {})
      .filter(([key]) => key !== 'resourceType' && !key.startsWith('_'))
      .map(([key, member]) => [key, member, ...this.#member(home.type, home.path, key)]);
    const made = members.map(([, , e]) => e?.path).filter((p) => p?.endsWith('[x]'));
    yield { value, path: where, element, type: home.inline ? null : home.type, twice: made.find((p, i) => made.indexOf(p) !== i) };
    for (const [key, member, e, t] of members) {
      for (const [i, one] of (Array.isArray(member) ? member : [member]).entries())
        yield* this.#child(one, `${where}.${key}${Array.isArray(member) ? `[${i}]` : ''}`, home, e, t);
    }
  }

  * #child(value, where, home, e, t) {
    if (!e) return; // unknown members are other judges' business
    if (e.contentReference) yield* this.#below(value, where, { ...home, path: e.contentReference.slice(1), inline: true }, e);
    else if (value?.resourceType) yield* this.walk(value);
    else if (t === 'BackboneElement' || t === 'Element') yield* this.#below(value, where, { type: home.type, path: e.path, inline: true }, e);
    else if (value && typeof value === 'object') yield* this.#below(value, where, { type: t, path: t }, e);
    else yield { value, path: where, element: e, type: t };
  }

  rootOf(type) { return this.types.get(type)?.root; }
}
