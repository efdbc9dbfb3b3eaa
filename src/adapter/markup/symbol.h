/* Characters of the fonts Symbol and Wingdings, which documents use for ticked boxes, Greek letters and comparison signs. */
#ifndef AC_ADAPTER_MARKUP_SYMBOL_H
#define AC_ADAPTER_MARKUP_SYMBOL_H

#include "base/str.h"

/* The name by which such a font is known here; NULL when it is none. */
const char *symbol_font(ac_sv name);
/* The character that a font of symbol_font shows for a code (0x20 to 0xFF, or 0xF020 to 0xF0FF); U+FFFD for other pictures. */
uint32_t symbol_char(const char *font, uint32_t code);

#endif
