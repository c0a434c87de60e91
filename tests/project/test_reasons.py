"""Each reason is declared once, with the stages that give it; the code of a stage gives no other."""

import re
from pathlib import Path

import pytest

from storyfold.outcomes import Reason

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("stage", ["discover", "fetch", "parse"])
def test_a_stage_gives_only_reasons_that_are_declared_for_it(stage):
    files = list((ROOT / "storyfold" / stage).rglob("*.py"))
    given = {name for file in files for name in re.findall(r"Reason\.([A-Z_]+)", file.read_text(encoding="utf-8"))}
    assert given
    assert [name for name in sorted(given) if stage not in Reason[name].stages] == []


def test_the_docs_have_each_reason_once_with_its_stages():
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| ([\w, ]+) \|", page, re.MULTILINE)
    assert rows == [(reason.value, ", ".join(reason.stages)) for reason in Reason]
    assert len({slug for slug, _ in rows}) == len(rows)
