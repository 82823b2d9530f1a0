"""Worlds from end to end: the airline example with its planted bugs, tools by hand, MCP, recorded conversations played again."""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import support

AIRLINE = support.ROOT / "examples/airline"
MCP_CLIENTS = support.ROOT / "tests/mcp"
TAU_BENCH = os.environ.get("TAU_BENCH_AIRLINE", "")


class Folder:
    """The airline example on a free port, in a folder of its own."""

    def __init__(self, bug=None):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="sosia-worlds-"))
        shutil.copytree(AIRLINE, self.path / "airline")
        port = support.free_port()
        suite = self.path / "airline/sosia.yaml"
        text = suite.read_text().replace("8093", str(port))
        suite.write_text(text.replace("agent.py", f"agent.py --bug {bug}") if bug else text)

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def without_data():
    return {"TAU_BENCH_AIRLINE": "data"}


def post(url, body, headers=None):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def failed_checks(folder):
    return {check["name"] for c in support.conversations(folder / "out") for check in c["checks"]
            if not check["passed"] and check.get("gates", True)}


class Airline(unittest.TestCase):
    def run_it(self, bug=None):
        with Folder(bug) as folder:
            run = support.sosia("run", "airline", "-q", "--out", "out", cwd=folder, env=without_data())
            return run, support.conversations(folder / "out"), failed_checks(folder)

    def test_the_good_agent_passes_and_its_calls_are_on_record(self):
        run, conversations, failed = self.run_it()
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertEqual(failed, set())
        for conversation in conversations:
            self.assertEqual(list(conversation["world"]["changes"]), ["reservations"])
            changed = conversation["world"]["changes"]["reservations"]["QUI001"]
            self.assertEqual(changed["status"], "cancelled")
            self.assertEqual([p["amount"] for p in changed["payment_history"]], [180, -180])
            calls = [t for turn in conversation["turns"] for t in turn["tools"]]
            self.assertTrue(all(t["served"] for t in calls))
            self.assertEqual([t["name"] for t in calls if t["wrote"]], ["cancel_reservation"])

    def test_planted_bugs_show_in_the_world(self):
        for bug, check in [("cancels-unasked", "world.confirmed"), ("says-but-does-not", "world.actions"),
                           ("cancels-twice", "world.actions")]:
            run, conversations, failed = self.run_it(bug)
            self.assertEqual(run.returncode, 1, bug + run.stdout + run.stderr)
            self.assertIn(check, failed, bug)
        details = [c["detail"] for c in conversations[0]["checks"] if c["name"] == "world.actions"]
        self.assertIn("reservations/QUI001/payment_history/2: expected nothing", details[0])

    def test_the_same_bytes_at_any_concurrency(self):
        seen = []
        for at_once in (1, 16):
            with Folder() as folder:
                support.sosia("run", "airline", "-q", "--runs", 12, "--concurrency", at_once, "--out", "out", cwd=folder,
                              env=without_data())
                seen.append(support.comparable(folder / "out"))
        self.assertEqual(len(seen[0]), 12)
        self.assertEqual(seen[0], seen[1])


def tool(request, name, **arguments):
    return post(f"{request['context']['tools']['url']}/{name}", arguments)[1].get("result")


def seller(bug=""):
    """Sells the last seat of a bus to whoever is first; the bugs look too early, or say who was faster."""
    seen = {}  # conversation -> free seats when it first looked

    def reply(request):
        said = " ".join(m["content"] for m in request["messages"] if m["role"] == "user")
        mine = " ".join(m["content"] for m in request["messages"] if m["role"] == "assistant")
        seen.setdefault(request["conversation"], tool(request, "free_seats") and not tool(request, "who_has_it"))
        number = re.search(r"M-\d+", said)
        if "booked" in mine or "sold out" in mine:
            return {"message": f"Is there anything else I can do for you? ({len(request['messages'])})"}
        if not number:
            return {"message": "I can do that. Could you give me your member number?"}
        taken = tool(request, "who_has_it")
        free = seen[request["conversation"]] if bug == "looks-too-early" else not taken
        if free:
            tool(request, "book_seat", seat="12A", member=number[0])
            return {"message": "I've booked the seat on the night bus for you. Is there anything else?"}
        who = f" {taken[0]['member']} was faster." if bug == "tells-who" else ""
        return {"message": f"I'm sorry, I can't book it: the night bus is sold out.{who}"}

    return reply


