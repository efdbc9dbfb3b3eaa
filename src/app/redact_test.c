/* Over a media port of the test's own, which keeps pages as text: what is planned, and that a copy which still tells is
 * none. */
#include "app/redact.h"

#include "kit/test.h"

#include <stdio.h>
#include <string.h>

#define PAGE "GIF89a " /* what it is told by; not of its text */
enum { TEXT_AT = sizeof PAGE - 1 };

/* A document is words parted by blanks, each a box of its own; painting over makes "#" of a word. blind: regions are
 * not painted. */
typedef struct {
    ac_media port;
    bool blind;
    int copies;
} fake;

static ac_rc read_words(ac_media *m, const ac_media_options *opt, ac_sv bytes, ac_arena *arena, ac_media_document *out,
                        ac_err *err)
{
    (void)m, (void)opt;
    bytes = ac_sv_sub(bytes, TEXT_AT, bytes.n);
    out->layout.text = ac_arena_copy(arena, bytes);
    ac_layout_page *page = ac_vec_push(&out->layout.pages, arena);
    if (!page)
        return ac_fail(err, AC_ELIMIT, "full");
    *page = (ac_layout_page) { .width = 612, .height = 792, .span = ac_span_of(0, bytes.n) };
    ac_sv rest = out->layout.text, word;
    while (ac_sv_split(&rest, ' ', &word)) {
        const uint32_t at = (uint32_t)(word.p - out->layout.text.p);
        ac_word *w = word.n ? ac_vec_push(&out->layout.words, arena) : NULL;
        if (w)
            *w = (ac_word) { .span = ac_span_of(at, at + word.n), .box = { (float)at, 0, (float)(at + word.n), 10 } };
    }
    return AC_OK;
}

static ac_rc paint(ac_media *m, const ac_media_options *opt, ac_media_change how, ac_sv bytes, const ac_layout *edit,
                   ac_sb *out, ac_err *err)
{
    fake *f = (fake *)m;
    (void)opt, (void)how;
    f->copies++;
    ac_sb_add(out, bytes);
    for (size_t i = 0; i < edit->regions.n && !f->blind; i++)
        memset(out->p + TEXT_AT + (size_t)edit->regions.at[i].box.x0, '#',
               (size_t)(edit->regions.at[i].box.x1 - edit->regions.at[i].box.x0));
    return ac_sb_done(out, err);
}

static const ac_media_ops ops = { "fake", read_words, paint, NULL };

static ac_rc redact(fake *f, const char *text, ac_sb *out, ac_copy_report *report)
{
    static const ac_deid_options deid = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    const ac_process_options process = { .id = AC_SV("t"), .max_bytes = 1 << 20, .deid = &deid };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(64 << 20);
    f->port.ops = &ops;
    const ac_copy_options opt = { .media = &f->port, .process = &process, .reading = { .max_bytes = 1 << 20 } };
    return ac_redact(&opt, ac_sv_z(text), arena, out, report, NULL);
}

AC_TEST(redact, what_identifies_goes_wherever_it_stands)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, PAGE "Patient: Margaret Ellison MRN: 00473391 has asthma. Ellison takes metformin 500 mg.", &out,
                 &report) == AC_OK);
    ac_sv copy = ac_sb_view(&out);
    CHECK(!memmem(copy.p, copy.n, "Ellison", 7) && !memmem(copy.p, copy.n, "Margaret", 8) &&
          !memmem(copy.p, copy.n, "00473391", 8));
    CHECK(memmem(copy.p, copy.n, "has asthma.", 11) && memmem(copy.p, copy.n, "metformin 500 mg.", 17));
    CHECK(report.pages == 1 && report.regions >= 4 && report.rounds >= 2);
}

AC_TEST(redact, a_copy_is_made_even_of_what_tells_nothing)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, PAGE "No chest pain.", &out, &report) == AC_OK && f.copies == 1 && report.regions == 0);
    CHECK(ac_sv_eq(ac_sb_view(&out), AC_SV(PAGE "No chest pain.")));
}

AC_TEST(redact, a_copy_that_still_tells_is_no_copy)
{
    fake f = { .blind = true };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, PAGE "Patient: Margaret Ellison MRN: 00473391", &out, &report) == AC_EINTERNAL && out.n == 0);
}

/* ---- documents of words in a structure ---- */

#define ORU                                                                                                            \
    "MSH|^~\\&|LAB|Northgate General Hospital|A|B|20260310||ORU^R01|7|P|2.5\r"                                         \
    "PID|1||83920175^^^N^MR||Oyelaran^Marguerite||19610502|F|||48 Whitcombe Lane^^Springfield^IL^62704||(415) "        \
    "555-2671\r"                                                                                                       \
    "OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|||||F\r"                                                                    \
    "OBX|2|TX|11506-3^Note^LN||Mrs. Oyelaran has asthma. MRN 83920175, phone 415.555.2671.||||||F\r"

static uint64_t count_up(void *ctx, ac_sv label, ac_sv value)
{
    (void)label;
    return *(const uint64_t *)ctx * 7919 + value.n;
}

static ac_rc key_of(void *context, ac_sv patient, ac_deid_options *deid, ac_err *err)
{
    (void)patient, (void)err;
    deid->prf = count_up;
    deid->ctx = context;
    return AC_OK;
}

