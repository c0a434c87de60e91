"""Keep the keys of a lake's rows as plain arrays of hashes, file by file, to find in which files a key stands.

An id says nothing about the day of its row. To read the ids of a million articles takes .15 s of processor time, a
night asks a dozen times, and their sketches take a second: so what a look-up scans is kept beside the lake as numbers
of 64 bits, of which a million are scanned in 2 ms. `keys.sqlite` holds nothing else and can be removed: it is made of
the Parquet files, which never change, by the next command that writes the lake. A file that it does not know, or all
where it is missing, is read as if it might have every key.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import LongHashes, UnsignedIntegers
from storyfold.lake.key_sets import KeySet, Names, hash_names
from storyfold.lake.parquet_files import read_parquet_file

log = logging.getLogger(__name__)

FILE = "keys.sqlite"
METHOD = 1  # of what is kept, and of which columns of a table; what another one made is made anew
PAGE = 32_768  # bytes: what is kept of a column of a file is some pages long, read one after another
WAIT = 5.0  # seconds for another process that writes it: that takes milliseconds
# The columns by which rows are looked up. Names are kept as hashes, numbers as they are, lists of numbers as the lower
# halves of these.
KEYED: Mapping[str, tuple[str, ...]] = {
    "articles": ("article_id", "text_sha256", "uncut_sha256"),
    "sketches": ("article_id", "text_hash", "hashes"),
    "copies": ("article_id", "of_article_id"),
    "families": ("article_id", "family_id"),
    "rejects": ("reject_id",),
    "stories": ("story_id",),
    "story_follows": ("story_id", "follows_story_id", "terms", "weights"),
    "story_articles": ("article_id", "story_id"),
    "story_texts": ("article_id", "family_id"),
}
_CREATE = (
    """
    CREATE TABLE kept (
        table_name TEXT, column_name TEXT, data_file TEXT, hashes BLOB, PRIMARY KEY (table_name, column_name, data_file)
    )
    """,
    "CREATE TABLE kept_of (catalog TEXT)",  # the mark of the catalog whose files are kept
)


class KeyStore:
    """The keys of the lake in a folder; that it is missing, damaged or of another method is that it knows no file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE

    def leave_out(self, table: str, keys: Mapping[str, Names]) -> set[str]:
        """Return the files of a table, by their paths below the lake's folder, that have none of these keys.

        `keys` are of some of the columns of `KEYED`.
        """
        left: set[str] | None = None
        for column, names in keys.items():
            wanted = KeySet(np.unique(hash_names(names)))
            kept = self.read_column(table, column)
            out = {file for file, hashes in kept if not wanted.has_any(np.frombuffer(hashes, np.uint64))}
            left = out if left is None else left & out
        return left or set()

    def read_column(self, table: str, column: str, files: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
        """Yield what is kept of a column, by file; only of these files, where some are given."""
        sql = "SELECT data_file, hashes FROM kept WHERE table_name = ? AND column_name = ?"
        if not self._path.exists():
            return
        asked: list[tuple[str, ...]] = [()] if files is None else [(file,) for file in sorted(files)]
        of_file = "" if files is None else " AND data_file = ?"
        try:
            with closing(self._connect("ro")) as opened:
                if _read_method(opened) == METHOD:
                    for file in asked:
                        yield from opened.execute(sql + of_file, (table, column, *file))
        except sqlite3.Error as error:
            log.warning("%s cannot be read, the lake is read instead: %s", self._path, error)

    def has_all_of(self, catalog: str) -> bool:
        """Say whether the keys of all files of a catalog are kept, as it was when it had this mark."""
        if not self._path.exists():
            return False
        try:
            with closing(self._connect("ro")) as opened:
                return _read_method(opened) == METHOD and (catalog,) in opened.execute("SELECT catalog FROM kept_of")
        except sqlite3.Error:  # it is made anew
            return False

    def update(self, files: Mapping[str, Collection[str]], catalog: str) -> None:
        """Keep the keys of all of these files, by table, and of no others; `catalog` is the mark of theirs.

        Raises sqlite3.Error, OSError or LakeFault where that cannot be.
        """
        try:
            self._update(files, catalog)
        except sqlite3.OperationalError:  # the disk is full, or another process writes it
            raise
        except sqlite3.DatabaseError as error:
            log.warning("%s: %s; it is made anew", self._path, error)
            self._path.unlink(missing_ok=True)
            self._update(files, catalog)

    def _update(self, files: Mapping[str, Collection[str]], catalog: str) -> None:
        with closing(self._connect("rwc")) as opened:
            opened.execute(f"PRAGMA page_size = {PAGE}")
            with _change(opened):
                if _read_method(opened) != METHOD:
                    for name in ("kept", "kept_of"):
                        opened.execute(f"DROP TABLE IF EXISTS {name}")
                    for create in _CREATE:
                        opened.execute(create)
                    opened.execute(f"PRAGMA user_version = {METHOD}")
                for table, columns in KEYED.items():
                    self._update_table(opened, table, columns, set(files.get(table, ())))
                opened.execute("DELETE FROM kept_of")
                opened.execute("INSERT INTO kept_of VALUES (?)", (catalog,))

    def _update_table(self, opened: sqlite3.Connection, table: str, columns: Sequence[str], files: set[str]) -> None:
        sql = "SELECT DISTINCT data_file FROM kept WHERE table_name = ? AND column_name = ?"
        known = {file for (file,) in opened.execute(sql, (table, columns[0]))}
        gone = [(table, file) for file in known - files]
        opened.executemany("DELETE FROM kept WHERE table_name = ? AND data_file = ?", gone)
        for file in sorted(files - known):
            rows = read_parquet_file(str(self._folder / file), columns)
            kept = [(table, name, file, _pack(rows[name]).tobytes()) for name in rows.column_names]
            opened.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", kept)

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.as_uri()}?mode={mode}", WAIT, isolation_level=None, uri=True)


def _read_method(opened: sqlite3.Connection) -> int:
    return int(opened.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _change(opened: sqlite3.Connection) -> Iterator[None]:
    """Change it whole or not at all."""
    opened.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        opened.execute("ROLLBACK")
        raise
    opened.execute("COMMIT")


def _pack(column: pa.ChunkedArray) -> LongHashes | UnsignedIntegers:
    """Return what is kept of a column."""
    return pack_lists(column) if pa.types.is_list(column.type) else hash_names(column)


def pack_lists(column: pa.ChunkedArray) -> UnsignedIntegers:
    """Pack lists of numbers: how many there are, the length of each, and the lower halves of all numbers."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    hashes = pc.list_flatten(column).to_numpy()
    return np.concatenate([np.array([len(lengths)], np.uint32), lengths.astype(np.uint32), hashes.astype(np.uint32)])
