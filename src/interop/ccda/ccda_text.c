#include "interop/ccda/ccda_make.h"

/* ---- walking a subtree without recursion ---- */

/* The node after n in the order of the document, below root; inner: whether to go into n. */
static const ac_tree_node *after(const ac_tree_node *n, const ac_tree_node *root, bool inner)
{
    if (inner && n->first)
        return n->first;
    while (n != root && !n->next)
        n = n->parent;
    return n == root ? NULL : n->next;
}

static uint64_t hash_text(uint64_t hash, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 1099511628211u;
    return hash ^ (hash >> 29);
}

void ac_ccda_index(ac_ccda_maker *m)
{
    m->seed[0] = 14695981039346656037u;
    m->seed[1] = 0x9E3779B97F4A7C15u;
    for (const ac_tree_node *n = m->root; n && !m->full; n = after(n, m->root, true)) {
        m->seed[0] = hash_text(m->seed[0], n->text);
        for (uint32_t i = 0; i < n->n_attrs; i++) {
            m->seed[0] = hash_text(m->seed[0], n->attrs[i].value);
            if (ac_sv_eq(n->attrs[i].name, AC_SV("ID")))
                ac_ccda_put(m, &m->ids, ac_sv_trim(n->attrs[i].value), n);
        }
        m->seed[1] = m->seed[1] * 31 + (m->seed[0] >> 7);
    }
}

/* What is marked as deleted was taken back by its author. */
static bool deleted(const ac_tree_node *n) { return n->n_attrs && ac_ccda_attr_is(n, "revised", "delete"); }

/* Words apart by one blank; no more than the limit, cut between words. */
static void add_words(ac_sb *b, ac_sv text, size_t limit)
{
    for (size_t i = 0, end; i < text.n; i = end) {
        bool space = ac_is_space(text.p[i]);
        for (end = i; end < text.n && ac_is_space(text.p[end]) == space; end++)
            continue;
        if (space) {
            if (b->n && b->p[b->n - 1] != ' ' && b->p[b->n - 1] != '\n')
                ac_sb_add_char(b, ' ');
        } else if (b->n + (end - i) < limit) {
            ac_sb_add(b, ac_sv_sub(text, i, end));
        } else {
            b->n = b->n && b->p[b->n - 1] == ' ' ? b->n - 1 : b->n;
            return;
        }
    }
}

ac_sv ac_ccda_words(ac_ccda_maker *m, const ac_tree_node *n)
{
    AC_AUTO(ac_sb) b = AC_SB(2 * AC_CCDA_WORDS_MAX);
    size_t steps = 0; /* elements without words must not make a reference dear either */
    for (const ac_tree_node *at = n; at && steps < AC_CCDA_WORDS_MAX && b.n < AC_CCDA_WORDS_MAX; steps++) {
        bool gone = deleted(at);
        if (!gone && at->name.n && at != n)
            add_words(&b, AC_SV(" "), AC_CCDA_WORDS_MAX);
        if (!gone && !at->name.n)
            add_words(&b, at->text, AC_CCDA_WORDS_MAX);
        at = after(at, n, !gone);
    }
    while (b.n && ac_is_space(b.p[b.n - 1]))
        b.n--;
    return ac_ccda_copy(m, &b);
}

ac_sv ac_ccda_text(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_sv value = ac_ccda_attr(ac_tree_child(n, AC_SV("reference")), "value");
    if (!n || ac_ccda_attr_is(n, "representation", "B64"))
        return AC_SV("");
    const ac_tree_node *there =
        value.n ? ac_ccda_get(&m->ids, ac_sv_sub(value, value.p[0] == '#', value.n)) : NULL;
    /* an ID may mark a place without words of its own, before what it names: then the element around it has them */
    ac_sv words = there ? ac_ccda_words(m, there) : AC_SV("");
    if (there && !words.n && ac_ccda_is_a(there, "content") && there->parent && !ac_ccda_is_a(there->parent, "text"))
        words = ac_ccda_words(m, there->parent);
    return words.n ? words : ac_ccda_words(m, n);
}

/* ---- narrative ---- */

typedef struct {
    ac_sb b;
    size_t in_cells;     /* cells around the place; within one there are no lines: what would be one is a blank */
    size_t cells;        /* of the row so far */
} page;

typedef enum { INLINE, LINE, ITEM, ROW, CELL } shape;

