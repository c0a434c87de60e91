"""Every setting has a range that its default is in; files set what they name, and a wrong one is named in a line."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.commands.cli import cli
from storyfold.outcomes import WrongUse
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.copies import CopySettings
from storyfold.settings.ranges import list_ranges
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import STAGE_TABLES, Settings, load_settings
from storyfold.settings.stories import StorySettings

TABLES = {"boilerplate": BoilerplateSettings, "copies": CopySettings, "stories": StorySettings}
SOURCE = '[[source]]\nid = "a"\npages = "pages/*.html"\n'


def settings_file(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("cls", [BoilerplateSettings, CopySettings, StorySettings])
def test_every_setting_has_a_range_with_its_default_in_it(cls):
    ranges = list_ranges(cls)
    assert set(ranges) == {field.name for field in dataclasses.fields(cls)}
    assert all(ranges[name].allows(getattr(cls(), name)) for name in ranges)


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
        ("[story]\nx = 1", "unknown key 'story' at top level; allowed: [limits], [boilerplate], [copies], [stories]"),
        ("[copies", "cannot be read as TOML"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(tmp_path, text, told):
    with pytest.raises(WrongUse) as wrong:
        load_settings(settings_file(tmp_path, text))
    assert told in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_every_value_is_in_the_fingerprint():
    seen = {Settings().fingerprint}
    for table, cls in TABLES.items():
        for name, allowed in list_ranges(cls).items():
            value = getattr(cls(), name)
            other = allowed.most if value != allowed.most else allowed.least
            seen.add(Settings(**{table: dataclasses.replace(cls(), **{name: other})}).fingerprint)
    assert len(seen) == 1 + sum(len(list_ranges(cls)) for cls in TABLES.values())


def test_what_the_command_prints_can_be_given_back(tmp_path):
    printed = CliRunner().invoke(cli, ["settings"])
    assert printed.exit_code == 0, printed.output
    assert tuple(tomllib.loads(printed.stdout)) == STAGE_TABLES
    assert load_settings(settings_file(tmp_path, printed.stdout)) == Settings()


def test_the_command_says_where_each_value_comes_from(tmp_path):
    sources = settings_file(tmp_path, SOURCE + "[copies]\nfamily_share = 0.7\n[limits]\nredirects = 3\n", "s.toml")
    lines = CliRunner().invoke(cli, ["settings", "--sources", str(sources)]).stdout.splitlines()
    set_here = [line.split(" = ")[0] for line in lines if f"set in {sources}" in line]
    assert set_here == ["redirects", "family_share"]  # the second is the default, and is set all the same
    assert sum("# default" in line for line in lines) > 20
    both = CliRunner().invoke(cli, ["settings", "--sources", str(sources), "--settings", str(sources)])
    assert both.exit_code == 2
