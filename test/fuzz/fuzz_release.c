/* The readers of official releases, line by line. What they give out lies within the line, names a kind or none, and a rank. */
#include "fuzz/fuzz.h"
#include "interop/release.h"
#include "vocab/filter.h"
#include "nlp/text/fold.h"

#include <stdlib.h>

typedef struct {
    ac_sv line;
    ac_arena *arena;
} context;

static void check(bool ok)
{
    if (!ok)
        abort();
}

static ac_rc take(void *ctx, const ac_item *i, ac_err *err)
{
    context *c = ctx;
    ac_folded f;
    ac_left why = AC_LEFT_COUNT;
    check(i->what <= AC_ITEM_CLOSED && i->kind <= AC_KIND_COUNT && i->rank <= AC_RANK_OTHER && i->group.n > 0);
    check(i->what == AC_ITEM_KIND || i->what == AC_ITEM_CLOSED || (i->code.n && i->term.n && i->system.n && i->langs));
    check(ac_release_is_text(i->term));
    ac_arena_reset(c->arena);
    if (i->term.n && ac_fold(i->term, c->arena, &f, err) == AC_OK) {
        check(ac_vocab_term_counts(i->term, &f, i->kind, &why) || why < AC_LEFT_COUNT);
        (void)ac_vocab_term_is_everyday(&f);
    }
    (void)ac_vocab_term_is_capitals(i->term);
    return AC_OK;
}

static void left(void *ctx, ac_left why)
{
    (void)ctx;
    check(why < AC_LEFT_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)64 << 20);
    context c = { .arena = arena };
    ac_release r = { .sink = { take, left, &c }, .lang = AC_LANG_COUNT, .kind = AC_KIND_COUNT };
    ac_sv rest = { (const char *)data, n }, first = rest;
    if (!arena || !n)
        return 0;
    (void)ac_sv_split(&first, '\n', &c.line);
    if (!ac_release_begin(&r, c.line))
        return 0;
    while (ac_sv_split(&rest, '\n', &c.line))
        if (ac_release_line(&r, c.line, NULL) != AC_OK)
            return 0;
    check(r.good + r.bad <= r.line && (r.bad == 0) == (r.first_bad == 0));
    return 0;
}
