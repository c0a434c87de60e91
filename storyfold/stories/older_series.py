"""Find which earlier story each story of a lake follows, where an older version did not, as a step of its migration."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from storyfold.lake.form import ShowSteps, Step
from storyfold.lake.lake import run_query
from storyfold.schemas.stories import FOLLOWS_METHOD
from storyfold.settings.stories import StorySettings

SLICE = 50_000  # articles whose terms are read at once, some 200 MB
# The texts that stand for the families of each dated story; a slice has whole stories.
_TEXTS = """
CREATE OR REPLACE TEMP TABLE dated_texts AS
SELECT story_id, article_id, version, seen_date,
    hash(story_id) % ((SELECT count(*) FROM story_texts) // {size} + 1) AS slice
FROM current_stories AS story JOIN current_memberships USING (story_id) JOIN story_texts USING (article_id)
WHERE story.first_published_at IS NOT NULL AND story.last_published_at IS NOT NULL
"""
_TERMS = """
SELECT story_id, terms.* FROM text_terms AS terms
JOIN (FROM dated_texts WHERE slice = $1) USING (article_id, version, seen_date)
ORDER BY story_id, article_id
"""
_STORIES = """
SELECT story_id, run_id, attempt, run_date, first_published_at, last_published_at,
    date_trunc('month', first_published_at AT TIME ZONE 'UTC')::DATE AS first_month, terms, weights
FROM current_stories JOIN made USING (story_id) WHERE len(terms) > 0 ORDER BY story_id
"""


def make_follows_anew(connection: duckdb.DuckDBPyConnection, show: ShowSteps) -> None:
    """Find of each dated story of the lake which one it follows, as if its last run had; `show` says how far.

    By the default settings: a lake does not say with which ones it was made.
    """
    connection.execute("DELETE FROM story_follows")
    connection.execute(_TEXTS.format(size=SLICE))
    slices = connection.execute("SELECT slice, count(*) FROM dated_texts GROUP BY slice ORDER BY slice").fetchall()
    total, done, made = sum(texts for _, texts in slices), 0, []
    for number, texts in slices:
        show(done, total)
        made.append(_make_terms(run_query(connection, _TERMS, [number])))
        done += texts
    if made:
        _insert(connection, pa.concat_tables(made))
    show(total, total)
    connection.execute("DROP TABLE dated_texts")


def _make_terms(texts: pa.Table) -> pa.Table:
    """Make the terms by which stories are compared, of the rows of `text_terms` of their texts, ordered by story."""
    from storyfold.stories.series import list_terms, make_story_terms, weigh_generally  # needs more than readers do
    from storyfold.stories.stored_terms import make_term_rows

    rows = make_term_rows(texts)
    encoded = texts["story_id"].combine_chunks().dictionary_encode()
    starts = np.append(np.unique(encoded.indices.to_numpy(), return_index=True)[1], len(texts)).astype(np.int64)
    vectors = weigh_generally(rows, StorySettings())
    made = make_story_terms(vectors, rows.vocabulary, starts, np.arange(len(texts)))
    return pa.table({"story_id": encoded.dictionary, **list_terms(made)})


def _insert(connection: duckdb.DuckDBPyConnection, made: pa.Table) -> None:
    from storyfold.stories.series import link_stories

    connection.register("made", made)
    stories = run_query(connection, _STORIES)
    connection.unregister("made")
    linked = link_stories(stories, np.arange(len(stories)), StorySettings())
    method = pa.array(np.full(len(stories), FOLLOWS_METHOD))
    connection.register("made", linked.append_column("method", method))
    connection.execute("INSERT INTO story_follows BY NAME SELECT * FROM made ORDER BY first_month, story_id")
    connection.unregister("made")


FOLLOWS = Step("story_follows", "comparisons of stories with earlier ones", make_follows_anew)
