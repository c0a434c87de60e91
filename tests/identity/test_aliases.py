"""Which id an article goes by, where an older version of this program gave its page another."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.identity.aliases import ArticleAtAddress, KnownIds, StoredArticle, resolve_ids, resolve_moves
from storyfold.identity.former_ids import former_article_ids, former_canonical, former_url
from storyfold.identity.ids import make_article_id
from storyfold.schemas import ArticleAlias, FormerId

START = datetime(2026, 3, 4, tzinfo=UTC)
DAY = date(2026, 3, 5)


def held(hour, *urls):
    return StoredArticle(START + timedelta(hours=hour), frozenset(urls or (None,)))


def alias(name, of, reason="new-address"):
    return ArticleAlias(alias_id=name, article_id=of, reason=reason, run_date=DAY)


def known(articles, *aliases):
    return KnownIds(articles, {a.alias_id: a for a in aliases})


def settle(tonight, former, lake):
    """The ids, and the aliases by their own id; `former` are pairs or triples with the page's address."""
    rows = [FormerId(article_id=row[0], former_id=row[1], url=row[2] if len(row) > 2 else None) for row in former]
    found = resolve_ids(tonight, rows, lake, DAY)
    return found.ids, {a.alias_id: (a.article_id, a.reason) for a in found.aliases}


def test_without_a_former_article_each_goes_by_its_own_id():
    assert settle({"a", "b"}, [("a", "x")], known({"b": held(0)})) == ({"a": "a", "b": "b"}, {})


def test_an_article_that_the_lake_has_under_a_former_id_goes_by_that():
    assert settle({"n"}, [("n", "o")], known({"o": held(0)})) == ({"n": "o"}, {"n": ("o", "new-address")})


def test_the_next_night_finds_the_alias_whatever_its_pages_were_before():
    lake = known({"o": held(0)}, alias("n", "o"))
    assert settle({"n"}, [("n", "o")], lake) == ({"n": "o"}, {})
    assert settle({"n"}, [], lake) == ({"n": "o"}, {})


def test_of_two_the_first_seen_goes_on_then_the_smallest_id():
    pairs = [("n", "p"), ("n", "o")]
    lake = known({"o": held(1), "p": held(0)})
    assert settle({"n"}, pairs, lake) == ({"n": "p"}, {"n": ("p", "new-address"), "o": ("p", "former-address")})
    lake = known({"o": held(0), "p": held(0)})
    assert settle({"n"}, pairs, lake) == ({"n": "o"}, {"n": ("o", "new-address"), "p": ("o", "former-address")})


def test_todays_id_is_one_of_those_that_the_lake_may_have():
    lake = known({"n": held(0), "o": held(1)})
    assert settle({"n"}, [("n", "o")], lake) == ({"n": "n"}, {"o": ("n", "former-address")})
    lake = known({"n": held(1), "o": held(0)})
    assert settle({"n"}, [("n", "o")], lake) == ({"n": "o"}, {"n": ("o", "new-address")})


def test_one_that_aliases_lead_to_goes_on_although_a_later_page_shows_one_seen_before():
    lake = known({"o": held(5), "p": held(0)}, alias("n", "o"))
    assert settle({"n"}, [("n", "p")], lake) == ({"n": "o"}, {"p": ("o", "former-address")})


def test_the_former_id_of_many_pages_is_taken_over_by_one():
    """Two pages that an older rule had taken for one do not stay one."""
    lake = known({"o": held(0)})
    assert settle({"m", "n"}, [("n", "o"), ("m", "o")], lake) == ({"m": "o", "n": "n"}, {"m": ("o", "new-address")})
    lake = known({"o": held(0)}, alias("n", "o"))
    assert settle({"m"}, [("m", "o")], lake) == ({"m": "m"}, {})


def test_an_id_belongs_to_the_page_whose_address_it_is():
    lake = known({"o": held(0)})
    assert settle({"n", "o"}, [("n", "o")], lake) == ({"n": "n", "o": "o"}, {})


def test_a_new_page_does_not_take_the_article_of_another_address():
    lake = known({"o": held(0, "https://a.example/1")})
    assert settle({"n"}, [("n", "o", "https://a.example/2")], lake) == ({"n": "n"}, {})
    found = settle({"n"}, [("n", "o", "http://a.example/1?utm_source=x")], lake)
    assert found == ({"n": "o"}, {"n": ("o", "new-address")})


NAMES = st.sampled_from("abcdef")
PAIRS = st.sets(st.tuples(NAMES, NAMES))
HOURS = st.dictionaries(NAMES, st.integers(0, 2))


