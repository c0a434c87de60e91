"""Choose which runs of lines are the page's own article, by the headline and the subject."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.parse.plaintext.headline import Weights, score_headline
from storyfold.parse.plaintext.lines import Line

# All chosen on 323 real pages rendered to text, each scored by a model that was not fitted on its site.
NEAR = 3  # lines between two parts of one run: an advertisement, a picture with its caption
RUNS_READ = 12  # runs whose headlines are looked at: real pages have up to 9
BETTER = 2.0  # how much more (in log odds) the headline of a later run must be one, for those above it to be teasers
LEAST_BELOW = 0.1  # share of the words that must stand below such a headline
FAR = 8  # lines between two runs from which on their subjects are compared
SHARED = 0.2  # share of a run's content words that the longest run must have too
HALF = 0.5  # a run of at least this share of the longest one's words is no appendage
FEW_STEMS = 5  # content words below which a run says too little to be compared


def _split_runs(body: Sequence[int], gap: int) -> list[list[int]]:
    """Split the body's lines into runs with at most `gap` other lines inside."""
    runs: list[list[int]] = []
    for index in body:
        if runs and index - runs[-1][-1] <= gap + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _count_words(lines: Sequence[Line], run: Sequence[int]) -> int:
    return sum(lines[index].words for index in run)


def keep_below_headline(lines: Sequence[Line], body: Sequence[int], title_weights: Weights) -> list[int]:
    """Return the lines of `body` without teasers above the page's own headline."""
    runs = _split_runs(body, NEAR)
    if len(runs) < 2:
        return list(body)
    total, chosen, best = _count_words(lines, body), 0, float("-inf")
    position = 0
    for number, run in enumerate(runs[:RUNS_READ]):
        rest = body[position:]
        position += len(run)
        above = runs[number - 1][-1] if number else -1
        score = score_headline(lines, rest, above, title_weights)
        if number == 0:
            best = score
        elif score > best + BETTER and _count_words(lines, rest) >= LEAST_BELOW * total:
            chosen, best = number, score
    return [index for run in runs[chosen:] for index in run]


def keep_one_subject(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Return the lines of `body` without runs about something else than the longest."""
    runs = _split_runs(body, FAR)
    if len(runs) < 2:
        return list(body)
    words = [_count_words(lines, run) for run in runs]
    longest = words.index(max(words))
    subject = {stem for index in runs[longest] for stem in lines[index].stems}
    kept: list[int] = []
    for number, run in enumerate(runs):
        stems = {stem for index in run for stem in lines[index].stems}
        appended = number != longest and words[number] < HALF * words[longest] and len(stems) >= FEW_STEMS
        if not appended or len(stems & subject) >= SHARED * len(stems):
            kept += run
    return kept
