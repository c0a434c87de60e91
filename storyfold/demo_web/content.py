"""Read what the demo's outlets publish from `data/demo_web/`: texts, the pages that carry them, and when.

A text is written once; pages carry it whole, cut, edited, or inside a text of their own. So the truth about who
copied whom is in the sources, and a copy is a true copy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import storyfold
from storyfold.outcomes import WrongUse

FOLDER = Path(storyfold.__file__).parents[1] / "data" / "demo_web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Describe one invented outlet; `lists` is the kind of list that names its pages: rss, atom or sitemap."""

    id: str
    name: str
    template: str
    lists: str
    tagline: str = ""
    language: str = "en"
    zone: str = "UTC"
    encoding: str = ""  # content encoding for clients that accept it: gzip or br
    charset: str = "utf-8"
    says_charset: bool = True
    dates_in_list: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Hold what somebody wrote: a title, its writers and paragraphs."""

    id: str
    title: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Hold what a page says from an instant on."""

    at: datetime
    title: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Describe a page of an outlet; `revisions` are in the order of time, the first is its publication.

    `kind` is article, live, opinion or, for what is no article: list, soft-404, gone, redirect, print. Only
    articles have a family, an original and a story. `reason` is that of the reject a page without article should be.
    `links` are words of its text, each with where they lead: an address, or outlet and path apart by a space.
    """

    outlet: str
    path: str
    kind: str
    revisions: tuple[Revision, ...]
    story: str = ""
    family: str = ""
    is_original: bool = False
    credit: str = ""
    printed_date: str | None = None  # what it prints instead of its date; "" for none at all
    is_broken: bool = False
    is_teaser: bool = False
    target: str = ""
    reason: str = ""
    links: tuple[tuple[str, str], ...] = ()
    caption: str = ""  # of its picture; "" where it has none

    @property
    def published(self) -> datetime:
        """The instant at which it came out."""
        return self.revisions[0].at

    @property
    def is_article(self) -> bool:
        """Say whether a run should keep it."""
        return not self.reason

    def find_revision(self, now: datetime) -> Revision | None:
        """Return what it says at an instant; None before it is published."""
        return max((r for r in self.revisions if r.at <= now), key=lambda r: r.at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Hold the whole invented web; `nights` are the instants at which the demo's nights run."""

    nights: tuple[datetime, ...]
    outlets: tuple[Outlet, ...]
    pages: tuple[Page, ...]
    folder: Path = field(default=FOLDER)

    def get_outlet(self, name: str) -> Outlet:
        """Return the outlet with this id; KeyError where there is none."""
        return {o.id: o for o in self.outlets}[name]

    def list_published(self, now: datetime, outlet: str | None = None) -> list[Page]:
        """Return the pages that are out by an instant, of one outlet or of all, the newest first."""
        found = [p for p in self.pages if p.published <= now and outlet in (None, p.outlet)]
        return sorted(found, key=lambda p: (p.published, p.path), reverse=True)


def load_web(folder: Path = FOLDER) -> Web:
    """Read the outlets and stories; WrongUse where the folder is missing (an install without its checkout)."""
    if not (folder / "web.toml").is_file():
        raise WrongUse(f"{folder}: the demo's pages are not there; run the demo from a checkout")
    table = _read_toml(folder / "web.toml")
    outlets = tuple(Outlet(**outlet) for outlet in table["outlet"])
    pages = [_make_other_page(row) for row in table["page"]]
    for file in sorted((folder / "stories").glob("*.toml")):
        pages += _make_story_pages(file.stem, _read_toml(file))
    return Web(nights=tuple(table["nights"]), outlets=outlets, pages=tuple(pages), folder=folder)


def _read_toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _make_story_pages(story: str, table: Mapping[str, Any]) -> list[Page]:
    texts = {row["id"]: _make_text(row) for row in table["text"]}
    return [_make_page(story, row, texts) for row in table["page"]]


def _make_text(row: Mapping[str, Any]) -> Text:
    return Text(
        id=row["id"],
        title=row["title"],
        authors=tuple(row.get("authors", ())),
        paragraphs=_split_paragraphs(row["body"]),
    )


def _split_paragraphs(body: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in body.strip().split("\n\n") if part.strip())


def _make_page(story: str, row: Mapping[str, Any], texts: Mapping[str, Text]) -> Page:
    later = [_make_revision({**row, **change}, texts) for change in row.get("revision", ())]
    return Page(
        outlet=row["outlet"],
        path=row["path"],
        kind=row.get("kind", "article"),
        revisions=(_make_revision(row, texts), *later),
        story=story,
        family=row["text"],
        is_original=row.get("original", False),
        credit=row.get("credit", ""),
        printed_date=row.get("printed_date"),
        is_broken=row.get("broken", False),
        is_teaser=row.get("teaser", False),
        links=tuple((words, leads_to) for words, leads_to in row.get("links", ())),
        caption=row.get("caption", ""),
    )


def _make_revision(row: Mapping[str, Any], texts: Mapping[str, Text]) -> Revision:
    """Make the text as this page carries it: `keep` has positions of paragraphs, `edit` pairs of old and new words."""
    text = texts[row["text"]]
    body = [text.paragraphs[n] for n in row["keep"]] if "keep" in row else list(text.paragraphs)
    for old, new in row.get("edit", ()):
        if not any(old in paragraph for paragraph in body):
            raise ValueError(f"{row['path']}: nothing to edit: {old}")
        body = [paragraph.replace(old, new) for paragraph in body]
    return Revision(
        at=row["at"],
        title=row.get("title", text.title),
        authors=tuple(row.get("authors", text.authors)),
        paragraphs=(*_split_paragraphs(row.get("before", "")), *body, *_split_paragraphs(row.get("after", ""))),
    )


def _make_other_page(row: Mapping[str, Any]) -> Page:
    """Make a page that is no article of its own."""
    paragraphs = _split_paragraphs(row.get("body", ""))
    revision = Revision(at=row["at"], title=row["title"], authors=(), paragraphs=paragraphs)
    return Page(
        outlet=row["outlet"],
        path=row["path"],
        kind=row["kind"],
        revisions=(revision,),
        target=row.get("target", ""),
        reason=row["reason"],
    )
