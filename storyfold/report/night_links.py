"""Link the nights' pages: each names the night before and after it, and `index.html` lists them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

# In a page, around the line of links: it is replaced when another night has landed. No text of a page can hold
# these marks, as each `<` of it is escaped.
START, END = "<!-- nights -->", "<!-- end of nights -->"
INDEX = "index.html"
_LINE = re.compile(f"{START}.*?{END}", re.DOTALL)
# Of a night that was run more than once, the run that landed last.
_LAST = """
SELECT night, run_id, status FROM runs WHERE status <> 'failed' AND kind = 'night'
QUALIFY row_number() OVER (PARTITION BY night ORDER BY finished_at DESC, run_id, attempt DESC) = 1
ORDER BY night
"""


@dataclass(frozen=True, slots=True)
class NightPage:
    """Name one night and the file of its page in the folder of all."""

    night: date
    run_id: str
    status: str

    @property
    def file(self) -> str:
        """Its page's name."""
        return f"{self.run_id}.html"


def list_night_pages(connection: duckdb.DuckDBPyConnection, folder: Path, written: str) -> list[NightPage]:
    """Return the nights that landed, oldest first, that have a page; the run `written` is about to get one."""
    pages = [NightPage(*row) for row in connection.execute(_LAST).fetchall()]
    return [page for page in pages if page.run_id == written or (folder / page.file).is_file()]


def find_neighbours(night: date, pages: Sequence[NightPage]) -> tuple[NightPage | None, NightPage | None]:
    """Return the nights before and after one."""
    before = [page for page in pages if page.night < night]
    after = [page for page in pages if page.night > night]
    return (before[-1] if before else None), (after[0] if after else None)


def replace_line(page: str, line: str) -> str:
    """Return a page with another line of links; as it was where it has none."""
    return _LINE.sub(lambda _: line, page, count=1)
