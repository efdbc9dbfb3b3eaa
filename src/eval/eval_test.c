/* Whole runs over the tiny corpora of test/fixtures/corpora. The engine is asked only for what it cannot miss. */
#include "base/json_read.h"
#include "eval/eval_testing.h"

#include "kit/test.h"

#include <string.h>

#define GOOD "test/fixtures/corpora/good"
#define DAMAGED "test/fixtures/corpora/damaged"

static ac_rc run(ac_arena *arena, const char *path, const char *format, size_t errors, ac_eval_report *out)
{
    ac_eval_options opt = { .path = path, .format = ac_sv_z(format), .errors = errors };
    *out = (ac_eval_report) { 0 };
    return ac_eval_run(&opt, arena, out, NULL);
}

typedef struct {
    const char *corpus, *measure, *type;
    uint64_t tp, fp, fn;
} counted;

static void check_counts(const ac_eval_report *r, const counted *want, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_eval_row row = kit_row(r, want[i].corpus, want[i].measure, want[i].type);
        CHECK(row.counted && kit_count(row.count, want[i].tp, want[i].fp, want[i].fn));
    }
}

typedef struct {
    const char *corpus, *measure, *type;
    uint64_t part, n;
} part;

static void check_parts(const ac_eval_report *r, const part *want, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_eval_row row = kit_row(r, want[i].corpus, want[i].measure, want[i].type);
        CHECK(row.share && row.count.tp == want[i].part && row.n == want[i].n);
    }
}

AC_TEST(eval, identifiers)
{
    static const counted counts[] = {
        { "meddocan/meddocan", "exact", "", 6, 0, 0 },
        { "meddocan/meddocan", "exact", "NOMBRE_SUJETO_ASISTENCIA", 3, 0, 0 },
        { "meddocan/meddocan", "overlap", "FECHAS", 2, 0, 0 },
        { "presidio", "is-pii", "", 4, 0, 0 }, /* anna, k, mail, org */
    };
    static const part parts[] = {
        { "meddocan/meddocan", "character-recall", "", 52, 52 }, /* letters and digits of the six values */
        { "meddocan/meddocan", "language", "", 2, 2 },
        { "meddocan/meddocan", "gold-offset-errors", "", 0, 6 },
        { "surrogate/surrogate", "character-recall", "", 32, 32 },
        { "surrogate/surrogate", "character-recall", "STAFF", 5, 5 },
        { "surrogate/surrogate", "over-redaction", "", 0, 10 },   /* Foley; "Dr." is not scored */
        { "asq-phi", "full-cover-recall", "", 3, 4 },             /* one value is not in its query */
        { "asq-phi", "full-cover-recall", "NAME", 1, 2 },
        { "asq-phi", "hard-negatives-touched", "", 0, 1 },
        { "asq-phi", "hard-negatives-characters", "", 0, 44 },
        { "presidio", "touched-recall", "EMAIL_ADDRESS", 1, 1 },
        { "notes/notes", "words-hidden", "", 4, 17 },             /* jan, w, clinic, org */
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    ac_eval_report r;
    CHECK(run(arena, GOOD, "", 0, &r) == AC_OK && r.errors.n == 0);
    check_counts(&r, counts, sizeof counts / sizeof counts[0]);
    check_parts(&r, parts, sizeof parts / sizeof parts[0]);
    CHECK(kit_near(kit_row(&r, "presidio", "is-pii-f2", "").value, 1));
}

AC_TEST(eval, facts_and_their_context)
{
    static const counted counts[] = {
        { "maccrobat", "exact", "", 6, 0, 0 },
        { "maccrobat", "exact", "Dosage", 1, 0, 0 },             /* amount and frequency are one span */
        { "maccrobat", "exact-all-41-types", "", 6, 0, 1 },      /* Detailed_description has no counterpart */
        { "maccrobat", "pair", "medication-dosage", 1, 0, 0 },
        { "maccrobat", "pair", "test-value", 1, 0, 0 },
        { "pharmaconer", "exact", "drug", 1, 0, 0 },
        { "pharmaconer", "exact", "protein", 1, 0, 0 },          /* platelets are none, UNCLEAR is not scored */
        { "negex", "label", "negated", 2, 0, 0 },
        { "negex", "label", "historical", 1, 0, 0 },
        { "negex", "label", "family", 1, 0, 0 },
        { "nubes", "cue-exact", "negation", 2, 0, 0 },
        { "nubes", "cue-exact", "uncertainty", 1, 0, 0 },
        { "nubes", "entity", "negated", 2, 0, 0 },               /* one of them in a scope of two parts */
        { "nubes", "entity", "uncertain", 1, 0, 0 },
        { "e3c/english", "exact", "disorder", 3, 0, 0 },
        { "e3c/english", "polarity", "negative", 1, 0, 0 },
        { "e3c-iob/disorders", "exact", "disorder", 1, 0, 0 },
    };
    static const part parts[] = {
        { "maccrobat", "gold-offset-errors", "", 0, 6 }, { "negex", "condition-not-in-sentence", "", 1, 6 },
        { "nubes", "negated-called-negated", "", 2, 2 }, { "nubes", "uncertain-called-negated", "", 0, 1 },
        { "nubes", "cue-recall", "NegSynMarker", 2, 2 },
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    ac_eval_report r;
    CHECK(run(arena, GOOD, "", 0, &r) == AC_OK);
    check_counts(&r, counts, sizeof counts / sizeof counts[0]);
    check_parts(&r, parts, sizeof parts / sizeof parts[0]);
}

AC_TEST(eval, dialogues)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    ac_eval_report r;
    CHECK(run(arena, GOOD, "", 0, &r) == AC_OK);
    static const part parts[] = {
        { "aci-bench/train", "facts-kept", "", 2, 2 },           /* headache, ibuprofen */
        { "aci-bench/train", "nothing-written", "", 0, 1 },
        { "aci-bench/train", "unsupported", "drug", 0, 1 },
        { "aci-bench/train", "unsupported", "number", 0, 1 },    /* 400 */
        { "mts-dialog/short", "facts-kept", "", 2, 2 },          /* headache, rash */
        { "mts-dialog/short", "unsupported", "negation", 0, 2 }, /* rashes; hair loss, whichever concept it is called */
    };
    check_parts(&r, parts, sizeof parts / sizeof parts[0]);
    ac_eval_row one = kit_row(&r, "aci-bench/train", "rouge-1", "");
    CHECK(!one.share && !one.counted && one.n == 1 && one.value > 0 && one.value < 1);
    CHECK(kit_row(&r, "mts-dialog/short", "soap-part-accuracy", "").n == 3);
}

AC_TEST(eval, one_format_alone_and_by_name)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    ac_eval_report r;
    CHECK(run(arena, GOOD "/negex/rows.txt", "", 0, &r) == AC_OK && r.rows.n == 5);
    CHECK(run(arena, GOOD "/negex", "negex", 0, &r) == AC_OK && r.rows.n == 5);
    CHECK(run(arena, GOOD "/negex", "no-such", 0, &r) == AC_EINPUT);
    CHECK(run(arena, GOOD "/negex", "aci-bench", 0, &r) == AC_ENOTFOUND);
    CHECK(run(arena, GOOD "/none", "", 0, &r) == AC_ENOTFOUND);
    CHECK(ac_sv_eq(ac_eval_format_name(0), AC_SV("meddocan")) && ac_eval_format_name(99).n == 0);
}

