"""HTTP: POST /chat answers one turn, GET /health says that the agent is up. Nothing is kept between requests."""
import json
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from clinic.receptionist import answer
from clinic.world import carry_out

LARGEST_BODY = 1 << 20


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024  # headers and body leave in one packet
    bugs = None
    latency = 0.0

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self):
        if self.path == "/health":
            self.send_json(200, {"status": "ok", "bugs": sorted(self.bugs.planted)})
        else:
            self.send_json(404, {"error": "only /health and /chat are here"})

    def do_POST(self):
        body = self.read_body()
        if body is None:
            return
        if self.path != "/chat":
            self.send_json(404, {"error": "only /health and /chat are here"})
            return
        try:
            request = json.loads(body)
            reply = carry_out(answer(request, self.bugs.of(request.get("conversation", ""))), request.get("context") or {})
        except (ValueError, TypeError, AttributeError, KeyError) as problem:
            self.send_json(400, {"error": f"not a chat request: {problem}"})
            return
        except OSError as problem:
            self.send_json(502, {"error": f"the clinic's systems cannot be reached: {problem}"})
            return
        if self.latency:
            time.sleep(self.latency)
        self.send_json(200, reply)

    def read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self.send_json(413, {"error": "body too large"})
            return None
        return self.rfile.read(length)

    def send_json(self, status, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_):
        """One line per request would be most of the agent's time."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    allow_reuse_address = True


def serve(port, bugs, latency=0.0):
    handler = type("ClinicHandler", (Handler,), {"bugs": bugs, "latency": latency})
    with Server(("127.0.0.1", port), handler) as server:
        print(f"Lakeside Clinic listens on http://127.0.0.1:{port}/chat", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
