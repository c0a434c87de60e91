"""Declare the tables of stories: stories, memberships, lineage, and what is compared to find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from storyfold.schemas.columns import OlderRows, declare_table
from storyfold.schemas.common import (
    ArticleId,
    AttemptNumber,
    RunDate,
    RunId,
    SeenDate,
    StoryId,
    UInt16,
    UInt64,
    Version,
)
from storyfold.schemas.text_names import StoryName, StoryNumber

# One more whenever pairs are found otherwise or get another number: by `units.py`, `references.py`, `term_vectors.py`,
# `ranks.py`, `postings.py`, `mentions.py`, `neighbours.py`, `crossing_links.py`, `text_languages.py` or `is_parted` of
# stories, or because `text_terms` has another method.
LINKS_METHOD = 4

# One more whenever `series.py` gives a story other terms or weights, or because `text_terms` has another method.
FOLLOWS_METHOD = 3


@declare_table(
    "stories",
    "a story as of a run",
    key=("run_id", "attempt", "story_id"),
    partition="run_date",
    sort=("first_published_at",),
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    story_id: StoryId
    founder_article_id: Annotated[
        str | None,
        "The article that the id is made of: of those that were seen on the first day the one with the smallest id. "
        "The story that has it now is what an ended id leads to. Null in rows of older programs.",
    ] = None
    headline: Annotated[str | None, "The title of the representative article."] = None
    representative_article_id: Annotated[str | None, "The member nearest to all others; null for an ended story."] = (
        None
    )
    first_published_at: Annotated[datetime | None, "Earliest confident `published_at` of a member."] = None
    last_published_at: Annotated[datetime | None, "Latest confident `published_at` of a member."] = None
    articles: Annotated[int, "Members, copies included."] = 0
    outlets: Annotated[int, "Distinct outlets of members; those without a name count by their source."] = 0
    independent_sources: Annotated[
        int,
        "Publishers with a text of their own among the members: two reports by one paper are one source, all texts of "
        "one agency, and all outlets of one owner, as far as the list of outlets knew when the story last changed; a "
        "listed mirror is none.",
    ] = 0
    own_texts: Annotated[
        int | None, "Families among the members: texts that were written once. Null in rows of older programs."
    ] = None
    keywords: Annotated[tuple[str, ...], "The terms that weigh most in it."] = ()
    names: Annotated[
        tuple[StoryName, ...] | None,
        "The names in its own texts, those of most texts first. Null where they have none, and in rows of older "
        "programs.",
    ] = None
    numbers: Annotated[
        tuple[StoryNumber, ...] | None,
        "The numbers in its own texts that have a unit or count something, likewise.",
    ] = None
    why: Annotated[
        str | None,
        "Why its texts belong together, in a line: what several of them share, with the number of texts in brackets, "
        "and their days. Null for a single article, and in rows of older programs.",
    ] = None
    status: Annotated[
        Literal["current", "ended"],
        "`ended`: its articles are told under another id; `story_ids` has which, `story_lineage` why.",
    ] = "current"
    open_until: Annotated[
        date | None,
        "The last day on which it is open: so many days after its last article was published, or seen where that is "
        "unknown (setting `closes_days`); a later article opens it again. Null in ended ones and in older rows.",
    ] = None
    provisional: Annotated[bool, "Whether a membership rests on text alone, its time unknown."] = False


@declare_table(
    "story_articles", "a membership as of a run", key=("run_id", "attempt", "article_id"), partition="run_date"
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    story_id: StoryId
    article_id: ArticleId
    score: Annotated[float, "Mean similarity to the other members, 0 to 1; 1 for a story of one."]
    basis: Annotated[
        Literal["text and time", "text, time unknown", "alone"],
        "What the membership rests on; `alone` in a story of one.",
    ]
    provisional: Annotated[bool, "Whether a better-dated copy may still move it."] = False
    since_run: Annotated[str, "The run in which it joined this story."] = ""


@declare_table(
    "story_lineage",
    "a change of a story's identity",
    key=("run_id", "attempt", "story_id", "event", "other_story_id"),
    partition="run_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    story_id: StoryId
    event: Annotated[
        Literal["born", "continued", "merged", "split", "revived", "ended"],
        "`born`: its id is new; `continued`: it got or lost members; `merged`: its founder is in the other now, which "
        "is an older story, or has an earlier report and so its id; `split`: it came out of the other; `revived`: it "
        "had ended or closed before; `ended`: none of its articles is left.",
    ]
    other_story_id: Annotated[str | None, "The story it merged into or split from; else null."] = None
    reason: Annotated[
        Literal["pinned", "unpinned"] | None,
        "Why, where it is not for what a night brought: a pin was set or removed (`pins` has it by `run_id`).",
    ] = None


@declare_table(
    "story_texts",
    "a text that stories compare: one of each family (internal)",
    key=("article_id",),
    partition="seen_date",
    method=LINKS_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class StoryText:
    article_id: Annotated[str, "The article that stands for its family."]
    version: Version
    seen_date: Annotated[SeenDate, "The UTC day on which this version was first seen; the partition."]
    family_id: Annotated[str, "The family; the article itself where it has none."]
    believed_from: Annotated[
        date | None, "The first day on which the text can have been published; null if unknown."
    ] = None
    believed_to: Annotated[date | None, "The last such day; null if unknown."] = None
    dated: Annotated[int, "0: undated; 1: by a confident date; 2: by one of the highest confidence."] = 0
    touches_many: Annotated[
        bool,
        OlderRows(value=False),
        "Whether it tells of several stories, as a live page or a digest does: then it is a story of its own, and "
        "`story_mentions` has those that it tells of.",
    ] = False
    language: Annotated[
        str | None,
        "The language of the text: one in another known language is compared by names, numbers and days that cross "
        "languages; null where it is not known, which is compared by words with all.",
    ] = None
    method: Annotated[int, "By which method the text was linked; older ones are linked anew."] = LINKS_METHOD


@declare_table(
    "story_links",
    "how alike two texts are, or how much of one a digest has, as far as their words say (internal)",
    key=("article_id", "of_article_id", "seen_date"),
    partition="seen_date",
    method=LINKS_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLink:
    article_id: Annotated[str, "The text that was seen later; of two that were seen on one day the larger id."]
    version: Version
    of_article_id: Annotated[str, "The other text."]
    of_version: Annotated[int, "The other's version."]
    seen_date: Annotated[SeenDate, "The day on which the later text was first seen, by whose news both are judged."]
    of_seen_date: Annotated[date, "The day on which the other was."]
    similarity: Annotated[int, "How alike they are in millionths, before their dates are looked at."]
    is_mention: Annotated[
        bool,
        OlderRows(value=False),
        "Whether one of them touches many stories: then `similarity` is how much of the other it has.",
    ] = False
    across: Annotated[
        bool,
        OlderRows(value=False),
        "Whether they are in two known languages: then `similarity` is the cosine of what crosses languages, their "
        "names, numbers and days.",
    ] = False
    reference: Annotated[UInt64, "A digest of the news by which they were judged."]
    method: Annotated[int, "By which method they were compared; older ones are compared anew."] = LINKS_METHOD


@declare_table(
    "story_follows",
    "a dated story as of a run: which earlier one it follows, and what it is compared by (internal)",
    key=("run_id", "attempt", "story_id"),
    partition="first_month",
    method=FOLLOWS_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFollows:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    story_id: StoryId
    follows_story_id: Annotated[
        str | None, "The last story of the same series before it; null where none is known. Ask `current_follows`."
    ] = None
    similarity: Annotated[float | None, "How alike the two are, 0 to 1: the mean over pairs of their texts."] = None
    gap_days: Annotated[
        int | None, "Whole days from the last confident date of the earlier story to the first of this one."
    ] = None
    kind: Annotated[Literal["same series"] | None, "What makes it follow: an event that recurs or goes on."] = None
    first_published_at: Annotated[
        datetime | None, "That of the story; null where it is dated no longer, or has ended."
    ] = None
    last_published_at: Annotated[datetime | None, "That of the story, likewise."] = None
    first_month: Annotated[date, "The first day of the month in which it was told first; the partition."]
    terms: Annotated[
        tuple[UInt64, ...], "Hashes of its heaviest terms, heaviest first; none where it is not dated."
    ] = ()
    weights: Annotated[
        tuple[UInt16, ...],
        "What each weighs in title, lead and text, in the mean of its texts, each of length 1; in parts of 65,535.",
    ] = ()
    method: Annotated[int, "By which method it is compared; older ones are made anew."] = FOLLOWS_METHOD
