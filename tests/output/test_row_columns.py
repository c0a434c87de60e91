"""Rows of JSON lines as columns: whole blocks and one line after another are read as the same."""

from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyfold.outcomes import WrongUse
from storyfold.output import article_rows, row_columns
from storyfold.output.article_rows import read_articles
from storyfold.output.plain_columns import read_plain_columns

TEXTS = st.one_of(st.none(), st.text(), st.sampled_from(["", "Größe “x” \U0001f600", "\\u0000\n"]))
TIMES = st.one_of(
    st.none(), st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat), st.datetimes().map(datetime.isoformat),
    st.sampled_from(["2026-03-02T06:00:00Z", "2026-03-02 06:00:00+05:30", "2026-03-02", "", "soon",
                     "0000-01-01T00:00:00Z"]),
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {"id": st.text(min_size=1), "body": st.text()},
    optional={
        "url": st.one_of(TEXTS, st.just("https://a.example/1")), "path": st.one_of(TEXTS, st.just("a.warc.gz")),
        "canonical_url": st.one_of(TEXTS, st.just("https://a.example/1")), "outlet": TEXTS, "agency": TEXTS,
        "title": TEXTS, "language": TEXTS, "authors": st.one_of(st.none(), st.lists(st.text())),
        "published_at": TIMES, "first_seen_at": TIMES, "role": TEXTS, "score": st.floats(allow_nan=False),
        "kind": st.one_of(TEXTS, st.sampled_from(["live", "digest", "article"])),
        "date_confidence": st.one_of(TEXTS, st.sampled_from(["high", "medium", "low", "none"])),
    },
)  # fmt: skip


def find_fault(line: int, what: str) -> WrongUse:
    return WrongUse(f"line {line}: {what}")


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_a_block_of_plain_lines_is_read_as_one_line_after_another(rows: list[dict[str, Any]]) -> None:
    lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    plain = row_columns._read_plain_lines(lines)
    assert plain is not None
    read = row_columns.make_columns(row_columns._read_each_line(lines, 1, find_fault))
    assert row_columns.make_columns(plain).to_pylist() == read.to_pylist()


PARTS = st.sampled_from(
    [b"{", b"}", b"[", b"]", b",", b":", b" ", b"\t", b"\r", b"\n", b'"', b'"id"', b'"body"', b'"authors"', b'"q"',
     b'"a"', b"null", b"true", b"false", b"nul", b"0", b"-1.5", b"01", b"1.", b"2e3", b"\\", b"\\n", b"\\u00e9",
     b"\\ud83d", b"\\ud83d\\ude00", b"\xff", "ß".encode(), b"x" * 40, b'{"id":"1","body":"', b'"}',
     b',"authors":["a"', b"\x01"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=9).map(b"".join))
