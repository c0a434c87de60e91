"""The `[parse]` table: what parsing one page may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from storyfold.settings.ranges import MiB, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseSettings:
    """Hold what a page may cost, and how deep it may nest; the ranges' ends are as in `FetchSettings`."""

    # Of processor time to parse a page; the slowest 10 MiB (`<p>a` over and over) took 9
    page_seconds: Annotated[int, Range(1, 600, "seconds")] = 30
    # To parse a page, beyond what the program takes; the same page took 1.7 GB
    page_memory: Annotated[int, Range(256 * MiB, 64 * 1024 * MiB, "bytes")] = 2048 * MiB
    # Pages in one batch: a task costs about 80 ms, a page some 10 to 40
    batch_items: Annotated[int, Range(1, 10_000, "pages")] = 200
    nesting: int = 2_000  # depth of elements; browsers stop at 512. It cannot be set: the parser is built for it
