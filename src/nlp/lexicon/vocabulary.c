#include "nlp/lexicon/vocabulary.h"

#include "nlp/lexicon/pack.h"
#include "nlp/text/fold.h"

#include <stddef.h>
#include <string.h>

_Static_assert(sizeof(ac_vocab_header) <= AC_VOCAB_HEADER, "the header fits its place");

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static bool lies_within(ac_vocab_part p, ac_sv bytes, size_t size)
{
    return p.off >= AC_VOCAB_HEADER && p.off % sizeof(uint64_t) == 0 && p.off <= bytes.n && p.n <= bytes.n - p.off && p.n % size == 0;
}

static bool ends(const char *text, size_t max) { return memchr(text, '\0', max) != NULL; }

static bool filter_fits(ac_vocab_part p, ac_sv bytes)
{
    uint64_t n = p.n / sizeof(uint64_t);
    return lies_within(p, bytes, sizeof(uint64_t)) && n && !(n & (n - 1));
}

static bool parts_fit(const ac_vocab_header *h, ac_sv bytes)
{
    uint64_t nodes = h->nodes.n / sizeof(ac_vocab_node);
    return filter_fits(h->singles, bytes) && filter_fits(h->filter, bytes) && lies_within(h->nodes, bytes, sizeof(ac_vocab_node)) && h->places && h->places <= UINT32_MAX && nodes > h->places &&
           lies_within(h->entries, bytes, 1) && lies_within(h->codes, bytes, 1) &&
           lies_within(h->systems, bytes, sizeof(ac_vocab_system)) &&
           h->systems.n / sizeof(ac_vocab_system) <= AC_VOCAB_SYSTEMS_MAX;
}

ac_rc ac_vocab_open(ac_sv bytes, ac_vocab *out, ac_err *err)
{
    const ac_vocab_header *h = (const void *)bytes.p;
    static const char magic[] = AC_VOCAB_MAGIC;
    enum { NAME = sizeof magic - 2 }; /* without the version of the format */
    if (bytes.n < AC_VOCAB_HEADER || memcmp(h->magic, magic, NAME) != 0)
        return ac_fail(err, AC_EINPUT, "not a vocabulary of aceso");
    if (h->magic[NAME] != magic[NAME])
        return ac_fail(err, AC_EINPUT, "made by another version of aceso: import it again");
    if (h->check != ac_vocab_header_check(h))
        return ac_fail(err, AC_EINPUT, "the header is damaged");
    if (h->bytes != bytes.n)
        return ac_fail(err, AC_EINPUT, "%zu bytes long where %llu were written", bytes.n, (unsigned long long)h->bytes);
    if (!parts_fit(h, bytes) || !ends(h->name, sizeof h->name) || !ends(h->edition, sizeof h->edition) ||
        !ends(h->made, sizeof h->made) || !ends(h->licence, sizeof h->licence))
        return ac_fail(err, AC_EINPUT, "the header names parts that are not there");
    *out = (ac_vocab) { .header = h,
                        .singles = (const void *)(bytes.p + h->singles.off),
                        .filter = (const void *)(bytes.p + h->filter.off),
                        .nodes = (const void *)(bytes.p + h->nodes.off),
                        .entries = (const void *)(bytes.p + h->entries.off),
                        .codes = (const void *)(bytes.p + h->codes.off),
                        .systems = (const void *)(bytes.p + h->systems.off),
                        .singles_mask = h->singles.n / sizeof(uint64_t) - 1,
                        .filter_mask = h->filter.n / sizeof(uint64_t) - 1,
                        .edition = ac_sv_z(h->edition) };
    size_t n = strlen(h->name);
    memcpy(out->id, h->name, n);
    out->id[n] = '@';
    memcpy(out->id + n + 1, h->edition, strlen(h->edition));
    return AC_OK;
}

/* ---- finding ----------------------------------------------------------------------------------------------------- */

/* The hashes of the first words of what starts at one place, on their way through the pipeline of a scan. */
typedef struct {
    uint32_t at, n;
    uint32_t hash[AC_VOCAB_FILTER_WORDS];
} probe;

enum { AHEAD = 16 }; /* a power of two of probes are under way */

