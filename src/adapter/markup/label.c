#include "adapter/markup/label.h"

enum { ROMAN_MAX = 3999, LETTERS = 26 };

static void add_roman(ac_sb *out, bool upper, int64_t n)
{
    static const struct {
        int64_t value;
        const char *digits;
    } rows[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
                 { 40, "xl" }, { 10, "x" }, { 9, "ix" }, { 5, "v" }, { 4, "iv" }, { 1, "i" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (; n >= rows[i].value; n -= rows[i].value)
            for (const char *c = rows[i].digits; *c; c++)
                ac_sb_add_char(out, upper ? ac_upper(*c) : *c);
}

/* a to z, then aa to zz, as word processors do: one letter, repeated */
static void add_letters(ac_sb *out, bool upper, int64_t n)
{
    char c = (char)((upper ? 'A' : 'a') + (n - 1) % LETTERS);
    for (int64_t i = 0; i <= (n - 1) / LETTERS; i++)
        ac_sb_add_char(out, c);
}

void label_number(ac_sb *out, label_style style, int64_t n)
{
    bool letters = style == LABEL_LOWER_LETTER || style == LABEL_UPPER_LETTER;
    bool roman = style == LABEL_LOWER_ROMAN || style == LABEL_UPPER_ROMAN;
    if (style == LABEL_NONE)
        return;
    if (style == LABEL_BULLET)
        ac_sb_add_char(out, '-');
    else if (letters && n > 0 && n <= LETTERS * 4)
        add_letters(out, style == LABEL_UPPER_LETTER, n);
    else if (roman && n > 0 && n <= ROMAN_MAX)
        add_roman(out, style == LABEL_UPPER_ROMAN, n);
    else
        ac_sb_addf(out, "%lld", (long long)n);
}

label_style label_style_of(ac_sv name)
{
    static const struct {
        const char *name;
        label_style style;
    } rows[] = { { "1", LABEL_DECIMAL }, { "a", LABEL_LOWER_LETTER }, { "A", LABEL_UPPER_LETTER }, { "i", LABEL_LOWER_ROMAN },
                 { "I", LABEL_UPPER_ROMAN } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(name, ac_sv_z(rows[i].name)))
            return rows[i].style;
    return name.n ? LABEL_DECIMAL : LABEL_NONE;
}
