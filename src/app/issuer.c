#include "app/issuer.h"

#include "base/json_read.h"
#include "base/spin.h"
#include "core/log.h"

#include <stdatomic.h>

enum {
    CONNECT_MS = 3000,
    TIMEOUT_MS = 5000,
    DOCUMENT_MAX = 1 << 18, /* bytes of what the issuer answers */
    ARENA = 8 << 20,
    DEPTH = 16,
    OK = 200,
    REDISCOVER_MS = 3600 * 1000,
    MS = 1000
};

typedef struct {
    char kid[AC_KID_MAX];
    size_t kid_n;
    uint32_t algs;
    ac_public_key *key;
} known_key;

/* Never changed once others can see it. */
typedef struct {
    atomic_uint holders;
    uint64_t which; /* hash of what the issuer said */
    size_t n;
    known_key at[];
} key_set;

struct ac_issuer {
    ac_issuer_options o;
    atomic_bool asked, stopping; /* asked: in the background */
    ac_spin lock;                /* of all below */
    key_set *keys;               /* NULL: none yet */
    int64_t fetched_ms, fresh_ms,
        next_ms;       /* when they came; until when they are fresh; when the issuer may be asked again */
    unsigned failures; /* since they came */
    uint64_t n_fetched, n_failed;
    /* of the thread that fetches */
    char keys_url[AC_FETCH_URL_MAX];
    size_t keys_url_n;
    int64_t discovered_ms;
};

/* ---- addresses ---- */

static bool is_plain(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] >= 0x7F || memchr("\"<>\\^`{|}?#@", s.p[i], 12))
            return false;
    return true;
}

static bool is_local(ac_sv rest)
{
    static const char *const hosts[] = { "127.0.0.1", "[::1]", "localhost" };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const ac_sv host = ac_sv_z(hosts[i]);
        if (ac_sv_starts(rest, host) && (rest.n == host.n || rest.p[host.n] == ':' || rest.p[host.n] == '/'))
            return true;
    }
    return false;
}

/* What is fetched decides who is let in: it must come from whom it says. */
static bool is_safe(ac_sv url, size_t max)
{
    const ac_sv secure = AC_SV("https://"), open = AC_SV("http://");
    if (url.n > max || !is_plain(url))
        return false;
    if (ac_sv_starts(url, secure))
        return url.n > secure.n && url.p[secure.n] != '/';
    return ac_sv_starts(url, open) && is_local(ac_sv_sub(url, open.n, url.n));
}

bool ac_issuer_is_url(ac_sv url) { return is_safe(url, AC_ISSUER_URL_MAX); }

/* ---- making ---- */

static void release(ac_issuer *i, key_set *s)
{
    if (!s || atomic_fetch_sub(&s->holders, 1) != 1)
        return;
    for (size_t k = 0; k < s->n; k++)
        ac_signature_unload(i->o.signatures, s->at[k].key);
    ac_mem_free(s);
}

ac_rc ac_issuer_new(const ac_issuer_options *opt, ac_issuer **out, ac_err *err)
{
    if (!ac_issuer_is_url(opt->url))
        return ac_fail(err, AC_EINPUT, "an issuer is https://HOST[/PATH], or http:// on this machine");
    ac_issuer *i = ac_mem_alloc(sizeof *i);
    if (!i)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    i->o = *opt;
    ac_spin_init(&i->lock);
    *out = i;
    return AC_OK;
}

void ac_issuer_free(ac_issuer *i)
{
    if (!i)
        return;
    release(i, i->keys);
    ac_mem_free(i);
}

void ac_issuer_stop(ac_issuer *i) { atomic_store(&i->stopping, true); }

/* ---- fetching: one thread ---- */

static bool is_stopping(void *issuer) { return atomic_load(&((ac_issuer *)issuer)->stopping); }

static ac_rc get(ac_issuer *i, ac_sv url, ac_arena *arena, ac_fetch_answer *out, ac_err *err)
{
    const ac_fetch_header accept = { AC_SV("Accept"), AC_SV("application/json") };
    const ac_fetch_request r = { .method = AC_SV("GET"),
                                 .url = url,
                                 .headers = &accept,
                                 .n_headers = 1,
                                 .reach = AC_REACH_ANY,
                                 .ca_file = i->o.ca_file,
                                 .connect_ms = CONNECT_MS,
                                 .timeout_ms = TIMEOUT_MS,
                                 .max_bytes = DOCUMENT_MAX,
                                 .context = i,
                                 .cancelled = is_stopping };
    AC_TRY(err, ac_fetch_send(i->o.fetch, &r, arena, out, err));
    return out->status == OK ? AC_OK : ac_fail(err, AC_EIO, "the issuer answers with status %d", out->status);
}

