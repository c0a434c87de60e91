"""Choose the credits that name a page's writers: those stated for machines, or those printed for readers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from storyfold.credits.bylines import read_credit
from storyfold.parse.html.elements import BYLINE_MARKS
from storyfold.parse.html.json_ld import Node, get_text, list_names
from storyfold.text.normalize import normalize_words

_BY = re.compile(r"(?:by|von|par|por|di|door|av|af|text|texte|texto|from)\b:?\s+\S", re.IGNORECASE)
_ADDRESS = ("http", "www.", "@", "/")
# The name that a content system gives the account under which everything is posted.
_HOUSE_ACCOUNT = re.compile(r"/author/(?:admin|administrator|editor|webmaster|redaktion|redaccion|newsroom)/?$", re.I)


def choose_credits(
    about: Sequence[Node],
    nodes: Sequence[Node],
    tagged: Sequence[str],
    bylines: Mapping[str, Sequence[str]],
    sites: Sequence[str],
) -> tuple[str, ...]:
    """Return the first credits that name a person, of JSON-LD, meta tags and a printed "By ..."; else the first at all.

    Many sites give machines only their own name and print the writer's.
    """
    stated = next((names for node in about[:3] if (names := _list_writers(node, nodes))), [])
    tagged = [value for value in tagged if not value.lower().startswith(_ADDRESS)]
    printed = [text for mark in BYLINE_MARKS for text in bylines.get(mark, ())]
    by = [[text] for text in printed if _BY.match(text)]
    groups = [tuple(dict.fromkeys(group)) for group in (stated, tagged, *by) if group]
    named = next((group for group in groups if is_person(group, sites)), None)
    return named or next(iter(groups), tuple(printed[:1]))


def _list_writers(node: Node, nodes: Sequence[Node]) -> list[str]:
    return list_names(_list_items(node), nodes)


def list_house_names(about: Sequence[Node], nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return the names of the account under which the outlet posts everything, where that is given as the writer."""
    items = [item for node in about[:3] for item in _list_items(node) if _is_house_account(item, nodes)]
    return tuple(dict.fromkeys(list_names(items, nodes)))


def _list_items(node: Node) -> list[object]:
    value = node.get("author") or node.get("creator")
    return value if isinstance(value, list) else [value]


def _is_house_account(item: object, nodes: Sequence[Node]) -> bool:
    if not isinstance(item, dict):
        return False
    full = next((n for n in nodes if n.get("@id") == item.get("@id") and "url" in n), item)
    address = get_text(full.get("url")) or get_text(item.get("@id")) or ""
    return bool(_HOUSE_ACCOUNT.search(address))


def is_person(credit: Sequence[str], sites: Sequence[str]) -> bool:
    """Say whether the credits name a person; after the site's own name come its cities ("Bugle, Barrow")."""
    _, bylines = read_credit(credit, outlet=sites[0] if sites else None)
    own = set(map(normalize_words, sites))
    if bylines and (bylines[0].kind == "staff" or normalize_words(bylines[0].name) in own) and len(credit) == 1:
        return False
    return any(b.kind == "person" and normalize_words(b.name) not in own for b in bylines)
