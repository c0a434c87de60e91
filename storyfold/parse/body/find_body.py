"""Find the article's text on an HTML page.

A learnt model weighs each block of the page (`load_body_model`). Where it is unsure of its choice, trafilatura checks
it; where the page shows under half of the text in its JSON-LD, that is taken. Each step gives every block or line
a `BodyDecision`, and the text is the lines that are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from storyfold.kernels.arrays import Doubles
from storyfold.kernels.trees import Model
from storyfold.parse.body import feature_columns as f
from storyfold.parse.body.block_model import WeighedPage, weigh_page
from storyfold.parse.body.body_trace import BlockDecisions, BodyDecision, BodyLine, BodyTrace, select_kept
from storyfold.parse.body.features import measure_shares_within
from storyfold.parse.body.hints import Hints
from storyfold.parse.body.metadata_features import hash_word_runs
from storyfold.parse.body.paywall import is_truncated, judge_subscriptions
from storyfold.parse.body.prune import BODY_WORDS, judge_furniture
from storyfold.parse.body.text_lines import (
    add_checked,
    add_paragraphs,
    cut_lines,
    list_kept,
    replace_by_json_ld,
    split_lines,
    split_text,
)
from storyfold.parse.body.trafilatura_check import extract_with_trafilatura
from storyfold.parse.html.links import WrittenLink, find_written_links

# Taken first, articleBody scores .897 where the page scores .943: so only where the page text is under half of it, or
# a quarter where the model is sure of its choice: some pages give there what goes with the article, a speech in full.
RESCUE_SHARE = 0.5
RESCUE_SHARE_SURE = 0.25
SHORT = 250  # characters; the shortest gold body of 323 real pages has 252
KEEP = 0.5  # chance from which a block is text; .45 and .55 score the same within .002
# Trafilatura is used, which costs more than all the rest, where the expected F1 is below the first, or less than the
# second share of the words stand under one headline. Out of fold that is one page in eight; F1 rises by .005 to .01.
SURE = 0.92  # .90 to .95 score the same within .0007; at .96 twice as many pages are checked
ONE_ARTICLE = 0.9
# Trafilatura copies the text of an element for many that it nests in, and takes some 3 bytes for each such character:
# a page of 7 MB, 255 deep, took 4 GB. The most nested of 323 real pages has 1.5 million.
MAX_NESTED = 50_000_000
# Where the two choices agree by less than this F1, trafilatura's is the better one (out of fold, never the worse on 15
# such pages): what it keeps is text unless the model is all but sure that it is not, and what it cuts is none.
AGREED = 0.8  # .75 and .85 score the same within .0002; trafilatura's alone, .003 less on one set
RULED_OUT = 0.01  # .005 and .02 score the same within .0003
RULED_OUT_LONG = 0.04  # of as many words as a sentence has; .02 and .08 score the same within .0002
# Where they agree, the model's chance decides, and trafilatura's choice lowers or raises what it needs by as much.
SWAYED = 0.2  # .1 and .3 score the same within .0005; without it .002 less
REPEATED_WORDS = 8  # of a block that is left out where it stands again; refrains and subheads are shorter
REPEATED_SHARE = 0.8  # of a long block's word runs that stood before: a copy in other markup
LONG_WORDS = 100  # 20 to 200 score the same within .0001; paragraphs that differ in a name or a number are shorter

_TAG = re.compile(r"<[^<>]{0,200}>")

Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Body:
    """Hold the text, paragraphs apart by an empty line, what found it, and the links in it, as written."""

    text: str
    extractor: str
    truncated: bool = False
    links: tuple[WrittenLink, ...] = ()


def find_body(
    tree: LexborHTMLParser,
    hints: Hints,
    *,
    fast: bool = False,
    model: Model | None = None,
    record: Callable[[BodyTrace], None] | None = None,
) -> Body:
    """Find the article's text; empty where there is none. Never raises.

    `fast` spares trafilatura's check; `model` is another than the package's, as the evaluation needs; `record` is given
    what was decided of each block and line.
    """
    page = weigh_page(tree, hints, model)
    decisions, checked = _decide_blocks(page, hints, fast=fast)
    extractor = "blocks+trafilatura" if checked else "blocks"
    found = split_lines(page, decisions)
    lines = cut_lines(found, partial(judge_furniture, heads=hints.heads))
    if not list_kept(lines):
        is_long = find_long_paragraphs(page)
        found = split_lines(page, np.where(is_long, BodyDecision.KEPT_AS_PARAGRAPH, BodyDecision.UNLIKELY))
        extractor = "trafilatura" if checked else "paragraphs"
        lines = add_checked(lines, checked) if checked else add_paragraphs(lines, found)
    lines = cut_lines(lines, judge_subscriptions)
    if rescue := _find_rescue(page, lines, hints):
        lines, extractor = replace_by_json_ld(lines, rescue), "json-ld"
    if record is not None:
        record(BodyTrace(page, decisions, lines))
    kept = list_kept(lines)
    text = "\n\n".join(kept)
    notice = any(line.decision is BodyDecision.SUBSCRIPTION for line in lines)
    is_cut = is_truncated(text, notice=notice, free=hints.free)
    links = find_written_links(page.scan, _number_lines(found, kept))
    return Body(text, extractor if text else "", is_cut, tuple(links))


def _number_lines(found: Sequence[BodyLine], kept: Sequence[str]) -> dict[int, list[int | None]]:
    """Number the lines of each block as the text has them, by their words; None is one that the text has not."""
    number_of = dict(zip(reversed(kept), range(len(kept) - 1, -1, -1), strict=True))  # of equal ones the first
    numbers: dict[int, list[int | None]] = {}
    for line in found:
        if line.block is not None:
            numbers.setdefault(line.block, []).append(number_of.get(line.text))
    return numbers


def _decide_blocks(page: WeighedPage, hints: Hints, *, fast: bool) -> tuple[BlockDecisions, list[str]]:
    """Return the decision on each block, and the lines that trafilatura found where it checked the choice."""
    decisions = choose_blocks(page)
    if fast or not needs_check(page, select_kept(decisions)):
        return decisions, []
    checked = extract_with_trafilatura(page, hints.heads)
    if checked:
        decisions = choose_blocks(page, measure_shares_within(page.scan, "\n".join(checked)))
    return decisions, checked


def _find_rescue(page: WeighedPage, lines: Sequence[BodyLine], hints: Hints) -> list[str]:
    """Return the lines of the JSON-LD's text where the page shows much less of it, else none.

    How much less depends on how sure the model is of its own choice, whatever trafilatura made of it.
    """
    length = sum(map(len, list_kept(lines)))
    if length >= RESCUE_SHARE * len(hints.spoken):
        return []
    is_sure = page.expected_f1(select_kept(choose_blocks(page))) >= SURE
    rescue = split_text(_TAG.sub(" ", hints.spoken))
    share = RESCUE_SHARE_SURE if is_sure else RESCUE_SHARE
    return rescue if length < share * min(len(hints.spoken), sum(map(len, rescue))) else []


def choose_blocks(page: WeighedPage, second: Doubles | None = None) -> BlockDecisions:
    """Decide which blocks are text, by the model and, where given, by the share of each that trafilatura kept.

    Of blocks with the same words the first is kept: some pages hold their article once more for other screens.
    """
    likely = page.chances >= KEEP
    own = remove_repeats(page, likely)
    if second is None:
        return np.where(own, BodyDecision.KEPT, np.where(likely, BodyDecision.REPEATED, BodyDecision.UNLIKELY))
    is_long = page.features[:, f.WORDS] >= f.SENTENCE_WORDS
    ruled_out = page.chances < np.where(is_long, RULED_OUT_LONG, RULED_OUT)
    candidates = (second >= KEEP) & ~ruled_out
    kept = remove_repeats(page, candidates)
    if _measure_agreement(page, own, kept) >= AGREED:
        candidates = page.chances >= np.where(second >= KEEP, KEEP - SWAYED, KEEP + SWAYED)
        kept = remove_repeats(page, candidates)
    repeated = candidates | (likely & ~own)
    cut = np.where(own, BodyDecision.CUT_BY_TRAFILATURA, BodyDecision.UNLIKELY)
    cut = np.where(repeated, BodyDecision.REPEATED, cut)
    return np.where(kept, np.where(own, BodyDecision.KEPT, BodyDecision.KEPT_BY_TRAFILATURA), cut)


def _measure_agreement(page: WeighedPage, one: Chosen, other: Chosen) -> float:
    """Measure the F1 of one choice, by words, if the other were the right one."""
    words = page.features[:, f.WORDS]
    return 2 * float(words[one & other].sum()) / max(1.0, float(words[one].sum() + words[other].sum()))


def remove_repeats(page: WeighedPage, kept: Chosen) -> Chosen:
    """Leave out the blocks that stand before: the same words in full, or of a long block most of its word runs.

    A short one must be the same in full: recipes and interviews have lines that begin alike.
    """
    left = kept.copy()
    words_from, words_to = page.scan.blocks["word_from"], page.scan.blocks["word_to"]
    lengths = words_to - words_from
    said_before = lengths[kept & (page.features[:, f.REPEATS] >= REPEATED_SHARE)]
    if said_before.max(initial=0) < REPEATED_WORDS:  # so of most pages
        return left
    any_long = bool(said_before.max() >= LONG_WORDS)
    seen: set[int] = set()
    texts: set[bytes] = set()
    for block in np.flatnonzero(kept):
        words = page.scan.words[words_from[block] : words_to[block]]
        if len(words) < REPEATED_WORDS:
            continue
        text, runs = words.tobytes(), hash_word_runs(words).tolist() if any_long else []
        is_copy = any_long and len(words) >= LONG_WORDS and sum(r in seen for r in runs) >= REPEATED_SHARE * len(runs)
        left[block] = text not in texts and not is_copy
        if left[block]:
            texts.add(text)
            seen.update(runs)
    return left


def is_unsure(page: WeighedPage, kept: Chosen) -> bool:
    """Say whether the choice is probably a bad one, too little to be an article, or of more than one article."""
    words = page.features[kept, f.WORDS]
    headlines = np.bincount(page.features[kept, f.HEADLINE].astype(np.int64), weights=words, minlength=1)
    return (
        page.expected_f1(kept) < SURE
        or int(page.features[kept, f.LENGTH].sum()) < SHORT
        or float(headlines.max()) < ONE_ARTICLE * float(words.sum())
    )


def needs_check(page: WeighedPage, kept: Chosen) -> bool:
    """Say whether trafilatura is to check the choice: it is unsure, and the page is not too nested for it."""
    return is_unsure(page, kept) and count_nested_characters(page) <= MAX_NESTED


def count_nested_characters(page: WeighedPage) -> int:
    """Count the characters of the page's text, each as often as elements nest around it."""
    before = np.concatenate([[0], np.cumsum(page.scan.blocks["chars"], dtype=np.int64)])
    elements, count = page.scan.elements, len(before) - 1
    first, end = np.minimum(elements["first_block"], count), np.minimum(elements["end_block"], count)
    return int((before[end] - before[first]).sum())


def find_long_paragraphs(page: WeighedPage) -> Chosen:
    """Find the blocks long enough for running text: what is left where nothing else finds any."""
    return (page.features[:, f.WORDS] > BODY_WORDS) & (page.features[:, f.LINK_SHARE] < f.SENTENCE_LINKED)
