"""Make digests and live pages out of labelled stories, and measure what is found of the stories that they tell of.

    python -m benchmarks.story_digests SET.jsonl... [--seeds 0,2] [--digests N] [--threshold T]

- A digest has the headlines and first paragraphs of five to ten reports of different stories of a few days.
- A live page has paragraphs of several reports of one story, one after another, each with a time of the day.

What they are made of is taken out of the set: so a digest has no words of a report in it but those that two reports of
one event share. Printed are precision and recall of (text, story told of), and B-cubed F1 of all reports: without
the made texts, with them, and with them taken for plain articles. Settings were chosen on even seeds.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.stories import compute_b_cubed, read_rows
from benchmarks.story_sets import group_by_story
from storyfold.copies.articles_in_file import group_articles
from storyfold.output.article_rows import read_articles
from storyfold.settings.copies import CopySettings
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import FileStories, name_file_stories

Row = dict[str, Any]

FEW_DAYS = 2  # before and after the day of a digest
ITEMS = (5, 10)  # of a digest
LIVE_REPORTS = (3, 6)  # that a live page is made of; as many are left of its story at least
PARAGRAPH = (25, 90)  # words of an item: shorter paragraphs are joined with the next, longer ones are cut


class Made(NamedTuple):
    """The rows that are left, the texts that touch many, and the stories that each of those tells of."""

    rows: list[Row]
    texts: list[Row]
    stories: list[frozenset[str]]


def make_digests(rows: Sequence[Row], digests: int, live_pages: int, seed: int) -> Made:
    """Make so many digests and live pages by lot, as far as there are stories with reports to spare."""
    draw = random.Random(seed)  # noqa: S311 (chance, no secret)
    left = {name: reports for name, reports in sorted(group_by_story(rows).items()) if all(map(_read_day, reports))}
    taken: set[str] = set()
    texts, stories = [], []
    for number in range(live_pages):
        chosen = _choose_live_story(left, draw)
        if chosen is None:
            break
        used = draw.sample(left[chosen], min(draw.randint(*LIVE_REPORTS), len(left[chosen]) // 2))
        left[chosen] = [row for row in left[chosen] if row not in used]
        taken |= {str(row["id"]) for row in used}
        texts.append(_write_live_page(number, used, draw))
        stories.append(frozenset({chosen}))
    for number in range(digests):
        used = _choose_items(left, draw)
        for row in used:
            left[str(row["story"])].remove(row)
        taken |= {str(row["id"]) for row in used}
        texts.append(_write_digest(number, used))
        stories.append(frozenset(str(row["story"]) for row in used))
    return Made([row for row in rows if str(row["id"]) not in taken], texts, stories)


def _choose_live_story(left: dict[str, list[Row]], draw: random.Random) -> str | None:
    large = [name for name, reports in left.items() if len(reports) >= 2 * LIVE_REPORTS[0]]
    return draw.choice(large) if large else None


def _choose_items(left: dict[str, list[Row]], draw: random.Random) -> list[Row]:
    """Choose a report each of several stories of a few days; of each story another one is left."""
    spare = [row for reports in left.values() if len(reports) > 1 for row in reports]
    day = _read_day(draw.choice(spare)) or date.min
    near: dict[str, list[Row]] = group_by_story(
        row for row in spare if abs((_read_day(row) or date.max) - day) <= timedelta(FEW_DAYS)
    )
    names = draw.sample(sorted(near), min(draw.randint(*ITEMS), len(near)))
    return [draw.choice(near[name]) for name in names]


def _write_digest(number: int, used: Sequence[Row]) -> Row:
    items = [f"{row.get('title') or ''}\n\n{_cut_paragraph(row['body'])}" for row in used]
    return _make_row(f"digest-{number}", "Morning briefing", "\n\n".join(items), used)


def _write_live_page(number: int, used: Sequence[Row], draw: random.Random) -> Row:
    told = [paragraph for row in used for paragraph in row["body"].split("\n") if len(paragraph.split()) > PARAGRAPH[0]]
    chosen = draw.sample(told, min(len(told), 20))  # entries, as many as a page of some hours has
    entries = [f"{9 + place // 4}:{place % 4 * 15:02}\n\n{paragraph}" for place, paragraph in enumerate(chosen)]
    return _make_row(f"live-{number}", f"{used[0].get('title') or ''} – live updates", "\n\n".join(entries), used)


def _make_row(name: str, title: str, body: str, used: Sequence[Row]) -> Row:
    return {
        "id": name,
        "story": name,
        "title": title,
        "body": body,
        "published_at": max(str(row["published_at"]) for row in used),
        "outlet": "Digest",
        "kind": "live" if name.startswith("live") else "digest",
    }


def _cut_paragraph(body: str) -> str:
    words: list[str] = []
    for paragraph in body.split("\n"):
        if len(words) >= PARAGRAPH[0]:
            break
        words += paragraph.split()
    return " ".join(words[: PARAGRAPH[1]])


def _read_day(row: Row) -> date | None:
    return date.fromisoformat(str(row["published_at"])[:10]) if row.get("published_at") else None


def find_stories(rows: Sequence[Row], settings: StorySettings) -> FileStories:
    """Find stories and mentions as `storyfold stories` does of a file of these rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        file.write_bytes(b"".join(orjson.dumps({"kind": "article"} | row) + b"\n" for row in rows))
        articles = read_articles(file)
        families = group_articles(articles, CopySettings(), keep_words=False).make_columns()
        return name_file_stories(articles, families, settings)


