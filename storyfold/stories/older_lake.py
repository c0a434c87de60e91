"""Make what stories compare anew where an older version made it, or none, as steps of a lake's migration.

Stories themselves stay as they are, until a night has something new for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas import TextTerms
from storyfold.schemas.columns import get_declared_table
from storyfold.settings.stories import StorySettings

SLICE = 200_000  # articles whose families are made at once, some 200 MB
TEXTS_AT_ONCE = 20_000  # texts of days that are linked at once: a week of 2,750 a day; a day with more stays whole
# Every current article with its place: a slice has whole families.
_PLACED = """
CREATE OR REPLACE TEMP TABLE placed AS
SELECT article.article_id, version, seen_date, language, kind, published_at, date_confidence, date_reason, not_before,
    not_after, first_seen AS first_seen_at, family_id, original_article_id, date_doubt,
    hash(coalesce(family_id, article.article_id)) % ((SELECT count(*) FROM articles) // {size} + 1) AS slice
FROM articles AS article SEMI JOIN current_versions USING (article_id, version)
JOIN (SELECT article_id, min(first_seen_at) AS first_seen FROM articles GROUP BY article_id) USING (article_id)
LEFT JOIN (SELECT article_id, family_id, original_article_id, date_doubt FROM current_families) USING (article_id)
"""
_DAYS = "SELECT seen_date, count(*) AS texts FROM story_texts GROUP BY ALL ORDER BY seen_date"


def make_texts_anew(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Choose the text that stands for each family of the lake, a slice at a time; `show` says how far."""
    from storyfold.stories.texts import make_texts  # needs numpy and more, which readers do not
    from storyfold.stories.units import make_units

    connection.execute(_PLACED.format(size=SLICE))
    connection.execute("DELETE FROM story_texts")
    slices = connection.execute("SELECT slice, count(*) FROM placed GROUP BY slice ORDER BY slice").fetchall()
    total, done = sum(articles for _, articles in slices), 0
    for number, articles in slices:
        show(done, total)
        asked = "SELECT * EXCLUDE slice FROM placed WHERE slice = $1 ORDER BY article_id"
        rows = run_query(connection, asked, [number])
        _insert(connection, "story_texts", make_texts(rows, make_units(rows)))
        done += articles
    show(total, total)
    connection.execute("DROP TABLE placed")


def make_links_anew(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Link the texts of each day with each other and with those before them; `show` says how far.

    By the default settings: a lake does not say with which ones it was made.
    """
    from storyfold.stories.link_texts import link_days
    from storyfold.stories.queries import StoriesInLake

    connection.execute("DELETE FROM story_links")
    connection.register("night_terms", get_declared_table(TextTerms).schema.empty_table())
    days = [(day.toordinal(), texts) for day, texts in connection.execute(_DAYS).fetchall()]
    total, done = sum(texts for _, texts in days), 0
    for several in _cut_days(days):
        show(done, total)
        rows = link_days([day for day, _ in several], StoriesInLake(connection, None), StorySettings())
        _insert(connection, "story_links", rows)
        done += sum(texts for _, texts in several)
    show(total, total)
    connection.unregister("night_terms")


def _cut_days(days: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    several: list[tuple[int, int]] = []
    for day in days:
        if several and sum(texts for _, texts in several) + day[1] > TEXTS_AT_ONCE:
            yield several
            several = []
        several.append(day)
    if several:
        yield several


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("made", rows)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM made ORDER BY seen_date, article_id")  # noqa: S608
    connection.unregister("made")


TEXTS = Step("story_texts", "choices of texts for families", make_texts_anew)
LINKS = Step("story_links", "links of texts", make_links_anew)
