"""From production and back: failing conversations become tests, and the mix of simulated and real users is compared."""
import json
import pathlib
import re
import tempfile
import unittest

import planted_bugs_test
import support


def rude(request):
    """Blames whoever writes, and asks for the order number again and again."""
    return {"message": "Calm down, this is your own fault. What is your order number?"}


class FromAFailureToATest(unittest.TestCase):
    def test_a_simulated_failure_of_an_example_fails_again_at_the_same_check_and_passes_without_the_bug(self):
        for bug, check in (("invents-policy", "claims"), ("forgets-fact", "context.repeated-question")):
            with self.subTest(bug=bug), tempfile.TemporaryDirectory() as folder:
                done, run, out = planted_bugs_test.run_example("refund-desk", folder, "--tag", "smoke", bug=bug)
                self.assertEqual(done.returncode, 1, done.stdout)
                finding = run["findings"][0]
                self.assertEqual(finding["check"], check)
                failing = finding["examples"][0]["conversation"]
                suite = pathlib.Path(folder) / "refund-desk"
                made = support.sosia("promote", failing, "--id", "again", cwd=folder)
                self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
                for kind in ("personas", "scenarios"):
                    text = (suite / kind / "again.yaml").read_text()
                    self.assertTrue(text.startswith("# "), text)
                    for part in (failing, "Inferred:", "To check:", check):
                        self.assertIn(part, text)
                self.assertEqual(support.sosia("validate", suite, cwd=folder).returncode, 0)
                again = support.sosia("run", suite, "-q", "--scenario", "again", "--out", "again", cwd=folder, env={"BUG": bug})
                self.assertEqual(again.returncode, 1, again.stdout)
                records = support.conversations(pathlib.Path(folder) / "again")
                self.assertEqual({c["cell"].split("/")[0] if isinstance(c["cell"], str) else c["cell"]["persona"] for c in records}, {"again"})
                for c in records:
                    self.assertIn(check, [k["name"] for k in c["checks"] if not k["passed"]])
                mended = support.sosia("run", suite, "-q", "--scenario", "again", "--out", "mended", cwd=folder)
                self.assertEqual(mended.returncode, 0, mended.stdout)
                # nothing is overwritten, and what passed is no test
                self.assertEqual(support.sosia("promote", failing, "--id", "again", cwd=folder).returncode, 4)
                passed = support.conversations(pathlib.Path(folder) / "mended")[0]["id"]
                self.assertEqual(support.sosia("promote", passed, "--run", "latest", cwd=folder).returncode, 4)

    def test_an_imported_failure_becomes_a_test_without_personal_data_and_fails_again(self):
        with support.agent(rude) as url, support.suite("desk", url) as (folder, env):
            log = [{"role": "user", "content": "Hi, I was charged twice, my mail is jane.miller@corp.org"},
                   {"role": "assistant", "content": "Calm down, this is your own fault. What is your order number?"},
                   {"role": "user", "content": "My name is Jane Miller, order A-10023"},
                   {"role": "assistant", "content": "Calm down, this is your own fault. What is your order number?"},
                   {"role": "user", "content": "A-10023, I said so!!"},
                   {"role": "assistant", "content": "Calm down, this is your own fault. What is your order number?"},
                   {"role": "user", "content": "A-10023"},
                   {"role": "assistant", "content": "Calm down, this is your own fault. What is your order number?"},
                   {"role": "user", "content": "this is ridiculous"},
                   {"role": "assistant", "content": "Calm down, this is your own fault. What is your order number?"}]
            (folder / "log.jsonl").write_text(json.dumps({"conversation_id": "1", "intent": "refund a duplicate charge", "messages": log}) + "\n")
            done = support.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 1, cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            listed = support.sosia("list", "latest", "--failed", cwd=folder, env=env)
            failing = re.search(r"\b[0-9a-f]{12}\b", listed.stdout).group()
            shown = support.sosia("promote", failing, "--print", cwd=folder, env=env)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            made = support.sosia("promote", failing, "--id", "real-1", cwd=folder, env=env)
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            text = "".join((folder / "desk" / kind / "real-1.yaml").read_text() for kind in ("personas", "scenarios"))
            self.assertNotIn("jane", text.lower())
            self.assertNotIn("corp.org", text)
            self.assertIn("A-10023", text)
            self.assertIn("replaced by made-up values: email, name", text)
            check = re.search(r"which failed at ([a-z.-]+)\.", text).group(1)
            self.assertEqual(support.sosia("validate", "desk", cwd=folder, env=env).returncode, 0)
            again = support.sosia("run", "desk", "-q", "--scenario", "real-1", "--out", "again", cwd=folder, env=env)
            self.assertEqual(again.returncode, 1, again.stdout + again.stderr)
            for c in support.conversations(folder / "again"):
                self.assertIn(check, [k["name"] for k in c["checks"] if not k["passed"]])