@example(b'{"id":"1","body":"x","authors":["a",]}').via("a comma too many")
@example(b'{"id":"1","body":"x"{"q":"2"}').via("a brace for a comma")
@example(b'{"id":"1","id":"2","body":"x"}').via("a key twice")
def test_what_kernels_take_for_plain_lines_is_read_as_json_is(middle: bytes) -> None:
    for lines in (middle, b'{"id":"1","body":"x",' + middle, b'{"id":"1","body":"' + middle + b'"}'):
        try:
            lines.decode()
        except UnicodeDecodeError:
            continue
        plain = read_plain_columns(lines, row_columns._WRITTEN)
        if plain is None:
            continue
        read = [orjson.loads(line) for line in lines.split(b"\n") if line.strip()]
        assert plain.to_pylist() == [{name: row.get(name) for name in row_columns._WRITTEN.names} for row in read]


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from([None, 1]), st.booleans())
def test_lines_that_json_writers_write_are_plain(rows: list[dict[str, Any]], indent: int | None, ascii_: bool) -> None:
    rows = [{key: value for key, value in row.items() if key != "score"} for row in rows]
    written = [json.dumps(row, ensure_ascii=ascii_, indent=indent).replace("\n", " ") for row in rows]
    assert read_plain_columns("\n".join(written).encode(), row_columns._WRITTEN) is not None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({}, "article"),
        ({"kind": "digest"}, "digest"),
        ({"kind": "opinion", "title": "Morning briefing"}, "opinion"),
        ({"kind": None, "title": "Morning briefing"}, "digest"),
        ({"kind": "a word of others", "title": "Goat on roof – live updates"}, "live"),
        ({"kind": 7, "title": "Goat on roof"}, "article"),
    ],
)
def test_a_row_says_its_kind_else_its_title_does(tmp_path: Path, row: dict[str, Any], kind: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(orjson.dumps({"id": "a", "body": "x"} | row) + b'\n{"id":"b","body":"x","kind":"live"}\n')
    assert [article.kind for article in read_articles(file)] == [kind, "live"]


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":"b","body":"x","score":NaN}',
        b'{"id":"b","body":"x","score":1e999}',
        b'{"id":"b","body":"x","score":[NaN]}',
        b'{"id":"b","body":"x","score": \t -Infinity}',
        b'{"id":"b","body":"x","score":Inf , "a":1}',
        b'{"id":"b","body":"x","score":' + b" " * 90 + b"NaN" + b" " * 90 + b"}",
        b'{"id":"b","body":"x","score":' + b"[" * 2_000 + b"]" * 2_000 + b"}",
        b'{"id":"b","body":"x"}{"id":"c","body":"x"}',
        b'{"id":"b","body":"\xff"}',
        b'{"id":"b","body":"x","role":"\xff"}',
        b'{"id":"b","body":"\\ud800"}',
        b'{"id":"b","body":7}',
        b'{"id":"b"}',
        b'{"body":"x"}',
        b"[]",
    ],
)
def test_what_is_no_row_is_refused_by_its_line_among_plain_ones(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"id":"a","body":"x"}\n' + line + b'\n{"id":"d","body":"x"}\n')
    with pytest.raises(WrongUse, match=r"rows\.jsonl line 2: "):
        read_articles(file)


def test_rows_of_any_form_are_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(
        b'{"id":5,"body":null,"authors":["A",7],"date_confidence":3,"published_at":20260302,"path":9}\r\n\n'
        b'  {"url":"https://a.example/1","body":"\xc3\xa9","id":"","id":null,"score":{"a":[1]}}'
    )
    one, two = read_articles(file)
    assert (one.article_id, one.body, one.authors, one.date_confidence, one.location) == (
        "5",
        "",
        ("A", "7"),
        "low",
        "9",
    )
    assert one.published_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert (two.article_id, two.body, two.url) == ("https://a.example/1", "é", "https://a.example/1")


def test_an_article_of_a_file_is_found_by_its_place(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps({"id": name, "body": f"text {name}"}) + b"\n" for name in "abc"))
    read = read_articles(file)
    assert [article.body for article in read] == ["text a", "text b", "text c"]
    assert (read[-1].body, [article.article_id for article in read[1:]]) == ("text c", ["b", "c"])
    with pytest.raises(IndexError):
        read[3]
    file.write_bytes(b"")
    assert list(read_articles(file)) == []


def test_keys_that_nobody_asks_for_cost_nothing() -> None:
    """Each once, and nested as deep as a row may be: no column is made of them."""
    lines = [
        orjson.dumps({"id": str(n), "body": "x", "entities": {f"Q{n}_{k}": {"a": [k]} for k in range(10)}}) + b"\n"
        for n in range(5_000)
    ]
    tracked = pa.total_allocated_bytes()
    plain = row_columns._read_plain_lines(b"".join(lines))
    assert plain is not None
    assert len(plain) == len(lines)
    assert pa.total_allocated_bytes() - tracked < 2_000_000


