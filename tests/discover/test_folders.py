"""What a folder, a path or a glob finds, and what it makes of what is not to be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyfold.discover.candidates import Refusal
from storyfold.discover.folders import FoundFile, find_files, is_page
from storyfold.outcomes import Reason
from storyfold.web.warc import is_archive


def plant(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def names(found: list[FoundFile | Refusal]) -> list[str]:
    return [f.name if isinstance(f, FoundFile) else str(f.reason) for f in found]


def test_a_folder_gives_its_pages_sorted_and_nothing_else(tmp_path):
    plant(tmp_path, "b.html", "a/z.HTM", "a/b/c.txt.gz", "d.html.gz", "0123abcd.gz", "p.xhtml", "w.warc.gz")
    plant(tmp_path, "gold.jsonl.gz", "x.png", ".h.html", ".git/y.html")
    expected = ["0123abcd.gz", "a/b/c.txt.gz", "a/z.HTM", "b.html", "d.html.gz", "p.xhtml"]
    assert names(find_files(str(tmp_path), is_page)) == expected
    assert names(find_files(str(tmp_path), is_archive)) == ["w.warc.gz"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.html", ["a.html"]),
        ("**/*.html", ["a.html", "x/b.html", "x/y/c.html"]),
        ("x/**", ["b.html", "y/c.html", "y/d.txt"]),
        ("x/**/*.html", ["b.html", "y/c.html"]),
        ("x/**/**/c.html", ["y/c.html"]),
        ("*/[bc].html", ["x/b.html"]),
        ("?/?/?.txt", ["x/y/d.txt"]),
        ("x/y", ["c.html", "d.txt"]),
        ("x/y/c.html", ["c.html"]),
        ("*.nothing", ["missing-input"]),
        ("gone/*.html", ["missing-input"]),
        ("gone", ["missing-input"]),
        ("a.html/*.html", ["missing-input"]),
    ],
)
def test_patterns(tmp_path, pattern, expected):
    plant(tmp_path, "a.html", "x/b.html", "x/y/c.html", "x/y/d.txt")
    assert names(find_files(str(tmp_path / pattern), is_page)) == expected


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(["*", "**", "?", "a", "b*", "[ab]", "[!a]", "a.html", "*.html"]), min_size=1, max_size=4
    )
)
def test_patterns_find_what_the_standard_library_finds(parts, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "tree"
    if not folder.exists():
        plant(folder, *(f"{p}{n}.html" for p in ("", "a/", "b/", "a/a/", "a/b/", "ba/a/a/") for n in ("a", "b", "ab")))
    pattern = "/".join(parts)
    library = {p for p in folder.glob(pattern) if p.is_file()}
    if parts[-1] == "**":  # the library gives folders only here, a shell gives files
        library = {p for p in folder.glob(pattern + "/*") if p.is_file()}
    found = {f.path for f in find_files(f"{folder}/{pattern}", is_page) if isinstance(f, FoundFile)}
    if (folder / pattern).is_dir():
        library = {p for p in (folder / pattern).rglob("*") if p.is_file()}
    assert found == library


def test_a_path_with_brackets_in_its_name_is_that_path(tmp_path):
    plant(tmp_path, "[draft] a.html", "d a.html")
    assert names(find_files(str(tmp_path / "[draft] a.html"), is_page)) == ["[draft] a.html"]


def test_a_file_named_as_such_is_taken_whatever_its_ending(tmp_path):
    plant(tmp_path, "page.asp")
    assert names(find_files(str(tmp_path / "page.asp"), is_page)) == ["page.asp"]


def test_loops_of_links_end_and_each_folder_is_entered_once(tmp_path):
    plant(tmp_path, "a/one.html", "b/two.html")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to(tmp_path / "a")
    (tmp_path / "c").symlink_to(tmp_path / "b")
    (tmp_path / "round.html").symlink_to("round.html")
    assert names(find_files(str(tmp_path / "**" / "*"), is_page)) == ["a/one.html", "b/two.html", "unreadable-input"]


def test_what_cannot_be_read_is_said(tmp_path):
    plant(tmp_path, "good.html")
    (tmp_path / "broken.html").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.html")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/na\xefve.html")).write_text("x")
    found = find_files(str(tmp_path), is_page)
    refused = {Path(f.location).name: f for f in found if isinstance(f, Refusal)}
    assert sorted(refused) == ["broken.html", "na\\udcefve.html", "pipe.html"]
    assert {f.reason for f in refused.values()} == {Reason.UNREADABLE_INPUT}
    assert [f.name for f in found if isinstance(f, FoundFile)] == ["good.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read(tmp_path):
    plant(tmp_path, "a/one.html", "b/two.html")
    (tmp_path / "a").chmod(0)
    try:
        assert names(find_files(str(tmp_path), is_page)) == ["unreadable-input", "b/two.html"]
    finally:
        (tmp_path / "a").chmod(0o700)


def test_a_path_that_no_system_takes():
    assert names(find_files("/tmp/\x00", is_page)) == ["unreadable-input"]
    assert names(find_files("/" + "a" * 5000, is_page)) == ["unreadable-input"]


def test_a_pattern_of_many_stars_ends(tmp_path):
    plant(tmp_path, "a" * 200 + ".html")
    assert names(find_files(str(tmp_path / ("*a" * 60 + "b.html")), is_page)) == ["missing-input"]
    assert len(find_files(str(tmp_path / "/".join(["**"] * 60 + ["*.html"])), is_page)) == 1
