"""Put a Python function in front of simulated customers.

    import sosia

    def answer(turn):
        return f"You said: {turn.text}"

    sosia.serve(answer)                 # over standard input and output:   agent: { command: python3 agent.py }
    sosia.serve(answer, port=8080)      # over HTTP:                        agent: { url: http://127.0.0.1:8080/chat }

In a test, without a server of your own and with `agent: { url: "${SOSIA_AGENT_URL}" }` in the suite:

    def test_customers_get_their_refund():
        sosia.check(answer, "rehearsal/")

Only the standard library is needed.
"""
import asyncio
import contextlib
import dataclasses
import http.server
import inspect
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
import typing
import urllib.error
import urllib.request

__version__ = "0.1.0"
__all__ = ["Turn", "ToolError", "Result", "NotValid", "serve", "serving", "check", "run"]

MOST_BYTES = 64 << 20  # of one request


class ToolError(Exception):
    """A tool of the scenario's world said no."""


class NotValid(Exception):
    """Sosia could not judge the agent: wrong files, no binary, too many conversations that did not count."""


@dataclasses.dataclass
class Turn:
    """What the agent is asked: the newest message and everything before it."""

    conversation: str
    turn: int
    messages: list
    context: dict
    reported: list = dataclasses.field(default_factory=list)

    @property
    def text(self) -> str:
        """The newest message; "" when the agent is to open the conversation."""
        return self.messages[-1]["content"] if self.messages else ""

    def call(self, tool: str, **arguments) -> typing.Any:
        """Calls a tool of the scenario's world and returns its result."""
        url = (self.context.get("tools") or {}).get("url")
        if not url:
            raise ToolError("this scenario has no world")
        request = urllib.request.Request(f"{url}/{tool}", json.dumps(arguments).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read()).get("result")
        except urllib.error.HTTPError as error:
            raise ToolError(_error_text(error.read())) from None

    def used(self, tool: str, arguments: typing.Optional[dict] = None, result: typing.Any = None) -> None:
        """Reports a tool of the agent's own, so that checks can see it."""
        self.reported.append({"name": tool, "arguments": arguments or {}, "result": result})


Agent = typing.Callable[[Turn], typing.Any]


def _error_text(body: bytes) -> str:
    try:
        error = json.loads(body).get("error")
    except ValueError:
        error = body.decode("utf-8", "replace")
    return error if isinstance(error, str) else json.dumps(error)


def _answer(agent: Agent, request: dict) -> dict:
    turn = Turn(request.get("conversation", ""), request.get("turn", 0), request.get("messages") or [], request.get("context") or {})
    reply = agent(turn)
    if inspect.isawaitable(reply):
        reply = asyncio.run(_wait(reply))
    reply = {"message": reply} if isinstance(reply, str) else dict(reply)
    if turn.reported:
        reply["tools"] = list(reply.get("tools") or []) + turn.reported
    return reply


async def _wait(reply):
    return await reply


def serve(agent: Agent, port: typing.Optional[int] = None, host: str = "127.0.0.1") -> None:
    """Answers Sosia until it has no more questions. The environment variable PORT beats `port`, for several copies."""
    if port is None:
        _serve_lines(agent)
        return
    server = _server(agent, int(os.environ.get("PORT", port)), host)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()


def _serve_lines(agent: Agent) -> None:
    # What the agent prints must not be taken for an answer.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    for line in sys.stdin:
        if line.strip():
            out.write(json.dumps(_answer(agent, json.loads(line))) + "\n")
            out.flush()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        pass  # a client that went away


def _server(agent: Agent, port: int, host: str) -> _Server:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self.send(200, {"ok": True})

        def do_POST(self):
            size = int(self.headers.get("Content-Length") or 0)
            if size > MOST_BYTES:
                self.close_connection = True
                self.send(413, {"error": "too large"})
                return
            body = self.rfile.read(size)
            try:
                self.send(200, _answer(agent, json.loads(body)))
            except Exception:  # whatever the agent raises is its answer, and the next turn comes all the same
                traceback.print_exc()
                self.send(500, {"error": traceback.format_exc(limit=-1)})

        def send(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return _Server((host, port), Handler)


@contextlib.contextmanager
def serving(agent: Agent, port: int = 0) -> typing.Iterator[str]:
    """Serves the agent from threads of this process; gives its address."""
    server = _server(agent, port, "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/chat"
    finally:
        server.shutdown()
        server.server_close()


@dataclasses.dataclass
class Result:
    """How a run ended: exit code 0 passed, 1 failed, 2 undecided, others not valid."""

    code: int
    text: str  # what Sosia said
    run: dict  # run.json
    conversations: list  # conversations.jsonl

    @property
    def passed(self) -> bool:
        return self.code == 0


def run(agent: typing.Union[Agent, str], suite, *options: str, timeout: typing.Optional[float] = None) -> Result:
    """Runs a suite against a function, or against an address. `options` are those of `sosia run`.

    The suite finds the agent's address in the environment variable SOSIA_AGENT_URL."""
    with contextlib.ExitStack() as stack:
        url = agent if isinstance(agent, str) else stack.enter_context(serving(agent))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sosia-"))
        return _run(url, suite, options, pathlib.Path(folder), timeout)


def _binary() -> str:
    found = os.environ.get("SOSIA_BIN") or shutil.which("sosia")
    if not found:
        raise NotValid("there is no sosia on the PATH, and SOSIA_BIN does not name one")
    return found


def _run(url: str, suite, options, folder: pathlib.Path, timeout) -> Result:
    out = folder / "out"
    store = os.environ.get("SOSIA_STORE", str(folder / "runs.db"))
    done = subprocess.run([_binary(), "run", str(suite), "-q", "--out", str(out), *map(str, options)], timeout=timeout, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "SOSIA_AGENT_URL": url, "SOSIA_STORE": store})
    said = "\n".join(part.strip() for part in (done.stdout, done.stderr) if part.strip())
    report = json.loads((out / "run.json").read_text("utf-8")) if (out / "run.json").exists() else {}
    lines = (out / "conversations.jsonl").read_text("utf-8").splitlines() if (out / "conversations.jsonl").exists() else []
    return Result(done.returncode, said, report, [json.loads(line) for line in lines])


def check(agent: typing.Union[Agent, str], suite, *options: str, timeout: typing.Optional[float] = None) -> Result:
    """Runs a suite and raises AssertionError with Sosia's words when it did not pass."""
    __tracebackhide__ = True  # pytest shows the caller's line
    result = run(agent, suite, *options, timeout=timeout)
    if result.code in (1, 2):
        raise AssertionError(f"the rehearsal {'failed' if result.code == 1 else 'is undecided'}\n\n{result.text}")
    if result.code != 0:
        raise NotValid(f"sosia run ended with code {result.code}\n\n{result.text}")
    return result
