#!/bin/sh
# Traces as a collector gets them, judged by OpenTelemetry's own message types, too: run.sh [--if-there] [ACESO]
#   --if-there  leave those out when they were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
how=
[ "${1:-}" = --if-there ] && { how=$1; shift; }
ACESO=${1:-$here/../../../build/release/aceso}
[ -x "$ACESO" ] || { echo "no program at $ACESO: build it first (cmake --workflow --preset release)" >&2; exit 2; }
. "$here/../npm.sh"
npm_packages "$here" "$how" || [ $? = 77 ] || exit 1 # the one test that needs them is skipped then, and says why
OTLP_JUDGE=$modules
export ACESO OTLP_JUDGE
exec "$here/../server/test_traces.py"
