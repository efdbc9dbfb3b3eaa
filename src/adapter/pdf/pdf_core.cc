#include "adapter/pdf/pdf_core.h"

#include <Annot.h>
#include <Catalog.h>
#include <FileSpec.h>
#include <Form.h>
#include <GfxState.h>
#include <GlobalParams.h>
#include <Object.h>
#include <PDFDoc.h>
#include <Stream.h>
#include <TextOutputDev.h>
#include <UTF.h>
#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <vector>

namespace {

/* A PDF's text string as code points. */
class code_points
{
public:
    explicit code_points(const GooString *s)
    {
        if (s)
            length = TextStringToUCS4(s->toStr(), &chars);
    }
    ~code_points() { gfree(chars); }
    code_points(const code_points &) = delete;
    code_points &operator=(const code_points &) = delete;

    const Unicode *begin() const { return chars; }
    size_t size() const { return length > 0 ? static_cast<size_t>(length) : 0; }

private:
    Unicode *chars = nullptr;
    int length = 0;
};

/* Collects words as they come; where pictures count, what fills and patterns draw is passed over all the same. */
class page_device final : public TextOutputDev
{
public:
    page_device(PDFDoc &document, const ac_pdf_taker *receiver, bool with_pictures)
        : TextOutputDev(nullptr, false, 0, true, false), looks(with_pictures), doc(document), taker(receiver)
    {
    }

    double pictures = 0;

    bool stopped = false;      /* the taker wants no more */
    static constexpr size_t most_rules = 4000;
    std::vector<ac_pdf_rule> rules;

    /* Called for all that lies upon the page, one after the other, just before it would be drawn: shall it be? */
    static bool decide(Annot *annot, void *device) { return static_cast<page_device *>(device)->shows(annot); }
    void finish() { tell_undrawn(); }

    void startPage(int number, GfxState *state, XRef *xref) override
    {
        std::copy_n(state->getCTM(), 6, to_page);
        TextOutputDev::startPage(number, state, xref);
    }
    void drawChar(GfxState *state, double x, double y, double dx, double dy, double ox, double oy, CharCode c, int bytes, const Unicode *u, int n) override
    {
        drawn++;
        TextOutputDev::drawChar(state, x, y, dx, dy, ox, oy, c, bytes, u, n);
    }

    void stroke(GfxState *state) override
    {
        GfxRGB colour;
        state->getStrokeRGB(&colour);
        if (!is_white(colour))
            add_edges(state, state->getPath());
    }
    void fill(GfxState *state) override
    {
        GfxRGB colour;
        state->getFillRGB(&colour);
        if (!is_white(colour))
            add_thin_boxes(state, state->getPath());
    }
    void eoFill(GfxState *state) override { fill(state); }

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
    PDFDoc &doc;
    const ac_pdf_taker *taker;
    double to_page[6] = { 1, 0, 0, 1, 0, 0 };
    uint64_t drawn = 0;        /* characters */
    Annot *last = nullptr;     /* being drawn, when something may have to be told in its stead; */
    const GooString *instead = nullptr;
    ac_pdf_note_kind instead_kind = AC_PDF_COMMENT;
    uint64_t drawn_before = 0; /* the characters drawn before it */

    void tell(ac_pdf_note_kind kind, const Annot *annot, const Unicode *chars, size_t n, uint64_t bytes = 0)
    {
        const PDFRectangle &r = annot->getRect();
        const auto x = [&](double px, double py) { return static_cast<float>(to_page[0] * px + to_page[2] * py + to_page[4]); };
        const auto y = [&](double px, double py) { return static_cast<float>(to_page[1] * px + to_page[3] * py + to_page[5]); };
        const auto [x0, x1] = std::minmax({ x(r.x1, r.y1), x(r.x2, r.y2) });
        const auto [y0, y1] = std::minmax({ y(r.x1, r.y1), y(r.x2, r.y2) });
        const ac_pdf_drawn note = { chars, n, x0, y0, x1, y1, 0 };
        if ((n || kind == AC_PDF_HIDDEN) && !stopped)
            stopped = !taker->note(taker->context, kind, &note, bytes);
    }
    void tell(ac_pdf_note_kind kind, const Annot *annot, const GooString *s)
    {
        const code_points t(s);
        tell(kind, annot, t.begin(), t.size());
    }

