"""Lists of outlets: the shipped one holds what it says of itself; a user's is read, or refused in one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from storyfold.outcomes import WrongUse
from storyfold.settings.outlet_rows import SHIPPED, read_outlet_rows, read_shipped_outlets
from storyfold.settings.outlets import OutletSettings
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import load_settings

ROOT = Path(__file__).parents[2]
ROW = '[[outlet]]\nname = "The Courier"\nsource = "its imprint"\ndate = 2026-01-02\n'


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_each_shipped_row_names_its_source_and_its_day():
    rows = read_shipped_outlets()
    assert len(rows) > 400
    assert all(row.source.startswith(("https://", "http://")) and row.date <= date(2026, 11, 30) for row in rows)
    assert all(row.domains and not row.names for row in rows)  # names of stations are also others'
    assert {row.owner for row in rows} == {"Gray TV", "Hearst", "Nexstar", "Sinclair"}


def test_the_clone_has_the_list_beside_its_other_data():
    assert (ROOT / "data" / "outlets.toml").resolve() == SHIPPED.resolve()


def test_every_field_of_a_row_is_told_at_the_head_of_the_file():
    head = SHIPPED.read_text(encoding="utf-8").partition("\noutlet = [")[0]
    fields = ("name", "domains", "names", "owner", "mirror_of", "kind", "country", "language", "source", "date")
    assert [name for name in fields if f"\n# {name} " not in head and f"; {name}:" not in head] == []


def test_rows_are_read_as_addresses_and_pages_are_compared(tmp_path):
    text = (
        f'{ROW}domains = ["WWW.Courier.example", "news.courier.example", "küstenbote.example", "127.0.0.1:8080"]\n'
        'names = "Courier"\nowner = " Vale Media "\nkind = "newspaper"\ncountry = "DE"\nlanguage = "de"\n'
    )
    (row,) = read_outlet_rows(write(tmp_path, text))
    assert row.domains == ("courier.example", "news.courier.example", "xn--kstenbote-q9a.example", "127.0.0.1:8080")
    assert (row.names, row.owner, row.key) == (("Courier",), "Vale Media", "courier.example")
    assert read_outlet_rows(write(tmp_path, "")) == ()


WRONG = {
    "outlet = 3": "key 'outlet' is 3; write [[outlet]] tables",
    "outlet = [3]": "outlet 1 is 3; write an [[outlet]] table",
    '[[outlets]]\nname = "A"': "unknown key 'outlets'; did you mean 'outlet'",
    '[[outlet]]\nname = "A"\ndomain = "a.example"': "outlet 1 (A): unknown key 'domain'; did you mean 'domains'",
    '[[outlet]]\ndomains = "a.example"': "outlet 1: key 'name' is missing; allowed: how people know",
    '[[outlet]]\nname = "A"\ndate = 2026-01-02': "outlet 1 (A): key 'source' is missing",
    '[[outlet]]\nname = "A"\nsource = "b"': "outlet 1 (A): key 'date' is missing; allowed: the day on which",
    ROW: "outlet 1 (The Courier): nothing to know it by; give domains, or names",
    f'{ROW}domains = ["a b.example"]': "(The Courier): key 'domains': 'a b.example' is no domain",
    f'{ROW}domains = ["https://a.example/"]': "'https://a.example/' is no domain; allowed: names as paper.example",
    f'{ROW}domains = ["co.uk"]': "'co.uk' is everybody's who has a name below it",
    f'{ROW}domains = ["wordpress.com"]': "'wordpress.com' is everybody's who has a name below it",
    f'{ROW}domains = ["a.küste.example"]': "'a.küste.example' is a host; allowed: in ASCII",
    f'{ROW}domains = [""]': "key 'domains' is ['']; allowed: a text in quotes, or a list",
    f'{ROW}names = "C"\nkind = "paper"': "key 'kind' is 'paper'; allowed: one of newspaper, magazine",
    f'{ROW}names = "C"\ncountry = "Germany"': "key 'country' is 'Germany'; allowed: two capital letters",
    f'{ROW}names = "C"\nlanguage = "German"': "key 'language' is 'German'; allowed: a code of ISO 639-1",
    f'{ROW}names = "C"\nowner = 3': "key 'owner' is 3; allowed: a text in quotes",
    '[[outlet]]\nname = "A"\nsource = "b"\ndate = "2026-01-02"\nnames = "A"': "allowed: a day without quotes",
    f'{ROW}domains = "a.example"\n{ROW}domains = ["b.example", "www.a.example"]': (
        "outlet 2 (The Courier): the domain 'a.example' is in outlet 1 (The Courier) too"
    ),
    f'{ROW}names = "The Courier"\n{ROW}names = "COURIER"': "the name 'COURIER' is in outlet 1 (The Courier) too",
    "[[outlet": "cannot be read as TOML",
}


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong_with_a_file_is_said_in_one_line(text, tmp_path):
    file = write(tmp_path, text)
    with pytest.raises(WrongUse) as told:
        read_outlet_rows(file)
    assert WRONG[text] in str(told.value)
    assert str(told.value).startswith(str(file))
    assert "\n" not in str(told.value)


def test_a_file_beside_sources_toml_takes_the_place_of_shipped_rows(tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    own = '[[outlet]]\nname = "KOMO"\ndomains = ["komonews.com", "komo.example"]\nsource = "s"\ndate = 2026-01-02\n'
    file = write(folder, own)
    text = '[outlets]\nfile = "lists/mine.toml"\n'
    settings = load_sources(write(tmp_path, f'[[source]]\nid = "a"\npages = "x"\n{text}', "sources.toml")).settings
    assert settings.outlets.file == str(file)
    listed = settings.outlets.make_list()
    assert len(listed.rows) == len(read_shipped_outlets())
    found = listed.find(None, "https://komonews.com/1")
    assert found is not None
    assert (found.owner, found) == (None, listed.find(None, "https://m.komo.example/2"))
    assert listed.find(None, "https://www.kcra.com/3").owner == "Hearst"

    before = load_settings(write(tmp_path, text, "settings.toml"))
    assert before.outlets == settings.outlets
    write(folder, own.replace("KOMO", "Komo"))
    assert load_settings(tmp_path / "settings.toml").fingerprint != before.fingerprint  # another list, another run


def test_without_shipped_rows_only_own_ones_count(tmp_path):
    file = write(tmp_path, f'{ROW}names = "Courier"\n')
    settings = load_settings(write(tmp_path, f'[outlets]\nshipped = false\nfile = "{file}"\n', "settings.toml"))
    assert [row.name for row in settings.outlets.make_list().rows] == ["The Courier"]
    assert OutletSettings(shipped=False).make_list().rows == ()


@pytest.mark.parametrize(
    ("name", "told"), [("none.toml", "no such file; [outlets] file names"), (".", "cannot be read")]
)
def test_a_file_that_cannot_be_read_is_said_so(tmp_path, name, told):
    with pytest.raises(WrongUse, match=told.replace("[", r"\[")):
        load_settings(write(tmp_path, f'[outlets]\nfile = "{name}"\n', "settings.toml"))


@pytest.mark.slow
def test_an_installed_package_has_the_list(tmp_path):
    """The wheel is built of a copy, and what it has is read without the clone."""
    copy = tmp_path / "clone"
    left_out = shutil.ignore_patterns("data", "tests", "benchmarks", ".git", ".venv", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=left_out, symlinks=True)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "-w", "..", "."]
    subprocess.run(build, cwd=copy, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    code = (
        "import json; from storyfold.settings.outlets import OutletSettings; "
        "print(json.dumps(len(OutletSettings().make_list().rows)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == len(read_shipped_outlets())


def test_settings_load_nothing_that_is_slow():
    """Every command reads them, and few need a list of outlets."""
    code = "import sys, storyfold.settings.sources; print({'numba', 'pyarrow', 'tldextract'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
