"""What was looked up once is not looked up again, and the answer is that of a look-up."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from copies.copies_support import Lake, make_article

from storyfold.copies.stored_keys import StoredKeys
from storyfold.settings.copies import CopySettings

REPORT = " ".join(f"word{number}" for number in range(120))
OTHER = " ".join(f"other{number}" for number in range(120))


class Counted:
    """A connection that lists the queries over ids of the lake which it is asked."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.asked = connection, 0

    def execute(self, sql: str, *given: Any) -> Any:
        self.asked += "asked_ids" in sql
        return self.connection.execute(sql, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


@pytest.fixture
def lake():
    """Two families of copies, of which one article has an update."""
    lake = Lake()
    lake.night(
        [make_article("a", REPORT), make_article("b", f"{REPORT} more"), make_article("x", OTHER)], CopySettings()
    )
    lake.night([make_article("c", f"{REPORT} again"), make_article("y", f"{OTHER} more")], CopySettings())
    lake.night([make_article("b", f"{REPORT} and more words now", version=2)], CopySettings())
    return lake


def list_edges(keys: StoredKeys, names: str) -> set[tuple[str, str]]:
    found = keys.find_edges(names).select(["article_id", "of_article_id"]).to_pylist()
    pairs = [tuple(row.values()) for row in found]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


def test_edges_looked_up_bit_by_bit_are_those_of_one_look_up(lake):
    keys = StoredKeys(lake.connection)
    bit_by_bit = [list_edges(keys, names) for names in ("a", "ab", "y", "cx", "abcxy")]
    at_once = [list_edges(StoredKeys(lake.connection), names) for names in ("a", "ab", "y", "cx", "abcxy")]
    assert bit_by_bit == at_once
    assert {frozenset(pair) for pair in at_once[-1]} >= {frozenset("xy")}


def test_what_was_expected_or_found_before_costs_no_look_up(lake):
    connection = Counted(lake.connection)
    keys = StoredKeys(connection)
    keys.expect_edges("abc")
    assert list_edges(keys, "x")
    assert list_edges(keys, "ca")
    assert connection.asked == 1
    versions = keys.find_versions("ab").to_pylist()
    assert {(v["article_id"], v["version"], v["is_current"]) for v in versions} == {
        ("a", 1, True),
        ("b", 1, False),
        ("b", 2, True),
    }
    keys.find_versions("b")
    assert connection.asked == 2


def test_remembered_sketches_answer_for_articles_of_one_version_alone(lake):
    connection = Counted(lake.connection)
    keys = StoredKeys(connection)
    read = lake.connection.execute("FROM sketches WHERE article_id IN ('x', 'b') AND version = 1").to_arrow_table()
    keys.remember_sketches(read)
    assert keys.find_versions("x")["version"].to_pylist() == [1]
    assert connection.asked == 0
    assert sorted(keys.find_versions("xb")["version"].to_pylist()) == [1, 1, 2]
    assert connection.asked == 1
    assert isinstance(keys.find_versions(()), pa.Table)
