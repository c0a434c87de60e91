"""Link a night's texts with each other and with the lake's: find the pairs, and which stored ones they replace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from storyfold.kernels.arrays import Flags, Longs
from storyfold.schemas import StoryLink
from storyfold.schemas.columns import get_declared_table
from storyfold.schemas.stories import LINKS_METHOD
from storyfold.settings.stories import StorySettings
from storyfold.stories.crossing_links import find_crossing_links, have_two_languages
from storyfold.stories.neighbours import Compared, FoundLinks, Links, find_links, join_links
from storyfold.stories.queries import StoriesInLake
from storyfold.stories.ranks import Counted, hash_parts_of_day
from storyfold.stories.references import count_references, make_spans
from storyfold.stories.stored_terms import make_crossing_rows, make_term_rows
from storyfold.stories.text_languages import mark_across, number_languages
from storyfold.stories.text_vectors import make_text_vectors
from storyfold.stories.texts import ChangedTexts, Night, get_times, mark_named, read_days, select_named
from storyfold.stories.times import Times


@dataclass(frozen=True, slots=True)
class LinkedTexts:
    """Hold the texts around a night's, the links that were found, and the lake's that no longer hold.

    `texts` are rows of `story_texts` and `links` pairs of their numbers. `regrouped` are the numbers of the texts of
    which the night changes the family or the links. `days` are those of which all pairs were judged anew, `relinked`
    the articles of which all were.
    """

    texts: pa.Table
    links: Links
    rows: pa.Table
    replaced: pa.Table
    regrouped: Longs
    days: frozenset[int]
    relinked: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which days are judged anew, wholly or for some texts; which of the texts around them are these."""

    whole: list[int]
    judged: list[int]
    texts: pa.Table
    is_new: Flags
    relinked: frozenset[str]


def link_texts(night: Night, changed: ChangedTexts, lake: StoriesInLake, settings: StorySettings) -> LinkedTexts:
    """Link the changed texts, and anew all of the days whose news the night changes.

    A day's news are the articles first seen on it and the `window_days` before it: what is found of a pair depends on
    the two and on the news of the later one's day, whichever night brings what.
    """
    scope = _find_scope(night, changed, lake, settings.window_days)
    found = _judge(scope, lake, settings)
    gone = {*changed.former["article_id"].to_pylist()} - {*changed.texts["article_id"].to_pylist()}
    replaced = _find_replaced(scope, changed, gone, lake, settings.window_days)
    is_changed = mark_named(scope.texts["article_id"], {*changed.texts["article_id"].to_pylist(), *scope.relinked})
    seen = get_times(scope.texts).seen
    return LinkedTexts(
        scope.texts,
        found.links,
        _make_rows(found, scope.texts),
        replaced,
        np.flatnonzero(is_changed | np.isin(seen, scope.whole)),
        frozenset(scope.whole),
        scope.relinked | gone,
    )


def link_days(days: list[int], lake: StoriesInLake, settings: StorySettings) -> pa.Table:
    """Make the rows of `story_links` of all texts of these days, ascending, of which the lake has the texts."""
    window = settings.window_days
    texts = lake.read_texts_of_days(list_window_days(days, window))
    times = get_times(texts)
    distant = _read_meeting(times, np.isin(times.seen, days), lake, window)
    distant = distant.filter(pa.array(~mark_named(distant["article_id"], texts["article_id"])))
    every = _order(pa.concat_tables([texts, distant]))
    scope = _Scope(days, days, every, np.zeros(len(every), np.bool_), frozenset())
    return _make_rows(_judge(scope, lake, settings), every)


def _find_scope(night: Night, changed: ChangedTexts, lake: StoriesInLake, window: int) -> _Scope:
    """Find which texts are linked anew, on which days, and which they may be paired with."""
    terms = lake.find_changed_terms(night.corrected)
    own = get_times(changed.texts)
    last = max(lake.read_last_day(), int(own.seen.max(initial=0)))
    days = {day.toordinal() for name in ("before", "after") for day in pc.unique(terms[name]).to_pylist() if day}
    whole = sorted({later for day in days for later in range(day, min(day + window, last) + 1)})
    relinked = _find_relinked(changed, terms)
    relinked |= _find_redated(changed, relinked, lake, window)
    at = set(own.seen[mark_named(changed.texts["article_id"], relinked)].tolist())
    judged = {*whole, *(later for day in at for later in range(day, min(day + window, last) + 1))}
    around = _leave_out(lake.read_texts_of_days(list_window_days(judged, window)), changed)
    near = pa.concat_tables([changed.texts, around])
    is_new = mark_named(near["article_id"], relinked) | np.isin(get_times(near).seen, whole)
    distant = _leave_out(_read_meeting(get_times(near), is_new, lake, window), changed)
    distant = distant.filter(pa.array(~mark_named(distant["article_id"], around["article_id"])))
    every = _order(pa.concat_tables([near, distant]))
    is_relinked = mark_named(every["article_id"], relinked)
    judged |= _find_far_days(get_times(every), is_relinked, judged, window)
    return _Scope(whole, sorted(judged), every, is_relinked, frozenset(relinked))


