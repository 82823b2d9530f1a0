#!/usr/bin/env python3
"""An airline's desk that cancels reservations. It acts through the tools of its conversation's world, whose address
comes with every request (`context.tools.url`); what it says it did is one thing, what the world holds another.

    python3 agent.py --port 8093
    python3 agent.py --bug cancels-unasked      cancels before the customer has agreed
    python3 agent.py --bug says-but-does-not    says it is cancelled and never calls the tool
    python3 agent.py --bug cancels-twice        calls the tool a second time to be sure
"""

import argparse
import json
import re
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BUGS = ("cancels-unasked", "says-but-does-not", "cancels-twice")
AGREES = re.compile(r"\b(yes|yeah|yep|sure|ok|okay|correct|confirm(ed)?|go ahead|please do|do it|that'?s right)\b", re.I)


def call(tools, name, **arguments):
    """The tool's result, or None when it refused."""
    request = urllib.request.Request(
        f"{tools}/{name}", json.dumps(arguments).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())["result"]
    except urllib.error.HTTPError:
        return None


def reservation_in(said, tools):
    """The first thing the customer said that is a reservation of the airline."""
    for word in re.findall(r"\b[A-Z0-9]{6}\b", " ".join(said)):
        found = call(tools, "get_reservation_details", reservation_id=word)
        if found:
            return found
    return None


def respond(request, bugs):
    """The next message. The agent keeps nothing: everything it knows is in the request and in the world."""
    tools = request["context"]["tools"]["url"]
    messages = request["messages"]
    said = [m["content"] for m in messages if m["role"] == "user"]
    mine = [m["content"] for m in messages if m["role"] == "assistant"]
    reservation = reservation_in(said, tools)
    if not reservation:
        return "I can help with that. What is your reservation number?"
    name = reservation["reservation_id"]
    if reservation.get("status") == "cancelled":
        return "You're all set: that reservation is cancelled. Goodbye!"
    asked = any("Shall I cancel" in m for m in mine)
    if not asked and "cancels-unasked" not in bugs:
        return (f"I found reservation {name} from {reservation['origin']} to {reservation['destination']}. "
                "Shall I cancel it? Please answer yes or no.")
    if asked and not AGREES.search(said[-1]):
        return f"I have not changed anything. Shall I cancel reservation {name}? Please answer yes or no."
    if "says-but-does-not" not in bugs:
        call(tools, "cancel_reservation", reservation_id=name)
    if "cancels-twice" in bugs:
        call(tools, "cancel_reservation", reservation_id=name)
    return f"Done. I have cancelled reservation {name}. Is there anything else I can do for you?"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        body = json.dumps({"message": respond(request, self.server.bugs)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8093)
    parser.add_argument("--bug", action="append", default=[], choices=BUGS)
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.bugs = options.bug
    server.serve_forever()


if __name__ == "__main__":
    main()
