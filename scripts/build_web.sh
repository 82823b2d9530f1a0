#!/bin/sh
# Builds web/ into one HTML page: build_web.sh OUT [AUTO|ON|OFF]. Without Node 20 and npm, or when npm cannot fetch the packages, OUT is
# left empty and the build goes on without it (AUTO), or fails (ON).
set -eu
out=$1
mode=${2:-AUTO}
web=$(cd "$(dirname "$0")/../web" && pwd)
mkdir -p "$(dirname "$out")"

without() {
    echo "web: $1; sosia is built without report.html" >&2
    [ "$mode" != ON ] || exit 1
    : >"$out"
    exit 0
}

[ "$mode" != OFF ] || without "switched off (SOSIA_WEB=OFF)"
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || without "node and npm are not installed (Node 20 is needed)"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || without "Node $(node --version) is too old (20 is needed)"

cd "$web"
# Packages are fetched again only when the list of them changes.
if ! cmp -s package-lock.json node_modules/.sosia-lock; then
    npm ci --no-fund --no-audit --loglevel=error >&2 || without "npm could not fetch the packages"
    cp package-lock.json node_modules/.sosia-lock
fi
npm run --silent build -- --outDir "$(dirname "$out")/dist" >&2
node scripts/shell.mjs "$(dirname "$out")/dist" "$out"
