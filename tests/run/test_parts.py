"""Parts: there whole or not at all."""

from collections import Counter
from datetime import date

import pytest

from storyfold.outcomes import StageCounts
from storyfold.run.parts import read_arrow_table, read_part, read_rows, sum_counts, write_part
from storyfold.schemas import Article, Sketch

SKETCHES = [
    Sketch(article_id=name, version=1, seen_date=date(2026, 3, 4), hashes=(1, 2), words=2) for name in ("a", "b")
]


def test_a_part_comes_back_with_rows_and_counts(tmp_path):
    counts = StageCounts("copies", 3, 2, Counter({"too-short": 1}), 0.5)
    written = write_part(tmp_path / "00000", {Sketch: SKETCHES}, counts)
    assert read_part(tmp_path / "00000") == written
    assert read_rows([written], Sketch) == SKETCHES
    assert written.counts.balanced
    assert read_arrow_table([written], Article).num_rows == 0


def test_what_was_not_completed_is_no_part(tmp_path):
    (tmp_path / "00000.writing").mkdir()
    (tmp_path / "00000.writing" / "sketches.parquet").write_bytes(b"half")
    assert read_part(tmp_path / "00000") is None
    write_part(tmp_path / "00000", {Sketch: SKETCHES}, StageCounts("copies", 2, 2))
    assert [p.name for p in tmp_path.iterdir()] == ["00000"]


def test_a_failure_while_writing_leaves_the_older_part(tmp_path):
    first = write_part(tmp_path / "p", {Sketch: SKETCHES}, StageCounts("copies", 2, 2))
    with pytest.raises(TypeError):
        write_part(tmp_path / "p", {Sketch: ["no row"]}, StageCounts("copies", 1, 1))
    assert read_part(tmp_path / "p") == first
    assert read_rows([first], Sketch) == SKETCHES


def test_totals_add_up(tmp_path):
    parts = [
        write_part(tmp_path / str(n), {}, StageCounts("parse", 2, 1, Counter({"no-body": 1}), 1.0)) for n in range(3)
    ]
    added = sum_counts("parse", parts)
    assert (added.items_in, added.kept, added.rejected["no-body"], added.seconds) == (6, 3, 3, 3.0)
    assert sum_counts("parse", []).balanced
