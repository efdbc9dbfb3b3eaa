#!/bin/sh
# Fuzz one target (or each in turn) for some seconds; new inputs go to build/fuzz/new: fuzz.sh [TARGET] [SECONDS]
set -eu
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null && cmake --build --preset fuzz
for f in test/fuzz/fuzz_${1:-*}.c; do
    name=$(basename "$f" .c)
    mkdir -p "build/fuzz/new/$name" "test/fuzz/corpus/${name#fuzz_}"
    "build/fuzz/$name" -max_total_time="${2:-60}" -rss_limit_mb=2048 -timeout=10 "build/fuzz/new/$name" "test/fuzz/corpus/${name#fuzz_}"
done
