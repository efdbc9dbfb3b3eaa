#!/bin/sh
# Have other people's linters judge /openapi.json: run.sh [--if-there] [ACESO]
#   --if-there  leave with 77 when the packages were not fetched before, instead of fetching them
#   ACESO       the program, build/release/aceso unless given
# The first run fetches the packages of the lock file (npm ci) into a cache outside the tree; later ones need no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
how=
[ "${1:-}" = --if-there ] && { how=$1; shift; }
aceso=${1:-$here/../../../build/release/aceso}
[ -x "$aceso" ] || { echo "no program at $aceso: build it first (cmake --workflow --preset release)" >&2; exit 2; }
. "$here/../npm.sh"
npm_packages "$here" "$how" || exit $?

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || :; rm -rf "$work"' EXIT INT TERM
"$aceso" serve --data "$work/data" --listen 127.0.0.1:0 --oidc-issuer http://127.0.0.1:9 --oidc-audience aceso >"$work/out" 2>"$work/err" &
server=$!
waited=0
until address=$(sed -n 's/^listening on //p' "$work/out") && [ -n "$address" ]; do
    waited=$((waited + 1))
    [ "$waited" -lt 200 ] && kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
    sleep 0.05
done
"$node" -e 'fetch(process.argv[1]).then(r => r.text()).then(t => require("fs").writeFileSync(process.argv[2], t))' \
    "$address/openapi.json" "$work/openapi.json"

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
"$node" "$modules/node_modules/@redocly/cli/bin/cli.js" lint --config "$here/redocly.yaml" "$work/openapi.json"
"$node" "$modules/node_modules/@stoplight/spectral-cli/dist/index.js" lint --fail-severity=hint \
    --ruleset "$here/spectral.yaml" "$work/openapi.json"