    /* What was to be drawn had no characters: a stamp that is a picture, a field without an appearance. */
    void tell_undrawn()
    {
        if (last && drawn == drawn_before)
            tell(instead_kind, last, instead);
        last = nullptr;
    }
    bool draw(Annot *annot, ac_pdf_note_kind kind, const GooString *otherwise)
    {
        last = annot;
        instead = otherwise;
        instead_kind = kind;
        drawn_before = drawn;
        return true;
    }

    static bool hidden(const Annot *annot) { return annot->getFlags() & (Annot::flagHidden | Annot::flagNoView); }
    static bool empty(const GooString *s) { return !s || code_points(s).size() == 0; }

    bool shows(Annot *annot)
    {
        tell_undrawn();
        switch (annot->getType()) {
        case Annot::typeWidget: return shows_field(annot);
        case Annot::typePopup: return false; /* the window of another, which has the text */
        case Annot::typeFileAttachment: tell_file(annot); break;
        case Annot::typeText: case Annot::typeLink: case Annot::typeSound: case Annot::typeMovie: case Annot::typeScreen: break;
        default: return hidden(annot) ? leave_out(annot, annot->getContents()) : draw(annot, AC_PDF_COMMENT, annot->getContents());
        }
        if (hidden(annot))
            return leave_out(annot, annot->getContents());
        tell(AC_PDF_COMMENT, annot, annot->getContents());
        return false;
    }

    bool leave_out(const Annot *annot, const GooString *what)
    {
        if (!empty(what))
            tell(AC_PDF_HIDDEN, annot, nullptr, 0);
        return false;
    }

    bool shows_field(Annot *annot)
    {
        Form *form = doc.getCatalog()->getForm();
        FormWidget *widget = form ? form->findWidgetByRef(annot->getRef()) : nullptr;
        if (!widget)
            return draw(annot, AC_PDF_VALUE, nullptr);
        if (widget->getType() == formButton)
            return shows_button(annot, static_cast<FormWidgetButton *>(widget));
        if (widget->getType() == formText)
            return shows_text(annot, static_cast<FormWidgetText *>(widget));
        if (widget->getType() == formChoice)
            return shows_choice(annot, static_cast<FormWidgetChoice *>(widget));
        return draw(annot, AC_PDF_VALUE, nullptr);
    }

    /* Ticked or not: how that is drawn, a letter, lines or nothing, is told alike. */
    bool shows_button(Annot *annot, const FormWidgetButton *button)
    {
        static const Unicode ticked = 0x2612, unticked = 0x2610;
        if (button->getButtonType() == formButtonPush)
            return draw(annot, AC_PDF_VALUE, nullptr);
        if (!hidden(annot))
            tell(AC_PDF_VALUE, annot, button->getState() ? &ticked : &unticked, 1);
        else if (button->getState())
            tell(AC_PDF_HIDDEN, annot, nullptr, 0);
        return false;
    }

    bool shows_text(Annot *annot, const FormWidgetText *field)
    {
        const GooString *value = field->isPassword() ? nullptr : field->getContent();
        if (hidden(annot))
            return leave_out(annot, value);
        if (!field->isComb() || field->isPassword())
            return draw(annot, AC_PDF_VALUE, value);
        tell(AC_PDF_VALUE, annot, value); /* drawn with a letter in each of its cells: no words any more */
        return false;
    }

