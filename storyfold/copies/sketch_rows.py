"""Read rows of `sketches` as documents."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.documents import Documents, make_documents, order_documents
from storyfold.kernels.arrays import Flags
from storyfold.text.sketch import Sketched


def make_documents_of_sketches(sketches: pa.Table, judged: Flags) -> Documents:
    """Make documents of rows of `sketches`, one an article; `judged` has an entry a row."""
    order = order_documents(sketches["article_id"], sketches["seen_date"])
    rows = sketches.take(pa.array(order)).combine_chunks()
    lengths = pc.fill_null(pc.list_value_length(rows["hashes"]), 0).to_numpy()
    hashes = pc.list_flatten(rows["hashes"]).to_numpy().astype(np.uint64)
    sketched = Sketched(
        np.append(0, np.cumsum(lengths, dtype=np.int64)),
        hashes,
        rows["words"].to_numpy().astype(np.int64),
        rows["text_hash"].to_numpy().astype(np.uint64),
    )
    ids, outlets = (_join_chunks(rows[name]) for name in ("article_id", "outlet"))
    return make_documents(ids, _join_chunks(rows["seen_date"]), outlets, sketched, judged[order])


def _join_chunks(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
