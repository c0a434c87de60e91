"""Choose which lines of a page dump are its article: the few runs of lines that together score best."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from storyfold.parse.plaintext.article_runs import keep_below_headline, keep_one_subject
from storyfold.parse.plaintext.headline import Weights, find_title
from storyfold.parse.plaintext.line_context import measure_context
from storyfold.parse.plaintext.line_features import measure_features
from storyfold.parse.plaintext.line_model import LineModel, load_line_model
from storyfold.parse.plaintext.line_trace import LineDecision
from storyfold.parse.plaintext.lines import Line, is_prose
from storyfold.text.normalize import fold_accents
from storyfold.text.page_furniture import COMMENTS, INTERRUPTIONS, REMARK

# Chosen on 323 real pages rendered to text, each scored by a model that was not fitted on its site.
LENIENCE = 0.6  # added to each line's log odds: a lost paragraph costs more than a picture's caption
LONG_COUNTS = 0.6  # how much more a line counts for each of its words, up to 40
FIRST_LENIENCE, FIRST_LONG_COUNTS = 0.3, 0.3  # the same for the first model, which the second was fitted with
NEW_RUN = 10.0  # what each further run of lines must bring, so that a teaser far off is not one
ENOUGH = 100  # words of text after which a heading of comments ends it; before, it is a button at the head
WITHIN_PROSE = -0.8  # the same for whole sentences
SURE = 3.0  # log odds below which a notice (of consent, advertising, opinion) is one, whatever stands around it
SIGNATURE = 14  # words: "Catherine of the Society on September 13, 2018 at 5:23 pm said:" has 12
THREAD, THREAD_LINES = 3, 60  # so many signs of comments within so many lines are a thread; a text may quote one
FEW_WORDS = 40  # words of text before which a thread does not end it: of 323 real texts two are shorter
WITHIN = 0.0  # log odds below which a line inside a run is left out


def judge_lines(lines: Sequence[Line], model: LineModel | None = None) -> list[LineDecision]:
    """Decide of each line whether it is the article's text; none is where nothing reads as running text.

    `model` is another than the project's own.
    """
    model = model or load_line_model()
    return choose_body(lines, score_lines(lines, model), model.title)


def list_kept(decisions: Sequence[LineDecision]) -> list[int]:
    """Return the indexes of the lines that are kept, in order."""
    return [index for index, decision in enumerate(decisions) if decision is LineDecision.KEPT]


def score_lines(lines: Sequence[Line], model: LineModel) -> list[float]:
    """Return for each line the log odds that it is text, by the second model."""
    rows = measure_features(lines)
    first = model.first_odds(rows)
    title_at = find_title(lines, find_first_runs(lines, first.tolist()), model.title)
    odds: list[float] = model.second_odds(rows, measure_context(rows, lines, first, title_at)).tolist()
    return odds


def find_first_runs(lines: Sequence[Line], odds: Sequence[float]) -> list[int]:
    """Find the runs of lines that score best by the first model, around which the headline is looked for."""
    return _find_runs(lines, odds, FIRST_LENIENCE, FIRST_LONG_COUNTS)


def _find_runs(lines: Sequence[Line], odds: Sequence[float], lenience: float, long_counts: float) -> list[int]:
    scores = [(odd + lenience) * (1 + long_counts * min(line.words, 40)) for odd, line in zip(odds, lines, strict=True)]
    return find_best_runs(scores, NEW_RUN)


def choose_body(lines: Sequence[Line], odds: Sequence[float], title_weights: Weights) -> list[LineDecision]:
    """Decide by these log odds: the text is its runs without comments, notices, captions, and what is not its own."""
    decisions = _choose_within_runs(lines, odds)
    cuts: tuple[tuple[LineDecision, Callable[[list[int]], list[int]]], ...] = (
        (LineDecision.REMARKS, lambda body: _cut_remarks(lines, body)),
        (LineDecision.RAGGED_END, lambda body: _cut_ragged_ends(lines, odds, body)),
        (LineDecision.TEASER, lambda body: keep_below_headline(lines, body, title_weights)),
        (LineDecision.OTHER_SUBJECT, lambda body: keep_one_subject(lines, body)),
    )
    body = list_kept(decisions)
    for decision, cut in cuts:
        left = cut(body)
        for index in {*body}.difference(left):
            decisions[index] = decision
        body = left
    return decisions


def _choose_within_runs(lines: Sequence[Line], odds: Sequence[float]) -> list[LineDecision]:
    """Decide of each line of the best runs up to where a heading of comments ends the text; others are unlikely."""
    decisions = [LineDecision.UNLIKELY] * len(lines)
    seen: set[str] = set()
    words = checked = 0
    runs = _find_runs(lines, odds, LENIENCE, LONG_COUNTS)
    candidates = _add_neighbours(lines, runs) or _find_mere_prose(lines)
    for position, index in enumerate(candidates):
        line = lines[index]
        if words >= ENOUGH and any(COMMENTS.match(between.text) for between in lines[checked : index + 1]):
            for later in candidates[position:]:
                decisions[later] = LineDecision.COMMENTS
            break
        checked = index + 1
        if line.text in seen:
            decisions[index] = LineDecision.REPEATED
            continue
        decisions[index] = _judge_line(line, odds[index]) if runs else LineDecision.KEPT
        if decisions[index] is LineDecision.KEPT:
            seen.add(line.text)
            words += line.words
    return decisions


def _judge_line(line: Line, odds: float) -> LineDecision:
    """Decide of a line inside a run whether it is text of it."""
    if line.label or line.picture:
        return LineDecision.LABEL if line.label else LineDecision.CREDIT
    if odds <= (WITHIN_PROSE if is_prose(line) else WITHIN):
        return LineDecision.UNLIKELY
    return LineDecision.NOTICE if line.notice and odds < SURE else LineDecision.KEPT


def _cut_remarks(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Cut the body where readers' comments begin: several lines of who said it, or "Reply", not far apart."""
    marks = [i for i, line in enumerate(lines) if line.words <= SIGNATURE and REMARK.search(line.text[:200])]
    words = 0
    for position, (index, following) in enumerate(pairwise(body)):
        words += lines[index].words
        first = bisect_right(marks, index)
        thread = bisect_left(marks, marks[first] + THREAD_LINES) - first if first < len(marks) else 0
        if words >= FEW_WORDS and thread >= THREAD and marks[first] <= following:
            return list(body[: position + 1])
    return list(body)


