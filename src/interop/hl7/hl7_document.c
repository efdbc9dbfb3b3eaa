/* TXA: the document of an MDM message; ED and RP: documents as values. */
#include "interop/hl7/hl7_observation.h"

ac_rec_attachment *ac_hl7_text_attachment(ac_hl7_maker *m, ac_sv title, ac_sv text)
{
    ac_rec_attachment *a = AC_FHIR_NEW(&m->f, attachment);
    *a = (ac_rec_attachment) { .content_type = AC_SV("text/plain; charset=utf-8"), .title = title };
    a->data = ac_fhir_base64(&m->f, text);
    return a;
}

/* ---- ED, RP ---- */

/* Tables 0191 and 0291 -> media type, by the subtype where it names one. */
static ac_sv media_type(ac_sv type, ac_sv subtype)
{
    static const struct {
        const char *name, *media;
    } rows[] = { { "JPEG", "image/jpeg" },      { "JPG", "image/jpeg" },    { "PNG", "image/png" },          { "GIF", "image/gif" },
                 { "TIFF", "image/tiff" },      { "TIF", "image/tiff" },    { "BMP", "image/bmp" },          { "PDF", "application/pdf" },
                 { "RTF", "application/rtf" },  { "HTML", "text/html" },    { "XML", "application/xml" },    { "PLAIN", "text/plain" },
                 { "DICOM", "application/dicom" }, { "x-hl7-cda-level-one", "application/hl7-v3+xml" },      { "TEXT", "text/plain" },
                 { "TX", "text/plain" },        { "FT", "text/plain" },     { "WAV", "audio/wav" },          { "MPEG", "video/mpeg" } };
    for (unsigned k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            if (ac_sv_eq_nocase(ac_sv_z(rows[i].name), k ? type : subtype))
                return ac_sv_z(rows[i].media);
    return AC_SV("application/octet-stream");
}

/* Four characters each, padding at the end only; white space is taken out. Empty when it is none. */
static ac_sv base64_checked(ac_hl7_maker *m, ac_sv s)
{
    char *out = ac_arena_alloc(m->f.arena, s.n + 1);
    size_t n = 0, padding = 0;
    m->f.full |= !out;
    for (size_t i = 0; out && i < s.n; i++) {
        char c = s.p[i];
        if (ac_is_space(c))
            continue;
        padding += c == '=';
        if (!(c == '=' || (!padding && (ac_is_alnum(c) || c == '+' || c == '/'))))
            return AC_SV("");
        out[n++] = c;
    }
    return out && n && n % 4 == 0 && padding <= 2 ? (ac_sv) { out, n } : AC_SV("");
}

static int hex(char c)
{
    return ac_is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static ac_sv hex_to_base64(ac_hl7_maker *m, ac_sv s)
{
    char *out = s.n % 2 ? NULL : ac_arena_alloc(m->f.arena, s.n / 2 + 1);
    for (size_t i = 0; out && i < s.n; i += 2) {
        int high = hex(s.p[i]), low = hex(s.p[i + 1]);
        if (high < 0 || low < 0)
            return AC_SV("");
        out[i / 2] = (char)(high * 16 + low);
    }
    return out && s.n ? ac_fhir_base64(&m->f, (ac_sv) { out, s.n / 2 }) : AC_SV("");
}

/* RP: pointer ^ application ^ type ^ subtype. ED: application ^ type ^ subtype ^ encoding ^ data. */
bool ac_hl7_attachment(ac_hl7_maker *m, ac_hl7_value v, ac_rec_attachment *out)
{
    bool pointer = ac_sv_eq(ac_hl7_string(m, ac_hl7_field(m, 2), 1), AC_SV("RP"));
    unsigned type = pointer ? 3 : 2;
    out->content_type = media_type(ac_hl7_string(m, v, type), ac_hl7_string(m, v, type + 1));
    out->title = ac_hl7_string(m, ac_hl7_field(m, 3), 2);
    if (pointer) {
        out->url = ac_hl7_string(m, v, 1);
        if (!out->url.n || memchr(out->url.p, ' ', out->url.n))
            out->url = AC_SV("");
        return out->url.n > 0;
    }
    ac_sv encoding = ac_hl7_string(m, v, 4);
    if (ac_sv_eq_nocase(encoding, AC_SV("Base64")))
        out->data = base64_checked(m, ac_hl7_string(m, v, 5));
    else if (ac_sv_eq_nocase(encoding, AC_SV("Hex")))
        out->data = hex_to_base64(m, ac_sv_trim(ac_hl7_raw(v, 5)));
    else
        out->data = ac_fhir_base64(&m->f, ac_hl7_string(m, v, 5));
    if (!out->data.n)
        ac_hl7_unread(v, 5);
    return out->data.n > 0;
}

/* ---- TXA ---- */

static const ac_hl7_row txa_rows[] = {
    AC_HL7_OBJ(2, document_reference, type, concept, ac_hl7_to_concept, "0270"),
    AC_HL7_STR(6, document_reference, date, ac_hl7_to_instant, NULL),
    AC_HL7_ALL(9, document_reference, author, reference, ac_hl7_to_person, NULL),
    AC_HL7_ALL(5, document_reference, author, reference, ac_hl7_to_person, NULL),
    AC_HL7_OBJ(22, document_reference, authenticator, reference, ac_hl7_to_person, NULL),
    AC_HL7_OBJ(10, document_reference, authenticator, reference, ac_hl7_to_person, NULL),
    AC_HL7_OBJ(12, document_reference, master, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(17, document_reference, doc_status, ac_hl7_to_mapped, &ac_hl7_table_document_done),
    AC_HL7_ALL(18, document_reference, security, concept, ac_hl7_to_concept, "0272"),
    AC_HL7_STR(19, document_reference, status, ac_hl7_to_mapped, &ac_hl7_table_document_status),
    AC_HL7_STR(25, document_reference, description, ac_hl7_to_string, NULL),
};

/* TXA-13: the document that this one adds to or takes the place of. */
static void parent(ac_hl7_maker *m, ac_rec_document_reference *d)
{
    ac_sv event = m->out->trigger;
    bool replaces = ac_sv_eq(event, AC_SV("T09")) || ac_sv_eq(event, AC_SV("T10"));
    bool appends = ac_sv_eq(event, AC_SV("T05")) || ac_sv_eq(event, AC_SV("T06"));
    ac_rec_reference *target = AC_FHIR_NEW(&m->f, reference);
    if ((replaces || appends) && ac_hl7_has(m, 13) && ac_hl7_to_thing(m, ac_hl7_field(m, 13), "DocumentReference", target) && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &d->relates_to) =
            (ac_rec_related_document) { .code = replaces ? AC_SV("replaces") : AC_SV("appends"), .target = target };
}

static void context(ac_hl7_maker *m, ac_rec_document_reference *d)
{
    static const ac_hl7_row rows[] = { AC_HL7_ALL(14, context, related, reference, ac_hl7_to_thing, "ServiceRequest"),
                                       AC_HL7_ALL(15, context, related, reference, ac_hl7_to_thing, "ServiceRequest") };
    ac_rec_context *c = AC_FHIR_NEW(&m->f, context);
    AC_HL7_FILL(m, rows, c);
    c->period = ac_hl7_begin_end(m, 4, 0);
    if (m->encounter.n && !m->f.full)
        AC_FHIR_PUSH(&m->f, &c->encounter)->reference = m->encounter;
    d->context = c;
}

void ac_hl7_txa(ac_hl7_maker *m)
{
    ac_rec_document_reference *d = ac_hl7_add(m, AC_REC_document_reference, NULL);
    AC_HL7_FILL(m, txa_rows, d);
    if (!d->status.n)
        d->status = AC_SV("current");
    d->subject = ac_fhir_ref(&m->f, m->patient);
    parent(m, d);
    context(m, d);
    m->paper = d;
    m->paper_segment = m->at;
    if (!m->f.full)
        ac_hl7_comment_to(m, &d->description);
}

/* R4 demands a content: of a document that is only announced, its name. */
void ac_hl7_close_paper(ac_hl7_maker *m)
{
    ac_rec_document_reference *d = m->paper;
    const ac_hl7_segment *at = m->at;
    m->paper = NULL;
    if (!d || m->f.full || d->content.n)
        return;
    m->at = m->paper_segment;
    ac_sv name = ac_hl7_string(m, ac_hl7_field(m, 16), 0);
    ac_rec_attachment *a = AC_FHIR_NEW(&m->f, attachment);
    a->title = name.n ? name : AC_SV("not in the message");
    *AC_FHIR_PUSH(&m->f, &d->content) = (ac_rec_content) { .attachment = a };
    m->at = at;
}
