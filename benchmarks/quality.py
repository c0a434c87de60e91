"""Measure quality on labelled data, as the file commands give it, and print the figures.

    python -m benchmarks.quality [--raise] [SUITE...]

Figures: pages (share kept, body F1 of word 4-grams, title, day, minute, language, authors; the measures of
article-extraction-benchmark), the same pages as plain-text dumps, stories (B-cubed F1, also without dates), copies
(pairs and adjusted Rand index, on generated documents). The floors in `tests/quality/floors.json` are what the tests
hold these figures to; `--raise` lifts them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from benchmarks.page_figures import measure_pages
from benchmarks.shared_data import ROOT, find_shared_folder, load_scoring
from storyfold.settings.copies import CopySettings
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.stages import Settings
from storyfold.settings.stories import StorySettings

FLOORS = ROOT / "tests" / "quality" / "floors.json"
# A floor lies this far below what was measured: another Python or library release moves figures by some thousandths.
NOISE = 0.003
GENERATED = 3_000  # documents: enough for every kind of copy, in a few seconds

# Of a dump, what is held to a floor: minutes and languages follow from the day and the text.
DUMPED = ("body F1", "title exact", "same day", "authors F1")

Rows = list[dict[str, Any]]


def read_floors(suite: str) -> dict[str, float]:
    """Read the floors of one suite, by its figures' names; `demo` and `folded` are measured by tests alone."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    return {name.removeprefix(f"{suite} "): floor for name, floor in floors.items() if name.startswith(f"{suite} ")}


def measure(shared: Path, suites: Sequence[str]) -> dict[str, float]:
    """Measure every figure of these suites, by name."""
    score = load_scoring(shared)
    figures: dict[str, float] = {}
    for suite in suites:
        figures |= {f"{suite} {name}": value for name, value in SUITES[suite](shared, score).items()}
    return figures


def raise_floors(floors: Mapping[str, float], measured: Mapping[str, float]) -> dict[str, float]:
    """Return the floors, lifted where the measured figure less noise is higher; none is lowered or dropped.

    Precision and recall alone have none: a change may trade one for the other, F1 says whether it was worth it.
    """
    names = sorted({*floors, *(name for name in measured if not name.endswith((" P", " R")))})
    return {n: round(max(floors.get(n, 0.0), measured.get(n, 0.0) - NOISE), 4) for n in names}


def make_page_suite(name: str) -> Callable[[Path, ModuleType], dict[str, float]]:
    """Make the suite of one set of pages with gold."""

    def measure_set(shared: Path, score: ModuleType) -> dict[str, float]:
        from flows.commands.page_inputs import find_items
        from flows.commands.parse_pages import make_public_row, parse_to_parts, read_fates

        folder = shared / "data" / "pages" / name
        items = find_items([folder / "html"], DiscoverSettings()).items
        with TemporaryDirectory() as scratch:
            parts = parse_to_parts(items, Path(scratch), None, Settings())
            rows = [make_public_row(fate, article) for fate, article in read_fates(parts)]
        found = {Path(row["path"]).name: row for row in rows}
        gold = score.read_jsonl(folder / "gold.jsonl.gz")
        kept = sum(found[Path(g["path"]).name]["reason"] is None for g in gold) / len(gold)
        return measure_pages(score, gold, found) | {"kept": kept} | measure_out_of_fold(folder, gold, score)

    return measure_set


def measure_out_of_fold(folder: Path, gold: Rows, score: ModuleType) -> dict[str, float]:
    """Measure body F1 where each page is read with a model that never saw its site, with and without trafilatura.

    What the package's own model scores on these pages, on which it was fitted, is no evidence of how it reads others.
    """
    from benchmarks.body_pages import find_bodies_out_of_fold

    figures = {}
    for name, fast in (("body F1 out of fold", False), ("body F1 out of fold, fast", True)):
        found = find_bodies_out_of_fold(folder, gold, fast=fast)
        figures[name] = score.mean_body([score.body_scores(g["body"], b) for g, b in zip(gold, found, strict=True)])[2]
    return figures


