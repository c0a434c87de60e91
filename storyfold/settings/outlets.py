"""The `[outlets]` table: which lists say whose outlets are, and from when on an outlet is shown as a mirror."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.settings.ranges import SHARE, Flag, Range, Text

if TYPE_CHECKING:
    from storyfold.credits.listed_outlets import OutletList

FILE = Text(re.compile(r"[^\x00-\x1f\x7f]{1,4096}"), "the path of a TOML file of yours", example="outlets.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletSettings:
    """Hold which rows count, and what makes a probable mirror; `own` are the rows of `file`."""

    # Rows of your own, in the form of storyfold/credits/outlets.toml: each takes the place of those with its domains
    file: Annotated[str | None, FILE] = None
    # Whether the rows that come with the program count too
    shipped: Annotated[bool, Flag()] = True
    # Texts of an outlet from which it may be shown as a probable mirror: a paper half of whose texts are an agency's
    # has 18 copies among 20 by chance once in 5,000 times (binomial, 211 in 2**20)
    mirror_texts: Annotated[int, Range(2, 10**6, "texts")] = 20
    # Of them that must be copies: of one in ten the original may not have been seen
    mirror_share: Annotated[float, SHARE] = 0.9

    own: tuple[ListedOutlet, ...] = ()

    def make_list(self) -> OutletList:
        """Make the list of all rows that count."""
        from storyfold.credits.listed_outlets import merge_outlets  # slow to load, and most commands need no list
        from storyfold.settings.outlet_rows import read_shipped_outlets

        return merge_outlets(read_shipped_outlets() if self.shipped else (), self.own)


def read_own_outlets(settings: OutletSettings, folder: Path) -> OutletSettings:
    """Return the settings with the rows of the file that they name, a path from `folder` on; raises WrongUse."""
    if settings.file is None:
        return settings
    from storyfold.settings.outlet_rows import read_outlet_rows

    path = (folder.resolve() / Path(settings.file).expanduser()).absolute()
    return dataclasses.replace(settings, file=str(path), own=read_outlet_rows(path))
