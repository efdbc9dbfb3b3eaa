#include "interop/sheet.h"

#include "nlp/time/calendar.h"

#include <string.h>

enum { SHEET_MAX = 1 << 30, PROSE_MAX = 1 << 16, CODE_LEAST = 3, OLD = 90, MIDDLE_DAY = 15 };

void ac_sheet_init(ac_sheet *s, const ac_deid_options *deid, ac_arena *arena)
{
    *s = (ac_sheet) { .arena = arena, .deid = deid, .building = AC_SB(SHEET_MAX), .prose = AC_SB(2 * PROSE_MAX) };
}

void ac_sheet_cleanup(ac_sheet *s)
{
    ac_sb_cleanup(&s->building);
    ac_sb_cleanup(&s->prose);
}

/* ---- pieces ---- */

/* On the first walk: the piece's place on the sheet. */
static ac_sheet_piece *put(ac_sheet *s, ac_sheet_gap gap, ac_sv text)
{
    static const char *const gaps[] = { "\n", ": ", " ", "" };
    if (s->building.n)
        ac_sb_add(&s->building, ac_sv_z(gaps[gap]));
    const size_t begin = s->building.n;
    ac_sb_add(&s->building, text);
    ac_sheet_piece *piece = s->full ? NULL : ac_vec_push(&s->pieces, s->arena);
    s->full |= !piece || s->building.rc != AC_OK;
    if (s->full)
        return NULL;
    *piece = (ac_sheet_piece) { ac_span_of(begin, s->building.n), text };
    return piece;
}

/* On the second walk. One too many gives nothing: ac_sheet_done tells. */
static ac_sv take(ac_sheet *s)
{
    return s->next < s->pieces.n ? s->pieces.at[s->next++].made : (s->next = SIZE_MAX, AC_SV(""));
}

ac_sv ac_sheet_words(ac_sheet *s, ac_sheet_gap gap, ac_sv text)
{
    if (s->filled)
        return text.n ? take(s) : text;
    if (!text.n)
        return text;
    (void)put(s, gap, text);
    if (s->prose.n < PROSE_MAX) {
        ac_sb_add(&s->prose, ac_sv_sub(text, 0, PROSE_MAX));
        ac_sb_add_char(&s->prose, '\n');
    }
    return text;
}

/* One or two characters are no identifier. */
ac_sv ac_sheet_coded(ac_sheet *s, ac_sv text)
{
    static const ac_entity_code code = { 0 };
    if (text.n < CODE_LEAST)
        return text;
    if (s->filled)
        return take(s);
    const ac_sheet_piece *piece = put(s, AC_SHEET_LINE, text);
    ac_given_entity *e = piece ? ac_vec_push(&s->given.entities, s->arena) : NULL;
    ac_span *closed = piece ? ac_vec_push(&s->given.closed, s->arena) : NULL;
    s->full |= !e || !closed;
    if (s->full)
        return text;
    *e = (ac_given_entity) { .span = piece->span, .codes = &code, .n_codes = 1 };
    *closed = piece->span;
    return text;
}

static bool is_replaced(ac_phi_type type, ac_sv text)
{
    enum { AREA = 3 }; /* digits of a ZIP code that may stay */
    text = ac_sv_trim(text);
    size_t stars = 0;
    while (stars < text.n && text.p[stars] == '*')
        stars++;
    return stars == text.n || (type == AC_PHI_ZIP && text.n == AREA) || (text.p[0] == '[' && text.p[text.n - 1] == ']');
}

ac_sv ac_sheet_known(ac_sheet *s, ac_phi_type type, ac_sv text)
{
    if (is_replaced(type, text))
        return text;
    if (s->filled)
        return take(s);
    const ac_sheet_piece *piece = put(s, AC_SHEET_LINE, text);
    ac_given_phi *phi = piece ? ac_vec_push(&s->given.phi, s->arena) : NULL;
    ac_span *closed = piece ? ac_vec_push(&s->given.closed, s->arena) : NULL;
    s->full |= !phi || !closed;
    if (s->full)
        return text;
    *phi = (ac_given_phi) { .span = piece->span, .type = (uint8_t)type };
    *closed = piece->span;
    return text;
}

/* ---- dates ---- */

static const ac_date no_date = { 0, 0, 0 };

ac_date ac_sheet_date(const ac_sheet *s, ac_date date)
{
    const ac_deid_mode mode = s->deid->mode;
    const int32_t offset = mode == AC_DEID_SURROGATE || mode == AC_DEID_DATE_SHIFT ? ac_deid_day_offset(s->deid) : 0;
    ac_date from = date;
    if (s->deid->profile == AC_DEID_LIMITED)
        return date;
    if (!date.year || (!offset && s->deid->profile != AC_DEID_SAFE_HARBOR))
        return no_date;
    if (!offset || !date.month)
        return (ac_date) { date.year, 0, 0 };
    from.day = from.day ? from.day : MIDDLE_DAY;
    ac_date to = ac_date_of_days(ac_date_days(from) + offset);
    to.day = date.day ? to.day : 0;
    return to;
}

