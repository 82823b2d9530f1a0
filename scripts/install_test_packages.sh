#!/usr/bin/env bash
# Fetches the npm packages of every tests/*/package-lock.json: official clients that drive the program in tests. Where Node or the packages
# are missing, the tests that need them are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  echo "npm is missing: tests with official clients will be skipped"
  exit 0
fi
for lock in tests/*/package-lock.json clients/typescript/example/package-lock.json; do
  folder=$(dirname "$lock")
  # Packages are fetched again only when the list of them changes.
  if ! cmp -s "$lock" "$folder/node_modules/.sosia-lock"; then
    # `npm ci` refuses a list that leaves out other platforms' optional packages, which a registry may not have; `npm install` does not.
    quiet=(--ignore-scripts --no-audit --no-fund --loglevel=error)
    (cd "$folder" && { npm ci "${quiet[@]}" >/dev/null 2>&1 || npm install --no-save "${quiet[@]}"; })
    cp "$lock" "$folder/node_modules/.sosia-lock"
  fi
done
