"""Say in words what `storyfold why` found of two articles; what comes from pages is made plain by who shows it."""

from __future__ import annotations

import math

from storyfold.output.pair_reasons import (
    AlignedRow,
    BelievedTime,
    CopyReasons,
    Evidence,
    Measure,
    PairArticle,
    PairReasons,
    StoryReasons,
    WithoutPiece,
)
from storyfold.report.formatting import format_count, format_moment, name_unseen_original

SHOWN_TERMS = 12  # as many as fit beside the rest; JSON has all
_SHARES = frozenset({"partial_share", "family_share", "mostly", "steady_share", "steady_share_same_outlet",
                     "least_containment", "same_outlet_containment", "write_through_share"})  # fmt: skip
_KINDS = {
    "full": "copies in full",
    "excerpt": "one is an excerpt of the other",
    "partial": "one has a part of the other, too little for a family",
    "update": "the same outlet's earlier and later text",
    "write-through": "one agency's report and its later version with a new lead",
}


def tell_copies(reasons: PairReasons) -> str:
    """Tell what the two texts are to each other, and who was first, in a sentence."""
    copies, families = reasons.copies, (reasons.a.family_id, reasons.b.family_id)
    if copies.kind == "none":
        if families[0] is None or families[0] != families[1]:
            return "No copies of each other."
        over = f", both joined with {', '.join(copies.joined_by[:3])}" if copies.joined_by else " over other texts"
        return f"One family{over}; nothing joins the two directly."
    same = ", word for word" if copies.is_identical else ""
    return f"{_KINDS[copies.kind].capitalize()}{same}; {tell_first(copies)}."


def tell_first(copies: CopyReasons) -> str:
    """Tell who was first, and how sure that is."""
    if copies.first is None:
        return "nothing tells which was first"
    return f"{copies.first} was first ({copies.strength})"


def tell_place(article: PairArticle) -> str:
    """Tell the role of an article in its family."""
    if article.role is None:
        return "in no family"
    confidence = f" ({article.original_confidence})" if article.original_confidence else ""
    if article.role == "original":
        return f"original, family {article.family_id}"
    source = article.original_article_id or name_unseen_original(article.agency)
    return f"{article.role} of {source}{confidence}, family {article.family_id}"


def tell_date(article: PairArticle) -> str:
    """Tell when an article was published, as far as that is believed, and when it was seen."""
    when = "no date"
    if article.published_at is not None:
        when = f"published {format_moment(article.published_at, article.published_precision)} UTC"
    return f"{when} ({article.date_confidence}), seen {format_moment(article.first_seen_at)} UTC"


def tell_shares(reasons: PairReasons) -> str:
    """Tell how much of each text stands in the other, in words and in percent."""
    copies = reasons.copies
    words = copies.counts["words"], copies.counts["long_words"]
    equal = copies.counts["equal"], copies.counts["long_equal"]
    if copies.shorter == "B":
        words, equal = words[::-1], equal[::-1]
    return "; ".join(
        f"{_format_share(share)} of {side}'s {format_count(whole, 'word')} stand in {other} ({part:,})"
        for side, other, share, whole, part in (
            ("A", "B", copies.share_a, words[0], equal[0]),
            ("B", "A", copies.share_b, words[1], equal[1]),
        )
    )


def tell_set_aside(copies: CopyReasons) -> str:
    """Tell how many words of the shorter text do not count, because they are quoted or its outlet repeats them."""
    counts = copies.counts
    quoted, repeated = counts["kept"] - counts["own"], counts["words"] - counts["kept"]
    told = [f"{format_count(quoted, 'quoted word')}"] if quoted else []
    told += [f"{format_count(repeated, 'word')} that its outlet repeats"] if repeated else []
    return f"Set aside of {copies.shorter}, the shorter text: {' and '.join(told) or 'nothing'}."


def tell_measure(measure: Measure) -> str:
    """Tell a measure, its threshold and by how much it is missed, in a line."""
    if measure.setting not in _SHARES:
        told = f"{measure.value:,.0f} {measure.what}, {measure.setting} is {measure.least:,.0f}"
        return told if measure.passed else f"{told}: {measure.least - measure.value:,.0f} short"
    parts = f" ({measure.part:,} of {measure.whole:,})" if measure.whole is not None else ""
    told = f"{_format_share(measure.value)} {measure.what}{parts}, {measure.setting} is {_format_share(measure.least)}"
    return told if measure.passed else f"{told}: {100 * (measure.least - measure.value):.1f} points short"


def tell_evidence(piece: Evidence) -> str:
    """Tell which way a piece of evidence points, how much it weighs, and whether it agrees with the whole."""
    return f"{piece.first} first, weight {piece.weight:g}{'' if piece.agrees else ': disputes it'}"


def tell_weight(copies: CopyReasons) -> str:
    """Tell what the evidence adds up to."""
    if not copies.evidence:
        return "Nothing tells which of the two was first."
    least = ", ".join(f"{name} from {weight:g} on" for name, weight in copies.least_weights.items())
    share = _format_share(1 / (1 + math.exp(-copies.weight)))
    return f"Together {copies.weight:g} nats, a chance of {share}; the confidence is {least}."