    bool shows_choice(Annot *annot, const FormWidgetChoice *field)
    {
        const GooString *value = field->getEditChoice();
        for (int i = 0; i < field->getNumChoices() && !value; i++)
            value = field->isSelected(i) ? field->getChoice(i) : nullptr;
        if (hidden(annot))
            return leave_out(annot, value);
        if (field->isCombo())
            return draw(annot, AC_PDF_VALUE, value);
        if (value == field->getEditChoice())
            tell(AC_PDF_VALUE, annot, value);
        for (int i = 0; i < field->getNumChoices(); i++) /* a list draws all that can be chosen */
            if (field->isSelected(i))
                tell(AC_PDF_VALUE, annot, field->getChoice(i));
        return false;
    }

    void tell_file(Annot *annot)
    {
        const FileSpec file(static_cast<AnnotFileAttachment *>(annot)->getFile());
        if (!file.isOk())
            return;
        const code_points name(file.getFileName());
        const EmbFile *bytes = const_cast<FileSpec &>(file).getEmbeddedFile();
        tell(AC_PDF_FILE, annot, name.begin(), name.size(), bytes && bytes->size() > 0 ? static_cast<uint64_t>(bytes->size()) : 0);
    }

    static constexpr double thin = 3, upright = 0.5; /* points */

    static bool is_white(const GfxRGB &c) { return c.r > gfxColorComp1 / 20 * 19 && c.g > gfxColorComp1 / 20 * 19 && c.b > gfxColorComp1 / 20 * 19; }

    void add_rule(double x0, double y0, double x1, double y1)
    {
        const auto near = [](double v) { return std::fabs(v) < 1e5; }; /* no NaN, either */
        if ((std::fabs(x1 - x0) < upright) != (std::fabs(y1 - y0) < upright) && near(x0) && near(y0) && near(x1) && near(y1) && rules.size() <= most_rules)
            rules.push_back({ static_cast<float>(x0), static_cast<float>(y0), static_cast<float>(x1), static_cast<float>(y1) });
    }

    void add_edges(const GfxState *state, const GfxPath *path)
    {
        for (int i = 0; i < path->getNumSubpaths() && rules.size() <= most_rules; i++) {
            const GfxSubpath *part = path->getSubpath(i);
            for (int k = 1; k < part->getNumPoints() && rules.size() <= most_rules; k++) {
                double x0, y0, x1, y1;
                if (part->getCurve(k) || part->getCurve(k - 1))
                    continue;
                state->transform(part->getX(k - 1), part->getY(k - 1), &x0, &y0);
                state->transform(part->getX(k), part->getY(k), &x1, &y1);
                add_rule(x0, y0, x1, y1);
            }
        }
    }

    void add_thin_boxes(const GfxState *state, const GfxPath *path)
    {
        for (int i = 0; i < path->getNumSubpaths() && rules.size() <= most_rules; i++) {
            const GfxSubpath *part = path->getSubpath(i);
            const int n = part->getNumPoints();
            if (n < 4 || n > 5 || part->getCurve(1) || part->getCurve(2))
                continue;
            double x0, y0, x1, y1; /* of two corners that face each other */
            state->transform(part->getX(0), part->getY(0), &x0, &y0);
            state->transform(part->getX(2), part->getY(2), &x1, &y1);
            if (std::fabs(x1 - x0) < thin && std::fabs(y1 - y0) > thin)
                add_rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1);
            else if (std::fabs(y1 - y0) < thin && std::fabs(x1 - x0) > thin)
                add_rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2);
        }
    }

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
    page_device device(core->doc, taker, pictures != nullptr);
    core->doc.displayPage(&device, static_cast<int>(page) + 1, points_per_inch, points_per_inch, 0, false, true, false, nullptr, nullptr,
                          page_device::decide, &device);
    device.finish();
    if (device.stopped)
        return false;
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
    return device.rules.empty() || device.rules.size() > page_device::most_rules || taker->rules(taker->context, device.rules.data(), device.rules.size());
} catch (...) { /* of what it throws nothing is told: it may quote the file */
    return false;
}

void ac_pdf_core_warm_up(void)
{
    static const GlobalParamsIniter parameters(nullptr);
    (void)parameters;
}
