"""Measure how well reports of one event in different languages are found, by words and by what crosses languages.

    python -m benchmarks.story_languages [--show] [--embeddings FOLDER] [--held-out]

Two sets, both ours. `translated`: the demo's texts, and translations of twenty of them into eleven languages; the
others of the demo's invented world, with its places and people, are what they are to be told from. `reported`:
`tests/golden/languages`, nine events, each told in five or six of seventeen languages in words of its own. With the
shared folder also `unrelated`: real pages of fifteen languages, where hardly any two tell of one event: what is found
there is false.

Prints for pairs of texts in different languages precision and recall by the cosine of their crossing terms; then the
same for pairs that are in one story, grouped in four ways: by words alone, as today; with two texts of different
languages held against each other by their crossing terms; in two steps, the texts of each language by words, then
these groups by the mean cosine of their texts' crossing terms; and as the program does the latter. All texts are of
one day, which makes them more alike. With --embeddings the program has a static model's vectors as a second evidence;
with --held-out those texts are left out of `translated` that `benchmarks.aligned_model` learns from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.shared_data import ROOT, find_shared_folder
from benchmarks.stories import SEEN, make_article
from storyfold.demo_web.content import FOLDER as DEMO
from storyfold.kernels.arrays import Longs
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import name_stories
from storyfold.stories.group_texts import label_texts
from storyfold.stories.neighbours import SCALE, Compared, Links, apply_times, find_links
from storyfold.stories.references import count_all
from storyfold.stories.term_rows import count_text_terms
from storyfold.stories.times import Times
from storyfold.text.crossing_terms import list_crossing_terms, list_parts, weigh_in_general
from storyfold.text.kept_terms import METHOD_LIMITS
from storyfold.text.languages import detect_language
from storyfold.text.words import join_texts

TRANSLATED = ROOT / "data" / "translated"
REPORTED = ROOT / "tests" / "golden" / "languages"
DEMO_LANGUAGES = {"embalse": "es", "windpark": "de"}  # of its stories that are not in English
REVISED = ("tunnel-herald-two", "tunnel-herald-three")  # the same text once more
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)
KEPT = 100  # the heaviest crossing terms of a text
GENERAL_TEXTS = 500  # of general news, by whose shares those of the set are pooled, as `[stories] general_texts`
TODAY = 738_000
# Mean cosine from which groups of different languages are joined. .10: recall .83 and 1.00 of both sets, .20: .70 and
# .77, precision 1.00 throughout; of 106,680 pairs of unrelated texts 21, 7 and 3 reach .10, .15 and .20.
LEAST_MEAN = 0.15


@dataclass(frozen=True, slots=True)
class Report:
    """Hold one text, the event that it tells of, and the text of which it is a translation."""

    name: str
    event: str
    language: str
    title: str
    body: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold two reports of different languages by their numbers, the cosine of their crossing terms, and these."""

    a: int
    b: int
    cosine: float
    is_same: bool
    shared: tuple[str, ...]


def read_translated() -> list[Report]:
    """Read the demo's texts and their translations."""
    reports = []
    for file in sorted((DEMO / "stories").glob("*.toml")):
        for text in tomllib.loads(file.read_text(encoding="utf-8"))["text"]:
            if text["id"] not in REVISED:
                language = DEMO_LANGUAGES.get(file.stem, "en")
                reports.append(Report(text["id"], file.stem, language, text["title"], text["body"]))
    event_of = {report.name: report.event for report in reports}
    for file in sorted(TRANSLATED.glob("*.toml")):
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["translation"]:
            name, of = f"{row['of']} {file.stem}", row["of"]
            reports.append(Report(name, event_of[of], file.stem, row["title"], row["body"], of))
    return reports


def is_learned_from(report: Report, events: Iterable[str]) -> bool:
    """Say whether a report is of the half of these events that `benchmarks.aligned_model` learns from."""
    return report.event in sorted(events)[::2]


def read_reported() -> list[Report]:
    """Read the reports of invented events in seventeen languages."""
    return [
        Report(f"{file.stem} {number}", row["story"], file.stem, row["title"], row["body"])
        for file in sorted(REPORTED.glob("*.toml"))
        for number, row in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["report"])
    ]


