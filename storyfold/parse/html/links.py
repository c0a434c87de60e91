"""Find the links in an article's text: its sources and what it refers to, no menus and teasers."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.scan_records import Scan
from storyfold.schemas.links import TextLink
from storyfold.web.publishers import find_publisher
from storyfold.web.replays import find_represented_url

MAX_LINKS = 2_000  # looked at: 323 real pages have 160 on average
MAX_KEPT = 100  # of one article; the longest of 323 real pages has some 60 in its text
MAX_ANCHOR = 200  # characters; the longest of 1,378 in the texts of 323 real pages has 187, 99 of 100 have under 96
MORE_CHARS = 12  # letters a block has beyond its links, about three words; or else it is a teaser or a menu

_PLACE = ["first_block", "attributes_from", "text_from"]
_LINK = hash_name("a") & 0x7FFFFFFF  # as the scan keeps names
# The parser writes attributes in one form: a space, the name, the value in double quotation marks.
_ADDRESS = re.compile(rb"""(?:\s[^\s"'=<>]++(?:="[^"]*+")?)*?\shref="([^"]{1,8192})\"""")


class WrittenLink(NamedTuple):
    """A link as the page has it: its address, its words, and the number of its line in the text."""

    address: str
    anchor: str
    line: int


def find_written_links(scan: Scan, lines_of: Mapping[int, Sequence[int | None]]) -> list[WrittenLink]:
    """Return the links with words in these blocks, in the order of the page.

    `lines_of` has for each block the numbers that its lines have in the text, None of those that are not in it.
    """
    found = []
    links = scan.elements[scan.elements["tag"] == _LINK][:MAX_LINKS]
    links = links[(links["text_to"] > links["text_from"]) & (links["first_block"] < len(scan.blocks))]
    is_text = scan.blocks["chars"] - scan.blocks["linked_chars"] >= MORE_CHARS
    links = links[is_text[links["first_block"]]]
    ends = np.minimum(links["text_to"], scan.blocks["text_to"][links["first_block"]])
    markup, lines_end = (scan.markup.tobytes() if len(links) else b""), _LineEnds(scan)
    for (block, attributes_from, start), end in zip(links[_PLACE].tolist(), ends.tolist(), strict=True):
        lines = lines_of.get(block)
        if lines and (written := _ADDRESS.match(markup, attributes_from)):
            row = bisect_right(lines_end.list_ends(block), start) if len(lines) > 1 else 0
            line = lines[row] if row < len(lines) else None
            if line is not None:
                address = html.unescape(written[1].decode("utf-8", "replace"))
                found.append(WrittenLink(address, _read_anchor(scan, start, end), line))
    return found


class _LineEnds:
    """List where the lines of blocks end, of one block after another."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._block, self._ends = -1, [0]

    def list_ends(self, block: int) -> list[int]:
        """Return for each line of a block that is not blank the byte of `Scan.text` at which its last letter ends."""
        if block != self._block:
            end, self._block, self._ends = int(self._scan.blocks[block].text_from), block, []
            for raw in self._scan.block_text(block).splitlines(keepends=True):
                if words := raw.rstrip():
                    self._ends.append(end + len(words.encode("utf-8", "replace")))
                end += len(raw.encode("utf-8", "replace"))
        return self._ends


def _read_anchor(scan: Scan, start: int, end: int) -> str:
    """Return the text between these bytes, cut to `MAX_ANCHOR`; white space may stand before it."""
    end = min(end, start + 1 + 4 * MAX_ANCHOR)  # bytes that so many letters may need
    return " ".join(scan.text[start:end].tobytes().decode("utf-8", "ignore").split())[:MAX_ANCHOR].rstrip()


def read_links(written: Iterable[WrittenLink], url: str | None, base: str | None = None) -> tuple[TextLink, ...]:
    """Return the links with their canonical addresses, in their order, at most 100; replays in archives as their page.

    `url` is the page's own address: links to it are left out, and its publisher is the page's own. Relative addresses
    are read against `base`, else against `url`.
    """
    found: list[TextLink] = []
    own, own_publisher = find_represented_url(url), find_publisher(url)
    for link in written:
        if len(found) >= MAX_KEPT:
            break
        address = None if link.address.startswith("#") else find_represented_url(link.address, base or url)
        if address and address != own:
            publisher = find_publisher(address)
            is_internal = publisher == own_publisher if own_publisher else None
            found.append(
                TextLink(
                    line=link.line, address=address, anchor=link.anchor, publisher=publisher, is_internal=is_internal
                )
            )
    return tuple(found)


def list_addresses(links: Iterable[TextLink]) -> tuple[str, ...]:
    """Return the addresses, each once, in the order of the links."""
    return tuple(dict.fromkeys(link.address for link in links))
