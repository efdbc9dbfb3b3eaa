/** A disk for tests that fails when it is told to: writes that are not synchronised get lost with the power, one write
 * says that there is no room. Under it lies the real one, whose own cache is trusted. */
#ifndef AC_ADAPTER_SQLITE_FAULTY_TESTING_H
#define AC_ADAPTER_SQLITE_FAULTY_TESTING_H

#include <stdbool.h>
#include <stdint.h>

#define SQ_FAULTY "aceso-faulty"

/** The next store that is opened with it begins on a new disk. Its files have to be gone. */
void sq_faulty_begin(uint64_t seed);

/** After so many writes, truncations and synchronisations: the power goes, and whatever is asked for fails from then
 * on. 0: never. */
void sq_faulty_power(uint64_t after);

/** After so many writes there is no room for more, until it is called with 0. */
void sq_faulty_full(uint64_t after);
bool sq_faulty_met(void); /* has the fault been met? */

uint64_t sq_faulty_ops(void); /* writes, truncations and synchronisations since it began */

/** What is on the disk when the power is back: what was synchronised, and any part of what was not. All stores are
 * closed. The files are written anew. */
void sq_faulty_back(void);

#endif
