"""List the words by which a block's role shows: names of elements, words in class names, and words of the text.

All are generic: names that many sites use for the same thing, in the languages of the largest presses; none belongs
to one site. What each of them means is learnt (`benchmarks/fit_body.py`), not written here.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from storyfold.kernels.arrays import Longs, Shorts, Tiny

INLINE, BLOCK, VOID, RAW, SKIPPED, BREAK = range(6)  # what an element is to the flow of text

# HTML Living Standard, phrasing content that does not begin a new line; all other elements are blocks.
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp "
    "small span strike strong sub sup time tt u var button output noscript"
)
_VOID = "area base basefont bgsound col embed frame img input keygen link meta param source track wbr"
_RAW = "script style iframe noembed noframes xmp plaintext textarea title"
_SKIPPED = "svg math select template head object video audio canvas datalist map"

# Elements that have a meaning for the blocks within them; the bits follow those of `_CLASS_WORDS`.
ELEMENT_GROUPS = (
    "article", "main", "section", "aside", "header", "footer", "nav", "form", "figure", "figcaption", "li", "table",
    "blockquote", "p", "h1", "h2 h3", "h4 h5 h6", "a", "button label", "dl", "strong b", "noscript",
)  # fmt: skip

# Parts of class names, ids, roles and item properties; `_` stands for the edge of a word.
_CLASS_WORDS = (
    "article story_ storie post_ _post entry artikel articulo artigo articolo noticia nota_ beitrag nyhet",
    "body content text_ _text texte texto main maintext copy_ _rte_ richtext wysiwyg cuerpo corpo inhalt contenu",
    "paragraph _para_ absatz parrafo _p_ textblock text_block text_module",
    "related relat recommend verwandt similar also_ mehr_ more_ readnext read_next next_ lire_ plus_ lesen further",
    "popular trending mostread most_ latest ranking outbrain taboola top_ _best_ neueste meist",
    "share sharing social facebook twitter whatsapp follow teilen partage compartir condividi",
    "comment kommentar comentario disqus reply replies discuss forum feedback rating reaction",
    "caption credit legend bildunterschrift _alt_ copyright attribution quelle",
    "figure image photo media gallery video player picture _img _bild slideshow foto audio podcast",
    "author byline autor auteur bio_ profile contributor writer signature journalist reporter",
    "date time publish updated timestamp meta_ _meta info_ _info datum stamp",
    "nav menu breadcrumb header footer toolbar masthead _bar_ topbar navbar skip pagination pager",
    "_ad_ _ads_ advert sponsor promo banner commercial werbung anzeige publicid dfp gpt native affiliate",
    "newsletter subscri signup sign_ paywall premium login register abo_ abonn donat piano offer membership",
    "_tag tag_ tags topic keyword categor label hashtag rubrik tema_ themen kicker eyebrow",
    "teaser card_ _card _list list_ item_ _item grid tile thumb carousel slider swiper feed river headlines",
    "sidebar aside _rail rail_ widget complementary secondary module_ region column _side",
    "title headline heading titre titulo titel hed_ _hed_ overskrift",
    "lead_ _lead lede intro standfirst summary abstract subtitle subtitulo _dek dek_ description excerpt deck chapo "
    "bajada vorspann subhead ingress strap",
    "quote pull zitat citation",
    "embed iframe tweet instagram tiktok youtube oembed",
    "hidden invisible visually sr_only sronly screenreader screen_reader print modal popup overlay cookie consent "
    "tooltip dialog dropdown noscript display_none",
    "_box box_ infobox fact_ facts kasten factbox inline inset insert key_points keypoint highlights",
    "disclaimer legal footnote correction note_ _note source notice about",
    "table chart graph data_ score stats ticker stock quiz poll",
    "live_ liveblog transcript faq question timeline recipe",
    "container wrapper wrap_ inner_ row_ _row layout page_ _col_ section",
)
# Roles that attributes give an element, besides class words: hidden from sight, or named the text by its markup.
MARK_HIDDEN, MARK_BODY = len(_CLASS_WORDS), len(_CLASS_WORDS) + 1
FIRST_ELEMENT_BIT = len(_CLASS_WORDS) + 2
BITS = FIRST_ELEMENT_BIT + len(ELEMENT_GROUPS)
if BITS > 63:
    raise ValueError(f"{BITS} groups do not fit in a 63-bit mask")

# Words of the text itself, matched whole, without case.
TEXT_GROUPS = (
    "read more see also related watch listen lesen mehr lire aussi lee también leia leggi anche lees ook czytaj les "
    "også läs lue click here tap continue reading next previous",
    "photo photograph image picture credit credits getty images reuters afp shutterstock foto bild imago dpa epa "
    "photographer fotograf fotografía courtesy file via quelle",
    "subscribe subscribers subscription newsletter newsletters sign signup email inbox app download register login "
    "log account follow facebook twitter instagram whatsapp telegram youtube linkedin abonnieren abonnement abonné "
    "abonnés suscríbete suscripción assine iscriviti donate donation support join member membership notifications",
    "comment comments reply replies commenting moderated commenter kommentar kommentare kommentieren commentaires "
    "commenter comentarios comentar comentários forum discussion report",
    "published updated posted ago minutes min hours am pm gmt est edt et ist uhr publié publicado pubblicato "
    "aktualisiert veröffentlicht modified",
    "by von par por di av author editor reporter correspondent staff writer redaktion editing reporting written "
    "contributed contributor journalist autor professor fellow researcher columnist freelance freelancer autorin "
    "redakteur redakteurin korrespondent korrespondentin reporterin",
    "copyright rights reserved ©  terms privacy policy cookies cookie disclaimer advertisement advertising sponsored "
    "anzeige werbung publicité publicidad advertiser affiliate commission contact "
    "datenschutz privatsphäre einwilligung zustimmung drittplattformen datenschutzerklärung consent consentement "
    "consentimiento consenso toestemming externer externe embedded eingebettet",
    "share print save copy link tweet pin email bookmark teilen drucken partager compartir condividi merken kopieren "
    "shares",
    "i you he she they we was were had has have been said says would not und der die das nicht ist hat les des est "
    "qui dans une el los que una es il che della non per om het een van är och att som på han hun i to of and the",
    "your you us our yourself sie ihr ihre ihnen uns unser unsere vous votre vos nous notre nos usted tu tus su sus "
    "nuestro nuestra você seu sua nosso nossa voi vostro nostro jouw uw ons onze",
    "www http https com org net html pic twitter",
)

GROUP_COUNTS = len(TEXT_GROUPS)


class Automaton(NamedTuple):
    """An automaton that finds class words in one pass (Aho and Corasick 1975).

    `steps` has the next state by state and letter, `groups` the groups whose words end in a state, as bits.
    """

    steps: Shorts
    groups: Longs


def hash_name(name: str) -> int:
    """Return the FNV-1a hash, 32 bits, of the bytes in lower case: what the kernels compute of names and words."""
    value = 0x811C9DC5
    for byte in name.lower().encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


@cache
def make_tag_table() -> tuple[Longs, Tiny, Longs]:
    """Return the hashes of the known elements' names, ascending, with each one's kind and group bits."""
    kinds = {"br": BREAK}
    for kind, names in ((INLINE, _INLINE), (VOID, _VOID), (RAW, _RAW), (SKIPPED, _SKIPPED)):
        kinds |= dict.fromkeys(names.split(), kind)
    bits = {name: 1 << FIRST_ELEMENT_BIT + i for i, names in enumerate(ELEMENT_GROUPS) for name in names.split()}
    rows = sorted((hash_name(name), kinds.get(name, BLOCK), bits.get(name, 0)) for name in kinds.keys() | bits.keys())
    table = np.array(rows, np.int64)
    return table[:, 0].copy(), table[:, 1].astype(np.int8), table[:, 2].copy()


@cache
def make_text_word_table() -> tuple[Longs, Shorts]:
    """Return the hashes of the words of `TEXT_GROUPS`, ascending, with the groups of each as bits."""
    bits: dict[int, int] = {}
    for group, words in enumerate(TEXT_GROUPS):
        for word in words.split():
            bits[hash_name(word)] = bits.get(hash_name(word), 0) | 1 << group
    return np.array(sorted(bits), np.int64), np.array([bits[key] for key in sorted(bits)], np.int16)


@cache
def make_class_automaton() -> Automaton:
    """Return the automaton of `_CLASS_WORDS`: letter 0 is the edge of a word, 1 to 26 are the letters."""
    children: list[dict[int, int]] = [{}]
    found = [0]
    for group, words in enumerate(_CLASS_WORDS):
        for word in words.split():
            state = 0
            for letter in word:
                code = 0 if letter == "_" else ord(letter) - 96
                if code not in children[state]:
                    children[state][code] = len(children)
                    children.append({})
                    found.append(0)
                state = children[state][code]
            found[state] |= 1 << group
    return _add_failures(children, found)


def _add_failures(children: list[dict[int, int]], found: list[int]) -> Automaton:
    steps = np.zeros((len(children), 27), np.int16)
    fails = [0] * len(children)
    queue = [0]
    for state in queue:
        for code in range(27):
            below = children[state].get(code)
            fallback = int(steps[fails[state], code]) if state else 0
            steps[state, code] = fallback if below is None else below
            if below is not None:
                fails[below] = fallback
                found[below] |= found[fallback]
                queue.append(below)
    return Automaton(steps, np.array(found, np.int64))
