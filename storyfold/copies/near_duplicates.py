"""Find near-duplicates, the copies stage: new articles are compared with each other and with those of the lake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.candidate_pairs import find_candidates
from storyfold.copies.families import FAMILY_KINDS, group_families
from storyfold.copies.family_roles import assign_roles
from storyfold.copies.sketch import sketch_texts
from storyfold.copies.verify_pairs import Texts, verify_pair
from storyfold.schemas.columns import get_declared_table, make_arrow_table
from storyfold.schemas.copies import Copy, FamilyMember, Sketch
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings


class KnownTexts(Protocol):
    """The texts that the lake has, each article in its current version."""

    def read_sketches(self) -> pa.Table:
        """The sketch of every article, with the schema of `Sketch`."""
        ...

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:
        """Return the articles with these ids; unknown ids are left out."""
        ...

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:
        """Return every edge that touches one of these articles."""
        ...

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:
        """Return the rows of these articles and of all members of their families."""
        ...


class NoKnownTexts:
    """The texts of an empty lake: none."""

    def read_sketches(self) -> pa.Table:
        return get_declared_table(Sketch).schema.empty_table()

    def read_articles(self, article_ids: Collection[str]) -> list[Article]:  # noqa: ARG002
        return []

    def read_copies(self, article_ids: Collection[str]) -> list[Copy]:  # noqa: ARG002
        return []

    def read_families(self, article_ids: Collection[str]) -> list[FamilyMember]:  # noqa: ARG002
        return []


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """What a run adds: a sketch for each new version, new edges, and the family rows that are new or changed."""

    sketches: list[Sketch] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    families: list[FamilyMember] = field(default_factory=list)


def find_near_duplicates(
    new: Sequence[Article],
    known: KnownTexts,
    run_date: date,
    settings: CopySettings,
) -> NearDuplicates:
    """Find who copied whom among the new article versions and the known ones; `run_id` is left for the caller.

    A new version replaces the text of an article that is known already: its old edges no longer count. Each new
    article, and each known one whose family changes, gets one row. The order of `new` does not matter, and runs one
    after another give the families of all at once, but for what the outlets' boilerplate is: that is judged by all
    pages known when two articles are first compared, and an edge once found stays.
    """
    ranked = sorted(new, key=lambda a: (a.article_id, a.version, a.first_seen_at, a.body))
    ordered = list({(a.article_id, a.version): a for a in ranked}.values())
    latest = {a.article_id: a for a in ordered}
    sketches = sketch_texts(ordered)
    current = [s for s in sketches if latest[s.article_id].version == s.version]
    candidates = find_candidates(
        make_arrow_table(current, Sketch), _remove_sketches(known.read_sketches(), latest), settings
    )
    articles = dict(latest)
    _load(articles, {name for pair in candidates.pairs for name in pair}, known)
    texts = Texts(articles, candidates.boilerplate)
    verified = (
        verify_pair(texts[a], texts[b], settings) for a, b in candidates.pairs if a in articles and b in articles
    )
    copies = [copy for copy in verified if copy is not None]
    names, edges = _find_affected(latest, copies, known)
    _load(articles, names, known)
    members = {name: articles[name] for name in names if name in articles}
    rows = assign_roles(group_families(members, edges, settings), members, edges, run_date, settings)
    return NearDuplicates(sketches, copies, _keep_changed(rows, known))


def find_near_duplicates_in_file(new: Sequence[Article], settings: CopySettings) -> NearDuplicates:
    """Find near-duplicates in one file of articles, without a lake; ids and bodies are enough."""
    run_date = max((a.seen_date for a in new), default=date.min)
    return find_near_duplicates(new, NoKnownTexts(), run_date, settings)


def _remove_sketches(sketches: pa.Table, replaced: Collection[str]) -> pa.Table:
    if not len(sketches):
        return sketches
    return sketches.filter(pc.invert(pc.is_in(sketches["article_id"], pa.array(sorted(replaced), pa.string()))))


def _load(articles: dict[str, Article], names: Collection[str], known: KnownTexts) -> None:
    missing = sorted(set(names) - articles.keys())
    if missing:
        articles.update((a.article_id, a) for a in known.read_articles(missing))


def _find_affected(latest: Collection[str], copies: Iterable[Copy], known: KnownTexts) -> tuple[set[str], list[Copy]]:
    """Find every article whose role may change, and all edges that touch one of them, those of replaced texts left out.

    These are the articles with a new edge, those that had one with a text that is replaced, and all that are
    connected with them by family edges, over any number of them.
    """
    edges = {(e.article_id, e.of_article_id): e for e in copies}
    replaced = known.read_copies(sorted(latest))
    reached = {name for e in (*edges.values(), *replaced) for name in (e.article_id, e.of_article_id)} - set(latest)
    names = set(latest)
    while reached:
        names |= reached
        found = [
            edge
            for edge in known.read_copies(sorted(reached))
            if edge.article_id not in latest and edge.of_article_id not in latest
        ]
        edges.update(((e.article_id, e.of_article_id), e) for e in found)
        reached = {n for e in found if e.kind in FAMILY_KINDS for n in (e.article_id, e.of_article_id)} - names
    return names, [edges[key] for key in sorted(edges)]


def _keep_changed(rows: Sequence[FamilyMember], known: KnownTexts) -> list[FamilyMember]:
    before = {_get_content(row) for row in known.read_families([row.article_id for row in rows])}
    return [row for row in rows if _get_content(row) not in before]


def _get_content(row: FamilyMember) -> tuple[object, ...]:
    return (
        row.article_id,
        row.family_id,
        row.role,
        row.original_article_id,
        row.original_confidence,
        row.independent_source,
        row.date_doubt,
    )
