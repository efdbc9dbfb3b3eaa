#include "interop/ccda/ccda_redact.h"

#include <stdlib.h>

#define V3   "urn:hl7-org:v3"
#define SDTC "urn:hl7-org:sdtc"

enum { OLDEST = 89 };

typedef enum { PLAIN, DATE, BIRTH, NUMBER } context; /* what a value attribute holds */

typedef struct {
    ac_sheet *sheet;
    ac_sb *out;
    ac_sheet_gap gap; /* before the next words: the least of what was asked for, a line comes first */
    ac_sv *ids;       /* XML ids, sorted: they leave as their place here */
    size_t n_ids;
} walker;

static bool one_of(ac_sv word, const char *words)
{
    ac_sv rest = ac_sv_z(words), w;
    while (ac_sv_split(&rest, ' ', &w))
        if (ac_sv_eq(w, word))
            return true;
    return false;
}

static bool is(const ac_tree_node *n, const char *name) { return n && ac_sv_eq(n->name, ac_sv_z(name)); }

/* ---- XML ids ---- */

static int by_text(const void *a, const void *b) { return ac_sv_cmp(*(const ac_sv *)a, *(const ac_sv *)b); }

/* The next node in the order of the document. */
static const ac_tree_node *following(const ac_tree_node *n, const ac_tree_node *root)
{
    if (n->first)
        return n->first;
    while (n != root && !n->next)
        n = n->parent;
    return n == root ? NULL : n->next;
}

static bool find_ids(walker *w, const ac_tree_node *root)
{
    size_t n = 0, kept = 0;
    for (const ac_tree_node *k = root; k; k = following(k, root))
        n += ac_tree_attr_of(k, AC_SV("ID")).n > 0;
    w->ids = ac_arena_alloc(w->sheet->arena, (n + 1) * sizeof *w->ids);
    if (!w->ids)
        return false;
    for (const ac_tree_node *k = root; k && w->n_ids < n; k = following(k, root))
        if (ac_tree_attr_of(k, AC_SV("ID")).n)
            w->ids[w->n_ids++] = ac_tree_attr_of(k, AC_SV("ID"));
    if (n)
        qsort(w->ids, n, sizeof *w->ids, by_text);
    for (size_t i = 0; i < n; i++)
        if (!i || !ac_sv_eq(w->ids[i], w->ids[i - 1]))
            w->ids[kept++] = w->ids[i];
    w->n_ids = kept;
    return true;
}

/* ---- writing ---- */

static void put_escaped(ac_sb *out, ac_sv text)
{
    static const struct {
        char c;
        ac_sv as;
    } rows[] = { { '&', { "&amp;", 5 } },
                 { '<', { "&lt;", 4 } },
                 { '>', { "&gt;", 4 } },
                 { '"', { "&quot;", 6 } },
                 { '\r', { "&#13;", 5 } } };
    for (size_t i = 0; i < text.n; i++) {
        size_t k = 0, n = sizeof rows / sizeof rows[0];
        while (k < n && rows[k].c != text.p[i])
            k++;
        if (k < n)
            ac_sb_add(out, rows[k].as);
        else
            ac_sb_add_char(out, text.p[i]);
    }
}

static void put_attr(walker *w, const char *name, ac_sv value)
{
    ac_sb_add_char(w->out, ' ');
    ac_sb_add(w->out, ac_sv_z(name));
    ac_sb_add(w->out, AC_SV("=\""));
    put_escaped(w->out, value);
    ac_sb_add_char(w->out, '"');
}

static void put_name(walker *w, const ac_tree_node *n)
{
    if (ac_sv_eq(n->space, AC_SV(SDTC)))
        ac_sb_add(w->out, AC_SV("sdtc:"));
    ac_sb_add(w->out, n->name);
}

static void put_end(walker *w, const ac_tree_node *n)
{
    ac_sb_add(w->out, AC_SV("</"));
    put_name(w, n);
    ac_sb_add_char(w->out, '>');
}

static void want_gap(walker *w, ac_sheet_gap gap) { w->gap = gap < w->gap ? gap : w->gap; }

static ac_sv words(walker *w, ac_sv text)
{
    const ac_sheet_gap gap = w->gap;
    w->gap = AC_SHEET_GOES_ON;
    return ac_sheet_words(w->sheet, gap, text);
}

