"""`storyfold parse --explain`: what it tells agrees with what parsing does, and shows a page's text as text."""

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from flows.commands.explain import explain_inputs, print_explanation
from flows.commands.page_inputs import PageInputs
from storyfold.outcomes import WrongUse
from storyfold.parse.explain.explain_page import explain_page
from storyfold.parse.explain.explained_page import render_explanation
from storyfold.parse.explain.explanation import Explanation
from storyfold.schemas import Page
from storyfold.settings.parse import ParseSettings
from storyfold.settings.stages import Settings

ROOT = Path(__file__).parents[3]
SAVED = sorted((ROOT / "data" / "demo").glob("*/*.html"))
SEEN = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Ferry halts after a rope snaps</title>
<meta property="article:published_time" content="2026-03-03T09:15:00+00:00">
<meta property="article:modified_time" content="2026-03-03T11:00:00+00:00">
<meta name="date" content="2027-05-01T00:00:00+00:00"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Ferry halts after a rope snaps</h1>
<p>The ferry across the Orrin stopped on Tuesday after a mooring rope snapped and struck the landing stage.</p>
<p>Nobody was hurt, the harbour master said, but two cars waited on the far bank for a spare rope.</p>
<p>&lt;script&gt;alert(1)&lt;/script&gt; was painted on the stage, and the council will have it cleaned.</p>
<p>Crossings began again at noon and will run every half hour until the rope maker has seen the stage.</p>
</article><aside><p><a href="/a">Ten walks for a wet spring</a></p></aside></body></html>"""


def page_of(content: bytes) -> Page:
    return Page(
        item_id="i", source_id="s", location="/saved/ferry.html", name="ferry.html", media_type="text/html",
        seen_at=SEEN, bytes=len(content), content_sha256="0" * 64, warc_file="", warc_offset=0,
    )  # fmt: skip


def explain(path: Path) -> Explanation:
    return explain_inputs(PageInputs((str(path),), Settings()))


@pytest.fixture(scope="module")
def told():
    return explain_page(page_of(PAGE.encode()), PAGE.encode(), ParseSettings())


def test_kept_blocks_are_the_body_and_cut_ones_have_a_reason(told):
    kept = [block.text for block in told.blocks if block.kept]
    assert "\n\n".join(kept) == told.article.body
    assert len(kept) == 4
    cut = {block.text: block.reason for block in told.blocks if not block.kept}
    assert any("navigation" in reason for reason in cut.values())
    assert all(cut.values())
    assert told.verdict == "kept as article"


def test_each_date_claim_has_its_fate(told):
    fates = {claim.words[:10]: claim.fate for claim in told.claims if not claim.where.startswith("modified")}
    assert fates == {"2026-03-03": "gives the time", "2027-05-01": "not believed: it lies in the future"}
    (changed,) = [claim for claim in told.claims if claim.where.startswith("modified")]
    assert (changed.weight, changed.fate) == (0.0, "when the page was changed, not when it was published")


def test_the_page_shows_text_as_text(told):
    shown = render_explanation(told)
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; was painted" in shown
    assert "Ten walks for a wet spring" in shown


def test_kept_blocks_are_seen_and_runs_of_cut_ones_are_folded(told):
    shown = render_explanation(told)
    folded = re.findall(r"<details class=.cut.>(.*?)</details>", shown, re.DOTALL)
    cut = [block.text for block in told.blocks if not block.kept]
    assert len(folded) == 2  # before the article, and after it
    assert all(any(text in fold for fold in folded) for text in cut)
    assert "in the page's navigation" in unescape(folded[0])
    assert not any("The ferry across the Orrin" in fold for fold in folded)
    contents = re.search(r'<nav class="contents".*?</nav>', shown, re.DOTALL)[0]
    assert re.findall(r'href="#(\w+)"', contents) == re.findall(r'<h2 id="(\w+)"', shown)


def test_ten_thousand_cut_blocks_and_three_thousand_marks_stay_a_page(told):
    menu = next(block for block in told.blocks if not block.kept)
    title = "Fe" + "\u0301" * 3_000 + "rry\x1b[31m \u202ehalts"
    many = replace(told, blocks=(menu,) * 10_000, article=replace(told.article, title=title))
    shown = render_explanation(many)
    assert len(shown) < 200_000
    assert "and 9800 more" in shown
    assert "<bdi>Fe" + "\u0301" * 4 + "rry [31m halts</bdi>" in shown


def test_the_explanation_allows_its_style_and_nothing_else(told):
    shown = render_explanation(told)
    style = re.search(r"<style>(.*?)</style>", shown, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in shown


def test_the_terminal_shows_what_would_steer_it(told, capsys):
    print_explanation(replace(told, article=replace(told.article, title="red\x1b[31m \u202egnp")))
    assert "red\\u001b[31m \\u202egnp" in capsys.readouterr().out


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name)
def test_it_agrees_with_parsing_on_every_saved_page(path):
    explanation = explain(path)
    lines = {" ".join(line.split()) for block in explanation.blocks if block.kept for line in block.text.splitlines()}
    body = {" ".join(line.split()) for line in explanation.article.body.splitlines() if line}
    assert body <= lines
    assert len(explanation.claims) == len(explanation.article.date_claims)


def test_a_dump_is_explained_by_its_lines(tmp_path):
    file = tmp_path / "page.txt"
    text = [line.split("<p>")[1].split("</p>")[0] for line in PAGE.splitlines() if line.startswith("<p>")]
    file.write_text("\n".join(["Home", "Sport", "Ferry halts after a rope snaps", *text, "Share", "Most popular"]))
    explanation = explain(file)
    assert [block.text for block in explanation.blocks if block.kept] == explanation.article.body.split("\n\n")
    assert {block.chance for block in explanation.blocks} == {None}


def test_one_page_is_explained_at_a_time(tmp_path):
    with pytest.raises(WrongUse, match="one page is explained at a time"):
        explain(ROOT / "data" / "demo")


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", "parse", *map(str, arguments)],
        capture_output=True, check=False, cwd=ROOT, text=True,
    )  # fmt: skip


def test_the_command_tells_on_the_terminal_and_writes_a_page(tmp_path):
    shown = run("--explain", SAVED[0])
    assert shown.returncode == 0, shown.stderr
    assert "Dates" in shown.stdout
    assert "Blocks:" in shown.stdout
    out = tmp_path / "why.html"
    assert run("--explain", SAVED[0], "--out", out).returncode == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run("--explain", SAVED[0], SAVED[1]).returncode == 2
    assert run(SAVED[0]).returncode == 2