static shape shape_of(const ac_tree_node *n)
{
    static const struct {
        const char *name;
        shape shape;
    } shapes[] = { { "paragraph", LINE }, { "list", LINE },    { "item", ITEM },     { "table", LINE }, { "tr", ROW }, { "td", CELL },
                   { "th", CELL },        { "caption", LINE }, { "footnote", LINE }, { "br", LINE },    { "title", LINE } };
    for (size_t i = 0; n->name.n && i < sizeof shapes / sizeof shapes[0]; i++)
        if (ac_ccda_is_a(n, shapes[i].name))
            return shapes[i].shape;
    return INLINE;
}

static void trim_blanks(ac_sb *b)
{
    while (b->n && b->p[b->n - 1] == ' ')
        b->n--;
}

static bool at_line_start(const ac_sb *b) { return !b->n || b->p[b->n - 1] == '\n'; }

static void end_line(page *p)
{
    if (p->in_cells) {
        add_words(&p->b, AC_SV(" "), SIZE_MAX);
        return;
    }
    if (ac_sv_ends(ac_sb_view(&p->b), AC_SV("\n- ")) || ac_sv_eq(ac_sb_view(&p->b), AC_SV("- ")))
        return; /* a paragraph within an item */
    trim_blanks(&p->b);
    if (!at_line_start(&p->b))
        ac_sb_add_char(&p->b, '\n');
}

static void enter(page *p, const ac_tree_node *n)
{
    shape s = shape_of(n);
    if (!n->name.n)
        add_words(&p->b, n->text, SIZE_MAX);
    if (s == LINE || s == ITEM || s == ROW)
        end_line(p);
    if (s == ITEM && !p->in_cells)
        ac_sb_add(&p->b, AC_SV("- "));
    if (s == ROW && !p->in_cells)
        p->cells = 0;
    if (s == CELL && !p->in_cells++ && p->cells++) {
        trim_blanks(&p->b);
        ac_sb_add(&p->b, at_line_start(&p->b) ? AC_SV("") : AC_SV(" | "));
    }
}

static void leave(page *p, const ac_tree_node *n)
{
    shape s = shape_of(n);
    if (s == CELL)
        p->in_cells--;
    else if (s != INLINE)
        end_line(p);
}

ac_sv ac_ccda_narrative(ac_ccda_maker *m, const ac_tree_node *text)
{
    page p = { .b = AC_SB((size_t)1 << 28) };
    for (const ac_tree_node *n = text ? text->first : NULL; n;) {
        bool gone = deleted(n);
        if (!gone)
            enter(&p, n);
        if (!gone && n->first) {
            n = n->first;
            continue;
        }
        for (; n != text; n = n->parent) {
            if (!deleted(n))
                leave(&p, n);
            if (n->next)
                break;
        }
        n = n == text ? NULL : n->next;
    }
    while (p.b.n && ac_is_space(p.b.p[p.b.n - 1]))
        p.b.n--;
    ac_sv copy = ac_ccda_copy(m, &p.b);
    ac_sb_cleanup(&p.b);
    return copy;
}

ac_rec_narrative *ac_ccda_div(ac_ccda_maker *m, ac_sv text, ac_sv status)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 28);
    ac_sv line;
    if (!text.n)
        return NULL;
    ac_sb_add(&b, AC_SV("<div xmlns=\"http://www.w3.org/1999/xhtml\">"));
    for (ac_sv rest = text; ac_sv_split(&rest, '\n', &line);) {
        ac_sb_add(&b, AC_SV("<p>"));
        for (size_t i = 0, end; i < line.n; i = end) {
            for (end = i; end < line.n && line.p[end] != '<' && line.p[end] != '&' && line.p[end] != '>'; end++)
                continue;
            ac_sb_add(&b, ac_sv_sub(line, i, end));
            if (end < line.n) {
                char c = line.p[end++];
                ac_sb_add(&b, c == '<' ? AC_SV("&lt;") : c == '>' ? AC_SV("&gt;") : AC_SV("&amp;"));
            }
        }
        ac_sb_add(&b, AC_SV("</p>"));
    }
    ac_sb_add(&b, AC_SV("</div>"));
    ac_rec_narrative *n = AC_CCDA_NEW(m, narrative);
    n->status = status;
    n->div = ac_ccda_copy(m, &b);
    return n;
}
