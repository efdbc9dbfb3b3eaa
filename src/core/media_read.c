#include "core/media_read.h"

void ac_mr_init(ac_mr *r, ac_arena *arena, uint64_t max_bytes)
{
    *r = (ac_mr) { .arena = arena, .max_bytes = max_bytes, .text = AC_SB(max_bytes), .bytes = AC_SB(max_bytes) };
}

void ac_mr_cleanup(ac_mr *r)
{
    ac_sb_cleanup(&r->text);
    ac_sb_cleanup(&r->bytes);
}

/* ---- the fields of a packet: a short one sets bad ----------------------------------------------------------------- */

typedef struct {
    ac_sv rest;
    bool bad;
} fields;

static void get(fields *f, void *out, size_t n)
{
    if (n > f->rest.n) {
        f->bad = true;
        memset(out, 0, n);
        return;
    }
    memcpy(out, f->rest.p, n);
    f->rest = ac_sv_sub(f->rest, n, f->rest.n);
}

static uint8_t get_u8(fields *f)
{
    uint8_t v;
    get(f, &v, sizeof v);
    return v;
}

static uint32_t get_u32(fields *f)
{
    uint32_t v;
    get(f, &v, sizeof v);
    return v;
}

static uint64_t get_u64(fields *f)
{
    uint64_t v;
    get(f, &v, sizeof v);
    return v;
}

/* A number that can be drawn: no infinity, no NaN. */
static float get_f32(fields *f)
{
    float v;
    get(f, &v, sizeof v);
    if (!(v > -1e6f && v < 1e6f)) {
        f->bad = true;
        return 0;
    }
    return v;
}

/* A copy in the arena; bad when it is no UTF-8 or there is no room. */
static ac_sv get_sv(ac_mr *r, fields *f)
{
    uint32_t n = get_u32(f);
    if (n > f->rest.n)
        f->bad = true;
    if (f->bad)
        return AC_SV("");
    ac_sv s = ac_sv_sub(f->rest, 0, n);
    f->rest = ac_sv_sub(f->rest, n, f->rest.n);
    if (!ac_utf8_is(s)) {
        f->bad = true;
        return AC_SV("");
    }
    return n ? ac_arena_copy(r->arena, s) : AC_SV("");
}

/* ---- packets: each returns false when there was no room ------------------------------------------------------------ */

static bool on_type(ac_mr *r, fields *f)
{
    r->layout.media_type = get_sv(r, f);
    return r->layout.media_type.p;
}

static bool on_text(ac_mr *r, fields *f)
{
    ac_sb_add(&r->text, f->rest);
    f->rest.n = 0;
    return r->text.rc == AC_OK;
}

static bool on_words(ac_mr *r, fields *f)
{
    while (f->rest.n && !f->bad) {
        uint32_t after = r->layout.words.n ? r->layout.words.at[r->layout.words.n - 1].span.end : 0;
        ac_word word = { .span.begin = get_u32(f) };
        word.span.end = get_u32(f);
        word.box.x0 = get_f32(f);
        word.box.y0 = get_f32(f);
        word.box.x1 = get_f32(f);
        word.box.y1 = get_f32(f);
        word.confidence = get_u8(f);
        f->bad |= !r->in_page || word.span.begin < after || word.span.end <= word.span.begin || word.span.end > r->text.n ||
                  word.confidence > 100;
        word.page = (uint32_t)r->layout.pages.n - 1;
        ac_word *at = f->bad ? NULL : ac_vec_push(&r->layout.words, r->arena);
        if (!f->bad && !at)
            return false;
        if (at)
            *at = word;
    }
    return true;
}

static bool on_page(ac_mr *r, fields *f)
{
    const ac_layout *l = &r->layout;
    f->bad |= r->in_page;
    r->before = (__typeof__(r->before)) { r->text.n, l->words.n, l->cells.n, l->headings.n, l->warnings.n };
    ac_layout_page *page = ac_vec_push(&r->layout.pages, r->arena);
    if (!page)
        return false;
    page->width = get_f32(f);
    page->height = get_f32(f);
    page->span = ac_span_of(r->text.n, r->text.n);
    r->in_page = true;
    return true;
}

static bool on_page_end(ac_mr *r, fields *f)
{
    uint8_t source = get_u8(f);
    float turned = get_f32(f);
    uint32_t begin = get_u32(f);
    f->bad |= !r->in_page || source >= AC_PAGE_SOURCES || begin > r->text.n ||
              begin < r->layout.pages.at[r->layout.pages.n - 1].span.begin;
    if (f->bad)
        return true;
    ac_layout_page *page = &r->layout.pages.at[r->layout.pages.n - 1];
    page->source = source;
    page->turned = turned;
    page->span = ac_span_of(begin, r->text.n);
    r->in_page = false;
    return true;
}

