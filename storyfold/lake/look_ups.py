"""Prepare a connection for look-ups by ids, of which a night makes some dozens, and for landing few rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

# Of 20 articles against 100,000, the look-ups take a quarter less processor time on one thread than on two, and as long
# by the clock: most are over before a second thread has begun.
THREADS = 1


@contextmanager
def use_one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Read and write on one thread, on all connections of the instance as long."""
    connection.execute(f"SET threads = {THREADS}")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # of a transaction that has failed
            connection.execute("RESET threads")


@contextmanager
def leave_out_join_filters(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have DuckDB not filter what it reads by the least and the greatest key that it is joined with.

    Ids are hashes, so these leave out nothing, and DuckLake looks up the bounds of every column in every file for them:
    a third of what a reading of a million rows takes.
    """
    connection.execute("SET disabled_optimizers = 'join_filter_pushdown'")
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # of a transaction that has failed: `Lake.land` rolls it back
            connection.execute("RESET disabled_optimizers")


@contextmanager
def look_up(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Look up in one transaction, of one snapshot of the lake.

    DuckLake reads its catalog at the beginning of each: 5 to 10 ms a query, where each is a transaction of its own.
    """
    with use_one_thread(connection), leave_out_join_filters(connection):
        connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")  # nothing is written
