#include "main/rotate.h"

#include "core/log.h"
#include "os/durable.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = AC_PATH_MAX + 64, LOOK_MS = 50, PATIENCE_MS = 60000, NS_PER_MS = 1000000 };

static const char ROTATE[] = "rotate.asked", ROTATED[] = "rotate.told";

static bool in(const char *folder, const char *name, char path[AC_PATH_MAX])
{
    return snprintf(path, AC_PATH_MAX, "%s/%s", folder, name) < AC_PATH_MAX;
}

ac_rc ac_rotate_key(const char *file, ac_crypto *crypto, ac_key *out, ac_err *err)
{
    bool made;
    if (access(file, F_OK) != 0)
        return ac_master_key_make(file, crypto, out, err);
    return ac_master_key("", (ac_master_from) { .file = file }, false, crypto, out, &made, err);
}

ac_rc ac_rotate_data(const ac_data *d, const ac_key *key, size_t *n, ac_err *err)
{
    const ac_principal self = { .tenant = d->tenant, .kind = AC_ACTOR_SERVER };
    const ac_change audit = ac_audit_of(&self, ac_clock_now_ms(ac_clock_system()), AC_AUDIT_KEY_ROTATE, AC_WHAT_KEY,
                                        (ac_id) { { 0 } }, (ac_patient_id) { { { 0 } } }, AC_OK);
    return ac_vault_rotate(d->vault, key, &audit.audit, n, err);
}

/* ---- who asks -------------------------------------------------------------------------------------------------------
 */

/* "ok NUMBER", or "failed RC". */
static ac_rc understand(ac_sv told, size_t *n, ac_err *err)
{
    int64_t number = 0;
    ac_sv word, rest = ac_sv_trim(told);
    const bool whole = ac_sv_split(&rest, ' ', &word) && ac_sv_to_i64(rest, &number) && number >= 0;
    if (whole && ac_sv_eq(word, AC_SV("ok"))) {
        *n = (size_t)number;
        return AC_OK;
    }
    const bool known = whole && number > AC_OK && number < AC_RC_COUNT;
    return ac_fail(err, known ? (ac_rc)number : AC_EIO,
                   "the server could not: can it read the file? Its log knows more");
}

static ac_rc wait_for(const char *folder, size_t *n, ac_err *err)
{
    char path[AC_PATH_MAX];
    const struct timespec pause = { .tv_nsec = LOOK_MS * NS_PER_MS };
    (void)in(folder, ROTATED, path);
    for (int ms = 0; ms < PATIENCE_MS; ms += LOOK_MS) {
        AC_AUTO(ac_sb) told = AC_SB(TEXT_MAX);
        const ac_rc rc = ac_file_read(path, &told, err);
        if (rc == AC_OK)
            return understand(ac_sb_view(&told), n, err);
        if (rc != AC_ENOTFOUND)
            return rc;
        (void)nanosleep(&pause, NULL);
    }
    return ac_fail(err, AC_ETIMEOUT, "the server that runs on it does not answer");
}

ac_rc ac_rotate_ask(const char *folder, const char *file, size_t *n, ac_err *err)
{
    char path[AC_PATH_MAX];
    char *whole = realpath(file, NULL);
    ac_rc rc = whole && in(folder, ROTATED, path) ? ac_durable_remove(folder, ROTATED, err)
                                                  : ac_fail(err, AC_EINPUT, "the name of the file is too long");
    if (rc == AC_OK)
        rc = ac_durable_write(folder, ROTATE, ac_sv_z(whole), err);
    free(whole);
    AC_TRY(err, rc);
    rc = wait_for(folder, n, err);
    (void)!ac_durable_remove(folder, ROTATE, NULL);
    (void)!ac_durable_remove(folder, ROTATED, NULL);
    return rc;
}

/* ---- who is asked ---------------------------------------------------------------------------------------------------
 */

static ac_rc do_it(const ac_data *d, ac_sv file, size_t *n, ac_err *err)
{
    bool made;
    ac_key key;
    char path[AC_PATH_MAX];
    if (snprintf(path, sizeof path, "%.*s", (int)file.n, file.p) >= (int)sizeof path)
        return ac_fail(err, AC_EINPUT, "the name of the file is too long");
    AC_TRY(err, ac_master_key(d->folder, (ac_master_from) { .file = path }, false, d->crypto, &key, &made, err));
    const ac_rc rc = ac_rotate_data(d, &key, n, err);
    ac_crypto_wipe(d->crypto, &key, sizeof key);
    return rc;
}

void ac_rotate_look(const ac_data *d)
{
    char path[AC_PATH_MAX];
    ac_err err = { 0 };
    size_t n = 0;
    AC_AUTO(ac_sb) asked = AC_SB(TEXT_MAX), told = AC_SB(TEXT_MAX);
    if (!in(d->folder, ROTATE, path) || access(path, F_OK) != 0)
        return;
    ac_rc rc = ac_file_read(path, &asked, &err);
    if (rc == AC_OK)
        rc = do_it(d, ac_sv_trim(ac_sb_view(&asked)), &n, &err);
    if (rc == AC_OK)
        ac_sb_addf(&told, "ok %zu\n", n);
    else
        ac_sb_addf(&told, "failed %d\n", (int)rc);
    AC_LOG(rc == AC_OK ? AC_LOG_INFO : AC_LOG_ERROR, "master_key_rotated", AC_F("error", rc));
    (void)!ac_durable_remove(d->folder, ROTATE,
                             NULL); /* were it to come again after a power cut, it would change nothing */
    (void)!ac_durable_remove(d->folder, ROTATED, NULL);
    if (ac_durable_write(d->folder, ROTATED, ac_sb_view(&told), &err) != AC_OK)
        AC_LOG(AC_LOG_ERROR, "master_key_rotation_not_told", AC_F("error", err.rc));
}
