"""The client libraries against the real binary: a function joins over standard input and output and over HTTP, and a test fails with Sosia's words."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

import support

PYTHON = support.ROOT / "clients/python"
TYPESCRIPT = support.ROOT / "clients/typescript"
sys.path[:0] = [str(PYTHON), str(PYTHON / "example")]
os.environ["SOSIA_BIN"] = support.SOSIA
sys.dont_write_bytecode = True

import desk  # noqa: E402
import sosia  # noqa: E402


def copy(source, folder, agent):
    shutil.copytree(source, folder)
    suite = folder / "sosia.yaml"
    suite.write_text(suite.read_text().replace('agent: { url: "${SOSIA_AGENT_URL}" }', agent))


class Joining(unittest.TestCase):
    def joins(self, agent, environment=None):
        with tempfile.TemporaryDirectory() as folder:
            copy(PYTHON / "example/rehearsal", pathlib.Path(folder) / "rehearsal", agent)
            run = support.sosia("run", "rehearsal", "-q", "--out", "out", cwd=folder, env=environment)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            for conversation in support.conversations(pathlib.Path(folder) / "out"):
                self.assertEqual(conversation["outcome"], "passed")
                self.assertEqual([t["name"] for turn in conversation["turns"] for t in turn["tools"]], ["issue_refund"])

    def test_python_over_standard_input_and_output(self):
        self.joins(f'agent: {{ command: ["{sys.executable}", "{PYTHON}/example/desk.py"] }}', {"PYTHONPATH": str(PYTHON)})

    def test_python_over_http_and_what_is_printed_is_no_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "agent.py"
            program.write_text(textwrap.dedent("""
                import sys, desk, sosia
                async def answer(turn):
                    print("thinking about", turn.text)
                    return desk.answer(turn)
                sosia.serve(answer, *map(int, sys.argv[1:]))
                """))
            path = {"PYTHONPATH": f"{PYTHON}:{PYTHON}/example"}
            port = support.free_port()
            self.joins(f'agent: {{ url: "http://127.0.0.1:{port}/chat", start: ["{sys.executable}", "{program}", "{port}"] }}', path)
            self.joins(f'agent: {{ command: ["{sys.executable}", "{program}"] }}', path)

    @unittest.skipUnless(shutil.which("node"), "node is missing")
    def test_javascript_over_standard_input_and_output_and_http(self):
        self.joins(f'agent: {{ command: ["node", "{TYPESCRIPT}/example/desk.js"] }}')
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "agent.mjs"
            port = support.free_port()
            program.write_text(f'import {{ serve }} from "{TYPESCRIPT}/sosia.js";\nimport {{ answer }} from "{TYPESCRIPT}/example/desk.js";\n'
                               f'await serve(async (turn) => {{ console.log(turn.text); return answer(turn); }}, {{ port: {port} }});\n')
            self.joins(f'agent: {{ url: "http://127.0.0.1:{port}/chat", start: ["node", "{program}"] }}')


class Checking(unittest.TestCase):
    def test_a_good_agent_passes_inside_a_python_test(self):
        result = sosia.check(desk.answer, PYTHON / "example/rehearsal")
        self.assertEqual([c["outcome"] for c in result.conversations], ["passed"] * 3)
        self.assertEqual(result.run["counts"]["passed"] if "counts" in result.run else 3, 3)

    def test_a_bad_agent_fails_with_sosias_words(self):
        with self.assertRaises(AssertionError) as caught:
            sosia.check(desk.forgetful, PYTHON / "example/rehearsal")
        self.assertIn("the rehearsal failed", str(caught.exception))
        self.assertIn("tools.required", str(caught.exception))

    def test_what_cannot_be_judged_is_no_failed_assertion(self):
        with self.assertRaises(sosia.NotValid):
            sosia.check(desk.answer, PYTHON / "nowhere")

        def broken(turn):
            raise ValueError("boom")

        with self.assertRaises(sosia.NotValid):
            sosia.check(broken, PYTHON / "example/rehearsal", "--runs", "1")

    def test_the_pytest_example_runs(self):
        command = [sys.executable, "-m", "pytest", "-q", "test_desk.py"]
        if subprocess.run([sys.executable, "-c", "import pytest"], capture_output=True).returncode != 0:
            command = [sys.executable, "-m", "unittest", "test_desk"]
        run = subprocess.run(command, cwd=PYTHON / "example", capture_output=True, text=True, timeout=120,
                             env={**os.environ, "PYTHONPATH": str(PYTHON), "PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    @unittest.skipUnless(shutil.which("node"), "node is missing")
    def test_javascript_tests_pass_and_fail_in_the_same_way(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "desk.test.mjs"
            program.write_text(textwrap.dedent(f"""
                import {{ test }} from "node:test";
                import {{ check, NotValid }} from "{TYPESCRIPT}/sosia.js";
                import {{ answer, forgetful }} from "{TYPESCRIPT}/example/desk.js";
                import assert from "node:assert";
                const rehearsal = "{TYPESCRIPT}/example/rehearsal";
                test("good", async () => assert.equal((await check(answer, rehearsal)).conversations.length, 3));
                test("bad", () => assert.rejects(check(forgetful, rehearsal), /the rehearsal failed[^]*tools.required/));
                test("lost", () => assert.rejects(check(answer, rehearsal + "/nowhere"), NotValid));
                """))
            run = subprocess.run(["node", "--test", str(program)], capture_output=True, text=True, timeout=120)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    @unittest.skipUnless((TYPESCRIPT / "example/node_modules/vitest").is_dir(), "npm install in clients/typescript/example first")
    def test_the_vitest_example_runs(self):
        run = subprocess.run(["npx", "vitest", "run"], cwd=TYPESCRIPT / "example", capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
