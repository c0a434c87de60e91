"""Links between nights, and what a reader's eye needs: contents, contrast, an axis."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests_support import landed_run

import storyfold.parse.explain
import storyfold.report
from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.report.write import write_report
from storyfold.schemas import Run
from storyfold.schemas.columns import make_arrow_table

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
SHEETS = [
    Path(package.__file__).parent / "templates" / sheet
    for package, sheet in ((storyfold.report, "night.css"), (storyfold.parse.explain, "explanation.css"))
]


def landed(day, run_id):
    at = NOW + timedelta(days=day)
    return landed_run(run_id, at)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("lakes") / "lake")
    lake.create(list_view_statements())
    for day, name in enumerate(("one", "two", "three")):
        run = landed(day, name)
        lake.land({Run: make_arrow_table([run], Run)}, lambda _: [], replace(run, status="failed"))
        write_report(lake, name)
    return lake


def links(lake, name):
    page = (lake.reports / name).read_text(encoding="utf-8")
    return re.findall(r'href="([^"#]+)"(?: rel="(\w+)")?', page)


def test_each_page_leads_to_the_nights_beside_it(lake):
    every = ("index.html", "")
    assert links(lake, "one.html") == [("two.html", "next"), every]
    assert links(lake, "two.html") == [("one.html", "prev"), ("three.html", "next"), every]
    assert links(lake, "three.html") == links(lake, "latest.html") == [("two.html", "prev"), every]
    assert [target for target, _ in links(lake, "index.html")] == ["three.html", "two.html", "one.html"]


def test_a_page_that_was_removed_is_not_linked(lake):
    (lake.reports / "two.html").rename(lake.reports / "away")
    write_report(lake, "three")
    assert links(lake, "three.html")[0] == ("one.html", "prev")
    (lake.reports / "away").rename(lake.reports / "two.html")
    write_report(lake, "two")
    write_report(lake, "three")


def test_the_contents_lead_to_every_section(lake):
    page = (lake.reports / "one.html").read_text(encoding="utf-8")
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.DOTALL)[0]
    headings = re.findall(r'<h2 id="(\w+)">', page)
    assert re.findall(r'href="#(\w+)"', contents) == headings
    assert len(headings) == 7


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_text_has_the_contrast_of_wcag_in_light_and_dark(sheet):
    text = sheet.read_text(encoding="utf-8")
    palettes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", text, re.S)
    ]
    light, dark = palettes[0], palettes[1]
    assert luminance(light["paper"]) > luminance(light["ink"])
    assert luminance(dark["paper"]) < luminance(dark["ink"])
    for palette in (light, dark):
        for front in palette.keys() & {"ink", "faint", "accent", "kept", "rejected", "cut"}:
            for back in ("paper", "sheet"):
                darker, lighter = sorted(map(luminance, (palette[front], palette[back])))
                assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (front, back, palette)
    assert re.findall(r"(?<!-)color: #|fill: #", text) == []  # every colour is of the palette
