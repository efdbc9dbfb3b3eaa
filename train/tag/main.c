/* tag_train cv|curve|train TASK CORPUS [OUT]: see train/README.md. */
#include "tag/crf.h"
#include "tag/export.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 5 };

typedef struct {
    uint64_t tp, found, gold;
} tally;

static tally total(const tally *t, size_t n)
{
    tally all = { 0 };
    for (size_t i = 0; i < n; i++) {
        all.tp += t[i].tp;
        all.found += t[i].found;
        all.gold += t[i].gold;
    }
    return all;
}

static void print_score(const char *name, size_t n, tally t)
{
    double p = t.found ? (double)t.tp / (double)t.found : 0, r = t.gold ? (double)t.tp / (double)t.gold : 0;
    printf("%-34.*s %6llu  P %.4f  R %.4f  F1 %.4f\n", (int)n, name, (unsigned long long)t.gold, p, r, p + r > 0 ? 2 * p * r / (p + r) : 0);
    fflush(stdout);
}

static void count_span(const corpus *c, const document *d, ac_span span, size_t type, tally *t)
{
    t[type].found++;
    for (size_t i = 0; i < d->n_gold; i++)
        if (d->gold[i].type == type && d->gold[i].span.begin == span.begin && d->gold[i].span.end == span.end) {
            t[type].tp++;
            return;
        }
    if (getenv("TAG_ERRORS"))
        printf("spurious\t%.*s\t%.*s\t%u\t%u\n", (int)c->types[type].n, c->types[type].p, (int)d->name.n, d->name.p, span.begin, span.end);
}

static ac_rc score_document(const crf *m, const corpus *c, const document *d, tally *t, ac_err *err)
{
    uint8_t *labels = ac_mem_alloc(d->n + 1);
    if (!labels)
        return ac_fail(err, AC_ENOMEM, "no memory for labels");
    ac_rc rc = crf_tag(m, c, d->token, d->n, labels, err);
    for (uint32_t i = 0, end; rc == AC_OK && i < d->n; i = end) {
        end = i + 1;
        if (labels[i] % 2 == 0)
            continue;
        while (end < d->n && labels[end] == labels[i] + 1)
            end++;
        count_span(c, d, ac_span_of(c->tokens.at[d->token + i].begin, c->tokens.at[d->token + end - 1].end), (labels[i] - 1u) / 2, t);
    }
    for (size_t i = 0; i < d->n_gold; i++)
        t[d->gold[i].type].gold++;
    ac_mem_free(labels);
    return rc;
}

/* Train on the documents of use, score on those of test. */
static ac_rc train_and_score(const corpus *c, const crf_options *o, const uint8_t *use, const uint8_t *test, tally *t, ac_err *err)
{
    crf m = { 0 };
    ac_rc rc = crf_train(c, use, o, &m, err);
    for (size_t i = 0; rc == AC_OK && i < c->docs.n; i++)
        if (test[i])
            rc = score_document(&m, c, &c->docs.at[i], t, err);
    crf_cleanup(&m);
    return rc;
}

static ac_rc cross_validate(const corpus *c, const crf_options *o, size_t share, tally *t, ac_err *err)
{
    uint8_t *use = ac_mem_alloc(c->docs.n + 1), *test = ac_mem_alloc(c->docs.n + 1);
    ac_rc rc = use && test ? AC_OK : ac_fail(err, AC_ENOMEM, "no memory for folds");
    for (size_t fold = 0; rc == AC_OK && fold < FOLDS; fold++) {
        for (size_t i = 0; i < c->docs.n; i++) {
            test[i] = i % FOLDS == fold;
            use[i] = !test[i] && i / FOLDS % 10 < share;
        }
        rc = train_and_score(c, o, use, test, t, err);
    }
    ac_mem_free(use);
    ac_mem_free(test);
    return rc;
}

static ac_rc run_cv(const corpus *c, const crf_options *o, ac_err *err)
{
    tally t[TYPES_MAX] = { 0 };
    AC_TRY(err, cross_validate(c, o, 10, t, err));
    for (size_t i = 0; i < c->n_types; i++)
        print_score(c->types[i].p, c->types[i].n, t[i]);
    print_score("all", 3, total(t, c->n_types));
    return AC_OK;
}