def count_mentions(made: Made, found: FileStories) -> dict[str, list[int]]:
    """Count for each kind of text the stories that were found and are told of, those found, and those told of."""
    name_of: dict[str, set[str]] = {}  # the labelled stories that each found one has reports of
    for row, name in zip(made.rows, found.story_ids, strict=False):
        name_of.setdefault(name, set()).add(str(row["story"]))
    counts = {"digest": [0, 0, 0], "live": [0, 0, 0]}
    for number, (text, told) in enumerate(zip(made.texts, made.stories, strict=True), len(made.rows)):
        mentioned = [name_of[name] for name in found.mentions.get(number, ()) if name in name_of]
        of_kind = counts[text["kind"]]
        of_kind[0] += len(told & set().union(*mentioned))
        of_kind[1] += len(told & set().union(*mentioned)) + sum(told.isdisjoint(names) for names in mentioned)
        of_kind[2] += len(told)
    return counts


def measure(name: str, made: Made, settings: StorySettings) -> None:
    """Print a line for each kind of text, and one for the other articles."""
    gold, plain = [str(row["story"]) for row in made.rows], [text | {"kind": "article"} for text in made.texts]
    found = find_stories([*made.rows, *made.texts], settings)
    for kind, (right, given, told) in count_mentions(made, found).items():
        if told:
            p, r = right / max(given, 1), right / told
            print(f"{name:24} {kind:7} mentions {told:4}  P {p:.3f}  R {r:.3f}  F1 {2 * p * r / max(p + r, 1e-9):.3f}")
    others = {
        "without": find_stories(made.rows, settings),
        "with": found,
        "as articles": find_stories([*made.rows, *plain], settings),
    }
    scores = [
        f"{how} {compute_b_cubed(gold, stories.story_ids[: len(gold)])[2]:.4f}" for how, stories in others.items()
    ]
    print(f"{name:24} F1 of {len(gold)} others: {', '.join(scores)}", flush=True)


def main() -> None:
    """Measure each set that is named, made once for each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, help="JSON-lines files with gold stories")
    parser.add_argument("--seeds", default="1,3", help="of lots, with commas")
    parser.add_argument("--digests", type=int, help="default: one for each 50 articles, 60 at most")
    parser.add_argument("--threshold", type=float, default=StorySettings().mention_threshold)
    options = parser.parse_args()
    for path in options.sets:
        rows = read_rows(path)
        digests = options.digests or min(len(rows) // 50, 60)
        for seed in map(int, options.seeds.split(",")):
            made = make_digests(rows, digests, 8, seed)
            measure(f"{path.name} {seed}", made, StorySettings(mention_threshold=options.threshold))


if __name__ == "__main__":
    main()
