#include "nlp/phi.h"

#include "nlp/phi_scan.h"

static void (*const rules[])(ac_phi_scan *) = {
    ac_phi_rule_contact, ac_phi_rule_number,  ac_phi_rule_label,    ac_phi_rule_name,   ac_phi_rule_place,
    ac_phi_rule_street,  ac_phi_rule_address, ac_phi_rule_facility, ac_phi_rule_person,
};

ac_rc ac_step_phi(ac_note *note, ac_err *err)
{
    ac_phi_scan scan;
    AC_TRY(err, ac_phi_scan_init(&scan, note, err));
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && !scan.full; i++)
        rules[i](&scan);
    AC_TRY(err, ac_phi_repeat(&scan, err));
    return ac_phi_resolve(&scan, err);
}
