"""State what must hold of a lake's rows, each condition once: for what a night lands, and for a whole lake.

A condition is a query for the keys of the rows that break it. Its `{names}` stand for relations: over a whole lake
those of `WHOLE`, in a night the ones of `storyfold.lake.landing_checks`, which hold only what the night touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from storyfold.schemas import (
    TABLES,
    ArticleLink,
    Cut,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    PageLines,
    Sketch,
    SourceNight,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import Table, get_declared_table


@dataclass(frozen=True, slots=True)
class Condition:
    """Hold a condition: its name, the query for the keys that break it, and what those are, in words."""

    name: str
    sql: str
    meaning: str

    @property
    def relations(self) -> frozenset[str]:
        """The names of the relations in it; where all of those are empty, it holds."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.sql) if name)


def make_unique_condition(table: Table) -> Condition:
    """Make the condition that no two rows of a table have the same key."""
    key = ", ".join(table.key)
    return Condition(
        f"unique-{table.name}",
        f"SELECT {key} FROM {{{table.name}}} GROUP BY ALL HAVING count(*) > 1",  # noqa: S608 (names come from code)
        f"keys ({key}) stand in more than one row",
    )


def make_complete_condition(table: Table) -> Condition:
    """Make the condition that each article has a row in a table."""
    return Condition(
        f"complete-{table.name}",
        f"""
        SELECT DISTINCT article_id FROM {{articles_for_{table.name}}} AS article ANTI JOIN (
            SELECT article_id FROM {table.name} SEMI JOIN {{articles_for_{table.name}}} AS wanted USING (article_id)
        ) AS placed USING (article_id)
        """,  # noqa: S608 (names come from code)
        f"articles have no row in {table.name}",
    )


# Tables with a row for each version: what is read of its text.
OF_TEXTS = tuple(get_declared_table(cls) for cls in (Sketch, TextTerms, TextNames))


def make_read_condition(table: Table) -> Condition:
    """Make the condition that each version has a row in a table."""
    return Condition(
        f"complete-{table.name}",
        f"""
        SELECT DISTINCT article_id, version FROM {{articles_for_{table.name}}} AS article ANTI JOIN (
            SELECT article_id, version FROM {table.name}
            SEMI JOIN {{articles_for_{table.name}}} AS wanted USING (article_id, version)
        ) AS read USING (article_id, version)
        """,  # noqa: S608 (names come from code)
        f"versions have no row in {table.name}",
    )


# Tables of what a run did and found out, beside those by article, of which an earlier run's rows are asked anyway.
OF_RUNS = tuple(get_declared_table(cls) for cls in (Fetch, SourceNight, Story, Lineage, StoryFollows))


def make_run_condition(table: Table) -> Condition:
    """Make the condition that a table's rows are of runs of the lake.

    So a night whose run is new there need not look for its keys among the rows of others.
    """
    return Condition(
        f"run-{table.name}",
        f"""
        SELECT DISTINCT run_id, attempt FROM {{{table.name}}} AS done
        ANTI JOIN {{runs_of_{table.name}}} AS run USING (run_id, attempt)
        """,  # noqa: S608 (names come from code)
        f"attempts at a run have rows in {table.name} and none in runs",
    )


# Tables of what was found in one version of an article, which stand on that version's day.
DATED = tuple(get_declared_table(cls) for cls in (Cut, PageLines, ArticleLink, Sketch, TextTerms, TextNames))


def make_dated_condition(table: Table) -> Condition:
    """Make the condition that a table's rows are of versions of the lake, and stand on the same day as those.

    So a night need not look for a key on other days than its article's.
    """
    return Condition(
        f"dated-{table.name}",
        f"""
        SELECT DISTINCT article_id, version FROM {{{table.name}}} AS found
        ANTI JOIN {{versions_of_{table.name}}} AS article USING (article_id, version, seen_date)
        """,  # noqa: S608 (names come from code)
        f"versions have rows in {table.name} on another day than their own, or are not in the lake",
    )


