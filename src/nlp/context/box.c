#include "nlp/context/box.h"

enum { REACH = 120 }; /* bytes of a line that a box may govern */

static const struct {
    ac_sv mark;
    bool empty;
} boxes[] = {
    { { "[ ]", 3 }, true },     { { "[_]", 3 }, true },     { { "\u2610", 3 }, true },  { { "\u25a1", 3 }, true },
    { { "[x]", 3 }, false },    { { "[X]", 3 }, false },    { { "\u2611", 3 }, false }, { { "\u2612", 3 }, false },
    { { "\u25a0", 3 }, false }, { { "\u2713", 3 }, false }, { { "\u2714", 3 }, false },
};
enum { BOXES = sizeof boxes / sizeof *boxes };

bool ac_boxes_are_there(ac_sv text)
{
    for (size_t i = 0; i < BOXES; i++)
        if (boxes[i].empty && text.n && memmem(text.p, text.n, boxes[i].mark.p, boxes[i].mark.n))
            return true;
    return false;
}

bool ac_box_is_empty_before(ac_sv text, size_t at)
{
    const size_t least = at > REACH ? at - REACH : 0;
    for (size_t end = at; end > least && text.p[end - 1] != '\n'; end--)
        for (size_t i = 0; i < BOXES; i++)
            if (ac_sv_ends(ac_sv_sub(text, 0, end), boxes[i].mark))
                return boxes[i].empty;
    return false;
}
