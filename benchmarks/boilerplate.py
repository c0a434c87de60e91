"""Plant related lists in clean texts, and measure what cross-page evidence leaves of them and takes from the texts.

    python -m benchmarks.boilerplate [--pages N]

Clean texts are the gold bodies of the evaluation pages, with the titles that go with them, and the demo web's. Each
gets a list of other pages' headlines at its top, middle or end, with and without a heading over it. Prints: headlines
that are left, the share of the texts' words that is lost with lists and without, and articles a second on one core.
"""

from __future__ import annotations

import argparse
import random
import string
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.shared_data import find_shared_folder, load_scoring
from storyfold.boilerplate.cut import CrossPages, NoKnownPages
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.line_keys import SEPARATOR, split_lines

HEADINGS = ("", "Related", "Most popular", "Read more:", "Mehr zum Thema", "Lee también", "À lire aussi")
PLACES = ("top", "middle", "end")
SEED = 4  # any number; the same lists on each run


@dataclass(frozen=True, slots=True)
class CleanPage:
    """Hold a page with a text known to be its own."""

    page_id: str
    outlet: str
    title: str
    body: str


@dataclass(slots=True)
class Figures:
    """Count what was left and lost, in headlines and words."""

    planted: int = 0
    leaked: int = 0
    words: int = 0
    lost: int = 0
    pages_cut: int = 0

    def format_line(self) -> str:
        """Return the figures as they are printed."""
        share = self.lost / max(self.words, 1)
        return f"{self.planted} headlines, {self.leaked} left; words lost {share:.4%}; pages that lose {self.pages_cut}"


def read_gold_pages() -> list[CleanPage]:
    """Read the gold bodies of the evaluation pages, with the gold title where there is one."""
    shared = find_shared_folder()
    read = load_scoring(shared).read_jsonl
    rows = [row for name in ("aeb", "fundus") for row in read(shared / "data" / "pages" / name / "gold.jsonl.gz")]
    return [
        CleanPage(row["path"], row.get("outlet") or urlsplit(row["url"]).netloc, row.get("title") or "", row["body"])
        for row in rows
        if row["body"]
    ]


def read_demo_pages() -> list[CleanPage]:
    """Read the pages of the demo's web, at its last revisions; copies share their text."""
    from storyfold.demo_web.content import load_web

    pages = [page for page in load_web().pages if page.is_article]
    last = [(page, page.revisions[-1]) for page in pages]
    return [
        CleanPage(f"{page.outlet}{page.path}", page.outlet, text.title, SEPARATOR.join(text.paragraphs))
        for page, text in last
    ]


def plant_lists(
    pages: Sequence[CleanPage], position: str, heading: str, *, items: int = 5
) -> Iterator[tuple[CleanPage, list[str]]]:
    """Yield each page with a list of other pages' headlines in it, and these headlines."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    titles = sorted({page.title for page in pages if page.title})
    for page in pages:
        names = [title for title in chance.sample(titles, min(items + 1, len(titles))) if title != page.title][:items]
        lines = split_lines(page.body)
        at = {"top": 0, "middle": len(lines) // 2, "end": len(lines)}[position]
        lines[at:at] = [*([heading] if heading else []), *names]
        yield CleanPage(page.page_id, page.outlet, page.title, SEPARATOR.join(lines)), names


def cut_all(pages: Sequence[CleanPage]) -> list[str]:
    """Cut these pages together; return their texts."""
    together = CrossPages(BoilerplateSettings())
    for page in pages:
        together.add(page.page_id, page.outlet, page.title, page.body)
    together.compare(NoKnownPages())
    return [together.cut(number, page.body).body for number, page in enumerate(pages)]


def measure(pages: Sequence[CleanPage], position: str | None, heading: str = "") -> Figures:
    """Plant (or not, where `position` is None), cut, and compare with the clean texts line by line."""
    given = list(plant_lists(pages, position, heading)) if position else [(page, []) for page in pages]
    figures = Figures()
    for clean, (_, names), body in zip(pages, given, cut_all([page for page, _ in given]), strict=True):
        left, own = split_lines(body), split_lines(clean.body)
        lost = sum(len(line.split()) for line in own) - sum(len(line.split()) for line in left if line in set(own))
        figures.planted += len(names)
        figures.leaked += sum(name in left and name not in own for name in names)
        figures.words += sum(len(line.split()) for line in own)
        figures.lost += max(lost, 0)
        figures.pages_cut += lost > 0
    return figures


def measure_all(pages: Sequence[CleanPage]) -> dict[str, Figures]:
    """Measure without lists, and with them at each position and under each heading."""
    figures = {"no lists": measure(pages, None)}
    for position in PLACES:
        for heading in HEADINGS:
            figures[f"{position}, {heading or 'no heading'}"] = measure(pages, position, heading)
    return figures


def generate_pages(count: int, outlets: int = 50) -> list[CleanPage]:
    """Generate texts of 20 paragraphs, about 600 words; every tenth with a list of headlines, every fifth a footer."""
    chance = random.Random(SEED)  # noqa: S311 (no secret)
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 9))) for _ in range(20_000)]

    def line(low: int, high: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(low, high))).capitalize()

    titles = [line(6, 11) for _ in range(count)]
    pages = []
    for number, title in enumerate(titles):
        lines = [f"{line(15, 45)}." for _ in range(20)]
        if number % 10 == 0:
            lines[5:5] = ["Related", *chance.sample(titles, 4)]
        if number % 5 == 0:
            lines.append("Follow us on all channels")
        lines.insert(10, line(4, 4))
        body = SEPARATOR.join(lines)
        pages.append(CleanPage(f"{number:08}", f"outlet {number % outlets}", title, body))
    return pages


def measure_speed(count: int) -> float:
    """Return how many generated articles are added, compared and cut in a second of CPU on one core."""
    pages = generate_pages(count)
    started = time.process_time()
    cut_all(pages)
    return count / (time.process_time() - started)


def main() -> None:
    """Print the figures of the gold bodies and of the demo's, then the speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000, help="generated articles for the speed")
    options = parser.parse_args()
    for name, pages in (("gold", read_gold_pages()), ("demo", read_demo_pages())):
        print(f"{name}: {len(pages)} pages")
        for what, figures in measure_all(pages).items():
            print(f"  {what:<28}{figures.format_line()}")
    print(f"{measure_speed(options.pages):,.0f} articles a second of CPU, {options.pages:,} of 600 words")


if __name__ == "__main__":
    main()
