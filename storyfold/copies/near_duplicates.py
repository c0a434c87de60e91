"""Find near-duplicates, the copies stage: new texts are compared with each other and with those of the lake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.candidate_days import find_pairs
from storyfold.copies.claims import read_claims
from storyfold.copies.compare_texts import compare_pairs
from storyfold.copies.copy_rows import make_copies, make_edges
from storyfold.copies.documents import Documents
from storyfold.copies.edges import Directions, judge_comparisons
from storyfold.copies.grouped_texts import group_texts
from storyfold.copies.queries import KnownTextsInLake
from storyfold.copies.repeated_in_lake import RepeatedInLake
from storyfold.copies.shared_hashes import make_postings
from storyfold.copies.sketch_rows import make_documents_of_sketches
from storyfold.copies.write_throughs import confirm_write_throughs
from storyfold.identity.founding import order_by_founding
from storyfold.identity.pins import Pins
from storyfold.schemas.columns import make_rows
from storyfold.schemas.copies import Copy, FamilyMember
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import read_character_tables
from storyfold.text.words import Texts, view_texts

JOINING = frozenset({"full", "excerpt", "update", "write-through"})  # kinds of edges that join a family


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """What a run adds: new edges, and the family rows that are new or changed.

    `replaced` are edges of the lake that no longer hold, or that are in `copies` with other values.
    """

    copies: list[Copy] = field(default_factory=list)
    families: list[FamilyMember] = field(default_factory=list)
    replaced: list[Copy] = field(default_factory=list)


def find_near_duplicates(
    new: pa.Table,
    sketches: pa.Table,
    is_current: pa.Array,
    known: KnownTextsInLake,
    run_date: date,
    settings: CopySettings,
    pins: Pins | None = None,
) -> NearDuplicates:
    """Find who copied whom among the new article versions and the known ones; `run_id` is left for the caller.

    `new` are all new versions, with the columns of `Article`, and `sketches` are theirs, in the same order;
    `is_current` says of each whether its text is the one that counts from now on. Such a text replaces that of an
    article that is known already, whose old edges no longer count. Each of these articles, and each known one whose
    family changes, gets one row. The order of `new` does not matter, and runs one after another give the families of
    all at once, whatever the order of the runs: a text is judged by what is older than it, and anew where a run brings
    something older. `pins` are applied to what comes out, and families of those `touched` are made anew.
    """
    current, current_sketches = new.filter(is_current), sketches.filter(is_current)
    with known.show_new(current_sketches, sketches):
        names = set(current["article_id"].to_pylist())
        sharing = _find_sharing(current_sketches, known, settings)
        ended = known.read_copies(names)
        documents = _select_documents(current_sketches, sharing, ended, known, settings)
        copies = _compare(documents, current, known, settings)
        before = _read_judged_before(documents, names, known)
        changed, replaced = _tell_changes(copies, before)
        gone = [*ended, *replaced]
        rows = _group(current, current_sketches, changed, gone, known, run_date, settings, pins or Pins())
    return NearDuplicates(changed, rows, replaced)


def _compare(documents: Documents, new: pa.Table, known: KnownTextsInLake, settings: CopySettings) -> list[Copy]:
    """Compare each judged text with the older ones that share enough; return the edges."""
    boilerplate = RepeatedInLake(documents, known, settings)
    pairs = find_pairs(documents, make_postings(documents), boilerplate, settings)
    if not pairs:
        return []
    used = np.unique(np.concatenate([day.numbers for day in pairs]))
    texts = _read_texts(documents, used, new, known)
    compared = compare_pairs(pairs, texts, documents.ids, read_character_tables())
    edges = judge_comparisons(compared, documents.outlets, settings)
    numbers = np.unique(np.concatenate([edges.short, edges.long]))
    ids = documents.ids.take(pa.array(numbers))
    read = _read_articles(ids, new, known)
    articles = [read[name] for name in ids.to_pylist()]
    edges = confirm_write_throughs(edges, numbers, read_claims(articles), settings)
    return make_copies(edges, Directions(edges, dict(zip(numbers.tolist(), articles, strict=True)).__getitem__))


def _select_documents(
    new: pa.Table, sharing: pa.Table, ended: Sequence[Copy], known: KnownTextsInLake, settings: CopySettings
) -> Documents:
    """Select what is compared: the new texts and the lake's that are judged with them, and what shares enough with one.

    Judged anew are the lake's texts of the days whose window has a new one, later ones that are identical to a new one
    or share with it, and those whose edge with a text that is replaced has `ended`: that may have stood for others.
    """
    names = set(new["article_id"].to_pylist())
    left = sorted({name for edge in ended for name in (edge.article_id, edge.of_article_id)} - names)
    again = pa.concat_tables([
        known.read_window_after(settings.boilerplate_days),
        known.read_later_identical(),
        known.read_sketches(left),
        _select_later(sharing, new),
    ])  # fmt: skip
    if len(again):
        sharing = _find_sharing(pa.concat_tables([new, again]), known, settings)
        sharing = pa.concat_tables([again, sharing])
    judged = names | set(again["article_id"].to_pylist())
    rows = pa.concat_tables([new, sharing])
    first = pa.table({"id": rows["article_id"], "row": np.arange(len(rows))}).group_by("id").aggregate([("row", "min")])
    rows = rows.take(first["row_min"])  # one that is judged anew may share with a new one as well
    return make_documents_of_sketches(rows, np.array([name in judged for name in rows["article_id"].to_pylist()], bool))


def _select_later(sharing: pa.Table, new: pa.Table) -> pa.Table:
    """Select those that are later than the first new text."""
    if not len(new) or not len(sharing):
        return sharing.slice(0, 0)
    day, name = min(zip(new["seen_date"].to_pylist(), new["article_id"].to_pylist(), strict=True))
    same = pc.and_(pc.equal(sharing["seen_date"], day), pc.greater(sharing["article_id"], name))
    return sharing.filter(pc.or_(pc.greater(sharing["seen_date"], day), same))


def _find_sharing(sketches: pa.Table, known: KnownTextsInLake, settings: CopySettings) -> pa.Table:
    """Find the lake's texts that share enough with these, where that may count: of what is no boilerplate.

    A text that is not the latest of all is judged with later ones by their days, on which other hashes may be it.
    """
    documents = make_documents_of_sketches(sketches, np.ones(len(sketches), np.bool_))
    repeated, last = (
        RepeatedInLake(documents, known, settings),
        known.read_last_day(int(documents.days[0]) if len(documents) else 0),
    )
    is_wanted = np.ones(len(documents.hashes), np.bool_)
    for day in np.unique(documents.days).tolist():
        first, after = documents.starts[np.searchsorted(documents.days, [day, day + 1])]
        if day > last:
            is_wanted[first:after] = ~repeated.find(day)[first:after]
    starts = np.append(0, np.cumsum(is_wanted))[documents.starts]
    return known.find_sharing(starts, documents.hashes[is_wanted], settings.least_shared)


def _read_judged_before(documents: Documents, new: Collection[str], known: KnownTextsInLake) -> list[Copy]:
    """Read the edges by which the lake's texts that are judged anew were joined with older ones."""
    judged = set(documents.ids.filter(pa.array(documents.judged)).to_pylist()) - set(new)
    if not judged:
        return []
    edges = [e for e in known.read_copies(sorted(judged)) if not {e.article_id, e.of_article_id} & set(new)]
    names = sorted({name for edge in edges for name in (edge.article_id, edge.of_article_id)})
    read = known.read_sketches(names)
    age = dict(zip(read["article_id"].to_pylist(), read["seen_date"].to_pylist(), strict=True))
    whole = [e for e in edges if e.article_id in age and e.of_article_id in age]
    return [e for e in whole if max((e.article_id, e.of_article_id), key=lambda name: (age[name], name)) in judged]


