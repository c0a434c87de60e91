"""Plain-text dumps: invented pages with what must be read from them, the two real seeds, and hostile texts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most, shared_place

from storyfold.credits.bylines import find_agency, find_dateline, read_credit
from storyfold.dates.weigh import weigh_claims
from storyfold.parse.plaintext.article_runs import keep_below_headline, keep_one_subject
from storyfold.parse.plaintext.body_lines import find_best_runs
from storyfold.parse.plaintext.clean_text import mend_encoding
from storyfold.parse.plaintext.head import remove_path
from storyfold.parse.plaintext.line_features import NAMES, count_since, measure_features, shift_values, sum_window
from storyfold.parse.plaintext.line_model import load_line_model
from storyfold.parse.plaintext.lines import read_lines, unwrap_lines
from storyfold.parse.plaintext.printed_dates import find_date_claims
from storyfold.parse.plaintext_page import parse_plaintext
from storyfold.schemas.pages import Page
from storyfold.text.languages import detect_language

ROOT = Path(__file__).resolve().parents[3]
DUMPS = sorted((ROOT / "tests" / "golden" / "dumps").glob("*.txt"))
SEEN = datetime(2026, 11, 21, tzinfo=UTC)


def make_page(name="dump.txt", zone=None, url=None):
    return Page(
        item_id="i", source_id="s", zone=zone, url=url, location=name, name=name, seen_at=SEEN,
        bytes=0, content_sha256="", warc_file="", warc_offset=0,
    )  # fmt: skip


def read(text, **page):
    found = parse_plaintext(text, make_page(**page))
    agency = find_agency(found.credits, found.body)
    return found, agency, weigh_claims(found.date_claims, text=found.body, agency=agency, seen_at=SEEN)


@pytest.mark.parametrize("path", DUMPS, ids=lambda p: p.stem)
def test_golden_dump(path):
    want = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    found, agency, dating = read(path.read_text(encoding="utf-8"), zone=want.get("zone"))
    paragraphs = found.body.split("\n\n") if found.body else []
    assert len(paragraphs) == want["paragraphs"], found.body
    assert found.body.startswith(want["first"])
    assert found.body.endswith(want["last"])
    assert [words for words in want["absent"] if words in found.body] == []
    assert found.title == want["title"]
    assert (found.kind, detect_language(found.body), agency) == (want["kind"], want["language"], want["agency"])
    for name in ("outlet", "section", "canonical_url"):
        if name in want:
            assert getattr(found, name) == want[name]
    if "authors" in want:
        assert list(read_credit(found.credits)[0]) == want["authors"]
    if "tags" in want:
        assert list(found.tags) == want["tags"]
    if "dateline" in want:
        assert find_dateline(found.body) == want["dateline"]
    if "modified" in want:
        assert dating.modified_at.isoformat() == want["modified"]
    published = dating.published_at.isoformat() if dating.published_at else None
    assert (published or "").startswith(want["published"] or "")
    assert bool(published) == bool(want["published"])
    assert (dating.precision, dating.confidence) == (want["precision"], want["confidence"])
    if "not_before" in want:
        assert dating.not_before.date().isoformat() == want["not_before"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Morning briefing: goats, bees and a bridge", "digest"), ("Goat on roof of church – live updates", "live")],
)
def test_the_title_tells_a_digest_or_a_live_page(title, kind):
    dump = next(path for path in DUMPS if path.stem == "wire_mirror")
    former = json.loads(dump.with_suffix(".json").read_text(encoding="utf-8"))["title"]
    found, _, _ = read(dump.read_text(encoding="utf-8").replace(former, title))
    assert (found.title, found.kind) == (title, kind)


def test_enough_golden_dumps():
    assert len(DUMPS) >= 8


def read_seed(start):
    (file,) = shared_place("data", "seeds").glob(f"{start}*.txt")
    return read(file.read_text(encoding="utf-8"))


def test_seed_from_a_wire_mirror():
    found, agency, dating = read_seed("000")
    assert found.title == "China’s Xi welcomes President Alexander Lukashenko of Belarus to Beijing"
    assert found.body.startswith("BEIJING (AP)")
    assert found.body.endswith("according to the study.")
    assert len(found.body.split("\n\n")) == 7
    assert agency == "AP"
    assert dating.published_at.date().isoformat() == "2025-04-14"
    assert (dating.precision, dating.confidence) == ("day", "low")
    assert "no year in the text lies within 180 days" in dating.reason
    assert dating.not_before == datetime(2022, 2, 24, tzinfo=UTC)


def test_seed_with_a_doubled_byline():
    found, agency, dating = read_seed("003")
    assert found.title == "Lukashenko to visit China as US worries about Beijing assisting Russia in war"
    assert read_credit(found.credits)[0] == ("Jared Gans",)
    assert [claim.where for claim in found.date_claims] == ["byline"]
    assert dating.published_at == datetime(2023, 2, 25, 20, 30, tzinfo=UTC)
    assert found.body.startswith("Belarusian President Alexander Lukashenko plans to visit China next week")
    assert found.body.endswith("is somewhat open to considering the proposal.")
    assert len(found.body.split("\n\n")) == 8
    assert "Associated Press" not in found.body
    assert agency is None


def test_address_of_the_page_gives_a_date():
    found, _, dating = read("word " * 3, url="https://www.example.org/2021/03/09/a-story")
    assert [claim.where for claim in found.date_claims] == ["url"]
    assert dating.published_at == datetime(2021, 3, 9, tzinfo=UTC)


def test_paywall_below_the_text_marks_it_truncated():
    text = (ROOT / "tests" / "golden" / "dumps" / "spanish.txt").read_text(encoding="utf-8")
    assert not read(text)[0].truncated
    cut = text.replace("Archivado en", "Contenido para suscriptores. Sign in to continue reading this article.")
    assert read(cut)[0].truncated


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("itâ€™s", "it’s"),
        ("SchÃ¼ler", "Schüler"),
        ("EspaÃ±a", "España"),
        ("Ã§a va, à la carte, naïve", "ça va, à la carte, naïve"),
        ("Â£5", "£5"),
        ("â€œHoldâ€, she said", "“Hold”, she said"),
        ("plain", "plain"),
    ],
)
def test_mend(broken, whole):
    assert mend_encoding(broken) == whole


def test_unwrap_joins_only_wrapped_paragraphs():
    words = "the council of the town voted for the bridge and then went home ".split() * 12
    wrapped, line = [], ""
    for word in words:
        if len(line) + len(word) + 1 > 72:
            wrapped.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    wrapped.append(line)
    assert unwrap_lines(wrapped) == [" ".join(words)]
    apart = [" ".join(words[:n]) + "." for n in (60, 40, 50, 30, 70, 90)]
    assert unwrap_lines(apart) == apart


@pytest.mark.parametrize("text", ["", "one line", "a line\nanother line of text.\n\n- third"])
def test_features_have_a_name_each(text):
    lines = read_lines(text)
    rows = measure_features(lines)
    assert rows.shape == (len(lines), len(NAMES))
    assert np.isfinite(rows).all()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 15))
def test_windows_sum_and_shift_the_lines_around(numbers, size):
    values = np.array(numbers, dtype=np.float32)
    assert sum_window(values, size).tolist() == [sum(numbers[i + 1 : i + 1 + size]) for i in range(len(numbers))]
    assert sum_window(values, -size).tolist() == [sum(numbers[max(0, i - size) : i]) for i in range(len(numbers))]
    assert shift_values(values, size).tolist() == (numbers[size:] + [0] * size)[: len(numbers)]
    assert shift_values(values, -size).tolist() == ([0] * size + numbers)[: len(numbers)]


def test_since_counts_lines_from_the_last_mark_above():
    assert count_since(np.array([False, True, False, False, True, False])).tolist() == [50, 50, 1, 2, 3, 1]


PARAGRAPHS = [
    "The council of Fenwick voted on Monday for a new bridge over the river, after ten years of talks about its cost.",
    "Mayor Anna Holt said that the bridge would open in May and that the old one would then be closed to cars.",
    "Two members of the council voted against it, because the bridge costs more than the town has saved so far.",
]


def dated(text, title_at=0, body_from=None):
    lines = read_lines(text)
    body = [i for i, line in enumerate(lines) if line.text in PARAGRAPHS]
    return [(claim.where, claim.value.date().isoformat()) for claim in find_date_claims(lines, body, title_at, None)]


@pytest.mark.parametrize(
    ("head", "claims"),
    [
        (["Posted: May 3, 2021"], [("visible", "2021-05-03")]),
        (
            ["Updated May 4, 2021", "Published May 3, 2021"],
            [("visible", "2021-05-03"), ("modified-visible", "2021-05-04")],
        ),
        (["By Jo HartMay 3, 20210 1747"], [("byline", "2021-05-03")]),
        (["3 May 2021", "Audio 03:07 | 1 May 2021"], [("visible", "2021-05-03")]),
        (["Updated on May 4, 2021"], [("visible", "2021-05-04"), ("modified-visible", "2021-05-04")]),
        (["A view of the old bridge at Fenwick, which was built by the people of the town on May 1, 1921"], []),
    ],
)  # fmt: skip
def test_dates_at_the_head(head, claims):
    assert dated("\n".join(["Bridge for Fenwick", *head, *PARAGRAPHS])) == claims


def test_a_date_below_the_teaser_is_the_pages_and_a_sidebars_is_not():
    teaser, *rest = PARAGRAPHS
    assert dated("\n".join(["Bridge for Fenwick", teaser, "3 May 2021", *rest])) == [("visible", "2021-05-03")]
    far = ["Bridge for Fenwick", *PARAGRAPHS, *["More news"] * 3, "Market opens again", "1 May 2021"]
    assert dated("\n".join(far)) == []
    assert dated("\n".join([*far[:4], "Published: 3 May 2021", *far[4:]])) == [("visible", "2021-05-03")]


def test_headline_is_taken_without_the_section_before_it():
    title = "Bridge for Fenwick to open in May"
    head = [f"Local News {title}", title, "By Jo Hart", "3 May 2021"]
    assert read("\n".join([*head, "", *PARAGRAPHS]))[0].title == title
    assert read("\n".join([*head[:1], *head[2:], "", *PARAGRAPHS]))[0].title == head[0]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("You are here: Home » Local News » Bridge for Fenwick", "Bridge for Fenwick"),
        ("Home › Bridge for Fenwick opens at last", "Bridge for Fenwick opens at last"),
        ("Mayor calls the bridge »too dear« for Fenwick", "Mayor calls the bridge »too dear« for Fenwick"),
        ("Bridge for Fenwick opens » News", "Bridge for Fenwick opens » News"),
    ],
)
def test_the_path_to_the_page_is_no_part_of_its_headline(line, title):
    assert remove_path(line) == title


def test_runs_about_something_else_are_left_out():
    other = ["Die Katze sitzt gern am Fenster und sieht den Vögeln im Garten zu."]
    lines = read_lines("\n".join([*PARAGRAPHS, *["Menu"] * 20, *other]))
    body = [0, 1, 2, len(lines) - 1]
    weights = load_line_model().title
    assert keep_one_subject(lines, keep_below_headline(lines, body, weights)) == [0, 1, 2]
    assert keep_one_subject(lines, keep_below_headline(lines, [0, 1, 2], weights)) == [0, 1, 2]


def test_comments_of_readers_end_the_text():
    said = "I think that the bridge is far too dear, and that the town should have asked all of us before it voted."
    thread = [
        line for n in range(4) for line in (f"Reader {n} on May 3, 2021 at 4:{n}0 pm said:", f"{said} {n}", "Reply")
    ]
    found, _, _ = read("\n".join(["Bridge for Fenwick", "By Jo Hart", "May 3, 2021", "", *PARAGRAPHS, *thread]))
    assert found.body == "\n\n".join(PARAGRAPHS)


def brute_force(scores, cost):
    best = 0.0
    for mask in range(1 << len(scores)):
        chosen = [i for i in range(len(scores)) if mask >> i & 1]
        runs = sum(1 for i in chosen if i - 1 not in chosen)
        best = max(best, sum(scores[i] for i in chosen) - cost * max(0, runs - 1))
    return best


@given(st.lists(st.integers(-9, 9), max_size=9), st.integers(0, 12))
def test_best_runs_is_the_best(scores, cost):
    chosen = find_best_runs([float(s) for s in scores], float(cost))
    runs = sum(1 for i in chosen if i - 1 not in chosen)
    assert sum(scores[i] for i in chosen) - cost * max(0, runs - 1) == brute_force(scores, cost)


@given(st.text(max_size=400))
def test_any_text_is_read_and_always_the_same(text):
    first = parse_plaintext(text, make_page())
    assert first == parse_plaintext(text, make_page())
    assert (first.kind == "list") == (not first.body)


@given(
    st.lists(
        st.sampled_from(
            [
                "By A. Writer",
                "",
                "3 May 2021",
                "Home",
                "The council met and it voted for the bridge.",
                "- Home",
                "Tags A, B",
            ]
        ),
        max_size=30,
    )
)
def test_body_lines_come_from_the_page_in_order(lines):
    body = parse_plaintext("\n".join(lines), make_page()).body
    text, position = " ".join(lines), 0  # lines of one width are a paragraph that was wrapped
    for paragraph in body.split("\n\n") if body else []:
        position = text.index(paragraph, position) + len(paragraph)
        assert paragraph


ARTICLE = "The council of the town voted on Monday for the new bridge, which is to open in May. "


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE * 12_000,
        (ARTICLE + "\n") * 12_000,
        (ARTICLE * 2 + "\n") * 50_000,
        "\n".join(ARTICLE.replace("bridge", str(n)) for n in range(12_000)),
        "x\n" * 500_000,
        "a" * 1_000_000,
        " " * 1_000_000 + "(" * 100_000,
        "1/" * 500_000,
        "By " * 300_000,
        "â€™" * 300_000,
        "Reporting by " * 80_000,
        "Tags " + "A b " * 250_000,
        "WARC/1.0\n" + "A: b\n" * 200_000,
        "\0\ud800" * 100_000,
    ],
    ids=[
        "1 line",
        "lines",
        "same",
        "other",
        "short",
        "word",
        "space",
        "slashes",
        "by",
        "twice",
        "reporting",
        "tags",
        "warc",
        "odd",
    ],
)
def test_hostile_text_costs_little(text):
    with costs_at_most(8):  # measured: under 2.5 s each; one that backtracks takes minutes
        found = parse_plaintext(text, make_page())
        find_agency(found.credits, found.body)
        find_dateline(found.body)
