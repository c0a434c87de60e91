"""Choose the Prefect server that a run reports to: the one at PREFECT_API_URL, else a temporary one of its own.

`configure_server` must run before Prefect is imported: Prefect reads its settings then.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from storyfold.lake.faults import LEAST_FREE, check_writable
from storyfold.outcomes import StoryfoldError, WrongUse

if TYPE_CHECKING:
    from prefect.server.api.server import SubprocessASGIServer

ALWAYS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # the stages' own log lines say what happens; a server keeps Prefect's own
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    # after a stop, Python's tracker of semaphores warns of what it cleared up
    "PYTHONWARNINGS": "ignore:resource_tracker",
}
TEMPORARY = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
}
START_SECONDS = 180  # a busy machine took 80
RESPONSE_SECONDS = 10


def configure_server(home: Path) -> str:
    """Set Prefect's environment and return a line that says which server it will be.

    A temporary server keeps its own data in `home` and takes no notice of any profile or login on the machine.
    Raises WrongUse if the server that PREFECT_API_URL names does not respond.
    """
    for name, value in ALWAYS.items():
        os.environ.setdefault(name, value)
    if address := os.environ.get("PREFECT_API_URL"):
        _check_server(address)
        return f"Prefect: the server at {address}"
    for name, value in TEMPORARY.items():
        os.environ.setdefault(name, value)
    home.mkdir(parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_PROFILES_PATH"] = str(home / "profiles.toml")
    return "Prefect: a temporary server, which takes 15 seconds or more to start (PREFECT_API_URL names a running one)"


def _check_server(address: str) -> None:
    import requests

    try:
        requests.get(f"{address.rstrip('/')}/health", timeout=RESPONSE_SECONDS).raise_for_status()
    except requests.RequestException:
        raise WrongUse(
            f"no Prefect server answers at PREFECT_API_URL={address}; start it (prefect server start), or unset "
            "PREFECT_API_URL to have a temporary one"
        ) from None


def _make_server() -> SubprocessASGIServer:
    from prefect.server.api.server import SubprocessASGIServer  # two seconds, which a running server saves

    return SubprocessASGIServer()


@contextmanager
def run_temporary_server(report: Callable[[str], object]) -> Iterator[None]:
    """Keep a server up while the block runs, if none is named; a stop (Ctrl-C, SIGTERM) ends everything at once.

    A run may be killed at any moment, so a stop does not wait for Prefect to wind up: it says so and exits with 1.
    Worker processes end by themselves as this one does; what they do until then is thrown away.
    """
    server = None if os.environ.get("PREFECT_API_URL") else _make_server()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for ignored in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ignored, signal.SIG_IGN)
        report("stopped; what the lake holds is whole, the same command finishes the night")
        if server is not None:
            server.stop()
        os._exit(1)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if server is None:
            yield
        else:
            from prefect.settings import PREFECT_API_URL, temporary_settings

            try:
                server.start(timeout=START_SECONDS)
            except RuntimeError as error:
                raise StoryfoldError(f"Prefect's temporary server did not start: {error}") from error
            with temporary_settings({PREFECT_API_URL: server.api_url}):
                yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if server is not None:
            server.stop()


@contextmanager
def blame_full_disk(lake: Path) -> Iterator[None]:
    """Raise the LakeFault of a full disk instead of a temporary server's error, as its database lies on that disk."""
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        yield
    except PrefectHTTPStatusError:
        if not os.environ.get("PREFECT_API_URL"):
            check_writable(lake, LEAST_FREE)
        raise
