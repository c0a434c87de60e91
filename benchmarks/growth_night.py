"""Run the night after a generated archive, in a process of its own, and print what each stage cost.

Started by `benchmarks.growth`, with a lake that it may change.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.news_rows import NIGHT_0
from flows.lake_form import load_form
from storyfold.boilerplate import versions_part
from storyfold.copies.copies_part import write_copies
from storyfold.kernels.compiled import prepare_kernels, show_no_progress
from storyfold.lake.lake import Lake
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import RunParts, get_replaced_stories_folder
from storyfold.run.attempt import Attempt, begin_attempt
from storyfold.run.landing import land_run
from storyfold.run.parts import Part, read_arrow_table, read_part, write_part_tables
from storyfold.run.text_features import FEATURES, make_features
from storyfold.run.text_links import make_bare_links
from storyfold.schemas import TABLES, WORK_TABLES, Article, ParsedLinks, StoryText
from storyfold.schemas.columns import Table, get_declared_table
from storyfold.settings.sources import Sources
from storyfold.settings.stages import Settings
from storyfold.stories.cluster import find_new_texts
from storyfold.stories.queries import StoriesInLake
from storyfold.stories.stories_part import read_night, write_stories
from storyfold.stories.texts import find_changed_texts

# Steps of `write_versions` that are the boilerplate stage's; the rest of it resolves ids, numbers versions, writes.
BOILERPLATE_STEPS = ("date_articles", "cut_articles")


class Costs:
    """Add up the processor seconds of the process, all its threads, by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float | None] = {}

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add what is done inside to a stage."""
        started = time.process_time()
        yield
        self.seconds[stage] = (self.seconds.get(stage) or 0.0) + time.process_time() - started

    def wrap(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and is measured."""

        def measured(*given: Any, **named: Any) -> Any:
            with self.measure(stage):
                return work(*given, **named)

        return measured


def run_night(folder: Path, inputs: Path, without: list[str]) -> dict[str, float | None]:
    """Run the stages from versions to landing on a lake; return the seconds of each, None for one that is left out.

    Ends the program where a required check fails.
    """
    prepare_kernels(lambda _: None, show_no_progress)
    costs, lake, settings = Costs(), Lake(folder), Settings()
    sources = Sources(path=folder / "sources.toml", sources=(), settings=settings)
    form = load_form()
    lake.create(form.views, form.steps)  # a lake that was kept may be of an older version; a night finds it up to date
    with costs.measure("total"):
        lake.create(form.views, form.steps)
        attempt = begin_attempt(lake, NIGHT_0.date(), sources, settings, "local", NIGHT_0)
    discovered, fetched, parsed = (_take_part(attempt, inputs, name) for name in ("discover", "fetch", "parse"))
    known = {name: _take_part(attempt, inputs, name) for name in ("copies", "stories") if name in without}
    with costs.measure("total"):
        versions = _write_versions(attempt, lake, parsed, settings, costs)
        copies, stories = known.get("copies"), known.get("stories")
        if copies is None:
            with costs.measure("copies"):
                copies = write_copies(attempt, lake, versions, settings.copies, attempt.stage("copies") / "night")
        if stories is not None:
            _add_texts(attempt, lake, copies, stories)
        else:
            with costs.measure("stories"):
                stories = write_stories(
                    attempt,
                    lake,
                    copies,
                    settings.stories,
                    settings.outlets.make_list(),
                    attempt.stage("stories") / "night",
                )
        if "land" not in without:
            parts = RunParts([discovered], [fetched], [parsed], versions, copies, stories)
            with costs.measure("land"):
                _land(attempt, parts, lake)
    return costs.seconds | dict.fromkeys(without)


def _take_part(attempt: Attempt, inputs: Path, stage: str) -> Part:
    """Put a part that was written with the lake where the night's stages look for it."""
    folder = attempt.stage(stage) / "0"
    left_out = shutil.ignore_patterns(*(f"{get_declared_table(cls).name}.parquet" for cls in FEATURES))
    shutil.copytree(inputs / stage, folder, ignore=left_out)  # what is read of texts comes with their versions
    for declared in (*TABLES.values(), *WORK_TABLES.values()):
        if (file := folder / f"{declared.name}.parquet").exists():
            _add_columns(file, declared)
    part = read_part(folder)
    assert part is not None
    return _add_features(part) if stage == "parse" else part


def _add_features(part: Part) -> Part:
    """Add to parsed articles what is read of each text where it is parsed."""
    articles = read_arrow_table([part], Article)
    tables = {Article: articles, ParsedLinks: make_bare_links(articles), **make_features(articles)}
    return write_part_tables(part.folder, tables, part.counts)


def _add_texts(attempt: Attempt, lake: Lake, copies: Part, stories: Part) -> None:
    """Add the texts that stand for the night's families to a part of stories that were given."""
    with lake.connect() as connection:
        night = read_night(attempt, copies)
        connection.register("night_terms", night.terms)
        texts, gone = find_new_texts(find_changed_texts(night, StoriesInLake(connection, StoredFiles(connection))))
    pq.write_table(texts, stories.folder / "story_texts.parquet")
    write_part_tables(
        get_replaced_stories_folder(attempt), {StoryText: gone}, StageCounts("stories", len(gone), len(gone))
    )


def _add_columns(file: Path, declared: Table) -> None:
    """Add the columns that this version declares and a part of an older one lacks, with what older rows have there."""
    table = pq.read_table(file)
    missing = [column for column in declared.columns if column.name not in table.column_names]
    for column in missing:
        older = column.in_older_rows
        value = pa.scalar(older.value if older else None, column.type)
        table = table.append_column(column.name, pa.repeat(value, len(table)))
    if missing:
        pq.write_table(table.select(declared.schema.names).cast(declared.schema), file, compression="zstd")


def _write_versions(attempt: Attempt, lake: Lake, parsed: Part, settings: Settings, costs: Costs) -> Part:
    """Write the versions, and measure apart the steps of them that are the boilerplate stage's."""
    with (
        patch.multiple(
            versions_part,
            **{step: costs.wrap("boilerplate", getattr(versions_part, step)) for step in BOILERPLATE_STEPS},
        ),
        costs.measure("versions"),
    ):
        out = attempt.stage("versions") / "night"
        part = versions_part.write_versions(attempt, lake, [parsed], settings.boilerplate, out)
    costs.seconds["versions"] = (costs.seconds["versions"] or 0.0) - (costs.seconds["boilerplate"] or 0.0)
    return part


def _land(attempt: Attempt, parts: RunParts, lake: Lake) -> None:
    landed = land_run(attempt, parts, lake)
    if landed.run.status != "landed":
        failed = [f"{c.name}: {c.note}" for c in landed.checks if c.required and not c.passed]
        sys.exit(f"the night did not land whole: {'; '.join(failed) or landed.run.detail}")


def read_peak_memory() -> int:
    """Read the most memory that this process has held at once, in MB.

    Not `ru_maxrss`: that is inherited from the process that starts this one.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(found[1]) / 1_000) if found else 0


def main() -> None:
    """Print the seconds and the memory as one line of JSON."""
    folder, inputs, *without = sys.argv[1:]
    seconds = run_night(Path(folder), Path(inputs), without)
    print(json.dumps({"seconds": seconds, "peak_mb": read_peak_memory()}))


if __name__ == "__main__":
    main()
