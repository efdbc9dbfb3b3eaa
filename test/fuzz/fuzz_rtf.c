/* RTF of any bytes. */
#include "adapter/markup/rtf.h"
#include "fuzz/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) { return fuzz_markup(rtf_read, data, n); }
