"""What the end-to-end tests share: running the real binary, real agents on free ports, comparing result files."""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOSIA = os.environ.get("SOSIA_BIN", str(ROOT / "build/release/sosia"))

# What may differ between two runs with one seed: clocks. Everything else must be the same bytes.
CLOCK_KEYS = {"at_ms", "latency_ms", "duration_ms", "latency_max_ms", "latency_mean_ms"}


def sosia(*arguments, cwd, env=None, timeout=300):
    """Runs the binary to its end."""
    return subprocess.run([SOSIA, *map(str, arguments)], cwd=cwd, env={**os.environ, **(env or {})}, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def start_sosia(*arguments, cwd, env=None):
    """Starts the binary and returns the process, for tests that kill it."""
    return subprocess.Popen([SOSIA, *map(str, arguments)], cwd=cwd, env={**os.environ, **(env or {})},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def without_clocks(value):
    if isinstance(value, dict):
        return {k: without_clocks(v) for k, v in value.items() if k not in CLOCK_KEYS}
    if isinstance(value, list):
        return [without_clocks(v) for v in value]
    return value


def conversations(directory):
    with open(pathlib.Path(directory) / "conversations.jsonl", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def comparable(directory):
    """conversations.jsonl as text without clocks: equal for equal runs."""
    return [json.dumps(without_clocks(c), sort_keys=False) for c in conversations(directory)]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        pass  # a client that was killed resets its connections


@contextlib.contextmanager
def agent(reply, delay=0.0):
    """A real HTTP agent in this process: `reply(request_json)` gives the answer object, bytes (a raw body), or a status code."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if delay:
                time.sleep(delay)
            answer = reply(json.loads(body))
            if isinstance(answer, int):
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/chat"
    finally:
        server.shutdown()
        server.server_close()


def refund_desk(request):
    """A small stateless agent that deserves to pass: asks for the order number, refunds, answers."""
    said = [m["content"] for m in request["messages"] if m["role"] == "user"]
    everything = " ".join(said)
    last = said[-1].lower() if said else ""
    if "A-10023" not in everything:
        lines = ["I'm sorry to hear that. Could you give me your order number?", "I need the order number to look into this. Could you share it?",
                 "What is your order number, please?", "To find the charge I need the order number. What is it?"]
        return {"message": lines[len(said) % len(lines)]}
    if not any("refunded" in m["content"] for m in request["messages"] if m["role"] == "assistant"):
        return {"message": "Thank you. I've refunded the duplicate charge of $49.00 for order A-10023.",
                "tools": [{"name": "lookup_charge", "arguments": {"order_id": "A-10023"}, "result": {"amount": 49}},
                          {"name": "issue_refund", "arguments": {"order_id": "A-10023"}, "result": "ok"}]}
    if "person" in last or "human" in last or "supervisor" in last:
        return {"message": "I'm transferring you to a colleague now and have passed on order A-10023 and the refund."}
    return {"message": f"The refund takes 3-5 business days. Is there anything else? (note {len(said)})"}


@contextlib.contextmanager
def suite(name, url, **environment):
    """A copy of a suite below tests/e2e/suites in a temporary folder; its files read the agent's address from AGENT_URL."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "suites" / name, pathlib.Path(folder) / name)
        yield pathlib.Path(folder), {"AGENT_URL": url, **environment}


def wait_until(condition, seconds=20):
    """Polls a condition on another process; fails loudly instead of hanging."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited too long for another process")
        time.sleep(0.005)


def get(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.status
