"""Write a lake of generated news, a night and a commit after the other, and the input of the night that comes next."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import filled_tables, news_groups, news_pages, news_plan, news_rows, news_text, news_words
from benchmarks.news_groups import make_family_tables, make_story_tables
from benchmarks.news_pages import render_pages
from benchmarks.news_plan import LONGEST_STORY, NewsPlan, Report
from benchmarks.news_rows import (
    News,
    Tables,
    get_start,
    make_fetched_tables,
    make_parsed_table,
    make_run,
    make_text_tables,
)
from benchmarks.news_text import NewsTexts
from storyfold.lake.lake import Lake
from storyfold.outcomes import StageCounts
from storyfold.report import list_view_statements
from storyfold.run.parts import write_part_tables
from storyfold.schemas import (
    Article,
    Copy,
    FamilyMember,
    Fetch,
    Lineage,
    Membership,
    Run,
    SourceNight,
    Story,
)
from storyfold.schemas.columns import make_arrow_table
from storyfold.stories.older_lake import make_links_anew, make_texts_anew

MADE_AS = "growth.json"  # in the lake's folder: how it was made
NEXT = "next-night"  # in the lake's folder, by number of articles: the parts below
# What the night after the archive has to begin with; copies and stories are those of the plan, for where they are
# left out.
NEXT_TABLES: dict[str, tuple[type, ...]] = {
    "discover": (SourceNight,),
    "fetch": (Fetch,),
    "parse": (Article,),
    "copies": (Copy, FamilyMember),
    "stories": (Story, Membership, Lineage),
}


@dataclass(frozen=True, slots=True)
class Archive:
    """Describe a lake: its articles, how many a night brought (the first one the rest), and the seed of all texts."""

    articles: int
    per_night: int
    seed: int

    @property
    def nights(self) -> list[int]:
        """Each night's number of articles, the oldest first."""
        whole, rest = divmod(self.articles, self.per_night)
        return [*([rest] if rest else []), *([self.per_night] * whole)]


class Newsroom:
    """Make nights of news one after the other, the archive's first; night 0 comes after the archive."""

    def __init__(self, archive: Archive) -> None:
        self.night = -len(archive.nights) - 1
        self.plan, self._texts = NewsPlan(archive.seed), NewsTexts(archive.seed)

    def plan_night(self, count: int) -> list[Report]:
        """Plan the next night."""
        self.night += 1
        return self.plan.plan_night(self.night, count)

    def write_originals(self, reports: Sequence[Report]) -> None:
        """Write those texts of the night that was planned last which later ones may copy."""
        self._texts.write_originals(self.night, reports)

    def write_news(self, reports: Sequence[Report]) -> News:
        """Write the pages of the night that was planned last."""
        return News(reports, render_pages(reports, self._texts.write_night(self.night, reports)))


def write_archive(folder: Path, archive: Archive, new: int) -> Path:
    """Return the folder of the archive's lake, written below `folder` unless it is there; with a next night of `new`.

    Ends the program where the lake there was made in another way.
    """
    lake, made_as = folder / f"archive-{archive.articles}", json.dumps(_describe(archive))
    if not lake.exists():
        writing = folder / f"archive-{archive.articles}.writing"
        shutil.rmtree(writing, ignore_errors=True)
        _write_nights(Lake(writing), archive)
        (writing / MADE_AS).write_text(made_as, encoding="utf-8")
        writing.rename(lake)
    if (lake / MADE_AS).read_text(encoding="utf-8") != made_as:
        sys.exit(f"{lake} was made with other options or by another version of this benchmark: remove it")
    if not (lake / NEXT / str(new)).exists():
        _write_next_night(lake / NEXT / str(new), archive, new)
    return lake


def _describe(archive: Archive) -> dict[str, object]:
    modules = (filled_tables, news_groups, news_pages, news_plan, news_rows, news_text, news_words)
    code = [*(Path(module.__file__ or "") for module in modules), Path(__file__)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in code)).hexdigest()
    return {**asdict(archive), "code": digest[:16]}


def _write_nights(lake: Lake, archive: Archive) -> None:
    started = time.monotonic()
    lake.create(list_view_statements())
    newsroom = Newsroom(archive)
    for number, count in enumerate(archive.nights, 1):
        reports = newsroom.plan_night(count)
        run = make_run(newsroom.night, count)
        lake.land(_make_night_tables(newsroom, reports, run), lambda _: [], run)
        say(f"{archive.articles} articles: night {number} of {len(archive.nights)}, {time.monotonic() - started:.0f} s")
    say(f"{archive.articles} articles: links of texts")
    with lake.connect(read_only=False) as connection:
        connection.execute("BEGIN")
        for make_anew in (make_texts_anew, make_links_anew):
            make_anew(connection, lambda _done, _total: None)
        connection.execute("COMMIT")
    lake.close()


def _make_night_tables(newsroom: Newsroom, reports: Sequence[Report], run: Run) -> Tables:
    news = newsroom.write_news(reports)
    return {
        Run: make_arrow_table([run], Run),
        **make_fetched_tables(reports, run),
        **make_text_tables(news, run),
        **make_family_tables(newsroom.plan, news, run),
        **make_story_tables(newsroom.plan, news, run),
    }


def _write_next_night(folder: Path, archive: Archive, new: int) -> None:
    """Write what the night after the archive takes in; of the archive only texts that it may copy are written again."""
    newsroom = Newsroom(archive)
    for count in archive.nights:
        reports = newsroom.plan_night(count)
        if newsroom.night >= -LONGEST_STORY:
            newsroom.write_originals(reports)
    reports = newsroom.plan_night(new)
    run = replace(make_run(newsroom.night, new), run_id="")
    news = newsroom.write_news(reports)
    tables: Tables = {
        **make_fetched_tables(reports, run),
        **make_text_tables(news, run),
        **make_family_tables(newsroom.plan, news, run),
        **make_story_tables(newsroom.plan, news, run),
        Article: make_parsed_table(news, get_start(newsroom.night)),
    }
    writing = folder.with_name(folder.name + ".writing")
    for stage, classes in NEXT_TABLES.items():
        write_part_tables(writing / stage, {cls: tables[cls] for cls in classes}, StageCounts(stage, new, new))
    writing.rename(folder)


def say(line: str) -> None:
    """Show how far the work is, on standard error."""
    print(line, file=sys.stderr, flush=True)
