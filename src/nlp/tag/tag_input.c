#include "nlp/tag/tag_input.h"

#include <string.h>

enum { SLOT_LEX, SLOT_PHI, SLOT_SEC, SLOT_LINE, SLOT_NAME, SLOT_WORD, LINE_MAX = 4 };
_Static_assert(SLOT_WORD < (int)AC_TAG_CLASSES, "one slot for each kind of class");

typedef struct {
    const ac_note *note;
    ac_tag_class *at;
    uint32_t token; /* spans come in ascending order: the search goes on where the last one began */
} filling;

static void set(filling *f, uint32_t token, int slot, ac_tag_class c) { f->at[(size_t)token * AC_TAG_CLASSES + (size_t)slot] = c; }

static void fill_span(filling *f, ac_span span, int slot, ac_tag_template t, unsigned value)
{
    const ac_tokens *tokens = &f->note->tokens;
    while (f->token < tokens->n && tokens->at[f->token].end <= span.begin)
        f->token++;
    for (uint32_t i = f->token; i < tokens->n && tokens->at[i].begin < span.end; i++) {
        bool first = i == f->token, last = i + 1 == tokens->n || tokens->at[i + 1].begin >= span.end;
        ac_tag_place place = first && last ? AC_TAG_SINGLE : first ? AC_TAG_BEGIN : last ? AC_TAG_END : AC_TAG_INSIDE;
        set(f, i, slot, ac_tag_class_of(t, value * AC_TAG_PLACES + (unsigned)place));
    }
}

static void fill_sections(filling *f)
{
    const ac_section_list *sections = &f->note->sections;
    size_t s = 0;
    for (uint32_t i = 0; i < f->note->tokens.n; i++) {
        while (s + 1 < sections->n && sections->at[s].span.end <= f->note->tokens.at[i].begin)
            s++;
        if (s < sections->n)
            set(f, i, SLOT_SEC, ac_tag_class_of(AC_TAG_SEC, sections->at[s].type));
    }
}

static void fill_lines(filling *f)
{
    unsigned in_line = LINE_MAX;
    for (uint32_t i = 0; i < f->note->tokens.n; i++) {
        in_line = f->note->tokens.at[i].shape & AC_SHAPE_LINE_START ? 0 : in_line + (in_line < LINE_MAX);
        bool last = i + 1 == f->note->tokens.n || f->note->tokens.at[i + 1].shape & AC_SHAPE_LINE_START;
        if (last || in_line < LINE_MAX)
            set(f, i, SLOT_LINE, ac_tag_class_of(AC_TAG_LINE, in_line + (last ? LINE_MAX + 1 : 0)));
    }
}

static void fill_words(filling *f)
{
    for (uint32_t i = 0; i < f->note->tokens.n; i++) {
        uint64_t words = f->note->phi_words ? f->note->phi_words[i] : 0;
        if (words)
            set(f, i, SLOT_WORD, ac_tag_class_of(AC_TAG_WORD, (unsigned)__builtin_ctzll(words)));
        unsigned names = f->note->name_words ? f->note->name_words[i] : 0;
        if (names)
            set(f, i, SLOT_NAME, ac_tag_class_of(AC_TAG_NAME, names));
    }
}

ac_rc ac_tag_input_of(const ac_note *note, ac_tag_input *out, ac_err *err)
{
    filling f = { .note = note, .at = ac_arena_alloc(note->arena, (note->tokens.n + 1) * AC_TAG_CLASSES * sizeof *f.at) };
    if (!f.at)
        return ac_fail(err, AC_ELIMIT, "no room for the classes of a note's words");
    for (size_t i = 0; i < note->entities.n; i++)
        fill_span(&f, note->entities.at[i].span, SLOT_LEX, AC_TAG_LEX, note->entities.at[i].kind);
    f.token = 0;
    for (size_t i = 0; i < note->phi.n; i++)
        fill_span(&f, note->phi.at[i].span, SLOT_PHI, AC_TAG_PHI, note->phi.at[i].type);
    fill_sections(&f);
    fill_lines(&f);
    fill_words(&f);
    *out = (ac_tag_input) { note, f.at };
    return AC_OK;
}
