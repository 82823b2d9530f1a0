#!/usr/bin/env bash
# Fetches the npm packages that tests drive the program with: the official clients of providers (tests/sdk) and of MCP (tests/mcp). Tests that
# need them are skipped where they, or Node, are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
  echo "npm is missing: the tests that need tests/sdk and tests/mcp will be skipped"
  exit 0
fi
for folder in tests/sdk tests/mcp; do
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund)
done
