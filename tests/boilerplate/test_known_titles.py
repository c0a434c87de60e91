"""A headline of the lake is looked up by its first words: whatever line may name it finds it."""

import random
from datetime import date

import duckdb
import pytest

from storyfold.boilerplate.cut import KnownTitle
from storyfold.boilerplate.headlines import Headlines, find_named, list_starts
from storyfold.boilerplate.judged_pages import JudgedPages
from storyfold.boilerplate.queries import KnownPagesInLake, read_headlines
from storyfold.settings.boilerplate import BoilerplateSettings

WORDS = (
    "Harbour ferry's Élan ÉCOLE Новости ΑΓΟΡΑΣ Ærø 東京 किताब 서울 x_y 2031 3½ IV co-op e\u0301tude 1,000 Fuß".split()
)
SEPARATORS = [": ", " | ", " – ", " — ", " - ", " · ", "» ", ":", "-", ", ", "\u00a0"]


def make_titles(count):
    chance = random.Random(7)
    titles = []
    for _ in range(count):
        words = chance.choices(WORDS, k=chance.randint(1, 14))
        gaps = [chance.choice(SEPARATORS) if chance.random() < 0.2 else " " for _ in words[1:]]
        titles.append("".join(map("".join, zip(words, [*gaps, ""], strict=True))))
    return titles


def list_lines(title):
    """The lines in which a page may show this title: whole, after a kicker, cut off, and each part that is set off."""
    parts = [title]
    for separator in SEPARATORS[:7]:
        parts += [part for whole in parts for part in whole.split(separator) if part != whole]
    return [*parts, f"Sport {title}", *(" ".join(part.split()[:7]) + "…" for part in parts)]


def test_every_line_that_names_a_title_finds_it():
    named = 0
    for title in make_titles(2_000):
        headlines = Headlines()
        headlines.add("page", title)
        for line in list_lines(title):
            if headlines.find_pages(line):
                named += 1
                assert find_named(["Another title", title], list_starts([line])) == [1], (title, line)
    assert named > 5_000


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Großer Brand am alten Hafen", "GROẞER BRAND AM ALTEN HAFEN"),
        ("Ο δρόμος κλείνει σήμερα", "Ο ΔΡΟΜΟΣ ΚΛΕΙΝΕΙ ΣΗΜΕΡΑ"),
        ("İzmir limanı kapandı bugün", "Izmir limanı kapandı bugün"),
        ("L’école du port reste fermée", "L'Ecole du port reste fermee"),
        ("昨夜の地震で港が閉鎖された", "昨夜の地震で、港が閉鎖された"),
        ("น้ำท่วมทำให้สะพานสองแห่งพัง", "น้ำท่วม ทำให้ สะพาน สองแห่ง พัง"),
    ],
)
def test_a_title_is_found_in_another_spelling(title, line):
    headlines = Headlines()
    headlines.add("page", title)
    assert find_named([title], list_starts([line])) == [0]
    assert headlines.find_pages(line).pages == ("page",)


def test_titles_with_line_ends_keep_their_places():
    titles = ["Flood\nwarning lifted", "", "Bridge\r\nclosed\u2028again", "Ferry back"]
    assert find_named(titles, list_starts(["Bridge closed again", "Ferry back"])) == [2, 3]


@pytest.fixture(scope="module")
def lake():
    """A window with one article of two versions, one older article, a rejected page, and no new article but its day."""
    connection = duckdb.connect()
    connection.execute(
        """
        CREATE TABLE articles AS SELECT
            *, 'paper' AS source_id, NULL::VARCHAR AS outlet, NULL AS date_claims, NULL AS is_repeat,
            seen_date + INTERVAL 6 HOUR AS first_seen_at
        FROM (VALUES
            ('a', 1, 'Bridge closed after the storm', ['News: Brücke nach Sturm gesperrt'], DATE '2026-03-02'),
            ('a', 2, 'Bridge open after the storm', NULL, DATE '2026-03-02'),
            ('b', 1, 'Ferry back in the harbour', NULL, DATE '2025-01-01'),
            ('c', 1, 'Storm: the day itself', NULL, DATE '2026-03-03')
        ) AS rows(article_id, version, title, other_titles, seen_date);
        CREATE TABLE rejects AS SELECT
            *, 'parse' AS stage, 'no-article' AS reason, seen_date + INTERVAL 6 HOUR AS first_seen_at
        FROM (VALUES
            ('r', 'Storm: all that is known', 'live', DATE '2026-03-02'),
            ('e', 'Storm: not found', 'error', DATE '2026-03-02'),
            ('n', NULL, 'list', DATE '2026-03-02'),
            ('t', 'Storm: a page of the day', 'live', DATE '2026-03-03')
        ) AS rows(reject_id, title, kind, seen_date);
        CREATE TABLE page_lines AS SELECT
            'a' AS article_id, 2 AS version, DATE '2026-03-02' AS seen_date, 'paper' AS outlet, 1.0 AS own_share,
            [7, 8]::UBIGINT[] AS keys
        """
    )
    return connection


@pytest.fixture
def known(lake):
    day, connection = date(2026, 3, 3), lake
    JudgedPages(connection).choose_days(day, 30)
    assert read_headlines(connection, day) == [("t", "Storm: a page of the day")]
    return KnownPagesInLake(connection, day, {"c"}, BoilerplateSettings())


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ("BRIDGE OPEN AFTER…", [KnownTitle("a", "Bridge open after the storm", (7, 8))]),
        ("Mehr: Brucke nach Sturm gesperrt", [KnownTitle("a", "News: Brücke nach Sturm gesperrt", ())]),
        ("Storm – all that is known", [KnownTitle("r", "Storm: all that is known", ())]),
        ("Storm: not found", []),
        ("Storm: the day itself", []),
        ("Storm: a page of the day", []),
        ("Ferry back in the harbour", []),
        ("Nobody said this before", []),
    ],
)
def test_the_lake_gives_the_titles_of_the_window_that_a_line_names(known, line, titles):
    assert list(known.find_titled(list_starts([line]))) == titles
    assert list(known.find_titled([])) == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 3, 2), 0),
        (date(2026, 3, 3), 1),
        (date(2026, 4, 1), 1),
        (date(2026, 4, 2), 0),
        (date.min, 0),
        (date(1, 1, 3), 0),
        (date.max, 0),
    ],
)
def test_the_window_of_whatever_day_is_of_the_days_before_it(lake, day, found):
    JudgedPages(lake).choose_days(day, 30)
    known = KnownPagesInLake(lake, day, {"c"}, BoilerplateSettings())
    assert len(list(known.find_titled(list_starts(["Bridge open after the storm"])))) == found
