#include "interop/hl7/hl7_redact.h"

#include "interop/hl7/hl7_text.h"

enum { OLDEST = 89 };

#define PARTS(id, parts) [AC_HL7_ACT_##id] = parts,
static const char *const parts_of[AC_HL7_ACTS] = { AC_HL7_ACT_LIST(PARTS) };
#undef PARTS

typedef struct {
    const ac_hl7_message *m;
    const ac_hl7_segment *at;
    ac_sheet *sheet;
    ac_sb *out;
    ac_err *err;
    ac_rc rc; /* the first failure */
} walker;

/* ---- text in and out ---- */

static ac_sv read_text(walker *w, ac_sv piece)
{
    ac_sv text = AC_SV("");
    if (w->rc == AC_OK && piece.n && !ac_hl7_is_null(piece))
        w->rc = ac_hl7_text(w->m, piece, w->sheet->arena, &text, w->err);
    return w->rc == AC_OK ? text : AC_SV("");
}

/* The first subcomponent: those behind it have no row. */
static ac_sv part_text(walker *w, ac_sv rep, unsigned comp)
{
    return ac_sv_trim(read_text(w, ac_hl7_part(ac_hl7_part(rep, w->m->comp_sep, comp), w->m->sub_sep, 1)));
}

static void put_text(walker *w, ac_sv text)
{
    const ac_hl7_message *m = w->m;
    const struct {
        char c, letter;
    } rows[] = {
        { m->field_sep, 'F' }, { m->comp_sep, 'S' }, { m->rep_sep, 'R' }, { m->sub_sep, 'T' }, { m->esc, 'E' }
    };
    for (size_t i = 0; i < text.n; i++) {
        char letter = 0;
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
            letter = rows[k].c && rows[k].c == text.p[i] ? rows[k].letter : letter;
        if (!letter && text.p[i] != '\n') {
            ac_sb_add_char(w->out, text.p[i]);
        } else if (!m->esc) {
            ac_sb_add_char(w->out, ' ');
        } else {
            ac_sb_add_char(w->out, m->esc);
            ac_sb_add(w->out, letter ? (ac_sv) { &letter, 1 } : AC_SV(".br"));
            ac_sb_add_char(w->out, m->esc);
        }
    }
}

/* Separators at the end of a field or segment say nothing. */
static void trim_end(walker *w, size_t from, char sep)
{
    while (sep && w->out->n > from && w->out->p[w->out->n - 1] == sep)
        w->out->n--;
}

/* ---- what a part holds ---- */

static void put_known(walker *w, ac_phi_type type, ac_sv text) { put_text(w, ac_sheet_known(w->sheet, type, text)); }

/* A code has no blanks: what has some is words. */
static void put_code(walker *w, ac_sv text)
{
    const bool words = text.n && memchr(text.p, ' ', text.n);
    put_text(w, words ? ac_sheet_words(w->sheet, AC_SHEET_LINE, text) : ac_sheet_coded(w->sheet, text));
}

/* A code of one of HL7's small tables, beside a name or number: "PRN", "Internet". What looks otherwise may be part of the name. */
static void put_use(walker *w, ac_sv text)
{
    enum { LONGEST = 8 };
    bool letters = text.n <= LONGEST;
    for (size_t i = 0; i < text.n; i++)
        letters &= ac_is_alpha(text.p[i]);
    if (letters)
        put_code(w, text);
}

/* The name of an organisation that is one word is mostly a code, which must not blank that word elsewhere: it goes, and
 * is not looked for. */
static void put_house(walker *w, ac_sv text)
{
    if (text.n && (memchr(text.p, ' ', text.n) || text.p[0] == '['))
        put_known(w, AC_PHI_HOSPITAL, text);
}

/* Parts of a name as they are spoken: given names, then the family. What stands for it is put back as family and given
 * name. */
