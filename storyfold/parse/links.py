"""The addresses that an article's text links to: its sources and what it refers to, without menus and teasers."""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold import addresses

MAX_LINKS = 2_000  # looked at: 323 real pages have 160 on average
MAX_KEPT = 100  # of one article; the longest of 323 real pages has some 60 in its text
MAX_READ = 2_000_000  # characters of blocks read: lists nest, and a block counts as often as links stand in it
BLOCK_ABOVE = 5  # elements between a link and its paragraph: emphasis, spans
MORE_WORDS = 3  # words a block has beyond its link, or else it is a teaser or a menu
KEY = 60  # characters at the head of a paragraph by which it is found in the body

_BLOCKS = frozenset({"p", "li", "blockquote", "td", "dd"})

Anchor = tuple[str, str, str]


def read_anchors(tree: LexborHTMLParser) -> list[Anchor]:
    """Address, words, and the head of the block around them, of each link that may stand in running text.

    To be read before the body is looked for, since that prunes the tree.
    """
    found: list[Anchor] = []
    read = 0
    # no selector with ancestors: on lists in lists it takes time in the square of their depth for each link
    for node in tree.css("a[href]")[:MAX_LINKS]:
        block = _block(node)
        if block is None or read > MAX_READ or _is_entry(node, block) or not (words := _folded(node.text())):
            continue
        around = block.text()
        read += len(around)
        around = _folded(around[: 20 * KEY + len(words)])
        if len(around.split()) >= len(words.split()) + MORE_WORDS:
            found.append((node.attributes.get("href") or "", words, around[:KEY]))
    return found


def _block(node: LexborNode) -> LexborNode | None:
    above = node.parent
    for _ in range(BLOCK_ABOVE):
        if above is None or above.tag in _BLOCKS:
            return above
        above = above.parent
    return None


def _is_entry(node: LexborNode, block: LexborNode) -> bool:
    """Whether a list's entry is nothing but the link."""
    return block.tag == "li" and node.prev is None and node.next is None


def _folded(text: str) -> str:
    return " ".join(text.split())


def links_of(anchors: Sequence[Anchor], body: str, url: str | None) -> tuple[str, ...]:
    """The canonical addresses of the links whose paragraph is in the body, each once, in its order, at most 100.

    `url` is the page's own address, against which relative ones are read, and which is left out itself.
    """
    text = _folded(body) if anchors else ""
    firsts = set(text.split())
    found: dict[str, None] = {}
    own = addresses.canonical_url(url)
    for href, words, around in anchors:
        if len(found) >= MAX_KEPT:
            break
        if href.startswith("#") or around.split(" ", 1)[0] not in firsts:
            continue
        if words not in text or around not in text:
            continue
        address = addresses.canonical_url(href, url)
        if address and address != own:
            found[address] = None
    return tuple(found)