@pytest.mark.parametrize("depth", [100, 1_000, 100_000])
def test_a_line_nested_deep_is_read_or_refused_in_words(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "deep.jsonl"
    file.write_bytes(b'{"id":"1","body":"x","q":' + b"[" * depth + b"]" * depth + b"}\n")
    if depth <= 1_000:
        assert len(read_articles(file)) == 1
    else:
        with pytest.raises(WrongUse, match=r"deep\.jsonl.*1.*JSON"):
            read_articles(file)


def test_words_that_begin_as_no_number_are_text() -> None:
    """News has them in every block of lines, which are read as fast as others."""
    rows = [{"id": "a", "body": "Talks on health, Information and work: Infrastructure, Infineon. NaNo, [Infected]"}]
    plain = row_columns._read_plain_lines(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    assert plain is not None
    assert plain["body"].to_pylist() == [rows[0]["body"]]


@pytest.mark.parametrize("size", range(40, 110))
def test_what_is_no_number_is_found_wherever_it_stands_in_a_block(tmp_path: Path, size: int) -> None:
    """A block is looked through in chunks."""
    file = tmp_path / "rows.jsonl"
    first = b'{"id":"a","body":"' + b"x" * size + b'"}\n'
    for number in (b"NaN", b"-Infinity"):
        file.write_bytes(first + b'{"id":"b","body":"x","score":' + number + b"}\n" + first.replace(b'"a"', b'"c"'))
        with pytest.raises(WrongUse, match=r"rows\.jsonl line 2: "):
            read_articles(file)
    file.write_bytes(first + b'{"id":"b","body":"x","score":7}')
    assert len(read_articles(file)) == 2


@pytest.mark.parametrize("zone", ["", "Z", "+02:00"])
@pytest.mark.parametrize(
    "text", ["2026-03-02", "2026-03-02T10:11", "2026-03-02 10:11:12.123456", "0001-01-01T00:00:00", "20260302", "soon"]
)
def test_times_are_read_as_columns_as_they_are_one_by_one(text: str, zone: str) -> None:
    texts = [text + zone, None, "2026-03-02T10:11:12" + zone]
    read = row_columns._read_times(pa.chunked_array([pa.array(texts)]))
    assert read.to_pylist() == [row_columns._read_instant(one) for one in texts]


def test_a_date_at_the_end_of_the_calendar_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    file.write_text('{"id":"1","body":"x","published_at":"0001-01-01T00:00:00+01:00"}\n', encoding="utf-8")
    assert read_articles(file)[0].published_at is None


@pytest.mark.parametrize("size", [1, 7, 64, 1_000])
@pytest.mark.parametrize("kind", ["plain", "gzipped", "standard input"])
def test_blocks_of_any_size_give_the_same_rows(
    size: int, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"a{number}", "title": "é" * number, "body": "word " * (number * 60)} for number in range(12)]
    lines = b"\n".join(map(orjson.dumps, rows))  # the last line does not end
    file = tmp_path / "rows.jsonl"
    file.write_bytes(gzip.compress(lines) if kind == "gzipped" else lines)
    monkeypatch.setattr(article_rows, "BLOCK_BYTES", size)
    with file.open("rb") as opened:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(opened))
        found = list(read_articles(Path("-") if kind == "standard input" else file))
    assert [(a.article_id, a.title, a.body) for a in found] == [(r["id"], r["title"] or None, r["body"]) for r in rows]


@pytest.mark.parametrize("size", [1, 64, 1_000_000])
def test_a_fault_is_told_of_its_line_in_whichever_block(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.jsonl"
    good = [orjson.dumps({"id": f"a{number}", "body": "word " * number}) for number in range(1, 30)]
    file.write_bytes(b"\n".join([*good, b'{"id": "z"}', good[0]]))
    monkeypatch.setattr(article_rows, "BLOCK_BYTES", size)
    with pytest.raises(WrongUse, match="line 30: "):
        read_articles(file)
