"""sources.toml: read with its paths made whole, refused with one line that says what is wrong."""

from pathlib import Path

import pytest

from storyfold.outcomes import WrongUse
from storyfold.settings.sources import load_sources

ROOT = Path(__file__).parents[2]

WRONG = {
    '[[source]]\nid = "a"\nfeed = "http://x/rss"': "source 1 (a): unknown key 'feed'; did you mean 'feeds'; allowed",
    '[[source]]\nid = "a"': "source 1 (a): nothing to read; give at least one of: feeds",
    '[[source]]\npages = "x"': "source 1: key 'id' is missing",
    '[[source]]\nid = "a"\npages = 3': "key 'pages' is 3; allowed: a text in quotes, or a list",
    '[[source]]\nid = "a"\npages = [""]': "key 'pages' is ['']",
    '[[source]]\nid = ""\npages = "x"': "key 'id' is ''; allowed: a text in quotes",
    '[[source]]\nid = "a"\nzone = "Mars/Base"\npages = "x"': "'Mars/Base' is no time zone",
    '[[source]]\nid = "a"\nfeeds = "rss.xml"': "key 'feeds': 'rss.xml' is no address",
    '[[source]]\nid = "a"\npages = "x"\n[[source]]\nid = "a"\npages = "y"': "'a' names two sources",
    'sources = "x"': "unknown key 'sources' at top level",
    "source = 3": "write at least one [[source]] table",
    "source = [3]": "source 1 is not a table",
    "": "write at least one [[source]] table",
    "[[source": "cannot be read as TOML",
}


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_what_is_wrong_is_said_in_one_line(text, tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(text)
    with pytest.raises(WrongUse) as told:
        load_sources(file)
    assert WRONG[text] in str(told.value)
    assert str(file) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_missing_or_binary_file_is_told(tmp_path):
    with pytest.raises(WrongUse, match="no such file"):
        load_sources(tmp_path / "none.toml")
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongUse, match="cannot be read"):
        load_sources(tmp_path / "noise.toml")


def test_paths_are_taken_from_the_files_folder(tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(
        '[[source]]\nid = "a"\npages = "saved/**/*.html"\narchives = ["/full/x.warc.gz"]\n'
        'urls = ["https://example.com/a", "list.txt"]\nfeeds = "https://example.com/rss"'
    )
    (source,) = load_sources(file).sources
    assert source.pages == (str(tmp_path / "saved/**/*.html"),)
    assert source.archives == ("/full/x.warc.gz",)
    assert source.urls == ("https://example.com/a", str(tmp_path / "list.txt"))


def test_the_fingerprint_tells_values_and_not_comments(tmp_path):
    def fingerprint(text):
        (tmp_path / "s.toml").write_text(text)
        return load_sources(tmp_path / "s.toml").fingerprint

    plain = '[[source]]\nid = "a"\nurls = "http://x/"\n'
    assert fingerprint(plain) == fingerprint("# a note\n" + plain)
    assert fingerprint(plain) != fingerprint(plain + 'outlet = "X"\n')


@pytest.mark.parametrize("file", ["data/sources.toml", "data/demo/sources.toml"])
def test_our_own_files_are_right(file):
    assert load_sources(ROOT / file).sources
