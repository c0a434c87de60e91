"""The links of a text are parted as its lines are: none is lost, and each list and row says the same."""

import random
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from storyfold.boilerplate.version_links import split_links
from storyfold.schemas import Article, ArticleLink, Cut, ParsedLinks, TextLink
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_rows

SEEN = datetime(2026, 3, 2, 3, tzinfo=UTC)
LISTS = get_declared_table(ParsedLinks).schema.field("links").type


def make_article(name, version=1):
    values = {"source_id": "s", "location": name, "content_sha256": "0", "warc_file": "w", "warc_offset": 0}
    return Article(article_id=name, version=version, seen_date=SEEN.date(), first_seen_at=SEEN, **values)


def make_link(line, address, anchor="words"):
    return TextLink(line=line, address=address, anchor=anchor, publisher="x.example", is_internal=False)


def make_cut(article, position):
    of = {"article_id": article.article_id, "version": article.version, "seen_date": article.seen_date}
    return Cut(**of, position=position, text="Most read", reason="repeated-line")


def split(versions):
    """What `split_links` makes of these articles, each with its links and the lines that were cut of it, as Python."""
    rows = [ParsedLinks(location="", warc_file="", warc_offset=0, links=tuple(links)) for _, links, _ in versions]
    lists = make_arrow_table(rows, ParsedLinks)["links"].combine_chunks()
    cuts = [make_cut(article, line) for article, _, lines in versions for line in sorted(lines)]
    found = split_links(lists, [article for article, _, _ in versions], cuts)
    assert found.rows.schema == get_declared_table(ArticleLink).schema
    assert found.of_cuts.cast(get_declared_table(Cut).schema.field("links").type).null_count == 0
    assert len(found.of_cuts) == len(cuts)
    return make_rows(found.rows, ArticleLink), found.addresses.to_pylist(), found.of_cuts.to_pylist()


def test_links_of_cut_lines_go_to_their_cuts_and_the_others_keep_their_places():
    one, other = make_article("a"), make_article("a", 2)
    links = [make_link(0, "x"), make_link(1, "y"), make_link(1, "x"), make_link(3, "z"), make_link(3, "z", "again")]
    rows, addresses, of_cuts = split([(one, links, {1, 2}), (other, [], {0}), (make_article("b"), links[:2], ())])
    assert [(row.article_id, row.version, row.position, row.line, row.address, row.anchor) for row in rows] == [
        ("a", 1, 0, 0, "x", "words"), ("a", 1, 3, 3, "z", "words"), ("a", 1, 4, 3, "z", "again"),
        ("b", 1, 0, 0, "x", "words"), ("b", 1, 1, 1, "y", "words"),
    ]  # fmt: skip
    assert addresses == [["x", "z"], [], ["x", "y"]]
    assert [[(link["position"], link["address"]) for link in links] for links in of_cuts] == [
        [(1, "y"), (2, "x")], [], [],
    ]  # fmt: skip


def test_a_link_whose_line_is_not_known_stays():
    rows, addresses, of_cuts = split([(make_article("a"), [make_link(None, "x", None), make_link(0, "y")], {0})])
    assert [(row.line, row.address, row.anchor) for row in rows] == [(None, "x", None)]
    assert (addresses, [len(links) for links in of_cuts]) == ([["x"]], [1])


def test_an_address_that_was_cut_once_is_in_the_list_where_it_stands_again():
    _, addresses, _ = split([(make_article("a"), [make_link(0, "x"), make_link(1, "y"), make_link(2, "x")], {0})])
    assert addresses == [["y", "x"]]


def test_nothing_gives_nothing():
    assert split([]) == ([], [], [])
    assert split([(make_article("a"), [], ())]) == ([], [[]], [])


@pytest.mark.parametrize("seed", range(30))
def test_it_is_as_plain_python_does_it(seed):
    chance, versions, expected = random.Random(seed), [], ([], [], [])
    for number in range(chance.randrange(8)):
        article = make_article(f"a{number % 3}", number)
        links = [
            make_link(chance.choice((None, *range(5))), chance.choice("uvwxyz")) for _ in range(chance.randrange(9))
        ]
        lines = chance.sample(range(6), chance.randrange(4))
        versions.append((article, links, lines))
        kept = [(n, link) for n, link in enumerate(links) if link.line is None or link.line not in lines]
        expected[0].extend((article.article_id, number, n, link.line, link.address) for n, link in kept)
        expected[1].append([*dict.fromkeys(link.address for _, link in kept)])
        expected[2].extend([n for n, link in enumerate(links) if link.line == line] for line in sorted(lines))
    rows, addresses, of_cuts = split(versions)
    assert [(row.article_id, row.version, row.position, row.line, row.address) for row in rows] == expected[0]
    assert addresses == expected[1]
    assert [[link["position"] for link in links] for links in of_cuts] == expected[2]


def test_lists_of_a_slice_are_read_from_its_start():
    links = pa.array([[{"address": "x"}], [{"line": 0, "address": "y"}]], LISTS)
    assert split_links(links.slice(1), [make_article("a")], []).rows["address"].to_pylist() == ["y"]