/* A code has no blanks: what has some is words. */
static ac_sv code(walker *w, ac_sv text)
{
    if (!memchr(text.p, ' ', text.n))
        return ac_sheet_coded(w->sheet, text);
    want_gap(w, AC_SHEET_LINE);
    return words(w, text);
}

/* ---- attributes ---- */

/* Codes of the structure and of vocabularies; root and extension only of templates. */
static const char kept_attrs[] =
    "classCode moodCode typeCode determinerCode contextControlCode contextConductionInd code codeSystem codeSystemName "
    "codeSystemVersion nullFlavor negationInd inversionInd operator unit use institutionSpecified inclusive "
    "colspan rowspan align valign styleCode listType border width";

static bool is_number(ac_sv s)
{
    double v;
    return ac_sv_to_double(s, &v) || one_of(s, "true false");
}

static void put_reference(walker *w, const char *name, ac_sv id)
{
    const ac_sv *at = w->n_ids ? bsearch(&id, w->ids, w->n_ids, sizeof id, by_text) : NULL;
    AC_AUTO(ac_sb) made = AC_SB(64);
    if (!at)
        return;
    ac_sb_add(&made, ac_sv_eq(ac_sv_z(name), AC_SV("value")) ? AC_SV("#id") : AC_SV("id"));
    ac_sb_add_u64(&made, (uint64_t)(at - w->ids) + 1);
    put_attr(w, name, ac_sb_view(&made));
}

static bool is_old(const walker *w, const ac_tree_node *n, ac_sv value)
{
    double years;
    return w->sheet->deid->profile == AC_DEID_SAFE_HARBOR && ac_sv_eq(ac_tree_attr_of(n, AC_SV("unit")), AC_SV("a")) &&
           ac_sv_to_double(value, &years) && years > OLDEST;
}

/* False: it must not leave, and the element says so. */
static bool put_value(walker *w, const ac_tree_node *n, context c, ac_sv value)
{
    if (ac_sv_starts(value, AC_SV("#")) && is(n, "reference")) {
        put_reference(w, "value", ac_sv_sub(value, 1, value.n));
        return true;
    }
    ac_sv made = AC_SV("");
    if (c == DATE || c == BIRTH)
        made = ac_sheet_hl7_date(w->sheet, value, c == BIRTH);
    else if (is_old(w, n, value))
        made = AC_SV("90");
    else if (is_number(value))
        made = ac_sheet_coded(w->sheet, value);
    if (made.n)
        put_attr(w, "value", made);
    return made.n;
}

static ac_sv without_prefix(ac_sv type)
{
    ac_sv rest = type, prefix;
    return ac_sv_split(&rest, ':', &prefix) && rest.n ? rest : type;
}

static void put_attrs(walker *w, const ac_tree_node *n, context c)
{
    const bool template = one_of(n->name, "templateId typeId");
    bool masked = false;
    for (uint32_t i = 0; i < n->n_attrs; i++) {
        const ac_tree_attr *a = &n->attrs[i];
        AC_AUTO(ac_sb) name = AC_SB(64);
        if (one_of(a->name, kept_attrs) || (template && one_of(a->name, "root extension"))) {
            ac_sb_add(&name, a->name);
            ac_sb_add_char(&name, '\0');
            if (name.rc == AC_OK)
                put_attr(w, name.p, code(w, a->value));
        } else if (ac_sv_eq(a->name, AC_SV("xsi:type"))) {
            put_attr(w, "xsi:type", code(w, without_prefix(a->value)));
        } else if (ac_sv_eq(a->name, AC_SV("displayName"))) {
            const bool coded = ac_tree_attr_of(n, AC_SV("codeSystem")).n && ac_tree_attr_of(n, AC_SV("code")).n;
            want_gap(w, AC_SHEET_LINE);
            put_attr(w, "displayName", coded ? ac_sheet_coded(w->sheet, a->value) : words(w, a->value));
        } else if (ac_sv_eq(a->name, AC_SV("ID"))) {
            put_reference(w, "ID", a->value);
        } else if (ac_sv_eq(a->name, AC_SV("value"))) {
            masked = !put_value(w, n, c, a->value);
        } else {
            w->sheet->left_out++;
        }
    }
    if (masked && !ac_tree_attr_of(n, AC_SV("nullFlavor")).n)
        put_attr(w, "nullFlavor", AC_SV("MSK"));
}