class Together(unittest.TestCase):
    def run_it(self, bug="", *arguments):
        with support.agent(seller(bug)) as url, support.suite("last-seat", url) as (folder, env):
            run = support.sosia("run", "last-seat", "-q", "--out", "out", *arguments, cwd=folder, env=env)
            return run, support.conversations(folder / "out"), failed_checks(folder), support.comparable(folder / "out")

    def test_two_people_and_one_seat(self):
        run, conversations, failed, _ = self.run_it()
        self.assertEqual((run.returncode, failed), (0, set()), run.stdout + run.stderr)
        self.assertEqual(len(conversations), 12)
        judged = {(c["cell"]["persona"], c["others"][0]["persona"]) for c in conversations}
        self.assertEqual(judged, {("nora", "ben"), ("ben", "nora")})
        winners = {next(iter(c["world"]["changes"]["bookings"].values()))["member"] for c in conversations}
        self.assertEqual(winners, {"M-40718", "M-55120"}, "the seed decides who is first")
        self.assertTrue(all(any(t["wrote"] for turn in c["turns"] + c["others"][0]["turns"] for t in turn["tools"]) for c in conversations))

    def test_who_looks_too_early_sells_the_seat_twice(self):
        run, conversations, failed, _ = self.run_it("looks-too-early")
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertEqual(failed, {"world.queries"})

    def test_nobody_is_told_what_is_anothers(self):
        run, conversations, failed, _ = self.run_it("tells-who")
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertEqual(failed, {"world.others"})
        detail = next(k["detail"] for c in conversations for k in c["checks"] if not k["passed"])
        self.assertRegex(detail, r"is told \"M-\d+\", the member_number of")

    def test_the_same_bytes_at_any_concurrency_whatever_goes_wrong(self):
        faults = "".join(f"  - {{ kind: {kind}, probability: 8% }}\n" for kind in (
            "timeout", "error", "slow", "truncated", "missing-fields", "corrupt-fields", "stale", "rate-limit", "duplicate"))
        seen, kinds = [], set()
        for at_once in (1, 64, 1024):
            with support.agent(seller()) as url, support.suite("last-seat", url) as (folder, env):
                world = folder / "last-seat/worlds/bus.yaml"
                world.write_text(world.read_text() + "faults:\n" + faults)
                run = support.sosia("run", "last-seat", "-q", "--runs", 60, "--concurrency", at_once, "--out", "out", cwd=folder, env=env)
                self.assertIn(run.returncode, (0, 1), run.stdout + run.stderr)
                seen.append(support.comparable(folder / "out"))
                kinds |= {t["fault"] for c in support.conversations(folder / "out") for other in [c, *c["others"]]
                          for turn in other["turns"] for t in turn["tools"] if t.get("fault")}
        self.assertEqual(len(seen[0]), 120)
        self.assertGreaterEqual(len(kinds), 7, "faults that nobody meets prove nothing")
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])

    def test_a_replay_lets_everybody_speak_again(self):
        with support.agent(seller("looks-too-early")) as url, support.suite("last-seat", url) as (folder, env):
            support.sosia("run", "last-seat", "-q", "--out", "out", cwd=folder, env=env)
            sold_twice = next(c for c in support.conversations(folder / "out") if c["outcome"] == "failed")
            other = sold_twice["others"][0]
            with support.agent(seller("looks-too-early")) as again:
                still = support.sosia("replay", sold_twice["id"], cwd=folder, env={"AGENT_URL": again})
            self.assertEqual(still.returncode, 1, still.stdout + still.stderr)
            self.assertIn("world.queries", still.stdout)
            self.assertIn(f"Meanwhile, {other['persona']} about last-seat", still.stdout)
            self.assertNotRegex(still.stdout, r"(?m)^    .* \| ", "the agent is the same and says the same")
            with support.agent(seller()) as repaired:
                fixed = support.sosia("replay", sold_twice["id"], "--json", cwd=folder, env={"AGENT_URL": repaired})
                anew = support.sosia("replay", sold_twice["id"], "--json", "--resimulate", cwd=folder, env={"AGENT_URL": repaired})
            for run in (fixed, anew):
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                record = json.loads(run.stdout)
                self.assertEqual([o["persona"] for o in record["others"]], [other["persona"]])
                self.assertEqual(len(record["world"]["changes"]["bookings"]), 1)
            said = lambda turns: [t["text"] for t in turns if t["role"] == "user"]
            self.assertEqual(said(json.loads(fixed.stdout)["others"][0]["turns"]), said(other["turns"]))


