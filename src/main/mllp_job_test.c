#include "main/mllp_job.h"
#include "main/mllp_seen.h"

#include "kit/test.h"
#include "os/durable.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD(id, more) "MSH|^~\\&|LAB|HOSP|ACE|SITE|20260301115900||ORU^R01|" id "|P|2.5" more "\r"
#define BODY "PID|1||1^^^H||Roe^Jane\rOBX|1|NM|2345-7^Glucose^LN||182|mg/dL\r"

typedef struct {
    char dir[32];
    ac_settings settings;
    ac_mllp_folders folders;
    ac_arena *arena;
} place;

static void set_up(place *p)
{
    *p = (place) { .dir = "/tmp/aceso-mllp-XXXXXX",
                   .settings = { .command = AC_CMD_SERVE, .format = AC_FORMAT_JSON, .parts = AC_PART_ENTITIES, .max_bytes = 1 << 20, .jobs = 1 } };
    CHECK(mkdtemp(p->dir));
    p->settings.out_dir = p->dir;
    CHECK(ac_mac_key_random(&p->settings.key, NULL) == AC_OK);
    CHECK(ac_mllp_folders_open(&p->settings, &p->folders, NULL) == AC_OK);
}

static size_t files(const place *p, const char *folder, bool remove)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_names names = { 0 };
    CHECK(ac_dir_walk(folder, arena, &names, NULL) == AC_OK);
    for (size_t i = 0; remove && i < names.n; i++)
        (void)unlink(names.at[i].p);
    (void)p;
    return names.n;
}

static void tear_down(place *p)
{
    char lock[64];
    (void)snprintf(lock, sizeof lock, "%s/.lock", p->dir);
    (void)files(p, p->dir, true);
    CHECK(unlink(lock) == 0 && rmdir(p->folders.incoming) == 0 && rmdir(p->folders.rejected) == 0 && rmdir(p->dir) == 0);
    ac_mllp_folders_cleanup(&p->folders);
    ac_arena_free(p->arena);
}

static ac_mllp_job job_of(const place *p, ac_sv message)
{
    ac_mllp_job j = { .folders = &p->folders, .message = AC_SB(1 << 20), .number = 7 };
    ac_sb_add(&j.message, message);
    return j;
}

static size_t run(place *p, ac_mllp_job *j)
{
    size_t steps = 0;
    for (; j->next != AC_MLLP_DONE; steps++)
        ac_mllp_job_step(&p->arena, j);
    return steps;
}

AC_TEST(mllp_job, a_result_is_there_when_it_is_done)
{
    place p;
    set_up(&p);
    ac_mllp_job j = job_of(&p, AC_SV(HEAD("../a b", "") BODY));
    CHECK(run(&p, &j) == 2 && j.outcome == AC_HL7_TAKEN && !j.enhanced && j.printed);
    CHECK(strlen(j.name) == 16 + 7 + 7 && strcmp(j.name + 16, "-000007-.._a_b") == 0);
    CHECK(files(&p, p.dir, false) == 1 && files(&p, p.folders.incoming, false) == 0);
    j.next = AC_MLLP_PROCESS; /* the same name once more: both stay */
    CHECK(run(&p, &j) == 1 && j.outcome == AC_HL7_TAKEN && files(&p, p.dir, false) == 2);
    ac_mllp_job_cleanup(&j);
    tear_down(&p);
}

AC_TEST(mllp_job, enhanced_mode_stores_first_and_another_process_may_go_on)
{
    place p;
    set_up(&p);
    ac_mllp_job j = job_of(&p, AC_SV(HEAD("1", "|||AL|AL") BODY));
    ac_mllp_job_step(&p.arena, &j);
    CHECK(j.next == AC_MLLP_STORE && j.enhanced && !j.stored);
    ac_mllp_job_step(&p.arena, &j);
    CHECK(j.next == AC_MLLP_PROCESS && j.stored && files(&p, p.folders.incoming, false) == 1);
    ac_mllp_job next = { .folders = &p.folders, .message = AC_SB(1 << 20), .next = AC_MLLP_LOAD };
    memcpy(next.name, j.name, sizeof next.name);
    CHECK(run(&p, &next) == 2 && next.outcome == AC_HL7_TAKEN && files(&p, p.dir, false) == 1 && files(&p, p.folders.incoming, false) == 0);
    next.next = AC_MLLP_PROCESS; /* that one, too, was killed before it could say that it was done */
    CHECK(run(&p, &next) == 1 && next.outcome == AC_HL7_TAKEN && files(&p, p.dir, false) == 1);
    ac_mllp_job_cleanup(&j);
    ac_mllp_job_cleanup(&next);
    tear_down(&p);
}

