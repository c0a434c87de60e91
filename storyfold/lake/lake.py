"""The lake: DuckLake tables under one folder, committed a night at a time.

A lake is a folder: `catalog.sqlite` (which Parquet files make up which snapshot), `main/` (the Parquet),
`archive/` (the pages' bytes), `work/` (a run's parts) and `reports/`. It is attached by its own path each time,
so it can be moved. Readers see the last committed night, whole, while the next one runs.
"""

from __future__ import annotations

import importlib.util
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain, count
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from storyfold.lake.catalog_comments import replace_views, write_table_comments
from storyfold.lake.faults import LEAST_FREE, RESTORE, LakeFault, check_writable, diagnose_fault
from storyfold.outcomes import NightFailed, StoryfoldError, Transient, WrongUse
from storyfold.schemas import TABLES, Check, Run
from storyfold.schemas.columns import Table, create_table_sql, get_sql_type, get_table, make_table

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
EXTENSIONS = ("sqlite_scanner", "ducklake")
# The Parquet files that the lake as it stands needs, by their paths below its folder: of schema, table and file.
_FILES = """
SELECT
    CASE WHEN file.path_is_relative THEN
        CASE WHEN "table".path_is_relative THEN "schema".path ELSE '' END || "table".path ELSE '' END || file.path,
    file.file_size_bytes
FROM {catalog}.ducklake_data_file AS file
JOIN {catalog}.ducklake_table AS "table" USING (table_id)
JOIN {catalog}.ducklake_schema AS "schema" USING (schema_id)
WHERE file.end_snapshot IS NULL
"""
_naming = Lock()
_names: set[str] = set()
# DuckDB's own faults: after one, nothing in its database can be asked any more, by any connection.
BROKEN = (duckdb.InternalException, duckdb.FatalException)
BUSY_PAUSES = (0.2, 1.0, 3.0, 8.0, 15.0)  # seconds; a commit of 50,000 articles takes one or two


def load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Load DuckLake and its SQLite catalog, from their installed packages, else from DuckDB's own store."""
    for name in EXTENSIONS:
        found = importlib.util.find_spec(f"duckdb_extension_{name}")
        folders = list(found.submodule_search_locations or ()) if found else []
        files = [Path(folder, "extensions", f"v{duckdb.__version__}", f"{name}.duckdb_extension") for folder in folders]
        if files and files[0].exists():
            connection.execute(f"LOAD '{quote_sql(files[0])}'")
        else:
            connection.install_extension(name)
            connection.load_extension(name)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """DuckDB with its extensions, once a process: loading them takes a quarter of a second."""
    connection = duckdb.connect()
    load_extensions(connection)
    # what does not fit in memory goes where temporary files belong, not into the folder one stands in
    connection.execute(f"SET temp_directory = '{quote_sql(Path(tempfile.gettempdir()) / 'storyfold-duckdb')}'")
    return connection


@contextmanager
def _free_name() -> Iterator[str]:
    """A name that no other connection of this process has attached its lake by."""
    with _naming:
        name = next(n for n in chain(["lake"], (f"lake_{k}" for k in count(2))) if n not in _names)
        _names.add(name)
    try:
        yield name
    finally:
        with _naming:
            _names.remove(name)


def quote_sql(path: Path | str) -> str:
    """A path inside a SQL string; ATTACH and LOAD take no parameters."""
    return str(path).replace("'", "''")


