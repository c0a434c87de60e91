"""Render a night of generated news: titles and bodies as the parse stage hands them over, and as they land."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.news_plan import Report
from benchmarks.news_text import HEADLINE, Text
from benchmarks.news_words import (
    BREAK,
    PARAGRAPH,
    SPACE,
    Ids,
    Marks,
    Offsets,
    capitalise,
    cut_bytes,
    get_footer_id,
    render,
    render_folded,
)

FOOTED = 0.8  # of the pages end with their outlet's footer, as in `benchmarks.copy_documents`
BREAK_LENGTH = 2  # of the line breaks after each page


@dataclass(frozen=True, slots=True)
class NightPages:
    """The pages of a night, in the order of its reports: `whole` is the body with its footer, `own` without.

    `text_hashes` and `whole_hashes` are of title and body; `lines` is how many paragraphs the whole body has, and
    `joined` all whole bodies, a paragraph's end after each.
    """

    titles: list[str]
    own: list[str]
    whole: list[str]
    text_hashes: list[str]
    whole_hashes: list[str]
    own_words: list[int]
    is_footed: list[bool]
    lines: list[int]
    joined: str


def render_pages(reports: Sequence[Report], texts: Sequence[Text]) -> NightPages:
    """Render a night's texts, a footer below those that have one."""
    is_footed = np.array([_is_footed(report.number) for report in reports])
    ids, ends, starts = _join_pages(reports, texts, is_footed)
    own_words = np.diff(starts) - is_footed
    data, places = render(ids, ends, np.concatenate([starts, starts[:-1] + own_words]))
    page, footer = places[: len(starts)], places[len(starts) :]
    own_ends, whole_ends = footer - BREAK_LENGTH, page[1:] - BREAK_LENGTH
    own, whole = cut_bytes(data, page[:-1], own_ends), cut_bytes(data, page[:-1], whole_ends)
    headlines = np.array([text.headline for text in texts], np.int32)
    hashes = _hash_pages(headlines, ids, starts, own_words)
    lines = np.add.reduceat((ends == PARAGRAPH) | (ends == BREAK), starts[:-1]) if len(texts) else np.array([], int)
    return NightPages(
        _render_titles(headlines),
        own,
        whole,
        *hashes,
        own_words.tolist(),
        is_footed.tolist(),
        lines.tolist(),
        data[:-BREAK_LENGTH].decode(),
    )


def _is_footed(number: int) -> bool:
    return number * 0.618 % 1 < FOOTED  # multiples of the golden section are spread evenly


def _join_pages(reports: Sequence[Report], texts: Sequence[Text], is_footed: np.ndarray) -> tuple[Ids, Marks, Offsets]:
    """Join all texts and footers: words, what ends after each, and where each text begins, at last where all end."""
    ids, ends = [], []
    for report, text, footed in zip(reports, texts, is_footed.tolist(), strict=True):
        ids.append(text.words)
        ends.append(text.ends)
        if footed:
            ids.append(np.array([get_footer_id(report.outlet)], np.int32))
            ends.append(np.array([BREAK], np.uint8))
    lengths = [len(text.words) for text in texts]
    starts = np.concatenate([[0], np.cumsum(np.array(lengths) + is_footed)])
    marks = np.concatenate(ends)
    is_first = np.concatenate([[True], marks[:-1] > 0])
    return capitalise(np.concatenate(ids), is_first), marks, starts


def _render_titles(headlines: Ids) -> list[str]:
    count = len(headlines)
    is_first = np.arange(count * HEADLINE) % HEADLINE == 0
    starts = np.arange(count + 1) * HEADLINE
    ids = capitalise(headlines.ravel(), is_first)
    data, places = render(ids, np.full(len(ids), SPACE, np.uint8), starts)
    return cut_bytes(data, places[:-1], places[1:] - 1)


def _hash_pages(headlines: Ids, ids: Ids, starts: Offsets, own_words: np.ndarray) -> tuple[list[str], list[str]]:
    """Hash title and body as the project does, without and with the footer, of words that are folded once."""
    titles, title_places = render_folded(headlines.ravel(), np.arange(len(headlines) + 1) * HEADLINE)
    data, places = render_folded(ids, np.concatenate([starts, starts[:-1] + own_words]))
    page, footer = places[: len(starts)].tolist(), places[len(starts) :].tolist()
    title_places = title_places.tolist()
    own_hashes, whole_hashes = [], []
    for number in range(len(headlines)):
        digest = hashlib.sha256(titles[title_places[number] : title_places[number + 1] - 1] + b"\n")
        digest.update(data[page[number] : footer[number] - 1])
        own_hashes.append(digest.hexdigest())
        if footer[number] < page[number + 1]:
            digest.update(data[footer[number] - 1 : page[number + 1] - 1])
        whole_hashes.append(digest.hexdigest())
    return own_hashes, whole_hashes
