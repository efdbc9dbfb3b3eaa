#!/bin/sh
# The server under load of npm's autocannon, and its streams as npm's ws and eventsource see them: run.sh [--if-there] [ACESO]
#   --if-there  skip (77) when the packages were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
how=
[ "${1:-}" = --if-there ] && { how=$1; shift; }
ACESO=${1:-$here/../../../build/release/aceso}
[ -x "$ACESO" ] || { echo "no program at $ACESO: build it first (cmake --workflow --preset release)" >&2; exit 2; }
. "$here/../npm.sh"
npm_packages "$here" "$how" || exit $?
LOAD_CLIENTS=$modules
export ACESO LOAD_CLIENTS
exec "$here/test_load.py"
