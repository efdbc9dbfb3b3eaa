/** What every keeper of blobs has to do (port/blobs.h), as tests over whichever adapter opens one. */
#ifndef AC_TEST_BLOBS_CONTRACT_H
#define AC_TEST_BLOBS_CONTRACT_H

#include "kit/test.h"
#include "port/blobs.h"

typedef struct {
    ac_blobs *(*open)(void *context); /* again after a free: what was in it is there */
    void (*clear)(void *context);     /* the next one that is opened is empty */
    void *context;
} ac_blobs_maker;

#define AC_BLOBS_CONTRACT(X)                                                                                           \
    X(a_blob_comes_back)                                                                                               \
    X(a_blob_is_read_in_parts)                                                                                         \
    X(an_abandoned_blob_is_not_there)                                                                                  \
    X(an_id_is_taken_once)                                                                                             \
    X(one_takes_the_place_of_another_as_a_whole)                                                                       \
    X(blobs_are_there_after_opening_again)                                                                             \
    X(a_removed_blob_is_gone)                                                                                          \
    X(many_threads_write)

#define AC_BLOBS_CASE(name) void ac_blobs_case_##name(const ac_blobs_maker *m);
AC_BLOBS_CONTRACT(AC_BLOBS_CASE)
#undef AC_BLOBS_CASE

ac_id ac_blobs_id(unsigned n);
/** Write it as a whole. */
ac_rc ac_blobs_put(ac_blobs *b, ac_id id, ac_sv bytes);

#endif
