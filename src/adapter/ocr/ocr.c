#include "adapter/ocr/ocr.h"

#include "adapter/ocr/ocr_picture.h"
#include "adapter/ocr/picture_file.h"
#include "base/mem.h"
#include "os/mapping.h"

#include <stdio.h>
#include <tesseract/capi.h>

/* ---- trained data: mapped before the sandbox closes, shared by all processes --------------------------------------------- */

typedef struct {
    ac_sv lang;        /* as this project writes it */
    const char *name;  /* as Tesseract does */
    ac_sv data;        /* empty: not installed */
} trained;

static trained languages[] = {
    { { "en", 2 }, "eng", { NULL, 0 } },
    { { "es", 2 }, "spa", { NULL, 0 } },
};
enum { LANGUAGES = sizeof languages / sizeof languages[0], TRAINED_MAX = 64 * 1024 * 1024 };

static void load(trained *t)
{
    char path[128];
    ac_err ignored;
    ac_sv data;
    (void)snprintf(path, sizeof path, "/usr/share/tesseract-ocr/5/tessdata/%s.traineddata", t->name);
    if (ac_mapping_open(path, &data, &ignored) != AC_OK)
        return;
    if (data.n < TRAINED_MAX)
        t->data = data;
    else
        ac_mapping_close(data);
}

void ac_ocr_warm_up(void)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (!languages[i].data.n)
            load(&languages[i]);
}

/* ---- one recogniser ------------------------------------------------------------------------------------------------- */

typedef struct {
    ac_ocr port;
    TessBaseAPI *api[LANGUAGES]; /* made when first needed */
    uint32_t max_pages;
    size_t lang;                 /* of the page being read */
    bool told;                   /* the caller said the language */
} recogniser;

static TessBaseAPI *api_of(recogniser *r)
{
    TessBaseAPI **api = &r->api[r->lang];
    const trained *t = &languages[r->lang];
    if (*api || !t->data.n)
        return *api;
    *api = TessBaseAPICreate();
    if (*api && TessBaseAPIInit5(*api, t->data.p, (int)t->data.n, t->name, OEM_LSTM_ONLY, NULL, 0, NULL, NULL, 0, FALSE) != 0) {
        TessBaseAPIDelete(*api);
        *api = NULL;
    }
    if (*api) {
        TessBaseAPISetPageSegMode(*api, PSM_AUTO);
        TessBaseAPISetVariable(*api, "debug_file", "/dev/null");
    }
    return *api;
}

/* How well a reading went: what of it is likely to be right. */
typedef struct {
    uint32_t words;
    double confidence; /* mean of the words, 0 to 100 */
} reading;

static reading read_picture(recogniser *r, const ac_picture *p)
{
    TessBaseAPI *api = api_of(r);
    reading found = { 0 };
    if (!api)
        return found;
    TessBaseAPISetImage2(api, p->pix);
    TessBaseAPISetSourceResolution(api, (int)p->dpi);
    if (TessBaseAPIRecognize(api, NULL) != 0)
        return found;
    int *confidences = TessBaseAPIAllWordConfidences(api);
    double sum = 0;
    for (; confidences && confidences[found.words] >= 0; found.words++)
        sum += confidences[found.words];
    TessDeleteIntArray(confidences);
    found.confidence = found.words ? sum / found.words : 0;
    return found;
}

static bool better(reading a, reading b) { return a.words * a.confidence * a.confidence > b.words * b.confidence * b.confidence; }

/* ---- what was read, written --------------------------------------------------------------------------------------- */

static ac_gap gap_before(const TessPageIterator *at)
{
    if (TessPageIteratorIsAtBeginningOf(at, RIL_BLOCK) || TessPageIteratorIsAtBeginningOf(at, RIL_PARA))
        return AC_GAP_BLOCK;
    return TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE) ? AC_GAP_LINE : AC_GAP_BLANK;
}

/* A word as it stands in the picture; its text is Tesseract's, and given back by words_cleanup. */
typedef struct {
    char *raw;
    ac_sv text;
    int x0, y0, x1, y1, confidence;
    ac_gap gap;                /* before it */
} seen_word;

typedef struct {
    seen_word *at;
    size_t n, cap;
    bool full;                 /* there was no memory for all */
} seen_words;

static void seen_words_cleanup(seen_words *w)
{
    for (size_t i = 0; i < w->n; i++)
        TessDeleteText(w->at[i].raw);
    ac_mem_free(w->at);
}

static void keep_word(seen_words *w, seen_word word)
{
    if (w->n == w->cap) {
        const size_t cap = w->cap ? 2 * w->cap : 512;
        seen_word *grown = ac_mem_grow(w->at, cap * sizeof *grown);
        if (!grown) {
            w->full = true;
            TessDeleteText(word.raw);
            return;
        }
        w->at = grown;
        w->cap = cap;
    }
    w->at[w->n++] = word;
}