static ac_rc discover(ac_issuer *i, int64_t now, ac_arena *arena, ac_err *err)
{
    ac_fetch_answer a = { 0 };
    ac_json *j;
    const size_t n = i->o.url.n - ac_sv_ends(i->o.url, AC_SV("/"));
    const ac_sv url = ac_arena_printf(arena, "%.*s/.well-known/openid-configuration", (int)n, i->o.url.p);
    if (!url.p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, get(i, url, arena, &a, err));
    AC_TRY(err, ac_json_parse(a.body, DEPTH, arena, &j, err));
    if (!ac_sv_eq(ac_json_text(j, "issuer"), i->o.url))
        return ac_fail(err, AC_EINPUT, "what is found at the issuer's address says that it is another one");
    const ac_sv keys = ac_json_text(j, "jwks_uri");
    if (!is_safe(keys, sizeof i->keys_url))
        return ac_fail(err, AC_EINPUT, "the issuer names no safe address of its keys");
    memcpy(i->keys_url, keys.p, keys.n);
    i->keys_url_n = keys.n;
    i->discovered_ms = now;
    return AC_OK;
}

static uint64_t hash(ac_sv s)
{
    uint64_t h = 0xcbf29ce484222325; /* FNV-1a */
    for (size_t k = 0; k < s.n; k++)
        h = (h ^ (unsigned char)s.p[k]) * 0x100000001b3;
    return h;
}

/* A key that is none does not make the others useless. */
static ac_rc load_set(ac_issuer *i, ac_sv body, ac_arena *arena, key_set **out, ac_err *err)
{
    ac_jwks keys = { 0 };
    AC_TRY(err, ac_jwks_read(body, arena, &keys, err));
    key_set *s = ac_mem_alloc(sizeof *s + keys.n * sizeof s->at[0]);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    atomic_init(&s->holders, 1);
    s->which = hash(body);
    for (size_t k = 0; k < keys.n; k++) {
        known_key *to = &s->at[s->n];
        const ac_rc rc = ac_signature_load(i->o.signatures, &keys.at[k], &to->key, err);
        if (rc == AC_ENOMEM) {
            release(i, s);
            return rc;
        }
        if (rc != AC_OK)
            continue;
        memcpy(to->kid, keys.at[k].kid.p, keys.at[k].kid.n);
        to->kid_n = keys.at[k].kid.n;
        to->algs = keys.at[k].algs;
        s->n++;
    }
    *out = s;
    return AC_OK;
}

/* How long an answer may be kept (RFC 9111): max-age, within our bounds. */
static int64_t fresh_for(ac_sv cache_control)
{
    int64_t ms = AC_ISSUER_FRESH_MS, seconds;
    ac_sv part;
    while (ac_sv_split(&cache_control, ',', &part)) {
        const ac_sv name = AC_SV("max-age="), d = ac_sv_trim(part);
        if (ac_sv_eq_nocase(d, AC_SV("no-store")) || ac_sv_eq_nocase(d, AC_SV("no-cache")))
            return AC_ISSUER_FRESH_MIN_MS;
        if (ac_sv_eq_nocase(ac_sv_sub(d, 0, name.n), name) && ac_sv_to_i64(ac_sv_sub(d, name.n, d.n), &seconds))
            ms = seconds > AC_ISSUER_FRESH_MAX_MS / MS ? AC_ISSUER_FRESH_MAX_MS : seconds * MS;
    }
    return ms < AC_ISSUER_FRESH_MIN_MS ? AC_ISSUER_FRESH_MIN_MS : ms;
}

static ac_rc fetch(ac_issuer *i, int64_t now, key_set **out, int64_t *fresh, ac_err *err)
{
    ac_fetch_answer a = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (!i->keys_url_n || now - i->discovered_ms > REDISCOVER_MS)
        AC_TRY(err, discover(i, now, arena, err));
    AC_TRY(err, get(i, (ac_sv) { i->keys_url, i->keys_url_n }, arena, &a, err));
    *fresh = fresh_for(a.cache_control);
    return load_set(i, a.body, arena, out, err);
}

/* A token bucket: next_ms lies so far back as there are fetches to spare. */
static void keep(ac_issuer *i, key_set *s, int64_t now, int64_t fresh)
{
    const int64_t least = now - (int64_t)AC_ISSUER_BURST * AC_ISSUER_PAUSE_MS + AC_ISSUER_PAUSE_MS;
    ac_spin_lock(&i->lock);
    key_set *old = i->keys;
    const bool changed = !old || old->which != s->which;
    i->keys = s;
    i->fetched_ms = now;
    i->fresh_ms = now + fresh;
    i->next_ms = (i->next_ms > least && !i->failures ? i->next_ms : least) + AC_ISSUER_PAUSE_MS;
    i->failures = 0;
    i->n_fetched++;
    ac_spin_unlock(&i->lock);
    release(i, old);
    if (changed)
        AC_LOG(AC_LOG_INFO, "issuer_keys_changed", AC_F("keys", (uint64_t)s->n));
}

