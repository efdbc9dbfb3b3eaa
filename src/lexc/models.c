/* data/models: the weights of a tagger, see data/models/README.md. */
#include "lexc/lexc.h"

#include "nlp/tag/tag_pack.h"

#include <string.h>

enum { TYPES_MAX = (AC_TAG_LABELS_MAX - 1) / 2, LOAD = 2, WEIGHTS_MAX = 1 << 24 };

typedef struct {
    lexc *l;
    ac_sb *out;
    ac_tag_model *m;
    uint32_t at; /* of its header in the pack */
    ac_sv types[TYPES_MAX];
    ac_tag_slot *slots;
    AC_VEC(ac_tag_weight) weights;
    AC_VEC(ac_sv) known; /* words */
} model;

static uint32_t append(model *m, const void *data, size_t n) { return lexc_append(m->out, data, n, 1).off - m->at; }

static bool label_of(const model *m, ac_sv name, uint32_t *out)
{
    *out = 0;
    if (ac_sv_eq(name, AC_SV("O")))
        return true;
    bool begins = ac_sv_starts(name, AC_SV("B-"));
    if (!begins && !ac_sv_starts(name, AC_SV("I-")))
        return false;
    for (uint32_t i = 0; i < m->m->n_types; i++)
        if (ac_sv_eq(m->types[i], ac_sv_sub(name, 2, name.n))) {
            *out = 2 * i + (begins ? 1 : 2);
            return true;
        }
    return false;
}

static bool weight_of(ac_sv text, int64_t *out)
{
    return ac_sv_to_i64(text, out) && *out >= -AC_TAG_WEIGHT_MAX && *out <= AC_TAG_WEIGHT_MAX;
}

static ac_rc read_types(model *m, ac_sv cell, ac_err *err)
{
    for (ac_sv name; ac_sv_split(&cell, ' ', &name); m->m->n_types++) {
        if (m->m->n_types == TYPES_MAX || !name.n)
            return ac_fail(err, AC_EINPUT, "more than %d types, or an empty one", (int)TYPES_MAX);
        m->types[m->m->n_types] = name;
    }
    m->m->width = (2 * m->m->n_types + 1 + AC_TAG_LANES - 1) / AC_TAG_LANES * AC_TAG_LANES;
    return AC_OK;
}

/* "from B-drug	O:17 I-drug:-11" */
static ac_rc read_edges(model *m, float *edges, const lexc_row *row, ac_err *err)
{
    uint32_t from, to;
    int64_t weight;
    if (!label_of(m, ac_sv_sub(row->cells[0], strlen("from "), row->cells[0].n), &from))
        return ac_fail(err, AC_EINPUT, "no such label");
    ac_sv rest = row->n > 1 ? row->cells[1] : AC_SV("");
    for (ac_sv part, name; rest.n && ac_sv_split(&rest, ' ', &part);) {
        if (!ac_sv_split(&part, ':', &name) || !label_of(m, name, &to) || !weight_of(part, &weight))
            return ac_fail(err, AC_EINPUT, "not LABEL:WEIGHT");
        edges[from * m->m->width + to] = (float)weight;
    }
    return AC_OK;
}

static ac_rc add_weight(model *m, ac_sv part, ac_err *err)
{
    ac_sv offset, name;
    int64_t d, weight;
    uint32_t label;
    if (!ac_sv_split(&part, ':', &offset) || !ac_sv_to_i64(offset, &d) || d < -AC_TAG_REACH || d > AC_TAG_REACH ||
        !ac_sv_split(&part, ':', &name) || !label_of(m, name, &label) || !weight_of(part, &weight))
        return ac_fail(err, AC_EINPUT, "not OFFSET:LABEL:WEIGHT");
    ac_tag_weight *w = ac_vec_push(&m->weights, m->l->arena);
    if (!w || m->weights.n > WEIGHTS_MAX)
        return ac_fail(err, AC_ELIMIT, "too many weights");
    *w = (ac_tag_weight) { (uint16_t)((uint32_t)(d + AC_TAG_REACH) * m->m->width + label), (int16_t)weight };
    return AC_OK;
}

