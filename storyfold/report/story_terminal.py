"""Render the life of a story as plain text, for a terminal or a file."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.report.formatting import (
    describe_first_report,
    format_count,
    format_moment,
    format_number,
    make_plain,
    name_unseen_original,
)
from storyfold.report.pin_lines import describe_pin
from storyfold.report.story_life import IdentityChange, LifeArticle, Mention, SeriesStory, StoryLife
from storyfold.schemas import StoryName, StoryNumber
from storyfold.schemas.copies import UNSURE

SHOWN = 40  # articles and changes of each list; the other formats have all
_TIMES, _OUTLETS, _TITLES = 18, 24, 76  # characters of the columns of the timeline


def render_life_lines(life: StoryLife) -> list[str]:
    """Return the lines of a story's life; no text of a page can steer the terminal."""
    lines = [make_plain(life.headline, 110) or "without a headline", *_render_head(life), ""]
    lines += ["When (UTC)         Outlet                   What"]
    lines += _limit([_render_article(member) for member in life.members], "article")
    lines += ["", "Outlets"]
    counts = [f"{make_plain(name, 40)} {format_number(count)}" for name, count in life.outlet_counts[:SHOWN]]
    lines += [f"  {', '.join(counts)}"]
    if life.copies:
        lines += ["", "Who copied whom"]
        lines += _limit(
            [
                f"  {make_plain(copy.outlet, 40)}: {format_count(copy.articles, 'article')} of "
                f"{make_plain(copy.original_outlet, 40) or name_unseen_original(copy.agency)}"
                for copy in life.copies
            ],
            "outlet",
        )
    if life.series:
        lines += ["", "Series", *_limit([_render_series(other) for other in life.series], "story", "stories")]
    if life.mentions:
        lines += ["", "Live pages and digests", *_limit([_render_mention(m) for m in life.mentions], "mention")]
    if life.pins:
        lines += ["", "Pins", *_limit([f"  {describe_pin(pin)}" for pin in life.pins], "pin")]
    lines += ["", "Identity", *_limit([f"  {describe_change(change, life)}" for change in life.changes], "change")]
    return [line.rstrip() for line in lines]


def describe_state(life: StoryLife) -> str:
    """Say whether the story is open, and until or since when."""
    if life.open_until is None:
        return "closed" if life.is_closed else "open"
    day = f"{life.open_until.day} {life.open_until:%b} {life.open_until.year}"
    return f"closed after {day}" if life.is_closed else f"open until {day}, or until another article comes"


def describe_change(change: IdentityChange, life: StoryLife) -> str:
    """Describe one change of identity in words, with the ids that it names."""
    whose = "it" if change.story_id == life.story_id else change.story_id
    other = "it" if change.other_story_id == life.story_id else change.other_story_id
    words = {
        "born": f"{whose} began",
        "continued": f"{whose} got or lost articles",
        "merged": f"{whose} became part of {other}",
        "split": f"{whose} came out of {other}",
        "revived": f"{whose} was told again",
        "ended": f"{whose} ended, with no article left",
    }
    # an event that another version of this program wrote has no words here
    reason = {"pinned": ", as a pin says", "unpinned": ", as a pin was removed"}.get(change.reason or "", "")
    return f"night of {change.night}: {words.get(change.event, make_plain(change.event, 40))}{reason}"


def describe_role(member: LifeArticle) -> str:
    """Say whose text an article has; '' for one of its own."""
    if member.role == "original":
        return "first" if member.is_first else ""
    if member.original_confidence in UNSURE:
        return f"same text as {make_plain(member.copied_from, 40) or 'another'}"
    original = make_plain(member.copied_from, 40) or name_unseen_original(member.agency)
    return f"{make_plain(member.role, 20)} of {original}"


def describe_found(found: StoryName | StoryNumber) -> str:
    """Describe a name or number with what its texts say that it is, and how many have it."""
    if isinstance(found, StoryName):
        return f"{found.name} ({f'{found.kind}, ' if found.kind else ''}{found.texts})"
    return f"{found.written}{f' {found.counted}' if found.counted else ''} ({found.texts})"


def _render_head(life: StoryLife) -> list[str]:
    lines = [f"story {life.story_id}, {describe_state(life)}"]
    if life.asked:
        lines.append(f"  asked for as {make_plain(life.asked, 90)}, which leads here")
    if life.first_published_at:
        first, last = format_moment(life.first_published_at), format_moment(life.last_published_at)
        lines.append(f"  {first} to {last} UTC, by its sure dates")
    counts = (
        format_count(life.independent_sources, "independent source"),
        format_count(life.outlets, "outlet"),
        format_count(life.articles, "article"),
    )
    lines.append(f"  {', '.join(counts)}{'; provisional, since a time is unknown' if life.provisional else ''}")
    if life.first_at:
        when = f"{format_moment(life.first_at, life.first_precision or 'minute')} UTC"
        first = describe_first_report(life.first_outlet, when, life.maybe_earlier, life.same_text_outlets)
        lines.append(f"  {first}")
    if life.why:
        lines.append(f"  {make_plain(life.why, 300)}")
    for kind, found in (("names", life.names), ("numbers", life.numbers)):
        if found:
            lines.append(f"  {kind}: {make_plain(', '.join(map(describe_found, found)), 300)}")
    if life.keywords:
        lines.append(f"  keywords: {make_plain(', '.join(life.keywords), 100)}")
    return lines


def _render_article(member: LifeArticle) -> str:
    when = format_moment(member.published_at, member.published_precision) if member.is_dated else "no sure date"
    outlet = make_plain(member.outlet or member.source_id, _OUTLETS)
    title = make_plain(member.title, _TITLES) or "without a title"
    role = describe_role(member)
    return f"{when:<{_TIMES}} {outlet:<{_OUTLETS}} {title}{f'  [{role}]' if role else ''}"


def _render_series(other: SeriesStory) -> str:
    days = f"{format_moment(other.first_published_at, 'day')} to {format_moment(other.last_published_at, 'day')}"
    headline = make_plain(other.headline, 70) or "without a headline"
    return f"  {other.direction} {headline} ({days}, {format_count(other.gap_days, 'day')} apart; {other.story_id})"


def _render_mention(mention: Mention) -> str:
    name = make_plain(mention.title, 70) or "without a title"
    return f"  {mention.direction} {name} ({make_plain(mention.outlet, 40) or 'unknown outlet'}; {mention.story_id})"


def _limit(lines: Sequence[str], one: str, many: str | None = None) -> list[str]:
    """Return at most SHOWN lines, with a last one that says how many more there are."""
    left = len(lines) - SHOWN
    more = [f"  and {format_count(left, 'more ' + one, 'more ' + (many or one + 's'))}"] if left > 0 else []
    return [*lines[:SHOWN], *more]
