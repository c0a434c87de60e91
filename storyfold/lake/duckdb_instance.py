"""Hold DuckDB open for a lake: one instance with its extensions, and a free name for each connection."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from threading import Lock

import duckdb

EXTENSIONS = ("sqlite_scanner", "ducklake")
# DuckDB's own faults: after one, its instance serves no query any more, on any connection.
BROKEN = (duckdb.InternalException, duckdb.FatalException)


class DuckDBInstance:
    """One instance of DuckDB, opened when it is first used.

    For any number of threads, each with a connection of its own.
    """

    def __init__(self) -> None:
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._lock = Lock()
        self._used_names: set[str] = set()

    @contextmanager
    def connect(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """Give a connection, and a name by which no other one of this instance has attached its lake.

        Where DuckDB itself breaks under the block, the next connection is one to a new instance.
        """
        with self._lock:
            opened = self._opened = self._opened or _open()
            name = next(n for n in chain(["lake"], (f"lake_{k}" for k in count(2))) if n not in self._used_names)
            self._used_names.add(name)
        try:
            with opened.cursor() as connection:
                yield connection, name
        except BROKEN:
            with self._lock:
                if self._opened is opened:
                    self._opened = None
            raise
        finally:
            with self._lock:
                self._used_names.remove(name)

    def close(self) -> None:
        """Close the instance; the next connection opens another."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


def _open() -> duckdb.DuckDBPyConnection:
    # The signature of a file in an installed package is not checked at each start, as DuckDB would hash 70 MB (.3 s of
    # processor time): the package is code as ours is, checked when it was installed from requirements.lock. What is
    # loaded later must be signed.
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true" if _are_installed() else "false"})
    load_extensions(connection)
    connection.execute("SET allow_unsigned_extensions = false")
    # a lake's files never change, and every look-up would read what each of them holds anew: a file a night and table
    connection.execute("SET parquet_metadata_cache = true")
    # what does not fit in memory goes where temporary files belong, not into the working directory
    connection.execute(f"SET temp_directory = '{quote_sql(Path(tempfile.gettempdir()) / 'storyfold-duckdb')}'")
    return connection


def load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Load DuckLake and its SQLite catalog, from their installed packages, else from DuckDB's own store."""
    for name in EXTENSIONS:
        if file := _find_installed(name):
            connection.execute(f"LOAD '{quote_sql(file)}'")
        else:
            connection.install_extension(name)
            connection.load_extension(name)


def _are_installed() -> bool:
    return all(_find_installed(name) for name in EXTENSIONS)


def _find_installed(name: str) -> Path | None:
    """Find the file of an extension in its installed package; None where there is none for this DuckDB."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    folders = list(found.submodule_search_locations or ()) if found else []
    files = [Path(folder, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension") for folder in folders]
    return files[0] if files and files[0].exists() else None


def quote_sql(path: Path | str) -> str:
    """Escape a path inside a SQL string; ATTACH and LOAD take no parameters."""
    return str(path).replace("'", "''")
