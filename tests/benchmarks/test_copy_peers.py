"""The comparison with other libraries: scores against a count by hand, and a tiny run of everything."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests_support import ROOT

from benchmarks.copy_documents import make
from benchmarks.copy_peers import choose_search, fit_exponent
from benchmarks.family_scores import score_families
from benchmarks.kept_documents import keep_documents, read_families, read_rows
from benchmarks.measured_process import run_measured
from benchmarks.peer_families import Families, split_shingles

PEERS_PYTHON = os.environ.get("STORYFOLD_PEERS_PYTHON")
needs_peers = pytest.mark.skipif(
    not PEERS_PYTHON, reason="STORYFOLD_PEERS_PYTHON does not name a Python with the peers"
)


def test_pairs_are_scored_as_counted_by_hand():
    gold = dict(zip("abcdefg", [1, 1, 1, 1, 2, 2, 3], strict=True))
    found = dict(zip("abcdefg", ["x", "x", "y", "y", "y", "z", "z"], strict=True))
    scores = score_families(gold, found)
    # pairs that are true: 6 + 1; claimed: 1 + 3 + 1; both: ab, cd
    assert (scores.precision, scores.recall) == (2 / 5, 2 / 7)
    assert scores.f1 == pytest.approx(2 * (2 / 5) * (2 / 7) / (2 / 5 + 2 / 7))
    expected = 7 * 5 / 21
    assert scores.rand == pytest.approx((2 - expected) / ((7 + 5) / 2 - expected))


@pytest.mark.parametrize("families", [[1, 1, 2, 2, 3], [1, 2, 3], [1, 1, 1], [1], []])
def test_the_same_families_by_other_names_score_one(families):
    names = [str(number) for number in range(len(families))]
    gold = dict(zip(names, families, strict=True))
    scores = score_families(gold, {name: f"family {family}" for name, family in gold.items()})
    assert (scores.precision, scores.recall, scores.f1, scores.rand) == (1, 1, 1, 1)


def test_one_family_of_all_finds_every_pair_and_says_nothing():
    gold = {str(number): number // 2 for number in range(20)}
    scores = score_families(gold, dict.fromkeys(gold, 0))
    assert (scores.recall, scores.precision, scores.rand) == (1, 10 / 190, 0)


def test_documents_without_a_family_are_no_score():
    with pytest.raises(ValueError, match="1 documents"):
        score_families({"a": 1, "b": 1}, {"a": 1})


def test_the_exponent_is_the_slope_of_time_over_number():
    assert fit_exponent({n: 3e-5 * n**1.7 for n in (10_000, 100_000, 1_000_000)}) == pytest.approx(1.7)
    assert math.isnan(fit_exponent({100: 2.0}))


def test_kept_documents_are_those_that_are_made(tmp_path):
    file = keep_documents(tmp_path, 40, 3)
    assert list(read_rows(file)) == make(40, 3)
    assert read_families(file) == {row["id"]: row["family"] for row in make(40, 3)}
    made = file.stat().st_mtime_ns
    assert keep_documents(tmp_path, 40, 3).stat().st_mtime_ns == made
    assert keep_documents(tmp_path, 40, 4) != file


def test_joined_documents_are_a_family_by_their_first():
    families = Families(6)
    for one, other in ((4, 5), (1, 4), (5, 2)):
        families.join(one, other)
    assert families.list_all() == [0, 1, 1, 3, 1, 1]


def test_shingles_are_three_words_or_the_text():
    assert split_shingles("The ferry  stays\nin port") == ["the ferry stays", "ferry stays in", "stays in port"]
    assert [split_shingles(text) for text in ("Two words", "")] == [["Two words"], [""]]


def run_python(program, **limits):
    return run_measured([sys.executable, "-c", program], cores=1, **limits)


def test_a_process_is_measured():
    busy = run_python("import time\nblock = b'x' * 200_000_000\nwhile time.process_time() < 0.5: pass")
    assert busy.ended == "done"
    assert 0.5 <= busy.processor_seconds <= busy.seconds + 0.1
    assert 200 < busy.peak_mb < 300


@pytest.mark.parametrize(
    ("program", "limits", "ended"),
    [
        ("import time; time.sleep(60)", {"most_seconds": 0.3}, "too slow"),
        ("while True: pass", {"most_processor_seconds": 0.5}, "too slow"),
        ("block = [b'x' * 1_000_000 * n for n in range(1, 500)]", {"most_mb": 300}, "too large"),
        ("raise SystemExit('no such thing')", {}, "failed"),
    ],
)
def test_a_process_is_ended_and_told(program, limits, ended):
    measured = run_python(program, **limits)
    assert measured.ended == ended
    assert measured.seconds < 30
    assert measured.said == ("no such thing" if ended == "failed" else "")


def run_comparison(folder, *more):
    command = [sys.executable, "-m", "benchmarks.copy_peers", "--documents", "400", "--json", "--keep", folder, *more]
    environment = {name: value for name, value in os.environ.items() if name != "STORYFOLD_PEERS_PYTHON"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.slow
def test_storyfold_is_measured_alone_where_the_peers_are_not_there(tmp_path):
    lines, said = run_comparison(tmp_path)
    assert [line["name"] for line in lines] == ["storyfold", "storyfold from file", "storyfold in memory"]
    assert lines[0]["f1"] == lines[1]["f1"] > 0.98  # 400 documents: the first days show little of what outlets repeat
    assert all(line["documents"] >= 400 and line["per_second"] > 0 and line["peak_mb"] > 50 for line in lines)
    assert all(len(line["seconds_by_size"]) == 2 for line in lines)
    assert "--peers-python" in said


@pytest.mark.slow
@needs_peers
def test_every_peer_is_measured_on_the_same_documents(tmp_path):
    lines, _ = run_comparison(tmp_path, "--peers-python", PEERS_PYTHON)
    *measured, ratio = lines
    assert [line["name"] for line in measured[2:]] == ["rensa", "datasketch", "datatrove"]
    assert len({line["documents"] for line in measured}) == 1
    for line in measured[2:]:
        assert line["f1"] > 0.5, line
        assert line["precision"] > 0.8, line
    assert ratio["fastest_peer"] in {"rensa", "datasketch", "datatrove"}
    assert set(ratio["times_as_fast"]) == {"storyfold", "storyfold from file", "storyfold in memory"}


@pytest.mark.slow
@needs_peers
def test_the_setting_of_a_peer_is_the_best_that_was_tried(tmp_path, capsys):
    chosen = choose_search("rensa", Path(PEERS_PYTHON), keep_documents(tmp_path, 300, 1))
    tried = [float(line.partition("f1 ")[2].partition(",")[0]) for line in capsys.readouterr().err.splitlines()]
    assert len(tried) == 3
    assert round(chosen.scores.f1, 4) == max(tried) > min(tried)
