"""`storyfold why`: two articles of a real lake, saved pages, and what neither is, in every format."""

import json
import re
from itertools import combinations

import pytest
from click.testing import CliRunner
from tests_support import ROOT, unpack_older_lake

from flows.commands.cli import cli, main
from flows.commands.why_pair import explain_two, read_files
from flows.lake_form import load_form
from storyfold.lake.lake import Lake
from storyfold.report.why_markdown import render_why_markdown
from storyfold.report.why_terminal import render_why_text
from storyfold.settings.stages import Settings

BASE = [
    "The ferry between Merrow and the islands will not sail before Thursday, the harbour office said on Sunday after "
    "an inspection of the bow door by two engineers of the yard.",
    "A crack of forty centimetres was found in the hinge of the bow door, and the yard at Coldharbour has to cast a "
    "new part, which takes three days if the weather lets the foundry barge through.",
    "About 412 inhabitants of the two outer islands depend on the ferry for bread, post and medicine, and the council "
    "has asked a fishing boat to carry what is urgent until then.",
    "Ada Marsh, the mayor of the largest island, said that it was the third time this winter and that the county "
    "should at last buy a second ship, as it had promised before the last election.",
]
CURRENT_COPIES = """
    FROM copies SEMI JOIN current_versions USING (article_id, version)
    WHERE (of_article_id, of_version) IN (SELECT (article_id, version) FROM current_versions)
"""
HOSTILE = "<b onclick=alert(1)>bold</b> \x1b[31mred \u202egnorw [link](javascript:x) | " + "x" * 10_000


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = Lake(unpack_older_lake(tmp_path_factory.mktemp("why")))
    lake.create(load_form().views, load_form().steps)
    return lake


