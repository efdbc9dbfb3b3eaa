/** What is done to a picture before it is read. Inside of adapter/ocr. */
#ifndef AC_ADAPTER_OCR_PICTURE_H
#define AC_ADAPTER_OCR_PICTURE_H

#include "port/ocr.h"

#include <leptonica/allheaders.h>

/** A page as it is read: the picture, and the way from it back to the page as it came. */
typedef struct {
    PIX *pix;       /* grey, owned */
    float back[6];  /* page x = back[0] x + back[1] y + back[2], page y = back[3] x + back[4] y + back[5]; points */
    float turned;   /* degrees clockwise */
    float dpi;      /* of pix */
} ac_picture;

static inline void ac_picture_cleanup(ac_picture *p) { pixDestroy(&p->pix); }

/** A picture as Leptonica has it: grey, as it came, enlarged when its letters are too small to read; source stays the caller's. */
ac_picture ac_picture_of(PIX *source, float dpi);
/** The same straightened; pix NULL when it is straight already, or cannot be told. */
ac_picture ac_picture_straight(const ac_picture *p);
/** The same turned so that the letters stand upright; pix NULL when they do, or it cannot be told. */
ac_picture ac_picture_upright(const ac_picture *p);
/** The same with an even background and less noise. */
ac_picture ac_picture_clean(const ac_picture *p);

/** A box of pix on the page, in points. */
ac_box ac_picture_box(const ac_picture *p, int x0, int y0, int x1, int y1);

#endif
