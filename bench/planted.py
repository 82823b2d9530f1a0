#!/usr/bin/env python3
"""What the gate makes of the examples' planted bugs: records the runs that `decide_bench proof` resamples, and holds real gates.

    bench/planted.py record OUT             every example without a bug and with each bug always on -> OUT/EXAMPLE.BUG.json (baselines)
    bench/planted.py real OUT               real gates against the example without a bug: each bug in 5, 10, 20 and 40 % of the conversations
    bench/planted.py identical OUT          real runs of one and the same agent, 17 for each of eight bugs and shares; every pair of them compared
    bench/planted.py tables OUT             the tables of docs/gate.md from what the last two wrote

SOSIA_BIN names the binary (default build/release/sosia), JOBS how many are held at once. Nothing here depends on the machine's speed;
everything is seeded. What was held is in OUT and is not held again.
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
# Bugs that flip the most cells of their example, so that chance has the most to play with.
FLICKERING = (("refund-desk", "skips-tool", 0.05), ("refund-desk", "forgets-fact", 0.1), ("refund-desk", "invents-policy", 0.2),
              ("refund-desk", "loops", 0.4), ("lakeside-clinic", "skips-tool", 0.05), ("lakeside-clinic", "forgets-fact", 0.1),
              ("lakeside-clinic", "invents-policy", 0.2), ("lakeside-clinic", "skips-identity", 0.4))
RUNS = 17  # 136 pairs
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
    # Few at once: an agent that does not get the processor times out, and what is invalid is no pair.
    few = ("--concurrency", 8) if arguments[0] in ("run", "gate") else ()
    done = support.sosia(*arguments, *few, cwd=folder, env={"BUG": bug, "BUG_SEED": seed}, timeout=1200)
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


def rerun(name, bug, chance, i, out):
    """Run i of an agent that shows its bug in that share of conversations; in which of them differs from run to run."""
    base = f"{name}.{bug}.{chance}.{i}"
    if (out / "same" / f"{base}.json").exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        suite = prepare(name, folder, chance)
        called("run", suite, "-q", folder=folder, bug=bug, seed=str(i))
        called("baseline", "set", base, "--baselines", out / "same", folder=folder, bug=bug)


def compared(name, bug, chance, out):
    """Every pair of those runs, by the program's own rules."""
    results = []
    for j in range(RUNS):
        for i in range(j):
            pair = [out / "same" / f"{name}.{bug}.{chance}.{k}.json" for k in (i, j)]
            if all(path.exists() for path in pair):
                c = json.loads(called("compare", *pair, "--json", folder=out, bug=""))
                results.append({"suite": name, "bug": bug, "chance": chance, "pair": [i, j], "fixed": c["answer"], "lost": c["overall"]["lost"],
                                "gained": c["overall"]["gained"], "warning": c["overall"]["warning"]})
    return results


def hold(work, jobs, path):
    """Runs what is not in the file yet, and writes each result down as it comes."""
    done = [json.loads(line) for line in open(path, encoding="utf-8")] if path.exists() else []
    held = {(r["suite"], r["bug"], r["chance"]) for r in done}

    def one(job):
        result = work(*job)
        with writing, open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
        wanted = [job for job in jobs if job[:3] not in held]
        for finished in [pool.submit(one, job) for job in wanted]:
            finished.result()


def identical_table(out):
    results = json.loads((out / "identical.json").read_text())
    print("| example | bug on both sides | in | pairs | most flips of one pair | regressed | warned | not worse | undecided |\n"
          "|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for what in (*FLICKERING, None):
        some = [r for r in results if what in (None, (r["suite"], r["bug"], r["chance"]))]
        if some:
            name = "all | | " if what is None else f"{what[0]} | {what[1]} | {100 * what[2]:.0f} %"
            told = [sum(r["fixed"] == answer for r in some) for answer in ("regressed", "not worse", "undecided")]
            print(f"| {name} | {len(some)} | {max(r['lost'] + r['gained'] for r in some)} | {told[0]} | "
                  f"{sum(bool(r['warning']) for r in some)} | {told[1]} | {told[2]} |")


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
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "1"))) as pool:
            for job in [pool.submit(rerun, *what, i, out) for i in range(RUNS) for what in FLICKERING]:
                job.result()
        (out / "identical.json").write_text(json.dumps([r for what in FLICKERING for r in compared(*what, out)]))
    elif what == "tables":
        identical_table(out)
        real_table(out)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