/* Does the filter know the first words, n of them, with that hash? */
static bool in_filter(const ac_vocab *v, uint32_t hash, uint32_t n)
{
    uint64_t mix = ac_vocab_filter_mix(hash), bits = ac_vocab_filter_bits(mix);
    uint64_t in = n == 1 ? v->singles[ac_vocab_filter_at(mix, v->singles_mask)] : v->filter[ac_vocab_filter_at(mix, v->filter_mask)];
    return (in & bits) == bits;
}

static uint64_t home(const ac_vocab *v, uint32_t hash) { return (uint64_t)hash * v->header->places >> 32; }

/* Hash the words and ask for the memory where the filter knows of them. A hash that ends in a blank is 0: no term does. */
static probe probe_at(const ac_vocab *v, const ac_folded *f, uint32_t at)
{
    probe p = { .at = at };
    uint32_t hash = 0;
    for (; p.n < AC_VOCAB_FILTER_WORDS && at < f->text.n; p.n++) {
        uint32_t word = f->words[at], n = word & AC_FOLD_WORD_MAX;
        if (!word || n == AC_FOLD_WORD_MAX) /* no term has such a word */
            break;
        hash = ac_pack_hash(hash, word);
        p.hash[p.n] = f->text.p[at] == ' ' ? 0 : hash;
        if (p.hash[p.n]) {
            uint64_t mix = ac_vocab_filter_mix(hash);
            __builtin_prefetch(p.n ? v->filter + ac_vocab_filter_at(mix, v->filter_mask) : v->singles + ac_vocab_filter_at(mix, v->singles_mask));
        }
        at += n;
    }
    return p;
}

/* What the filter says of a probe. The nodes that a walk will look at are on their way then. */
static ac_rc settle(const ac_vocab *v, const probe *p, ac_arena *arena, ac_vocab_starts *out, ac_err *err)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->hash[i] && in_filter(v, p->hash[i], i + 1)) {
            __builtin_prefetch(v->nodes + home(v, p->hash[i]));
            words |= 1u << i;
        }
    if (!words)
        return AC_OK;
    ac_vocab_start *slot = ac_vec_push(out, arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for the starts of terms");
    *slot = (ac_vocab_start) { p->at, words };
    return AC_OK;
}

/* The nodes are near by now: have the entries come that they lead to. */
static void fetch_entries(const ac_vocab *v, const ac_folded *f, const ac_vocab_starts *starts)
{
    for (size_t i = 0; i < starts->n; i++) {
        uint32_t hash = 0, at = starts->at[i].at;
        for (uint32_t words = 0; starts->at[i].words >> words; words++) {
            hash = ac_pack_hash(hash, f->words[at]);
            at += f->words[at] & AC_FOLD_WORD_MAX;
            const ac_vocab_node *node = v->nodes + home(v, hash);
            uint64_t entry = (uint64_t)(node->entry & ~AC_VOCAB_LONGER) * AC_VOCAB_ALIGN;
            if (starts->at[i].words >> words & 1 && entry < v->header->entries.n)
                __builtin_prefetch(v->entries + entry);
        }
    }
}

ac_rc ac_vocab_scan(const ac_vocab *v, const ac_folded *f, ac_arena *arena, ac_vocab_starts *out, ac_err *err)
{
    probe ring[AHEAD];
    size_t n = 0;
    for (uint32_t at = 0; at < f->text.n;) {
        uint32_t length = f->words[at] & AC_FOLD_WORD_MAX;
        if (f->words[at] && ac_fold_is_word_byte(f->text.p[at])) {
            probe *p = &ring[n++ % AHEAD];
            if (n > AHEAD)
                AC_TRY(err, settle(v, p, arena, out, err));
            *p = probe_at(v, f, at);
        }
        at += length ? length : 1;
    }
    for (size_t i = n > AHEAD ? n - AHEAD : 0; i < n; i++)
        AC_TRY(err, settle(v, &ring[i % AHEAD], arena, out, err));
    fetch_entries(v, f, out);
    return AC_OK;
}

