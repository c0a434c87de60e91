"""Bodies and dates are a function of the pages and their days, in whatever order and portions a lake is given them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zlib import crc32

import pytest
from tests_support import landed_run, write_parsed

from storyfold.boilerplate.versions_part import write_versions
from storyfold.copies.copies_part import write_copies
from storyfold.credits.listed_outlets import OutletList
from storyfold.dates.claims import read_claim
from storyfold.dates.dated_rows import apply_dating
from storyfold.dates.weigh import weigh_claims
from storyfold.demo_web.content import load_web
from storyfold.demo_web.site import Site
from storyfold.identity.ids import hash_text
from storyfold.lake.conditions import CONDITIONS, WHOLE
from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.parse.batch import reject_page
from storyfold.parse.html.links import list_addresses
from storyfold.parse.page import parse_page
from storyfold.report import list_view_statements
from storyfold.run.assemble import RunParts, make_replacements, split_rejects
from storyfold.run.attempt import Attempt
from storyfold.run.landing import land_run
from storyfold.run.parts import read_arrow_table, write_part
from storyfold.run.text_features import FEATURES, make_features
from storyfold.schemas import Article, ArticleLink, Cut, PageLines, Reject, Run, TextLink
from storyfold.schemas.columns import get_declared_table, make_arrow_table
from storyfold.schemas.pages import Page
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.copies import CopySettings
from storyfold.settings.parse import ParseSettings
from storyfold.settings.stories import StorySettings
from storyfold.stories.stories_part import write_stories

START = datetime(2026, 3, 2, 3, tzinfo=UTC)
SETTINGS = BoilerplateSettings(window_days=3, line_pages=3, many_pages=5)
NOUNS = "harbour council ferry orchard mill signal lantern quarry bridge archive kitchen tower meadow engine".split()
AGREE = next(condition for condition in CONDITIONS if condition.name == "agree-article_links")
OUTLETS = ("Vale Tribune", "Merrow Post")
RESULT = """
    SELECT
        links, article_id, body, title, word_count, dateline, text_sha256, uncut_sha256, first_seen_at, seen_date,
        location,
        published_at, published_day, published_precision, date_confidence, date_reason, not_before, not_after,
        (
            SELECT list(concat_ws(' | ', position, reason, pages, example_article_id, text, links) ORDER BY position)
            FROM cuts
            WHERE cuts.article_id = current_articles.article_id AND cuts.version = current_articles.version
        ) AS cuts,
        (
            SELECT list(concat_ws(' | ', position, line, address, anchor, seen_date) ORDER BY position)
            FROM article_links AS link
            WHERE link.article_id = current_articles.article_id AND link.version = current_articles.version
        ) AS link_rows
    FROM current_articles ORDER BY article_id
