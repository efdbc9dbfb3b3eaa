#include "lexc/lexc.h"

#include "kit/test.h"
#include "nlp/pipeline.h"
#include "nlp/tag/tag_input.h"
#include "nlp/tag/tag_pack.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_TEST_MAX = 8 << 20, NOTE_TEST_MAX = 64 << 20 };

static ac_rc compile(const char *text, ac_sb *out, ac_err *err)
{
    char path[] = "/tmp/aceso-model-XXXXXX";
    char *paths[] = { path };
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    AC_TRY(err, ac_file_write(path, ac_sv_z(text), err));
    ac_rc rc = lexc_compile("models", paths, 1, out, err);
    CHECK(remove(path) == 0);
    return rc;
}

static const ac_tag_model *model_of(const ac_sb *pack) { return (const void *)(pack->p + sizeof(ac_tag_pack)); }

/* Steps as far as the classes of words need them. */
static ac_rc tag(const ac_tag_model *m, ac_arena *arena, const char *text, ac_note *note, ac_tagged_list *out, ac_err *err)
{
    ac_tag_input in;
    *note = (ac_note) { .arena = arena, .text = ac_sv_z(text), .lang = AC_LANG_ES };
    size_t n;
    const ac_step *steps = ac_steps(&n);
    AC_TRY(err, steps[0].run(note, err));
    AC_TRY(err, steps[1].run(note, err));
    AC_TRY(err, ac_tag_input_of(note, &in, err));
    return ac_tag_run(m, &in, out, err);
}

static const char MODEL[] = "model\tes-test\n"
                            "types\tdrug name\n"
                            "from O\tO:20\n"
                            "from B-drug\tI-drug:30\n"
                            "w=acido\t0:B-drug:200 1:I-drug:1\n"
                            "s3=ico\t0:I-drug:300\n"
                            "w=don\t-1:B-name:300\n"
                            "sh=Xx\t0:B-name:60\n"
                            "w=y\t0:O:400\n";

AC_TEST(models, a_model_is_what_its_text_says)
{
    AC_AUTO(ac_sb) pack = AC_SB(MODEL_TEST_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(NOTE_TEST_MAX);
    CHECK(compile(MODEL, &pack, NULL) == AC_OK);
    const ac_tag_model *m = model_of(&pack);
    CHECK(ac_sv_eq(ac_tag_model_name(m), AC_SV("es-test")) && ac_tag_types(m) == 2);
    CHECK(ac_sv_eq(ac_tag_type_name(m, 0), AC_SV("drug")) && ac_sv_eq(ac_tag_type_name(m, 1), AC_SV("name")));
    ac_note note;
    ac_tagged_list found = { 0 };
    CHECK(tag(m, arena, "toma ácido fólico y vio a don Gil", &note, &found, NULL) == AC_OK);
    CHECK(found.n == 2);
    if (found.n == 2) {
        CHECK(found.at[0].type == 0 && found.at[0].token_begin == 1 && found.at[0].token_end == 3);
        /* B 200, I 300, edges 0 + 30 + 0 against O: 20 for each of three steps */
        CHECK(found.at[0].margin == 200 + 300 + 30 - 3 * 20);
        CHECK(found.at[1].type == 1 && found.at[1].token_begin == 7 && found.at[1].token_end == 8);
    }
}

AC_TEST(models, a_span_goes_on_only_where_it_has_begun)
{
    AC_AUTO(ac_sb) pack = AC_SB(MODEL_TEST_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(NOTE_TEST_MAX);
    CHECK(compile(MODEL, &pack, NULL) == AC_OK);
    ac_note note;
    ac_tagged_list found = { 0 };
    CHECK(tag(model_of(&pack), arena, "ciclo básico", &note, &found, NULL) == AC_OK);
    for (size_t i = 0; i < found.n; i++) /* "básico" alone could only go on */
        CHECK(found.at[i].token_begin == 0);
}

AC_TEST(models, words_beyond_the_cache_and_over_chunks_are_tagged_alike)
{
    enum { TIMES = 20000 };
    AC_AUTO(ac_sb) pack = AC_SB(MODEL_TEST_MAX);
    AC_AUTO(ac_sb) text = AC_SB(4 << 20);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(NOTE_TEST_MAX);
    CHECK(compile(MODEL, &pack, NULL) == AC_OK);
    for (int i = 0; i < TIMES; i++)
        ac_sb_addf(&text, "palabra%d y ácido fólico y nada\n", i);
    ac_sb_add_char(&text, '\0');
    ac_note note;
    ac_tagged_list found = { 0 };
    CHECK(tag(model_of(&pack), arena, text.p, &note, &found, NULL) == AC_OK);
    CHECK(found.n == TIMES);
    for (size_t i = 0; i < found.n; i++)
        CHECK(found.at[i].type == 0 && found.at[i].token_begin == 6 * i + 2 && found.at[i].token_end == 6 * i + 4);
}

AC_TEST(models, an_empty_note_has_no_tags_and_a_full_arena_is_an_error)
{
    AC_AUTO(ac_sb) pack = AC_SB(MODEL_TEST_MAX);
    CHECK(compile(MODEL, &pack, NULL) == AC_OK);
    ac_note note;
    size_t failed = 0;
    for (size_t room = 1 << 10; room < 1 << 20; room += 4 << 10) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(room);
        ac_tagged_list found = { 0 };
        ac_rc rc = tag(model_of(&pack), arena, "ácido fólico y ácido úrico", &note, &found, NULL);
        CHECK(rc == AC_OK || (rc == AC_ELIMIT && found.n == 0));
        failed += rc != AC_OK;
    }
    CHECK(failed > 0);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_tagged_list found = { 0 };
    CHECK(tag(model_of(&pack), arena, "", &note, &found, NULL) == AC_OK && found.n == 0);
}

AC_TEST(models, a_damaged_model_is_refused_with_its_line)
{
    static const char *const bad[] = {
        "model\tx\n",                                       /* no types */
        "types\ta\nmodel\tx\n",                             /* not in this order */
        "model\tx\ntypes\ta\nfrom B-b\tO:1\n",              /* no such label */
        "model\tx\ntypes\ta\nfrom O\tB-a\n",                /* no weight */
        "model\tx\ntypes\ta\nw=a\t0:B-a:1\nw=a\t0:O:1\n",   /* twice */
        "model\tx\ntypes\ta\nw=a\t3:B-a:1\n",               /* too far */
        "model\tx\ntypes\ta\nw=a\t0:B-a:99999\n",           /* too heavy */
        "model\tx\ntypes\ta\nw=a\n",                        /* nothing */
        "model\tx\ntypes\ta\nzz=a\t0:B-a:1\n",              /* no such feature */
        "model\tx\ntypes\ta\nw=a\t0:B-a:1 \n",              /* an empty weight */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(ac_sb) pack = AC_SB(MODEL_TEST_MAX);
        ac_err err = { 0 };
        CHECK(compile(bad[i], &pack, &err) == AC_EINPUT);
    }
}