static ac_rc read_feature(model *m, const lexc_row *row, ac_err *err)
{
    uint64_t key;
    ac_tag_template t;
    ac_sv value;
    if (row->n != 2 || !ac_tag_key_read(row->cells[0], &key, &t, &value))
        return ac_fail(err, AC_EINPUT, "not a feature");
    size_t i = ac_tag_slot_at(key, m->m->n_slots);
    for (; m->slots[i].n; i = (i + 1) & (m->m->n_slots - 1))
        if (m->slots[i].check == (uint32_t)(key >> 32))
            return ac_fail(err, AC_EINPUT, "a feature is given twice, or two have one hash");
    size_t first = m->weights.n;
    ac_sv rest = row->cells[1];
    for (ac_sv part; ac_sv_split(&rest, ' ', &part);)
        AC_TRY(err, add_weight(m, part, err));
    if (m->weights.n - first > AC_TAG_WEIGHTS_MAX)
        return ac_fail(err, AC_EINPUT, "more than %d weights", (int)AC_TAG_WEIGHTS_MAX);
    m->slots[i] = (ac_tag_slot) { .check = (uint32_t)(key >> 32), .first = (uint32_t)first & 0xffffffu, .n = (uint8_t)(m->weights.n - first) };
    m->m->templates |= 1u << t;
    bool word = t == AC_TAG_W && (ac_is_alpha(value.p[0]) || (unsigned char)value.p[0] >= 0x80);
    ac_sv *known = word ? ac_vec_push(&m->known, m->l->arena) : NULL;
    if (known)
        *known = value;
    return known || !word ? AC_OK : ac_fail(err, AC_ELIMIT, "too many words");
}

/* What all features of each word of the model add up to, see ac_tag_known. The slots and weights stand in the pack already. */
static ac_rc add_known(model *m, ac_err *err)
{
    size_t n = AC_TAG_OFFSETS * m->m->width;
    for (m->m->n_words = 16; m->m->n_words < LOAD * m->known.n;)
        m->m->n_words *= 2;
    int16_t *sums = ac_arena_alloc(m->l->arena, (m->known.n + 1) * n * sizeof *sums);
    ac_tag_known *slots = ac_arena_alloc(m->l->arena, m->m->n_words * sizeof *slots);
    if (!sums || !slots)
        return ac_fail(err, AC_ELIMIT, "no room for the words of a model");
    memcpy(m->out->p + m->at, m->m, sizeof *m->m);
    for (size_t k = 0; k < m->known.n; k++) {
        ac_tag_word word;
        ac_tag_feature features[AC_TAG_WORD_FEATURES];
        uint64_t key = ac_tag_key(AC_TAG_W, m->known.at[k]);
        size_t i = ac_tag_slot_at(key, m->m->n_words);
        ac_tag_word_read(m->known.at[k], AC_TOKEN_WORD, &word);
        ac_tag_add((const void *)(m->out->p + m->at), features, ac_tag_norm_features(&word, AC_TOKEN_WORD, features), sums + k * n);
        while (slots[i].sum)
            i = (i + 1) & (m->m->n_words - 1);
        slots[i] = (ac_tag_known) { (uint32_t)(key >> 32), (uint32_t)k + 1 };
    }
    m->m->words = append(m, slots, m->m->n_words * sizeof *slots);
    m->m->sums = append(m, sums, m->known.n * n * sizeof *sums);
    return AC_OK;
}

