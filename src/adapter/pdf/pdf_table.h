/** A page with its tables: what stands between drawn lines is written cell by cell, all else by pdf_flow. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_TABLE_H
#define AC_ADAPTER_PDF_TABLE_H

#include "adapter/pdf/pdf_core.h"
#include "adapter/pdf/pdf_flow.h"

/** Write all words of a page; their order changes.
 *  tables  of the document so far, by which a table is known; counted on */
void ac_table_write(ac_flow_words *words, const ac_pdf_rule *rules, size_t n_rules, uint32_t *tables, ac_mw *out);

#endif