def measure_dumps(shared: Path, score: ModuleType) -> dict[str, float]:
    """Measure both sets of pages rendered to text, each page read by a model that never saw its site.

    Rendered by lexbor; by Resiliparse and Inscriptis too where they are installed, which the project does not need.
    """
    from benchmarks.parse_plaintext import list_renderers, read_set

    figures: dict[str, float] = {}
    for name in ("aeb", "fundus"):
        folder = shared / "data" / "pages" / name
        gold = score.read_jsonl(folder / "gold.jsonl.gz")
        for renderer in list_renderers():
            rows, _ = read_set(folder, renderer, gold)
            found = measure_pages(score, gold, rows)
            figures |= {
                f"{name} {renderer} {figure} out of fold": found[figure] for figure in DUMPED if figure in found
            }
    return figures


def make_story_suite(name: str) -> Callable[[Path, ModuleType], dict[str, float]]:
    """Make the suite of one set of labelled stories."""

    def measure_set(shared: Path, score: ModuleType) -> dict[str, float]:
        from benchmarks.stories import make_article
        from storyfold.copies.articles_in_file import group_articles
        from storyfold.output.article_rows import read_articles
        from storyfold.output.row_columns import UNKNOWN_SEEN
        from storyfold.stories.articles_in_file import name_stories

        gold = score.read_jsonl(shared / "data" / "stories" / f"{name}.jsonl.gz")
        read = list(read_articles(shared / "data" / "stories" / f"{name}.jsonl.gz"))
        families = group_articles(read, CopySettings()).list_members(UNKNOWN_SEEN.date())
        story = name_stories(read, families, StorySettings())
        precision, recall, f1 = score.bcubed([g["story"] for g in gold], [story[str(g["id"])] for g in gold])
        undated = [make_article(row, dated=False) for row in gold]
        story = name_stories(undated, [], StorySettings())
        _, _, bare = score.bcubed([g["story"] for g in gold], [story[str(g["id"])] for g in gold])
        return {"B3 P": precision, "B3 R": recall, "B3 F1": f1, "without dates B3 F1": bare}

    return measure_set


def measure_copies(_: Path, score: ModuleType) -> dict[str, float]:
    """Measure which pairs are put in one family, over generated documents whose families are known."""
    from benchmarks.copies import make_article
    from benchmarks.copy_documents import make
    from storyfold.copies.articles_in_file import group_articles

    rows = make(GENERATED, seed=1)
    grouped = group_articles([make_article(row) for row in rows], CopySettings())
    family = dict(grouped.name_families())
    gold, found = [row["family"] for row in rows], [family[row["id"]] for row in rows]
    return {"pairs F1": score.pair_scores(gold, found)[2], "ARI": score.adjusted_rand(gold, found)}


SUITES: dict[str, Callable[[Path, ModuleType], dict[str, float]]] = {
    "aeb": make_page_suite("aeb"),
    "fundus": make_page_suite("fundus"),
    "dumps": measure_dumps,
    "copies": measure_copies,
    "g5w1h": make_story_suite("g5w1h"),
    "allsides": make_story_suite("allsides"),
}


def main() -> None:
    """Print the figures; with --raise, lift the floors to them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"any of {', '.join(SUITES)}; all without")
    parser.add_argument("--raise", action="store_true", dest="lift", help="lift the floors to what was measured")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.suites) - set(SUITES)):
        parser.error(f"unknown suite {unknown[0]}; allowed: {', '.join(SUITES)}")
    measured = measure(find_shared_folder(), arguments.suites or list(SUITES))
    for name, value in measured.items():
        print(f"{name:<56}{value:.4f}")
    if arguments.lift:
        FLOORS.write_text(json.dumps(raise_floors(json.loads(FLOORS.read_text()), measured), indent=2) + "\n")


if __name__ == "__main__":
    main()
