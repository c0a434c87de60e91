"""`storyfold pin`, `unpin` and `pins` on a real lake: what they change, print, refuse and leave alone."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from boilerplate.test_order_of_nights import START, Nights
from click.testing import CliRunner
from identity.pins_support import make_pin
from stories.test_cluster import FLOOD, STRIKE, article
from tests_support import digest_folder, unpack_older_lake

from flows.commands.cli import cli
from flows.lake_form import load_form
from storyfold.identity.ids import hash_text
from storyfold.lake.audit import audit_lake
from storyfold.lake.lake import Lake
from storyfold.lake.rows_in_force import ALL_RUNS, find_last_landed
from storyfold.outcomes import StoryfoldError, WrongUse
from storyfold.schemas.columns import make_arrow_table
from storyfold.schemas.pins import Pin

FORM = load_form()
# Every row in force, without the run that wrote it.
IN_FORCE = {
    "families": "SELECT COLUMNS(c -> c NOT IN ('run_id', 'attempt', 'run_date')) FROM current_families ORDER BY ALL",
    "stories": "SELECT COLUMNS(c -> c NOT IN ('run_id', 'attempt', 'run_date')) FROM current_stories ORDER BY ALL",
    "members": "SELECT article_id, story_id, score, basis, provisional FROM current_memberships ORDER BY ALL",
    "texts": "FROM story_texts ORDER BY ALL",
    "links": "FROM story_links ORDER BY ALL",
    "articles": "SELECT article_id, version, text_sha256, run_id FROM articles ORDER BY ALL",
    "copies": "FROM copies ORDER BY ALL",
}


LONGER = (
    " The council of the town will meet in the old school tonight, since the hall stands under water, and has asked "
    "the county for blankets, pumps and two buses. Nobody was hurt, said the chief of the fire brigade, Tom Harrow, "
    "who had not slept since Saturday. The railway to the coast stays closed until engineers have looked at the bridge."
)


LONGER_STRIKE = (
    " The union wants two free nights a week for every driver and a room with beds at the depot. The city has offered "
    "one night and no beds. Its director of transport, Ines Palk, said that there was no money for more this year, and "
    "that buses of three neighbouring towns would run every half hour from six in the morning until midnight."
)


def report(name, body, day=0, **more):
    """An undated report by an outlet of its own."""
    seen = START + timedelta(days=day, minutes=ord(name))
    found = article(name * 8, body, None, outlet=f"Paper {name}", first_seen_at=seen, location=f"{name}.html", **more)
    return replace(found, text_sha256=hash_text(found.title, body), content_sha256=name, word_count=len(body.split()))


def make_nights():
    """Two nights: a flood (a, its reprint g, b, e), a strike (c, its reprint h, d), and a text of neither (x)."""
    flood, strike = FLOOD[0] + LONGER, STRIKE[0] + LONGER_STRIKE
    first = [report(name, flood, title="Harbridge flooded") for name in "ag"]
    first += [report("b", FLOOD[1], title="Torwell barrage fails"), report("d", STRIKE[1])]
    first += [report(name, strike, title="Ostmark tram drivers strike") for name in "ch"]
    choir = "The choir of the valley school won the national contest in the capital with two new songs. " * 3
    return first, [report("e", FLOOD[2], 1), report("x", choir, 1, title="Valley choir wins")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    nights = Nights(tmp_path_factory.mktemp("pins") / "lake")
    for night in make_nights():
        nights.land_whole(night)
    return nights.lake


@pytest.fixture
def lake(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "lake")
    lake = Lake(tmp_path / "lake")
    yield lake
    assert [f for f in audit_lake(lake, FORM.views, steps=FORM.steps) if f.state == "wrong"] == []


def run(lake, *arguments, code=0):
    """Run a command in this process; return its lines, or the error where it is wrong use (2) or failed (1)."""
    done = CliRunner().invoke(cli, [*map(str, arguments), "--lake", str(lake.folder)])
    if code:
        assert isinstance(done.exception, WrongUse if code == 2 else StoryfoldError), (done.output, done.exception)
        assert code == 2 or not isinstance(done.exception, WrongUse)
        return str(done.exception)
    assert (done.exit_code, done.exception) == (0, None), done.output
    return done.stdout


def read(lake, query):
    return lake.read(query).to_pylist()


def list_all(lake):
    return {name: read(lake, query) for name, query in IN_FORCE.items()}


def read_stories(lake):
    stories = {}
    for row in read(lake, "FROM current_memberships ORDER BY article_id"):
        stories.setdefault(row["story_id"], []).append(row["article_id"])
    return sorted(stories.values(), key=lambda names: (-len(names), names))


def leave_out(rows, names):
    """What is in force of the articles that are not named."""
    kept = [row for row in rows["members"] if row["article_id"] not in names]
    stories = {row["story_id"] for row in kept}
    return (
        kept,
        [row for row in rows["families"] if row["article_id"] not in names],
        [row for row in rows["stories"] if row["story_id"] in stories],
    )


def test_two_stories_are_joined_and_unpin_gives_back_what_was(lake):
    before, (one, *_, other) = list_all(lake), read_stories(lake)
    dry = run(lake, "pin", "same", one[0], other[0][:16], "--dry-run")
    assert "nothing was written" in dry
    assert list_all(lake) == before
    out = run(lake, "pin", "same", one[0], other[0], "--note", "one fire, two ends of the street", "--by", "Ada")
    assert (
        [line for line in dry.splitlines() if line.startswith("story ")]
        == [line for line in out.splitlines() if line.startswith("story ")]
        != []
    )
    assert sorted(one + other) in read_stories(lake)
    after = list_all(lake)
    assert leave_out(after, {*one, *other}) == leave_out(before, {*one, *other})
    assert after["families"] == before["families"]
    reasons = read(lake, "SELECT DISTINCT reason, event FROM story_lineage SEMI JOIN pins USING (run_id)")
    assert {row["reason"] for row in reasons} == {"pinned"}
    assert "merged" in {row["event"] for row in reasons}
    (row,) = json.loads(run(lake, "pins", "--format", "json"))
    assert (row["verdict"], row["level"], row["pinned_by"]) == ("same", "story", "Ada")
    assert "one fire, two ends" in run(lake, "pins")
    check_shown(lake, one[0], other[0])
    run(lake, "unpin", other[0], one[0], "--by", "Ben")
    assert list_all(lake) == before
    assert run(lake, "pins") == "no pins\n"
    (row,) = json.loads(run(lake, "pins", "--all", "--format", "json"))
    assert (row["unpinned_by"], row["note"]) == ("Ben", "one fire, two ends of the street")


def test_nights_before_and_after_pins_give_what_one_night_of_all_gives_with_them(tmp_path):
    pins = (("different", "a", "g"), ("same", "b", "c"), ("different", "a", "b", "--as", "family"))

    def set_pins(lake):
        for verdict, one, other, *more in pins:
            run(lake, "pin", verdict, one * 8, other * 8, *more)

    nights = make_nights()
    whole = Nights(tmp_path / "whole")
    whole.land_whole([row for night in nights for row in night])
    set_pins(whole.lake)
    between = Nights(tmp_path / "between")
    between.land_whole(nights[0])
    set_pins(between.lake)
    between.land_whole(nights[1])
    between.land_whole(nights[0])  # run again
    assert read_stories(between.lake) == read_stories(whole.lake)
    kept = "SELECT previous FROM checks JOIN landed_runs USING (run_id, attempt) WHERE name = 'kept-parse'"
    compared = read(between.lake, f"{kept} ORDER BY finished_at")
    assert [row["previous"] for row in compared] == [None, 6, 2]  # with the last night, over pins
    for name in ("families", "stories", "members", "texts"):
        assert read(between.lake, IN_FORCE[name]) == read(whole.lake, IN_FORCE[name])
    assert any({"b" * 8, "c" * 8, "d" * 8} <= {*names} for names in read_stories(whole.lake))
    assert not any({"a" * 8, "g" * 8} <= {*names} for names in read_stories(whole.lake))
    assert [f for f in audit_lake(between.lake, FORM.views, steps=FORM.steps) if f.state == "wrong"] == []


def test_a_pin_that_families_keep_from_holding_is_refused_until_they_are_parted(lake):
    """The reprints a and g, and c and h, lead from b to x, which are pinned apart."""
    b, a, g, c, h, x = (name * 8 for name in "bagchx")
    run(lake, "pin", "different", b, x)
    run(lake, "pin", "same", b, a)
    run(lake, "pin", "same", g, c)
    before = list_all(lake)
    told = run(lake, "pin", "same", h, x, code=1)
    assert "would not hold" in told
    assert list_all(lake) == before
    assert len(read(lake, "FROM current_pins")) == 3
    run(lake, "pin", "different", c, h, "--as", "family")
    run(lake, "pin", "same", h, x)
    story_of = {row["article_id"]: row["story_id"] for row in read(lake, "FROM current_memberships")}
    assert story_of[b] == story_of[c] != story_of[h] == story_of[x]


def test_the_audit_tells_a_pin_that_does_not_hold(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "lake")
    lake = Lake(tmp_path / "lake")
    with lake.connect(read_only=False) as connection:
        connection.register("pins_set", make_arrow_table([make_pin("a" * 8, "x" * 8, "same")], Pin))
        connection.execute("INSERT INTO pins BY NAME FROM pins_set")
    (wrong,) = (f for f in audit_lake(lake, FORM.views, steps=FORM.steps) if f.state == "wrong")
    assert (wrong.name, wrong.count) == ("agree-pins", 1)
    run(lake, "pin", "same", "c" * 8, "x" * 8)  # hinders no other pin


def check_shown(lake, a, b):
    """The pin is told wherever the two articles' story is."""
    (story,) = {row["story_id"] for row in read(lake, "FROM current_memberships") if row["article_id"] in (a, b)}
    for form in ("text", "json", "markdown", "html"):
        for told in (("why", a, b), ("story", story)):
            assert "one fire, two ends" in run(lake, *told, "--format", form)
    assert "as a pin says" in run(lake, "story", story)
    assert "One story, pinned as one story by" in run(lake, "why", a, b)
    assert "1 pin in force" in run(lake, "report")
    page = (lake.reports / "latest.html").read_text(encoding="utf-8")
    assert "one fire, two ends" in page
    assert not [row for row in read(lake, "FROM night_summary") if "pins" in row["run_id"]]


