#!/usr/bin/env python3
"""The Refund Desk: a rule-based customer service agent over HTTP, with bugs that can be switched on.

    python3 agent.py --port 8731
    python3 agent.py --bug invents-policy --bug loops --bug-rate 0.2
    python3 agent.py --list-bugs

POST /chat takes {"conversation", "turn", "messages", "context"} and answers {"message", "tools", "ended"}.
The agent keeps nothing between requests: everything it knows is in the request. What it does, it does through the tools
of its conversation's world, whose address is in `context.tools.url`.
"""

import argparse
import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from brain import respond
from brain.bugs import BUGS, bugs_for
from brain.world import carry_out

MAX_BODY = 4 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """One connection; HTTP/1.1, so that it stays open between turns."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet

    def do_GET(self):
        """GET /health."""
        if self.path == "/health":
            self._send(200, {"status": "ok", "bugs": list(self.server.options.bug)})
        else:
            self._send(404, {"error": f"no such path: {self.path}"})

    def do_POST(self):
        """POST /chat."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._send(413, {"error": "the request is too large"})
            return
        body = self.rfile.read(length)
        if self.path != "/chat":
            self._send(404, {"error": f"no such path: {self.path}"})
            return
        try:
            request = json.loads(body)
            reply = answer(request, self.server.options)
        except (ValueError, AttributeError, TypeError) as error:
            self._send(400, {"error": f"not a chat request: {error}"})
            return
        except OSError as error:
            self._send(502, {"error": f"the desk's systems cannot be reached: {error}"})
            return
        self._send(200, reply)

    def _send(self, status, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args):
        """Quiet: one line per turn would drown the messages that matter."""


class Server(ThreadingHTTPServer):
    """A thread per connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, address, options):
        super().__init__(address, Handler)
        self.options = options

    def get_request(self):
        """Sends small packets at once."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


def answer(request, options):
    """The reply to one chat request."""
    if options.latency_ms:
        time.sleep(options.latency_ms / 1000)
    bugs = bugs_for(request.get("conversation", ""), options.bug, options.bug_rate, options.bug_seed)
    context = request.get("context") or {}
    return carry_out(respond(request.get("messages") or [], context, bugs), context)


def parse(arguments):
    """The command line; BUG in the environment names bugs too, separated by commas."""
    parser = argparse.ArgumentParser(description="The Refund Desk's agent.")
    parser.add_argument("--port", type=int, default=8731)
    parser.add_argument("--bug", action="append", default=[], metavar="NAME", help="switch a bug on (repeatable)")
    parser.add_argument("--bug-rate", type=float, default=1.0, metavar="SHARE", help="share of conversations with them")
    parser.add_argument("--bug-seed", default="", metavar="TEXT", help="another choice of conversations for each text")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="wait so long before each answer")
    parser.add_argument("--list-bugs", action="store_true", help="print the bugs and stop")
    options = parser.parse_args(arguments)
    options.bug += [name.strip() for name in os.environ.get("BUG", "").split(",") if name.strip()]
    unknown = [name for name in options.bug if name not in BUGS]
    if unknown:
        parser.error(f"unknown bug {unknown[0]!r}; --list-bugs prints them")
    return options


def main(arguments):
    """Serves until it is stopped."""
    options = parse(arguments)
    if options.list_bugs:
        for name, meaning in BUGS.items():
            print(f"{name:26} {meaning}")
        return 0
    server = Server(("127.0.0.1", options.port), options)
    print(f"refund desk on http://127.0.0.1:{options.port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