static void put_name(walker *w, ac_phi_type type, const ac_sv *parts, size_t n)
{
    AC_AUTO(ac_sb) spoken = AC_SB(1 << 16);
    for (size_t i = 1; i <= n; i++) {
        const ac_sv part = parts[i % n];
        if (spoken.n && part.n)
            ac_sb_add_char(&spoken, ' ');
        ac_sb_add(&spoken, part);
    }
    ac_sv name = spoken.rc == AC_OK && spoken.n ? ac_arena_copy(w->sheet->arena, ac_sb_view(&spoken)) : AC_SV("");
    w->sheet->full |= !name.p || spoken.rc != AC_OK;
    if (w->sheet->full)
        return;
    ac_sv made = ac_sheet_known(w->sheet, type, name);
    size_t blank = made.n;
    while (blank && made.p[blank - 1] != ' ')
        blank--;
    put_text(w, ac_sv_sub(made, blank, made.n));
    if (!blank)
        return;
    ac_sb_add_char(w->out, w->m->comp_sep);
    put_text(w, ac_sv_trim(ac_sv_sub(made, 0, blank)));
}

static void put_names(walker *w, ac_sv rep, unsigned first, ac_phi_type type)
{
    const ac_sv parts[] = { part_text(w, rep, first), part_text(w, rep, first + 1), part_text(w, rep, first + 2) };
    put_name(w, type, parts, 3);
}

/* NDL: all of a person in the subcomponents of one component. */
static void put_clinician(walker *w, ac_sv rep)
{
    const ac_sv person = ac_hl7_part(rep, w->m->comp_sep, 1);
    ac_sv parts[2];
    for (unsigned i = 0; i < 2; i++)
        parts[i] = ac_sv_trim(read_text(w, ac_hl7_part(person, w->m->sub_sep, i + 2)));
    (void)ac_sheet_known(w->sheet, AC_PHI_STAFF_ID, ac_sv_trim(read_text(w, ac_hl7_part(person, w->m->sub_sep, 1))));
    put_name(w, AC_PHI_STAFF, parts, 2);
}

/* A code system of somebody's own may have anything in its words. */
static bool is_system(ac_sv name) { return name.n && !ac_sv_eq(name, AC_SV("L")) && !ac_sv_starts(name, AC_SV("99")); }

/* CE, CWE: code, words, system; the same again; versions; the words that were written. */
static void put_coded(walker *w, ac_sv rep)
{
    enum { CWE_PARTS = 9 };
    const size_t from = w->out->n;
    for (unsigned k = 1; k <= CWE_PARTS; k++) {
        ac_sv text = part_text(w, rep, k);
        const bool name = k == 2 || k == 5;
        if (k > 1)
            ac_sb_add_char(w->out, w->m->comp_sep);
        if (k == CWE_PARTS || (name && !(is_system(part_text(w, rep, k + 1)) && part_text(w, rep, k - 1).n)))
            put_text(w, ac_sheet_words(w->sheet, AC_SHEET_LINE, text));
        else if (name)
            put_text(w, ac_sheet_coded(w->sheet, text));
        else
            put_code(w, text);
    }
    trim_end(w, from, w->m->comp_sep);
}

static void put_part(walker *w, char what, const ac_hl7_redact_row *row, ac_sv rep, unsigned comp)
{
    static const struct {
        char what;
        uint8_t type;
    } known[] = { { 's', AC_PHI_STAFF_ID }, { 'r', AC_PHI_STREET },  { 'l', AC_PHI_LOCATION }, { 't', AC_PHI_STATE },
                  { 'z', AC_PHI_ZIP },      { 'c', AC_PHI_COUNTRY }, { 'p', AC_PHI_PHONE },    { 'e', AC_PHI_EMAIL } };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].what == what)
            put_known(w, (ac_phi_type)known[i].type, part_text(w, rep, comp));
    switch (what) {
    case 'i':
        put_known(w, (ac_phi_type)row->phi, part_text(w, rep, comp));
        break;
    case 'k':
        put_code(w, part_text(w, rep, comp));
        break;
    case 'u': put_use(w, part_text(w, rep, comp)); break;
    case 'w':
        put_text(w, ac_sheet_words(w->sheet, AC_SHEET_LINE, part_text(w, rep, comp)));
        break;
    case 'd':
    case 'b':
        put_text(w, ac_sheet_hl7_date(w->sheet, part_text(w, rep, comp), what == 'b'));
        break;
    case 'h':
        put_house(w, part_text(w, rep, comp));
        break;
    case 'N':
        put_names(w, rep, 1, (ac_phi_type)row->phi);
        break;
    case 'P':
        put_names(w, rep, 2, AC_PHI_STAFF);
        break;
    case 'n':
        put_clinician(w, rep);
        break;
    case 'C':
        put_coded(w, rep);
        break;
    case 'W':
        put_text(w, ac_sheet_words(w->sheet, AC_SHEET_LINE, read_text(w, rep)));
        break;
    default:
        break;
    }
}

