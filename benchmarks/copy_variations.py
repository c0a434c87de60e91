"""Make copies of real texts in twenty kinds of variation, and texts that only look like copies.

Each maker of `VARIATIONS` takes a text and returns the texts that are copied from it; each of `LOOKALIKES` takes a few
texts and returns articles of which no two are one family. What is real are the bodies; what is added or changed is
drawn, so that everything follows from a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.copy_documents import Event, edit_paragraphs

PRINTINGS = 4  # of each version of a report with a new lead

Texts = list[str]
Vary = Callable[[str, Sequence[str], random.Random], Texts]  # of a text and of others, which are foreign to it


def _split(text: str) -> list[str]:
    """Split a text into its paragraphs."""
    return [line for line in (line.strip() for line in text.splitlines()) if line]


def _join(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


def _cut(text: str, first: int, last: int) -> str:
    """Cut the words from the first to the last out of a text, its paragraphs kept."""
    kept, before = [], 0
    for paragraph in _split(text):
        words = paragraph.split()
        kept.append(" ".join(words[max(first - before, 0) : max(last - before, 0)]))
        before += len(words)
    return _join([paragraph for paragraph in kept if paragraph])


def _edit(text: str, chance: random.Random, share: float) -> str:
    return _join(edit_paragraphs(chance, _split(text), share))


def _print_exactly(text: str, _: Sequence[str], __: random.Random) -> Texts:
    return [text]


def _set_otherwise(text: str, _: Sequence[str], __: random.Random) -> Texts:
    """Set quotation marks and dashes otherwise, and all paragraphs as one, its first words in capitals."""
    plain = text.translate(str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "—": " - ", "–": "-", "\n": " "}))
    words = plain.split()
    return [" ".join([*(word.upper() for word in words[:4]), *words[4:]])]


def _cut_to(share: float) -> Vary:
    return lambda text, _, __: [_cut(text, 0, round(len(text.split()) * share))]


def _make_brief(text: str, _: Sequence[str], __: random.Random) -> Texts:
    return [_cut(text, 0, 100)]


def _make_edited_brief(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    return [_edit(_cut(text, 0, 100), chance, 0.03)]


def _take_middle(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    first = chance.randint(0, len(text.split()) - 100)
    return [_cut(text, first, first + 100)]


def _edit_by(share: float) -> Vary:
    return lambda text, _, chance: [_edit(text, chance, share)]


def _drop_sentences(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    """Drop each fourth sentence."""
    kept = []
    for paragraph in _split(text):
        sentences = re.split(r"(?<=[.!?])\s+", paragraph)
        kept.append(" ".join(sentence for sentence in sentences if chance.random() >= 0.25))
    return [_join([paragraph for paragraph in kept if paragraph])]


def _shuffle(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    paragraphs = _split(text)
    chance.shuffle(paragraphs)
    return [_join(paragraphs)]


def _lead_anew(lead: float, kept: float) -> Vary:
    """Print a text, and its later version with a lead of its own, each several times, cut to several lengths.

    `lead` is the length of the new lead, and `kept` what is kept of the text after its old one, by its words.
    """

    def vary(text: str, _: Sequence[str], chance: random.Random) -> Texts:
        count = len(text.split())
        new = Event(chance).paragraphs(round(lead * count))
        later = _join([*new, _cut(text, round(count * (1 - kept)), count)])
        made = []
        for version in (text, later):
            for _number in range(PRINTINGS):
                share = chance.choice([1.0, 1.0, 0.9, 0.8])
                made.append(_edit(_cut(version, 0, round(len(version.split()) * share)), chance, 0.01))
        return made

    return vary


def _wrap(share: float) -> Vary:
    """Print it between paragraphs of another text, `share` times as long as it is."""

    def vary(text: str, _: Sequence[str], chance: random.Random) -> Texts:
        around = Event(chance).paragraphs(round(share * len(text.split())))
        place = chance.randint(0, len(around))
        return [_join([*around[:place], text, *around[place:]])]

    return vary


def _add_teasers(text: str, others: Sequence[str], chance: random.Random) -> Texts:
    """Print it with the first sentences of other texts below, as pages tease them."""
    return [_join([text, *(" ".join(other.split()[:18]) for other in chance.sample(list(others), 8))])]


def _break_encoding(text: str, _: Sequence[str], __: random.Random) -> Texts:
    """Read what is beyond ASCII in the wrong encoding."""
    return [text.replace("'", "’").encode("utf-8").decode("cp1252", "replace")]


def _misread(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    """Misread a word in fifty, and break one in twenty at the end of a line, as a scanner does."""
    read = []
    for printed in text.split():
        word = printed
        if len(word) > 3 and chance.random() < 0.02:
            word = word.replace("e", "c").replace("m", "rn").replace("l", "1")
        if len(word) > 7 and chance.random() < 0.05:
            word = f"{word[:4]}-\n{word[4:]}"
        read.append(word)
    return [" ".join(read)]


def _add_around(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    event = Event(chance)
    count = len(text.split()) // 4
    return [_join([*event.paragraphs(count), text, *event.paragraphs(count)])]


def _change_numbers(text: str, _: Sequence[str], chance: random.Random) -> Texts:
    return [re.sub(r"\d+", lambda _: str(chance.randint(2, 99)), text)]


def _drop_quotations(text: str, _: Sequence[str], __: random.Random) -> Texts:
    return [re.sub(r"[“\"][^”\"\n]{0,400}[”\"]", "", text)]


VARIATIONS: Mapping[str, Vary] = {
    "word for word": _print_exactly,
    "set otherwise": _set_otherwise,
    "cut to .8": _cut_to(0.8),
    "cut to .5": _cut_to(0.5),
    "brief of 100 words": _make_brief,
    "brief of 100 words, .03 edited": _make_edited_brief,
    "100 words of the middle": _take_middle,
    ".03 edited": _edit_by(0.03),
    ".08 edited": _edit_by(0.08),
    "a fourth of the sentences dropped": _drop_sentences,
    "paragraphs in another order": _shuffle,
    "a new lead of .25": _lead_anew(0.25, 0.9),
    "a new lead of .40 for an old one of .35": _lead_anew(0.40, 0.65),
    "within as much foreign text": _wrap(1.0),
    "within four times as much": _wrap(4.0),
    "teasers below": _add_teasers,
    "wrong encoding": _break_encoding,
    "scanned": _misread,
    "text before and after": _add_around,
    "other numbers": _change_numbers,
    "quotations dropped": _drop_quotations,
}


def _quote_one_speech(texts: Sequence[str], chance: random.Random) -> Texts:
    """Quote the same 60 to 120 words in two reports of other events."""
    speech = " ".join(f"“{Event(chance).sentence()}”" for _ in range(chance.randint(4, 7)))
    return [_join([*_split(text)[:2], speech, *_split(text)[2:]]) for text in texts[:2]]


def _reprint_a_paragraph(texts: Sequence[str], _: random.Random) -> Texts:
    """Print 40 words of one text in another."""
    return [texts[0], _join([texts[1], _cut(texts[0], 0, 40)])]


def _end_alike(texts: Sequence[str], chance: random.Random) -> Texts:
    """End two texts of 150 words with the same 60 words about the paper."""
    footer = _join(Event(chance).paragraphs(50))
    return [_join([_cut(text, 0, 150), footer]) for text in texts[:2]]


def _quote_two_reports(texts: Sequence[str], _: random.Random) -> Texts:
    """Print two reports, and a page that quotes of each as much, four tenths of the shorter, beside its own words."""
    one, two = texts[:2]
    words = round(0.4 * min(len(one.split()), len(two.split())))
    parts = [_cut(text, 0, words) for text in (one, two)]
    return [one, two, _join([_cut(texts[2], 0, 40), *parts])]


def _fill_a_form(texts: Sequence[str], chance: random.Random) -> Texts:
    """Fill a robot's form of 120 words with other names and numbers, at three outlets of a chain."""
    words = " ".join(Event(chance).paragraphs(120)).split()
    places = chance.sample(range(len(words)), len(words) // 5)
    made = []
    for _ in texts:
        names, filled = Event(chance).names, list(words)
        for place in places:
            filled[place] = chance.choice(names) if chance.random() < 0.5 else str(chance.randint(2, 999))
        made.append(" ".join(filled))
    return made


def _share_a_statement(texts: Sequence[str], chance: random.Random) -> Texts:
    """Print one statement of a firm in two reports of an event, four tenths of the text of each."""
    statement = Event(chance).paragraphs(120)
    return [_join([_cut(text, 0, 170), *statement]) for text in texts[:2]]


def _report_again(texts: Sequence[str], chance: random.Random) -> Texts:
    """Print a report, and another of the same agency: four tenths of it are the background that the first has."""
    words = texts[0].split()
    background = _cut(texts[0], round(len(words) * 0.6), len(words))
    return [texts[0], _join([*Event(chance).paragraphs(round(len(words) * 0.6)), background])]


LOOKALIKES: Mapping[str, Callable[[Sequence[str], random.Random], Texts]] = {
    "one speech quoted": _quote_one_speech,
    "a paragraph reprinted": _reprint_a_paragraph,
    "one footer": _end_alike,
    "two reports quoted by a third": _quote_two_reports,
    "a robot's form": _fill_a_form,
    "a statement in two reports": _share_a_statement,
    "an agency's second report": _report_again,
}
