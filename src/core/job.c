#include "core/job.h"

#define STATE_NAME(id, name, ended)  [id] = name,
#define STATE_ENDED(id, name, ended) [id] = ended,
#define KIND_NAME(id, name)          [id] = name,
static const char *const state_names[AC_JOB_STATES] = { AC_JOB_STATE_LIST(STATE_NAME) };
static const bool state_ended[AC_JOB_STATES] = { AC_JOB_STATE_LIST(STATE_ENDED) };
static const char *const kind_names[AC_JOB_KINDS] = { AC_JOB_KIND_LIST(KIND_NAME) };

enum {
    Q = 1 << AC_JOB_QUEUED,
    R = 1 << AC_JOB_RUNNING,
    C = 1 << AC_JOB_COMPLETED,
    I = 1 << AC_JOB_INCOMPLETE,
    F = 1 << AC_JOB_FAILED,
    X = 1 << AC_JOB_CANCELLED,
    D = 1 << AC_JOB_DEAD
};

/* A running job goes back to the queue when its worker is lost or asks for another try; a dead one when an operator
 * says so. */
static const int may[AC_JOB_STATES] = {
    [AC_JOB_QUEUED] = R | X,
    [AC_JOB_RUNNING] = Q | C | I | F | X | D,
    [AC_JOB_DEAD] = Q,
};

const char *ac_job_state_name(ac_job_state s) { return state_names[s]; }
const char *ac_job_kind_name(ac_job_kind k) { return kind_names[k]; }
bool ac_job_ended(ac_job_state s) { return state_ended[s]; }
bool ac_job_may(ac_job_state from, ac_job_state to) { return may[from] >> to & 1; }

bool ac_job_state_parse(ac_sv word, ac_job_state *out)
{
    for (int s = 0; s < AC_JOB_STATES; s++)
        if (ac_sv_eq(word, ac_sv_z(state_names[s]))) {
            *out = (ac_job_state)s;
            return true;
        }
    return false;
}
