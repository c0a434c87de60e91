"""An older lake is brought to this version's form whole or not at all; a newer one is left alone."""

import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
from tests_support import ROOT, digest_folder, unpack_older_lake

from flows.lake_form import load_form
from storyfold.lake.audit import audit_lake
from storyfold.lake.catalog_comments import make_table_comment
from storyfold.lake.form import LakeForm, NewerLake, Step
from storyfold.lake.lake import Lake
from storyfold.lake.migration import choose_steps, list_changes, migrate
from storyfold.outcomes import StoryfoldError
from storyfold.run import older_features, older_links
from storyfold.run.text_features import make_features
from storyfold.schemas import TABLES, Sketch, TextTerms
from storyfold.schemas.columns import OlderRows, declare_table, get_declared_table, make_arrow_table

FORM = load_form()
# What a migration may not change: the rows that people know the lake by.
KEPT = {
    "articles": "SELECT COLUMNS(c -> c NOT IN ('is_repeat', 'image_caption')) FROM articles ORDER BY ALL",
    "families": "FROM current_families ORDER BY article_id",
    "stories": "FROM current_memberships ORDER BY article_id",
    "aliases": "FROM article_aliases ORDER BY alias_id",
    "copies": "SELECT COLUMNS(c -> c <> 'other_is_longer' AND NOT c.starts_with('words_')) FROM copies ORDER BY ALL",
    "cuts": "SELECT COLUMNS(c -> c <> 'links') FROM cuts ORDER BY ALL",
    "rejects": "FROM rejects ORDER BY ALL",
    "runs": "SELECT COLUMNS(c -> c <> 'kind') FROM runs ORDER BY ALL",
}
TABLES_ADDED = (
    *("article_links", "text_terms", "text_names", "story_texts", "story_links", "story_follows"),
    *("outlet_facts", "pins"),
)
COLUMNS_ADDED = (
    "runs.kind",
    *("articles.image_caption", "articles.is_repeat", "cuts.links"),
    *("sketches.method", "sketches.words", "sketches.text_hash"),
    *("copies.other_is_longer", "copies.words_before", "copies.words_between", "copies.words_after"),
    *("stories.founder_article_id", "stories.names", "stories.numbers", "stories.why", "stories.open_until"),
    "story_lineage.reason",
)
VIEWS_ADDED = (
    "current_pins",
    *("story_ids", "story_mentions", "story_names", "story_numbers", "current_follows", "current_outlets", "outlets"),
    *("current_links", "citations_by_outlet"),
)
LACKS = (*TABLES_ADDED, *COLUMNS_ADDED, *VIEWS_ADDED)
DATED = "current_stories JOIN current_memberships USING (story_id) SEMI JOIN story_texts USING (article_id)"
SKETCHES = "SELECT article_id, version, seen_date, outlet, hashes FROM sketches ORDER BY article_id, version"


@pytest.fixture
def older(tmp_path):
    return Lake(unpack_older_lake(tmp_path))


@pytest.fixture
def lake(tmp_path):
    """A lake of this version with three sketches."""
    lake = Lake(tmp_path / "lake")
    lake.create(FORM.views, FORM.steps)
    rows = [Sketch(article_id=n, version=1, seen_date=date(2026, 3, 4), hashes=(1, 2), words=4) for n in "abc"]
    with lake.connect(read_only=False) as connection:
        connection.register("rows", make_arrow_table(rows, Sketch))
        connection.execute("INSERT INTO sketches BY NAME FROM rows")
    return lake


def change(lake, *statements):
    with lake.connect(read_only=False) as connection:
        for statement in statements:
            connection.execute(statement)


def snapshots(lake):
    return lake.read("SELECT count(*) AS n FROM ducklake_snapshots('lake')").to_pylist()[0]["n"]


def ask(lake, query):
    return lake.read(query).to_pylist()