def page(title, site, hour, paragraphs):
    body = "".join(f"<p>{text.replace('<', '&lt;')}</p>" for text in paragraphs)
    head = f'<meta property="og:site_name" content="{site}">'
    head += f'<meta property="article:published_time" content="2026-03-01T{hour:02}:00:00Z">'
    return f'<html lang="en"><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>'


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    edited = [BASE[0].replace("on Sunday", "late on Sunday"), *BASE[1:], f"The ministry gave no answer. {HOSTILE}"]
    (folder / "first.html").write_text(page("Ferry stays in harbour", "Harbour Post", 8, BASE), encoding="utf-8")
    (folder / "copy.html").write_text(page(f"No ferry {HOSTILE[:60]}", "Vale Tribune", 15, edited), encoding="utf-8")
    choir = "The choir of the valley school won the national contest in the capital on Saturday with two new songs. "
    (folder / "other.txt").write_text(f"Valley choir wins\n\n{choir * 5}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def read_pages(pages):
    """The three pages, read at once: what reads them takes longer to load than they to read."""
    asked = (("A", "copy.html"), ("B", "first.html"), ("B", "other.txt"))
    return read_files([(side, str(pages / name)) for side, name in asked], Settings())


@pytest.fixture(scope="module")
def two_pages(read_pages):
    return explain_two(*read_pages[:2], Settings())


def run(*arguments, code=0):
    """Standard output and standard error of the command, in this process."""
    done = CliRunner().invoke(cli, ["why", *map(str, arguments)])
    assert (done.exit_code, done.exception) == (code, None), done.output
    return done.stdout


def explain(*arguments):
    return json.loads(run(*arguments, "--format", "json"))


def test_a_copy_of_the_lake_is_told_as_the_lake_has_it(lake):
    copies = lake.read(CURRENT_COPIES).to_pylist()
    assert copies
    for row in copies:
        told = explain(row["article_id"], row["of_article_id"][:12], "--lake", lake.folder)
        assert (told["copies"]["kind"], told["copies"]["first"]) == (row["kind"], "B")
        assert told["copies"]["strength"] == row["direction_confidence"]
        assert (told["copies"]["share_a"], told["copies"]["share_b"]) == (row["share_of_this"], row["share_of_other"])
        assert {e["words"] for e in told["copies"]["evidence"] if e["first"] == "B"} >= set(row["evidence"])
        assert list_but_direction(told) == []
        assert told["judged_by"] == "lake"
        assert told["stories"]["is_one_text"]


def list_but_direction(told):
    """The differences but for who was first, which the program that made this lake decided by other rules."""
    return [
        words for words in told["copies"]["differences"] if not words.startswith(("direction_confidence", "evidence"))
    ]


def test_every_link_of_the_lake_is_found_again(lake):
    links = {frozenset((r["article_id"], r["of_article_id"])): r for r in lake.read("FROM story_links").to_pylist()}
    story_of = {r["article_id"]: r["story_id"] for r in lake.read("FROM current_memberships").to_pylist()}
    apart = [pair for pair in combinations(sorted(story_of), 2) if frozenset(pair) not in links]
    met = 0
    for one, two in [*map(sorted, links), *apart[:2]]:
        told = explain(one, two, "--lake", lake.folder)["stories"]
        assert told["differences"] == []
        assert told["is_one_story"] is (story_of[one] == story_of[two])
        if row := links.get(frozenset((one, two))):
            met += 1
            assert round(told["similarity"] * 1_000_000) == row["similarity"]
            parts = sum(term["part"] for term in told["terms"])
            assert parts == pytest.approx(told["similarity"], abs=1e-5)
            assert told["link"] == pytest.approx(told["similarity"] * told["time_factor"], abs=1e-6)
    assert met >= 3


def test_a_row_that_deciding_again_would_not_give_is_told(lake, tmp_path):
    row = lake.read(CURRENT_COPIES).to_pylist()[0]
    stricter = tmp_path / "stricter.toml"
    stricter.write_text("[copies]\nleast_words = 5000\n", encoding="utf-8")
    pair = (row["article_id"], row["of_article_id"], "--lake", lake.folder, "--settings", stricter)
    told = explain(*pair)
    assert told["copies"]["kind"] == row["kind"]
    assert list_but_direction(told) == [f"kind: the lake has {row['kind']}, deciding again gives partial"]
    assert "other settings" in told["notes"][0]
    assert "deciding again gives partial" in run(*pair)


def test_saved_pages(read_pages, two_pages):
    copies = two_pages.copies
    assert (copies.kind, copies.first, two_pages.judged_by) == ("full", "B", "the two alone")
    assert two_pages.stories.is_one_text
    assert (two_pages.a.role, two_pages.b.role) == ("syndicated", "original")
    assert "412 inhabitants" in two_pages.numbers
    own = ["".join(piece.text for piece in row.a if not piece.is_shared).strip() for row in copies.rows]
    assert own[0] == "late"
    other = explain_two(read_pages[0], read_pages[2], Settings())
    assert (other.copies.kind, other.stories.is_one_story) == ("none", False)
    assert other.copies.evidence == ()


def test_a_page_beside_an_article_of_the_lake(lake, pages):
    name = lake.read("SELECT article_id FROM current_memberships ORDER BY 1").to_pylist()[0]["article_id"]
    told = explain(pages / "first.html", name, "--lake", lake.folder)
    assert (told["b"]["article_id"], told["judged_by"]) == (name, "the two alone")


def test_the_page_can_run_nothing_and_shows_all_of_both_texts(pages, tmp_path):
    out = tmp_path / "why.html"
    assert run(pages / "copy.html", pages / "first.html", "--format", "html", "--out", out) == ""
    html = out.read_text(encoding="utf-8")
    assert "<b onclick" not in html
    assert "&lt;b onclick=alert(1)&gt;bold" in html
    assert re.search("[\x00-\x09\x0b-\x1f\u202e]", html) is None
    assert re.search(r"<script|javascript:x\"|href=\"(?!https?://|#)", html) is None
    assert "default-src 'none'" in html
    assert "<del>" in html
    assert "prefers-color-scheme: dark" in html
    assert all(text.split(".")[0][-40:] in html for text in BASE[1:])


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_no_page_steers_what_reads_the_text(two_pages, form):
    told = render_why_markdown(two_pages) if form == "markdown" else render_why_text(two_pages, 100, is_terminal=False)
    assert re.search("[\x00-\x09\x0b-\x1f\u202e]", told) is None
    assert "x" * 200 not in told
    assert "onclick" in told
    assert form == "text" or ("<b" not in told and "](" not in told)


@pytest.mark.parametrize("width", [1, 30, 71, 72, 100, 200])
def test_lines_fit_the_terminal(two_pages, width):
    lines = render_why_text(two_pages, width, is_terminal=False).splitlines()
    assert max(map(len, lines)) <= max(width, 20)
    coloured = render_why_text(two_pages, width, is_terminal=True)
    assert set(re.findall("\x1b[^m]*m", coloured)) == set(re.findall(r"\x1b\[[0-9;]*m", coloured))


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("nowhere", "elsewhere"), "'nowhere': no article of this lake has that id or address", 1),
        (("https://nowhere.example/", "\u202e"), "no article of this lake", 1),
        ((" ", "x"), "name two articles", 2),
        (("x",), "Missing argument 'B'", 2),
        (("SAME", "SAME"), "are the same article", 2),
        (("x", "y", "--format", "pdf"), "'pdf' is not one of", 2),
        (("tests", "README.md"), "each must be one page", 1),
    ],
)
def test_what_is_wrong_is_told_in_one_line(lake, arguments, words, code, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = lake.read("SELECT article_id FROM current_memberships ORDER BY 1").to_pylist()[0]["article_id"]
    given = [name if argument == "SAME" else argument for argument in arguments]
    with pytest.raises(SystemExit) as ended:
        main(["why", *given, "--lake", str(lake.folder)])
    out, told = capsys.readouterr()
    assert (ended.value.code, out) == (code, ""), told
    assert words in told
    assert "\u202e" not in told
    assert len(told.splitlines()) == 1
