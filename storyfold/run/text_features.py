"""Make the rows of what is read of each text: where it is parsed, where lines are cut from it, in an older lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.credits.publisher import find_outlet_of
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.copies import SKETCH_METHOD, Sketch
from storyfold.schemas.text_names import NAMES_METHOD, TextNames
from storyfold.schemas.text_terms import TERMS_METHOD, TextTerms
from storyfold.text.characters import read_character_tables
from storyfold.text.crossing_terms import NO_CROSSING_TERMS, find_crossing_terms
from storyfold.text.embeddings import EmbeddingModel, load_model
from storyfold.text.kept_terms import METHOD_LIMITS, keep_terms
from storyfold.text.names import find_names
from storyfold.text.numbers import find_numbers
from storyfold.text.sketch import sketch_texts
from storyfold.text.words import view_texts

# The columns of an article of which its features are made.
ARTICLE_COLUMNS = (
    "article_id", "version", "seen_date", "outlet", "url", "canonical_url", "is_repeat", "language", "title", "body",
)  # fmt: skip
FEATURES: tuple[type, ...] = (
    Sketch,
    TextTerms,
    TextNames,
)  # the tables that have a row for each version, made of its text alone


def make_features(
    articles: pa.Table, classes: Sequence[type] = FEATURES, embeddings: str | None = None
) -> dict[type, pa.Table]:
    """Read the text of each article version; return the rows of these classes in their order, by class.

    `embeddings` is the folder of the model that makes their vectors.
    """
    made = {cls: _MAKE[cls](articles) for cls in classes}
    if TextTerms in made and (model := load_model(embeddings)) is not None:
        made[TextTerms] = _add_vectors(made[TextTerms], articles, model)
    return made


def _add_vectors(terms: pa.Table, articles: pa.Table, model: EmbeddingModel) -> pa.Table:
    """Put in the vector of each article version; none of one that only repeats another."""
    texts = zip(*(articles[name].to_pylist() for name in ("title", "body", "is_repeat")), strict=True)
    made = [None if is_repeat else model.make_vector(title, body) for title, body, is_repeat in texts]
    columns = {"vector": made, "vector_model": [None if vector is None else model.name for vector in made]}
    for name, values in columns.items():
        field = terms.schema.field(name)
        terms = terms.set_column(terms.schema.get_field_index(name), field, pa.array(values, field.type))
    return terms


def sketch_articles(articles: pa.Table) -> pa.Table:
    """Make the sketch of each article version, in their order; `ARTICLE_COLUMNS` are needed."""
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


def keep_article_terms(articles: pa.Table) -> pa.Table:
    """Make the terms of each article version, in their order; `ARTICLE_COLUMNS` are needed.

    A version that only repeats another has none: it is no news, and would not be there had its day been known whole.
    """
    is_repeat = pc.fill_null(articles["is_repeat"], fill_value=False)
    titles, bodies = (view_texts(pc.if_else(is_repeat, None, articles[name])) for name in ("title", "body"))
    made = keep_terms(titles, bodies, articles["language"].to_pylist(), METHOD_LIMITS)
    schema = get_declared_table(TextTerms).schema
    starts = pa.array(made.starts, pa.int32())
    columns = {name: articles[name] for name in ("article_id", "version", "seen_date")}
    columns |= {"method": np.full(len(articles), TERMS_METHOD)}
    lists = {"terms": made.hashes, **dict(zip(("times", "lead_times", "general"), made.counts, strict=True))}
    columns |= {name: pa.ListArray.from_arrays(starts, pa.array(values)) for name, values in lists.items()}
    columns |= _list_crossing_terms(articles, is_repeat)
    columns |= {name: pa.nulls(len(articles), schema.field(name).type) for name in ("vector", "vector_model")}
    return pa.table(columns).select(schema.names).cast(schema)


def _list_crossing_terms(articles: pa.Table, is_repeat: pa.ChunkedArray) -> dict[str, pa.Array]:
    """List what crosses languages in each article version, as two columns; nothing of one that repeats another."""
    texts = zip(*(articles[name].to_pylist() for name in ("title", "body", "language")), strict=True)
    found = [
        NO_CROSSING_TERMS if repeats else find_crossing_terms(*text)
        for text, repeats in zip(texts, is_repeat.to_pylist(), strict=True)
    ]
    starts = pa.array(np.cumsum([0, *(len(terms.hashes) for terms in found)]), pa.int32())
    values = [np.concatenate(listed) for listed in zip(NO_CROSSING_TERMS, *found, strict=True)]
    names = ("crossing_terms", "crossing_weights")
    return {name: pa.ListArray.from_arrays(starts, pa.array(v)) for name, v in zip(names, values, strict=True)}


def find_article_names(articles: pa.Table) -> pa.Table:
    """Find the names and numbers of each article version, in their order; `ARTICLE_COLUMNS` are needed."""
    schema = get_declared_table(TextNames).schema
    texts = list(zip(*(articles[name].to_pylist() for name in ("title", "body", "language")), strict=True))
    columns = {name: articles[name] for name in ("article_id", "version", "seen_date")}
    columns |= {
        "method": np.full(len(articles), NAMES_METHOD),
        "names": _make_lists([find_names(*text) for text in texts], schema.field("names").type),
        "numbers": _make_lists([find_numbers(*text) for text in texts], schema.field("numbers").type),
    }
    return pa.table(columns).select(schema.names).cast(schema)


def _make_lists(rows: Sequence[Sequence[object]], type_: pa.ListType) -> pa.ListArray:
    """Make a column of lists of structs, a field at a time: many times faster than of dictionaries."""
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    fields = list(type_.value_type)
    values = [pa.array([getattr(row, f.name) for listed in rows for row in listed], f.type) for f in fields]
    return pa.ListArray.from_arrays(pa.array(starts), pa.StructArray.from_arrays(values, fields=fields), type=type_)


_MAKE: Mapping[type, Callable[[pa.Table], pa.Table]] = {
    Sketch: sketch_articles,
    TextTerms: keep_article_terms,
    TextNames: find_article_names,
}
