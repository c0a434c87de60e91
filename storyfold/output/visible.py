r"""Text from pages for a terminal: what would move the cursor, colour it or turn the direction of reading is shown.

A title may hold an escape byte, with which it could rewrite what stands on the screen, or a direction mark, with which
a name reads as another (Unicode UAX #9, and UTR #36 on spoofing). Both stand as `\u001b` and `\u202e`: the
spelling that JSON has for them, so that a line of JSON stays one.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from itertools import groupby

# Direction marks, line and paragraph separators, the byte order mark, annotation marks, and the tags that draw nothing.
UNSEEN = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
# The controls of ASCII and Latin-1, and halves of surrogate pairs, which no terminal can be sent.
CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
_HIDDEN = re.compile(f"[{CONTROLS}{UNSEEN}]")
_HIDDEN_IN_LINES = re.compile(f"(?![\\t\\n])[{CONTROLS}{UNSEEN}]")
_SPACES = re.compile(f"[{CONTROLS}\u2028\u2029]")
_DRAWN = re.compile(f"[{UNSEEN}]")
WALKED = 20_000  # characters of a text that is shown in a line: enough, however many marks stand on its letters
# Marks on one letter: pointed and accented Hebrew has up to four; thousands of them paint over their neighbours.
MARKS = 4


def make_visible(text: str) -> str:
    """The text with every control and direction mark spelt out, line breaks and tabs among them."""
    return _HIDDEN.sub(_spelt, text)


def make_lines_visible(text: str) -> str:
    """The same for text of several lines: breaks and tabs stay."""
    return _HIDDEN_IN_LINES.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def limit_marks(text: str) -> str:
    """The text with at most four combining marks on a letter."""
    if text.isascii():
        return text
    kept = []
    for is_mark, run in groupby(text, lambda c: unicodedata.category(c) in ("Mn", "Me")):
        kept.append("".join(run)[: MARKS if is_mark else None])
    return "".join(kept)


def strip_marks(text: str | None, limit: int = 200) -> str:
    """One line for a page of at most `limit` characters, without control or direction characters; '' for None.

    The page itself keeps each text's direction to the text.
    """
    seen = _DRAWN.sub("", _SPACES.sub(" ", limit_marks((text or "")[: max(limit, WALKED)])))
    return shorten(" ".join(seen.split()), limit)


def shorten(line: str, limit: int) -> str:
    """A line of at most `limit` characters, with an ellipsis where something is left out."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class VisibleFormatter(logging.Formatter):
    """Log lines in which a page's or a file's name cannot steer the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as `logging` makes it, spelt out."""
        return make_lines_visible(super().format(record))