/* One repetition; a name takes two components. */
static void put_rep(walker *w, ac_hl7_act act, const ac_hl7_redact_row *row, ac_sv rep)
{
    const size_t from = w->out->n;
    unsigned written = 0;
    for (unsigned k = 0; parts_of[act][k] && w->rc == AC_OK; k++) {
        for (; written < k; written++)
            ac_sb_add_char(w->out, w->m->comp_sep);
        const size_t before = w->out->n;
        put_part(w, parts_of[act][k], row, rep, k + 1);
        const bool name = parts_of[act][k] == 'N' || parts_of[act][k] == 'P' || parts_of[act][k] == 'n';
        written += name && w->out->n > before && memchr(w->out->p + before, w->m->comp_sep, w->out->n - before);
    }
    trim_end(w, from, w->m->comp_sep);
}

/* ---- OBX-5 ---- */

/* An age over 89 in a field of its own. */
static bool is_old(const walker *w, ac_sv value)
{
    static const char *const ages[] = { "30525-0", "21612-7", "29553-5", "30972-4", NULL };
    double years;
    return w->sheet->deid->profile == AC_DEID_SAFE_HARBOR && ac_sv_one_of(ac_hl7_get(w->m, w->at, 3, 1, 1, 1), ages) &&
           ac_sv_to_double(value, &years) && years > OLDEST;
}

static void put_value(walker *w, ac_sv rep)
{
    static const struct {
        const char *types;
        uint8_t act;
    } rows[] = {
        { "NM SN ID IS CQ NA", AC_HL7_ACT_CODES },
        { "CE CWE CNE CF", AC_HL7_ACT_CODED },
        { "TX FT ST", AC_HL7_ACT_WORDS },
        { "DT TS DTM DR", AC_HL7_ACT_DATE },
        { "XPN PN", AC_HL7_ACT_NAME },
        { "XCN CN", AC_HL7_ACT_PERSON },
        { "XAD AD", AC_HL7_ACT_ADDRESS },
        { "XTN TN", AC_HL7_ACT_TELECOM },
        { "CX EI", AC_HL7_ACT_NUMBER },
    };
    static const ac_hl7_redact_row person = { .phi = AC_PHI_NAME }, number = { .phi = AC_PHI_ID };
    const ac_sv type = ac_hl7_get(w->m, w->at, 2, 1, 1, 1);
    if (is_old(w, part_text(w, rep, 1))) {
        ac_sb_add(w->out, AC_SV("90"));
        return;
    }
    if (ac_sv_eq(type, AC_SV("ST")) || !type.n) {
        put_text(w, ac_sheet_words(w->sheet, AC_SHEET_VALUE, read_text(w, rep)));
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv rest = ac_sv_z(rows[i].types), name;
        while (ac_sv_split(&rest, ' ', &name))
            if (ac_sv_eq(name, type)) {
                put_rep(w, (ac_hl7_act)rows[i].act, rows[i].act == AC_HL7_ACT_NAME ? &person : &number, rep);
                return;
            }
    }
    w->sheet->left_out += rep.n > 0;
}

/* ---- fields, segments, message ---- */

static void put_field(walker *w, const ac_hl7_redact_row *row, ac_sv field)
{
    const size_t from = w->out->n;
    ac_sv rest = field, rep;
    const char sep = w->m->rep_sep;
    const bool text = row->act == AC_HL7_ACT_WORDS;
    for (bool first = true; w->rc == AC_OK && (text || !sep ? first : ac_sv_split(&rest, sep, &rep)); first = false) {
        if (text || !sep)
            rep = field;
        if (!first)
            ac_sb_add_char(w->out, sep);
        if (row->act == AC_HL7_ACT_VALUE)
            put_value(w, rep);
        else if (!ac_hl7_is_null(rep))
            put_rep(w, (ac_hl7_act)row->act, row, rep);
    }
    trim_end(w, from, sep);
}

