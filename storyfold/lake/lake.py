"""Read and write a lake: DuckLake tables under one folder, committed a run at a time.

A lake is a folder: `catalog.sqlite` (which Parquet files make up which snapshot), `main/` (the Parquet), `keys.sqlite`
(which of them have which ids), `archive/` (the pages' bytes), `work/` (a run's parts) and `reports/`. It is attached by
its own path each time, so it can be moved. Readers see the last committed run, whole, while the next one is at work.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from storyfold.lake.data_files import find_file_faults
from storyfold.lake.duckdb_instance import BROKEN, DuckDBInstance, quote_sql
from storyfold.lake.faults import LEAST_FREE, check_writable, diagnose_fault
from storyfold.lake.form import Differences, LakeForm, Step, find_differences
from storyfold.lake.look_ups import use_one_thread
from storyfold.lake.migration import Show, migrate, show_nothing
from storyfold.lake.rollback_journal import has_journal, roll_back_cut_commit
from storyfold.outcomes import RunFailed, StoryfoldError, Transient, WrongUse
from storyfold.schemas import Check, Run
from storyfold.schemas.columns import Table, get_declared_table, make_arrow_table

log = logging.getLogger(__name__)

Made = TypeVar("Made")
INTERRUPTED = "Query interrupted"  # what DuckDB (1.5.5) raises, as RuntimeError, where a signal came into a query
ROW_GROUP = 122_880  # rows that DuckDB writes together into Parquet, on one thread
BUSY_PAUSES = (0.2, 1.0, 3.0, 8.0, 15.0)  # seconds; a commit of 50,000 articles takes one or two


@dataclass(frozen=True, slots=True)
class Replacement:
    """Rows of a table that go, by the values of some of its columns, and those that come in their place, if any."""

    cls: type
    keys: pa.Table
    rows: pa.Table | None = None


class Lake:
    """One lake, known by its folder, and the instance of DuckDB by which this process reads and writes it."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).absolute()
        self._instance = DuckDBInstance()
        self.catalog = self.folder / "catalog.sqlite"
        self.archive = self.folder / "archive"
        self.work = self.folder / "work"
        self.reports = self.folder / "reports"

    @contextmanager
    def connect(self, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a connection with the lake attached and in use, as `lake` unless another is; times are UTC."""
        if read_only and not self.catalog.exists():
            raise WrongUse(f"{self.folder}: no lake there; `storyfold nightly` makes one, --lake DIR names another")
        options = ["DATA_INLINING_ROW_LIMIT 0", "OVERRIDE_DATA_PATH true", *(["READ_ONLY"] if read_only else [])]
        with self._diagnose_errors(), self._instance.connect() as (connection, name):
            attach = f"ATTACH 'ducklake:sqlite:{quote_sql(self.catalog)}' AS {name} "
            self._attach(connection, attach + f"(DATA_PATH '{quote_sql(self.folder)}/', {', '.join(options)})")
            with _use_attached(connection, name):
                yield connection

    def close(self) -> None:
        """Close DuckDB, as far as this lake's connections opened it; the next one opens it again."""
        self._instance.close()

    def _attach(self, connection: duckdb.DuckDBPyConnection, attach: str) -> None:
        try:
            _execute_patiently(connection, attach)
        except duckdb.Error as error:
            if "readonly database" not in str(error) or not has_journal(self.catalog):
                raise
            roll_back_cut_commit(self.catalog)
            _execute_patiently(connection, attach)

    @contextmanager
    def _diagnose_errors(self) -> Iterator[None]:
        """Turn DuckDB's errors of a damaged catalog, a missing file or a full disk into one line with the path."""
        try:
            yield
        except duckdb.Error as error:
            fault = diagnose_fault(error, self.folder)
            if fault is None:
                raise
            raise fault from error

    def check(self) -> None:
        """Check that a run can begin: all can be written, the catalog can be read, its files are there and whole.

        It takes a quarter of a second, before hours of work; LakeFault names the first thing that is wrong.
        """
        check_writable(self.folder, LEAST_FREE)
        if not self.catalog.exists():
            return
        with self.connect() as connection:
            for fault in find_file_faults(connection, self.folder):
                raise fault

    @contextmanager
    def lock_for_writing(self) -> Iterator[None]:
        """Lock the lake for one run; a second one gets RunFailed instead of waiting or breaking it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "writing.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise RunFailed(f"{self.folder}: another run is writing this lake; wait for it, or end it") from None
        try:
            yield
        finally:
            lock.release()

    def create(self, views: Mapping[str, str], steps: tuple[Step, ...] = (), show: Show = show_nothing) -> None:
        """Create the lake, or bring one that an older version made to this one's form, whole or not at all.

        What is right already stays as it is. Raises NewerLake where a newer version made it, StoryfoldError where
        `steps` has none for what is needed.
        """
        for folder in (self.folder, self.archive, self.work, self.reports):
            folder.mkdir(parents=True, exist_ok=True)
        with self.connect(read_only=False) as connection:
            with _run_transaction(connection):
                migrate(connection, LakeForm(views, steps), show)
            self._keep_keys(connection)

    def compare(self, form: LakeForm) -> Differences:
        """Find how the lake differs from a form, that of this version; reads the catalog alone."""
        return self.read_with(lambda connection: find_differences(connection, form))

    def land(
        self,
        rows: Mapping[type, pa.Table],
        check: Callable[[duckdb.DuckDBPyConnection], Sequence[Check]],
        failed: Run,
        replacing: Sequence[Replacement] = (),
    ) -> list[Check]:
        """Commit a run in one transaction, or, when a required check fails on it, only its row and its checks.

        What is in `replacing` goes first, and its rows come with those of the run.
        `check` is called inside the transaction, so that it sees the lake as it would be; its checks are returned.
        `failed` is the row of `runs` for a run that does not pass. Anything that goes wrong on the way (a full
        disk) leaves the lake as it was and is raised, as Transient where DuckDB says so.
        """
        try:
            return self._land(rows, check, failed, replacing)
        except (duckdb.Error, Transient) as error:
            raise Transient(f"the night could not be committed, the lake is as before: {error}") from error

    def _land(
        self,
        rows: Mapping[type, pa.Table],
        check: Callable[[duckdb.DuckDBPyConnection], Sequence[Check]],
        failed: Run,
        replacing: Sequence[Replacement],
    ) -> list[Check]:
        with self.connect(read_only=False) as connection, _choose_threads(connection, rows, replacing):
            with _run_transaction(connection) as outcome:
                for replacement in replacing:
                    _replace(connection, replacement)
                for cls, arrow in rows.items():
                    _insert(connection, get_declared_table(cls), arrow)
                checks = list(check(connection))
                outcome["commit"] = all(c.passed for c in checks if c.required)
                if outcome["commit"]:
                    _insert(connection, get_declared_table(Check), make_arrow_table(checks, Check))
            if not outcome["commit"]:
                with _run_transaction(connection):
                    _insert(connection, get_declared_table(Run), make_arrow_table([failed], Run))
                    _insert(connection, get_declared_table(Check), make_arrow_table(checks, Check))
            self._keep_keys(connection)
        return checks

    def _keep_keys(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Keep the keys of what was committed; where that fails, the next night only takes longer."""
        from storyfold.lake.stored_files import keep_keys  # needs the kernels, which readers do not

        try:
            keep_keys(connection)
        except (duckdb.Error, sqlite3.Error, OSError, StoryfoldError) as error:
            log.warning("%s: the keys of its rows were not kept: %s", self.folder, error)

    def read(self, sql: str, parameters: Sequence[Any] | None = None) -> pa.Table:
        """Run one query over the last committed run; return its rows as an Arrow table."""
        return self.read_with(lambda connection: run_query(connection, sql, parameters))

    def read_with(self, work: Callable[[duckdb.DuckDBPyConnection], Made]) -> Made:
        """Call `work` with a connection that only reads; once more, with a new one, where DuckDB breaks."""
        try:
            with self.connect() as connection:
                return work(connection)
        except BROKEN as error:
            log.warning("DuckDB failed (%s); asked again", str(error).partition("\n")[0])
        with self.connect() as connection:
            return work(connection)


def _choose_threads(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[type, pa.Table], replacing: Sequence[Replacement]
) -> AbstractContextManager[None]:
    """Use one thread where no table has more rows than one thread writes anyway, as those of most nights."""
    most = max((len(table) for table in (*rows.values(), *(one.keys for one in replacing))), default=0)
    return use_one_thread(connection) if most <= ROW_GROUP else nullcontext()


@contextmanager
def _use_attached(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """Use an attached lake, and detach it, as far as DuckDB still works."""
    try:
        connection.execute(f"USE {name}")
        # for this connection alone: a cursor takes the machine's zone, whatever that of its parent
        connection.execute("SET TimeZone = 'UTC'")
        yield
    except RuntimeError as error:
        if str(error) != INTERRUPTED:
            raise
        connection.interrupt()  # DuckDB raises, and leaves the query running, for which the next one would wait
        raise KeyboardInterrupt from None
    finally:
        with suppress(*BROKEN):
            connection.execute("USE memory")
            connection.execute(f"DETACH {name}")


def _execute_patiently(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
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


def run_query(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
) -> pa.Table:
    """Run one of several queries, as a lake takes a tenth of a second to open; return its rows as an Arrow table."""
    return connection.execute(sql, parameters).to_arrow_table()


@contextmanager
def _run_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, bool]]:
    outcome = {"commit": True}
    connection.execute("BEGIN")
    try:
        yield outcome
    except BaseException:
        connection.interrupt()  # a query that a signal came into would be waited for
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT" if outcome["commit"] else "ROLLBACK")


def _replace(connection: duckdb.DuckDBPyConnection, replacement: Replacement) -> None:
    declared, names = get_declared_table(replacement.cls), ", ".join(replacement.keys.column_names)
    connection.register("replaced_keys", replacement.keys)
    where, days = f"({names}) IN (SELECT ({names}) FROM replaced_keys)", []  # noqa: S608 (names come from code)
    if declared.partition in replacement.keys.column_names:  # as constants, by which DuckLake leaves out files
        days = pc.unique(replacement.keys[declared.partition]).to_pylist()
        where += f" AND {declared.partition} IN ({', '.join('?' * len(days))})"
    connection.execute(f"DELETE FROM {declared.name} WHERE {where}", days)  # noqa: S608 (names come from code)
    connection.unregister("replaced_keys")
    if replacement.rows is not None:
        _insert(connection, declared, replacement.rows)


def _insert(connection: duckdb.DuckDBPyConnection, declared: Table, arrow: pa.Table) -> None:
    if arrow.num_rows == 0:
        return
    connection.register("incoming", arrow)
    order = ", ".join([*([declared.partition] if declared.partition else []), *(declared.sort or declared.key)])
    connection.execute(f"INSERT INTO {declared.name} BY NAME SELECT * FROM incoming ORDER BY {order}")  # noqa: S608
    connection.unregister("incoming")
