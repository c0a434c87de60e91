"""Find the links in an article's text: its sources and what it refers to, no menus and teasers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.scan_records import Scan
from storyfold.parse.html.scan_text import BLANK
from storyfold.schemas.links import TextLink
from storyfold.web.publishers import find_publisher
from storyfold.web.replays import find_represented_url

MAX_LINKS = 2_000  # looked at: 323 real pages have 160 on average
MAX_KEPT = 100  # of one article; the longest of 323 real pages has some 60 in its text
MAX_ANCHOR = 200  # characters; the longest of 1,378 in the texts of 323 real pages has 187, 99 of 100 have under 96
MORE_CHARS = 12  # letters a block has beyond its links, about three words; or else it is a teaser or a menu

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
    markup = scan.markup.tobytes() if len(links) else b""
    for block, attributes_from, start, end in links[
        ["first_block", "attributes_from", "text_from", "text_to"]
    ].tolist():
        lines = lines_of.get(block)
        if lines and (written := _ADDRESS.match(markup, attributes_from)):
            text_from = start + int(scan.text[start] <= BLANK)  # the white space before it is written within it
            line = lines[0] if len(lines) == 1 else _find_line(scan, block, text_from, lines)
            if line is not None:
                address = html.unescape(written[1].decode("utf-8", "replace"))
                found.append(WrittenLink(address, _read_anchor(scan, block, text_from, end), line))
    return found


def _find_line(scan: Scan, block: int, text_from: int, lines: Sequence[int | None]) -> int | None:
    """Return the number of the line of a block of several in which the text stands that begins at this byte."""
    before = scan.text[scan.blocks[block].text_from : text_from].tobytes().decode("utf-8", "replace")
    # lines that are blank count for none; with something after it, the one that the link is in counts too
    row = sum(bool(raw.split()) for raw in f"{before}.".splitlines()) - 1
    return lines[row] if row < len(lines) else None


def _read_anchor(scan: Scan, block: int, text_from: int, text_to: int) -> str:
    """Return the text between these bytes, as far as it stands in this block, cut to `MAX_ANCHOR`."""
    end = min(text_to, scan.blocks[block].text_to, text_from + 4 * MAX_ANCHOR)  # bytes that so many letters may need
    return " ".join(scan.text[text_from:end].tobytes().decode("utf-8", "ignore").split())[:MAX_ANCHOR].rstrip()


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
