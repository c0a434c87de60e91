"""Explain of two articles whether one copied the other, and which: with what was measured, and by which evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa

from storyfold.copies.candidate_pairs import make_candidate_finder
from storyfold.copies.claims import read_claims
from storyfold.copies.compare_texts import OneShared, compare_pairs, make_day_pairs
from storyfold.copies.copy_rows import make_copies
from storyfold.copies.direction import HIGH, MEDIUM, Extra, Finding, list_findings, sum_findings, weigh_findings
from storyfold.copies.documents import Documents
from storyfold.copies.edges import Directions, Edges, judge_comparisons
from storyfold.copies.pair_measures import list_measures
from storyfold.copies.shared_hashes import make_postings
from storyfold.copies.side_by_side import lay_side_by_side, turn_rows
from storyfold.copies.write_throughs import confirm_write_throughs
from storyfold.kernels.arrays import Flags
from storyfold.output.pair_reasons import CopyReasons, Evidence, Side, WithoutPiece, turn_side
from storyfold.schemas.copies import Copy
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import read_character_tables
from storyfold.text.words import join_texts

# What of a row of `copies` is held against what deciding again says.
HELD = ("article_id", "of_article_id", "kind", "direction_confidence", "share_of_this", "share_of_other", "evidence")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts as the stage compares them: `order` has A and B in the order of `documents`; edges only of a pair kept.

    `found` is the row that the stage would make of the pair, None where they share too little.
    """

    order: tuple[Article, Article]
    documents: Documents
    shared: OneShared
    short: int
    edges: Edges
    is_candidate: bool
    found: Copy | None


def compare_two(
    articles: Sequence[Article], documents: Documents, is_repeated: Flags, settings: CopySettings
) -> Compared:
    """Compare two articles as the stage does; `is_repeated` says which hashes of their sketches are boilerplate."""
    by_id = {article.article_id: article for article in articles}
    order = tuple(by_id[name] for name in documents.ids.to_pylist())
    one, two = order
    day = int(documents.days.max())
    left, _ = make_candidate_finder(documents, make_postings(documents), settings).find(day, is_repeated)
    pair = np.array([1]), np.array([0])  # the later of the two, and the older
    days = [make_day_pairs(*pair, documents.starts, documents.hashes, is_repeated)]
    texts = join_texts([one.body, two.body])
    compared = compare_pairs(days, texts, documents.ids, read_character_tables())
    edges = judge_comparisons(compared, documents.outlets, settings)
    edges = confirm_write_throughs(edges, np.arange(2), read_claims(order), settings)
    found = make_copies(edges, Directions(edges, order.__getitem__))
    return Compared(
        (one, two),
        documents,
        compared[0].shared[0],
        int(compared[0].short[0]),
        edges,
        bool(len(left)),
        found[0] if found else None,
    )


def explain_copies(
    first: Article,
    compared: Compared,
    is_repeated: Flags,
    settings: CopySettings,
    stored: Copy | None,
    *,
    in_lake: bool,
) -> CopyReasons:
    """Explain what is between two articles, of which `first` is A: as `stored`, the lake's row of the pair, has it."""
    short, long = compared.order[compared.short], compared.order[1 - compared.short]
    shorter: Side = "A" if short is first else "B"
    found = compared.found if compared.is_candidate else None
    decided = stored if in_lake else found
    rows, documents = lay_side_by_side(short.body, long.body), compared.documents
    findings = _find_findings(short, long, compared) if decided or compared.found else []
    shares = _count_shares(compared.shared)
    share_a, share_b = shares if shorter == "A" else shares[::-1]
    return CopyReasons(
        kind=decided.kind if decided else "none",
        first=_find_source(decided, first),
        strength=decided.direction_confidence if decided else None,
        shorter=shorter,
        share_a=share_a,
        share_b=share_b,
        counts={name: int(compared.shared[name]) for name in compared.shared.dtype.names},
        measures=tuple(list_measures(compared.shared, documents, is_repeated, settings)),
        is_candidate=compared.is_candidate,
        is_identical=int(documents.founders[1]) == 0,
        same_outlet=bool(documents.outlets[0] == documents.outlets[1] >= 0),
        evidence=tuple(_list_evidence(findings, shorter)),
        without=tuple(_decide_without_each(findings, short, long, shorter)),
        rows=rows if shorter == "A" else turn_rows(rows),
        stored={name: _get_plain(stored, name) for name in (*HELD, "version", "of_version")} if stored else None,
        differences=tuple(_list_differences(stored, found)) if in_lake else (),
        weight=abs(sum_findings(findings)),
        least_weights={"high": HIGH, "medium": MEDIUM},
    )


