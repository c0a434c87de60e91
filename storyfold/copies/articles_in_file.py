"""Find near-duplicates among the articles of one file, without a lake; ids and bodies are enough."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from storyfold.copies.candidate_days import find_pairs
from storyfold.copies.claims import read_claims
from storyfold.copies.compare_texts import compare_pairs
from storyfold.copies.documents import make_documents, order_documents
from storyfold.copies.edges import Directions, judge_comparisons
from storyfold.copies.grouped_texts import GroupedTexts, group_claimed_texts
from storyfold.copies.repeated_shingles import RepeatedInTexts
from storyfold.copies.shared_hashes import make_postings
from storyfold.copies.write_throughs import confirm_write_throughs
from storyfold.output.file_articles import FileArticles
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import read_character_tables
from storyfold.text.sketch import sketch_read_texts, sketch_texts
from storyfold.text.words import join_texts, read_texts

MOST_ARTICLES = 4_096  # made of a file's rows and kept: the same few are asked for again and again
MOST_KEPT = 2**29  # bytes of text whose words are kept, in one and a half times as much memory


def group_articles(new: Sequence[Article], settings: CopySettings, *, keep_words: bool = True) -> GroupedTexts:
    """Group the articles of one file into families; those read from a file stay columns where that will do.

    The words of all texts may be kept, so that none is read twice; where few are copies, to read those again is
    quicker, and takes less memory.
    """
    claims = read_claims(new)
    order = order_documents(claims.ids, claims.days)
    claims = claims.take(order)
    texts = new.texts if isinstance(new, FileArticles) else join_texts([article.body for article in new])
    tables = read_character_tables()
    read = None  # a body is read into words once, where they have room
    if keep_words and len(texts.data) <= MOST_KEPT:
        read = read_texts(order, texts.data, texts.starts, tables)
    sketched = sketch_texts(texts, order, tables) if read is None else sketch_read_texts(read)
    judged = np.ones(len(order), np.bool_)
    documents = make_documents(claims.ids, claims.days, claims.find_outlets(), sketched, judged)
    postings = make_postings(documents)
    pairs = find_pairs(documents, postings, RepeatedInTexts(documents, postings, settings), settings)
    compared = compare_pairs(pairs, texts, claims.ids, tables, order=order, read=read)
    edges = judge_comparisons(compared, documents.outlets, settings)
    edges = confirm_write_throughs(edges, np.arange(len(order)), claims, settings)

    @lru_cache(MOST_ARTICLES)
    def get_article(number: int) -> Article:
        return new[int(order[number])]

    given = np.empty(len(order), np.int64)
    given[order] = np.arange(len(order))
    return group_claimed_texts(claims, given, documents.founders, edges, Directions(edges, get_article), settings)
