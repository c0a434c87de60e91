"""Find the addresses that an article's text links to: its sources and what it refers to, no menus and teasers."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable

from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.scan_records import Scan
from storyfold.web.replays import find_represented_url

MAX_LINKS = 2_000  # looked at: 323 real pages have 160 on average
MAX_KEPT = 100  # of one article; the longest of 323 real pages has some 60 in its text
MORE_CHARS = 12  # letters a block has beyond its links, about three words; or else it is a teaser or a menu

_LINK = hash_name("a") & 0x7FFFFFFF  # as the scan keeps names
# The parser writes attributes in one form: a space, the name, the value in double quotation marks.
_ADDRESS = re.compile(rb"""(?:\s[^\s"'=<>]++(?:="[^"]*+")?)*?\shref="([^"]{1,8192})\"""")


def find_linked_addresses(scan: Scan, blocks: Collection[int]) -> list[str]:
    """Return the addresses, as written, of the links with words in these blocks, in the order of the page."""
    found = []
    links = scan.elements[scan.elements["tag"] == _LINK][:MAX_LINKS]
    links = links[(links["text_to"] > links["text_from"]) & (links["first_block"] < len(scan.blocks))]
    is_text = scan.blocks["chars"] - scan.blocks["linked_chars"] >= MORE_CHARS
    links = links[is_text[links["first_block"]]]
    markup = scan.markup.tobytes() if len(links) else b""
    for block, attributes_from in links[["first_block", "attributes_from"]].tolist():
        if block in blocks and (written := _ADDRESS.match(markup, attributes_from)):
            found.append(html.unescape(written[1].decode("utf-8", "replace")))
    return found


def list_links(written: Iterable[str], url: str | None, base: str | None = None) -> tuple[str, ...]:
    """Return the canonical addresses, each once, in their order, at most 100; replays in archives as what they show.

    `url` is the page's own address, which is left out; relative ones are read against `base`, else against it.
    """
    found: dict[str, None] = {}
    own = find_represented_url(url)
    for href in written:
        if len(found) >= MAX_KEPT:
            break
        address = None if href.startswith("#") else find_represented_url(href, base or url)
        if address and address != own:
            found[address] = None
    return tuple(found)