static bool on_back(ac_mr *r, fields *f)
{
    ac_layout *l = &r->layout;
    (void)f;
    if (!r->in_page) {
        if (!l->pages.n)
            l->meta.n = l->attachments.n = l->warnings.n = 0;
        return true;
    }
    r->in_page = false;
    r->text.n = r->before.text;
    l->words.n = r->before.words;
    l->cells.n = r->before.cells;
    l->headings.n = r->before.headings;
    l->warnings.n = r->before.warnings;
    l->pages.n--;
    return true;
}

static bool on_cells(ac_mr *r, fields *f)
{
    ac_cell cell = { .span.begin = get_u32(f) };
    cell.span.end = get_u32(f);
    cell.table = get_u32(f);
    cell.row = get_u32(f);
    cell.column = get_u32(f);
    f->bad |= cell.span.begin > cell.span.end || cell.span.end > r->text.n;
    ac_cell *at = ac_vec_push(&r->layout.cells, r->arena);
    if (at)
        *at = cell;
    return at;
}

static bool on_heading(ac_mr *r, fields *f)
{
    const uint32_t after = r->layout.headings.n ? r->layout.headings.at[r->layout.headings.n - 1].span.end : 0;
    ac_heading heading = { .span.begin = get_u32(f) };
    heading.span.end = get_u32(f);
    f->bad |= heading.span.begin < after || heading.span.begin > heading.span.end || heading.span.end > r->text.n;
    ac_heading *at = ac_vec_push(&r->layout.headings, r->arena);
    if (at)
        *at = heading;
    return at;
}

static bool on_meta(ac_mr *r, fields *f)
{
    ac_media_meta *m = ac_vec_push(&r->layout.meta, r->arena);
    if (!m)
        return false;
    m->name = get_sv(r, f);
    m->value = get_sv(r, f);
    return m->name.p && m->value.p;
}

static bool on_warning(ac_mr *r, fields *f)
{
    uint8_t note = get_u8(f);
    uint32_t page = get_u32(f);
    f->bad |= note >= AC_MEDIA_NOTES;
    ac_media_warning *w = ac_vec_push(&r->layout.warnings, r->arena);
    if (w)
        *w = (ac_media_warning) { note, page };
    return w;
}

static bool on_attachment(ac_mr *r, fields *f)
{
    ac_attachment *a = ac_vec_push(&r->layout.attachments, r->arena);
    if (!a)
        return false;
    a->name = get_sv(r, f);
    a->type = get_sv(r, f);
    a->bytes = get_u64(f);
    return a->name.p && a->type.p;
}

/* Hang a node under the open element. */
static ac_tree_node *add_node(ac_mr *r)
{
    ac_tree_node *node = ac_arena_alloc(r->arena, sizeof *node);
    if (!node)
        return NULL;
    node->parent = r->open;
    if (!r->open)
        r->tree = node;
    else if (r->last[r->depth - 1])
        r->last[r->depth - 1]->next = node;
    else
        r->open->first = node;
    if (r->depth)
        r->last[r->depth - 1] = node;
    return node;
}

static bool on_element(ac_mr *r, fields *f)
{
    if ((r->tree && !r->open) || r->depth == AC_TREE_DEPTH_MAX) {
        f->bad = true;
        return true;
    }
    ac_tree_node *node = add_node(r);
    if (!node)
        return false;
    node->space = get_sv(r, f);
    node->name = get_sv(r, f);
    node->line = get_u32(f);
    node->n_attrs = get_u32(f);
    f->bad |= !node->name.n || node->n_attrs > f->rest.n; /* each takes some bytes */
    if (f->bad)
        return true;
    ac_tree_attr *attrs = ac_arena_alloc(r->arena, node->n_attrs * sizeof *attrs);
    if (!attrs)
        return false;
    node->attrs = attrs;
    for (uint32_t i = 0; i < node->n_attrs && !f->bad; i++) {
        attrs[i].name = get_sv(r, f);
        attrs[i].value = get_sv(r, f);
    }
    r->last[r->depth++] = NULL;
    r->open = node;
    return true;
}

static bool on_chars(ac_mr *r, fields *f)
{
    ac_tree_node *node = r->open ? add_node(r) : NULL;
    f->bad |= !r->open;
    if (!node)
        return f->bad;
    node->text = ac_arena_copy(r->arena, f->rest);
    f->bad |= !ac_utf8_is(f->rest);
    f->rest.n = 0;
    return node->text.p;
}

