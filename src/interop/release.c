#include "interop/release.h"

static const ac_release_layout layouts[] = {
    { "rxnorm", "rxnorm", "rxnorm", false, false, ac_release_rxnorm_fits, ac_release_rxnorm },
    { "umls", "umls", "umls", false, false, ac_release_umls_fits, ac_release_umls },
    { "umls-types", "umls", "", false, false, ac_release_types_fits, ac_release_types },
    { "loinc", "loinc", "loinc", true, true, ac_release_loinc_fits, ac_release_loinc },
    { "snomed-descriptions", "snomed", "snomed", false, true, ac_release_descriptions_fits, ac_release_descriptions },
    { "snomed-concepts", "snomed", "", false, true, ac_release_concepts_fits, ac_release_concepts },
    { "icd10cm-order", "icd10cm", "icd10cm", false, false, ac_release_order_fits, ac_release_order },
    { "atc", "atc", "atc", false, false, ac_release_atc_fits, ac_release_atc },
    { "list", "own", "", false, false, ac_release_list_fits, ac_release_list },
};

static const char *const left_texts[] = {
#define TEXT(id, text) [id] = text,
    AC_LEFT_LIST(TEXT)
#undef TEXT
};

const char *ac_left_text(ac_left why) { return left_texts[why]; }

const char *ac_release_layout_name(const ac_release_layout *l) { return l->name; }
const char *ac_release_layout_vocabulary(const ac_release_layout *l) { return l->vocabulary; }
const char *ac_release_layout_system(const ac_release_layout *l) { return l->system; }
bool ac_release_layout_quotes(const ac_release_layout *l) { return l->quotes; }

static ac_sv without_mark(ac_sv line) { return ac_sv_starts(line, AC_SV("\xEF\xBB\xBF")) ? ac_sv_sub(line, 3, line.n) : line; }

bool ac_release_begin(ac_release *r, ac_sv first_line)
{
    ac_sv line = without_mark(first_line);
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (ac_release_is_text(line) && layouts[i].fits(r, line)) {
            r->layout = &layouts[i];
            return true;
        }
    return false;
}

static ac_rc bad_line(ac_release *r)
{
    r->bad++;
    r->first_bad = r->first_bad ? r->first_bad : r->line;
    r->sink.left(r->sink.ctx, AC_LEFT_BAD_LINE);
    return AC_OK;
}

ac_rc ac_release_line(ac_release *r, ac_sv line, ac_err *err)
{
    r->line++;
    if (r->line == 1) {
        line = without_mark(line);
        if (r->layout->header)
            return AC_OK;
    }
    if (!ac_sv_trim(line).n)
        return AC_OK;
    if (!ac_release_is_text(line))
        return bad_line(r);
    switch (r->layout->line(r, line, err)) {
    case AC_LINE_GOOD:
        r->good++;
        return AC_OK;
    case AC_LINE_BAD:
        return bad_line(r);
    default:
        return err && err->rc != AC_OK ? err->rc : AC_EINTERNAL;
    }
}

ac_line_rc ac_release_take(ac_release *r, const ac_item *item, ac_err *err)
{
    return r->sink.take(r->sink.ctx, item, err) == AC_OK ? AC_LINE_GOOD : AC_LINE_FAILED;
}

ac_line_rc ac_release_leave(ac_release *r, ac_left why)
{
    r->sink.left(r->sink.ctx, why);
    return AC_LINE_GOOD;
}

/* ---- pieces of lines ---------------------------------------------------------------------------------------------- */

ac_sv ac_release_edition(ac_sv name)
{
    ac_sv found = { "", 0 };
    for (size_t i = 0; i < name.n;) {
        size_t begin = i;
        while (i < name.n && ac_is_digit(name.p[i]))
            i++;
        if (i - begin >= 4 && i - begin <= 8)
            found = ac_sv_sub(name, begin, i);
        i += i == begin;
    }
    return found;
}

size_t ac_release_split(ac_sv line, char separator, ac_sv *cells, size_t max)
{
    size_t n = 0;
    for (;;) {
        const char *end = line.n ? memchr(line.p, separator, line.n) : NULL;
        size_t length = end ? (size_t)(end - line.p) : line.n;
        if (n < max)
            cells[n] = ac_sv_sub(line, 0, length);
        n++;
        if (!end)
            return n;
        line = ac_sv_sub(line, length + 1, line.n);
    }
}

/* One quoted cell from the byte behind its quote on, unquoted to buf. Returns the bytes of the line that it took. */
static size_t unquote(ac_sv line, char *buf, size_t *n)
{
    size_t i = 0;
    for (*n = 0; i < line.n; i++) {
        if (line.p[i] == '"' && (i + 1 == line.n || line.p[i + 1] != '"'))
            return i + 1;
        i += line.p[i] == '"';
        buf[(*n)++] = line.p[i];
    }
    return i;
}

size_t ac_release_split_csv(ac_sv line, char *buf, ac_sv *cells, size_t max)
{
    size_t n = 0, at = 0;
    for (;;) {
        ac_sv cell;
        size_t length;
        if (at < line.n && line.p[at] == '"') {
            at += 1 + unquote(ac_sv_sub(line, at + 1, line.n), buf, &length);
            cell = (ac_sv) { buf, length };
            buf += length;
        } else {
            const char *end = at < line.n ? memchr(line.p + at, ',', line.n - at) : NULL;
            length = end ? (size_t)(end - line.p) - at : line.n - at;
            cell = ac_sv_sub(line, at, at + length);
            at += length;
        }
        if (n < max)
            cells[n] = cell;
        n++;
        while (at < line.n && line.p[at] != ',') /* what stands behind a closing quote is nobody's */
            at++;
        if (at >= line.n)
            return n;
        at++;
    }
}

bool ac_release_is_text(ac_sv s)
{
    while (s.n) {
        unsigned char c = (unsigned char)*s.p;
        size_t n = c < 0x80 ? 1 : ac_utf8_length(s);
        if (!n || (c < ' ' && !ac_is_space((char)c)) || c == 0x7F)
            return false;
        s = ac_sv_sub(s, n, s.n);
    }
    return true;
}
