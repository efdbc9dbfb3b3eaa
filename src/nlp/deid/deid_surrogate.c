/* Invented values of the same kind, sex, language and shape. The same word always gives the same surrogate, because the
 * pseudo-random function is asked with that word: so "John Smith", "Smith" and "J. Smith" stay one person. */
#include "nlp/deid/deid_internal.h"
#include "nlp/text/fold.h"
#include "nlp/phi/phi.h"
#include "nlp/lexicon/terms.h"

#include <string.h>
#include <utf8proc.h>

enum { UTF8_MAX = 4, WORD_MAX = 64 };

ac_sv ac_deid_list(const ac_note *note, ac_sv name, size_t i, size_t *n)
{
    const ac_term *t = ac_terms_find(ac_terms_phi(), name, note->lang);
    ac_sv rest = t ? ac_terms_cell(ac_terms_phi(), t->row, 0) : (ac_sv) { "", 0 }, part, found = { "", 0 };
    size_t count = 0;
    while (ac_sv_split(&rest, '|', &part))
        if (count++ == i)
            found = part;
    if (n)
        *n = count;
    return found;
}

/* "Street", "Hospital", "del": words that say what a thing is, not which. */
static bool kind_word(const ac_note *note, ac_sv word)
{
    static const uint64_t kinds = (UINT64_C(1) << AC_PHI_WORD_STREET_PRE) | (UINT64_C(1) << AC_PHI_WORD_STREET_POST) |
                                  (UINT64_C(1) << AC_PHI_WORD_HOSPITAL_HEAD) |
                                  (UINT64_C(1) << AC_PHI_WORD_HOSPITAL_TAIL) | (UINT64_C(1) << AC_PHI_WORD_ORG_HEAD) |
                                  (UINT64_C(1) << AC_PHI_WORD_ORG_TAIL) | (UINT64_C(1) << AC_PHI_WORD_PARTICLE);
    ac_folded folded;
    if (ac_fold(word, note->arena, &folded, NULL) != AC_OK)
        return false;
    unsigned guard = 16;
    for (const ac_term *m = ac_terms_find(ac_terms_phi(), folded.text, note->lang); m && guard--;
         m = ac_term_next(ac_terms_phi(), m, word, note->lang))
        if (kinds >> m->value & 1)
            return true;
    return false;
}

/* Does a word of the choice that says which stand in an identifier of the note? */
static bool reveals(const ac_deid *d, ac_sv choice)
{
    ac_sv word;
    while (ac_sv_split(&choice, ' ', &word))
        if (word.n && ac_phi_values_has_part(&d->values, word) && !kind_word(d->note, word))
            return true;
    return false;
}

/* An element of the list that has no word of the original or of another identifier of the note. */
static ac_sv pick(const ac_deid *d, ac_sv list, ac_sv key)
{
    size_t n;
    (void)ac_deid_list(d->note, list, 0, &n);
    if (!n)
        return (ac_sv) { "", 0 };
    uint64_t r = d->options->prf(d->options->ctx, list, key);
    for (size_t k = 0; k < n; k++) {
        ac_sv choice = ac_deid_list(d->note, list, (size_t)((r + k) % n), NULL);
        if (!ac_sv_eq_nocase(choice, key) && !reveals(d, choice))
            return choice;
    }
    return (ac_sv) { "", 0 };
}

/* ---- numbers, codes -------------------------------------------------------------------------------------------- */

/* Other digits and letters in the same places. */
static void scramble(const ac_deid *d, ac_sv label, ac_sv t, char *p)
{
    uint64_t r = d->options->prf(d->options->ctx, label, t);
    bool same = true;
    for (size_t i = 0; i < t.n; i++) {
        r = r * 6364136223846793005u + 1442695040888963407u;
        unsigned v = (unsigned)(r >> 40);
        char c = t.p[i];
        p[i] = ac_is_digit(c)   ? (char)('0' + v % 10)
               : ac_is_upper(c) ? (char)('A' + v % 26)
               : ac_is_lower(c) ? (char)('a' + v % 26)
                                : c;
        same = same && p[i] == c;
    }
    for (size_t i = t.n; same && i-- > 0;) /* by chance the same: change one digit or letter */
        if (ac_is_alnum(p[i])) {
            p[i] = p[i] == '9' || ac_lower(p[i]) == 'z' ? (char)(p[i] - 1) : (char)(p[i] + 1);
            break;
        }
}

