"""Check what a night lands, inside its transaction: the lake's conditions, for the keys that the night touches.

The work grows with the night and with the key columns of the lake, not with its texts. What was wrong before, elsewhere
in the lake, does not fail a night; the audit of the whole lake finds it (`storyfold.lake.audit`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa

from storyfold.lake.checks import make_required_check
from storyfold.lake.conditions import COMPARED, CONDITIONS, OF_RUNS, OF_TEXTS, ON_DAYS, Condition
from storyfold.lake.landing_keys import (
    create_landing_keys,
    create_looked_up,
    create_same_of_days,
    create_same_of_runs,
    create_table,
    list_days,
    select_same_keys,
)
from storyfold.lake.landing_rows import LandingRows, LookUp
from storyfold.lake.look_ups import leave_out_join_filters
from storyfold.lake.rows_in_force import ALL_RUNS, LANDED, RowsInForce, create_rows_in_force
from storyfold.schemas import LAKE_ROWS, TABLES, Check, Run
from storyfold.schemas.columns import get_declared_table

# What the night touches, each made of those before it; `landing_<table>` are the keys of the rows that land.
# An article that joins or leaves a family or story may break both, so all that it ever was in are looked at.
_TOUCHED: dict[str, str | LookUp | RowsInForce] = {
    "all_runs": ALL_RUNS,
    "landed": LANDED,
    "new_runs": """
        SELECT run_id, attempt FROM all_runs SEMI JOIN landing_runs USING (run_id, attempt)
        GROUP BY ALL HAVING count(*) = 1
    """,
    "named_articles": """
        SELECT article_id FROM landing_articles UNION SELECT article_id FROM landing_cuts
        UNION SELECT article_id FROM landing_page_lines UNION SELECT article_id FROM landing_article_links
        UNION SELECT article_id FROM landing_sketches UNION SELECT article_id FROM landing_text_terms
        UNION SELECT article_id FROM landing_text_names
        UNION SELECT article_id FROM landing_copies UNION SELECT of_article_id FROM landing_copies
    """,
    "named_versions": LookUp(
        "articles", "article_id", "named_articles", ("article_id", "version", "seen_date", "uncut_sha256")
    ),
    "touched_versions": """
        SELECT article_id, version FROM landing_articles UNION SELECT article_id, version FROM landing_cuts
    """,
    "linked_versions": """
        SELECT article_id, version FROM landing_articles UNION SELECT article_id, version FROM landing_article_links
    """,
    # the lists of addresses of articles that land are at hand, those of others are read
    "relinked_versions": """
        SELECT DISTINCT article_id, version FROM landing_article_links
        ANTI JOIN landing_articles USING (article_id, version)
    """,
    "relinked_rows": LookUp("articles", "article_id", "relinked_versions", ("article_id", "version", "links")),
    "texts_with_links": """
        SELECT article_id, version, links FROM landing_articles
        UNION ALL FROM relinked_rows SEMI JOIN relinked_versions USING (article_id, version)
    """,
    "unplaced_in_families": "SELECT article_id FROM landing_articles ANTI JOIN landing_families USING (article_id)",
    "unplaced_in_story_articles": """
        SELECT article_id FROM landing_articles ANTI JOIN landing_story_articles USING (article_id)
    """,
    **{
        f"unread_in_{table.name}": f"""
            SELECT article_id, version FROM landing_articles ANTI JOIN landing_{table.name} USING (article_id, version)
        """  # noqa: S608 (names come from code)
        for table in OF_TEXTS
    },
    "same_rejects": LookUp("rejects", "reject_id", "landing_rejects", ("reject_id",)),
    "touched_articles": "SELECT article_id FROM landing_families UNION SELECT article_id FROM landing_story_articles",
    "touched_family_rows": LookUp(
        "families", "article_id", "touched_articles", ("article_id", "family_id", "run_id", "attempt")
    ),
    "touched_families": "SELECT DISTINCT family_id FROM touched_family_rows",
    "family_rows": LookUp(
        "families", "family_id", "touched_families", ("family_id", "article_id", "run_id", "attempt")
    ),
    "family_articles": "SELECT DISTINCT article_id FROM family_rows",
    "placed_in_families": RowsInForce(
        "placed_in_families", "families", "article_id", ("article_id", "family_id", "independent_source"),
        wanted="family_articles", known="family_rows",
    ),
    "touched_family_members": "FROM placed_in_families SEMI JOIN touched_families USING (family_id)",
    "touched_story_rows": LookUp(
        "story_articles", "article_id", "touched_articles", ("article_id", "story_id", "run_id", "attempt")
    ),
    "touched_stories": "SELECT story_id FROM landing_stories UNION SELECT story_id FROM touched_story_rows",
    "story_rows": LookUp(
        "story_articles", "story_id", "touched_stories", ("article_id", "story_id", "run_id", "attempt")
    ),
    "family_texts": LookUp("story_texts", "family_id", "touched_families", ("family_id",)),
    "story_row_articles": "SELECT article_id FROM story_rows UNION SELECT article_id FROM touched_family_members",
    "touched_memberships": RowsInForce(
        "touched_memberships", "story_articles", "article_id", ("article_id", "story_id"),
        wanted="story_row_articles", known="story_rows",
    ),
    # a story has a row of each run that gave it a member
    "story_runs": """
        SELECT story_id, run_id, attempt FROM story_rows UNION SELECT story_id, run_id, attempt FROM landing_stories
    """,
    "placed_stories": RowsInForce(
        "placed_stories", "stories", "story_id", ("story_id", "articles", "status"),
        wanted="touched_stories", known="story_runs",
    ),
    "new_follows": """
        SELECT story_id, follows_story_id, gap_days FROM landing_story_follows WHERE follows_story_id IS NOT NULL
    """,
    "follow_names": "SELECT story_id FROM new_follows UNION SELECT follows_story_id FROM new_follows",
    "follow_rows": LookUp("stories", "story_id", "follow_names", ("story_id", "run_id", "attempt")),
    "placed_follows": RowsInForce(
        "placed_follows", "stories", "story_id", ("story_id", "first_published_at", "last_published_at", "status"),
        wanted="follow_names", known="follow_rows",
    ),
    "touched_current_stories": "SELECT story_id, articles FROM placed_stories WHERE status = 'current'",
}  # fmt: skip


# Tables of certain days: by which table each is narrowed, of which table's rows it has the days, and what it is read
# of. The cuts and links, old and new, of the versions that get a text or some of those; and the texts of the days on
# which links of stories land.
_OF_NAMED_DAYS: dict[str, tuple[str, str, str, tuple[str, ...], str]] = {
    "touched_cuts": (
        "touched_versions", "cuts", "cuts", ("article_id", "version", "position", "seen_date"),
        """
        SELECT article_id, version, position, seen_date FROM {rows}
        SEMI JOIN touched_versions USING (article_id, version) WHERE seen_date IN ({days})
        """,
    ),
    "touched_links": (
        "linked_versions", "article_links", "article_links",
        ("article_id", "version", "position", "seen_date", "address"),
        """
        SELECT article_id, version, position, seen_date, address FROM {rows}
        SEMI JOIN linked_versions USING (article_id, version) WHERE seen_date IN ({days})
        """,
    ),
    "touched_story_texts": (
        "landing_story_links", "story_links", "story_texts", ("article_id", "seen_date"),
        "SELECT article_id, seen_date FROM {rows} WHERE seen_date IN ({days})",
    ),
}  # fmt: skip

# `touched_cuts` and `touched_links` have those that land, too
_OF_DAYS = (*(TABLES[name] for name in ON_DAYS if name not in ("cuts", "article_links")), *COMPARED)

_LANDING = {
    **{name: f"({select_same_keys(table, f'landing_{name}')})" for name, table in TABLES.items()},
    **{table.name: f"same_{table.name}" for table in (*OF_RUNS, *_OF_DAYS)},
    "article_changes": "(SELECT * FROM article_changes SEMI JOIN landing_article_changes USING (change_id))",
    "rejects": "same_rejects",
    "runs": "(FROM all_runs SEMI JOIN landing_runs USING (run_id, attempt))",
    "families": "(FROM touched_family_rows SEMI JOIN landing_families USING (run_id, attempt, article_id))",
    "story_articles": "(FROM touched_story_rows SEMI JOIN landing_story_articles USING (run_id, attempt, article_id))",
    "articles": "(FROM named_versions SEMI JOIN landing_articles USING (article_id, version))",
    "cuts": "(FROM touched_cuts SEMI JOIN landing_cuts USING (article_id, version, position))",
    # The checks themselves are inserted last: a row of this attempt that stands there already will be repeated.
    "checks": "(SELECT checks.* FROM checks SEMI JOIN landing_runs USING (run_id, attempt), range(2))",
    "articles_for_families": "unplaced_in_families",
    "articles_for_story_articles": "unplaced_in_story_articles",
    **{f"articles_for_{table.name}": f"unread_in_{table.name}" for table in OF_TEXTS},
    **{f"versions_of_{name}": "named_versions" for name in ON_DAYS},
    **{f"runs_of_{table.name}": "all_runs" for table in OF_RUNS},
    "texts_of_links": "touched_story_texts",
    "texts_of_families": "family_texts",
    "texts": "(FROM named_versions SEMI JOIN touched_versions USING (article_id, version))",
    "text_cuts": "touched_cuts",
    "article_links": "(FROM touched_links SEMI JOIN landing_article_links USING (article_id, version, position))",
    "texts_with_links": "texts_with_links",
    "text_links": "touched_links",
    "linked_aliases": """(
        FROM article_aliases WHERE alias_id IN (FROM landing_article_aliases)
        OR article_id IN (FROM landing_article_aliases)
    )""",
    "current_follows": "new_follows",
    "stories_of_follows": "(FROM placed_follows WHERE status = 'current')",
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
    **{f"articles_for_{table.name}": f"unread_in_{table.name}" for table in OF_TEXTS},
    **{f"versions_of_{name}": f"landing_{name}" for name in ON_DAYS},
    **{f"runs_of_{table.name}": f"landing_{table.name}" for table in OF_RUNS},
    "texts_of_links": "landing_story_links",
    "texts_of_families": "touched_families",
    "texts": "touched_versions",
    "text_cuts": "touched_versions",
    "texts_with_links": "linked_versions",
    "text_links": "linked_versions",
    "linked_aliases": "landing_article_aliases",
    "current_follows": "new_follows",
    "stories_of_follows": "new_follows",
    "current_stories": "touched_stories",
    "story_members": "touched_stories",
    "current_families": "touched_families",
    "family_memberships": "touched_families",
}


def check_landing(
    run: Run, rows: Mapping[type, pa.Table], connection: duckdb.DuckDBPyConnection, replaced: Collection[type] = ()
) -> list[Check]:
    """Check the lake's conditions for what these rows, which are inserted already, touch.

    `connection` is the one whose transaction they are in; of the classes `replaced` it has removed rows of the lake.
    The tables of keys that this makes there are temporary. Each table of the lake that a query names costs some
    milliseconds in the catalog, so nothing is asked about nothing.
    """
    checks = []
    with leave_out_join_filters(connection):
        sizes = _create_touched(connection, rows, replaced)
        for condition in CONDITIONS:
            is_touched = any(sizes[_NARROWED_BY[relation]] for relation in condition.relations)
            wrong = _count_wrong(connection, condition) if is_touched else 0
            checks.append(make_required_check(run, condition.name, wrong, f"{wrong} {condition.meaning}"))
    return checks


def _create_touched(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[type, pa.Table], replaced: Collection[type]
) -> dict[str, int]:
    """Create the temporary tables that the relations are made of; return their numbers of rows."""
    sizes, seen = {}, LandingRows(connection, rows, replaced)
    for cls in LAKE_ROWS:
        table = get_declared_table(cls)
        sizes[f"landing_{table.name}"] = create_landing_keys(connection, table, rows.get(cls))
    for name, made in _TOUCHED.items():
        if isinstance(made, RowsInForce):
            create_rows_in_force(connection, made, seen)
        elif isinstance(made, LookUp):
            sizes[name] = create_looked_up(connection, name, made, seen)
        else:
            sizes[name] = create_table(connection, name, made)
    for name in (name for name, (narrowed_by, *_) in _OF_NAMED_DAYS.items() if sizes[narrowed_by]):
        _create_of_days(connection, name, seen)
    for table in (table for table in OF_RUNS if sizes[f"landing_{table.name}"]):
        create_same_of_runs(connection, table)
    for table in (table for table in _OF_DAYS if sizes[f"landing_{table.name}"]):
        create_same_of_days(connection, table, seen)
    return sizes


def _create_of_days(connection: duckdb.DuckDBPyConnection, name: str, rows: LandingRows) -> None:
    narrowed_by, days_of, table, columns, select = _OF_NAMED_DAYS[name]
    # copies name versions of many days, which have nothing to do with the links of those that land
    days = list_days(connection, TABLES[days_of], narrowed_by if name == "touched_links" else None)
    read = rows.select_days(table, columns, days)
    create_table(connection, name, select.format(rows=read, days=", ".join("?" * len(days))), days)


def _count_wrong(connection: duckdb.DuckDBPyConnection, condition: Condition) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({condition.sql.format(**_LANDING)})").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
