/** What the readers of a C-CDA document share: memory, data types, words, people and the walk over statements.
 *  When the arena is full the helpers hand out spare values, so that readers need no checks; the reading fails in the end. */
#ifndef AC_INTEROP_CCDA_MAKE_H
#define AC_INTEROP_CCDA_MAKE_H

#include "interop/ccda/ccda_read.h"
#include "interop/fhir_type.h"

enum {
    AC_CCDA_WORDS_MAX = 4096, /* bytes that a reference or a name may bring in: many may point at one place */
    AC_CCDA_NESTED_MAX = 24   /* statements within statements; deeper ones are counted */
};

typedef struct {
    ac_sv key;
    const void *value;
} ac_ccda_slot;

/** Strings to pointers; the first of a key stays. */
typedef struct {
    ac_ccda_slot *at;
    size_t n, cap;
} ac_ccda_map;

/** A person, organisation or place that was met before. */
typedef struct {
    ac_rec_kind kind;
    ac_sv url;
    void *resource;
} ac_ccda_party;

/** What a statement becomes depends on where it stands. */
typedef struct {
    ac_sv section;       /* LOINC code; of a section without code, that of its template; empty when unknown */
    ac_sv path;          /* "section[3]/entry[2]/component[1]" */
    const ac_tree_node *concern; /* the concern act around it; NULL when none */
    ac_sv category;      /* of conditions: "problem-list-item", "encounter-diagnosis", "health-concern" */
    unsigned depth;
} ac_ccda_place;

#define AC_CCDA_SPARE(name, ...) ac_rec_##name name;
typedef struct {
    ac_arena *arena;
    ac_ccda out;
    const ac_tree_node *root;
    ac_ccda_map ids;     /* ID attributes -> nodes */
    ac_ccda_map parties; /* -> ac_ccda_party; the url of a Condition -> itself */
    ac_ccda_map made_of; /* "kind root extension" of statements -> ac_sv *, their url */
    uint64_t seed[2], made;
    bool full;           /* the arena: everything made since is spare */
    ac_sv patient, encounter;
    ac_sv path;          /* of the statement that is being read; empty in the header */
    ac_rec_texts *listed;/* references of the section that is being read; NULL in the header */
    size_t lost;         /* statements that have no place: what their section says must be read */
    struct {             /* one of each type, for when the arena is full: what is written there stays of its type */
        AC_REC_TYPE_LIST(AC_CCDA_SPARE)
        ac_sv text_of_list;
        ac_ccda_party met;
        ac_ccda_passage words;
        ac_ccda_attachment data;
    } spare;
} ac_ccda_maker;
#undef AC_CCDA_SPARE

/* ---- memory (ccda_make.c) ---- */
#define AC_CCDA_SPARE_OF(name, ...) ac_rec_##name *: &spare_->name,
/* The spare value that p, a pointer, may point to. */
#ifdef __CPPCHECK__ /* cannot parse _Generic */
#define AC_CCDA_SPARE_FOR(m, p) ((__typeof__(p))(void *)&(m)->spare)
#else
#define AC_CCDA_SPARE_FOR(m, p)                                                                                        \
    __extension__({                                                                                                    \
        __typeof__((m)->spare) *spare_ = &(m)->spare;                                                                  \
        (m)->full = true;                                                                                              \
        (__typeof__(p))_Generic((p), AC_REC_TYPE_LIST(AC_CCDA_SPARE_OF) ac_sv *: &spare_->text_of_list,                \
                                ac_ccda_party *: &spare_->met, ac_ccda_passage *: &spare_->words,                      \
                                ac_ccda_attachment *: &spare_->data);                                                  \
    })
#endif
#define AC_CCDA_NEW_OF(m, type)                                                                                        \
    __extension__({                                                                                                    \
        type *new_ = (m)->full ? NULL : ac_arena_alloc((m)->arena, sizeof(type));                                      \
        new_ ? new_ : AC_CCDA_SPARE_FOR((m), new_);                                                                    \
    })
#define AC_CCDA_NEW(m, type) AC_CCDA_NEW_OF(m, ac_rec_##type)
/* Once full, lists are left alone. */
#define AC_CCDA_PUSH(m, list)                                                                                          \
    __extension__({                                                                                                    \
        __typeof__((list)->at) pushed_ = (m)->full ? NULL : ac_vec_push((list), (m)->arena);                           \
        pushed_ ? pushed_ : AC_CCDA_SPARE_FOR((m), pushed_);                                                           \
    })
ac_sv ac_ccda_copy(ac_ccda_maker *m, const ac_sb *b);
ac_sv ac_ccda_join(ac_ccda_maker *m, ac_sv a, ac_sv b, ac_sv c);
void ac_ccda_put(ac_ccda_maker *m, ac_ccda_map *map, ac_sv key, const void *value);
const void *ac_ccda_get(const ac_ccda_map *map, ac_sv key);

