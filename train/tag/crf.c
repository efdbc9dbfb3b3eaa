#include "tag/crf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const corpus *c;
    const crf_options *o;
    crf *m;
    float shrink;        /* l1 times the steps so far */
    float *em, *alpha, *beta, *prob, *edge_exp, *edge_count;
    uint8_t *dropped;    /* per feature of the sequence */
    size_t cap, drop_cap;
    uint64_t random;
} training;

enum { SEQUENCE_MOST = 1024 };

static float *floats(size_t n) { return ac_mem_alloc((n ? n : 1) * sizeof(float)); }

void crf_cleanup(crf *m)
{
    ac_mem_free(m->row);
    ac_mem_free(m->sum);
    ac_mem_free(m->square);
    ac_mem_free(m->weight);
    ac_mem_free(m->edge);
    ac_mem_free(m->edge_sum);
    ac_mem_free(m->edge_square);
}

static bool allowed(size_t from, size_t to) { return !to || to % 2 || from == to || from + 1 == to; }

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    return *s ^= *s << 17;
}

/* w = -rate / sqrt(G) * sign(g) * max(0, |g| - shrink) */
static inline float weight_of(float g, float square, float rate, float shrink)
{
    float size = fabsf(g) - shrink;
    size = size > 0 ? size : 0;
    return -rate / sqrtf(square + 1e-3f) * copysignf(size, g);
}

static void add_emissions(training *t, const sequence *q)
{
    const size_t w = t->m->width;
    const corpus *c = t->c;
    uint32_t first = c->first.at[q->token];
    memset(t->em, 0, q->n * w * sizeof *t->em);
    for (uint32_t i = 0; i < q->n; i++)
        for (uint32_t k = c->first.at[q->token + i]; k < c->first.at[q->token + i + 1]; k++) {
            uint32_t row = t->m->row[c->ids.at[k]];
            bool drop = t->o->drop > 0 && (float)(next_random(&t->random) >> 40) < t->o->drop * 16777216.0f;
            t->dropped[k - first] = drop || row == AC_NONE;
            if (t->dropped[k - first])
                continue;
            float *restrict em = t->em + i * w;
            const float *restrict sum = t->m->sum + row * w, *restrict square = t->m->square + row * w;
            for (size_t y = 0; y < w; y++)
                em[y] += weight_of(sum[y], square[y], t->o->rate, t->shrink);
        }
}

static void exponentials(training *t, const sequence *q)
{
    const size_t w = t->m->width, n = t->m->n_labels;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < w; b++) {
            size_t at = a * w + b;
            t->m->edge[at] = b < n ? weight_of(t->m->edge_sum[at], t->m->edge_square[at], t->o->rate, 0) : 0;
            t->edge_exp[at] = b < n && allowed(a, b) ? expf(t->m->edge[at]) : 0;
        }
    for (uint32_t i = 0; i < q->n; i++) {
        float *em = t->em + i * w, best = em[0];
        for (size_t y = 1; y < n; y++)
            best = em[y] > best ? em[y] : best;
        for (size_t y = 0; y < w; y++)
            em[y] = y < n ? expf(em[y] - best) : 0;
    }
}

static void scale(float *v, size_t w)
{
    float sum = 0;
    for (size_t y = 0; y < w; y++)
        sum += v[y];
    for (size_t y = 0; y < w; y++)
        v[y] /= sum;
}

static void forward_backward(training *t, const sequence *q)
{
    const size_t w = t->m->width, n = t->m->n_labels;
    for (uint32_t i = 0; i < q->n; i++) {
        float *restrict a = t->alpha + i * w;
        memset(a, 0, w * sizeof *a);
        for (size_t y = 0; y < (i ? n : 1); y++) { /* a sequence follows a token outside */
            float from = i ? t->alpha[(i - 1) * w + y] : 1;
            const float *restrict edge = t->edge_exp + y * w;
            for (size_t z = 0; from > 1e-30f && z < w; z++)
                a[z] += from * edge[z];
        }
        for (size_t y = 0; y < w; y++)
            a[y] *= t->em[i * w + y];
        scale(a, w);
    }
    for (uint32_t i = q->n; i-- > 0;) {
        float *b = t->beta + i * w, next[LABELS_MAX + 8] = { 0 };
        for (size_t y = 0; y < w; y++)
            b[y] = i + 1 == q->n && y < n ? 1 : 0;
        if (i + 1 == q->n)
            continue;
        for (size_t z = 0; z < w; z++)
            next[z] = t->beta[(i + 1) * w + z] * t->em[(i + 1) * w + z];
        for (size_t y = 0; y < n; y++) {
            const float *edge = t->edge_exp + y * w;
            float sum = 0;
            for (size_t z = 0; z < n; z++)
                sum += edge[z] * next[z];
            b[y] = sum;
        }
        scale(b, w);
    }
}

