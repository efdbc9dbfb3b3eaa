#include "os/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <time.h>
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

/* The rest of the first line of a file of /proc that begins with key, behind the colon. */
static bool proc_value(const char *path, const char *key, char *out, size_t cap)
{
    char line[512];
    __attribute__((cleanup(close_file))) FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        const char *value = strchr(line, ':');
        if (!value || strncmp(line, key, strlen(key)) != 0)
            continue;
        value += 1 + strspn(value + 1, " \t");
        (void)snprintf(out, cap, "%.*s", (int)strcspn(value, "\n"), value);
        return true;
    }
    return false;
}

void ac_machine_name(char *out, size_t cap)
{
    struct utsname u;
    if (!proc_value("/proc/cpuinfo", "model name", out, cap))
        (void)snprintf(out, cap, "%s", uname(&u) == 0 ? u.machine : "unknown");
}

static uint64_t memory_of(const char *key)
{
    char value[64];
    uint64_t kb = 0;
    if (!proc_value("/proc/self/status", key, value, sizeof value))
        return 0;
    for (const char *c = value; *c >= '0' && *c <= '9'; c++)
        kb = kb * 10 + (uint64_t)(*c - '0');
    return kb * 1024;
}

/* getrusage would count what the process that started us had before. */
uint64_t ac_peak_rss(void) { return memory_of("VmHWM"); }
uint64_t ac_rss(void) { return memory_of("VmRSS"); }

double ac_cpu_seconds(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
