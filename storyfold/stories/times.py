"""Say what else than words does to the similarity of two texts: time, and that one of them touches many stories."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from storyfold.kernels.arrays import Flags, Longs, Number
from storyfold.kernels.compiled import compiled
from storyfold.settings.stories import StorySettings


class Times(NamedTuple):
    """When each text was published, in days since 0001-01-01: its believed interval, and how sure that is.

    An open end is OPEN days away. `dated` is 0 for an undated text, 1 for a dated one, 2 for one whose date is
    confirmed: only two of these are parted by time alone. `seen` is the day on which it was first seen. `touches_many`
    marks the texts that tell of several stories: those are compared to find what they mention, and grouped with none.
    """

    first: Longs
    last: Longs
    dated: Longs
    seen: Longs
    touches_many: Flags

    def take(self, numbers: Longs) -> Times:
        """Return these texts, in this order."""
        return Times(
            self.first[numbers],
            self.last[numbers],
            self.dated[numbers],
            self.seen[numbers],
            self.touches_many[numbers],
        )


def compute_time_factors(times: Times, a: Longs, b: Longs, settings: StorySettings) -> npt.NDArray[np.float64]:
    """Return the factor of the time between texts a[n] and b[n]: 0 where it parts them, or one of them touches many.

    Two dates that are not both confirmed part nothing: further apart than the window they only count less. Those of
    texts that were first seen further apart than it must both be there and meet.
    """
    dated, seen, touches_many = times.dated, times.seen, times.touches_many
    window = settings.window_days
    gap = count_days_between(times, a, b)
    both = (dated[a] > 0) & (dated[b] > 0)
    is_confirmed = dated[a] + dated[b] == 4
    near = settings.same_day + (settings.far_apart - settings.same_day) * gap / settings.far_days
    factor = np.where(both, np.where(gap >= settings.far_days, settings.far_apart, near), 1.0)
    factor = np.where(gap > window, np.where(both & ~is_confirmed, settings.beyond_window, 0.0), factor)
    is_distant = (np.abs(seen[a] - seen[b]) > window) & (~both | (gap > window))
    return np.asarray(np.where(is_distant | touches_many[a] | touches_many[b], 0.0, factor), np.float64)


def count_days_between(times: Times, a: Longs, b: Longs) -> Longs:
    """Return how many days lie between the believed intervals of texts a[n] and b[n]; 0 where they meet."""
    first, last = times.first, times.last
    gap = np.maximum(first[a], first[b]) - np.minimum(last[a], last[b])
    return np.asarray(np.maximum(gap, 0), np.int64)


@compiled(called_by_kernels=True)
def is_parted(times: Times, window: Number, i: Number, j: Number) -> bool:
    """Say whether time parts texts i and j, whatever their words: see `compute_time_factors`."""
    gap = max(times.first[i], times.first[j]) - min(times.last[i], times.last[j])
    is_dated = times.dated[i] > 0 and times.dated[j] > 0
    if abs(times.seen[i] - times.seen[j]) > window:
        return bool(not is_dated or gap > window)
    return bool(gap > window and (not is_dated or times.dated[i] + times.dated[j] == 4))