ON_DAYS = (*(table.name for table in DATED), "copies")

DATED_COPIES = Condition(
    "dated-copies",
    """
    SELECT copy.article_id, copy.version, of_article_id, of_version FROM {copies} AS copy
    LEFT JOIN {versions_of_copies} AS article ON article.article_id = copy.article_id
        AND article.version = copy.version
    LEFT JOIN {versions_of_copies} AS original ON original.article_id = of_article_id
        AND original.version = of_version
    WHERE (copy.seen_date = greatest(article.seen_date, original.seen_date)
        AND article.seen_date IS NOT NULL AND original.seen_date IS NOT NULL) IS NOT TRUE
    """,
    "copies stand on another day than the later of the two versions, or one of those is not in the lake",
)

# What stories compare, which stands on the days of its articles; a night asks of those days alone.
COMPARED = tuple(get_declared_table(cls) for cls in (StoryText, StoryLink))

DATED_LINKS = Condition(
    "dated-story_links",
    """
    SELECT DISTINCT article_id, seen_date FROM {story_links} AS link
    ANTI JOIN {texts_of_links} AS text USING (article_id, seen_date)
    """,
    "texts have links and stand for no family on that day",
)

FOLLOWED = Condition(
    "agree-story_follows",
    """
    SELECT story_id FROM {current_follows} AS follows
    LEFT JOIN {stories_of_follows} AS story USING (story_id)
    LEFT JOIN {stories_of_follows} AS earlier ON earlier.story_id = follows_story_id
    WHERE (earlier.last_published_at < story.first_published_at AND gap_days >= 0) IS NOT TRUE
    """,
    "stories follow one that does not stand, or that was told after they began",
)

# Of a whole lake alone: where the articles of an ended story are told now is asked of all its nights.
RESOLVED = Condition(
    "agree-story_ids",
    """
    SELECT DISTINCT story_id FROM {stories} AS ended SEMI JOIN landed_runs USING (run_id, attempt)
    ANTI JOIN {story_ids} AS resolved USING (story_id)
    WHERE status = 'ended' AND story_id IN (SELECT story_id FROM {story_lineage} WHERE event = 'merged')
    """,
    "ids of ended stories lead to no story that stands",
)

# What tables and current views must agree in.
AGREEMENTS = (
    Condition(
        "agree-stories",
        """
        SELECT story_id FROM {current_stories} AS story FULL JOIN (
            SELECT story_id, count(*) AS members FROM {story_members} GROUP BY story_id
        ) AS counted USING (story_id) WHERE articles IS DISTINCT FROM members
        """,
        "stories whose count of articles is not that of their members",
    ),
    Condition(
        "agree-families",
        "SELECT family_id FROM {current_families} GROUP BY family_id HAVING count_if(independent_source) <> 1",
        "families that have not exactly one independent source",
    ),
    Condition(
        "agree-copies",
        """
        SELECT family_id FROM {current_families} AS family JOIN {family_memberships} AS membership USING (article_id)
        GROUP BY family_id HAVING count(DISTINCT story_id) > 1
        """,
        "families whose members are told as different stories",
    ),
    Condition(
        "agree-story_texts",
        """
        SELECT family_id FROM (SELECT DISTINCT family_id FROM {current_families}) AS family LEFT JOIN (
            SELECT family_id, count(*) AS texts FROM {texts_of_families} GROUP BY family_id
        ) AS counted USING (family_id) WHERE texts IS DISTINCT FROM 1
        """,
        "families for which not exactly one text stands where stories are found",
    ),
    Condition(
        "agree-cuts",
        """
        SELECT article_id, version FROM (SELECT DISTINCT article_id, version, true AS is_cut FROM {text_cuts}) AS cut
        FULL JOIN (SELECT article_id, version, uncut_sha256 IS NOT NULL AS is_cut FROM {texts}) AS article
            USING (article_id, version)
        WHERE article.is_cut IS NULL OR article.is_cut <> (cut.is_cut IS NOT NULL)
        """,
        "articles that are cut without cuts, or have cuts and are not",
    ),
    Condition(
        "agree-article_links",
        """
        SELECT article_id, version FROM {texts_with_links} AS article LEFT JOIN (
            SELECT article_id, version, list(address ORDER BY first) AS addresses FROM (
                SELECT article_id, version, address, min(position) AS first FROM {text_links} GROUP BY ALL
            ) GROUP BY ALL
        ) AS link USING (article_id, version)
        WHERE coalesce(links, []) IS DISTINCT FROM coalesce(addresses, [])
        """,
        "articles whose column of links is not what their rows of links say",
    ),
    Condition(
        "agree-aliases",
        """
        SELECT alias_id FROM {linked_aliases} AS alias LEFT JOIN (
            SELECT DISTINCT article_id, true AS is_in_lake
            FROM articles SEMI JOIN {linked_aliases} AS wanted USING (article_id)
        ) AS article USING (article_id)
        WHERE article.is_in_lake IS NULL OR alias.article_id IN (SELECT alias_id FROM article_aliases)
        """,
        "aliases that lead to no article of the lake, or to another alias",
    ),
    Condition(
        "agree-changes",
        """
        SELECT change_id FROM {article_changes} AS change ANTI JOIN (
            SELECT article_id, version
            FROM articles SEMI JOIN {article_changes} AS wanted USING (article_id, version)
        ) AS known USING (article_id, version)
        """,
        "changes of an article that the lake does not hold in that version",
    ),
)

