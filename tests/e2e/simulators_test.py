"""Who plays the user and who reads the agent: several players in one suite, a model as reader, and what they cost, before, while and after."""
import contextlib
import csv
import json
import pathlib
import re
import unittest
import xml.etree.ElementTree

import support
from models_test import mock

DRAFT = '(?s).*<move>.*?"draft":"((?:[^"\\\\]|\\\\.)*)"'
FAITHFUL = {"when": DRAFT, "in": "any", "say": "\\1"}
POLITE = {"when": DRAFT, "in": "any", "say": "kindly, \\1"}
READS = {"when": "<message>", "in": "any", "json": {"sentences": [{"n": 1, "acts": [{"act": "inform", "fact": ""}]}]}}
READS_QUESTION = {"when": "(?s)<message>.*order number", "in": "any",
                  "json": {"sentences": [{"n": 1, "acts": [{"act": "ask-fact", "fact": "order_id"}]}]}}
# The other answers of support.refund_desk, which come first: every question to the reader names the order number as a fact.
READS_THE_REST = [{"when": f"(?s)<message>.*{words}", "in": "any",
                   "json": {"sentences": [{"n": n, "acts": [{"act": act, "fact": ""}]} for n, act in enumerate(acts, 1)]}}
                  for words, acts in (("refunded the duplicate", ("thank", "confirm-done")),
                                      ("business days", ("inform", "ask-more")), ("transferring you", ("hand-over",)))]
MODEL = "openai/gpt-4o-mini"
JUDGES = {"when": "first_bad_turn", "in": "any", "json": {"criteria": [
    {"criterion": name, "evidence": [{"turn": 2, "quote": "order number"}], "reason": "asks for it", "level": 4, "first_bad_turn": 0}
    for name in ("tone", "groundedness")]}}
PRICES = {"date": "2026-01-01", "sources": ["a test"], "models": {MODEL: {"input": 100, "output": 400}}}


def touchy(request):
    """Helps everybody but those who say kindly: them it asks the same thing for ever."""
    if any("kindly" in m["content"] for m in request["messages"]):
        return {"message": "Could you give me your order number?"}
    return support.refund_desk(request)


@contextlib.contextmanager
def desk(reply, rules, users, more="", runs=2, judge=None):
    """The desk suite with these players, and the stand-in provider as the model."""
    with support.agent(reply) as url, support.suite("desk", url, MOCK_KEY="k") as (folder, env):
        path = folder / "rules.json"
        path.write_text(json.dumps({"rules": rules}))
        (folder / "desk" / "prices.json").write_text(json.dumps(PRICES))
        with mock("--rules", path) as (provider, _):
            file = folder / "desk" / "sosia.yaml"
            text = re.sub("runs: 5", f"runs: {runs}", file.read_text())
            text = re.sub("(?m)^limits:.*$", f"limits: {{ concurrency: 16, turns: 12{more} }}", text)
            file.write_text(text + f"user: {json.dumps(users)}\njudge: {json.dumps(judge or {'engine': 'builtin'})}\nprices: prices.json\n"
                            f"models: {{ {MODEL}: {{ url: \"{provider}/v1\", key_env: MOCK_KEY }} }}\n")
            yield folder, env


UNCACHED = {"SOSIA_MODEL_CACHE": "off"}


def run(folder, env, *options, out="out"):
    done = support.sosia("run", "desk", "-q", "--out", out, *options, cwd=folder, env=env)
    path = folder / out / "run.json"
    return done, json.loads(path.read_text()) if path.exists() else None


def comparable(directory):
    """Without clocks, and without what says only whether an answer was asked for or kept from before."""
    found = [{k: v for k, v in support.without_clocks(c).items() if not k.endswith("_model")} for c in support.conversations(directory)]
    for turn in (t for c in found for t in c["turns"]):
        turn.get("worded", {}).pop("kept", None)
    return found


def without_user(conversation):
    cell = {k: v for k, v in conversation["cell"].items() if k != "user"}
    return {**support.without_clocks(conversation), "cell": cell}


