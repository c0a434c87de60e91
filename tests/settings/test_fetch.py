"""The [fetch] table of sources.toml: read, and refused with one line that says what is wrong."""

import pytest

from storyfold.outcomes import WrongUse
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.sources import load_sources

SOURCE = (
    '[[source]]\nid = "a"\nhome = "https://a.test:8443/"\nfeeds = ["http://A.test:8080/rss", "https://b.test/rss"]\n'
)
WRONG = {
    "fetch = 3": "key 'fetch' is 3; write a [fetch] table",
    "[fetch]\ndelay_second = 1": "[fetch]: unknown key 'delay_second'; did you mean 'delay_seconds'",
    "[fetch]\nallow_loopback = 1": "key 'allow_loopback' is 1; allowed: true or false",
    '[fetch]\nallow_loopback = "yes"': "key 'allow_loopback' is 'yes'; allowed: true or false",
    "[fetch]\ndelay_seconds = -1": "key 'delay_seconds' is -1; allowed: a number of seconds from 0 to 600",
    "[fetch]\ndelay_seconds = nan": "key 'delay_seconds' is nan",
    "[fetch]\ndelay_seconds = inf": "key 'delay_seconds' is inf",
    "[fetch]\ndelay_seconds = true": "key 'delay_seconds' is True",
    "[fetch]\ndelay_seconds = 1000": "key 'delay_seconds' is 1000",
    '[fetch]\ndelay_seconds = "1"': "key 'delay_seconds' is '1'",
    "[fetch]\nnamed = []": "[fetch]: unknown key 'named'; allowed: allow_loopback",
    "[fetch]\nuser_agent = 3": "key 'user_agent' is 3; allowed: one line of at most 200 printable ASCII characters",
    '[fetch]\nuser_agent = ""': "key 'user_agent' is ''",
    '[fetch]\nuser_agent = "   "': "key 'user_agent' is '   '",
    '[fetch]\nuser_agent = "bot\\r\\nCookie: a"': "key 'user_agent' is 'bot\\r\\nCookie: a'",
    '[fetch]\nuser_agent = "bot für alle"': "key 'user_agent' is 'bot für alle'",
    f'[fetch]\nuser_agent = "{"x" * 201}"': "key 'user_agent' is 'xxx",
    '[[source]]\nid = "s"\npages = "x"\ndelay_seconds = -1': "source 1 (s): key 'delay_seconds' is -1; allowed:",
    "[[fetch]]\ndelay_seconds = 1": "key 'fetch' is [{'delay_seconds': 1}]; write a [fetch] table",
}


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong_is_said_in_one_line(text, tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(f"{text}\n{SOURCE}")
    with pytest.raises(WrongUse) as told:
        load_sources(file)
    assert WRONG[text] in str(told.value)
    assert "\n" not in str(told.value)


def test_what_is_right_holds_for_the_night(tmp_path):
    file = tmp_path / "sources.toml"
    named = ("a.test:8080", "a.test:8443")
    file.write_text(SOURCE)
    assert load_sources(file).settings.fetch == FetchSettings(allow_loopback=False, delay_seconds=1.0, named=named)
    file.write_text(f"{SOURCE}\n[fetch]\nallow_loopback = true\ndelay_seconds = 0.25\n")
    assert load_sources(file).settings.fetch == FetchSettings(allow_loopback=True, delay_seconds=0.25, named=named)
