"""Declare the table of the names and numbers in each text, and what a story has of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import ArticleId, SeenDate, Version

# One more whenever `text/names.py`, `text/numbers.py` or their words find others in the same text.
NAMES_METHOD = 2

NameKind = Literal["person", "place", "organisation"]
_KIND = (
    "What the text itself says that it is, by a title, a role or a word of the name; null where it says nothing, or "
    "several things."
)
_VALUE = "The number; null where its separators can be read in two ways, as in `1.234` where no language is known."
_UNIT = "What it is measured in: `%`, a currency as printed, `km`; null of what is only counted."
_COUNTED = "What it counts, as printed after it: `homes`; null where it only measures."


@dataclass(frozen=True, slots=True, kw_only=True)
class TextName:
    """One name in a text."""

    name: Annotated[str, "The name as printed, in the form that the text has most often."]
    kind: Annotated[NameKind | None, _KIND] = None
    kind_words: Annotated[str | None, "The words that say so: `President`, `city of`; null where none do."] = None
    times: Annotated[int, "How often title and body have it, shorter forms (`Ruiz` of `Ana Ruiz`) included."] = 1
    in_title: Annotated[bool, "Whether the title has it."] = False
    in_lead: Annotated[bool, "Whether the title or the first 150 words of the body have it."] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNumber:
    """One number in a text, with what it measures or counts."""

    written: Annotated[str, "The number as printed, with its unit: `$4.5 million`, `48,000`."]
    value: Annotated[float | None, _VALUE] = None
    unit: Annotated[str | None, _UNIT] = None
    counted: Annotated[str | None, _COUNTED] = None
    times: Annotated[int, "How often title and body have it."] = 1
    in_title: Annotated[bool, "Whether the title has it."] = False
    in_lead: Annotated[bool, "Whether the title or the first 150 words of the body have it."] = False


@declare_table(
    "text_names",
    "the names and numbers in an article's text",
    key=("article_id", "version"),
    partition="seen_date",
    method=NAMES_METHOD,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class TextNames:
    article_id: ArticleId
    version: Version
    seen_date: SeenDate
    method: Annotated[int, "By which method they were found; older ones are found anew."] = NAMES_METHOD
    names: Annotated[
        tuple[TextName, ...], "The names, those in the title first, then the most frequent; at most 40."
    ] = ()
    numbers: Annotated[tuple[TextNumber, ...], "The numbers, in the same order; at most 20."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryName:
    """One name in the texts of a story."""

    name: Annotated[str, "The name, in the form that most of its texts print."]
    kind: Annotated[NameKind | None, _KIND] = None
    kind_words: Annotated[str | None, "The words that say so in most texts; null where none do."] = None
    texts: Annotated[int, "How many of its own texts have it: copies do not count."] = 1
    times: Annotated[int, "How often these have it."] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryNumber:
    """One number in the texts of a story."""

    written: Annotated[str, "The number as most of its texts print it."]
    value: Annotated[float | None, _VALUE] = None
    unit: Annotated[str | None, _UNIT] = None
    counted: Annotated[str | None, _COUNTED] = None
    texts: Annotated[int, "How many of its own texts have it: copies do not count."] = 1
    times: Annotated[int, "How often these have it."] = 1