static void collect_words(recogniser *r, seen_words *out)
{
    TessResultIterator *words = TessBaseAPIGetIterator(api_of(r));
    if (!words)
        return;
    const TessPageIterator *at = TessResultIteratorGetPageIteratorConst(words);
    ac_gap gap = AC_GAP_NONE;
    do {
        seen_word w = { .raw = TessResultIteratorGetUTF8Text(words, RIL_WORD), .gap = gap_before(at) };
        w.text = ac_sv_trim(ac_sv_z(w.raw));
        w.gap = w.gap > gap ? w.gap : gap;
        gap = AC_GAP_NONE;
        if (w.text.n && TessPageIteratorBoundingBox(at, RIL_WORD, &w.x0, &w.y0, &w.x1, &w.y1)) {
            w.confidence = (int)TessResultIteratorConfidence(words, RIL_WORD);
            keep_word(out, w);
        } else {
            gap = w.gap; /* of what is left out */
            TessDeleteText(w.raw);
        }
    } while (TessResultIteratorNext(words, RIL_WORD));
    TessResultIteratorDelete(words);
}

/* "|" for "I", which letters without serifs make one of the other. A rule of a table is higher than a letter and stands apart; what it divides
 * does not go on in small letters. */
static bool is_the_word_i(const seen_words *w, size_t i)
{
    const seen_word *me = &w->at[i], *next = i + 1 < w->n ? me + 1 : NULL, *before = i ? me - 1 : NULL;
    if (!ac_sv_eq(me->text, AC_SV("|")) || !next || next->gap != AC_GAP_BLANK || !ac_is_lower(next->text.p[0]))
        return false;
    const int height = next->y1 - next->y0, mine = me->y1 - me->y0;
    const bool as_high = mine * 10 <= height * 15 && mine * 10 >= height * 7;
    const bool close = next->x0 - me->x1 < height && (!before || me->gap != AC_GAP_BLANK || me->x0 - before->x1 < height);
    return as_high && close;
}

static void write_words(recogniser *r, const ac_picture *p, ac_mw *out)
{
    AC_AUTO(seen_words) w = { 0 };
    collect_words(r, &w);
    for (size_t i = 0; i < w.n; i++) {
        const seen_word *one = &w.at[i];
        const ac_sv text = r->lang == 0 && is_the_word_i(&w, i) ? AC_SV("I") : one->text;
        ac_mw_gap(out, one->gap);
        ac_mw_word(out, text, ac_picture_box(p, one->x0, one->y0, one->x1, one->y1), one->confidence);
    }
    if (w.full)
        ac_mw_fail(out, AC_MEDIA_MEMORY);
}

/* Small words that only Spanish has, of all words: a fifth of any Spanish page, none of an English one. */
static bool looks_spanish(recogniser *r)
{
    static const char *const only[] = { "de", "la", "el", "los", "las", "del", "con", "que", "una", "por", "sin", "se", "y", "en" };
    char *text = TessBaseAPIGetUTF8Text(api_of(r));
    size_t words = 0, spanish = 0;
    ac_sv rest = ac_sv_z(text), word;
    while (ac_sv_split(&rest, ' ', &word)) {
        words++;
        for (size_t i = 0; i < sizeof only / sizeof only[0]; i++)
            spanish += ac_sv_eq_nocase(word, ac_sv_z(only[i]));
    }
    TessDeleteText(text);
    return words >= 10 && spanish * 8 > words;
}

/* ---- ways to a better reading, tried while the page is hard to read ----------------------------------------------------- */

static const double HARD = 80, POOR = 60, HOPELESS = 40; /* mean confidence */

typedef ac_picture improve(const ac_picture *);

static void straighten(ac_picture *p)
{
    ac_picture straight = ac_picture_straight(p);
    if (!straight.pix)
        return;
    ac_picture_cleanup(p);
    *p = straight;
}

static ac_picture upright_and_straight(const ac_picture *p)
{
    ac_picture upright = ac_picture_upright(p);
    if (upright.pix)
        straighten(&upright);
    return upright;
}

/* Keep the improved picture when it reads better. *shown: the picture that the recogniser's last reading is of. */
static void attempt(recogniser *r, improve *how, ac_picture *best, reading *found, bool *shown)
{
    ac_picture other = how(best);
    if (!other.pix)
        return;
    reading again = read_picture(r, &other);
    *shown = better(again, *found);
    if (*shown) {
        ac_picture_cleanup(best);
        *best = other;
        *found = again;
    } else {
        ac_picture_cleanup(&other);
    }
}

static bool choose_language(recogniser *r, const ac_picture *p, reading *found)
{
    const size_t before = r->lang;
    if (r->told || !found->words || !looks_spanish(r))
        return false;
    r->lang = 1;
    if (!api_of(r)) {
        r->lang = before;
        return false;
    }
    *found = read_picture(r, p);
    return true;
}

