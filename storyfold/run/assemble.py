"""Assemble the parts of a run: the rows that land, and its row in `runs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.lake.lake import Lake
from storyfold.outcomes import Reason, StageCounts, leaves_hole
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_arrow_table, read_part, read_rows, sum_counts
from storyfold.run.source_nights import count_sources
from storyfold.schemas import (
    Article,
    ArticleAlias,
    ArticleChange,
    Copy,
    Cut,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    PageLines,
    Reject,
    Run,
    Sketch,
    SourceNight,
    StageOutcome,
    Story,
)
from storyfold.schemas.columns import make_arrow_table


@dataclass(frozen=True, slots=True)
class RunParts:
    """Every part of a run, by stage."""

    discover: Sequence[Part]
    fetch: Sequence[Part]
    parse: Sequence[Part]
    versions: Part
    copies: Part
    stories: Part

    @property
    def all(self) -> tuple[Part, ...]:
        """All parts, in the order of the stages."""
        return (*self.discover, *self.fetch, *self.parse, self.versions, self.copies, self.stories)

    @property
    def landing(self) -> tuple[Part, ...]:
        """The parts whose rows land: the parse stage's articles do so by way of their versions."""
        return (*self.discover, *self.fetch, self.versions, self.copies, self.stories)

    @property
    def counts(self) -> tuple[StageCounts, ...]:
        """The counts of items, stage by stage; those of `versions` are the parse stage's."""
        parsed = replace(self.versions.counts, seconds=sum_counts("parse", self.parse).seconds)
        found, fetched = sum_counts("discover", self.discover), sum_counts("fetch", self.fetch)
        return (found, fetched, parsed, self.copies.counts, self.stories.counts)


def get_current_folder(attempt: Attempt) -> Path:
    """Return the folder of the new or changed texts of this run, one an article, which copies and stories compare."""
    return attempt.stage("versions") / "current"


def read_changed_articles(attempt: Attempt) -> list[Article]:
    """Read the articles whose current text is new in this run, by id."""
    part = read_part(get_current_folder(attempt))
    return read_rows([part] if part else [], Article)


def make_run_row(attempt: Attempt, parts: RunParts, rejects: Sequence[Reject], finished_at: datetime) -> Run:
    """Make the row of a run in `runs`: `partial` where a rejection leaves a hole, else `landed`."""
    found, fetched, parsed, copies, stories = parts.counts
    changed = read_part(get_current_folder(attempt))
    holes = {f"{r.source_id}: {r.reason}: {r.location}" for r in rejects if leaves_hole(r.stage, Reason(r.reason))}
    return Run(
        run_id=attempt.run_id,
        attempt=attempt.number,
        run_date=attempt.run_date,
        night=attempt.night,
        status="partial" if holes else "landed",
        started_at=attempt.started_at,
        finished_at=finished_at,
        settings_fingerprint=attempt.settings_fingerprint,
        sources_fingerprint=attempt.sources_fingerprint,
        code_version=attempt.code_version,
        engine=attempt.engine,
        stages=(
            _make_stage_outcome(found),
            _make_stage_outcome(fetched),
            _make_stage_outcome(parsed, changed.counts.kept if changed else 0),
            _make_stage_outcome(copies, copies.kept),
            _make_stage_outcome(stories, stories.kept),
        ),
        detail="; ".join(sorted(holes)),
    )


def _make_stage_outcome(counts: StageCounts, new: int = 0) -> StageOutcome:
    return StageOutcome(
        stage=counts.stage,
        items_in=counts.items_in,
        kept=counts.kept,
        rejected=counts.rejected.total(),
        new=new,
        seconds=round(counts.seconds, 3),
    )


def make_landing_rows(lake: Lake, parts: RunParts, rejects: Sequence[Reject], run: Run) -> dict[type, pa.Table]:
    """Return the rows to insert, by row class; rejects that the lake holds already are left out."""
    ids = sorted({reject.reject_id for reject in rejects})
    known = lake.read("SELECT reject_id FROM rejects WHERE reject_id IN (SELECT unnest($1))", [ids])
    known_ids = set(known.column(0).to_pylist())
    fresh = {r.reject_id: replace(r, run_id=run.run_id) for r in rejects if r.reject_id not in known_ids}
    rows: dict[type, pa.Table] = {
        Run: make_arrow_table([run], Run),
        Fetch: _fill_run_columns(read_arrow_table(parts.landing, Fetch), run),
        Reject: make_arrow_table([fresh[reject_id] for reject_id in sorted(fresh)], Reject),
    }
    for cls in (
        Article,
        ArticleAlias,
        ArticleChange,
        Cut,
        PageLines,
        Sketch,
        Copy,
        FamilyMember,
        Story,
        Membership,
        Lineage,
    ):
        rows[cls] = _fill_run_columns(read_arrow_table(parts.landing, cls), run)
    source_rows = count_sources(read_rows(parts.discover, SourceNight), rows[Fetch], rows[Article], rejects)
    rows[SourceNight] = _fill_run_columns(make_arrow_table(source_rows, SourceNight), run)
    return rows


def _fill_run_columns(arrow: pa.Table, run: Run) -> pa.Table:
    """Fill in this run's id, attempt and date where the rows have such columns, and `since_run` where it is empty."""
    values = {"run_id": run.run_id, "attempt": run.attempt, "run_date": run.run_date}
    for name in values.keys() & set(arrow.column_names):
        index = arrow.column_names.index(name)
        field = arrow.schema.field(index)
        arrow = arrow.set_column(index, field, pa.repeat(pa.scalar(values[name], field.type), arrow.num_rows))
    if "since_run" in arrow.column_names:
        index = arrow.column_names.index("since_run")
        since = arrow.column(index)
        filled = pc.if_else(pc.equal(since, ""), run.run_id, since)
        arrow = arrow.set_column(index, arrow.schema.field(index), filled)
    return arrow