AC_TEST(eval, a_damaged_file_stops_the_run_and_is_named)
{
    static const char *const files[] = {
        "meddocan/a.ann", "nubes/a.ann",      "maccrobat/a.txt",  "pharmaconer/a.ann", "asq-phi/q.txt",
        "asq-phi-tags/q.txt", "presidio/s.json", "negex/r.txt",   "e3c/a.xml",         "e3c-offsets/a.xml",
        "e3c-iob/a.txt",  "aci-bench/t.csv",  "mts-dialog/t.csv", "notes/n.jsonl",     "surrogate/a.ann",
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[96] = DAMAGED "/";
        ac_sv file = ac_sv_z(files[i]);
        size_t n = strlen(path), folder = (size_t)((const char *)memchr(file.p, '/', file.n) - file.p);
        memcpy(path + n, file.p, folder);
        path[n + folder] = 0;
        ac_eval_report r;
        ac_rc rc = run(arena, path, "", 0, &r);
        CHECK(rc == AC_EINPUT || rc == AC_ENOTFOUND);
        CHECK(ac_sv_ends(r.file, file) && r.rows.n == 0);
    }
}

AC_TEST(eval, the_report_as_text_and_json)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    ac_eval_report r;
    ac_json *j;
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    AC_AUTO(ac_sb) json = AC_SB(1 << 20);
    CHECK(run(arena, GOOD "/asq-phi", "", 3, &r) == AC_OK && r.errors.n == 1);
    ac_eval_write_text(&r, &text);
    ac_eval_write_json(&r, &json);
    CHECK(ac_sb_done(&text, NULL) == AC_OK && ac_sb_done(&json, NULL) == AC_OK);
    CHECK(memmem(text.p, text.n, "75.00       3 of 4", 18) && memmem(text.p, text.n, "Errors in asq-phi", 17));
    CHECK(memmem(text.p, text.n, "missed: 1 error, 1 different", 28));
    CHECK(ac_json_parse(ac_sb_view(&json), 8, arena, &j, NULL) == AC_OK);
    const ac_json *rows = ac_json_get(j, "rows"), *errors = ac_json_get(j, "errors");
    CHECK(rows && rows->n == r.rows.n && errors && errors->n == 1);
    CHECK(ac_sv_eq(ac_json_text(j, "format"), AC_SV("aceso/eval/1")));
    CHECK(rows && kit_near(ac_json_number(rows->first, "value", -1), 0.75));
    CHECK(rows && kit_near(ac_json_number(rows->first, "part", -1), 3));
}
