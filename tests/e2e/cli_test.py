"""The commands as a new user meets them: help, init, plan, run, list, show, replay, export, wrong input, dead agents."""
import json
import pathlib
import re
import tempfile
import unittest

import support


class Commands(unittest.TestCase):
    def test_help_teaches_by_example(self):
        with tempfile.TemporaryDirectory() as folder:
            top = support.sosia("--help", cwd=folder)
            self.assertEqual(top.returncode, 0)
            self.assertIn("sosia run", top.stdout)
            for command in ("init", "validate", "plan", "run", "resume", "show", "list", "delete", "replay", "export", "realism", "personas"):
                page = support.sosia(command, "--help", cwd=folder)
                self.assertEqual(page.returncode, 0, page.stderr)
                self.assertIn("Example", page.stdout, command)

    def section_of(self, page, heading):
        found = re.search(rf"(?ims)^##+ {heading}\b.*?(?=^##|\Z)", page)
        self.assertTrue(found, heading)
        return found.group()

    def test_the_page_about_commands_has_every_command_and_option(self):
        page = (support.ROOT / "docs/cli.md").read_text()
        with tempfile.TemporaryDirectory() as folder:
            top = support.sosia("--help", cwd=folder).stdout
            commands = re.findall(r"^  ([a-z-]+)  +[A-Z]", top[top.index("Subcommands:"):], re.M)
            self.assertGreaterEqual(len(commands), 12)
            for command in commands:
                self.assertRegex(page, rf"(?m)^## sosia {command}\b")
                section = self.section_of(page, f"sosia {command}")
                for linked in re.findall(r"\]\(#([a-z-]+)\)", section):
                    section += self.section_of(page, linked.replace("-", " "))
                words = [command, "generate"] if command in ("personas", "scenarios") else [command]
                options = set(re.findall(r"--[a-z-]+", support.sosia(*words, "--help", cwd=folder).stdout.split("Example")[0])) - {"--help"}
                for option in options:
                    self.assertRegex(section, rf"[`]{option}[ `]", f"{command} {option}")

    def test_unknown_command_is_wrong_use(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(support.sosia("rnu", cwd=folder).returncode, 4)
            self.assertEqual(support.sosia("run", "--no-such-option", cwd=folder).returncode, 4)
            self.assertEqual(support.sosia("run", "no-such-folder", cwd=folder).returncode, 4)
            support.sosia("init", cwd=folder)
            (pathlib.Path(folder) / "scorecard.yaml").write_text("checks: { latncy: off }\n")
            with open(pathlib.Path(folder) / "sosia.yaml", "a") as suite:
                suite.write("scorecard: scorecard.yaml\n")
            for command in ("validate", "plan", "run"):
                refused = support.sosia(command, cwd=folder)
                self.assertEqual(refused.returncode, 4, refused.stdout)
                self.assertIn('did you mean "latency"?', refused.stderr)
            self.assertEqual(support.sosia("show", "c7f3", cwd=folder).returncode, 4)

    def test_init_writes_a_suite_that_validates_and_never_overwrites(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(support.sosia("init", cwd=folder).returncode, 0)
            checked = support.sosia("validate", cwd=folder)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            again = support.sosia("init", cwd=folder)
            self.assertEqual(again.returncode, 4)
            plan = support.sosia("plan", "--json", cwd=folder)
            self.assertEqual(plan.returncode, 0, plan.stderr)
            self.assertIn("conversations", json.loads(plan.stdout))

    def test_a_run_leaves_its_files_and_can_be_read_again(self):
        with support.agent(support.refund_desk) as url, support.suite("desk", url) as (folder, env):
            run = support.sosia("run", "desk", "--out", "results", cwd=folder, env=env)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertNotIn("\x1b", run.stdout + run.stderr)
            for name in ("run.json", "conversations.jsonl", "junit.xml", "summary.md", "cells.csv"):
                self.assertTrue((folder / "results" / name).stat().st_size > 0, name)
            first = support.conversations(folder / "results")[0]
            for key in ("id", "cell", "seed", "outcome", "fault", "ended", "turns", "checks", "scores", "metrics"):
                self.assertIn(key, first)
            shown = support.sosia("show", first["id"][:6], "--why", cwd=folder, env=env)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn(first["turns"][0]["text"].split("\n")[0][:20], shown.stdout)
            self.assertIn("What the user knew", shown.stdout)
            listed = support.sosia("list", "latest", cwd=folder, env=env)
            self.assertIn(first["id"], listed.stdout)
            exported = support.sosia("export", "latest", "--out", "again", cwd=folder, env=env)
            self.assertEqual(exported.returncode, 0, exported.stderr)
            self.assertEqual((folder / "again/conversations.jsonl").read_bytes(), (folder / "results/conversations.jsonl").read_bytes())
            replay = support.sosia("replay", first["id"], cwd=folder, env=env)
            self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
            resimulated = support.sosia("replay", first["id"], "--resimulate", "--json", cwd=folder, env=env)
            self.assertEqual(json.dumps(support.without_clocks(json.loads(resimulated.stdout))), json.dumps(support.without_clocks(first)))

    def test_a_dead_agent_makes_the_run_not_valid_and_says_why(self):
        url = f"http://127.0.0.1:{support.free_port()}/chat"
        with support.suite("desk", url) as (folder, env):
            run = support.sosia("run", "desk", "-q", "--runs", 1, "--out", "results", cwd=folder, env=env)
            self.assertEqual(run.returncode, 3, run.stdout)
            self.assertIn("refused", run.stdout)
            self.assertTrue(all(c["outcome"] == "invalid" and c["fault"] == "infrastructure" for c in support.conversations(folder / "results")))

    def test_an_agent_that_answers_garbage_fails_and_the_run_goes_on(self):
        for body in (b"<html>oops</html>", b"", b'{"message": 7}', b'{"message": ""}', b"[]", b'{"message": "\xff"}'):
            with support.agent(lambda request, body=body: body) as url, support.suite("desk", url) as (folder, env):
                run = support.sosia("run", "desk", "-q", "--runs", 1, "--out", "results", cwd=folder, env=env)
                self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
                self.assertEqual({c["ended"] for c in support.conversations(folder / "results")}, {"agent-invalid"}, body)

    def test_every_problem_of_a_broken_suite_is_told_with_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            support.sosia("init", cwd=folder)
            path = pathlib.Path(folder) / "sosia.yaml"
            path.write_text(path.read_text().replace("personas: personas/", "persnoas: personas/") + "limits: { turns: many }\n")
            checked = support.sosia("validate", cwd=folder)
            self.assertEqual(checked.returncode, 4)
            self.assertIn("persnoas", checked.stderr)
            self.assertIn("personas", checked.stderr)
            self.assertIn("turns", checked.stderr)
            self.assertRegex(checked.stderr, r"sosia\.yaml:\d+:\d+")

    def test_secrets_never_leave_the_environment(self):
        secret = "s3cr3t-9f8e7d6c5b4a"
        with support.agent(support.refund_desk) as url, support.suite("desk", url, AGENT_KEY=secret) as (folder, env):
            path = folder / "desk/sosia.yaml"
            path.write_text(path.read_text().replace('agent: { url: "${AGENT_URL}" }', 'agent: { url: "${AGENT_URL}", headers: { Authorization: "Bearer ${AGENT_KEY}" } }'))
            run = support.sosia("run", "desk", "--runs", 1, "--out", "results", cwd=folder, env=env)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertNotIn(secret, run.stdout + run.stderr)
            for file in folder.rglob("*"):
                if file.is_file():
                    self.assertNotIn(secret.encode(), file.read_bytes(), file)


if __name__ == "__main__":
    unittest.main()
