#include "main/server.h"

#include "adapter/blobs/blobs.h"
#include "adapter/crypto/crypto.h"
#include "base/hex.h"
#include "os/command.h"
#include "os/durable.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEX = 2 * AC_KEY_BYTES, FILE_MAX = 4096, ONCE_MS = 24 * 3600 * 1000 };

static const char *const MASTER = "master.key";

/* People write such digits in either case. */
static ac_rc read_key(ac_crypto *crypto, ac_sv s, ac_key *out, ac_err *err)
{
    char digits[HEX];
    s = ac_sv_trim(s);
    for (size_t i = 0; i < HEX && i < s.n; i++)
        digits[i] = ac_lower(s.p[i]);
    const bool good = s.n == HEX && ac_hex_read((ac_sv) { digits, HEX }, out->b);
    ac_crypto_wipe(crypto, digits, sizeof digits);
    return good ? AC_OK : ac_fail(err, AC_EINPUT, "the master key: %d hexadecimal digits are expected", HEX);
}

ac_rc ac_master_key_make(const char *path, ac_crypto *crypto, ac_key *out, ac_err *err)
{
    char text[HEX + 1], folder[AC_PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".") >=
        (int)sizeof folder)
        return ac_fail(err, AC_EINPUT, "the name of the file is too long");
    AC_TRY(err, ac_crypto_random(crypto, out->b, sizeof out->b, err));
    *ac_hex_put(text, out->b, sizeof out->b) = '\n';
    AC_TRY(err, ac_durable_folder(slash == path ? "/" : folder, err));
    ac_rc rc = ac_durable_write(slash == path ? "/" : folder, slash ? slash + 1 : path, (ac_sv) { text, HEX + 1 }, err);
    ac_crypto_wipe(crypto, text, sizeof text);
    return rc;
}

ac_master_from ac_master_of(const ac_cli *cli)
{
    return (ac_master_from) { cli->value[AC_OPT_MASTER_KEY], cli->value[AC_OPT_MASTER_KEY_COMMAND] };
}

/* The text with the key, from a file or a command. */
static ac_rc read_text(const char *file, const char *command, ac_crypto *crypto, ac_key *out, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(FILE_MAX);
    ac_rc rc = command ? ac_command_output(command, &text, err) : ac_file_read(file, &text, err);
    if (rc == AC_OK)
        rc = read_key(crypto, ac_sb_view(&text), out, err);
    if (text.p)
        ac_crypto_wipe(crypto, text.p, text.n);
    return rc;
}

ac_rc ac_master_key(const char *folder, ac_master_from from, bool make, ac_crypto *crypto, ac_key *out, bool *made,
                    ac_err *err)
{
    char path[AC_PATH_MAX];
    AC_AUTO(ac_sb) text = AC_SB(FILE_MAX);
    const char *given = getenv("ACESO_MASTER_KEY"), *file = from.file;
    *made = false;
    if (file && from.command)
        return ac_fail(err, AC_EINPUT, "the master key is in a file or comes of a command, not both");
    if (from.command)
        return read_text(NULL, from.command, crypto, out, err);
    if (!file && given)
        return read_key(crypto, ac_sv_z(given), out, err);
    if (!file) {
        if (snprintf(path, sizeof path, "%s/%s", folder, MASTER) >= (int)sizeof path)
            return ac_fail(err, AC_EINPUT, "the name of the folder is too long");
        *made = make && ac_file_read(path, &text, NULL) == AC_ENOTFOUND;
        if (*made)
            return ac_master_key_make(path, crypto, out, err);
        if (text.p)
            ac_crypto_wipe(crypto, text.p, text.n);
        file = path;
    }
    return read_text(file, NULL, crypto, out, err);
}

static ac_rc open_store(ac_data *d, const ac_store_watcher *watcher, ac_err *err)
{
    char blobs[AC_PATH_MAX];
    const ac_sqlite_options opt = { .folder = d->folder,
                                    .chain = { ac_vault_chain, &d->vault },
                                    .now_ms = ac_clock_now_ms(ac_clock_system()) };
    if (snprintf(blobs, sizeof blobs, "%s/blobs", d->folder) >= (int)sizeof blobs)
        return ac_fail(err, AC_EINPUT, "the name of the folder is too long");
    AC_TRY(err, ac_sqlite_open(&opt, &d->store, err));
    if (watcher)
        ac_store_watch(d->store, watcher);
    return ac_blobs_open(blobs, &d->blobs, err);
}

static ac_rc open_with(ac_data *d, const ac_key *master, const ac_store_watcher *watcher, ac_err *err)
{
    AC_TRY(err, open_store(d, watcher, err));
    AC_TRY(err, ac_vault_open(&(ac_vault_options) { d->store, d->crypto, ac_clock_system(), master }, &d->vault, err));
    AC_TRY(err, ac_access_new(&(ac_access_options) { d->store, d->vault, d->crypto, ac_clock_system(), ONCE_MS },
                              &d->access, err));
    return ac_access_first_tenant(d->access, &d->tenant, err);
}

ac_rc ac_data_open(const char *folder, ac_master_from master, const ac_store_watcher *watcher, ac_data *out,
                   ac_err *err)
{
    ac_key key;
    *out = (ac_data) { 0 };
    if (snprintf(out->folder, sizeof out->folder, "%s", folder) >= (int)sizeof out->folder)
        return ac_fail(err, AC_EINPUT, "the name of the folder is too long");
    AC_TRY(err, ac_crypto_new(&out->crypto, err));
    AC_TRY(err, ac_master_key(folder, master, true, out->crypto, &key, &out->fresh_key, err));
    ac_rc rc = open_with(out, &key, watcher, err);
    ac_crypto_wipe(out->crypto, &key, sizeof key);
    return rc;
}

void ac_data_close(ac_data *d)
{
    ac_access_free(d->access);
    ac_blobs_free(d->blobs);
    ac_store_free(d->store);
    ac_vault_free(d->vault); /* after the store, which chains with it */
    ac_crypto_free(d->crypto);
    *d = (ac_data) { 0 };
}

ac_rc ac_data_first_key(ac_data *d, ac_err *err)
{
    enum { ONE = 1 };
    char text[AC_KEY_TEXT], line[AC_KEY_TEXT + 2];
    ac_stored_list found = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_item_query any = { .kind = AC_ITEM_CREDENTIAL, .tenant = d->tenant, .max = ONE };
    AC_TRY(err, ac_store_items(d->store, &any, arena, &found, err));
    if (found.n)
        return AC_OK;
    ac_key_info first = { .grant = { .name = AC_SV("first administrator"), .role = AC_ROLE_ADMIN } };
    AC_TRY(err, ac_access_issue(d->access, NULL, d->tenant, &first, text, err));
    const int n = snprintf(line, sizeof line, "%s\n", text);
    AC_TRY(err, ac_durable_remove(d->folder, "admin.key", err)); /* of a start that was cut off */
    AC_TRY(err, ac_durable_write(d->folder, "admin.key", (ac_sv) { line, (size_t)n }, err));
    (void)printf("admin key: %s\n", text);
    (void)fflush(stdout);
    ac_crypto_wipe(d->crypto, text, sizeof text);
    ac_crypto_wipe(d->crypto, line, sizeof line);
    return AC_OK;
}
