#include "interop/hl7/hl7_ack.h"

enum { HEADER_MAX = 8192, ID_MAX = 199, FIELDS_MAX = 32 };

static bool is_separator(char c) { return c > ' ' && c < 0x7F && !ac_is_alnum(c); }

/* The header of the message alone; false when it has none that can be read. */
static bool header(ac_sv message, ac_hl7_message *m, ac_hl7_segment *msh, ac_sv fields[FIELDS_MAX])
{
    size_t at = 0, end;
    while (at < message.n && (ac_is_space(message.p[at]) || message.p[at] == 0x0B))
        at++;
    if (ac_sv_starts(ac_sv_sub(message, at, message.n), AC_SV("\xEF\xBB\xBF")))
        at += 3;
    for (end = at; end < message.n && end - at < HEADER_MAX && message.p[end] != '\r' && message.p[end] != '\n';)
        end++;
    ac_sv line = ac_sv_sub(message, at, end);
    if (line.n < 8 || memcmp(line.p, "MSH", 3) != 0)
        return false;
    for (size_t i = 3; i < 6; i++) /* the field's, the component's and the repetition's */
        if (!is_separator(line.p[i]))
            return false;
    ac_sv rest = ac_sv_sub(line, 4, line.n), part;
    *m = (ac_hl7_message) { .bytes = line, .field_sep = line.p[3], .segments = msh, .n_segments = 1, .fields = fields };
    fields[m->n_fields++] = ac_sv_sub(line, 3, 4);
    while (m->n_fields < FIELDS_MAX && ac_sv_split(&rest, line.p[3], &part))
        fields[m->n_fields++] = part;
    *msh = (ac_hl7_segment) { .name = ac_sv_sub(line, 0, 3), .bytes = line, .n = (uint32_t)m->n_fields, .nth = 1 };
    m->comp_sep = line.p[4];
    m->rep_sep = line.p[5];
    return true;
}

bool ac_hl7_envelope_read(ac_sv message, ac_hl7_envelope *out)
{
    ac_hl7_message m;
    ac_hl7_segment msh;
    ac_sv fields[FIELDS_MAX];
    if (!header(message, &m, &msh, fields))
        return false;
    *out = (ac_hl7_envelope) {
        .application = ac_hl7_get(&m, &msh, 3, 0, 0, 0), .facility = ac_hl7_get(&m, &msh, 4, 0, 0, 0),
        .type = ac_hl7_get(&m, &msh, 9, 1, 1, 0), .event = ac_hl7_get(&m, &msh, 9, 1, 2, 0),
        .control_id = ac_hl7_get(&m, &msh, 10, 1, 1, 0), .version = ac_hl7_get(&m, &msh, 12, 1, 1, 0),
        .charset = ac_hl7_get(&m, &msh, 18, 1, 0, 0),
        .enhanced = ac_hl7_get(&m, &msh, 15, 1, 1, 0).n || ac_hl7_get(&m, &msh, 16, 1, 1, 0).n,
    };
    return true;
}

bool ac_hl7_wants(ac_sv message, ac_hl7_stage stage, ac_hl7_outcome outcome)
{
    ac_hl7_message m;
    ac_hl7_segment msh;
    ac_sv fields[FIELDS_MAX];
    if (!header(message, &m, &msh, fields))
        return stage == AC_HL7_ACK_ACCEPT;
    ac_sv accept = ac_hl7_get(&m, &msh, 15, 1, 1, 0), application = ac_hl7_get(&m, &msh, 16, 1, 1, 0);
    if (!accept.n && !application.n)
        return stage == AC_HL7_ACK_ACCEPT;
    ac_sv rule = stage == AC_HL7_ACK_ACCEPT ? accept : application;
    return ac_sv_eq(rule, AC_SV("AL")) || (ac_sv_eq(rule, AC_SV("ER")) && outcome != AC_HL7_TAKEN) ||
           (ac_sv_eq(rule, AC_SV("SU")) && outcome == AC_HL7_TAKEN);
}

ac_hl7_error ac_hl7_error_of(ac_rc rc)
{
    switch (rc) {
    case AC_OK: return AC_HL7_E_NONE;
    case AC_EINPUT: return AC_HL7_E_TYPE;
    case AC_ELIMIT: return AC_HL7_E_LENGTH;
    case AC_EDENIED:
    case AC_ENOTFOUND: return AC_HL7_E_UNKNOWN_KEY;
    case AC_EBUSY: return AC_HL7_E_LOCKED;
    default: return AC_HL7_E_INTERNAL;
    }
}

