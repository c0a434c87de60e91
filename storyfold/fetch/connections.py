"""Open guarded connections that a deadline can break; every socket of the client is opened here.

A time-out of requests or urllib3 is for one read: a server that sends a byte now and then holds a request for
as long as it likes (50 s were seen with `timeout=1`). So each request has a deadline, which knows the socket
that the request uses at the moment, and shuts it down when the time is up: the read then ends at once.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import threading
from functools import partial
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from storyfold.fetch.address_guard import AddressGuard

IDLE_HOSTS = 64  # hosts whose connection is kept open between two requests: four times the threads of a batch


class Deadline:
    """The time for one request and its whole response; a context for the thread that sends it."""

    def __init__(self, seconds: float, current: CurrentDeadline) -> None:
        """Stand in `current`, that of the adapter which sends, while the context lasts."""
        self.seconds = seconds
        self._current = current
        self.passed = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._break)
        self._timer.daemon = True

    def watch(self, used: socket.socket) -> None:
        """Note that the request uses this socket from now on.

        A second handle on the connection is kept: a TLS socket takes the first one out of the plain socket's hands
        before its handshake, and a handshake may last as long as a response.
        """
        with self._lock:
            self._forget()
            # Its kind is given: to ask the kernel for it may fail where the other side has hung up.
            self._socket = socket.socket(used.family, used.type, used.proto, fileno=os.dup(used.fileno()))
            if self.passed:
                self._shut()

    def _break(self) -> None:
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # broken off already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Self:
        self._current.deadline = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:  # the connection may serve another request from here on
            self._forget()
        self._current.deadline = None


class CurrentDeadline(threading.local):
    """The deadline of the request which this thread sends by an adapter; another thread sees its own."""

    deadline: Deadline | None = None

    def watch(self, used: socket.socket | None) -> None:
        """Have the request's deadline watch the socket that it uses from now on."""
        if self.deadline is not None and used is not None and used.fileno() >= 0:
            self.deadline.watch(used)


def open_socket(connection: HTTPConnection, guard: AddressGuard, current: CurrentDeadline) -> socket.socket:
    """Open a socket to an address that the guard has checked, before a byte is sent.

    Raises Rejected REFUSED_ADDRESS before any connection is tried, and what urllib3 raises for a failed one.
    """
    name = connection._dns_host
    try:
        try:
            addresses = guard.resolve(name, connection.port or connection.default_port)
        except socket.gaierror as error:
            raise NameResolutionError(name, connection, error) from error
        for tried, address in enumerate(addresses, 1):
            # Connected by number, so that the name is not looked up again; TLS still checks the name, set back below.
            connection._dns_host = address
            try:
                opened: socket.socket = HTTPConnection._new_conn(connection)
            except (ConnectTimeoutError, NewConnectionError):
                if tried == len(addresses):
                    raise
            else:
                current.watch(opened)
                return opened
        raise AssertionError("the guard gives at least one address")
    finally:
        connection._dns_host = name


class _StrictResponse(http.client.HTTPResponse):
    """Refuses a chunk of -1 bytes, which the standard library reads as all there is, past every limit."""

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise ValueError("a chunk of less than no bytes")  # which the library takes for a broken response
        return size


class _GuardedConnection(HTTPConnection):
    response_class = _StrictResponse

    def __init__(self, *args: Any, guard: AddressGuard, current: CurrentDeadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard
        self._current = current

    def _new_conn(self) -> socket.socket:
        return open_socket(self, self._guard, self._current)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._current.watch(self.sock)  # a connection that is used again opens no socket
        super().request(*args, **kwargs)


class _GuardedTlsConnection(_GuardedConnection, HTTPSConnection):
    pass


class WatchedAdapter(HTTPAdapter):
    """The adapter of `requests`, with connections that are guarded and that a deadline can break; repeats nothing."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self.current = CurrentDeadline()
        super().__init__(max_retries=0, pool_connections=IDLE_HOSTS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools; requests calls this once."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": self._make_plain_pool, "https": self._make_safe_pool}

    def _make_plain_pool(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = HTTPConnectionPool(*args, **kwargs)
        pool.ConnectionCls = partial(_GuardedConnection, guard=self._guard, current=self.current)  # type: ignore[assignment]
        return pool

    def _make_safe_pool(self, *args: Any, **kwargs: Any) -> HTTPSConnectionPool:
        pool = HTTPSConnectionPool(*args, **kwargs)
        pool.ConnectionCls = partial(_GuardedTlsConnection, guard=self._guard, current=self.current)  # type: ignore[assignment]
        return pool

    def send_once(self, prepared: requests.PreparedRequest, connect: float, read: float) -> requests.Response:
        """Send one request and read the head of its response, redirects not followed; through no proxy."""
        return self.send(prepared, stream=True, timeout=(connect, read), verify=True)
