#!/usr/bin/env bash
# Fetches the npm packages of every tests/*/package-lock.json: official clients that drive the program in tests. Where Node or the packages
# are missing, the tests that need them are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  echo "npm is missing: tests with official clients will be skipped"
  exit 0
fi
for lock in tests/*/package-lock.json; do
  folder=$(dirname "$lock")
  # Packages are fetched again only when the list of them changes.
  if ! cmp -s "$lock" "$folder/node_modules/.sosia-lock"; then
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$lock" "$folder/node_modules/.sosia-lock"
  fi
done
