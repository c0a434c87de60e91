"""Write a run's part of copies and families: which of its articles copy which, each other or the lake's."""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.near_duplicates import find_near_duplicates
from storyfold.copies.queries import KnownTextsInLake
from storyfold.lake.lake import Lake
from storyfold.lake.look_ups import look_up
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import get_corrected_folder, get_current_folder, get_replaced_copies_folder
from storyfold.run.attempt import Attempt
from storyfold.run.parts import Part, read_arrow_table, read_part, write_part, write_part_tables
from storyfold.run.pins_in_force import read_pins
from storyfold.schemas import Article, Copy, FamilyMember, Sketch
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.copies import CopySettings


def write_copies(attempt: Attempt, lake: Lake, versions: Part, settings: CopySettings, out: Path) -> Part:
    """Write and return a part with the copies found, and every family row that changed."""
    started = time.monotonic()
    new, sketches, is_current = _read_versions(attempt, versions)
    with lake.connect() as connection, look_up(connection):
        known = KnownTextsInLake(connection)
        pins = read_pins(connection)
        found = find_near_duplicates(new, sketches, is_current, known, attempt.run_date, settings, pins)
    current = int(pc.sum(is_current).as_py() or 0)
    counts = StageCounts("copies", current, current, seconds=time.monotonic() - started)
    tables = {
        Copy: make_arrow_table(found.copies, Copy),
        FamilyMember: make_arrow_table(found.families, FamilyMember),
    }
    gone = StageCounts("copies", len(found.replaced), len(found.replaced))
    write_part(get_replaced_copies_folder(attempt), {Copy: found.replaced}, gone)
    return write_part_tables(out, tables, counts)


def _read_versions(attempt: Attempt, versions: Part) -> tuple[pa.Table, pa.Table, pa.Array]:
    """Read the versions that the run brings or corrects and their sketches, and say of each whether its text counts.

    Those that count from now on have the instant at which the article was first seen in any version.
    """
    parts = [read_part(folder(attempt)) for folder in (get_current_folder, get_corrected_folder)]
    current, every = [part for part in parts[:1] if part], [versions, *(part for part in parts[1:] if part)]
    articles, sketches = ([read_arrow_table(current, cls), read_arrow_table(every, cls)] for cls in (Article, Sketch))
    keys = [_join_key(table) for table in articles]
    is_other = pc.invert(pc.is_in(keys[1], keys[0]))
    is_current = pa.array([True] * len(articles[0]) + [False] * int(pc.sum(is_other).as_py() or 0), pa.bool_())
    return (*(pa.concat_tables([of[0], of[1].filter(is_other)]) for of in (articles, sketches)), is_current)


def _join_key(articles: pa.Table) -> pa.Array:
    version = articles["version"].cast(pa.string())
    return pc.binary_join_element_wise(articles["article_id"], version, " ").combine_chunks()
