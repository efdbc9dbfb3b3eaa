/* HL7 v2: pieces lie in the source; a bundle is JSON that our reader takes without loss; an acknowledgement holds no framing bytes and
 * is a message itself; MLLP gives the same messages however the bytes are cut. */
#include "fuzz/fuzz.h"
#include "interop/fhir_read.h"
#include "interop/fhir_write.h"
#include "interop/hl7/hl7_ack.h"
#include "interop/hl7/hl7_read.h"
#include "net/mllp.h"

#include <stdlib.h>

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void within(ac_sv piece, ac_sv source)
{
    need(piece.n == 0 || (piece.p >= source.p && piece.p + piece.n <= source.p + source.n));
}

static void parsed(ac_sv bytes, ac_arena *a)
{
    ac_hl7_message m;
    if (ac_hl7_parse(bytes, a, &m, NULL) != AC_OK)
        return;
    need(m.n_segments > 0 && m.charset != AC_HL7_DEFAULT && m.comp_sep);
    for (size_t i = 0; i < m.n_segments; i++) {
        const ac_hl7_segment *s = &m.segments[i];
        within(s->bytes, bytes);
        need(s->nth > 0 && s->first + s->n <= m.n_fields);
        for (unsigned f = 1; f <= s->n; f++)
            within(ac_hl7_get(&m, s, f, 1, 1, 1), s->bytes);
    }
}

static void bundle(const ac_hl7_reading *r, ac_arena *a)
{
    AC_AUTO(ac_sb) once = AC_SB((size_t)1 << 27);
    AC_AUTO(ac_sb) twice = AC_SB((size_t)1 << 27);
    ac_json *json = NULL;
    ac_record back = { 0 };
    const ac_rec_coverage *c = &r->record.coverage;
    need(c->members >= c->members_unknown || c->unknown.n > 0);
    need(ac_fhir_write(&r->record, 0, &once, NULL) == AC_OK);
    need(ac_json_parse(ac_sb_view(&once), 64, a, &json, NULL) == AC_OK && ac_fhir_read(json, a, &back, NULL) == AC_OK);
    need(back.coverage.members_unknown + back.coverage.resources_unknown == 0);
    need(ac_fhir_write(&back, 0, &twice, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&once), ac_sb_view(&twice)));
}

static void acknowledged(ac_sv bytes)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 16);
    ac_hl7_reply r = { .outcome = AC_HL7_FAILED, .error = AC_HL7_E_TYPE };
    need(ac_hl7_ack(bytes, &r, &b, NULL) == AC_OK && ac_hl7_is(ac_sb_view(&b)));
    need(!memchr(b.p, 0x0B, b.n) && !memchr(b.p, 0x1C, b.n) && !memchr(b.p, '\n', b.n));
    (void)ac_hl7_wants(bytes, AC_HL7_ACK_APPLICATION, AC_HL7_TAKEN);
}

static uint64_t unframed(ac_sv bytes, size_t piece)
{
    AC_AUTO(ac_mllp) m = { .max = 64 };
    uint64_t sum = 14695981039346656037u;
    for (size_t at = 0; at < bytes.n; at += piece) {
        ac_sv rest = ac_sv_sub(bytes, at, at + piece), message;
        ac_mllp_event event;
        while (rest.n) {
            need(ac_mllp_take(&m, &rest, &event, &message, NULL) == AC_OK);
            for (size_t i = 0; event == AC_MLLP_MESSAGE && i < message.n; i++)
                sum = (sum ^ (unsigned char)message.p[i]) * 1099511628211u;
            sum = (sum ^ (event != AC_MLLP_MORE ? (uint64_t)event + 256 : 0)) * (event != AC_MLLP_MORE ? 1099511628211u : 1);
        }
    }
    return sum ^ m.messages << 1 ^ m.too_long << 20 ^ m.stray << 40;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
    ac_sv bytes = { (const char *)data, n };
    ac_hl7_messages m = { 0 };
    if (!a || n > 1 << 16)
        return 0;
    acknowledged(bytes);
    need(unframed(bytes, 1) == unframed(bytes, n ? n : 1) && unframed(bytes, 7) == unframed(bytes, 1));
    parsed(bytes, a);
    if (ac_hl7_read(bytes, a, &m, NULL) != AC_OK)
        return 0;
    need(m.n > 0 && ac_hl7_is(bytes));
    for (size_t i = 0; i < m.n; i++) {
        within(m.at[i].bytes, bytes);
        for (size_t k = 0; k < m.at[i].passages.n; k++)
            need(m.at[i].passages.at[k].at <= n && m.at[i].passages.at[k].text.n);
        bundle(&m.at[i], a);
    }
    return 0;
}
