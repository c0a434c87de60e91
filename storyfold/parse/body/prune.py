"""Remove what stands around and between the paragraphs of an article, by the page's elements and the lines' words.

Each rule was kept only if it raised precision by more than it cost recall on both sets of real pages
(`benchmarks/parse_pages.py`); class names are no rule here, because cutting by them lost 2 to 3 points of F1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storyfold.parse.body.body_trace import BodyDecision
from storyfold.text.normalize import normalize_words

LINK_SHARE = 0.9  # of a block's characters that stand in links: .9 and "all" gave the same on both sets
LINK_WORDS = 3  # a block of fewer words may be a linked name
LEAD_CHARS = 160  # a longer line is a sentence that happens to begin with such words
BODY_WORDS = 25  # a line of more is running text: the head of the article is over
TIME_CHARS = 60  # of a line such as "Updated: 25 February 2023, 15:30 GMT"
MAX_BLOCKS = 20_000  # blocks looked at; the largest of 323 real pages has 4,276 elements
MAX_READ = 10_000_000  # characters, each as often as blocks nest around it; real pages need a tenth of it

_BLOCKS = "p, li, tr, h2, h3, h4, h5, h6"
_BY = re.compile(r"^(?:by|von|par|por|di|door|av|af)\b:?\s+", re.IGNORECASE)
_TIME = re.compile(r"\b(?:19|20)\d\d\b.{0,40}\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d\b")
_LEAD_IN = re.compile(
    r"(?:read (?:more|also|next)|see (?:more|also)|also read|related|more:|click here|watch:|sign up|subscribe|"
    r"lesen sie (?:auch|mehr)|mehr zum thema|lees ook|lire aussi|à lire aussi|leggi anche|lee también|lea también|"
    r"leia (?:também|mais)|czytaj (?:więcej|też|także)|les også|läs (?:också|mer)|læs også|lue myös)\b",
    re.IGNORECASE,
)
# Requests to the reader among the paragraphs: for consent to embedded content, for an address, for a following.
_REQUEST = re.compile(
    r"\b(?:externe[rn]? inhalte? (?:nicht verfügbar|anzeigen|laden|von)|"
    r"externe[rn]? inhalte?\b.{0,80}\b(?:angezeigt|geladen)|(?:privatsphäre|datenschutz|cookie)[- ]?einstellungen|"
    r"(?:this|our) (?:web)?site uses cookies|we use cookies|(?:accept|allow|enable|manage)(?: all)? cookies|"
    r"(?:accepter|autoriser|utilise) (?:les |des )?cookies|(?:aceptar?|acepte|usa|utiliza|utilizamos) (?:las )?cookies|"
    r"(?:aceitar?|aceite) (?:os )?cookies|(?:accetta(?:re)?|utilizza) (?:i )?cookie|cookies (?:accepteren|toestaan)|"
    r"sign(?:ing)? up (?:for|to|here)\b.{0,60}\bnewsletters?|subscrib(?:e|ing) to\b.{0,60}\bnewsletters?|"
    r"(?:in|to) your inbox|newsletter\b.{0,40}\b(?:abonnieren|anmelden|bestellen)|"
    r"(?:inscrivez-vous|abonnez-vous)\b.{0,60}\b(?:newsletter|infolettre)|"
    r"(?:suscríbe(?:te|ase)|apúntate|regístrate)\b.{0,60}\b(?:newsletter|boletín)|"
    r"iscrivi(?:ti|tevi)\b.{0,60}\bnewsletter|"
    r"(?:assine|inscreva-se|cadastre-se)\b.{0,60}\bnewsletter|"
    r"(?:meld je|schrijf je)\b.{0,60}\b(?:nieuwsbrief|newsletter)|"
    r"follow [\w ]{1,30} on (?:twitter|facebook|instagram|whatsapp|telegram|google news))\b",
    re.IGNORECASE,
)
_REQUEST_WORDS = (
    "cookie",
    "newsletter",
    "inbox",
    "einstellungen",
    "externe",
    "follow ",
    "infolettre",
    "boletín",
    "brief",
)
REQUEST_CHARS = 300  # a longer line is a paragraph about such things


def prune(tree: LexborHTMLParser) -> None:
    """Remove from the tree what is no running text: captions, asides, and blocks that are nothing but a link."""
    for node in tree.css("figcaption, aside"):
        node.decompose()
    read = 0
    for node in tree.css(_BLOCKS)[:MAX_BLOCKS]:
        if node.parent is None or read > MAX_READ or not (links := node.css("a")):
            continue
        text = node.text()
        read += len(text)
        if (node.tag == "tr" or len(text.split()) >= LINK_WORDS) and _is_linked(text, links):
            node.decompose()


def _is_linked(text: str, links: Sequence[LexborNode]) -> bool:
    linked = sum(_count_letters(link.text()) for link in links[:MAX_BLOCKS])
    return linked >= LINK_SHARE * _count_letters(text) > 0


def _count_letters(text: str) -> int:
    return len("".join(text.split()))


def remove_furniture(lines: Sequence[str], heads: Collection[str]) -> list[str]:
    """Return the lines that `judge_furniture` says nothing against."""
    return [line for line, cut in zip(lines, judge_furniture(lines, heads), strict=True) if cut is None]


def judge_furniture(lines: Sequence[str], heads: Collection[str]) -> list[BodyDecision | None]:
    """Say of each line whether it stands over the text, leads to other articles, or asks for consent or a sign-up.

    The text's lines get None. `heads` are the page's titles, credits, section and the like, which its head
    repeats; short lines that give a time go with them.
    """
    normalized = {normalize_words(_BY.sub("", h)) for h in heads} - {""}
    judged: list[BodyDecision | None] = []
    in_head = True
    for line in lines:
        decision = _judge_head(line, normalized) if in_head else None
        if decision is None:
            in_head = in_head and len(line.split()) <= BODY_WORDS
            decision = _judge_line(line)
        judged.append(decision)
    return judged


def _judge_head(line: str, heads: Collection[str]) -> BodyDecision | None:
    if normalize_words(_BY.sub("", line, count=1)) in heads:
        return BodyDecision.HEAD
    return BodyDecision.TIME if _is_time(line) else None


def _judge_line(line: str) -> BodyDecision | None:
    if len(line) < LEAD_CHARS and _LEAD_IN.match(line):
        return BodyDecision.POINTER
    return BodyDecision.REQUEST if _is_request(line) else None


def _is_request(line: str) -> bool:
    if len(line) > REQUEST_CHARS:
        return False
    small = line.lower()
    return any(word in small for word in _REQUEST_WORDS) and bool(_REQUEST.search(line))


def _is_time(line: str) -> bool:
    return len(line) <= TIME_CHARS and bool(_TIME.search(line)) and not line.endswith((".", "!", "?", "”", '"'))
