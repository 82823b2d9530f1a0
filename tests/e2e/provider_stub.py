"""A model's provider for tests: OpenAI's chat completions, answered by a script that plays the airline's desk. It knows only what the
messages and the offered tools say, as a model would."""
import contextlib
import http.server
import json
import re
import threading

AGREES = re.compile(r"\b(yes|yeah|yep|sure|ok|okay|correct|confirm|go ahead|please do|do it|that'?s right)\b", re.I)
NUMBER = re.compile(r"\b[A-Z]{3}\d{3}\b")


def text_of(content):
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def results(messages, tool):
    """What this tool answered since the user's last message."""
    names = {call["id"]: call["function"]["name"] for m in messages for call in m.get("tool_calls") or []}
    last = max((i for i, m in enumerate(messages) if m["role"] == "user"), default=0)
    return [text_of(m["content"]) for m in messages[last:] if m["role"] == "tool" and names.get(m["tool_call_id"]) == tool]


def call(name, **arguments):
    return {"tool_calls": [{"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}]}


def desk(request):
    """The next assistant message."""
    messages = request["messages"]
    said = [text_of(m["content"]) for m in messages if m["role"] == "user"]
    mine = [text_of(m["content"]) for m in messages if m["role"] == "assistant"]
    number = NUMBER.search(" ".join(said))
    if not number:
        return {"content": f"I can help with that. What is your reservation number? ({len(said)})"}
    reservation = number.group()
    found = results(messages, "get_reservation_details")
    if not found:
        return call("get_reservation_details", reservation_id=reservation)
    if '"cancelled"' in found[-1].replace(" ", ""):
        return {"content": "You're all set: that reservation is cancelled. Goodbye!"}
    asked = any("Shall I cancel" in text for text in mine)
    if not asked:
        return {"content": f"I found reservation {reservation}. Shall I cancel it? Please answer yes or no."}
    if not AGREES.search(said[-1]):
        return {"content": f"I have not changed anything. Shall I cancel reservation {reservation}? Please answer yes or no."}
    if not results(messages, "cancel_reservation"):
        return call("cancel_reservation", reservation_id=reservation)
    return {"content": f"Done. I have cancelled reservation {reservation}. Is there anything else I can do for you?"}


def completion(message, model, number):
    reason = "tool_calls" if "tool_calls" in message else "stop"
    return {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": 1, "model": model,
            "choices": [{"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": reason}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}}


def chunks(message, model, number):
    def chunk(delta, reason=None):
        body = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 1, "model": model,
                "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        return f"data: {json.dumps(body)}\n\n"
    if "tool_calls" in message:
        deltas = [{"tool_calls": [{"index": i, **c}]} for i, c in enumerate(message["tool_calls"])]
    else:
        deltas = [{"content": word + " "} for word in message["content"].split(" ")]
    last = chunk({}, "tool_calls" if "tool_calls" in message else "stop")
    return chunk({"role": "assistant"}) + "".join(map(chunk, deltas)) + last + "data: [DONE]\n\n"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        pass


@contextlib.contextmanager
def provider(script=desk):
    """Serves `script(request)`; gives the base URL and the requests as they come."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            seen.append(request)
            message = script(request)
            streamed = request.get("stream", False)
            body = chunks(message, "desk-1", len(seen)) if streamed else json.dumps(completion(message, "desk-1", len(seen)))
            data = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
