"""Agents in every protocol, from end to end: Sosia's own tool loop, and real agents built on npm packages, on the airline example's world."""
import contextlib
import json
import pathlib
import re
import shutil
import tempfile
import unittest

import models_test
import support

AIRLINE = support.ROOT / "examples/airline"
NPM = support.ROOT / "tests/agents-npm"
HAS_NPM = shutil.which("node") and (NPM / "node_modules").is_dir()


AGREES = r"(?i:\b(?:yes|yeah|yep|sure|ok|okay|correct|confirm|go ahead|please do|do it|that'?s right)\b)"
# The desk as rules of the stand-in provider. It knows only what the messages say, as a model would: the text of all of them, newest last.
DESK = [
    {"when": "that reservation is cancelled", "in": "any", "say": "You're all set. Goodbye!"},
    {"when": "\"cancelled\"", "say": "Done: that reservation is cancelled. Is there anything else I can do for you?"},
    {"when": r"\"reservation_id\": ?\"(\w+)\"", "say": "I found reservation \\1. Shall I cancel it? Please answer yes or no."},
    {"when": r"(?s)reservation ([A-Z]{3}\d{3})\. Shall I cancel.*\n[^\n]*" + AGREES + r"[^\n]*\n$", "in": "any",
     "call": "cancel_reservation", "arguments": {"reservation_id": "\\1"}},
    {"when": r"\b([A-Z]{3}\d{3})\b", "in": "any", "call": "get_reservation_details", "arguments": {"reservation_id": "\\1"}}]
# Never says a word.
STUBBORN = [{"call": "get_reservation_details", "arguments": {"reservation_id": "QUI001"}}]


@contextlib.contextmanager
def provider(rules=DESK):
    """`sosia mock-llm` by these rules; gives its base URL, and a list that has the questions it was asked when it is over."""
    asked = []
    with tempfile.TemporaryDirectory() as folder:
        files = {name: pathlib.Path(folder) / name for name in ("rules.json", "asked.jsonl")}
        files["rules.json"].write_text(json.dumps({"rules": rules, "otherwise": "I can help with that. What is your reservation number?"}))
        with models_test.mock("--rules", files["rules.json"], "--record", files["asked.jsonl"]) as (url, _):
            yield url + "/v1", asked
        asked.extend(json.loads(line) for line in files["asked.jsonl"].read_text().splitlines())


class Airline:
    """The airline example with another agent, in a folder of its own."""

    def __init__(self, agent):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="sosia-agents-"))
        shutil.copytree(AIRLINE, self.path / "airline")
        suite = self.path / "airline/sosia.yaml"
        suite.write_text(re.sub(r"^agent: .*$", lambda _: "agent: " + json.dumps(agent), suite.read_text(), flags=re.M))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def run(self, *options):
        run = support.sosia("run", "airline", "-q", "--out", "out", *options, cwd=self.path, env={"TAU_BENCH_AIRLINE": "data"})
        out = self.path / "out"
        return run, support.conversations(out) if (out / "conversations.jsonl").exists() else []


class Case(unittest.TestCase):
    def passes(self, agent, *options):
        with Airline(agent) as airline:
            run, conversations = airline.run(*options)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        for conversation in conversations:
            calls = [t for turn in conversation["turns"] for t in turn["tools"]]
            self.assertTrue(calls and all(t["served"] for t in calls))
            self.assertEqual([t["name"] for t in calls if t["wrote"]], ["cancel_reservation"])
            self.assertEqual(conversation["world"]["changes"]["reservations"]["QUI001"]["status"], "cancelled")
        return conversations


