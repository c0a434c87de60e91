"""Challenge the original that a family's claims lead to: a false date alone must not make a copy the original.

`choose_originals` goes by what each member says of itself, and then by the earliest date. Here the one chosen is
held against the others, two at a time, by all evidence there is of the two: who names whom, who was seen first,
and how far the dates are apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from storyfold.copies.claims import NO_TIME, Claims
from storyfold.copies.direction import LEAST_WEIGHT, Extra, Finding, list_findings, sum_findings
from storyfold.copies.originals import NONE_SEEN
from storyfold.kernels.arrays import Flags, Longs
from storyfold.schemas.pages import Article

# Members that a family's original is held against, and times that another takes its place: bounds on the work, not
# measured. 50,000 reprints of one text differ in nothing that the first 64 do not have.
MOST_RIVALS = 64
MOST_ROUNDS = 8
DAY = 86_400_000_000  # microseconds
# A date this far before all others of its text, which are within a week of each other, stands alone: reprints follow
# within days. Of three reprints on, at two outlets or more, and worth two nats.
ALONE, TOGETHER, LEAST_TOGETHER, STANDS_ALONE = 30 * DAY, 7 * DAY, 3, 2.0
NAMING = frozenset({"own agency", "canonical link", "credit as author", "credit in text"})  # of `WEIGHTS`


@dataclass(frozen=True, slots=True)
class Challenge:
    """Hold one family with what its members are judged by.

    `find_extra` says of two members what the longer text has beyond the shorter, nothing of two that were not compared,
    and whether the first is the longer.
    """

    whole: Longs  # the members that have most of the text, in the founders' order
    claims: Claims
    outlets: Longs
    get_article: Callable[[int], Article]
    find_extra: Callable[[int, int], tuple[Extra, bool]]

    def settle(self, original: int) -> int:
        """Return the member that is left when each yields to the one that there is most evidence for against it.

        Of the first `MOST_RIVALS` members none takes its place twice, so that evidence in a circle ends; the one given
        stays where there is none against it. Whom another names as its source yields to those alone whom it names
        itself.
        """
        passed = {original}
        for _ in range(MOST_ROUNDS):
            rivals = [number for number in self.whole[:MOST_RIVALS].tolist() if number not in passed]
            found = {rival: self._list_findings(original, rival) for rival in rivals}
            is_named = any(_names_source(findings, first_copied=False) for findings in found.values())
            if is_named:
                found = {n: findings for n, findings in found.items() if _names_source(findings, first_copied=True)}
            bonus = STANDS_ALONE if not is_named and self._stands_alone(original) else 0.0
            weights = [(sum_findings(findings) + bonus, rival) for rival, findings in found.items()]
            winners = [
                (-weight, self._order_by_date(rival), rival) for weight, rival in weights if weight >= LEAST_WEIGHT
            ]
            if not winners:
                break
            # the founders' order decides the rest: `min` takes the first
            original = min(winners, key=lambda winner: winner[:2])[2]
            passed.add(original)
        return original

    def _list_findings(self, original: int, rival: int) -> list[Finding]:
        """List the evidence for whether the original copied from the rival."""
        extra, is_longer = self.find_extra(original, rival)
        return list_findings(self.get_article(original), self.get_article(rival), extra, first_is_longer=is_longer)

    def _stands_alone(self, original: int) -> bool:
        starts = self.claims.starts
        others = self.whole[(self.whole != original) & (starts[self.whole] != NO_TIME)]
        if starts[original] == NO_TIME or len(others) < LEAST_TOGETHER:
            return False
        first = int(starts[others].min())
        together = others[starts[others] <= first + TOGETHER]
        is_crowd = len(together) >= LEAST_TOGETHER and len(np.unique(self.outlets[together])) > 1
        return is_crowd and first - int(starts[original]) > ALONE

    def _order_by_date(self, number: int) -> int:
        start = int(self.claims.starts[number])
        return np.iinfo(np.int64).max if start == NO_TIME else start


def list_contested(starts: Longs, members: Longs, is_whole: Flags, found: Longs) -> list[tuple[int, Longs]]:
    """List the families with an original and others that may have written its text: the number, and all such."""
    listed = []
    for family in np.flatnonzero((np.diff(starts) > 1) & (found != NONE_SEEN)).tolist():
        part = slice(starts[family], starts[family + 1])
        whole = members[part][is_whole[part]]
        if len(whole) > 1:
            listed.append((family, whole))
    return listed


def _names_source(findings: Iterable[Finding], *, first_copied: bool) -> bool:
    """Say whether the first of two texts names the second as its source, or else the second the first."""
    return any(finding.name in NAMING and finding.first_copied == first_copied for finding in findings)