def test_an_older_lake_is_told_and_migrated_and_keeps_its_rows(older):
    found = older.compare(FORM)
    assert found.lacks == LACKS
    assert found.older_methods == ("sketches",)
    assert list(list_changes(FORM, found)) == [
        *(f"adds table {table}" for table in TABLES_ADDED),
        *(f"adds column {column}" for column in COLUMNS_ADDED),
        "makes sketches of texts anew",
        "makes terms of texts anew",
        "makes names and numbers of texts anew",
        "makes links in articles anew",
        "makes choices of texts for families anew",
        "makes links of texts anew",
        "makes comparisons of stories with earlier ones anew",
        "makes rows of outlets anew",
        "drops sketches.shingles",
        *(f"adds view {view}" for view in VIEWS_ADDED),
        "replaces view current_stories",
        "replaces view current_versions",
        "replaces view placed_articles",
        "replaces view story_successors",
        "replaces view first_reports",
        "replaces view top_stories",
        "replaces view copies_by_outlet",
        "replaces view night_summary",
    ]
    assert f"`storyfold migrate --lake {older.folder}`" in found.describe(older.folder)
    kept, sketches = {name: ask(older, query) for name, query in KEPT.items()}, ask(older, SKETCHES)
    assert all(kept.values())

    shown = []
    older.create(FORM.views, FORM.steps, lambda *step: shown.append(step))
    counts = [ask(older, f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in ("current_articles", "story_texts")]
    sizes = {
        "sketches of texts": len(sketches),
        "terms of texts": len(sketches),
        "names and numbers of texts": len(sketches),
        "links in articles": 0,
        "choices of texts for families": counts[0],
        "links of texts": counts[1],
        "comparisons of stories with earlier ones": ask(
            older, f"SELECT count(*) AS n FROM {DATED} WHERE first_published_at IS NOT NULL"
        )[0]["n"],
        "rows of outlets": ask(older, "SELECT count(*) AS n FROM outlet_facts")[0]["n"],
    }
    assert shown == [(makes, done, size) for makes, size in sizes.items() for done in sorted({0, size})]
    assert {name: ask(older, query) for name, query in KEPT.items()} == kept
    assert ask(older, "SELECT DISTINCT is_repeat FROM articles") == [{"is_repeat": None}]
    assert ask(older, SKETCHES) == sketches
    assert ask(older, "SELECT DISTINCT method FROM sketches") == [{"method": TABLES["sketches"].method}]
    assert {f.state for f in audit_lake(older, FORM.views, steps=FORM.steps)} == {"ok"}
    assert older.compare(FORM).describe(older.folder) is None
    schema = TABLES["articles"].schema
    versions = older.read("FROM articles ORDER BY seen_date, article_id, version").select(schema.names).cast(schema)
    wanted = make_features(versions, [TextTerms])[TextTerms].to_pylist()
    assert ask(older, "FROM text_terms ORDER BY seen_date, article_id, version") == wanted
    assert all(row["terms"] for row in wanted)
    compared = ask(older, "SELECT story_id FROM story_follows ORDER BY story_id")
    dated = "SELECT story_id FROM current_stories WHERE first_published_at IS NOT NULL ORDER BY story_id"
    assert compared == ask(older, dated) != []

    before = snapshots(older)
    older.create(FORM.views, FORM.steps, lambda *step: shown.append(step))
    assert (snapshots(older), len(shown)) == (before, 15)  # nothing is left to do


def test_older_rows_are_made_anew_in_slices_and_others_stay(older, monkeypatch):
    wanted = ask(older, SKETCHES)
    older.create(FORM.views, FORM.steps)
    kept, *older_ones = (row["article_id"] for row in wanted if row["version"] == 1)
    change(
        older,
        f"UPDATE sketches SET hashes = [1::UBIGINT], method = 0 WHERE article_id <> '{kept}'",
        # a version before methods had numbers has landed a night since: its rows say none, nor does its table
        f"UPDATE sketches SET hashes = [2::UBIGINT], method = NULL WHERE article_id = '{older_ones[0]}'",
        f"UPDATE sketches SET outlet = 'Kept' WHERE article_id = '{kept}'",
        "COMMENT ON TABLE sketches IS 'One row is an article''s text sketch (internal).'",
    )
    monkeypatch.setattr(older_features, "SLICE", 500)
    shown = []
    older.create(FORM.views, FORM.steps, lambda _, done, total: shown.append((done, total)))
    total = len(wanted) - sum(row["article_id"] == kept for row in wanted)
    assert shown[0] == (0, total)
    assert shown[-1] == (total, total)
    assert shown == sorted(set(shown))
    assert len(shown) > 3
    assert ask(older, SKETCHES) == [row | ({"outlet": "Kept"} if row["article_id"] == kept else {}) for row in wanted]


def test_links_of_an_older_lake_have_rows_without_words(older, monkeypatch):
    addresses = ["https://harbourpost.example/2026/03/01/bridge", "https://www.council.example/x", "https://10.0.0.7/y"]
    change(
        older,
        f"UPDATE articles SET links = {addresses} WHERE url LIKE 'https://harbourpost%'",
        f"UPDATE articles SET links = {addresses[:1]} WHERE url LIKE 'https://valetribune%'",
        f"UPDATE articles SET links = {addresses[1:2]}, url = NULL, canonical_url = NULL WHERE url LIKE '%lantern%'",
    )
    monkeypatch.setattr(older_links, "SLICE", 2)
    shown = []
    older.create(FORM.views, FORM.steps, lambda *step: shown.append(step))
    assert [(done, total) for makes, done, total in shown if makes == "links in articles"] == [
        (done, 8) for done in (0, 2, 4, 6, 8)
    ]
    rows = ask(older, "FROM article_links ORDER BY article_id, version, position")
    assert {(row["line"], row["anchor"]) for row in rows} == {(None, None)}
    listed = ask(older, "SELECT article_id, version, seen_date, links FROM articles ORDER BY article_id, version")
    assert [(row["article_id"], row["version"], row["seen_date"], row["position"], row["address"]) for row in rows] == [
        (row["article_id"], row["version"], row["seen_date"], n, address)
        for row in listed
        for n, address in enumerate(row["links"])
    ]
    publishers = ["harbourpost.example", "council.example", "10.0.0.7"]
    assert {(row["address"], row["publisher"]) for row in rows} == {*zip(addresses, publishers, strict=True)}
    own = ask(older, "SELECT DISTINCT outlet, publisher, is_internal FROM current_links ORDER BY ALL")
    assert sorted((row["publisher"], row["is_internal"]) for row in own if row["is_internal"] is not None) == [
        ("10.0.0.7", False), ("council.example", False), ("harbourpost.example", False), ("harbourpost.example", True),
    ]  # fmt: skip
    assert [row["publisher"] for row in own if row["is_internal"] is None] == ["council.example"]
    assert {f.state for f in audit_lake(older, FORM.views, steps=FORM.steps)} == {"ok"}


def test_a_lake_of_this_version_needs_no_step(tmp_path):
    def fail(_connection, _show):
        raise AssertionError("a step was run")

    lake, form = Lake(tmp_path / "lake"), replace(FORM, steps=(Step("sketches", "sketches", fail),))
    lake.create(form.views, form.steps)
    lake.create(form.views, form.steps)
    assert choose_steps(form, lake.compare(form)) == []


LIST_FILES = "SELECT data_file FROM ducklake_list_files(current_database(), ?)"
MIGRATE = """
    import sys, time
    from flows.lake_form import load_form
    from storyfold.run import older_features
    from storyfold.lake.lake import Lake
    older_features.SLICE = 500
    def show(makes, done, total):
        print(done, flush=True)
        time.sleep({pause})
    form = load_form()
    Lake({folder!r}).create(form.views, form.steps, show)
    print("done", flush=True)
"""


def start_migration(lake, pause):
    code = textwrap.dedent(MIGRATE).format(folder=str(lake.folder), pause=pause)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_kill_9_in_the_middle_leaves_the_lake_as_it_was(older):
    before = digest_folder(older.folder)
    with start_migration(older, pause=0.2) as running:
        for _ in range(3):
            assert running.stdout.readline()
        running.send_signal(signal.SIGKILL)
    after = digest_folder(older.folder)
    assert {name: after[name] for name in before} == before
    assert older.compare(FORM).lacks == LACKS
    left = {path for path in after.keys() - before.keys() if path.startswith("main/")}
    older.create(FORM.views, FORM.steps)
    with older.connect() as connection:  # what was written before is in no table
        listed = [connection.execute(LIST_FILES, [name]).fetchall() for name in ("sketches", *TABLES_ADDED)]
    assert not left & {str(Path(path).relative_to(older.folder)) for files in listed for (path,) in files}
    assert {f.state for f in audit_lake(older, FORM.views, steps=FORM.steps)} == {"ok"}


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0, 0.004, 0.008, 0.012, 0.02, 0.03, 0.05, 0.08])
def test_kill_9_while_it_commits_leaves_one_or_the_other(older, pause):
    wanted = ask(older, SKETCHES)
    with start_migration(older, pause=0) as running:
        while running.stdout.readline() != f"{len(wanted)}\n":  # the last slice is made: it replaces and commits
            assert running.poll() is None
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
    found = older.compare(FORM)
    assert found.describe(older.folder) is None or (found.lacks, found.older_methods) == (
        LACKS,
        ("sketches",),
    )
    assert ask(older, SKETCHES) == wanted
    older.create(FORM.views, FORM.steps)
    assert {f.state for f in audit_lake(older, FORM.views, steps=FORM.steps)} == {"ok"}


