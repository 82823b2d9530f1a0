#!/usr/bin/env python3
"""What the gate makes of the examples' planted bugs: records the runs that `decide_bench proof` resamples, and holds real gates.

    bench/planted.py record OUT             every example without a bug and with each bug always on -> OUT/EXAMPLE.BUG.json (baselines)
    bench/planted.py real OUT               real gates against the example without a bug: each bug in 5, 10, 20 and 40 % of the conversations
    bench/planted.py identical OUT [PAIRS]  real pairs of runs of one and the same agent, each with a seed of its own (1,000)
    bench/planted.py tables OUT             the tables of docs/gate.md from what the last two wrote

SOSIA_BIN names the binary (default build/release/sosia), JOBS how many gates are held at once. Nothing here depends on the machine's speed;
everything is seeded. What was held is in OUT/real.jsonl and OUT/identical.jsonl and is not held again.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/e2e"))
import planted_bugs_test  # noqa: E402
import support  # noqa: E402

CHANCES = (0.05, 0.1, 0.2, 0.4)
SUITES = planted_bugs_test.SUITES
IDENTICAL_CELLS = 150
writing = threading.Lock()


def prepare(name, folder, chance=1.0):
    """A copy of the example whose agent listens on a port of its own and has its bug in that share of conversations."""
    suite = pathlib.Path(folder) / name
    shutil.copytree(support.ROOT / "examples" / name, suite, ignore=shutil.ignore_patterns(".sosia", "__pycache__", "sosia-*"))
    text = (suite / "sosia.yaml").read_text()
    port = str(support.free_port())
    text = re.sub(r"\b87[34]1\b", port, text)
    (suite / "sosia.yaml").write_text(text.replace(f"--port {port}", f"--port {port} --bug-rate {chance} --bug-seed=${{BUG_SEED:-}}"))
    return suite


def called(*arguments, folder, bug, seed="", fine=(0, 1, 2)):
    done = support.sosia(*arguments, cwd=folder, env={"BUG": bug, "BUG_SEED": seed})
    if done.returncode not in fine:
        raise SystemExit(f"{arguments} {bug}: {done.stdout}{done.stderr}")
    return done.stdout


def record(name, bug, out):
    base = f"{name}.{bug or 'none'}"
    with tempfile.TemporaryDirectory() as folder:
        called("run", prepare(name, folder), "-q", folder=folder, bug=bug)
        called("baseline", "set", base, "--baselines", out, folder=folder, bug=bug)
        text = (pathlib.Path(out) / f"{base}.json").read_text()
        print(f"{base}: {text.count('F')} lines with a failure", file=sys.stderr, flush=True)


def gates(suite, against, *arguments, folder, bug, seed=""):
    """Both gates, held for real: all conversations and one look; and stopping as soon as it is decided."""
    ask = ("gate", suite, "-q", "--json", "--against", against, *arguments)
    fixed = json.loads(called(*ask, folder=folder, bug=bug, seed=seed))
    early = json.loads(called(*ask, "--until-decided", folder=folder, bug=bug, seed=seed))
    return {"fixed": fixed["answer"], "lost": fixed["overall"]["lost"], "gained": fixed["overall"]["gained"], "pairs": fixed["overall"]["pairs"],
            "early": early["answer"], "spent": early["sequential"]["spent"]}


def real(name, bug, chance, out):
    with tempfile.TemporaryDirectory() as folder:
        suite = prepare(name, folder, chance)
        against = pathlib.Path(out) / f"{name}.none.json"
        return {"suite": name, "bug": bug, "chance": chance, **gates(suite, against, folder=folder, bug=bug)}


def identical(i, out):
    """Pair i: the same agent with the same bug in the same share of conversations, twice; which conversations is chance."""
    name = list(SUITES)[i % len(SUITES)]
    bugs = list(SUITES[name])
    bug, chance = bugs[i // 2 % len(bugs)], CHANCES[i // 2 // len(bugs) % len(CHANCES)]
    same = ("--seed", i, "--sample", IDENTICAL_CELLS)
    with tempfile.TemporaryDirectory() as folder:
        suite = prepare(name, folder, chance)
        called("run", suite, "-q", *same, folder=folder, bug=bug, seed="before")
        called("baseline", "set", "before", folder=folder, bug=bug)
        return {"pair": i, "suite": name, "bug": bug, "chance": chance, **gates(suite, "before", *same, folder=folder, bug=bug, seed="after")}


def hold(work, jobs, path):
    """Runs what is not in the file yet, and writes each result down as it comes."""
    done = [json.loads(line) for line in open(path, encoding="utf-8")] if path.exists() else []
    held = {(r.get("pair"), r["suite"], r["bug"], r["chance"]) for r in done} | {r.get("pair") for r in done if "pair" in r}

    def one(job):
        result = work(*job)
        with writing, open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
        wanted = [job for job in jobs if (None, *job[:3]) not in held and job[0] not in held]
        for finished in [pool.submit(one, job) for job in wanted]:
            finished.result()


def shares(results, side, answers=("regressed", "not worse", "undecided")):
    return " | ".join(str(sum(r[side] == answer for r in results)) for answer in answers)


def identical_table(out):
    results = [json.loads(line) for line in open(out / "identical.jsonl", encoding="utf-8")]
    print("| chance | pairs | fixed n: regressed | not worse | undecided | sequential: regressed | not worse | undecided | conversations |\n"
          "|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for chance in (*CHANCES, None):
        some = [r for r in results if chance in (None, r["chance"])]
        if some:
            spent = sum(r["spent"] for r in some) / len(some)
            name = "all" if chance is None else f"{100 * chance:.0f} %"
            print(f"| {name} | {len(some)} | {shares(some, 'fixed')} | {shares(some, 'early')} | {spent:.0f} |")


def cell_text(r):
    short = {"regressed": "regressed", "not worse": "fine", "undecided": "?", "not valid": "not valid"}
    return f"{short[r['early']]} in {r['spent']}; {short[r['fixed']]}, {r['lost']} lost"


def real_table(out):
    results = [json.loads(line) for line in open(out / "real.jsonl", encoding="utf-8")]
    head = "".join(f" {100 * c:.0f} % |" for c in CHANCES)
    print(f"\n| example | answer |{head}\n|---|---|" + "---:|" * len(CHANCES))
    for name in SUITES:
        for side, gate in (("early", "sequential"), ("fixed", "fixed n")):
            at = [[r for r in results if (r["suite"], r["chance"]) == (name, c)] for c in CHANCES]
            told = [f"{sum(r[side] == 'regressed' for r in some)} / {sum(r[side] == 'undecided' for r in some)} / "
                    f"{sum(r[side] == 'not worse' for r in some)}" for some in at]
            print(f"| {name} | {gate}: regressed / undecided / not worse | " + " | ".join(told) + " |")
        spent = [f"{sum(r['spent'] for r in some) / max(1, len(some)):.0f}" for some in at]
        print(f"| {name} | conversations, sequential (fixed n: {at[0][0]['pairs']}) | " + " | ".join(spent) + " |")
    print(f"\n| example | bug |{head}\n|---|---|" + "---|" * len(CHANCES))
    for name, bugs in SUITES.items():
        for bug in bugs:
            cells = {r["chance"]: cell_text(r) for r in results if (r["suite"], r["bug"]) == (name, bug)}
            print(f"| {name} | {bug} | " + " | ".join(cells.get(c, "") for c in CHANCES) + " |")


def main():
    what, out = sys.argv[1], pathlib.Path(os.path.abspath(sys.argv[2]))
    out.mkdir(parents=True, exist_ok=True)
    if what == "record":
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
            for job in [pool.submit(record, name, bug, out) for name, bugs in SUITES.items() for bug in ["", *bugs]]:
                job.result()
    elif what == "real":
        for name in SUITES:
            if not (out / f"{name}.none.json").exists():
                record(name, "", out)
        hold(real, [(name, bug, chance, out) for name, bugs in SUITES.items() for bug in bugs for chance in CHANCES], out / "real.jsonl")
    elif what == "identical":
        hold(identical, [(i, out) for i in range(int(sys.argv[3]) if len(sys.argv) > 3 else 1000)], out / "identical.jsonl")
    elif what == "tables":
        identical_table(out)
        real_table(out)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
