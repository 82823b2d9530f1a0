"""What becomes of a run when a provider of models lies, stalls, breaks off, refuses or answers nonsense: the table of provider_faults.json,
each of its cells one run of the real binary against the real `sosia mock-llm`, with the faulty provider as user, as judge or as agent.

  provider_faults_test.py            every cell
  provider_faults_test.py --table    prints the table of docs/models.md, in Markdown
"""
import concurrent.futures
import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import models_test
import support

TABLE = json.loads((support.HERE / "provider_faults.json").read_text())
ROLES = ("user", "judge", "agent")
KEYS = {"OPENAI_API_KEY": "sk-fault-7d3b1c9e5a2f4860b1", "DESK_KEY": "sk-desk-0c8e6a4d2b1f9753e1"}
LONGEST_SECONDS = 90  # of one run; each ends by itself within a few

PERSONA = """id: ann
name: Ann Lee
style: terse
emotion: calm
knowledge: novice
intent: cooperative
goal: { primary: get the duplicate charge refunded }
facts:
  order_id: { value: A-10023, when: asked, asked_by: [order number, order id] }
  card: { value: 4111 1111 1111 1111, when: never, asked_by: [card number] }
"""
SCENARIO = """id: refund
intent: refund a duplicate charge
truth: { refund_time: 3-5 business days, amount: $49.00 }
expect: { resolved: true }
"""
# The mock as the agent, whose prompt bears a mark.
DESK = [{"when": "(?s)DESK-7.*refunded the duplicate charge", "in": "any", "say": "The refund takes 3-5 business days. Is there anything else?"},
        {"when": "(?s)DESK-7.*A-10023", "in": "any", "say": "Thank you. I've refunded the duplicate charge of $49.00 for order A-10023."},
        {"when": "DESK-7", "in": "any", "say": "I'm sorry to hear that. Could you give me your order number?"}]


def cells():
    """Every cell of the table: the role that is faulty, what its provider is told, what is to come of it. Its model's name is its own."""
    for number, row in enumerate(TABLE["faults"]):
        for role in ROLES:
            if row[role] != "-":
                yield {"role": role, "row": row["fault"], "model": f"fault{number}-{role}", "fault": row["fault"], "outcome": row[role], "timeout": row.get("timeout")}
    for number, row in enumerate(TABLE["lies"]):
        yield {"role": row["role"], "row": row["provider"], "model": f"lie{number}-{row['role']}", "lie": row["answer"], "outcome": row["outcome"]}


def rule_for(cell):
    """What the mock does to this cell's model; what it says besides is faithful."""
    rule = {"in": "model", "when": f"^{cell['model']}$"}
    if "fault" in cell:
        return {**rule, "fault": cell["fault"]}
    lie = cell["lie"]
    if cell["role"] == "agent":
        return {**rule, "say": lie}
    if cell["role"] == "user" or isinstance(lie, str):
        return {**rule, "json": lie}
    quote = lie.get("quote", "order number")
    vote = {"criterion": lie.get("criterion", "tone"), "evidence": [] if quote is None else [{"turn": 2, "quote": quote}], "reason": "because",
            "level": lie["level"], "first_bad_turn": 0}
    return {**rule, "json": {"criteria": [vote]}}


def suite_for(cell, provider, agent_url):
    role, patience = cell["role"], cell.get("timeout") or 60
    names = {name: f"openai/{cell['model'] if role == name else 'faithful'}" for name in ROLES}
    params = lambda name: {"retries": 1, "timeout": patience if role == name else 60}
    agent = {"url": agent_url}
    if role == "agent":
        agent = {"prompt": "You are DESK-7, a refund desk.", "model": names["agent"], "base_url": provider, "key": "${DESK_KEY}", "stream": True}
    return {"name": "faults", "agent": agent,
            "user": {"model": names["user"], "retries": 1, "params": params("user")},
            "judge": {"model": names["judge"], "criteria": ["tone"], "votes": 1, "retries": 1, "gates": True, "params": params("judge")},
            "personas": "personas/", "scenarios": "scenarios/", "adversaries": ["cooperative"],
            "scorecard": {"criteria": [{"name": "tone", "floor": 3}]}, "matrix": {"runs": 2, "seed": 5},
            "limits": {"concurrency": 2, "turns": 8, "reruns": 0, "retries": 1, "turn_timeout": f"{patience if role == 'agent' else 60}s"}}