def test_a_step_that_fails_leaves_the_lake_as_it_was(older):
    def fail(connection, _show):
        connection.execute("DELETE FROM sketches")
        raise OSError(28, "No space left on device")

    wanted, before = ask(older, SKETCHES), snapshots(older)
    with pytest.raises(OSError, match="No space left"):
        older.create(FORM.views, (Step("sketches", "sketches", fail, ("sketches.shingles",)),))
    assert (ask(older, SKETCHES), snapshots(older)) == (wanted, before)
    assert older.compare(FORM).lacks == LACKS


def test_an_older_method_without_a_step_is_refused(older):
    change(older, "ALTER TABLE sketches DROP COLUMN shingles")
    with pytest.raises(StoryfoldError, match="sketches were made by an older method, and no step"):
        older.create(FORM.views)
    assert older.compare(FORM).lacks == LACKS


@declare_table("pets", "a pet", key=("name",), method=2)
@dataclass(frozen=True, slots=True, kw_only=True)
class Pet:
    name: Annotated[str, "Its name."]
    legs: Annotated[int, OlderRows(4), "How many legs it has."]
    kind: Annotated[str, OlderRows("it's a cat"), "What it is."]
    tame: Annotated[bool, OlderRows(value=False), "Whether it is tame."]
    sound: Annotated[str, "What it says."]
    owner: Annotated[str | None, "Whose it is."]
    method: Annotated[int, OlderRows(0), "By which method."] = 2


