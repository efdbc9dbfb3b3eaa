#include "core/audit.h"

#define ACTION_NAME(id, name, fhir) [id] = name,
#define ACTION_FHIR(id, name, fhir) [id] = fhir,
#define WHAT_NAME(id, name)         [id] = name,
static const char *const action_names[AC_AUDIT_ACTIONS] = { AC_AUDIT_ACTION_LIST(ACTION_NAME) };
static const char *const action_fhir[AC_AUDIT_ACTIONS] = { AC_AUDIT_ACTION_LIST(ACTION_FHIR) };
static const char *const what_names[AC_AUDIT_WHATS] = { AC_AUDIT_WHAT_LIST(WHAT_NAME) };

const char *ac_audit_action_name(ac_audit_action a) { return action_names[a]; }
const char *ac_audit_action_fhir(ac_audit_action a) { return action_fhir[a]; }
const char *ac_audit_what_name(ac_audit_what w) { return what_names[w]; }

static unsigned char *put(unsigned char *p, uint64_t v)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *p++ = (unsigned char)(v >> shift);
    return p;
}

static unsigned char *put_id(unsigned char *p, ac_id id)
{
    memcpy(p, id.b, AC_ID_BYTES);
    return p + AC_ID_BYTES;
}

void ac_audit_encode(const ac_audit_record *r, unsigned char out[AC_AUDIT_BYTES])
{
    unsigned char *p = put(out, r->number);
    p = put(p, (uint64_t)r->at_ms);
    p = put_id(p, r->tenant.v);
    p = put_id(p, r->actor);
    p = put_id(p, r->object);
    p = put_id(p, r->patient.v);
    p = put_id(p, r->request);
    p = put(p, r->detail);
    *p++ = (unsigned char)r->actor_kind;
    *p++ = (unsigned char)r->action;
    *p++ = (unsigned char)r->what;
    *p++ = (unsigned char)r->outcome;
    memset(p, 0, (size_t)(out + AC_AUDIT_BYTES - p));
}

static uint64_t take(const unsigned char **p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | *(*p)++;
    return v;
}

static ac_id take_id(const unsigned char **p)
{
    ac_id id;
    memcpy(id.b, *p, AC_ID_BYTES);
    *p += AC_ID_BYTES;
    return id;
}

bool ac_audit_decode(const unsigned char bytes[AC_AUDIT_BYTES], ac_audit_record *out)
{
    const unsigned char *p = bytes;
    ac_audit_record r = { .number = take(&p), .at_ms = 0 };
    r.at_ms = (int64_t)take(&p);
    r.tenant.v = take_id(&p);
    r.actor = take_id(&p);
    r.object = take_id(&p);
    r.patient.v = take_id(&p);
    r.request = take_id(&p);
    r.detail = take(&p);
    if (p[0] >= AC_ACTORS || p[1] >= AC_AUDIT_ACTIONS || p[2] >= AC_AUDIT_WHATS || p[3] >= AC_RC_COUNT)
        return false;
    r.actor_kind = (ac_actor_kind)*p++;
    r.action = (ac_audit_action)*p++;
    r.what = (ac_audit_what)*p++;
    r.outcome = (ac_rc)*p++;
    for (; p < bytes + AC_AUDIT_BYTES; p++)
        if (*p)
            return false;
    *out = r;
    return true;
}

static void chain_mac(const ac_audit_chain *chain, const unsigned char before[AC_AUDIT_MAC], const ac_audit_record *r,
                      unsigned char out[AC_AUDIT_MAC])
{
    unsigned char bytes[AC_AUDIT_MAC + AC_AUDIT_BYTES];
    memcpy(bytes, before, AC_AUDIT_MAC);
    ac_audit_encode(r, bytes + AC_AUDIT_MAC);
    chain->mac(chain->context, bytes, sizeof bytes, out);
}

void ac_audit_seal(const ac_audit_chain *chain, const unsigned char before[AC_AUDIT_MAC], ac_audit_record *r)
{
    chain_mac(chain, before, r, r->mac);
}

bool ac_audit_follows(const ac_audit_chain *chain, uint64_t number, const unsigned char before[AC_AUDIT_MAC],
                      const ac_audit_record *r)
{
    unsigned char mac[AC_AUDIT_MAC];
    if (r->number != number + 1)
        return false;
    chain_mac(chain, before, r, mac);
    return memcmp(mac, r->mac, AC_AUDIT_MAC) == 0;
}
