"""`storyfold story`: the life of a story of a real lake, in every format, by id and by address."""

import json
import os
import subprocess
import sys

import pytest
from tests_support import ROOT, unpack_older_lake

from flows.lake_form import load_form
from storyfold.lake.lake import Lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = Lake(unpack_older_lake(tmp_path_factory.mktemp("story")))
    lake.create(load_form().views, load_form().steps)
    return lake


@pytest.fixture(scope="module")
def largest(lake):
    (row,) = lake.read("SELECT story_id, headline, articles FROM top_stories ORDER BY place LIMIT 1").to_pylist()
    return row


def run(lake, *arguments, code=0):
    """Standard output and standard error of the command, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", "story", *arguments, "--lake", str(lake.folder)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told = done.stderr.decode()
    assert done.returncode == code, told
    assert "Traceback" not in told
    return done.stdout.decode(), told


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_a_story_is_told_in_every_format(lake, largest, form, tmp_path):
    out, told = run(lake, largest["story_id"][:12], "--format", form)
    assert told == ""
    assert largest["story_id"] in out
    run(lake, largest["story_id"], "--format", form, "--out", str(tmp_path / "life"))
    assert (tmp_path / "life").read_text(encoding="utf-8") == out


def test_json_has_all_of_it_and_an_address_leads_to_the_same(lake, largest):
    life = json.loads(run(lake, largest["story_id"], "--format", "json")[0])
    assert (life["headline"], len(life["members"])) == (largest["headline"], largest["articles"])
    member = life["members"][-1]
    again = json.loads(run(lake, "--url", member["url"] or member["location"], "--format", "json")[0])
    assert again["story_id"] == largest["story_id"]
    assert life["changes"][0]["event"] in ("born", "merged")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name one story, by its id or with --url ADDRESS"),
        (("abc", "--url", "https://a.example/"), "name one story"),
        ((" ",), "the id is empty"),
        (("nowhere",), "no story of this lake has or had an id that begins with 'nowhere'"),
        (("--url", "https://nowhere.example/"), "no article of this lake has the address"),
        (("--url", "\u202e"), "no article of this lake"),
    ],
)
def test_wrong_use_is_one_line(lake, arguments, words):
    out, told = run(lake, *arguments, code=2)
    assert out == ""
    assert words in told
    assert "\u202e" not in told
    assert len(told.splitlines()) == 1