/* A field of the header as it came, where it is short and printable: it goes back under the same separators. */
static ac_sv returned(const ac_hl7_message *m, const ac_hl7_segment *msh, unsigned field)
{
    ac_sv s = ac_hl7_get(m, msh, field, 0, 0, 0);
    bool plain = s.n <= ID_MAX;
    for (size_t i = 0; plain && i < s.n; i++)
        plain = (unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7F;
    return plain ? s : AC_SV("");
}

static void fields_of(ac_sb *out, char sep, const ac_sv *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_sb_add_char(out, sep);
        ac_sb_add(out, fields[i]);
    }
    ac_sb_add_char(out, '\r');
}

static ac_sv code_of(const ac_hl7_reply *r, bool enhanced)
{
    static const char codes[2][3][3] = { { "AA", "AE", "AR" }, { "CA", "CE", "CR" } };
    return ac_sv_z(codes[enhanced && r->stage == AC_HL7_ACK_ACCEPT][r->outcome]);
}

/* 2.5 and later: ERR-3 holds the code; before, ERR-1 holds the place and the code, and MSA-6 may. */
static void error_segment(ac_sb *out, const ac_hl7_message *m, const ac_hl7_reply *r, bool old)
{
    static const char *const rows[][2] = {
#define ROW(name, code, text) { code, text },
        AC_HL7_ERRORS(ROW)
    };
    AC_AUTO(ac_sb) code = AC_SB(256);
    ac_sv none = AC_SV(""), place = r->place;
    const char parts[] = { m->comp_sep, '\0' };
    ac_sb_add(&code, ac_sv_z(rows[r->error][0]));
    ac_sb_add(&code, ac_sv_z(parts));
    ac_sb_add(&code, ac_sv_z(rows[r->error][1]));
    ac_sb_add(&code, ac_sv_z(parts));
    ac_sb_add(&code, AC_SV("HL70357"));
    ac_sb_add(out, AC_SV("ERR"));
    const ac_sv later[] = { none, place, ac_sb_view(&code), r->outcome == AC_HL7_TAKEN ? AC_SV("I") : AC_SV("E") };
    const ac_sv before[] = { place.n ? place : ac_sb_view(&code) };
    fields_of(out, m->field_sep, old ? before : later, old ? 1 : 4);
}

static bool before_2_5(ac_sv version)
{
    return version.n >= 3 && version.p[0] == '2' && version.p[1] == '.' && version.p[2] < '5';
}

ac_rc ac_hl7_ack(ac_sv message, const ac_hl7_reply *r, ac_sb *out, ac_err *err)
{
    ac_hl7_message m;
    ac_hl7_segment msh;
    ac_sv fields[FIELDS_MAX], version, event;
    AC_AUTO(ac_sb) type = AC_SB(256);
    if (!header(message, &m, &msh, fields)) {
        ac_sv usual = AC_SV("MSH|^~\\&|||||||||P|2.5");
        if (!header(usual, &m, &msh, fields))
            return ac_fail(err, AC_EINTERNAL, "no header for an acknowledgement");
    }
    bool enhanced = ac_hl7_get(&m, &msh, 15, 1, 1, 0).n || ac_hl7_get(&m, &msh, 16, 1, 1, 0).n;
    ac_sv seps = returned(&m, &msh, 2), processing = returned(&m, &msh, 11), set = returned(&m, &msh, 18), none = AC_SV("");
    version = returned(&m, &msh, 12);
    event = ac_hl7_get(&m, &msh, 9, 1, 2, 0);
    ac_sb_add(&type, AC_SV("ACK"));
    if (event.n && event.n <= 3) {
        ac_sb_add_char(&type, m.comp_sep);
        ac_sb_add(&type, event);
        ac_sb_add_char(&type, m.comp_sep);
        ac_sb_add(&type, AC_SV("ACK"));
    }
    const ac_sv head[] = { seps.n ? seps : AC_SV("^~\\&"), returned(&m, &msh, 5), returned(&m, &msh, 6), returned(&m, &msh, 3),
                           returned(&m, &msh, 4), r->time, none, ac_sb_view(&type), r->control_id,
                           processing.n ? processing : AC_SV("P"), version.n ? version : AC_SV("2.5"), none, none,
                           none, none, none, set };
    ac_sb_add(out, AC_SV("MSH"));
    fields_of(out, m.field_sep, head, sizeof head / sizeof head[0] - (set.n ? 0 : 6));
    const ac_sv msa[] = { code_of(r, enhanced), returned(&m, &msh, 10) };
    ac_sb_add(out, AC_SV("MSA"));
    fields_of(out, m.field_sep, msa, 2);
    if (r->error != AC_HL7_E_NONE || r->outcome != AC_HL7_TAKEN)
        error_segment(out, &m, r, before_2_5(version));
    return ac_sb_done(out, err);
}
