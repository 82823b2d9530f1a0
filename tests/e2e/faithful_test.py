"""The example suites with a user worded by a model and a judge that is one, both played faithfully by `sosia mock-llm`: conversation by
conversation the verdict is the built-in user's, without a bug and with planted ones.

  faithful_test.py                 a sample of cells, with a few bugs
  faithful_test.py --table [N]     every cell (or N of them) with every planted bug, in Markdown
"""
import json
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

import models_test
import planted_bugs_test
import support

SAMPLE = 24
BUGS = {"refund-desk": ["", "skips-tool", "loses-thread", "invents-policy"], "lakeside-clinic": ["", "skips-identity", "forgets-fact", "caves-in"]}
KEY = {"OPENAI_API_KEY": "sk-faithful-1b2c3d4e5f", "PYTHONHASHSEED": "0"}  # the example agents are Python: the same in both runs


def verdicts(suite, bug, sample):
    """The suite's conversations by id, as the suite is in this folder."""
    with tempfile.TemporaryDirectory() as folder:
        done, run, out = planted_bugs_test.run_copy(suite, folder, *(["--sample", sample] if sample else []), bug=bug, env=KEY)
        return done, run, {c["id"]: c for c in support.conversations(out)}


def verdict(conversation):
    """Everything a verdict is made of: what came out, whose fault it is, which checks failed and where, how it ended."""
    failed = sorted((c["name"], c["turn"]) for c in conversation["checks"] if not c["passed"])
    return conversation["outcome"], conversation["fault"], conversation["ended"], failed


def words(conversation):
    """What the user said: how the agent puts things is its own affair."""
    return [t["text"] for t in conversation["turns"] if t["role"] == "user"]


def example(suite, folder, url=None):
    """A copy of the example that waits longer for a busy machine; with `url`, user and judge are models of the provider there."""
    copy = pathlib.Path(folder) / suite
    shutil.copytree(support.ROOT / "examples" / suite, copy, ignore=shutil.ignore_patterns(".sosia", "__pycache__"))
    text = (copy / "sosia.yaml").read_text()
    changes = {"turn_timeout: 10s": "turn_timeout: 2m", "minutes: 10": "minutes: 60"}
    if url:
        changes |= {"user: { engine: builtin }": "user: { model: openai/faithful-user }",
                    "judge: { engine: builtin }": "judge: { model: openai/faithful-judge, votes: 1, gates: true }"}
        text += "\nmodels:\n" + "".join(f"  openai/faithful-{role}: {{ url: {url}/v1 }}\n" for role in ("user", "judge"))
    for before, after in changes.items():
        if text.count(before) != 1:
            raise AssertionError(f"{suite}/sosia.yaml: {before} is not there")
        text = text.replace(before, after)
    (copy / "sosia.yaml").write_text(text)
    return copy


def compare(suite, bug, sample):
    with models_test.mock("--faithful") as (url, _), tempfile.TemporaryDirectory() as rules, tempfile.TemporaryDirectory() as models:
        _, built_in, before = verdicts(example(suite, rules), bug, sample)
        _, modelled, after = verdicts(example(suite, models, url), bug, sample)
    return built_in, modelled, before, after


class Faithful(unittest.TestCase):
    def check(self, suite, bug):
        built_in, modelled, before, after = compare(suite, bug, SAMPLE)
        self.assertEqual(before.keys(), after.keys())
        self.assertEqual(len(before), SAMPLE)
        for key, one in before.items():
            other = after[key]
            self.assertEqual(verdict(other), verdict(one), f"{one['cell']}: {other.get('error')}")
            self.assertEqual(words(other), words(one), one["cell"])
            self.assertGreaterEqual(other["user_model"]["calls"], 1, one["cell"])
            self.assertEqual(other["judge_model"]["calls"], 1, one["cell"])
            self.assertTrue(all(o["level"] == 5 and o["gates"] for o in other["opinions"]), other["opinions"])
        self.assertEqual(built_in["counts"]["failed"], modelled["counts"]["failed"])
        self.assertEqual(built_in["gate"]["verdict"], modelled["gate"]["verdict"])
        self.assertEqual(built_in["counts"]["failed"] > 0, bool(bug), "the sample does not meet the bug")

    def test_both_examples_pass_and_fail_as_with_the_built_in_user(self):
        for suite, bugs in BUGS.items():
            for bug in bugs:
                with self.subTest(suite=suite, bug=bug or "none"):
                    self.check(suite, bug)


