#!/bin/sh
# Write docs/man/*.1 from the program's own tables: scripts/man.sh [PROGRAM]
set -eu
cd "$(dirname "$0")/.."
program=${1:-build/release/aceso}
mkdir -p docs/man
"$program" --man aceso >docs/man/aceso.1
"$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | while read -r command; do
    "$program" --man "$command" >"docs/man/aceso-$command.1"
done
