"""The command `storyfold story`: one story from its first article to its last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.lake import lake_option
from flows.commands.lake_age import explain_missing_names, tell_age
from flows.commands.report_formats import format_option, out_option
from storyfold.outcomes import WrongUse
from storyfold.output.destination import open_output

if TYPE_CHECKING:
    from storyfold.report.story_life import StoryLife


@click.command(
    epilog="""\b
Examples:
  storyfold story 3f293b9ed1a0580fa8a2731b8f75779b
  storyfold story 3f293b9e --lake /srv/lake
  storyfold story --url https://www.example.com/2026/03/10/storm
  storyfold story 3f293b9e --format html --out storm.html
Which stories there are: storyfold sql "FROM top_stories". An id of an ended story leads to the one that has its first
article now; in SQL the view `story_ids` says so of every id."""
)
@click.argument("story_id", metavar="ID", required=False)
@click.option("--url", "address", metavar="ADDRESS", help="The story of the article with this address.")
@lake_option
@format_option
@out_option
def story(story_id: str | None, address: str | None, lake: Path, form: str, out: Path) -> None:
    """Tell the life of a story: timeline, outlets, who copied whom, what it follows, changes of identity.

    ID is a story's id, its first letters where they are of one story alone, or an article's id.
    """
    if (story_id is None) == (address is None):
        raise WrongUse("story: name one story, by its id or with --url ADDRESS; see storyfold story --help")
    if story_id is not None and not story_id.strip():
        raise WrongUse("story: the id is empty; see storyfold story --help")
    from flows.lake_form import load_form
    from storyfold.lake.lake import Lake
    from storyfold.report.story_life import read_story_life

    opened = Lake(lake)
    found = opened.compare(load_form())
    tell_age(found, opened.folder)
    with explain_missing_names(found, opened.folder, reads_views=True):
        life = opened.read_with(lambda connection: read_story_life(connection, story_id, address))
    with open_output(out) as written:
        written.write(_render(life, form))


def _render(life: StoryLife, form: str) -> bytes:
    """Render a story's life in one of the formats."""
    if form == "json":
        import orjson

        return orjson.dumps(life, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if form == "html":
        from storyfold.report.render import render_story

        return render_story(life).encode("utf-8")
    if form == "markdown":
        from storyfold.report.story_markdown import render_life_markdown

        return render_life_markdown(life).encode("utf-8")
    from storyfold.report.story_terminal import render_life_lines

    return ("\n".join(render_life_lines(life)) + "\n").encode("utf-8")
