#!/bin/sh
# Single sign-on with an issuer that this project did not write: run.sh [--if-there] [ACESO] [TEST...]
#   --if-there  leave with 77 when the packages were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
how=
[ "${1:-}" = --if-there ] && { how=$1; shift; }
aceso=${1:-$here/../../../build/release/aceso}
[ $# -eq 0 ] || shift
[ -x "$aceso" ] || { echo "no program at $aceso: build it first (cmake --workflow --preset release)" >&2; exit 2; }
. "$here/../npm.sh"
npm_packages "$here" "$how" || exit $?

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cp "$here/issuer.mjs" "$work"
ln -s "$modules/node_modules" "$work/node_modules"
ACESO=$aceso ISSUER="$node $work/issuer.mjs" python3 "$here/../server/test_oidc.py" "$@"
