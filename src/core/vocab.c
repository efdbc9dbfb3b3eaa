#include "core/vocab.h"

#define AC_SV_INIT(s) { "" s, sizeof(s) - 1 }
#define NAME_1(id, name, ...) [id] = AC_SV_INIT(name),
#define NAME_2(id, name, other) [id] = AC_SV_INIT(other),

static const ac_sv lang_names[] = { AC_LANG_LIST(NAME_1) };
static const ac_sv kind_names[] = { AC_KIND_LIST(NAME_1) };
static const ac_sv assertion_names[] = { AC_ASSERTION_LIST(NAME_1) };
static const ac_sv attr_names[] = { AC_ATTR_LIST(NAME_1) };
static const ac_sv phi_names[] = { AC_PHI_LIST(NAME_1) };
static const ac_sv phi_meddocan_names[] = { AC_PHI_LIST(NAME_2) };
static const ac_sv code_system_names[] = { AC_CODE_SYSTEM_LIST(NAME_1) };
static const ac_sv code_system_uris[] = { AC_CODE_SYSTEM_LIST(NAME_2) };

static bool find(const ac_sv *names, size_t n, ac_sv name, size_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (ac_sv_eq(names[i], name)) {
            *out = i;
            return true;
        }
    return false;
}

#define VOCAB(type, prefix, names)                                                                                     \
    ac_sv prefix##_name(type v) { return names[v]; }                                                                   \
    bool prefix##_from(ac_sv name, type *out)                                                                          \
    {                                                                                                                  \
        size_t i;                                                                                                      \
        bool found = find(names, sizeof names / sizeof names[0], name, &i);                                            \
        if (found)                                                                                                     \
            *out = (type)i;                                                                                            \
        return found;                                                                                                  \
    }

VOCAB(ac_lang, ac_lang, lang_names)
VOCAB(ac_kind, ac_kind, kind_names)
VOCAB(ac_assertion, ac_assertion, assertion_names)
VOCAB(ac_attr_kind, ac_attr, attr_names)
VOCAB(ac_phi_type, ac_phi, phi_names)
VOCAB(ac_code_system, ac_code_system, code_system_names)

ac_sv ac_phi_meddocan_name(ac_phi_type v) { return phi_meddocan_names[v]; }
ac_sv ac_code_system_uri(ac_code_system v) { return code_system_uris[v]; }