@pytest.mark.parametrize("level", ["family", "story"])
def test_a_family_is_parted_and_unpin_by_id_gives_back_what_was(lake, level):
    before = list_all(lake)
    (pair,) = read(lake, "SELECT article_id, of_article_id FROM copies WHERE kind = 'full' ORDER BY ALL LIMIT 1")
    a, b = pair.values()
    run(lake, "pin", "different", a, b, "--as", level)
    placed = {row["article_id"]: row for row in read(lake, "FROM placed_articles")}
    assert placed[a]["family_id"] != placed[b]["family_id"]
    assert level == "family" or placed[a]["story_id"] != placed[b]["story_id"]
    (row,) = read(lake, "FROM current_pins")
    run(lake, "unpin", row["pin_id"][:10])
    assert list_all(lake) == before
    # so a night that was killed before finds its copies and stories again: `begin_attempt` asks who landed last
    assert "-pins-" in find_last_landed(read(lake, ALL_RUNS))["run_id"]


def test_two_families_are_joined_with_their_stories(lake):
    before, (one, *_, other) = list_all(lake), read_stories(lake)
    run(lake, "pin", "same", one[0], other[0], "--as", "family")
    placed = {row["article_id"]: row for row in read(lake, "FROM placed_articles")}
    assert placed[one[0]]["family_id"] == placed[other[0]]["family_id"]
    assert placed[one[0]]["story_id"] == placed[other[0]]["story_id"]
    run(lake, "unpin", one[0], other[0])
    assert list_all(lake) == before


