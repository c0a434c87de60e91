"""`storyfold outlets` on a real lake: by the list of now, in every format, and on a lake of an older version."""

import csv
import io
import json
import shutil

import pytest
from click.testing import CliRunner
from tests_support import digest_folder, unpack_older_lake

from flows.commands.cli import cli
from flows.lake_form import load_form
from storyfold.lake.lake import Lake
from storyfold.outcomes import WrongUse

OWN = '[[outlet]]\nname = "Listed"\ndomains = ["{}"]\nowner = "Vale Media"\nsource = "imprint"\ndate = 2026-01-02\n'


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    return Lake(unpack_older_lake(tmp_path_factory.mktemp("outlets")))


@pytest.fixture(scope="module")
def lake(older, tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrated") / "lake"
    shutil.copytree(older.folder, folder)
    lake = Lake(folder)
    lake.create(load_form().views, load_form().steps)
    return lake


def run(lake, *options):
    done = CliRunner().invoke(cli, ["outlets", "--lake", str(lake.folder), *options])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_a_lake_is_listed_in_every_format(lake, tmp_path):
    rows = json.loads(run(lake, "--format", "json")[0])
    articles = lake.read("SELECT count(*) AS n FROM current_articles").to_pylist()[0]["n"]
    assert sum(row["articles"] for row in rows) == articles > 0
    assert rows == sorted(rows, key=lambda row: (-row["articles"], row["outlet"]))
    read = list(csv.DictReader(io.StringIO(run(lake, "--format", "csv")[0])))
    assert [row["outlet"] for row in read] == [row["outlet"] for row in rows]
    text, told = run(lake)
    assert told == ""
    assert all(row["name"][:20] in text for row in rows)
    assert run(lake, "--out", str(tmp_path / "outlets.txt"))[0] == ""
    assert (tmp_path / "outlets.txt").read_text(encoding="utf-8") == text
    # a migration has looked them up by the list that comes with the program
    seen = lake.read("SELECT outlet, articles, share_copied FROM outlets").to_pylist()
    assert seen == [{key: row[key] for key in ("outlet", "articles", "share_copied")} for row in rows]


@pytest.mark.parametrize("option", ["--settings", "--sources"])
def test_a_file_of_ones_own_says_who_owns_what(lake, tmp_path, option):
    first = json.loads(run(lake, "--format", "json")[0])[0]
    (tmp_path / "mine.toml").write_text(OWN.format(first["outlet"]), encoding="utf-8")
    source = '[[source]]\nid = "a"\npages = "x"\n' if option == "--sources" else ""
    (tmp_path / "settings.toml").write_text(f'{source}[outlets]\nfile = "mine.toml"\n', encoding="utf-8")
    rows = json.loads(run(lake, "--format", "json", option, str(tmp_path / "settings.toml"))[0])
    told = next(row for row in rows if row["outlet"] == first["outlet"])
    assert (told["name"], told["owner"], told["source_date"]) == ("Listed", "Vale Media", "2026-01-02")


def test_an_older_lake_is_listed_as_it_is_and_nothing_is_written(older):
    before = digest_folder(older.folder)
    out, told = run(older, "--format", "json")
    assert len(json.loads(out)) > 0
    assert "an older version of storyfold made this lake" in told
    assert digest_folder(older.folder) == before


def test_wrong_use_is_told(lake, tmp_path):
    (tmp_path / "mine.toml").write_text('[[outlet]]\nname = "A"\n', encoding="utf-8")
    (tmp_path / "settings.toml").write_text('[outlets]\nfile = "mine.toml"\n', encoding="utf-8")
    with pytest.raises(WrongUse, match=r"mine\.toml: outlet 1 \(A\): key 'source' is missing"):
        run(lake, "--settings", str(tmp_path / "settings.toml"))
    both = CliRunner().invoke(cli, ["outlets", "--settings", "a", "--sources", "b"])
    assert both.exit_code == 2
