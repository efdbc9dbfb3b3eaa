#include "api/limit.h"

#include "base/mem.h"
#include "base/spin.h"

enum { SETS = 4096, WAYS = 4, MS = 1000 };

typedef struct {
    uint64_t who;
    double tokens;
    int64_t at_ms;
} bucket;

struct ac_limit {
    ac_limit_options o;
    double per_ms, most;
    ac_spin lock;
    bucket at[SETS][WAYS];
};

ac_rc ac_limit_new(const ac_limit_options *opt, ac_limit **out, ac_err *err)
{
    ac_limit *l = ac_mem_alloc(sizeof *l);
    if (!l)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    l->o = *opt;
    l->per_ms = opt->window_s ? (double)opt->count / ((double)opt->window_s * MS) : 0;
    l->most = opt->burst ? opt->burst : 1;
    ac_spin_init(&l->lock);
    *out = l;
    return AC_OK;
}

void ac_limit_free(ac_limit *l) { ac_mem_free(l); }

/* His bucket, else the one that was used longest ago: it is full by now, or its owner is one of very many. */
static bucket *find(ac_limit *l, uint64_t who)
{
    bucket *set = l->at[who % SETS], *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].who == who && set[i].at_ms)
            return &set[i];
        oldest = set[i].at_ms < oldest->at_ms ? &set[i] : oldest;
    }
    *oldest = (bucket) { .who = who, .tokens = l->most };
    return oldest;
}

ac_limit_answer ac_limit_take(ac_limit *l, uint64_t who, int64_t now_ms)
{
    if (!l->o.count)
        return (ac_limit_answer) { .allowed = true };
    ac_spin_lock(&l->lock);
    bucket *b = find(l, who);
    if (b->at_ms && now_ms > b->at_ms)
        b->tokens += (double)(now_ms - b->at_ms) * l->per_ms;
    b->tokens = b->tokens > l->most ? l->most : b->tokens;
    b->at_ms = now_ms ? now_ms : 1;
    ac_limit_answer a = {
        .allowed = b->tokens >= 1, .limit = l->o.count, .window_s = l->o.window_s, .burst = (uint32_t)l->most
    };
    if (a.allowed)
        b->tokens -= 1;
    else
        a.wait_s = 1 + (uint32_t)((1 - b->tokens) / l->per_ms / MS);
    a.left = (uint32_t)b->tokens;
    a.full_s = (uint32_t)((l->most - b->tokens) / l->per_ms / MS + 1);
    ac_spin_unlock(&l->lock);
    return a;
}