static void give_up(ac_issuer *i, int64_t now, ac_rc rc)
{
    ac_spin_lock(&i->lock);
    int64_t wait = AC_ISSUER_RETRY_MIN_MS;
    for (unsigned k = 0; k < i->failures && wait < AC_ISSUER_RETRY_MAX_MS; k++)
        wait *= 2;
    i->next_ms = now + (wait < AC_ISSUER_RETRY_MAX_MS ? wait : AC_ISSUER_RETRY_MAX_MS);
    i->failures++;
    i->n_failed++;
    const uint64_t age = i->fetched_ms ? (uint64_t)(now - i->fetched_ms) / MS : 0;
    ac_spin_unlock(&i->lock);
    i->keys_url_n = 0; /* they may lie elsewhere now */
    AC_LOG(AC_LOG_WARN, "issuer_failed", AC_F("error", rc), AC_F("age_of_keys_s", age));
}

void ac_issuer_fetch(ac_issuer *i)
{
    key_set *s = NULL;
    int64_t fresh = 0;
    ac_spin_lock(&i->lock);
    const int64_t began = ac_clock_now_ms(i->o.clock);
    const bool due = began >= i->next_ms && (!i->fetched_ms || began - i->fetched_ms >= AC_ISSUER_SINCE_MS);
    ac_spin_unlock(&i->lock);
    if (!due || is_stopping(i))
        return; /* somebody did, while this one waited for his turn */
    const ac_rc rc = fetch(i, began, &s, &fresh, NULL);
    const int64_t now = ac_clock_now_ms(i->o.clock); /* it may have taken a while */
    if (rc == AC_OK)
        keep(i, s, now, fresh);
    else
        give_up(i, now, rc);
}

/* ---- asking ---- */

typedef struct {
    key_set *keys; /* held; NULL: none that may still be used */
    bool old, may_ask, failing;
} state;

static state look(ac_issuer *i)
{
    const int64_t now = ac_clock_now_ms(i->o.clock);
    ac_spin_lock(&i->lock);
    state s = { .keys = i->keys && now < i->fetched_ms + AC_ISSUER_STALE_MS ? i->keys : NULL,
                .old = now >= i->fresh_ms,
                .may_ask = now >= i->next_ms,
                .failing = i->failures > 0 };
    if (s.keys)
        atomic_fetch_add(&s.keys->holders, 1);
    ac_spin_unlock(&i->lock);
    return s;
}

void ac_issuer_fetched(ac_issuer *i) { atomic_store(&i->asked, false); }

static void ask_later(ac_issuer *i, const state *s)
{
    if (!s->old || !s->may_ask || atomic_exchange(&i->asked, true))
        return;
    if (i->o.later) {
        i->o.later(i->o.context, i);
        return;
    }
    ac_issuer_fetch(i);
    ac_issuer_fetched(i);
}

void ac_issuer_refresh(ac_issuer *i)
{
    const state s = look(i);
    ask_later(i, &s);
    release(i, s.keys);
}

/* By its name; where the token names none, the only one that it may be. */
static const known_key *find(const key_set *s, const ac_jws *j)
{
    const known_key *only = NULL;
    for (size_t k = 0; s && k < s->n; k++) {
        const known_key *one = &s->at[k];
        if (!(one->algs >> j->alg & 1))
            continue;
        if (j->kid.n && ac_sv_eq(j->kid, (ac_sv) { one->kid, one->kid_n }))
            return one;
        if (!j->kid.n && only)
            return NULL;
        only = one;
    }
    return j->kid.n ? NULL : only;
}

static ac_rc not_known(const state *s, ac_err *err)
{
    if (!s->keys || s->failing)
        return ac_fail(err, AC_EBUSY, "the keys of the issuer cannot be had at the moment");
    return ac_fail(err, AC_EAUTH, "the token is signed with a key that the issuer does not have");
}

ac_rc ac_issuer_check(ac_issuer *i, const ac_jws *j, uint64_t *which, ac_err *err)
{
    ac_rc rc = AC_OK;
    state s = look(i);
    const known_key *k = find(s.keys, j);
    if (!k && s.may_ask) {
        release(i, s.keys);
        if (i->o.wait)
            rc = i->o.wait(i->o.context, i, err);
        else
            ac_issuer_fetch(i);
        s = look(i);
        k = find(s.keys, j);
    } else {
        ask_later(i, &s);
    }
    if (!k || !s.keys) {
        rc = rc == AC_OK ? not_known(&s, err) : rc;
    } else {
        *which = s.keys->which;
        rc = ac_signature_check(i->o.signatures, k->key, j->alg, j->message, j->signature, err);
    }
    release(i, s.keys);
    return rc;
}

bool ac_issuer_still(ac_issuer *i, uint64_t which)
{
    const state s = look(i);
    const bool same = s.keys && s.keys->which == which;
    ask_later(i, &s);
    release(i, s.keys);
    return same;
}

ac_issuer_counts ac_issuer_counted(ac_issuer *i)
{
    ac_spin_lock(&i->lock);
    const ac_issuer_counts c = { i->n_fetched, i->n_failed, i->keys ? i->keys->n : 0, i->fetched_ms };
    ac_spin_unlock(&i->lock);
    return c;
}
