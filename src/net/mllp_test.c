#include "net/mllp.h"
#include "kit/test.h"

/* Everything that comes out of bytes given in pieces of the given size: messages separated by '|', '!' for one that was too long. */
static bool gives(ac_sv bytes, size_t piece, size_t max, ac_sv expected)
{
    AC_AUTO(ac_mllp) m = { .max = max };
    AC_AUTO(ac_sb) all = AC_SB(1 << 16);
    for (size_t at = 0; at < bytes.n; at += piece) {
        ac_sv rest = ac_sv_sub(bytes, at, at + piece), message;
        ac_mllp_event event = AC_MLLP_MESSAGE;
        while (rest.n || event != AC_MLLP_MORE) {
            if (ac_mllp_take(&m, &rest, &event, &message, NULL) != AC_OK)
                return false;
            if (event == AC_MLLP_MESSAGE)
                ac_sb_add(&all, message);
            if (event != AC_MLLP_MORE)
                ac_sb_add_char(&all, event == AC_MLLP_MESSAGE ? '|' : '!');
        }
    }
    return ac_sv_eq(ac_sb_view(&all), expected);
}

static bool always_gives(ac_sv bytes, size_t max, ac_sv expected)
{
    bool ok = true;
    for (size_t piece = 1; piece <= bytes.n; piece++)
        ok &= gives(bytes, piece, max, expected);
    return ok;
}

AC_TEST(mllp, messages_come_out_however_the_bytes_come_in)
{
    CHECK(always_gives(AC_SV("\x0BMSH|a\rPID\r\x1C\r\x0Bsecond\x1C\r"), 100, AC_SV("MSH|a\rPID\r|second|")));
    CHECK(always_gives(AC_SV("\x0B\x1C\r"), 100, AC_SV("|")));
    CHECK(always_gives(AC_SV("\x0Bopen"), 100, AC_SV("")));
}

AC_TEST(mllp, what_is_outside_or_broken_does_not_end_the_stream)
{
    CHECK(always_gives(AC_SV("noise\r\n\x1C\r\x0Bone\x1C\r\r\nmore\x0Btwo\x1C\r"), 100, AC_SV("one|two|")));
    CHECK(always_gives(AC_SV("\x0Blost\r\x0Bkept\x1C\r"), 100, AC_SV("kept|")));
    CHECK(always_gives(AC_SV("\x0B" "a\x1C" "b\x1C\x1C\r"), 100, AC_SV("a\x1C" "b\x1C|")));
    CHECK(always_gives(AC_SV("\x0B" "a\x0B" "b\x1C\r"), 100, AC_SV("a\x0B" "b|")));
    AC_AUTO(ac_mllp) m = { .max = 100 };
    ac_sv rest = AC_SV("xy \x0Blost\r\x0Bk\x1C\r"), message;
    ac_mllp_event event;
    CHECK(ac_mllp_take(&m, &rest, &event, &message, NULL) == AC_OK && event == AC_MLLP_MESSAGE && rest.n == 0);
    CHECK(m.stray == 2 && m.broken == 1 && m.messages == 1 && ac_sv_eq(message, AC_SV("k")));
}

AC_TEST(mllp, a_message_that_is_too_long_is_skipped_whole)
{
    CHECK(always_gives(AC_SV("\x0B" "12345\x1C\r\x0B" "123456\x1C\r\x0Bok\x1C\r"), 5, AC_SV("12345|!ok|")));
    CHECK(always_gives(AC_SV("\x0B" "12345\x1Cx\x1C\x1C\r\x0Bok\x1C\r"), 5, AC_SV("!ok|")));
    CHECK(always_gives(AC_SV("\x0B" "1234\x1C\x1C\x1C\r\x0Bok\x1C\r"), 5, AC_SV("!ok|")));
}

AC_TEST(mllp, frames_hold_what_they_are_given)
{
    AC_AUTO(ac_sb) b = AC_SB(64);
    CHECK(ac_mllp_frame(AC_SV("MSH|\r"), &b, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&b), AC_SV("\x0BMSH|\r\x1C\r")));
    CHECK(ac_mllp_frame(AC_SV("a\x0B"), &b, NULL) == AC_EINPUT && ac_mllp_frame(AC_SV("a\x1C\r"), &b, NULL) == AC_EINPUT);
    CHECK(ac_mllp_frame(AC_SV("a\x1C"), &b, NULL) == AC_EINPUT);
    AC_AUTO(ac_sb) small = AC_SB(4);
    CHECK(ac_mllp_frame(AC_SV("abcdef"), &small, NULL) == AC_ELIMIT);
    AC_EACH_OOM(i) {
        AC_AUTO(ac_mllp) m = { .max = 100 };
        ac_sv rest = AC_SV("\x0Bone\x1C\r"), message;
        ac_mllp_event event;
        ac_rc rc = ac_mllp_take(&m, &rest, &event, &message, NULL);
        CHECK(rc == AC_ENOMEM || (rc == AC_OK && event == AC_MLLP_MESSAGE));
    }
}
