#include "adapter/ocr/ocr_picture.h"

#include <math.h>

enum {
    READABLE_DPI = 200,       /* letters of 10 points are then some 20 pixels high, which the recognition wants */
    ENLARGED_MAX = 6000,      /* pixels of a side, enlarged */
};
static const float SKEW_LEAST = 0.15f, SKEW_MOST = 12.0f, SURE = 3.0f; /* degrees; Leptonica's own measure of confidence */

static ac_picture with(const ac_picture *p, PIX *pix)
{
    ac_picture out = *p;
    out.pix = pix;
    return out;
}

/* The picture is now another whose point (x, y) was at (t0 x + t1 y + t2, t3 x + t4 y + t5) before. */
static void compose(ac_picture *p, const float t[6])
{
    const float *b = p->back;
    const float out[6] = { b[0] * t[0] + b[1] * t[3], b[0] * t[1] + b[1] * t[4], b[0] * t[2] + b[1] * t[5] + b[2],
                           b[3] * t[0] + b[4] * t[3], b[3] * t[1] + b[4] * t[4], b[3] * t[2] + b[4] * t[5] + b[5] };
    memcpy(p->back, out, sizeof out);
}

ac_picture ac_picture_of(PIX *source, float dpi)
{
    ac_picture p = { .back = { 72 / dpi, 0, 0, 0, 72 / dpi, 0 }, .dpi = dpi };
    PIX *flat = pixRemoveAlpha(source);
    PIX *grey = flat ? pixConvertTo8(flat, FALSE) : NULL;
    pixDestroy(&flat);
    const int longest = pixGetWidth(source) > pixGetHeight(source) ? pixGetWidth(source) : pixGetHeight(source);
    if (grey && dpi < READABLE_DPI && longest * 2 <= ENLARGED_MAX) {
        PIX *larger = pixScale(grey, 2, 2);
        pixDestroy(&grey);
        grey = larger;
        p.dpi *= 2;
        compose(&p, (const float[6]) { 0.5f, 0, 0, 0, 0.5f, 0 });
    }
    p.pix = grey;
    return p;
}

static PIX *black_and_white(PIX *grey)
{
    return pixGetDepth(grey) == 1 ? pixClone(grey) : pixConvertTo1(grey, 150);
}

ac_picture ac_picture_straight(const ac_picture *p)
{
    float angle = 0, confidence = 0;
    PIX *bw = black_and_white(p->pix);
    if (bw && pixFindSkew(bw, &angle, &confidence) != 0)
        angle = 0;
    pixDestroy(&bw);
    if (fabsf(angle) < SKEW_LEAST || fabsf(angle) > SKEW_MOST || confidence < SURE)
        return with(p, NULL);
    const float radians = angle * (float)M_PI / 180, c = cosf(radians), n = sinf(radians);
    const float cx = (float)pixGetWidth(p->pix) / 2, cy = (float)pixGetHeight(p->pix) / 2; /* pixRotate turns about the centre, clockwise, and keeps the size */
    ac_picture out = with(p, pixRotate(p->pix, radians, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0));
    out.turned += angle;
    compose(&out, (const float[6]) { c, n, cx - c * cx - n * cy, -n, c, cy + n * cx - c * cy });
    return out;
}

ac_picture ac_picture_upright(const ac_picture *p)
{
    static const int quarters[] = { [L_TEXT_ORIENT_UP] = 0, [L_TEXT_ORIENT_LEFT] = 1, [L_TEXT_ORIENT_DOWN] = 2, [L_TEXT_ORIENT_RIGHT] = 3 };
    float up = 0, left = 0;
    l_int32 orientation = L_TEXT_ORIENT_UNKNOWN;
    PIX *bw = black_and_white(p->pix);
    if (bw && pixOrientDetect(bw, &up, &left, 0, 0) == 0)
        makeOrientDecision(up, left, 0, 0, &orientation, 0);
    pixDestroy(&bw);
    if (orientation <= L_TEXT_ORIENT_UP || orientation > L_TEXT_ORIENT_RIGHT)
        return with(p, NULL);
    const int q = quarters[orientation];
    const float w = (float)pixGetWidth(p->pix), h = (float)pixGetHeight(p->pix);
    const float turns[4][6] = { { 1, 0, 0, 0, 1, 0 }, { 0, 1, 0, -1, 0, h }, { -1, 0, w, 0, -1, h }, { 0, -1, w, 1, 0, 0 } };
    ac_picture out = with(p, pixRotateOrth(p->pix, q));
    out.turned += (float)q * 90;
    compose(&out, turns[q]);
    return out;
}

ac_picture ac_picture_clean(const ac_picture *p)
{
    PIX *even = pixBackgroundNormSimple(p->pix, NULL, NULL);
    PIX *calm = even ? pixMedianFilter(even, 3, 3) : NULL;
    pixDestroy(&even);
    return with(p, calm);
}

ac_box ac_picture_box(const ac_picture *p, int x0, int y0, int x1, int y1)
{
    const float xs[] = { (float)x0, (float)x1, (float)x0, (float)x1 }, ys[] = { (float)y0, (float)y0, (float)y1, (float)y1 };
    ac_box box = { 0 };
    for (size_t i = 0; i < 4; i++) {
        const float x = p->back[0] * xs[i] + p->back[1] * ys[i] + p->back[2];
        const float y = p->back[3] * xs[i] + p->back[4] * ys[i] + p->back[5];
        box = i ? (ac_box) { fminf(box.x0, x), fminf(box.y0, y), fmaxf(box.x1, x), fmaxf(box.y1, y) } : (ac_box) { x, y, x, y };
    }
    return box;
}
