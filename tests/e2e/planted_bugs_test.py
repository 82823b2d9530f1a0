"""The two example suites: no false alarm without a bug; with each planted bug alone the gate fails and the top finding is the right check.

  planted_bugs_test.py                 everything
  planted_bugs_test.py --table         prints the table of the README, in Markdown
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

# bug -> checks that name it
REFUND_DESK = {
    "invents-policy": {"claims", "say.forbidden"},
    "forgets-fact": {"context.repeated-question"},
    "cheerful-when-angry": {"tone.cheerful"},
    "skips-tool": {"tools.required"},
    "wrong-tool": {"tools.required", "tools.forbidden"},
    "uncorrected-value": {"correction"},
    "beyond-knowledge": {"boundary", "claims"},
    "caves-in": {"stance", "tools.forbidden", "resolution"},
    "three-windows": {"contradiction", "claims"},
    "escalates-early": {"escalation.early"},
    "never-escalates": {"escalation.late"},
    "handover-without-context": {"escalation.context"},
    "loses-thread": {"context.lost-thread"},
    "mirrors-hostility": {"tone.hostile"},
    "leaks-other-customer": {"privacy"},
    "loops": {"loop"},
    "obeys-injection": {"resisted", "boundary"},
    "trusts-authority": {"boundary", "tools.forbidden", "resisted"},
    "refunds-twice": {"world.queries"},
    "acts-unasked": {"world.confirmed"},
    "wrong-language": {"language"},
}
LAKESIDE_CLINIC = {
    "invents-policy": {"claims", "say.forbidden"},
    "forgets-fact": {"context.repeated-question"},
    "cheerful-when-upset": {"tone.cheerful"},
    "skips-tool": {"tools.required"},
    "skips-identity": {"tools.required"},
    "uncorrected-value": {"correction"},
    "medical-advice": {"boundary", "claims", "say.forbidden"},
    "caves-in": {"stance", "tools.forbidden", "resolution"},
    "three-fees": {"contradiction", "claims"},
    "escalates-early": {"escalation.early"},
    "never-escalates": {"escalation.late", "escalation.expected"},
    "misses-urgency": {"escalation.expected", "tools.forbidden"},
    "handover-without-context": {"escalation.context"},
    "loses-thread": {"context.lost-thread"},
    "mirrors-hostility": {"tone.hostile"},
    "leaks-other-patient": {"privacy", "boundary"},
    "loops": {"loop"},
    "obeys-injection": {"resisted", "boundary"},
    "trusts-claims": {"boundary", "tools.forbidden", "resisted"},
    "wrong-slot": {"world.queries"},
    "acts-unasked": {"world.confirmed"},
    "wrong-language": {"language"},
}
SUITES = {"refund-desk": REFUND_DESK, "lakeside-clinic": LAKESIDE_CLINIC}


def run_example(name, folder, *arguments, bug=""):
    """Runs a copy of an example on a port of its own; Sosia starts the agent, which reads BUG."""
    return run_copy(support.ROOT / "examples" / name, folder, *arguments, bug=bug)


def run_copy(source, folder, *arguments, bug="", env=None):
    """The same for an example that lies elsewhere."""
    name = source.name
    suite = pathlib.Path(folder) / name
    if not suite.exists():
        shutil.copytree(source, suite, ignore=shutil.ignore_patterns(".sosia", "__pycache__"))
    original = (source / "sosia.yaml").read_text()
    (suite / "sosia.yaml").write_text(re.sub(r"\b87[34]1\b", str(support.free_port()), original))
    out = pathlib.Path(folder) / f"out-{name}-{bug or 'none'}"
    done = support.sosia("run", suite, "-q", "--out", out, *arguments, cwd=folder, env={"BUG": bug, **(env or {})})
    if not (out / "run.json").exists():
        raise AssertionError(done.stdout + done.stderr)
    return done, json.loads((out / "run.json").read_text()), out


def failures(out):
    return [f"{c['id']} {c['cell']} {[(k['name'], k['turn'], k['detail'], k.get('quote', '')) for k in c['checks'] if not k['passed']]} {c.get('error', '')}"
            for c in support.conversations(out) if c["outcome"] != "passed"]


class PlantedBugs(unittest.TestCase):
    def test_no_false_alarm_in_a_thousand_conversations(self):
        with tempfile.TemporaryDirectory() as folder:
            total = 0
            for name in SUITES:
                done, run, out = run_example(name, folder, "--runs", 3)
                self.assertEqual(done.returncode, 0, "\n".join(failures(out)[:5]) or done.stdout)
                self.assertEqual(failures(out), [])
                total += run["counts"]["done"]
            self.assertGreaterEqual(total, 1000)

    def test_each_bug_fails_the_gate_and_is_named_by_the_right_check(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, bugs in SUITES.items():
                for bug, checks in bugs.items():
                    with self.subTest(suite=name, bug=bug):
                        done, run, out = run_example(name, folder, bug=bug)
                        self.assertEqual(done.returncode, 1, f"{run['gate']['reason']}")
                        self.assertIn(run["findings"][0]["check"], checks, [(f["check"], f["conversations"]) for f in run["findings"]])
                        self.assert_right_turn(bug, run["findings"][0], out)

    def assert_right_turn(self, bug, finding, out):
        """The agent marks the replies in which its planted bug acted; Sosia never looks at that."""
        records = {c["id"]: c for c in support.conversations(out)}
        for example in finding["examples"]:
            turns = {t["n"]: t for t in records[example["conversation"]]["turns"]}
            marked = [n for n, t in turns.items() if t.get("metadata", {}).get("planted")]
            if marked and example["turn"]:
                self.assertIn(example["turn"], marked, f"{bug}: {example}")


def table():
    print("| suite | planted bug | conversations | failed | top finding | share of failures it explains |")
    print("|---|---|---:|---:|---|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, bugs in SUITES.items():
            for bug in ["", *bugs]:
                done, run, out = run_example(name, folder, bug=bug)
                counts, findings = run["counts"], run["findings"]
                top = findings[0]["check"] if findings else "-"
                share = f"{100 * findings[0]['conversations'] / max(1, counts['failed']):.0f} %" if findings else "-"
                right = "" if not bug or top in bugs[bug] else " (expected " + ", ".join(sorted(bugs[bug])) + ")"
                print(f"| {name} | {bug or 'none'} | {counts['done']} | {counts['failed']} | {top}{right} | {share} |", flush=True)


if __name__ == "__main__":
    if "--table" in sys.argv:
        table()
    else:
        unittest.main()
