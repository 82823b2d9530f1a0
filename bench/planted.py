#!/usr/bin/env python3
"""What the gate makes of the examples' planted bugs: records the runs that `decide_bench proof` resamples, and holds real gates.

    bench/planted.py record OUT           every example without a bug and with each bug always on -> OUT/EXAMPLE.BUG.json (baselines)
    bench/planted.py real OUT             real runs with each bug in 5, 10, 20 and 40 % of the conversations, compared with OUT/EXAMPLE.none.json

SOSIA_BIN names the binary (default build/release/sosia). Nothing here depends on the machine's speed; everything is seeded.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
import planted_bugs_test  # noqa: E402
import support  # noqa: E402

CHANCES = (0.05, 0.1, 0.2, 0.4)


def prepare(name, folder, chance=1.0):
    """A copy of the example whose agent listens on a port of its own and has its bug in that share of conversations."""
    suite = pathlib.Path(folder) / name
    shutil.copytree(support.ROOT / "examples" / name, suite, ignore=shutil.ignore_patterns(".sosia", "__pycache__", "sosia-*"))
    text = (suite / "sosia.yaml").read_text()
    port = str(support.free_port())
    text = re.sub(r"\b87[34]1\b", port, text)
    (suite / "sosia.yaml").write_text(text.replace(f"--port {port}", f"--port {port} --bug-rate {chance}"))
    return suite


def run(name, bug, folder, chance=1.0):
    suite = prepare(name, folder, chance)
    done = support.sosia("run", suite, "-q", cwd=folder, env={"BUG": bug})
    if done.returncode not in (0, 1):
        raise SystemExit(f"{name} {bug}: {done.stdout}{done.stderr}")


def record(name, bug, out):
    with tempfile.TemporaryDirectory() as folder:
        run(name, bug, folder)
        base = f"{name}.{bug or 'none'}"
        done = support.sosia("baseline", "set", base, "--baselines", out, cwd=folder)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        text = (pathlib.Path(out) / f"{base}.json").read_text()
        print(f"{base}: {text.count('F')} lines with a failure", file=sys.stderr, flush=True)


def real(name, bug, chance, out):
    """One gate, held for real."""
    with tempfile.TemporaryDirectory() as folder:
        run(name, bug, folder, chance)
        done = support.sosia("compare", str(pathlib.Path(out) / f"{name}.none.json"), "latest", "--json", cwd=folder)
        report = json.loads(done.stdout)
        return {"suite": name, "bug": bug, "chance": chance, "answer": report["answer"], "lost": report["overall"]["lost"],
                "pairs": report["overall"]["pairs"]}


def main():
    what, out = sys.argv[1], os.path.abspath(sys.argv[2])
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
        if what == "record":
            jobs = [pool.submit(record, name, bug, out) for name, bugs in planted_bugs_test.SUITES.items() for bug in ["", *bugs]]
            for job in jobs:
                job.result()
            return
        jobs = [pool.submit(real, name, bug, chance, out)
                for name, bugs in planted_bugs_test.SUITES.items() for bug in bugs for chance in CHANCES]
        results = [job.result() for job in jobs]
    print("| suite | bug | " + " | ".join(f"{100 * c:.0f} %" for c in CHANCES) + " |\n|---|---|" + "---|" * len(CHANCES))
    for name, bugs in planted_bugs_test.SUITES.items():
        for bug in bugs:
            cells = [r for r in results if (r["suite"], r["bug"]) == (name, bug)]
            print(f"| {name} | {bug} | " + " | ".join(f"{r['answer']} ({r['lost']} of {r['pairs']} lost)" for r in cells) + " |")


if __name__ == "__main__":
    main()
