#include "main/audit_heads.h"

#include "core/log.h"
#include "os/clock.h"
#include "os/durable.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    LINE_MAX_BYTES = 1 << 12,
    ARENA = 256 << 10,
    ANSWER_MAX = 64 << 10,
    TIMEOUT_MS = 10000,
    AGAIN_MS = 60000,
    MS = 1000
};

struct ac_head_ship {
    const char *to;
    bool is_url;
    int64_t every_ms;
    ac_data *d;
    ac_fetch *fetch;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping, runs;
    uint64_t shipped; /* number */
    bool any;
};

static ac_rc post(const ac_head_ship *s, ac_sv line, ac_err *err)
{
    static const ac_fetch_header json[] = { { { "Content-Type", 12 }, { "application/json", 16 } } };
    ac_fetch_answer answer = { .status = 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_fetch_request r = { .method = AC_SV("POST"),
                                 .url = ac_sv_z(s->to),
                                 .headers = json,
                                 .n_headers = 1,
                                 .body = line,
                                 .reach = AC_REACH_ANY,
                                 .connect_ms = TIMEOUT_MS,
                                 .timeout_ms = TIMEOUT_MS,
                                 .max_bytes = ANSWER_MAX };
    AC_TRY(err, ac_fetch_send(s->fetch, &r, arena, &answer, err));
    return answer.status >= 200 && answer.status < 300 ? AC_OK
                                                       : ac_fail(err, AC_EIO, "it was answered with %d", answer.status);
}

static ac_rc ship(ac_head_ship *s, ac_err *err)
{
    ac_audit_head head;
    AC_AUTO(ac_sb) line = AC_SB(LINE_MAX_BYTES);
    ac_jw w = ac_jw_to(&line, 0);
    AC_TRY(err, ac_audit_head_sign(s->d->store, s->d->vault, ac_clock_now_ms(ac_clock_system()), &head, err));
    if (s->any && head.number == s->shipped)
        return AC_OK;
    ac_jw_audit_head(&w, &head);
    ac_sb_add_char(&line, '\n');
    AC_TRY(err, ac_sb_done(&line, err));
    AC_TRY(err, s->is_url ? post(s, ac_sb_view(&line), err) : ac_durable_append(s->to, ac_sb_view(&line), err));
    s->any = true;
    s->shipped = head.number;
    return AC_OK;
}

/* What fails is tried again in a minute, and told each time: somebody has to notice. */
static bool ship_or_tell(ac_head_ship *s)
{
    const ac_rc rc = ship(s, NULL);
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "audit_head_not_shipped", AC_F("error", rc));
    return rc == AC_OK;
}

/* false: it is time to stop */
static bool wait_for(ac_head_ship *s, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / MS;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0) {}
    const bool go_on = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void *run(void *arg)
{
    ac_head_ship *s = arg;
    bool good = !s->is_url || ship_or_tell(s); /* a file has one already */
    while (wait_for(s, good || s->every_ms < AGAIN_MS ? s->every_ms : AGAIN_MS))
        good = ship_or_tell(s);
    (void)ship_or_tell(s); /* the last one, of the record that says that the server stops */
    return NULL;
}

/* A server that goes on with an older log than the one of which heads were shipped would hide it. */
static ac_rc look_back(const ac_head_ship *s, ac_err *err)
{
    ac_sign_public key;
    ac_heads_found found;
    AC_TRY(err, ac_vault_sign_public(s->d->vault, &key, err));
    const ac_rc rc = ac_heads_check(s->d, s->to, &key, &found, err);
    if (rc != AC_ENOTFOUND)
        return rc;
    *err = (ac_err) { .rc = AC_OK }; /* it is made with the first one */
    return AC_OK;
}

ac_rc ac_head_ship_new(const char *to, int64_t every_ms, ac_data *d, ac_fetch *fetch, ac_head_ship **out, ac_err *err)
{
    pthread_condattr_t steady;
    ac_head_ship *s = ac_mem_alloc(sizeof *s);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *s = (ac_head_ship) { .to = to, .every_ms = every_ms, .d = d, .fetch = fetch };
    s->is_url = strncmp(to, "http://", 7) == 0 || strncmp(to, "https://", 8) == 0;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &steady);
    pthread_condattr_destroy(&steady);
    const ac_rc rc = s->is_url ? AC_OK : look_back(s, err);
    if (rc == AC_OK)
        *out = s;
    else
        ac_head_ship_free(s);
    return rc;
}

ac_rc ac_head_ship_begin(ac_head_ship *s, ac_err *err)
{
    if (!s->is_url)
        AC_TRY(err, ship(s, err)); /* a file that cannot be written is told at once */
    s->runs = pthread_create(&s->thread, NULL, run, s) == 0;
    return s->runs ? AC_OK : ac_fail(err, AC_EIO, "a thread cannot be started");
}

void ac_head_ship_free(ac_head_ship *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->runs)
        pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    ac_mem_free(s);
}
