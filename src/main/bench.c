#include "main/bench.h"

#include "base/json_write.h"

#include <string.h>

enum { ARENA_MAX = 1 << 30, SUB_BITS = 4, NAME_COLUMN = 18 };

extern const char ac_samples_begin[], ac_samples_end[];

ac_sv ac_bench_samples(void) { return (ac_sv) { ac_samples_begin, (size_t)(ac_samples_end - ac_samples_begin) }; }

/* ---- tallies ------------------------------------------------------------------------------------------------------ */

static size_t bucket_of(uint64_t ns)
{
    if (ns < 1u << SUB_BITS)
        return ns;
    unsigned top = 63 - (unsigned)__builtin_clzll(ns);
    size_t i = (size_t)(top - SUB_BITS + 1) << SUB_BITS | (ns >> (top - SUB_BITS) & ((1u << SUB_BITS) - 1));
    return i < AC_BENCH_BUCKETS ? i : AC_BENCH_BUCKETS - 1;
}

static uint64_t bucket_ns(size_t i)
{
    if (i < 1u << SUB_BITS)
        return i;
    unsigned top = (unsigned)(i >> SUB_BITS) + SUB_BITS - 1;
    return (1ull << SUB_BITS | (i & ((1u << SUB_BITS) - 1))) << (top - SUB_BITS);
}

static void count(ac_bench_step *s, uint64_t ns, uint64_t bytes)
{
    s->ns += ns;
    s->bytes += bytes;
    s->n++;
    s->bucket[bucket_of(ns)]++;
}

uint64_t ac_bench_percentile(const ac_bench_step *s, double share)
{
    double left = share * (double)s->n;
    for (size_t i = 0; i < AC_BENCH_BUCKETS; i++) {
        left -= (double)s->bucket[i];
        if (left <= 0 && s->n)
            return bucket_ns(i);
    }
    return 0;
}

static void add_step(ac_bench_step *sum, const ac_bench_step *part)
{
    sum->name = part->name;
    sum->ns += part->ns;
    sum->bytes += part->bytes;
    sum->n += part->n;
    for (size_t i = 0; i < AC_BENCH_BUCKETS; i++)
        sum->bucket[i] += part->bucket[i];
}

void ac_bench_add(ac_bench_tally *sum, const ac_bench_tally *part)
{
    for (size_t i = 0; i < part->n_steps; i++)
        add_step(&sum->steps[i], &part->steps[i]);
    sum->n_steps = part->n_steps > sum->n_steps ? part->n_steps : sum->n_steps;
    add_step(&sum->whole, &part->whole);
    sum->text_bytes += part->text_bytes;
}

static void count_note(ac_bench_tally *t, const ac_process_extra *x, uint64_t ns, size_t used)
{
    for (size_t i = 0; i < x->n_times; i++) {
        t->steps[i].name = x->times[i].name;
        count(&t->steps[i], x->times[i].ns, x->bytes[i]);
    }
    t->n_steps = x->n_times;
    count(&t->whole, ns, used);
}

static ac_rc one_note(ac_bench_run *r, ac_sv text, ac_arena *arena)
{
    const ac_bench_options *o = r->opt;
    ac_process_options opt = { .id = AC_SV("bench"), .lang = o->lang, .max_bytes = UINT32_MAX / 4, .parts = o->parts, .clock = o->clock };
    ac_result result;
    ac_process_extra extra;
    uint64_t start = ac_clock_ticks_ns(o->clock);
    AC_TRY(NULL, ac_process(&opt, text, arena, &result, &extra, NULL));
    count_note(&r->tally, &extra, ac_clock_ticks_ns(o->clock) - start, ac_arena_used(arena));
    r->tally.text_bytes += text.n;
    ac_arena_reset(arena);
    return AC_OK;
}

void ac_bench_work(void *worker, void *run)
{
    (void)worker;
    ac_bench_run *r = run;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA_MAX);
    r->tally.steps = ac_mem_alloc(AC_PROCESS_STEPS_MAX * sizeof r->tally.steps[0]);
    r->rc = arena && r->tally.steps ? AC_OK : AC_ENOMEM;
    uint64_t end = ac_clock_ticks_ns(r->opt->clock) + r->opt->ns;
    while (r->rc == AC_OK && ac_clock_ticks_ns(r->opt->clock) < end)
        for (size_t i = 0; i < r->opt->notes->n && r->rc == AC_OK; i++)
            r->rc = one_note(r, r->opt->notes->at[i], arena);
}

/* ---- the report --------------------------------------------------------------------------------------------------- */

