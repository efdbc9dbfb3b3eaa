/** What the other end of a descriptor is, and what this process may use. */
#ifndef AC_OS_TERMINAL_H
#define AC_OS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool ac_is_terminal(int fd);
unsigned ac_terminal_width(int fd);  /* columns; 80 when unknown */
bool ac_terminal_colour(int fd);     /* a terminal that is not "dumb", and NO_COLOR is not set (no-color.org) */

size_t ac_cores(void);               /* processors this process may use; at least 1 */
void ac_machine_name(char *out, size_t cap); /* of the processor, or its architecture; cap at least 1 */
uint64_t ac_rss(void);               /* bytes of memory that this process has now; 0: unknown */
double ac_cpu_seconds(void);         /* that its threads have had */
uint64_t ac_peak_rss(void);          /* bytes, of this process so far; 0: unknown */

#endif