def run(cell, provider, agent_url):
    """Runs one cell; what there is to say about it, without judging it."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path, text in (("personas/ann.yaml", PERSONA), ("scenarios/refund.yaml", SCENARIO),
                           ("sosia.yaml", json.dumps(suite_for(cell, provider, agent_url)))):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        began = time.monotonic()
        try:
            done = support.sosia("run", "-q", "--out", "out", cwd=folder, env={**KEYS, "OPENAI_BASE_URL": provider}, timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            return {"ended": False}
        records = support.conversations(folder / "out") if (folder / "out/conversations.jsonl").exists() else []
        left = {"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}
        left |= {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        return {"ended": True, "exit": done.returncode, "seconds": time.monotonic() - began, "said": done.stdout + done.stderr,
                "outcomes": [c["outcome"] + (": " + c["fault"] if c["outcome"] != "passed" else "") for c in records],
                "errors": [c.get("error", "") for c in records], "files": len(left),
                "leaks": [path for path, data in left.items() for key in KEYS.values() if key.encode() in data or key[3:16].encode() in data]}


EXIT = {"passed": 0, "failed": 1, "invalid": 3}


class ProviderFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        wanted = list(cells())
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_things:
            rules = pathlib.Path(folder) / "rules.json"
            rules.write_text(json.dumps({"rules": [*map(rule_for, wanted), *DESK]}))
            url, _ = open_things.enter_context(models_test.mock("--rules", rules, "--faithful"))
            agent = open_things.enter_context(support.agent(support.refund_desk))
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                seen = pool.map(lambda cell: run(cell, url + "/v1", agent), wanted)
                cls.seen = {cell["model"]: result for cell, result in zip(wanted, seen)}

    def check(self, cell):
        seen = self.seen[cell["model"]]
        self.assertTrue(seen["ended"], "the run did not end by itself")
        self.assertEqual(seen["outcomes"], [cell["outcome"]] * 2, f"{seen['errors']}\n{seen['said']}")
        self.assertEqual(seen["exit"], EXIT[cell["outcome"].split(":")[0]], seen["said"])
        self.assertEqual(seen["leaks"], [])
        self.assertGreater(seen["files"], 5)  # store, journal, results: there was something to search
        if cell["outcome"].startswith("invalid"):
            for error in seen["errors"]:
                self.assertTrue(error, "invalid, and nobody says why")

    def test_the_table_has_forty_rows_and_every_role(self):
        self.assertGreaterEqual(len(list(cells())), 40)
        self.assertEqual({cell["role"] for cell in cells()}, set(ROLES))

    def test_the_table_is_the_one_in_the_documentation(self):
        text = (support.ROOT / "docs/models.md").read_text()
        self.assertIn(table(), text, "docs/models.md: python3 tests/e2e/provider_faults_test.py --table")


def add_test(cell):
    name = re.sub(r"\W+", "_", f"{cell['role']}_{cell['row']}_{cell['outcome']}").strip("_")
    setattr(ProviderFaults, f"test_{name}", lambda self: self.check(cell))


for one in cells():
    add_test(one)


def table():
    lines = ["| the provider | as user | as judge | as agent |", "|---|---|---|---|"]
    for row in TABLE["faults"]:
        lines.append(f"| {row['provider']} | {row['user']} | {row['judge']} | {row['agent']} |")
    for row in TABLE["lies"]:
        lines.append("| " + " | ".join([row["provider"], *(row["outcome"] if role == row["role"] else "-" for role in ROLES)]) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--table" in sys.argv:
        print(table(), end="")
    else:
        unittest.main()
