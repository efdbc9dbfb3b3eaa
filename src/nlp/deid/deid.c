#include "nlp/deid/deid.h"

#include "nlp/deid/deid_internal.h"

#include <string.h>

#define NAME(id, name) { name, sizeof(name) - 1 },
static const ac_sv profile_names[] = { AC_DEID_PROFILE_LIST(NAME) };
static const ac_sv mode_names[] = { AC_DEID_MODE_LIST(NAME) };

ac_sv ac_deid_profile_name(ac_deid_profile p) { return profile_names[p]; }
ac_sv ac_deid_mode_name(ac_deid_mode m) { return mode_names[m]; }

static bool find(const ac_sv *names, size_t n, ac_sv name, size_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (ac_sv_eq(names[i], name)) {
            *out = i;
            return true;
        }
    return false;
}

bool ac_deid_profile_from(ac_sv name, ac_deid_profile *out)
{
    size_t i = 0;
    bool found = find(profile_names, AC_DEID_PROFILE_COUNT, name, &i);
    if (found)
        *out = (ac_deid_profile)i;
    return found;
}

bool ac_deid_mode_from(ac_sv name, ac_deid_mode *out)
{
    size_t i = 0;
    bool found = find(mode_names, AC_DEID_MODE_COUNT, name, &i);
    if (found)
        *out = (ac_deid_mode)i;
    return found;
}

/* ---- what a profile hides -------------------------------------------------------------------------------------- */

enum { MEDDOCAN_ONLY = 1 << AC_DEID_MEDDOCAN, NOT_LIMITED = MEDDOCAN_ONLY | 1 << AC_DEID_SAFE_HARBOR, TOP_AGE = 89, WEEKS_MAX = 52 };

/* Types that some profile leaves; every other type is hidden by all. AC_PHI_OTHER is what MEDDOCAN's tagger marks beyond identifiers:
 * "lactante", "raza blanca", "casada". */
static const uint8_t hidden_by[AC_PHI_COUNT] = {
    [AC_PHI_OTHER] = MEDDOCAN_ONLY,
    [AC_PHI_SEX] = MEDDOCAN_ONLY,   [AC_PHI_KINSHIP] = MEDDOCAN_ONLY, [AC_PHI_PROFESSION] = MEDDOCAN_ONLY,
    [AC_PHI_STATE] = MEDDOCAN_ONLY, [AC_PHI_COUNTRY] = MEDDOCAN_ONLY, [AC_PHI_LOCATION] = NOT_LIMITED,
    [AC_PHI_ZIP] = NOT_LIMITED,     [AC_PHI_DATE] = NOT_LIMITED,      [AC_PHI_AGE] = NOT_LIMITED,
};

/* A year alone: it was read as one, or there is nothing but four digits. */
static bool year_alone(const ac_note *note, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(note->text, item->span);
    int64_t year;
    return (item->date.year && !item->date.month) || (t.n == 4 && ac_sv_to_i64(t, &year));
}

/* "90+" says no more than Safe Harbor allows. */
static bool top_age_said(ac_sv text, ac_span span)
{
    size_t digits = span.begin;
    while (digits < span.end && ac_is_digit(text.p[digits]))
        digits++;
    return ac_sv_starts(ac_sv_sub(text, span.begin, text.n), AC_SV("90+")) && digits == span.begin + 2;
}

bool ac_deid_hides(ac_deid_profile profile, const ac_note *note, const ac_phi_item *item)
{
    if (hidden_by[item->type] && !(hidden_by[item->type] & (1 << profile)))
        return false;
    if (profile != AC_DEID_SAFE_HARBOR)
        return true;
    if (item->type == AC_PHI_AGE)
        return item->number > TOP_AGE && !top_age_said(note->text, item->span);
    return !(item->type == AC_PHI_DATE && year_alone(note, item));
}

/* ---- replacements ---------------------------------------------------------------------------------------------- */

static ac_sv tag_of(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv name = d->options->profile == AC_DEID_MEDDOCAN ? ac_phi_meddocan_name((ac_phi_type)item->type)
                                                         : ac_phi_name((ac_phi_type)item->type);
    char *p = ac_arena_alloc(d->note->arena, name.n + 2);
    if (!p)
        return (ac_sv) { NULL, 0 };
    p[0] = '[';
    memcpy(p + 1, name.p, name.n);
    p[name.n + 1] = ']';
    return (ac_sv) { p, name.n + 2 };
}

static ac_sv mask_of(const ac_deid *d, ac_span span)
{
    ac_sv t = ac_span_text(d->note->text, span);
    char *p = ac_arena_alloc(d->note->arena, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < t.n; i++)
        if (((unsigned char)t.p[i] & 0xC0) != 0x80)
            p[n++] = '*';
    return (ac_sv) { p, p ? n : 0 };
}

/* The seventeen areas of three digits with 20,000 people or fewer (Census 2000), as HHS lists them: "Guidance Regarding
 * Methods for De-identification of Protected Health Information", 26 November 2012, section on ZIP codes. */
static const char small_areas[] = "036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893";

static ac_sv short_zip(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    for (size_t i = 0; i < 5; i++)
        if (t.n < 5 || !ac_is_digit(t.p[i]))
            return (ac_sv) { "", 0 };
    for (size_t i = 0; i + 3 < sizeof small_areas; i += 4)
        if (memcmp(small_areas + i, t.p, 3) == 0)
            return AC_SV("000");
    return ac_sv_sub(t, 0, 3);
}

