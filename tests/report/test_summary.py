"""The night's numbers, its lines for the terminal, and its page."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyfold.outcomes import WrongUse
from storyfold.report import read_night_summary, render_page, render_summary_lines
from storyfold.report.formatting import fit_to_width
from storyfold.report.lake_terminal import render_lake_lines
from storyfold.schemas import Reject, StoryLink, StoryText

VOID = {"meta", "link", "img", "br", "hr", "input", "source"}


class Reader(HTMLParser):
    """All start tags with their attributes, the text of each code element, and whether every element closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.code: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "code" in self.open:
            self.code[-1] += data
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def summary(lake):
    return read_night_summary(lake, "night-2")


def test_numbers_of_the_night(summary):
    assert (summary.attempt, summary.status, summary.seconds) == (2, "landed", 90.0)
    assert (summary.pages_in, summary.kept, summary.rejected, summary.new_articles) == (8, 5, 3, 2)
    assert (summary.changed_articles, summary.moved_articles, summary.gone_articles) == (0, 0, 0)
    assert [(line.reason, line.pages) for line in summary.rejects] == [("not-an-article", 2), ("missing-input", 1)]
    assert [stage.stage for stage in summary.stages] == ["discover", "fetch", "parse", "copies"]
    assert [check.name for check in summary.failed_checks] == ["kept-parse"]
    assert summary.started_at.tzinfo is UTC


def test_stories_have_their_articles_and_who_was_first(summary):
    dam, bridge, lost = summary.stories
    assert [(m.outlet, m.first) for m in dam.members] == [("Vale Tribune", False), ("The Daily Lantern", True)]
    assert dam.maybe_earlier == 1
    assert [(m.outlet, m.role) for m in bridge.members] == [
        ("The Harrowmouth Courier", "original"),
        ("NewsGather247", "mirror"),
    ]
    assert lost.provisional
    assert not any(member.first for member in lost.members)
    followed = [(s.follows_headline, s.follows_published_at) for s in summary.stories]
    assert followed == [(bridge.headline, bridge.last_published_at), (None, None), (None, None)]


def test_a_story_names_the_digests_that_mention_it(build, rows, mention):
    dam, bridge, lost = read_night_summary(build(rows), "night-2").stories
    assert (dam.also_in, bridge.also_in, lost.also_in) == (("without a title",), (), ())
    others = [row for row in rows if not isinstance(row, StoryText | StoryLink)]
    found = read_night_summary(build([*others, *mention("bridge", "dam", 0.5)]), "night-2").stories
    assert found[0].also_in == ("Bridge, second version, The Harrowmouth Courier", "Title of mirror, NewsGather247")


def test_copies_name_original_share_and_evidence(summary):
    found = {line.article.outlet: line for line in summary.copies}
    gather, unknown = found["NewsGather247"], found[None]
    assert gather.original is not None
    assert gather.original.outlet == "The Harrowmouth Courier"
    assert (gather.share, gather.evidence) == (0.93, ("the other is dated earlier",))
    assert (unknown.original, unknown.share) == (None, None)


def test_only_this_runs_doubts_are_listed(lake):
    assert [line.article.outlet for line in read_night_summary(lake, "night-1").doubts] == ["NewsGather247"]
    assert [line.date_confidence for line in read_night_summary(lake, "night-2").doubts] == ["none"]


def test_an_unknown_run_is_wrong_use(lake):
    with pytest.raises(WrongUse, match="night-9"):
        read_night_summary(lake, "night-9")


def test_the_same_lake_gives_the_same_page(build, rows):
    pages = {render_page(read_night_summary(build(order), "night-2")) for order in (rows, rows[::-1])}
    assert len(pages) == 1


def test_queries_on_the_page_give_its_numbers(lake, summary):
    queries = [code for code in read(render_page(summary)).code if code.startswith("-- ")]
    assert queries == [summary.queries[name] for name in _in_page_order()]
    answers = {name: lake.execute(summary.queries[name]).to_arrow_table().to_pylist() for name in summary.queries}
    night = answers["night"][0]
    assert (night["pages_in"], night["kept"], night["rejected"]) == (8, 5, 3)
    assert sum(row["pages"] for row in answers["rejects"]) == 3
    assert answers["stories"][0]["total"] == summary.stories_total == 3
    assert answers["copies"][0]["total"] == summary.copies_total == 2


