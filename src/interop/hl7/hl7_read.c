#include "interop/hl7/hl7_read.h"

#include "interop/hl7/hl7_make.h"
#include "interop/hl7/hl7_text.h"

#include <stdlib.h>

/* MSH as text: what a reader of the message wants to know before anything else. */
static ac_rc head(const ac_hl7_message *m, ac_arena *arena, ac_hl7_reading *out, ac_err *err)
{
    const struct {
        ac_sv *to;
        uint8_t field, comp;
    } rows[] = { { &out->application, 3, 1 }, { &out->facility, 4, 1 },    { &out->type, 9, 1 },
                 { &out->trigger, 9, 2 },     { &out->control_id, 10, 1 }, { &out->version, 12, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        AC_TRY(err, ac_hl7_text(m, ac_hl7_get(m, m->segments, rows[i].field, 1, rows[i].comp, 0), arena, rows[i].to, err));
    return AC_OK;
}

/* The whole head of the message is about the message; EVN-1 and EVN-2 repeat it. */
static void msh(ac_hl7_maker *m)
{
    bool whole;
    for (unsigned f = 1; f <= m->at->n; f++)
        m->seen[m->at->first + f - 1] = UINT64_MAX;
    m->out->time = ac_hl7_time_text(m, ac_hl7_get(m->msg, m->at, 7, 1, 1, 0), &whole);
    if (m->out->time.n > 19 && m->out->time.p[m->out->time.n - 1] != 'Z')
        m->zone = ac_sv_sub(m->out->time, m->out->time.n - 6, m->out->time.n);
    else if (m->out->time.n > 19)
        m->zone = AC_SV("Z");
}

static void evn(ac_hl7_maker *m)
{
    for (unsigned f = 1; f <= 2 && f <= m->at->n; f++)
        m->seen[m->at->first + f - 1] = UINT64_MAX;
}

/* Where the NTE after a segment go: to what it tells of, to what is told of before it, or to the comment of an appointment or document. */
typedef enum { OWN, KEEP, COMMENT } note_rule;

static const struct {
    char name[4];
    bool numbered; /* its first field is a set id: which of its kind it is */
    uint8_t notes;
    void (*read)(ac_hl7_maker *);
} readers[] = {
    { "MSH", false, OWN, msh },
    { "EVN", false, OWN, evn },
    { "PID", true, OWN, ac_hl7_pid },
    { "PD1", false, OWN, ac_hl7_pd1 },
    { "MRG", false, OWN, ac_hl7_mrg },
    { "NK1", true, OWN, ac_hl7_nk1 },
    { "GT1", true, OWN, ac_hl7_gt1 },
    { "IN1", true, OWN, ac_hl7_in1 },
    { "PV1", true, OWN, ac_hl7_pv1 },
    { "PV2", false, OWN, ac_hl7_pv2 },
    { "DG1", true, OWN, ac_hl7_dg1 },
    { "PRB", false, OWN, ac_hl7_prb },
    { "AL1", true, OWN, ac_hl7_al1 },
    { "IAM", true, OWN, ac_hl7_iam },
    { "PR1", true, OWN, ac_hl7_pr1 },
    { "ORC", false, OWN, ac_hl7_orc },
    { "OBR", true, OWN, ac_hl7_obr },
    { "SPM", true, OWN, ac_hl7_spm },
    { "TQ1", true, KEEP, ac_hl7_tq1 },
    { "OBX", true, OWN, ac_hl7_obx },
    { "NTE", true, KEEP, ac_hl7_nte },
    { "RXA", false, OWN, ac_hl7_rxa },
    { "RXO", false, OWN, ac_hl7_rxo },
    { "RXE", false, OWN, ac_hl7_rxe },
    { "RXD", false, OWN, ac_hl7_rxd },
    { "RXR", false, KEEP, ac_hl7_rxr },
    { "RXC", false, KEEP, ac_hl7_rxc },
    { "TXA", true, COMMENT, ac_hl7_txa },
    { "SCH", false, COMMENT, ac_hl7_sch },
    { "AIS", true, COMMENT, ac_hl7_ais },
    { "AIG", true, COMMENT, ac_hl7_aig },
    { "AIL", true, COMMENT, ac_hl7_ail },
    { "AIP", true, COMMENT, ac_hl7_aip },
};

static size_t reader_of(const ac_hl7_segment *s)
{
    size_t i = 0;
    while (i < sizeof readers / sizeof readers[0] && !ac_hl7_named(s, readers[i].name))
        i++;
    return i;
}

static bool is_read(const ac_hl7_segment *s) { return reader_of(s) < sizeof readers / sizeof readers[0]; }

/* Messages whose OBR asks for something; in all others it reports. */
static bool is_order(ac_sv type)
{
    static const char names[][4] = { "ORM", "OMG", "OML", "OMI", "OMP", "OMS", "OMN", "OMD", "OMB", "ORG", "ORL", "ORI",
                                     "RDE", "RDS", "RGV", "RDR", "SIU", "SRM", "REF", "RQA", "DFT", "BAR" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ac_sv_eq(ac_sv_z(names[i]), type))
            return true;
    return false;
}

static void read_segment(ac_hl7_maker *m, const ac_hl7_segment *s)
{
    size_t i = reader_of(s);
    m->at = s;
    if (!ac_hl7_named(s, "OBX"))
        ac_hl7_close_text(m);
    if (!ac_hl7_named(s, "NTE"))
        ac_hl7_close_note(m);
    uint8_t notes = i < sizeof readers / sizeof readers[0] ? readers[i].notes : ac_hl7_named(s, "PRT") || ac_hl7_named(s, "ROL") ? KEEP : OWN;
    if (notes != KEEP) {
        m->notes.at = NULL;
        m->commenting = notes == COMMENT;
    }
    if (i == sizeof readers / sizeof readers[0])
        return;
    if (m->paper && !ac_hl7_named(s, "OBX") && !ac_hl7_named(s, "NTE"))
        ac_hl7_close_paper(m);
    if (readers[i].numbered && s->n)
        m->seen[s->first] = UINT64_MAX;
    readers[i].read(m);
}

/* ---- coverage ---- */

void ac_hl7_lost(ac_hl7_maker *m, const ac_hl7_segment *s, unsigned field, unsigned part)
{
    const unsigned char *n = (const unsigned char *)s->name.p;
    uint64_t *slot = ac_vec_push(&m->lost, m->f.arena);
    m->f.full |= !slot;
    if (slot)
        *slot = (uint64_t)n[0] << 48 | (uint64_t)n[1] << 40 | (uint64_t)n[2] << 32 | (uint64_t)(field & 0xFFFFFF) << 8 | (part & 0xFF);
}

static void count_field(ac_hl7_maker *m, const ac_hl7_segment *s, unsigned field)
{
    uint64_t seen = m->seen[s->first + field - 1];
    ac_sv rest = m->msg->fields[s->first + field - 1], rep, part;
    if (seen == UINT64_MAX && !memchr(rest.p, m->msg->comp_sep, rest.n)) {
        m->out->record.coverage.members += rest.n > 0;
        return;
    }
    while (ac_sv_split(&rest, m->msg->rep_sep ? m->msg->rep_sep : '\r', &rep)) {
        bool parts = rep.n && memchr(rep.p, m->msg->comp_sep, rep.n);
        for (unsigned k = 1; ac_sv_split(&rep, m->msg->comp_sep, &part); k++) {
            bool read = seen >> (k < 64 ? k - 1 : 63) & 1;
            m->out->record.coverage.members += part.n > 0;
            if (part.n && !read && !ac_hl7_is_null(part))
                ac_hl7_lost(m, s, field, parts ? (k < 255 ? k : 254) : 0);
        }
    }
}

static void count_segments(ac_hl7_maker *m)
{
    ac_rec_coverage *c = &m->out->record.coverage;
    for (size_t i = 0; i < m->msg->n_segments && !m->f.full; i++) {
        const ac_hl7_segment *s = &m->msg->segments[i];
        c->resources++;
        if (!is_read(s)) {
            c->resources_unknown++;
            ac_hl7_lost(m, s, 0, 0);
            continue;
        }
        for (unsigned f = 1; f <= s->n && !m->f.full; f++)
            count_field(m, s, f);
    }
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The same place of the same segment is one row. */
static void name_losses(ac_hl7_maker *m)
{
    ac_rec_coverage *c = &m->out->record.coverage;
    if (m->lost.n)
        qsort(m->lost.at, m->lost.n, sizeof m->lost.at[0], by_key);
    for (size_t i = 0, n; i < m->lost.n && !m->f.full; i += n) {
        uint64_t key = m->lost.at[i];
        for (n = 1; i + n < m->lost.n && m->lost.at[i + n] == key;)
            n++;
        const char name[3] = { (char)(key >> 48 & 0xFF), (char)(key >> 40 & 0xFF), (char)(key >> 32 & 0xFF) };
        unsigned field = (unsigned)(key >> 8 & 0xFFFFFF), part = (unsigned)(key & 0xFF);
        ac_sv at = !field                     ? AC_SV("")
                   : part == AC_HL7_REPEATED  ? ac_arena_printf(m->f.arena, "%u~2", field)
                   : part                     ? ac_arena_printf(m->f.arena, "%u.%u", field, part)
                                              : ac_arena_printf(m->f.arena, "%u", field);
        ac_rec_unknown *u = ac_vec_push(&c->unknown, m->f.arena);
        ac_sv type = ac_arena_copy(m->f.arena, (ac_sv) { name, sizeof name });
        m->f.full |= !u || !at.p || !type.p;
        if (!m->f.full)
            *u = (ac_rec_unknown) { type, at, n };
        c->members_unknown += field ? n : 0;
    }
}

/* ---- one message ---- */

/* Two running hashes: where the ids come from. */
static void seed(ac_fhir_maker *f, ac_sv bytes)
{
    uint64_t a = 14695981039346656037u, b = 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < bytes.n; i++) {
        a = (a ^ (unsigned char)bytes.p[i]) * 1099511628211u;
        b = (b ^ a) * 0xFF51AFD7ED558CCDu;
    }
    f->seed[0] = a;
    f->seed[1] = b ^ (b >> 29);
}

static void make_head(ac_hl7_maker *m)
{
    ac_rec_bundle *head = &m->f.record.head;
    m->f.record.bundle = true;
    head->type = AC_SV("collection");
    if (ac_fhir_is_instant(m->out->time))
        head->timestamp = m->out->time;
    if (!m->out->control_id.n)
        return;
    ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
    id->value = m->out->control_id;
    head->identifier = id;
}

static ac_rc read_message(ac_hl7_maker *m, ac_err *err)
{
    for (size_t i = 0; i < m->msg->n_segments && !m->f.full && m->rc == AC_OK; i++)
        read_segment(m, &m->msg->segments[i]);
    ac_hl7_close_text(m);
    ac_hl7_close_note(m);
    ac_hl7_close_comment(m);
    ac_hl7_close_paper(m);
    ac_hl7_close_appointment(m);
    make_head(m);
    m->out->record.coverage = (ac_rec_coverage) { 0 };
    count_segments(m);
    name_losses(m);
    AC_TRY(err, m->rc);
    if (m->f.full)
        return ac_fail(err, AC_ELIMIT, "no room for what an HL7 message says");
    ac_rec_coverage coverage = m->out->record.coverage;
    m->out->record = m->f.record;
    m->out->record.coverage = coverage;
    return AC_OK;
}

static ac_rc read_one(ac_sv source, ac_sv bytes, ac_arena *arena, ac_hl7_reading *out, ac_err *err)
{
    static const ac_fhir_options options = { .identified = true };
    ac_hl7_message message;
    out->bytes = bytes;
    AC_TRY(err, ac_hl7_parse(bytes, arena, &message, err));
    AC_TRY(err, head(&message, arena, out, err));
    ac_hl7_maker *m = ac_arena_alloc(arena, sizeof *m);
    uint64_t *seen = ac_arena_alloc(arena, (message.n_fields + 1) * sizeof *seen);
    if (!m || !seen)
        return ac_fail(err, AC_ELIMIT, "no room for what an HL7 message says");
    m->f = (ac_fhir_maker) { .opt = &options, .arena = arena };
    m->msg = &message;
    m->source = source;
    m->out = out;
    m->err = err;
    m->seen = seen;
    m->result = !is_order(out->type);
    m->vaccine = ac_sv_eq(out->type, AC_SV("VXU"));
    m->has_spm = ac_hl7_find(&message, "SPM") != NULL;
    seed(&m->f, bytes);
    return read_message(m, err);
}

static ac_rc read_part(ac_sv bytes, ac_sv part, size_t number, ac_arena *arena, ac_hl7_messages *to, ac_err *err)
{
    ac_err why = { 0 };
    ac_hl7_reading one = { .number = number };
    const ac_rc rc = read_one(bytes, part, arena, &one, &why);
    ac_hl7_reading *reading = rc == AC_OK ? ac_vec_push(to, arena) : NULL;
    ac_hl7_fault *fault = rc == AC_EINPUT ? ac_vec_push(&to->faults, arena) : NULL;
    if (reading)
        *reading = one;
    else if (fault)
        *fault = (ac_hl7_fault) { number, why };
    else
        return ac_fail(err, rc == AC_OK || rc == AC_EINPUT ? AC_ELIMIT : rc, "no room for HL7 messages");
    return AC_OK;
}

ac_rc ac_hl7_read(ac_sv bytes, ac_arena *arena, ac_hl7_messages *out, ac_err *err)
{
    ac_hl7_parts parts = { 0 };
    ac_hl7_messages messages = { 0 };
    AC_TRY(err, ac_hl7_cut(bytes, arena, &parts, err));
    for (size_t i = 0; i < parts.n; i++)
        AC_TRY(err, read_part(bytes, parts.at[i], i + 1, arena, &messages, err));
    if (!messages.n) {
        if (err && messages.faults.at)
            *err = messages.faults.at[0].err;
        return AC_EINPUT;
    }
    *out = messages;
    return AC_OK;
}