/* Probability of each pair of labels at token i and the one before, less the gold pair, onto edge_count. */
static void expect_pairs(training *t, uint32_t i, uint8_t before, uint8_t gold, const float *em, const float *beta)
{
    const size_t w = t->m->width, n = t->m->n_labels;
    float pair[LABELS_MAX + 8] = { 0 }, total = 0;
    for (size_t z = 0; z < w; z++)
        pair[z] = em[z] * beta[z];
    for (size_t y = 0; y < (i ? n : 1); y++) {
        float from = i ? t->alpha[(i - 1) * w + y] : 1;
        for (size_t z = 0; z < n; z++)
            total += from * t->edge_exp[y * w + z] * pair[z];
    }
    for (size_t y = 0; y < (i ? n : 1); y++) {
        float from = (i ? t->alpha[(i - 1) * w + y] : 1) / total;
        for (size_t z = 0; from > 1e-8f && z < n; z++)
            t->edge_count[y * w + z] += from * t->edge_exp[y * w + z] * pair[z];
    }
    t->edge_count[before * w + gold] -= 1;
}

/* Probability of each label less the gold label, into prob; the same for pairs of labels. What is masked counts as it is expected. */
static void expectations(training *t, const sequence *q)
{
    const size_t w = t->m->width, n = t->m->n_labels;
    memset(t->edge_count, 0, n * w * sizeof *t->edge_count);
    for (uint32_t i = 0; i < q->n; i++) {
        float *p = t->prob + i * w;
        uint8_t gold = t->c->gold.at[q->token + i], before = i ? t->c->gold.at[q->token + i - 1] : 0;
        for (size_t y = 0; y < w; y++)
            p[y] = gold == MASKED ? 0 : t->alpha[i * w + y] * t->beta[i * w + y];
        if (gold == MASKED)
            continue;
        scale(p, w);
        p[gold] -= 1;
        if (before != MASKED)
            expect_pairs(t, i, before, gold, t->em + i * w, t->beta + i * w);
    }
}

static void update(training *t, const sequence *q)
{
    const size_t w = t->m->width, n = t->m->n_labels;
    const corpus *c = t->c;
    uint32_t first = c->first.at[q->token];
    for (uint32_t i = 0; i < q->n; i++) {
        const float *p = t->prob + i * w;
        float most = 0;
        for (size_t y = 0; y < n; y++)
            most = fabsf(p[y]) > most ? fabsf(p[y]) : most;
        for (uint32_t k = c->first.at[q->token + i]; most > 1e-4f && k < c->first.at[q->token + i + 1]; k++) {
            if (t->dropped[k - first])
                continue;
            uint32_t row = t->m->row[c->ids.at[k]];
            float *restrict sum = t->m->sum + row * w, *restrict square = t->m->square + row * w;
            for (size_t y = 0; y < w; y++) {
                sum[y] += p[y];
                square[y] += p[y] * p[y];
            }
        }
    }
    for (size_t y = 0; y < n * w; y++) {
        t->m->edge_sum[y] += t->edge_count[y];
        t->m->edge_square[y] += t->edge_count[y] * t->edge_count[y];
    }
}

static bool room(training *t, const sequence *q)
{
    size_t w = t->m->width, features = t->c->first.at[q->token + q->n] - t->c->first.at[q->token];
    if (features > t->drop_cap) {
        t->dropped = ac_mem_grow(t->dropped, features);
        t->drop_cap = features;
    }
    if (q->n * w > t->cap) {
        t->cap = q->n * w;
        t->em = ac_mem_grow(t->em, t->cap * sizeof *t->em);
        t->alpha = ac_mem_grow(t->alpha, t->cap * sizeof *t->alpha);
        t->beta = ac_mem_grow(t->beta, t->cap * sizeof *t->beta);
        t->prob = ac_mem_grow(t->prob, t->cap * sizeof *t->prob);
    }
    return t->dropped && t->em && t->alpha && t->beta && t->prob;
}

static void training_cleanup(training *t)
{
    float *all[] = { t->em, t->alpha, t->beta, t->prob, t->edge_exp, t->edge_count };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        ac_mem_free(all[i]);
    ac_mem_free(t->dropped);
}

