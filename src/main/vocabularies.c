#include "main/vocabularies.h"

ac_rc ac_vocabularies_open(const ac_cli *cli, ac_arena *arena, ac_vocab_set *set, ac_err *err)
{
    ac_sv names = ac_cli_text(cli, AC_OPT_VOCAB), which = { "", 0 };
    ac_vocab_store store = { 0 };
    ac_err why = { 0 };
    *set = (ac_vocab_set) { 0 };
    if (ac_sv_eq(names, AC_SV("none")))
        return AC_OK;
    ac_rc rc = ac_vocab_store_open(cli->value[AC_OPT_DATA], arena, &store, &why);
    if (rc == AC_EINPUT && !store.dir.p && ac_sv_eq(names, AC_SV("active")))
        return AC_OK; /* nowhere to look, and nobody asked for one */
    if (rc == AC_OK)
        rc = ac_vocab_set_open(&store, names, arena, set, &which, &why);
    if (rc != AC_OK)
        (void)ac_err_set(err, rc, __FILE__, __LINE__, "--vocab %.60s: %.80s", which.p ? which.p : "", why.text);
    return rc;
}
