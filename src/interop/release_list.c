/* One code a line: LOINC, the order file of ICD-10-CM, lists of ATC, lists of one's own. */
#include "interop/release.h"

#include "nlp/lexicon/vocabulary_words.h"

enum { CELLS_MAX = 64 };
enum { T_TERM, T_CODE, T_SYSTEM, T_KIND, T_LANG, T_COLUMNS, T_NEEDED = 3, T_SYSTEM_MAX = 47 }; /* a list of one's own */

/* ---- LOINC: columns are named, for each release has others ------------------------------------------------------------ */

enum { L_NUM, L_STATUS, L_CLASS, L_CLASSTYPE, L_LONG, L_SHORT, L_DISPLAY, L_CONSUMER, L_COLUMNS };
_Static_assert((int)L_COLUMNS <= (int)AC_RELEASE_COLUMNS, "the columns of LOINC fit");

/* The place of each name among the cells; n when it is not there. */
static void find_columns(ac_release *r, const ac_sv *cells, size_t n, const char *const *names, size_t n_names)
{
    r->n_columns = n;
    for (size_t i = 0; i < n_names; i++) {
        r->column[i] = n;
        for (size_t k = 0; k < n; k++)
            if (ac_sv_eq_nocase(ac_sv_trim(cells[k]), ac_sv_z(names[i]))) {
                r->column[i] = k;
                break;
            }
    }
}

static ac_sv cell(const ac_release *r, const ac_sv *cells, size_t column)
{
    return r->column[column] < r->n_columns ? cells[r->column[column]] : (ac_sv) { "", 0 };
}

/* What the user said of the language of a list, or any. */
static uint8_t langs_said(const ac_release *r)
{
    const unsigned all = (1u << AC_LANG_COUNT) - 1;
    return (uint8_t)(r->lang < AC_LANG_COUNT ? 1u << r->lang : all);
}

static size_t split_quoted(ac_sv line, ac_sb *buf, ac_sv *cells)
{
    char *room = ac_sb_room(buf, line.n + 1);
    size_t n = room ? ac_release_split_csv(line, room, cells, CELLS_MAX) : 0;
    return n < CELLS_MAX ? n : CELLS_MAX;
}

bool ac_release_loinc_fits(ac_release *r, ac_sv line)
{
    static const char *const names[] = { "LOINC_NUM", "STATUS", "CLASS", "CLASSTYPE", "LONG_COMMON_NAME", "SHORTNAME",
                                         "DisplayName", "CONSUMER_NAME" };
    AC_AUTO(ac_sb) buf = AC_SB(AC_RELEASE_LINE_MAX + 1);
    ac_sv cells[CELLS_MAX];
    size_t n = split_quoted(line, &buf, cells);
    find_columns(r, cells, n, names, L_COLUMNS);
    return n && r->column[L_NUM] < n && r->column[L_STATUS] < n && r->column[L_LONG] < n;
}

static bool is_loinc(ac_sv s)
{
    size_t dash = s.n >= 3 ? s.n - 2 : 0;
    for (size_t i = 0; i < s.n; i++)
        if (i == dash ? s.p[i] != '-' : !ac_is_digit(s.p[i]))
            return false;
    return dash > 0;
}

static ac_line_rc loinc_cells(ac_release *r, const ac_sv *c, ac_err *err)
{
    static const struct {
        uint8_t column, rank;
    } names[] = { { L_LONG, AC_RANK_PREFERRED }, { L_DISPLAY, AC_RANK_SYNONYM }, { L_SHORT, AC_RANK_SYNONYM }, { L_CONSUMER, AC_RANK_OTHER } };
    ac_sv num = cell(r, c, L_NUM), status = cell(r, c, L_STATUS);
    ac_item item = { .what = AC_ITEM_TERM, .langs = 1u << AC_LANG_EN, .group = num, .system = AC_SV("loinc"), .code = num };
    ac_kind kind;
    if (!is_loinc(num))
        return AC_LINE_BAD;
    if (!ac_sv_eq(status, AC_SV("ACTIVE")) && !ac_sv_eq(status, AC_SV("TRIAL")))
        return ac_release_leave(r, AC_LEFT_SUPPRESSED);
    if (!ac_release_kind(AC_RELEASE_LOINC_CLASS, cell(r, c, L_CLASS), &kind, &item.order) &&
        !ac_release_kind(AC_RELEASE_LOINC_CLASS, cell(r, c, L_CLASSTYPE), &kind, &item.order))
        return ac_release_leave(r, AC_LEFT_KIND);
    item.kind = (uint8_t)kind;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        item.term = ac_sv_trim(cell(r, c, names[i].column));
        item.rank = names[i].rank;
        ac_line_rc rc = item.term.n ? ac_release_take(r, &item, err) : AC_LINE_GOOD;
        if (rc != AC_LINE_GOOD)
            return rc;
    }
    return AC_LINE_GOOD;
}

