"""What a night does wrong fails it; what was wrong before, elsewhere, does not, and the audit finds it."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from tests_support import landed_run

from storyfold.lake.audit import audit_lake
from storyfold.lake.conditions import CONDITIONS
from storyfold.lake.key_store import FILE
from storyfold.lake.lake import Lake, Replacement
from storyfold.lake.landing_checks import check_landing
from storyfold.report import list_view_statements
from storyfold.schemas import (
    LAKE_ROWS,
    TABLES,
    Article,
    ArticleAlias,
    ArticleChange,
    ArticleLink,
    Check,
    Copy,
    Cut,
    FamilyMember,
    Lineage,
    Membership,
    PageLines,
    Run,
    Sketch,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import make_arrow_table

ORIGINAL = {"role": "original", "independent_source": True}
START = datetime(2026, 3, 4, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def new_lake(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("new") / "lake")
    lake.create(list_view_statements())
    return lake.folder


@pytest.fixture(scope="module")
def old_lake(new_lake, tmp_path_factory):
    """A lake of one night."""
    folder = shutil.copytree(new_lake, tmp_path_factory.mktemp("old") / "lake")
    assert make_old_night().land(Lake(folder)) == {}
    return folder


@pytest.fixture
def lake(old_lake, tmp_path):
    return Lake(shutil.copytree(old_lake, tmp_path / "lake"))


class Night:
    """The rows of one night: articles that are alone in family and story, unless told otherwise.

    `of` stands before the name of each article, story and family: nights of another `of` have nothing in common.
    """

    def __init__(self, number, *names, of=""):
        self.of = of
        self.at = START + timedelta(days=number)
        self.run = landed_run(f"night-{number}", self.at)
        self.run_columns = {"run_id": self.run.run_id, "attempt": 1, "run_date": self.at.date()}
        self.rows = {Run: [self.run]}
        for name in names:
            self.add_article(name)
            self.add_family(name, name)
            self.add_membership(name, f"story of {name}")
            self.add_story(f"story of {name}", 1)
            self.add_text(name)

    def add(self, row):
        self.rows.setdefault(type(row), []).append(row)

    def add_article(self, name, version=1, **more):
        values = {"content_sha256": "0", "warc_file": "w", "warc_offset": 0, "source_id": "s", "location": name}
        seen = {"seen_date": self.at.date(), "first_seen_at": self.at}
        self.add(Article(article_id=self.of + name, version=version, run_id=self.run.run_id, **seen, **values, **more))
        for cls in (Sketch, TextTerms, TextNames):
            row = cls(**self.place(name, version, 0))
            if row not in self.rows.get(cls, ()):
                self.add(row)

    def add_family(self, name, family, independent=True):
        role = {"role": "original" if independent else "syndicated", "independent_source": independent}
        self.add(FamilyMember(**self.run_columns, article_id=self.of + name, family_id=self.of + family, **role))

    def add_membership(self, name, story):
        place = {"article_id": self.of + name, "story_id": self.of + story}
        self.add(Membership(**self.run_columns, **place, score=1.0, basis="alone"))

    def add_story(self, story, articles, status="current"):
        self.add(Story(**self.run_columns, story_id=self.of + story, articles=articles, status=status))

    def add_follows(self, story, earlier, gap):
        ids = {"story_id": self.of + story, "follows_story_id": self.of + earlier}
        self.add(StoryFollows(**self.run_columns, **ids, gap_days=gap, first_month=self.at.date().replace(day=1)))

    def add_text(self, name):
        self.add(StoryText(**self.place(name, 1, 0), family_id=self.of + name, dated=0))

    def add_link(self, name, other, days=0):
        of = {"of_article_id": self.of + other, "of_version": 1, "of_seen_date": self.at.date()}
        self.add(StoryLink(**self.place(name, 1, days), **of, similarity=1, reference=1))

    def add_sketch(self, name, days=0):
        self.add(Sketch(**self.place(name, 1, days)))

    def add_lines(self, name, days=0):
        self.add(PageLines(**self.place(name, 1, days), own_share=1.0))

    def add_copy(self, name, source, days=0):
        of = {"of_article_id": self.of + source, "of_version": 1}
        shares = {"share_of_this": 1.0, "share_of_other": 1.0, "kind": "full", "direction_confidence": "low"}
        self.add(Copy(**self.place(name, 1, days), **of, **shares))

    def add_cut(self, name, version=1, days=0):
        self.add(Cut(**self.place(name, version, days), position=0, text="Most read", reason="repeated-line"))

    def add_article_link(self, name, position, address="https://other.example/1", days=0):
        self.add(ArticleLink(**self.place(name, 1, days), position=position, address=address))

    def place(self, name, version, days):
        """The columns of what was found in a version, which stands some days after this night's or, below 0, before."""
        seen = self.at.date() + timedelta(days=days)
        return {"article_id": self.of + name, "version": version, "seen_date": seen}

    def add_alias(self, alias, name):
        ids = {"alias_id": self.of + alias, "article_id": self.of + name}
        self.add(ArticleAlias(**ids, reason="moved", run_date=self.at.date()))

    def add_change(self, name, version=1):
        ids = {"change_id": f"{self.of}change of {name}", "article_id": self.of + name}
        seen = {"seen_date": self.at.date(), "seen_at": self.at}
        self.add(ArticleChange(**ids, version=version, what="title", **seen))

    def land(self, lake, replaced=()):
        """Land it as a night does, that says of these classes that it replaces rows; return the checks that failed."""
        rows = {cls: make_arrow_table(rows, cls) for cls, rows in self.rows.items()}
        failed = replace(self.run, status="failed")
        checks = lake.land(rows, lambda connection: check_landing(self.run, rows, connection, replaced), failed)
        assert [check.name for check in checks] == [condition.name for condition in CONDITIONS]
        assert all(check.required and check.expected == "0" for check in checks)
        return {check.name: check.value for check in checks if not check.passed}


