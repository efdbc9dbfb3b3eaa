#include "core/media_write.h"

enum {
    TEXT_BUFFERED = 16 * 1024, /* bytes of text that wait to be sent together */
    WORD_BYTES = 29,           /* of a word in a packet: begin, end, four edges, confidence */
    WORDS_BUFFERED = 1000 * WORD_BYTES,
};

void ac_mw_init(ac_mw *w, bool (*send)(void *, ac_sv), void *context, uint64_t max_text)
{
    *w = (ac_mw) { .send = send, .context = context, .max_text = max_text,
                   .out = AC_SB(AC_MEDIA_PACKET_MAX), .pending = AC_SB(AC_MEDIA_PACKET_MAX) };
}

void ac_mw_cleanup(ac_mw *w)
{
    ac_sb_cleanup(&w->out);
    ac_sb_cleanup(&w->pending);
}

void ac_mw_resume(ac_mw *w, uint32_t pages, uint32_t text, uint32_t words)
{
    w->pages = pages;
    w->text = w->spent = text;
    w->words = words;
}

void ac_mw_fail(ac_mw *w, ac_media_note reason)
{
    if (w->failed == AC_MEDIA_OK)
        w->failed = reason;
}

/* ---- packets ------------------------------------------------------------------------------------------------------ */

static void put_u32(ac_sb *b, uint32_t v) { ac_sb_add(b, (ac_sv) { (const char *)&v, sizeof v }); }
static void put_u64(ac_sb *b, uint64_t v) { ac_sb_add(b, (ac_sv) { (const char *)&v, sizeof v }); }

/* A place that no page has becomes the edge of what the other side believes (core/media_read.c); what is no number, nought. */
static void put_f32(ac_sb *b, float v)
{
    const float most = 999999, drawable = v > most ? most : v < -most ? -most : v == v ? v : 0;
    ac_sb_add(b, (ac_sv) { (const char *)&drawable, sizeof drawable });
}

static void put_sv(ac_sb *b, ac_sv s)
{
    put_u32(b, (uint32_t)s.n);
    ac_sb_add(b, s);
}

static void send(ac_mw *w, const ac_sb *packet)
{
    if (packet->rc != AC_OK)
        ac_mw_fail(w, packet->rc == AC_ENOMEM ? AC_MEDIA_MEMORY : AC_MEDIA_TOO_LARGE);
    else if (!w->gone && !w->send(w->context, ac_sb_view(packet)))
        w->gone = true;
}

/* Bytes that may be long, in packets of one type. */
static void send_bytes(ac_mw *w, ac_packet type, ac_sv bytes)
{
    AC_AUTO(ac_sb) packet = AC_SB(AC_MEDIA_PACKET_MAX);
    for (size_t at = 0; at < bytes.n && !w->gone; at += AC_MEDIA_PACKET_MAX - 1) {
        ac_sb_clear(&packet);
        ac_sb_add_char(&packet, (char)type);
        ac_sb_add(&packet, ac_sv_sub(bytes, at, at + AC_MEDIA_PACKET_MAX - 1));
        send(w, &packet);
    }
}

/* The text that waits goes before its words, and both before anything else. */
static void flush(ac_mw *w)
{
    if (w->out.n)
        send_bytes(w, AC_PACKET_TEXT, ac_sb_view(&w->out));
    ac_sb_clear(&w->out);
    if (w->pending.n)
        send_bytes(w, AC_PACKET_WORDS, ac_sb_view(&w->pending));
    ac_sb_clear(&w->pending);
}

static ac_sb packet_of(ac_mw *w, ac_packet type)
{
    flush(w);
    ac_sb packet = AC_SB(AC_MEDIA_PACKET_MAX);
    ac_sb_add_char(&packet, (char)type);
    return packet;
}

static bool spend(ac_mw *w, size_t bytes)
{
    w->spent += bytes;
    if (w->spent > w->max_text)
        ac_mw_fail(w, AC_MEDIA_TOO_LARGE);
    return !ac_mw_over(w);
}

void ac_mw_back(ac_mw *w)
{
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_BACK);
    send(w, &packet);
}

void ac_mw_type(ac_mw *w, ac_sv media_type)
{
    if (ac_mw_over(w))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_TYPE);
    put_sv(&packet, media_type);
    send(w, &packet);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

void ac_mw_gap(ac_mw *w, ac_gap gap)
{
    if (w->text && gap > w->gap)
        w->gap = gap;
}

/* One piece of at most TEXT_BUFFERED bytes into the buffer. */
static void buffer(ac_mw *w, ac_sv s)
{
    if (w->out.n + s.n > TEXT_BUFFERED)
        flush(w);
    ac_sb_add(&w->out, s);
    w->text += s.n;
}

