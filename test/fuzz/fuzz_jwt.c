/* Tokens and sets of keys: nothing but what is allowed comes out of what others wrote, and nothing of it lies outside.
 */
#include "fuzz/fuzz.h"

#include "core/jwt.h"

#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* What was taken is written in base64url alone, so that there is one text for one token. */
static void token(ac_sv text)
{
    static const ac_jwt_terms terms = {
        { "https://id.example", 18 }, { "aceso", 5 }, (int64_t)1500000000 * 1000, 60000
    };
    ac_jws j;
    ac_jwt t;
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(AC_JWT_ARENA);
    if (!a || ac_jws_read(text, a, &j, NULL) != AC_OK)
        return;
    must(j.alg < AC_JWAS && j.message.n < text.n && j.message.p == text.p && j.kid.n <= AC_KID_MAX && j.signature.n);
    for (size_t i = 0; i < text.n; i++)
        must(ac_is_alnum(text.p[i]) || text.p[i] == '-' || text.p[i] == '_' || text.p[i] == '.');
    if (ac_jwt_read(j.payload, &terms, a, &t, NULL) != AC_OK)
        return;
    must(t.subject.n && t.expires_ms + terms.leeway_ms > terms.now_ms);
    ac_sv word;
    for (const ac_json *m = t.claims->first; m; m = m->next)
        for (ac_jwt_words w = ac_jwt_words_of(ac_jwt_claim(t.claims, m->key), true); ac_jwt_word(&w, &word);)
            must(word.n);
}

static void keys(ac_sv text)
{
    ac_jwks k = { 0 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(AC_JWT_ARENA);
    if (!a || ac_jwks_read(text, a, &k, NULL) != AC_OK)
        return;
    must(k.n <= AC_JWKS_MAX);
    for (size_t i = 0; i < k.n; i++)
        must(k.at[i].algs && k.at[i].algs < 1u << AC_JWAS && k.at[i].x.n && k.at[i].x.n <= AC_RSA_MAX_BITS / 8 + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const ac_sv text = { (const char *)data, n };
    token(text);
    keys(text);
    return 0;
}