def audit(lake):
    """What the audit finds wrong: how often, and the keys."""
    found = list(audit_lake(lake, list_view_statements()))
    assert {condition.name for condition in CONDITIONS} < {finding.name for finding in found}
    return {finding.name: (finding.count, *finding.examples) for finding in found if finding.state != "ok"}


def repeat_article(night):
    night.add_article("b")


def repeat_old_key(night):
    night.add_sketch("old", days=-1)


def repeat_old_key_on_another_day(night):
    night.add_sketch("old")


def repeat_old_lines_on_another_day(night):
    night.add_lines("old")


def repeat_old_copy(night):
    night.add_copy("copy", "source", days=-1)


def repeat_old_copy_on_another_day(night):
    night.add_copy("copy", "source")


def repeat_key_of_an_earlier_run(night):
    columns = night.run_columns | {"run_id": "night-1"}  # in the partition of this night's day
    night.add(FamilyMember(**columns, article_id=night.of + "old", family_id=night.of + "old", **ORIGINAL))


def repeat_story_of_an_earlier_run(night):
    columns = night.run_columns | {"run_id": "night-1"}
    night.add(Story(**columns, story_id=night.of + "story of old", articles=1))


def repeat_story_of_this_run(night):
    night.add_story("story of b", 1)


def tell_a_story_of_no_run(night):
    columns = night.run_columns | {"attempt": 7}
    night.add(Lineage(**columns, story_id=night.of + "x", event="born"))


def sketch_what_is_not_there(night):
    night.add_sketch("nowhere")


def copy_what_is_not_there(night):
    night.add_copy("b", "nowhere")


def date_lines_otherwise(night):
    night.add_lines("b", days=-40)


def repeat_key_with_null(night):
    for _ in range(2):
        night.add(Lineage(**night.run_columns, story_id=night.of + "x", event="born", other_story_id=None))


