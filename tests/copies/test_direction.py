"""Direction between two articles, the original of a family, and the roles of the others."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from copies.copies_support import SEEN, choose_original, fold, fold_file, make_article, what
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.copy_documents import Event
from storyfold.copies.date_doubts import find_named_publisher
from storyfold.copies.direction import (
    DATE_GAPS,
    HIGH,
    LEAST_WEIGHT,
    MEDIUM,
    WEIGHTS,
    Extra,
    Finding,
    find_direction,
    get_published_span,
    sum_findings,
    weigh_findings,
)
from storyfold.credits.agency_outlets import credits_other, is_agency_itself
from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article, Byline
from storyfold.settings.copies import CopySettings

TEXT = "\n\n".join(Event(random.Random(1)).paragraphs(300))
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
NO_EXTRA = Extra(0, 0, 0)
PARTS = sorted({part for _, part in DATE_GAPS})


def dated(name: str, hours: float, confidence: str = "high", **given: object) -> Article:
    return make_article(
        name,
        str(given.pop("body", TEXT)),
        outlet=given.pop("outlet", f"Paper {name.upper()}"),
        published_at=DAY + timedelta(hours=hours),
        published_precision=given.pop("precision", "second"),
        date_confidence=confidence,
        **given,
    )


@pytest.mark.parametrize(
    ("article", "agency", "own"),
    [
        (make_article("a", "", outlet="The Associated Press"), "AP", True),
        (make_article("a", "", url="https://www.reuters.com/x"), "Reuters", True),
        (make_article("a", "", url="https://english.kyodonews.net/x"), "Kyodo", True),
        (make_article("a", "", url="https://reuters.blogspot.com/x"), "Reuters", False),
        (make_article("a", "", outlet="AFP"), "AFP/dpa", True),
        (make_article("a", "", outlet="Paper"), "AP", False),
        (make_article("a", ""), "AP", False),
        (make_article("a", "", outlet="Nameless Wire"), "Nameless Wire", True),
    ],
)
def test_an_agencys_own_page_is_known(article: Article, agency: str, own: bool) -> None:
    assert is_agency_itself(article, agency) is own
    assert credits_other(make_article("a", "", outlet=article.outlet, url=article.url, agency=agency)) is not own


@pytest.mark.parametrize(
    ("own", "named", "other", "told"),
    [
        ("https://edition.a.example/1", "https://www.a.example/1", "https://www.a.example/1", None),
        ("https://a.example/1", "https://www.b.example/1", "https://edition.b.example/1", "b.example"),
        ("https://a.github.io/1", "https://b.github.io/1", "https://b.github.io/1", "b.github.io"),
        ("https://a.co.uk/1", "https://b.co.uk/1", "https://c.co.uk/1", None),
        ("http://10.0.0.1:8000/1", "http://10.0.0.1:8001/1", "http://10.0.0.1:8001/1", "10.0.0.1:8001"),
    ],
)
def test_another_publisher_is_named_as_the_original_and_an_own_subdomain_is_not(
    own: str, named: str, other: str, told: str | None
) -> None:
    assert (
        find_named_publisher(make_article("a", "", url=own, canonical_url=named), make_article("b", "", url=other))
        == told
    )


@pytest.mark.parametrize(
    ("first", "second", "confidence", "words"),
    [
        (dated("a", 5, agency="AP"), dated("b", 0, agency="AP", outlet="AP"), "high", "is the agency credited, AP"),
        (dated("a", 5), dated("b", 0, outlet="Reuters"), "high", "Reuters is a news agency"),
        (
            dated("a", 0, url="https://a.example/1", canonical_url="https://b.example/1"),
            dated("b", 5, url="https://b.example/1"),
            "medium",  # the dates say otherwise, and they are confident
            "names an address at b.example as the original",
        ),
        (dated("a", 0, "none", authors=("Paper B staff",)), dated("b", 0), "high", "names Paper B"),
        (dated("a", 0, "none", body=f"{TEXT} First in Paper B."), dated("b", 0), "medium", "names Paper B"),
        (dated("a", 3), dated("b", 0), "medium", "published 2026-03-02 12:00 UTC, before"),
        (dated("a", 0.5), dated("b", 0), "low", "published 2026-03-02 12:00 UTC, before"),
        (dated("a", 9_000), dated("b", 0), "low", "published 2026-03-02 12:00 UTC, before"),
        (dated("a", 48, "medium", precision="day"), dated("b", 0), "medium", "published"),
        (dated("a", 0, "low"), dated("b", 9, first_seen_at=SEEN - timedelta(days=1)), "low", "was seen first, on 2026"),
        (dated("a", 0, "none"), dated("b", 0, "none", agency="AP"), "low", "credits AP"),
    ],
)  # fmt: skip
def test_each_piece_of_evidence_decides_and_is_named(
    first: Article, second: Article, confidence: str, words: str
) -> None:
    found = find_direction(first, second, NO_EXTRA, first_is_longer=False)
    assert found.first_copied
    assert found.confidence == confidence
    assert words in found.evidence[0]
    turned = find_direction(second, first, NO_EXTRA, first_is_longer=False)
    assert (turned.first_copied, turned.confidence, turned.evidence) == (False, found.confidence, found.evidence)


def test_what_is_cut_at_the_end_was_cut_and_what_is_added_before_was_added() -> None:
    first, second = dated("a", 0, "low"), dated("b", 0, "low")
    assert find_direction(first, second, Extra(0, 0, 90), first_is_longer=False).first_copied
    assert not find_direction(first, second, Extra(90, 5, 0), first_is_longer=False).first_copied
    assert find_direction(first, second, Extra(90, 5, 0), first_is_longer=True).first_copied


def test_evidence_to_the_contrary_is_named_and_lowers_the_confidence() -> None:
    early, late = dated("a", 0), dated("b", 9)
    early_but_linked = dated("a", 0, url="https://a.example/1", canonical_url="https://b.example/1")
    linked = find_direction(early_but_linked, dated("b", 9, url="https://b.example/2"), NO_EXTRA, first_is_longer=False)
    assert linked.confidence == "medium"
    assert any(words.startswith("but ") for words in linked.evidence)
    # dates alone are never high: one of them may be false
    assert find_direction(early, late, NO_EXTRA, first_is_longer=False).confidence == "medium"


@settings(max_examples=40)
@given(st.permutations(range(6)), st.data())
def test_the_original_does_not_depend_on_the_order(order: list[int], data: st.DataObject) -> None:
    draw = data.draw
    articles = [
        dated(
            name,
            draw(st.integers(0, 3)),
            draw(st.sampled_from(["high", "low", "none"])),
            agency=draw(st.sampled_from([None, "AP", "Reuters"])),
            outlet=draw(st.sampled_from(["AP", "Reuters", "Paper"])),
            first_seen_at=SEEN + timedelta(hours=draw(st.integers(0, 1))),
        )
        for name in "abcdef"
    ]
    chosen = choose_original(articles)
    assert chosen == choose_original([articles[place] for place in order])
    assert chosen is None or not credits_other(chosen)
    assert chosen is not None or any(credits_other(a) for a in articles)


def test_three_papers_that_print_an_agency_text_have_no_original_among_them() -> None:
    papers = [dated(name, hours, agency="AP", first_seen_at=SEEN + timedelta(hours=hours)) for name, hours in
              (("c", 1), ("a", 2), ("b", 3))]  # fmt: skip
    places = what(fold_file(papers, CopySettings()))
    assert places == {
        "a": ("a", "syndicated", None, True),  # by id: the order of fetching in a night says nothing
        "b": ("a", "syndicated", None, False),
        "c": ("a", "syndicated", None, False),
    }


def test_the_agencys_own_page_is_the_original_wherever_it_turns_up() -> None:
    papers = [dated("a", 1, agency="AP"), dated("b", 2, agency="AP")]
    places = what(fold_file([*papers, dated("z", 9, agency="AP", outlet="AP News")], CopySettings()))
    assert places["z"] == ("a", "original", "z", True)
    assert places["a"] == ("a", "syndicated", "z", False)


def test_a_mirror_is_a_full_copy_with_no_credit_and_a_doubted_or_later_date() -> None:
    original = dated("a", 0, authors=("Jo Example",))
    others = [
        dated("b", 400), dated("c", -400, "low"), dated("d", 3), dated("e", 400, authors=("Jo Example",)),
        dated("f", 400, bylines=(Byline(name="AP", kind="agency"),)),
    ]  # fmt: skip
    roles = {name: place[1] for name, place in what(fold_file([original, *others], CopySettings())).items()}
    assert roles == {
        "a": "original", "b": "mirror", "c": "mirror", "d": "syndicated", "e": "syndicated", "f": "syndicated"
    }  # fmt: skip


def test_an_agency_text_on_a_mirror_with_a_doubted_date_is_not_its_own() -> None:
    places = what(fold_file([dated("m", 0, "low", agency="AP"), dated("p", 50, agency="AP")], CopySettings()))
    assert places["m"][1:] == ("mirror", None, True)  # seen first; nobody is AP
    assert places["p"][1:] == ("syndicated", None, False)


def test_the_copies_rows_run_from_the_copier_to_its_source() -> None:
    copies = fold([dated("a", 9), dated("b", 0)], CopySettings()).copies
    assert [(c.article_id, c.of_article_id, c.kind, c.direction_confidence) for c in copies] == [
        ("a", "b", "full", "medium")
    ]
    assert copies[0].run_id == ""
    assert "before" in copies[0].evidence[0]


def test_a_time_wins_its_day_against_a_day_alone_whoever_was_seen_first():
    exact = dated("exact", 0, precision="minute", first_seen_at=SEEN + timedelta(milliseconds=5))
    vague = dated("vague", 0, precision="day", first_seen_at=SEEN)
    assert choose_original([exact, vague]) is exact
    assert choose_original([vague, exact]) is exact


def test_the_order_of_fetching_is_no_evidence() -> None:
    """One text at two outlets in the same minute: who answered first in a night says nothing, whoever it was."""
    found = []
    for hours in (0, 3):
        one = dated("a", 5, outlet="Paper One", first_seen_at=SEEN + timedelta(hours=hours))
        two = dated("b", 5, outlet="Paper Two", first_seen_at=SEEN + timedelta(hours=3 - hours))
        told = find_direction(one, two, Extra(0, 0, 0), first_is_longer=False)
        assert (told.confidence, told.evidence) == ("unknown", ("nothing tells which of the two was first",))
        found.append(
            (told.first_copied, [(p.original_article_id, p.original_confidence) for p in places_of_two(one, two)])
        )
    assert found[0] == found[1] == (False, [("a", None), ("a", "unknown")])


def test_an_embargoed_text_makes_no_copier_and_a_dated_copy_is_one() -> None:
    given = [dated(name, 5, outlet=f"Paper {name}") for name in "abc"]
    later = dated("d", 30, outlet="Paper d")
    sure = {p.article_id: p.original_confidence for p in fold_file([*given, later], CopySettings())}
    assert sure == {"a": None, "b": "unknown", "c": "unknown", "d": "medium"}


def test_who_credits_an_agency_whose_page_is_unseen_surely_took_its_text() -> None:
    papers = [dated("a", 1, agency="AP"), dated("b", 2, agency="AP"), dated("c", 9)]
    sure = {p.article_id: (p.original_article_id, p.original_confidence) for p in fold_file(papers, CopySettings())}
    assert sure == {"a": (None, "high"), "b": (None, "high"), "c": (None, "medium")}


def places_of_two(one: Article, two: Article) -> list[FamilyMember]:
    return fold_file([one, two], CopySettings())


@pytest.mark.parametrize(
    ("zone", "published", "start"),
    [
        (None, datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)),
        (None, datetime(2026, 3, 4, 15, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)),  # midnight, +09:00
        ("Asia/Tokyo", datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 4, 15, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, 5, tzinfo=UTC)),
    ],
)
def test_a_day_alone_is_the_day_that_its_paper_prints(zone: str | None, published: datetime, start: datetime) -> None:
    article = make_article(
        "a", TEXT, zone=zone, published_at=published, published_day=date(2026, 3, 5), published_precision="day",
        date_confidence="high",
    )  # fmt: skip
    assert get_published_span(article) == (start, start + timedelta(days=1))


def test_the_agencys_own_page_is_not_told_to_lack_a_credit() -> None:
    copy, own = dated("a", 5, agency="Nameless Wire"), dated("b", 0, outlet="Nameless Wire")
    found = find_direction(copy, own, NO_EXTRA, first_is_longer=False)
    assert (found.first_copied, found.confidence) == (True, "high")
    assert not any("credits nobody" in words for words in found.evidence)


def test_what_two_say_of_each_other_says_nothing_of_either() -> None:
    """Two pages that name each other as canonical, and two agencies that credit each other, in either order."""
    one, two = (
        dated(n, 0, url=f"https://{n}.example/1", canonical_url=f"https://{o}.example/1") for n, o in ("ab", "ba")
    )
    wires = dated("a", 0, outlet="One Wire", agency="Two Wire"), dated("b", 0, outlet="Two Wire", agency="One Wire")
    for pair in ((one, two), wires):
        for order in (pair, pair[::-1]):
            found = find_direction(*order, NO_EXTRA, first_is_longer=False)
            assert found.confidence == "unknown"
            assert find_original(list(order)) in ("a", None)


@given(st.lists(st.tuples(st.sampled_from(sorted(WEIGHTS)), st.sampled_from(PARTS), st.booleans()), max_size=6))
def test_a_sum_is_told_as_it_is_compared(pieces: list[tuple[str, float, bool]]) -> None:
    findings = [Finding(name, copied, round(WEIGHTS[name] * part, 2), str) for name, part, copied in pieces]
    total = abs(sum_findings(findings))
    confidence = weigh_findings(findings, dated("a", 0), dated("b", 0), in_words=False).confidence
    names = ((HIGH, "high"), (MEDIUM, "medium"), (LEAST_WEIGHT, "low"), (0.0, "unknown"))
    assert confidence == next(name for least, name in names if float(f"{total:g}") >= least)


def find_original(articles: list[Article]) -> str | None:
    members = fold_file(articles, CopySettings())
    return next((p.original_article_id for p in members if p.role == "original"), None)


def test_a_false_date_alone_makes_no_copy_the_original() -> None:
    """A copy dated years before its original stays a copy where anything else says who wrote the text."""
    original = dated("o", 0, url="https://o.example/1", authors=("Jo Example",), outlet="The Harbour Gazette")
    others = {
        "as author": dated("a", -9_000, authors=("The Harbour Gazette",)),
        "in its text": dated("b", -48, body=f"{TEXT}\n\nThis was printed by The Harbour Gazette first."),
        "by a link": dated("c", -48, url="https://c.example/1", canonical_url="https://o.example/1"),
        "seen weeks later": dated("d", -9_000, first_seen_at=SEEN + timedelta(days=20)),
    }
    for named, copy in others.items():
        chosen = find_original([original, copy])
        assert chosen == "o", named
        rated = {p.article_id: p.original_confidence for p in fold_file([original, copy], CopySettings())}
        assert rated[copy.article_id] != "high" or named == "as author"


def test_a_date_months_before_that_of_three_reprints_of_a_week_stands_alone() -> None:
    reprints = [dated(name, hours) for name, hours in (("a", 30), ("b", 5), ("c", 20))]
    alone = dated("z", -9_000)
    assert find_original([*reprints, alone]) == "b"
    linked = dated("l", 31, url="https://l.example/1", canonical_url="https://z.example/1")
    assert find_original([*reprints, dated("z", -9_000, url="https://z.example/1"), linked]) == "z"
    assert find_original([reprints[1], alone]) == "z"  # two alone: nothing says that the earlier date is false
    assert find_original([*reprints, dated("y", -48)]) == "y"


def test_a_year_that_both_texts_tell_of_shows_a_date_before_it_to_be_false() -> None:
    body = f"{TEXT}\n\nThe bridge was closed in 2025 after two of its piers had sunk."
    original, copy = dated("o", 0, body=body), dated("c", -24 * 900, body=body)
    assert find_original([original, copy]) == "o"
    planned = f"{TEXT}\n\nThe bridge will be closed in 2025."
    assert find_original([dated("o", 0, body=planned), dated("c", -24 * 900, body=planned)]) == "c"
