#include "adapter/markup/opc.h"

#include "adapter/markup/room.h"
#include "adapter/markup/xml_meta.h"

enum { PATH_MAX_BYTES = 1024, RELS_MAX = 20000 };

typedef struct {
    zip *z;
    ac_sv folder;               /* of the part, with its '/' */
    opc_rels *rels;
    ac_mw *out;
} reader;

/* A target is relative to the folder of its part; "../" goes up, '/' in front is the root. */
static ac_sv resolve(reader *r, ac_sv target)
{
    AC_AUTO(ac_sb) path = AC_SB(PATH_MAX_BYTES);
    ac_sv step;
    bool rooted = ac_sv_starts(target, AC_SV("/"));
    if (!rooted)
        ac_sb_add(&path, r->folder);
    while (ac_sv_split(&target, '/', &step)) {
        if (ac_sv_eq(step, AC_SV("..")) && path.n) {
            path.n--;
            path.n -= zip_base_name(ac_sb_view(&path)).n;
        } else if (step.n && !ac_sv_eq(step, AC_SV(".")) && !ac_sv_eq(step, AC_SV(".."))) {
            ac_sb_add(&path, step);
            if (target.p)
                ac_sb_add_char(&path, '/');
        }
    }
    return is_whole(&path, r->out) && path.n ? ac_arena_copy(r->z->arena, ac_sb_view(&path)) : AC_SV("");
}

static void on_rel(void *context, const xml_tag *tag)
{
    reader *r = context;
    if (!xml_is(tag, "Relationship"))
        return;
    bool outside = ac_sv_eq_nocase(xml_attr_of(tag, "TargetMode"), AC_SV("External"));
    opc_rel *rel = r->rels->n < RELS_MAX ? ac_vec_push(r->rels, r->z->arena) : NULL;
    if (!rel) {
        ac_mw_fail(r->out, AC_MEDIA_TOO_LARGE);
        return;
    }
    rel->id = ac_arena_copy(r->z->arena, xml_attr_of(tag, "Id"));
    rel->type = ac_arena_copy(r->z->arena, zip_base_name(xml_attr_of(tag, "Type")));
    rel->target = outside ? AC_SV("") : resolve(r, xml_attr_of(tag, "Target"));
}

static void on_nothing(void *context, const xml_tag *tag) { (void)context, (void)tag; }
static void on_no_chars(void *context, ac_sv text) { (void)context, (void)text; }

opc_rels opc_rels_of(zip *z, ac_sv part, ac_mw *out)
{
    static const xml_events events = { on_rel, on_nothing, on_no_chars };
    AC_AUTO(ac_sb) path = AC_SB(2 * PATH_MAX_BYTES);
    opc_rels rels = { 0 };
    ac_sv base = zip_base_name(part);
    reader r = { z, ac_sv_sub(part, 0, part.n - base.n), &rels, out };
    ac_sb_add(&path, r.folder);
    ac_sb_add(&path, AC_SV("_rels/"));
    ac_sb_add(&path, base);
    ac_sb_add(&path, AC_SV(".rels"));
    const zip_part *found = is_whole(&path, out) ? zip_find(z, ac_sb_view(&path)) : NULL;
    if (found && found->bytes.p)
        xml_read(found->bytes, &events, &r, out);
    return rels;
}

const opc_rel *opc_rel_by_id(const opc_rels *rels, ac_sv id)
{
    for (size_t i = 0; id.n && i < rels->n; i++)
        if (ac_sv_eq(rels->at[i].id, id))
            return &rels->at[i];
    return NULL;
}

const zip_part *opc_part_of_type(const zip *z, const opc_rels *rels, const char *type)
{
    for (size_t i = 0; i < rels->n; i++) {
        const zip_part *part = ac_sv_eq(rels->at[i].type, ac_sv_z(type)) ? zip_find(z, rels->at[i].target) : NULL;
        if (part && part->bytes.p)
            return part;
    }
    return NULL;
}

/* ---- properties ---------------------------------------------------------------------------------------------------- */

void opc_tell_properties(zip *z, const opc_rels *package, ac_mw *out)
{
    static const xml_meta_row rows[] = { { "title", "title" }, { "subject", "subject" }, { "creator", "author" },
                                         { "lastModifiedBy", "last_modified_by" }, { "keywords", "keywords" },
                                         { "description", "description" }, { "created", "created" },
                                         { "modified", "modified" }, { "category", "category" } };
    const zip_part *part = opc_part_of_type(z, package, "core-properties");
    if (part)
        xml_meta_tell(part->bytes, "coreProperties", rows, sizeof rows / sizeof rows[0], out);
}

/* ---- attachments --------------------------------------------------------------------------------------------------- */

static ac_sv type_of(ac_sv name)
{
    static const struct {
        const char *end, *type;
    } rows[] = {
        { ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".gif", "image/gif" },
        { ".bmp", "image/bmp" }, { ".tif", "image/tiff" }, { ".tiff", "image/tiff" }, { ".emf", "image/emf" },
        { ".wmf", "image/wmf" }, { ".svg", "image/svg+xml" }, { ".pdf", "application/pdf" }, { ".bin", "application/x-ole-storage" },
        { ".doc", "application/msword" }, { ".xls", "application/vnd.ms-excel" },
        { ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv end = ac_sv_z(rows[i].end);
        if (name.n > end.n && ac_sv_eq_nocase(ac_sv_sub(name, name.n - end.n, name.n), end))
            return ac_sv_z(rows[i].type);
    }
    return AC_SV("");
}

bool opc_tell_attachments(const zip *z, const char *folder, ac_mw *out)
{
    bool any = false;
    ac_sv under = ac_sv_z(folder);
    for (size_t i = 0; i < z->parts.n; i++) {
        const zip_part *part = &z->parts.at[i];
        ac_sv base = zip_base_name(part->name);
        bool inner = !ac_sv_ends(base, AC_SV(".rels")) && base.n;
        if (!inner || !ac_sv_eq_nocase(ac_sv_sub(part->name, 0, under.n), under))
            continue;
        ac_mw_attachment(out, base, type_of(base), part->size);
        any = true;
    }
    return any;
}
