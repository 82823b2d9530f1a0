"""Agents behind TLS with a certificate that the test signs itself: trusted where SSL_CERT_FILE names it, refused in plain words elsewhere."""
import base64
import contextlib
import hashlib
import json
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import unittest

import support

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455


def certificate(folder, *names):
    """A key and a certificate that has signed itself, for these names; their files."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=sosia test",
                    "-addext", "subjectAltName=" + ",".join(names)], check=True, capture_output=True)
    return key, cert


def read_exactly(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise ConnectionError
    return data


def read_frame(stream):
    first, second = read_exactly(stream, 2)
    length = second & 127
    if length >= 126:
        length = struct.unpack(">H" if length == 126 else ">Q", read_exactly(stream, 2 if length == 126 else 8))[0]
    mask = read_exactly(stream, 4)
    return first & 15, bytes(b ^ mask[i % 4] for i, b in enumerate(read_exactly(stream, length)))


def write_frame(stream, kind, data):
    head = bytes([128 | kind, len(data)]) if len(data) < 126 else bytes([128 | kind, 126]) + struct.pack(">H", len(data))
    stream.write(head + data)
    stream.flush()


def read_headers(stream):
    lines = iter(lambda: stream.readline().decode().strip(), "")
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def talk(connection):
    """One connection: a WebSocket where it is asked for, one JSON answer for each POST otherwise."""
    stream = connection.makefile("rwb")
    headers = read_headers(stream)
    if "sec-websocket-key" in headers:
        accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + MAGIC).encode()).digest()).decode()
        stream.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        stream.flush()
        while True:
            kind, data = read_frame(stream)
            if kind != 1:
                return write_frame(stream, 8, data)
            write_frame(stream, 1, json.dumps(support.refund_desk(json.loads(data))).encode())
    while headers:
        answer = json.dumps(support.refund_desk(json.loads(read_exactly(stream, int(headers["content-length"]))))).encode()
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
        stream.flush()
        headers = read_headers(stream)


@contextlib.contextmanager
def server(key, cert):
    """The refund desk over TLS; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def serve(plain):
        with contextlib.suppress(OSError, ValueError), context.wrap_socket(plain, server_side=True) as connection:
            talk(connection)

    def accept(listener):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@unittest.skipUnless(shutil.which("openssl"), "openssl is missing: there is nobody to make a certificate")
class Tls(unittest.TestCase):
    def rehearse(self, agent, names=("IP:127.0.0.1",), trust=True):
        """Runs the desk suite against the TLS server; what the run said, and its records."""
        with tempfile.TemporaryDirectory() as made, support.suite("desk", "http://unused") as (folder, env):
            key, cert = certificate(pathlib.Path(made), *names)
            other = pathlib.Path(made) / "other"
            other.mkdir()
            trusted = cert if trust else certificate(other, *names)[1]
            with server(key, cert) as port:
                suite = folder / "desk/sosia.yaml"
                suite.write_text(suite.read_text().replace('agent: { url: "${AGENT_URL}" }', "agent: " + json.dumps(agent(port))))
                run = support.sosia("run", "desk", "-q", "--out", "out", "--runs", 1, "--adversary", "cooperative", cwd=folder,
                                    env={**env, "SSL_CERT_FILE": str(trusted)})
            return run, support.conversations(folder / "out") if (folder / "out/conversations.jsonl").exists() else []

    def passes(self, agent):
        run, records = self.rehearse(agent)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertTrue(records and all(c["outcome"] == "passed" for c in records))

    def is_refused(self, agent, words, **more):
        run, records = self.rehearse(agent, **more)
        self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
        self.assertTrue(records)
        for c in records:
            self.assertEqual((c["outcome"], c["fault"], c["ended"]), ("invalid", "infrastructure", "agent-unreachable"))
            self.assertRegex(c["error"], words)
            self.assertIn("SSL_CERT_FILE", c["error"])

    wss = staticmethod(lambda port: {"websocket": f"wss://127.0.0.1:{port}/chat"})
    https = staticmethod(lambda port: {"url": f"https://127.0.0.1:{port}/chat"})

    def test_a_websocket_over_tls_is_an_agent(self):
        self.passes(self.wss)

    def test_https_is_an_agent(self):
        self.passes(self.https)

    def test_a_certificate_nobody_trusts_is_refused(self):
        self.is_refused(self.wss, "not trusted: .*self.signed", trust=False)
        self.is_refused(self.https, "(?i)certificate", trust=False)

    def test_a_certificate_for_another_host_is_refused(self):
        self.is_refused(self.wss, "not trusted: .*(mismatch|match)", names=("DNS:elsewhere.example",))
        self.is_refused(self.https, "(?i)(no alternative|match)", names=("DNS:elsewhere.example",))


if __name__ == "__main__":
    unittest.main()