static ac_sv replacement(const ac_deid *d, const ac_phi_item *item)
{
    ac_deid_mode mode = d->options->mode;
    bool harbor = d->options->profile == AC_DEID_SAFE_HARBOR;
    ac_sv out = { "", 0 };
    if (mode == AC_DEID_MASK)
        return mask_of(d, item->span);
    if (harbor && item->type == AC_PHI_AGE)
        out = ac_deid_top_age(d, item);
    else if (harbor && item->type == AC_PHI_ZIP && d->note->lang == AC_LANG_EN && mode != AC_DEID_SURROGATE)
        out = short_zip(d, item);
    else if (d->options->prf && mode != AC_DEID_TAG && item->type == AC_PHI_DATE)
        out = ac_deid_shifted_date(d, item);
    else if (d->options->prf && mode == AC_DEID_SURROGATE)
        out = ac_deid_surrogate(d, item);
    return out.n || !out.p ? out : tag_of(d, item);
}

static ac_rc fill_replacements(const ac_deid *d, ac_deidentified *out, ac_err *err)
{
    const ac_phi_list *phi = &d->note->phi;
    out->replacements = ac_arena_alloc(d->note->arena, (phi->n + 1) * sizeof *out->replacements);
    if (!out->replacements)
        return ac_fail(err, AC_ELIMIT, "no room for replacements");
    for (size_t i = 0; i < phi->n; i++) {
        out->replacements[i] = d->hidden[i] ? replacement(d, &phi->at[i]) : ac_span_text(d->note->text, phi->at[i].span);
        if (!out->replacements[i].p)
            return ac_fail(err, AC_ELIMIT, "no room for replacements");
    }
    return AC_OK;
}

/* What stands for a piece: a repeated value gets its item's replacement, but a mask of its own length. */
static ac_sv piece_text(const ac_deid *d, const ac_deidentified *out, const ac_phi_piece *p)
{
    return d->options->mode == AC_DEID_MASK ? mask_of(d, p->span) : out->replacements[p->item];
}

static ac_rc write_text(const ac_deid *d, const ac_phi_pieces *pieces, ac_deidentified *out, ac_err *err)
{
    ac_sv t = d->note->text;
    size_t room = t.n + 1;
    for (size_t i = 0; i < pieces->n; i++)
        room += d->options->mode == AC_DEID_MASK ? 0 : out->replacements[pieces->at[i].item].n;
    char *p = ac_arena_alloc(d->note->arena, room);
    size_t n = 0, done = 0;
    out->cuts = ac_arena_alloc(d->note->arena, (pieces->n + 1) * sizeof *out->cuts);
    if (!out->cuts)
        p = NULL;
    for (size_t i = 0; p && i <= pieces->n; i++) {
        const ac_phi_piece *piece = i < pieces->n ? &pieces->at[i] : NULL;
        size_t until = piece ? piece->span.begin : t.n;
        memcpy(p + n, t.p + done, until - done);
        n += until - done;
        if (!piece)
            break;
        ac_sv r = piece_text(d, out, piece);
        if (!r.p)
            return ac_fail(err, AC_ELIMIT, "no room for de-identified text");
        out->cuts[out->n_cuts++] = (ac_deid_cut) { piece->span, r, n };
        memcpy(p + n, r.p, r.n);
        n += r.n;
        done = piece->span.end;
    }
    if (!p)
        return ac_fail(err, AC_ELIMIT, "no room for de-identified text");
    out->text = (ac_sv) { p, n };
    return AC_OK;
}

/* One of -52..-1, 1..52 weeks. */
int32_t ac_deid_day_offset(const ac_deid_options *options)
{
    if (!options->prf)
        return 0;
    int32_t v = (int32_t)(options->prf(options->ctx, AC_SV("date-offset"), AC_SV("")) % (2 * WEEKS_MAX));
    return 7 * (v < WEEKS_MAX ? v - WEEKS_MAX : v - WEEKS_MAX + 1);
}

ac_rc ac_deidentify(const ac_note *note, const ac_deid_options *options, ac_deidentified *out, ac_err *err)
{
    ac_deid d = { .note = note, .options = options, .day_offset = ac_deid_day_offset(options) };
    ac_deidentified made = { .profile = profile_names[options->profile], .mode = mode_names[options->mode] };
    ac_phi_pieces pieces = { 0 };
    bool *hidden = ac_arena_alloc(note->arena, note->phi.n + 1);
    if (!hidden)
        return ac_fail(err, AC_ELIMIT, "no room for de-identification");
    for (size_t i = 0; i < note->phi.n; i++)
        hidden[i] = ac_deid_hides(options->profile, note, &note->phi.at[i]);
    d.hidden = hidden;
    AC_TRY(err, ac_phi_values_init(note, hidden, true, &d.values, err));
    AC_TRY(err, ac_phi_values_find(note, hidden, &d.values, &pieces, err));
    AC_TRY(err, fill_replacements(&d, &made, err));
    AC_TRY(err, write_text(&d, &pieces, &made, err));
    *out = made;
    return AC_OK;
}
