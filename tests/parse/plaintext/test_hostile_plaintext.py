"""Dumps that are broken or huge: doubled lines, one line, wrong encodings, ten megabytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests_support import costs_at_most

from storyfold.parse.plaintext.lines import LINES_READ, read_lines
from storyfold.parse.plaintext_page import parse_plaintext
from storyfold.schemas.pages import Page

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "dumps"
NAMES = ("opinion", "spanish", "german_wire")
SECONDS = 30  # measured 2 to 8; what grows with the square takes hours


def make_page():
    return Page(
        item_id="i", source_id="s", location="dump.txt", name="dump.txt", seen_at=datetime(2026, 11, 21, tzinfo=UTC),
        bytes=0, content_sha256="", warc_file="", warc_offset=0,
    )  # fmt: skip


def golden(name):
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_with_each_line_doubled_reads_the_same(name):
    once = parse_plaintext(golden(name), make_page())
    twice = parse_plaintext("\n".join(f"{line}\n{line}" for line in golden(name).splitlines()), make_page())
    assert (twice.title, twice.body) == (once.title, once.body)


def test_single_repetitions_stay():
    assert [line.text for line in read_lines("A\nA\nB\nC\nD\nE")] == ["A", "A", "B", "C", "D", "E"]
    assert [line.text for line in read_lines("A\nA\nB\n\nB\nC\nC")] == ["A", "B", "C"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_read_in_the_wrong_encoding_reads_the_same(name):
    once = parse_plaintext(golden(name), make_page())
    unused = {byte: chr(byte) for byte in b"\x81\x8d\x8f\x90\x9d"}  # of Windows-1252, as browsers read them
    broken = "".join(unused.get(b) or bytes([b]).decode("cp1252") for b in golden(name).encode("utf-8"))
    assert broken != golden(name)
    found = parse_plaintext(broken, make_page())
    assert (found.title, found.body) == (once.title, once.body)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_of_a_crawl_reads_as_its_page(name):
    once = parse_plaintext(golden(name), make_page())
    header = [
        "WARC/1.0",
        "WARC-Type: conversion",
        "WARC-Target-URI: https://www.example.org/news/1",
        "Content-Length: 9",
    ]
    found = parse_plaintext("\r\n".join([*header, "", ""]) + golden(name), make_page())
    assert (found.title, found.body) == (once.title, once.body)
    assert found.canonical_url == "https://www.example.org/news/1"


def timed(text):
    with costs_at_most(SECONDS):
        return parse_plaintext(text, make_page())


@pytest.mark.slow
def test_ten_megabytes_below_an_article_leave_it():
    page = golden("opinion")
    menu = "\n".join(f"Section {n}" for n in range(700_000))
    assert len(menu) > 10_000_000
    found, once = timed(f"{page}\n{menu}"), timed(page)
    assert found.title == once.title
    paragraphs, kept = once.body.split("\n\n"), found.body.split("\n\n")
    assert kept[0] == paragraphs[0]
    assert set(kept) <= set(paragraphs)
    assert len(kept) >= len(paragraphs) - 1  # the last line before a hundred thousand others may go with them


@pytest.mark.slow
def test_ten_megabytes_of_different_lines_are_read_in_time():
    lines = (
        f"The council of ward {n} met on day {n % 31} and voted for bridge {n * 7}, said clerk {n}."
        for n in range(140_000)
    )
    text = "\n".join(lines)
    assert len(text) > 10_000_000
    assert 0 < len(read_lines(text)) <= LINES_READ  # the work after this grows with these alone
    found = timed(text)
    assert 0 < found.body.count("\n\n") < LINES_READ


def test_ten_megabytes_in_one_line_are_read_in_time():
    found = timed("The council of the town voted on Monday for the new bridge, which is to open in May. " * 120_000)
    assert len(found.body) > 10_000_000
