/* RxNorm and the UMLS Metathesaurus: RXNCONSO.RRF and MRCONSO.RRF have the same 18 columns, each ended by a bar. */
#include "interop/release.h"

#include "nlp/lexicon/vocabulary_words.h"

enum { CUI, LAT, TS, LUI, STT, SUI, ISPREF, AUI, SAUI, SCUI, SDUI, SAB, TTY, CODE, STR, SRL, SUPPRESS, CVF, CONSO_COLUMNS };
enum { STY_CUI, STY_TUI, STY_COLUMNS = 6, TUI_LENGTH = 4, CUI_LENGTH = 8 };

static bool all_digits(ac_sv s, size_t from)
{
    for (size_t i = from; i < s.n; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    return s.n > from;
}

static bool is_cui(ac_sv s) { return s.n == CUI_LENGTH && s.p[0] == 'C' && all_digits(s, 1); }
static bool is_tui(ac_sv s) { return s.n == TUI_LENGTH && s.p[0] == 'T' && all_digits(s, 1); }

/* The bar behind the last column makes one cell more, which is empty. */
static bool split(ac_sv line, ac_sv *cells, size_t columns)
{
    size_t n = ac_release_split(line, '|', cells, columns + 1);
    return n == columns || (n == columns + 1 && !cells[columns].n);
}

bool ac_release_rxnorm_fits(ac_release *r, ac_sv line)
{
    ac_sv c[CONSO_COLUMNS + 1];
    (void)r;
    return split(line, c, CONSO_COLUMNS) && all_digits(c[CUI], 0) && c[SAB].n;
}

bool ac_release_umls_fits(ac_release *r, ac_sv line)
{
    ac_sv c[CONSO_COLUMNS + 1];
    (void)r;
    return split(line, c, CONSO_COLUMNS) && is_cui(c[CUI]) && c[SAB].n;
}

bool ac_release_types_fits(ac_release *r, ac_sv line)
{
    ac_sv c[STY_COLUMNS + 1];
    (void)r;
    return split(line, c, STY_COLUMNS) && is_cui(c[STY_CUI]) && is_tui(c[STY_TUI]);
}

static uint8_t langs_of(ac_sv lat)
{
    return ac_sv_eq(lat, AC_SV("ENG")) ? 1u << AC_LANG_EN : ac_sv_eq(lat, AC_SV("SPA")) ? 1u << AC_LANG_ES : 0;
}

ac_line_rc ac_release_rxnorm(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[CONSO_COLUMNS + 1];
    ac_kind kind;
    uint8_t order;
    if (!split(line, c, CONSO_COLUMNS) || !all_digits(c[CUI], 0) || !c[STR].n)
        return AC_LINE_BAD;
    if (!ac_sv_eq(c[SUPPRESS], AC_SV("N")))
        return ac_release_leave(r, AC_LEFT_SUPPRESSED);
    if (!ac_sv_eq(c[SAB], AC_SV("RXNORM")))
        return ac_release_leave(r, AC_LEFT_SOURCE);
    if (!langs_of(c[LAT]))
        return ac_release_leave(r, AC_LEFT_LANGUAGE);
    if (!ac_release_kind(AC_RELEASE_RXNORM_TYPE, c[TTY], &kind, &order))
        return ac_release_leave(r, AC_LEFT_KIND);
    /* a drug's name is the same in both languages, or near enough that a reader of the other writes it so */
    ac_item item = { .what = AC_ITEM_TERM, .kind = (uint8_t)kind, .order = order, .langs = 1u << AC_LANG_EN | 1u << AC_LANG_ES,
                     .rank = AC_RANK_PREFERRED, .group = c[CUI], .system = AC_SV("rxnorm"), .code = c[CUI], .term = c[STR] };
    return ac_release_take(r, &item, err);
}

/* A fully specified name of SNOMED CT says by its tag what the concept is. */
static ac_line_rc kind_by_tag(ac_release *r, const ac_sv *c, ac_sv *name, ac_err *err)
{
    ac_item item = { .what = AC_ITEM_KIND, .group = c[CUI] };
    ac_sv s = *name;
    ac_kind kind;
    size_t open = s.n;
    if (!ac_sv_ends(s, AC_SV(")")))
        return AC_LINE_GOOD;
    while (open && s.p[open - 1] != '(')
        open--;
    if (!open)
        return AC_LINE_GOOD;
    *name = ac_sv_trim(ac_sv_sub(s, 0, open - 1));
    if (!ac_release_kind(AC_RELEASE_SEMANTIC_TAG, ac_sv_sub(s, open, s.n - 1), &kind, &item.order))
        return AC_LINE_GOOD;
    item.kind = (uint8_t)kind;
    return ac_release_take(r, &item, err);
}

/* Without MRSTY.RRF some sources still say what all of their codes are. */
static ac_line_rc kind_by_source(ac_release *r, const ac_sv *c, ac_sv system, ac_err *err)
{
    ac_item item = { .what = AC_ITEM_KIND, .group = c[CUI] };
    ac_kind kind;
    bool icd = ac_sv_eq(system, AC_SV("icd10cm")) || ac_sv_eq(system, AC_SV("icd10"));
    if (!(icd ? ac_release_kind(AC_RELEASE_ICD10_LETTER, ac_sv_sub(c[CODE], 0, 1), &kind, &item.order)
              : ac_release_kind(AC_RELEASE_SOURCE_KIND, c[SAB], &kind, &item.order)))
        return AC_LINE_GOOD;
    item.kind = (uint8_t)kind;
    return ac_release_take(r, &item, err);
}

static uint8_t rank_in_source(ac_sv tty)
{
    static const char *const preferred[] = { "PT", "PN", "MH", "IN", "FN", "LN", "LC" };
    for (size_t i = 0; i < sizeof preferred / sizeof preferred[0]; i++)
        if (ac_sv_eq(tty, ac_sv_z(preferred[i])))
            return AC_RANK_PREFERRED;
    return AC_RANK_SYNONYM;
}

static uint8_t rank_in_concept(const ac_sv *c)
{
    bool preferred = ac_sv_eq(c[TS], AC_SV("P")), first = ac_sv_eq(c[STT], AC_SV("PF")) && ac_sv_eq(c[ISPREF], AC_SV("Y"));
    return preferred && first ? AC_RANK_PREFERRED : preferred ? AC_RANK_SYNONYM : AC_RANK_OTHER;
}

ac_line_rc ac_release_umls(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[CONSO_COLUMNS + 1];
    if (!split(line, c, CONSO_COLUMNS) || !is_cui(c[CUI]) || !c[STR].n)
        return AC_LINE_BAD;
    if (!ac_sv_eq(c[SUPPRESS], AC_SV("N")))
        return ac_release_leave(r, AC_LEFT_SUPPRESSED);
    if (!langs_of(c[LAT]))
        return ac_release_leave(r, AC_LEFT_LANGUAGE);
    ac_sv system = ac_release_cell(AC_RELEASE_SOURCE, c[SAB]), name = c[STR];
    ac_line_rc rc = kind_by_source(r, c, system, err);
    if (rc == AC_LINE_GOOD && ac_sv_eq(c[TTY], AC_SV("FN")))
        rc = kind_by_tag(r, c, &name, err);
    if (rc != AC_LINE_GOOD)
        return rc;
    ac_item item = { .what = AC_ITEM_TERM, .kind = AC_KIND_COUNT, .order = AC_ORDER_NONE, .langs = langs_of(c[LAT]),
                     .rank = rank_in_concept(c), .group = c[CUI], .system = AC_SV("umls"), .code = c[CUI], .term = name };
    rc = ac_release_take(r, &item, err);
    if (rc != AC_LINE_GOOD || !system.n || !c[CODE].n)
        return rc;
    item.system = system;
    item.code = c[CODE];
    item.rank = rank_in_source(c[TTY]);
    return ac_release_take(r, &item, err);
}

ac_line_rc ac_release_types(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[STY_COLUMNS + 1];
    ac_item item = { .what = AC_ITEM_KIND };
    ac_kind kind;
    if (!split(line, c, STY_COLUMNS) || !is_cui(c[STY_CUI]) || !is_tui(c[STY_TUI]))
        return AC_LINE_BAD;
    if (!ac_release_kind(AC_RELEASE_SEMANTIC_TYPE, c[STY_TUI], &kind, &item.order))
        return AC_LINE_GOOD;
    item.kind = (uint8_t)kind;
    item.group = c[STY_CUI];
    return ac_release_take(r, &item, err);
}
