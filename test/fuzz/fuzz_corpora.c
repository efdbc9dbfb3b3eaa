/* The readers of annotated corpora. Cells, attributes and marks stay within what they were read from, reading comes to an end,
 * and what rouge compares lies between nothing and everything. The input is "text NUL annotations". */
#include "eval/brat.h"
#include "eval/csv.h"
#include "eval/rouge.h"
#include "eval/xmi.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void read_csv(ac_sv s, ac_arena *a)
{
    ac_csv_row row;
    bool done = false;
    size_t left = s.n;
    while (!done && ac_csv_next(&s, a, &row, &done, NULL) == AC_OK) {
        check(done || (s.n < left && row.n >= 1 && row.n <= AC_CSV_CELLS));
        left = s.n;
    }
}

static void read_xmi(ac_sv s, ac_arena *a)
{
    ac_xml_tag tag;
    size_t n;
    const uint32_t *at = ac_utf16_bytes(s, a, &n);
    check(!at || at[n] == s.n);
    for (size_t i = 0; at && i < n; i++)
        check(at[i] < s.n && (i == 0 || at[i] >= at[i - 1]));
    while (ac_xml_next(&s, &tag)) {
        ac_sv value = ac_xml_attr(&tag, "begin", a);
        check(tag.name.n > 0 && value.n <= tag.attrs.n);
        (void)ac_xml_number(&tag, "begin", -1, a);
    }
}

static void read_brat(ac_sv text, ac_sv ann, ac_eval *e)
{
    ac_eval_doc d;
    ac_brat b;
    if (ac_eval_open(e, AC_SV("d"), text, NULL, &d, NULL) != AC_OK ||
        ac_brat_parse(ann, &d, e->scratch, &b, NULL) != AC_OK)
        return;
    for (size_t i = 0; i < b.marks.n; i++)
        check(b.marks.at[i].span.begin <= b.marks.at[i].span.end && b.marks.at[i].span.end <= d.note.text.n);
    for (size_t i = 0; i < b.links.n; i++)
        check(b.links.at[i].from < b.marks.n && b.links.at[i].to < b.marks.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 26);
    ac_sv all = { (const char *)data, n }, text = all, rest = { NULL, 0 };
    const char *zero = n ? memchr(all.p, 0, n) : NULL;
    ac_rouge r;
    if (!a || n > 1 << 14)
        return 0;
    if (zero) {
        text = ac_sv_sub(all, 0, (size_t)(zero - all.p));
        rest = ac_sv_sub(all, text.n + 1, n);
    }
    read_csv(all, a);
    read_xmi(all, a);
    read_brat(text, rest, &(ac_eval) { .arena = a, .scratch = a });
    if (n < 1 << 11 && ac_rouge_score(text, rest, a, &r, NULL) == AC_OK)
        check(r.one >= 0 && r.one <= 1 && r.two >= 0 && r.two <= 1 && r.lsum >= 0 && r.lsum <= 1);
    return 0;
}
