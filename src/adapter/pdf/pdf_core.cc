#include "adapter/pdf/pdf_core.h"

#include <GfxState.h>
#include <GlobalParams.h>
#include <Object.h>
#include <PDFDoc.h>
#include <Stream.h>
#include <TextOutputDev.h>
#include <cmath>
#include <memory>
#include <new>

namespace {

/* Collects words as they come; where pictures count, what fills and patterns draw is passed over all the same. */
class page_device final : public TextOutputDev
{
public:
    explicit page_device(bool with_pictures) : TextOutputDev(nullptr, false, 0, true, false), looks(with_pictures) { }

    double pictures = 0;

    bool needNonText() override { return looks; }
    bool useTilingPatternFill() override { return true; }
    bool useShadedFills(int) override { return true; }
    bool tilingPatternFill(GfxState *, Gfx *, Catalog *, GfxTilingPattern *, const double *, int, int, int, int, double, double) override { return true; }
    bool functionShadedFill(GfxState *, GfxFunctionShading *) override { return true; }
    bool axialShadedFill(GfxState *, GfxAxialShading *, double, double) override { return true; }
    bool radialShadedFill(GfxState *, GfxRadialShading *, double, double) override { return true; }
    bool gouraudTriangleShadedFill(GfxState *, GfxGouraudTriangleShading *) override { return true; }
    bool patchMeshShadedFill(GfxState *, GfxPatchMeshShading *) override { return true; }

    void drawImageMask(GfxState *state, Object *ref, Stream *str, int width, int height, bool invert, bool interpolate, bool inlined) override
    {
        add(state);
        if (inlined) /* its bytes stand in the page's content: they must be read to get past them */
            TextOutputDev::drawImageMask(state, ref, str, width, height, invert, interpolate, inlined);
    }
    void drawImage(GfxState *state, Object *ref, Stream *str, int width, int height, GfxImageColorMap *map, bool interpolate, const int *mask,
                   bool inlined) override
    {
        add(state);
        if (inlined)
            TextOutputDev::drawImage(state, ref, str, width, height, map, interpolate, mask, inlined);
    }
    void drawMaskedImage(GfxState *state, Object *, Stream *, int, int, GfxImageColorMap *, bool, Stream *, int, int, bool, bool) override { add(state); }
    void drawSoftMaskedImage(GfxState *state, Object *, Stream *, int, int, GfxImageColorMap *, bool, Stream *, int, int, GfxImageColorMap *, bool) override
    {
        add(state);
    }
    void setSoftMaskFromImageMask(GfxState *, Object *, Stream *, int, int, bool, bool, double *) override { }
    void unsetSoftMaskFromImageMask(GfxState *, double *) override { }

private:
    const bool looks;

    /* A picture is the unit square, as it lies on the page. */
    void add(const GfxState *state)
    {
        const double *m = state->getCTM();
        const double width = std::fabs(m[0]) + std::fabs(m[2]), height = std::fabs(m[1]) + std::fabs(m[3]);
        if (std::isfinite(width) && std::isfinite(height))
            pictures += width * height;
    }
};

constexpr double points_per_inch = 72;

} // namespace

struct ac_pdf_core {
    GlobalParamsIniter parameters;
    PDFDoc doc;

    ac_pdf_core(const char *bytes, size_t n) : parameters(nullptr), doc(new MemStream(bytes, 0, static_cast<Goffset>(n), Object(objNull))) { }
};

ac_pdf_core *ac_pdf_core_open(const char *bytes, size_t n)
try {
    auto core = std::make_unique<ac_pdf_core>(bytes, n);
    return core->doc.isOk() ? core.release() : nullptr;
} catch (...) {
    return nullptr;
}

void ac_pdf_core_close(ac_pdf_core *core) { delete core; }

bool ac_pdf_core_page(ac_pdf_core *core, uint32_t page, const ac_pdf_taker *taker, double *pictures)
try {
    page_device device(pictures != nullptr);
    core->doc.displayPage(&device, static_cast<int>(page) + 1, points_per_inch, points_per_inch, 0, false, true, false);
    if (pictures)
        *pictures = device.pictures;
    const std::unique_ptr<TextWordList> words(device.makeWordList());
    const int n = words ? words->getLength() : 0;
    for (int i = 0; i < n; i++) {
        const TextWord *word = words->get(i);
        double x0, y0, x1, y1;
        word->getBBox(&x0, &y0, &x1, &y1);
        const ac_pdf_drawn drawn = { word->getChar(0), static_cast<size_t>(word->getLength()), static_cast<float>(x0), static_cast<float>(y0),
                                     static_cast<float>(x1), static_cast<float>(y1), word->getRotation() };
        if (!taker->word(taker->context, &drawn))
            return false;
    }
    return true;
} catch (...) { /* of what it throws nothing is told: it may quote the file */
    return false;
}

void ac_pdf_core_warm_up(void)
{
    static const GlobalParamsIniter parameters(nullptr);
    (void)parameters;
}