static ac_rc run_epochs(training *t, uint32_t *order, size_t n, ac_err *err)
{
    size_t steps = 0;
    for (int epoch = 0; epoch < t->o->epochs; epoch++) {
        for (size_t i = n; i > 1; i--) {
            size_t k = next_random(&t->random) % i;
            uint32_t swap = order[i - 1];
            order[i - 1] = order[k];
            order[k] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            const sequence *q = &t->c->seqs.at[order[i]];
            if (!room(t, q))
                return ac_fail(err, AC_ENOMEM, "no memory for a sequence");
            t->shrink = t->o->l1 * (float)steps++;
            add_emissions(t, q);
            exponentials(t, q);
            forward_backward(t, q);
            expectations(t, q);
            update(t, q);
        }
    }
    t->shrink = t->o->l1 * (float)steps;
    const size_t w = t->m->width;
    for (size_t i = 0; i < t->m->n_rows * w; i++)
        t->m->weight[i] = i % w < t->m->n_labels ? weight_of(t->m->sum[i], t->m->square[i], t->o->rate, t->shrink) : 0;
    return AC_OK;
}

static bool crf_init(const corpus *c, const crf_options *o, crf *m)
{
    *m = (crf) { .n_labels = 2 * c->n_types + 1 };
    m->width = (m->n_labels + 7) / 8 * 8;
    m->row = ac_mem_alloc((c->features.n + 1) * sizeof *m->row);
    for (size_t i = 0; m->row && i < c->features.n; i++)
        m->row[i] = c->features.at[i].count >= o->least ? (uint32_t)m->n_rows++ : AC_NONE;
    m->sum = floats(m->n_rows * m->width);
    m->square = floats(m->n_rows * m->width);
    m->weight = floats(m->n_rows * m->width);
    m->edge = floats(m->n_labels * m->width);
    m->edge_sum = floats(m->n_labels * m->width);
    m->edge_square = floats(m->n_labels * m->width);
    return m->row && m->sum && m->square && m->weight && m->edge && m->edge_sum && m->edge_square;
}

ac_rc crf_train(const corpus *c, const uint8_t *use, const crf_options *o, crf *out, ac_err *err)
{
    if (!crf_init(c, o, out))
        return ac_fail(err, AC_ENOMEM, "no memory for %zu features", c->features.n);
    size_t edges = out->n_labels * out->width, n = 0;
    training t = { .c = c, .o = o, .m = out, .random = 88172645463325252u, .edge_exp = floats(edges), .edge_count = floats(edges) };
    uint32_t *order = ac_mem_alloc((c->seqs.n + 1) * sizeof *order);
    for (size_t i = 0; order && i < c->seqs.n; i++)
        if (use[c->seqs.at[i].doc])
            order[n++] = (uint32_t)i;
    ac_rc rc = order && t.edge_exp && t.edge_count ? run_epochs(&t, order, n, err) : ac_fail(err, AC_ENOMEM, "no memory to train");
    for (size_t y = 0; y < out->n_labels; y++)
        out->edge[y * out->width] -= o->lean;
    training_cleanup(&t);
    ac_mem_free(order);
    return rc;
}

static void best_path(const crf *m, uint32_t n, float *score, uint8_t *back, uint8_t *labels)
{
    const size_t w = m->width;
    for (uint32_t i = 0; i < n; i++)
        for (size_t z = 0; z < m->n_labels; z++) {
            float best = -1e30f;
            for (size_t y = 0; y < (i ? m->n_labels : 1); y++) {
                float s = (i ? score[(i - 1) * w + y] : 0) + m->edge[y * w + z];
                if (allowed(y, z) && s > best) {
                    best = s;
                    back[i * w + z] = (uint8_t)y;
                }
            }
            score[i * w + z] += best;
        }
    size_t y = 0;
    for (size_t z = 1; n && z < m->n_labels; z++)
        y = score[(n - 1) * w + z] > score[(n - 1) * w + y] ? z : y;
    for (uint32_t i = n; i-- > 0;) {
        labels[i] = (uint8_t)y;
        y = back[i * w + y];
    }
}

ac_rc crf_tag(const crf *m, const corpus *c, uint32_t token, uint32_t n, uint8_t *labels, ac_err *err)
{
    const size_t w = m->width;
    float *score = floats(n * w);
    uint8_t *back = ac_mem_alloc(n * w + 1);
    for (uint32_t i = 0; score && i < n; i++)
        for (uint32_t k = c->first.at[token + i]; k < c->first.at[token + i + 1]; k++) {
            uint32_t row = m->row[c->ids.at[k]];
            for (size_t y = 0; row != AC_NONE && y < w; y++)
                score[i * w + y] += m->weight[row * w + y];
        }
    if (score && back)
        best_path(m, n, score, back, labels);
    ac_mem_free(score);
    ac_mem_free(back);
    return score && back ? AC_OK : ac_fail(err, AC_ENOMEM, "no memory to tag");
}
