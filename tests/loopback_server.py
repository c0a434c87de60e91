"""A real HTTP server on 127.0.0.1 whose responses a test writes, byte for byte where it must."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Handler = Callable[[socket.socket, str], None]


@dataclass(frozen=True)
class Seen:
    """One line of the server's log."""

    path: str
    at: float


class Server:
    """Responses `GET path` with what `pages` holds for the path: bytes to send, or a function that sends them."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pages: dict[str, bytes | Handler] = {}
        self.requests: list[str] = []
        self.log: list[Seen] = []
        self.open = self.most_open = 0  # connections, now and at most at once
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, without robots.txt."""
        return [seen.path for seen in self.log if seen.path != "/robots.txt"]

    def _answer(self, connection: socket.socket) -> None:
        with self.lock:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        try:
            self._talk(connection)
        finally:
            with self.lock:
                self.open -= 1

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while head := self._head(connection):
                    self.requests.append(head)
                    path = head.split(" ")[1]
                    self.log.append(Seen(path, time.monotonic()))
                    page = self.pages.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    if callable(page):
                        page(connection, head)
                        return
                    connection.sendall(page)
                    if b"Content-Length" not in page and b"chunked" not in page:
                        return
            except OSError:  # the client went away, which is what some tests are about
                return

    def _head(self, connection: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(4096)
            if not piece:
                return ""
            data += piece
        return data.decode("latin-1")

    def close(self) -> None:
        self.stopped.set()
        self.listener.close()


def page(body: bytes, *headers: str, status: str = "200 OK", media_type: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
