"""Declare every column of every table, once.

`TABLES` are the lake's; `WORK_TABLES` are what stages hand each other in files. A row class is the table: see
`storyfold.schemas.columns` for how schema, DDL, docs and checks derive from it.
"""

from storyfold.schemas.aliases import ArticleAlias, FormerId
from storyfold.schemas.changes import ArticleChange
from storyfold.schemas.columns import Table, get_declared_table
from storyfold.schemas.copies import Copy, FamilyMember, Sketch, Span
from storyfold.schemas.cuts import Cut, PageLines
from storyfold.schemas.earlier_fetches import ArchivedPage, EarlierResponse
from storyfold.schemas.links import ArticleLink, CutLink, ParsedLinks, TextLink
from storyfold.schemas.outlets import OutletFact
from storyfold.schemas.page_fates import PageFate
from storyfold.schemas.pages import Article, Byline, DateClaim, Fetch, Item, Page, Reject
from storyfold.schemas.pins import Pin
from storyfold.schemas.runs import Check, Run, StageOutcome
from storyfold.schemas.sources import SourceNight
from storyfold.schemas.stories import Lineage, Membership, Story, StoryFollows, StoryLink, StoryText
from storyfold.schemas.text_names import StoryName, StoryNumber, TextName, TextNames, TextNumber
from storyfold.schemas.text_terms import TextTerms

LAKE_ROWS: tuple[type, ...] = (
    Run,
    SourceNight,
    Fetch,
    Article,
    ArticleAlias,
    ArticleChange,
    Cut,
    PageLines,
    ArticleLink,
    Reject,
    Sketch,
    TextTerms,
    TextNames,
    Copy,
    FamilyMember,
    Story,
    Membership,
    Lineage,
    StoryText,
    StoryLink,
    StoryFollows,
    OutletFact,
    Pin,
    Check,
)
WORK_ROWS: tuple[type, ...] = (Item, ArchivedPage, EarlierResponse, Page, PageFate, FormerId, ParsedLinks)

TABLES: dict[str, Table] = {get_declared_table(row).name: get_declared_table(row) for row in LAKE_ROWS}
WORK_TABLES: dict[str, Table] = {get_declared_table(row).name: get_declared_table(row) for row in WORK_ROWS}

__all__ = [
    "LAKE_ROWS",
    "TABLES",
    "WORK_ROWS",
    "WORK_TABLES",
    "ArchivedPage",
    "Article",
    "ArticleAlias",
    "ArticleChange",
    "ArticleLink",
    "Byline",
    "Check",
    "Copy",
    "Cut",
    "CutLink",
    "DateClaim",
    "EarlierResponse",
    "FamilyMember",
    "Fetch",
    "FormerId",
    "Item",
    "Lineage",
    "Membership",
    "OutletFact",
    "Page",
    "PageFate",
    "PageLines",
    "ParsedLinks",
    "Pin",
    "Reject",
    "Run",
    "Sketch",
    "SourceNight",
    "Span",
    "StageOutcome",
    "Story",
    "StoryFollows",
    "StoryLink",
    "StoryName",
    "StoryNumber",
    "StoryText",
    "TextLink",
    "TextName",
    "TextNames",
    "TextNumber",
    "TextTerms",
]
