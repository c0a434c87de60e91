"""Connections that a deadline can break: the one place where a socket is opened.

A time-out of requests or urllib3 is for one read: a server that sends a byte now and then holds a question for
as long as it likes (50 s were seen with `timeout=1`). So each question has a deadline, which knows the socket
that the question uses at the moment, and shuts it down when the time is up: the read then ends at once.
"""

from __future__ import annotations

import http.client
import socket
import threading
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_current = threading.local()  # .deadline: that of the question which this thread puts


class Deadline:
    """The time for one question, over all its redirects; a context for the thread that puts it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._break)
        self._timer.daemon = True

    def watch(self, used: socket.socket | None) -> None:
        """From now on the question uses this socket."""
        with self._lock:
            self._socket = used
            if self.passed:
                self._shut()

    def _break(self) -> None:
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            try:
                # The plain socket's own method: that of a TLS socket would touch what the reading thread uses.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:  # closed or broken off already
                self._socket = None

    def __enter__(self) -> Self:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:  # the socket may serve another question from here on
            self._socket = None
        _current.deadline = None


def _watch(used: socket.socket | None) -> None:
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None and used is not None:
        deadline.watch(used)


def open_socket(connection: HTTPConnection, connect: Any) -> socket.socket:
    """Every socket of the client is opened here, by `connect`, before a byte is sent or a TLS handshake begins."""
    opened: socket.socket = connect(connection)
    _watch(opened)
    return opened


class _StrictResponse(http.client.HTTPResponse):
    """The standard library reads a chunk of -1 bytes, as any int() does: all there is, past every limit."""

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise ValueError("a chunk of less than no bytes")  # which the library takes for a broken answer
        return size


class _PlainConnection(HTTPConnection):
    response_class = _StrictResponse

    def _new_conn(self) -> socket.socket:
        return open_socket(self, HTTPConnection._new_conn)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self.sock)  # a connection that is used again opens no socket
        super().request(*args, **kwargs)


class _SafeConnection(HTTPSConnection):
    response_class = _StrictResponse

    def _new_conn(self) -> socket.socket:
        return open_socket(self, HTTPConnection._new_conn)

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self.sock)
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _SafeConnection


class WatchedAdapter(HTTPAdapter):
    """The adapter of requests, with connections that a deadline can break, and no repeating of its own."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools; requests calls this once."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SafePool}

    def hop(self, prepared: requests.PreparedRequest, connect: float, read: float) -> requests.Response:
        """One request and the head of its answer, redirects not followed; through no proxy."""
        return self.send(prepared, stream=True, timeout=(connect, read), verify=True)