class ScoringOfLogs(unittest.TestCase):
    def test_questions_asked_again_are_found_in_logs_and_only_there(self):
        """The agent asks twice for an e-mail address it was given: with redaction, which takes the value away before the checks see it, too."""
        def log(i, *agent):
            user = ["I was charged twice for order A-10023", f"it is jane{i}@example.com", "I told you already", "bye now"]
            messages = [m for u, a in zip(user, agent) for m in ({"role": "user", "content": u}, {"role": "assistant", "content": a})]
            return json.dumps({"conversation_id": f"c{i}", "intent": "refund", "messages": messages})

        asks, done = "What is your e-mail address?", "I have refunded it, it takes 3 days."
        lines = [log(i, asks, done, "You're welcome.") for i in range(10)]
        lines += [log(i, asks, "Thanks, I found the charge.", "Please tell me your e-mail address.") for i in range(10, 15)]
        lines += [log(i, asks, f"Is jane{i}@example.com the e-mail address we may write to?", done) for i in range(15, 20)]
        lines += [log(i, asks, "Thanks, I found the charge.", "How can I help you today?") for i in range(20, 23)]
        with support.agent(rude) as url, support.suite("desk", url) as (folder, env):
            (folder / "log.jsonl").write_text("\n".join(lines))
            for options in ((), ("--keep-personal-data",)):
                made = support.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 1, *options, cwd=folder, env=env)
                self.assertEqual(made.returncode, 0, made.stderr)
                self.assertEqual(support.sosia("export", "latest", "--out", "out", cwd=folder, env=env).returncode, 0)
                failed = [k["name"] for c in support.conversations(folder / "out") for k in c["checks"] if not k["passed"]]
                self.assertEqual(failed.count("context.repeated-question"), 5, failed)
                self.assertEqual(failed.count("context.lost-thread"), 3, failed)
                clusters = json.loads(support.sosia("clusters", "--json", "--forget", cwd=folder, env=env).stdout)["clusters"]
                self.assertEqual({c["signal"] for c in clusters}, {"context.repeated-question", "context.lost-thread"})


class SimulatedBesideReal(unittest.TestCase):
    def test_the_mix_is_compared_trait_by_trait_and_the_scores_by_intent(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            self.assertIn(support.sosia("run", "desk", "-q", cwd=folder, env=env).returncode, (0, 1))
            lines = []
            for i in range(60):
                intent = "refund a duplicate charge" if i % 3 else "delivery address"
                lines.append(json.dumps({"conversation_id": f"c{i}", "intent": intent, "messages": [
                    {"role": "user", "content": "this is ridiculous! charged twice, A-10023" if i % 2 else "hello, my order A-10023"},
                    {"role": "assistant", "content": "I've refunded it." if i % 4 else "What is your order number?"},
                    {"role": "user", "content": "thanks"}, {"role": "assistant", "content": "You're welcome."}]}))
            (folder / "log.jsonl").write_text("\n".join(lines))
            self.assertEqual(support.sosia("import", "log.jsonl", "--suite", "desk", "--sample", 1, cwd=folder, env=env).returncode, 0)
            done = support.sosia("mix", "latest~1", "--real", "latest", "--json", cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            mix = json.loads(done.stdout)
            self.assertEqual((mix["simulated"], mix["real"]), (60, 60))
            intent = mix["traits"][0]
            self.assertEqual(intent["name"], "intent")
            self.assertEqual({c["name"]: c["simulated"] for c in intent["classes"]}, {"refund a duplicate charge": 1.0, "delivery address": 0.0})
            self.assertGreater(intent["jensen_shannon"], intent["floor_js"])
            self.assertGreater(intent["total_variation"], intent["floor_tv"])
            self.assertTrue(any("delivery address" in line for line in mix["not_simulated"]))
            self.assertEqual([c["of"] for c in mix["correlations"]], ["pass rate", "score"])
            self.assertEqual(support.sosia("mix", "latest~1", "--real", "latest", "--json", cwd=folder, env=env).stdout, done.stdout)
            text = support.sosia("mix", "latest~1", "--real", "latest", cwd=folder, env=env).stdout
            for part in ("trait", "floor", "missing: intent delivery address", "no correlation: three segments"):
                self.assertIn(part, text)
            self.assertEqual(support.sosia("mix", "latest", "--real", "no-such", cwd=folder, env=env).returncode, 4)


if __name__ == "__main__":
    unittest.main()
