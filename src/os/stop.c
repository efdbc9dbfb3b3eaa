#include "os/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static atomic_int asked; /* lock-free: a signal handler may write it, and any thread read it */

static void on_signal(int number) { asked = number; }

void ac_stop_install(void)
{
    struct sigaction a;
    asked = 0;
    memset(&a, 0, sizeof a);
    a.sa_handler = on_signal;
    a.sa_flags = (int)SA_RESETHAND;
    (void)sigaction(SIGINT, &a, NULL);
    (void)sigaction(SIGTERM, &a, NULL);
    a.sa_handler = SIG_IGN;
    a.sa_flags = 0;
    (void)sigaction(SIGPIPE, &a, NULL);
}

int ac_stop_signal(void) { return asked; }