def _tell_changes(copies: Sequence[Copy], before: Sequence[Copy]) -> tuple[list[Copy], list[Copy]]:
    """Tell which edges are new or other than before, and which of those before no longer hold as they are."""
    stored = {frozenset((e.article_id, e.of_article_id)): replace(e, run_id="") for e in before}
    found = {frozenset((e.article_id, e.of_article_id)): e for e in copies}
    changed = [edge for pair, edge in found.items() if stored.get(pair) != edge]
    return changed, [edge for pair, edge in stored.items() if found.get(pair) != edge]


def _read_texts(documents: Documents, used: np.ndarray, new: pa.Table, known: KnownTextsInLake) -> Texts:
    """Read the texts of the documents `used`, ascending numbers; the others are left empty."""
    ids = documents.ids.take(pa.array(used))
    is_new = pc.is_in(ids, new["article_id"].combine_chunks())
    stored = known.read_bodies(ids.filter(pc.invert(is_new)).to_pylist())
    schema = pa.schema([("article_id", pa.string()), ("body", pa.large_string())])  # more than 2 GB of text has room
    bodies = pa.concat_tables([table.select(schema.names).cast(schema) for table in (new, stored)])
    rows = pc.index_in(ids, bodies["article_id"].combine_chunks())
    read = view_texts(bodies["body"].take(rows))
    lengths = np.zeros(len(documents), np.int64)
    lengths[used] = np.diff(read.starts)
    return Texts(read.data, read.starts[0] + np.append(0, np.cumsum(lengths)))


