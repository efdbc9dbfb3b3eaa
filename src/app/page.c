#include "app/page.h"

#include "base/search.h"

#include <string.h>

enum { CITES_MAX = 3, INDENT = 2, DETAIL_PERCENT = 45 };

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
    ac_page page = {
        .note = note, .out = out, .markdown = p->markdown, .colour = p->colour && !p->markdown, .width = p->width
    };
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

/* A name may hold anything; on a terminal a control character is a command. */
static void add_name(ac_page *p, ac_sv name)
{
    ac_page_style(p, AC_STYLE_TITLE);
    for (size_t i = 0; i < name.n; i++)
        ac_sb_add_char(p->out, (unsigned char)name.p[i] < ' ' || name.p[i] == 0x7F ? '?' : name.p[i]);
    ac_page_style(p, AC_STYLE_PLAIN);
}

void ac_page_title(ac_page *p, ac_sv left, ac_sv right)
{
    if (p->markdown) {
        ac_sb_add(p->out, AC_SV("# "));
        add_name(p, left);
        ac_sb_add(p->out, AC_SV("\n\n"));
        ac_sb_add(p->out, right);
        ac_sb_add(p->out, AC_SV("\n"));
        return;
    }
    size_t used = columns(left) + columns(right) + 8;
    ac_page_words(p, AC_STYLE_DIM, AC_SV("── "));
    add_name(p, left);
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
    bool fresh = ac_sv_ends(ac_sb_view(p->out), AC_SV("\n\n")); /* right below a heading */
    ac_sb_add(p->out, !p->markdown ? AC_SV("  ") : fresh ? AC_SV("**") : AC_SV("\n**"));
    ac_page_words(p, AC_STYLE_TITLE, words);
    ac_sb_add(p->out, p->markdown ? AC_SV("**\n\n") : AC_SV("\n"));
}

static uint32_t line_of(const ac_page *p, uint32_t at)
{
    return (uint32_t)AC_LAST_BEFORE(i, p->n_lines, p->lines[i] <= at);
}

void ac_page_cite(const ac_page *p, const ac_spans *evidence, ac_sb *out)
{
    uint32_t before = UINT32_MAX;
    size_t shown = 0, more = 0;
    for (size_t i = 0; evidence && i < evidence->n; i++) {
        uint32_t at = evidence->at[i].begin, line = line_of(p, at);
        if (line == before)
            continue; /* one citation per line is enough to find it */
        before = line;
        if (shown == CITES_MAX) {
            more++;
            continue;
        }
        uint32_t column = ac_cp_of_byte(&p->cps, at) - ac_cp_of_byte(&p->cps, p->lines[line]);
        ac_sb_addf(out, "%s%u:%u", shown++ ? ", " : "[", line + 1, column + 1);
    }
    if (more)
        ac_sb_addf(out, " +%zu", more);
    if (shown)
        ac_sb_add_char(out, ']');
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

static void dim(ac_page *p, ac_sv words, const char *markdown)
{
    ac_page_style(p, AC_STYLE_DIM);
    if (p->markdown)
        ac_sb_add(p->out, ac_sv_z(markdown));
    ac_sb_add(p->out, words);
    if (p->markdown)
        ac_sb_add(p->out, ac_sv_z(markdown));
    ac_page_style(p, AC_STYLE_PLAIN);
}

/* Blanks up to a column, at least two; on a new line when the n columns of what follows do not fit on this one. */
static void move_to(ac_page *p, size_t column, size_t n, size_t indent, size_t *at)
{
    if (*at + 2 + n > p->width && *at > indent) {
        ac_sb_add_char(p->out, '\n');
        *at = 0;
        column = column > indent ? column : indent;
    } else if (column < *at + 2) {
        column = *at + 2;
    }
    repeat(p, " ", column - *at);
    *at = column;
}

static void add_detail(ac_page *p, const ac_entry *e, size_t indent, size_t *at)
{
    size_t n = columns(e->detail);
    if (!n)
        return;
    if (p->markdown)
        ac_sb_add(p->out, AC_SV(" — "));
    else
        move_to(p, e->column ? (size_t)p->width * DETAIL_PERCENT / 100 : 0, n, indent, at);
    dim(p, e->detail, "");
    *at += n;
}

ac_sv ac_page_aside(const ac_page *p, const ac_sb *text)
{
    if (text->rc == AC_ENOMEM && p->out->rc == AC_OK)
        p->out->rc = AC_ENOMEM;
    return ac_sb_view(text);
}

/* Citations stand at the right edge, where the eye finds them and they disturb nobody. */
static void add_cites(ac_page *p, const ac_entry *e, size_t indent, size_t *at)
{
    AC_AUTO(ac_sb) cites = AC_SB(1024);
    ac_page_cite(p, e->evidence, &cites);
    ac_sv words = ac_page_aside(p, &cites);
    if (!words.n)
        return;
    if (p->markdown)
        ac_sb_add_char(p->out, ' ');
    else
        move_to(p, p->width > words.n ? p->width - words.n : 0, words.n, indent, at);
    dim(p, words, "`");
    *at += words.n;
}

void ac_page_entry(ac_page *p, const ac_entry *e)
{
    size_t lead = columns(e->lead), indent = INDENT + 2;
    size_t at = indent;
    ac_sv mark = e->mark ? ac_sv_z(e->mark) : AC_SV("•");
    ac_sb_add(p->out, p->markdown ? AC_SV("- ") : AC_SV("  "));
    if (!p->markdown || e->mark) {
        ac_page_words(p, e->style, mark);
        ac_sb_add_char(p->out, ' ');
    }
    if (lead) {
        ac_page_words(p, AC_STYLE_TITLE, e->lead);
        lead = p->markdown || lead > e->lead_width ? lead : e->lead_width;
        repeat(p, " ", p->markdown ? 1 : lead + 2 - columns(e->lead));
        at = indent += lead + 2;
    }
    wrap(p, e->text, indent, &at);
    if (e->label.n) {
        ac_sb_add(p->out, AC_SV(" ("));
        ac_sb_add(p->out, e->label);
        ac_sb_add_char(p->out, ')');
        at += columns(e->label) + 3;
    }
    add_detail(p, e, indent, &at);
    add_cites(p, e, indent, &at);
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