def read_unrelated(shared: Path) -> list[Report]:
    """Read articles of real pages in any language, and English news; each counts as an event of its own."""
    reports = []
    for name in ("pages/fundus/gold", "pages/wcxb/gold", "stories/g5w1h"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                language = detect_language(row["body"] or "")
                if language and row.get("page_type", "article") == "article" and len(row["body"]) >= 300:
                    number = str(len(reports))
                    reports.append(Report(number, number, language, row["title"] or "", row["body"]))
    return reports


def weigh_terms(texts: Sequence[set[str]]) -> dict[str, float]:
    """Return the weight of each term, by the share of these texts that have it pooled with that of general ones."""
    documents = Counter(term for text in texts for term in text)
    total = len(texts) + GENERAL_TEXTS
    return {t: -math.log((n + math.exp(-weigh_in_general(t)) * GENERAL_TEXTS) / total) for t, n in documents.items()}


def compare_reports(reports: Sequence[Report]) -> list[Pair]:
    """Return the pairs of reports of different languages that share a crossing term."""
    found = [list_crossing_terms(report.title, report.body, report.language) for report in reports]
    weights = weigh_terms(found)
    kept = [set(sorted(terms, key=lambda term: (-weights[term], term))[:KEPT]) for terms in found]
    lengths = [math.sqrt(sum(weights[term] ** 2 for term in terms)) for terms in kept]
    having = defaultdict(list)
    for number, terms in enumerate(kept):
        for term in terms:
            having[term].append(number)
    pairs = []
    for a, b in sorted({pair for numbers in having.values() for pair in combinations(numbers, 2)}):
        if reports[a].language != reports[b].language:
            shared = kept[a] & kept[b]
            cosine = sum(weights[term] ** 2 for term in shared) / (lengths[a] * lengths[b])
            is_same = reports[a].event == reports[b].event
            pairs.append(Pair(a, b, cosine, is_same, tuple(sorted(shared - list_parts(shared)))))
    return pairs


def find_word_links(reports: Sequence[Report], languages: Longs) -> tuple[Links, Times]:
    """Return the links that the reports have by their words, all on one day, as a file's are found.

    No language is told apart where `languages` are -1.
    """
    count = len(reports)
    titles, bodies = join_texts([r.title for r in reports]), join_texts([r.body for r in reports])
    rows = count_text_terms(titles, bodies, [r.language for r in reports], METHOD_LIMITS, np.arange(count))
    day = np.full(count, TODAY)
    times = Times(day, day, np.ones(count, np.int64), day, np.zeros(count, np.bool_))
    every = Compared(
        rows, np.arange(count), times, np.ones(count, np.bool_), (), parts=True, counted=None, languages=languages
    )
    return find_links(every, [(TODAY, count_all(rows))], StorySettings()).links, times


def cross_links(links: Links, reports: Sequence[Report], pairs: Iterable[Pair]) -> Links:
    """Return the links of reports in one language as they are, and those across languages by their crossing terms."""
    crossing = np.array([reports[a].language != reports[b].language for a, b in zip(links.a, links.b, strict=True)])
    kept = ~crossing.astype(np.bool_)
    rows = [(pair.a, pair.b, round(pair.cosine * SCALE)) for pair in pairs]
    more = np.array(rows, np.int64).reshape(-1, 3)
    columns = ((links.a, 0), (links.b, 1), (links.similarity, 2))
    a, b, similarity = (np.concatenate([column[kept], more[:, n]]) for column, n in columns)
    order = np.lexsort((b, a))
    return Links(a[order], b[order], similarity[order])


def score_groups(labels: Sequence[int], reports: Sequence[Report], *, across: bool) -> tuple[float, float]:
    """Return precision and recall of pairs in one group, of those across languages or of those in one."""
    counted = [
        (labels[a] == labels[b], reports[a].event == reports[b].event)
        for a, b in combinations(range(len(reports)), 2)
        if (reports[a].language != reports[b].language) == across
    ]
    right = sum(found and true for found, true in counted)
    together, same = (sum(pair[n] for pair in counted) for n in (0, 1))
    return right / together if together else 1.0, right / same if same else 1.0


def count_false_pairs(labels: Sequence[int], reports: Sequence[Report]) -> int:
    """Count the pairs in two languages that are in one group, though they are of two events."""
    held = defaultdict(list)
    for label, report in zip(labels, reports, strict=True):
        held[label].append(report)
    pairs = [pair for group in held.values() for pair in combinations(group, 2)]
    return sum(a.language != b.language and a.event != b.event for a, b in pairs)


def join_groups(labels: Sequence[int], reports: Sequence[Report], pairs: Iterable[Pair], least: float) -> list[int]:
    """Join groups whose texts in different languages have that mean cosine, the most alike first; return labels."""
    cosine = {(pair.a, pair.b): pair.cosine for pair in pairs}
    groups: dict[int, list[int]] = {}
    for number, label in enumerate(labels):
        groups.setdefault(label, []).append(number)

    def compare(one: int, other: int) -> float:
        crossing = [
            cosine.get((min(a, b), max(a, b)), 0.0)
            for a in groups[one]
            for b in groups[other]
            if reports[a].language != reports[b].language
        ]
        return sum(crossing) / len(crossing) if crossing else 0.0

    alike = {pair: compare(*pair) for pair in combinations(sorted(groups), 2)}
    while alike and max(alike.values()) >= least:
        one, other = max(sorted(alike), key=lambda pair: alike[pair])
        groups[one] += groups.pop(other)
        alike = {pair: value for pair, value in alike.items() if other not in pair}
        others = [label for label in groups if label != one]
        alike |= {(min(one, label), max(one, label)): compare(one, label) for label in others}
    label_of = {number: label for label, numbers in groups.items() for number in numbers}
    return [label_of[number] for number in range(len(labels))]


def measure_groups(
    reports: Sequence[Report], pairs: Sequence[Pair], embeddings: str | None = None
) -> dict[str, dict[str, float]]:
    """Measure the stories of each way of grouping, by its name: see above."""
    settings = StorySettings()
    unknown = np.full(len(reports), -1)
    words, times = find_word_links(reports, unknown)

    def label(links: Links) -> list[int]:
        return label_texts(apply_times(links, times, settings), times.dated, unknown, settings).tolist()

    of_languages = label(cross_links(words, reports, ()))
    ways = {
        "words alone": label(words),
        "words or crossing terms": label(cross_links(words, reports, pairs)),
        "words, then crossing terms": join_groups(of_languages, reports, pairs, LEAST_MEAN),
        "as built in": name_groups(reports),
    }
    if embeddings:
        ways["as built in, with vectors"] = name_groups(reports, embeddings)
    measured = {}
    for name, labels in ways.items():
        scores = {}
        for kind, across in (("across", True), ("in one", False)):
            precision, recall = score_groups(labels, reports, across=across)
            scores |= {f"{kind} P": precision, f"{kind} R": recall}
        measured[name] = scores
    return measured


def name_groups(reports: Sequence[Report], embeddings: str | None = None) -> list[int]:
    """Return the stories that the program finds of these reports, all dated on one day, by numbers."""
    rows = [
        {"id": n, "title": r.title, "body": r.body, "published_at": SEEN.isoformat()} for n, r in enumerate(reports)
    ]
    articles = [
        replace(make_article(row, dated=True), language=report.language)
        for row, report in zip(rows, reports, strict=True)
    ]
    story_of = name_stories(articles, (), StorySettings(embeddings=embeddings))
    numbers = {story_id: number for number, story_id in enumerate(sorted(set(story_of.values())))}
    return [numbers[story_of[str(n)]] for n in range(len(reports))]


def print_pairs(reports: Sequence[Report], pairs: Sequence[Pair]) -> None:
    """Print what a threshold on the cosine of crossing terms gives."""
    same = sum(a.event == b.event and a.language != b.language for a, b in combinations(reports, 2))
    number_of = {report.name: number for number, report in enumerate(reports)}
    translated = {(number_of[report.of], number) for number, report in enumerate(reports) if report.of}
    print(f"{len(reports)} texts, {same} pairs of one event in two languages, {len(translated)} of them translations")
    for threshold in THRESHOLDS:
        found = [pair for pair in pairs if pair.cosine >= threshold]
        right = sum(pair.is_same for pair in found)
        direct = sum((pair.a, pair.b) in translated for pair in found)
        precision, recall = right / len(found) if found else 1.0, right / same if same else 1.0
        print(
            f"  {threshold:.2f}: P {precision:.3f}  R {recall:.3f}  {direct} translations  {len(found) - right} false"
        )


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print the false pairs and those missed")
    parser.add_argument("--embeddings", metavar="FOLDER", help="a static model, as [stories] embeddings")
    parser.add_argument("--held-out", action="store_true", help="leave out what benchmarks.aligned_model learns from")
    options = parser.parse_args()
    show, embeddings = options.show, options.embeddings
    translated = read_translated()
    if options.held_out:
        events = {report.event for report in translated}
        translated = [report for report in translated if not is_learned_from(report, events)]
    sets = {"translated": translated, "reported": read_reported()}
    for name, reports in sets.items():
        pairs = compare_reports(reports)
        print(f"{name}: ", end="")
        print_pairs(reports, pairs)
        for way, scores in measure_groups(reports, pairs, embeddings).items():
            print(f"  stories by {way}: " + "  ".join(f"{key} {value:.3f}" for key, value in scores.items()))
        for pair in sorted(pairs, key=lambda pair: -pair.cosine) if show else ():
            if pair.is_same != (pair.cosine >= StorySettings().threshold):
                kind = "missed" if pair.is_same else "false"
                print(f"  {kind} {pair.cosine:.2f} {reports[pair.a].name}, {reports[pair.b].name}: {pair.shared}")
    unrelated = read_unrelated(find_shared_folder())
    print("unrelated: ", end="")
    print_pairs(unrelated, compare_reports(unrelated))
    print(f"  as built in: {count_false_pairs(name_groups(unrelated), unrelated)} false")
    if embeddings:
        print(f"  with vectors: {count_false_pairs(name_groups(unrelated, embeddings), unrelated)} false")


if __name__ == "__main__":
    main()
