"""Columns declared once: Arrow, SQL and docs derive from the row classes, and rows survive the way through."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyfold.schemas import TABLES, WORK_TABLES, Article, Byline, Copy, DateClaim, Sketch, Span
from storyfold.schemas.columns import (
    declare_table,
    get_declared_table,
    get_sql_type,
    list_columns,
    make_arrow_table,
    make_create_statement,
    make_rows,
)

INSTANT = datetime(2026, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def article(**values):
    needed = {
        "article_id": "a",
        "seen_date": date(2026, 3, 4),
        "source_id": "s",
        "location": "here.html",
        "first_seen_at": INSTANT,
        "content_sha256": "0",
        "warc_file": "w",
        "warc_offset": 0,
    }
    return Article(**{**needed, **values})


@pytest.mark.parametrize("declared", [*TABLES.values(), *WORK_TABLES.values()], ids=lambda t: t.name)
def test_duckdb_takes_every_table_and_gives_the_same_types_back(declared):
    connection = duckdb.connect()
    connection.execute(make_create_statement(declared))
    arrow = connection.execute(f"FROM {declared.name}").to_arrow_table()
    assert arrow.column_names == declared.schema.names
    described = dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {declared.name})").fetchall())
    wanted = {c.name: get_sql_type(c.type).replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for c in declared.columns}
    assert {k: v.replace('"', "") for k, v in described.items()} == {k: v.replace('"', "") for k, v in wanted.items()}


@pytest.mark.parametrize("declared", [*TABLES.values(), *WORK_TABLES.values()], ids=lambda t: t.name)
def test_every_column_says_what_it_means(declared):
    assert all(len(column.meaning) > 8 and column.meaning.endswith(".") for column in declared.columns)


@given(
    st.builds(
        article,
        title=st.none() | TEXT,
        authors=st.lists(TEXT).map(tuple),
        bylines=st.lists(st.builds(Byline, name=TEXT, kind=st.sampled_from(["person", "agency", "staff"]))).map(tuple),
        published_at=st.none() | INSTANTS,
        date_claims=st.lists(st.builds(DateClaim, where=TEXT, words=TEXT, value=st.none() | INSTANTS)).map(tuple),
        body=TEXT,
        truncated=st.booleans(),
        word_count=st.integers(0, 2**62),
    )
)
def test_rows_survive_arrow_and_duckdb(row):
    arrow = make_arrow_table([row], Article)
    through = duckdb.connect().execute("SET TimeZone='UTC'").from_arrow(arrow).to_arrow_table()
    assert make_rows(arrow, Article) == [row]
    assert make_rows(through, Article) == [row]


def test_unsigned_hashes_and_structs_survive():
    sketch = Sketch(article_id="a", version=1, seen_date=date(2026, 3, 4), hashes=(1, 2**64 - 1), words=9)
    copy = Copy(
        article_id="a",
        version=1,
        of_article_id="b",
        of_version=1,
        seen_date=date(2026, 3, 4),
        share_of_this=1.0,
        share_of_other=0.5,
        kind="full",
        direction_confidence="low",
        spans=(Span(start=0, of_start=1, words=2, of_words=2),),
    )
    assert make_rows(make_arrow_table([sketch], Sketch), Sketch) == [sketch]
    assert make_rows(make_arrow_table([copy], Copy), Copy) == [copy]


def test_a_null_where_none_may_be_is_refused():
    with pytest.raises(ValueError, match=r"articles.source_id is null in 1 rows"):
        make_arrow_table([article(source_id=None)], Article)


def test_columns_that_a_query_left_out_take_defaults():
    arrow = make_arrow_table([article(title="kept")], Article).drop_columns(["title", "tags", "bylines"])
    assert make_rows(arrow, Article) == [article()]


def test_literals_are_allowed_values_and_lists_are_never_null_inside():
    kinds = next(c for c in get_declared_table(Article).columns if c.name == "kind").allowed
    assert "article" in kinds
    assert "list" in kinds
    assert not get_declared_table(Article).schema.field("tags").type.value_field.nullable


def test_a_column_without_meaning_or_with_two_types_is_refused():
    @dataclass
    class Silent:
        name: str

    @dataclass
    class Double:
        name: Annotated[str | int, "Two types at once."]

    @dataclass
    class Choice:
        name: Annotated[Literal["a", "b"] | None, "One of two, or unknown."] = None

    for wrong in (Silent, Double):
        with pytest.raises(TypeError):
            list_columns(wrong)
    (column,) = list_columns(Choice)
    assert (column.allowed, column.nullable, column.type) == (("a", "b"), True, pa.string())


def test_a_key_that_is_no_column_is_refused():
    with pytest.raises(TypeError, match="no such column: missing"):

        @declare_table("t", "a thing", key=("missing",))
        @dataclass
        class Row:
            name: Annotated[str, "A name."]
