"""Make pages that hurt a parser by size, depth or repetition, from a seed, always the same.

The functions' names are the names of the cases: `python -m benchmarks.fuzz_pages --only NAME`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from benchmarks.page_mutations import NAMES, PLACES, TEXT, make_run

MB = 1_000_000
COUNTS = (3_000, 30_000, 100_000)
# The limit on a page's bytes is 10 MiB: most of the large ones are to be parsed, not refused.
LARGE = (500_000, 2 * MB, 5 * MB, 9 * MB, 20 * MB)


def deep(random: Random) -> str:
    """100,000 elements in one another, of one name or of several."""
    names = random.choices(NAMES, k=random.choice((1, 1, 2, 6)))
    depth = random.choice((500, 1_900, 10_000, 100_000))
    opened = "".join(f"<{names[n % len(names)]}>" for n in range(depth))
    closed = "".join(f"</{names[n % len(names)]}>" for n in reversed(range(depth))) if random.random() < 0.5 else ""
    return make_page(opened + TEXT + closed)


def deep_and_wide(random: Random) -> str:
    """Depth that stays within any limit, again and again."""
    name, depth = random.choice(NAMES), random.choice((50, 300, 1_000))
    return make_page((f"<{name}>" * depth + TEXT + f"</{name}>" * depth) * (60_000 // depth))


def one_attribute(random: Random) -> str:
    value = "x" * random.choice(LARGE)
    return make_page(
        f'<div {random.choice(("class", "style", "data-x", "href", "content", "id"))}="{value}">{TEXT}</div>'
    )


def many_attributes(random: Random) -> str:
    count = random.choice(COUNTS)
    attributes = " ".join(f"a{n}={n}" if random.random() < 0.5 else f"b{n}" for n in range(count))
    return make_page(f"<{random.choice(('div', 'p', 'body', 'meta', 'a'))} {attributes}>{TEXT}</div>")


def many_classes(random: Random) -> str:
    classes = " ".join(f"article-body-{n}" for n in range(random.choice(COUNTS)))
    return make_page(f'<div class="{classes}">{make_paragraphs(5)}</div>' * random.choice((1, 3)))


def many_elements(random: Random) -> str:
    """Repeat one element: what is quadratic in paragraphs, links, headings or scripts shows itself."""
    element = random.choice(
        (
            "<p>{t}</p>",
            "<p>{n}</p>",
            "<br>",
            "<a href='/{n}'>{t}</a>",
            "<a href='https://example.com/2024/01/{n}'>Link {n} to a headline of another page</a> ",
            "<h1>{t}{n}</h1>",
            "<h2>Heading {n}</h2><p>{t}</p>",
            "<li>{n}",
            "<table><tr><td>",
            "<tr><td>{n}<td>{t}",
            "<div><div><p>{n}</div>",
            "<span>w{n} </span>",
            "<b><i>{n}</b></i>",
            "<p><b><i><u><a href=x>{n}",
            "<img src={n}.jpg alt='{t}'>",
            "<meta property='article:tag' content='{n}'>",
            "<meta property='article:published_time' content='2024-01-{n}'>",
            "<meta name=author content='Name {n}'>",
            "<link rel=canonical href='https://example.com/{n}'>",
            "<time datetime='2024-01-0{n}'>{n}</time>",
            "<p class=byline>By Name {n} and Other {n}</p>",
            "<span itemprop=author itemscope><span itemprop=name>N{n}</span></span>",
            "<script>var a{n} = 1;</script>",
            '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{n}"}}</script>',
            "<style>p{{}}</style>",
            "<!-- {n} -->",
            "<template><p>{t}</template>",
            "<svg><path d='M{n}'/></svg>",
            "<iframe src=x></iframe>",
            "<noscript><p>{t}</p></noscript>",
            "<select><option>{n}",
            "<form><input name=a{n}><button>{n}</button>",
            "&#{n};",
            "&notanentity{n};",
            "<blockquote><p>“{t}”</p></blockquote>",
            "<section><article><h1>{n}</h1><p>{t}</p></article></section>",
        )
    )
    count = min(random.choice(COUNTS), 4 * MB // len(element.format(n=0, t=TEXT)))
    return make_page("".join(element.format(n=number, t=TEXT) for number in range(count)) + make_paragraphs(3))


def one_line(random: Random) -> str:
    """Text without a break, as a dump or in one element."""
    text = (make_run(random, (1_000,)) + TEXT * 3) * (random.choice((MB, 5 * MB)) // 1_400)
    return random.choice((text, make_page(f"<p>{text}</p>"), f"Title\n\n{text}", make_page(f"<pre>{text}</pre>")))


def long_dump(random: Random) -> str:
    """Lines by the ten thousand: of one kind, or of several by chance."""
    lines = [
        "Ferry stays in port",
        TEXT.strip(),
        "By Ann Example",
        "3 March 2026",
        "Related",
        "Share this",
        "* Home",
        "1.",
        "",
        make_run(random, (300,)),
    ]
    kinds = random.choices(lines, k=random.choice((1, 2, 5)))
    return "\n".join(random.choice(kinds) for _ in range(random.choice((3_000, 30_000, 100_000))))


def large_run(random: Random) -> str:
    """Make megabytes of one unit, in an element that is read, or as the whole page."""
    text = make_run(random, (MB, 5 * MB))
    element = random.choice((*PLACES, "{}", "{}"))
    return element.replace("{0}", "{}").replace("{}", text, 1).replace("{}", "") + (
        make_page(make_paragraphs(3)) * (element != "{}")
    )


def nested_json(random: Random) -> str:
    """JSON-LD deeper, longer or stranger than any reader of it expects."""
    depth = random.choice((500, 5_000, 100_000))
    made = random.choice(
        (
            "[" * depth + "]" * depth,
            '{"author":' * depth + "1" + "}" * depth,
            '{"@graph":[' * depth,
            '{"headline": ' + "9" * depth + "}",
            '{"headline": -0.' + "1" * depth + "e" + "9" * 20 + "}",
            json.dumps({"@type": "NewsArticle", "articleBody": TEXT * depth}),
            json.dumps({"@type": "NewsArticle", "author": [{"name": f"Name {n}"} for n in range(depth)]}),
            json.dumps([{"@type": "NewsArticle", "headline": f"{n}", "@id": f"#{n}"} for n in range(depth)]),
            json.dumps({"@type": ["NewsArticle"] * depth, "keywords": ["k"] * depth, "headline": "H"}),
            '{"headline": "' + "\\u00e9" * depth + '"}',
            '{"headline": "' + "\\ud800" * 50 + '", "author": "\\udfff"}',
            "{" + ",".join(f'"k{n}": {n}' for n in range(depth)) + "}",
            "<!--" * depth,
        )
    )
    return make_page(f'<script type="application/ld+json">{made}</script>{make_paragraphs(3)}')


def entities(random: Random) -> str:
    """Make an XML bomb, and references that grow or never end."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "lol">{levels}]><html><body><p>&e11;</p>{TEXT * 5}'
    return random.choice(
        (bomb, make_page(f"<p>{'&amp;' * 200_000}"), make_page("<p>" + "&#" + "9" * 300_000), bomb * 100)
    )


def make_page(body: str) -> str:
    """Make a page with this in its body."""
    return f"<!doctype html><html><head><title>Ferry stays in port</title></head><body>{body}</body></html>"


def make_paragraphs(count: int) -> str:
    """Make some text that reads as an article's."""
    return f"<p>{TEXT * 3}</p>" * count


GROWN: dict[str, Callable[[Random], str]] = {
    grow.__name__: grow
    for grow in (
        deep,
        deep_and_wide,
        one_attribute,
        many_attributes,
        many_classes,
        many_elements,
        one_line,
        long_dump,
        large_run,
        nested_json,
        entities,
    )
}
