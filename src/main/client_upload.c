/* aceso client submit: a document of any size, sent as it is read. */
#include "main/client_parts.h"

#include "app/jobs.h"
#include "os/stop.h"

#include <stdio.h>
#include <string.h>

enum { PIECE = 64 << 10, ARENA = 8 << 20, PATH = 512, HEAD_MAX = 2048 };

/* A body of multipart/form-data: the name stands in it and not in the URL, which is written into logs on the way. */
typedef struct {
    ac_sv head, bytes, tail;
    FILE *file; /* NULL: bytes */
    uint64_t file_bytes, at;
} body;

static uint64_t middle_of(const body *b) { return b->file ? b->file_bytes : b->bytes.n; }
static uint64_t all_of(const body *b) { return b->head.n + middle_of(b) + b->tail.n; }

static size_t copy(ac_sv from, uint64_t at, char *into, size_t max)
{
    const ac_sv part = ac_sv_sub(from, (size_t)at, (size_t)at + max);
    if (part.n)
        memcpy(into, part.p, part.n);
    return part.n;
}

/* A file that became shorter gives nothing, which ends the request; of one that became longer the beginning is sent. */
static size_t read_body(void *context, char *into, size_t max)
{
    body *b = context;
    const uint64_t middle = middle_of(b);
    size_t n;
    if (b->at < b->head.n) {
        n = copy(b->head, b->at, into, max);
    } else if (b->at < b->head.n + middle) {
        const uint64_t left = b->head.n + middle - b->at;
        const size_t want = left < max ? (size_t)left : max;
        n = b->file ? fread(into, 1, want, b->file) : copy(b->bytes, b->at - b->head.n, into, want);
    } else {
        n = copy(b->tail, b->at - b->head.n - middle, into, max);
    }
    b->at += n;
    return n;
}

static bool rewind_body(void *context)
{
    body *b = context;
    b->at = 0;
    return !b->file || fseek(b->file, 0, SEEK_SET) == 0;
}

static void add_name(ac_sb *out, ac_sv name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            ac_sb_add(out, AC_SV("%22"));
        else
            ac_sb_add_char(out, (unsigned char)name.p[i] < ' ' || name.p[i] == 0x7F ? '_' : name.p[i]);
    }
}

/* How it is to be worked on. None of the words has to be escaped. */
static void make_path(const ac_submit *s, const ac_client_how *how, const ac_id *patient, char path[PATH])
{
    char id[AC_ID_TEXT];
    AC_AUTO(ac_sb) p = AC_SB(PATH - 1);
    const ac_cli *cli = s->run->cli;
    ac_sb_addf(&p, "/v1/documents?profile=%s&mode=%s&priority=%llu", cli->value[AC_OPT_PROFILE],
               cli->value[AC_OPT_MODE], (unsigned long long)ac_cli_number(cli, AC_OPT_PRIORITY, 0));
    if (how->lang.n)
        ac_sb_addf(&p, "&lang=%.*s", (int)how->lang.n, how->lang.p);
    if (how->note_date.n)
        ac_sb_addf(&p, "&note_date=%.*s", (int)how->note_date.n, how->note_date.p);
    if (!ac_id_none(*patient)) {
        ac_id_format(*patient, id);
        ac_sb_addf(&p, "&patient_id=%.*s", AC_ID_TEXT, id);
    }
    (void)snprintf(path, PATH, "%.*s", (int)p.n, p.p);
}

/* Who a reference is, asked once for many documents of one patient. */
static ac_rc find_patient(ac_submit *s, ac_sv reference, ac_id *out, ac_client_answer *answer)
{
    const ac_json *j = NULL;
    AC_AUTO(ac_sb) text = AC_SB(1 << 14);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    *out = s->patient_id;
    if (!reference.n)
        *out = (ac_id) { { 0 } };
    if (!reference.n || (s->patient.n && ac_sv_eq(s->patient, reference)))
        return AC_OK;
    ac_jw w = ac_jw_to(&text, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "reference", reference);
    ac_jw_end_object(&w);
    if (!arena || text.rc != AC_OK)
        return AC_ENOMEM;
    const ac_client_ask ask = { .path = "/v1/patients", .body = ac_sb_view(&text) };
    AC_TRY(NULL, ac_client_json(s->run->client, &ask, arena, &j, answer));
    s->patient = ac_arena_copy(s->run->arena, reference);
    s->patient_id = *out = ac_json_id(j, "id");
    return AC_OK;
}

