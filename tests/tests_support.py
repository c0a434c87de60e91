"""Helpers that several test files share."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment_of(address: str, **more: str) -> dict[str, str]:
    """What a child process needs to run on the test server, and nothing of the user's own Prefect."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    return {**kept, "PREFECT_API_URL": address, "PYTHONPATH": str(ROOT), **more}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """The address of a real HTTP server on loopback that serves a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
