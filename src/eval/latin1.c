#include "eval/latin1.h"

ac_rc ac_latin1_to_utf8(ac_sv s, ac_sb *buffer, ac_sv *out, ac_err *err)
{
    ac_sb_clear(buffer);
    for (size_t i = 0, plain = 0; i <= s.n; i++) {
        unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0x80;
        if (c < 0x80)
            continue;
        ac_sb_add(buffer, ac_sv_sub(s, plain, i));
        plain = i + 1;
        if (i == s.n)
            break;
        ac_sb_add_char(buffer, (char)(0xC0 | c >> 6));
        ac_sb_add_char(buffer, (char)(0x80 | (c & 0x3F)));
    }
    AC_TRY(err, ac_sb_done(buffer, err));
    *out = ac_sb_view(buffer);
    return AC_OK;
}