def miscount_story(night):
    night.rows[Story][0] = replace(night.rows[Story][0], articles=2)


def end_story_that_has_members(night):
    night.add_story("story of old", 0, status="ended")


def take_member_from_old_story(night):
    night.add_membership("old", "story of b")
    night.rows[Story][0] = replace(night.rows[Story][0], articles=2)


def have_no_independent_source(night):
    night.rows[FamilyMember][0] = replace(night.rows[FamilyMember][0], independent_source=False)


def take_source_from_old_family(night):
    night.add_family("source", "b", independent=False)
    night.add_membership("source", "story of b")
    night.rows[Story][0] = replace(night.rows[Story][0], articles=2)
    night.add_story("story of copies", 1)


def tell_copies_apart(night):
    night.add_family("b", "old", independent=False)
    night.rows[FamilyMember].pop(0)


def move_one_copy_to_another_story(night):
    night.add_membership("copy", "story of b")
    night.rows[Story][0] = replace(night.rows[Story][0], articles=2)
    night.add_story("story of copies", 1)


def cut_without_cuts(night):
    night.rows[Article][0] = replace(night.rows[Article][0], uncut_sha256="f")


def cut_an_old_article(night):
    night.add_cut("old", days=-1)


def cut_an_old_article_on_another_day(night):
    night.add_cut("old")


def lead_nowhere(night):
    night.add_alias("other", "nowhere")


def lead_to_an_alias(night):
    night.add_alias("other", "old alias")


def make_an_alias_of_where_one_leads(night):
    night.add_alias("old", "b")


def change_what_is_not_there(night):
    night.add_change("old", version=7)


def leave_out_family(night):
    night.rows.pop(FamilyMember)


def leave_out_terms(night):
    night.rows.pop(TextTerms)


def leave_out_names(night):
    night.rows.pop(TextNames)


def leave_out_sketch(night):
    night.rows.pop(Sketch)


def leave_out_membership(night):
    night.rows.pop(Membership)
    night.rows.pop(Story)


def leave_out_text(night):
    night.rows.pop(StoryText)


def let_two_texts_stand_for_a_family(night):
    night.add(StoryText(**night.place("copy", 1, 0), family_id=f"{night.of}b", dated=0))


def repeat_link(night):
    night.add_link("b", "old")
    night.add_link("b", "old")


def repeat_old_link(night):
    night.add_link("source", "old", days=-1)


def link_what_stands_for_no_family(night):
    night.add_link("copy", "b")


def leave_out_a_row_of_links(night):
    night.rows[Article][0] = replace(night.rows[Article][0], links=("https://other.example/1",))


def put_rows_of_links_in_another_order(night):
    night.rows[Article][0] = replace(night.rows[Article][0], links=("https://other.example/1", "https://x.example/"))
    night.add_article_link("b", 0, "https://x.example/")
    night.add_article_link("b", 4)


def add_a_link_to_an_old_article(night):
    night.add_article_link("old", 5, "https://x.example/", days=-1)


def repeat_an_old_article_link(night):
    night.add_article_link("old", 1, days=-1)


def link_from_what_is_not_there(night):
    night.add_article_link("nowhere", 0)


def follow_what_does_not_stand(night):
    night.add_follows("story of b", "story of nobody", 40)


def follow_what_is_not_dated(night):
    night.add_follows("story of b", "story of old", 40)


