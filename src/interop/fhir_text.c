/* Text in a bundle: what the profile hides is replaced, what cannot be made safe is left out. */
#include "interop/fhir_make.h"

#include "base/base64.h"
#include "base/search.h"

#include <string.h>

enum { HIDDEN_MAX = 32, TEXT_MAX = 1 << 20 };

/* The note was not de-identified: its PHI items become tags. */
static void cuts_of_phi(ac_fhir_maker *m)
{
    const ac_phi_list *phi = &m->note->phi;
    size_t n = 0, grown = 0, shrunk = 0;
    ac_deid_cut *cuts = ac_arena_alloc(m->arena, (phi->n + 1) * sizeof *cuts);
    m->full |= !cuts;
    for (size_t i = 0; i < phi->n && !m->full; i++) {
        ac_span s = phi->at[i].span;
        if (!ac_deid_hides(m->profile, m->note, &phi->at[i]))
            continue;
        AC_AUTO(ac_sb) tag = AC_SB(64);
        ac_sb_add_char(&tag, '[');
        ac_sb_add(&tag, ac_phi_name((ac_phi_type)phi->at[i].type));
        ac_sb_add_char(&tag, ']');
        cuts[n++] = (ac_deid_cut) { s, ac_fhir_string(m, &tag), s.begin + grown - shrunk };
        grown += tag.n;
        shrunk += s.end - s.begin;
    }
    m->cuts = cuts;
    m->n_cuts = n;
}

void ac_fhir_hide(ac_fhir_maker *m)
{
    if (m->opt->identified)
        return;
    if (!m->r->deidentified.cuts) {
        cuts_of_phi(m);
        return;
    }
    m->cuts = m->r->deidentified.cuts;
    m->n_cuts = m->r->deidentified.n_cuts;
}

/* The first cut that ends after byte at. */
static size_t cut_after(const ac_fhir_maker *m, uint32_t at)
{
    return AC_COUNT_BEFORE(i, m->n_cuts, m->cuts[i].span.end <= at);
}

/* Within a cut the whole of its replacement is meant. */
static uint32_t moved(const ac_fhir_maker *m, uint32_t at, bool end)
{
    size_t i = cut_after(m, at);
    if (i < m->n_cuts && at > m->cuts[i].span.begin)
        return (uint32_t)(m->cuts[i].at + (end ? m->cuts[i].text.n : 0));
    if (i == 0)
        return at;
    const ac_deid_cut *before = &m->cuts[i - 1];
    return (uint32_t)(before->at + before->text.n + (at - before->span.end));
}

ac_span ac_fhir_place(const ac_fhir_maker *m, ac_span span)
{
    return (ac_span) { moved(m, span.begin, false), moved(m, span.end, true) };
}

/* How many bytes at p are one character that a FHIR string must not have: its pattern [ \r\n\t\S]+ leaves no room for the
 * white space of Unicode nor for control characters. */
static size_t unfit(ac_sv s, size_t i)
{
    static const ac_sv spaces[] = { { "\xC2\x85", 2 },     { "\xC2\xA0", 2 },     { "\xE1\x9A\x80", 3 }, { "\xE2\x80\xA8", 3 },
                                    { "\xE2\x80\xA9", 3 }, { "\xE2\x80\xAF", 3 }, { "\xE2\x81\x9F", 3 }, { "\xE3\x80\x80", 3 },
                                    { "\xEF\xBB\xBF", 3 } };
    unsigned char c = (unsigned char)s.p[i];
    if (c < 0x80)
        return c < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (c != 0xC2 && c < 0xE1)
        return 0;
    if (i + 3 <= s.n && c == 0xE2 && (unsigned char)s.p[i + 1] == 0x80 && (unsigned char)s.p[i + 2] <= 0x8A)
        return 3; /* U+2000 to U+200A */
    for (size_t k = 0; k < sizeof spaces / sizeof spaces[0]; k++)
        if (s.n - i >= spaces[k].n && memcmp(s.p + i, spaces[k].p, spaces[k].n) == 0)
            return spaces[k].n;
    return 0;
}

ac_sv ac_fhir_plain(ac_fhir_maker *m, ac_sv s)
{
    size_t done = 0, n;
    AC_AUTO(ac_sb) out = AC_SB(s.n + 1);
    for (size_t i = 0; i < s.n; i += n ? n : 1) {
        n = unfit(s, i);
        if (!n)
            continue;
        ac_sb_add(&out, ac_sv_sub(s, done, i));
        ac_sb_add_char(&out, ' ');
        done = i + n;
    }
    if (done == 0)
        return s;
    ac_sb_add(&out, ac_sv_sub(s, done, s.n));
    return ac_fhir_string(m, &out);
}

ac_sv ac_fhir_words(ac_fhir_maker *m, ac_span span)
{
    const ac_note *note = m->note;
    uint32_t from = span.begin;
    AC_AUTO(ac_sb) out = AC_SB(TEXT_MAX);
    for (size_t i = cut_after(m, span.begin); i < m->n_cuts && m->cuts[i].span.begin < span.end; i++) {
        if (m->cuts[i].span.begin > from)
            ac_sb_add(&out, ac_sv_sub(note->text, from, m->cuts[i].span.begin));
        ac_sb_add(&out, m->cuts[i].text);
        from = m->cuts[i].span.end;
    }
    if (from == span.begin)
        return ac_fhir_plain(m, ac_span_text(note->text, span));
    if (from < span.end)
        ac_sb_add(&out, ac_sv_sub(note->text, from, span.end));
    return ac_fhir_plain(m, ac_fhir_string(m, &out));
}

