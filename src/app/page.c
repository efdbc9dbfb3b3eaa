#include "app/page.h"

#include <string.h>

enum { CITES_MAX = 3, INDENT = 2 };

static const char *const sgr[] = {
#define SGR(id, code) code,
    AC_STYLE_LIST(SGR)
#undef SGR
};

static ac_rc read_lines(ac_page *p, ac_err *err)
{
    ac_sv text = p->note->text;
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    p->lines = ac_arena_alloc(p->note->arena, n * sizeof p->lines[0]);
    if (!p->lines)
        return ac_fail(err, AC_ELIMIT, "no room for a table of lines");
    p->n_lines = 1;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n')
            p->lines[p->n_lines++] = (uint32_t)i + 1;
    return AC_OK;
}

ac_rc ac_page_begin(ac_page *p, const ac_note *note, ac_sb *out, ac_err *err)
{
    ac_page page = { .note = note, .out = out, .markdown = p->markdown, .colour = p->colour && !p->markdown, .width = p->width };
    AC_TRY(err, ac_cp_map_new(note->text, note->arena, &page.cps, err));
    AC_TRY(err, read_lines(&page, err));
    *p = page;
    return AC_OK;
}

void ac_page_style(ac_page *p, ac_style s)
{
    if (!p->colour || p->style == s)
        return;
    if (p->style != AC_STYLE_PLAIN)
        ac_sb_add(p->out, AC_SV("\033[0m"));
    if (s != AC_STYLE_PLAIN)
        ac_sb_addf(p->out, "\033[%sm", sgr[s]);
    p->style = s;
}

void ac_page_words(ac_page *p, ac_style s, ac_sv words)
{
    ac_page_style(p, s);
    ac_sb_add(p->out, words);
    ac_page_style(p, AC_STYLE_PLAIN);
}

static size_t columns(ac_sv s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void repeat(ac_page *p, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++)
        ac_sb_add(p->out, ac_sv_z(what));
}

void ac_page_title(ac_page *p, ac_sv left, ac_sv right)
{
    if (p->markdown) {
        ac_sb_add(p->out, AC_SV("# "));
        ac_sb_add(p->out, left);
        ac_sb_add(p->out, AC_SV("\n\n"));
        ac_sb_add(p->out, right);
        ac_sb_add(p->out, AC_SV("\n"));
        return;
    }
    size_t used = columns(left) + columns(right) + 8;
    ac_page_words(p, AC_STYLE_DIM, AC_SV("── "));
    ac_page_words(p, AC_STYLE_TITLE, left);
    ac_page_style(p, AC_STYLE_DIM);
    ac_sb_add_char(p->out, ' ');
    repeat(p, "─", used < p->width ? p->width - used : 1);
    ac_sb_add_char(p->out, ' ');
    ac_sb_add(p->out, right);
    ac_sb_add(p->out, AC_SV(" ──"));
    ac_page_style(p, AC_STYLE_PLAIN);
    ac_sb_add_char(p->out, '\n');
}

void ac_page_heading(ac_page *p, ac_sv words)
{
    ac_sb_add(p->out, p->markdown ? AC_SV("\n## ") : AC_SV("\n"));
    ac_page_words(p, AC_STYLE_HEADING, words);
    ac_sb_add(p->out, p->markdown ? AC_SV("\n\n") : AC_SV("\n"));
}

void ac_page_subheading(ac_page *p, ac_sv words)
{
    ac_sb_add(p->out, p->markdown ? AC_SV("\n**") : AC_SV("  "));
    ac_page_words(p, AC_STYLE_TITLE, words);
    ac_sb_add(p->out, p->markdown ? AC_SV("**\n\n") : AC_SV("\n"));
}