static void close_gap(ac_mw *w)
{
    static const char *const gaps[] = { "", " ", "\n", "\n\n", "\n\f" };
    if (w->gap != AC_GAP_NONE)
        buffer(w, ac_sv_z(gaps[w->gap]));
    w->gap = AC_GAP_NONE;
    if (w->on_page && w->page_begin == UINT32_MAX)
        w->page_begin = (uint32_t)w->text;
    if (w->in_cell && w->cell.span.begin == UINT32_MAX)
        w->cell.span.begin = (uint32_t)w->text;
    if (w->in_heading && w->heading == UINT32_MAX)
        w->heading = (uint32_t)w->text;
}

/* What may be part of a text: the length of the piece that stands at the front, and what to write for it. */
static size_t piece(ac_sv s, ac_sv *written)
{
    size_t n = ac_utf8_length(s);
    *written = ac_sv_sub(s, 0, n);
    if (n == 0) {
        *written = AC_SV("\xEF\xBF\xBD");
        return 1;
    }
    if (n == 1 && (unsigned char)s.p[0] < ' ' && s.p[0] != '\n')
        *written = AC_SV(" ");
    return n;
}

static void append(ac_mw *w, ac_sv s)
{
    if (!s.n || !spend(w, s.n))
        return;
    close_gap(w);
    while (s.n) {
        ac_sv written;
        size_t n = 0;
        while (n < s.n && n < TEXT_BUFFERED / 2 && (unsigned char)s.p[n] >= ' ' && (unsigned char)s.p[n] < 0x7f)
            n++;
        if (n)
            written = ac_sv_sub(s, 0, n);
        else
            n = piece(s, &written);
        buffer(w, written);
        s = ac_sv_sub(s, n, s.n);
    }
}

void ac_mw_text(ac_mw *w, ac_sv text)
{
    if (!ac_mw_over(w))
        append(w, text);
}

void ac_mw_word(ac_mw *w, ac_sv word, ac_box box, int confidence)
{
    if (ac_mw_over(w) || !word.n)
        return;
    if (w->pending.n + WORD_BYTES > WORDS_BUFFERED)
        flush(w);
    append(w, word);
    if (ac_mw_over(w))
        return;
    uint32_t end = (uint32_t)w->text;
    put_u32(&w->pending, end - (uint32_t)word.n);
    put_u32(&w->pending, end);
    put_f32(&w->pending, box.x0);
    put_f32(&w->pending, box.y0);
    put_f32(&w->pending, box.x1);
    put_f32(&w->pending, box.y1);
    ac_sb_add_char(&w->pending, (char)(confidence < 0 ? 0 : confidence > 100 ? 100 : confidence));
    w->words++;
}

void ac_mw_page(ac_mw *w, float width, float height)
{
    if (ac_mw_over(w))
        return;
    ac_mw_gap(w, AC_GAP_PAGE);
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_PAGE);
    put_f32(&packet, width);
    put_f32(&packet, height);
    send(w, &packet);
    w->on_page = true;
    w->page_begin = UINT32_MAX;
}

void ac_mw_page_end(ac_mw *w, ac_page_source source, float turned)
{
    if (ac_mw_over(w) || !w->on_page)
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_PAGE_END);
    ac_sb_add_char(&packet, (char)source);
    put_f32(&packet, turned);
    put_u32(&packet, w->page_begin == UINT32_MAX ? (uint32_t)w->text : w->page_begin);
    send(w, &packet);
    w->on_page = false;
    w->pages++;
}

void ac_mw_cell(ac_mw *w, uint32_t table, uint32_t row, uint32_t column)
{
    ac_mw_cell_end(w);
    w->in_cell = true;
    w->cell = (ac_cell) { { UINT32_MAX, 0 }, table, row, column };
}

void ac_mw_cell_end(ac_mw *w)
{
    if (!w->in_cell)
        return;
    w->in_cell = false;
    if (ac_mw_over(w) || w->cell.span.begin == UINT32_MAX)
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_CELLS);
    put_u32(&packet, w->cell.span.begin);
    put_u32(&packet, (uint32_t)w->text);
    put_u32(&packet, w->cell.table);
    put_u32(&packet, w->cell.row);
    put_u32(&packet, w->cell.column);
    send(w, &packet);
}

void ac_mw_heading(ac_mw *w)
{
    ac_mw_heading_end(w);
    w->in_heading = true;
    w->heading = UINT32_MAX;
}

void ac_mw_heading_end(ac_mw *w)
{
    const bool told = w->in_heading && w->heading != UINT32_MAX;
    w->in_heading = false;
    if (ac_mw_over(w) || !told)
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_HEADING);
    put_u32(&packet, w->heading);
    put_u32(&packet, (uint32_t)w->text);
    send(w, &packet);
}