class ByHand(unittest.TestCase):
    def sosia(self, folder, *arguments):
        return support.sosia("world", *arguments, "--suite", "airline", cwd=folder, env=without_data())

    def test_tools_call_state_diff_and_reset(self):
        with Folder() as folder:
            self.assertIn("cancel_reservation(reservation_id)", self.sosia(folder, "tools").stdout)
            self.assertEqual(self.sosia(folder, "diff").stdout, "")
            called = self.sosia(folder, "call", "cancel_reservation", '{"reservation_id": "QUI001"}')
            self.assertEqual(called.returncode, 0, called.stderr)
            self.assertIn('"status": "cancelled"', called.stdout)
            self.assertIn('~ reservations/QUI001/status: nothing -> "cancelled"', self.sosia(folder, "diff").stdout)
            self.assertIn("cancelled", self.sosia(folder, "state", "reservations", "QUI001").stdout)
            self.assertEqual(self.sosia(folder, "call", "get_user_details", '{"user_id": "x"}').returncode, 1)
            self.assertEqual(self.sosia(folder, "call", "get_user_details", '{"user": "x"}').returncode, 4)
            self.sosia(folder, "reset")
            self.assertEqual(self.sosia(folder, "diff").stdout, "")

    def test_a_script_that_does_not_compile_is_told_before_anything_runs(self):
        with Folder() as folder:
            script = folder / "airline/worlds/airline.lua"
            script.write_text(script.read_text() + "\nfunction broken(\n")
            run = support.sosia("run", "airline", "-q", cwd=folder, env=without_data())
            self.assertEqual(run.returncode, 4)
            self.assertIn("airline.lua:", run.stderr)

    def test_served_over_http_and_mcp(self):
        with Folder() as folder:
            process = support.start_sosia("world", "serve", "--suite", "airline", cwd=folder, env=without_data())
            try:
                tools = process.stdout.readline().split()[1]
                mcp = process.stdout.readline().split()[1]
                self.assertEqual(post(f"{tools}/think", {"thought": "hm"}), (200, {"result": ""}))
                self.assertEqual(post(f"{tools}/think", {})[0], 400)
                stateless = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "calculate"}
                message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                    "name": "calculate", "arguments": {"expression": "(1 + 2) * 3 ** 2 / 4"},
                    "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}}
                status, answer = post(mcp, message, stateless)
                self.assertEqual((status, answer["result"]["content"][0]["text"]), (200, "6.75"))
                post(f"{tools}/transfer_to_human_agents", {"summary": "x"})
                self.assertEqual(post(f"{tools}/think", {"thought": "hm"})[0], 410)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)


    @unittest.skipUnless(shutil.which("node") and (MCP_CLIENTS / "node_modules").is_dir(), "npm install in tests/mcp first")
    def test_official_clients_of_the_protocol_find_and_call_the_tools(self):
        with Folder() as folder:
            process = support.start_sosia("world", "serve", "--suite", "airline", cwd=folder, env=without_data())
            try:
                process.stdout.readline()
                mcp = process.stdout.readline().split()[1]
                for kind, version in [("sdk", "2025-11-25"), ("handshake", "2025-11-25"), ("stateless", "2026-07-28")]:
                    run = subprocess.run(["node", "client.mjs", kind, mcp], cwd=MCP_CLIENTS, capture_output=True, text=True, timeout=60)
                    self.assertEqual(run.returncode, 0, kind + run.stderr)
                    self.assertEqual(json.loads(run.stdout), {
                        "server": "sosia", "version": version, "tools": 14, "read": "nora_quist_11",
                        "refused": [True, "Error: user not found"], "wrong": True, "unknown": "-32602"}, kind)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)

    @unittest.skipUnless(shutil.which("node") and (MCP_CLIENTS / "node_modules").is_dir(), "scripts/install_test_packages.sh first")
    def test_the_inspectors_command_line_finds_and_calls_the_tools(self):
        inspector = MCP_CLIENTS / "node_modules/.bin/mcp-inspector"
        with Folder() as folder:
            process = support.start_sosia("world", "serve", "--suite", "airline", cwd=folder, env=without_data())
            try:
                process.stdout.readline()
                mcp = process.stdout.readline().split()[1]

                def inspect(*arguments):
                    run = subprocess.run([inspector, "--cli", mcp, "--transport", "http", *arguments], cwd=MCP_CLIENTS,
                                         capture_output=True, text=True, timeout=120)
                    self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                    return json.loads(run.stdout)

                self.assertEqual(len(inspect("--method", "tools/list")["tools"]), 14)
                called = inspect("--method", "tools/call", "--tool-name", "get_reservation_details", "--tool-arg", "reservation_id=QUI001")
                self.assertEqual(called["structuredContent"]["user_id"], "nora_quist_11")
                refused = inspect("--method", "tools/call", "--tool-name", "get_reservation_details", "--tool-arg", "reservation_id=NONE")
                self.assertTrue(refused["isError"])
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=20)


