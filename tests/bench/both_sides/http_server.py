"""A local HTTP server that says what it was sent, and misbehaves where its path asks for it."""
from __future__ import annotations

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args) -> None:
        pass

    def answer(self, status: int, body: bytes, headers: dict | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Transfer-Encoding") == "chunked":
            sent = b""
            while size := int(self.rfile.readline(), 16):
                sent += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            sent = self.rfile.read(length)
        what = url.path.strip("/").split("/")
        if what[0] == "status":
            self.answer(int(what[1]), b"{}")
        elif what[0] == "redirect":
            self.answer(302, b"", {"Location": "/echo"})
        elif what[0] == "loop":
            self.answer(302, b"", {"Location": "/loop"})
        elif what[0] == "slow":
            time.sleep(1.5)
            self.answer(200, b"{}")
        elif what[0] == "text":
            self.answer(200, "one\ntwo\nthrée".encode(), {"Content-Type": "text/plain; charset=utf-8", "X-One": "1"})
        elif what[0] == "html":
            self.answer(200, b'{"a": 1}', {"Content-Type": "text/html"})
        elif what[0] == "broken":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"short")
            self.close_connection = True
        elif what[0] == "gzip":
            self.answer(200, b"this is not gzip", {"Content-Encoding": "gzip"})
        elif what[0] == "drop":
            self.connection.close()
            self.close_connection = True
        else:
            sees = {"method": self.command, "args": parse_qsl(url.query, keep_blank_values=True), "body": sent.decode("latin-1")}
            for header in ("Authorization", "Cookie", "X-Test", "Content-Type"):
                sees[header] = (self.headers.get(header) or "").split("; boundary")[0].split(";")[0]
            boundary = (self.headers.get("Content-Type") or "").partition("boundary=")[2]
            if boundary:
                sees["body"] = f"multipart with {sees['body'].count('name=')} parts"
            if sees["Content-Type"] == "application/json" and sent:
                sees["body"] = json.dumps(json.loads(sent))
            self.answer(200, json.dumps(sees).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any


def start() -> str:
    """Starts it on a free port; gives its base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_args: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


DEAF: list[socket.socket] = []


def deaf() -> str:
    """The URL of a port whose queue is full: connecting to it never ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    DEAF.append(listener)
    for _ in range(4):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex(listener.getsockname())
        DEAF.append(waiting)
    time.sleep(0.1)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
