"""Read JSON-LD as publishers write it, which is often not quite JSON."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

MAX_SCRIPTS = 50  # real pages have at most about a dozen
MAX_SCRIPT_CHARS = 2_000_000
MAX_NODES = 5_000
MAX_DEPTH = 30
MAX_TEXT = 500  # characters of a name or a date; longer text is no such thing

ARTICLE_TYPES = frozenset(
    "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle "
    "reviewnewsarticle asknewsarticle satiricalarticle advertisercontentarticle blogposting liveblogposting "
    "scholarlyarticle techarticle report socialmediaposting review claimreview".split()
)
PAGE_TYPES = frozenset("webpage itempage medicalwebpage creativework videoobject recipe".split())

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s{0,1000}[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_BAD_ESCAPE = re.compile(r'\\(?![\\"/bfnrtu])')

Node = dict[str, Any]


def read_json_ld(scripts: Iterable[str]) -> list[Node]:
    """Return every object in the scripts that has a type, outermost first. Broken scripts are mended or left out.

    Mended are: HTML comments and CDATA around it, line ends inside texts, commas before a closing bracket, stray
    backslashes, and text after the first value. At most `MAX_NODES` objects, `MAX_DEPTH` deep, are read.
    """
    nodes: list[Node] = []
    for number, script in enumerate(scripts):
        if number >= MAX_SCRIPTS or len(nodes) >= MAX_NODES:
            break
        nodes += _list_typed_nodes(_load_script(script), MAX_NODES - len(nodes))
    return nodes


def _load_script(script: str) -> Any:
    text = script.strip()[:MAX_SCRIPT_CHARS]
    for attempt in (lambda t: t, _mend, lambda t: html.unescape(_mend(t))):
        try:
            return orjson.loads(attempt(text).encode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            continue
    return None


def _mend(text: str) -> str:
    text = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip().rstrip(";")
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub("", _CONTROL.sub(" ", text)))


def _list_typed_nodes(document: Any, limit: int) -> list[Node]:
    """Return the objects with a type, breadth first, so that the page's own article comes before what it mentions."""
    found: list[Node] = []
    level = [document]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                if "@type" in value:
                    found.append(value)
                below += [v for v in value.values() if isinstance(v, dict | list)]
            elif isinstance(value, list):
                below += [v for v in value if isinstance(v, dict | list)]
            if len(found) >= limit or len(below) > MAX_NODES:
                return found[:limit]
        level = below
    return found


def list_types(node: Node) -> set[str]:
    """Return the node's types in lower case, without the vocabulary's address."""
    return {t.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for t in _list_strings(node.get("@type"))}


def list_articles(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes that describe an article; where there are none, those that describe the page."""
    nodes = list(nodes)
    return [n for n in nodes if list_types(n) & ARTICLE_TYPES] or [n for n in nodes if list_types(n) & PAGE_TYPES]


def get_text(value: Any) -> str | None:
    """Return a short text from a text, a number, or the first such of a list; entities resolved, white space folded."""
    for item in value if isinstance(value, list) else [value]:
        plain = (item.get("@value") or item.get("name")) if isinstance(item, dict) else item
        if isinstance(plain, str | int) and not isinstance(plain, bool):
            text = " ".join(html.unescape(html.unescape(str(plain)))[: 10 * MAX_TEXT].split())
            if text:
                return text[:MAX_TEXT]
    return None


def list_names(value: Any, nodes: Iterable[Node] = ()) -> list[str]:
    """Return the names of persons or organisations: texts, objects with `name`, references by `@id`, or lists."""
    names: list[str] = []
    for item in _flatten(value)[:100]:
        if isinstance(item, dict):
            target = item if "name" in item else _find_referenced(item.get("@id"), nodes)
            names += [n for n in map(get_text, _make_list(target.get("name"))) if n]
        elif isinstance(item, str) and (name := get_text(item)):
            names.append(name)
    return names


def _find_referenced(identifier: Any, nodes: Iterable[Node]) -> Node:
    if not isinstance(identifier, str):
        return {}
    return next((n for n in nodes if n.get("@id") == identifier and "name" in n), {})


def _flatten(value: Any) -> list[Any]:
    """Return the items of a list, and of the lists directly in it."""
    return [inner for item in _make_list(value)[:100] for inner in (item if isinstance(item, list) else [item])]


def _make_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _list_strings(value: Any) -> Iterator[str]:
    for item in _make_list(value):
        if isinstance(item, str):
            yield item