static bool on_element_end(ac_mr *r, fields *f)
{
    f->bad |= !r->depth;
    if (f->bad)
        return true;
    r->depth--;
    r->open = r->open->parent;
    return true;
}

static bool on_progress(ac_mr *r, fields *f)
{
    r->done = get_u32(f);
    r->total = get_u32(f);
    return true;
}

static bool on_file(ac_mr *r, fields *f)
{
    ac_sb_add(&r->bytes, f->rest);
    f->rest.n = 0;
    return r->bytes.rc == AC_OK;
}

static bool on_region(ac_mr *r, fields *f)
{
    ac_region *region = ac_vec_push(&r->layout.regions, r->arena);
    if (!region)
        return false;
    region->page = get_u32(f);
    region->box.x0 = get_f32(f);
    region->box.y0 = get_f32(f);
    region->box.x1 = get_f32(f);
    region->box.y1 = get_f32(f);
    region->colour = get_u32(f);
    return true;
}

static bool on_error(ac_mr *r, fields *f)
{
    uint8_t reason = get_u8(f);
    f->bad |= reason >= AC_MEDIA_NOTES || reason == AC_MEDIA_OK;
    r->failed = f->bad ? AC_MEDIA_CRASHED : (ac_media_note)reason;
    r->finished = true;
    return true;
}

static bool on_done(ac_mr *r, fields *f)
{
    uint64_t text = get_u64(f);
    uint32_t words = get_u32(f), pages = get_u32(f);
    f->bad |= text != r->text.n || words != r->layout.words.n || pages != r->layout.pages.n || r->in_page || r->depth;
    r->finished = true;
    return true;
}

typedef bool handler(ac_mr *, fields *);
static handler *const handlers[AC_PACKETS] = {
    [AC_PACKET_TYPE] = on_type, [AC_PACKET_TEXT] = on_text, [AC_PACKET_WORDS] = on_words,
    [AC_PACKET_PAGE] = on_page, [AC_PACKET_PAGE_END] = on_page_end, [AC_PACKET_CELLS] = on_cells,
    [AC_PACKET_META] = on_meta, [AC_PACKET_WARNING] = on_warning, [AC_PACKET_ATTACHMENT] = on_attachment,
    [AC_PACKET_ELEMENT] = on_element, [AC_PACKET_CHARS] = on_chars, [AC_PACKET_ELEMENT_END] = on_element_end,
    [AC_PACKET_PROGRESS] = on_progress, [AC_PACKET_FILE] = on_file, [AC_PACKET_ERROR] = on_error,
    [AC_PACKET_DONE] = on_done, [AC_PACKET_REGION] = on_region,
    [AC_PACKET_HEADING] = on_heading, [AC_PACKET_BACK] = on_back,
};

static ac_rc take_one(ac_mr *r, ac_sv packet, ac_err *err)
{
    fields f = { .rest = packet };
    uint8_t type = get_u8(&f);
    if (f.bad || type >= AC_PACKETS || !handlers[type] || r->finished)
        return ac_fail(err, AC_EINPUT, "a packet of type %u does not belong there", (unsigned)type);
    if (!handlers[type](r, &f))
        return ac_fail(err, AC_ELIMIT, "no room for what the reader of the document found");
    if (f.bad || f.rest.n)
        return ac_fail(err, AC_EINPUT, "a packet of type %u is malformed", (unsigned)type);
    return AC_OK;
}

ac_rc ac_mr_packet(ac_mr *r, ac_sv packet, ac_err *err)
{
    fields f = { .rest = packet };
    if (get_u8(&f) != AC_PACKET_BATCH)
        return take_one(r, packet, err);
    while (f.rest.n) {
        const uint32_t n = get_u32(&f);
        if (f.bad || n > f.rest.n)
            return ac_fail(err, AC_EINPUT, "packets that came together are cut short");
        AC_TRY(err, take_one(r, ac_sv_sub(f.rest, 0, n), err));
        f.rest = ac_sv_sub(f.rest, n, f.rest.n);
    }
    return AC_OK;
}

ac_rc ac_mr_end(ac_mr *r, ac_err *err)
{
    if (!r->finished)
        return ac_fail(err, AC_EINPUT, "the reader of the document stopped without a word");
    if (r->failed != AC_MEDIA_OK)
        return AC_OK;
    if (!ac_utf8_is(ac_sb_view(&r->text)))
        return ac_fail(err, AC_EINPUT, "the reader of the document gave text that is not UTF-8");
    r->layout.text = ac_arena_copy(r->arena, ac_sb_view(&r->text));
    if (r->text.n && !r->layout.text.p)
        return ac_fail(err, AC_ELIMIT, "no room for the text of the document");
    return AC_OK;
}
