"""Assemble the parts of a run: the rows that land, and its row in `runs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.lake.lake import Lake, Replacement
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import Reason, StageCounts, leaves_hole
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_arrow_table, read_part, read_rows, sum_counts
from storyfold.run.queries import read_known_rejects
from storyfold.run.rejects import choose_first_seen
from storyfold.run.source_nights import count_sources
from storyfold.run.text_features import FEATURES
from storyfold.schemas import (
    Article,
    ArticleAlias,
    ArticleChange,
    ArticleLink,
    Copy,
    Cut,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    OutletFact,
    PageLines,
    Reject,
    Run,
    SourceNight,
    StageOutcome,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
)
from storyfold.schemas.columns import get_declared_table, make_arrow_table


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


def get_corrected_folder(attempt: Attempt) -> Path:
    """Return the folder of the rows that take the place of the lake's, which are judged otherwise now."""
    return attempt.stage("versions") / "corrected"


def get_replaced_copies_folder(attempt: Attempt) -> Path:
    """Return the folder of the lake's rows of `copies` that no longer hold, or come anew with other values."""
    return attempt.stage("copies") / "replaced"


def get_replaced_stories_folder(attempt: Attempt) -> Path:
    """Return the folder of the lake's rows of `story_texts` and `story_links` that no longer hold, or come anew."""
    return attempt.stage("stories") / "replaced"


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


def split_rejects(lake: Lake, rejects: Sequence[Reject]) -> tuple[list[Reject], list[Reject]]:
    """Return the rejects that the lake does not have, and those that it has and first saw later than they were seen."""
    if not rejects:
        return [], []
    ids = {reject.reject_id for reject in rejects}
    known = lake.read_with(lambda connection: read_known_rejects(connection, StoredFiles(connection), ids))
    first_seen = choose_first_seen(rejects, known)
    fresh = [reject for reject in first_seen if reject.reject_id not in known]
    return fresh, [reject for reject in first_seen if reject.reject_id in known]


def make_landing_rows(lake: Lake, parts: RunParts, rejects: Sequence[Reject], run: Run) -> dict[type, pa.Table]:
    """Return the rows to insert, by row class; rejects that the lake holds already are left out."""
    fresh, _ = split_rejects(lake, rejects)
    rows: dict[type, pa.Table] = {
        Run: make_arrow_table([run], Run),
        Fetch: fill_run_columns(read_arrow_table(parts.landing, Fetch), run),
        Reject: make_arrow_table([replace(reject, run_id=run.run_id) for reject in fresh], Reject),
    }
    for cls in (
        Article,
        ArticleAlias,
        ArticleChange,
        Cut,
        PageLines,
        ArticleLink,
        *FEATURES,
        Copy,
        FamilyMember,
        Story,
        Membership,
        Lineage,
        StoryFollows,
        StoryText,
        StoryLink,
        OutletFact,
    ):
        rows[cls] = fill_run_columns(read_arrow_table(parts.landing, cls), run)
    source_rows = count_sources(read_rows(parts.discover, SourceNight), rows[Fetch], rows[Article], rejects)
    rows[SourceNight] = fill_run_columns(make_arrow_table(source_rows, SourceNight), run)
    return rows


def make_replacements(attempt: Attempt, new: pa.Table, rejects: Sequence[Reject], run: Run) -> list[Replacement]:
    """Return the rows that take the place of the lake's: versions judged otherwise now, rejects that were seen earlier.

    `new` are the articles that the run inserts, `rejects` those of which the lake's rows are replaced. What else the
    copies stage was given are versions that the lake has: their copies are found again, and the lake's go.
    """
    corrected, current = read_part(get_corrected_folder(attempt)), read_part(get_current_folder(attempt))
    parts, compared = [corrected] if corrected else [], [current] if current else []
    articles, lines = read_arrow_table(parts, Article), read_arrow_table(parts, PageLines)
    versions, keys = _list_versions(lines), _list_versions(read_arrow_table(compared, Article))
    again = keys.join(_list_versions(new), keys.column_names, join_type="left anti")
    of_again = again.rename_columns(["of_article_id", "of_version"])
    found = [
        Replacement(Article, _list_versions(articles), articles),
        Replacement(Cut, versions, fill_run_columns(read_arrow_table(parts, Cut), run)),
        Replacement(PageLines, versions, lines),
        Replacement(ArticleLink, versions, read_arrow_table(parts, ArticleLink)),
        *(Replacement(cls, _list_versions(articles), read_arrow_table(parts, cls)) for cls in FEATURES),
        Replacement(Copy, again),
        Replacement(Copy, of_again),
        Replacement(Copy, _read_replaced(get_replaced_copies_folder(attempt), Copy)),
        *(
            Replacement(cls, _read_replaced(get_replaced_stories_folder(attempt), cls))
            for cls in (StoryText, StoryLink)
        ),
        Replacement(Reject, pa.table({"reject_id": [r.reject_id for r in rejects]}), make_arrow_table(rejects, Reject)),
    ]
    return [replacement for replacement in found if replacement.keys.num_rows]


def add_replacements(rows: Mapping[type, pa.Table], replacing: Sequence[Replacement]) -> dict[type, pa.Table]:
    """Return all rows that a run writes, by row class: those that are inserted, and those that replace others."""
    written = dict(rows)
    for replacement in replacing:
        if replacement.rows is not None:
            known = written.get(replacement.cls)
            written[replacement.cls] = pa.concat_tables([*([] if known is None else [known]), replacement.rows])
    return written


def _read_replaced(folder: Path, cls: type) -> pa.Table:
    """Read the keys of the rows that go, with their days: DuckLake looks for them on those alone."""
    part = read_part(folder)
    return select_dated_keys(read_arrow_table([part] if part else [], cls), cls)


def select_dated_keys(rows: pa.Table, cls: type) -> pa.Table:
    """Select the columns of rows by which DuckLake finds them: their key, and the day of their files."""
    declared = get_declared_table(cls)
    return rows.select(list(dict.fromkeys([*declared.key, *([declared.partition] if declared.partition else [])])))


def _list_versions(rows: pa.Table) -> pa.Table:
    return rows.select(["article_id", "version"])


def fill_run_columns(arrow: pa.Table, run: Run) -> pa.Table:
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
