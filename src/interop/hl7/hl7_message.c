#include "interop/hl7/hl7_message.h"

#include "interop/hl7/hl7_text.h"

enum { NAME = 3, VT = 0x0B, FS = 0x1C };

static bool is_end(char c) { return c == '\r' || c == '\n' || c == VT || c == FS; }

/* What may separate: a printable character that no name, number or blank is made of. */
static bool is_separator(char c) { return c > ' ' && c < 0x7F && !ac_is_alnum(c); }

static bool is_name(ac_sv line)
{
    return line.n >= NAME && ac_is_upper(line.p[0]) && (ac_is_upper(line.p[1]) || ac_is_digit(line.p[1])) &&
           (ac_is_upper(line.p[2]) || ac_is_digit(line.p[2]));
}

static bool is_header(ac_sv line, const char *name)
{
    return line.n > NAME && memcmp(line.p, name, NAME) == 0 && is_separator(line.p[NAME]);
}

/* The next line without its end and the blanks before it; false at the end of the text. */
static bool next_line(ac_sv text, size_t *at, ac_sv *line)
{
    if (*at >= text.n)
        return false;
    size_t begin = *at, end = begin;
    while (end < text.n && !is_end(text.p[end]))
        end++;
    *at = end + 1;
    while (begin < end && (text.p[begin] == ' ' || text.p[begin] == '\t'))
        begin++;
    *line = ac_sv_sub(text, begin, end);
    return true;
}

static ac_sv without_bom(ac_sv s)
{
    return ac_sv_starts(s, AC_SV("\xEF\xBB\xBF")) ? ac_sv_sub(s, 3, s.n) : s;
}

bool ac_hl7_is(ac_sv bytes)
{
    size_t at = 0;
    ac_sv line, text = without_bom(bytes);
    while (next_line(text, &at, &line))
        if (line.n)
            return is_header(line, "MSH") || is_header(line, "FHS") || is_header(line, "BHS");
    return false;
}

/* ---- messages of a file ---- */

