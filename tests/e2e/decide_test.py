"""Baselines, comparisons, the gate, shards: run against a real agent that gets worse on command."""
import json
import pathlib
import random
import unittest

import support


class Agent:
    """The good agent of support, which refuses refunds with a chance that can be changed between runs."""

    def __init__(self, chance=0.0):
        self.chance = chance
        self.asked = 0

    def __call__(self, request):
        self.asked += 1
        if random.Random(request["conversation"]).random() < self.chance:
            return {"message": "I cannot help with that. Refunds take 400 days."}
        return support.refund_desk(request)


def compare(folder, env, *arguments):
    done = support.sosia("compare", *arguments, "--json", cwd=folder, env=env)
    return done, json.loads(done.stdout) if done.stdout else None


class Decide(unittest.TestCase):
    def setUp(self):
        self.agent = Agent()
        self.stack = __import__("contextlib").ExitStack()
        url = self.stack.enter_context(support.agent(self.agent))
        self.folder, self.env = self.stack.enter_context(support.suite("desk", url))
        self.addCleanup(self.stack.close)

    def sosia(self, *arguments):
        return support.sosia(*arguments, cwd=self.folder, env=self.env)

    def run_suite(self, *arguments):
        done = self.sosia("run", "desk", "-q", *arguments)
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        return done

    def test_a_baseline_is_a_reviewable_file_and_later_runs_are_held_against_it(self):
        self.run_suite()
        made = self.sosia("baseline", "set", "main")
        self.assertEqual(made.returncode, 0, made.stderr)
        text = (self.folder / "sosia-baselines/main.json").read_text()
        self.assertEqual(json.loads(text)["name"], "main")
        cells = [line for line in text.splitlines() if line.lstrip().startswith('{"cell"')]
        self.assertEqual(len(cells), len(json.loads(text)["cells"]))
        self.assertIn("main", self.sosia("baseline", "list").stdout)
        self.assertIn("seed", self.sosia("baseline", "show", "main").stdout)
        # nothing changed
        self.run_suite()
        same, report = compare(self.folder, self.env, "main..")
        self.assertIn(same.returncode, (0, 2), same.stdout + same.stderr)
        self.assertEqual(report["overall"]["change"], 0)
        self.assertEqual(report["newly_failing"], [])
        # worse
        self.agent.chance = 0.5
        self.run_suite()
        worse, report = compare(self.folder, self.env, "main..")
        self.assertEqual(worse.returncode, 1, worse.stdout)
        self.assertEqual(report["answer"], "regressed")
        self.assertTrue(report["newly_failing"])
        shown = self.sosia("show", report["newly_failing"][0]["conversation"])
        self.assertEqual(shown.returncode, 0, shown.stderr)
        text = self.sosia("compare", "main..", "--markdown", "gate.md", "--annotations")
        self.assertTrue(text.stdout.startswith("REGRESSED"), text.stdout)
        self.assertIn("::error", text.stdout)
        self.assertIn("regressed", (self.folder / "gate.md").read_text())
        # two runs, and back again
        self.assertEqual(self.sosia("compare", "latest~1", "latest").returncode, 1)
        self.assertIn(self.sosia("compare", "latest", "latest~1").returncode, (0, 2))

    def test_what_cannot_be_compared_is_refused_with_the_parts_named(self):
        self.run_suite()
        self.sosia("baseline", "set", "main")
        personas = self.folder / "desk/personas/all.yaml"
        personas.write_text(personas.read_text().replace("terse", "verbose", 1))
        self.run_suite()
        refused = self.sosia("compare", "main..")
        self.assertEqual(refused.returncode, 4, refused.stdout)
        self.assertIn("persona ", refused.stderr)
        forced = self.sosia("compare", "main..", "--force")
        self.assertIn(forced.returncode, (0, 1, 2))
        self.assertIn("forced: the two differ in persona", forced.stdout)
        before = self.agent.asked
        gate = self.sosia("gate", "desk", "-q")
        self.assertEqual(gate.returncode, 4)
        self.assertIn("nothing was run", gate.stderr)
        self.assertEqual(self.agent.asked, before)
        self.assertEqual(self.sosia("compare", "no-such..").returncode, 4)

    def test_the_gate_stops_early_and_spends_no_more_than_its_budget(self):
        self.run_suite()
        self.sosia("baseline", "set", "main")
        planned = json.loads((self.folder / "sosia-baselines/main.json").read_text())
        pairs = sum(len(c["runs"]) for c in planned["cells"])
        self.agent.chance = 1.0
        worse = self.sosia("gate", "desk", "-q", "--until-decided", "--json")
        self.assertEqual(worse.returncode, 1, worse.stdout + worse.stderr)
        report = json.loads(worse.stdout)
        self.assertEqual(report["answer"], "regressed")
        self.assertLess(report["sequential"]["spent"], pairs)
        self.assertGreaterEqual(report["sequential"]["evidence_worse"], 100)
        self.agent.chance = 0.0
        poor = self.sosia("gate", "desk", "-q", "--until-decided", "--budget", 3, "--json")
        self.assertEqual(poor.returncode, 2, poor.stdout + poor.stderr)
        self.assertEqual(json.loads(poor.stdout)["sequential"]["spent"], 3)
        fixed = self.sosia("gate", "desk", "-q", "--json")
        self.assertIn(fixed.returncode, (0, 2), fixed.stdout + fixed.stderr)
        self.assertEqual(json.loads(fixed.stdout)["overall"]["pairs"], pairs)

    def test_the_gate_gives_the_same_answer_at_any_concurrency(self):
        self.agent.chance = 0.1
        self.run_suite()
        self.sosia("baseline", "set", "main")
        self.agent.chance = 0.3
        spent = set()
        for concurrency in (1, 16):
            done = self.sosia("gate", "desk", "-q", "--until-decided", "--json", "--concurrency", concurrency)
            report = json.loads(done.stdout)
            spent.add((report["answer"], json.dumps(report["sequential"], sort_keys=True)))
        self.assertEqual(len(spent), 1, spent)

    def test_a_gate_does_not_skip_cells_silently(self):
        self.run_suite()
        self.sosia("baseline", "set", "main")
        suite = self.folder / "desk/sosia.yaml"
        suite.write_text(suite.read_text().replace(", impatient", ""))
        refused = self.sosia("gate", "desk", "-q")
        self.assertEqual(refused.returncode, 4, refused.stdout)
        self.assertIn("impatient", refused.stderr)
        partial = self.sosia("gate", "desk", "-q", "--partial")
        self.assertIn(partial.returncode, (0, 2), partial.stderr)
        self.assertIn("were not run this time", partial.stdout)

    def test_merged_shards_are_the_bytes_of_one_run(self):
        self.agent.chance = 0.2
        self.run_suite("--out", "whole")
        for i in (1, 2, 3):
            self.run_suite("--shard", f"{i}/3", "--out", f"shard-{i}")
        self.assertLess(len(support.conversations(self.folder / "shard-1")), len(support.conversations(self.folder / "whole")))
        merged = self.sosia("merge", "shard-3", "shard-1", "shard-2", "--suite", "desk", "--out", "merged")
        self.assertEqual(merged.returncode, 1, merged.stdout + merged.stderr)
        self.assertEqual(support.comparable(self.folder / "merged"), support.comparable(self.folder / "whole"))
        self.assertEqual((self.folder / "merged/cells.csv").read_bytes(), (self.folder / "whole/cells.csv").read_bytes())
        ours, theirs = (json.loads((self.folder / name / "run.json").read_text()) for name in ("merged", "whole"))
        for machine in ("run", "started_at", "duration_ms"):
            ours.pop(machine), theirs.pop(machine)
        for report in (ours, theirs):
            report["metrics"].pop("latency")
        self.assertEqual(json.dumps(ours), json.dumps(theirs))
        same, report = compare(self.folder, self.env, "latest", "latest~1", "--force")
        self.assertIsNotNone(report, same.stderr)
        # nothing may be missing, doubled or foreign
        self.assertEqual(self.sosia("merge", "shard-1", "shard-2", "--suite", "desk").returncode, 4)
        self.assertEqual(self.sosia("merge", "shard-1", "shard-1", "--suite", "desk").returncode, 4)
        self.assertEqual(self.sosia("merge", "shard-1", "shard-2", "shard-3", "--suite", "desk", "--seed", 99).returncode, 4)
        self.assertEqual(self.sosia("run", "desk", "--shard", "4/3").returncode, 4)


    def test_thresholds_come_from_the_suite_and_the_command_line_overrides_them(self):
        self.run_suite()
        self.sosia("baseline", "set", "main")
        self.agent.chance = 0.5
        self.run_suite()
        self.assertEqual(self.sosia("compare", "main..").returncode, 1)
        suite = self.folder / "desk/sosia.yaml"
        plain = suite.read_text()
        suite.write_text(plain + "gate: { compare: { least_loss: 99%, margin: 0.9, warn: 0.000001, by: [check] } }\n")
        mild = self.sosia("compare", "main..", "--json")
        self.assertEqual(mild.returncode, 0, mild.stdout + mild.stderr)
        report = json.loads(mild.stdout)
        self.assertEqual(report["answer"], "not worse")
        self.assertGreater(len(report["gating"]), 1)
        self.assertEqual(self.sosia("compare", "main..", "--least-loss", 0).returncode, 1)
        self.assertEqual(self.sosia("gate", "desk", "-q").returncode, 0)
        self.assertEqual(self.sosia("gate", "desk", "-q", "--least-loss", 0).returncode, 1)
        for wrong in ("alpha: 0", "alpha: 80%", "margins: 1%", "power: 100%"):
            suite.write_text(plain + "gate: { compare: { " + wrong + " } }\n")
            self.assertEqual(self.sosia("validate", "desk").returncode, 4, wrong)

    def test_ci_does_what_the_change_deserves(self):
        first = self.sosia("ci", "desk")
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertIn("baseline set main", first.stdout)
        self.assertTrue((self.folder / "sosia-baselines/main.json").exists())
        self.assertTrue((self.folder / "sosia-results/full/junit.xml").exists())
        changed = self.folder / "changed.txt"

        def level(*paths, rules=None):
            changed.write_text("\n".join(paths) + "\n")
            extra = []
            if rules is not None:
                (self.folder / "levels.json").write_text(json.dumps(rules))
                extra = ["--levels", "levels.json"]
            done = self.sosia("ci", "desk", "--changed", "changed.txt", "--dry-run", *extra)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        asked = self.agent.asked
        self.assertIn("level: nothing", level("README.md", "docs/a.md"))
        self.assertIn("--scenario", level("README.md", "desk/scenarios/duplicate-charge.yaml"))
        self.assertIn("$ sosia gate desk", level("agent/main.py", "desk/scenarios/duplicate-charge.yaml"))
        self.assertIn("baseline set", level("desk/sosia.yaml"))
        self.assertIn("level: nothing", level("agent/main.py", rules=[{"paths": ["agent/*"], "level": "nothing"}]))
        self.assertEqual(self.agent.asked, asked)
        changed.write_text("agent/main.py\n")
        self.agent.chance = 1.0
        worse = self.sosia("ci", "desk", "--changed", "changed.txt", "--budget", 60)
        self.assertEqual(worse.returncode, 1, worse.stdout + worse.stderr)
        self.assertIn("REGRESSED", worse.stdout)
        self.assertIn("regressed", (self.folder / "sosia-results/gate.md").read_text())
        self.assertEqual(self.sosia("ci", "desk", "--changed", "changed.txt", "--levels", "no-such-file").returncode, 4)

    def test_flaky_cells_are_found_marked_and_forgotten_in_time(self):
        suite = self.folder / "desk/sosia.yaml"
        suite.write_text(suite.read_text().replace('agent: { url: "${AGENT_URL}" }', 'agent: { url: "${AGENT_URL}", version: "1.0" }'))
        self.run_suite()
        self.sosia("baseline", "set", "main")
        self.agent.chance = 0.15
        self.run_suite()
        found = self.sosia("flaky", "find", "latest~1", "latest")
        self.assertEqual(found.returncode, 0, found.stderr)
        marks = json.loads((self.folder / "sosia-baselines/flaky.json").read_text())
        self.assertTrue(marks)
        report = json.loads(self.sosia("compare", "main..", "--json").stdout)
        self.assertEqual(report["flaky"]["marked"], len(marks))
        self.assertTrue(all(c["flaky"] for c in report["newly_failing"]))
        self.assertEqual(report["flaky"]["expired"], [])
        for mark in marks:
            mark["expires"] = "2001-01-01"
        (self.folder / "sosia-baselines/flaky.json").write_text(json.dumps(marks))
        report = json.loads(self.sosia("compare", "main..", "--json", "--margin", 0.9, "--alpha", 0.000001).stdout)
        self.assertEqual(report["answer"], "undecided")
        self.assertTrue(report["flaky"]["expired"])
        self.assertIn("EXPIRED", self.sosia("flaky", "list").stdout)
        self.assertEqual(self.sosia("flaky", "clear", marks[0]["cell"]).returncode, 0)
        self.assertEqual(self.sosia("flaky", "clear", marks[0]["cell"]).returncode, 4)
        other = self.sosia("run", "desk", "-q", "--seed", 5)
        self.assertIn(other.returncode, (0, 1))
        self.assertEqual(self.sosia("flaky", "find", "latest~1", "latest").returncode, 4)


    def test_failures_are_grouped_named_and_shrunk(self):
        self.agent.chance = 0.6
        self.run_suite()
        first = json.loads(self.sosia("clusters", "--json").stdout)["clusters"]
        self.assertTrue(first and all(c["new"] for c in first))
        self.assertTrue(first[0]["suspected_cause"] and first[0]["proposed_change"] and first[0]["representatives"])
        self.assertEqual(sorted(c["number"] for c in first), list(range(1, len(first) + 1)))
        self.run_suite()
        again = json.loads(self.sosia("clusters", "--json").stdout)["clusters"]
        self.assertEqual([c["number"] for c in again], [c["number"] for c in first])
        self.assertFalse(any(c["new"] for c in again))
        text = self.sosia("clusters").stdout
        self.assertIn("cluster 1", text)
        failing = first[0]["representatives"][0]
        small = self.sosia("shrink", failing)
        self.assertEqual(small.returncode, 1, small.stdout + small.stderr)
        self.assertIn("user turns are enough", small.stdout)
        self.assertIn("traits and facts", small.stdout)
        self.agent.chance = 0.0
        mended = self.sosia("shrink", failing)
        self.assertEqual(mended.returncode, 0, mended.stdout + mended.stderr)
        self.assertIn("does not fail any more", mended.stdout)

    def test_published_tables_are_audited(self):
        table = self.folder / "table.csv"
        table.write_text("name,tasks,pass^1,pass^2,pass^3,pass^4\nours,50,0.420,0.273,0.220,0.200\n")
        fits = self.sosia("audit", "passk", "table.csv")
        self.assertEqual(fits.returncode, 0, fits.stdout + fits.stderr)
        table.write_text("name,tasks,pass^1,pass^2,pass^3,pass^4\ntheirs,50,0.642,0.589,0.554,0.521\n")
        broken = self.sosia("audit", "passk", "table.csv")
        self.assertEqual(broken.returncode, 1, broken.stderr)
        self.assertIn("does not fit  theirs", broken.stdout)
        self.assertEqual(self.sosia("audit", "passk", "no-such.csv").returncode, 4)
        table.write_text("name,tasks,pass^1\n")
        empty = self.sosia("audit", "passk", "table.csv")
        self.assertEqual(empty.returncode, 4, empty.stdout)
        self.assertIn("no rows", empty.stderr)


    def test_production_logs_are_redacted_sampled_and_scored(self):
        lines = []
        for i in range(40):
            again = "What is your order number?" if i % 4 == 0 else "It is done, you will see it in 3 days."
            lines.append(json.dumps({"conversation_id": f"c{i}", "intent": "refund", "messages": [
                {"role": "system", "content": "secret instructions"},
                {"role": "user", "content": f"I was charged twice, order A-{10000 + i}, mail jane{i}@example.com"},
                {"role": "assistant", "content": "What is your order number?"},
                {"role": "user", "content": f"A-{10000 + i} as I said"},
                {"role": "assistant", "content": again},
                {"role": "user", "content": "thanks"}]}))
        (self.folder / "log.jsonl").write_text("\n".join(lines))
        done = self.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 1)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("40 sampled", done.stdout)
        self.assertIn("40 x [email]", done.stdout)
        exported = self.sosia("export", "latest", "--out", "imported")
        self.assertEqual(exported.returncode, 0, exported.stderr)
        text = (self.folder / "imported/conversations.jsonl").read_text()
        self.assertNotIn("@example.com", text)
        self.assertNotIn("secret instructions", text)
        self.assertIn("A-10003", text)
        some = self.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 0.3, "--seed", 3)
        again = self.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 0.3, "--seed", 3)
        self.assertEqual(some.stdout.split(" as run")[0], again.stdout.split(" as run")[0])
        self.assertEqual(self.sosia("import", "no-such.jsonl", "--suite", "desk").returncode, 4)
        (self.folder / "broken.jsonl").write_text("{oops")
        self.assertEqual(self.sosia("import", "broken.jsonl", "--suite", "desk").returncode, 4)


    def test_what_is_wrong_is_said_as_it_is(self):
        """Messages a new user met, each naming what was really wrong."""
        self.run_suite("--sample", 3)
        self.sosia("baseline", "set", "main")
        (self.folder / "empty.jsonl").write_text("")
        (self.folder / "words.txt").write_text("hello there\n")
        (self.folder / "one-sided.jsonl").write_text('{"messages": [{"role": "user", "content": "anybody?"}]}\n')
        (self.folder / "cut.json").write_text('{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "a"')
        (self.folder / "sosia-baselines/torn.json").write_text("{")
        for arguments, said in (
                (("gate", "desk", "-q", "--against", "nope"), 'no baseline "nope"'),
                (("compare", "torn.."), "not a baseline"),
                (("import", "empty.jsonl", "--suite", "desk"), "there is nothing in it"),
                (("import", "words.txt", "--suite", "desk"), "neither JSON, nor CSV"),
                (("import", "one-sided.jsonl", "--suite", "desk"), "no conversation with two sides (1 with one)"),
                (("import", "desk", "--suite", "desk"), "is a folder"),
                (("import", "cut.json", "--suite", "desk"), "not OTLP/JSON"),
                (("mix", "latest", "--real", "latest"), "holds simulated conversations"),
                (("flaky", "mark", "nonsense"), "is not the name of a cell"),
                (("merge",), "sosia merge --help"),
                (("audit", "passk"), "sosia audit passk --help")):
            with self.subTest(arguments=arguments):
                done = self.sosia(*arguments)
                self.assertEqual(done.returncode, 4, done.stdout + done.stderr)
                self.assertTrue(done.stderr.startswith("sosia: "), done.stderr)
                self.assertIn(said, done.stderr)
        marked = self.sosia("flaky", "mark", "sandra/refund/-/skeptic")
        self.assertEqual(marked.returncode, 0)
        self.assertRegex(marked.stdout, r"marked until \d{4}-\d\d-\d\d\n$")

    def test_coverage_names_what_nobody_has_run(self):
        self.run_suite("--adversary", "cooperative", "--adversary", "impatient")
        part = json.loads(self.sosia("coverage", "--json").stdout)
        adversaries = next(line for line in part["coverage"] if line["name"] == "adversary")
        self.assertEqual((adversaries["covered"], adversaries["feasible"]), (2, 4))
        self.assertTrue(all(cell["adversary"] in ("objection-ladder", "retry-pressure") for cell in part["worth_most"]))
        self.run_suite()
        whole = self.sosia("coverage")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        self.assertNotIn("worth most", whole.stdout)


if __name__ == "__main__":
    unittest.main()
