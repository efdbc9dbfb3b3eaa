#include "interop/record_refs.h"

#include "base/search.h"
#include "interop/fhir_type.h"

#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 256 };

typedef __typeof__(*((ac_refs *)0)->at) row;

static int by_key(const void *a, const void *b)
{
    const row *x = a, *y = b;
    int c = ac_sv_cmp(x->key, y->key);
    return c ? c : x->entry < y->entry ? -1 : x->entry > y->entry;
}

static ac_sv id_of(const ac_rec_entry *e)
{
    ac_sv id;
    memcpy(&id, (const char *)e->as.any + ac_fhir_field_of(ac_fhir_resource_type(e->kind), AC_SV("id"))->offset, sizeof id);
    return id;
}

ac_rc ac_refs_init(const ac_record *record, ac_arena *arena, ac_refs *out, ac_err *err)
{
    ac_refs r = { .record = record, .at = ac_arena_alloc(arena, (2 * record->entries.n + 1) * sizeof(row)) };
    uint32_t seen[AC_REC_RESOURCES] = { 0 };
    r.ordinal = ac_arena_alloc(arena, (record->entries.n + 1) * sizeof *r.ordinal);
    if (!r.at || !r.ordinal)
        return ac_fail(err, AC_ELIMIT, "no room for references");
    for (uint32_t i = 0; i < record->entries.n; i++) {
        const ac_rec_entry *e = &record->entries.at[i];
        r.ordinal[i] = ++seen[e->kind];
        ac_sv id = id_of(e), name = ac_rec_kind_name(e->kind);
        if (e->full_url.n) {
            r.at[r.n].key = e->full_url;
            r.at[r.n++].entry = i;
        }
        if (!id.n)
            continue;
        int n = (int)(id.n < ID_MAX ? id.n : ID_MAX);
        ac_sv key = e->container ? ac_arena_printf(arena, "%lu#%.*s", (unsigned long)e->container, n, id.p)
                                 : ac_arena_printf(arena, "%.*s/%.*s", (int)name.n, name.p, n, id.p);
        if (!key.p)
            return ac_fail(err, AC_ELIMIT, "no room for references");
        r.at[r.n].key = key;
        r.at[r.n++].entry = i;
    }
    qsort(r.at, r.n, sizeof(row), by_key);
    *out = r;
    return AC_OK;
}

static uint32_t exactly(const ac_refs *refs, ac_sv key)
{
    size_t i = AC_COUNT_BEFORE(k, refs->n, ac_sv_cmp(refs->at[k].key, key) < 0);
    if (i == refs->n || !ac_sv_eq(refs->at[i].key, key))
        return AC_NONE;
    bool twice = i + 1 < refs->n && ac_sv_eq(refs->at[i + 1].key, key) && refs->at[i + 1].entry != refs->at[i].entry;
    return twice ? AC_NONE : refs->at[i].entry;
}

static uint32_t contained(const ac_refs *refs, uint32_t from, ac_sv id)
{
    const ac_rec_entry *e = &refs->record->entries.at[from];
    AC_AUTO(ac_sb) key = AC_SB(ID_MAX + 32);
    ac_sb_add_u64(&key, e->container ? e->container : (uint64_t)from + 1);
    ac_sb_add_char(&key, '#');
    ac_sb_add(&key, ac_sv_sub(id, 0, ID_MAX));
    return id.n && key.rc == AC_OK ? exactly(refs, ac_sb_view(&key)) : AC_NONE;
}

/* "http://example.org/fhir/Patient/17/_history/2" means "Patient/17" when nothing here has that url. */
uint32_t ac_refs_find(const ac_refs *refs, uint32_t from, ac_sv reference)
{
    if (reference.n && reference.p[0] == '#')
        return contained(refs, from, ac_sv_sub(reference, 1, reference.n));
    uint32_t found = reference.n ? exactly(refs, reference) : AC_NONE;
    if (found != AC_NONE || !reference.n)
        return found;
    const char *version = memmem(reference.p, reference.n, "/_history/", 10);
    ac_sv plain = version ? ac_sv_sub(reference, 0, (size_t)(version - reference.p)) : reference;
    return version ? exactly(refs, plain) : AC_NONE;
}

const ac_rec_reference *ac_rec_subject(const ac_rec_entry *e)
{
    static const ac_sv keys[] = { { "subject", 7 }, { "patient", 7 }, { "beneficiary", 11 } };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const ac_fhir_field *f = ac_fhir_field_of(ac_fhir_resource_type(e->kind), keys[i]);
        const ac_rec_reference *r = NULL;
        if (f && f->kind == AC_FIELD_OBJECT)
            memcpy(&r, (const char *)e->as.any + f->offset, sizeof r);
        if (r)
            return r;
    }
    return NULL;
}

ac_rc ac_record_join(ac_record *into, const ac_record *from, ac_arena *arena, ac_err *err)
{
    ac_rec_coverage *sum = &into->coverage;
    for (size_t i = 0; i < from->entries.n; i++) {
        ac_rec_entry *e = ac_vec_push(&into->entries, arena);
        if (!e)
            return ac_fail(err, AC_ELIMIT, "no room for a record");
        *e = from->entries.at[i];
    }
    sum->resources += from->coverage.resources;
    sum->resources_unknown += from->coverage.resources_unknown;
    sum->resources_refused += from->coverage.resources_refused;
    sum->members += from->coverage.members;
    sum->members_unknown += from->coverage.members_unknown;
    return AC_OK;
}
