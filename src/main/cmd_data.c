/* aceso key: what is done with the keys of a data folder while no server runs on it. */
#include "main/server.h"

#include "os/file.h"

#include <stdio.h>
#include <string.h>

static bool usage(const ac_cli *cli, const char *verb, size_t more, const char *say)
{
    if (cli->n_inputs != 1 + more || strcmp(cli->inputs[0], verb) != 0 || !cli->value[AC_OPT_DATA]) {
        ac_say("%s", say);
        return false;
    }
    return true;
}

/* ---- key rotate ---- */

static ac_rc new_key(const ac_data *d, const char *file, ac_key *out, ac_err *err)
{
    bool made;
    AC_AUTO(ac_sb) have = AC_SB(1 << 12);
    if (ac_file_read(file, &have, NULL) == AC_ENOTFOUND)
        return ac_master_key_make(file, d->crypto, out, err);
    if (have.p)
        ac_crypto_wipe(d->crypto, have.p, have.n);
    return ac_master_key(d->folder, (ac_master_from) { .file = file }, false, d->crypto, out, &made, err);
}

static ac_rc rotate(ac_data *d, const char *file, size_t *n, ac_err *err)
{
    ac_key key;
    const ac_principal self = { .tenant = d->tenant, .kind = AC_ACTOR_SERVER };
    AC_TRY(err, new_key(d, file, &key, err));
    const ac_change audit = ac_audit_of(&self, ac_clock_now_ms(ac_clock_system()), AC_AUDIT_KEY_ROTATE, AC_WHAT_KEY,
                                        (ac_id) { { 0 } }, (ac_patient_id) { { { 0 } } }, AC_OK);
    ac_rc rc = ac_vault_rotate(d->vault, &key, &audit.audit, n, err);
    ac_crypto_wipe(d->crypto, &key, sizeof key);
    return rc;
}

int ac_cmd_keys(const ac_cli *cli)
{
    ac_data data;
    ac_err err = { 0 };
    size_t n = 0;
    if (!usage(cli, "rotate", 1, "key rotate NEWFILE --data DIR (try aceso key --help)"))
        return AC_EXIT_USAGE;
    ac_rc rc = ac_data_open(cli->value[AC_OPT_DATA], ac_master_of(cli), NULL, &data, &err);
    if (rc == AC_OK)
        rc = rotate(&data, cli->inputs[1], &n, &err);
    ac_data_close(&data);
    if (rc != AC_OK) {
        ac_say("%s: %s", cli->value[AC_OPT_DATA], err.text);
        return AC_EXIT_FAILED;
    }
    (void)printf("%zu keys are sealed with the new master key: start the server with --master-key %s\n", n,
                 cli->inputs[1]);
    return AC_EXIT_OK;
}