COUNTER = """
import json, os, sys
calls = 0
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m:
        continue
    a = {"jsonrpc": "2.0", "id": m["id"]}
    if m["method"] == "initialize":
        a["result"] = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "counter", "version": "1"}}
    elif m["method"] == "tools/list":
        a["result"] = {"tools": [{"name": n, "inputSchema": {"type": "object"}} for n in ("count", "reset")]}
    else:
        if os.environ.get("DIES"):
            sys.exit(7)
        calls = 0 if m["params"]["name"] == "reset" else calls + 1
        a["result"] = {"content": [{"type": "text", "text": str(calls)}]}
    print(json.dumps(a), flush=True)
"""


def counting(request):
    """Counts twice in each conversation and says what came out."""
    mine = [m["content"] for m in request["messages"] if m["role"] == "assistant"]
    if any("refunded" in m for m in mine):
        return {"message": f"Is there anything else I can do for you? ({len(mine)})"}
    first, second = tool(request, "count"), tool(request, "count")
    return {"message": f"I've refunded the charge, call {first} and {second}."}


class OtherServers(unittest.TestCase):
    """Tools of a world that are somebody else's MCP servers."""

    def run_it(self, folder, server, env=None):
        with support.agent(counting) as url:
            (folder / "worlds").mkdir()
            (folder / "personas").mkdir()
            (folder / "scenarios").mkdir()
            (folder / "counter.py").write_text(COUNTER)
            (folder / "sosia.yaml").write_text(f"agent: {{ url: {url} }}\nadversaries: [cooperative]\n"
                                               "matrix: { cover: full, runs: 12 }\nlimits: { concurrency: 6, reruns: 0 }\n")
            (folder / "personas/p.yaml").write_text("{ id: ann, knobs: { drop: 0 } }")
            (folder / "scenarios/s.yaml").write_text("{ id: refund, intent: refund a charge }")
            (folder / "worlds/w.yaml").write_text("id: w\ncollections: { }\ntools: []\nservers:\n  - " + server)
            run = support.sosia("run", ".", "-q", "--out", "out", cwd=folder, env=env)
            return run, support.conversations(folder / "out")

    def counted(self, conversations):
        return {re.search(r"call (\d+ and \d+)", " ".join(t["text"] for t in c["turns"]))[1] for c in conversations}

    def test_each_conversation_has_its_own_or_the_shared_one_is_reset(self):
        for more in ("", ", shared: true, reset: reset"):
            with tempfile.TemporaryDirectory() as folder:
                run, conversations = self.run_it(pathlib.Path(folder), f"{{ name: counter, command: python3 ../counter.py{more} }}")
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                self.assertEqual(self.counted(conversations), {"1 and 2"}, more)
                calls = [t for turn in conversations[0]["turns"] for t in turn["tools"]]
                self.assertEqual([(t["name"], t["result"], t["served"]) for t in calls[:2]], [("count", "1", True), ("count", "2", True)])

    def test_a_server_that_dies_makes_conversations_invalid_and_blames_the_tool(self):
        with tempfile.TemporaryDirectory() as folder:
            run, conversations = self.run_it(pathlib.Path(folder), "{ name: counter, command: [python3, ../counter.py] }", {"DIES": "1"})
            self.assertEqual({(c["outcome"], c["fault"]) for c in conversations}, {("invalid", "tool")}, run.stdout)
            self.assertIn("the server counter ended with exit code 7", conversations[0]["error"])

    def test_without_a_server_nothing_is_said_and_the_tool_is_blamed(self):
        with tempfile.TemporaryDirectory() as folder:
            run, conversations = self.run_it(pathlib.Path(folder), "{ name: counter, command: [python3, nowhere.py] }")
            self.assertEqual(run.returncode, 3, run.stdout)
            self.assertEqual({(c["outcome"], c["fault"], c["ended"], len(c["turns"])) for c in conversations},
                             {("invalid", "tool", "world-unavailable", 0)})
            self.assertIn("world w: the server counter ended with exit code 2", conversations[0]["error"])

    def test_by_hand(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.run_it(folder, "{ name: counter, command: python3 ../counter.py }")
            self.assertIn("count()", support.sosia("world", "tools", cwd=folder).stdout)
            self.assertEqual(support.sosia("world", "call", "count", "{}", cwd=folder).stdout, "1\n")

    @unittest.skipUnless(shutil.which("node") and (MCP_CLIENTS / "node_modules").is_dir(), "scripts/install_test_packages.sh first")
    def test_a_server_of_the_official_sdk(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.run_it(folder, f"{{ name: parcels, command: [node, {MCP_CLIENTS / 'server.mjs'}] }}")
            self.assertEqual(support.sosia("world", "call", "where_is", '{"parcel": "P-1"}', cwd=folder).stdout, "in Hamburg\n")
            refused = support.sosia("world", "call", "where_is", '{"parcel": "P-2"}', cwd=folder)
            self.assertEqual((refused.returncode, refused.stdout), (1, "there is no parcel P-2\n"))
            self.assertEqual(support.sosia("world", "call", "where_is", "{}", cwd=folder).returncode, 4)


class ToolLoop(unittest.TestCase):
    """Agents whose tool loop Sosia runs are offered the tools of other servers beside the world's own."""

    def run_it(self, agent):
        rules = [{"when": "^call (\\d+)$", "say": "I've refunded the charge, that was call \\1."}, {"when": "refund", "call": "count"}]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for part in ("worlds", "personas", "scenarios"):
                (folder / part).mkdir()
            (folder / "counter.py").write_text(COUNTER.replace('"text": str(calls)', '"text": "call " + str(calls)'))
            (folder / "rules.json").write_text(json.dumps({"rules": rules, "otherwise": "Is there anything else I can do?"}))
            (folder / "personas/p.yaml").write_text("{ id: ann, knobs: { drop: 0 } }")
            (folder / "scenarios/s.yaml").write_text("{ id: refund, intent: refund a charge, expect: { world: { calls: [count] } } }")
            (folder / "worlds/w.yaml").write_text(
                "id: w\ncollections: { }\ntools: [{ name: hours, answer: nine to five }]\n"
                "servers:\n  - { name: counter, command: [python3, ../counter.py], tools: [count] }\n")
            model = support.start_sosia("mock-llm", "--port-file", "port", "--rules", "rules.json", cwd=folder)
            try:
                support.wait_until(lambda: (folder / "port").exists() and (folder / "port").read_text().strip())
                url = f"http://127.0.0.1:{(folder / 'port').read_text().strip()}/v1"
                (folder / "sosia.yaml").write_text(f"agent: {agent.replace('URL', url)}\nadversaries: [cooperative]\n"
                                                   "matrix: { cover: full, runs: 3 }\nlimits: { concurrency: 3, reruns: 0 }\n")
                run = support.sosia("run", ".", "-q", "--out", "out", cwd=folder)
                return run, support.conversations(folder / "out")
            finally:
                model.send_signal(signal.SIGINT)
                model.communicate(timeout=20)

    def test_calls_tools_of_an_mcp_server(self):
        for agent in ("{ prompt: You are a refund desk., model: openai/m, base_url: 'URL', key: k }", "{ openai: 'URL', model: m }"):
            with self.subTest(agent):
                run, conversations = self.run_it(agent)
                self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
                self.assertEqual(len(conversations), 3)
                for conversation in conversations:
                    calls = [t for turn in conversation["turns"] for t in turn["tools"]]
                    self.assertEqual((calls[0]["name"], calls[0]["result"], calls[0]["served"]), ("count", "call 1", True))
                    self.assertTrue(any("that was call 1." in turn["text"] for turn in conversation["turns"]))


class WrongInput(unittest.TestCase):
    """Each mistake is told with what is wrong, where, and the way out; nothing is played, written or served."""

    def test_of_verify(self):
        whole = json.dumps(imitation())
        half = [{**imitation()[0], "reward": "all of it"}]
        bad_call = imitation()[:1]
        bad_call[0]["traj"][1]["tool_calls"][0]["function"]["arguments"] = "{oops"
        for name, text, words in [
                ("cut.json", whole[:300], "cut.json is not whole: it ends in the middle, after 300 bytes"),
                ("odd.json", "[\n1,\n}", "odd.json is not JSON: syntax error in line 3"),
                ("none.json", "[]", "none.json holds no conversations"),
                ("object.json", "{}", "object.json: these are no recorded conversations"),
                ("half.json", json.dumps(half), 'half.json: conversation 1 of the list: "reward" is no number'),
                ("short.json", json.dumps([imitation()[0], {"task_id": 1}]), 'conversation 2 of the list: "trial" is missing'),
                ("call.json", json.dumps(bad_call), "the arguments of a call of update_reservation_baggages are not JSON")]:
            with self.subTest(name), Folder() as folder:
                (folder / name).write_text(text)
                run = support.sosia("verify", name, "--suite", "airline", cwd=folder, env=without_data())
                self.assertEqual((run.returncode, run.stdout), (4, ""), run.stdout)
                self.assertIn(words, run.stderr)
        with Folder() as folder:
            for file, words in [("nowhere.json", "there is no file nowhere.json"), ("airline", "airline is a folder")]:
                run = support.sosia("verify", file, "--suite", "airline", cwd=folder, env=without_data())
                self.assertIn(words, run.stderr)
            run = support.sosia("verify", "x", "--suite", "airline", cwd=folder, env={"TAU_BENCH_AIRLINE": "/no/where"})
            self.assertIn('there is no file "/no/where/users.json"', run.stderr)

    def test_of_import(self):
        with Folder() as folder:
            data = folder / "desk"
            run = support.sosia("import", "tau-bench", data, "--out", "made", cwd=folder)
            self.assertIn("there is no folder", run.stderr)
            shutil.copytree(AIRLINE / "worlds/data", data)
            run = support.sosia("import", "tau-bench", data, "--out", "made", cwd=folder)
            self.assertIn("there is no file", run.stderr)
            self.assertIn("desk/tools.json", run.stderr)
            (data / "tools.json").write_text("[]")
            (data / "trajectories.json").write_text("[]")
            (data / "users.json").write_text((data / "users.json").read_text()[:100])
            run = support.sosia("import", "tau-bench", data, "--out", "made", cwd=folder)
            self.assertEqual(run.returncode, 4)
            self.assertIn("users.json is not whole", run.stderr)
            self.assertFalse((folder / "made").exists())

    def test_of_world(self):
        with Folder() as folder:
            for arguments, words in [
                    ([], "what about the world? tools, call, state, diff, reset or serve"),
                    (["call", "cancel_reservatio", "{}"], 'did you mean "cancel_reservation"?'),
                    (["call", "get_user_details", '{"user_id": '], "the arguments are not JSON"),
                    (["call", "get_user_details", "{}"], "arguments: user_id is missing"),
                    (["call", "get_user_details", '{"user_id": "x", "name": "y"}'], "arguments: name is not known; there are user_id"),
                    (["call", "get_user_details", '{"user_id": 5}'], "argument user_id: expected string, found 5"),
                    (["state", "user"], 'did you mean "users"?'),
                    (["state", "users", "nobody"], 'users has no document "nobody"'),
                    (["diff", "--scenario", "nowhere"], 'there is no scenario "nowhere"'),
                    (["diff", "--edge-case", "x"], "--edge-case needs the scenario"),
                    (["diff", "--world", "x"], "there are: airline"),
                    (["serve", "--port", "99999"], "99999")]:
                suite = ["--suite", "airline"] if arguments else []
                run = support.sosia("world", *arguments, *suite, cwd=folder, env=without_data(), timeout=20)
                self.assertEqual((run.returncode, run.stdout), (4, ""), arguments)
                self.assertIn(words, run.stderr)


class Expiry(unittest.TestCase):
    def test_conversations_whose_session_expires_go_on_where_they_were_when_a_run_is_resumed(self):
        kills, rng = 20, random.Random(4)
        with support.agent(support.refund_desk, delay=0.003) as url, support.suite("desk", url) as (folder, env):
            (folder / "desk/worlds").mkdir()
            (folder / "desk/worlds/time.yaml").write_text("id: time\ncollections: { notes: { documents: { a: { n: 1 } } } }\n")
            for scenario in (folder / "desk/scenarios").glob("*.yaml"):
                text = scenario.read_text()
                self.assertNotIn("\nworld:", text)
                scenario.write_text(text + "\nworld:\n  events:\n    - { after: 1, wait: 3h, session_expires: true }\n"
                                           "    - { after: 2, wait: 24h, session_expires: true, say: 'it is {{today}} already' }\n")
            arguments = ["-q", "--runs", 10, "--concurrency", 8]
            whole = support.sosia("run", "desk", *arguments, "--out", "whole", cwd=folder, env=env)
            self.assertIn(whole.returncode, (0, 1), whole.stdout + whole.stderr)
            expected = support.comparable(folder / "whole")
            said = " ".join(t["text"] for c in support.conversations(folder / "whole") for t in c["turns"])
            self.assertRegex(said, r"it is \d{4}-\d\d-\d\d already")
            round_ = 0
            while kills > 0:
                round_ += 1
                store = {**env, "SOSIA_STORE": str(folder / f"store{round_}.db")}
                command, longest = ["run", "desk", *arguments, "--out", "cut"], 0.3
                while True:
                    process = support.start_sosia(*command, cwd=folder, env=store)
                    try:
                        process.wait(timeout=rng.uniform(0.05, longest))
                        out, err = process.communicate()
                        self.assertIn(process.returncode, (0, 1), out + err)
                        break
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.communicate()
                        kills -= 1
                        longest *= 1.2  # so that a slow machine gets to the end of a round too
                        listed = support.sosia("list", cwd=folder, env=store).stdout
                        command = ["resume", "-q", "--out", "cut"] if "interrupted" in listed else ["run", "desk", *arguments, "--out", "cut"]
                self.assertEqual(support.comparable(folder / "cut"), expected)


class Frail(unittest.TestCase):
    def test_the_report_says_how_passing_depends_on_faults(self):
        with Folder() as folder:
            world = folder / "airline/worlds/airline.yaml"
            world.write_text(world.read_text() + "faults:\n  - { kind: error, tools: cancel_reservation, probability: 40% }\n")
            run = support.sosia("run", "airline", "--runs", 30, "--out", "out", cwd=folder, env=without_data())
            result = json.loads((folder / "out/run.json").read_text())
            fault = result["faults"][0]
            with_it = [c for c in support.conversations(folder / "out")
                       if any(t.get("fault") == "error" for turn in c["turns"] for t in turn["tools"])]
            self.assertEqual((fault["kind"], fault["with"]["n"]), ("error", len(with_it)))
            self.assertEqual(fault["conversations"], [c["id"] for c in with_it])
            self.assertEqual(fault["with"]["n"] + fault["without"]["n"], result["counts"]["done"])
            self.assertLess(fault["difference"]["high"], 0, "the agent says that it cancelled what it did not")
            self.assertEqual(result["faults"][1]["tool"], "cancel_reservation")
            self.assertIn("Faults of the world", run.stdout)
            self.assertIn("| error at cancel\\_reservation |", (folder / "out/summary.md").read_text())


def message(role, content=None, calls=(), **more):
    out = {"role": role, "content": content, **more}
    if calls:
        out["tool_calls"] = [{"id": i, "type": "function", "function": {"name": n, "arguments": json.dumps(a)}} for i, n, a in calls]
    return out


def imitation():
    """Two recordings over the imitation's data: one that did what it should, one that did too much."""
    task = {"actions": [{"name": "update_reservation_baggages",
                         "kwargs": {"reservation_id": "QUI001", "total_baggages": 2, "nonfree_baggages": 1, "payment_id": "gift_card_77"}}],
            "outputs": ["1050"]}
    bags = ("1", "update_reservation_baggages", task["actions"][0]["kwargs"])
    after = ('{"reservation_id": "QUI001", "user_id": "nora_quist_11", "origin": "JFK", "destination": "SEA", "flight_type": "one_way", '
             '"cabin": "economy", "flights": [{"origin": "JFK", "destination": "SEA", "flight_number": "SOS101", "date": "2024-05-20", '
             '"price": 180}], "passengers": [{"first_name": "Nora", "last_name": "Quist", "dob": "1984-02-09"}], "payment_history": '
             '[{"payment_id": "credit_card_501", "amount": 180}, {"payment_id": "gift_card_77", "amount": 50}], "created_at": '
             '"2024-05-14T09:30:00", "total_baggages": 2, "nonfree_baggages": 1, "insurance": "no"}')
    right = [message("user", "hi"), message("assistant", calls=[bags]), message("tool", after, tool_call_id="1"),
             message("assistant", "Done, that is $1,050 points."), message("user", "###STOP###")]
    wrong = [*right[:3], message("assistant", calls=[("2", "cancel_reservation", {"reservation_id": "NONE"})]),
             message("tool", "Error: reservation not found", tool_call_id="2"),
             message("assistant", calls=[("3", "send_certificate", {"user_id": "nora_quist_11", "amount": 5})]),
             message("tool", "Certificate certificate_3221322 added to user nora_quist_11 with amount 5.", tool_call_id="3"), *right[3:]]
    return [{"task_id": 0, "trial": t, "reward": r, "info": {"task": task}, "traj": traj}
            for t, (r, traj) in enumerate([(1.0, right), (0.0, wrong)])]


class Recorded(unittest.TestCase):
    def verify(self, folder, file, env, *more):
        run = support.sosia("verify", file, "--suite", "airline", "--json", *more, cwd=folder, env=env)
        return run, json.loads(run.stdout)

    def test_an_imitation_is_played_again(self):
        with Folder() as folder:
            (folder / "recorded.json").write_text(json.dumps(imitation()))
            run, numbers = self.verify(folder, "recorded.json", without_data())
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertEqual((numbers["same_reward"], numbers["same"], numbers["other"]), (2, 4, 0))
            self.assertEqual(numbers["pass_hat"], [0.5, 0.0])

    def test_a_conversation_that_was_cut_off_earns_nothing(self):
        with Folder() as folder:
            recorded = imitation()[:1]
            recorded[0]["traj"] = recorded[0]["traj"][:-1]
            recorded[0]["reward"] = 0.0
            (folder / "recorded.json").write_text(json.dumps(recorded))
            self.assertEqual(self.verify(folder, "recorded.json", without_data())[1]["same_reward"], 1)

    def test_a_recording_that_differs_fails(self):
        with Folder() as folder:
            recorded = imitation()
            recorded[0]["reward"] = 0.0
            recorded[1]["traj"][4]["content"] = "Error: something else"
            (folder / "recorded.json").write_text(json.dumps(recorded))
            run, numbers = self.verify(folder, "recorded.json", without_data())
            self.assertEqual((run.returncode, numbers["same_reward"], numbers["other"]), (1, 1, 1))

    def test_a_domain_is_imported_as_a_suite_that_loads(self):
        with Folder() as folder:
            data = folder / "desk"
            shutil.copytree(AIRLINE / "worlds/data", data)
            task = {"user_id": "nora_quist_11", "instruction": "You are nora_quist_11. You want to add a bag to your flight. You pay with your gift card.",
                    **imitation()[0]["info"]["task"]}
            (data / "trajectories.json").write_text(json.dumps([{**imitation()[0], "info": {"task": task}}]))
            (data / "tools.json").write_text(json.dumps([{"type": "function", "function": {
                "name": "update_reservation_baggages", "description": "bags", "parameters": {"type": "object", "properties": {}}}}]))
            made = support.sosia("import", "tau-bench", data, "--out", "made", "--script", AIRLINE / "worlds/airline.lua", cwd=folder)
            self.assertEqual(made.returncode, 0, made.stderr)
            plan = support.sosia("plan", "made", "--json", cwd=folder)
            self.assertEqual(plan.returncode, 0, plan.stdout + plan.stderr)
            self.assertEqual(len(json.loads(plan.stdout)["cells"]), 1)
            self.assertIn("add a bag to my flight", (folder / "made/personas/tasks.yaml").read_text())
            verified = support.sosia("verify", data / "trajectories.json", "--suite", "made", "--json", cwd=folder)
            self.assertEqual(json.loads(verified.stdout)["same_reward"], 1, verified.stdout + verified.stderr)
            again = support.sosia("import", "tau-bench", data, "--out", "made", cwd=folder)
            self.assertEqual(again.returncode, 4)

    @unittest.skipUnless(TAU_BENCH, "TAU_BENCH_AIRLINE does not name the benchmark's data")
    def test_the_public_benchmark_comes_out_exactly(self):
        with Folder() as folder:
            run, numbers = self.verify(folder, f"{TAU_BENCH}/trajectories.json", {}, "--rename", "province=state")
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertEqual((numbers["conversations"], numbers["same_reward"]), (200, 200))
            self.assertEqual((numbers["same"], numbers["renamed"], numbers["other"]), (1044, 120, 0))
            self.assertEqual([round(v, 4) for v in numbers["pass_hat"]], [0.42, 0.2733, 0.22, 0.2])
            self.assertEqual([round(v, 3) for v in numbers["pass_at"][1:]], [0.567, 0.66, 0.72])


if __name__ == "__main__":
    unittest.main()