/* The meanings behind the words of an entry; NULL when it has others or does not end within the file. */
static const ac_vocab_meaning *meanings_of(const ac_vocab *v, uint64_t at, ac_sv words, uint32_t *n)
{
    const uint64_t size = v->header->entries.n;
    if (at > size || words.n >= size - at || memcmp(v->entries + at, words.p, words.n) != 0 || v->entries[at + words.n])
        return NULL;
    at = ac_vocab_pad(at + words.n + 1, AC_VOCAB_ALIGN);
    const ac_vocab_meaning *first = (const void *)(v->entries + at);
    for (*n = 0; at <= size && size - at >= sizeof *first; at += sizeof *first)
        if (first[(*n)++].flags & AC_VOCAB_LAST)
            return first;
    return NULL;
}

/* The node of a hash or the first behind its home. None past the end is looked at, nor one that only damage could bring so far. */
static const ac_vocab_node *first_node(const ac_vocab *v, uint32_t hash, const ac_vocab_node **end)
{
    const ac_vocab_node *node = v->nodes + home(v, hash);
    *end = v->nodes + v->header->nodes.n / sizeof *node;
    *end = *end - node > AC_VOCAB_PROBES ? node + AC_VOCAB_PROBES : *end;
    while (node < *end && node->entry && node->hash < hash)
        node++;
    return node;
}

static const ac_vocab_meaning *find(const ac_vocab *v, uint32_t hash, ac_sv words, uint32_t *n, bool *longer)
{
    const ac_vocab_node *end, *node = first_node(v, hash, &end);
    const ac_vocab_meaning *found = NULL;
    *longer = false;
    for (; node < end && node->entry && node->hash == hash; node++) {
        uint64_t at = (uint64_t)(node->entry & ~AC_VOCAB_LONGER) * AC_VOCAB_ALIGN;
        *longer |= node->entry & AC_VOCAB_LONGER;
        if (at && !found)
            found = meanings_of(v, at, words, n);
    }
    return found;
}

bool ac_vocab_meaning_fits(const ac_vocab_meaning *m, ac_sv surface, ac_lang lang)
{
    if (!(m->langs >> lang & 1) || m->kind >= AC_KIND_COUNT)
        return false;
    for (size_t i = 0; m->flags & AC_VOCAB_CAPITALS && i < surface.n; i++)
        if (ac_is_lower(surface.p[i]))
            return false;
    return true;
}

static bool any_fits(const ac_vocab_hit *h, const ac_folded *f, ac_sv note_text, ac_lang lang)
{
    ac_sv surface = { "", 0 };
    for (uint32_t i = 0; i < h->n; i++) {
        if (!surface.n && h->meanings[i].flags & AC_VOCAB_CAPITALS)
            surface = ac_span_text(note_text, ac_fold_span(f, note_text, h->begin, h->end));
        if (ac_vocab_meaning_fits(&h->meanings[i], surface, lang))
            return true;
    }
    return false;
}

size_t ac_vocab_all(const ac_vocab *v, const ac_folded *f, ac_sv note_text, const ac_vocab_start *start, ac_lang lang, ac_vocab_hit *out,
                    size_t max)
{
    uint32_t hash = 0, at = start->at;
    size_t n = 0;
    bool longer = true;
    for (uint32_t words = 0; longer && n < max && at < f->text.n; words++) {
        uint32_t word = f->words[at], length = word & AC_FOLD_WORD_MAX;
        bool blank = f->text.p[at] == ' ';
        if (!word || length == AC_FOLD_WORD_MAX)
            break;
        hash = ac_pack_hash(hash, word);
        at += length;
        if (words < AC_VOCAB_FILTER_WORDS && !(start->words >> words & 1)) { /* no term ends here; do any go on? */
            longer = start->words >> words;
            continue;
        }
        if (blank) /* no node ends in one */
            continue;
        ac_vocab_hit hit = { start->at, at, NULL, 0 };
        hit.meanings = find(v, hash, ac_sv_sub(f->text, start->at, at), &hit.n, &longer);
        if (hit.meanings && any_fits(&hit, f, note_text, lang))
            out[n++] = hit;
    }
    return n;
}

/* ---- codes ------------------------------------------------------------------------------------------------------- */

ac_sv ac_vocab_system_of(const ac_vocab *v, const ac_vocab_meaning *m)
{
    const bool known = m->system < v->header->systems.n / sizeof(ac_vocab_system);
    return known && ends(v->systems[m->system].name, AC_VOCAB_NAME_MAX) ? ac_sv_z(v->systems[m->system].name) : (ac_sv) { "", 0 };
}