class Lake:
    """One lake, by its folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).absolute()
        self.catalog = self.folder / "catalog.sqlite"
        self.archive = self.folder / "archive"
        self.work = self.folder / "work"
        self.reports = self.folder / "reports"

    @contextmanager
    def connect(self, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with the lake attached and in use, as `lake` unless another is; times are UTC."""
        if read_only and not self.catalog.exists():
            raise WrongUse(f"{self.folder}: no lake there; `storyfold nightly` makes one, --lake DIR names another")
        options = ["DATA_INLINING_ROW_LIMIT 0", "OVERRIDE_DATA_PATH true", *(["READ_ONLY"] if read_only else [])]
        with self._telling(), _free_name() as name, _engine().cursor() as connection:
            attach = f"ATTACH 'ducklake:sqlite:{quote_sql(self.catalog)}' AS {name} "
            attach += f"(DATA_PATH '{quote_sql(self.folder)}/', {', '.join(options)})"
            try:
                _patiently(connection, attach)
                with _attached(connection, name):
                    yield connection
            except BROKEN:
                _engine.cache_clear()  # the next connection has an engine that works
                raise

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What DuckDB says of a damaged catalog, a file that is gone or a full disk, in one line with the path."""
        try:
            yield
        except duckdb.Error as error:
            fault = diagnose_fault(error, self.folder)
            if fault is None:
                raise
            raise fault from error

    def check(self) -> None:
        """That a night can begin: all can be written, the catalog can be read, its files are there and whole.

        A quarter of a second, spent before a night's work; LakeFault names the first thing that is wrong.
        """
        check_writable(self.folder, LEAST_FREE)
        if not self.catalog.exists():
            return
        with self.connect() as connection:
            name = connection.execute("SELECT current_database()").fetchall()[0][0]
            files = connection.execute(_FILES.format(catalog=f"__ducklake_metadata_{name}")).fetchall()
        for path, size in files:
            file = self.folder / path
            if not file.exists():
                raise LakeFault(f"{file}: gone, and the lake's catalog counts on it; {RESTORE}")
            if file.stat().st_size != size:
                raise LakeFault(f"{file}: damaged, it has {file.stat().st_size} bytes and not {size}; {RESTORE}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lake for one run; a second one is told so instead of waiting or breaking it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "writing.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise NightFailed(f"{self.folder}: another run is writing this lake; wait for it, or end it") from None
        try:
            yield
        finally:
            lock.release()

    def create(self, views: Mapping[str, str]) -> None:
        """Make what is missing: folders, tables, columns, comments, views. Anything already right is left as it is."""
        for folder in (self.folder, self.archive, self.work, self.reports):
            folder.mkdir(parents=True, exist_ok=True)
        with self.connect(read_only=False) as connection, _transaction(connection):
            for declared in TABLES.values():
                _create_table(connection, declared)
            write_table_comments(connection, list(TABLES.values()))
            replace_views(connection, views)

    def land(
        self, rows: Mapping[type, pa.Table], check: Callable[[duckdb.DuckDBPyConnection], Sequence[Check]], failed: Run
    ) -> list[Check]:
        """Commit a night in one transaction, or, when a required check fails on it, only its run and checks.

        `check` is asked inside the transaction, so that it sees the lake as it would be; returns its answers.
        `failed` is the row of `runs` for a night that does not pass. Anything that goes wrong on the way (a full
        disk) leaves the lake as it was and is raised, as Transient where DuckDB says so.
        """
        try:
            return self._land(rows, check, failed)
        except (duckdb.Error, Transient) as error:
            raise Transient(f"the night could not be committed, the lake is as before: {error}") from error

    def _land(
        self, rows: Mapping[type, pa.Table], check: Callable[[duckdb.DuckDBPyConnection], Sequence[Check]], failed: Run
    ) -> list[Check]:
        with self.connect(read_only=False) as connection:
            with _transaction(connection) as outcome:
                for cls, arrow in rows.items():
                    _insert(connection, get_table(cls), arrow)
                checks = list(check(connection))
                outcome["commit"] = all(c.passed for c in checks if c.required)
                if outcome["commit"]:
                    _insert(connection, get_table(Check), make_table(checks, Check))
            if not outcome["commit"]:
                with _transaction(connection):
                    _insert(connection, get_table(Run), make_table([failed], Run))
                    _insert(connection, get_table(Check), make_table(checks, Check))
        return checks

    def read(self, sql: str, parameters: Sequence[Any] | None = None) -> pa.Table:
        """The answer to one query over the last committed night, as Arrow."""
        return self.ask(lambda connection: read(connection, sql, parameters))

    def ask(self, question: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer:
        """What `question` makes of a connection that only reads; put once more, on a new one, where DuckDB breaks."""
        try:
            with self.connect() as connection:
                return question(connection)
        except BROKEN as error:
            log.warning("DuckDB failed (%s); asked again", str(error).partition("\n")[0])
        with self.connect() as connection:
            return question(connection)


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """Use an attached lake, and let go of it, as far as the engine still answers."""
    try:
        connection.execute(f"USE {name}")
        # of this connection alone: a cursor takes the machine's zone, whatever that of its parent
        connection.execute("SET TimeZone = 'UTC'")
        yield
    finally:
        with suppress(*BROKEN):
            connection.execute("USE memory")
            connection.execute(f"DETACH {name}")


def _patiently(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Run a statement that another process's commit may hold up for a moment; Transient if it stays so."""
    for pause in (*BUSY_PAUSES, None):
        try:
            connection.execute(sql)
        except duckdb.Error as error:
            if "database is locked" not in str(error):
                raise
            if pause is None:
                raise Transient("the lake's catalog is busy with another process; try again in a minute") from None
            time.sleep(pause)
        else:
            return


def read(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
) -> pa.Table:
    """The answer to one query as Arrow; for several queries, as a lake takes a tenth of a second to open."""
    return connection.execute(sql, parameters).to_arrow_table()


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, bool]]:
    outcome = {"commit": True}
    connection.execute("BEGIN")
    try:
        yield outcome
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT" if outcome["commit"] else "ROLLBACK")


def _insert(connection: duckdb.DuckDBPyConnection, declared: Table, arrow: pa.Table) -> None:
    if arrow.num_rows == 0:
        return
    connection.register("incoming", arrow)
    order = ", ".join([*([declared.partition] if declared.partition else []), *(declared.sort or declared.key)])
    connection.execute(f"INSERT INTO {declared.name} BY NAME SELECT * FROM incoming ORDER BY {order}")  # noqa: S608
    connection.unregister("incoming")


def _create_table(connection: duckdb.DuckDBPyConnection, declared: Table) -> None:
    found = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = current_database() AND table_name = ?",
            [declared.name],
        ).fetchall()
    )
    if not found:
        connection.execute(create_table_sql(declared))
        if declared.partition:
            connection.execute(f"ALTER TABLE {declared.name} SET PARTITIONED BY ({declared.partition})")
        return
    for column in declared.columns:
        if column.name not in found and column.nullable:
            connection.execute(f'ALTER TABLE {declared.name} ADD COLUMN "{column.name}" {get_sql_type(column.type)}')
        elif column.name not in found:
            raise StoryfoldError(
                f"the lake's table {declared.name} has no column {column.name}: an older version made it; "
                "start a new lake with --lake DIR"
            )