def fill_pets(connection, show):
    show(0, 1)
    connection.execute("UPDATE pets SET sound = 'meow, ' || name, method = 2")
    connection.execute("INSERT INTO pets BY NAME SELECT *, 3 AS legs, 'dog' AS kind, true AS tame, 'wuff' AS sound, "
                       "2 AS method FROM dogs")  # fmt: skip
    show(1, 1)


PETS = Step("pets", "sounds of pets", fill_pets, replaces=("dogs", "pets.colour", "all_dogs"))
PET_FORM = LakeForm({"tame_pets": "-- a tame pet\nSELECT name FROM pets WHERE tame"}, (PETS,),
                    {"pets": get_declared_table(Pet)})  # fmt: skip


@pytest.fixture
def pets(tmp_path):
    lake = Lake(tmp_path / "pets")
    lake.folder.mkdir()
    change(
        lake,
        "CREATE TABLE pets (name VARCHAR NOT NULL, colour VARCHAR)",
        "INSERT INTO pets VALUES ('Tom', 'grey')",
        "CREATE TABLE dogs (name VARCHAR NOT NULL)",
        "COMMENT ON TABLE dogs IS 'One row is a dog.'",
        "INSERT INTO dogs VALUES ('Rex')",
        "CREATE VIEW all_dogs AS FROM dogs",
    )
    return lake


def bring(lake, form):
    with lake.connect(read_only=False) as connection:
        connection.execute("BEGIN")
        try:
            migrate(connection, form)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def test_columns_that_may_not_be_null_are_filled_by_declaration_or_step_and_what_is_replaced_goes(pets):
    assert set(pets.compare(PET_FORM).replaced) == {"dogs", "pets.colour", "all_dogs"}
    bring(pets, PET_FORM)
    tom = {"legs": 4, "kind": "it's a cat", "tame": False, "sound": "meow, Tom", "owner": None, "method": 2}
    rex = {"legs": 3, "kind": "dog", "tame": True, "sound": "wuff", "owner": None, "method": 2}
    assert ask(pets, "FROM pets ORDER BY name") == [{"name": "Rex"} | rex, {"name": "Tom"} | tom]
    assert ask(pets, "FROM tame_pets") == [{"name": "Rex"}]
    assert ask(pets, "SELECT name FROM pets WHERE legs = 4 AND kind LIKE 'it%'") == [{"name": "Tom"}]
    left = "SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    assert ask(pets, left) == [{"name": "pets"}]
    assert pets.compare(PET_FORM).describe(pets.folder) is None
    change(pets, "INSERT INTO pets BY NAME SELECT 'Zed' AS name, 'tsk' AS sound")
    (zed,) = ask(pets, "SELECT legs, kind FROM pets WHERE name = 'Zed'")
    assert zed == {"legs": None, "kind": None}  # what older rows hold is no default of newer ones


