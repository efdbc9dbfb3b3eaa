/** What the files that read OBX share. */
#ifndef AC_INTEROP_HL7_OBSERVATION_H
#define AC_INTEROP_HL7_OBSERVATION_H

#include "interop/hl7/hl7_make.h"

/** One repetition of OBX-5 by the data type in OBX-2; out's value members are filled. Not for TX, FT, ED, RP. */
void ac_hl7_value_of(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out);

/** OBX-7. */
void ac_hl7_reference_range(ac_hl7_maker *m, ac_rec_observation *o);

/** ED and RP: a document within the message, or a place where it is. False when it cannot be told. */
bool ac_hl7_attachment(ac_hl7_maker *m, ac_hl7_value v, ac_rec_attachment *out);

/** Text as an attachment of its own. */
ac_rec_attachment *ac_hl7_text_attachment(ac_hl7_maker *m, ac_sv title, ac_sv text);

#endif
