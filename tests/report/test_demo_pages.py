"""The demo's pages are what `data/demo/truth.json` says of them."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import get_args

import pytest

from storyfold.schemas import FamilyMember
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.pages import Kind
from storyfold.settings.sources import load_sources

DEMO = Path(__file__).parents[2] / "data" / "demo"
TRUTH = json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))
KEPT = {row["path"]: row for row in TRUTH if row["kept"]}


def words_of(path: str) -> list[str]:
    """The words of a page's paragraphs, without its markup."""
    data = (DEMO / path).read_bytes()
    text = data.decode("iso-8859-1" if b"charset=iso-8859-1" in data else "utf-8")
    if path.endswith(".html"):
        article = re.sub(r"(?s)<(script|nav|aside|footer).*?</\1>", "", text)
        text = unescape(" ".join(re.findall(r"(?is)<p\b[^>]*>(.*?)</p>", article)))
    return re.findall(r"\w+", text.casefold())


def runs(words: list[str], length: int = 5) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}


def share(path: str, of: str) -> float:
    """The share of the shorter page's runs of five words that stand in the other."""
    one, other = runs(words_of(path)), runs(words_of(of))
    return len(one & other) / min(len(one), len(other))


def test_every_page_is_in_the_truth_and_of_one_source():
    sources = load_sources(DEMO / "sources.toml")
    found: list[str] = []
    for source in sources.sources:
        for place in source.pages:
            relative = Path(place).relative_to(DEMO.resolve())
            folder = DEMO / relative if (DEMO / relative).is_dir() else (DEMO / relative).parent
            pattern = "*" if (DEMO / relative).is_dir() else relative.name
            found += [file.relative_to(DEMO).as_posix() for file in folder.glob(pattern)]
    assert sorted(found) == sorted(row["path"] for row in TRUTH)
    assert len({source.outlet for source in sources.sources}) == len(sources.sources) >= 5


def test_truth_uses_the_values_that_are_declared():
    roles = next(c.allowed for c in get_declared_table(FamilyMember).columns if c.name == "role")
    for row in KEPT.values():
        assert row["role"] in roles
        assert row["kind"] in get_args(Kind)
        original = KEPT[row["original"]]
        assert (original["family"], original["role"]) == (row["family"], "original")
        assert original["story"] == row["story"]
        assert datetime.fromisoformat(row["published_at"]).tzinfo is not None


@pytest.mark.parametrize("path", [p for p, row in KEPT.items() if row["original"] != p])
def test_copies_have_most_of_the_shorter_text_in_common(path):
    # Families ask for .70 of the shorter text; a page's menus take a little from that here.
    assert share(path, KEPT[path]["original"]) >= 0.65


def test_pages_of_different_families_share_next_to_nothing():
    paths = sorted(KEPT)
    for number, one in enumerate(paths):
        for other in paths[number + 1 :]:
            if KEPT[one]["family"] != KEPT[other]["family"]:
                # Two pages of one outlet have its boilerplate in common.
                same_outlet = one.split("/")[0] == other.split("/")[0]
                assert share(one, other) < (0.2 if same_outlet else 0.05), (one, other)


def test_addresses_lie_where_nothing_can_be():
    for row in TRUTH:
        text = (DEMO / row["path"]).read_bytes().decode("iso-8859-1")
        hosts = set(re.findall(r"https?://([\w.-]+)", text)) - {"schema.org", "www.w3.org"}
        assert all(host.endswith(".example") for host in hosts), hosts


def test_readme_names_every_page():
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert all(f"`{row['path']}`" in readme for row in TRUTH)