ac_line_rc ac_release_loinc(ac_release *r, ac_sv line, ac_err *err)
{
    AC_AUTO(ac_sb) buf = AC_SB(AC_RELEASE_LINE_MAX + 1);
    ac_sv cells[CELLS_MAX];
    size_t n = split_quoted(line, &buf, cells);
    if (ac_sb_done(&buf, err) != AC_OK)
        return AC_LINE_FAILED;
    return n == r->n_columns ? loinc_cells(r, cells, err) : AC_LINE_BAD;
}

/* ---- ICD-10-CM: fixed places. 1-5 number, 7-13 code, 15 "1" for a code that may be billed, 17-76 short, 78- long ------- */

enum { O_CODE = 6, O_CODE_END = 13, O_VALID = 14, O_SHORT = 16, O_SHORT_END = 76, O_LONG = 77, O_CATEGORY = 3, O_CODE_MAX = 8 };

static bool is_order_line(ac_sv l)
{
    for (size_t i = 0; i < O_CODE - 1; i++)
        if (l.n <= O_LONG || !ac_is_digit(l.p[i]))
            return false;
    return l.n > O_LONG && l.p[O_CODE - 1] == ' ' && l.p[O_CODE_END] == ' ' && (l.p[O_VALID] == '0' || l.p[O_VALID] == '1') &&
           l.p[O_VALID + 1] == ' ' && l.p[O_SHORT_END] == ' ' && ac_is_upper(l.p[O_CODE]);
}

bool ac_release_order_fits(ac_release *r, ac_sv line)
{
    (void)r;
    return is_order_line(line);
}

ac_line_rc ac_release_order(ac_release *r, ac_sv line, ac_err *err)
{
    char dotted[O_CODE_MAX];
    ac_sv code = ac_sv_trim(ac_sv_sub(line, O_CODE, O_CODE_END)), name = ac_sv_trim(ac_sv_sub(line, O_LONG, line.n));
    ac_item item = { .what = AC_ITEM_TERM, .langs = 1u << AC_LANG_EN, .system = AC_SV("icd10cm"), .term = name };
    ac_kind kind;
    if (!is_order_line(line) || code.n < O_CATEGORY || !name.n)
        return AC_LINE_BAD;
    if (line.p[O_VALID] == '0')
        return ac_release_leave(r, AC_LEFT_GROUP);
    if (!ac_release_kind(AC_RELEASE_ICD10_LETTER, ac_sv_sub(code, 0, 1), &kind, &item.order))
        return ac_release_leave(r, AC_LEFT_KIND);
    size_t n = 0;
    for (size_t i = 0; i < code.n; i++) { /* E119 is written E11.9 */
        if (i == O_CATEGORY)
            dotted[n++] = '.';
        dotted[n++] = code.p[i];
    }
    item.kind = (uint8_t)kind;
    item.group = item.code = (ac_sv) { dotted, n };
    ac_line_rc rc = ac_release_take(r, &item, err);
    item.term = ac_sv_trim(ac_sv_sub(line, O_SHORT, O_SHORT_END));
    item.rank = AC_RANK_OTHER;
    return rc == AC_LINE_GOOD && item.term.n && !ac_sv_eq_nocase(item.term, name) ? ac_release_take(r, &item, err) : rc;
}

/* ---- ATC: code and name, in whatever list ----------------------------------------------------------------------------- */

enum { A_CODE, A_NAME, ATC_SUBSTANCE = 7 };

/* A, A01, A01A, A01AB, A01AB03 */
static bool is_atc(ac_sv s)
{
    static const char shape[] = "A00AA00";
    if (s.n < 1 || s.n == 2 || s.n == 6 || s.n > ATC_SUBSTANCE)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (shape[i] == 'A' ? !ac_is_upper(s.p[i]) : !ac_is_digit(s.p[i]))
            return false;
    return true;
}

static size_t split_atc(ac_sv line, ac_sb *buf, ac_sv *cells)
{
    if (!memchr(line.p, '\t', line.n))
        return split_quoted(line, buf, cells);
    size_t n = ac_release_split(line, '\t', cells, CELLS_MAX);
    return n < CELLS_MAX ? n : CELLS_MAX;
}