static bool is_envelope(ac_sv line)
{
    static const char names[][NAME + 1] = { "FHS", "BHS", "BTS", "FTS" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (line.n >= NAME && memcmp(line.p, names[i], NAME) == 0 && (line.n == NAME || is_separator(line.p[NAME])))
            return true;
    return false;
}

ac_rc ac_hl7_cut(ac_sv bytes, ac_arena *arena, ac_hl7_parts *out, ac_err *err)
{
    ac_hl7_parts found = { 0 };
    ac_sv line, text = without_bom(bytes), *open = NULL;
    size_t at = 0;
    while (next_line(text, &at, &line)) {
        if (is_header(line, "MSH")) {
            if (found.n == AC_HL7_MESSAGES_MAX || !(open = ac_vec_push(&found, arena)))
                return ac_fail(err, AC_ELIMIT, "too many HL7 messages in one file");
            open->p = line.p;
        } else if (is_envelope(line)) {
            open = NULL;
        } else if (line.n && !found.n) {
            return ac_fail(err, AC_EINPUT, "no HL7 v2: it does not begin with an MSH segment");
        }
        if (open && line.n)
            open->n = (size_t)(line.p + line.n - open->p);
    }
    if (!found.n)
        return ac_fail(err, AC_EINPUT, "no HL7 v2 message");
    *out = found;
    return AC_OK;
}

/* ---- one message ---- */

static ac_rc separators(ac_hl7_message *m, ac_err *err)
{
    char *const places[] = { &m->comp_sep, &m->rep_sep, &m->esc, &m->sub_sep, &m->trunc };
    m->field_sep = m->bytes.p[NAME];
    size_t n = 0;
    for (size_t at = NAME + 1; at < m->bytes.n && m->bytes.p[at] != m->field_sep && !is_end(m->bytes.p[at]); at++) {
        char c = m->bytes.p[at];
        bool twice = n < 5 && memchr(m->bytes.p + NAME + 1, c, n);
        if (n == 5 || twice || !is_separator(c))
            return ac_fail(err, AC_EINPUT, "the HL7 separators of MSH-1 and MSH-2 cannot be");
        *places[n++] = c;
    }
    return n ? AC_OK : ac_fail(err, AC_EINPUT, "MSH-2 names no HL7 separators");
}

static bool begins_segment(const ac_hl7_message *m, ac_sv line)
{
    return is_name(line) && (line.n == NAME || line.p[NAME] == m->field_sep);
}

static size_t fields_of(const ac_hl7_message *m, ac_sv segment)
{
    size_t n = 1;
    for (size_t i = 0; i < segment.n; i++)
        n += segment.p[i] == m->field_sep;
    return n;
}

/* Two passes over the lines: the first counts, so that each array is one block. */
static ac_rc find_segments(ac_hl7_message *m, ac_arena *arena, ac_err *err)
{
    ac_sv line;
    size_t n = 0;
    for (size_t at = 0; next_line(m->bytes, &at, &line);)
        n += begins_segment(m, line);
    if (n > AC_HL7_SEGMENTS_MAX)
        return ac_fail(err, AC_ELIMIT, "an HL7 message of more than %d segments", AC_HL7_SEGMENTS_MAX);
    if (!(m->segments = ac_arena_alloc(arena, n * sizeof *m->segments)))
        return ac_fail(err, AC_ELIMIT, "no room for HL7 segments");
    for (size_t at = 0; next_line(m->bytes, &at, &line);) {
        if (begins_segment(m, line))
            m->segments[m->n_segments++] = (ac_hl7_segment) { .name = ac_sv_sub(line, 0, NAME), .bytes = line };
        else if (line.n) { /* the first line is the MSH */
            ac_hl7_segment *last = &m->segments[m->n_segments - 1];
            last->bytes.n = (size_t)(line.p + line.n - last->bytes.p);
        }
    }
    return AC_OK;
}

static void cut_fields(ac_hl7_message *m, ac_hl7_segment *s)
{
    ac_sv rest = ac_sv_sub(s->bytes, NAME, s->bytes.n), part;
    s->first = (uint32_t)m->n_fields;
    if (m->n_segments && s == m->segments)
        m->fields[m->n_fields++] = ac_sv_sub(rest, 0, 1); /* MSH-1 */
    rest = ac_sv_sub(rest, 1, rest.n);
    if (s->bytes.n > NAME)
        while (ac_sv_split(&rest, m->field_sep, &part))
            m->fields[m->n_fields++] = part;
    s->n = (uint32_t)m->n_fields - s->first;
}

static ac_rc find_fields(ac_hl7_message *m, ac_arena *arena, ac_err *err)
{
    size_t n = 1;
    for (size_t i = 0; i < m->n_segments; i++)
        n += fields_of(m, m->segments[i].bytes);
    if (n > AC_HL7_FIELDS_MAX || !(m->fields = ac_arena_alloc(arena, n * sizeof *m->fields)))
        return ac_fail(err, AC_ELIMIT, "no room for the fields of an HL7 message");
    for (size_t i = 0; i < m->n_segments; i++)
        cut_fields(m, &m->segments[i]);
    return AC_OK;
}

/* A table by name, open addressing: hostile messages have many names. It holds the last segment of each. */
static ac_rc number_segments(ac_hl7_message *m, ac_arena *arena, ac_err *err)
{
    size_t room = 16;
    while (room < 2 * m->n_segments)
        room *= 2;
    uint32_t *last = ac_arena_alloc(arena, room * sizeof *last); /* its index + 1 */
    if (!last)
        return ac_fail(err, AC_ELIMIT, "no room for HL7 segments");
    for (size_t i = 0; i < m->n_segments; i++) {
        const unsigned char *name = (const unsigned char *)m->segments[i].name.p;
        size_t slot = (name[0] * 961u + name[1] * 31u + name[2]) & (room - 1);
        while (last[slot] && memcmp(m->segments[last[slot] - 1].name.p, name, NAME) != 0)
            slot = (slot + 1) & (room - 1);
        m->segments[i].nth = last[slot] ? m->segments[last[slot] - 1].nth + 1 : 1;
        last[slot] = (uint32_t)i + 1;
    }
    return AC_OK;
}

ac_rc ac_hl7_parse(ac_sv bytes, ac_arena *arena, ac_hl7_message *out, ac_err *err)
{
    ac_hl7_message m = { .bytes = bytes };
    if (!is_header(bytes, "MSH"))
        return ac_fail(err, AC_EINPUT, "no HL7 v2: it does not begin with an MSH segment");
    AC_TRY(err, separators(&m, err));
    AC_TRY(err, find_segments(&m, arena, err));
    AC_TRY(err, find_fields(&m, arena, err));
    AC_TRY(err, number_segments(&m, arena, err));
    AC_TRY(err, ac_hl7_charset_of(&m, ac_hl7_get(&m, m.segments, 18, 1, 0, 0), &m.charset, err));
    *out = m;
    return AC_OK;
}

/* ---- access ---- */

ac_sv ac_hl7_part(ac_sv piece, char sep, unsigned k)
{
    ac_sv part = piece;
    if (!sep)
        return k <= 1 ? piece : AC_SV("");
    for (unsigned i = 0; i < k; i++)
        if (!ac_sv_split(&piece, sep, &part))
            return AC_SV("");
    return part;
}

ac_sv ac_hl7_get(const ac_hl7_message *m, const ac_hl7_segment *s, unsigned field, unsigned rep, unsigned comp, unsigned sub)
{
    if (field == 0)
        return s->bytes;
    if (field > s->n)
        return AC_SV("");
    ac_sv piece = m->fields[s->first + field - 1];
    if (s == m->segments && field <= 2)
        return rep <= 1 && comp <= 1 && sub <= 1 ? piece : AC_SV("");
    piece = rep ? ac_hl7_part(piece, m->rep_sep, rep) : piece;
    piece = comp ? ac_hl7_part(piece, m->comp_sep, comp) : piece;
    return sub ? ac_hl7_part(piece, m->sub_sep, sub) : piece;
}

const ac_hl7_segment *ac_hl7_find(const ac_hl7_message *m, const char *name)
{
    for (size_t i = 0; i < m->n_segments; i++)
        if (ac_hl7_named(&m->segments[i], name))
            return &m->segments[i];
    return NULL;
}