/** A new resource with its id and url, where it comes from, listed in the section that is being read. url: may be NULL. */
void *ac_ccda_add(ac_ccda_maker *m, ac_rec_kind kind, ac_sv path, ac_sv *url);
/** What the resource of that url is. */
ac_rec_kind ac_ccda_kind(const ac_ccda_maker *m, ac_sv url);
/** m->path, or in the header the element's own: "author/assignedAuthor". */
ac_sv ac_ccda_path(ac_ccda_maker *m, const ac_tree_node *n);
ac_rec_reference *ac_ccda_ref(ac_ccda_maker *m, ac_sv url); /* NULL when url is empty */
void ac_ccda_push_text(ac_ccda_maker *m, ac_rec_texts *list, ac_sv text);
#define AC_CCDA_PUSH_REF(m, list, url)                                                                                 \
    do {                                                                                                               \
        if ((url).n)                                                                                                   \
            AC_CCDA_PUSH((m), (list))->reference = (url);                                                              \
    } while (0)
/** Count what has no place: an element of a class of statements, or a whole statement. */
void ac_ccda_skip(ac_ccda_maker *m, ac_sv type, ac_sv key);

/** A value that FHIR has no member for, as an extension of what it belongs to: AC_FHIR_AS_WRITTEN, "label: words". */
#define AC_CCDA_AS_WRITTEN(m, into, label, words)                                                                      \
    (*AC_CCDA_PUSH((m), &(into)->extension) = (ac_rec_extension) { .url = AC_SV(AC_FHIR_AS_WRITTEN),                   \
                                                                   .value_string = ac_ccda_join((m), AC_SV(label), AC_SV(": "), (words)) })

/* ---- the tree ---- */
#define AC_CCDA_EACH(c, node, name)                                                                                    \
    for (const ac_tree_node *c = ac_tree_child((node), AC_SV(name)); c; c = ac_tree_next(c))
static inline bool ac_ccda_is_a(const ac_tree_node *n, const char *name) { return n && ac_sv_eq(n->name, ac_sv_z(name)); }
ac_sv ac_ccda_attr(const ac_tree_node *n, const char *name); /* trimmed */
bool ac_ccda_is_null(const ac_tree_node *n);                 /* absent, or it has a nullFlavor */
bool ac_ccda_attr_is(const ac_tree_node *n, const char *name, const char *value);
/** The type of a value without its prefix: "PQ". */
ac_sv ac_ccda_xsi_type(const ac_tree_node *n);
/** The statement has that template: the arc below 2.16.840.1.113883.10.20, as "22.4.4". */
bool ac_ccda_has_template(const ac_tree_node *n, const char *arc);
/** The clinical statement within an entry, component or entryRelationship: its first element child of such a class; NULL when none. */
const ac_tree_node *ac_ccda_statement_in(const ac_tree_node *holder);

/* ---- code systems (ccda_system.c) ---- */
/** An OID -> the URI that FHIR uses, "urn:oid:..." when it has none; a UUID -> "urn:uuid:...". Empty when neither. */
ac_sv ac_ccda_system(ac_ccda_maker *m, ac_sv oid);

typedef struct {
    const char *from, *to;
} ac_ccda_pair;
/** Empty when the table does not have it. The table ends with an empty row. */
ac_sv ac_ccda_translate(const ac_ccda_pair *table, ac_sv from);

/* ---- data types (ccda_value.c, ccda_time.c) ---- */
/** CD, CE, CV, CS: codes and translations; words of originalText. NULL when it says nothing. */
ac_rec_concept *ac_ccda_concept(ac_ccda_maker *m, const ac_tree_node *n);
void ac_ccda_push_concept(ac_ccda_maker *m, ac_rec_concept **at, const ac_tree_node *n); /* fills *at when it is still empty */
#define AC_CCDA_PUSH_CONCEPT(m, list, node)                                                                            \
    do {                                                                                                               \
        const ac_rec_concept *concept_ = ac_ccda_concept((m), (node));                                                 \
        if (concept_)                                                                                                  \
            *AC_CCDA_PUSH((m), (list)) = *concept_;                                                                    \
    } while (0)