"""


def own(number, edition=0):
    chance = random.Random(100 * number + edition)
    return [" ".join(chance.choices(NOUNS, k=26)).capitalize() + f" in case {number}-{line}." for line in range(7)]


def title(number):
    return " ".join(random.Random(-number).sample(NOUNS, 6)).capitalize() + f" {number}"


def article(number, night, lines, hour=0, claims=()):
    seen = START + timedelta(days=night, hours=hour)
    body = "\n\n".join(lines)
    read = tuple(read_claim(where, words) for where, words in claims)
    page = Article(
        article_id=f"a{number:03}",
        seen_date=seen.date(),
        source_id="s",
        outlet=OUTLETS[number % 2],
        location=f"{number}.html",
        title=title(number),
        body=body,
        word_count=len(body.split()),
        text_sha256=hash_text(title(number), body),
        date_claims=read,
        first_seen_at=seen,
        content_sha256=hash_text(str((number, claims)), body),
        warc_file=f"night-{night}.warc",
        warc_offset=number,
    )
    dating = weigh_claims(read, text=body, agency=None, seen_at=seen, republished=False)
    return apply_dating(page, dating)


def list_links(page):
    """Links in some lines of a page, the same in the same line; some lead where others do."""
    links = []
    for number, line in enumerate(page.body.split("\n\n")):
        place = crc32(line.encode())
        links += [
            TextLink(line=number, address=f"https://x.example/{place % 50 + n}", anchor=line[:9], publisher="x.example")
            for n in range(place % 3)
        ]
    return links


def gallery(number, night):
    seen = START + timedelta(days=night)
    return Reject(
        reject_id=f"r{number}",
        seen_date=seen.date(),
        stage="parse",
        source_id="s",
        reason="not-an-article",
        kind="gallery",
        title=title(1000 + number),
        location=f"g{number}.html",
        first_seen_at=seen,
    )


class Nights:
    """A lake that is given nights one at a time, as the flow settles and lands them, without copies and stories."""

    def __init__(self, folder):
        self.lake = Lake(folder)
        self.lake.create(list_view_statements())
        self.count = 0

    def begin(self, articles, rejects):
        """The attempt at the next night, with its part of parsed pages."""
        self.count += 1
        started = START + timedelta(days=100, hours=self.count)
        attempt = Attempt(
            run_id=f"run-{self.count}",
            number=1,
            night=started.date(),
            started_at=started,
            begun_at=started,
            lake_folder=str(self.lake.folder),
            settings_fingerprint="",
            sources_fingerprint="",
            code_version="",
            engine="local",
        )
        links = [list_links(article) for article in articles]
        found = [replace(a, links=list_addresses(own)) for a, own in zip(articles, links, strict=True)]
        parsed = write_parsed(attempt.stage("parse") / "0", found, rejects, links)
        return attempt, parsed

    def land(self, articles, rejects=()):
        """Land a night without copies and stories."""
        attempt, parsed = self.begin(articles, rejects)
        part = write_versions(attempt, self.lake, [parsed], SETTINGS, attempt.stage("versions") / "night")
        run = landed_run(attempt.run_id, attempt.started_at)
        fresh, earlier = split_rejects(self.lake, rejects)
        rows = {cls: read_arrow_table([part], cls) for cls in (Article, ArticleLink, Cut, PageLines, *FEATURES)}
        rows |= {Run: make_arrow_table([run], Run), Reject: make_arrow_table(fresh, Reject)}
        self.lake.land(rows, lambda _: [], run, make_replacements(attempt, rows[Article], earlier, run))

    def land_whole(self, articles, rejects=()):
        """Land a night by all stages from the versions on, with its checks."""
        attempt, parsed = self.begin(articles, rejects)
        count = parsed.counts.items_in
        found, fetched = (
            write_part(attempt.stage(name) / "0", {}, StageCounts(name, count, count)) for name in ("discover", "fetch")
        )
        versions = write_versions(attempt, self.lake, [parsed], SETTINGS, attempt.stage("versions") / "night")
        copies = write_copies(attempt, self.lake, versions, CopySettings(), attempt.stage("copies") / "night")
        stories = write_stories(
            attempt, self.lake, copies, StorySettings(), OutletList(), attempt.stage("stories") / "night"
        )
        landed = land_run(attempt, RunParts([found], [fetched], [parsed], versions, copies, stories), self.lake)
        assert [check for check in landed.checks if check.required and not check.passed] == []
        assert landed.run.status == "landed"

    def read(self, sql=RESULT):
        return self.lake.read(sql).to_pylist()


def read_nights(folder, order):
    """What a lake says after these portions, each a list of articles and one of rejects."""
    nights = Nights(folder)
    for articles, rejects in order:
        nights.land(articles, rejects)
    versions = nights.lake.read("FROM articles ORDER BY article_id, version")
    schema = get_declared_table(Article).schema
    for cls, made in make_features(versions.select(schema.names).cast(schema)).items():
        landed = nights.read(f"FROM {get_declared_table(cls).name} ORDER BY article_id, version")
        assert landed == made.to_pylist()  # of texts as they were parsed, as they were cut, and as they are cut now
    assert nights.read(AGREE.sql.format(**WHOLE)) == []
    return nights.read()


def join(nights):
    return [([a for articles, _ in nights for a in articles], [r for _, rejects in nights for r in rejects])]


def tell_nights(count):
    """Nights of two outlets: footers that come and go, lists of other pages, constant dates, pages that change."""
    nights = []
    for night in range(count):
        chance, articles = random.Random(night), []
        for number in range(6 * night, 6 * night + 6):
            footer = [f"Follow the paper of season {night // 3} on every channel there is"] if number % 3 else []
            listed = ["Most read", title(max(0, number - 4)), title(number + 1), title(1000 + night)]
            lines = [*own(number), *(listed if number % 2 else []), *footer]
            claims = [("meta", "2026-01-05T10:07:13Z")] if number % 4 < 2 else [("json-ld", f"2026-03-0{1 + night}")]
            articles.append(article(number, night, lines, chance.randrange(9), claims))
        for number in chance.sample(range(max(0, 6 * night - 6), 6 * night), min(6 * night, 4)):
            # seen again: as it was, with another list, or with another text
            lines = [*own(number, edition=night if number % 5 == 0 else 0)]
            lines += ["Most read", title(6 * night - 1), title(6 * night - 2)] if number % 2 else []
            articles.append(article(number, night, lines, 10, [("meta", "2026-01-05T10:07:13Z")]))
        nights.append((articles, [gallery(night, night), gallery(max(0, night - 2), night)]))
    return nights


@pytest.fixture(scope="module")
def told():
    return tell_nights(4)


@pytest.fixture(scope="module")
def in_order(told, tmp_path_factory):
    return read_nights(tmp_path_factory.mktemp("order") / "lake", told)


def test_the_nights_have_what_could_depend_on_their_order(in_order, told):
    reasons = {cut.split(" | ")[1] for row in in_order for cut in row["cuts"] or []}
    assert reasons == {"repeated-line", "other-headline"}
    assert any("x.example" in cut for row in in_order for cut in row["cuts"] or [])
    assert sum(len(row["link_rows"] or ()) > len(row["links"]) > 0 for row in in_order) > 0
    assert any("is stamped on" in row["date_reason"] for row in in_order)
    assert sum(len(articles) for articles, _ in told) > len(in_order)


def test_backwards_gives_the_same(told, in_order, tmp_path):
    assert read_nights(tmp_path / "lake", told[::-1]) == in_order


def test_one_batch_gives_the_same(told, in_order, tmp_path):
    assert read_nights(tmp_path / "lake", join(told)) == in_order


def test_a_batch_of_shuffled_nights_after_and_before_others_gives_the_same(told, in_order, tmp_path):
    mixed = [told[3], *join([told[0]]), *join([told[2], told[1]])]
    assert read_nights(tmp_path / "lake", mixed) == in_order


@pytest.mark.parametrize("missing", [0, 2])
def test_a_night_that_is_filled_back_gives_the_same(told, in_order, tmp_path, missing):
    kept = [night for n, night in enumerate(told) if n != missing]
    assert read_nights(tmp_path / "lake", [*kept, told[missing]]) == in_order


@pytest.mark.slow
def test_a_night_filled_back_is_landed_whole_and_corrects_rows_of_the_same_version(tmp_path):
    told, filled = tell_nights(2), Nights(tmp_path / "filled")
    filled.land_whole(*told[1])
    versions = "SELECT article_id, version, run_id, coalesce(uncut_sha256, text_sha256) AS uncut FROM articles"
    before = {tuple(row.values()) for row in filled.read(versions)}
    bodies = {row["article_id"]: row["body"] for row in filled.read("FROM current_articles")}
    filled.land_whole(*told[0])
    after = {row["article_id"]: row["body"] for row in filled.read("FROM current_articles")}
    assert any(after[name] != body for name, body in bodies.items())
    kept = {tuple(row.values()) for row in filled.read(f"{versions} WHERE run_id <> 'run-2'")}
    assert {row[:3] for row in kept} == {row[:3] for row in before}
    assert len(kept & before) > len(kept) / 2  # the others were seen before, on pages of the first night

    in_order = Nights(tmp_path / "in-order")
    for night in told:
        in_order.land_whole(*night)
    assert filled.read() == in_order.read()
    sketches = (
        "SELECT article_id, hashes FROM sketches SEMI JOIN current_versions USING (article_id, version) ORDER BY ALL"
    )
    assert filled.read(sketches) == in_order.read(sketches)


def test_pages_of_the_first_days_of_the_calendar_land(tmp_path):
    nights = Nights(tmp_path / "lake")
    instants = [datetime(1, *day, tzinfo=UTC) for day in ((1, 1), (1, 2), (12, 31))]
    seen = [replace(article(n, 0, own(n)), seen_date=i.date(), first_seen_at=i) for n, i in enumerate(instants)]
    nights.land(seen[1:])
    nights.land(seen, [replace(gallery(1, 0), seen_date=instants[0].date(), first_seen_at=instants[0])])
    assert [row["first_seen_at"] for row in nights.read()] == instants


def test_what_comes_after_all_others_rewrites_nothing(told, tmp_path):
    nights = Nights(tmp_path / "lake")
    nights.land(*told[0])
    nights.land(*told[1])
    before = {(row["article_id"], row["version"]): row for row in nights.read("FROM articles")}
    nights.land(*told[2])
    after = {(row["article_id"], row["version"]): row for row in nights.read("FROM articles")}
    assert {key: after[key] for key in before} == before


def make_nights(seed, count):
    """Nights of random pages: footers, lists, dates; some older pages again, as before or with another text."""
    chance, nights, lines_of, number = random.Random(seed), [], {}, 0
    for night in range(count):
        articles = []
        for name in chance.sample(sorted(lines_of), min(len(lines_of), 3)):
            if chance.randrange(3) == 0:
                lines_of[name] = [*own(name, night), *lines_of[name][7:]]
            claims = [("meta", "2026-01-05T10:07:13Z")]
            articles.append(article(name, night, lines_of[name], chance.randrange(20), claims))
        for _ in range(chance.randint(2, 6)):
            listed = ["Most read", *(title(chance.randrange(max(0, number - 6), number + 5)) for _ in range(3))]
            footer = [f"Footer {chance.randrange(2)} of the paper with all of its channels"]
            lines = [*own(number), *listed * chance.randrange(2), *footer * chance.randrange(2)]
            claims = [
                ("meta", "2026-01-05T10:07:13Z") if chance.random() < 0.6 else ("json-ld", f"2026-03-0{1 + night}")
            ]
            claims += [("url", f"2026-02-{chance.randint(10, 28)}")] if chance.random() < 0.3 else []
            articles.append(article(number, night, lines, chance.randrange(20), claims))
            lines_of[number], number = lines, number + 1
        nights.append((articles, [gallery(chance.randrange(6), night)]))
    return nights


@pytest.mark.slow  # several lakes of several nights each
@pytest.mark.parametrize("seed", range(3))
def test_random_nights_give_the_same_in_any_order(tmp_path, seed):
    nights = make_nights(seed, 4)
    in_order = read_nights(tmp_path / "in-order", nights)
    shuffled = random.Random(seed).sample(nights, len(nights))
    for name, order in {"shuffled": shuffled, "backwards": nights[::-1], "batch": join(shuffled)}.items():
        assert read_nights(tmp_path / name, order) == in_order, name


def read_demo_night(night):
    """All pages that the demo's outlets serve on one of its nights, as they are parsed."""
    web = load_web()
    site = Site(web, {outlet.id: f"https://{outlet.id}.example" for outlet in web.outlets})
    articles, rejects = [], []
    for published in web.list_published(night):
        reply = site.respond(published.outlet, published.path, night)
        if reply.status != 200:
            continue
        page = Page(
            item_id=site.make_url(published),
            source_id=published.outlet,
            outlet=web.get_outlet(published.outlet).name,
            location=site.make_url(published),
            name=published.path,
            url=site.make_url(published),
            media_type="text/html",
            seen_at=night,
            bytes=len(reply.body),
            content_sha256=sha256(reply.body).hexdigest(),
            warc_file="w",
            warc_offset=len(articles),
        )
        read = parse_page(page, reply.body, ParseSettings())
        if read.reason is None:
            articles.append(read.article)
        else:
            rejects.append(reject_page(page, read.reason, read.detail, read.article))
    return articles, rejects


@pytest.mark.slow  # parses each page of the demo's web on each of its nights
def test_the_demos_nights_give_the_same_in_any_order(tmp_path):
    nights = [read_demo_night(night) for night in load_web().nights]
    in_order = read_nights(tmp_path / "in-order", nights)
    assert len(in_order) > 60
    orders = {"backwards": nights[::-1], "batch": join(nights), "filled-back": [nights[0], nights[2], nights[1]]}
    for name, order in orders.items():
        assert read_nights(tmp_path / name, order) == in_order, name
