#!/usr/bin/env python3
"""The airline world under load, each figure the median of several runs with its spread.

  bench/worlds.py build/release/world_bench DATA [RUNS]     DATA: tau-bench's airline, with its trajectories.json
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = ROOT / "examples/airline"
CONVERSATIONS = 1000


def once(bench, data, *arguments):
    run = subprocess.run([bench, *map(str, arguments)], env={**os.environ, "TAU_BENCH_AIRLINE": str(data)}, stdout=subprocess.PIPE, text=True, check=True)
    numbers = json.loads(run.stdout)
    if not numbers.get("all_answered", True) or numbers.get("worlds_astray", 0):
        sys.exit(f"wrong answers: {numbers}")
    return numbers


def row(label, values, unit):
    digits = 2 if max(values) < 10 else 0
    print(f"{label:<58}{statistics.median(values):>9.{digits}f} {unit:<6} ({min(values):.{digits}f} .. {max(values):.{digits}f}, n={len(values)})")


def main():
    bench, data = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    recorded = data / "trajectories.json"
    for door in ("http", "mcp"):
        taken = [once(bench, data, "doors", SUITE, recorded, CONVERSATIONS, door) for _ in range(runs)]
        name = f"{CONVERSATIONS:,} conversations at once over {door}, {taken[0]['calls']:.0f} calls"
        row(name, [t["calls_per_second"] for t in taken], "calls/s")
        row("  CPU of the world's side per call", [t["server_cpu_us_per_call"] / 1000 for t in taken], "ms")
        row("  CPU of the scripted agent per call", [t["client_cpu_us_per_call"] / 1000 for t in taken], "ms")
        row("  memory per conversation, connection and log included", [t["bytes_per_conversation"] / 1024 for t in taken], "KB")
    taken = [once(bench, data, "writes", SUITE, recorded, 10_000) for _ in range(runs)]
    row("10,000 worlds after their calls, in all", [t["bytes_in_all"] / 2**20 for t in taken], "MB")
    row("  per world", [t["bytes_per_world"] / 1024 for t in taken], "KB")
    taken = [once(bench, data, "read", SUITE, "reservations") for _ in range(runs)]
    row("reading a document", [t["ns_per_read"] for t in taken], "ns")
    row("  when a tenth of them was written to", [t["ns_per_read_with_a_tenth_written"] for t in taken], "ns")


main()
