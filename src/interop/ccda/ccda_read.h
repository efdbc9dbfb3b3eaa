/** C-CDA in: a clinical document (HL7 C-CDA R2.1, also R1.1 and R2.0) becomes an ac_record, and what it tells in words becomes
 *  passages and attachments. Mapping: the C-CDA on FHIR guide, HL7 (https://hl7.org/fhir/us/ccda). Codes stay as they are
 *  written; nothing here is guessed from text. */
#ifndef AC_INTEROP_CCDA_READ_H
#define AC_INTEROP_CCDA_READ_H

#include "core/tree.h"
#include "interop/record.h"

/** The words of a section. */
typedef struct {
    ac_sv title;          /* as written; empty when none */
    ac_sv code;           /* LOINC code of the section; empty when none, or a code of another system */
    ac_sv text;           /* readable: a line for each paragraph, item and row; cells apart by " | " */
    ac_sv path;           /* "section[3]", a section within it "section[3]/section[1]" */
    size_t entries;       /* that the section has */
    bool structured;      /* the record holds what the text says: the facts are not to be found again in it */
} ac_ccda_passage;

/** What is embedded in the document and is no text. */
typedef struct {
    ac_sv media_type;     /* as written; empty when not said */
    ac_sv bytes;          /* decoded */
    ac_sv language, title;
    ac_sv path;           /* "nonXMLBody", "section[2]/entry[1]" */
    bool compressed;      /* the bytes are compressed as the attribute compression says: they were not unpacked */
} ac_ccda_attachment;

typedef struct {
    ac_record record;     /* a bundle: a document when the document says when it was made, else a collection; Composition first.
                             Nothing in it is de-identified. meta.source is "#section[3]/entry[2]" */
    AC_VEC(ac_ccda_passage) passages;       /* in the order of the document; a section without text has none */
    AC_VEC(ac_ccda_attachment) attachments;
} ac_ccda;

/** The root is a ClinicalDocument of HL7 v3, whatever its templates. */
bool ac_ccda_is(const ac_tree_node *root);

/** Read a document.
 *  root    borrowed: strings of the result may point into it
 *  arena   owns the result
 *  out     untouched on error. out->record.coverage counts what is not in it: resources are the clinical statements
 *          (resources_unknown: of a kind that has no place; resources_refused: negated where the record cannot say so),
 *          members their elements; unknown names them by class and template or element
 *  errors  AC_EINPUT (no ClinicalDocument), AC_ELIMIT (the arena is full)
 *  thread  any; pure; linear in the size of the document */
AC_NODISCARD ac_rc ac_ccda_read(const ac_tree_node *root, ac_arena *arena, ac_ccda *out, ac_err *err);

#endif
