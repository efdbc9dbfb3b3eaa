/** One scan for the words of data/sig; every step that reads numbers, times or doses asks here. */
#ifndef AC_NLP_MARK_H
#define AC_NLP_MARK_H

#include "nlp/entity/sig.h"

/** Step: reads folded, tokens, lang; fills marks. Runs once: a second call does nothing. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_marks(ac_note *note, ac_err *err);

/** ac_mark_at, where one begins. */
const ac_mark *ac_mark_of(const ac_note *note, uint32_t token, ac_sig_kind kind);
/** The mark of that kind that begins at token, or NULL. Any token is fine, also one past the end. Inline: few tokens begin one. */
static inline const ac_mark *ac_mark_at(const ac_note *note, uint32_t token, ac_sig_kind kind)
{
    const uint64_t *kinds = note->marks.kinds;
    return kinds && token < note->tokens.n && kinds[token] >> kind & 1 ? ac_mark_of(note, token, kind) : NULL;
}

/** The mark of that kind that ends before token (its token_end is token), at most three tokens long, or NULL. */
const ac_mark *ac_mark_before(const ac_note *note, uint32_t token, ac_sig_kind kind);

/** Its normalised value: the first cell of its row. */
ac_sv ac_mark_norm(const ac_mark *m);

/** The bytes of tokens [begin, end). */
ac_span ac_tokens_span(const ac_note *note, uint32_t begin, uint32_t end);

/** The place of a token in the folded text, or its end for a token past the last. */
uint32_t ac_token_fold(const ac_note *note, uint32_t token);
/** The first token behind token that begins at folded byte end or later: the one behind a term that began there. */
uint32_t ac_token_behind(const ac_note *note, uint32_t token, uint32_t end);

/** A small number in the form data/ uses ("2", "0.5", "-1"); false on anything else. */
bool ac_cell_number(ac_sv *s, double *out);

static inline ac_sv ac_token_text(const ac_note *note, uint32_t token)
{
    if (token >= note->tokens.n || !note->text.p)
        return (ac_sv) { "", 0 };
    const ac_token *t = &note->tokens.at[token];
    return (ac_sv) { note->text.p + t->begin, t->end - t->begin };
}

/** The token is this one ASCII character. */
static inline bool ac_token_is(const ac_note *note, uint32_t token, char c)
{
    ac_sv s = ac_token_text(note, token);
    return s.n == 1 && s.p[0] == c;
}

static inline bool ac_token_kind_is(const ac_note *note, uint32_t token, ac_token_kind kind)
{
    return token < note->tokens.n && note->tokens.at[token].kind == kind;
}

/** No white space between this token and the one before. */
static inline bool ac_token_joined(const ac_note *note, uint32_t token)
{
    return token > 0 && token < note->tokens.n && note->tokens.at[token].begin == note->tokens.at[token - 1].end;
}

/** This token stands on the same line as the one before. */
static inline bool ac_token_same_line(const ac_note *note, uint32_t token)
{
    return token > 0 && token < note->tokens.n && !(note->tokens.at[token].shape & AC_SHAPE_LINE_START);
}

/** "-", en or em dash. */
bool ac_token_is_dash(const ac_note *note, uint32_t token);

#endif