/* "2023-05-10" becomes "2023": a date that was written in another way in the note. */
static bool is_iso_date(ac_sv s, size_t at)
{
    static const char shape[] = "0000-00";
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (at + i >= s.n || (shape[i] == '0' ? !ac_is_digit(s.p[at + i]) : s.p[at + i] != '-'))
            return false;
    return at == 0 || !ac_is_digit(s.p[at - 1]);
}

static void add_without_dates(const ac_fhir_maker *m, ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (m->whole_dates || !is_iso_date(s, i)) {
            ac_sb_add_char(out, s.p[i]);
            continue;
        }
        ac_sb_add(out, ac_sv_sub(s, i, i + 4));
        bool day = i + 9 < s.n && s.p[i + 7] == '-' && ac_is_digit(s.p[i + 8]) && ac_is_digit(s.p[i + 9]);
        i += day ? 9 : 6;
    }
}

/* What is hidden under the evidence; more than HIDDEN_MAX counts as HIDDEN_MAX + 1. */
static size_t hidden_under(const ac_fhir_maker *m, const ac_spans *evidence, size_t *found)
{
    size_t n = 0;
    for (size_t e = 0; e < evidence->n && n <= HIDDEN_MAX; e++)
        for (size_t i = cut_after(m, evidence->at[e].begin);
             i < m->n_cuts && m->cuts[i].span.begin < evidence->at[e].end && n <= HIDDEN_MAX; i++)
            found[n++] = i;
    return n;
}

/* One pass per hidden item over an item's text: both are bounded. */
static void replace_all(const ac_fhir_maker *m, ac_sb *text, size_t cut, ac_sb *spare)
{
    ac_sv s = ac_sb_view(text), what = ac_span_text(m->note->text, m->cuts[cut].span);
    if (text->rc != AC_OK)
        return; /* and stays failed */
    ac_sb_clear(spare);
    for (size_t at = 0; at < s.n;) {
        const char *hit = what.n ? memmem(s.p + at, s.n - at, what.p, what.n) : NULL;
        size_t to = hit ? (size_t)(hit - s.p) : s.n;
        ac_sb_add(spare, ac_sv_sub(s, at, to));
        if (hit)
            ac_sb_add(spare, m->cuts[cut].text);
        at = hit ? to + what.n : s.n;
    }
    ac_sb swap = *text;
    *text = *spare;
    *spare = swap;
}

ac_sv ac_fhir_item(ac_fhir_maker *m, const ac_item *item)
{
    size_t found[HIDDEN_MAX + 1];
    if (m->opt->identified)
        return ac_fhir_plain(m, item->text);
    size_t n = hidden_under(m, &item->evidence, found);
    if (n > HIDDEN_MAX || item->text.n > TEXT_MAX / 4)
        return AC_SV("");
    AC_AUTO(ac_sb) text = AC_SB(TEXT_MAX);
    AC_AUTO(ac_sb) spare = AC_SB(TEXT_MAX);
    ac_sb_add(&text, item->text);
    for (size_t i = 0; i < n; i++)
        replace_all(m, &text, found[i], &spare);
    ac_sb_clear(&spare);
    add_without_dates(m, &spare, ac_sb_view(&text));
    m->full |= text.rc == AC_ENOMEM;
    if (text.rc != AC_OK || spare.rc == AC_ELIMIT)
        return AC_SV("");
    return ac_fhir_plain(m, ac_fhir_string(m, &spare));
}

static void add_escaped(ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        switch (s.p[i]) {
        case '&': ac_sb_add(out, AC_SV("&amp;")); break;
        case '<': ac_sb_add(out, AC_SV("&lt;")); break;
        case '>': ac_sb_add(out, AC_SV("&gt;")); break;
        default: ac_sb_add_char(out, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]); /* control bytes are no XML */
        }
}

ac_rec_narrative *ac_fhir_list_of(ac_fhir_maker *m, const ac_rec_texts *lines)
{
    AC_AUTO(ac_sb) b = AC_SB(SIZE_MAX / 4);
    bool any = false;
    for (size_t i = 0; i < lines->n; i++) {
        if (!ac_sv_trim(lines->at[i]).n)
            continue;
        ac_sb_add(&b, any ? AC_SV("<li>") : AC_SV("<div xmlns=\"http://www.w3.org/1999/xhtml\"><ul><li>"));
        add_escaped(&b, lines->at[i]);
        ac_sb_add(&b, AC_SV("</li>"));
        any = true;
    }
    if (!any)
        return NULL;
    ac_sb_add(&b, AC_SV("</ul></div>"));
    ac_rec_narrative *n = AC_FHIR_NEW(m, narrative);
    *n = (ac_rec_narrative) { .status = AC_SV("generated"), .div = ac_fhir_string(m, &b) };
    return n;
}

ac_rec_narrative *ac_fhir_list(ac_fhir_maker *m, const ac_items *items)
{
    ac_rec_texts lines = { 0 };
    for (size_t i = 0; i < items->n; i++)
        *AC_FHIR_PUSH(m, &lines) = ac_fhir_item(m, &items->at[i]);
    return m->full ? NULL : ac_fhir_list_of(m, &lines);
}

ac_sv ac_fhir_base64(ac_fhir_maker *m, ac_sv s)
{
    const ac_sv text = ac_base64_write(m->arena, s);
    m->full |= !text.p;
    return text;
}
