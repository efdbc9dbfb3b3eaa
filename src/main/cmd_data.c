/* aceso key: what is done with the keys of a data folder. */
#include "main/rotate.h"

#include "adapter/crypto/crypto.h"
#include "os/durable.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool usage(const ac_cli *cli, const char *verb, size_t more, const char *say)
{
    if (cli->n_inputs != 1 + more || strcmp(cli->inputs[0], verb) != 0 || !cli->value[AC_OPT_DATA]) {
        ac_say("%s", say);
        return false;
    }
    return true;
}

/* ---- key rotate ---- */

static ac_rc rotate_here(const ac_cli *cli, const char *file, size_t *n, ac_err *err)
{
    ac_data data;
    ac_key key;
    ac_rc rc = ac_data_open(cli->value[AC_OPT_DATA], ac_master_of(cli), NULL, &data, err);
    if (rc == AC_OK)
        rc = ac_rotate_key(file, data.crypto, &key, err);
    if (rc == AC_OK) {
        rc = ac_rotate_data(&data, &key, n, err);
        ac_crypto_wipe(data.crypto, &key, sizeof key);
    }
    ac_data_close(&data);
    return rc;
}

/* The old key is the server's business. */
static ac_rc rotate_there(const char *folder, const char *file, size_t *n, ac_err *err)
{
    ac_key key;
    AC_AUTO_PTR(ac_crypto) crypto = NULL;
    AC_TRY(err, ac_crypto_new(&crypto, err));
    AC_TRY(err, ac_rotate_key(file, crypto, &key, err));
    ac_crypto_wipe(crypto, &key, sizeof key);
    return ac_rotate_ask(folder, file, n, err);
}

static bool is_served(const char *folder)
{
    int lock;
    const ac_rc rc = ac_durable_lock(folder, &lock, NULL);
    if (rc == AC_OK)
        (void)close(lock);
    return rc == AC_EBUSY;
}

int ac_cmd_keys(const ac_cli *cli)
{
    ac_err err = { 0 };
    size_t n = 0;
    if (!usage(cli, "rotate", 1, "key rotate NEWFILE --data DIR (try aceso key --help)"))
        return AC_EXIT_USAGE;
    const char *folder = cli->value[AC_OPT_DATA], *file = cli->inputs[1];
    const bool served = is_served(folder);
    const ac_rc rc = served ? rotate_there(folder, file, &n, &err) : rotate_here(cli, file, &n, &err);
    if (rc != AC_OK) {
        ac_say("%s: %s", folder, err.text);
        return AC_EXIT_FAILED;
    }
    (void)printf("%zu keys are sealed with the new master key%s: start the server with --master-key %s\n", n,
                 served ? ", and the server goes on with it. From now on" : "", file);
    return AC_EXIT_OK;
}
