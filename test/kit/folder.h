/** Test kit: a folder of this process alone, for tests of several builds run at once. */
#ifndef AC_TEST_KIT_FOLDER_H
#define AC_TEST_KIT_FOLDER_H

/** "/tmp/aceso-NAME-test-PID", and below it "/REST" unless that is "". Not made. Valid until the eighth call after it.
 */
const char *ac_test_folder(const char *name, const char *rest);

/** With all that is in it, at most two folders deep; fine when it is not there. */
void ac_test_remove(const char *path);

#endif
