"""Which sketches share enough hashes with one of the wanted lists, against the plain definition."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from storyfold.copies.wanted_hashes import MOST_STEPS, WantedHashes
from storyfold.lake.key_store import pack_lists

# Hashes that fall on the same bits, and others: low digits alike, high ones of the lower half not.
HASHES = st.builds(lambda high, low: (high << 24) | low, st.integers(0, 3), st.integers(0, 40))
LISTS = st.lists(st.lists(HASHES, max_size=8, unique=True), max_size=6)
TYPE = pa.list_(pa.uint64())


def find_rows(wanted: list[list[int]], sketches: list[list[int] | None], least: int) -> list[int]:
    starts = np.append(0, np.cumsum([len(hashes) for hashes in wanted], dtype=np.int64)).astype(np.int64)
    hashes = np.array([value for hashes in wanted for value in hashes], np.uint64)
    return WantedHashes(starts, hashes).find_rows(pack_lists(pa.chunked_array([sketches], TYPE)), least).tolist()


@given(LISTS, LISTS, st.integers(1, 4))
def test_sketches_that_share_so_many_with_one_list_are_found(wanted, sketches, least):
    shared = [max((len(set(some) & set(hashes)) for hashes in wanted), default=0) for some in sketches]
    assert find_rows(wanted, sketches, least) == [row for row, count in enumerate(shared) if count >= least]


def test_what_two_lists_have_between_them_is_not_added_up():
    assert find_rows([[1, 2, 3], [4, 5, 6]], [[1, 2, 3, 4, 5, 6], [1, 2, 4, 5]], 3) == [0]


def test_hashes_of_all_sizes_are_told_by_their_lower_halves():
    large = [2**61 - 5, 2**60 + 7, 2**40 + 2**33]
    assert find_rows([large], [[*large, 1], [value ^ 1 for value in large], None], 3) == [0]


def test_a_sketch_whose_hashes_stand_everywhere_counts_as_one_that_shares():
    wanted = [[2], *([1] for _ in range(MOST_STEPS - 1))]
    assert find_rows(wanted, [[1, 2]], 2) == []
    assert find_rows([*wanted, [1]], [[1, 2]], 2) == [0]


def test_a_part_of_a_table_is_read_as_that_part():
    lists = pa.array([[1], [2, 3], [3, 4], [9]], TYPE)
    wanted = WantedHashes(np.array([0, 3], np.int64), np.array([3, 4, 9], np.uint64))
    assert wanted.find_rows(pack_lists(pa.chunked_array([lists.slice(1, 2)])), 1).tolist() == [0, 1]
    assert wanted.find_rows(pack_lists(pa.chunked_array([lists.slice(1)])), 2).tolist() == [1]
