"""Measure whether the original of a copied text stays first when the copy's date is false, by the evidence left.

    python -m benchmarks.copy_directions [--texts N] [--seed N] [--json]

Takes the bodies of real pages of the shared folder, makes of each an original and one copy at another outlet, with one
class of evidence for who was first (see `EVIDENCE`), and groups each class as a file of its own. Then in turn:

- `true dates`: the copy is dated an hour to ten days after its original;
- `false dates`: the copy is dated a day to five years before it, by a claim that looks as good as the original's;
- `no dates`: neither is dated;
- `agency stripped`: the original is on its agency's own page, and the copy has lost each word that names the agency.

Prints for each how often the original is taken for the original (`first`), how often the copy is (`copy`), how often
nothing is said to tell (`undecided`: the confidence is `unknown`), how often the confidence is medium or high, and of
the pairs decided at high confidence how many are right. Everything follows from `--seed`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benchmarks.copy_documents import OUTLETS
from benchmarks.shared_data import find_shared_folder
from storyfold.copies.articles_in_file import group_articles
from storyfold.schemas.pages import Article, Byline, get_seen_date
from storyfold.settings.copies import CopySettings

SETS = ("aeb", "fundus")
LEAST_WORDS, MOST_WORDS = 150, 1_500
PUBLISHED = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SEEN = datetime(2026, 3, 5, 2, tzinfo=UTC)
FIVE_YEARS = 5 * 365
ADDED = "Readers of this paper have asked for more about what follows, and so it is printed here in full length."

Pair = tuple[Article, Article]  # the original and its copy
Change = Callable[[Article, Article, random.Random], Pair]


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of pairs was decided."""

    pairs: int
    first: int
    copy: int
    undecided: int
    sure: int
    high: int
    high_right: int


def read_bodies(most: int) -> list[str]:
    """Read bodies of the shared pages, each once, of a reprint's usual length, in the order of their sets."""
    bodies: dict[str, None] = {}
    for name in SETS:
        with gzip.open(
            find_shared_folder() / "data" / "pages" / name / "gold.jsonl.gz", "rt", encoding="utf-8"
        ) as lines:
            for body in (json.loads(line)["body"] or "" for line in lines):
                if LEAST_WORDS <= len(body.split()) <= MOST_WORDS:
                    bodies.setdefault(body)
    return list(bodies)[:most]


def make_pair(number: int, body: str, chance: random.Random) -> Pair:
    """Make an original and its copy at another outlet, with nothing that tells which of them was first.

    Their ids are drawn, so that the smaller one is as often the copy's.
    """
    papers = chance.sample(OUTLETS, 2)
    ids = [f"{chance.getrandbits(32):08x}{number:06d}{place}" for place in range(2)]
    made = [
        Article(
            article_id=name,
            seen_date=get_seen_date(SEEN),
            source_id="benchmark",
            location="",
            url=f"https://{_name_host(paper)}/{number}",
            outlet=paper,
            authors=("Jo Example",),
            published_at=PUBLISHED,
            published_precision="second",
            date_confidence="high",
            body=body,
            first_seen_at=SEEN,
            content_sha256="",
            warc_file="",
            warc_offset=0,
        )
        for name, paper in zip(ids, papers, strict=True)
    ]
    return made[0], made[1]


def _name_host(outlet: str) -> str:
    return f"{''.join(outlet.casefold().split())}.example"


def _add_nothing(original: Article, copy: Article, _: random.Random) -> Pair:
    return original, copy


def _link_canonically(original: Article, copy: Article, _: random.Random) -> Pair:
    return original, replace(copy, canonical_url=original.url)


def _credit_as_author(original: Article, copy: Article, _: random.Random) -> Pair:
    return original, replace(copy, authors=(original.outlet or "",))


def _credit_in_text(original: Article, copy: Article, _: random.Random) -> Pair:
    return original, replace(copy, body=f"{copy.body}\n\nThis report was first printed by {original.outlet}.")


def _come_from_agency(original: Article, copy: Article, _: random.Random) -> Pair:
    agency = Byline(name="AP", kind="agency")
    body = f"LISBON (AP) — {original.body}"
    own = replace(original, outlet="AP News", url="https://apnews.com/article/1", agency="AP", bylines=(agency,))
    return replace(own, body=body), replace(copy, body=body, agency="AP", bylines=(agency,), authors=())


def _strip_agency(original: Article, copy: Article, _: random.Random) -> Pair:
    agency = Byline(name="AP", kind="agency")
    own = replace(original, outlet="AP News", url="https://apnews.com/article/1", agency="AP", bylines=(agency,))
    return replace(own, body=f"LISBON (AP) — {original.body}"), copy