@given(st.sets(NAMES), PAIRS, HOURS, st.randoms())
def test_it_settles_after_one_night_in_any_order_and_no_alias_leads_to_an_alias(tonight, pairs, hours, random):
    former = [pair for pair in pairs if pair[0] in tonight and pair[0] != pair[1]]
    articles = {name: held(hour) for name, hour in hours.items()}
    shuffled = random.sample(former, len(former))
    assert settle(tonight, shuffled, known(articles)) == settle(tonight, former, known(articles))
    ids, aliases = settle(tonight, former, known(articles))
    assert set(ids) == tonight
    assert {of for of, _ in aliases.values()} <= articles.keys() - aliases.keys()
    assert all(aliases[name][0] == to for name, to in ids.items() if name in aliases)
    landed = articles | {to: held(3) for to in ids.values() if to not in articles}
    then = known(landed, *(alias(name, *told) for name, told in aliases.items()))
    again, more = settle(tonight, former, then)
    assert again == ids
    assert more == {}


@pytest.mark.parametrize(
    ("claims", "url", "former"),
    [
        (("https://www.a.example/x", None), "https://edition.a.example/x", "https://edition.a.example/x"),
        (("https://a.example/x?utm_source=y", None), "http://m.a.example/y", "https://a.example/x"),
        (("goat.html", None), "https://a.example/news/7/", "https://a.example/news/7/goat.html"),
        (("https://b.example/x", "https://a.example/z"), "https://a.example/y", "https://a.example/z"),
        (("https://a.example/", None), "https://a.example/y", "https://a.example/y"),
        (("https://a.example/x", None), None, "https://a.example/x"),
        (("goat.html", None), None, None),
        ((None, None), "https://web.archive.org/web/2026/https://a.example/x",
         "https://web.archive.org/web/2026/https://a.example/x"),
    ],
)  # fmt: skip
def test_what_an_address_stood_for(claims, url, former):
    assert former_url(claims, url) == former


def test_former_ids_are_those_that_are_not_todays():
    now = make_article_id("https://a.example/x", "s", "n")
    assert former_article_ids("https://a.example/x", now, "s", "n") == ()
    assert former_article_ids(None, now, "s", "n") == (make_article_id(None, "s", "n"),)
    assert former_article_ids("https://a.example/y", now, "s", "n") == (
        make_article_id("https://a.example/y", "s", "n"),
    )


@given(st.text(), st.text())
def test_any_text_had_an_address_or_none(claim, url):
    addresses = (
        former_url((claim, url), f"https://a.example/{url}"),
        former_url((claim, url), url),
        former_canonical(claim, url),
    )
    assert all(address is None or address.startswith("https://") for address in addresses)


@given(
    st.lists(st.sets(NAMES), max_size=4), st.sets(st.tuples(NAMES, NAMES)), st.dictionaries(NAMES, st.integers(0, 2))
)
def test_whatever_comes_in_later_nights_an_alias_stays_and_leads_to_an_article(nights, pairs, hours):
    articles, aliases = {name: held(hour) for name, hour in hours.items()}, {}
    for number, tonight in enumerate(nights):
        former = [pair for pair in pairs if pair[0] in tonight and pair[0] != pair[1]]
        lake = known(articles, *(alias(name, *told) for name, told in aliases.items()))
        ids, more = settle(tonight, former, lake)
        assert not more.keys() & aliases.keys()
        assert all(ids[name] == aliases[name][0] for name in tonight & aliases.keys())
        aliases |= more
        articles |= {to: held(3 + number) for to in ids.values() if to not in articles}
        assert {of for of, _ in aliases.values()} <= articles.keys() - aliases.keys()


def test_a_moved_page_never_follows_an_alias_of_the_same_night():
    """The lake has one page as two articles; tonight they become one, and an old address of theirs leads elsewhere."""
    rows = [FormerId(article_id="new", former_id=name, url="https://x.example/p") for name in ("older", "old")]
    lake = known({"old": held(2, "https://x.example/p"), "older": held(1, "https://x.example/p")})
    settled = resolve_ids({"new", "stranger"}, rows, lake, DAY)
    at = {"https://x.example/gone": [ArticleAtAddress("old", START, frozenset({"text"}))]}
    page = SimpleNamespace(article_id="stranger", location="https://x.example/gone", text_sha256="text")
    resolve_moves(settled, [page], at, DAY)
    aliases = {alias.alias_id: alias.article_id for alias in settled.aliases}
    assert aliases.items() >= {"new": "older", "old": "older"}.items()
    assert set(aliases.values()) & aliases.keys() == set()
