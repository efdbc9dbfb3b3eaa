#include "nlp/lexicon/plural.h"

#include <string.h>

/* A clinical term is a noun phrase: its head is inflected. English: the last word, or the one before "of".
 * Spanish: the first word and the adjectives after it, up to the first preposition. */
enum { SHORTEST = 4, WORDS_MAX = 12 };

typedef struct {
    ac_sv ending, plural; /* the ending is replaced */
} ending_rule;

static const ending_rule english[] = { /* first that fits; an empty plural means: no plural */
    { { "sis", sizeof "sis" - 1 }, { "ses", sizeof "ses" - 1 } }, { { "us", sizeof "us" - 1 }, { 0 } },        { { "ss", sizeof "ss" - 1 }, { "sses", sizeof "sses" - 1 } },
    { { "s", sizeof "s" - 1 }, { 0 } },          { { "x", sizeof "x" - 1 }, { "xes", sizeof "xes" - 1 } },  { { "ch", sizeof "ch" - 1 }, { "ches", sizeof "ches" - 1 } },
    { { "sh", sizeof "sh" - 1 }, { "shes", sizeof "shes" - 1 } }, { { "ay", sizeof "ay" - 1 }, { "ays", sizeof "ays" - 1 } }, { { "ey", sizeof "ey" - 1 }, { "eys", sizeof "eys" - 1 } },
    { { "oy", sizeof "oy" - 1 }, { "oys", sizeof "oys" - 1 } },  { { "y", sizeof "y" - 1 }, { "ies", sizeof "ies" - 1 } },  { { "", sizeof "" - 1 }, { "s", sizeof "s" - 1 } },
};

static const ending_rule spanish[] = {
    { { "s", sizeof "s" - 1 }, { 0 } },         { { "x", sizeof "x" - 1 }, { 0 } },         { { "z", sizeof "z" - 1 }, { "ces", sizeof "ces" - 1 } },
    { { "a", sizeof "a" - 1 }, { "as", sizeof "as" - 1 } },   { { "e", sizeof "e" - 1 }, { "es", sizeof "es" - 1 } },   { { "i", sizeof "i" - 1 }, { "is", sizeof "is" - 1 } },
    { { "o", sizeof "o" - 1 }, { "os", sizeof "os" - 1 } },   { { "u", sizeof "u" - 1 }, { "us", sizeof "us" - 1 } },   { { "", sizeof "" - 1 }, { "es", sizeof "es" - 1 } },
};

static const char *const spanish_stops[] = { "de", "del", "con", "sin", "por", "en", "a", "al", "la", "el", "y", "para" };

static bool inflects(ac_sv word)
{
    for (size_t i = 0; i < word.n; i++)
        if (ac_sv_starts(ac_sv_sub(word, i, word.n), AC_SV("ñ"))) /* the one letter of ours that folding leaves as it is */
            i++;
        else if (!ac_is_lower(word.p[i]))
            return false;
    return word.n >= SHORTEST;
}

static ac_sv apply(ac_arena *arena, ac_sv word, const ending_rule *rules)
{
    while (!ac_sv_ends(word, rules->ending))
        rules++;
    if (!rules->plural.p)
        return (ac_sv) { NULL, 0 };
    return ac_arena_printf(arena, "%.*s%s", (int)(word.n - rules->ending.n), word.p, rules->plural.p);
}

static bool is_stop(ac_sv word)
{
    for (size_t i = 0; i < sizeof spanish_stops / sizeof spanish_stops[0]; i++)
        if (ac_sv_eq(word, ac_sv_z(spanish_stops[i])))
            return true;
    return false;
}

static size_t split(ac_sv term, ac_sv *words)
{
    size_t n = 0;
    for (ac_sv word; n < WORDS_MAX && ac_sv_split(&term, ' ', &word);)
        words[n++] = word;
    return term.p ? 0 : n; /* too long a phrase is left alone */
}

static ac_sv join(ac_arena *arena, const ac_sv *words, size_t n)
{
    ac_sv all = words[0];
    for (size_t i = 1; i < n; i++)
        all = ac_arena_printf(arena, "%.*s %.*s", (int)all.n, all.p, (int)words[i].n, words[i].p);
    return all;
}

static size_t english_head(const ac_sv *words, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (ac_sv_eq(words[i], AC_SV("of")) || ac_sv_eq(words[i], AC_SV("in")) || ac_sv_eq(words[i], AC_SV("with")))
            return i - 1;
    return n - 1;
}

static bool is_article(ac_sv word)
{
    static const char *const articles[] = { "the", "a", "an", "el", "la", "los", "las", "un", "una" };
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++)
        if (ac_sv_eq(word, ac_sv_z(articles[i])))
            return true;
    return false;
}

size_t ac_articles(ac_arena *arena, ac_sv folded, ac_lang lang, ac_sv *out, size_t max)
{
    static const struct {
        const char *link;
        const char *with[2];
    } links[AC_LANG_COUNT] = { [AC_LANG_EN] = { "of", { "of the", NULL } }, [AC_LANG_ES] = { "de", { "del", "de la" } } };
    ac_sv words[WORDS_MAX];
    size_t n = split(folded, words), made = 0;
    for (size_t i = 1; i + 1 < n && !made; i++) {
        if (!ac_sv_eq(words[i], ac_sv_z(links[lang].link)) || is_article(words[i + 1]) || !inflects(words[i + 1]))
            continue;
        for (size_t k = 0; k < 2 && links[lang].with[k] && made < max; k++) {
            words[i] = ac_sv_z(links[lang].with[k]);
            out[made++] = join(arena, words, n);
        }
    }
    return made;
}

size_t ac_plurals(ac_arena *arena, ac_sv folded, ac_lang lang, ac_sv *out, size_t max)
{
    ac_sv words[WORDS_MAX];
    size_t n = split(folded, words), made = 0;
    if (n == 0 || max == 0)
        return 0;
    size_t begin = 0, end = 0;
    if (lang == AC_LANG_EN)
        begin = english_head(words, n), end = begin + 1;
    else
        while (end < n && !is_stop(words[end]))
            end++;
    bool head = false;
    for (size_t i = begin; i < end; i++) {
        ac_sv plural = inflects(words[i]) ? apply(arena, words[i], lang == AC_LANG_EN ? english : spanish)
                                          : (ac_sv) { NULL, 0 };
        head |= i == begin && plural.p;
        words[i] = plural.p ? plural : words[i];
    }
    if (head)
        out[made++] = join(arena, words, n);
    return made;
}
