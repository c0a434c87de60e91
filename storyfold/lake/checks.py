"""Check a run before it lands; a check is data: a name, what was measured, what would pass.

Required checks fail the run. The others are there to be read: they compare with the last landed run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.schemas import TABLES, Article, Check, FamilyMember, Membership, Reject, Run, StageOutcome
from storyfold.schemas.columns import get_declared_table

# A run that keeps under half of what the last one kept is worth a look (pudl-archiver warns at 15 to 25 % of
# bytes; news has quiet days, so this is wider). Not required: the first runs of a new source differ by more.
LEAST_KEPT_SHARE = 0.5


# What tables and current views must agree in: the count of rows that do not, and what those are.
AGREEMENTS = {
    "agree-stories": (
        """
        SELECT count(*) FROM current_stories FULL JOIN (
            SELECT story_id, count(*) AS members FROM current_memberships GROUP BY story_id
        ) AS counted USING (story_id) WHERE articles IS DISTINCT FROM members
        """,
        "stories whose count of articles is not that of their members",
    ),
    "agree-families": (
        """
        SELECT count(*) FROM (
            SELECT family_id FROM current_families GROUP BY family_id HAVING count_if(independent_source) <> 1
        )
        """,
        "families that have not exactly one independent source",
    ),
    "agree-copies": (
        """
        SELECT count(*) FROM (
            SELECT family_id FROM current_families JOIN current_memberships USING (article_id)
            GROUP BY family_id HAVING count(DISTINCT story_id) > 1
        )
        """,
        "families whose members are told as different stories",
    ),
    "agree-cuts": (
        """
        SELECT count(*) FROM (SELECT DISTINCT article_id, version, true AS is_cut FROM cuts) AS cut
        FULL JOIN (SELECT article_id, version, uncut_sha256 IS NOT NULL AS is_cut FROM articles) AS article
            USING (article_id, version)
        WHERE article.is_cut IS NULL OR article.is_cut <> (cut.is_cut IS NOT NULL)
        """,
        "articles that are cut without cuts, or have cuts and are not",
    ),
    "agree-aliases": (
        """
        SELECT count(*) FROM article_aliases AS alias
        LEFT JOIN (SELECT DISTINCT article_id, true AS is_in_lake FROM articles) AS article USING (article_id)
        WHERE article.is_in_lake IS NULL OR alias.article_id IN (SELECT alias_id FROM article_aliases)
        """,
        "aliases that lead to no article of the lake, or to another alias",
    ),
    "agree-changes": (
        "SELECT count(*) FROM article_changes ANTI JOIN articles USING (article_id, version)",
        "changes of an article that the lake does not hold in that version",
    ),
}


def check_stages(run: Run) -> list[Check]:
    """Check that `in = kept + rejected` in each stage, and that each stage got what the one before it kept."""
    checks = []
    for before, stage in zip((None, *run.stages), run.stages, strict=False):
        lost = stage.items_in - stage.kept - stage.rejected
        note = f"{stage.items_in} in, {stage.kept} kept, {stage.rejected} rejected"
        checks.append(_make_required_check(run, f"balance-{stage.stage}", lost, note))
        if before is not None:
            handed_over = before.new if stage.stage == "copies" else before.kept
            note = f"{before.stage} handed over {handed_over}, {stage.stage} took in {stage.items_in}"
            checks.append(_make_required_check(run, f"handover-{stage.stage}", stage.items_in - handed_over, note))
    return checks


def check_rejects(run: Run, rejects: Sequence[Reject]) -> list[Check]:
    """Check that every counted rejection has its row, in the stage that counted it."""
    rows: Counter[str] = Counter(reject.stage for reject in rejects)
    return [
        _make_required_check(
            run,
            f"rejects-{stage.stage}",
            stage.rejected - rows[stage.stage],
            f"{stage.rejected} counted, {rows[stage.stage]} rows",
        )
        for stage in run.stages
        if stage.stage in ("discover", "fetch", "parse")
    ]


def check_rows(run: Run, rows: Mapping[type, pa.Table]) -> list[Check]:
    """Check that columns with declared values have only those."""
    checks = []
    for cls, arrow in rows.items():
        wrong = {
            c.name: _count_undeclared(arrow.column(c.name), c.allowed)
            for c in get_declared_table(cls).columns
            if c.allowed
        }
        if wrong:
            note = ", ".join(f"{name}: {count} values that are not declared" for name, count in wrong.items() if count)
            checks.append(
                _make_required_check(run, f"values-{get_declared_table(cls).name}", sum(wrong.values()), note)
            )
    return checks


def _count_undeclared(values: pa.ChunkedArray, allowed: Sequence[str]) -> int:
    declared = pc.is_in(values.drop_null(), value_set=pa.array(allowed))
    return int(pc.sum(pc.invert(declared)).as_py() or 0)


def check_lake(run: Run, connection: duckdb.DuckDBPyConnection) -> list[Check]:
    """Check the lake with the run in it: unique keys, a family and a story for every article, views that agree."""
    checks = [check_unique(run, connection, name) for name in TABLES]
    for name, (sql, note) in AGREEMENTS.items():
        wrong = _count(connection, sql)
        checks.append(_make_required_check(run, name, wrong, f"{wrong} {note}"))
    for cls in (FamilyMember, Membership):
        name = get_declared_table(cls).name
        missing = _count(
            connection,
            f"SELECT count(DISTINCT article_id) FROM {get_declared_table(Article).name} "  # noqa: S608 (names come from code)
            f"WHERE article_id NOT IN (SELECT article_id FROM {name})",
        )
        checks.append(
            _make_required_check(run, f"complete-{name}", missing, f"{missing} articles have no row in {name}")
        )
    return checks


def check_unique(run: Run, connection: duckdb.DuckDBPyConnection, name: str) -> Check:
    """Check that no two rows of a table have the same key."""
    key = ", ".join(TABLES[name].key)
    repeated = _count(
        connection,
        f"SELECT count(*) FROM (SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1)",  # noqa: S608
    )
    return _make_required_check(run, f"unique-{name}", repeated, f"{repeated} keys ({key}) stand in more than one row")


def check_against_last(run: Run, last: Sequence[StageOutcome]) -> list[Check]:
    """Check whether a stage kept far less than in the last landed run; never required."""
    previous = {stage.stage: stage.kept for stage in last}
    return [
        Check(
            run_id=run.run_id,
            attempt=run.attempt,
            run_date=run.run_date,
            name=f"kept-{stage.stage}",
            required=False,
            passed=stage.kept >= LEAST_KEPT_SHARE * previous.get(stage.stage, 0),
            value=stage.kept,
            expected=f"at least {LEAST_KEPT_SHARE:.0%} of the last landed run",
            previous=previous.get(stage.stage),
            note="" if stage.stage in previous else "no run before it",
        )
        for stage in run.stages
        if stage.stage in ("discover", "fetch", "parse")  # the others take in only what is new
    ]


def _make_required_check(run: Run, name: str, wrong: int, note: str) -> Check:
    return Check(
        run_id=run.run_id,
        attempt=run.attempt,
        run_date=run.run_date,
        name=name,
        required=True,
        passed=wrong == 0,
        value=float(wrong),
        expected="0",
        note="" if wrong == 0 else note,
    )


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
