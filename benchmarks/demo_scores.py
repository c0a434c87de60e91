"""Score a lake's tables against what is true of the demo's web.

Prints nothing itself: `python -m benchmarks.demo_nights` prints these scores, and the tests of the demo check them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any

from storyfold.demo_web.truth import TruePage

QUERY = """
    SELECT location, canonical_url, title, body, kind, language, published_at, date_confidence, family_id, role,
        original_article_id, story_id, article_id, authors
    FROM current_articles
"""
Rows = Mapping[str, dict[str, Any]]
Groups = Mapping[str, Hashable]
SHINGLE = 4  # words, as the scorers of the labelled pages take them


def score_lake(rows: Sequence[dict[str, Any]], truth: Sequence[TruePage]) -> tuple[dict[str, float], list[str]]:
    """Return shares from 0 to 1, by name, and what is wrong, in words. `rows` are those of QUERY as JSON has them."""
    found = {row["location"]: row for row in rows}
    wanted = {page.url: page for page in truth if page.kept}
    missed = [f"not kept: {url}" for url in sorted(wanted.keys() - found.keys())]
    missed += [f"kept, but is none: {url}" for url in sorted(found.keys() - wanted.keys())]
    both = sorted(wanted.keys() & found.keys())
    measured = {"kept": 1 - len(missed) / len(truth)}
    wrong = missed
    for part in (
        _score_families(found, wanted, both),
        _score_stories(found, wanted, both),
        _score_dates(found, wanted, both),
    ):
        measured |= part[0]
        wrong += part[1]
    titled = [url for url in both if found[url]["title"] == wanted[url].title]
    wrong += [f"title {found[url]['title']!r}: {url}" for url in both if url not in titled]
    measured["titles"] = len(titled) / len(both)
    measured["bodies"] = sum(compute_shingle_f1(found[url]["body"], wanted[url].body) for url in both) / len(both)
    return measured, wrong


Part = tuple[dict[str, float], list[str]]


def _score_families(found: Rows, wanted: Mapping[str, TruePage], both: Sequence[str]) -> Part:
    url_of = {row["article_id"]: url for url, row in found.items()}
    original = {url: url_of.get(found[url]["original_article_id"]) for url in both}
    wrong = [
        f"original of {u} is {original[u]}, not {wanted[u].original}" for u in both if original[u] != wanted[u].original
    ]
    grouped, true = {u: found[u]["family_id"] for u in both}, {u: wanted[u].family for u in both}
    right = sum(original[u] == wanted[u].original for u in both)
    return {
        "families": compute_f1(list_pairs(grouped), list_pairs(true)),
        "originals": right / len(both),
    }, wrong + _list_wrong_pairs("family", grouped, true)


def _score_stories(found: Rows, wanted: Mapping[str, TruePage], both: Sequence[str]) -> Part:
    grouped, true = {u: found[u]["story_id"] for u in both}, {u: wanted[u].story for u in both}
    return {"stories": compute_b_cubed_f1(grouped, true)}, _list_wrong_pairs("story", grouped, true)


def _score_dates(found: Rows, wanted: Mapping[str, TruePage], both: Sequence[str]) -> Part:
    day = {url: (found[url]["published_at"] or "")[:10] for url in both}
    true = {url: f"{wanted[url].published_at:%Y-%m-%d}" for url in both if wanted[url].date_trusted}
    false = [url for url in both if not wanted[url].date_trusted]
    believed = [url for url in false if found[url]["date_confidence"] in ("high", "medium")]
    wrong = [f"dated {day[url]}: {url}" for url in true if day[url] != true[url]]
    wrong += [f"a false date is believed: {url}" for url in believed]
    right = sum(day[url] == true[url] for url in true)
    return {"days": right / len(true), "false dates seen": 1 - len(believed) / len(false)}, wrong


def _list_wrong_pairs(what: str, grouped: Groups, true: Groups) -> list[str]:
    apart, joined = list_pairs(true) - list_pairs(grouped), list_pairs(grouped) - list_pairs(true)
    wrong = [f"one {what}, but told apart: {a} {b}" for a, b in sorted(apart)]
    return wrong + [f"not one {what}, but joined: {a} {b}" for a, b in sorted(joined)]


def list_pairs(groups: Groups) -> set[tuple[str, str]]:
    """List all pairs of members of one group; `groups` maps a member to its group."""
    members: dict[Hashable, list[str]] = {}
    for name, group in groups.items():
        members.setdefault(group, []).append(name)
    return {(a, b) for names in members.values() for a, b in combinations(sorted(names), 2)}


def compute_f1(found: set[Any], true: set[Any]) -> float:
    """Compute the harmonic mean of precision and recall of a set; 1 where both are empty."""
    if not found and not true:
        return 1.0
    return 2 * len(found & true) / (len(found) + len(true))


def compute_b_cubed_f1(found: Groups, true: Groups) -> float:
    """Compute the B-cubed F1 of one grouping against another of the same members (Bagga and Baldwin, 1998)."""

    def mean_share(of: Groups, against: Groups) -> float:
        shares = []
        for name in of:
            mine = {other for other in of if of[other] == of[name]}
            theirs = {other for other in against if against[other] == against[name]}
            shares.append(len(mine & theirs) / len(mine))
        return sum(shares) / len(shares)

    precision, recall = mean_share(found, true), mean_share(true, found)
    return 2 * precision * recall / (precision + recall)


def compute_shingle_f1(found: str, true: str) -> float:
    """Compute the F1 of runs of words: 1 where the body is the text and nothing else."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1)}

    return compute_f1(runs(found), runs(true))
