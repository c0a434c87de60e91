"""Check what a night lands, inside its transaction: the lake's conditions, for the keys that the night touches.

The work grows with the night and with the key columns of the lake, not with its texts. What was wrong before, elsewhere
in the lake, does not fail a night; the audit of the whole lake finds it (`storyfold.lake.audit`).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from storyfold.lake.checks import make_required_check
from storyfold.lake.conditions import CONDITIONS, Condition
from storyfold.schemas import LAKE_ROWS, TABLES, Check, Run
from storyfold.schemas.columns import Table, get_declared_table

# The order in which the views `current_…` let a later row stand for an earlier one; `landed_runs` has the instants.
_LATEST = "finished_at DESC, started_at DESC, run_id DESC, attempt DESC"

# What the night touches, each made of those before it; `landing_<table>` are the keys of the rows that land.
# An article that joins or leaves a family or story may break both, so all that it ever was in are looked at.
_TOUCHED = {
    "touched_versions": """
        SELECT article_id, version FROM landing_articles UNION SELECT article_id, version FROM landing_cuts
    """,
    "unplaced_in_families": "SELECT article_id FROM landing_articles ANTI JOIN landing_families USING (article_id)",
    "unplaced_in_story_articles": """
        SELECT article_id FROM landing_articles ANTI JOIN landing_story_articles USING (article_id)
    """,
    "touched_articles": "SELECT article_id FROM landing_families UNION SELECT article_id FROM landing_story_articles",
    "touched_families": "SELECT DISTINCT family_id FROM families SEMI JOIN touched_articles USING (article_id)",
    "touched_stories": """
        SELECT story_id FROM landing_stories
        UNION SELECT story_id FROM story_articles SEMI JOIN touched_articles USING (article_id)
    """,
    "touched_family_members": f"""
        FROM (
            SELECT article_id, family_id, independent_source FROM families
            SEMI JOIN (
                SELECT article_id FROM families SEMI JOIN touched_families USING (family_id)
            ) AS member USING (article_id)
            JOIN landed_runs USING (run_id, attempt)
            QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY {_LATEST}) = 1
        ) SEMI JOIN touched_families USING (family_id)
    """,  # noqa: S608 (constant text)
    "touched_memberships": f"""
        SELECT article_id, story_id FROM story_articles
        SEMI JOIN (
            SELECT article_id FROM story_articles SEMI JOIN touched_stories USING (story_id)
            UNION SELECT article_id FROM touched_family_members
        ) AS member USING (article_id)
        JOIN landed_runs USING (run_id, attempt)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY {_LATEST}) = 1
    """,  # noqa: S608
    "touched_current_stories": f"""
        FROM (
            SELECT story_id, articles, stories.status FROM stories
            SEMI JOIN touched_stories USING (story_id)
            JOIN landed_runs USING (run_id, attempt)
            QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY {_LATEST}) = 1
        ) WHERE status = 'current'
    """,  # noqa: S608
}  # fmt: skip


def _make_landing_relation(table: Table) -> str:
    """Make the relation of a table's rows, old and new, whose keys land."""
    nullable = {column.name for column in table.columns if column.nullable}
    same = " AND ".join(
        f"{table.name}.{name} {'IS NOT DISTINCT FROM' if name in nullable else '='} landing.{name}"
        for name in table.key
    )
    return f"(SELECT * FROM {table.name} SEMI JOIN landing_{table.name} AS landing ON {same})"  # noqa: S608


_LANDING = {
    **{name: _make_landing_relation(table) for name, table in TABLES.items()},
    # The checks themselves are inserted last: a row of this attempt that stands there already will be repeated.
    "checks": "(SELECT checks.* FROM checks SEMI JOIN landing_runs USING (run_id, attempt), range(2))",
    "articles_for_families": "unplaced_in_families",
    "articles_for_story_articles": "unplaced_in_story_articles",
    "texts": "(SELECT * FROM articles SEMI JOIN touched_versions USING (article_id, version))",
    "text_cuts": "(SELECT * FROM cuts SEMI JOIN touched_versions USING (article_id, version))",
    "linked_aliases": """(
        FROM article_aliases WHERE alias_id IN (FROM landing_article_aliases)
        OR article_id IN (FROM landing_article_aliases)
    )""",
    "current_stories": "touched_current_stories",
    "story_members": "(FROM touched_memberships SEMI JOIN touched_stories USING (story_id))",
    "current_families": "touched_family_members",
    "family_memberships": "touched_memberships",
}


# By which of these temporary tables a relation is narrowed: where that is empty, so is the relation.
_NARROWED_BY = {
    **{name: f"landing_{name}" for name in TABLES},
    "checks": "landing_runs",
    "articles_for_families": "unplaced_in_families",
    "articles_for_story_articles": "unplaced_in_story_articles",
    "texts": "touched_versions",
    "text_cuts": "touched_versions",
    "linked_aliases": "landing_article_aliases",
    "current_stories": "touched_stories",
    "story_members": "touched_stories",
    "current_families": "touched_families",
    "family_memberships": "touched_families",
}


def check_landing(run: Run, rows: Mapping[type, pa.Table], connection: duckdb.DuckDBPyConnection) -> list[Check]:
    """Check the lake's conditions for what these rows, which are inserted already, touch.

    `connection` is the one whose transaction they are in; the tables of keys that this makes there are temporary. Each
    table of the lake that a query names costs some milliseconds in the catalog, so nothing is asked about nothing.
    """
    sizes = {}
    for cls in LAKE_ROWS:
        table = get_declared_table(cls)
        sizes[f"landing_{table.name}"] = _register_keys(connection, table, rows.get(cls))
    for name, select in _TOUCHED.items():
        sizes[name] = _create_table(connection, name, select)
    checks = []
    for condition in CONDITIONS:
        is_touched = any(sizes[_NARROWED_BY[relation]] for relation in condition.relations)
        wrong = _count_wrong(connection, condition) if is_touched else 0
        checks.append(make_required_check(run, condition.name, wrong, f"{wrong} {condition.meaning}"))
    return checks


def _create_table(connection: duckdb.DuckDBPyConnection, name: str, select: str) -> int:
    """Create a temporary table of what a SELECT finds; return its number of rows."""
    row = connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}").fetchone()
    return int(row[0]) if row else 0


def _count_wrong(connection: duckdb.DuckDBPyConnection, condition: Condition) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({condition.sql.format(**_LANDING)})").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _register_keys(connection: duckdb.DuckDBPyConnection, table: Table, landing: pa.Table | None) -> int:
    """Make the temporary table of the keys that land in a table, and return their number.

    A table and no view of the Arrow data: DuckDB knows how many rows it has, and starts its joins from it.
    """
    keys = (landing if landing is not None else table.schema.empty_table()).select(list(table.key))
    connection.register("landing_keys", keys)
    size = _create_table(connection, f"landing_{table.name}", "SELECT DISTINCT * FROM landing_keys")
    connection.unregister("landing_keys")
    return size