ac_date ac_sheet_birth(const ac_sheet *s, ac_date date)
{
    const bool old = !s->year || s->year - date.year >= OLD;
    return old && s->deid->profile != AC_DEID_LIMITED ? no_date : ac_sheet_date(s, date);
}

static bool digits(ac_sv s, size_t from, size_t n, int *out)
{
    *out = 0;
    for (size_t i = from; i < from + n; i++) {
        if (i >= s.n || !ac_is_digit(s.p[i]))
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

/* What follows the day may be anything: it never leaves, but where dates do. */
static bool read_date(ac_sv text, ac_date *out)
{
    int year, month = 0, day = 0;
    if (!digits(text, 0, 4, &year))
        return false;
    if (digits(text, 4, 2, &month) && month >= 1 && month <= 12 && !digits(text, 6, 2, &day))
        day = 0;
    *out = (ac_date) { (int16_t)year, month > 12 ? 0 : (uint8_t)month, 0 };
    if (out->month && ac_date_full((ac_date) { (int16_t)year, out->month, (uint8_t)(day > 31 ? 0 : day) }))
        out->day = (uint8_t)day;
    return year > 0;
}

static bool is_time(ac_sv text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!ac_is_digit(text.p[i]) && !memchr(".+-", text.p[i], 3))
            return false;
    return true;
}

ac_sv ac_sheet_hl7_date(ac_sheet *s, ac_sv text, bool birth)
{
    ac_date date, to;
    if (!read_date(text, &date) || !is_time(text))
        return AC_SV("");
    to = birth ? ac_sheet_birth(s, date) : ac_sheet_date(s, date);
    if (!to.year)
        return AC_SV("");
    if (s->deid->profile == AC_DEID_LIMITED)
        return text;
    ac_sv made = to.day     ? ac_arena_printf(s->arena, "%04d%02d%02d", to.year, to.month, to.day)
                 : to.month ? ac_arena_printf(s->arena, "%04d%02d", to.year, to.month)
                            : ac_arena_printf(s->arena, "%04d", to.year);
    s->full |= !made.p;
    return made.p ? made : AC_SV("");
}

/* ---- between the walks ---- */

ac_rc ac_sheet_close(ac_sheet *s, ac_err *err)
{
    if (s->full || s->building.rc != AC_OK)
        return ac_fail(err, AC_ELIMIT, "no room for the words of the document");
    s->text = ac_sb_view(&s->building);
    return AC_OK;
}

typedef struct {
    ac_sv text;
    const ac_deidentified *made;
    size_t cut; /* the first that ends behind the piece's begin */
} filler;

/* The piece without what goes, in out; what stands for it stands in the piece in which it begins. False: nothing of it
 * goes. */
static bool without_cuts(filler *f, ac_span span, ac_sb *out)
{
    const ac_deidentified *d = f->made;
    while (f->cut < d->n_cuts && d->cuts[f->cut].span.end <= span.begin)
        f->cut++;
    if (f->cut == d->n_cuts || d->cuts[f->cut].span.begin >= span.end)
        return false;
    ac_sb_clear(out);
    uint32_t at = span.begin;
    for (size_t i = f->cut; i < d->n_cuts && d->cuts[i].span.begin < span.end; i++) {
        const ac_deid_cut *cut = &d->cuts[i];
        if (cut->span.begin >= span.begin) {
            ac_sb_add(out, ac_span_text(f->text, (ac_span) { at, cut->span.begin }));
            ac_sb_add(out, cut->text);
        }
        at = cut->span.end;
    }
    if (at < span.end)
        ac_sb_add(out, ac_span_text(f->text, (ac_span) { at, span.end }));
    return true;
}

ac_rc ac_sheet_fill(ac_sheet *s, ac_sv text, const ac_deidentified *made, uint32_t (*map)(const void *ctx, uint32_t at),
                    const void *ctx, ac_err *err)
{
    AC_AUTO(ac_sb) out = AC_SB(SHEET_MAX);
    filler f = { .text = text, .made = made };
    for (size_t i = 0; i < s->pieces.n; i++) {
        ac_sheet_piece *piece = &s->pieces.at[i];
        if (!without_cuts(&f, (ac_span) { map(ctx, piece->span.begin), map(ctx, piece->span.end) }, &out))
            continue;
        piece->made = ac_arena_copy(s->arena, ac_sb_view(&out));
        if ((out.n && !piece->made.p) || out.rc != AC_OK)
            return ac_fail(err, AC_ELIMIT, "no room for the words of the document");
    }
    s->filled = true;
    s->next = 0;
    s->left_out = 0; /* the second walk counts them again */
    return AC_OK;
}

ac_rc ac_sheet_done(const ac_sheet *s, ac_err *err)
{
    if (s->full)
        return ac_fail(err, AC_ELIMIT, "no room for the words of the document");
    if (s->next != s->pieces.n)
        return ac_fail(err, AC_EINTERNAL, "the document was not written as it was read");
    return AC_OK;
}
