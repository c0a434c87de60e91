"""Every setting has a range that its default is in; files set what they name, and a wrong one is named in a line."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.commands.cli import cli
from storyfold.outcomes import WrongUse
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.copies import CopySettings
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.outlets import OutletSettings
from storyfold.settings.parse import ParseSettings
from storyfold.settings.ranges import Flag, Range, list_allowed
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import STAGE_TABLES, Settings, load_settings
from storyfold.settings.stories import StorySettings

TABLES = {
    "discover": DiscoverSettings,
    "fetch": FetchSettings,
    "parse": ParseSettings,
    "boilerplate": BoilerplateSettings,
    "copies": CopySettings,
    "stories": StorySettings,
    "outlets": OutletSettings,
}
FIXED = {"nesting", "source_delays", "host_delays", "named", "own"}  # what no table can set
UNSET = {FetchSettings: {"user_agent"}, OutletSettings: {"file"}, StorySettings: {"embeddings"}}  # what has no default
SOURCE = '[[source]]\nid = "a"\npages = "pages/*.html"\n'


def settings_file(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("cls", TABLES.values())
def test_every_setting_is_allowed_to_be_what_it_is(cls):
    allowed = list_allowed(cls)
    assert set(allowed) == {field.name for field in dataclasses.fields(cls)} - FIXED
    values = {name: getattr(cls(), name) for name in allowed}
    assert all(allowed[name].allows(value) for name, value in values.items() if value is not None)
    assert {name for name, value in values.items() if value is None} == UNSET.get(cls, set())


def test_tables_set_what_they_name_and_nothing_else(tmp_path):
    text = "[copies]\nfamily_share = 1\n[stories]\nwindow_days = 14\n"
    expected = Settings(copies=CopySettings(family_share=1.0), stories=StorySettings(window_days=14))
    assert load_settings(settings_file(tmp_path, text)) == expected
    loaded = load_sources(settings_file(tmp_path, SOURCE + text, "sources.toml"))
    assert (loaded.settings.copies, loaded.settings.stories) == (expected.copies, expected.stories)
    assert isinstance(loaded.settings.copies.family_share, float)
    assert load_settings(None) == Settings()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[copies]\nfamily_shares = 1", "[copies]: unknown key 'family_shares'; did you mean 'family_share'"),
        ("[copies]\nfamily_share = 1.5", "key 'family_share' is 1.5; allowed: a number of parts of one from 0 to 1"),
        ("[stories]\nwindow_days = true", "key 'window_days' is True; allowed: a whole number of days"),
        ("[stories]\nwindow_days = 2.5", "key 'window_days' is 2.5; allowed: a whole number of days"),
        ("[stories]\nthreshold = nan", "key 'threshold' is nan; allowed"),
        ("copies = 3", "key 'copies' is 3; write a [copies] table"),
        ("[story]\nx = 1", "unknown key 'story' at top level; allowed: [discover], [fetch], [parse], [boilerplate]"),
        ("[copies", "cannot be read as TOML"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(tmp_path, text, told):
    with pytest.raises(WrongUse) as wrong:
        load_settings(settings_file(tmp_path, text))
    assert told in str(wrong.value)
    assert "\n" not in str(wrong.value)


def change(cls: type, name: str) -> object:
    """Return another value than the default, an allowed one where the file may set it."""
    allowed, value = list_allowed(cls).get(name), getattr(cls(), name)
    if isinstance(allowed, Range):
        return allowed.convert(allowed.most if value != allowed.most else allowed.least)
    if isinstance(allowed, Flag):
        return not value
    if name == "embeddings":
        return '/models/a "b"'
    if name == "user_agent":
        return "a\\b \"study\"/1.0 'x' # (+https://example.test; desk@example.test)"
    if name == "file":
        return "/dev/null"  # a file without a row
    return 9_000 if name == "nesting" else (("a.test", 2.0),)


def test_every_value_is_in_the_fingerprint():
    seen = {Settings().fingerprint}
    for table, cls in TABLES.items():
        for name in (field.name for field in dataclasses.fields(cls)):
            seen.add(Settings(**{table: dataclasses.replace(cls(), **{name: change(cls, name)})}).fingerprint)
    assert len(seen) == 1 + sum(len(dataclasses.fields(cls)) for cls in TABLES.values())


def show(*options: str) -> str:
    printed = CliRunner().invoke(cli, ["settings", *options])
    assert printed.exit_code == 0, printed.output
    return printed.stdout


def test_what_the_command_prints_can_be_given_back(tmp_path):
    printed = show()
    tables = tomllib.loads(printed)
    assert tuple(tables) == STAGE_TABLES
    for name, table in tables.items():
        assert set(table) | UNSET.get(TABLES[name], set()) == set(list_allowed(TABLES[name]))
    assert load_settings(settings_file(tmp_path, printed)) == Settings()
    # the comment of what is not set is a setting once its mark is taken away
    uncommented = load_settings(settings_file(tmp_path, printed.replace("# user_agent", "user_agent")))
    assert uncommented.fetch.user_agent
    assert uncommented.fetch.has_contact
    assert dataclasses.replace(uncommented, fetch=FetchSettings()) == Settings()


def test_the_folder_of_a_model_is_taken_from_the_files_folder(tmp_path):
    text = '[stories]\nembeddings = "models/a"\n'
    assert load_settings(settings_file(tmp_path, text)).stories.embeddings == str(tmp_path / "models" / "a")
    loaded = load_sources(settings_file(tmp_path, SOURCE + text, "sources.toml"))
    assert loaded.settings.stories.embeddings == str(tmp_path / "models" / "a")


def test_other_values_are_printed_as_they_were_set_whatever_is_in_them(tmp_path):
    other = Settings(
        **{
            table: dataclasses.replace(cls(), **{name: change(cls, name) for name in list_allowed(cls)})
            for table, cls in TABLES.items()
        }
    )
    tables = dataclasses.asdict(other)
    text = "".join(
        f"[{table}]\n" + "".join(f"{name} = {json.dumps(tables[table][name])}\n" for name in list_allowed(cls))
        for table, cls in TABLES.items()
    )
    file = settings_file(tmp_path, text)
    assert load_settings(file) == other
    printed = show("--settings", str(file))
    assert "# default" not in printed
    assert load_settings(settings_file(tmp_path, printed, "again.toml")) == other
    sources = settings_file(tmp_path, SOURCE + printed, "sources.toml")
    assert load_sources(sources).settings == other
    assert show("--sources", str(sources)).replace(str(sources), str(file)) == printed


def test_the_command_says_where_each_value_comes_from(tmp_path):
    sources = settings_file(
        tmp_path, SOURCE + "[copies]\nfamily_share = 0.7\n[limits]\nredirects = 3\nbatch_items = 200\n", "s.toml"
    )
    lines = CliRunner().invoke(cli, ["settings", "--sources", str(sources)]).stdout.splitlines()
    set_here = [line.split(" = ")[0] for line in lines if f"set in {sources}" in line]
    assert set_here == [
        "redirects",
        "batch_items",
        "batch_items",
        "family_share",
    ]  # the last three are the defaults, and set all the same
    assert sum("# default" in line for line in lines) > 20
    assert "allow_loopback = false  # default; true or false" in lines
    assert "delay_seconds = 1.0  # default; a number of seconds from 0 to 600" in lines
    (agent,) = (line for line in lines if "user_agent" in line)
    assert agent.startswith('# user_agent = "')
    assert agent.endswith('"  # not set; one line of at most 200 printable ASCII characters')
    both = CliRunner().invoke(cli, ["settings", "--sources", str(sources), "--settings", str(sources)])
    assert both.exit_code == 2
