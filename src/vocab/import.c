#include "vocab/import.h"

#include "os/lines.h"
#include "os/stop.h"

typedef struct {
    ac_lines *lines;
    ac_release r;
    ac_sb joined; /* a line that goes on within quotes */
} import;

/* An odd number of quotes: the cell goes on in the next line. */
static bool is_open(ac_sv line)
{
    bool open = false;
    for (const char *p = line.p, *end = line.p + line.n; (p = memchr(p, '"', (size_t)(end - p))); p++)
        open = !open;
    return open;
}

/* The next line as the layout sees it. too_long: it was, and has been skipped. */
static ac_rc next_line(import *im, ac_sv *line, bool *more, bool *too_long, ac_err *err)
{
    ac_rc rc = ac_lines_next(im->lines, line, more, err);
    *too_long = rc == AC_ELIMIT;
    return *too_long ? AC_OK : rc;
}

/* A quoted cell may hold line ends: join what belongs together, as far as a line may be long. */
static ac_rc join_lines(import *im, ac_sv *line, bool *more, bool *too_long, ac_err *err)
{
    bool open = is_open(*line);
    ac_sb_clear(&im->joined);
    while (open && *more && !*too_long) {
        ac_sv next = { "", 0 };
        ac_sb_add(&im->joined, *line);
        ac_sb_add_char(&im->joined, '\n');
        AC_TRY(err, next_line(im, &next, more, too_long, err));
        open = open != is_open(next);
        *line = next;
        *too_long |= im->joined.rc == AC_ELIMIT || im->joined.n + next.n > AC_RELEASE_LINE_MAX;
    }
    if (im->joined.n && !*too_long) {
        ac_sb_add(&im->joined, *line);
        *line = ac_sb_view(&im->joined);
        *more = true;
    }
    return im->joined.rc == AC_ELIMIT ? AC_OK : ac_sb_done(&im->joined, err);
}

static ac_rc read_lines(import *im, ac_sv line, ac_err *err)
{
    bool more = true, too_long = false;
    for (;;) {
        if (more && !too_long && ac_release_layout_quotes(im->r.layout) && is_open(line))
            AC_TRY(err, join_lines(im, &line, &more, &too_long, err));
        if (!more)
            return AC_OK;
        if (ac_stop_signal())
            return ac_fail(err, AC_ECANCELLED, "stopped by a signal");
        AC_TRY(err, ac_release_line(&im->r, too_long ? AC_SV("\x7F") : line, err)); /* what is too long is no text, either */
        AC_TRY(err, next_line(im, &line, &more, &too_long, err));
    }
}

static ac_rc read_file(import *im, ac_err *err)
{
    ac_sv first = { "", 0 };
    bool more = false, too_long = false;
    AC_TRY(err, next_line(im, &first, &more, &too_long, err));
    if (!more || too_long || !ac_release_begin(&im->r, first))
        return ac_fail(err, AC_EINPUT, "not a file of a release that aceso knows (see aceso vocab --help)");
    AC_TRY(err, read_lines(im, first, err));
    if (im->r.bad > im->r.good)
        return ac_fail(err, AC_EINPUT, "line %llu and %llu more are not as the layout says", (unsigned long long)im->r.first_bad,
                       (unsigned long long)im->r.bad - 1);
    return AC_OK;
}

ac_rc ac_vocab_import(ac_vocab_builder *b, const char *path, const ac_vocab_import_options *opt, ac_vocab_file *out, ac_err *err)
{
    import im = { .joined = AC_SB(AC_RELEASE_LINE_MAX + 1) };
    im.r.sink = ac_vocab_builder_sink(b);
    im.r.lang = opt->lang;
    im.r.kind = opt->kind;
    *out = (ac_vocab_file) { 0 };
    AC_TRY(err, ac_lines_open(path, AC_RELEASE_LINE_MAX, &im.lines, err));
    ac_rc rc = read_file(&im, err);
    *out = (ac_vocab_file) { im.r.layout, im.r.line, im.r.bad, im.r.first_bad, ac_lines_bytes(im.lines) };
    ac_lines_free(im.lines);
    ac_sb_cleanup(&im.joined);
    return rc;
}
