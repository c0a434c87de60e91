"""Render a night in a few lines for the terminal."""

from __future__ import annotations

from storyfold.outcomes import Reason
from storyfold.report.formatting import (
    describe_first_report,
    describe_warning,
    fit_to_width,
    format_count,
    format_duration,
    format_moment,
    format_number,
    list_reasons,
    make_plain,
)
from storyfold.report.summary import NightSummary, StoryLine
from storyfold.schemas.copies import UNSURE

LINES = 30  # in all: a terminal's height without scrolling
STORIES, STORY_LINES = 5, 3  # at most; the lines of each at most
ARCHIVES = 2  # whose skipped records are shown; the page has more, the table all
DOUBTS = 4
REASON_LINES = 3
WIDTH = 120  # characters of a line
WARNINGS = 2  # sources that are warned of by name


def render_summary_lines(summary: NightSummary) -> list[str]:
    """Return at most 30 lines of plain text, each at most 120 characters, without control characters."""
    fates = f"{format_number(summary.kept)} kept + {format_number(summary.rejected)} rejected"
    stories = format_count(summary.stories_changed, "story", "stories")
    ran = f"{summary.status} after {format_duration(summary.seconds)}"
    lines = [
        f"Night of {summary.night}: {ran} (run {make_plain(summary.run_id, 60)})",
        f"  {format_count(summary.pages_in, 'page')} in = {fates}",
        f"  {format_count(summary.new_articles, 'new article')}, {format_number(summary.changed_articles)} changed, "
        f"{format_number(summary.moved_articles)} moved, {format_number(summary.gone_articles)} gone; "
        f"{stories} new or changed",
    ]
    if summary.detail:
        lines.append(f"  {make_plain(summary.detail, 110)}")
    if summary.rejects:
        reasons = list_reasons((r.reason, stage, pages) for r in summary.rejects for stage, pages in r.stages)
        lines += fit_to_width("  Rejected for the first time:", reasons, WIDTH, REASON_LINES)
    lines += [f"  Passed over: {words}" for words in _list_passed_over(summary)]
    if summary.failed_checks:
        names = ", ".join(make_plain(check.name, 40) for check in summary.failed_checks)
        lines.append(f"  Checks not passed: {make_plain(names, 95)}")
    if summary.pins_total:
        lines.append(f"  {format_count(summary.pins_total, 'pin')} in force: storyfold pins lists them")
    lines += _render_warnings(summary)
    doubts = _render_doubts(summary)
    if summary.stories:
        lines += ["", "Most widely told"]
    room = (LINES - len(lines) - len(doubts)) // STORY_LINES
    for rank, story in enumerate(summary.stories[: min(STORIES, room)], 1):
        lines += _render_story(rank, story)
    lines += doubts
    return [line.rstrip()[:WIDTH] for line in lines]


def _render_doubts(summary: NightSummary) -> list[str]:
    """Return a line for each doubt; where there is no room for all, one less, and how many more there are."""
    if not summary.doubts:
        return []
    shown = summary.doubts[: DOUBTS if summary.doubts_total <= DOUBTS else DOUBTS - 1]
    lines = ["", f"Dates doubted or unknown: {format_number(summary.doubts_total)}"]
    lines += [
        "  "
        + make_plain(
            f"{make_plain(d.article.outlet, 30) or 'unknown outlet'}: {d.date_reason or d.date_confidence}", 112
        )
        for d in shown
    ]
    left = summary.doubts_total - len(shown)
    return [*lines, f"  and {format_number(left)} more"] if left else lines


def _render_warnings(summary: NightSummary) -> list[str]:
    """Warn of sources that gave nothing now, or less than half of what they gave on the nights before."""
    shown = summary.warned_sources[:WARNINGS]
    lines = [f"  Warning: {describe_warning(s.name, s.warning or '', s.kept, s.usual)}" for s in shown]
    if summary.sources_warned > len(shown):
        lines[-1] += f"; and {format_count(summary.sources_warned - len(shown), 'more source')} like that"
    return lines


def _list_passed_over(summary: NightSummary) -> list[str]:
    """List what archives had besides pages: that is no item, and is counted all the same."""
    shown = [page for line in summary.rejects if line.reason == Reason.PASSED_RECORDS for page in line.shown]
    names = [(page.location or "").rpartition("/")[2] for page in shown]
    pairs = zip(shown, names, strict=True)
    return [f"{make_plain(page.detail, 70)} in {make_plain(name, 30)}" for page, name in pairs][:ARCHIVES]


def _render_story(rank: int, story: StoryLine) -> list[str]:
    count = ", ".join(
        (
            format_count(story.independent_sources, "independent source"),
            format_count(story.outlets, "outlet"),
            format_count(story.articles, "article"),
        )
    )
    lines = [f"  {rank}. {make_plain(story.headline, 60) or 'without a headline'}: {count}"]
    first = next((member for member in story.members if member.first), None)
    if first and story.articles > 1:
        when = format_moment(first.published_at, first.published_precision)
        lines.append(f"     {describe_first_report(first.outlet, when, story.maybe_earlier, story.same_text_outlets)}")
    copiers = [
        f"{make_plain(m.outlet, 25) or 'unknown outlet'} ({m.role})"
        for m in story.members
        if m.role != "original" and m.original_confidence not in UNSURE
    ]
    if copiers:
        lines.append(f"     took others' text: {make_plain(', '.join(copiers), 95)}")
    return lines
