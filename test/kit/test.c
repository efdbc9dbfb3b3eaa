#include "kit/test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TESTS_MAX = 4096, NAME_MAX_BYTES = 160 };

static struct CMUnitTest tests[TESTS_MAX];
static char names[TESTS_MAX][NAME_MAX_BYTES];
static void (*bodies[TESTS_MAX])(void);
static size_t count;
static atomic_int failed_now;

static void run_one(void **state)
{
    atomic_store(&failed_now, 0);
    (*(void (**)(void))*state)();
    if (atomic_load(&failed_now))
        fail_msg("%d checks failed", atomic_load(&failed_now));
}

void ac_test_add(const char *suite, const char *name, void (*run)(void))
{
    if (count == TESTS_MAX) {
        fprintf(stderr, "more than %d tests: raise TESTS_MAX\n", TESTS_MAX);
        count = 0; /* no test at all fails the run below */
        return;
    }
    (void)snprintf(names[count], sizeof names[count], "%s %s", suite, name);
    bodies[count] = run;
    tests[count] = (struct CMUnitTest) { names[count], run_one, NULL, NULL, &bodies[count] };
    count++;
}

void ac_test_check(int ok, const char *expr, const char *file, int line)
{
    if (ok)
        return;
    atomic_fetch_add(&failed_now, 1);
    fprintf(stderr, "# %s:%d: %s\n", file, line, expr);
}

/* The suites named on the command line; all of them without. */
static size_t select_suites(int argc, char **argv)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool wanted = argc < 2;
        for (int a = 1; a < argc && !wanted; a++)
            wanted = strncmp(names[i], argv[a], strlen(argv[a])) == 0 && names[i][strlen(argv[a])] == ' ';
        if (wanted)
            tests[n++] = tests[i];
    }
    return n;
}

int main(int argc, char **argv)
{
    size_t n = select_suites(argc, argv);
    return n ? _cmocka_run_group_tests("aceso", tests, n, NULL, NULL) : 1;
}
