"""Read what a page prints around its headline for readers: the line with the date, and that with the writer's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold.credits.bylines import read_credit
from storyfold.dates.claims import read_claim
from storyfold.dates.days import find_named_days
from storyfold.dates.read import remove_times
from storyfold.parse.html.writers import is_person
from storyfold.schemas.pages import DateClaim
from storyfold.text.normalize import count_words, normalize_words

MAX_NODES = 40_000  # pieces of text and elements that are read; real pages have below 10,000
MAX_LINES = 400  # lines kept
LINE_CHARS = 160  # a line with a date or a name; longer ones are text
BODY_WORDS = 25  # a line of more words is running text: the head of the article is over
LINES_BEFORE = 6  # lines above the headline where a date may stand
MIN_TITLE_SHARE = 0.6  # of the title that a headline without its appended site name has
LINES_AFTER = 40  # lines between headline and second paragraph: standfirst, writer, date, buttons, captions
MAX_CLAIMS = 4  # dates of one position: published, changed, and each again in other words
MAX_OTHER_WORDS = 5  # words other than the date: weekday, city, section, "5 min read"; captions have more
MAX_NAME_WORDS = 4  # of a line that is nothing but a name

_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table td th tr ul time".split()
)
_SKIPPED = frozenset("script style noscript template svg iframe select button title head".split())
_APART = frozenset("nav footer aside figcaption form".split())  # where dates and names are not the article's
_PUBLISHED = re.compile(
    r"\b(?:publi\w*|posted|created|first published|date|datum|erschienen|erstellt|veröffentlicht|fecha|creado|data|"
    r"pubblicat\w*|geplaatst|publicer\w*|opublikowan\w*|yayın\w*|diterbitkan|опубликован\w*)\b",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:updated?|modified|edited|aktualisiert\w*|geändert|stand|mis à jour|modifié|maj|actualizad[oa]|modificad[oa]|"
    r"aggiornat\w*|atualizad[oa]|bijgewerkt|oppdatert|uppdaterad|opdateret|zaktualizowan\w*|güncelle\w*|обновлен\w*|"
    r"reviewed|accessed|retrieved)\b",
    re.IGNORECASE,
)
_NO_DATE = re.compile(r"©|copyright|all rights|\bexpires?\b|\bvalid\b", re.IGNORECASE)
_TITLE_PART = re.compile(r"\s[|–—-]\s|,\s")
_WRITER_LABEL = re.compile(
    r"(?:by|von|par|por|di|door|av|af|text|texte|texto|author|authors|autor|autorin|autoren|autorin/autor|auteur|autore|"
    r"autora|reporter|writer|written by|reported by|penulis|yazar|автор|автори|skribent|journalist|journaliste)"
    r"(?:\s*:|\s+|$)",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*[/|&,]\s*|\s+(?:and|und|et|y|e|og|och|en|i)\s+")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’.-]*$")


Surroundings = tuple[int | None, bool, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, and the pieces of text that it is made of."""

    text: str
    parts: tuple[str, ...]
    linked: bool
    is_near: bool = False  # in the head of the article, below its headline
    is_above: bool = False  # shortly above the headline
    is_early: bool = False  # between headline and first paragraph
    is_last: bool = False  # right above the first paragraph


def read_printed_lines(tree: LexborHTMLParser, title: str | None, *, head_only: bool = False) -> list[Line]:
    """Return the page's short lines in order, without those in its navigation; those around the headline are marked.

    The head ends with the second paragraph: the first may be the standfirst. With `head_only` reading ends there too.
    """
    lines = list(_read_to_second_paragraph(_list_lines(tree), title) if head_only else _list_lines(tree))
    start = _find_headline(lines, title)
    kept: list[Line] = []
    paragraphs = 0
    for number, (parts, linked) in enumerate(lines):
        after_start = start < number <= start + LINES_AFTER
        long = _is_long(parts)
        paragraphs += after_start and long
        text = " ".join(parts)
        if long or len(text) > LINE_CHARS or len(kept) >= MAX_LINES:
            continue
        near, early = after_start and paragraphs < 2, after_start and paragraphs == 0
        last = early and number + 1 < len(lines) and _is_long(lines[number + 1][0])
        kept.append(Line(text, parts, linked, near, start - LINES_BEFORE <= number < start, early, last))
    return kept


