"""Hold the families of a file's articles as columns, for what goes on from them."""

from __future__ import annotations

from dataclasses import dataclass

from storyfold.kernels.arrays import Flags, Longs


@dataclass(frozen=True, slots=True)
class FileFamilies:
    """The family of each article, in the file's order; articles are numbers of that order.

    `founders` has the one that the family is named after, `originals` the one whose text it is, -1 where that was not
    seen. `doubted` marks those whose date another member shows to be false.
    """

    founders: Longs
    originals: Longs
    doubted: Flags