# What each breaks, and the key by which the audit tells it.
FAULTS = {
    repeat_article: {"unique-articles": "{of}b 1"},
    repeat_old_key: {"unique-sketches": "{of}old 1"},
    repeat_old_key_on_another_day: {"unique-sketches": "{of}old 1", "dated-sketches": "{of}old 1"},
    repeat_old_lines_on_another_day: {"unique-page_lines": "{of}old 1", "dated-page_lines": "{of}old 1"},
    repeat_old_copy: {"unique-copies": "{of}copy 1 {of}source 1"},
    repeat_old_copy_on_another_day: dict.fromkeys(("unique-copies", "dated-copies"), "{of}copy 1 {of}source 1"),
    repeat_key_of_an_earlier_run: {"unique-families": "night-1 1 {of}old"},
    repeat_key_with_null: {"unique-story_lineage": "night-2 1 {of}x born null"},
    miscount_story: {"agree-stories": "{of}story of b"},
    end_story_that_has_members: {"agree-stories": "{of}story of old"},
    take_member_from_old_story: {"agree-stories": "{of}story of old"},
    have_no_independent_source: {"agree-families": "{of}b"},
    take_source_from_old_family: {"agree-families": "{of}source"},
    tell_copies_apart: {"agree-copies": "{of}old"},
    move_one_copy_to_another_story: {"agree-copies": "{of}source"},
    cut_without_cuts: {"agree-cuts": "{of}b 1"},
    cut_an_old_article: {"agree-cuts": "{of}old 1"},
    repeat_story_of_an_earlier_run: {"unique-stories": "night-1 1 {of}story of old"},
    repeat_story_of_this_run: {"unique-stories": "night-2 1 {of}story of b"},
    tell_a_story_of_no_run: {"run-story_lineage": "night-2 7"},
    cut_an_old_article_on_another_day: {"agree-cuts": "{of}old 1", "dated-cuts": "{of}old 1"},
    sketch_what_is_not_there: {"dated-sketches": "{of}nowhere 1"},
    copy_what_is_not_there: {"dated-copies": "{of}b 1 {of}nowhere 1"},
    date_lines_otherwise: {"dated-page_lines": "{of}b 1"},
    lead_nowhere: {"agree-aliases": "{of}other"},
    lead_to_an_alias: {"agree-aliases": "{of}other"},
    make_an_alias_of_where_one_leads: {"agree-aliases": "{of}old alias"},
    change_what_is_not_there: {"agree-changes": "{of}change of old"},
    leave_out_family: {"complete-families": "{of}b"},
    leave_out_membership: {"complete-story_articles": "{of}b"},
    leave_out_terms: {"complete-text_terms": "{of}b 1"},
    leave_out_names: {"complete-text_names": "{of}b 1"},
    leave_out_sketch: {"complete-sketches": "{of}b 1"},
    leave_out_text: {"agree-story_texts": "{of}b"},
    let_two_texts_stand_for_a_family: {"agree-story_texts": "{of}b"},
    repeat_link: {"unique-story_links": "{of}b {of}old 2026-03-06"},
    repeat_old_link: {"unique-story_links": "{of}source {of}old 2026-03-05"},
    link_what_stands_for_no_family: {"dated-story_links": "{of}copy 2026-03-06"},
    leave_out_a_row_of_links: {"agree-article_links": "{of}b 1"},
    put_rows_of_links_in_another_order: {"agree-article_links": "{of}b 1"},
    add_a_link_to_an_old_article: {"agree-article_links": "{of}old 1"},
    repeat_an_old_article_link: {"unique-article_links": "{of}old 1 1"},
    link_from_what_is_not_there: {"dated-article_links": "{of}nowhere 1"},
    follow_what_does_not_stand: {"agree-story_follows": "{of}story of b"},
    follow_what_is_not_dated: {"agree-story_follows": "{of}story of b"},
}


def make_old_night(of=""):
    """A first night: an article with an alias, and two copies in one family and one story."""
    night = Night(1, "old", of=of)
    night.rows[Article][0] = replace(night.rows[Article][0], links=("https://other.example/1",))
    for position in (1, 3):
        night.add_article_link("old", position)
    night.add_lines("old")
    night.add_copy("copy", "source")
    night.add_alias("old alias", "old")
    for name in ("source", "copy"):
        night.add_article(name)
        night.add_family(name, "source", independent=name == "source")
        night.add_membership(name, "story of copies")
    night.add_story("story of copies", 2)
    night.add_text("source")
    night.add_link("source", "old")
    return night


