#!/usr/bin/env bash
# Runs every fuzzer in build/fuzz for FUZZ_SECONDS (default 30), from the seeds in tests/fuzz/<name> and from what earlier runs found
# (build/fuzz/corpus). What breaks one is kept in build/fuzz/crashes and makes this script fail. FUZZ names one fuzzer: FUZZ=agent_reply.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-30}
failed=0
for binary in build/fuzz/*${FUZZ:-}*_fuzz; do
  name=$(basename "$binary" _fuzz)
  corpus=build/fuzz/corpus/$name
  log=build/fuzz/$name.log
  mkdir -p "$corpus" build/fuzz/crashes
  if "$binary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 -close_fd_mask=1 \
      -artifact_prefix="build/fuzz/crashes/$name-" "$corpus" $(ls -d "tests/fuzz/$name" 2>/dev/null) >/dev/null 2>"$log"; then
    verdict=fine
  else
    verdict=BROKEN
    failed=1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%-18s %-7s %10s executions in %s s, %s inputs kept\n' "$name" "$verdict" "${runs:-?}" "$seconds" "$(find "$corpus" -type f | wc -l)"
  if [ "$verdict" = BROKEN ]; then
    grep -aE 'ERROR|SUMMARY|Test unit written' "$log" || tail -5 "$log"
  fi
done
exit "$failed"
