"""Find near-duplicates among the articles of one file, without a lake; ids and bodies are enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from storyfold.copies.candidate_days import find_pairs
from storyfold.copies.compare_texts import compare_pairs
from storyfold.copies.documents import make_documents, order_documents
from storyfold.copies.edges import Directions, judge_comparisons
from storyfold.copies.grouped_texts import GroupedTexts, group_texts
from storyfold.copies.repeated_shingles import RepeatedInTexts
from storyfold.credits.publisher import find_outlet
from storyfold.schemas.pages import Article, get_seen_date
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import read_character_tables
from storyfold.text.sketch import sketch_read_texts, sketch_texts
from storyfold.text.words import join_texts, read_texts

MOST_KEPT = 2**29  # bytes of text whose words are kept, in one and a half times as much memory


def group_articles(new: Sequence[Article], settings: CopySettings) -> GroupedTexts:
    """Group the articles of one file into families."""
    ids = pa.array([article.article_id for article in new], pa.string())
    days = pa.array([get_seen_date(article.first_seen_at) for article in new], pa.date32())
    order = order_documents(ids, days)
    articles = [new[number] for number in order.tolist()]
    ids, days = ids.take(pa.array(order)), days.take(pa.array(order))
    texts, tables = join_texts([article.body for article in articles]), read_character_tables()
    outlets = pa.array([find_outlet(article) for article in articles], pa.string())
    judged = np.ones(len(articles), np.bool_)
    read = None  # a body is read into words once, where they have room
    if len(texts.data) <= MOST_KEPT:
        read = read_texts(np.arange(len(texts)), texts.data, texts.starts, tables)
    sketched = sketch_texts(texts, np.arange(len(texts)), tables) if read is None else sketch_read_texts(read)
    documents = make_documents(ids, days, outlets, sketched, judged)
    pairs = find_pairs(documents, RepeatedInTexts(documents, settings), settings)
    edges = judge_comparisons(compare_pairs(pairs, texts, ids, tables, read), documents.outlets, settings)
    return group_texts(articles, documents.founders, edges, Directions(edges, articles.__getitem__), settings)
