"""Roll back a commit that was cut off: one killed while SQLite wrote the catalog leaves a journal beside it.

A connection that only reads can't roll it back (SQLITE_READONLY_ROLLBACK, sqlite.org/rescode.html, in words "attempt
to write a readonly database"), so after such a crash each reader would fail until the next commit, and the check
before a night, which reads, would keep that commit from coming.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

WAIT = 5.0  # seconds that another process that rolls back the same journal is waited for; it takes milliseconds


def has_journal(catalog: Path) -> bool:
    """Say whether a journal lies beside a catalog: a commit is being written, or was cut off."""
    return Path(f"{catalog}-journal").exists()


def roll_back_cut_commit(catalog: Path) -> None:
    """Roll back what a cut-off commit left in a catalog, as SQLite does for the first connection that may write.

    A journal whose writer still lives is left to it. Where the catalog can't be written, nothing is done.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{catalog.as_uri()}?mode=rw", WAIT, uri=True)) as opened:
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