def list_window_days(days: Collection[int], window: int) -> list[int]:
    """List these days and so many before each, ascending, as far as there are such days."""
    return sorted({day - earlier for day in days for earlier in range(window + 1) if day > earlier})


def _find_far_days(times: Times, is_new: Flags, judged: Collection[int], window: int) -> set[int]:
    """Find the other days on which a text was seen that may be paired with a new one seen longer before it."""
    dated = is_new & (times.dated > 0)
    others = (times.dated > 0) & ~np.isin(times.seen, list(judged))
    if not dated.any() or not others.any():
        return set()
    others &= times.seen > times.seen[dated].min() + window
    found = np.zeros(len(others), np.bool_)
    for first, last in join_intervals(times.first[dated] - window, times.last[dated] + window):
        found |= others & (times.first <= last) & (times.last >= first)
    return set(times.seen[found].tolist())


def _order(texts: pa.Table) -> pa.Table:
    """Order texts as they rank in the news: by days, and evenly over each, whatever a family says of their dates."""
    columns = [texts["seen_date"], pa.array(hash_parts_of_day(texts["article_id"])), texts["article_id"]]
    keys = pa.table(columns, names=["day", "part", "name"])
    return texts.take(pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names]))


def _find_relinked(changed: ChangedTexts, terms: pa.Table) -> set[str]:
    """Return the articles whose links no longer hold, or are not there: those of which the text or the day is new."""
    keys = ["article_id", "version", "seen_date", "touches_many", "language"]
    now, before = (_name_unknown(texts.select(keys)) for texts in (changed.texts, changed.former))
    moved = now.join(before, keys, join_type="left anti")
    again = changed.texts.select(keys).join(terms.select(keys[:2]), keys[:2], join_type="left semi")
    return {*moved["article_id"].to_pylist(), *again["article_id"].to_pylist()}


def _name_unknown(texts: pa.Table) -> pa.Table:
    """Give texts of no known language an empty one: nulls are equal to none."""
    place = texts.column_names.index("language")
    return texts.set_column(place, "language", pc.fill_null(texts["language"], ""))


def _find_redated(changed: ChangedTexts, relinked: Collection[str], lake: StoriesInLake, window: int) -> set[str]:
    """Return the articles whose text is as before, its time not, and that has other pairs with what was seen far off.

    What was seen in the window is linked whatever its time: that acts when texts are grouped.
    """
    columns = ["article_id", "believed_from", "believed_to", "dated"]
    now, before = (
        {row["article_id"]: row for row in table.select(columns).to_pylist()}
        for table in (changed.texts, changed.former)
    )
    moved = {name for name, row in now.items() if name not in relinked and row != before.get(name)}
    both = pa.concat_tables([select_named(changed.texts, moved), select_named(changed.former, moved)])
    times = get_times(both)
    is_dated = times.dated > 0
    if not is_dated.any():
        return set()
    far = _leave_out(_read_meeting(times, is_dated, lake, window), changed)
    others = get_times(pa.concat_tables([far, changed.texts, changed.former]))
    found = set()
    for number in np.flatnonzero(is_dated).tolist():
        meets = (others.first <= times.last[number] + window) & (others.last >= times.first[number] - window)
        if (meets & (others.dated > 0) & (np.abs(others.seen - times.seen[number]) > window)).any():
            found.add(both["article_id"][number].as_py())
    return found


def _leave_out(texts: pa.Table, changed: ChangedTexts) -> pa.Table:
    """Leave out the lake's texts of articles that the night changes."""
    return texts.filter(pa.array(~mark_named(texts["article_id"], changed.articles["article_id"])))


