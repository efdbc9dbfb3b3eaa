#include "nlp/phi/phi.h"

#include "nlp/phi/phi_scan.h"
#include "nlp/phi/phi_value.h"

#define REPEATED 0.8f /* how sure a repeated value is, compared with the one it repeats */

static void (*const rules[])(ac_phi_scan *) = {
    ac_phi_rule_contact, ac_phi_rule_number,  ac_phi_rule_label,    ac_phi_rule_name,   ac_phi_rule_place,
    ac_phi_rule_street,  ac_phi_rule_address, ac_phi_rule_facility, ac_phi_rule_person, ac_phi_rule_said,
    ac_phi_rule_given,
};

/* A value that was found once is an identifier wherever it stands, also where no rule sees it. */
static ac_rc add_repeated_values(ac_note *note, ac_err *err)
{
    ac_phi_values values;
    ac_phi_pieces pieces = { 0 };
    AC_TRY(err, ac_phi_values_init(note, NULL, false, &values, err));
    AC_TRY(err, ac_phi_values_find(note, NULL, &values, &pieces, err));
    ac_phi_item *all = ac_arena_alloc(note->arena, pieces.n * sizeof *all);
    if (!all)
        return ac_fail(err, AC_ELIMIT, "no room for the identifiers of a note");
    for (size_t i = 0; i < pieces.n; i++) {
        const ac_phi_piece *p = &pieces.at[i];
        all[i] = note->phi.at[p->item];
        if (p->span.begin != all[i].span.begin || p->span.end != all[i].span.end) {
            all[i].span = p->span;
            all[i].confidence *= REPEATED;
            all[i].reason = "value found elsewhere in the note";
        }
    }
    note->phi = (ac_phi_list) { .at = all, .n = pieces.n, .cap = pieces.n };
    return AC_OK;
}

ac_rc ac_step_phi(ac_note *note, ac_err *err)
{
    ac_phi_scan scan;
    AC_TRY(err, ac_phi_scan_init(&scan, note, err));
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !scan.full; i++)
        rules[i](&scan);
    AC_TRY(err, ac_phi_repeat(&scan, err));
    AC_TRY(err, ac_phi_resolve(&scan, err));
    return add_repeated_values(note, err);
}
