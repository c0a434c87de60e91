"""Serve the demo's web as a real HTTP server on loopback: keep-alive, ETags, conditional requests, compression.

Its `log` has every request as the server saw it, so that politeness can be measured from the other side.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]

from storyfold.demo_web.content import Outlet, Web
from storyfold.demo_web.site import Reply, Site
from storyfold.outcomes import StoryfoldError

FIRST_ADDRESS = 11  # of 127.0.0.x: the first few are often taken by local resolvers
IDLE_SECONDS = 30.0  # a silent connection is closed
POLL_SECONDS = 0.05  # how soon a server notices that it should end


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """Hold one request: when (seconds on a clock that only goes forward), to which outlet, and the response to it."""

    at: float
    outlet: str
    path: str
    status: int
    conditional: bool
    encoding: str
    agent: str


@dataclass(slots=True)
class RunningWeb:
    """Hold a web that is up; set `now` to the instant that it should be."""

    site: Site
    port: int
    now: datetime
    log: list[LoggedRequest] = field(default_factory=list)


class PortTaken(StoryfoldError):
    """Say that another program listens at this port."""


def assign_outlet_addresses(outlets: Sequence[Outlet], port: int) -> dict[str, str]:
    """Assign each outlet the start of its URLs: an address each and one port; with one address alone, a port each."""
    if _has_many_loopbacks():
        return {o.id: f"http://127.0.0.{FIRST_ADDRESS + n}:{port}" for n, o in enumerate(outlets)}
    return {o.id: f"http://127.0.0.1:{port + n}" for n, o in enumerate(outlets)}


def _has_many_loopbacks() -> bool:
    """Say whether all of 127/8 is this machine, as on Linux; other systems have 127.0.0.1 alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((f"127.0.0.{FIRST_ADDRESS}", 0))
        except OSError:
            return False
    return True


@contextmanager
def serve_demo_web(web: Web, port: int) -> Iterator[RunningWeb]:
    """Serve the web until the block ends, at the instant of its first night. Raises PortTaken."""
    addresses = assign_outlet_addresses(web.outlets, port)
    running = RunningWeb(Site(web, addresses), port, web.nights[0])
    with ExitStack() as stack:
        for outlet_id, address in addresses.items():
            stack.enter_context(_serve_outlet(outlet_id, address, running))
        yield running


@contextmanager
def _serve_outlet(outlet_id: str, address: str, running: RunningWeb) -> Iterator[None]:
    parts = urlsplit(address)
    try:
        server = _Server((str(parts.hostname), parts.port or 80), outlet_id, running)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            taken = f"port {parts.port} of {parts.hostname} is in use, perhaps by another `storyfold demo --serve`"
            raise PortTaken(f"{taken}; end that, or take another --lake") from None
        raise
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name=outlet_id, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], outlet_id: str, running: RunningWeb) -> None:
        self.outlet_id = outlet_id
        self.running = running
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's: it asks for the name of the address, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report an error, but not a client that goes away in the middle of a response."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "demo-web"
    sys_version = ""
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def log_message(self, *_: object) -> None:
        """Print nothing on the terminal: `log` has it."""

    def _respond(self, *, with_body: bool) -> None:
        running = self.server.running
        outlet = running.site.web.get_outlet(self.server.outlet_id)
        path = self.path.partition("?")[0]  # not urlsplit: it raises for what a hostile client may send
        reply = running.site.respond(outlet.id, path, running.now)
        etag = f'W/"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        unchanged = reply.status == 200 and is_unchanged(self.headers, etag, reply.modified)  # type: ignore[arg-type]
        encoding, body = compress(reply.body, outlet.encoding, self.headers.get("Accept-Encoding", ""))
        status = 304 if unchanged else reply.status
        self.send_response(status)
        for name, value in _make_headers(reply, etag, encoding).items():
            self.send_header(name, value)
        if not unchanged:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and not unchanged:
            self.wfile.write(body)
        running.log.append(
            LoggedRequest(
                at=time.monotonic(),
                outlet=outlet.id,
                path=self.path,
                status=status,
                conditional="If-None-Match" in self.headers or "If-Modified-Since" in self.headers,
                encoding=encoding,
                agent=self.headers.get("User-Agent", ""),
            )
        )


def _make_headers(reply: Reply, etag: str, encoding: str) -> dict[str, str]:
    headers = {"Content-Type": reply.content_type, "Vary": "Accept-Encoding"}
    if reply.location:
        headers["Location"] = reply.location
    if encoding:
        headers["Content-Encoding"] = encoding
    if reply.status == 200:
        headers["ETag"] = etag
        if reply.modified:
            headers["Last-Modified"] = format_datetime(reply.modified.astimezone(UTC), usegmt=True)
    return headers


def is_unchanged(headers: Mapping[str, str], etag: str, modified: datetime | None) -> bool:
    """Say whether the response to a conditional request is 304 (RFC 9110, 13.2.2: the ETag before the date)."""
    if known := headers.get("If-None-Match"):
        return etag in (part.strip() for part in known.split(",")) or known.strip() == "*"
    since = headers.get("If-Modified-Since")
    if not since or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def compress(body: bytes, preferred: str, accepted: str) -> tuple[str, bytes]:
    """Return the body in the outlet's encoding if the client takes it, in gzip if only that, else as it is."""
    offered = {part.split(";")[0].strip().lower() for part in accepted.split(",")}
    if preferred == "br" and "br" in offered:
        return "br", brotli.compress(body, quality=5)
    if preferred and "gzip" in offered:
        return "gzip", gzip.compress(body, mtime=0)
    return "", body
