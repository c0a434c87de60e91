"""The model that reads dumps: its file, its two looks at a line, and what the second is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from storyfold.parse.plaintext import line_model
from storyfold.parse.plaintext.body_lines import find_first_runs, score_lines
from storyfold.parse.plaintext.headline import find_title
from storyfold.parse.plaintext.line_context import NAMES, measure_context
from storyfold.parse.plaintext.line_features import measure_features
from storyfold.parse.plaintext.line_model import FILE, load_line_model, read_line_model
from storyfold.parse.plaintext.lines import read_lines

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "dumps"
SENTENCE = "The council of Fenwick voted on Monday for the new bridge over the river, which is to open in May."


def told(lines, odds, title_at=None):
    rows = measure_features(lines)
    table = measure_context(rows, lines, np.array(odds, dtype=float), title_at)
    assert table.shape == (len(lines), rows.shape[1] + len(NAMES))
    assert (table[:, : rows.shape[1]] == rows).all()
    return {name: table[:, rows.shape[1] + at].tolist() for at, name in enumerate(NAMES)}


def slowly(trees, row):
    total = 0.0
    for root in trees.roots:
        node = int(root)
        while node >= 0:
            below = row[trees.feature[node]] <= trees.bound[node]
            node = int(trees.lower[node] if below else trees.upper[node])
        total += float(trees.value[~node])
    return np.clip(total, -6, 6)


def test_model_is_small_and_looks_twice():
    assert FILE.stat().st_size <= 100_000
    model = load_line_model()
    lines = read_lines((GOLDEN / "opinion.txt").read_text(encoding="utf-8"))
    rows = measure_features(lines)
    first = model.first_odds(rows)
    more = measure_context(rows, lines, first, find_title(lines, find_first_runs(lines, first.tolist()), model.title))
    for row, fuller, odds, final in zip(rows, more, first, score_lines(lines, model), strict=True):
        assert odds == pytest.approx(slowly(model.first, row), abs=1e-3)
        linear = np.clip(float(row.astype(float) @ model.linear[:-1].astype(float)) + float(model.linear[-1]), -6, 6)
        assert final == pytest.approx((2 * slowly(model.second, fuller) + linear) / 3, abs=1e-3)


def test_another_model_file_is_refused(tmp_path, monkeypatch):
    changed = tmp_path / "line_model.npz"
    changed.write_bytes(FILE.read_bytes() + b"x")
    monkeypatch.setattr(line_model, "FILE", changed)
    with pytest.raises(ValueError, match="not the reviewed model"):
        line_model.load_line_model.__wrapped__()


def test_a_model_of_other_features_is_refused(tmp_path):
    with np.load(FILE) as arrays:
        other = dict(arrays) | {"title": arrays["title"][:-1]}
    np.savez(tmp_path / "other.npz", **other)
    with pytest.raises(ValueError, match="fitted on other features"):
        read_line_model(tmp_path / "other.npz")


def test_the_second_model_sees_the_lines_around():
    lines = read_lines("\n".join(["Home", "News", SENTENCE, f"Then. {SENTENCE}", "A, B", f"Now. {SENTENCE}", "Sport"]))
    columns = told(lines, [-5, -5, 5, 5, -5, 5, -5], title_at=1)
    assert columns["odds_+1"] == [-5, 5, 5, -5, 5, -5, 0]
    assert columns["odds_-2"] == [0, 0, -5, -5, 5, 5, -5]
    assert columns["from_title"] == [-1, 0, 1, 2, 3, 4, 5]
    assert columns["above_title"] == [1, 0, 0, 0, 0, 0, 0]
    assert columns["from_start"] == [-2, -1, 0, 1, 2, 3, 4]
    assert columns["to_end"] == [5, 4, 3, 2, 1, 0, -1]
    assert columns["to_sure"][:2] == [2, 1]
    assert columns["text_above"][0] < 0.01 < 0.99 < columns["text_above"][6]
    assert columns["text_below"][0] > 0.99
    assert columns["words_from_sure"][4] == pytest.approx(np.log1p(2))
    assert columns["words_to_sure"][4] == pytest.approx(np.log1p(2))
    assert columns["matter"][2] == 1.0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_short_pages_are_looked_at_twice(count):
    columns = told(read_lines("\n".join(f"{n}: {SENTENCE}" for n in range(count))), [1.0] * count)
    assert all(np.isfinite(values).all() for values in columns.values())