def _read_meeting(times: Times, chosen: Flags, lake: StoriesInLake, window: int) -> pa.Table:
    """Read the dated texts of the lake whose dates meet that of a chosen one."""
    dated = chosen & (times.dated > 0)
    return lake.read_meeting_texts(join_intervals(times.first[dated] - window, times.last[dated] + window))


def join_intervals(first: Longs, last: Longs) -> list[tuple[int, int]]:
    """Return the days that these intervals cover, as intervals that do not meet, ascending; ends are inclusive."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(zip(first.tolist(), last.tolist(), strict=True)):
        if joined and begin <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _judge(scope: _Scope, lake: StoriesInLake, settings: StorySettings) -> FoundLinks:
    """Find the links of the days that are judged, by the news of each."""
    window = settings.window_days
    if not scope.judged:
        none = np.zeros(0, np.int64)
        return FoundLinks(Links(none, none, none), none.astype(np.uint64))
    counted = lake.read_terms_of_days(list_window_days(scope.judged, window))
    keys = scope.texts.select(["article_id", "version", "seen_date"])
    is_there = pc.is_in(_join_key(keys), _join_key(counted))
    missing = keys.filter(pc.invert(is_there))
    terms = pa.concat_tables([counted, lake.read_terms_of(missing)]) if len(missing) else counted
    rows = make_term_rows(terms)
    names = terms["article_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    days, is_news = read_days(terms["seen_date"], 0), np.diff(rows.starts) > 0
    is_news[len(counted) :] = False
    spans = make_spans(names, terms["version"].to_numpy(), days, is_news, window)
    place = pc.index_in(_join_key(keys), _join_key(terms)).to_numpy().astype(np.int64)
    compared = Compared(
        rows,
        place,
        get_times(scope.texts),
        scope.is_new,
        frozenset(scope.whole),
        parts=False,
        counted=Counted(spans, days, hash_parts_of_day(scope.texts["article_id"])),
        languages=number_languages(scope.texts["language"]),
    )
    judged = np.array(scope.judged, np.int64)
    found = find_links(compared, zip(scope.judged, count_references(rows, spans, judged), strict=True), settings)
    if not have_two_languages(compared.languages):
        return found
    crossing = make_crossing_rows(terms)
    references = zip(scope.judged, count_references(crossing, spans, judged), strict=True)
    vectors = make_text_vectors(terms["vector"], terms["vector_model"]) if settings.embeddings else None
    return join_links(found, find_crossing_links(compared._replace(rows=crossing), references, settings, vectors))


def _join_key(rows: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(rows["article_id"], rows["version"].cast(pa.string()), " ").combine_chunks()


def _make_rows(found: FoundLinks, texts: pa.Table) -> pa.Table:
    """Make the rows of `story_links` of links between texts."""
    a, b = found.links.a, found.links.b
    times, rank = get_times(texts), pc.rank(texts["article_id"], tiebreaker="first").to_numpy()
    seen = times.seen
    is_mention = times.touches_many[a] | times.touches_many[b]
    is_later = (seen[a] > seen[b]) | ((seen[a] == seen[b]) & (rank[a] > rank[b]))
    later, other = (texts.take(pa.array(np.where(is_later, *pair))) for pair in ((a, b), (b, a)))
    columns = {
        "article_id": later["article_id"],
        "version": later["version"],
        "of_article_id": other["article_id"],
        "of_version": other["version"],
        "seen_date": later["seen_date"],
        "of_seen_date": other["seen_date"],
        "similarity": found.links.similarity,
        "is_mention": is_mention,
        "across": mark_across(number_languages(texts["language"]), a, b) & ~is_mention,
        "reference": found.references,
        "method": np.full(len(a), LINKS_METHOD),
    }
    return pa.table(columns).cast(get_declared_table(StoryLink).schema)


def _find_replaced(
    scope: _Scope, changed: ChangedTexts, gone: Collection[str], lake: StoriesInLake, window: int
) -> pa.Table:
    """Return the links of the lake that were found anew, or are of texts that no longer stand for a family."""
    schema = get_declared_table(StoryLink).schema
    found = [schema.empty_table()]
    if scope.whole:
        found.append(lake.read_links_of_days(scope.whole))
    former = select_named(changed.former, {*gone, *scope.relinked})
    if len(former):
        found += [read(former, window, schema.names) for read in (lake.read_links, lake.read_far_links)]
    rows = pa.concat_tables([table.select(schema.names).cast(schema) for table in found])
    return rows.group_by(schema.names).aggregate([])