def tell_without(piece: WithoutPiece) -> str:
    """Tell what would be decided without a piece of evidence."""
    if piece.first is None:
        return f"without {_name(piece.name)}: nothing would tell which was first"
    return f"without {_name(piece.name)}: {piece.first} first, {piece.strength}"


def list_changes(copies: CopyReasons) -> list[str]:
    """List which pieces of evidence change the decision by their absence, in words."""
    if copies.kind == "none":
        return []
    now = copies.first, copies.strength
    return [tell_without(piece) for piece in copies.without if (piece.first, piece.strength) != now]


def tell_stories(reasons: PairReasons) -> str:
    """Tell whether the two are of one story, and what the link between them has to do with it."""
    stories = reasons.stories
    same = {True: "One story", False: "Two stories", None: "Not both in a story"}[stories.is_one_story]
    if reasons.pinned:
        return f"{same}, {reasons.pinned}.{_tell_link_alone(stories)}"
    if stories.is_one_text:
        return f"{same}: copies stand for one text, which votes once."
    if stories.link is None or stories.threshold is None:
        return f"{same}; the lake has no terms of both."
    if stories.is_mention:
        has = "mentions the other" if stories.link >= stories.threshold else "does not mention the other"
        told = f"it {has}, of whose terms it has {stories.link:.3f}; the threshold is {stories.threshold:.3f}"
        return f"{same}: one is a live page or a digest, which is grouped with nothing; {told}."
    reaches = stories.link >= stories.threshold
    kind = "link across languages" if stories.across else "link"
    told = f"{kind} {stories.link:.3f} {'reaches' if reaches else 'is below'} the threshold {stories.threshold:.3f}"
    return f"{same}; {told}{_tell_groups(stories, reaches=reaches)}."


def _tell_link_alone(stories: StoryReasons) -> str:
    """Tell what the link says where a pin has decided."""
    if stories.link is None or stories.threshold is None or stories.is_one_text or stories.is_mention:
        return ""
    reaches = "reaches" if stories.link >= stories.threshold else "is below"
    return f" Their link {stories.link:.3f} {reaches} the threshold {stories.threshold:.3f}."


def _tell_groups(stories: StoryReasons, *, reaches: bool) -> str:
    """Tell why the two are grouped otherwise than their own link says: groups are joined by their mean."""
    if stories.is_one_story:
        return "" if reaches else ": other texts of the story join them"
    if stories.group_link is not None and stories.group_pairs > 1:
        kind = "in two languages " if stories.across else ""
        pairs = f"{stories.group_pairs:,} pairs {kind}of the two stories' texts"
        return f"; the mean over all {pairs} is {stories.group_link:.3f}"
    return ": joined they would be less whole than each is (wholeness)" if reaches else ""


def tell_link(stories: StoryReasons) -> str:
    """Tell how the link is made up: shared terms, how rare the texts are, time."""
    if stories.cosine is None or stories.similarity is None or stories.factor_a is None or stories.factor_b is None:
        return ""
    if stories.is_mention:
        return f"{stories.cosine:.3f} of the other's terms stand in the live page or digest; {stories.link:.3f} as rare"
    if stories.across:
        return (
            f"{stories.cosine:.3f} (names by their consonants, numbers and days that both have, as rare as they are) × "
            f"{stories.time_factor:g} (time) = {stories.link:.3f}"
        )
    return (
        f"{stories.cosine:.3f} (shared terms) × {stories.factor_a:.3f} × {stories.factor_b:.3f} (what is rare about A "
        f"and B) = {stories.similarity:.3f}, × {stories.time_factor:g} (time) = {stories.link:.3f}"
    )


def tell_times(stories: StoryReasons) -> str:
    """Tell when both texts were published, and whether these intervals meet."""
    if stories.time_a is None or stories.time_b is None:
        return ""
    gap = stories.gap_days
    met = "one of them has no sure date" if gap is None else "they meet" if gap == 0 else f"{gap:,} days apart"
    return f"A {tell_interval(stories.time_a)}; B {tell_interval(stories.time_b)}; {met}"


def tell_interval(time: BelievedTime) -> str:
    """Tell the days on which a text can have been published."""
    first, last = time.first or "any day", time.last or "any day"
    days = f"{first}" if first == last else f"{first} to {last}"
    return f"{days} ({time.dated}, seen {time.seen})"


def list_differences(reasons: PairReasons) -> list[str]:
    """List what the lake has and deciding again does not give."""
    return [*reasons.copies.differences, *reasons.stories.differences]


def _format_share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _name(evidence: str) -> str:
    """Name a kind of evidence as a part of a sentence."""
    names = {
        "own agency": "the agency's own page",
        "canonical link": "the canonical link",
        "credit as author": "the credit as author",
        "credit in text": "the credit in the text",
        "agency": "the agency's name",
        "date doubt": "the doubt of a date",
        "later year": "the later year",
        "dates": "the dates",
        "agency credit": "the agency credit",
        "extra text": "the words that one adds",
        "day seen": "the days on which they were seen",
    }
    return names.get(evidence, evidence)


def is_equal(row: AlignedRow) -> bool:
    """Say whether both texts have all words of a row, at the same place."""
    return row.kind == "shared" and all(piece.is_shared for piece in (*row.a, *row.b))
