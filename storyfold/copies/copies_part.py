"""Write a run's part of sketches, copies and families: which of its articles copy which, each other or the lake's."""

from __future__ import annotations

import time
from pathlib import Path

from storyfold.copies.near_duplicates import find_near_duplicates
from storyfold.copies.queries import KnownTextsInLake
from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import read_changed_articles
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, write_part
from storyfold.schemas import Copy, FamilyMember, Sketch
from storyfold.settings.copies import CopySettings


def write_copies(attempt: Attempt, lake: Lake, settings: CopySettings, out: Path) -> Part:
    """Write and return a part with the new articles' sketches, the copies found, and every family row that changed."""
    started = time.monotonic()
    articles = read_changed_articles(attempt)
    with lake.connect() as connection:
        found = find_near_duplicates(articles, KnownTextsInLake(connection), attempt.run_date, settings)
    sketched = {sketch.article_id for sketch in found.sketches}
    kept = sum(article.article_id in sketched for article in articles)
    counts = StageCounts("copies", len(articles), kept, seconds=time.monotonic() - started)
    return write_part(out, {Sketch: found.sketches, Copy: found.copies, FamilyMember: found.families}, counts)