static uint32_t line_of(const ac_page *p, uint32_t at)
{
    size_t lo = 0, hi = p->n_lines;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (p->lines[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

static size_t cite_text(const ac_page *p, const ac_spans *evidence, char *buf, size_t cap)
{
    AC_AUTO(ac_sb) b = AC_SB(512);
    if (!evidence || !evidence->n)
        return 0;
    uint32_t before = UINT32_MAX;
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < evidence->n; i++) {
        uint32_t at = evidence->at[i].begin, line = line_of(p, at);
        if (line == before)
            continue; /* one citation per line is enough to find it */
        before = line;
        if (shown == CITES_MAX) {
            more++;
            continue;
        }
        uint32_t column = ac_cp_of_byte(&p->cps, at) - ac_cp_of_byte(&p->cps, p->lines[line]);
        ac_sb_addf(&b, "%s%u:%u", shown++ ? ", " : "[", line + 1, column + 1);
    }
    if (more)
        ac_sb_addf(&b, " +%zu", more);
    ac_sb_add_char(&b, ']');
    size_t n = b.rc == AC_OK && b.n < cap ? b.n : 0;
    if (n)
        memcpy(buf, b.p, n);
    return n;
}

/* Words from the note must not act as Markdown. */
static void add_escaped(ac_page *p, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (p->markdown && memchr("\\`*_[]<>|#~", s.p[i], 11))
            ac_sb_add_char(p->out, '\\');
        ac_sb_add_char(p->out, s.p[i] == '\n' ? ' ' : s.p[i]);
    }
}

/* Write words from column *at on, breaking lines at blanks; later lines begin at column indent. */
static void wrap(ac_page *p, ac_sv words, size_t indent, size_t *at)
{
    ac_sv rest = ac_sv_trim(words), word;
    bool first = true;
    while (ac_sv_split(&rest, ' ', &word)) {
        size_t n = columns(word);
        if (!n)
            continue;
        if (!p->markdown && !first && *at + 1 + n > p->width) {
            ac_sb_add_char(p->out, '\n');
            repeat(p, " ", indent);
            *at = indent;
        } else if (!first) {
            ac_sb_add_char(p->out, ' ');
            ++*at;
        }
        add_escaped(p, word);
        *at += n;
        first = false;
    }
}

/* A dim group of words after the text, two blanks away: on the same line when it fits. */
static void tail(ac_page *p, ac_sv words, size_t indent, size_t *at)
{
    size_t n = columns(words);
    if (!n)
        return;
    if (!p->markdown && *at + 2 + n > p->width && *at > indent) {
        ac_sb_add_char(p->out, '\n');
        repeat(p, " ", indent);
        *at = indent;
    } else {
        ac_sb_add(p->out, p->markdown ? AC_SV(" ") : AC_SV("  "));
        *at += 2;
    }
    ac_page_style(p, AC_STYLE_DIM);
    if (p->markdown)
        ac_sb_add(p->out, AC_SV("<sub>"));
    ac_sb_add(p->out, words);
    if (p->markdown)
        ac_sb_add(p->out, AC_SV("</sub>"));
    ac_page_style(p, AC_STYLE_PLAIN);
    *at += n;
}

void ac_page_cite(ac_page *p, const ac_spans *evidence)
{
    char buf[512];
    size_t at = 0, n = cite_text(p, evidence, buf, sizeof buf);
    tail(p, (ac_sv) { buf, n }, 0, &at);
}

void ac_page_entry(ac_page *p, const ac_entry *e)
{
    char cites[512];
    const size_t indent = INDENT + 2;
    size_t at = indent, n = cite_text(p, e->evidence, cites, sizeof cites);
    ac_sv mark = e->mark ? ac_sv_z(e->mark) : AC_SV("•");
    ac_sb_add(p->out, p->markdown ? AC_SV("- ") : AC_SV("  "));
    if (!p->markdown || e->mark) {
        ac_page_words(p, e->style, mark);
        ac_sb_add_char(p->out, ' ');
    }
    wrap(p, e->text, indent, &at);
    if (e->label.n) {
        ac_sb_add(p->out, AC_SV(" ("));
        ac_sb_add(p->out, e->label);
        ac_sb_add_char(p->out, ')');
        at += columns(e->label) + 3;
    }
    tail(p, e->detail, indent, &at);
    tail(p, (ac_sv) { cites, n }, indent, &at);
    ac_sb_add_char(p->out, '\n');
}

void ac_page_line(ac_page *p, ac_sv words)
{
    size_t at = INDENT;
    if (!p->markdown)
        repeat(p, " ", INDENT);
    wrap(p, words, INDENT, &at);
    ac_sb_add_char(p->out, '\n');
}