static ac_page_source read_page(recogniser *r, PIX *source, float dpi, ac_mw *out, float *turned)
{
    ac_picture p = ac_picture_of(source, dpi);
    *turned = 0;
    if (!p.pix)
        return AC_PAGE_FAILED;
    if (!r->told)
        r->lang = languages[0].data.n ? 0 : 1;
    straighten(&p);
    bool shown = true;
    reading found = read_picture(r, &p);
    (void)choose_language(r, &p, &found);
    if (found.confidence < POOR)
        attempt(r, upright_and_straight, &p, &found, &shown);
    if (found.confidence < HARD)
        attempt(r, ac_picture_clean, &p, &found, &shown);
    if (!shown)
        found = read_picture(r, &p);
    if (found.words)
        write_words(r, &p, out);
    *turned = p.turned;
    if (found.words && found.confidence < HOPELESS)
        ac_mw_warn(out, AC_MEDIA_LOW_CONFIDENCE, out->pages);
    ac_picture_cleanup(&p);
    return found.words ? AC_PAGE_OCR : AC_PAGE_EMPTY;
}

/* ---- the port ------------------------------------------------------------------------------------------------------- */

static PIX *pix_of(const ac_bitmap *b)
{
    PIX *pix = pixCreate((int)b->width, (int)b->height, 8);
    if (!pix)
        return NULL;
    for (uint32_t y = 0; y < b->height; y++) {
        l_uint32 *row = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
        for (uint32_t x = 0; x < b->width; x++)
            SET_DATA_BYTE(row, x, b->pixels[(size_t)y * b->stride + x]);
    }
    return pix;
}

static ac_page_source on_page(ac_ocr *o, const ac_bitmap *b, ac_mw *out, float *turned)
{
    PIX *pix = pix_of(b);
    ac_page_source source = pix ? read_page((recogniser *)o, pix, b->dpi, out, turned) : AC_PAGE_FAILED;
    if (!pix)
        ac_mw_warn(out, AC_MEDIA_PAGE_UNREAD, out->pages);
    pixDestroy(&pix);
    return source;
}

static void file_page(recogniser *r, PIX *pix, ac_mw *out)
{
    const float dpi = ac_picture_dpi(pix);
    float turned;
    ac_mw_page(out, (float)pixGetWidth(pix) * 72 / dpi, (float)pixGetHeight(pix) * 72 / dpi);
    ac_page_source source = read_page(r, pix, dpi, out, &turned);
    if (source == AC_PAGE_FAILED)
        ac_mw_warn(out, AC_MEDIA_PAGE_UNREAD, out->pages);
    ac_mw_page_end(out, source, turned);
}

static void read_tiff(recogniser *r, ac_sv bytes, ac_mw *out)
{
    size_t offset = 0;
    uint32_t n = 0;
    do {
        if (r->max_pages && n == r->max_pages) {
            ac_mw_fail(out, AC_MEDIA_TOO_MANY_PAGES);
            return;
        }
        PIX *pix = pixReadMemFromMultipageTiff((const l_uint8 *)bytes.p, bytes.n, &offset);
        if (!pix) {
            ac_mw_fail(out, AC_MEDIA_DAMAGED);
            return;
        }
        file_page(r, pix, out);
        pixDestroy(&pix);
        n++;
        ac_mw_progress(out, n, offset ? n + 1 : n);
    } while (offset && !ac_mw_over(out));
}

static void on_file(ac_ocr *o, ac_sv bytes, ac_mw *out)
{
    recogniser *r = (recogniser *)o;
    l_int32 format = 0;
    const ac_media_note wrong = ac_picture_check(bytes, &format);
    if (wrong != AC_MEDIA_OK) {
        ac_mw_fail(out, wrong);
        return;
    }
    if (ac_picture_is_tiff(format)) {
        read_tiff(r, bytes, out);
        return;
    }
    PIX *pix = pixReadMem((const l_uint8 *)bytes.p, bytes.n);
    if (!pix) {
        ac_mw_fail(out, AC_MEDIA_DAMAGED);
        return;
    }
    file_page(r, pix, out);
    pixDestroy(&pix);
    ac_mw_progress(out, 1, 1);
}

static const ac_ocr_ops ops = { "tesseract", on_page, on_file };

ac_rc ac_ocr_tesseract_new(ac_sv lang, uint32_t max_pages, ac_ocr **out, ac_err *err)
{
    size_t i = 0;
    while (i < LANGUAGES && !(languages[i].data.n && (!lang.n || ac_sv_eq(lang, languages[i].lang))))
        i++;
    if (i == LANGUAGES)
        return ac_fail(err, AC_ENOTFOUND, "no trained data for the text recognition of this language");
    recogniser *r = ac_mem_alloc(sizeof *r);
    if (!r)
        return ac_fail(err, AC_ENOMEM, "no room for text recognition");
    *r = (recogniser) { .port.ops = &ops, .max_pages = max_pages, .lang = i, .told = lang.n > 0 };
    setMsgSeverity(L_SEVERITY_NONE);
    *out = &r->port;
    return AC_OK;
}

void ac_ocr_tesseract_free(ac_ocr *o)
{
    recogniser *r = (recogniser *)o;
    for (size_t i = 0; r && i < LANGUAGES; i++)
        if (r->api[i]) {
            TessBaseAPIEnd(r->api[i]);
            TessBaseAPIDelete(r->api[i]);
        }
    ac_mem_free(r);
}