CONDITIONS = (
    *map(make_unique_condition, TABLES.values()),
    *AGREEMENTS,
    *map(make_dated_condition, DATED),
    DATED_COPIES,
    DATED_LINKS,
    FOLLOWED,
    *map(make_run_condition, OF_RUNS),
    *(make_complete_condition(get_declared_table(cls)) for cls in (FamilyMember, Membership)),
    *map(make_read_condition, OF_TEXTS),
)

# Not of a night: what it brings may make pins contradict each other, over families that are copied from each other, and
# no night fails for what an analyst said before.
PINNED = Condition(
    "agree-pins",
    """
    SELECT pin_id FROM {current_pins} AS pin
    JOIN {family_memberships} AS one USING (article_id)
    JOIN {family_memberships} AS other ON other.article_id = of_article_id
    JOIN {current_families} AS place ON place.article_id = pin.article_id
    JOIN {current_families} AS other_place ON other_place.article_id = of_article_id
    WHERE (level = 'family' AND (place.family_id = other_place.family_id) <> (verdict = 'same'))
        OR (level = 'story' AND (one.story_id = other.story_id) <> (verdict = 'same'))
        OR (level = 'family' AND verdict = 'same' AND one.story_id <> other.story_id)
        OR (level = 'story' AND verdict = 'different' AND place.family_id = other_place.family_id)
    """,
    "pins that do not hold in families or stories",
)

# What only the audit of a whole lake looks at.
AUDITED = (RESOLVED, PINNED)

# The relations of a whole lake, by the names that the conditions have for them.
WHOLE = {
    **{name: name for name in TABLES},
    "articles_for_families": "articles",
    "articles_for_story_articles": "articles",
    **{f"articles_for_{table.name}": "articles" for table in OF_TEXTS},
    **{f"versions_of_{name}": "articles" for name in ON_DAYS},
    **{f"runs_of_{table.name}": "runs" for table in OF_RUNS},
    "texts_of_links": "story_texts",
    "texts_of_families": "story_texts",
    "texts": "articles",
    "text_cuts": "cuts",
    "texts_with_links": "articles",
    "text_links": "article_links",
    "linked_aliases": "article_aliases",
    "current_follows": "current_follows",
    "stories_of_follows": "current_stories",
    "story_ids": "story_ids",
    "current_stories": "current_stories",
    "current_pins": "current_pins",
    "story_members": "current_memberships",
    "current_families": "current_families",
    "family_memberships": "current_memberships",
}
