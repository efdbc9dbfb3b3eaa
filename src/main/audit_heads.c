#include "main/audit_heads.h"

#include "base/base64.h"
#include "os/file.h"
#include "os/lines.h"

enum { PEM_MAX = 1 << 14, ROOM = 1 << 16, LINE = 1 << 12 };

/* SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4), up to the key. */
static const unsigned char prefix[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
static const ac_sv BEGIN = { "-----BEGIN PUBLIC KEY-----", 26 }, END = { "-----END PUBLIC KEY-----", 24 };

ac_rc ac_public_key_pem(const ac_sign_public *key, ac_sb *out, ac_err *err)
{
    char der[sizeof prefix + sizeof key->b];
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    memcpy(der, prefix, sizeof prefix);
    memcpy(der + sizeof prefix, key->b, sizeof key->b);
    ac_sb_add(out, BEGIN);
    ac_sb_add_char(out, '\n');
    ac_sb_add(out, ac_base64_write(arena, (ac_sv) { der, sizeof der }));
    ac_sb_add_char(out, '\n');
    ac_sb_add(out, END);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

ac_rc ac_public_key_read(const char *path, ac_sign_public *out, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(PEM_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    ac_sv der = { 0 };
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_file_read(path, &text, err));
    const ac_sv all = ac_sv_trim(ac_sb_view(&text));
    const bool framed = all.n > BEGIN.n + END.n && ac_sv_starts(all, BEGIN) && ac_sv_ends(all, END);
    if (!framed || ac_base64_read(arena, ac_sv_trim(ac_sv_sub(all, BEGIN.n, all.n - END.n)), &der) != AC_OK ||
        der.n != sizeof prefix + sizeof out->b || memcmp(der.p, prefix, sizeof prefix) != 0)
        return ac_fail(err, AC_EINPUT, "the public key: what aceso audit key prints is expected");
    memcpy(out->b, der.p + sizeof prefix, sizeof out->b);
    return AC_OK;
}

static ac_rc check_line(ac_data *d, ac_sv line, uint64_t number, const ac_sign_public *key, ac_heads_found *found,
                        ac_err *err)
{
    ac_audit_head head;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (ac_audit_head_read(line, arena, &head, NULL) != AC_OK)
        return ac_fail(err, AC_EINPUT, "line %llu of the shipped heads is none", (unsigned long long)number);
    if (!ac_audit_head_is_of(d->vault, &head, key))
        return ac_fail(err, AC_EDENIED, "line %llu of the shipped heads was not signed with that key",
                       (unsigned long long)number);
    AC_TRY(err, ac_audit_head_check(d->store, &head, err));
    found->n++;
    found->last = head.number > found->last ? head.number : found->last;
    return AC_OK;
}

ac_rc ac_heads_check(ac_data *d, const char *path, const ac_sign_public *key, ac_heads_found *out, ac_err *err)
{
    AC_AUTO_PTR(ac_lines) lines = NULL;
    ac_heads_found found = { 0 };
    bool more = true;
    AC_TRY(err, ac_lines_open(path, LINE, &lines, err));
    for (uint64_t number = 1; more; number++) {
        ac_sv line;
        AC_TRY(err, ac_lines_next(lines, &line, &more, err));
        if (more && ac_sv_trim(line).n)
            AC_TRY(err, check_line(d, line, number, key, &found, err));
    }
    *out = found;
    return AC_OK;
}
