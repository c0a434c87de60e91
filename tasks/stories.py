"""Group the new articles with each other and with the lake's into stories: one task a run."""

from __future__ import annotations

from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part
from storyfold.settings.stages import Settings
from storyfold.stories.stories_part import write_stories
from tasks.resources import Resources
from tasks.retrying import retried_task


@retried_task("stories", "stories-{attempt.run_id}")
def group_stories(attempt: Attempt, copies: Part, settings: Settings, resources: Resources) -> Part:
    """Group the articles of a run, unless their stories are there already."""
    out = attempt.stage("stories") / "night"
    outlets = settings.outlets.make_list()
    return read_part(out) or write_stories(attempt, resources.lake, copies, settings.stories, outlets, out)
