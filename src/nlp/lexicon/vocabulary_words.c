#include "nlp/lexicon/vocabulary_words.h"

enum { TEXT_MAX = 96 };

static const ac_term *find_in(ac_release_word key, ac_sv folded, ac_lang lang)
{
    const ac_terms *t = ac_terms_vocabulary();
    for (const ac_term *m = ac_terms_find(t, folded, lang); m; m = ac_term_next(t, m, folded, lang))
        if (m->value == key)
            return m;
    return NULL;
}

const ac_term *ac_release_find(ac_release_word key, ac_sv text)
{
    char folded[TEXT_MAX];
    if (!text.n || text.n > sizeof folded)
        return NULL;
    for (size_t i = 0; i < text.n; i++)
        folded[i] = text.p[i] == '-' || text.p[i] == '/' ? ' ' : ac_lower(text.p[i]);
    const ac_term *m = find_in(key, (ac_sv) { folded, text.n }, AC_LANG_EN);
    return m ? m : find_in(key, (ac_sv) { folded, text.n }, AC_LANG_ES);
}

ac_sv ac_release_cell(ac_release_word key, ac_sv text)
{
    const ac_term *m = ac_release_find(key, text);
    return m ? ac_terms_cell(ac_terms_vocabulary(), m->row, 0) : (ac_sv) { "", 0 };
}

bool ac_release_kind(ac_release_word key, ac_sv text, ac_kind *kind, uint8_t *order)
{
    const ac_term *m = ac_release_find(key, text);
    if (!m || !ac_kind_from(ac_terms_cell(ac_terms_vocabulary(), m->row, 0), kind))
        return false;
    *order = m->row < UINT8_MAX ? (uint8_t)m->row : UINT8_MAX;
    return true;
}