def _in_page_order():
    return ("night", "stories", "story_articles", "copies", "doubted_dates", "rejects", "sources", "stages", "checks")


def test_a_run_id_with_a_quote_stays_a_text(build, rows):
    hostile = "x' OR '1'='1"
    renamed = [replace(row, run_id=hostile) if getattr(row, "run_id", "") == "night-2" else row for row in rows]
    connection = build(renamed)
    summary = read_night_summary(connection, hostile)
    assert connection.execute(summary.queries["rejects"]).to_arrow_table().num_rows == len(summary.rejects) == 2


def test_the_page_allows_its_style_and_nothing_else(summary):
    page = render_page(summary)
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] for t, a in read(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_has_one_title_and_headings_in_order(summary):
    tags = [tag for tag, _ in read(render_page(summary)).tags]
    assert tags.count("h1") == tags.count("title") == tags.count("main") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [a["id"] for _, a in read(render_page(summary)).tags if "id" in a]
    assert len(ids) == len(set(ids))
    pointed = {a["href"][1:] for _, a in read(render_page(summary)).tags if a.get("href", "").startswith("#")}
    assert pointed <= set(ids)


def test_an_empty_night_has_a_page_and_lines(build, rows):
    quiet = [row for row in rows if getattr(row, "run_id", "") == "night-3" and type(row).__name__ == "Run"]
    summary = read_night_summary(build(quiet), "night-3")
    assert "No story was made or changed." in render_page(summary)
    assert 2 <= len(render_summary_lines(summary)) <= 4


def test_a_long_night_stays_a_page(build, rows):
    many = [
        Reject(
            reject_id=str(n),
            run_id="night-2",
            seen_date=datetime(2026, 3, 4, tzinfo=UTC).date(),
            stage="parse",
            source_id="demo",
            reason="too-short",
            location=f"page-{n:06}",
            first_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
        )
        for n in range(3000)
    ]
    summary = read_night_summary(build([*rows, *many]), "night-2")
    line = next(line for line in summary.rejects if line.reason == "too-short")
    assert (line.pages, [page.location for page in line.shown]) == (3000, [f"page-{n:06}" for n in range(5)])
    assert len(render_page(summary)) < 60_000


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><script>",
    "{{ 7 * 7 }}{% raw %}",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egnp.exe\u2066",
    "x\x00y\x85z\ud800",
    "a" * 5_000,
)
text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.none())
address = st.one_of(
    st.sampled_from(
        [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " data:text/html,<script>",
            "https://ok.example/a?b=1&c='\"<",
            "http://[::1",
            "//no.example/",
            'https://x.example/" onmouseover="alert(1)',
        ]
    ),
    st.text(max_size=30),
    st.none(),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=text, outlet=text, url=address, reason=text)
def test_hostile_text_stays_text(summary, title, outlet, url, reason):
    named = {"title": title, "outlet": outlet, "url": url}
    story = summary.stories[0]
    copy, doubt, line = summary.copies[0], summary.doubts[0], summary.rejects[0]
    hostile = replace(
        summary,
        detail=reason or "",
        stories=tuple(
            replace(story, headline=title, keywords=(reason or "",), members=(replace(m, **named),))
            for m in story.members
        ),
        copies=(replace(copy, article=replace(copy.article, **named), evidence=(reason or "",)),),
        doubts=(replace(doubt, article=replace(doubt.article, **named), date_reason=reason or ""),),
        rejects=(replace(line, shown=(replace(line.shown[0], title=title, url=url, detail=reason or ""),)),),
    )
    page = render_page(hostile)
    page.encode("utf-8")
    reader = read(page)
    assert {tag for tag, _ in reader.tags} <= set(ALLOWED)
    for tag, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")]
        if "href" in attributes:
            assert tag == "a"
            assert re.match(r"(?:#\w+$|\s*https?://)", attributes["href"], re.I)
            assert attributes["href"].startswith("#") or attributes["rel"] == "noopener noreferrer"
    lines = render_summary_lines(hostile)
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 120
    assert not {unicodedata.category(c) for line in lines for c in line} & {"Cc", "Cs"}
    assert "\u202e" not in page + "".join(lines)


