"""The stand-in for providers, judged by the official clients of OpenAI, Anthropic and Google; and the cache of answers."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import support

SDKS = support.ROOT / "tests/sdk"
HAS_SDKS = bool(shutil.which("node")) and (SDKS / "node_modules").is_dir()


@contextlib.contextmanager
def mock(*options, env=None):
    with tempfile.TemporaryDirectory() as folder:
        port_file = pathlib.Path(folder) / "port"
        process = support.start_sosia("mock-llm", "--port", "0", "--port-file", port_file, *options, cwd=folder, env=env)
        try:
            support.wait_until(lambda: port_file.exists() or process.poll() is not None)
            if process.poll() is not None:
                raise AssertionError(process.stderr.read())
            yield f"http://127.0.0.1:{port_file.read_text().strip()}", process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)


def post(url, body, headers=None):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode(), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def chat(text, **more):
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


class MockProvider(unittest.TestCase):
    def test_says_where_it_is_and_ends_on_an_interrupt(self):
        with mock() as (url, process):
            lines = [process.stdout.readline() for _ in range(5)]
            self.assertEqual(lines[0].strip(), url)
            self.assertIn(f"OPENAI_BASE_URL={url}/v1", lines[1])
        self.assertEqual(process.returncode, 0)

    def test_answers_by_rules_and_fails_at_a_rate(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = pathlib.Path(folder) / "rules.json"
            rules.write_text(json.dumps({"rules": [{"when": "refund (\\w+)", "say": "Refunding \\1."}], "otherwise": "Pardon?"}))
            with mock("--rules", rules, "--fault", "overloaded:0.5", "--seed", "3") as (url, _):
                answers = [post(f"{url}/v1/chat/completions", chat(f"refund A{i}")) for i in range(40)]
                failed = [a for a in answers if a[0] == 503]
                self.assertTrue(5 < len(failed) < 35, len(failed))
                good = [json.loads(a[1])["choices"][0]["message"]["content"] for a in answers if a[0] == 200]
                self.assertTrue(all(g.startswith("Refunding A") for g in good), good)

    def test_wants_the_key_and_keeps_to_its_limit(self):
        with mock("--key-env", "MOCK_KEY", "--requests-per-minute", "60", env={"MOCK_KEY": "right"}) as (url, _):
            self.assertEqual(post(f"{url}/v1/chat/completions", chat("x"))[0], 401)
            headers = {"Authorization": "Bearer right"}
            statuses = [post(f"{url}/v1/chat/completions", chat("x"), headers) for _ in range(4)]
            self.assertEqual(statuses[0][0], 200)
            refused = [s for s in statuses if s[0] == 429]
            self.assertTrue(refused)
            self.assertGreaterEqual(int(refused[0][2]["Retry-After"]), 1)

    def test_refuses_options_that_make_no_sense(self):
        with tempfile.TemporaryDirectory() as folder:
            for options in (["--fault", "nonsense"], ["--latency", "soon"], ["--rules", "missing.json"], ["--key-env", "NOT_SET_ANYWHERE"]):
                run = support.sosia("mock-llm", *options, cwd=folder)
                self.assertEqual(run.returncode, 4, options)
                self.assertTrue(run.stderr.startswith("sosia: "), run.stderr)

    def test_survives_what_is_no_request(self):
        with mock() as (url, _):
            for body in (None, [], {}, {"model": "m"}, {"model": "m", "messages": [1]}, {"model": "m", "messages": [{"role": "user"}]}):
                for path in ("/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1beta/models/m:generateContent", "/v1/embeddings"):
                    status, _, _ = post(url + path, body)
                    self.assertIn(status, (200, 400), (path, body))
            self.assertEqual(post(url + "/v1/nothing", {})[0], 404)
            self.assertEqual(post(url + "/v1/chat/completions", chat("x"), {"x-mock-fault": "nonsense"})[0], 400)


@unittest.skipUnless(HAS_SDKS, "scripts/install_test_packages.sh first, and Node")
class OfficialClients(unittest.TestCase):
    def run_client(self, script):
        with mock() as (url, _):
            run = subprocess.run(["node", script, url], cwd=SDKS, capture_output=True, text=True, timeout=120)
            self.assertEqual(run.returncode, 0, run.stderr)
            return json.loads(run.stdout)

    def check_common(self, seen):
        self.assertEqual(seen["plain_text"], "Good day, Zoë.")
        self.assertEqual(seen["streamed_text"], "Good day, Zoë.")
        self.assertEqual(seen["forced_valid"], True)
        self.assertEqual(seen["shape_valid"], True)
        self.assertIn("rain", seen["after_tool"])
        for fault in ("malformed", "garbage", "stall", "truncated"):
            self.assertNotEqual(seen["failures"][fault]["kind"], "none", fault)

    def test_of_openai(self):
        seen = self.run_client("openai.mjs")
        self.check_common(seen)
        self.assertGreater(seen["plain"]["usage"]["total_tokens"], 0)
        self.assertGreater(seen["stream_usage"]["completion_tokens"], 0)
        self.assertEqual(json.loads(seen["streamed_call"]["arguments"]), {"city": "Köln"})
        self.assertEqual(seen["streamed_finish"], "tool_calls")
        self.assertEqual(seen["response_text"], "From responses.")
        self.assertGreater(seen["response_usage"]["output_tokens"], 0)
        self.assertEqual(seen["response_streamed"], "From a stream of responses.")
        self.assertEqual(seen["response_final"], "From a stream of responses.")
        self.assertEqual(seen["response_completed"], "completed")
        self.assertEqual(json.loads(seen["response_call"]), {"city": "Bonn"})
        self.assertEqual(seen["response_shape_valid"], True)
        self.assertEqual(seen["embedding"], {"size": 64, "unit": True, "near": True})
        self.assertEqual(seen["limit_headers"], "10000")
        self.assertEqual(seen["retried"], "at last")
        kinds = {fault: f["kind"] for fault, f in seen["failures"].items()}
        self.assertEqual(kinds["401"], "AuthenticationError")
        self.assertEqual(kinds["insufficient_quota"], "RateLimitError")
        self.assertEqual(kinds["429=2"], "RateLimitError")
        self.assertEqual(kinds["500"], "InternalServerError")
        self.assertEqual(kinds["context_length"], "BadRequestError")
        self.assertEqual(kinds["stall"], "APIConnectionTimeoutError")
        self.assertEqual(seen["failures"]["insufficient_quota"]["code"], "insufficient_quota")
        self.assertEqual(seen["failures"]["context_length"]["code"], "context_length_exceeded")
        self.assertEqual(seen["failures"]["429=2"]["retry_after"], "2")
        self.assertNotEqual(kinds["stream_error"], "none")

    def test_of_anthropic(self):
        seen = self.run_client("anthropic.mjs")
        self.check_common(seen)
        self.assertEqual(seen["stop_reason"], "end_turn")
        self.assertGreater(seen["plain_usage"]["input_tokens"], 0)
        self.assertEqual(seen["streamed_usage"]["output_tokens"], seen["plain_usage"]["output_tokens"])
        self.assertEqual(seen["streamed_call"]["input"], {"city": "Köln"})
        self.assertEqual(seen["streamed_finish"], "tool_use")
        self.assertEqual(seen["limit_headers"], "10000")
        self.assertEqual(seen["retried"], "at last")
        failures = seen["failures"]
        self.assertEqual(failures["401"]["kind"], "AuthenticationError")
        self.assertEqual(failures["429=2"]["kind"], "RateLimitError")
        self.assertEqual(failures["529"]["status"], 529)
        self.assertEqual(failures["529"]["type"], "overloaded_error")
        self.assertIn("credit balance", failures["402"]["message"])
        self.assertIn("too long", failures["context_length"]["message"])
        self.assertIn("verloaded", failures["stream_error"]["message"])

    def test_of_google(self):
        seen = self.run_client("google.mjs")
        self.check_common(seen)
        self.assertEqual(seen["finish"], "STOP")
        self.assertGreater(seen["plain_usage"]["totalTokenCount"], 0)
        self.assertEqual(seen["call"]["args"], {"city": "Köln"})
        self.assertEqual(seen["streamed_call"]["args"], {"city": "Köln"})
        statuses = {fault: f["status"] for fault, f in seen["failures"].items()}
        self.assertEqual({k: statuses[k] for k in ("401", "quota", "429", "529", "500")},
                         {"401": 400, "quota": 429, "429": 429, "529": 503, "500": 500})


class Cache(unittest.TestCase):
    def test_is_listed_and_pruned(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = support.sosia("cache", "list", cwd=folder)
            self.assertEqual((empty.returncode, empty.stdout), (0, "no answers are kept\n"))
            self.assertEqual(json.loads(support.sosia("cache", "list", "--json", cwd=folder).stdout), [])
            store = pathlib.Path(folder) / ".sosia"
            store.mkdir()
            (store / "answers.db").touch()
            self.assertEqual(support.sosia("cache", "list", cwd=folder).returncode, 0)
            database = sqlite3.connect(store / "answers.db")
            rows = [("openai", "gpt", f"q{i}", 0, i, 0, "x" * 100) for i in range(20)] + [("anthropic", "claude", "q", 0, 5, 0, "y")]
            database.executemany("INSERT INTO answers (provider, model, question, repetition, kept_ms, uses, answer) VALUES (?,?,?,?,?,?,?)", rows)
            database.commit()
            database.close()
            listed = json.loads(support.sosia("cache", "list", "--json", cwd=folder).stdout)
            self.assertEqual([(g["model"], g["answers"], g["bytes"]) for g in listed], [("anthropic/claude", 1, 1), ("openai/gpt", 20, 2000)])
            self.assertEqual(support.sosia("cache", "prune", cwd=folder).returncode, 4)
            self.assertIn("1 answers deleted", support.sosia("cache", "prune", "--model", "claude", cwd=folder).stdout)
            self.assertIn("10 answers deleted", support.sosia("cache", "prune", "--to-size", "1001B", cwd=folder).stdout)
            self.assertIn("answers deleted", support.sosia("cache", "prune", "--older-than", "1d", cwd=folder).stdout)
            self.assertEqual(json.loads(support.sosia("cache", "list", "--json", cwd=folder).stdout), [])


if __name__ == "__main__":
    unittest.main()