def _find_source(decided: Copy | None, first: Article) -> Side | None:
    """Find which of the two was first by a row of `copies`, of which `first` is A; None where nothing tells."""
    if decided is None or decided.direction_confidence == "unknown":
        return None
    return "B" if decided.article_id == first.article_id else "A"


def _find_findings(short: Article, long: Article, compared: Compared) -> list[Finding]:
    """List the evidence as the stage does: the first of the two is the shorter text."""
    extra = compared.edges.read_extra(0) if len(compared.edges) else Extra(0, 0, 0)
    return list_findings(short, long, extra, first_is_longer=False)


def _count_shares(shared: OneShared) -> tuple[float, float]:
    """Return how much of the shorter text stands in the longer one, and the other way round."""
    parts = ((shared["equal"], shared["words"]), (shared["long_equal"], shared["long_words"]))
    one, two = (round(int(part) / max(int(whole), 1), 4) for part, whole in parts)
    return one, two


def _list_evidence(findings: Sequence[Finding], shorter: Side) -> list[Evidence]:
    """Make the evidence of findings, whose first article is the shorter text."""
    first_copied = sum_findings(findings) > 0
    return [
        Evidence(
            name=finding.name,
            first=turn_side(shorter) if finding.first_copied else shorter,
            weight=finding.weight,
            words=finding.tell(),
            agrees=finding.first_copied == first_copied,
        )
        for finding in findings
    ]


def _decide_without_each(
    findings: Sequence[Finding], short: Article, long: Article, shorter: Side
) -> list[WithoutPiece]:
    """Decide again without each piece of evidence."""
    decided = []
    for finding in findings:
        rest = [other for other in findings if other is not finding]
        direction = weigh_findings(rest, short, long, in_words=False)
        first = turn_side(shorter) if direction.first_copied else shorter
        is_unknown = direction.confidence == "unknown"
        decided.append(
            WithoutPiece(name=finding.name, first=None if is_unknown else first, strength=direction.confidence)
        )
    return decided


def _get_plain(row: Copy, name: str) -> object:
    value = getattr(row, name)
    return list(value) if isinstance(value, tuple) else value


def _list_differences(stored: Copy | None, found: Copy | None) -> list[str]:
    """List where deciding again says something else than the row of the lake, in words."""
    if stored is None or found is None:
        if stored is None and found is None:
            return []
        has, lacks = ("the lake has", "deciding again gives none") if stored else ("the lake has no", "deciding again")
        row = stored or found
        assert row is not None
        told = f"{row.article_id} from {row.of_article_id}, {row.kind}, {row.direction_confidence}"
        return [f"{has} {told}; {lacks}" if stored else f"{has} row of the pair; {lacks} gives {told}"]
    kept, again = asdict(stored), asdict(found)
    return [f"{name}: the lake has {kept[name]}, deciding again gives {again[name]}"
            for name in HELD if kept[name] != again[name]]  # fmt: skip


def make_two_documents(ids: pa.Array, days: pa.Array, outlets: pa.Array, bodies: Sequence[str]) -> Documents:
    """Make the documents of two texts of no lake."""
    from storyfold.copies.documents import make_documents, order_documents
    from storyfold.text.sketch import sketch_texts

    order = order_documents(ids, days)
    rows = pa.array(order)
    sketched = sketch_texts(join_texts(bodies), order, read_character_tables())
    return make_documents(ids.take(rows), days.take(rows), outlets.take(rows), sketched, np.ones(2, np.bool_))