/* Of the path, with what is said in it, the name, and the content. */
static ac_rc once_of(const ac_submit *s, body *b, const char *path, ac_sv name, char once[AC_CLIENT_ONCE])
{
    ac_mac_key key;
    AC_TRY(NULL, ac_client_once_begin(s->run->client, &key, NULL));
    AC_TRY(NULL, ac_client_once_add(&key, ac_sv_z(path), NULL));
    AC_TRY(NULL, ac_client_once_add(&key, name, NULL));
    if (!b->file)
        AC_TRY(NULL, ac_client_once_add(&key, b->bytes, NULL));
    for (size_t n = PIECE; b->file && n == PIECE && !ac_stop_signal();) {
        char piece[PIECE];
        n = fread(piece, 1, sizeof piece, b->file);
        b->file_bytes += n;
        AC_TRY(NULL, ac_client_once_add(&key, (ac_sv) { piece, n }, NULL));
    }
    ac_client_once_text(&key, once);
    return b->file && (ferror(b->file) || !rewind_body(b)) ? AC_EIO : AC_OK;
}

static ac_rc upload(ac_submit *s, const ac_client_how *how, ac_sv name, body *b, const ac_json **j, ac_arena *arena,
                    ac_client_answer *answer)
{
    char path[PATH], once[AC_CLIENT_ONCE], type[160];
    ac_id patient;
    AC_AUTO(ac_sb) head = AC_SB(HEAD_MAX), tail = AC_SB(HEAD_MAX);
    AC_TRY(NULL, find_patient(s, how->patient, &patient, answer));
    make_path(s, how, &patient, path);
    if (once_of(s, b, path, name, once) != AC_OK) {
        (void)snprintf(answer->why, sizeof answer->why, "cannot be read");
        return AC_EINPUT;
    }
    (void)snprintf(type, sizeof type, "multipart/form-data; boundary=aceso-%.48s", once);
    ac_sb_addf(&head, "--aceso-%.48s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"", once);
    add_name(&head, name);
    ac_sb_add(&head, AC_SV("\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
    ac_sb_addf(&tail, "\r\n--aceso-%.48s--\r\n", once);
    if (head.rc != AC_OK || tail.rc != AC_OK)
        return AC_ENOMEM;
    b->head = ac_sb_view(&head);
    b->tail = ac_sb_view(&tail);
    const ac_client_ask ask = { .method = "POST",
                                .path = path,
                                .type = type,
                                .once = once,
                                .stream = true,
                                .context = b,
                                .read = read_body,
                                .read_bytes = all_of(b),
                                .rewind = rewind_body };
    return ac_client_json(s->run->client, &ask, arena, j, answer);
}

void ac_submit_upload(ac_submit *s, const ac_client_note *note, const ac_client_how *how, ac_sv name, ac_sv bytes,
                      FILE *file)
{
    ac_client_answer answer = { 0 };
    const ac_json *j = NULL;
    body b = { .bytes = bytes, .file = file };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_submit_flush(s);
    ac_client_note *n = s->fatal ? NULL : ac_submit_keep(s, note);
    s->first = s->notes.n;
    if (!n)
        return;
    const ac_rc rc = arena ? upload(s, how, ac_submit_name(name), &b, &j, arena, &answer) : AC_ENOMEM;
    const ac_id job = ac_json_id(ac_json_get(j, "job"), "id");
    if (rc != AC_OK)
        ac_submit_refused(s, n, rc, answer.why[0] ? answer.why : "out of memory");
    else if (ac_id_none(job))
        ac_submit_refused(s, n, AC_EIO, "the answer is not that of a server of Aceso");
    else
        ac_submit_taken(s, n, (ac_id) { { 0 } }, job);
}
