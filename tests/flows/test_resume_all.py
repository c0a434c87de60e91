"""Nights that were killed and forgotten: told of with the command that finishes them, and finished by --resume-all."""

import os
import shlex
import shutil
import signal
from pathlib import Path

import pytest
from tests_support import start_nightly, wait_for_file

pytestmark = pytest.mark.slow  # starts several Prefect servers or nights: `make test-slow`

DEMO = Path(__file__).parents[2] / "data" / "demo"


def killed_night(server, folder, lake, sources, night):
    with start_nightly(server, folder, sources, night, lake) as running:
        wait_for_file(f"work/{night}-*/fetch/*/counts.json", lake, running)
        os.killpg(running.pid, signal.SIGKILL)


def sources_of(folder, name, page):
    """A sources.toml with one page, in a folder with a name that a shell would split."""
    home = folder / f"{name} & more"
    (home / "pages").mkdir(parents=True)
    shutil.copy(DEMO / page, home / "pages")
    (home / "sources.toml").write_text(f'[[source]]\nid = "{name}"\npages = "pages"\n')
    return home / "sources.toml"


def test_killed_nights_are_finished_oldest_first_and_one_that_cannot_be_hinders_none(
    storyfold, ask, prefect_server, tmp_path
):
    lake = tmp_path / "lake"
    first = sources_of(tmp_path, "first", "vale-tribune/hallin-dam-vote.html")
    second = sources_of(tmp_path, "second", "harrowmouth-courier/merrow-bridge-closed.html")
    tonight = sources_of(tmp_path, "tonight", "daily-lantern/hallin-dam-approved.html")
    killed_night(prefect_server, tmp_path, lake, second, "2026-03-05")
    killed_night(prefect_server, tmp_path, lake, first, "2026-03-04")
    second.rename(second.with_name("away.toml"))
    night = ["nightly", "--sources", tonight, "--lake", lake, "--night"]
    done = storyfold(*night, "2026-03-06", "--resume-all", code=1)
    lines = [line for line in done.stderr.decode().splitlines() if "2026-03-05" in line and "killed" in line]
    assert len(lines) == 1
    assert "no such file" in lines[0]
    assert "to give it up" in lines[0]
    runs = "SELECT night::VARCHAR AS night, attempt, status FROM runs ORDER BY finished_at"
    landed = {"attempt": 1, "status": "landed"}
    assert ask(lake, runs) == [{"night": "2026-03-04", **landed}, {"night": "2026-03-06", **landed}]

    second.with_name("away.toml").rename(second)
    told = storyfold(*night, "2026-03-07").stderr.decode()
    (command,) = [line.split("finishes it: ")[1] for line in told.splitlines() if "finishes it: " in line]
    words = shlex.split(command)
    assert words[0] == "storyfold"
    assert "lies unfinished" not in storyfold(*words[1:]).stderr.decode()
    assert [run["night"] for run in ask(lake, runs)] == ["2026-03-04", "2026-03-06", "2026-03-07", "2026-03-05"]
    assert {run["attempt"] for run in ask(lake, runs)} == {1}
    assert not list((lake / "work").glob("2026-*"))


def test_two_killed_nights_are_finished_in_the_order_in_which_they_were_begun(storyfold, ask, prefect_server, tmp_path):
    lake = tmp_path / "lake"
    sources = sources_of(tmp_path, "first", "vale-tribune/hallin-dam-vote.html")
    for night in ("2026-03-05", "2026-03-04"):
        killed_night(prefect_server, tmp_path, lake, sources, night)
    storyfold("nightly", "--sources", sources, "--lake", lake, "--night", "2026-03-04", "--resume-all")
    runs = ask(lake, "SELECT night::VARCHAR AS night, attempt FROM runs ORDER BY finished_at")
    assert runs == [{"night": "2026-03-05", "attempt": 1}, {"night": "2026-03-04", "attempt": 1}]
