/** A reader of documents that remembers: what it reads goes into a recording, and a recording gives the same documents
 * again without a reader. So an attempt at a job goes on behind what the one before has read, and a bundle of a scan
 * needs no second recognition of its text. */
#ifndef AC_APP_RECALL_H
#define AC_APP_RECALL_H

#include "port/media.h"

typedef struct {
    ac_media port; /* first: hand out &r.port; its options reach the reader below, but for heard */
    ac_media *below;
    ac_sv earlier; /* what is left of the recording from before */
    ac_sb record;  /* all readings so far, in order */
    bool full;     /* no more is recorded: it is too large, or a document could not be read */
    bool news;     /* something was read that was in no recording */
} ac_recall;

/** below    reads what was not recorded; borrowed
 *  earlier  a recording, borrowed; "": none. One of another version of the program, or of other documents, is passed
 * over max      bytes that are recorded at most; documents beyond are read, and not remembered thread   one at a time
 */
void ac_recall_init(ac_recall *r, ac_media *below, ac_sv earlier, size_t max);

/** The recording, in r; "" when nothing new was read. As secret as the documents. */
ac_sv ac_recall_record(const ac_recall *r);

#endif
