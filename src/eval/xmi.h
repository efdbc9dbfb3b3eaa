/** Start tags of an XML file and their attributes: all that UIMA's XMI needs. Tolerant: what is no start tag is passed
 *  over, and a tag that never ends is no tag. */
#ifndef AC_EVAL_XMI_H
#define AC_EVAL_XMI_H

#include "base/arena.h"

typedef struct {
    ac_sv name;  /* with its prefix: custom:EVENT */
    ac_sv attrs; /* as written */
} ac_xml_tag;

/** The next start tag of *rest; false when there is none left. Views into the file. */
bool ac_xml_next(ac_sv *rest, ac_xml_tag *out);

/** The value of an attribute with its entities decoded (by XML's rules a bare line end is a blank); p is NULL when the
 *  tag has no such attribute or the arena is full. */
ac_sv ac_xml_attr(const ac_xml_tag *tag, const char *name, ac_arena *arena);

/** A value that is a number; fallback otherwise. */
int64_t ac_xml_number(const ac_xml_tag *tag, const char *name, int64_t fallback, ac_arena *arena);

/** UIMA counts UTF-16 units. The byte of each unit of UTF-8 text, and one more for its end. *n is the number of units.
 *  NULL when the arena is full. */
uint32_t *ac_utf16_bytes(ac_sv text, ac_arena *arena, size_t *n);

#endif