/* ---- who and where ---- */

/* All text below a node, blanks between its parts; in the arena. */
static ac_sv text_below(walker *w, const ac_tree_node *n)
{
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (const ac_tree_node *k = n; k; k = following(k, n)) {
        const ac_sv part = ac_sv_trim(k->text);
        if (text.n && part.n)
            ac_sb_add_char(&text, ' ');
        ac_sb_add(&text, part);
    }
    ac_sv copy = text.n ? ac_arena_copy(w->sheet->arena, ac_sb_view(&text)) : AC_SV("");
    w->sheet->full |= text.rc != AC_OK || !copy.p;
    return copy.p ? copy : AC_SV("");
}

static void put_leaf(walker *w, const ac_tree_node *n, const char *null, ac_sv text)
{
    ac_sb_add_char(w->out, '<');
    put_name(w, n);
    if (ac_tree_attr_of(n, AC_SV("use")).n)
        put_attr(w, "use", code(w, ac_tree_attr_of(n, AC_SV("use"))));
    if (null)
        put_attr(w, "nullFlavor", ac_sv_z(null));
    if (!text.n) {
        ac_sb_add(w->out, AC_SV("/>"));
        return;
    }
    ac_sb_add_char(w->out, '>');
    put_escaped(w->out, text);
    put_end(w, n);
}

