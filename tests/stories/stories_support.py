"""A lake of stories in memory: the tables that the stage asks, and its own queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import duckdb
import pyarrow as pa

from storyfold.credits.listed_outlets import OutletList
from storyfold.identity.pins import Pins
from storyfold.lake.stored_files import StoredFiles
from storyfold.report import list_view_statements
from storyfold.run.text_features import find_article_names, make_features
from storyfold.schemas import (
    Article,
    FamilyMember,
    Lineage,
    Membership,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_create_statement, make_rows
from storyfold.schemas.pins import Pin
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import ClusteredStories, cluster_stories
from storyfold.stories.queries import StoriesInLake
from storyfold.stories.texts import Night

FIRST_NIGHT = date(2026, 1, 1)
TABLES = (Article, TextTerms, TextNames, FamilyMember, Story, Membership, Lineage, StoryText, StoryLink, StoryFollows)
RUN_TABLES = ("families", "story_articles", "stories", "story_follows")
VIEWS = ("current_families", "current_memberships", "current_stories", "story_successors", "current_follows")
KEYS = {
    **dict.fromkeys((Article, TextTerms, TextNames), ("article_id", "version")),
    StoryText: ("article_id",),
    StoryLink: ("article_id", "of_article_id"),
}


class Memory:
    """A lake in memory: it keeps what each night told, and is asked as a lake is."""

    def __init__(self, settings: StorySettings | None = None, outlets: OutletList | None = None) -> None:
        self.outlets = outlets or OutletList()
        self.settings = settings or StorySettings()
        self.connection = duckdb.connect()
        for cls in TABLES:
            self.connection.execute(make_create_statement(get_declared_table(cls)))
        runs = " UNION ".join(f"SELECT run_id, attempt FROM {t}" for t in RUN_TABLES)
        self.connection.execute(
            "CREATE VIEW landed_runs AS SELECT run_id, attempt, DATE '2026-01-01' AS started_at, "
            "DATE '2026-01-01' + attempt::INTEGER AS finished_at, DATE '2026-01-01' + attempt::INTEGER AS night "
            f"FROM ({runs})"
        )
        for name in (
            "current_families",
            "current_memberships",
            "current_stories",
            "story_mentions",
            "story_successors",
            "story_ids",
            "current_follows",
            "story_names",
            "story_numbers",
        ):
            self.connection.execute(f"CREATE VIEW {name} AS {list_view_statements()[name]}")
        self.nights = 0
        self.pins: tuple[Pin, ...] = ()

    def night(
        self,
        new: Sequence[Article],
        families: Iterable[FamilyMember] = (),
        corrected: Sequence[Article] = (),
        touched: Iterable[str] = (),
    ) -> ClusteredStories:
        """Group what is new, keep what is told, and check what holds after every night.

        `corrected` are versions that are not those of now, and are read otherwise than before.
        """
        self.nights += 1
        told = self.tell(new, families, corrected, touched)
        run = {"run_id": f"run-{self.nights}", "attempt": self.nights}
        articles = make_arrow_table([*new, *corrected], Article)
        self._replace(Article, articles, articles)
        self._replace(TextTerms, articles, self._make_terms(articles))
        self._replace(TextNames, articles, find_article_names(articles))
        self._insert(FamilyMember, make_arrow_table([replace(place, **run) for place in families], FamilyMember))
        self._insert(Story, make_arrow_table([replace(story, **run) for story in told.stories], Story))
        since = [replace(m, **run, since_run=m.since_run or run["run_id"]) for m in told.memberships]
        self._insert(Membership, make_arrow_table(since, Membership))
        self._insert(Lineage, make_arrow_table([replace(row, **run) for row in told.lineage], Lineage))
        self._insert(StoryFollows, make_arrow_table([replace(row, **run) for row in told.follows], StoryFollows))
        self._replace(StoryText, told.replaced_texts, told.texts)
        self._replace(StoryLink, told.replaced_links, told.links)
        self.check()
        return told

    def pin(self, *pins: Pin) -> ClusteredStories:
        """Have these pins in force from now on, and group anew what those concern that are new or gone."""
        changed = {*pins} ^ {*self.pins}
        self.pins = pins
        return self.night([], touched={name for pin in changed for name in (pin.article_id, pin.of_article_id)})

    def tell(
        self,
        new: Sequence[Article],
        families: Iterable[FamilyMember] = (),
        corrected: Sequence[Article] = (),
        touched: Iterable[str] = (),
    ) -> ClusteredStories:
        """Group what is new, and keep nothing."""
        articles = make_arrow_table(new, Article)
        read = make_arrow_table([*new, *corrected], Article)
        terms, names = self._make_terms(read), find_article_names(read)
        pins = Pins(self.pins, frozenset(touched))
        night = Night(articles, make_arrow_table(families, FamilyMember), terms, terms, names, pins)
        self.connection.register("night_terms", terms)
        self.connection.register("night_names", names)
        run_date = date.fromordinal(FIRST_NIGHT.toordinal() + self.nights)
        return cluster_stories(
            night, StoriesInLake(self.connection, StoredFiles(self.connection)), run_date, self.settings, self.outlets
        )

    def _make_terms(self, articles: pa.Table) -> pa.Table:
        return make_features(articles, (TextTerms,), self.settings.embeddings)[TextTerms]

    def check(self) -> None:
        """Check what holds after every night: each article in one current story, and rows that agree."""
        current, living = self.current, {story.story_id: story for story in self.read_stories()}
        assert current.keys() == {name for (name,) in self.ask("SELECT article_id FROM articles")}
        assert {m.story_id for m in current.values()} == living.keys()
        for story_id, story in living.items():
            members = [m for m in current.values() if m.story_id == story_id]
            assert story.articles == len(members)
            assert story.provisional == any(m.provisional for m in members)
            assert story.representative_article_id in {m.article_id for m in members}
        for table, key in (("story_texts", "article_id"), ("story_links", "article_id, of_article_id")):
            assert self.ask(f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1") == []
        families = "SELECT DISTINCT coalesce(family_id, article_id) FROM articles"
        placed = self.ask(f"{families} LEFT JOIN current_families USING (article_id) ORDER BY 1")
        assert placed == self.ask("SELECT family_id FROM story_texts ORDER BY 1")

    @property
    def current(self) -> dict[str, Membership]:
        """The current memberships by article."""
        rows = self.connection.execute("FROM current_memberships").to_arrow_table()
        return {m.article_id: m for m in make_rows(rows, Membership)}

    def read_stories(self) -> list[Story]:
        """Return the stories that stand."""
        return make_rows(
            self.connection.execute("SELECT * EXCLUDE is_closed FROM current_stories").to_arrow_table(), Story
        )

    @property
    def told(self) -> dict[str, Story]:
        """The stories that stand, by id."""
        return {story.story_id: story for story in self.read_stories()}

    @property
    def lineage(self) -> list[Lineage]:
        """Every change of identity."""
        return make_rows(self.connection.execute("FROM story_lineage ORDER BY attempt").to_arrow_table(), Lineage)

    def read_links(self) -> list[tuple]:
        """Return what was found of each pair."""
        return self.ask("SELECT * EXCLUDE (version, of_version) FROM story_links ORDER BY ALL")

    @property
    def follows(self) -> dict[str, str]:
        """The stories that follow another, each with that one."""
        return dict(self.ask("SELECT story_id, follows_story_id FROM current_follows"))

    def stories(self) -> dict[str, frozenset[str]]:
        """Return the articles of each story, by its id."""
        held: dict[str, set[str]] = {}
        for name, membership in self.current.items():
            held.setdefault(membership.story_id, set()).add(name)
        return {story_id: frozenset(names) for story_id, names in held.items()}

    def groups(self) -> set[frozenset[str]]:
        """Return the articles of each story."""
        return set(self.stories().values())

    def ask(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        return self.connection.execute(sql).fetchall()

    def _replace(self, cls: type, gone: pa.Table, rows: pa.Table) -> None:
        keys = ", ".join(KEYS[cls])
        self.connection.register("gone", gone)
        table = get_declared_table(cls).name
        self.connection.execute(f"DELETE FROM {table} WHERE ({keys}) IN (SELECT ({keys}) FROM gone)")
        self._insert(cls, rows)

    def _insert(self, cls: type, rows: pa.Table) -> None:
        self.connection.register("incoming", rows)
        self.connection.execute(f"INSERT INTO {get_declared_table(cls).name} BY NAME FROM incoming")


def tell_nothing(told: ClusteredStories) -> bool:
    """Say whether a night told nothing of stories."""
    return not (told.stories or told.memberships or told.lineage or told.follows)