ac_rec_concept *ac_ccda_code(ac_ccda_maker *m, const char *system, ac_sv code); /* one coding; NULL when code is empty */
ac_rec_concept *ac_ccda_words_concept(ac_ccda_maker *m, ac_sv text);
/** That of a code, which says the words unless it has its own; of the words alone where there is no code. */
ac_rec_concept *ac_ccda_named_concept(ac_ccda_maker *m, const ac_tree_node *code, ac_sv words);
/** Required by FHIR and absent in the source: v3-NullFlavor with the flavour that was given, else UNK. */
ac_rec_concept *ac_ccda_unknown(ac_ccda_maker *m, const ac_tree_node *n);
/** A concept holds this code of that system. */
bool ac_ccda_has_code(const ac_rec_concept *c, const char *code);
bool ac_ccda_identifier(ac_ccda_maker *m, const ac_tree_node *id, ac_rec_identifier *out);
#define AC_CCDA_IDENTIFIERS(m, list, node)                                                                             \
    AC_CCDA_EACH(id_, (node), "id")                                                                                    \
    {                                                                                                                  \
        ac_rec_identifier found_;                                                                                      \
        if (ac_ccda_identifier((m), id_, &found_))                                                                     \
            *AC_CCDA_PUSH((m), (list)) = found_;                                                                       \
    }
/** A number as JSON may have it; empty when it is none. */
ac_sv ac_ccda_number(ac_ccda_maker *m, ac_sv s);
ac_rec_quantity *ac_ccda_quantity(ac_ccda_maker *m, const ac_tree_node *n);  /* PQ, INT, REAL, MO; NULL when it has no value */
ac_rec_ratio *ac_ccda_ratio(ac_ccda_maker *m, const ac_tree_node *n);        /* RTO */
/** IVL_PQ: both ends, or one. out's members are NULL when absent. False when it says nothing. */
bool ac_ccda_range(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_range *out);
/** The same with one end as a quantity with comparator; *range stays NULL then. */
ac_rec_quantity *ac_ccda_interval(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_range **range);
/** Any value of an observation or a component; the members are those of AC_REC_VALUE. False when it says nothing. */
bool ac_ccda_component_value(ac_ccda_maker *m, const ac_tree_node *value, ac_rec_component *out);

/** A time as HL7 v3 writes it -> FHIR dateTime, as exact as the source; the time of day is left out (and counted) when the
 *  zone is not said, which FHIR demands. Empty when it is none. */
ac_sv ac_ccda_time(ac_ccda_maker *m, ac_sv ts);
ac_sv ac_ccda_time_of(ac_ccda_maker *m, const ac_tree_node *n);              /* its value, low or center, the first that is there */
ac_sv ac_ccda_instant(ac_ccda_maker *m, const ac_tree_node *n);              /* empty unless exact to the second with zone */
static inline ac_sv ac_ccda_day(ac_sv date_time) { return ac_sv_sub(date_time, 0, 10); } /* a FHIR date */
ac_rec_period *ac_ccda_period(ac_ccda_maker *m, const ac_tree_node *n);      /* IVL_TS with low or high; NULL when it has neither */
/** One of both is filled. */
void ac_ccda_when(ac_ccda_maker *m, const ac_tree_node *n, ac_sv *date, ac_rec_period **period);

typedef struct {
    ac_sv date;              /* one of date and period */
    ac_rec_period *period;
    ac_rec_timing *timing;   /* how often; NULL when not said */
} ac_ccda_times;
/** All effectiveTimes of a drug (ccda_timing.c): IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS. */
ac_ccda_times ac_ccda_timing(ac_ccda_maker *m, const ac_tree_node *s);

/* ---- words (ccda_text.c) ---- */
void ac_ccda_index(ac_ccda_maker *m);                                        /* fills ids and seed */
ac_sv ac_ccda_words(ac_ccda_maker *m, const ac_tree_node *n);                /* of a subtree, white space collapsed; bounded */
/** ED or ST, following reference/@value "#id" into the narrative; bounded. */
ac_sv ac_ccda_text(ac_ccda_maker *m, const ac_tree_node *n);
ac_sv ac_ccda_narrative(ac_ccda_maker *m, const ac_tree_node *text);         /* of section/text: all of it */
/** As XHTML; NULL when empty. status: as FHIR defines it, "generated" says that the resources hold all of it, "additional" that
 *  they may not. */
ac_rec_narrative *ac_ccda_div(ac_ccda_maker *m, ac_sv text, ac_sv status);
/** Hand out embedded data, and text as a passage. False when there is none to hand out. */
bool ac_ccda_embedded(ac_ccda_maker *m, const ac_tree_node *ed, ac_sv title, ac_sv path);