@declare_table("barks", "a dog's bark", key=("name",), method=1)
@dataclass(frozen=True, slots=True, kw_only=True)
class Bark:
    name: Annotated[str, "Whose it is."]
    method: Annotated[int, "By which method."] = 1


def test_a_derived_table_that_is_new_is_made_of_what_an_older_lake_has(pets):
    def fill_barks(connection, show):
        show(0, 1)
        connection.execute("INSERT INTO barks BY NAME SELECT name, 1 AS method FROM dogs")

    barks = get_declared_table(Bark)
    form = LakeForm({}, (Step("barks", "barks", fill_barks, replaces=("dogs", "all_dogs")),), {"barks": barks})
    assert list(list_changes(form, pets.compare(form))) == [
        "adds table barks", "makes barks anew", "drops dogs", "drops all_dogs",
    ]  # fmt: skip
    bring(pets, form)
    assert ask(pets, "FROM barks") == [{"name": "Rex", "method": 1}]
    assert pets.compare(form).describe(pets.folder) is None
    assert choose_steps(form, Lake(pets.folder).compare(form)) == []


def test_a_column_that_nothing_fills_is_refused(pets):
    def forget(connection, _show):
        connection.execute("UPDATE pets SET method = 2")

    with pytest.raises(StoryfoldError, match="pets has no column sound"):
        bring(pets, replace(PET_FORM, steps=(Step("pets", "nothing", forget, replaces=PETS.replaces),)))
    assert ask(pets, "FROM pets") == [{"name": "Tom", "colour": "grey"}]


def test_a_column_of_another_type_is_refused(lake):
    change(lake, "ALTER TABLE sketches DROP COLUMN words", "ALTER TABLE sketches ADD COLUMN words VARCHAR")
    assert lake.compare(FORM).retyped == ("sketches.words",)
    with pytest.raises(StoryfoldError, match=r"sketches\.words have other types"):
        lake.create(FORM.views, FORM.steps)


NEWER = {
    "ALTER TABLE articles ADD COLUMN mood VARCHAR": "articles.mood",
    "COMMENT ON TABLE sketches IS 'One row is a sketch. [method 99]'": "method 99 of sketches",
    "CREATE TABLE moods (mood VARCHAR); COMMENT ON TABLE moods IS 'One row is a mood.'": "moods",
}


@pytest.mark.parametrize("newer", NEWER)
def test_a_newer_lake_is_told_and_left_alone(lake, newer):
    change(lake, *newer.split("; "))
    before = snapshots(lake)
    assert lake.compare(FORM).unknown == (NEWER[newer],)
    assert "a newer version of storyfold made this lake" in lake.compare(FORM).describe(lake.folder)
    with pytest.raises(NewerLake, match="update storyfold, nothing was written"):
        lake.create(FORM.views, FORM.steps)
    assert snapshots(lake) == before


def test_a_table_of_somebody_else_is_no_sign_of_a_newer_version(lake):
    change(lake, "CREATE TABLE my_notes (article_id VARCHAR, note VARCHAR)", "CREATE VIEW mine AS FROM my_notes")
    assert lake.compare(FORM).describe(lake.folder) is None
    lake.create(FORM.views, FORM.steps)
    assert ask(lake, "FROM mine") == []


def test_the_mark_of_a_method_is_the_declared_one(lake):
    (told,) = ask(lake, "SELECT comment FROM duckdb_tables() WHERE table_name = 'sketches'")
    assert told["comment"] == make_table_comment(TABLES["sketches"])
    assert told["comment"].endswith(f"[method {TABLES['sketches'].method}]")
