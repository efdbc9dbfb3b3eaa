/** The official files of clinical vocabularies, line by line: what each line says of which code. Pure: the caller reads the files.
 *  Layouts: RxNorm and UMLS Rich Release Format (UMLS Reference Manual, ch. 3: RXNCONSO, MRCONSO, MRSTY), Loinc.csv (RFC 4180),
 *  SNOMED CT RF2 snapshots (SNOMED International, Release File Specification: Concept, Description), the order file of
 *  ICD-10-CM (CMS), code and name lists of ATC, and Aceso's own TSV. */
#ifndef AC_INTEROP_RELEASE_H
#define AC_INTEROP_RELEASE_H

#include "core/vocab.h"

/* Why a line or a term is not taken. The sentence goes behind a count. */
#define AC_LEFT_LIST(X)                                                                                                \
    X(AC_LEFT_BAD_LINE, "lines that are not as the layout says")                                                       \
    X(AC_LEFT_SUPPRESSED, "suppressed, inactive or out of date in the release")                                        \
    X(AC_LEFT_LANGUAGE, "neither English nor Spanish")                                                                 \
    X(AC_LEFT_SOURCE, "of a source whose codes are not used (data/vocabulary/systems.tsv)")                            \
    X(AC_LEFT_GROUP, "of a group, which has no code for one patient")                                                  \
    X(AC_LEFT_KIND, "of a kind that notes do not speak of (data/vocabulary/kinds.tsv)")                                \
    X(AC_LEFT_SHORT, "shorter than three letters")                                                                     \
    X(AC_LEFT_LONG, "longer than notes say it")                                                                        \
    X(AC_LEFT_NUMBER, "without a word, or not beginning with one")                                                                                \
    X(AC_LEFT_COMMON, "a common word (data/vocabulary/common.tsv)")                                                    \
    X(AC_LEFT_RULE, "unspecified, other, or with an assertion of their own (data/vocabulary/rules.tsv)")               \
    X(AC_LEFT_MANY, "with several codes of one system and none preferred")                                             \
    X(AC_LEFT_TWICE, "said before")

#define AC_LEFT_ENUM(id, text) id,
typedef enum { AC_LEFT_LIST(AC_LEFT_ENUM) AC_LEFT_COUNT } ac_left;
#undef AC_LEFT_ENUM
const char *ac_left_text(ac_left why);

typedef enum {
    AC_ITEM_TERM,   /* a name of a code */
    AC_ITEM_NAME,   /* a name that is shown and not looked for */
    AC_ITEM_KIND,   /* the kind of everything in the group */
    AC_ITEM_CLOSED, /* nothing of the group counts any more */
} ac_item_what;

enum { AC_RANK_PREFERRED = 0, AC_RANK_SYNONYM = 1, AC_RANK_OTHER = 2, AC_ORDER_NONE = 255 };

/** What a line says. All views are borrowed for the call. */
typedef struct {
    uint8_t what;     /* ac_item_what */
    uint8_t kind;     /* ac_kind; AC_KIND_COUNT: the group says it */
    uint8_t order;    /* of several kinds of a group the lowest counts; AC_ORDER_NONE: any other first */
    uint8_t langs;    /* bit per ac_lang */
    uint8_t rank;     /* AC_RANK_; the lowest name of a code is its display */
    ac_sv group;      /* of one concept: CUI, conceptId, code */
    ac_sv system, uri;/* of the code; uri empty: as in data/vocabulary */
    ac_sv code, term;
} ac_item;

typedef struct ac_release ac_release;
typedef struct ac_release_layout ac_release_layout;
typedef struct {
    ac_rc (*take)(void *ctx, const ac_item *item, ac_err *err);
    void (*left)(void *ctx, ac_left why);
    void *ctx;
} ac_release_sink;

enum { AC_RELEASE_COLUMNS = 8, AC_RELEASE_LINE_MAX = 1 << 20 };

/** The state of one file. Make it zero but for sink; layout by ac_release_begin. */
struct ac_release {
    ac_release_sink sink;
    const ac_release_layout *layout;
    uint8_t lang, kind;  /* of plain lists that do not say: ac_lang, ac_kind (AC_KIND_COUNT: they must say) */
    uint64_t line;       /* number of the last line, from 1 */
    uint64_t first_bad;  /* number of the first line that was not as it should be; 0: none */
    uint64_t bad, good;
    size_t column[AC_RELEASE_COLUMNS], n_columns; /* of files with a header */
};

/** Recognise the layout by the first line (a byte order mark may stand before it). False when none fits. */
bool ac_release_begin(ac_release *r, ac_sv first_line);

const char *ac_release_layout_name(const ac_release_layout *l);     /* "rxnorm", "umls", "umls-types", "loinc", ... */
const char *ac_release_layout_vocabulary(const ac_release_layout *l); /* how the vocabulary is called when nobody says */
const char *ac_release_layout_system(const ac_release_layout *l);   /* the code system whose edition the release has; "" for none */
bool ac_release_layout_quotes(const ac_release_layout *l);          /* a line may go on within quotes */

/** The next line, the first one too, without its line end. A line that is not as the layout says is counted and read over.
 *  errors  those of sink.take */
AC_NODISCARD ac_rc ac_release_line(ac_release *r, ac_sv line, ac_err *err);

/** The edition in a file's name ("sct2_Description_Snapshot-en_INT_20260501.txt", "icd10cm-order-2026.txt"): its last run of four
 *  to eight digits. Empty when there is none. */
ac_sv ac_release_edition(ac_sv file_name);

/** Cells between separators, at most max; how many there are is returned. With quotes: as RFC 4180, and buf holds what had to be
 *  unquoted (as long as the line). */
size_t ac_release_split(ac_sv line, char separator, ac_sv *cells, size_t max);
size_t ac_release_split_csv(ac_sv line, char *buf, ac_sv *cells, size_t max);

/** Is the whole view UTF-8 without control characters but white space? */
bool ac_release_is_text(ac_sv s);

/* ---- for the layouts (release_*.c) ---- */

typedef enum { AC_LINE_GOOD, AC_LINE_BAD, AC_LINE_FAILED } ac_line_rc; /* FAILED: err is set */
struct ac_release_layout {
    const char *name, *vocabulary, *system;
    bool quotes, header;
    bool (*fits)(ac_release *r, ac_sv first_line); /* fills the columns of a header */
    ac_line_rc (*line)(ac_release *r, ac_sv line, ac_err *err);
};
ac_line_rc ac_release_take(ac_release *r, const ac_item *item, ac_err *err);
ac_line_rc ac_release_leave(ac_release *r, ac_left why);

bool ac_release_rxnorm_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_rxnorm(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_umls_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_umls(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_types_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_types(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_loinc_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_loinc(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_descriptions_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_descriptions(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_concepts_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_concepts(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_order_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_order(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_atc_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_atc(ac_release *r, ac_sv line, ac_err *err);
bool ac_release_list_fits(ac_release *r, ac_sv line);
ac_line_rc ac_release_list(ac_release *r, ac_sv line, ac_err *err);

#endif