bool ac_release_atc_fits(ac_release *r, ac_sv line)
{
    static const char *const names[][2] = { { "ATC code", "ATC level name" }, { "atc_code", "atc_name" }, { "ATCCode", "Name" }, { "code", "name" } };
    AC_AUTO(ac_sb) buf = AC_SB(AC_RELEASE_LINE_MAX + 1);
    ac_sv c[CELLS_MAX];
    size_t n = split_atc(line, &buf, c);
    if (n > T_SYSTEM && ac_release_find(AC_RELEASE_SYSTEM, ac_sv_trim(c[T_SYSTEM]))) /* a list of one's own that begins with "B12" */
        return false;
    if (n >= 2 && is_atc(ac_sv_trim(c[0]))) {
        r->column[A_CODE] = 0;
        r->column[A_NAME] = 1;
        return true;
    }
    for (size_t i = 0; n >= 2 && i < sizeof names / sizeof names[0]; i++) {
        find_columns(r, c, n, names[i], 2);
        if (r->column[A_CODE] < n && r->column[A_NAME] < n)
            return true;
    }
    return false;
}

ac_line_rc ac_release_atc(ac_release *r, ac_sv line, ac_err *err)
{
    AC_AUTO(ac_sb) buf = AC_SB(AC_RELEASE_LINE_MAX + 1);
    ac_sv c[CELLS_MAX];
    size_t n = split_atc(line, &buf, c);
    if (ac_sb_done(&buf, err) != AC_OK)
        return AC_LINE_FAILED;
    if (r->column[A_CODE] >= n || r->column[A_NAME] >= n)
        return AC_LINE_BAD;
    ac_sv code = ac_sv_trim(c[r->column[A_CODE]]), name = ac_sv_trim(c[r->column[A_NAME]]);
    if (!is_atc(code) || !name.n)
        return r->line == 1 ? AC_LINE_GOOD : AC_LINE_BAD; /* a header */
    if (code.n < ATC_SUBSTANCE)
        return ac_release_leave(r, AC_LEFT_GROUP);
    ac_item item = { .what = AC_ITEM_TERM, .kind = AC_KIND_MEDICATION, .rank = AC_RANK_SYNONYM,
                     .langs = langs_said(r),
                     .group = code, .system = AC_SV("atc"), .code = code, .term = name };
    return ac_release_take(r, &item, err);
}

/* ---- a list of one's own: term, code, system, kind, language ------------------------------------------------------------ */

/* A short name, or a URI, which is its own name. */
static bool system_of(ac_sv s, ac_item *item)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_alnum(s.p[i]) && !memchr("._:/-", s.p[i], 5))
            return false;
    item->system = s;
    if (s.n && memchr(s.p, ':', s.n))
        item->uri = s;
    return s.n && s.n <= T_SYSTEM_MAX;
}

bool ac_release_list_fits(ac_release *r, ac_sv line)
{
    ac_sv c[T_COLUMNS + 1];
    ac_item item = { 0 };
    size_t n = ac_release_split(line, '\t', c, T_COLUMNS + 1);
    (void)r;
    return ac_sv_starts(line, AC_SV("#")) || (n >= T_NEEDED && n <= T_COLUMNS && system_of(ac_sv_trim(c[T_SYSTEM]), &item));
}

static bool langs_of(const ac_release *r, ac_sv s, uint8_t *langs)
{
    ac_lang lang;
    bool any = !s.n || ac_sv_eq(s, AC_SV("-")) || ac_sv_eq_nocase(s, AC_SV("any"));
    if (!any && !ac_lang_from(s, &lang))
        return false;
    *langs = langs_said(r);
    if (!any)
        *langs = (uint8_t)(1u << lang);
    return true;
}

ac_line_rc ac_release_list(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[T_COLUMNS] = { { "", 0 } };
    ac_item item = { .what = AC_ITEM_TERM, .rank = AC_RANK_SYNONYM, .kind = r->kind };
    if (ac_sv_starts(line, AC_SV("#")))
        return AC_LINE_GOOD;
    size_t n = ac_release_split(line, '\t', c, T_COLUMNS);
    if (n < T_NEEDED || n > T_COLUMNS)
        return AC_LINE_BAD;
    for (size_t i = 0; i < T_COLUMNS; i++)
        c[i] = i < n ? ac_sv_trim(c[i]) : (ac_sv) { "", 0 };
    if (r->line == 1 && ac_sv_eq_nocase(c[T_TERM], AC_SV("term")))
        return AC_LINE_GOOD;
    ac_kind kind;
    if (!c[T_TERM].n || !c[T_CODE].n || !system_of(c[T_SYSTEM], &item))
        return AC_LINE_BAD;
    if (c[T_KIND].n && !ac_sv_eq(c[T_KIND], AC_SV("-"))) {
        if (!ac_kind_from(c[T_KIND], &kind))
            return AC_LINE_BAD;
        item.kind = (uint8_t)kind;
    }
    if (!langs_of(r, c[T_LANG], &item.langs))
        return ac_release_leave(r, AC_LEFT_LANGUAGE);
    item.group = item.code = c[T_CODE];
    item.term = c[T_TERM];
    return ac_release_take(r, &item, err);
}