ALLOWED = (
    "html head meta title style body a header main footer section article p h1 h2 h3 time strong span dl div dt dd svg "
    "rect line circle text nav details summary pre code ol ul li bdi s abbr table thead tbody tr th td"
).split()


def test_what_archives_held_beside_pages_is_told(build, rows):
    detail = "40 records: 30 image/png, 10 request"
    told = next(row for row in rows if isinstance(row, Reject))
    told = replace(told, reject_id="crawl", reason="passed-records", location="in/crawl.warc.gz", detail=detail)
    lines = render_summary_lines(read_night_summary(build([*rows, told]), "night-2"))
    assert f"  Passed over: {detail} in crawl.warc.gz" in lines


def test_lines_tell_the_night(summary):
    lines = render_summary_lines(summary)
    assert lines[0] == "Night of 2026-03-04: landed after 1 min 30 s (run night-2)"
    assert "8 pages in = 5 kept + 3 rejected" in lines[1]
    assert "2 new articles, 0 changed, 0 moved, 0 gone;" in lines[2]
    assert any(
        "not known which was first: The Daily Lantern" in line and "1 other may be earlier" in line for line in lines
    )
    assert any("NewsGather247 (mirror)" in line for line in lines)


def test_a_page_from_a_file_is_linked_by_the_address_it_names(build, rows):
    rows = [
        replace(row, url=None, url_is_claim=None, canonical_url=f"https://named.example/{row.article_id}")
        if hasattr(row, "dateline")
        else row
        for row in rows
    ]
    summary = read_night_summary(build(rows), "night-2")
    assert {m.url for m in summary.stories[0].members} == {"https://named.example/dam", "https://named.example/dam-two"}
    assert "https://named.example/bridge" in {line.original.url for line in summary.copies if line.original}
    assert 'href="https://named.example/mirror"' in render_page(summary)


def doubted(summary, count):
    line = summary.doubts[0]
    return replace(summary, doubts_total=count, doubts=tuple(line for _ in range(min(count, 40))))


@pytest.mark.parametrize("count", [1, 3, 4, 5, 40, 1_234])
def test_the_number_of_doubted_dates_and_the_lines_agree(summary, count):
    lines = render_summary_lines(doubted(summary, count))
    start = lines.index(f"Dates doubted or unknown: {count:,}")
    told = lines[start + 1 :]
    left = int(told.pop().split()[1].replace(",", "")) if told[-1].endswith(" more") else 0
    assert len(told) + left == count
    assert len(lines) <= 30


def test_a_reason_stands_once_with_its_stages(build, rows):
    wanted = (("discover", 2), ("fetch", 3), ("parse", 1))
    many = [
        Reject(
            reject_id=f"{stage}{n}",
            run_id="night-2",
            seen_date=datetime(2026, 3, 4, tzinfo=UTC).date(),
            stage=stage,
            source_id="demo",
            reason="too-large",
            location=f"{stage}-{n}",
            first_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
        )
        for stage, count in wanted
        for n in range(count)
    ]
    connection = build([*rows, *many])
    summary = read_night_summary(connection, "night-2")
    assert [line.reason for line in summary.rejects].count("too-large") == 1
    told = " ".join(line for line in render_summary_lines(summary))
    assert told.count("too-large") == 1
    assert "too-large 6 (fetch 3, discover 2, parse 1)" in told
    assert "not-an-article 2 (parse)" in told
    page = render_page(summary)
    assert page.count("<code>too-large</code>") == 1
    assert "in fetch 3, discover 2, parse 1." in page
    assert "and 1 more" in page  # five of the six are shown
    lake = " ".join(render_lake_lines(connection))
    assert lake.count("too-large") == 1
    assert "too-large 6 (fetch 3, discover 2, parse 1)" in lake


@given(names=st.lists(st.text("abcdefgh-", min_size=1, max_size=30), max_size=40), most=st.integers(1, 4))
def test_what_does_not_fit_is_counted(names, most):
    lines = fit_to_width("Rejected:", names, 120, most)
    assert len(lines) <= most
    assert max(map(len, lines)) <= 120
    words = " ".join(lines).removeprefix("Rejected:").split()
    left = int(words[-2]) if words[-1:] == ["more"] else 0
    assert (
        words[: len(names) - left]
        == [n + ("," if k < len(names) - 1 else "") for k, n in enumerate(names)][: len(names) - left]
    )
