#include "net/hand.h"

#include "os/crew.h"

typedef struct {
    ac_crew_task task;
    void (*run)(void *arg);
    ac_http_request *r;
    void (*work)(ac_http_request *r, void *arg);
    void *arg;
} handed;

static void go(ac_crew_task *t, size_t thread)
{
    handed h = *(handed *)t;
    (void)thread;
    ac_mem_free(t);
    if (h.run)
        h.run(h.arg);
    else
        h.work(h.r, h.arg);
}

static ac_rc submit(ac_crew *crew, handed *h, ac_err *err)
{
    h->task.run = go;
    ac_rc rc = ac_crew_submit(crew, &h->task, err);
    if (rc != AC_OK)
        ac_mem_free(h);
    return rc;
}

ac_rc ac_hand(ac_crew *crew, void (*run)(void *arg), void *arg, ac_err *err)
{
    handed *h = ac_mem_alloc(sizeof *h);
    if (!h)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    h->run = run;
    h->arg = arg;
    return submit(crew, h, err);
}

/* Held before it is handed over: the thread may be done with it before this one goes on. */
void ac_http_hand(ac_http_request *r, ac_crew *crew, void (*work)(ac_http_request *r, void *arg), void *arg)
{
    handed *h = ac_mem_alloc(sizeof *h);
    ac_http_hold(r);
    if (h) {
        h->r = r;
        h->work = work;
        h->arg = arg;
    }
    if (h && submit(crew, h, NULL) == AC_OK)
        return;
    ac_reply *full = ac_reply_error(503, "overloaded", AC_SV("too much is waiting, try again"), AC_SV(""));
    ac_reply_header(full, "Retry-After", AC_SV("1"));
    ac_http_answer(r, full);
}