@pytest.mark.parametrize("do_wrong", FAULTS, ids=lambda f: f.__name__)
def test_what_a_night_does_wrong_fails_it(lake, do_wrong):
    night = Night(2, "b")
    do_wrong(night)
    assert night.land(lake) == dict.fromkeys(FAULTS[do_wrong], 1.0)


@pytest.mark.parametrize("do_wrong", FAULTS, ids=lambda f: f.__name__)
def test_it_fails_it_as_well_where_the_lake_is_read_whole(lake, do_wrong):
    (lake.folder / FILE).unlink()
    night = Night(2, "b")
    do_wrong(night)
    assert night.land(lake, replaced=LAKE_ROWS) == dict.fromkeys(FAULTS[do_wrong], 1.0)


def test_what_a_night_replaces_is_no_repeated_key(lake):
    night = Night(2, "b")
    sketches = make_arrow_table([Sketch(**Night(1).place("old", 1, 0))], Sketch)
    rows = {cls: make_arrow_table(rows, cls) for cls, rows in night.rows.items()}
    written = rows | {Sketch: pa.concat_tables([rows[Sketch], sketches])}
    replacement = Replacement(Sketch, sketches.select(["article_id", "version"]), sketches)
    checks = lake.land(
        rows, lambda connection: check_landing(night.run, written, connection, {Sketch}), night.run, [replacement]
    )
    assert all(check.passed for check in checks)
    assert audit(lake) == {}


def test_old_faults_fail_no_night_that_does_not_touch_them_and_the_audit_finds_each(lake):
    nights, expected = [], {}
    for do_wrong, told in FAULTS.items():
        wrong = Night(2, "b", of=f"{do_wrong.__name__} ")
        do_wrong(wrong)
        nights += [make_old_night(wrong.of), wrong]
        for name, key in told.items():
            expected.setdefault(name, set()).add(key.format(of=wrong.of))
    land_unchecked(lake, nights)
    found = audit(lake)
    assert {name: count for name, (count, *_) in found.items()} == {n: len(keys) for n, keys in expected.items()}
    assert all(set(examples) <= expected[name] for name, (_, *examples) in found.items())
    assert Night(3, "c").land(lake) == {}


def land_unchecked(lake, nights):
    """Land the rows of several nights at once, as an older version might have done it, without a check."""
    rows = {}
    for night in nights:
        for cls, more in night.rows.items():
            rows.setdefault(cls, []).extend(row for row in more if cls is not Run or row.run_id != "night-1")
    rows[Run] = rows[Run][:1]  # that of the first night stands in the lake
    lake.land({cls: make_arrow_table(rows, cls) for cls, rows in rows.items()}, lambda _: [], nights[0].run)


def test_a_night_without_fault_touches_what_an_earlier_one_made(lake):
    second = Night(2, "b")
    second.add_article("old", version=2, uncut_sha256="f")
    second.add_cut("old", version=2)
    second.add_change("old", version=2)
    second.add_family("old", "b", independent=False)
    second.add_membership("old", "story of b")
    second.add_story("story of old", 0, status="ended")
    second.rows[Story][0] = replace(second.rows[Story][0], articles=2)
    assert second.land(lake) == {}
    assert audit(lake) == {}


def test_a_check_of_an_attempt_that_stands_there_already_is_a_repeated_key(lake):
    night = Night(2, "b")
    earlier = Check(**night.run_columns, name="c", required=True, passed=True, value=0.0, expected="0")
    lake.land({Check: make_arrow_table([earlier], Check)}, lambda _: [], night.run)
    assert night.land(lake) == {"unique-checks": 1.0}


def test_every_table_has_its_condition():
    names = [condition.name for condition in CONDITIONS]
    assert {f"unique-{name}" for name in TABLES} < set(names)
    assert len(set(names)) == len(names)
