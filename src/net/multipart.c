#include "net/multipart.h"

#include "net/http_field.h"

enum { BOUNDARY_MAX = 70, DELIMITER = 4 /* CR LF - - */, NAME_MAX_ = 1024 };

typedef enum { START, DELIMITED, DELIMITED_CR, DELIMITED_DASH, HEAD, DATA, EPILOGUE, FAILED } state;

struct ac_multipart {
    ac_multipart_ops ops;
    ac_multipart_limits limits;
    state state;
    ac_rc failure;
    size_t matched;        /* of the delimiter */
    size_t parts;
    uint64_t bytes;        /* of this part */
    ac_sb head;            /* of this part */
    char name[NAME_MAX_], filename[NAME_MAX_];
    size_t n;              /* of the delimiter */
    char delimiter[DELIMITER + BOUNDARY_MAX];
};

/* ---- beginning ----------------------------------------------------------------------------------------------------- */

static bool is_boundary(ac_sv b)
{
    for (size_t i = 0; i < b.n; i++)
        if (!ac_is_alnum(b.p[i]) && !memchr("'()+_,-./:=? ", b.p[i], 13))
            return false;
    return b.n && b.n <= BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

ac_rc ac_multipart_new(ac_sv content_type, const ac_multipart_ops *ops, const ac_multipart_limits *limits, ac_multipart **out, ac_err *err)
{
    char buf[BOUNDARY_MAX + 1];
    ac_sv type = ac_sv_trim(ac_sv_sub(content_type, 0, ac_sv_find_any(content_type, ";")));
    if (!ac_sv_eq_nocase(type, AC_SV("multipart/form-data")))
        return ac_fail(err, AC_EINPUT, "not multipart/form-data");
    ac_sv boundary = ac_field_param(content_type, "boundary", buf, sizeof buf);
    if (!is_boundary(boundary))
        return ac_fail(err, AC_EINPUT, "no proper boundary");
    ac_multipart *m = ac_mem_alloc(sizeof *m);
    if (!m)
        return ac_fail(err, AC_ENOMEM, "no room for the parts of a form");
    *m = (ac_multipart) { .ops = *ops, .limits = *limits, .head = AC_SB(limits->head), .matched = 2 /* the first one begins no line */ };
    memcpy(m->delimiter, "\r\n--", DELIMITER);
    memcpy(m->delimiter + DELIMITER, boundary.p, boundary.n);
    m->n = DELIMITER + boundary.n;
    *out = m;
    return AC_OK;
}

void ac_multipart_free(ac_multipart *m)
{
    if (!m)
        return;
    ac_sb_cleanup(&m->head);
    ac_mem_free(m);
}

/* ---- the head of a part -------------------------------------------------------------------------------------------- */

static bool has_control(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
            return true;
    return false;
}

/* Behind the last separator of either kind: what comes before is a path on the sender's machine. */
static ac_sv base_name(ac_sv s)
{
    size_t at = s.n;
    while (at && s.p[at - 1] != '/' && s.p[at - 1] != '\\')
        at--;
    return ac_sv_sub(s, at, s.n);
}

static ac_rc read_disposition(ac_multipart *m, ac_sv value, ac_part *part, ac_err *err)
{
    ac_sv kind = ac_sv_trim(ac_sv_sub(value, 0, ac_sv_find_any(value, ";")));
    if (part->name.p || !ac_sv_eq_nocase(kind, AC_SV("form-data")))
        return ac_fail(err, AC_EINPUT, "a part is no form-data");
    part->name = ac_field_param(value, "name", m->name, sizeof m->name);
    part->filename = ac_field_param(value, "filename", m->filename, sizeof m->filename);
    if (part->filename.p)
        part->filename = base_name(part->filename);
    if (!part->name.n || !ac_utf8_is(part->name) || !ac_utf8_is(part->filename))
        return ac_fail(err, AC_EINPUT, "a part has no proper name");
    return AC_OK;
}

static ac_rc read_line(ac_multipart *m, ac_sv line, ac_part *part, ac_err *err)
{
    const size_t colon = ac_sv_find_any(line, ":");
    ac_sv name = ac_sv_sub(line, 0, colon), value = ac_sv_trim(ac_sv_sub(line, colon + 1, line.n));
    if (colon == line.n || !ac_is_token_all(name) || has_control(line))
        return ac_fail(err, AC_EINPUT, "a broken header of a part");
    if (ac_sv_eq_nocase(name, AC_SV("content-disposition")))
        return read_disposition(m, value, part, err);
    if (ac_sv_eq_nocase(name, AC_SV("content-type")))
        part->type = value;
    static const char *const plain[] = { "7bit", "8bit", "binary", NULL };
    if (ac_sv_eq_nocase(name, AC_SV("content-transfer-encoding")) && !ac_sv_one_of(value, plain))
        return ac_fail(err, AC_EINPUT, "a part is encoded");
    return AC_OK;
}

/* m->head: lines, each with CRLF, and an empty one. */
static ac_rc begin_part(ac_multipart *m, ac_err *err)
{
    ac_part part = { 0 };
    ac_sv rest = ac_sb_view(&m->head), line;
    while (rest.n > 2) {
        if (!ac_sv_split(&rest, '\n', &line) || !line.n || line.p[line.n - 1] != '\r')
            return ac_fail(err, AC_EINPUT, "a line of a part does not end with CR LF");
        AC_TRY(err, read_line(m, ac_sv_sub(line, 0, line.n - 1), &part, err));
    }
    if (!part.name.p)
        return ac_fail(err, AC_EINPUT, "a part has no name");
    part.type = part.type.p ? part.type : AC_SV("");
    m->bytes = 0;
    m->matched = 0;
    m->state = DATA;
    return m->ops.begin(m->ops.context, &part, err);
}

static bool head_ends(const ac_sb *h) { return (h->n >= 4 && memcmp(h->p + h->n - 4, "\r\n\r\n", 4) == 0) || (h->n == 2 && memcmp(h->p, "\r\n", 2) == 0); }

static ac_rc take_head(ac_multipart *m, ac_sv *rest, ac_err *err)
{
    while (rest->n) {
        ac_sb_add_char(&m->head, rest->p[0]);
        *rest = ac_sv_sub(*rest, 1, rest->n);
        if (m->head.rc != AC_OK)
            return ac_fail(err, m->head.rc, "the head of a part is too long");
        if (head_ends(&m->head))
            return begin_part(m, err);
    }
    return AC_OK;
}

/* ---- the data of a part -------------------------------------------------------------------------------------------- */

static ac_rc emit(ac_multipart *m, ac_sv bytes, ac_err *err)
{
    if (!bytes.n)
        return AC_OK;
    m->bytes += bytes.n;
    if (m->bytes > m->limits.part)
        return ac_fail(err, AC_ELIMIT, "a part is too long");
    return m->ops.data(m->ops.context, bytes, err);
}

/* The delimiter begins with CR, and no other CR is in it: where it breaks off, only that byte can begin it anew. What was taken for its
 *  beginning in an earlier call is data then, and its bytes are known. */
static ac_rc take_data(ac_multipart *m, ac_sv *rest, ac_err *err)
{
    size_t i = 0, from = 0; /* rest[from, i) is data or the beginning of the delimiter */
    const size_t before = m->matched;
    size_t carried = before;
    while (i < rest->n && m->matched < m->n) {
        if (rest->p[i] == m->delimiter[m->matched]) {
            m->matched++;
            i++;
            continue;
        }
        if (m->matched) {
            AC_TRY(err, emit(m, (ac_sv) { m->delimiter, carried }, err));
            carried = 0;
            m->matched = 0;
            continue;
        }
        const char *cr = memchr(rest->p + i, '\r', rest->n - i);
        i = cr ? (size_t)(cr - rest->p) : rest->n;
    }
    const size_t in_here = m->matched > carried ? m->matched - carried : 0; /* of the delimiter, in this call's bytes */
    AC_TRY(err, emit(m, ac_sv_sub(*rest, from, i - in_here), err));
    *rest = ac_sv_sub(*rest, i, rest->n);
    if (m->matched < m->n)
        return AC_OK;
    m->state = DELIMITED;
    return m->ops.end(m->ops.context, err);
}

/* ---- all of it ----------------------------------------------------------------------------------------------------- */

static ac_rc one_byte(ac_multipart *m, char c, ac_err *err)
{
    switch (m->state) {
    case START:
        if (c != m->delimiter[m->matched])
            return ac_fail(err, AC_EINPUT, "the form does not begin with its boundary");
        m->state = ++m->matched == m->n ? DELIMITED : START;
        return AC_OK;
    case DELIMITED:
        m->state = c == '\r' ? DELIMITED_CR : DELIMITED_DASH;
        return c == '\r' || c == '-' ? AC_OK : ac_fail(err, AC_EINPUT, "bytes behind a boundary");
    case DELIMITED_CR:
        if (c != '\n')
            return ac_fail(err, AC_EINPUT, "a boundary's line does not end with CR LF");
        if (++m->parts > m->limits.parts)
            return ac_fail(err, AC_ELIMIT, "too many parts");
        ac_sb_clear(&m->head);
        m->state = HEAD;
        return AC_OK;
    case DELIMITED_DASH:
        m->state = EPILOGUE;
        return c == '-' ? AC_OK : ac_fail(err, AC_EINPUT, "bytes behind a boundary");
    case HEAD:
    case DATA:
    case EPILOGUE:
    case FAILED: break;
    }
    return AC_OK;
}

static ac_rc step(ac_multipart *m, ac_sv *rest, ac_err *err)
{
    if (m->state == HEAD)
        return take_head(m, rest, err);
    if (m->state == DATA)
        return take_data(m, rest, err);
    const char c = rest->p[0];
    *rest = m->state == EPILOGUE ? AC_SV("") : ac_sv_sub(*rest, 1, rest->n);
    return one_byte(m, c, err);
}

ac_rc ac_multipart_feed(ac_multipart *m, ac_sv bytes, ac_err *err)
{
    if (m->state == FAILED)
        return ac_fail(err, m->failure, "the form was refused before");
    ac_rc rc = AC_OK;
    while (bytes.n && rc == AC_OK)
        rc = step(m, &bytes, err);
    if (rc != AC_OK) {
        m->state = FAILED;
        m->failure = rc;
    }
    return rc;
}

ac_rc ac_multipart_end(ac_multipart *m, ac_err *err)
{
    if (m->state == FAILED)
        return ac_fail(err, m->failure, "the form was refused before");
    return m->state == EPILOGUE ? AC_OK : ac_fail(err, AC_EINPUT, "the form ends before its last boundary");
}
