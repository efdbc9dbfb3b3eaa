#include "base/base64.h"
#include "core/media_type.h"
#include "interop/ccda/ccda_make.h"

/* The text of an element as it stands. */
static ac_sv joined(ac_ccda_maker *m, const ac_tree_node *n)
{
    size_t all = 0, at = 0, pieces = 0;
    ac_sv only = { 0 };
    for (const ac_tree_node *c = n->first; c; c = c->next)
        if (c->text.n) {
            all += c->text.n;
            pieces++;
            only = c->text;
        }
    if (pieces <= 1)
        return only;
    char *p = ac_arena_alloc(m->arena, all);
    if (!p) {
        m->full = true;
        return AC_SV("");
    }
    for (const ac_tree_node *c = n->first; c; c = c->next)
        if (c->text.n) {
            memcpy(p + at, c->text.p, c->text.n);
            at += c->text.n;
        }
    return (ac_sv) { p, all };
}

static ac_sv unbase64(ac_ccda_maker *m, ac_sv s)
{
    ac_sv bytes;
    m->full |= ac_base64_read(m->arena, s, &bytes) == AC_ELIMIT;
    return bytes;
}

static ac_sv base64_of(ac_ccda_maker *m, ac_sv s)
{
    const ac_sv text = ac_base64_write(m->arena, s);
    m->full |= !text.p;
    return text;
}

static void document_reference(ac_ccda_maker *m, const ac_ccda_attachment *a)
{
    ac_rec_document_reference *d = ac_ccda_add(m, AC_REC_document_reference, a->path, NULL);
    ac_rec_attachment *data = AC_CCDA_PUSH(m, &d->content)->attachment = AC_CCDA_NEW(m, attachment);
    d->status = AC_SV("current");
    d->subject = ac_ccda_ref(m, m->patient);
    data->content_type = a->media_type;
    data->language = a->language;
    data->title = a->title;
    data->data = base64_of(m, a->bytes);
}

/* text/plain, whatever parameters follow */
static bool is_plain(ac_sv type)
{
    ac_sv rest = type, name = { 0 };
    (void)ac_sv_split(&rest, ';', &name);
    return ac_sv_eq_nocase(ac_sv_trim(name), AC_SV("text/plain"));
}

bool ac_ccda_embedded(ac_ccda_maker *m, const ac_tree_node *ed, ac_sv title, ac_sv path)
{
    bool coded = ac_ccda_attr_is(ed, "representation", "B64");
    ac_ccda_attachment a = { .media_type = ac_ccda_attr(ed, "mediaType"), .language = ac_ccda_attr(ed, "language"), .title = title,
                             .path = path, .compressed = ac_ccda_attr(ed, "compression").n > 0 };
    ac_sv bytes = ed ? joined(m, ed) : AC_SV("");
    a.bytes = coded ? unbase64(m, bytes) : ac_sv_trim(bytes);
    if (!a.bytes.n) {
        ac_ccda_skip(m, ed ? ed->name : AC_SV("nonXMLBody"), ac_tree_child(ed, AC_SV("reference")) ? AC_SV("reference") : AC_SV("no data"));
        m->out.record.coverage.members_unknown++;
        return false;
    }
    document_reference(m, &a);
    if (!a.compressed && (is_plain(a.media_type) || (!a.media_type.n && ac_media_type_of(a.bytes) == AC_MEDIA_TEXT))) {
        *AC_CCDA_PUSH(m, &m->out.passages) = (ac_ccda_passage) { .title = title, .text = a.bytes, .path = path };
        return true;
    }
    *AC_CCDA_PUSH(m, &m->out.attachments) = a;
    return true;
}
