#include "main/mllp_seen.h"

ac_rc ac_mllp_seen_new(size_t max, ac_mllp_seen *out, ac_err *err)
{
    *out = (ac_mllp_seen) { .at = ac_mem_alloc(max * sizeof out->at[0]), .max = max };
    return out->at ? AC_OK : ac_fail(err, AC_ENOMEM, "no room to remember messages");
}

void ac_mllp_seen_cleanup(ac_mllp_seen *s) { ac_mem_free(s->at); }

static ac_mllp_known *find(const ac_mllp_seen *s, const ac_mllp_job *j)
{
    for (size_t i = 0; i < s->max; i++)
        if (s->at[i].print[0] == j->print[0] && s->at[i].print[1] == j->print[1] && s->at[i].state != AC_SEEN_NOTHING)
            return &s->at[i];
    return NULL;
}

const ac_mllp_known *ac_mllp_seen_find(const ac_mllp_seen *s, const ac_mllp_job *j) { return find(s, j); }

void ac_mllp_seen_begin(ac_mllp_seen *s, const ac_mllp_job *j)
{
    s->at[s->next] = (ac_mllp_known) { .print = { j->print[0], j->print[1] }, .state = AC_SEEN_RUNNING };
    s->next = (s->next + 1) % s->max;
}

void ac_mllp_seen_end(ac_mllp_seen *s, const ac_mllp_job *j)
{
    ac_mllp_known *k = find(s, j);
    if (!k)
        return;
    k->state = j->retry ? AC_SEEN_NOTHING : AC_SEEN_DONE;
    k->outcome = j->outcome;
    k->error = j->error;
    k->place = j->place;
    k->stored = j->stored;
}
