"""Find an article's notices: that it was corrected or updated, or what its editors add."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storyfold.dates.read import remove_times
from storyfold.schemas.pages import Notice, NoticeKind

MAX_NOTICES = 10
MAX_CHARS = 1_000  # of a notice; a longer paragraph is text
MIN_WORDS = 3  # words beside date and time: "Updated: 5 May 2024, 10:15" is a date and no notice
LABEL_READ = 200  # characters at the head of a paragraph in which its label stands

# In the order in which they are looked for; English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic
# languages, Polish, Czech, Japanese, Korean. A label stands at the paragraph's head and is set off from what follows.
_LABELS: dict[NoticeKind, str] = {
    "correction": """corrections?|corrections? and clarifications?|clarifications?|erratum|corrected|korrektur|
        korrekturhinweis|berichtigung|richtigstellung|rectificatif|précision|correctif|corrección|fe de errores|
        rectificación|rettifica|errata corrige|errata|correção|rectificatie|correctie|rättelse|retting|rettelse|
        oikaisu|sprostowanie|oprava|訂正|정정""",
    "update": """updates?|updated|aktualisierung|aktualisiert|actualización|actualizado|mise à jour|aggiornamento|
        atualização|bijgewerkt|uppdatering|oppdatering|opdatering|aktualizacja|aktualizace|更新""",
    "note": r"""editor['’]?s?['’]? note|note to readers|anmerkung der redaktion|anm\. d\. red\.|hinweis der redaktion|
        note de la rédaction|nota del editor|nota de la redacción|nota della redazione|nota do editor|nota da redação|
        ndlr|ndr|noot van de redactie""",
}
_SENTENCES: dict[NoticeKind, str] = {
    "correction": r"""this (?:article|story|post|report|piece|page) (?:was|has been) (?:amended|corrected)|
        (?:earlier|previous) version of this (?:article|story|report|post|piece|headline)|
        in einer (?:früheren|vorherigen|ersten) (?:version|fassung)|
        une version (?:précédente|antérieure) de cet article|
        una versión anterior de este (?:artículo|texto)|una versione precedente di questo articolo|
        uma versão anterior deste (?:artigo|texto)|een eerdere versie van dit (?:artikel|bericht)""",
    "update": r"""this (?:article|story|post|report|page) (?:was|has been|will be|is being) (?:last )?updated|
        this is a (?:developing|breaking)(?: news)? story|
        dieser (?:artikel|text|beitrag) (?:wurde|wird) .{0,40}\baktualisiert|cet article a été mis à jour|
        est[ea] (?:artículo|noticia) ha sido actualizad[oa]""",
}


def _compile_labels() -> re.Pattern[str]:
    """Compile the form of a label at the head of a paragraph; its group has the name of its kind."""
    kinds = "|".join(f"(?P<{kind}>{_join_alternatives(words)})" for kind, words in _LABELS.items())
    return re.compile(rf"[\W_]{{0,9}}(?:{kinds})\s?(?:[:–—()\[\]-]|,? \d|vom\b|$)", re.IGNORECASE)


def _compile_sentences(kind: NoticeKind) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_join_alternatives(_SENTENCES[kind])})\b", re.IGNORECASE)


def _join_alternatives(words: str) -> str:
    return re.sub(r"\|\s+", "|", words.strip())


_LABEL = _compile_labels()
_SENTENCE_FORMS = [(kind, _compile_sentences(kind)) for kind in _SENTENCES]
# One of these stands in each of the sentences: looked for first, since most paragraphs have none.
_HINTS = re.compile(r"this |vers(?:ion|ión|ão|ie)|fassung|aktualisiert|cet article|actualizad|deste")


def find_notices(paragraphs: Iterable[str]) -> tuple[Notice, ...]:
    """Return the notices among the paragraphs, each once, in their order, at most `MAX_NOTICES`."""
    found: dict[str, Notice] = {}
    for paragraph in paragraphs:
        if len(paragraph) > MAX_CHARS or len(found) >= MAX_NOTICES or not (kind := _find_kind(paragraph[:LABEL_READ])):
            continue
        words = " ".join(paragraph.split())
        if len(remove_times(words).split()) >= MIN_WORDS:
            found.setdefault(words, Notice(kind=kind, words=words))
    return tuple(found.values())


def _find_kind(head: str) -> NoticeKind | None:
    if label := _LABEL.match(head):
        return next(kind for kind in _LABELS if label[kind])
    if not _HINTS.search(head.lower()):
        return None
    return next((kind for kind, form in _SENTENCE_FORMS if form.search(head)), None)
