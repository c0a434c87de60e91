"""Which lists share enough hashes with the wanted ones, against the plain definition."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from storyfold.copies.wanted_hashes import WantedHashes

# Hashes that fall on the same bits, and others: low digits alike, high ones not.
HASHES = st.builds(lambda high, low: (high << 40) | low, st.integers(0, 3), st.integers(0, 40))
LISTS = st.lists(st.lists(st.lists(HASHES, max_size=8, unique=True), max_size=6), max_size=3)


@given(st.sets(HASHES, max_size=30), LISTS, st.integers(1, 4))
def test_lists_with_so_many_wanted_hashes_are_found(wanted, chunks, least):
    column = pa.chunked_array([pa.array(chunk, pa.list_(pa.uint64())) for chunk in chunks], pa.list_(pa.uint64()))
    found = WantedHashes(np.array(sorted(wanted), np.uint64)).find_rows(column, least)
    lists = [some for chunk in chunks for some in chunk]
    assert found.tolist() == [row for row, some in enumerate(lists) if len(wanted & set(some)) >= least]


def test_a_part_of_a_table_is_read_as_that_part():
    lists = pa.array([[1], [2, 3], [3, 4], [9]], pa.list_(pa.uint64()))
    wanted = WantedHashes(np.array([3, 4, 9], np.uint64))
    assert wanted.find_rows(pa.chunked_array([lists.slice(1, 2)]), 1).tolist() == [0, 1]
    assert wanted.find_rows(pa.chunked_array([lists.slice(1)]), 2).tolist() == [1]
