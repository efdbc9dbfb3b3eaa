/* lexc SET OUT FILE...: compile one set of data/ into a pack; lexc shared OUT PACK...: one table of the terms of compiled packs;
 * lexc bare OUT PACK: a pack whose terms are in that table, without them. */
#include "lexc/lexc.h"

#include "os/file.h"

#include <stdio.h>

static ac_rc run(int argc, char **argv, ac_err *err)
{
    AC_AUTO(ac_sb) out = AC_SB(LEXC_PACK_MAX);
    AC_TRY(err, lexc_compile(argv[1], argv + 3, (size_t)argc - 3, &out, err));
    return ac_file_write(argv[2], ac_sb_view(&out), err);
}

int main(int argc, char **argv)
{
    ac_err err = { 0 };
    if (argc < 3) {
        fprintf(stderr, "usage: lexc SET OUT FILE...\n");
        return 2;
    }
    if (run(argc, argv, &err) == AC_OK)
        return 0;
    fprintf(stderr, "lexc: %s: %s\n", argv[1], err.text);
    return 1;
}