static ac_rc run_curve(const corpus *c, const crf_options *o, ac_err *err)
{
    for (size_t share = 2; share <= 10; share += 2) {
        tally t[TYPES_MAX] = { 0 };
        char name[32];
        AC_TRY(err, cross_validate(c, o, share, t, err));
        print_score(name, (size_t)snprintf(name, sizeof name, "%zu %% of the documents", share * 8), total(t, c->n_types));
    }
    return AC_OK;
}

/* fold: leave its documents out; FOLDS: leave none out. */
static ac_rc run_train(const task *k, const corpus *c, const crf_options *o, const char *path, size_t fold, ac_err *err)
{
    crf m = { 0 };
    uint8_t *use = ac_mem_alloc(c->docs.n + 1);
    if (!use)
        return ac_fail(err, AC_ENOMEM, "no memory for documents");
    for (size_t i = 0; i < c->docs.n; i++)
        use[i] = i % FOLDS != fold;
    ac_rc rc = crf_train(c, use, o, &m, err);
    tally t[TYPES_MAX] = { 0 };
    for (size_t i = 0; rc == AC_OK && i < c->docs.n; i++)
        if (use[i])
            rc = score_document(&m, c, &c->docs.at[i], t, err);
    if (rc == AC_OK)
        rc = model_write(k, c, &m, path, err);
    print_score("on what it was trained on", 25, total(t, c->n_types));
    crf_cleanup(&m);
    ac_mem_free(use);
    return rc;
}

/* Documents of a second folder are tested on, those of the first trained on. */
static ac_rc run_test(const corpus *c, const crf_options *o, const char *part, ac_err *err)
{
    uint8_t *use = ac_mem_alloc(c->docs.n + 1), *test = ac_mem_alloc(c->docs.n + 1);
    tally t[TYPES_MAX] = { 0 };
    size_t first = (size_t)strtoul(part, NULL, 10);
    for (size_t i = 0; use && test && i < c->docs.n; i++) {
        test[i] = i < first;
        use[i] = i >= first;
    }
    ac_rc rc = use && test ? train_and_score(c, o, use, test, t, err) : ac_fail(err, AC_ENOMEM, "no memory for folds");
    for (size_t i = 0; i < c->n_types; i++)
        print_score(c->types[i].p, c->types[i].n, t[i]);
    print_score("all", 3, total(t, c->n_types));
    ac_mem_free(use);
    ac_mem_free(test);
    return rc;
}

static float setting(const char *name, float otherwise)
{
    const char *value = getenv(name);
    return value ? strtof(value, NULL) : otherwise;
}

static ac_rc run(int argc, char **argv, ac_err *err)
{
    const task *k = task_find(ac_sv_z(argv[2]));
    corpus c = { 0 };
    crf_options o = { .rate = setting("TAG_RATE", 0.1f), .l1 = setting("TAG_L1", 1e-6f), .drop = setting("TAG_DROP", 0),
                      .lean = setting("TAG_LEAN", 0),
                      .epochs = (int)setting("TAG_EPOCHS", 12), .least = (uint32_t)setting("TAG_LEAST", 2) };
    if (!k)
        return ac_fail(err, AC_EINPUT, "no such task");
    ac_rc rc = corpus_read(k, argv[3], &c, err);
    if (rc == AC_OK)
        printf("%zu documents, %zu tokens, %zu features, %zu types, %llu spans out of step with tokens\n", c.docs.n, c.tokens.n,
               c.features.n, c.n_types, (unsigned long long)c.lost);
    if (rc == AC_OK && !strcmp(argv[1], "cv"))
        rc = run_cv(&c, &o, err);
    else if (rc == AC_OK && !strcmp(argv[1], "curve"))
        rc = run_curve(&c, &o, err);
    else if (rc == AC_OK && !strcmp(argv[1], "test") && argc > 4)
        rc = run_test(&c, &o, argv[4], err);
    else if (rc == AC_OK && argc > 4)
        rc = run_train(k, &c, &o, argv[4], argc > 5 ? (size_t)strtoul(argv[5], NULL, 10) : FOLDS, err);
    corpus_cleanup(&c);
    return rc;
}

int main(int argc, char **argv)
{
    ac_err err = { 0 };
    if (argc < 4) {
        fprintf(stderr, "usage: tag_train cv|curve|test|train TASK CORPUS [OUT [FOLD]]\n");
        return 2;
    }
    if (run(argc, argv, &err) == AC_OK)
        return 0;
    fprintf(stderr, "tag_train: %s\n", err.text);
    return 1;
}