class TwoPlayers(unittest.TestCase):
    users = ["builtin", {"model": MODEL, "name": "gpt"}]

    def test_each_plays_every_cell_with_the_same_seed(self):
        with desk(support.refund_desk, [FAITHFUL], self.users) as (folder, env):
            done, result = run(folder, env)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            records = support.conversations(folder / "out")
            by_cell = {}
            for c in records:
                key = json.dumps({**c["cell"], "user": ""})
                by_cell.setdefault(key, {})[c["cell"]["user"]] = c
            self.assertTrue(all(set(players) == {"builtin", "gpt"} for players in by_cell.values()))
            self.assertTrue(all(p["builtin"]["seed"] == p["gpt"]["seed"] and p["builtin"]["id"] != p["gpt"]["id"] for p in by_cell.values()))
            contrast = result["sensitivity"]["contrasts"][0]
            self.assertEqual(result["counts"]["done"], len(by_cell))
            self.assertEqual(result["counts"]["planned"], len(by_cell))
            self.assertEqual(contrast["n"] + contrast["left_out"], len(by_cell))
            self.assertEqual(contrast["cells"]["count"], 0, contrast)  # the model only says what the rules decide
            self.assertEqual(contrast["difference"]["value"], 0)
            self.assertIn("builtin decides", done.stdout)
            self.assertGreater(result["metrics"]["models"]["user"]["calls"], 0)
            listed = support.sosia("list", "latest", cwd=folder, env=env).stdout
            self.assertIn(" by gpt", listed)
            some = next(c["id"] for c in records if c["cell"]["user"] == "gpt")
            self.assertIn(" by gpt", support.sosia("show", some, cwd=folder, env=env).stdout)

    def test_who_decides_runs_as_if_alone(self):
        with desk(support.refund_desk, [FAITHFUL], self.users) as (folder, env):
            run(folder, env, out="two")
            file = folder / "desk" / "sosia.yaml"
            file.write_text(re.sub("(?m)^user:.*$", "user: builtin", file.read_text()))
            done, alone = run(folder, env, out="one")
            self.assertNotIn("sensitivity", alone)
            one = [support.without_clocks(c) for c in support.conversations(folder / "one")]
            two = [without_user(c) for c in support.conversations(folder / "two") if c["cell"]["user"] == "builtin"]
            self.assertEqual(one, two)
            compared = support.sosia("compare", "latest~1", "latest", "--json", cwd=folder, env=env)
            self.assertIn(compared.returncode, (0, 2), compared.stderr)  # not 4: it is the same user
            self.assertGreater(json.loads(compared.stdout)["overall"]["pairs"], 0)

    def test_the_first_gates_and_the_report_says_what_depends(self):
        with desk(touchy, [POLITE], self.users) as (folder, env):
            file = folder / "desk" / "sosia.yaml"
            file.write_text(file.read_text() + "gate: { pass_rate: 0.5 }\n")
            done, result = run(folder, env)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            contrast = result["sensitivity"]["contrasts"][0]
            self.assertEqual(result["gate"]["verdict"], "passed")
            self.assertGreater(contrast["only_first"], 0)
            self.assertEqual(contrast["only_other"], 0)
            self.assertEqual(contrast["discordant"]["count"], contrast["only_first"])
            self.assertGreater(contrast["discordant"]["low"], 0)
            self.assertLess(contrast["difference"]["high"], 0)
            self.assertTrue(contrast["dependent"] and contrast["checks"] and contrast["scenarios"])
            for cell in contrast["dependent"]:
                self.assertEqual(len(cell["conversations"]), 2)
            self.assertIn("the verdict of", done.stdout)
            self.assertIn("Who plays the user", (folder / "out" / "summary.md").read_text())
            cases = xml.etree.ElementTree.parse(folder / "out" / "junit.xml").getroot().findall(".//testcase")
            self.assertEqual(len(cases), result["counts"]["done"])
            self.assertTrue(all(c.get("name").endswith(" by builtin") for c in cases))
            with open(folder / "out" / "cells.csv", newline="") as f:
                rows = list(csv.DictReader(f))
            self.assertEqual({r["user"] for r in rows}, {"builtin", "gpt"})

    def test_same_bytes_at_any_concurrency_and_from_shards(self):
        with desk(touchy, [POLITE], self.users) as (folder, env):
            run(folder, env, "--concurrency", "1", out="slow")
            run(folder, env, "--concurrency", "64", out="fast")
            self.assertEqual(comparable(folder / "slow"), comparable(folder / "fast"))
            for i in (1, 2, 3):
                run(folder, env, "--shard", f"{i}/3", out=f"s{i}")
            merged = support.sosia("merge", "s1", "s2", "s3", "--suite", "desk", "--out", "merged", cwd=folder, env=env)
            self.assertIn(merged.returncode, (0, 1), merged.stderr)
            self.assertEqual(comparable(folder / "merged"), comparable(folder / "fast"))
            results = [json.loads((folder / out / "run.json").read_text()) for out in ("merged", "fast")]
            self.assertEqual(results[0]["sensitivity"], results[1]["sensitivity"])

    def test_two_of_one_name_are_refused(self):
        with desk(support.refund_desk, [FAITHFUL], ["builtin", {"engine": "builtin"}]) as (folder, env):
            done = support.sosia("validate", "desk", cwd=folder, env=env)
            self.assertEqual(done.returncode, 4)
            self.assertIn("two who play the user are called", done.stderr)


