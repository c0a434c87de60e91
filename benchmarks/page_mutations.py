"""Change pages as an enemy, a bad proxy or a careless hand would: from a page and a seed, always the same.

The functions' names are the names of the cases: `python -m benchmarks.fuzz_pages --only NAME`.

`MUTATIONS` break a page that is there; `GROWN` (`benchmarks.grown_pages`) hurt a parser by size, depth or repetition.
Sizes are drawn so that most pages are small: what takes time in the square of its size shows itself at 100 kB already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes], bytes]
Grown = Callable[[Random], str]

_TAG = re.compile(rb"<[^<>]{1,2000}>")
_ATTRIBUTE = re.compile(rb"""([\w-]{1,40}=)(["'])[^"'<>]{0,500}["']""")
_JSON_LD = re.compile(rb"""(<script[^<>]{0,200}ld\+json[^<>]{0,200}>)(.*?)(</script>)""", re.DOTALL | re.IGNORECASE)

TEXT = "The harbour office said on Tuesday that the ferry to Skerrin would stay in port until the storm had passed. "
NAMES = "div span p b i a ul li table tr td section article svg g math template select form font h1 blockquote".split()
# What expressions for dates, names, white space, addresses and entities begin with, so that they begin often.
UNITS = (
    *" \t\n\r0,.-_=<>&\"'/\\[{(|@#%;:*A1",
    "a ",
    "By ",
    "by John ",
    "By JANE DOE and ",
    "2024-01-01 ",
    "1/2/",
    "12:30 ",
    "Jan ",
    "January 3, 2024, ",
    "3. März 2024 ",
    "2024年1月",
    "Updated ",
    "Photo: ",
    "(Reuters) - ",
    "BEIJING (AP) — ",
    "Mr. ",
    "“",
    "’s ",
    " | ",
    " - ",
    "http://",
    "a@b.",
    "&amp;",
    "&#x41;",
    "&#9999999999;",
    "&lt",
    "<!--",
    "<![CDATA[",
    "</",
    "</a ",
    "<a x='",
    "<p>",
    "<br>",
    "\u00a0",
    "\u200b",
    "\u0301",
    "\u202e",
    "é",
    "中",
    "。",
    "\U0001f600",
    "T00:00:00+00:00",
    "9" * 400 + " ",
)
# Where text of a page meets our expressions; `{}` is the text.
PLACES = (
    "<title>{}</title>",
    '<meta property="og:title" content="{}">',
    '<meta property="article:published_time" content="{}">',
    '<meta name="author" content="{}">',
    '<meta name="description" content="{}">',
    '<link rel="canonical" href="{}">',
    '<link rel="canonical" href="https://example.com/{}">',
    '<meta property="og:url" content="https://example.com/2024/01/{}">',
    '<html lang="{}">',
    "<h1>{}</h1>",
    '<p class="byline">{}</p>',
    '<a rel="author" href="/x">{}</a>',
    '<span itemprop="author">{}</span>',
    '<time datetime="{0}">{0}</time>',
    '<div class="{}">',
    '<p id="x" {}>',
    "<p>{}</p>",
    "<!-- {} -->",
    "<script>{}</script>",
    "<style>{}</style>",
    "<noscript>{}</noscript>",
    '<script type="application/ld+json">{}</script>',
)
LD_KEYS = "headline author datePublished dateModified articleBody publisher keywords image inLanguage @type url".split()


def truncate(random: Random, page: bytes) -> bytes:
    return page[: random.randrange(len(page) + 1)]


def flip_bytes(random: Random, page: bytes) -> bytes:
    broken = bytearray(page)
    for _ in range(random.choice((1, 10, 100, 1_000)) if broken else 0):
        broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)


def flip_bits(random: Random, page: bytes) -> bytes:
    broken = bytearray(page)
    for _ in range(random.choice((1, 10, 100)) if broken else 0):
        broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def cut_out(random: Random, page: bytes) -> bytes:
    start, stop = _choose_span(random, page)
    return page[:start] + page[stop:]


def repeat_span(random: Random, page: bytes) -> bytes:
    start, stop = _choose_span(random, page)
    return page[:start] + page[start:stop] * random.choice((2, 10, 50)) + page[stop:]


def put_noise(random: Random, page: bytes) -> bytes:
    at = random.randrange(len(page) + 1)
    return page[:at] + random.randbytes(random.choice((1, 20, 2_000))) + page[at:]


def put_nuls(random: Random, page: bytes) -> bytes:
    every = random.choice((2, 50, 1_000))
    return b"\0".join(page[at : at + every] for at in range(0, len(page), every))


def leave_unclosed(random: Random, page: bytes) -> bytes:
    share = random.random()
    return _TAG.sub(lambda tag: b"" if tag[0][1:2] == b"/" and random.random() < share else tag[0], page)


def leave_unopened(random: Random, page: bytes) -> bytes:
    share = random.random()
    return _TAG.sub(lambda tag: b"" if tag[0][1:2] != b"/" and random.random() < share else tag[0], page)


def double_tags(random: Random, page: bytes) -> bytes:
    times = random.choice((2, 3, 20))
    return _TAG.sub(lambda tag: tag[0] * times if random.random() < 0.2 else tag[0], page)


def shuffle_tags(random: Random, page: bytes) -> bytes:
    tags = _TAG.findall(page)
    random.shuffle(tags)
    return _TAG.sub(lambda _: tags.pop(), page)


def swap_names(random: Random, page: bytes) -> bytes:
    names = [random.choice(NAMES).encode() for _ in range(5)]
    return re.sub(rb"(</?)(?:p|div|article|section|body|h1)\b", lambda m: m[1] + random.choice(names), page)


def drop_marks(random: Random, page: bytes) -> bytes:
    mark = random.choice(b"<>\"'=/;&")
    return bytes(byte for byte in page if byte != mark or random.random() < 0.7)


def spoil_attributes(random: Random, page: bytes) -> bytes:
    def spoilt(found: re.Match[bytes]) -> bytes:
        if random.random() > 0.3:
            return found[0]
        unit = random.choice(UNITS).encode()
        return found[1] + random.choice((b'"', b"'", b"")) + unit * random.choice((0, 1, 30)) + found[2]

    return _ATTRIBUTE.sub(spoilt, page)


def spoil_json_ld(random: Random, page: bytes) -> bytes:
    def spoilt(found: re.Match[bytes]) -> bytes:
        return found[1] + random.choice((truncate, flip_bytes, cut_out, drop_marks))(random, found[2]) + found[3]

    return _JSON_LD.sub(spoilt, page)


def strange_json_ld(random: Random, page: bytes) -> bytes:
    """Our own JSON-LD before the page: the right keys with values of any type."""
    graph = [
        {key: _choose_strange_value(random) for key in random.sample(LD_KEYS, 6)} | {"@type": "NewsArticle"}
        for _ in range(3)
    ]
    data = json.dumps(graph if random.random() < 0.5 else {"@context": "x", "@graph": graph})
    return b'<script type="application/ld+json">' + data.encode() + b"</script>" + page


def strange_values(random: Random, page: bytes) -> bytes:
    """Put values that nobody expects into the elements that metadata is read from."""
    values = [str(_choose_strange_value(random)).replace("{", "").replace("<", "") for _ in range(4)]
    made = "".join(random.choice(PLACES).format(value) for value in values)
    return made.encode("utf-8", "surrogatepass") + page


def wrong_charset(random: Random, page: bytes) -> bytes:
    wrong = random.choice(("utf-16", "utf-7", "shift_jis", "iso-2022-jp", "hz", "cp037", "x-none", "big5", "utf-32"))
    return b'<meta charset="' + wrong.encode() + b'">' + page


def other_encoding(random: Random, page: bytes) -> bytes:
    name = random.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "shift_jis", "gb18030", "utf-8-sig", "koi8-r"))
    return page.decode("utf-8", "replace").encode(name, "replace")


def mixed_bytes(random: Random, page: bytes) -> bytes:
    half = random.randrange(len(page) + 1)
    marks = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80")
    return page[:half] + random.choice(marks) + page[half:].decode("utf-8", "replace").encode("cp1252", "replace")


def twice(random: Random, page: bytes) -> bytes:
    return page + page[random.randrange(len(page) + 1) :]


def open_raw(random: Random, page: bytes) -> bytes:
    at = random.randrange(len(page) + 1)
    opened = "plaintext script style textarea title xmp noscript template svg math select frameset !--".split()
    return page[:at] + b"<" + random.choice(opened).encode() + b">" + page[at:]


def long_run(random: Random, page: bytes) -> bytes:
    """Repeat one unit in an element that expressions of ours read."""
    made = random.choice(PLACES).replace("{0}", "{}").replace("{}", make_run(random)).encode("utf-8", "surrogatepass")
    return made + page if random.random() < 0.7 else page[: len(page) // 2] + made + page[len(page) // 2 :]


def make_run(random: Random, sizes: tuple[int, ...] = (300, 3_000, 30_000, 300_000)) -> str:
    """Make so many characters of one unit, of two in turn, or of several by chance."""
    size = random.choice(sizes)
    units = random.choices(UNITS, k=random.choice((1, 1, 2, 5)))
    if len(units) < 5:
        return ("".join(units) * size)[:size]
    return "".join(random.choices(units, k=size // 4))[:size]


def _choose_span(random: Random, page: bytes) -> tuple[int, int]:
    start, stop = sorted((random.randrange(len(page) + 1), random.randrange(len(page) + 1)))
    return start, stop


def _choose_strange_value(random: Random) -> object:
    values: tuple[object, ...] = (
        None,
        True,
        -1,
        10**400,
        1e308,
        "",
        "\ud800",
        "\0",
        "0000-00-00T99:99:99Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2024-02-30",
        "20240101T000000",
        "1700000000000000000",
        "٢٠٢٤-٠١-٠١",
        "http://[::1",
        "http://a:99999999/",
        "//",
        "https://xn--/",
        "https://" + "a." * 300,
        "javascript:alert(1)",
        {"@value": {"@value": []}},
        {"name": {"name": {"name": ["x", None, {"name": 3}]}}},
        [[[[["deep"]]]]],
        ["By A", {"name": "B"}, 7],
        [{"@type": ["Person", None], "name": "N"}] * 500,
        {"@id": "#self", "author": {"@id": "#self"}},
        random.choice(UNITS) * 200,
    )
    return random.choice(values)


MUTATIONS: dict[str, Mutation] = {
    change.__name__: change
    for change in (
        truncate,
        flip_bytes,
        flip_bits,
        cut_out,
        repeat_span,
        put_noise,
        put_nuls,
        leave_unclosed,
        leave_unopened,
        double_tags,
        shuffle_tags,
        swap_names,
        drop_marks,
        spoil_attributes,
        spoil_json_ld,
        strange_json_ld,
        strange_values,
        wrong_charset,
        other_encoding,
        mixed_bytes,
        twice,
        open_raw,
        long_run,
    )
}