AC_TEST(mllp_job, what_gives_no_result_is_kept)
{
    static const struct {
        ac_sv message;
        ac_hl7_outcome outcome;
        ac_hl7_error error;
    } rows[] = {
        { AC_SV(""), AC_HL7_REFUSED, AC_HL7_E_SEQUENCE },
        { AC_SV("a letter"), AC_HL7_REFUSED, AC_HL7_E_SEQUENCE },
        { AC_SV(HEAD("", "") BODY), AC_HL7_FAILED, AC_HL7_E_REQUIRED },
        { AC_SV(HEAD("1", "||||||KLINGON") BODY), AC_HL7_REFUSED, AC_HL7_E_TABLE },
        { AC_SV("MSH|^~\\&|||||||ORU^R01|1|P|3\r" BODY), AC_HL7_REFUSED, AC_HL7_E_UNSUPPORTED_VERSION },
        { AC_SV("MSH|^~\\&|||||||oru^R01|1|P|2.3\r" BODY), AC_HL7_REFUSED, AC_HL7_E_UNSUPPORTED_TYPE },
        { AC_SV(HEAD("1", "") BODY HEAD("2", "") BODY), AC_HL7_FAILED, AC_HL7_E_TYPE },
    };
    place p;
    set_up(&p);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_mllp_job j = job_of(&p, rows[i].message);
        (void)run(&p, &j);
        CHECK(j.outcome == rows[i].outcome && j.error == rows[i].error && j.rc == AC_EINPUT && !j.retry);
        CHECK(files(&p, p.folders.rejected, true) == 1);
        ac_mllp_job_cleanup(&j);
    }
    ac_mllp_job ack = job_of(&p, AC_SV("MSH|^~\\&|||||||ACK|1|P|2.3\rMSA|AA|1\r"));
    CHECK(run(&p, &ack) == 2 && ack.silent && files(&p, p.dir, false) == 0);
    ac_mllp_job_cleanup(&ack);
    tear_down(&p);
}

AC_TEST(mllp_job, a_disk_that_fails_is_not_the_messages_fault)
{
    place p;
    set_up(&p);
    p.folders.out = "/nonexistent/aceso";
    ac_mllp_job j = job_of(&p, AC_SV(HEAD("1", "") BODY));
    (void)run(&p, &j);
    CHECK(j.outcome == AC_HL7_REFUSED && j.error == AC_HL7_E_INTERNAL && j.retry && files(&p, p.dir, false) == 0);
    ac_mllp_job_cleanup(&j);
    tear_down(&p);
}

AC_TEST(mllp_seen, the_oldest_is_forgotten_and_failures_of_ours_are)
{
    enum { MAX = 3 };
    ac_mllp_seen seen = { 0 };
    CHECK(ac_mllp_seen_new(MAX, &seen, NULL) == AC_OK);
    ac_mllp_job j[MAX + 1] = { 0 };
    for (uint64_t i = 0; i <= MAX; i++) {
        j[i].print[0] = i / 2;
        j[i].print[1] = i;
        CHECK(!ac_mllp_seen_find(&seen, &j[i]));
        ac_mllp_seen_begin(&seen, &j[i]);
        CHECK(ac_mllp_seen_find(&seen, &j[i])->state == AC_SEEN_RUNNING);
    }
    CHECK(!ac_mllp_seen_find(&seen, &j[0]));
    j[1].outcome = AC_HL7_FAILED;
    j[2].retry = true;
    for (size_t i = 0; i <= MAX; i++)
        ac_mllp_seen_end(&seen, &j[i]);
    CHECK(ac_mllp_seen_find(&seen, &j[1])->outcome == AC_HL7_FAILED && ac_mllp_seen_find(&seen, &j[1])->state == AC_SEEN_DONE);
    CHECK(!ac_mllp_seen_find(&seen, &j[2]));
    ac_mllp_seen_cleanup(&seen);
}
