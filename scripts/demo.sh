#!/bin/sh
# Simulated users rehearse an example agent with a planted bug; then the first failed transcript.
set -eu
cd "$(dirname "$0")/.."
sosia=build/release/sosia
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export SOSIA_STORE="$out/runs.db"

echo "The refund desk, an agent in plain Python, as it should be:"
echo "  \$ sosia run examples/refund-desk --tag smoke"
echo
$sosia run examples/refund-desk --tag smoke || true
echo
echo "The same agent with a planted bug: it invents a guarantee that no policy knows."
echo "  \$ BUG=invents-policy sosia run examples/refund-desk --tag smoke"
echo
BUG=invents-policy $sosia run examples/refund-desk --tag smoke --out "$out/results" || true
echo
id=$(python3 - "$out/results/run.json" <<'PY'
import json, sys
findings = json.load(open(sys.argv[1]))["findings"]
print(findings[0]["examples"][0]["conversation"] if findings else "")
PY
)
if [ -n "$id" ]; then
    echo "  \$ sosia show $id --why"
    echo
    $sosia show "$id" --why
fi