static ac_sv code_like(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    char *p = ac_arena_alloc(d->note->arena, t.n + 1);
    if (!p)
        return (ac_sv) { NULL, 0 };
    scramble(d, AC_SV("code"), t, p);
    return (ac_sv) { p, t.n };
}

static ac_sv email_like(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    const char *at = memchr(t.p, '@', t.n);
    ac_sv local = { t.p, at ? (size_t)(at - t.p) : 0 }, host = AC_SV("@example.com");
    char *p = ac_arena_alloc(d->note->arena, local.n + host.n);
    if (!p)
        return (ac_sv) { NULL, 0 };
    scramble(d, AC_SV("code"), local, p);
    memcpy(p + local.n, host.p, host.n);
    return (ac_sv) { p, local.n + host.n };
}

static ac_sv address_like(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    unsigned v = (unsigned)(d->options->prf(d->options->ctx, AC_SV("address"), t) % 250);
    return ac_arena_printf(d->note->arena, "192.0.2.%u", v + 1); /* RFC 5737: for documentation */
}

static ac_sv street_like(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span), name = pick(d, AC_SV("surrogate street"), t);
    unsigned v = (unsigned)(d->options->prf(d->options->ctx, AC_SV("house"), t) % 90);
    int n = (int)name.n;
    return d->note->lang == AC_LANG_ES ? ac_arena_printf(d->note->arena, "%.*s, %u", n, name.p, v + 1)
                                       : ac_arena_printf(d->note->arena, "%u %.*s", v + 100, n, name.p);
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

/* What the name lists say of a word; a sure meaning hides the rare ones ("Smith" is a surname, seldom a first name). */
static unsigned name_classes(const ac_note *note, ac_sv folded)
{
    unsigned sure = 0, rare = 0, guard = 16;
    const ac_terms *names = ac_terms_names();
    for (const ac_term *m = ac_terms_find(names, folded, note->lang); m && guard--;
         m = ac_term_next(names, m, (ac_sv) { "", 0 }, note->lang))
        *(m->flags & AC_TERM_AMBIGUOUS ? &rare : &sure) |= 1u << m->value;
    const unsigned people =
        1u << AC_NAME_FEMALE | 1u << AC_NAME_MALE | 1u << AC_NAME_FIRST | 1u << AC_NAME_SURNAME;
    return sure & people ? sure : sure | rare;
}

static bool kept_word(const ac_note *note, ac_sv word, ac_sv folded)
{
    if (ac_is_lower(word.p[0])) /* de, la, van */
        return true;
    unsigned guard = 16;
    const ac_terms *words = ac_terms_phi();
    for (const ac_term *m = ac_terms_find(words, folded, note->lang); m && guard--;
         m = ac_term_next(words, m, word, note->lang))
        if (m->value == AC_PHI_WORD_TITLE || m->value == AC_PHI_WORD_STAFF_TITLE)
            return word.n <= 4;
    return false;
}

/* Which list a name comes from: first names by sex, when the lists know it; else the surnames. Only the word decides,
 * so that it gets the same surrogate wherever it stands. */
static ac_sv list_for(const ac_note *note, unsigned classes, ac_sv folded)
{
    if (classes & 1u << AC_NAME_FEMALE)
        return AC_SV("surrogate female");
    if (classes & 1u << AC_NAME_MALE)
        return AC_SV("surrogate male");
    if (classes & 1u << AC_NAME_FIRST && !(classes & 1u << AC_NAME_SURNAME))
        return note->patient.sex == AC_SEX_FEMALE || folded.p[folded.n - 1] == 'a' ? AC_SV("surrogate female")
                                                                                   : AC_SV("surrogate male");
    return AC_SV("surrogate surname");
}

static void add_upper(ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n;) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &cp);
        utf8proc_uint8_t buf[UTF8_MAX];
        if (len <= 0)
            return;
        utf8proc_ssize_t n = utf8proc_encode_char(utf8proc_toupper(cp), buf);
        ac_sb_add(out, (ac_sv) { (const char *)buf, (size_t)n });
        i += (size_t)len;
    }
}

static bool all_upper(ac_sv w)
{
    size_t upper = 0;
    for (size_t i = 0; i < w.n; i++) {
        upper += ac_is_upper(w.p[i]);
        if (ac_is_lower(w.p[i]))
            return false;
    }
    return upper > 1;
}

