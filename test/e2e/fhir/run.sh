#!/bin/sh
# Have other people's validators judge what `aceso` writes: run.sh [ACESO] [WORK_DIR]
#   ACESO     the program, build/release/aceso unless given
#   WORK_DIR  where bundles and results are written and kept; a temporary folder unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
aceso=${1:-$root/build/release/aceso}
[ -x "$aceso" ] || { echo "no program at $aceso: build it first (cmake --workflow --preset release)" >&2; exit 2; }
. "$here/../npm.sh"
npm_packages "$here" || exit $?

if [ $# -gt 1 ]; then
    work=$2
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT INT TERM
fi
mkdir -p "$work/bundles" "$work/identified" "$work/results"
notes="$root/data/samples $root/test/golden/notes"
# shellcheck disable=SC2086  # two folders
"$aceso" fhir --quiet --out "$work/bundles" $notes
# shellcheck disable=SC2086
"$aceso" fhir --quiet --identified --note-date 2024-05-10 --out "$work/identified" $notes
# shellcheck disable=SC2086
"$aceso" process --quiet --format json --out "$work/results" $notes

export ACESO_E2E_MODULES="$modules"
"$node" --no-warnings "$here/validate.mjs" "$work/bundles" --planted --results "$root/docs/schema/result-1.json" "$work/results"
"$node" --no-warnings "$here/validate.mjs" "$work/identified"

# the audit log of a server, after some of everything
ACESO=$aceso "$here/audit.py" "$work/audit"
"$node" --no-warnings "$here/validate.mjs" "$work/audit"

# HL7's own examples through our reader and writer
tests=$(dirname "$aceso")/ac_tests
if [ -x "$tests" ]; then
    mkdir -p "$work/back"
    find "$modules/node_modules/hl7.fhir.r4.examples" -maxdepth 1 -name '*.json' >"$work/examples.txt"
    AC_FHIR_IN="$work/examples.txt" AC_FHIR_BACK="$work/back" "$tests" fhir_read >"$work/read.log" 2>&1 ||
        { cat "$work/read.log" >&2; exit 1; }
    # HL7 v2 messages as bundles
    "$here/../hl7/fields.py" "$tests" --bundles "$work/hl7"
    "$node" --no-warnings "$here/validate.mjs" "$work/hl7" --sent
    # a C-CDA document as a bundle
    ACESO=$aceso "$here/../ccda/fields.py" --keep "$work/ccda"
    "$node" --no-warnings "$here/validate.mjs" "$work/ccda" --sent
    "$node" --no-warnings "$here/roundtrip.mjs" "$modules/node_modules/hl7.fhir.r4.examples" "$work/back"
else
    echo "skipped: the round trip of HL7's examples: no $tests"
fi
