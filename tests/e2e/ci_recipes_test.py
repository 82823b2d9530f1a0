"""The recipes of docs/ci.md, run: their shell lines are taken out of the page and run in a git repository that holds an example."""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import support

PAGE = (support.ROOT / "docs/ci.md").read_text()
PERSONAS = {"carmen", "lucia", "mateo", "sandra"}  # of the example; the recipes do not depend on how many there are


def block(heading, language, which=0):
    """A code block below a heading of the page."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.S)[which]


def github_steps():
    return re.findall(r"^ *- run: (.*)$", block("GitHub Actions", "yaml"), re.M)


def gitlab_script(job, which=0):
    text = block("GitLab", "yaml", which)
    script = re.search(rf"^{job}:\n(?:  .*\n)*?  script:\n((?:    - .*\n)+)", text, re.M).group(1)
    return re.findall(r"^    - (.*)$", script, re.M)


class Recipes(unittest.TestCase):
    """A repository with a main branch, a baseline in it, and a working copy on a branch of its own."""

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.root = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (self.root / "bin").mkdir()
        os.symlink(os.path.abspath(support.SOSIA), self.root / "bin/sosia")
        self.repo = self.root / "repo"
        shutil.copytree(support.ROOT / "examples/refund-desk", self.repo, ignore=shutil.ignore_patterns(".sosia", "__pycache__", "sosia-*"))
        for persona in (self.repo / "personas").glob("*.yaml"):
            if persona.stem not in PERSONAS:
                persona.unlink()
        suite = self.repo / "sosia.yaml"
        text = re.sub(r"\b8731\b", str(support.free_port()), suite.read_text())
        suite.write_text(text.replace("turn_timeout: 10s", "turn_timeout: 10m").replace("minutes: 10", "minutes: 60"))  # a slow machine is no finding
        (self.repo / ".gitignore").write_text(".sosia/\nsosia-results/\nchanged.txt\n__pycache__/\nshard-*\n")
        self.shell(["sosia run -q --out ../first", "sosia baseline set main"], codes=(0,))
        self.shell(["git init -q -b main .", "git add -A", "git commit -qm first", "git init -q --bare ../origin.git",
                    "git remote add origin ../origin.git", "git push -q origin main", "git checkout -qb change"], codes=(0,))

    def shell(self, lines, codes=None, **environment):
        """Runs the lines one by one as a pipeline does: the first that fails ends it."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI"))}
        env |= {"PATH": f"{self.root / 'bin'}:{env['PATH']}", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", **environment}
        output = ""
        for line in lines:
            done = subprocess.run(["bash", "-e", "-c", line], cwd=self.repo, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, text=True, timeout=600)
            output += done.stdout
            if done.returncode != 0:
                break
        if codes is not None:
            self.assertIn(done.returncode, codes, output)
        return done.returncode, output

    def change(self, path, edit):
        """One commit on the branch, which starts anew from main."""
        self.shell(["git checkout -q -f main", "git checkout -qB change"], codes=(0,))
        file = self.repo / path
        file.write_text(edit(file.read_text()))
        self.shell(["git commit -qam change"], codes=(0,))
        shutil.rmtree(self.repo / "sosia-results", ignore_errors=True)

    def test_github_at_all_four_levels(self):
        steps = github_steps()
        self.assertEqual(len(steps), 2, steps)
        summary = self.root / "summary.md"
        env = {"GITHUB_BASE_REF": "main", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}

        self.change("README.md", lambda text: text + "\nmore\n")
        code, out = self.shell(steps, **env)
        self.assertEqual(code, 0, out)
        self.assertIn("level: nothing", out)
        self.assertFalse((self.repo / "sosia-results").exists())

        scenario = sorted((self.repo / "scenarios").glob("*.yaml"))[0]
        self.change(f"scenarios/{scenario.name}", lambda text: text + "# a note\n")
        code, out = self.shell(steps, **env)
        self.assertEqual(code, 0, out)
        self.assertIn("level: affected", out)
        self.assertTrue((self.repo / "sosia-results/scenarios/junit.xml").exists())
        self.assertFalse((self.repo / "sosia-results/full").exists())

        self.change("agent.py", lambda text: text + "\n# a note\n")
        code, out = self.shell(steps, **env)
        self.assertIn(code, (0, 2), out)  # nothing is lost; whether a small suite can rule a loss out is not the recipe's matter
        self.assertIn("level: full", out)
        self.assertNotIn("::error", out)
        self.assertTrue((self.repo / "sosia-results/smoke/junit.xml").exists())
        scores = (self.repo / ".sosia/scores.jsonl").read_text()
        self.assertGreater(len(scores.splitlines()), 10)

        code, out = self.shell(steps, **env, BUG="invents-policy")
        self.assertEqual(code, 1, out)
        self.assertNotIn("$ sosia gate", out)  # the smoke subset failed first
        (self.repo / "levels.json").write_text('[{"paths": ["*"], "level": "full"}]')
        code, out = self.shell([steps[0], steps[1] + " --smoke-tag none"], **env, BUG="invents-policy")
        self.assertEqual(code, 1, out)
        self.assertIn("REGRESSED", out)
        self.assertIn("::error", out)
        self.assertIn("regressed", summary.read_text().lower())

        before = (self.repo / "sosia-baselines/main.json").read_text()
        self.change("sosia.yaml", lambda text: text.replace("seed: 7", "seed: 8"))
        code, out = self.shell(steps, **env)
        self.assertEqual(code, 0, out)
        self.assertIn("level: new-baseline", out)
        self.assertNotEqual((self.repo / "sosia-baselines/main.json").read_text(), before)

    def test_gitlab_on_one_machine_and_on_two(self):
        script = gitlab_script("sosia")
        self.assertEqual(len(script), 2, script)
        self.change("agent.py", lambda text: text + "\n# a note\n")
        code, out = self.shell(script, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
        self.assertIn(code, (0, 2), out)
        for report in (self.repo / "sosia-results").glob("*/junit.xml"):
            self.assertTrue(xml.etree.ElementTree.parse(report).getroot().findall(".//testcase"))
        for index in ("1", "2"):
            self.shell(gitlab_script("shard", 1), codes=(0,), CI_NODE_INDEX=index, CI_NODE_TOTAL="2", BUG="invents-policy")
        code, out = self.shell(gitlab_script("decide", 1), BUG="invents-policy")
        self.assertEqual(code, 1, out)
        self.assertIn("REGRESSED", out)
        self.assertIn("regressed", (self.repo / "sosia-results/gate.md").read_text().lower())

    def test_any_shell(self):
        recipe = self.root / "gate.sh"
        recipe.write_text(block("Any shell", "sh"))
        self.change("agent.py", lambda text: text + "\n# a note\n")
        code, out = self.shell([f"sh {recipe}"])
        self.assertEqual(code, 0, out)
        self.assertRegex(out, r"\n(not worse|undecided: .*)\n")
        code, out = self.shell([f"sh {recipe}"], BUG="invents-policy")
        self.assertEqual(code, 1, out)

    def test_a_sample_of_personas_is_the_same_for_one_seed_and_the_scores_are_used_again(self):
        self.change("agent.py", lambda text: text + "\n# a note\n")
        line = "sosia ci --smoke-tag none --dry-run --sample-personas 2 --sample-seed {}"
        _, first = self.shell([line.format(1)], codes=(0,))
        self.assertEqual(first.count("--persona "), 2, first)
        self.assertEqual(self.shell([line.format(1)])[1], first)
        self.assertTrue(any(self.shell([line.format(seed)])[1] != first for seed in range(2, 12)))
        code, out = self.shell(["sosia ci --smoke-tag none --sample-personas 2 --score-cache scores.jsonl"])
        self.assertIn(code, (0, 2), out)
        self.assertIn("were not run this time", out)
        scores = (self.repo / "scores.jsonl").read_text()
        self.shell(["sosia ci --smoke-tag none --sample-personas 2 --score-cache scores.jsonl"])
        self.assertEqual((self.repo / "scores.jsonl").read_text(), scores)  # every conversation was the same: nothing new was judged


if __name__ == "__main__":
    unittest.main()
