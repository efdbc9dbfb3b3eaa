/* What is read is written as it stood in the source; what is left out was counted; writing again changes nothing. Charts made of it
 * have their spans in order and in the text, and the whole way to a bundle holds. */
#include "fuzz/fuzz.h"
#include "app/process.h"
#include "interop/chart/chart.h"
#include "interop/fhir_bundle.h"
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

static void need_order(ac_sv text, const ac_span *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        need(at[i].begin <= at[i].end && at[i].end <= text.n && (i == 0 || at[i - 1].end <= at[i].begin));
}

static void look_at(const ac_chart *c)
{
    const ac_given *g = &c->given;
    for (size_t i = 0; i < g->entities.n; i++)
        need(g->entities.at[i].span.begin < g->entities.at[i].span.end && g->entities.at[i].span.end <= c->text.n &&
             (i == 0 || g->entities.at[i - 1].span.end <= g->entities.at[i].span.begin));
    for (size_t i = 0; i < g->phi.n; i++)
        need(g->phi.at[i].span.end <= c->text.n && (i == 0 || g->phi.at[i - 1].span.end <= g->phi.at[i].span.begin));
    for (size_t i = 0; i < g->origins.n; i++)
        need(g->origins.at[i].span.end <= c->text.n && g->origins.at[i].path.n);
    need_order(c->text, g->closed.at, g->closed.n);
    need_order(c->text, g->titles.at, g->titles.n);
}

static void chart(const ac_record *r, ac_arena *a)
{
    ac_charts charts = { 0 };
    if (ac_charts_make(&(ac_chart_source) { .record = r }, a, &charts, NULL) != AC_OK)
        return;
    need(charts.n >= 1);
    for (size_t i = 0; i < charts.n && i < 3; i++) {
        const ac_chart *c = &charts.at[i];
        ac_result result;
        ac_process_extra extra;
        AC_AUTO(ac_sb) out = AC_SB((size_t)1 << 26);
        const ac_deid_options deid = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
        ac_process_options opt = { .lang = &c->lang, .note_date = c->date, .max_bytes = SIZE_MAX, .parts = AC_PART_ALL, .deid = &deid, .given = &c->given };
        look_at(c);
        if (ac_process(&opt, c->text, a, &result, &extra, NULL) != AC_OK)
            continue;
        ac_fhir_options fhir = { .identified = i & 1, .text = true, .now = AC_SV("2026-05-10T12:00:00Z"), .record = r, .chart = c };
        ac_rc rc = ac_fhir_bundle(&result, &fhir, &out, NULL);
        ac_json *written;
        need(rc == AC_ELIMIT || (rc == AC_OK && ac_json_parse(ac_sb_view(&out), 64, a, &written, NULL) != AC_EINPUT));
    }
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
    chart(&r, a);
    return 0;
}