static size_t first_row(ac_sv segment)
{
    size_t lo = 0, hi = ac_hl7_redact_rows_n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (memcmp(ac_hl7_redact_rows[mid].segment, segment.p, 3) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_row_of(size_t row, ac_sv segment)
{
    return row < ac_hl7_redact_rows_n && memcmp(ac_hl7_redact_rows[row].segment, segment.p, 3) == 0;
}

static void put_segment(walker *w)
{
    const ac_hl7_segment *s = w->at;
    size_t row = first_row(s->name), from;
    if (!is_row_of(row, s->name)) {
        w->sheet->left_out++;
        return;
    }
    ac_sb_add(w->out, s->name);
    from = w->out->n;
    for (unsigned f = 1; f <= s->n && w->rc == AC_OK; f++) {
        const ac_sv field = w->m->fields[s->first + f - 1];
        while (is_row_of(row, s->name) && ac_hl7_redact_rows[row].to < f)
            row++;
        ac_sb_add_char(w->out, w->m->field_sep);
        if (is_row_of(row, s->name) && ac_hl7_redact_rows[row].from <= f)
            put_field(w, &ac_hl7_redact_rows[row], field);
        else
            w->sheet->left_out += field.n && !ac_hl7_is_null(field);
    }
    trim_end(w, from, w->m->field_sep);
    ac_sb_add_char(w->out, '\r');
}

/* Which programs send and receive does not leave, and the control id often holds the time: messages are numbered. */
static void put_header(walker *w, size_t number, bool ascii)
{
    static const ac_hl7_redact_row code = { .act = AC_HL7_ACT_CODES };
    static const ac_hl7_redact_row house = { .act = AC_HL7_ACT_HOUSE };
    enum { SENDER = 4, RECEIVER = 6, DATE_AT = 7, TYPE = 9, CONTROL = 10, CHARSET = 18, LAST = 20 };
    w->at = w->m->segments;
    ac_sb_add(w->out, AC_SV("MSH"));
    ac_sb_add_char(w->out, w->m->field_sep);
    ac_sb_add(w->out, ac_hl7_get(w->m, w->at, 2, 1, 1, 1));
    const size_t from = w->out->n;
    for (unsigned f = 3; f <= LAST; f++) {
        const ac_sv field = ac_hl7_get(w->m, w->at, f, 0, 0, 0);
        ac_sb_add_char(w->out, w->m->field_sep);
        if (f == SENDER || f == RECEIVER)
            put_field(w, &house, field);
        else if (f == DATE_AT)
            put_text(w, ac_sheet_hl7_date(w->sheet, part_text(w, field, 1), false));
        else if (f == CONTROL)
            ac_sb_add_u64(w->out, number);
        else if (f == CHARSET)
            ac_sb_add(w->out, ascii ? AC_SV("") : AC_SV("UNICODE UTF-8"));
        else if (f == TYPE || f == 11 || f == 12 || f >= 15)
            put_field(w, &code, field);
    }
    trim_end(w, from, w->m->field_sep);
    ac_sb_add_char(w->out, '\r');
}

static int16_t year_of(walker *w)
{
    const ac_sv time = ac_sv_sub(ac_hl7_get(w->m, w->m->segments, 7, 1, 1, 1), 0, 4);
    int64_t year;
    return time.n == 4 && ac_sv_to_i64(time, &year) && year > 0 ? (int16_t)year : 0;
}

ac_rc ac_hl7_redact(const ac_hl7_message *m, size_t number, ac_sheet *sheet, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) body = AC_SB(out->max);
    walker w = { .m = m, .sheet = sheet, .out = &body, .err = err };
    bool ascii = true;
    sheet->year = year_of(&w);
    for (size_t i = 1; i < m->n_segments && w.rc == AC_OK; i++) {
        w.at = &m->segments[i];
        put_segment(&w);
    }
    for (size_t i = 0; i < body.n; i++)
        ascii &= (unsigned char)body.p[i] < 0x80;
    w.out = out;
    put_header(&w, number, ascii);
    ac_sb_add(out, ac_sb_view(&body));
    AC_TRY(err, w.rc);
    AC_TRY(err, ac_sb_done(&body, err));
    return ac_sb_done(out, err);
}
