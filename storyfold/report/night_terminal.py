"""The night in a few lines for the terminal."""

from __future__ import annotations

from storyfold.outcomes import Reason
from storyfold.report.formatting import (
    counted,
    dry_words,
    duration,
    first_words,
    fitted,
    moment,
    number,
    plain,
    reasons_listed,
)
from storyfold.report.summary import NightSummary, StoryLine

LINES = 30  # in all: a terminal's height without scrolling
STORIES, STORY_LINES = 5, 3  # at most; the lines of each at most
ARCHIVES = 2  # whose passed records are told; the page has more, the table all
DOUBTS = 4
REASON_LINES = 3
WIDTH = 120  # characters of a line
DRY = 2  # sources that dry up


def summary_lines(summary: NightSummary) -> list[str]:
    """At most 30 lines of plain text, each at most 120 characters, without control characters."""
    fates = f"{number(summary.kept)} kept + {number(summary.rejected)} rejected"
    told = counted(summary.stories_changed, "story", "stories")
    ran = f"{summary.status} after {duration(summary.seconds)}"
    lines = [
        f"Night of {summary.night}: {ran} (run {plain(summary.run_id, 60)})",
        f"  {counted(summary.pages_in, 'page')} in = {fates}",
        f"  {counted(summary.new_articles, 'new article')}, {number(summary.changed_articles)} changed, "
        f"{number(summary.moved_articles)} moved, {number(summary.gone_articles)} gone; {told} new or changed",
    ]
    if summary.detail:
        lines.append(f"  {plain(summary.detail, 110)}")
    if summary.rejects:
        reasons = reasons_listed((r.reason, stage, pages) for r in summary.rejects for stage, pages in r.stages)
        lines += fitted("  Rejected for the first time:", reasons, WIDTH, REASON_LINES)
    lines += [f"  Passed over: {words}" for words in _passed(summary)]
    if summary.failed_checks:
        names = ", ".join(plain(check.name, 40) for check in summary.failed_checks)
        lines.append(f"  Checks not passed: {plain(names, 95)}")
    lines += _dry(summary)
    doubts = _doubts(summary)
    if summary.stories:
        lines += ["", "Most widely told"]
    room = (LINES - len(lines) - len(doubts)) // STORY_LINES
    for place, story in enumerate(summary.stories[: min(STORIES, room)], 1):
        lines += _story(place, story)
    lines += doubts
    return [line.rstrip()[:WIDTH] for line in lines]


def _doubts(summary: NightSummary) -> list[str]:
    """As many lines as the number says; or one less than there is room for, and how many more there are."""
    if not summary.doubts:
        return []
    shown = summary.doubts[: DOUBTS if summary.doubts_total <= DOUBTS else DOUBTS - 1]
    lines = ["", f"Dates doubted or unknown: {number(summary.doubts_total)}"]
    lines += [
        "  " + plain(f"{plain(d.article.outlet, 30) or 'unknown outlet'}: {d.date_reason or d.date_confidence}", 112)
        for d in shown
    ]
    left = summary.doubts_total - len(shown)
    return [*lines, f"  and {number(left)} more"] if left else lines


def _dry(summary: NightSummary) -> list[str]:
    """Sources that gave something on the nights before and nothing, or less than half, tonight."""
    shown = summary.dry_sources[:DRY]
    lines = [f"  Warning: {dry_words(s.name, s.warning or '', s.kept, s.usual)}" for s in shown]
    if summary.sources_warned > len(shown):
        lines[-1] += f"; and {counted(summary.sources_warned - len(shown), 'more source')} like that"
    return lines


def _passed(summary: NightSummary) -> list[str]:
    """What archives held beside pages: it is no item, and is counted all the same."""
    shown = [page for line in summary.rejects if line.reason == Reason.PASSED_RECORDS for page in line.shown]
    names = [(page.location or "").rpartition("/")[2] for page in shown]
    told = zip(shown, names, strict=True)
    return [f"{plain(page.detail, 70)} in {plain(name, 30)}" for page, name in told][:ARCHIVES]


def _story(place: int, story: StoryLine) -> list[str]:
    count = ", ".join(
        (
            counted(story.independent_sources, "independent source"),
            counted(story.outlets, "outlet"),
            counted(story.articles, "article"),
        )
    )
    lines = [f"  {place}. {plain(story.headline, 60) or 'without a headline'}: {count}"]
    first = next((member for member in story.members if member.first), None)
    if first and story.articles > 1:
        when = moment(first.published_at, first.published_precision)
        lines.append(f"     {first_words(first.outlet, when, story.maybe_earlier, story.same_text_outlets)}")
    copiers = [
        f"{plain(m.outlet, 25) or 'unknown outlet'} ({m.role})"
        for m in story.members
        if m.role != "original" and m.original_confidence != "low"
    ]
    if copiers:
        lines.append(f"     took others' text: {plain(', '.join(copiers), 95)}")
    return lines
