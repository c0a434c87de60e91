"""The table of terms has what crosses languages of each text; nothing of a version that only repeats another."""

from __future__ import annotations

import pyarrow as pa

from storyfold.run.text_features import _list_crossing_terms
from storyfold.text.crossing_terms import find_crossing_terms


def test_each_version_has_the_crossing_terms_of_its_text():
    title, body = "Durrani in Salvera", "Selim Arkan met 48,000 people."
    rows = [(title, body, "en"), (title, body, "en"), (None, "", None)]
    articles = pa.table(dict(zip(("title", "body", "language"), zip(*rows, strict=True), strict=True)))
    made = _list_crossing_terms(articles, pa.chunked_array([[False, True, False]]))
    wanted = find_crossing_terms(title, body, "en")
    assert len(wanted.hashes) > 0
    assert made["crossing_terms"].to_pylist() == [wanted.hashes.tolist(), [], []]
    assert made["crossing_weights"].to_pylist() == [wanted.nats.tolist(), [], []]
