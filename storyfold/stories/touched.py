"""Find what a night's texts may be grouped with: all that strong links or a story connect with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.identity.pins import Pins
from storyfold.kernels.arrays import Flags, Longs
from storyfold.schemas.stories import Membership
from storyfold.settings.stories import StorySettings
from storyfold.stories.link_texts import LinkedTexts, list_window_days
from storyfold.stories.neighbours import SCALE, Links, apply_times
from storyfold.stories.queries import LINKED, StoriesInLake
from storyfold.stories.story_ids import make_story_id
from storyfold.stories.texts import ChangedTexts, get_times, mark_named, read_days
from storyfold.stories.units import PLACE_COLUMNS


@dataclass(frozen=True, slots=True)
class TouchedTexts:
    """The texts that are grouped again, ordered by interval and family, with the links between them.

    `members` are the articles of each, ascending. `places` are their places in families, `memberships` what the lake
    says of them, and `taken` the stories of others whose name one of them could have.
    """

    texts: pa.Table
    links: Links
    members: list[list[str]]
    places: pa.Table
    memberships: dict[str, Membership]
    taken: frozenset[str]


def find_touched_texts(
    linked: LinkedTexts, changed: ChangedTexts, lake: StoriesInLake, settings: StorySettings, pins: Pins
) -> TouchedTexts:
    """Find the texts that are connected with those of which the night changes the family or the links.

    A group of average link has a pair at or above the threshold wherever it is cut in two, within a language or across,
    so no group reaches beyond what such pairs connect. The articles of one story stay together here, too: where links
    are gone it is cut. What pins hold together is looked at together.
    """
    search = _Search(linked, lake, settings)
    families = set(changed.texts["family_id"].to_pylist())
    own = dict.fromkeys(changed.articles["article_id"].to_pylist())
    memberships = {m.article_id: m for m in lake.read_memberships(own)}
    places = changed.articles.select(["article_id", *PLACE_COLUMNS])
    waiting, asked = linked.regrouped, set[str]()
    while len(waiting):
        reached = search.reach(waiting)
        names = set(search.texts.take(pa.array(reached))["article_id"].to_pylist()) - memberships.keys() - own.keys()
        memberships |= {m.article_id: m for m in lake.read_memberships(names)}
        pinned = pins.find_partners({*own, *memberships}, "story") - memberships.keys() - own.keys()
        memberships |= {m.article_id: m for m in lake.read_memberships(pinned)}
        stories = {m.story_id for m in memberships.values()} - asked
        asked |= stories
        found = lake.read_memberships_in(stories)
        memberships |= {m.article_id: m for m in found}
        others = {m.article_id for m in found} - own.keys() - set(places["article_id"].to_pylist())
        placed = lake.read_places(others)
        places = pa.concat_tables([places, placed.select(places.column_names).cast(places.schema)])
        families |= set(search.texts.take(pa.array(reached))["family_id"].to_pylist())
        keys = {row["article_id"]: row["family_id"] or row["article_id"] for row in placed.to_pylist()}
        keys |= {name: name for name in others - keys.keys()}
        waiting = search.find([name for name, key in keys.items() if key not in families])
    return _collect(search, places, memberships, own, lake)


def _collect(
    search: _Search, places: pa.Table, memberships: dict[str, Membership], own: Iterable[str], lake: StoriesInLake
) -> TouchedTexts:
    numbers = np.flatnonzero(search.is_reached)
    chosen = search.texts.take(pa.array(numbers))
    times, rank = get_times(chosen), pc.rank(chosen["family_id"], tiebreaker="first").to_numpy()
    order = np.lexsort((rank, times.last, times.first))
    texts = chosen.take(pa.array(order))
    family_of = {row["article_id"]: row["family_id"] for row in places.to_pylist()}
    number_of = {key: number for number, key in enumerate(texts["family_id"].to_pylist())}
    members: list[list[str]] = [[] for _ in range(len(texts))]
    for name in sorted({*own, *memberships}):
        number = number_of.get(family_of.get(name) or name)
        if number is not None:
            members[number].append(name)
    everyone = {name for names in members for name in names}
    own_stories = {memberships[name].story_id for name in everyone if name in memberships}
    free = {make_story_id(name) for name in everyone} - own_stories
    taken = frozenset(m.story_id for m in lake.read_memberships_in(free) if m.article_id not in everyone)
    held = {name: m for name, m in memberships.items() if name in everyone}
    return TouchedTexts(texts, search.collect_links(numbers[order]), members, places, held, taken)


@dataclass(slots=True)
class _Search:
    """Reach texts over strong links, reading the lake's as they are met: those within the window a day at a time, once.

    `strong` are those that may be strong of the days that are `loaded`, `stored` all that are read of reached texts;
    of `read_days` all texts are known.
    """

    linked: LinkedTexts
    lake: StoriesInLake
    settings: StorySettings
    texts: pa.Table = field(init=False)
    is_reached: Flags = field(init=False)
    stored: list[Links] = field(init=False, default_factory=list)
    asked_far: Longs = field(init=False, default_factory=lambda: np.zeros(0, np.int64))
    loaded: set[int] = field(init=False, default_factory=set)
    read_days: set[int] = field(init=False, default_factory=set)
    strong: Links = field(init=False, default_factory=lambda: Links(*(np.zeros(0, np.int64) for _ in range(3))))

    def __post_init__(self) -> None:
        self.texts = self.linked.texts
        self.is_reached = np.zeros(len(self.texts), np.bool_)

    def reach(self, waiting: Longs) -> Longs:
        """Return the numbers of the texts that these reach and that were not reached before, themselves among them."""
        before = np.flatnonzero(self.is_reached)
        while len(waiting):
            self._reach_near(waiting)
            waiting = np.setdiff1d(np.flatnonzero(self.is_reached), self.asked_far)
            self.asked_far = np.union1d(self.asked_far, waiting)
            waiting = self._follow(self._read_links(waiting, self.lake.read_far_links), waiting)
            waiting = waiting[~self.is_reached[waiting]]
        return np.setdiff1d(np.flatnonzero(self.is_reached), before)

    def _reach_near(self, waiting: Longs) -> None:
        """Mark these texts and all that they reach by links between texts that were seen within the window."""
        while len(waiting := waiting[~self.is_reached[waiting]]):
            self.is_reached[waiting] = True
            self._load_days(waiting)
            ends = [self._follow(links, waiting) for links in (self.linked.links, self.strong)]
            waiting = np.unique(np.concatenate(ends))

    def _load_days(self, waiting: Longs) -> None:
        """Load the links that may be strong of the days on which these texts can have one, each day once."""
        window = self.settings.window_days
        seen = set(get_times(self.texts).seen[waiting].tolist())
        days = sorted({day + later for day in seen for later in range(window + 1)} - self.loaded - self.linked.days)
        self.loaded |= set(days)
        if not days:
            return
        new_days = sorted({*list_window_days(days, window)} - self.read_days)
        self.read_days |= set(new_days)
        texts = self.lake.read_texts_of_days(new_days)
        is_known = mark_named(texts["article_id"], self.texts["article_id"])
        self._add(texts.filter(pa.array(~is_known)))
        most = max(1.0, self.settings.same_day, self.settings.far_apart, self.settings.beyond_window)
        least = int(min(self.settings.threshold, self.settings.crossing_threshold) * SCALE / most)
        found = self._number(self.lake.read_strong_links(days, least, window))
        columns = ("a", "b", "similarity")
        self.strong = Links(*(np.concatenate([getattr(links, n) for links in (self.strong, found)]) for n in columns))

    def find(self, names: Iterable[str]) -> Longs:
        """Return the numbers of those of these articles that stand for a family, read from the lake where needed."""
        wanted = set(names)
        asked = pa.array(list(wanted), pa.string())
        if missing := asked.filter(pa.array(~mark_named(asked, self.texts["article_id"]))).to_pylist():
            self._add(self.lake.read_texts(missing))
        return np.flatnonzero(mark_named(self.texts["article_id"], wanted))

    def collect_links(self, numbers: Longs) -> Links:
        """Return all links between these texts, with what time makes of them, by their place among `numbers`."""
        self._read_links(numbers, self.lake.read_links)
        place = np.full(len(self.texts), -1)
        place[numbers] = np.arange(len(numbers))
        joined = [
            np.concatenate([getattr(links, name) for links in (self.linked.links, *self.stored)])
            for name in ("a", "b", "similarity")
        ]
        a, b, similarity = place[joined[0]], place[joined[1]], joined[2]
        inside = (a >= 0) & (b >= 0)
        a, b, similarity = np.minimum(a, b)[inside], np.maximum(a, b)[inside], similarity[inside]
        _, once = np.unique(a * len(numbers) + b, return_index=True)
        times = get_times(self.texts).take(numbers)
        return apply_times(Links(a[once], b[once], similarity[once]), times, self.settings)

    def _follow(self, links: Links, waiting: Longs) -> Longs:
        """Return the other ends of the strong links of these texts."""
        is_waiting = np.zeros(len(self.texts), np.bool_)
        is_waiting[waiting] = True
        met = is_waiting[links.a] | is_waiting[links.b]
        timed = apply_times(
            Links(links.a[met], links.b[met], links.similarity[met]), get_times(self.texts), self.settings
        )
        strong = timed.similarity >= round(min(self.settings.threshold, self.settings.crossing_threshold) * SCALE)
        return np.concatenate([timed.a[strong], timed.b[strong]])

    def _read_links(self, waiting: Longs, read: Callable[[pa.Table, int, Sequence[str]], pa.Table]) -> Links:
        """Read the lake's links of these texts that still hold, and the texts at their other ends; keep them."""
        rows = read(self.texts.take(pa.array(waiting)), self.settings.window_days, LINKED)
        known = self.texts["article_id"].combine_chunks()
        ends = ("article_id", "of_article_id")
        missing = {
            end for name in ends for end in rows.filter(pc.invert(pc.is_in(rows[name], known)))[name].to_pylist()
        }
        if missing:
            self._add(self.lake.read_texts(missing))
        self.stored.append(self._number(rows))
        return self.stored[-1]

    def _number(self, rows: pa.Table) -> Links:
        """Return those of these links that still hold, by the numbers of their texts."""
        known = self.texts["article_id"].combine_chunks()
        is_old = np.isin(read_days(rows["seen_date"], 0), list(self.linked.days))
        numbers = []
        for name in ("article_id", "of_article_id"):
            is_old |= mark_named(rows[name], self.linked.relinked)
            numbers.append(pc.fill_null(pc.index_in(rows[name], known), -1).to_numpy().astype(np.int64))
        # a text that stands for no family is a fault, which the audit tells
        held = ~is_old & (numbers[0] >= 0) & (numbers[1] >= 0)
        return Links(numbers[0][held], numbers[1][held], rows["similarity"].to_numpy()[held])

    def _add(self, texts: pa.Table) -> None:
        self.texts = pa.concat_tables([self.texts, texts])
        self.is_reached = np.concatenate([self.is_reached, np.zeros(len(texts), np.bool_)])