def _add_neighbours(lines: Sequence[Line], runs: Sequence[int]) -> list[int]:
    """Return the runs, and the sentences of running text that follow or precede each of them without a break."""
    chosen = set(runs)
    for step in (1, -1):
        for index in runs:
            near = index + step
            while 0 <= near < len(lines) and near not in chosen:
                if _continues_text(lines[near]):
                    chosen.add(near)
                elif fold_accents(lines[near].text.strip(" -–—:")) not in INTERRUPTIONS:
                    break
                near += step
    return sorted(chosen)


def _continues_text(line: Line) -> bool:
    return is_prose(line) and not (line.furniture or line.marked or line.repeats > 2)


def _find_mere_prose(lines: Sequence[Line]) -> list[int]:
    """Find the lines of running text where they are over half of the words: a short text without a page around it."""
    prose = [index for index, line in enumerate(lines) if is_prose(line)]
    words = sum(lines[index].words for index in prose)
    return prose if words * 2 > sum(line.words for line in lines) else []


def _cut_ragged_ends(lines: Sequence[Line], odds: Sequence[float], body: list[int]) -> list[int]:
    """Cut the body to its first and last sentence: dates and tags stand at its ends."""
    sentences = [
        position
        for position, index in enumerate(body)
        if is_prose(lines[index]) or (lines[index].ends and odds[index] > 0)
    ]
    return body[sentences[0] : sentences[-1] + 1] if sentences else []


def find_best_runs(scores: Sequence[float], cost: float) -> list[int]:
    """Find the runs of neighbours with the largest sum, less `cost` for each run after the first; return indexes.

    Dynamic programming over three states (before the first run, in a run, between runs), linear in the length.
    """
    nothing = float("-inf")
    inside, between = nothing, nothing
    came_inside: list[int] = []
    came_between: list[int] = []
    for score in scores:
        step, origin = max((inside, 1), (0.0, 0), (between - cost, 2))
        gap, gap_origin = max((between, 2), (inside, 1))
        came_inside.append(origin)
        came_between.append(gap_origin)
        inside, between = step + score, gap
    _, state = max((0.0, 0), (inside, 1), (between, 2))
    chosen: list[int] = []
    for index in range(len(scores) - 1, -1, -1):
        if state == 1:
            chosen.append(index)
        state = came_inside[index] if state == 1 else came_between[index] if state == 2 else 0
    return chosen[::-1]