class ToolLoop(Case):
    def test_an_agent_that_only_asks_for_tools_acts_in_its_world(self):
        with provider() as (url, seen):
            conversations = self.passes({"openai": url, "model": "desk-1"})
        self.assertEqual(len(seen[0]["tools"]), 14)
        self.assertEqual(seen[0]["tools"][0]["type"], "function")
        turns = [t for t in conversations[0]["turns"] if t["role"] == "agent" and t["tools"]]
        self.assertGreaterEqual(turns[0]["metadata"]["tool_steps"], 1)
        self.assertGreater(turns[0]["metadata"]["usage"]["prompt_tokens"], 0)
        history = max((r["messages"] for r in seen), key=len)
        self.assertEqual([m["role"] for m in history if m["role"] == "tool"][:1], ["tool"])

    def test_streamed_answers_do_the_same(self):
        with provider() as (url, _):
            self.passes({"openai": url, "model": "desk-1", "stream": True})

    def test_the_same_bytes_at_any_concurrency(self):
        seen = []
        with provider() as (url, _):
            for at_once in (1, 16):
                with Airline({"openai": url, "model": "desk-1"}) as airline:
                    airline.run("--runs", 8, "--concurrency", at_once)
                    seen.append(support.comparable(airline.path / "out"))
        self.assertEqual(len(seen[0]), 8)
        self.assertEqual(seen[0], seen[1])

    def test_an_agent_that_never_stops_asking_fails(self):
        with provider(STUBBORN) as (url, seen), Airline({"openai": url, "tool_steps": 3}) as airline:
            run, conversations = airline.run("--runs", 1)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertEqual(conversations[0]["ended"], "agent-invalid")
        self.assertEqual(conversations[0]["fault"], "agent")
        self.assertIn("asked for tools 4 times", conversations[0]["error"])
        self.assertEqual(len(seen), 4)

    def test_a_prompt_with_a_model_is_an_agent(self):
        with provider() as (url, seen):
            agent = {"prompt": "You are an airline's desk.", "model": f"{url}#desk-1"}
            with Airline(agent) as airline:
                run, _ = airline.run("--runs", 1)
            if "has no providers of models" in run.stderr:
                self.skipTest("this binary has no providers of models")
            self.passes(agent)
        self.assertEqual(seen[0]["messages"][0], {"role": "system", "content": "You are an airline's desk."})
        self.assertEqual(len(seen[0]["tools"]), 14)

    def test_an_agent_that_is_offered_nothing_says_so(self):
        with provider() as (url, seen), Airline({"openai": url, "tool_steps": 0}) as airline:
            run, _ = airline.run("--runs", 1)
        self.assertEqual(run.returncode, 1)
        self.assertNotIn("tools", seen[0])


@unittest.skipUnless(HAS_NPM, "npm ci in tests/agents-npm first")
class RealAgents(Case):
    def rehearse(self, script, agent=None, **environment):
        port = support.free_port()
        with provider() as (url, seen):
            agent = {"url": f"http://127.0.0.1:{port}/chat", **(agent(port) if agent else {}),
                     "start": ["node", str(NPM / "agents" / script)], "env": {"PORT": str(port), "BASE_URL": url, **environment}}
            self.passes({k: v for k, v in agent.items() if v is not None})
        return seen

    def test_the_openai_sdk(self):
        self.rehearse("openai-sdk.mjs")

    def test_the_vercel_ai_sdk(self):
        self.rehearse("vercel-ai.mjs")

    def test_langchain_and_langgraph(self):
        self.rehearse("langgraph.mjs")

    def test_the_openai_agents_sdk(self):
        self.rehearse("openai-agents.mjs")

    def test_the_a2a_sdk_server_in_both_revisions_plain_and_streamed(self):
        for revision in ("1.0", "0.3"):
            for stream in (False, True):
                with self.subTest(revision=revision, stream=stream):
                    self.rehearse("a2a.mjs", lambda port: {"url": None, "a2a": f"http://127.0.0.1:{port}", "stream": stream,
                                                           "ready": f"http://127.0.0.1:{port}/.well-known/agent-card.json"},
                                  REVISION=revision)

    def test_a_langgraph_server_plain_and_streamed(self):
        for stream in (False, True):
            with self.subTest(stream=stream):
                self.rehearse("langgraph-server.mjs", lambda port: {
                    "url": None, "langgraph": f"http://127.0.0.1:{port}", "assistant": "desk", "send_context": True, "stream": stream,
                    "ready": f"http://127.0.0.1:{port}/ok", "ready_timeout": "60s"})


if __name__ == "__main__":
    unittest.main()
