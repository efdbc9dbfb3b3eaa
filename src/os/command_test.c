#include "os/command.h"

#include "kit/test.h"

AC_TEST(command, what_it_says)
{
    AC_AUTO(ac_sb) out = AC_SB(64);
    CHECK(ac_command_output("printf 'a b\\n'; cat", &out, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sb_view(&out), AC_SV("a b\n")));
    ac_sb_clear(&out);
    CHECK(ac_command_output("true", &out, NULL) == AC_OK && out.n == 0);
}

AC_TEST(command, what_fails)
{
    AC_AUTO(ac_sb) out = AC_SB(64);
    ac_err err = { 0 };
    CHECK(ac_command_output("printf x; exit 3", &out, &err) == AC_EIO && strstr(err.text, "exit status 3"));
    CHECK(ac_command_output("kill -9 $$", &out, &err) == AC_EIO && strstr(err.text, "137"));
    ac_sb_clear(&out);
    CHECK(ac_command_output("yes", &out, &err) == AC_ELIMIT); /* and it ends */
}
