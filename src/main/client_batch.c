/* The results of a batch, many in one answer: requests are counted by the server. */
#include "main/client_parts.h"

#include <stdio.h>

enum { PAGE = 500, DEPTH = 64, LINE_ARENA = 1 << 30, ARENA = 1 << 20 };

typedef struct {
    ac_client_run *run;
    ac_sb line;      /* the one that is not whole yet */
    ac_arena *arena; /* of one line */
    void *context;
    void (*each)(void *context, ac_id job, ac_sv result);
    ac_id last;
    size_t n;
    ac_rc rc;
} reader;

/* The last member's value, as it stands there. */
static ac_sv raw_of(ac_sv line, const ac_json *value)
{
    return value && value->type != AC_JSON_NULL ? ac_sv_sub(line, value->at, line.n - 1) : AC_SV("");
}

static void add_bundles(ac_sv line, const ac_json *bundles, ac_sb *out)
{
    for (const ac_json *b = bundles->first; b; b = b->next) {
        ac_sb_add(out, ac_sv_sub(line, b->at, b->next ? b->next->at - 1 : line.n - 2)); /* without "," or "]}" */
        ac_sb_add_char(out, '\n');
    }
}

static ac_rc take_line(reader *r, ac_sv line)
{
    ac_json *j;
    AC_AUTO(ac_sb) result = AC_SB(AC_CLIENT_RESULT_MAX);
    AC_TRY(NULL, ac_json_parse(line, DEPTH, r->arena, &j, NULL));
    const ac_id job = ac_json_id(j, "job_id");
    const ac_json *bundles = ac_json_get(j, "bundles");
    const ac_sv raw = raw_of(line, ac_json_get(j, "result"));
    if (ac_id_cmp(job, r->last) <= 0 || (bundles && bundles->type != AC_JSON_ARRAY))
        return AC_EIO;
    r->last = job;
    r->n++;
    if (bundles)
        add_bundles(line, bundles, &result);
    else if (raw.n && r->run->format == AC_CLIENT_TEXT)
        (void)ac_client_texts(raw, &result);
    else if (raw.n) {
        ac_sb_add(&result, raw);
        ac_sb_add_char(&result, '\n');
    }
    AC_TRY(NULL, ac_sb_done(&result, NULL));
    r->each(r->context, job, ac_sb_view(&result));
    return AC_OK;
}

static bool on_bytes(void *context, ac_sv bytes)
{
    reader *r = context;
    ac_sv part;
    while (r->rc == AC_OK && bytes.n) {
        const bool whole = memchr(bytes.p, '\n', bytes.n);
        (void)ac_sv_split(&bytes, '\n', &part);
        ac_sb_add(&r->line, part);
        r->rc = ac_sb_done(&r->line, NULL);
        if (r->rc != AC_OK || !whole)
            break;
        r->rc = take_line(r, ac_sb_view(&r->line));
        ac_sb_clear(&r->line);
        ac_arena_reset(r->arena);
    }
    return r->rc == AC_OK;
}

static void page_path(const reader *r, ac_id batch, char path[2 * AC_CLIENT_PATH])
{
    char id[AC_ID_TEXT], after[AC_ID_TEXT];
    const bool fhir = r->run->format == AC_CLIENT_FHIR;
    ac_id_format(batch, id);
    ac_id_format(r->last, after);
    (void)snprintf(path, 2 * AC_CLIENT_PATH, "/v1/batches/%.*s/results?limit=%d&after=%.*s%s%s", AC_ID_TEXT, id, PAGE,
                   AC_ID_TEXT, after,
                   fhir                               ? "&form=fhir"
                   : r->run->format == AC_CLIENT_TEXT ? "&fields=deidentified"
                                                      : "",
                   fhir && ac_cli_flag(r->run->cli, AC_OPT_IDENTIFIED) ? "&identified=true" : "");
}

/* A page that was cut goes on behind its last whole line: path is where the next try looks. */
typedef struct {
    reader *r;
    ac_id batch;
    char path[2 * AC_CLIENT_PATH];
} page;

static bool on_page(void *context, ac_sv bytes) { return on_bytes(((page *)context)->r, bytes); }

static bool go_on(void *context)
{
    page *p = context;
    ac_sb_clear(&p->r->line);
    page_path(p->r, p->batch, p->path);
    return true;
}

static ac_rc read_pages(reader *r, ac_id batch, ac_client_answer *out)
{
    size_t before;
    do {
        page p = { .r = r, .batch = batch };
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        if (!arena)
            return AC_ENOMEM;
        before = r->n;
        (void)go_on(&p);
        const ac_client_ask ask = { .path = p.path, .context = &p, .chunk = on_page, .rewind = go_on };
        const ac_rc rc = ac_client_send(r->run->client, &ask, arena, out);
        if (rc != AC_OK)
            return r->rc != AC_OK ? r->rc : rc;
    } while (r->n > before);
    return AC_OK;
}

ac_rc ac_client_batch(ac_client_run *run, ac_id batch, void *context,
                      void (*each)(void *context, ac_id job, ac_sv result), ac_client_answer *out)
{
    reader r = { .run = run,
                 .line = AC_SB(AC_CLIENT_RESULT_MAX),
                 .arena = ac_arena_new(LINE_ARENA),
                 .context = context,
                 .each = each };
    ac_rc rc = r.arena ? read_pages(&r, batch, out) : AC_ENOMEM;
    ac_arena_free(r.arena);
    ac_sb_cleanup(&r.line);
    return rc;
}
