"""The files of real runs against the published schemas of what a run leaves, from which the report's types are made too."""
import base64
import contextlib
import gzip
import json
import re
import unittest
import urllib.error
import urllib.request

import jsonschema

import support

SCHEMAS = support.ROOT / "schemas" / "output"


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    del schema["$id"]  # nothing is looked up anywhere
    if name == "report":
        schema["properties"]["run"] = {}  # run.schema.json, which is held against it by itself
        schema["properties"]["comparison"] = {}  # the same
    if name == "served":
        schema["definitions"]["OpenedRun"]["properties"]["report"] = {}
    return jsonschema.Draft7Validator(schema)


def block(page, name):
    found = re.search(rf'<script type="application/octet-stream" id="{name}">([^<]*)</script>', page)
    return gzip.decompress(base64.b64decode(found.group(1))).decode() if found else None


def with_tools_and_nonsense(request):
    """Answers, reports tools with and without arguments, ends some conversations, and sometimes says nothing readable."""
    if request["turn"] > 6 and len(request["conversation"]) and request["conversation"][0] in "0123":
        return {"message": ""}
    return {**support.refund_desk(request), "metadata": {"cost_usd": 0.001}, "ended": request["turn"] > 8}


@contextlib.contextmanager
def served(folder, env):
    process = support.start_sosia("serve", "--port", "0", cwd=folder, env=env)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


class Schemas(unittest.TestCase):
    def check(self, reply, *arguments):
        with support.agent(reply) as url, support.suite("desk", url) as (folder, env):
            done = support.sosia("run", "desk", "-q", "--out", "results", *arguments, cwd=folder, env=env)
            self.assertIn(done.returncode, (0, 1, 3), done.stderr)
            results = folder / "results"
            run = json.loads((results / "run.json").read_text())
            conversations = support.conversations(results)
            validator("run").validate(run)
            for conversation in conversations:
                validator("conversation").validate(conversation)
            self.check_page(results / "report.html", run, conversations)
            return run

    def check_page(self, path, run, conversations):
        if not path.exists():
            self.skipTest("built without the web application (Node 20 and npm are missing)")
        page = path.read_text()
        index = json.loads(block(page, "sosia-index"))
        validator("report").validate(index)
        self.assertEqual(index["run"], run)  # which is valid
        rows = index["rows"]
        self.assertEqual(rows["id"], [c["id"] for c in conversations])
        for column, values in rows.items():
            if column != "n":
                self.assertEqual(len(values), rows["n"], column)
        for row, conversation in enumerate(conversations):
            lines = block(page, f"sosia-block-{rows['block'][row]}").split("\n")
            self.assertEqual(json.loads(lines[rows["line"][row]]), conversation)

    def test_what_is_served_and_what_is_compared(self):
        with support.agent(with_tools_and_nonsense) as url, support.suite("desk", url) as (folder, env):
            for _ in range(2):
                support.sosia("run", "desk", "-q", "--out", "results", "--runs", 1, cwd=folder, env=env)
            if not (folder / "results/report.html").exists():
                self.skipTest("built without the web application (Node 20 and npm are missing)")
            done = support.sosia("report", "latest", "--against", "latest~1", "--out", "compared.html", cwd=folder, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            index = json.loads(block((folder / "compared.html").read_text(), "sosia-index"))
            validator("report").validate(index)
            validator("comparison").validate(index["comparison"])
            with served(folder, env) as base:
                self.check_served(base)

    def check_served(self, base):
        def ask(path):
            try:
                with urllib.request.urlopen(base + path) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refusal:
                return json.load(refusal)

        runs = ask("api/runs")
        newer, older = (run["id"] for run in runs["runs"])
        opened = ask(f"api/runs/{newer}")
        validator("report").validate(opened["report"])
        answers = {"runs": runs, "opened": opened, "search": ask(f"api/runs/{newer}/search?q=e"), "error": ask("api/runs/nothing")}
        validator("served").validate(answers)
        self.assertGreater(len(answers["search"]), 0)
        validator("comparison").validate(ask(f"api/compare?before={older}&after={newer}"))

    def test_a_run_with_passes(self):
        run = self.check(support.refund_desk, "--runs", 1)
        self.assertGreater(run["counts"]["passed"], 0)

    def test_a_run_with_failures_invalid_conversations_repetitions_and_costs(self):
        run = self.check(with_tools_and_nonsense, "--runs", 2)
        self.assertGreater(run["counts"]["failed"], 0)
        self.assertIn("cost_usd", run["metrics"])

    def test_a_run_whose_agent_is_not_there(self):
        run = self.check(lambda request: 503, "--runs", 1, "--adversary", "cooperative")
        self.assertEqual(run["counts"]["passed"] + run["counts"]["failed"], 0)


if __name__ == "__main__":
    unittest.main()