class JudgedAgain(unittest.TestCase):
    """A stored run of Sosia's own, rated by a judge it did not have."""

    def judge(self, folder, env, *options):
        run = support.sosia("judge", *options, cwd=folder, env=env)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        exported = support.sosia("export", "latest", "--out", "again", cwd=folder, env=env)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        return support.conversations(folder / "again")

    def test_another_judge_looks_at_a_stored_run_and_leaves_it_as_it_was(self):
        strict = {"rules": [{"when": "<transcript>", "in": "any", "json": {"criteria": [
            {"criterion": "tone", "evidence": [{"turn": 2, "quote": "order number"}], "reason": "curt", "level": 1, "first_bad_turn": 2}]}}]}
        with tempfile.TemporaryDirectory() as made, support.agent(support.refund_desk) as agent, support.suite("desk", agent) as (folder, env):
            rules = pathlib.Path(made) / "rules.json"
            rules.write_text(json.dumps(strict))
            done = support.sosia("run", "desk", "-q", "--out", "first", "--runs", 1, cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            before = {c["id"]: c for c in support.conversations(folder / "first")}
            suite = folder / "desk/sosia.yaml"
            with models_test.mock("--faithful") as (kind, _), models_test.mock("--rules", rules) as (harsh, _):
                suite.write_text(suite.read_text() + "judge: { votes: 1, criteria: [tone], gates: true }\nscorecard: { criteria: [{ name: tone, floor: 3 }] }\n")
                for url, level, outcome in ((kind, 5, "passed"), (harsh, 1, "failed")):
                    env = {**env, **KEY, "OPENAI_BASE_URL": url + "/v1"}
                    again = self.judge(folder, env, "--run", self.first_run(folder), "--model", "openai/judge")
                    self.assertEqual({c["id"] for c in again}, set(before))
                    for c in again:
                        self.assertEqual([(o["criterion"], o["level"]) for o in c["opinions"]], [("tone", level)])
                        self.assertEqual(c["outcome"], outcome)
                        self.assertEqual(words(c), words(before[c["id"]]))
            kept = support.sosia("export", self.first_run(folder), "--out", "kept", cwd=folder, env=env)
            self.assertEqual(kept.returncode, 0, kept.stderr)
            self.assertEqual(support.comparable(folder / "kept"), support.comparable(folder / "first"))

    @staticmethod
    def first_run(folder):
        return json.loads((folder / "first/run.json").read_text())["run"]


def table(sample):
    print("| suite | planted bug | conversations | failed, built-in | failed, models | invalid, models | verdicts that differ | words that differ |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for suite, bugs in planted_bugs_test.SUITES.items():
        for bug in ["", *bugs]:
            built_in, modelled, before, after = compare(suite, bug, sample)
            differ = [key for key in before if verdict(before[key]) != verdict(after[key])]
            spoken = [key for key in before if words(before[key]) != words(after[key])]
            print(f"| {suite} | {bug or 'none'} | {len(before)} | {built_in['counts']['failed']} | {modelled['counts']['failed']} "
                  f"| {modelled['counts']['invalid']} | {len(differ)} | {len(spoken)} |", flush=True)
            for key in differ[:3]:
                print(f"  {before[key]['cell']}: {verdict(before[key])} against {verdict(after[key])}: {after[key].get('error')}", file=sys.stderr)


if __name__ == "__main__":
    if "--table" in sys.argv:
        table(sys.argv[2] if len(sys.argv) > 2 else None)
    else:
        unittest.main()
