"""A lake that an older version of this program made: it opens, and keeps its articles under the ids that it knows."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from flows.lake_form import load_form
from storyfold.identity.ids import make_article_id
from storyfold.lake.audit import audit_lake
from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.web.replays import find_represented_url

FORMER = Path(__file__).parents[1] / "golden" / "former_lake"
ARTICLES = 9  # what the older version made of the nine pages
EDITION, MAIN = "https://edition.harbourpost.example/2026/03/02/", "https://www.harbourpost.example/2026/03/02/"
STORM = "https://coastnews.example/2026/02/28/storm"


@pytest.fixture
def home(tmp_path):
    """The older lake and its pages, moved to where nobody made them."""
    shutil.copytree(FORMER, tmp_path / "home")
    return tmp_path / "home"


def id_of(address):
    """The id that today's rules give a page whose address is known."""
    return make_article_id(find_represented_url(address), "pages", "")


def former_id(ask, lake, address):
    (row,) = ask(lake, f"SELECT DISTINCT article_id FROM articles WHERE url = '{address}'")
    return row["article_id"]


@pytest.mark.slow
def test_a_night_on_an_older_lake_bears_no_article_twice(storyfold, ask, home):
    lake, night = home / "lake", partial(storyfold, "nightly", "--sources", home / "sources.toml", "--lake")
    (before,) = ask(lake, "SELECT count(*) AS rows, count(DISTINCT article_id) AS articles FROM articles")
    assert before == {"rows": ARTICLES, "articles": ARTICLES}
    told = night(lake, "--night", "2026-03-03").stdout.decode()
    assert "0 new articles" in told
    assert ask(lake, "SELECT count(*) AS rows, count(DISTINCT article_id) AS articles FROM articles") == [before]
    assert all(c["passed"] for c in ask(lake, "SELECT passed FROM checks WHERE required"))

    rows = ask(lake, "SELECT alias_id, article_id, reason, run_id FROM article_aliases")
    found = {row["alias_id"]: (row["article_id"], row["reason"]) for row in rows}
    of = partial(former_id, ask, lake)
    storms = [f"https://web.archive.org/web/{stamp}/{STORM}" for stamp in ("20260301120000", "20260301180000")]
    dam = of("https://valetribune.example/news/3/index.html")
    assert found == {
        id_of(MAIN + "ferry.html"): (of(EDITION + "ferry.html"), "new-address"),
        # both addresses of this one had landed: the first seen goes on, the other stays as it was
        of(MAIN + "bridge.html"): (of(EDITION + "bridge.html"), "new-address"),
        id_of("https://valetribune.example/news/hallin-dam.html"): (dam, "new-address"),
        id_of(STORM): (of(storms[0]), "new-address"),
        of(storms[1]): (of(storms[0]), "former-address"),
        id_of("https://attic.example/saved/7.html"): (of("https://attic.example/saved/7.html"), "new-address"),
    }
    (run,) = ask(lake, "SELECT run_id FROM runs WHERE night = '2026-03-03'")
    assert {row["run_id"] for row in rows} == {run["run_id"]}

    tables = ("articles", "article_aliases", "copies", "families", "stories", "story_articles", "sketches", "rejects")
    held = [ask(lake, f"SELECT count(*) AS n FROM {table}") for table in tables]
    assert "0 new articles" in night(lake, "--night", "2026-03-04").stdout.decode()
    assert "0 new articles" in night(lake, "--night", "2026-03-03").stdout.decode()  # the same night again
    assert [ask(lake, f"SELECT count(*) AS n FROM {table}") for table in tables] == held
    # the same bytes, read by mended rules, are no change of what the pages say
    assert ask(lake, "SELECT count(*) AS n FROM article_changes") == [{"n": 0}]


def test_a_changed_page_is_a_version_of_the_article_that_the_lake_has(storyfold, ask, home):
    lake, night = home / "lake", partial(storyfold, "nightly", "--sources", home / "sources.toml", "--lake")
    pages = home / "pages.warc"
    old, new = b"carries post and medicine twice a day", b"carries letters and one cow on Friday"
    assert len(old) == len(new)
    changed = pages.read_bytes().replace(old, new).replace(b"2026-03-02T06", b"2026-03-05T06")
    pages.write_bytes(changed)
    night(lake, "--night", "2026-03-05")
    title = "Ferry stays in harbour"
    versions = ask(lake, f"SELECT article_id, version, canonical_url FROM articles WHERE title = '{title}'")
    assert len({row["article_id"] for row in versions}) == 1
    addresses = {row["version"]: row["canonical_url"] for row in versions}
    assert addresses == {1: EDITION + "ferry.html", 2: MAIN + "ferry.html"}
    by_alias = (
        "SELECT a.version FROM current_articles a LEFT JOIN article_aliases o USING (article_id) "
        f"WHERE '{id_of(MAIN + 'ferry.html')}' IN (a.article_id, o.alias_id)"
    )
    assert ask(lake, by_alias) == [{"version": 2}]


def test_todays_lake_has_no_aliases_and_one_article_an_address(storyfold, ask, home):
    lake = home / "another"
    storyfold("nightly", "--sources", home / "sources.toml", "--lake", lake, "--night", "2026-03-02")
    assert ask(lake, "FROM article_aliases") == []
    assert ask(lake, "SELECT count(DISTINCT article_id) AS n FROM articles") == [{"n": ARTICLES - 2}]


def test_an_older_lake_can_be_read_before_any_night(home):
    assert Lake(home / "lake").read("SELECT count(*) AS n FROM current_articles").to_pylist() == [{"n": ARTICLES}]


@pytest.mark.parametrize("of", ["'nowhere'", "(SELECT min(article_id) FROM articles)"])
def test_an_alias_that_leads_nowhere_or_to_an_alias_is_seen(home, of):
    lake = Lake(home / "lake")
    form = load_form()
    lake.create(form.views, form.steps)

    def insert_alias(alias, name):
        add = "INSERT INTO article_aliases BY NAME SELECT '2026-03-05'::DATE AS run_date, 'r' AS run_id, "
        with lake.connect(read_only=False) as connection:
            connection.execute(f"{add}'new-address' AS reason, {alias} AS alias_id, {name} AS article_id")

    def find_wrong():
        return [finding.name for finding in audit_lake(lake, list_view_statements()) if finding.state != "ok"]

    assert find_wrong() == []
    insert_alias("'other'", of)
    if of != "'nowhere'":
        assert find_wrong() == []
        insert_alias(of, "(SELECT max(article_id) FROM articles)")
    assert find_wrong() == ["agree-aliases"]


def test_an_audit_of_an_older_lake_tells_what_it_lacks_and_finds_no_fault(home):
    form = load_form()
    found = {finding.name: finding for finding in audit_lake(Lake(home / "lake"), form.views, steps=form.steps)}
    assert {finding.state for finding in found.values()} == {"ok", "missing"}
    assert {"article_aliases", "articles.zone", "source_health"} < set(found["tables"].examples)
    assert found["agree-aliases"].state == "missing"
    assert "article_aliases" in found["agree-aliases"].meaning
    assert found["agree-stories"].state == "ok"
