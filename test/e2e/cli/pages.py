"""Writes small PDF files for the tests: text at places, pictures, metadata, notes, attachments. Nothing but the standard library."""
import re
import subprocess
import zlib


def _escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")


class Pdf:
    """Pages of lines; the font is Helvetica, which is not in the file."""

    def __init__(self):
        self.objects = [b"<</Type/Catalog/Pages 2 0 R%s>>", None, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
        self.pages, self.info, self.catalog = [], {}, b""
        self.upon, self.fields = [], []  # what lies upon the next page, and which of it are fields of the form

    def add(self, body):
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data, extra=b""):
        packed = zlib.compress(data)
        return self.add(b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(packed), extra, packed))

    def page(self, lines, image=None, note=None, turn="1 0 0 1 0 0", rules=(), layer=None):
        """lines: (x, y from the top, text) or texts one below the other. image: (x, y, width, height in points, pixels, w, h), grey.
        note: what a person has written on the page. turn: a matrix for all of the text. rules: lines (x, y, x, y from the top).
        layer: lines of an optional layer that is switched off. Returns the number of the content."""
        content = b"q %s cm\n" % turn.encode() + written(lines) + b"Q\n"
        content += b"".join(b"%.1f %.1f m %.1f %.1f l S\n" % (x0, 792 - y0, x1, 792 - y1) for x0, y0, x1, y1 in rules)
        resources = b"/Font<</F 3 0 R>>"
        if layer:
            group = self.add(b"<</Type/OCG/Name(Draft)>>")
            content += b"/OC /L BDC\n" + written(layer) + b"EMC\n"
            resources += b"/Properties<</L %d 0 R>>" % group
            self.catalog += b"/OCProperties<</OCGs[%d 0 R]/D<</OFF[%d 0 R]>>>>" % (group, group)
        if image:
            x, y, width, height, pixels, w, h = image
            picture = self.stream(pixels, b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (w, h))
            content += b"q %.2f 0 0 %.2f %.2f %.2f cm /I Do Q\n" % (width, height, x, 792 - y - height)
            resources += b"/XObject<</I %d 0 R>>" % picture
        if note:
            self.annotation("Text", (500, 700, 520, 720), note)
        annots = b"/Annots[%s]" % b" ".join(b"%d 0 R" % a for a in self.upon) if self.upon else b""
        self.upon = []
        body = self.stream(content)
        self.pages.append(self.add(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<<%s>>%s>>" % (body, resources, annots)))
        return body

    def describe(self, xmp):
        """XMP metadata, next to those of info."""
        self.catalog += b"/Metadata %d 0 R" % self.add(b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(xmp), xmp))

    def annotation(self, kind, rect, contents="", more=b"", flags=4):
        """Lies upon the next page; rect as PDF counts, from the lower left."""
        at = b" ".join(b"%d" % v for v in rect)
        self.upon.append(self.add(b"<</Type/Annot/Subtype/%s/F %d/Rect[%s]/DA(/F 11 Tf 0 g)/Contents(%s)%s>>" %
                                  (kind.encode(), flags, at, _escape(contents), more)))
        return self.upon[-1]

    def field(self, kind, rect, value, more=b"", flags=4):
        """A field of the form: Tx (text), Ch (choice) or Btn (a box; value: ticked?)."""
        name = b"/FT/%s/T(field%d)" % (kind.encode(), len(self.fields))
        if kind == "Btn":
            state = b"/Yes" if value else b"/Off"
            seen = [self.stream(c, b"/Type/XObject/Subtype/Form/BBox[0 0 12 12]") for c in (b"1 1 m 11 11 l 1 11 m 11 1 l S", b"")]
            more += b"/V%s/AS%s/AP<</N<</Yes %d 0 R/Off %d 0 R>>>>" % (state, state, *seen)
        else:
            more += b"/V(%s)" % _escape(value)
        self.fields.append(self.annotation("Widget", rect, "", name + more, flags))

    def attach(self, name, data):
        file = self.stream(data, b"/Type/EmbeddedFile")
        spec = self.add(b"<</Type/Filespec/F(%s)/EF<</F %d 0 R>>>>" % (_escape(name), file))
        self.catalog += b"/Names<</EmbeddedFiles<</Names[(%s) %d 0 R]>>>>" % (_escape(name), spec)

    def bytes(self):
        form = b"/AcroForm<</Fields[%s]/DA(/F 11 Tf 0 g)/DR<</Font<</F 3 0 R>>>>>>" % b" ".join(b"%d 0 R" % f for f in self.fields) if self.fields else b""
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R%s%s>>" % (self.catalog, form)
        self.objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self.pages), b" ".join(b"%d 0 R" % p for p in self.pages))
        info = self.add(b"<<%s>>" % b"".join(b"/%s(%s)" % (k.encode(), _escape(v)) for k, v in self.info.items()))
        out, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
        for i, body in enumerate(self.objects, 1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
        out += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, info, table)
        return bytes(out)


def written(lines):
    at = [x if isinstance(x, tuple) else (72, 72 + 14 * i, x) for i, x in enumerate(lines)]
    return b"".join(b"BT /F 11 Tf %.2f %.2f Td (%s) Tj ET\n" % (x, 792 - y, _escape(t)) for x, y, t in at)


def revised(pdf, number, lines):
    """The same file with another content behind it, as editors save: the old one is still there."""
    body = written(lines)
    out = bytearray(pdf)
    at, last = len(out), re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    out += b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (number, len(body), body)
    table = len(out)
    info = re.findall(rb"/Size (\d+)(/Root \d+ 0 R/Info \d+ 0 R)", pdf)[-1]
    out += b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %s%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (number, at, *info, last, table)
    return bytes(out)


def grey(path, dpi=300, page=1):
    """A page as a grey picture: (pixels, width, height)."""
    raw = subprocess.run(["pdftoppm", "-gray", "-r", str(dpi), "-f", str(page), "-l", str(page), path], capture_output=True, check=True).stdout
    magic, size, most, pixels = raw.split(b"\n", 3)
    w, h = map(int, size.split())
    return pixels, w, h


def crop(pixels, w, left, top, right, bottom):
    return b"".join(pixels[y * w + left:y * w + right] for y in range(top, bottom)), right - left, bottom - top


def png(pixels, w, h, dpi=300):
    """The same as a PNG file that says its resolution."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    rows = b"".join(b"\0" + pixels[y * w:(y + 1) * w] for y in range(h))
    metre = round(dpi / 0.0254).to_bytes(4, "big")
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", w.to_bytes(4, "big") + h.to_bytes(4, "big") + b"\x08\0\0\0\0") +
            chunk(b"pHYs", metre + metre + b"\1") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def wrap(text, width=90):
    lines = []
    for line in text.splitlines():
        words, now = [w for part in line.split(" ") for w in (re.findall(r"[^,]*,|[^,]+$", part) if len(part) > width else [part])], ""
        for word in words:
            if now and len(now) + 1 + len(word) > width:
                lines.append(now)
                now = word
            else:
                now = f"{now} {word}" if now else word
        lines.append(now)
    return lines


def letter(text, per_page=48):
    """A text as a PDF of as many pages as it takes."""
    pdf, lines = Pdf(), wrap(text)
    for i in range(0, max(len(lines), 1), per_page):
        pdf.page(lines[i:i + per_page])
    return pdf.bytes()