static ac_rc redact_words(fake *f, const char *text, ac_deid_mode mode, ac_sb *out, ac_copy_report *report)
{
    uint64_t seed = 4711;
    const ac_deid_options deid = { AC_DEID_SAFE_HARBOR, mode, NULL, NULL };
    const ac_process_options process = { .id = AC_SV("t"), .max_bytes = 1 << 20, .deid = &deid };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(256 << 20);
    f->port.ops = &ops;
    const ac_copy_options opt = { &f->port, &process, { .max_bytes = 1 << 20 }, key_of, &seed };
    return ac_redact(&opt, ac_sv_z(text), arena, out, report, NULL);
}

static bool says(const ac_sb *out, const char *words) { return out->n && memmem(out->p, out->n, words, strlen(words)); }

AC_TEST(redact, a_message_keeps_its_results_and_tells_nobody)
{
    static const char *const gone[] = { "Oyelaran",    "Marguerite", "83920175",  "2671", "Whitcombe",
                                        "Springfield", "62704",      "Northgate", "0502" };
    static const ac_deid_mode modes[] = { AC_DEID_TAG, AC_DEID_MASK, AC_DEID_SURROGATE, AC_DEID_DATE_SHIFT };
    for (size_t k = 0; k < 4; k++) {
        fake f = { 0 };
        ac_copy_report report;
        AC_AUTO(ac_sb) out = AC_SB(1 << 20);
        CHECK(redact_words(&f, ORU, modes[k], &out, &report) == AC_OK);
        for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
            CHECK(!says(&out, gone[i]));
        CHECK(says(&out, "\rOBX|1|NM|2345-7^Glucose^LN||182|mg/dL|||||F\r") && says(&out, "has asthma."));
        CHECK(report.parts == 1 && report.replaced >= 8 && report.rounds >= 2 && f.copies == 0);
    }
}

AC_TEST(redact, messages_of_a_file_are_numbered_and_one_that_cannot_be_read_refuses_the_file)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact_words(&f, "BHS|^~\\&|A\r" ORU ORU "BTS|2\r", AC_DEID_TAG, &out, &report) == AC_OK &&
          report.parts == 2);
    CHECK(says(&out, "|ORU^R01|1|P|2.5\r") && says(&out, "|ORU^R01|2|P|2.5\r"));
    ac_sb_clear(&out);
    CHECK(redact_words(&f, ORU "MSH|^~\\&|||||||||P|2.5||||||KLINGON\r", AC_DEID_TAG, &out, &report) == AC_EINPUT &&
          out.n == 0);
}

#define BUNDLE                                                                                                         \
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"urn:p\",\"resource\":{"            \
    "\"resourceType\":\"Patient\",\"id\":\"p\","                                                                       \
    "\"name\":[{\"family\":\"Oyelaran\",\"given\":[\"Marguerite\"]}],\"birthDate\":\"1961-05-02\",\"identifier\":[{"   \
    "\"value\":\"83920175\"}]}},"                                                                                      \
    "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"urn:p\"},"                \
    "\"recordedDate\":\"2026-03-09\",\"code\":{\"text\":"                                                              \
    "\"Asthma, as Mrs. Oyelaran "                                                                                      \
    "says\",\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"195967001\"}]}}}]}"

AC_TEST(redact, a_bundle_stays_a_bundle)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact_words(&f, BUNDLE, AC_DEID_TAG, &out, &report) == AC_OK && report.parts == 1);
    CHECK(!says(&out, "Oyelaran") && !says(&out, "Marguerite") && !says(&out, "83920175") && !says(&out, "05-02") &&
          !says(&out, "\"p\""));
    CHECK(says(&out, "195967001") && says(&out, "\"resourceType\": \"Condition\"") && says(&out, "\"2026\"") &&
          !says(&out, "Composition"));
}

AC_TEST(redact, resources_of_lines_stay_lines_and_one_resource_stays_one)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    static const char patient[] = "{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\",\"name\":[{"
                                  "\"text\":\"Marguerite Oyelaran\"}]}\n";
    static const char condition[] = "{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"Patient/"
                                    "p\"},\"code\":{\"text\":\"Asthma\"}}\n";
    char lines[1024];
    (void)snprintf(lines, sizeof lines, "%s%s", patient, condition);
    CHECK(redact_words(&f, lines, AC_DEID_TAG, &out, &report) == AC_OK);
    CHECK(ac_sv_starts(ac_sb_view(&out), AC_SV("{\"resourceType\":\"Patient\"")) &&
          says(&out, "}\n{\"resourceType\":\"Condition\""));
    CHECK(!says(&out, "Oyelaran") && says(&out, "Asthma") && says(&out, "\"reference\":\"Patient/"));
    ac_sb_clear(&out);
    CHECK(redact_words(&f, condition, AC_DEID_TAG, &out, &report) == AC_OK && says(&out, "Asthma") &&
          !says(&out, "Bundle") && !says(&out, "Patient/p"));
}

AC_TEST(redact, plain_text_has_no_copy)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact_words(&f, "Mrs. Oyelaran has asthma.", AC_DEID_TAG, &out, &report) == AC_EINPUT && out.n == 0);
}
