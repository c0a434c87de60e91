"""The older table [limits]: its keys hold in the tables of the stages, and what is wrong is said in one line."""

import dataclasses
from datetime import UTC, datetime

import pytest

from storyfold.outcomes import WrongUse
from storyfold.settings.ranges import MiB, list_allowed
from storyfold.settings.sources import load_sources
from storyfold.settings.stages import Settings, load_settings

SOURCE = '[[source]]\nid = "a"\nurls = "https://a.test/1"\n'
WRONG = {
    "limits = 3": "key 'limits' is 3; write a [limits] table",
    "[limits]\npage_byte = 1": "[limits]: unknown key 'page_byte'; did you mean 'page_bytes'; allowed: page_bytes",
    "[limits]\nnesting = 9000": "unknown key 'nesting'; allowed: page_bytes",
    "[limits]\nallow_loopback = true": "[limits]: unknown key 'allow_loopback'; allowed: page_bytes",
    "[limits]\npage_bytes = 10": "[limits]: key 'page_bytes' is 10; allowed: a whole number of bytes from 65,536 to",
    "[limits]\nredirects = 1.5": "key 'redirects' is 1.5; allowed: a whole number of redirects from 0 to 20",
    "[limits]\nanswer_seconds = nan": "key 'answer_seconds' is nan; allowed: a number of seconds from 1 to 600",
    "[limits]\nhost_seconds = true": "key 'host_seconds' is True; allowed: a number of seconds from 1 to 86,400",
    '[limits]\npage_memory = "2 GB"': "key 'page_memory' is '2 GB'; allowed: a whole number of bytes from 268,435,456",
    "[limits]\nredirects = 3\n[fetch]\nredirects = 3": "key 'redirects' stands in [limits] and in [fetch]; [limits] is",
    "[parse]\nbatch_items = 9\n[limits]\nbatch_items = 8": "key 'batch_items' stands in [limits] and in [parse]",
    "parse = 3\n[limits]\nbatch_items = 8": "key 'parse' is 3; write a [parse] table",
}


def write_both(folder, text):
    """Write a sources.toml and a settings file with these tables."""
    (folder / "sources.toml").write_text(f"{text}\n{SOURCE}")
    (folder / "mine.toml").write_text(text)
    return folder / "sources.toml", folder / "mine.toml"


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong_is_said_in_one_line(text, tmp_path):
    for file, load in zip(write_both(tmp_path, text), (load_sources, load_settings), strict=True):
        with pytest.raises(WrongUse) as told:
            load(file)
        assert WRONG[text] in str(told.value)
        assert str(file) in str(told.value)
        assert "\n" not in str(told.value)


def test_what_is_set_holds_in_every_stage_that_has_it_and_the_rest_stays(tmp_path):
    older = """
        [limits]
        page_bytes = 20_971_520
        list_bytes = 65_536
        redirects = 0
        connect_seconds = 2
        answer_seconds = 3
        host_seconds = 600
        page_seconds = 20
        page_memory = 268_435_456
        batch_items = 50
        [fetch]
        delay_seconds = 3
        [parse]
    """
    default = Settings()
    expected = Settings(
        discover=dataclasses.replace(default.discover, list_bytes=65_536),
        fetch=dataclasses.replace(
            default.fetch, page_bytes=20 * MiB, redirects=0, connect_seconds=2.0, answer_seconds=3.0,
            host_seconds=600.0, batch_items=50, delay_seconds=3.0,
        ),
        parse=dataclasses.replace(default.parse, page_seconds=20, page_memory=256 * MiB, batch_items=50),
    )  # fmt: skip
    sources, mine = write_both(tmp_path, older)
    assert load_sources(sources).settings == load_settings(mine) == expected
    assert isinstance(load_settings(mine).fetch.host_seconds, float)


def test_a_run_is_another_with_another_value_and_the_same_where_it_stands_in_the_older_table(tmp_path):
    from storyfold.lake.lake import Lake
    from storyfold.run.attempt import begin_attempt

    def begin(text):
        sources = load_sources(write_both(tmp_path, text)[0])
        return begin_attempt(lake, now.date(), sources, sources.settings, "local", now).run_id

    lake, now = Lake(tmp_path / "lake"), datetime(2026, 3, 4, tzinfo=UTC)
    lake.create({})
    texts = ("", "[limits]\npage_bytes = 20_971_520", "[copies]\nfamily_share = 0.8", "[stories]\nwindow_days = 14")
    assert len({begin(text) for text in texts}) == 4
    assert begin("[fetch]\npage_bytes = 20_971_520") == begin(texts[1])


def test_every_key_of_the_older_table_is_one_of_a_stage():
    from storyfold.settings.older_limits import _CLASSES, _KEYS

    now = {(key, table) for table, cls in _CLASSES.items() for key in list_allowed(cls)}
    then = {(key, table) for key, tables in _KEYS.items() for table in tables}
    assert now - then == {(key, "fetch") for key in ("allow_loopback", "delay_seconds", "user_agent")}
    assert then <= now
