#include "main/bench.h"

#include "base/json_write.h"
#include "nlp/lexicon/pack.h"
#include "os/clock.h"
#include "os/terminal.h"

#include <string.h>

enum { ARENA_MAX = 1 << 30, SUB_BITS = 4, NAME_COLUMN = 18 };

extern const char ac_samples_begin[], ac_samples_end[];

/* Two labels in one section: CMakeLists.txt lays the samples out between them. */
// cppcheck-suppress comparePointers
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
    sum->cpu_ns += part->cpu_ns;
}

static void count_step(ac_bench_tally *t, size_t i, ac_sv name, uint64_t ns, uint64_t bytes)
{
    if (i >= AC_PROCESS_STEPS_MAX)
        return;
    t->steps[i].name = name;
    count(&t->steps[i], ns, bytes);
    t->n_steps = i + 1 > t->n_steps ? i + 1 : t->n_steps;
}

static ac_rc write_json(ac_bench_run *r, const ac_result *result, const ac_process_extra *x)
{
    ac_result_json_options opt = { .parts = r->opt->parts, .source = AC_SV("text"), .times = x->times, .n_times = x->n_times };
    uint64_t start = ac_clock_ticks_ns(r->opt->clock);
    ac_sb_clear(&r->written);
    AC_TRY(NULL, ac_result_json(result, &opt, &r->written, NULL));
    count_step(&r->tally, x->n_times, AC_SV("json"), ac_clock_ticks_ns(r->opt->clock) - start, r->written.n);
    return AC_OK;
}

static ac_rc one_note(ac_bench_run *r, ac_sv text, ac_arena *arena)
{
    const ac_bench_options *o = r->opt;
    ac_process_options opt = { .id = AC_SV("bench"), .lang = o->lang, .max_bytes = UINT32_MAX / 4, .parts = o->parts, .clock = o->clock,
                               .vocabs = o->vocabs };
    ac_result result;
    ac_process_extra extra;
    uint64_t start = ac_clock_ticks_ns(o->clock);
    AC_TRY(NULL, ac_process(&opt, text, arena, &result, &extra, NULL));
    for (size_t i = 0; i < extra.n_times; i++)
        count_step(&r->tally, i, extra.times[i].name, extra.times[i].ns, extra.bytes[i]);
    if (o->json)
        AC_TRY(NULL, write_json(r, &result, &extra));
    count(&r->tally.whole, ac_clock_ticks_ns(o->clock) - start, ac_arena_used(arena));
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
    r->written = AC_SB(ARENA_MAX);
    r->rc = arena && r->tally.steps ? AC_OK : AC_ENOMEM;
    const uint64_t end = ac_clock_ticks_ns(r->opt->clock) + r->opt->ns, cpu = ac_clock_ticks_ns(ac_clock_cpu());
    while (r->rc == AC_OK && ac_clock_ticks_ns(r->opt->clock) < end)
        for (size_t i = 0; i < r->opt->notes->n && r->rc == AC_OK; i++)
            r->rc = one_note(r, r->opt->notes->at[i], arena);
    r->tally.cpu_ns = ac_clock_ticks_ns(ac_clock_cpu()) - cpu;
    ac_sb_cleanup(&r->written);
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

static double mean_bytes(const ac_bench_notes *notes)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < notes->n; i++)
        bytes += notes->at[i].n;
    return mean(bytes, notes->n);
}