def _read_to_second_paragraph(
    lines: Iterator[tuple[tuple[str, ...], bool]], title: str | None
) -> Iterator[tuple[tuple[str, ...], bool]]:
    paragraphs: int | None = None  # since the headline; None before it
    for parts, linked in lines:
        yield parts, linked
        if paragraphs is None:
            paragraphs = 0 if not linked and _find_headline([(parts, linked)], title) == 0 else None
        else:
            paragraphs += _is_long(parts)
            if paragraphs == 2:
                return


def _find_headline(lines: Sequence[tuple[tuple[str, ...], bool]], title: str | None) -> int:
    """Return which line is the headline: the first not linked, as in a breadcrumb; past the end where none is."""
    wanted = normalize_words(title or "")
    shortest, longest = int(MIN_TITLE_SHARE * len(title or "")), 2 * len(title or "")
    found = len(lines)
    for number, (parts, linked) in enumerate(lines) if wanted else ():
        if not shortest <= sum(map(len, parts)) <= longest:
            continue
        line = normalize_words(" ".join(parts))
        if line == wanted or wanted.startswith(line + " "):
            if not linked:
                return number
            found = min(found, number)
    return found


def _is_long(parts: Sequence[str]) -> bool:
    return sum(part.count(" ") + 1 for part in parts) > BODY_WORDS


def _list_lines(tree: LexborHTMLParser) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield lines: the pieces of text between the bounds of block elements, and whether all of them stand in links."""
    parts: list[str] = []
    linked = True
    block: int | None = None
    known: dict[int, Surroundings] = {}
    for number, node in enumerate(tree.body.traverse(include_text=True) if tree.body else ()):
        if number >= MAX_NODES:
            break
        if not node.is_text_node:
            block = None if node.tag == "br" else block
            continue
        text = " ".join((node.text_content or "")[: 10 * LINE_CHARS].split())
        if not text:
            continue
        above, in_link, apart = _find_surroundings(node.parent, known)
        if apart:
            continue
        if above != block and parts:
            yield tuple(parts), linked
            parts, linked = [], True
        block = above
        parts.append(text)
        linked = linked and in_link
    if parts:
        yield tuple(parts), linked


def _find_surroundings(node: LexborNode | None, known: dict[int, Surroundings]) -> Surroundings:
    """Return the block that an element stands in, whether in a link, and whether in a part of the page set apart.

    `known` keeps what was found for the elements above it, so that a deep page costs no more than a flat one.
    """
    below: list[LexborNode] = []
    while node is not None and node.mem_id not in known:
        below.append(node)
        node = node.parent
    block, in_link, apart = known[node.mem_id] if node is not None else (None, False, False)
    for element in reversed(below):
        tag = element.tag or ""
        block = element.mem_id if tag in _BLOCKS else block
        in_link, apart = in_link or tag == "a", apart or tag in _SKIPPED or tag in _APART
        known[element.mem_id] = block, in_link, apart
    return block, in_link, apart


def find_printed_claims(lines: Sequence[Line], page_title: str | None, zone: str | None) -> tuple[DateClaim, ...]:
    """Return the dates printed for readers, from the surest of these positions that has one.

    They are: below the headline; with a label such as "Published"; at the end of the page's title; shortly above the
    headline, where a page's head may also print the day of the request; anywhere, where the page prints no other.
    Dates in links are other articles'.
    """
    next_to_credits = _find_lines_next_to_credits(lines)
    dated = [
        (line, n in next_to_credits) for n, line in enumerate(lines) if not line.linked and _is_date_line(line.text)
    ]
    tail = _TITLE_PART.split(page_title or "")[-1]
    by_position = (
        [(line.text, signed) for line, signed in dated if line.is_early],
        [(line.text, signed) for line, signed in dated if line.is_near],
        [(line.text, False) for line, _ in dated if _PUBLISHED.search(line.text) or _UPDATED.search(line.text)],
        [(tail, False)] if tail != page_title and len(tail) <= LINE_CHARS and _is_date(tail) else [],
        [(line.text, False) for line, _ in dated if line.is_above],
        [(line.text, False) for line, _ in dated]
        if len({n.day for line, _ in dated for n in find_named_days(line.text)}) == 1
        else [],
    )
    claims: list[DateClaim] = []
    for texts in by_position:
        for text, signed in texts[:MAX_CLAIMS]:
            claims += [read_claim(where, words, zone=zone) for where, words in _split_claims(text, signed=signed)]
        if any(c.where in ("visible", "byline") and c.value for c in claims):
            break
    return tuple(dict.fromkeys(claims))[:MAX_CLAIMS]


def _find_lines_next_to_credits(lines: Sequence[Line]) -> set[int]:
    """Return the lines of the article's head right above or below one that credits somebody: they have its date."""
    credited = [n for n, line in enumerate(lines) if line.is_near and _WRITER_LABEL.match(line.text)]
    return {n + step for n in credited for step in (-1, 1)}


