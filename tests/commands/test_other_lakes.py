"""Every command on a lake of another version, on one without a night, and on none: one line, its exit code."""

import os
import shutil
import subprocess
import sys

import pytest
from tests_support import ROOT, digest_folder, unpack_older_lake

from flows.lake_form import load_form
from storyfold.lake.lake import Lake

FORM = load_form()
OLDER = (
    "an older version of storyfold made this lake: it lacks article_links, articles.image_caption, "
    "articles.is_repeat, citations_by_outlet and 31 more; older views: copies_by_outlet, current_stories, "
    "current_versions, first_reports and 4 more; made by an older method: sketches; "
    "no longer used: sketches.shingles; "
)
NEWER = "a newer version of storyfold made this lake: this one does not know articles.mood, moods"
READERS = {
    "list": ("sql",),
    "sql": ("sql", "SELECT count(*) AS n FROM current_articles"),
    "check": ("check",),
    "dry-run": ("migrate", "--dry-run"),
}


def run(lake, *arguments, code=0):
    """The lines on standard output and on standard error of a command on a lake, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", *arguments, "--lake", str(lake.folder)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told = done.stderr.decode()
    assert done.returncode == code, (done.stdout.decode(), told)
    assert "Traceback" not in told
    return done.stdout.decode().splitlines(), told.splitlines()


@pytest.fixture
def older(tmp_path):
    return Lake(unpack_older_lake(tmp_path))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    lake = Lake(unpack_older_lake(tmp_path_factory.mktemp("migrated")))
    lake.create(FORM.views, FORM.steps)
    return lake.folder


@pytest.fixture
def newer(migrated, tmp_path):
    shutil.copytree(migrated, tmp_path / "newer")
    lake = Lake(tmp_path / "newer")
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE articles ADD COLUMN mood VARCHAR")
        connection.execute("CREATE TABLE moods (mood VARCHAR)")
        connection.execute("COMMENT ON TABLE moods IS 'One row is a mood.'")
    return lake


def test_readers_of_an_older_lake_tell_it_and_write_nothing(older):
    before = digest_folder(older.folder)
    told = {name: run(older, *arguments) for name, arguments in READERS.items()}
    assert digest_folder(older.folder) == before
    for name in ("list", "sql", "check"):
        (line,) = told[name][1]
        assert OLDER in line, name
        assert line.endswith(f"`storyfold migrate --lake {older.folder}` brings it up to date, as the next night does")
    assert any("│ 8 │" in line.replace("    ", "") for line in told["sql"][0])
    assert told["check"][0][-1].startswith("whole, as far as it goes: 25 of")
    assert told["dry-run"] == (
        [
            "adds table article_links",
            "adds table text_terms",
            "adds table text_names",
            "adds table story_texts",
            "adds table story_links",
            "adds table story_follows",
            "adds table outlet_facts",
            "adds table pins",
            "adds column runs.kind",
            "adds column articles.image_caption",
            "adds column articles.is_repeat",
            "adds column cuts.links",
            "adds column sketches.method",
            "adds column sketches.words",
            "adds column sketches.text_hash",
            "adds column copies.other_is_longer",
            "adds column copies.words_before",
            "adds column copies.words_between",
            "adds column copies.words_after",
            "adds column stories.founder_article_id",
            "adds column stories.names",
            "adds column stories.numbers",
            "adds column stories.why",
            "adds column stories.open_until",
            "adds column story_lineage.reason",
            "makes sketches of texts anew",
            "makes terms of texts anew",
            "makes names and numbers of texts anew",
            "makes links in articles anew",
            "makes choices of texts for families anew",
            "makes links of texts anew",
            "makes comparisons of stories with earlier ones anew",
            "makes rows of outlets anew",
            "drops sketches.shingles",
            "adds view current_pins",
            "adds view story_ids",
            "adds view story_mentions",
            "adds view story_names",
            "adds view story_numbers",
            "adds view current_follows",
            "adds view current_outlets",
            "adds view outlets",
            "adds view current_links",
            "adds view citations_by_outlet",
            "replaces view current_stories",
            "replaces view current_versions",
            "replaces view placed_articles",
            "replaces view story_successors",
            "replaces view first_reports",
            "replaces view top_stories",
            "replaces view copies_by_outlet",
            "replaces view night_summary",
            "nothing was written: --dry-run",
        ],
        [],
    )


def test_a_query_for_what_an_older_lake_lacks_says_so_in_one_line(older):
    out, (line,) = run(older, "sql", "SELECT method FROM sketches", code=1)
    assert out == []
    assert line.startswith('storyfold: Referenced column "method" not found')
    assert OLDER in line
    (line,) = run(older, "sql", "SELECT mood FROM Current_Articles", code=1)[1]  # perhaps a column of today's view
    assert OLDER in line
    (line,) = run(older, "sql", "SELECT methd FROM articles", code=2)[1]  # that is no column of any version
    assert line.startswith('storyfold: sql: Binder Error: Referenced column "methd" not found')


def test_the_report_of_an_older_lake_works_only_where_its_views_are_todays(older, migrated, tmp_path):
    before = digest_folder(older.folder)
    out, (told,) = run(older, "report", code=1)
    assert out == []
    assert OLDER in told
    assert digest_folder(older.folder) == before
    shutil.copytree(migrated, tmp_path / "same views")
    lake = Lake(tmp_path / "same views")
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE sketches DROP COLUMN words")
    before = digest_folder(lake.folder)
    lines, (told,) = run(lake, "report")
    assert "it lacks sketches.words; `storyfold migrate" in told
    assert lines[0].startswith("Night of 2026-03-03: landed")
    assert {name: value for name, value in digest_folder(lake.folder).items() if name in before} == before
    with lake.connect(read_only=False) as connection:
        connection.execute("DROP VIEW corrections")
    out, (told,) = run(lake, "report", code=1)
    assert out == []
    assert "it lacks corrections, sketches.words; `storyfold migrate" in told


def test_migrate_brings_it_up_to_date_once(older):
    lines, told = run(older, "migrate")
    assert lines[-1] == f"done: {older.folder} is of this version"
    assert [line for line in told if "compil" not in line] == [
        "storyfold: an older version made this lake: making 9 sketches of texts anew",
        "storyfold: an older version made this lake: making 9 terms of texts anew",
        "storyfold: an older version made this lake: making 9 names and numbers of texts anew",
        "storyfold: an older version made this lake: making 8 choices of texts for families anew",
        "storyfold: an older version made this lake: making 7 links of texts anew",
        "storyfold: an older version made this lake: making 7 comparisons of stories with earlier ones anew",
        "storyfold: an older version made this lake: making 4 rows of outlets anew",
    ]
    before = digest_folder(older.folder)
    assert run(older, "migrate") == ([f"nothing to do: {older.folder} is of this version"], [])
    assert digest_folder(older.folder) == before
    lines, told = run(older, "check")
    assert lines[-1].startswith("whole: ")
    assert told == []


@pytest.mark.parametrize("is_older", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_lake_with_a_column_of_another_type_is_refused_as_every_night_refuses_it(tmp_path, older, is_older):
    lake = older if is_older else Lake(tmp_path / "lake")
    if not is_older:
        lake.create(FORM.views, FORM.steps)
    with lake.connect(read_only=False) as connection:
        connection.execute("ALTER TABLE sketches DROP COLUMN outlet")
        connection.execute("ALTER TABLE sketches ADD COLUMN outlet DOUBLE")
    before = digest_folder(lake.folder)
    why = "the lake's sketches.outlet have other types than this version's, which has no step for that; start a new"
    for arguments in (("migrate",), ("migrate", "--dry-run")):
        out, (told,) = run(lake, *arguments, code=1)
        assert out == []
        assert why in told
    assert why in run(lake, "sql")[1][0]
    assert digest_folder(lake.folder) == before
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "s"\npages = "*.html"\n', encoding="utf-8")
    told = run(lake, "nightly", "--engine", "local", "--sources", str(tmp_path / "sources.toml"), code=1)[1]
    assert why in told[-1]


def test_migrate_waits_for_nobody(older):
    with older.lock_for_writing():
        before = digest_folder(older.folder)
        (line,) = run(older, "migrate", code=1)[1]
        assert "another run is writing this lake" in line
        assert digest_folder(older.folder) == before


def test_a_newer_lake_can_be_read_and_is_not_written(newer, tmp_path):
    before = digest_folder(newer.folder)
    for name in ("list", "sql", "check"):
        (line,) = run(newer, *READERS[name])[1]
        assert NEWER in line
    (line,) = run(newer, "sql", "SELECT weather FROM articles", code=1)[1]  # perhaps a column of that version
    assert NEWER in line
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "s"\npages = "*.html"\n', encoding="utf-8")
    for arguments in (("migrate",), ("nightly", "--sources", str(tmp_path / "sources.toml")), ("demo",)):
        out, (line,) = run(newer, *arguments, code=1)
        assert out == []
        assert NEWER in line
    assert digest_folder(newer.folder) == before
    lines, _ = run(newer, "report")
    assert lines[0].startswith("Night of 2026-03-03")


@pytest.mark.parametrize(
    ("arguments", "code"), [(("sql",), 0), (("report",), 2), (("check",), 0), (("migrate",), 0)]
)  # fmt: skip
def test_a_lake_without_a_night(tmp_path, arguments, code):
    lake = Lake(tmp_path / "lake")
    lake.create(FORM.views, FORM.steps)
    out, told = run(lake, *arguments, code=code)
    assert told == ([f"storyfold: {lake.folder}: no night in this lake; none has landed there"] if code else [])
    assert bool(out) == (code == 0)


@pytest.mark.parametrize(
    ("arguments", "code"), [(("sql",), 0), (("sql", "FROM articles"), 1), (("report",), 1), (("check",), 1)]
)
def test_a_lake_whose_first_night_was_killed_before_it_had_tables(tmp_path, arguments, code):
    lake = Lake(tmp_path / "lake")
    lake.folder.mkdir()
    with lake.connect(read_only=False):
        pass
    _, (line,) = run(lake, *arguments, code=code)
    assert "no night has landed in this lake, it has no tables yet; `storyfold nightly` makes them" in line


@pytest.mark.parametrize("arguments", [("sql",), ("report",), ("check",), ("migrate",)])
def test_a_folder_without_a_lake_stays_empty(tmp_path, arguments):
    (line,) = run(Lake(tmp_path), *arguments, code=2)[1]
    assert line == f"storyfold: {tmp_path}: no lake there; `storyfold nightly` makes one, --lake DIR names another"
    assert list(tmp_path.iterdir()) == []