def test_contradictions_are_refused_with_the_pins_that_they_contradict(lake):
    one, other, third, *_ = (names[0] for names in read_stories(lake))
    run(lake, "pin", "same", one, other, "--by", "Ada")
    run(lake, "pin", "same", other, third, "--by", "Ada", "--as", "family")
    ids = [row["pin_id"][:12] for row in read(lake, "SELECT pin_id FROM current_pins")]
    before = digest_folder(lake.folder / "main")
    told = run(lake, "pin", "different", third, one, code=2)
    assert all(pin_id in told for pin_id in ids)
    assert "in force already" in run(lake, "pin", "same", other, one, code=2)
    assert "contradicts" in run(lake, "pin", "different", one, other, code=2)
    assert digest_folder(lake.folder / "main") == before
    run(lake, "pin", "different", third, one, "--as", "family")


def test_what_is_no_pin_is_refused(lake):
    (one, *_), *_ = read_stories(lake)
    assert "one article" in run(lake, "pin", "same", one, one, code=2)
    assert "no article" in run(lake, "pin", "same", one, "https://nowhere.example/x", code=1)
    assert "no such pin" in run(lake, "unpin", "ffff", code=1)
    assert "too long" in run(lake, "pin", "same", one, one, "--note", "x" * 2_001, code=2)
    assert "--by" in run(lake, "pin", "same", one, one, "--by", " ", code=2)
    with lake.lock_for_writing():
        assert "another run" in run(lake, "pin", "same", one, one, code=1)


def test_an_older_lake_is_brought_up_to_date_but_by_no_dry_run(tmp_path):
    older = Lake(unpack_older_lake(tmp_path))
    (one, *_), (other, *_), *_ = read_stories(older)
    before = digest_folder(older.folder)
    assert "an older version" in run(older, "pin", "same", one, other, "--dry-run", code=1)
    assert "an older version" in run(older, "pins", code=1)
    assert digest_folder(older.folder) == before
    run(older, "pin", "same", one, other)
    assert len(read(older, "FROM current_pins")) == 1
