"""Audit a whole lake as it was committed last: its files, its tables, and every condition over all rows.

It only reads. A lake that an older version made may lack tables, columns or views: what needs them is told as missing
and counts as no fault, since a migration adds them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import pyarrow as pa

from storyfold.lake.checks import check_stages
from storyfold.lake.conditions import AUDITED, CONDITIONS, WHOLE
from storyfold.lake.data_files import find_file_faults
from storyfold.lake.faults import diagnose_fault
from storyfold.lake.form import Differences, LakeForm, Step, find_differences
from storyfold.lake.lake import Lake, run_query
from storyfold.schemas import TABLES, Check, Run
from storyfold.schemas.columns import Table, make_rows

State = Literal["ok", "wrong", "missing"]
EXAMPLES = 3  # keys that a finding names: enough to look one up, and its line stays a line
_COUNTED = """
WITH wrong_rows AS MATERIALIZED ({sql})
SELECT (SELECT count(*) FROM wrong_rows) AS wrong, * FROM wrong_rows LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold what one check found: how much is wrong, what that is in words, and the keys of a few."""

    name: str
    state: State
    count: int
    meaning: str
    examples: tuple[str, ...] = ()


def make_finding(name: str, wrong: Collection[str], meaning: str) -> Finding:
    """Make the finding of a check from the keys of all that is wrong."""
    return Finding(name, "wrong" if wrong else "ok", len(wrong), meaning, tuple(sorted(wrong)[:EXAMPLES]))


Look = Callable[[duckdb.DuckDBPyConnection], Finding]


def audit_lake(
    lake: Lake, views: Mapping[str, str], more: Iterable[tuple[str, Look]] = (), steps: tuple[Step, ...] = ()
) -> Iterator[Finding]:
    """Yield a finding a check, as it is made. `views` and `steps` are this version's, `more` further checks.

    Each check is one query, so it sees the lake as it was committed last; no transaction is held over several, as a
    night could not commit meanwhile. Raises LakeFault where the catalog cannot be read, WrongUse without a lake.
    """
    with lake.connect() as connection:
        faults = [str(fault) for fault in find_file_faults(connection, lake.folder)]
        yield make_finding("files", faults, "Parquet files are gone or have another length than the catalog says")
        yield _check_form(find_differences(connection, LakeForm(views, steps)))
        for name, look in (*_list_checks(), *more):
            yield _look(lake, connection, name, look)


def _check_form(found: Differences) -> Finding:
    """Make the finding of what this version has and the lake has not, or the other way round."""
    if found.is_new:
        return Finding(
            "tables", "wrong", len(found.lacks), "tables and views are not there: this is no lake of storyfold"
        )
    if found.unknown:
        meaning = "tables and columns of the lake are not known to this version: a newer one made it"
        return Finding("tables", "missing", len(found.unknown), meaning, found.unknown)
    missing = (*found.lacks, *found.retyped, *found.older_views, *found.older_methods, *found.replaced)
    meaning = "tables, columns and views of the lake are not as this version has them"
    # all by name: whoever has an older lake wants to know what it lacks
    return Finding("tables", "missing" if missing else "ok", len(missing), meaning, tuple(sorted(missing)))


def _list_checks() -> Iterator[tuple[str, Look]]:
    for condition in (*CONDITIONS, *AUDITED):
        sql = condition.sql.format(**WHOLE)
        yield condition.name, _make_look(condition.name, sql, condition.meaning)
    for name, table in TABLES.items():
        if allowed := {column.name: list(column.allowed) for column in table.columns if column.allowed}:
            meaning = f"rows have a value that is not declared ({', '.join(allowed)})"
            yield f"values-{name}", _make_look(f"values-{name}", _select_undeclared(table, allowed), meaning, allowed)
    for stage_check in ("balance", "handover"):
        yield stage_check, _make_stage_look(stage_check)


def _select_undeclared(table: Table, allowed: Collection[str]) -> str:
    """Select the keys of rows in which a column has another value than those of the parameter of its name."""
    key = ", ".join(table.key)
    undeclared = " OR ".join(f"NOT list_contains(${name}, {name})" for name in allowed)
    return f"SELECT {key} FROM {table.name} WHERE {undeclared}"  # noqa: S608 (names come from code)


def _make_look(name: str, sql: str, meaning: str, parameters: dict[str, Any] | None = None) -> Look:
    def look(connection: duckdb.DuckDBPyConnection) -> Finding:
        found = run_query(connection, _COUNTED.format(sql=sql, most=EXAMPLES), parameters)
        count = found.column("wrong")[0].as_py() if found.num_rows else 0
        return Finding(name, "wrong" if count else "ok", count, meaning, _list_keys(found.drop_columns("wrong")))

    return look


def _list_keys(found: pa.Table) -> tuple[str, ...]:
    return tuple(_join_key(row.values()) for row in found.to_pylist())


def _join_key(values: Iterable[Any]) -> str:
    return " ".join("null" if value is None else str(value) for value in values)


def _make_stage_look(name: str) -> Look:
    """Make the check of the counts of every landed run, as `check_stages` has it for the one that is about to land."""
    meanings = {
        "balance": "landed runs have a stage whose items are not those kept and rejected",
        "handover": "landed runs have a stage that did not take in what the one before it kept",
    }

    def look(connection: duckdb.DuckDBPyConnection) -> Finding:
        runs = make_rows(run_query(connection, "FROM runs WHERE status <> 'failed'"), Run)
        wrong = {_join_key((run.run_id, run.attempt)) for run in runs if _list_failed(check_stages(run), name)}
        return make_finding(name, wrong, meanings[name])

    return look


def _list_failed(checks: Iterable[Check], start: str) -> list[Check]:
    return [check for check in checks if check.name.startswith(f"{start}-") and not check.passed]


def _look(lake: Lake, connection: duckdb.DuckDBPyConnection, name: str, look: Look) -> Finding:
    """Make one check; where a file cannot be read that is what it found, and the others are made all the same."""
    try:
        return look(connection)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        lacking = str(error).partition(": ")[2].partition("!")[0]  # behind the kind of error, before DuckDB's advice
        return Finding(name, "missing", 0, f"not checked: {lacking}")
    except duckdb.Error as error:
        fault = diagnose_fault(error, lake.folder)
        if fault is None:
            raise
        return Finding(name, "wrong", 1, f"not checked: {fault}")
