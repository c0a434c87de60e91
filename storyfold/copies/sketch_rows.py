"""Make the rows of `sketches`, and read them as documents."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.copies.documents import Documents, make_documents, order_documents
from storyfold.copies.sketch import Sketched, sketch_texts
from storyfold.credits.publisher import find_outlet_of
from storyfold.kernels.arrays import Flags
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.copies import SKETCH_METHOD, Sketch
from storyfold.text.characters import read_character_tables
from storyfold.text.words import view_texts


def sketch_articles(articles: pa.Table) -> pa.Table:
    """Make the sketch of each article version, in their order; `older_sketches.ARTICLE_COLUMNS` are needed."""
    texts = view_texts(articles["body"])
    made = sketch_texts(texts, np.arange(len(texts)), read_character_tables())
    schema = get_declared_table(Sketch).schema
    hashes = pa.ListArray.from_arrays(pa.array(made.starts, pa.int32()), pa.array(made.hashes))
    columns = {name: articles[name] for name in ("article_id", "version", "seen_date")}
    columns |= {
        "method": np.full(len(articles), SKETCH_METHOD),
        "outlet": pa.array(_find_outlets(articles), pa.string()),
        "words": made.words,
        "text_hash": made.text_hash,
        "hashes": hashes,
    }
    return pa.table(columns).select(schema.names).cast(schema)


def _find_outlets(articles: pa.Table) -> list[str | None]:
    """Find the outlet of each; none of a version that only repeats another, which shows nothing of its outlet."""
    given = (articles[name].to_pylist() for name in ("outlet", "url", "canonical_url", "is_repeat"))
    return [None if is_repeat else find_outlet_of(*row) for *row, is_repeat in zip(*given, strict=True)]


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
