#!/bin/sh
# Traces as a collector gets them, judged by OpenTelemetry's own message types, too: run.sh [--if-there] [ACESO]
#   --if-there  leave those out when they were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fetch=true
[ "${1:-}" = --if-there ] && { fetch=false; shift; }
ACESO=${1:-$here/../../../build/release/aceso}
[ -x "$ACESO" ] || { echo "no program at $ACESO: build it first (cmake --workflow --preset release)" >&2; exit 2; }

lock=$(sha256sum "$here/package-lock.json" | cut -c1-16)
OTLP_JUDGE=${XDG_CACHE_HOME:-$HOME/.cache}/aceso/e2e-otlp-$lock
if [ ! -d "$OTLP_JUDGE" ] && $fetch; then
    fresh=$OTLP_JUDGE.$$
    mkdir -p "$fresh"
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$fresh"
    (cd "$fresh" && npm ci --ignore-scripts --loglevel=error >&2) || { rm -rf "$fresh"; exit 1; }
    mv -T "$fresh" "$OTLP_JUDGE" 2>/dev/null || rm -rf "$fresh" # somebody else was faster
fi
export ACESO OTLP_JUDGE
exec "$here/../server/test_traces.py"
