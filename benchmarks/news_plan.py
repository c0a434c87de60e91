"""Plan generated news, night by night: which outlet reports which story when, and which reports copy another.

Stories are many and small, a few are large: `P(size >= n) = n ** -1.3`, at most 60 reports, so that more than half of
all reports are about a story that has been told before. A story comes in a burst: 55 % of what follows its first report
is of the same night, each night after brings half of the rest, and after four nights it is over. Outlets are as large
as Zipf's law has it. Three reports in ten are copies, most often of the story's first. Everything follows from `seed`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from storyfold.identity.ids import make_article_id

OUTLETS = 200
LARGEST_STORY = 60  # reports
TAIL = 1.3  # exponent of the sizes of stories
LONGEST_STORY = 4  # nights after its first
SAME_NIGHT = 0.55  # of the reports that are left come in this night
COPIED = 0.51  # of the reports that are not a story's first, unless the outlet has that text already: .30 of all
OF_FIRST = 0.7  # of the copies are of the story's first report
UNDATED = 0.05  # of the reports


def name_source(outlet: int) -> str:
    """Name the source that an outlet is; each is one."""
    return f"outlet-{outlet:03}"


@dataclass(frozen=True, slots=True)
class Report:
    """One report: `hours` is how long before its night's run it was published; `copy_of` is never a copy itself.

    `address` is that of its page, by which its article is known.
    """

    number: int
    story: int
    night: int
    outlet: int
    hours: float
    dated: bool
    address: str
    article_id: str
    copy_of: Report | None = None

    @property
    def original(self) -> Report:
        """The report whose text it has."""
        return self.copy_of or self


@dataclass(slots=True)
class PlannedStory:
    """One story that is still told: its reports so far, and how many are to come in which night."""

    number: int
    reports: list[Report] = field(default_factory=list)
    due: dict[int, int] = field(default_factory=dict)


class NewsPlan:
    """Plan one night after the other; `stories` are those that may go on."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._reports = self._stories = 0
        self.stories: dict[int, PlannedStory] = {}

    def plan_night(self, night: int, count: int) -> list[Report]:
        """Plan so many reports; nights ascend by one."""
        chance = random.Random(f"{self._seed} {night}")  # noqa: S311 (repeatable on purpose)
        self.stories = {n: s for n, s in self.stories.items() if night - s.reports[0].night <= LONGEST_STORY}
        made: list[Report] = []
        for story in self._list_due(night, chance):
            wanted = min(story.due.pop(night, 0), count - len(made))
            made.extend(self._add_report(story, night, chance) for _ in range(wanted))
            if len(made) == count:
                break
        return made

    def _list_due(self, night: int, chance: random.Random) -> Iterator[PlannedStory]:
        """Yield the stories that go on tonight, then new ones without end."""
        yield from [story for story in self.stories.values() if story.due.get(night)]
        while True:
            story = self.stories[self._stories] = PlannedStory(self._stories, due={night: 1})
            self._stories += 1
            for _ in range(min(int(chance.paretovariate(TAIL)), LARGEST_STORY) - 1):
                after = next((n for n in range(LONGEST_STORY) if chance.random() < SAME_NIGHT), LONGEST_STORY)
                story.due[night + after] = story.due.get(night + after, 0) + 1
            yield story

    def _add_report(self, story: PlannedStory, night: int, chance: random.Random) -> Report:
        """Add a story's next report: its first, one in words of its own, or a copy."""
        original, outlet, earliest = None, chance.choices(range(OUTLETS), cum_weights=_weigh_outlets())[0], 24.0
        if story.reports and chance.random() < COPIED:
            own = [report for report in story.reports if report.copy_of is None]
            chosen = story.reports[0] if chance.random() < OF_FIRST else chance.choice(own)
            if outlet not in {r.outlet for r in story.reports if r.original is chosen}:
                original, earliest = chosen, chosen.hours if chosen.night == night else earliest
        hours = 0.2 + chance.random() * (earliest - 0.2)
        dated = chance.random() >= UNDATED
        address = f"https://{name_source(outlet)}.example/news/{night + 100_000}/{self._reports}"
        article_id = make_article_id(address, name_source(outlet), "")
        made = Report(self._reports, story.number, night, outlet, hours, dated, address, article_id, original)
        self._reports += 1
        story.reports.append(made)
        return made


@cache
def _weigh_outlets() -> list[float]:
    return list(accumulate(1 / (rank + 5) for rank in range(OUTLETS)))