static double us(uint64_t ns) { return (double)ns / 1e3; }
static double mean(uint64_t sum, uint64_t n) { return n ? (double)sum / (double)n : 0; }

typedef struct {
    double notes, megabytes; /* per second */
} rate;

static rate rate_of(const ac_bench_tally *t)
{
    double s = (double)t->wall_ns / 1e9;
    return s > 0 ? (rate) { (double)t->whole.n / s, (double)t->text_bytes / s / 1e6 } : (rate) { 0, 0 };
}

void ac_bench_begin(ac_bench_report *r, ac_sb *out)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < r->notes->n; i++)
        bytes += r->notes->at[i].n;
    if (r->json)
        ac_sb_addf(out, "{\"version\":\"%s\",\"notes\":%zu,\"mean_bytes\":%.0f,\"jobs\":%zu,\"modes\":[", AC_VERSION, r->notes->n,
                   mean(bytes, r->notes->n), r->jobs);
    else
        ac_sb_addf(out, "%zu notes, %.0f bytes each on average, %zu thread%s\n", r->notes->n, mean(bytes, r->notes->n), r->jobs,
                   r->jobs == 1 ? "" : "s");
}

static void step_json(ac_jw *j, const ac_bench_step *s)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "name", s->name);
    ac_jw_kdouble(j, "mean_us", mean(s->ns, s->n) / 1e3);
    ac_jw_kdouble(j, "p50_us", us(ac_bench_percentile(s, 0.50)));
    ac_jw_kdouble(j, "p99_us", us(ac_bench_percentile(s, 0.99)));
    ac_jw_kdouble(j, "arena_bytes", mean(s->bytes, s->n));
    ac_jw_end_object(j);
}

static void mode_json(ac_bench_report *r, const char *name, const ac_bench_tally *t, ac_sb *out)
{
    ac_jw j = ac_jw_to(out, 0);
    rate now = rate_of(t);
    if (r->modes)
        ac_sb_add_char(out, ',');
    ac_jw_object(&j);
    ac_jw_kstring(&j, "mode", ac_sv_z(name));
    ac_jw_kdouble(&j, "notes_per_second", now.notes);
    ac_jw_kdouble(&j, "megabytes_per_second", now.megabytes);
    ac_jw_kdouble(&j, "p50_us", us(ac_bench_percentile(&t->whole, 0.50)));
    ac_jw_kdouble(&j, "p99_us", us(ac_bench_percentile(&t->whole, 0.99)));
    ac_jw_kdouble(&j, "arena_bytes", mean(t->whole.bytes, t->whole.n));
    ac_jw_karray(&j, "steps");
    for (size_t i = 0; i < t->n_steps; i++)
        step_json(&j, &t->steps[i]);
    ac_jw_end_array(&j);
    ac_jw_end_object(&j);
}

static void line_text(const ac_bench_step *s, ac_sv name, uint64_t whole, ac_sb *out)
{
    ac_sb_addf(out, "  %-*.*s %9.1f %9.1f %9.1f %6.1f %% %9.1f\n", NAME_COLUMN, (int)name.n, name.p, mean(s->ns, s->n) / 1e3,
               us(ac_bench_percentile(s, 0.50)), us(ac_bench_percentile(s, 0.99)),
               whole ? 100.0 * (double)s->ns / (double)whole : 0, mean(s->bytes, s->n) / 1024);
}

static void mode_text(const char *name, const ac_bench_tally *t, ac_sb *out)
{
    rate now = rate_of(t);
    ac_sb_addf(out, "\n%s: %.0f notes/s, %.2f MB/s\n  %-*s %9s %9s %9s %8s %9s\n", name, now.notes, now.megabytes, NAME_COLUMN, "step",
               "mean us", "p50 us", "p99 us", "share", "arena KB");
    for (size_t i = 0; i < t->n_steps; i++)
        line_text(&t->steps[i], t->steps[i].name, t->whole.ns, out);
    line_text(&t->whole, AC_SV("whole note"), t->whole.ns, out);
}

void ac_bench_mode(ac_bench_report *r, const char *name, const ac_bench_tally *t, ac_sb *out)
{
    if (r->json)
        mode_json(r, name, t, out);
    else
        mode_text(name, t, out);
    r->modes++;
}

void ac_bench_end(ac_bench_report *r, uint64_t peak_rss, ac_sb *out)
{
    if (r->json) {
        ac_sb_add(out, AC_SV("],\"peak_rss_bytes\":"));
        ac_sb_add_u64(out, peak_rss);
        ac_sb_add(out, AC_SV("}\n"));
    } else {
        ac_sb_addf(out, "\npeak resident memory %.1f MB\n", (double)peak_rss / 1e6);
    }
}