def _is_date(text: str) -> bool:
    return bool(find_named_days(text))


def _is_date_line(text: str) -> bool:
    """Say whether the line is there for its date: a label says so, or it says little else."""
    if not _is_date(text) or _NO_DATE.search(text):
        return False
    labelled = _PUBLISHED.search(text) or _UPDATED.search(text) or _WRITER_LABEL.match(text)
    return bool(labelled) or count_words(remove_times(text)) <= MAX_OTHER_WORDS


def _split_claims(text: str, *, signed: bool) -> Iterator[tuple[str, str]]:
    """Yield the claims of one line, each with where it stands: "Published 3 May 2024, updated 5 May 2024" has two."""
    is_byline = signed or _WRITER_LABEL.match(text) or any(b.kind == "agency" for b in read_credit([text])[1])
    where = "byline" if is_byline else "visible"
    updated = _UPDATED.search(text)
    published = _PUBLISHED.search(text)
    if updated is None:
        yield where, text
    elif _is_date(text[: updated.start()]):
        yield where, text[: updated.start()]
        yield "modified-visible", text[updated.start() :]
    elif published is not None and published.start() > updated.start():
        yield "modified-visible", text[: published.start()]
        yield where, text[published.start() :]
    else:
        yield "modified-visible", text


def find_printed_credits(lines: Sequence[Line], own: Sequence[str]) -> tuple[str, ...]:
    """Return the first line of the article's head that credits a person, else an agency; empty where none does.

    That is "By ...", a label and a name, or names alone next to the date or right above the text; none of `own`, the
    outlet's names.
    """
    agencies: tuple[str, ...] = ()
    texts: Counter[str] = Counter()
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else None
        dated = line.is_near and after is not None and after.is_near and _is_date(after.text)
        if credit := _read_labelled_credit(line, after):
            pass
        elif (line.is_last or dated) and not line.linked and all(_is_name(part) for part in line.parts):
            credit = line.parts
        elif line.is_near and _is_date_line(line.text):
            named = read_credit([line.text])[0]
            texts = texts or Counter(normalize_words(part) for other in lines for part in other.parts)
            credit = tuple(name for name in named if _is_name(name) and texts[normalize_words(name)] <= 1)
        if credit and is_person(credit, own):
            return credit
        if credit and not agencies and any(b.kind == "agency" for b in read_credit(credit)[1]):
            agencies = credit
    return agencies


def _read_labelled_credit(line: Line, after: Line | None) -> tuple[str, ...]:
    label = _WRITER_LABEL.match(line.text)
    if label is None:
        return ()
    rest = line.text[label.end() :].strip()
    if not rest:
        return (after.text,) if after and _is_name(after.text) and (line.is_near or ":" in label[0]) else ()
    alone = len(line.parts) > 1 and _WRITER_LABEL.fullmatch(line.parts[0]) and _is_name(line.parts[1])
    sure = line.is_near or (":" in label[0] and _is_name(rest)) or alone
    return (line.text if ":" in label[0] or not alone else rest,) if sure else ()


def _is_name(text: str) -> bool:
    """Say whether the text is nothing but two to four words with capitals, or several such names."""
    for name in _BETWEEN_NAMES.split(text.strip(" |·•")):
        words = name.split()
        if not 2 <= len(words) <= MAX_NAME_WORDS or not all(_NAME_WORD.match(w) and w[0].isupper() for w in words):
            return False
    return True