def _read_articles(ids: pa.Array, new: pa.Table, known: KnownTextsInLake) -> dict[str, Article]:
    """Read articles as rows: the new ones of these ids, and the others from the lake."""
    chosen = make_rows(new.filter(pc.is_in(new["article_id"], ids)), Article)
    articles = {article.article_id: article for article in chosen}
    missing = sorted(set(ids.to_pylist()) - articles.keys())
    return articles | {article.article_id: article for article in known.read_articles(missing)}


def _group(
    new: pa.Table, sketches: pa.Table, copies: Sequence[Copy], ended: Sequence[Copy], known: KnownTextsInLake,
    run_date: date, settings: CopySettings, pins: Pins,
) -> list[FamilyMember]:  # fmt: skip
    """Group all that may change anew, and return the rows that are new or changed."""
    names, edges = _find_affected(set(new["article_id"].to_pylist()), copies, ended, known, pins)
    read = _read_articles(pa.array(sorted(names), pa.string()), new, known)
    articles = sorted(read.values(), key=order_by_founding)
    numbers = {article.article_id: number for number, article in enumerate(articles)}
    # Texts that only weaker edges lead to: they show of what parts another is made, and get no row.
    beyond = {name for edge in edges for name in (edge.article_id, edge.of_article_id)} - numbers.keys()
    numbers |= {name: number for number, name in enumerate(sorted(beyond), len(articles))}
    identical = _find_identical(numbers, sketches, known)
    joined = make_edges(edges, numbers, articles.__getitem__)
    grouped = group_texts(articles, identical, *joined, settings, pins.in_force)
    return _keep_changed(grouped.list_members(run_date), known)


def _find_identical(numbers: Mapping[str, int], sketches: pa.Table, known: KnownTextsInLake) -> np.ndarray:
    """Find for each numbered text the oldest of those with the same words."""
    ids = pa.array(numbers, pa.string())
    new = sketches.filter(pc.is_in(sketches["article_id"], ids))
    missing = sorted(numbers.keys() - set(new["article_id"].to_pylist()))
    rows = pa.concat_tables([new, known.read_sketches(missing)])
    documents = make_documents_of_sketches(rows, np.zeros(len(rows), np.bool_))
    places = np.array([numbers[name] for name in documents.ids.to_pylist()], np.int64)
    identical = np.arange(len(numbers))
    identical[places] = places[documents.founders]
    return identical


def _find_affected(
    latest: Collection[str], copies: Iterable[Copy], ended: Iterable[Copy], known: KnownTextsInLake, pins: Pins
) -> tuple[set[str], list[Copy]]:
    """Find every article whose role may change, and all edges that touch one of them and still count.

    These are the articles with a new edge, those with one that has ended, those whose pins have changed, and all that
    are connected with them by family edges or by pins that join families, over any number of them.
    """
    edges = {(e.article_id, e.of_article_id): e for e in copies}
    gone = {(e.article_id, e.of_article_id) for e in ended}
    ends = {name for e in (*edges.values(), *ended) for name in (e.article_id, e.of_article_id)}
    ends |= pins.touched | pins.find_partners(latest, "family")
    reached, names = ends - set(latest), set(latest)
    while reached:
        names |= reached
        found = [
            edge
            for edge in known.read_copies(sorted(reached))
            if edge.article_id not in latest
            and edge.of_article_id not in latest
            and (edge.article_id, edge.of_article_id) not in gone
        ]
        edges = {(e.article_id, e.of_article_id): e for e in found} | edges
        joined = {n for e in found if e.kind in JOINING for n in (e.article_id, e.of_article_id)}
        reached = (joined | pins.find_partners(reached | joined, "family")) - names
    return names, [edges[key] for key in sorted(edges)]


def _keep_changed(rows: Sequence[FamilyMember], known: KnownTextsInLake) -> list[FamilyMember]:
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
