/* One XML document as events: libxml2's SAX interface, bounded. Nothing is fetched, no file is opened; of entities only the predefined
 * ones and plain, short internal ones are expanded, all others are left out with the warning AC_MEDIA_ENTITY_REFUSED. */
#ifndef AC_ADAPTER_MARKUP_XML_H
#define AC_ADAPTER_MARKUP_XML_H

#include "core/media_write.h"

enum { XML_DEPTH_MAX = AC_TREE_DEPTH_MAX };

typedef struct {
    ac_sv prefix, name, space, value; /* space: URI of the prefix */
} xml_attr;

typedef struct {
    ac_sv space, name;          /* URI and local name */
    const xml_attr *attrs;      /* none at the end of an element */
    size_t n;
    uint32_t line;              /* from 1, where the tag ends */
} xml_tag;

typedef struct {
    void (*open)(void *context, const xml_tag *tag);
    void (*close)(void *context, const xml_tag *tag);
    void (*chars)(void *context, ac_sv text); /* in pieces, each of whole characters */
} xml_events;

/* Tell the events of a document until out is over. What is wrong with it is told to out: AC_MEDIA_DAMAGED, AC_MEDIA_TRUNCATED,
 * AC_MEDIA_TOO_DEEP, AC_MEDIA_TOO_LARGE, AC_MEDIA_MEMORY, AC_MEDIA_UNSUPPORTED (an encoding that we do not know).
 * bytes   borrowed
 * thread  one: libxml2 keeps settings in globals */
void xml_read(ac_sv bytes, const xml_events *events, void *context, ac_mw *out);

/* The value of the attribute of that local name, whatever its prefix; empty when absent. */
ac_sv xml_attr_of(const xml_tag *tag, const char *name);
static inline bool xml_is(const xml_tag *tag, const char *name) { return ac_sv_eq(tag->name, ac_sv_z(name)); }

/* Has no tag of XML or HTML too many attributes? libxml2 compares each with all others. */
bool xml_tags_are_short(ac_sv bytes);

/* Once, before the sandbox closes. */
void xml_warm_up(void);

#endif
