"""Group texts into stories in two steps: those of each language by their words, then groups across languages.

In one step a report would be drawn to its translation, and away from its neighbours. So what is grouped by words is
the same whether or not there are other languages; where there are none, the second step has nothing to do.
"""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import Flags, Longs, LongTable
from storyfold.settings.stories import StorySettings
from storyfold.stories.average_link import find_roots, group_nodes, label_components, label_groups
from storyfold.stories.neighbours import SCALE, Links
from storyfold.stories.text_languages import mark_across


def label_texts(links: Links, dated: Longs, languages: Longs, settings: StorySettings) -> Longs:
    """Return for each text, numbered as `links` and `dated` have them, the smallest one of its group.

    `languages` numbers those of the texts, -1 where it is not known; links of two known ones are of the second step.
    As in the first, the groups of surely dated texts do not depend on the others, which never bridge two of these.
    """
    is_across = mark_across(languages, links.a, links.b)
    own, across = _select(links, ~is_across) if is_across.any() else links, _select(links, is_across)
    threshold, sure = round(settings.threshold * SCALE), dated > 0
    parts = label_components(own, len(dated), threshold)
    label = label_groups(own, sure, threshold, settings.wholeness, parts)
    if not is_across.any():
        return label
    least, everyone = round(settings.crossing_threshold * SCALE), np.ones(len(sure), np.bool_)
    if not sure.all():
        dated_label = label_groups(own, sure, threshold, settings.wholeness, np.where(sure, parts, -1))
        joined = join_groups(across, dated_label, sure, ~everyone, languages, least)
        label = _unite(label, joined, sure)
    return join_groups(across, label, everyone, ~everyone if sure.all() else sure, languages, least)


def join_groups(links: Links, label: Longs, taken: Flags, sure: Flags, languages: Longs, threshold: int) -> Longs:
    """Return the labels of texts after the groups of those `taken` were joined over links across languages.

    The most alike are joined first, as long as the mean over their pairs in two known languages reaches the threshold;
    a pair without a link counts as 0. No two groups that have a `sure` text each are joined.
    """
    of_taken = _select(links, taken[links.a] & taken[links.b])
    between = Links(label[of_taken.a], label[of_taken.b], of_taken.similarity)
    component = label_components(between, len(label), threshold)
    labels = np.unique(label[taken])
    groups = np.bincount(component[labels], minlength=len(label))
    chosen = taken & (groups[component[label]] > 1)
    numbers = np.flatnonzero(chosen)
    if not len(numbers):
        return label
    place = np.full(len(label), -1)
    place[numbers] = np.arange(len(numbers))
    inside = _select(of_taken, chosen[of_taken.a] & chosen[of_taken.b])
    nodes = place[label[numbers]]
    counts = _count_languages(nodes, languages[numbers])
    apart = np.zeros(len(numbers), np.bool_)
    apart[nodes[sure[numbers]]] = True
    every, height = np.ones(len(numbers), np.bool_), np.zeros(len(numbers))  # each is whole
    renumbered = Links(place[inside.a], place[inside.b], inside.similarity)
    parts = component[label[numbers]]
    found = group_nodes(renumbered, nodes, height, parts, every, apart, float(threshold), 0.0, counts)
    joined = label.copy()
    joined[numbers] = numbers[found]
    return joined


def _count_languages(nodes: Longs, languages: Longs) -> LongTable:
    """Count the texts of each node in each known language that any has: a table, a column a language."""
    known = np.flatnonzero(languages >= 0)
    found, column = np.unique(languages[known], return_inverse=True)
    counts = np.zeros((len(nodes), len(found)), np.int64)
    np.add.at(counts, (nodes[known], column), 1)
    return counts


def _unite(label: Longs, other: Longs, chosen: Flags) -> Longs:
    """Return labels of groups that hold all that is together by one labelling, or among those chosen by the other."""
    numbers = np.flatnonzero(chosen)
    a, b = np.concatenate([np.arange(len(label)), numbers]), np.concatenate([label, other[numbers]])
    return find_roots(a, b, np.ones(len(a), np.bool_), len(label))


def _select(links: Links, chosen: Flags) -> Links:
    return Links(links.a[chosen], links.b[chosen], links.similarity[chosen])
