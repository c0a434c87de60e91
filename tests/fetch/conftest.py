"""Real HTTP servers for the tests of fetching."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from loopback_server import Server, page


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def respond_with() -> Callable[..., bytes]:
    return page


@pytest.fixture
def servers() -> Iterator[Callable[[int], list[Server]]]:
    """So many servers; each is a host of its own, as it has its own port."""
    running: list[Server] = []

    def start(number: int) -> list[Server]:
        running.extend(Server() for _ in range(number))
        return running

    yield start
    for each in running:
        each.close()