class Reader(unittest.TestCase):
    def test_reads_and_its_agreement_is_reported(self):
        user = {"reader": MODEL}
        with desk(support.refund_desk, [READS_QUESTION, READS], user, runs=1) as (folder, env):
            done, result = run(folder, env)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            reader = result["reader"]
            turns = [t for c in support.conversations(folder / "out") for t in c["turns"] if "reading" in t]
            self.assertEqual(reader["turns"] + reader["fell_back"], len(turns))
            self.assertEqual(reader["fell_back"], 0)
            asked = next(a for a in reader["acts"] if a["act"] == "ask-fact")
            self.assertGreater(asked["both"], 0)
            self.assertIn("Who reads the agent", done.stdout)
            self.assertGreater(result["metrics"]["models"]["reader"]["cost_usd"], 0)
            self.assertNotIn("user", result["metrics"]["models"])
            some = next(t for t in turns if t["reading"]["acts"][0]["act"].startswith("ask-fact"))
            self.assertIn("ask-fact:order_id", some["acts"])

    def test_nonsense_leaves_the_reading_to_the_rules_and_is_said(self):
        user = {"reader": MODEL, "reader_retries": 0}
        with desk(support.refund_desk, [{"when": "<message>", "in": "any", "json": {"sentences": []}}], user, runs=1) as (folder, env):
            _, result = run(folder, env, out="nonsense")
            self.assertEqual(result["reader"]["turns"], 0)
            self.assertGreater(result["reader"]["fell_back"], 0)
            self.assertEqual(result["reader"]["faults"], ["the answer names no act"])
            file = folder / "desk" / "sosia.yaml"
            file.write_text(re.sub("(?m)^user:.*$", "user: builtin", file.read_text()))
            run(folder, env, out="rules")
            texts = [[[t["text"] for t in c["turns"]] for c in support.conversations(folder / out)] for out in ("nonsense", "rules")]
            self.assertEqual(*texts)


JUDGED = {"model": MODEL, "votes": 1, "criteria": ["tone", "groundedness"]}


class Costs(unittest.TestCase):
    user = {"model": MODEL, "reader": MODEL}

    def plan(self, folder, env):
        done = support.sosia("plan", "desk", "--json", cwd=folder, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_what_a_run_used_lies_in_the_range_planned(self):
        with desk(support.refund_desk, [FAITHFUL, *READS_THE_REST, READS_QUESTION, JUDGES], self.user, judge=JUDGED) as (folder, env):
            before = self.plan(folder, env)
            self.assertIn("stand-in", before["estimate"]["basis"])
            self.assertEqual({r["role"] for r in before["estimate"]["roles"]}, {"user", "reader", "judge"})
            _, result = run(folder, {**env, **UNCACHED})
            used = result["metrics"]["models"]
            after = self.plan(folder, env)
            self.assertIn("conversations of run", after["estimate"]["basis"])
            for plan in (before, after):
                for role in plan["estimate"]["roles"]:
                    for kind in ("calls", "input_tokens"):
                        seen = used[role["role"]][kind]
                        self.assertTrue(role[kind]["low"] <= seen <= role[kind]["high"], (plan["estimate"]["basis"], role, used))
            modes = {m["name"]: m for m in before["estimate"]["judge_modes"]}
            self.assertEqual(set(modes), {"all criteria in one call", "one criterion per call"})
            self.assertGreater(modes["one criterion per call"]["usd"]["likely"], modes["all criteria in one call"]["usd"]["likely"])

    def test_a_price_nobody_knows_is_said(self):
        with desk(support.refund_desk, [FAITHFUL], {"model": "openai/of-tomorrow"}) as (folder, env):
            self.assertIsNone(self.plan(folder, env)["usd"])
            self.assertIn("price not known", support.sosia("plan", "desk", cwd=folder, env=env).stdout)

    def test_the_budget_starts_nothing_it_cannot_pay_and_finishes_what_it_started(self):
        with desk(support.refund_desk, [FAITHFUL, READS_QUESTION, JUDGES], self.user, judge=JUDGED, more=", reruns: 0") as (folder, env):
            _, whole = run(folder, {**env, **UNCACHED}, out="whole")
            costs = sum(use["cost_usd"] for use in whole["metrics"]["models"].values())
            budget = costs / 3
            file = folder / "desk" / "sosia.yaml"
            file.write_text(file.read_text().replace("turns: 12", f"turns: 12, budget: {{ usd: {budget:.6f} }}"))
            done, capped = run(folder, {**env, **UNCACHED}, out="capped")
            self.assertEqual(done.returncode, 3, done.stdout)
            self.assertTrue(capped["stopped"].startswith("money budget spent"), capped["stopped"])
            self.assertEqual(set(capped["metrics"]["models"]), {"user", "reader", "judge"})
            spent = sum(use["cost_usd"] for use in capped["metrics"]["models"].values())
            dearest = max(sum(c.get(role, {}).get("cost_usd", 0) for role in ("user_model", "reader_model", "judge_model"))
                          for c in support.conversations(folder / "whole"))
            self.assertLessEqual(spent, budget + dearest)
            self.assertGreater(spent, budget / 2)
            self.assertLess(capped["counts"]["done"], whole["counts"]["done"])
            self.assertNotIn("budget-spent", capped["counts"]["endings"])

    def test_a_budget_too_small_for_one_conversation_starts_none(self):
        with desk(support.refund_desk, [FAITHFUL], self.user, more=", budget: { usd: 0.0001 }") as (folder, env):
            done, result = run(folder, env)
            self.assertEqual(done.returncode, 3, done.stdout)
            self.assertEqual(result["counts"]["done"], 0)
            self.assertIn("a further conversation may cost", result["stopped"])


if __name__ == "__main__":
    unittest.main()