bool ac_vocab_code_of(const ac_vocab *v, const ac_vocab_meaning *m, ac_entity_code *out)
{
    const uint64_t at = (uint64_t)m->code * AC_VOCAB_ALIGN, size = v->header->codes.n;
    const ac_vocab_code *c = (const void *)(v->codes + at);
    const ac_sv system = ac_vocab_system_of(v, m);
    if (at > size || size - at < sizeof *c)
        return false;
    uint64_t text = at + sizeof *c, after = (uint64_t)c->code_n + 1 + c->display_n + 1;
    if (size - text < after)
        return false;
    const char *code = (const char *)v->codes + text, *display = code + c->code_n + 1;
    if (code[c->code_n] || display[c->display_n] || !system.n || !ends(v->systems[m->system].uri, AC_VOCAB_URI_MAX))
        return false;
    *out = (ac_entity_code) { .system = system, .uri = ac_sv_z(v->systems[m->system].uri), .code = { code, c->code_n },
                              .display = { display, c->display_n }, 
                              .vocabulary = ac_sv_z(v->id), .edition = v->edition,
                              .own_edition = v->systems[m->system].edition != 0 };
    return true;
}

/* ---- everything -------------------------------------------------------------------------------------------------- */

static size_t text_length(const unsigned char *text, uint64_t most)
{
    const unsigned char *end = memchr(text, '\0', most);
    return end ? (size_t)(end - text) : most;
}

/* Do the words of the entry lead to this node? */
static bool leads_here(const unsigned char *entry, uint64_t most, uint32_t hash)
{
    size_t n = text_length(entry, most);
    ac_sv words = { (const char *)entry, n };
    uint32_t h = 0;
    if (!n || n == most)
        return false;
    for (uint32_t at = 0; at < n;) {
        uint32_t word = ac_fold_word(words, at);
        h = ac_pack_hash(h, word);
        at += word & AC_FOLD_WORD_MAX;
    }
    return h == hash;
}

static ac_rc check_node(const ac_vocab *v, const ac_vocab_node *node, uint64_t *entries, ac_err *err)
{
    const uint64_t at = (uint64_t)(node->entry & ~AC_VOCAB_LONGER) * AC_VOCAB_ALIGN, size = v->header->entries.n;
    const unsigned char *entry = v->entries + at;
    uint32_t n;
    if (!at)
        return AC_OK;
    (*entries)++;
    if (at >= size || !leads_here(entry, size - at, node->hash))
        return ac_fail(err, AC_EINPUT, "a word leads to no term");
    const ac_vocab_meaning *m = meanings_of(v, at, ac_sv_z((const char *)entry), &n);
    if (!m)
        return ac_fail(err, AC_EINPUT, "a term has no end");
    for (uint32_t i = 0; i < n; i++) {
        ac_entity_code code;
        if (m[i].kind >= AC_KIND_COUNT || !m[i].langs || !ac_vocab_code_of(v, &m[i], &code))
            return ac_fail(err, AC_EINPUT, "a term has no code");
    }
    return AC_OK;
}

ac_rc ac_vocab_check(const ac_vocab *v, ac_err *err)
{
    const uint64_t n = v->header->nodes.n / sizeof(ac_vocab_node);
    uint64_t entries = 0, used = 0;
    uint32_t last = 0;
    if (v->nodes[n - 1].entry)
        return ac_fail(err, AC_EINPUT, "the table of words has no end");
    for (uint64_t i = 0; i < n; i++) {
        const ac_vocab_node *node = &v->nodes[i];
        if (!node->entry)
            continue;
        if (node->hash < last || ((uint64_t)node->hash * v->header->places >> 32) > i)
            return ac_fail(err, AC_EINPUT, "the table of words is out of order");
        last = node->hash;
        used++;
        AC_TRY(err, check_node(v, node, &entries, err));
    }
    if (entries != v->header->n_entries || used != v->header->n_nodes)
        return ac_fail(err, AC_EINPUT, "%llu terms where %llu were written", (unsigned long long)entries,
                       (unsigned long long)v->header->n_entries);
    return AC_OK;
}