void ac_mw_meta(ac_mw *w, ac_sv name, ac_sv value)
{
    if (ac_mw_over(w) || !spend(w, name.n + value.n))
        return;
    if (name.n + value.n > AC_MEDIA_PACKET_MAX / 2) {
        ac_mw_warn(w, AC_MEDIA_META_UNREAD, AC_NO_PAGE);
        return;
    }
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_META);
    put_sv(&packet, name);
    put_sv(&packet, value);
    send(w, &packet);
}

void ac_mw_attachment(ac_mw *w, ac_sv name, ac_sv type, uint64_t bytes)
{
    if (ac_mw_over(w) || !spend(w, name.n + type.n))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_ATTACHMENT);
    put_sv(&packet, name);
    put_sv(&packet, type);
    put_u64(&packet, bytes);
    send(w, &packet);
}

void ac_mw_warn(ac_mw *w, ac_media_note note, uint32_t page)
{
    if (ac_mw_over(w))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_WARNING);
    ac_sb_add_char(&packet, (char)note);
    put_u32(&packet, page);
    send(w, &packet);
}

void ac_mw_region(ac_mw *w, ac_region region)
{
    if (ac_mw_over(w))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_REGION);
    put_u32(&packet, region.page);
    put_f32(&packet, region.box.x0);
    put_f32(&packet, region.box.y0);
    put_f32(&packet, region.box.x1);
    put_f32(&packet, region.box.y1);
    put_u32(&packet, region.colour);
    send(w, &packet);
}

/* ---- XML ---------------------------------------------------------------------------------------------------------- */

void ac_mw_element(ac_mw *w, ac_sv space, ac_sv name, uint32_t line, const ac_tree_attr *attrs, size_t n)
{
    if (++w->depth > AC_TREE_DEPTH_MAX)
        ac_mw_fail(w, AC_MEDIA_TOO_DEEP);
    if (ac_mw_over(w) || !spend(w, space.n + name.n))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_ELEMENT);
    put_sv(&packet, space);
    put_sv(&packet, name);
    put_u32(&packet, line);
    put_u32(&packet, (uint32_t)n);
    for (size_t i = 0; i < n && spend(w, attrs[i].name.n + attrs[i].value.n); i++) {
        put_sv(&packet, attrs[i].name);
        put_sv(&packet, attrs[i].value);
    }
    if (!ac_mw_over(w))
        send(w, &packet);
}

/* Each packet is text by itself: it ends where a character does. */
void ac_mw_chars(ac_mw *w, ac_sv text)
{
    if (ac_mw_over(w) || !text.n || !spend(w, text.n))
        return;
    flush(w);
    while (text.n) {
        size_t n = text.n < AC_MEDIA_PACKET_MAX - 1 ? text.n : AC_MEDIA_PACKET_MAX - 1;
        for (int back = 0; back < 3 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80; back++)
            n--;
        send_bytes(w, AC_PACKET_CHARS, ac_sv_sub(text, 0, n));
        text = ac_sv_sub(text, n, text.n);
    }
}

void ac_mw_element_end(ac_mw *w)
{
    if (w->depth)
        w->depth--;
    if (ac_mw_over(w))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_ELEMENT_END);
    send(w, &packet);
}

/* ---- the rest ----------------------------------------------------------------------------------------------------- */

void ac_mw_progress(ac_mw *w, uint32_t done, uint32_t total)
{
    if (ac_mw_over(w))
        return;
    AC_AUTO(ac_sb) packet = packet_of(w, AC_PACKET_PROGRESS);
    put_u32(&packet, done);
    put_u32(&packet, total);
    send(w, &packet);
}

void ac_mw_file(ac_mw *w, ac_sv bytes)
{
    if (ac_mw_over(w))
        return;
    flush(w);
    send_bytes(w, AC_PACKET_FILE, bytes);
}

bool ac_mw_done(ac_mw *w)
{
    if (w->failed == AC_MEDIA_OK)
        flush(w);
    AC_AUTO(ac_sb) packet = AC_SB(AC_MEDIA_PACKET_MAX);
    if (w->failed == AC_MEDIA_OK) {
        ac_sb_add_char(&packet, AC_PACKET_DONE);
        put_u64(&packet, w->text);
        put_u32(&packet, w->words);
        put_u32(&packet, w->pages);
    } else {
        ac_sb_add_char(&packet, AC_PACKET_ERROR);
        ac_sb_add_char(&packet, (char)w->failed);
    }
    send(w, &packet);
    return !w->gone;
}
