/** Speaker labels of transcripts. */
#ifndef AC_NLP_SPEAKER_H
#define AC_NLP_SPEAKER_H

#include "core/note.h"

/** Who a label names ("doctor", "PT", "Guest_family_2", "médico"), without brackets or colon, in any letter case.
 *  AC_SPEAKER_UNKNOWN when it is no label. Pure. */
ac_speaker ac_speaker_of(ac_sv label);

#endif
