"""Find which of the new articles copy which: one task a run."""

from __future__ import annotations

from storyfold.copies.copies_part import write_copies
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_part
from storyfold.settings.copies import CopySettings
from tasks.resources import Resources
from tasks.retrying import retried_task


@retried_task("copies", "copies-{attempt.run_id}")
def find_copies(attempt: Attempt, versions: Part, settings: CopySettings, resources: Resources) -> Part:
    """Find the copies of a run, unless they are there already."""
    out = attempt.stage("copies") / "night"
    return read_part(out) or write_copies(attempt, resources.lake, versions, settings, out)
