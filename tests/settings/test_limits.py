"""The [limits] table of sources.toml: read, in force, and refused with one line that says what is allowed."""

import dataclasses
from datetime import UTC, datetime

import pytest

from storyfold.outcomes import WrongUse
from storyfold.settings.limits import Limits, MiB
from storyfold.settings.ranges import list_ranges
from storyfold.settings.sources import load_sources

SOURCE = '[[source]]\nid = "a"\nurls = "https://a.test/1"\n'
WRONG = {
    "limits = 3": "key 'limits' is 3; write a [limits] table",
    "[limits]\npage_byte = 1": "[limits]: unknown key 'page_byte'; did you mean 'page_bytes'; allowed: page_bytes",
    "[limits]\nnesting = 9000": "unknown key 'nesting'; allowed: page_bytes",
    "[limits]\npage_bytes = 10": "key 'page_bytes' is 10; allowed: a whole number of bytes from 65,536 to 268,435,456",
    "[limits]\nredirects = 1.5": "key 'redirects' is 1.5; allowed: a whole number of redirects from 0 to 20",
    "[limits]\nanswer_seconds = nan": "key 'answer_seconds' is nan; allowed: a number of seconds from 1 to 600",
    "[limits]\nhost_seconds = true": "key 'host_seconds' is True; allowed: a number of seconds from 1 to 86,400",
    '[limits]\npage_memory = "2 GB"': "key 'page_memory' is '2 GB'; allowed: a whole number of bytes from 268,435,456",
}


def limits_of(tmp_path, text):
    file = tmp_path / "sources.toml"
    file.write_text(f"{text}\n{SOURCE}")
    return load_sources(file).limits


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong_is_said_in_one_line(text, tmp_path):
    with pytest.raises(WrongUse) as told:
        limits_of(tmp_path, text)
    assert WRONG[text] in str(told.value)
    assert "\n" not in str(told.value)


def test_what_is_set_holds_and_the_rest_stays(tmp_path):
    limits = limits_of(tmp_path, "[limits]\npage_bytes = 20_971_520\nhost_seconds = 600\n[fetch]\ndelay_seconds = 3")
    assert limits == dataclasses.replace(
        Limits(),
        page_bytes=20 * MiB,
        host_seconds=600.0,
        network=limits_of(tmp_path, "[fetch]\ndelay_seconds = 3").network,
    )
    assert limits.network.delay_seconds == 3.0


def test_every_limit_is_allowed_to_be_what_it_is():
    settable = {field.name for field in dataclasses.fields(Limits)} - {"nesting", "network"}
    ranges = list_ranges(Limits)
    assert settable == set(ranges)
    assert all(ranges[name].allows(getattr(Limits(), name)) for name in ranges)


def test_another_limit_is_another_run(tmp_path):
    from storyfold.lake.lake import Lake
    from storyfold.run.attempt import begin_attempt

    lake, now = Lake(tmp_path / "lake"), datetime(2026, 3, 4, tzinfo=UTC)
    lake.create({})
    runs = set()
    for text in (
        "",
        "[limits]\npage_bytes = 20_971_520",
        "[copies]\nfamily_share = 0.8",
        "[stories]\nwindow_days = 14",
    ):
        limits_of(tmp_path, text)
        sources = load_sources(tmp_path / "sources.toml")
        runs.add(begin_attempt(lake, now.date(), sources, sources.settings, "local", now).run_id)
    assert len(runs) == 4