/* The report's one JSON object is written in pieces: the writers below add members, each with its comma. */
void ac_bench_begin(ac_bench_report *r, ac_sb *out)
{
    char machine[256];
    ac_machine_name(machine, sizeof machine);
    if (!r->json) {
        ac_sb_addf(out, "%s, %zu core%s; aceso %s\n%zu notes, %.0f bytes each on average, %zu thread%s\n", machine, ac_cores(),
                   ac_cores() == 1 ? "" : "s", AC_VERSION, r->notes->n, mean_bytes(r->notes), r->jobs, r->jobs == 1 ? "" : "s");
        return;
    }
    ac_jw j = ac_jw_to(out, 0);
    ac_jw_object(&j);
    ac_jw_kstring(&j, "version", AC_SV(AC_VERSION));
    ac_jw_kstring(&j, "machine", ac_sv_z(machine));
    ac_jw_kdouble(&j, "cores", (double)ac_cores());
    ac_jw_kdouble(&j, "notes", (double)r->notes->n);
    ac_jw_kdouble(&j, "mean_bytes", mean_bytes(r->notes));
    ac_jw_kdouble(&j, "jobs", (double)r->jobs);
    ac_sb_add(out, AC_SV(",\"modes\":["));
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

static double per_core(const ac_bench_tally *t) { return t->cpu_ns ? (double)t->whole.n * 1e9 / (double)t->cpu_ns : 0; }

static void mode_json(ac_bench_report *r, const char *name, const ac_bench_tally *t, ac_sb *out)
{
    ac_jw j = ac_jw_to(out, 0);
    rate now = rate_of(t);
    if (r->modes)
        ac_sb_add_char(out, ',');
    ac_jw_object(&j);
    ac_jw_kstring(&j, "mode", ac_sv_z(name));
    ac_jw_kdouble(&j, "notes_per_second", now.notes);
    ac_jw_kdouble(&j, "notes_per_second_per_core", per_core(t));
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
    ac_sb_addf(out, "\n%s: %.0f notes/s per core; by the clock %.0f notes/s, %.2f MB/s\n", name, per_core(t), now.notes, now.megabytes);
    ac_sb_addf(out, "  %-*s %10s %10s %10s %8s %9s\n", NAME_COLUMN, "step", "mean µs", "p50 µs", "p99 µs", "share", "KB");
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

/* ---- what is compiled in ------------------------------------------------------------------------------------------ */

typedef struct {
    const char *name;
    const ac_terms *terms;
} word_list;

enum { WORD_LISTS = 10 };

static void word_lists(word_list out[WORD_LISTS])
{
    const word_list all[WORD_LISTS] = {
        { "lexicon", ac_terms_lexicon() },       { "sections", ac_terms_sections() }, { "context", ac_terms_context() },
        { "sig", ac_terms_sig() },               { "units", ac_terms_units() },       { "phi", ac_terms_phi() },
        { "names", ac_terms_names() },           { "outputs", ac_terms_outputs() },   { "guidelines", ac_terms_guidelines() },
        { "interview", ac_terms_interview() },
    };
    memcpy(out, all, sizeof all);
}

/* The lexicon's entries are concepts; those of other lists are rows. */
static uint32_t entries(const ac_terms *t) { return t->concepts.n ? t->concepts.n : t->rows.n; }

static void lists_text(ac_sb *out)
{
    word_list l[WORD_LISTS];
    word_lists(l);
    ac_sb_addf(out, "\n  %-*s %9s %9s %9s\n", NAME_COLUMN, "word list", "entries", "terms", "KB");
    for (size_t i = 0; i < WORD_LISTS; i++)
        ac_sb_addf(out, "  %-*s %9u %9u %9u\n", NAME_COLUMN, l[i].name, entries(l[i].terms), l[i].terms->terms,
                   l[i].terms->bytes / 1024);
    ac_sb_addf(out, "  %-*s %9s %9s %9u\n", NAME_COLUMN, "terms in one table", "", "", ac_pack_all.bytes / 1024);
}

static void lists_json(ac_sb *out)
{
    word_list l[WORD_LISTS];
    word_lists(l);
    ac_sb_add(out, AC_SV("],\"word_lists\":["));
    for (size_t i = 0; i < WORD_LISTS; i++)
        ac_sb_addf(out, "%s{\"name\":\"%s\",\"entries\":%u,\"terms\":%u,\"bytes\":%u}", i ? "," : "", l[i].name,
                   entries(l[i].terms), l[i].terms->terms, l[i].terms->bytes);
}

void ac_bench_end(ac_bench_report *r, uint64_t peak_rss, ac_sb *out)
{
    if (r->json) {
        lists_json(out);
        ac_sb_add(out, AC_SV("],\"peak_rss_bytes\":"));
        ac_sb_add_u64(out, peak_rss);
        ac_sb_add(out, AC_SV("}\n"));
    } else {
        lists_text(out);
        ac_sb_addf(out, "\npeak resident memory %.1f MB\n", (double)peak_rss / 1e6);
    }
}
