/* What is read is written as it stood in the source; what is left out was counted; writing again changes nothing. */
#include "fuzz/fuzz.h"
#include "interop/fhir_read.h"
#include "interop/fhir_write.h"
#include "kit/json.h"

#include <stdlib.h>

static void need(bool ok)
{
    if (!ok)
        abort();
}

static bool again(ac_sv in, ac_arena *a, const ac_json *source, ac_sb *out)
{
    ac_json *json = NULL;
    ac_record r = { 0 };
    if (!source) {
        need(ac_json_parse(in, 64, a, &json, NULL) == AC_OK);
        source = json;
    }
    if (ac_fhir_read(source, a, &r, NULL) != AC_OK)
        return false;
    const ac_rec_coverage *c = &r.coverage;
    need(c->resources >= c->resources_unknown + c->resources_refused && (c->members || !source->n || c->resources));
    need(r.entries.n == c->resources - c->resources_unknown - c->resources_refused);
    need(ac_fhir_write(&r, 0, out, NULL) == AC_OK);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
    AC_AUTO(ac_sb) once = AC_SB((size_t)1 << 26);
    AC_AUTO(ac_sb) twice = AC_SB((size_t)1 << 26);
    ac_json *source = NULL, *written = NULL;
    if (!a || n > 1 << 20 || ac_json_parse((ac_sv) { (const char *)data, n }, 64, a, &source, NULL) != AC_OK)
        return 0;
    if (!again((ac_sv) { 0 }, a, source, &once))
        return 0;
    need(ac_json_parse(ac_sb_view(&once), 64, a, &written, NULL) == AC_OK);
    need(again(ac_sb_view(&once), a, NULL, &twice) && ac_sv_eq(ac_sb_view(&once), ac_sb_view(&twice)));
    ac_record r = { 0 };
    need(ac_fhir_read(source, a, &r, NULL) == AC_OK);
    const ac_rec_coverage *c = &r.coverage;
    bool same_shape = r.entries.n == 1 || (r.bundle && r.head.type.n);
    if (c->members_unknown + c->resources_unknown + c->resources_refused + c->unknown.n == 0 && same_shape)
        need(kit_json_leaves(written) == kit_json_leaves(source)); /* nothing was lost in silence */
    if (same_shape)
        need(kit_json_within(written, source));
    return 0;
}
