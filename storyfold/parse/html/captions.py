"""Find what a page says beneath its lead image: in the figure that shows it, or of it in JSON-LD.

The parser's tree has no addresses of images (`clean_markup` leaves them out), so figures are found in the markup
itself, and only the few bytes of a caption are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from storyfold.parse.html.json_ld import Node, get_text, list_types

MAX_CAPTION = 500  # characters; the longest of 120 on 323 real pages has 300
MAX_FIGURES = 20  # with a caption that are looked at; 78 of 85 found captions stand in the page's first figure
MAX_FIGURE = 50_000  # bytes of a figure before its caption: images come in many sizes, each with its address
MAX_MARKUP = 5_000  # bytes of a caption with its markup
MAX_IMAGES = 20  # of JSON-LD that are read
# Characters of a file's name, and of a folder's that is a name too, by which an image is known at another size: shorter
# ones are `image.jpg`, `02.jpeg`, `uploads`.
FILE_NAME = 6
FOLDER_NAME = 16

_ENDING = re.compile(r"\.[a-zA-Z]{2,5}$")
# What is added to a file's name for a size or a purpose: `-1200x630`, `_w1200`, `-scaled`, `-facebookJumbo`.
_SIZE = re.compile(r"(?:[-_](?:\d{2,4}x\d{2,4}|w?\d{3,4}|scaled|[a-z]|facebookJumbo|social))+$")
_DIGIT = re.compile(r"\d")
_TAG = re.compile(r"<[^<>]{0,200}>")


def find_printed_caption(markup: bytes, image: str | None) -> str | None:
    """Return the caption of the first figure in a page in UTF-8 that shows this image, at whatever size."""
    names: list[bytes] | None = None
    for figure, caption in _list_figures(markup) if image else ():
        names = _list_names(image) if names is None and image else names
        if any(name in figure for name in names or ()) and (text := _read_caption(caption)):
            return text
    return None


def read_image_caption(about: Sequence[Node], nodes: Iterable[Node]) -> str | None:
    """Return what JSON-LD says of the image of an article: its caption, else its description."""
    images = [image for node in about for image in _list_images(node)]
    referenced = {image["@id"] for image in images if isinstance(image.get("@id"), str)}
    if referenced:
        images += [n for n in nodes if n.get("@id") in referenced and "imageobject" in list_types(n)]
    texts = (get_text(image.get(key)) for image in images for key in ("caption", "description"))
    return next((cleaned for text in texts if text and (cleaned := " ".join(_TAG.sub(" ", text).split()))), None)


def _list_images(node: Node) -> list[Node]:
    image = node.get("image")
    images = image[:1] if isinstance(image, list) else [image]  # the first is the lead image, as in `metadata`
    return [one for one in images if isinstance(one, dict)]


def _list_names(image: str) -> list[bytes]:
    """List the names by which an image is known again: of its file, and of folders that can be no others'."""
    path = unquote(image.partition("?")[0].partition("#")[0]).partition("://")[2]
    *folders, file = [unquote(part) for part in re.split("[/,]", path) if part][1:] or [""]
    names = [_SIZE.sub("", _ENDING.sub("", file))] if len(file) <= MAX_CAPTION else []
    names = [name for name in names if len(name) >= FILE_NAME]
    names += [name for name in folders[-MAX_IMAGES:] if len(name) >= FOLDER_NAME and _DIGIT.search(name)]
    return [name.encode("utf-8", "replace") for name in names]


def _list_figures(markup: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each figure with a caption, from its start tag to its end, and the caption with its tags."""
    end = 0
    for _ in range(MAX_FIGURES):
        start = markup.find(b"<figcaption", end)
        if start < 0:
            return
        end = start + len(b"<figcaption")
        after = markup.find(b"</figcaption", start, start + MAX_MARKUP)
        begin = markup.rfind(b"<figure", max(0, start - MAX_FIGURE), start)
        closed = markup.rfind(b"</figure", max(0, begin), start)
        if after < 0 or begin < 0 or closed > begin or markup.find(b"<figcaption", end, after) > 0:
            continue  # within a script, say, whose text has no such end tags
        close = markup.find(b"</figure", after, after + MAX_FIGURE)
        yield markup[begin : close if close > 0 else after], markup[start:after]


def _read_caption(markup: bytes) -> str:
    tree = LexborHTMLParser(markup.decode("utf-8", "replace"))
    tree.strip_tags(["script", "style", "noscript", "template"])
    text = tree.body.text(separator=" ") if tree.body else ""
    return " ".join(text.split())[:MAX_CAPTION].rstrip()
