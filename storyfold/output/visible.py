r"""Make text from pages safe for a terminal: what would move the cursor, colour it or turn its direction is spelt out.

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
INVISIBLE = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
# The controls of ASCII and Latin-1, and halves of surrogate pairs, which no terminal can be sent.
CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff"
_HIDDEN_CHARACTER = re.compile(f"[{CONTROLS}{INVISIBLE}]")
_HIDDEN_IN_LINES = re.compile(f"(?![\\t\\n])[{CONTROLS}{INVISIBLE}]")
_SPACES = re.compile(f"[{CONTROLS}\u2028\u2029]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
MOST_CHARACTERS = (
    20_000  # characters of a text that is shown in a line: enough, however many marks stand on its letters
)
# Marks on one letter: pointed and accented Hebrew has up to four; thousands of them paint over their neighbours.
MOST_MARKS = 4


def make_visible(text: str) -> str:
    """Spell out every control and direction mark of a text, line breaks and tabs among them."""
    return _HIDDEN_CHARACTER.sub(_spell_out, text)


def make_lines_visible(text: str) -> str:
    """Spell out every control and direction mark of a text of several lines, whose breaks and tabs stay."""
    return _HIDDEN_IN_LINES.sub(_spell_out, text)


def _spell_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def limit_marks(text: str) -> str:
    """Cut the combining marks on a letter to at most four."""
    if text.isascii():
        return text
    kept = []
    for is_mark, run in groupby(text, lambda c: unicodedata.category(c) in ("Mn", "Me")):
        kept.append("".join(run)[: MOST_MARKS if is_mark else None])
    return "".join(kept)


def strip_marks(text: str | None, limit: int = 200) -> str:
    """Return one line for a page of at most `limit` characters, without control or direction characters; '' for None.

    The page itself keeps each text's direction to the text.
    """
    seen = _INVISIBLE.sub("", _SPACES.sub(" ", limit_marks((text or "")[: max(limit, MOST_CHARACTERS)])))
    return shorten(" ".join(seen.split()), limit)


def shorten(line: str, limit: int) -> str:
    """Shorten a line to at most `limit` characters, with an ellipsis where something is left out."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


class VisibleFormatter(logging.Formatter):
    """Formats log lines so that a page's or a file's name cannot control the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a line as `logging` does, with control and direction marks spelt out."""
        return make_lines_visible(super().format(record))
