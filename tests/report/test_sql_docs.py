"""Every block of docs/sql.md runs, against a real DuckLake with the small lake's rows in it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from identity.pins_support import make_pin

from storyfold.report import list_view_comments, list_view_statements
from storyfold.schemas import TABLES
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_create_statement

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
BLOCKS = {kind: re.findall(rf"^```{kind}\n(.*?)^```$", DOC, re.M | re.S) for kind in ("sql", "python", "console")}
ATTACH = BLOCKS["sql"][0]
WITHOUT_PYTZ = "import sys\nsys.modules['pytz'] = None\n"
QUERIES = re.findall(
    r'(?:storyfold sql[^"\n]*|connection\.sql\()"([^"]+)"', DOC + (ROOT / "README.md").read_text("utf-8")
)
ORDERED = re.compile(r"\b(?:top_stories|first_reports|copies_by_outlet|current_stories|LIMIT)\b")


def extension_files() -> list[Path]:
    files = []
    for name in ("sqlite_scanner", "ducklake"):
        package = importlib.util.find_spec(f"duckdb_extension_{name}")
        if package is None or not package.submodule_search_locations:
            pytest.skip(f"the package duckdb-extension-{name.replace('_', '-')} is not installed")
        files.append(next(Path(package.submodule_search_locations[0]).rglob(f"{name}.duckdb_extension")))
    return files


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for file in extension_files():
        connection.execute(f"LOAD '{file}'")
    return connection


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with data/lake in it: tables and views are snapshot 1, the nights follow."""
    spec = importlib.util.spec_from_file_location("report_rows", Path(__file__).with_name("conftest.py"))
    small = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small)
    folder = tmp_path_factory.mktemp("docs")
    lake = folder / "data" / "lake"
    lake.mkdir(parents=True)
    connection = connect()
    connection.execute(
        f"ATTACH 'ducklake:sqlite:{lake}/catalog.sqlite' AS lake (DATA_PATH '{lake}/', DATA_INLINING_ROW_LIMIT 0)"
    )
    connection.execute("USE lake; SET TimeZone = 'UTC'; BEGIN")
    for declared in TABLES.values():
        connection.execute(make_create_statement(declared))
        if declared.partition:
            connection.execute(f"ALTER TABLE {declared.name} SET PARTITIONED BY ({declared.partition})")
    for name, select in list_view_statements().items():
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")
    connection.execute("COMMIT")
    pin = replace(make_pin("dam", "mirror", "same"), run_id=small.RUNS[-1])
    rows = [*small.lake_rows(), pin]
    for run_id in small.RUNS:
        connection.execute("BEGIN")
        night = [row for row in rows if getattr(row, "run_id", small.RUNS[-1]) == run_id]
        for cls in {type(row): None for row in night}:
            connection.register("incoming", make_arrow_table([row for row in night if type(row) is cls], cls))
            connection.execute(f"INSERT INTO {get_declared_table(cls).name} BY NAME SELECT * FROM incoming")
            connection.unregister("incoming")
        connection.execute("COMMIT")
    connection.close()
    return folder


@pytest.fixture
def at_home(home, monkeypatch):
    monkeypatch.chdir(home)
    return home


@pytest.fixture(scope="module")
def attached(home):
    """One connection for all blocks, as a reader of the page would have it."""
    with contextlib.chdir(home):
        connection = connect()
        connection.execute(ATTACH)
        yield connection
        connection.close()


@pytest.mark.parametrize("block", BLOCKS["sql"][1:], ids=range(1, len(BLOCKS["sql"])))
def test_sql_block_answers_with_rows(attached, block):
    assert attached.execute(block).to_arrow_table().num_rows > 0, block


def test_queries_that_list_have_an_order():
    """All blocks but the attaching ones and single numbers; of the short ones, those that rank."""
    unordered = [b for b in BLOCKS["sql"] if "SELECT" in b and "GROUP BY" not in b and "count(*) AS articles" in b]
    blocks = [b for b in BLOCKS["sql"] if "SELECT" in b and b not in unordered]
    assert [b for b in blocks if not re.search(r"^ORDER BY [^;]+;$", b, re.M)] == []
    ranked = [q for q in QUERIES if ORDERED.search(q)]
    assert len(ranked) >= 4
    assert [q for q in ranked if "ORDER BY" not in q] == []


def test_the_page_opens_with_what_is_history():
    for page in ("sql", "columns"):
        opening = (ROOT / "docs" / f"{page}.md").read_text("utf-8").partition("\n## ")[0]
        assert "history" in opening
        assert {"current_articles", "current_stories"} <= set(re.findall(r"`(\w+)`", opening))


def test_the_attached_lake_cannot_be_changed(attached):
    with pytest.raises(duckdb.Error, match="read-only"):
        attached.execute("DELETE FROM articles")


def test_a_view_at_a_snapshot_shows_that_night(attached):
    def stories(version: int) -> set[str]:
        found = attached.execute(f"SELECT story_id FROM top_stories AT (VERSION => {version})").fetchall()
        return {row[0] for row in found}

    assert stories(1) == set()
    assert stories(2) == {"story-bridge", "story-mirror", "story-dam"}
    assert stories(3) == {"story-bridge", "story-dam", "story-lost"}


def test_loading_script_prints_the_extensions(at_home):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(BLOCKS["python"][0], "extensions.py", "exec"), {})
    assert printed.getvalue().splitlines() == [f"LOAD '{file}';" for file in extension_files()]


def test_python_block_runs(at_home):
    extension_files()
    asked = [sys.executable, "-W", "error", "-c", WITHOUT_PYTZ + BLOCKS["python"][1]]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "About story-dam" in answer.stdout


def test_plain_command_line_reads_the_lake(at_home):
    program = shutil.which("duckdb", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if program is None:
        pytest.skip("the DuckDB command line (package duckdb-cli) is not installed")
    Path("extensions.sql").write_text("".join(f"LOAD '{file}';\n" for file in extension_files()), encoding="utf-8")
    answer = subprocess.run(
        [program, "-init", "extensions.sql", "-csv", "-c", ATTACH + "\n".join(BLOCKS["sql"][1:])],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "About story-dam" in answer.stdout


def test_doc_lists_every_view_with_its_comment():
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", DOC, re.M))
    assert listed == list_view_comments()
