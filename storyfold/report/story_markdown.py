"""Render the life of a story as Markdown.

Titles and outlets come from pages: none of their characters mean anything in it.
"""

from __future__ import annotations

from storyfold.report.formatting import find_web_address, format_count, format_moment, name_unseen_original
from storyfold.report.markdown import escape_markdown, render_table
from storyfold.report.pin_lines import describe_pin
from storyfold.report.story_life import CopyCount, LifeArticle, StoryLife
from storyfold.report.story_terminal import describe_change, describe_found, describe_role, describe_state


def render_life_markdown(life: StoryLife) -> str:
    """Render a story's life: what it is, its timeline, outlets, copies, series, mentions and changes of identity."""
    asked = [f"Asked for as {escape_markdown(life.asked)}, which leads here."] if life.asked else []
    counts = (
        format_count(life.independent_sources, "independent source"),
        format_count(life.outlets, "outlet"),
        format_count(life.articles, "article"),
    )
    parts = [
        f"# {escape_markdown(life.headline) or 'Without a headline'}",
        f"Story {life.story_id}, {describe_state(life)}. {', '.join(counts)}.",
        *asked,
        *([escape_markdown(life.why, 400)] if life.why else []),
        *_list_found(life),
        "## Timeline",
        render_table(("when (UTC)", "outlet", "title", "text"), map(_make_row, life.members)),
        "## Outlets",
        render_table(("outlet", "articles"), ((escape_markdown(name), n) for name, n in life.outlet_counts)),
    ]
    if life.copies:
        rows = ((escape_markdown(c.outlet), _name_original(c), c.articles) for c in life.copies)
        parts += ["## Who copied whom", render_table(("outlet", "has the text of", "articles"), rows)]
    if life.series:
        series = (
            (o.direction, escape_markdown(o.headline), format_moment(o.first_published_at, "day"), o.story_id)
            for o in life.series
        )
        parts += ["## Series", render_table(("", "story", "began", "id"), series)]
    if life.mentions:
        told = ((m.direction, escape_markdown(m.title), escape_markdown(m.outlet), m.story_id) for m in life.mentions)
        parts += ["## Live pages and digests", render_table(("", "title", "outlet", "id"), told)]
    if life.pins:
        parts += ["## Pins", "\n".join(f"- {escape_markdown(describe_pin(pin), 800)}" for pin in life.pins)]
    changes = [f"- {describe_change(change, life)}" for change in life.changes]
    return "\n\n".join([*parts, "## Identity", "\n".join(changes)]) + "\n"


def _list_found(life: StoryLife) -> list[str]:
    """List the names and the numbers, a paragraph each; none where the texts have none."""
    listed = {"Names": list(map(describe_found, life.names)), "Numbers": list(map(describe_found, life.numbers))}
    return [f"{head}: {escape_markdown(', '.join(found), 2_000)}." for head, found in listed.items() if found]


def _make_row(member: LifeArticle) -> tuple[str, str, str, str]:
    when = format_moment(member.published_at, member.published_precision) if member.is_dated else "no sure date"
    title = escape_markdown(member.title) or "without a title"
    address = find_web_address(member.url)
    if address:  # in angle brackets, where only these three would end it
        safe = address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace("\\", "%5C")
        title = f"[{title}](<{safe}>)"
    return when, escape_markdown(member.outlet or member.source_id), title, escape_markdown(describe_role(member))


def _name_original(copy: CopyCount) -> str:
    return escape_markdown(copy.original_outlet or name_unseen_original(copy.agency))