/* ---- people (ccda_party.c) ---- */
ac_rec_human_name ac_ccda_name(ac_ccda_maker *m, const ac_tree_node *n);
ac_rec_address ac_ccda_address(ac_ccda_maker *m, const ac_tree_node *n);
bool ac_ccda_telecom(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_contact_point *out);
#define AC_CCDA_CONTACT(m, into, node)                                                                                 \
    do {                                                                                                               \
        AC_CCDA_EACH(t_, (node), "telecom")                                                                            \
        {                                                                                                              \
            ac_rec_contact_point point_;                                                                               \
            if (ac_ccda_telecom((m), t_, &point_))                                                                     \
                *AC_CCDA_PUSH((m), &(into)->telecom) = point_;                                                         \
        }                                                                                                              \
        AC_CCDA_EACH(a_, (node), "addr")                                                                               \
        if (!ac_ccda_is_null(a_))                                                                                      \
            *AC_CCDA_PUSH((m), &(into)->address) = ac_ccda_address((m), a_);                                           \
    } while (0)
ac_sv ac_ccda_gender(const ac_tree_node *code);
/** A key of the content of an element: the same words and attributes are the same party. */
ac_sv ac_ccda_content_key(ac_ccda_maker *m, const ac_tree_node *root, ac_sv kind);
/** The same of the first id that identifies something, when there is one. */
ac_sv ac_ccda_party_key(ac_ccda_maker *m, const ac_tree_node *role, ac_sv kind);
/** A new party, found again by its key. from: the element that tells of it. */
ac_ccda_party *ac_ccda_meet(ac_ccda_maker *m, ac_sv key, ac_rec_kind kind, const ac_tree_node *from);
/** assignedEntity, assignedAuthor, intendedRecipient, participantRole, relatedEntity ...: a practitioner, device, relative or the
 *  patient. *kind: what it is. Empty when nothing is said of it. */
ac_sv ac_ccda_person(ac_ccda_maker *m, const ac_tree_node *role, ac_rec_kind *kind);
ac_sv ac_ccda_organization(ac_ccda_maker *m, const ac_tree_node *organization);
ac_sv ac_ccda_location(ac_ccda_maker *m, const ac_tree_node *role);          /* participantRole SDLOC, healthCareFacility */
ac_sv ac_ccda_device(ac_ccda_maker *m, const ac_tree_node *role);            /* participantRole with a product instance */
/** Who wrote a statement, when it may be one of those that record and assert; empty when it is a device or nobody. */
ac_sv ac_ccda_author(ac_ccda_maker *m, const ac_tree_node *statement, ac_sv *time);

/* ---- the header (ccda_header.c) ---- */
void ac_ccda_patient(ac_ccda_maker *m);
void ac_ccda_header(ac_ccda_maker *m, ac_rec_composition *c);
/** The encounter that the document was written in (ccda_encounter.c); its url, empty when none. */
ac_sv ac_ccda_encompassing(ac_ccda_maker *m, const ac_tree_node *encounter);

/* ---- statements (ccda_entry.c and one file for each kind) ---- */
/** Read a statement and everything within it. url: of the resource it became, empty when none; may be NULL. */
void ac_ccda_statement(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at, ac_sv *url);
/** A statement within another; its parent is the component or entryRelationship. True when it is part of the outer one. */
typedef bool ac_ccda_taker(ac_ccda_maker *m, const ac_tree_node *within, void *self);
/** Read the statements within s, but those that taken accepts. taken may be NULL; made may be NULL, else gets the others' urls. */
void ac_ccda_nested(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at, ac_ccda_taker *taken, void *self, ac_rec_texts *made);
/** Remember a statement by its ids, so that others may refer to it. */
void ac_ccda_remember(ac_ccda_maker *m, const ac_tree_node *s, ac_sv url);
ac_sv ac_ccda_remembered(ac_ccda_maker *m, const ac_tree_node *s);
/** The words of a comment or instruction; empty when it is none. */
ac_sv ac_ccda_comment(ac_ccda_maker *m, const ac_tree_node *within);
bool ac_ccda_negated(const ac_tree_node *s);
void ac_ccda_members(ac_ccda_maker *m, ac_rec_observation *o, const ac_rec_texts *urls);
ac_sv ac_ccda_status(const ac_tree_node *s);                                 /* its statusCode */

typedef ac_sv ac_ccda_reader(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at);
ac_ccda_reader ac_ccda_problem, ac_ccda_allergy, ac_ccda_observation, ac_ccda_panel, ac_ccda_report, ac_ccda_family,
    ac_ccda_medication, ac_ccda_immunization, ac_ccda_dispense, ac_ccda_supply, ac_ccda_procedure, ac_ccda_encounter,
    ac_ccda_request, ac_ccda_goal, ac_ccda_policy, ac_ccda_team;

#define AC_CCDA_HL7 "http://terminology.hl7.org/CodeSystem/"
#define AC_CCDA_SNOMED "http://snomed.info/sct"
#define AC_CCDA_LOINC "http://loinc.org"
#define AC_CCDA_UCUM "http://unitsofmeasure.org"

#endif
