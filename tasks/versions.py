"""Compare parsed articles with the lake: resolve ids, cut boilerplate, doubt dates, number versions; one task a run."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.boilerplate.versions_part import write_versions
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part
from storyfold.settings.stages import Settings
from tasks.resources import Resources
from tasks.retrying import retried_task


@retried_task("versions", "versions-{attempt.run_id}")
def cut_boilerplate_and_number_versions(
    attempt: Attempt, parsed: Sequence[Part], settings: Settings, resources: Resources
) -> Part:
    """Cut, date and number the articles of a run, unless that is done already."""
    out = attempt.stage("versions") / "night"
    return read_part(out) or write_versions(
        attempt, resources.lake, parsed, settings.boilerplate, out, settings.stories.embeddings
    )