static ac_rc add_name_word(const ac_deid *d, ac_sb *out, ac_sv word, ac_err *err)
{
    ac_folded folded;
    AC_TRY(err, ac_fold(word, d->note->arena, &folded, err));
    if (!folded.text.n || kept_word(d->note, word, folded.text)) {
        ac_sb_add(out, word);
        return AC_OK;
    }
    if (word.n == 1) { /* an initial */
        char c = (char)('A' + d->options->prf(d->options->ctx, AC_SV("initial"), folded.text) % 26);
        ac_sb_add_char(out, c == word.p[0] ? (char)(c == 'Z' ? 'A' : c + 1) : c);
        return AC_OK;
    }
    ac_sv choice = pick(d, list_for(d->note, name_classes(d->note, folded.text), folded.text), folded.text);
    if (all_upper(word))
        add_upper(out, choice);
    else
        ac_sb_add(out, choice);
    return AC_OK;
}

static bool name_char(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80 || c == '\''; }

static ac_sv name_like(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    AC_AUTO(ac_sb) out = AC_SB(64 * (t.n + 1));
    for (size_t i = 0; i < t.n;) {
        size_t end = i;
        while (end < t.n && name_char(t.p[end]))
            end++;
        if (end > i) {
            if (add_name_word(d, &out, ac_sv_sub(t, i, end), NULL) != AC_OK)
                return (ac_sv) { NULL, 0 };
        } else
            ac_sb_add_char(&out, t.p[end++]);
        i = end;
    }
    if (ac_sb_done(&out, NULL) != AC_OK)
        return (ac_sv) { NULL, 0 };
    return ac_sv_eq(ac_sb_view(&out), t) ? (ac_sv) { "", 0 } : ac_arena_copy(d->note->arena, ac_sb_view(&out));
}

/* ---- by type --------------------------------------------------------------------------------------------------- */

typedef ac_sv (*maker)(const ac_deid *, const ac_phi_item *);
static const struct {
    maker make;
    ac_sv list;
} makers[AC_PHI_COUNT] = {
    [AC_PHI_PATIENT] = { name_like, { "", 0 } },
    [AC_PHI_STAFF] = { name_like, { "", 0 } },
    [AC_PHI_RELATIVE] = { name_like, { "", 0 } },
    [AC_PHI_NAME] = { name_like, { "", 0 } },
    [AC_PHI_LOCATION] = { NULL, { "surrogate city", 14 } },
    [AC_PHI_STATE] = { NULL, { "surrogate state", 15 } },
    [AC_PHI_COUNTRY] = { NULL, { "surrogate country", 17 } },
    [AC_PHI_HOSPITAL] = { NULL, { "surrogate hospital", 18 } },
    [AC_PHI_HEALTH_CENTRE] = { NULL, { "surrogate hospital", 18 } },
    [AC_PHI_ORGANISATION] = { NULL, { "surrogate organisation", 22 } },
    [AC_PHI_PROFESSION] = { NULL, { "surrogate profession", 20 } },
    [AC_PHI_STREET] = { street_like, { "", 0 } },
    [AC_PHI_EMAIL] = { email_like, { "", 0 } },
    [AC_PHI_IP] = { address_like, { "", 0 } },
    [AC_PHI_ZIP] = { code_like, { "", 0 } },
    [AC_PHI_PHONE] = { code_like, { "", 0 } },
    [AC_PHI_FAX] = { code_like, { "", 0 } },
    [AC_PHI_SSN] = { code_like, { "", 0 } },
    [AC_PHI_MRN] = { code_like, { "", 0 } },
    [AC_PHI_INSURANCE] = { code_like, { "", 0 } },
    [AC_PHI_CONTACT] = { code_like, { "", 0 } },
    [AC_PHI_STAFF_ID] = { code_like, { "", 0 } },
    [AC_PHI_EMPLOYMENT_ID] = { code_like, { "", 0 } },
    [AC_PHI_ACCOUNT] = { code_like, { "", 0 } },
    [AC_PHI_LICENCE] = { code_like, { "", 0 } },
    [AC_PHI_VEHICLE] = { code_like, { "", 0 } },
    [AC_PHI_DEVICE] = { code_like, { "", 0 } },
    [AC_PHI_ID] = { code_like, { "", 0 } },
};

ac_sv ac_deid_surrogate(const ac_deid *d, const ac_phi_item *item)
{
    if (makers[item->type].make)
        return makers[item->type].make(d, item);
    if (!makers[item->type].list.n)
        return (ac_sv) { "", 0 };
    ac_folded key;
    if (ac_fold(ac_span_text(d->note->text, item->span), d->note->arena, &key, NULL) != AC_OK)
        return (ac_sv) { NULL, 0 };
    return pick(d, makers[item->type].list, key.text);
}