/* Of what is no edge a label may not follow another: a span goes on only where it has begun. */
static void forbid(const model *m, float *edges)
{
    for (uint32_t from = 0; from < m->m->width; from++)
        for (uint32_t to = 0; to < m->m->width; to++)
            if (from > 2 * m->m->n_types || to > 2 * m->m->n_types || (to && to % 2 == 0 && from != to && from + 1 != to))
                edges[from * m->m->width + to] = AC_TAG_NEVER;
}

static ac_rc read_rows(model *m, float *edges, ac_err *err)
{
    for (size_t i = 2; i < m->l->rows.n; i++) {
        const lexc_row *row = &m->l->rows.at[i];
        bool edge = ac_sv_starts(row->cells[0], AC_SV("from "));
        ac_rc rc = edge ? read_edges(m, edges, row, err) : read_feature(m, row, err);
        if (rc != AC_OK)
            return lexc_fail_at(err, rc, row->where);
    }
    return AC_OK;
}

static void add_strings(model *m, ac_sv name)
{
    m->m->name = append(m, name.p, name.n);
    ac_sb_add_char(m->out, '\0');
    m->m->types = (uint32_t)m->out->n - m->at;
    for (uint32_t i = 0; i < m->m->n_types; i++) {
        ac_sb_add(m->out, m->types[i]);
        ac_sb_add_char(m->out, '\0');
    }
}

static ac_rc compile_model(lexc *l, ac_sb *out, size_t at, ac_tag_model *header, ac_err *err)
{
    model m = { .l = l, .out = out, .m = header, .at = (uint32_t)at };
    const lexc_row *rows = l->rows.at;
    if (l->rows.n < 2 || rows[0].n != 2 || !ac_sv_eq(rows[0].cells[0], AC_SV("model")) || rows[1].n != 2 ||
        !ac_sv_eq(rows[1].cells[0], AC_SV("types")))
        return ac_fail(err, AC_EINPUT, "a model starts with its name and its types");
    AC_TRY(err, read_types(&m, rows[1].cells[1], err));
    for (header->n_slots = 16; header->n_slots < LOAD * l->rows.n;)
        header->n_slots *= 2;
    float *edges = ac_arena_alloc(l->arena, (size_t)header->width * header->width * sizeof *edges);
    m.slots = ac_arena_alloc(l->arena, header->n_slots * sizeof *m.slots);
    if (!edges || !m.slots)
        return ac_fail(err, AC_ELIMIT, "no room for a model");
    AC_TRY(err, read_rows(&m, edges, err));
    forbid(&m, edges);
    add_strings(&m, rows[0].cells[1]);
    header->edges = append(&m, edges, (size_t)header->width * header->width * sizeof *edges);
    header->slots = append(&m, m.slots, header->n_slots * sizeof *m.slots);
    header->weights = append(&m, m.weights.at, m.weights.n * sizeof *m.weights.at);
    AC_TRY(err, ac_sb_done(out, err));
    return add_known(&m, err);
}

ac_rc lexc_models(lexc *l, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err)
{
    ac_tag_pack pack = { .magic = AC_TAG_MAGIC, .n_models = (uint32_t)n_paths };
    ac_tag_model *models = ac_arena_alloc(l->arena, (n_paths + 1) * sizeof *models);
    if (!models)
        return ac_fail(err, AC_ELIMIT, "no room for models");
    ac_sb_add(out, (ac_sv) { (const char *)&pack, sizeof pack });
    ac_sb_add(out, (ac_sv) { (const char *)models, n_paths * sizeof *models });
    for (size_t i = 0; i < n_paths; i++) {
        l->rows = (lexc_rows) { 0 };
        AC_TRY(err, lexc_read(l, paths[i], err));
        AC_TRY(err, compile_model(l, out, sizeof pack + i * sizeof *models, &models[i], err));
    }
    pack.bytes = (uint32_t)out->n;
    AC_TRY(err, ac_sb_done(out, err));
    memcpy(out->p, &pack, sizeof pack);
    memcpy(out->p + sizeof pack, models, n_paths * sizeof *models);
    return AC_OK;
}