/* Whose name it is, by the element that has it; others, as a drug's, are words. */
static bool name_type(const ac_tree_node *owner, ac_phi_type *out)
{
    static const struct {
        const char *owners;
        uint8_t type;
    } rows[] = {
        { "patient", AC_PHI_PATIENT },
        { "assignedPerson informationRecipient", AC_PHI_STAFF },
        { "associatedPerson relatedPerson guardianPerson subject", AC_PHI_RELATIVE },
        { "representedOrganization providerOrganization scopingOrganization serviceProviderOrganization "
          "representedCustodianOrganization wholeOrganization "
          "guardianOrganization receivedOrganization location healthCareFacility place",
          AC_PHI_HOSPITAL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (owner && one_of(owner->name, rows[i].owners)) {
            *out = (ac_phi_type)rows[i].type;
            return true;
        }
    return false;
}

static void put_address(walker *w, const ac_tree_node *addr)
{
    static const struct {
        const char *names;
        uint8_t type;
    } rows[] = { { "city county precinct", AC_PHI_LOCATION },
                 { "state", AC_PHI_STATE },
                 { "postalCode", AC_PHI_ZIP },
                 { "country", AC_PHI_COUNTRY } };
    ac_sb_add(w->out, AC_SV("<"));
    put_name(w, addr);
    ac_sb_add_char(w->out, '>');
    for (const ac_tree_node *k = addr->first; k; k = k->next) {
        ac_phi_type type = AC_PHI_STREET;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            if (one_of(k->name, rows[i].names))
                type = (ac_phi_type)rows[i].type;
        const ac_sv text = k->name.n ? text_below(w, k) : ac_sv_trim(k->text);
        const ac_sv made = text.n ? ac_sheet_known(w->sheet, type, text) : text;
        if (made.n && k->name.n && one_of(k->space, V3))
            put_leaf(w, k, NULL, made);
        else
            put_escaped(w->out, made);
    }
    put_end(w, addr);
}

/* "tel:+1(415)555-2671", "mailto:..." */
static void put_telecom(walker *w, const ac_tree_node *n)
{
    ac_sv value = ac_tree_attr_of(n, AC_SV("value"));
    const ac_phi_type type = ac_sv_starts(value, AC_SV("mailto:")) ? AC_PHI_EMAIL
                             : ac_sv_starts(value, AC_SV("http"))  ? AC_PHI_URL
                                                                   : AC_PHI_PHONE;
    const char *colon = type != AC_PHI_URL && value.n ? memchr(value.p, ':', value.n) : NULL;
    if (colon)
        value = ac_sv_sub(value, (size_t)(colon - value.p) + 1, value.n);
    (void)ac_sheet_known(w->sheet, type, value);
    put_leaf(w, n, "MSK", AC_SV(""));
}

static void put_id(walker *w, const ac_tree_node *n)
{
    const bool patient = is(n->parent, "patientRole");
    (void)ac_sheet_known(w->sheet, patient ? AC_PHI_MRN : AC_PHI_ID, ac_tree_attr_of(n, AC_SV("extension")));
    put_leaf(w, n, "MSK", AC_SV(""));
}

/* ---- elements ---- */

static const char left_out[] =
    "nonXMLBody observationMedia regionOfInterest renderMultiMedia signatureText dataEnterer informationRecipient "
    "relatedDocument parentDocument inFulfillmentOf authorization thumbnail";
static const char inlined[] = "content sup sub linkHtml footnoteRef";

/* What a value below it holds. */
static context context_of(const ac_tree_node *n, context outer)
{
    const ac_sv type = without_prefix(ac_tree_attr_of(n, AC_SV("xsi:type")));
    if (is(n, "birthTime"))
        return BIRTH;
    if (one_of(n->name, "period width phase frequency numerator denominator repeatNumber"))
        return is(n, "phase") ? DATE : NUMBER;
    if (one_of(type, "TS IVL_TS PIVL_TS EIVL_TS SXCM_TS SXPR_TS") || ac_sv_ends(n->name, AC_SV("Time")) ||
        is(n, "time"))
        return DATE;
    return type.n ? NUMBER : outer;
}

static bool put_special(walker *w, const ac_tree_node *n)
{
    ac_phi_type type;
    if (is(n, "name") && name_type(n->parent, &type))
        put_leaf(w, n, NULL, ac_sheet_known(w->sheet, type, text_below(w, n)));
    else if (is(n, "addr"))
        put_address(w, n);
    else if (is(n, "telecom"))
        put_telecom(w, n);
    else if (one_of(n->name, "id setId"))
        put_id(w, n);
    else
        return false;
    return true;
}

static void put_text(walker *w, ac_sv text)
{
    if (ac_sv_trim(text).n) {
        put_escaped(w->out, words(w, text));
        return;
    }
    want_gap(w, AC_SHEET_BLANK);
    ac_sb_add(w->out, text.n ? AC_SV("\n") : text);
}

/* Parsing bounds the depth of the tree (AC_TREE_DEPTH_MAX), and so that of the calls. */
static void put_node(walker *w, const ac_tree_node *n, context outer)
{
    if (!n->name.n) {
        put_text(w, n->text);
        return;
    }
    if (!one_of(n->space, V3 " " SDTC) || one_of(n->name, left_out)) {
        w->sheet->left_out++;
        return;
    }
    const ac_sheet_gap gap = one_of(n->name, inlined)   ? AC_SHEET_GOES_ON
                             : one_of(n->name, "td th") ? AC_SHEET_BLANK
                                                        : AC_SHEET_LINE;
    const context c = context_of(n, outer);
    want_gap(w, gap);
    if (put_special(w, n)) {
        want_gap(w, AC_SHEET_LINE);
        return;
    }
    ac_sb_add_char(w->out, '<');
    put_name(w, n);
    if (!n->parent)
        ac_sb_add(w->out, AC_SV(" xmlns=\"" V3 "\" xmlns:sdtc=\"" SDTC
                                "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""));
    put_attrs(w, n, c);
    ac_sb_add(w->out, n->first ? AC_SV(">") : AC_SV("/>"));
    for (const ac_tree_node *k = n->first; k; k = k->next)
        put_node(w, k, c);
    if (n->first)
        put_end(w, n);
    want_gap(w, gap);
}

ac_rc ac_ccda_redact(const ac_tree_node *root, ac_sheet *sheet, ac_sb *out, ac_err *err)
{
    walker w = { .sheet = sheet, .out = out };
    int64_t year;
    const ac_sv made = ac_sv_sub(ac_tree_attr_of(ac_tree_child(root, AC_SV("effectiveTime")), AC_SV("value")), 0, 4);
    sheet->year = made.n == 4 && ac_sv_to_i64(made, &year) ? (int16_t)year : 0;
    if (!find_ids(&w, root))
        return ac_fail(err, AC_ELIMIT, "no room for the ids of the document");
    ac_sb_add(out, AC_SV("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    put_node(&w, root, PLAIN);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}
