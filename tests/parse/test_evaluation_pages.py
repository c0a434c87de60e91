"""Floors under the figures on real pages; skipped where the evaluation set is not there."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("STORYFOLD_SHARED", ROOT.parent / "shared"))

# A third of each set, a point or two below what was measured for that third: a floor, not a record.
EVERY = 3
FLOORS = {"aeb": 0.950, "fundus": 0.940}


@pytest.mark.skipif(not (SHARED / "eval").is_dir(), reason=f"no evaluation pages at {SHARED}; set STORYFOLD_SHARED")
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_bodies_of_real_pages(name, tmp_path):
    sys.path.insert(0, str(SHARED / "eval"))
    try:
        from scoring import body_scores, mean_body
    finally:
        sys.path.remove(str(SHARED / "eval"))
    folder = SHARED / "data" / "pages" / name
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines][::EVERY]
    (tmp_path / "gold").write_text("\n".join(g["path"] for g in gold))
    command = [sys.executable, str(ROOT / "benchmarks" / "parse_pages.py"), "--out", str(tmp_path)]
    command += ["--only", name, "--every", str(EVERY)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    rows = [json.loads(line) for line in (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {row["path"]: row for row in rows}
    assert all(Path(g["path"]).name in found for g in gold)
    scores = mean_body([body_scores(g["body"], found[Path(g["path"]).name]["body"]) for g in gold])
    assert scores[2] >= FLOORS[name]
    assert sum(row["reason"] is not None for row in rows) <= 1
