/** A C-CDA document written anew with nothing in it that identifies: names, addresses, telecoms and ids of everybody
 * are replaced or masked (nullFlavor MSK), dates are as the profile leaves them, all words have gone through the
 * engine; attributes that are in no list, embedded files and elements of namespaces that are not HL7's are left out and
 * counted. */
#ifndef AC_INTEROP_CCDA_REDACT_H
#define AC_INTEROP_CCDA_REDACT_H

#include "core/tree.h"
#include "interop/sheet.h"

/** One walk over the document (sheet.h), appended to out as XML.
 *  root    a ClinicalDocument (ac_ccda_is); borrowed
 *  errors  AC_ELIMIT
 *  thread  any; pure; linear but for sorting the XML ids */
AC_NODISCARD ac_rc ac_ccda_redact(const ac_tree_node *root, ac_sheet *sheet, ac_sb *out, ac_err *err);

#endif
