#include "tag/export.h"

#include "nlp/tag/tag_pack.h"
#include "os/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_MAX = 64 << 20, WORD_LEAST = 3 };

typedef struct {
    const corpus *c;
    const crf *m;
    ac_sb *out;
} writer;

static int whole(float weight)
{
    int w = (int)lrintf(weight * AC_TAG_UNIT);
    return w > AC_TAG_WEIGHT_MAX ? AC_TAG_WEIGHT_MAX : w < -AC_TAG_WEIGHT_MAX ? -AC_TAG_WEIGHT_MAX : w;
}

static void add_label(writer *w, size_t label)
{
    if (label)
        ac_sb_addf(w->out, "%c-%.*s", label % 2 ? 'B' : 'I', (int)w->c->types[(label - 1) / 2].n, w->c->types[(label - 1) / 2].p);
    else
        ac_sb_add_char(w->out, 'O');
}

typedef struct {
    ac_sv name;
    uint32_t feature;
} line;

static int by_name(const void *a, const void *b)
{
    const line *x = a, *y = b;
    int order = ac_sv_cmp(x->name, y->name);
    return order ? order : (x->feature > y->feature) - (x->feature < y->feature);
}

/* A word that is met often has its line even where its features say nothing, see ac_tag_known. */
static bool has_weight(const crf *m, const feature *f, uint32_t row)
{
    bool any = row != AC_NONE && f->template == AC_TAG_W && f->offset == 0 && f->count >= WORD_LEAST;
    for (size_t y = 0; row != AC_NONE && y < m->n_labels; y++)
        any = any || whole(m->weight[row * m->width + y]);
    return any;
}

/* All weights of one row of the corpus's features: " OFFSET:LABEL:WEIGHT" each. */
static void add_weights(writer *w, const feature *f, uint32_t row, bool *first)
{
    for (size_t y = 0; y < w->m->n_labels; y++) {
        int weight = whole(w->m->weight[row * w->m->width + y]);
        if (!weight)
            continue;
        ac_sb_add_char(w->out, *first ? '\t' : ' ');
        *first = false;
        ac_sb_addf(w->out, "%d:", f->offset);
        add_label(w, y);
        ac_sb_addf(w->out, ":%d", weight);
    }
}

static void add_edges(writer *w)
{
    for (size_t y = 0; y < w->m->n_labels; y++) {
        ac_sb_add(w->out, AC_SV("from "));
        add_label(w, y);
        bool first = true;
        for (size_t z = 0; z < w->m->n_labels; z++)
            if (whole(w->m->edge[y * w->m->width + z])) {
                ac_sb_add_char(w->out, first ? '\t' : ' ');
                first = false;
                add_label(w, z);
                ac_sb_addf(w->out, ":%d", whole(w->m->edge[y * w->m->width + z]));
            }
        ac_sb_add_char(w->out, '\n');
    }
}

static void add_features(writer *w, const line *lines, size_t n)
{
    for (size_t i = 0; i < n;) {
        bool first = true;
        size_t end = i;
        ac_sb_add(w->out, lines[i].name);
        for (; end < n && ac_sv_eq(lines[end].name, lines[i].name); end++)
            add_weights(w, &w->c->features.at[lines[end].feature], w->m->row[lines[end].feature], &first);
        ac_sb_add(w->out, first ? AC_SV("\t0:O:0\n") : AC_SV("\n"));
        i = end;
    }
}

ac_rc model_write(const task *k, const corpus *c, const crf *m, const char *path, ac_err *err)
{
    AC_AUTO(ac_sb) out = AC_SB(MODEL_MAX);
    writer w = { c, m, &out };
    line *lines = ac_mem_alloc((c->features.n + 1) * sizeof *lines);
    size_t n = 0;
    for (size_t i = 0; lines && i < c->features.n; i++)
        if (has_weight(m, &c->features.at[i], m->row[i]))
            lines[n++] = (line) { ac_sv_z(c->names.p + c->features.at[i].name), (uint32_t)i };
    if (!lines)
        return ac_fail(err, AC_ENOMEM, "no memory for the lines of a model");
    qsort(lines, n, sizeof *lines, by_name);
    ac_sb_addf(&out, "# A tagger of Aceso, made by train/train.sh; its card is %s.md beside it. Weights in 1/%d.\n", k->task, AC_TAG_UNIT);
    ac_sb_addf(&out, "model\t%s\ntypes\t", k->task);
    for (size_t i = 0; i < c->n_types; i++)
        ac_sb_addf(&out, "%s%.*s", i ? " " : "", (int)c->types[i].n, c->types[i].p);
    ac_sb_add_char(&out, '\n');
    add_edges(&w);
    add_features(&w, lines, n);
    ac_mem_free(lines);
    AC_TRY(err, ac_sb_done(&out, err));
    return ac_file_write(path, ac_sb_view(&out), err);
}
