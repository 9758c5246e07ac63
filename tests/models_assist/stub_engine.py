"""An engine on loopback that speaks the protocols over real HTTP, truly or not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from models_assist.remote.endpoints import Endpoint

Says = Callable[[dict[str, Any]], Any]

ELSEWHERE = "/elsewhere"
JSON_TYPE = "application/json"
LIES = {
    "html": (b"<html>Please log in</html>", "text/html; charset=utf-8"),
    "garbage": (b"{nothing of use", JSON_TYPE),
    "nan": (b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}', JSON_TYPE),
    "huge": (b"[" + b" " * 9_000_000 + b"]", JSON_TYPE),
}


class StubEngine:
    """Answers what `says` makes of a request's body; `mode` makes it lie.

    Modes: html, redirect, hang, drip, garbage, nan, huge, status:N, packed.
    """

    def __init__(self) -> None:
        self.mode = ""
        self.says: Says = lambda _body: {}
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def endpoint(self, **changed: Any) -> Endpoint:
        """As an administrator would allow it."""
        known = {
            "name": "stub",
            "protocol": "openai",
            "url": f"http://127.0.0.1:{self.port}",
            "models": ("m",),
            "is_private": True,
            "seconds": 5.0,
        }
        return Endpoint(**{**known, **changed})

    def close(self) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def stub_engine() -> Iterator[StubEngine]:
    running = StubEngine()
    yield running
    running.close()


def _handler_of(engine: StubEngine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            engine.asked.append(body)
            engine.keys.append(self.headers.get("Authorization"))
            engine.paths.append(self.path)
            try:
                _answer(self, engine, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # who asked has gone

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    return Handler


def _answer(to: BaseHTTPRequestHandler, engine: StubEngine, body: dict[str, Any]) -> None:
    mode, _, detail = engine.mode.partition(":")
    if mode == "hang":
        engine.let_go.wait(10)
    elif mode == "drip":
        to.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(60):  # three seconds: longer than anybody who asks should wait
            to.wfile.write(b"X-Slow: 1\r\n")
            time.sleep(0.05)
    elif mode == "redirect":
        _send(to, 302, b"", JSON_TYPE, Location=f"http://127.0.0.1:{engine.port}{ELSEWHERE}")
    elif mode == "packed":
        _send(to, 200, b"\x1f\x8b", JSON_TYPE, **{"Content-Encoding": "gzip"})
    elif mode == "status":
        _send(to, int(detail), b'{"error": "the secret reason"}', JSON_TYPE)
    elif mode:
        _send(to, 200, *LIES[mode])
    else:
        _send(to, 200, json.dumps(engine.says(body)).encode(), JSON_TYPE)


def _send(
    to: BaseHTTPRequestHandler, status: int, content: bytes, kind: str, **headers: str
) -> None:
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.send_header("Content-Length", str(len(content)))
    for name, value in headers.items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(content)