def _cut_end(original: Article, copy: Article, _: random.Random) -> Pair:
    words = original.body.split()
    return original, replace(copy, body=" ".join(words[: len(words) * 8 // 10]))


def _add_at_head(original: Article, copy: Article, _: random.Random) -> Pair:
    return original, replace(copy, body=f"{ADDED}\n\n{copy.body}")


def _see_later(original: Article, copy: Article, chance: random.Random) -> Pair:
    seen = SEEN + timedelta(days=chance.randint(1, 20))
    return original, replace(copy, first_seen_at=seen, seen_date=get_seen_date(seen))


EVIDENCE: Mapping[str, Change] = {
    "the agency's own page, and a credit": _come_from_agency,
    "canonical link to the original": _link_canonically,
    "the original's outlet as author": _credit_as_author,
    "the original's outlet named in the text": _credit_in_text,
    "copy cut at its end": _cut_end,
    "copy adds a paragraph at its head": _add_at_head,
    "copy seen a day to twenty later": _see_later,
    "none": _add_nothing,
}


def _date_truly(copy: Article, chance: random.Random) -> Article:
    return replace(copy, published_at=PUBLISHED + timedelta(minutes=chance.randint(60, 14_400)))


def _date_falsely(copy: Article, chance: random.Random) -> Article:
    return replace(copy, published_at=PUBLISHED - timedelta(days=chance.choice((1, 2, 7, 30, 365, FIVE_YEARS))))


def _undate(article: Article) -> Article:
    return replace(article, published_at=None, published_precision="none", date_confidence="none")


def make_cases(bodies: list[str], seed: int) -> Iterator[tuple[str, str, list[Pair]]]:
    """Yield for each kind of dates and class of evidence the pairs to decide."""
    kinds: dict[str, Callable[[Pair, random.Random], Pair]] = {
        "true dates": lambda pair, chance: (pair[0], _date_truly(pair[1], chance)),
        "false dates": lambda pair, chance: (pair[0], _date_falsely(pair[1], chance)),
        "no dates": lambda pair, _: (_undate(pair[0]), _undate(pair[1])),
    }
    for kind, date_pair in kinds.items():
        for name, change in EVIDENCE.items():
            yield kind, name, list(_make_pairs(bodies, change, date_pair, seed))
    yield "agency stripped", "true dates", list(_make_pairs(bodies, _strip_agency, kinds["true dates"], seed))
    yield "agency stripped", "no dates", list(_make_pairs(bodies, _strip_agency, kinds["no dates"], seed))


def _make_pairs(
    bodies: list[str], change: Change, date_pair: Callable[[Pair, random.Random], Pair], seed: int
) -> Iterator[Pair]:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    for number, body in enumerate(bodies):
        pair = make_pair(number, body, chance)
        yield date_pair(change(*pair, chance), chance)


def score_pairs(pairs: list[Pair]) -> Score:
    """Group all pairs as one file, and count how they were decided."""
    articles = sorted((article for pair in pairs for article in pair), key=lambda article: article.article_id)
    members = {row.article_id: row for row in group_articles(articles, CopySettings()).list_members(SEEN.date())}
    counted: Counter[str] = Counter()
    for original, copy in pairs:
        one, two = members[original.article_id], members[copy.article_id]
        is_first = one.role == "original" and two.original_article_id == one.article_id
        is_copy = two.role == "original" and one.original_article_id == two.article_id
        sure = (two if is_first else one).original_confidence
        is_decided = (is_first or is_copy) and sure != "unknown"
        counted["undecided" if not is_decided else "first" if is_first else "copy"] += 1
        counted["sure"] += is_decided and sure != "low"
        counted["high"] += is_decided and sure == "high"
        counted["high_right"] += is_decided and sure == "high" and is_first
    return Score(
        len(pairs),
        *(counted[name] for name in ("first", "copy", "undecided", "sure", "high", "high_right")),
    )


def main() -> None:
    """Print a line for each kind of dates and class of evidence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=300, help="bodies at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print lines of JSON")
    given = parser.parse_args()
    bodies = read_bodies(given.texts)
    for kind, evidence, pairs in make_cases(bodies, given.seed):
        score = score_pairs(pairs)
        shares = {name: getattr(score, name) / score.pairs for name in ("first", "copy", "undecided", "sure", "high")}
        right = score.high_right / score.high if score.high else None
        if given.json:
            print(
                json.dumps({"dates": kind, "evidence": evidence, "pairs": score.pairs, **shares, "high_right": right})
            )
            continue
        told = "  ".join(f"{name} {share:.3f}" for name, share in shares.items())
        print(f"{kind:16} {evidence:42} {told}  of high right {'-' if right is None else f'{right:.3f}'}", flush=True)


if __name__ == "__main__":
    main()
