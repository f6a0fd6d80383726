#!/usr/bin/env bash
# Builds the playground's page: src/ -> dist/, which is committed, so that nobody needs Node to use it.
#
#   ./build.sh          needs Node 20 or newer, npm, and the npm registry
#
# 1. `npm ci` installs exactly what package-lock.json pins (no install scripts run);
# 2. `tsc` checks the types;
# 3. esbuild bundles JavaScript and CSS, with every licence of what is in the bundle beside them;
# 4. node_modules goes again.
# The same sources and the same lock file give the same bytes: no time, path or hash is in the output.
set -euo pipefail
cd "$(dirname "$0")"

npm ci --ignore-scripts --no-audit --no-fund
npx --no-install tsc --noEmit
node build.mjs
rm -rf node_modules
