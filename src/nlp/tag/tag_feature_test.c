#include "nlp/tag/tag_feature.h"

#include "kit/test.h"

#include <string.h>

static bool has(const ac_tag_feature *f, size_t n, ac_tag_template t, const char *value)
{
    for (size_t i = 0; i < n; i++)
        if (f[i].template == t && ac_sv_eq(f[i].value, ac_sv_z(value)))
            return true;
    return false;
}

AC_TEST(tag_feature, a_word_is_cut_in_lower_case_and_without_accents)
{
    ac_tag_word w;
    ac_tag_feature f[AC_TAG_WORD_FEATURES];
    ac_tag_word_read(AC_SV("Hipótesis"), AC_TOKEN_WORD, &w);
    size_t n = ac_tag_norm_features(&w, AC_TOKEN_WORD, f);
    CHECK(has(f, n, AC_TAG_W, "hipotesis") && has(f, n, AC_TAG_P3, "hip") && has(f, n, AC_TAG_S4, "esis"));
    n = ac_tag_shape_features(&w, f);
    CHECK(n == 1 && has(f, n, AC_TAG_SHAPE, "Xx")); /* too long for a form */
    ac_tag_word_read(AC_SV("HbA1c"), AC_TOKEN_WORD, &w);
    n = ac_tag_shape_features(&w, f);
    CHECK(has(f, n, AC_TAG_SHAPE, "XxX0x") && has(f, n, AC_TAG_FORM, "XxX0x"));
    ac_tag_word_read(AC_SV("ÁÑO"), AC_TOKEN_WORD, &w);
    n = ac_tag_norm_features(&w, AC_TOKEN_WORD, f);
    CHECK(has(f, n, AC_TAG_W, "año"));
    for (size_t i = 0; i < n; i++) /* no affix begins or ends in the middle of ñ */
        CHECK(ac_utf8_length(f[i].value) > 0 && ((unsigned char)f[i].value.p[f[i].value.n - 1] != 0xC3));
}

AC_TEST(tag_feature, numbers_are_known_by_their_length_only)
{
    ac_tag_word w;
    ac_tag_feature f[AC_TAG_WORD_FEATURES];
    ac_tag_word_read(AC_SV("28040"), AC_TOKEN_NUMBER, &w);
    size_t n = ac_tag_norm_features(&w, AC_TOKEN_NUMBER, f);
    CHECK(n == 1 && has(f, n, AC_TAG_W, "00000"));
    ac_tag_word_read(AC_SV("3,5"), AC_TOKEN_NUMBER, &w);
    CHECK(has(f, ac_tag_norm_features(&w, AC_TOKEN_NUMBER, f), AC_TAG_W, "0,0"));
    ac_tag_word_read(AC_SV(":"), AC_TOKEN_PUNCT, &w);
    CHECK(ac_tag_norm_features(&w, AC_TOKEN_PUNCT, f) == 1 && ac_tag_shape_features(&w, f) == 0);
}

AC_TEST(tag_feature, a_word_of_any_length_and_of_any_bytes_fits)
{
    char text[300];
    ac_tag_word w;
    ac_tag_feature f[AC_TAG_WORD_FEATURES];
    for (unsigned byte = 1; byte < 256; byte++) {
        memset(text, (int)byte, sizeof text);
        for (size_t n = 1; n < sizeof text; n += 7) {
            ac_tag_word_read((ac_sv) { text, n }, AC_TOKEN_WORD, &w);
            CHECK(w.n_norm > 0 && w.n_norm <= AC_TAG_WORD_BYTES && w.n_shape <= AC_TAG_WORD_BYTES && w.n_form <= AC_TAG_WORD_BYTES);
            CHECK(ac_tag_norm_features(&w, AC_TOKEN_WORD, f) <= AC_TAG_WORD_FEATURES);
        }
    }
}

AC_TEST(tag_feature, the_norm_of_a_norm_is_itself)
{
    static const char *const words[] = { "Ácido", "NÚÑEZ", "b12", "anti-", "ß-HCG", "µg", "\xE2\x80\x99s", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        ac_tag_word once, twice;
        ac_tag_word_read(ac_sv_z(words[i]), AC_TOKEN_WORD, &once);
        ac_tag_word_read((ac_sv) { once.norm, once.n_norm }, AC_TOKEN_WORD, &twice);
        CHECK(once.n_norm == twice.n_norm && memcmp(once.norm, twice.norm, once.n_norm) == 0);
    }
}

AC_TEST(tag_feature, what_a_model_writes_has_the_key_of_what_a_note_gives)
{
    uint64_t key, other;
    ac_tag_template t;
    ac_sv value;
    char name[AC_TAG_NAME_BYTES];
    CHECK(ac_tag_key_read(AC_SV("s3=ina"), &key, &t, &value) && t == AC_TAG_S3 && key == ac_tag_key(AC_TAG_S3, AC_SV("ina")));
    CHECK(ac_tag_key_read(AC_SV("w=="), &key, &t, &value) && ac_sv_eq(value, AC_SV("=")));
    CHECK(!ac_tag_key_read(AC_SV("s3"), &key, &t, &value) && !ac_tag_key_read(AC_SV("s3="), &key, &t, &value));
    CHECK(!ac_tag_key_read(AC_SV("zz=a"), &key, &t, &value) && !ac_tag_key_read(AC_SV(""), &key, &t, &value));
    CHECK(ac_tag_key_read(AC_SV("s3=ina"), &key, &t, &value) && ac_tag_key_read(AC_SV("p3=ina"), &other, &t, &value) && key != other);
    ac_tag_class c = ac_tag_class_of(AC_TAG_LEX, AC_KIND_MEDICATION * AC_TAG_PLACES + AC_TAG_SINGLE);
    CHECK(ac_sv_eq(ac_tag_class_name(c, name), AC_SV("lex=S-medication")));
    c = ac_tag_class_of(AC_TAG_PHI, AC_PHI_STREET * AC_TAG_PLACES + AC_TAG_BEGIN);
    CHECK(ac_sv_eq(ac_tag_class_name(c, name), AC_SV("phi=B-STREET")));
}

AC_TEST(tag_feature, every_class_has_a_name_of_its_own)
{
    for (unsigned t = AC_TAG_LEX; t < AC_TAG_TEMPLATES; t++)
        for (unsigned v = 0; v < 256; v++) {
            char name[AC_TAG_NAME_BYTES];
            uint64_t key;
            ac_tag_template of;
            ac_sv value;
            ac_tag_class c = ac_tag_class_of((ac_tag_template)t, v);
            CHECK(c > 0 && c < AC_TAG_CLASS_MAX);
            CHECK(ac_tag_key_read(ac_tag_class_name(c, name), &key, &of, &value) && of == t);
        }
}
