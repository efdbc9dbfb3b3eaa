#!/bin/sh
# clang-tidy and cppcheck over the sources.
set -eu
cd "$(dirname "$0")/.."
cmake -S . -B build/lint -G Ninja -DCMAKE_BUILD_TYPE=Debug >/dev/null # the commands alone; a folder that no build writes to meanwhile
files=$(find src -name '*.c' -o -name '*.cc' | sort)
printf '%s\n' $files | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/lint 2>build/tidy.err || { tail -n 5 build/tidy.err; exit 1; }
cppcheck --quiet --error-exitcode=1 --std=c11 -j "$(nproc)" --enable=warning,performance,portability --inline-suppr \
    --suppressions-list=scripts/cppcheck.txt -I src -D__extension__= -D__CPPCHECK__ src
echo "lint: $(printf '%s\n' $files | wc -l) files, clang-tidy and cppcheck clean"
