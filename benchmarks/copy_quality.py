"""Measure how well families are found of real texts that were copied in twenty kinds of variation.

    python -m benchmarks.copy_quality [--texts N] [--seed N] [--json]

The bodies are those of the shared pages and stories, which are left out where one is a copy of another. Each kind of
`benchmarks.copy_variations` is scored in a file of its own, with all bodies in it: by the share of a text's copies that
are in its family (recall) and by the pairs in one family that belong there (precision). Then all kinds and all
lookalikes are scored in one file, and of pairs of one labelled story, written independently, how many are apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from benchmarks.copy_documents import OUTLETS
from benchmarks.copy_variations import LOOKALIKES, VARIATIONS
from benchmarks.family_scores import PairScores, score_families
from benchmarks.shared_data import find_shared_folder
from storyfold.copies.articles_in_file import group_articles
from storyfold.schemas.pages import Article
from storyfold.settings.copies import CopySettings

PAGES = ("aeb", "fundus", "wcxb")
STORIES = ("g5w1h", "allsides")
LEAST_WORDS, MOST_WORDS = 150, 1_500
SEEN = datetime(2026, 3, 2, 6, tzinfo=UTC)
AGENCIES = ("AP", "Reuters", "AFP", "dpa")


@dataclass(frozen=True, slots=True)
class Document:
    """A text with the family that it belongs to."""

    family: str
    body: str
    agency: str | None = None


def read_lines(path: str) -> Iterator[dict[str, str]]:
    """Read the rows of a file of the shared folder."""
    with gzip.open(find_shared_folder() / "data" / path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_bodies(most: int) -> list[str]:
    """Read bodies of a reprint's usual length, each once, and none that has another's text."""
    bodies: dict[str, None] = {}
    for name in PAGES:
        for body in (line["body"] or "" for line in read_lines(f"pages/{name}/gold.jsonl.gz")):
            if LEAST_WORDS <= len(body.split()) <= MOST_WORDS:
                bodies.setdefault(body)
    found = find_families([Document(str(number), body) for number, body in enumerate(bodies)], random.Random(0))  # noqa: S311 (repeatable)
    return [body for body, family in zip(bodies, found, strict=True) if found.count(family) == 1][:most]


def find_families(documents: Sequence[Document], chance: random.Random) -> list[str]:
    """Find the family of each document, at an outlet and hour of its own, in whichever order."""
    rows = [
        Article(
            article_id=f"{chance.getrandbits(40):010x}{number:06d}",
            seen_date=SEEN.date(),
            source_id="benchmark",
            location="",
            outlet=OUTLETS[chance.randrange(len(OUTLETS))] + f" {number}",
            agency=document.agency,
            published_at=SEEN + timedelta(minutes=chance.randint(0, 2_000)),
            published_precision="second",
            date_confidence="high",
            body=document.body,
            first_seen_at=SEEN,
            content_sha256="",
            warc_file="",
            warc_offset=0,
        )
        for number, document in enumerate(documents)
    ]
    families = dict(group_articles(rows, CopySettings()).name_families())
    return [families[row.article_id] for row in rows]


def make_copies(bodies: Sequence[str], kinds: Sequence[str], chance: random.Random) -> list[Document]:
    """Make of each body itself and its copies of one of these kinds, in turn."""
    made = []
    for number, body in enumerate(bodies):
        kind = kinds[number % len(kinds)]
        agency = chance.choice(AGENCIES) if "lead" in kind else None
        others = [bodies[(number + step) % len(bodies)] for step in range(1, 12)]
        copies = VARIATIONS[kind](body, others, chance)
        made += [Document(f"{number}", text, agency) for text in ([] if "lead" in kind else [body]) + copies]
    return made


def make_lookalikes(bodies: Sequence[str], kind: str, chance: random.Random) -> list[Document]:
    """Make lookalikes of three bodies at a time, each text a family of its own."""
    made = []
    for number in range(0, len(bodies) - 2, 3):
        texts = LOOKALIKES[kind](bodies[number : number + 3], chance)
        made += [
            Document(f"{kind} {number} {place}", text, "AP" if "agency" in kind else None)
            for place, text in enumerate(texts)
        ]
    return made


def score(documents: Sequence[Document], chance: random.Random) -> PairScores:
    """Score the families that are found of these documents."""
    found = find_families(documents, chance)
    gold = {str(number): document.family for number, document in enumerate(documents)}
    return score_families(gold, {str(number): family for number, family in enumerate(found)})


def measure_lookalikes(documents: Sequence[Document], chance: random.Random) -> float:
    """Return of the pairs of lookalikes made of the same texts how many are in two families."""
    found = find_families(documents, chance)
    groups = defaultdict(list)
    for document, family in zip(documents, found, strict=True):
        groups[document.family.rpartition(" ")[0]].append(family)
    pairs = [pair for families in groups.values() for pair in combinations(families, 2)]
    return sum(one != other for one, other in pairs) / len(pairs)


def measure_kinds(bodies: Sequence[str], seed: int) -> tuple[dict[str, PairScores], dict[str, float]]:
    """Score each kind of variation and of lookalikes by itself, and all in one file."""
    scores, apart = {}, {}
    for kind in VARIATIONS:
        chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
        scores[kind] = score(make_copies(bodies, [kind], chance), chance)
    every = []
    for place, kind in enumerate(LOOKALIKES):
        chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
        apart[kind] = measure_lookalikes(make_lookalikes(bodies, kind, chance), chance)
        every += make_lookalikes(bodies[place :: 2 * len(LOOKALIKES)], kind, chance)
    chance = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    copied = [body for place, body in enumerate(bodies) if place % (2 * len(LOOKALIKES)) >= len(LOOKALIKES)]
    scores["all kinds, and all lookalikes"] = score(make_copies(copied, list(VARIATIONS), chance) + every, chance)
    return scores, apart


def measure_stories(seed: int) -> Mapping[str, tuple[int, float]]:
    """Count the pairs of each labelled set that are one story and share few words in order, and how many are apart."""
    found = {}
    for name in STORIES:
        rows = list(read_lines(f"stories/{name}.jsonl.gz"))
        families = find_families([Document("", row["body"]) for row in rows], random.Random(seed))  # noqa: S311
        stories = defaultdict(list)
        for number, row in enumerate(rows):
            stories[row["story"]].append(number)
        shingles = [_list_shingles(row["body"]) for row in rows]
        pairs = [pair for numbers in stories.values() for pair in combinations(numbers, 2)]
        independent = [pair for pair in pairs if _contain(shingles[pair[0]], shingles[pair[1]]) < 0.3]
        apart = sum(families[one] != families[other] for one, other in independent)
        found[name] = len(independent), apart / len(independent)
    return found


def _list_shingles(body: str) -> set[tuple[str, ...]]:
    words = body.casefold().split()
    return {tuple(words[place : place + 4]) for place in range(len(words) - 3)}


def _contain(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / max(min(len(one), len(other)), 1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    bodies = read_bodies(given.texts)
    (scores, apart), stories = measure_kinds(bodies, given.seed), measure_stories(given.seed)
    if given.json:
        print(
            json.dumps(
                {"kinds": {kind: asdict(one) for kind, one in scores.items()}, "apart": apart, "stories": stories}
            )
        )
        return
    print(f"{len(bodies)} texts\n{'':<44}precision  recall     F1    ARI")
    for kind, one in scores.items():
        print(f"{kind:<44}{one.precision:9.4f} {one.recall:7.4f} {one.f1:6.4f} {one.rand:6.4f}")
    for kind, share in apart.items():
        print(f"{kind:<44}apart {share:.4f}")
    for name, (pairs, share) in stories.items():
        print(f"{name}: {pairs} pairs of one story written independently, apart {share:.4f}")


if __name__ == "__main__":
    main()
