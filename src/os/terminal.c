#include "os/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 80 };

bool ac_is_terminal(int fd) { return isatty(fd) == 1; }

unsigned ac_terminal_width(int fd)
{
    struct winsize w;
    return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : WIDTH_DEFAULT;
}

bool ac_terminal_colour(int fd)
{
    const char *off = getenv("NO_COLOR"), *term = getenv("TERM");
    return ac_is_terminal(fd) && (!off || !*off) && term && strcmp(term, "dumb") != 0;
}

size_t ac_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}

static void close_file(FILE **f)
{
    if (*f)
        (void)fclose(*f);
}

void ac_machine_name(char *out, size_t cap)
{
    char line[512];
    struct utsname u;
    __attribute__((cleanup(close_file))) FILE *f = fopen("/proc/cpuinfo", "re");
    while (f && fgets(line, sizeof line, f)) {
        const char *name = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && name) {
            (void)snprintf(out, cap, "%.*s", (int)strcspn(name + 2, "\n"), name + 2);
            return;
        }
    }
    (void)snprintf(out, cap, "%s", uname(&u) == 0 ? u.machine : "unknown");
}

uint64_t ac_peak_rss(void)
{
    struct rusage u;
    return getrusage(RUSAGE_SELF, &u) == 0 ? (uint64_t)u.ru_maxrss * 1024u : 0;
}
