"""Words of a text with spelling folded away, for asking whether two texts are the same."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """The words alone, in lower case, one space apart: what two spellings of one text share."""
    return " ".join(_WORD.findall(text.casefold()))
