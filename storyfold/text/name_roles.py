"""Find the titles and roles by which a text says that a name is a person's."""

from __future__ import annotations

from collections.abc import Sequence

from storyfold.text.name_runs import CONTEXT, Run
from storyfold.text.name_words import NameWords

# Ends of the names of companies, in any language: they count as the last word alone.
FORMS = frozenset("inc ltd llc llp plc corp gmbh ag se sa spa nv bv ab asa oyj kg kgaa co pty s.a s.p.a".split())
_ROLE_WORDS = 4  # words between a name and its role's end: "the former defence minister"


def find_title(piece: Sequence[str], words: NameWords) -> tuple[int, int] | None:
    """Find the words of a title in a run: where they begin and end."""
    for begin, word in enumerate(piece):
        folded = fold(word)
        if (folded in words.titles and not (begin and folded in words.also_names)) or ends_so(folded, words):
            end = begin + 1
            while end < len(piece) and _goes_on(fold(piece[end]), words):
                end += 1
            return begin, end
    return None


def find_opening_role(run: Run, words: NameWords) -> tuple[int, int] | None:
    """Find a role that has a capital as the first word of a sentence: "Councillor Edda Finch said"."""
    is_role = run.begins and not run.in_heading and len(run.words) > 2 and fold(run.words[0]) in words.roles
    return (0, 1) if is_role else None


def _goes_on(folded: str, words: NameWords) -> bool:
    return folded in words.titles or folded in words.title_joins or ends_so(folded, words)


def find_role(piece: Sequence[str], before: Sequence[str], run: Run, text: str, words: NameWords) -> str | None:
    """Find the role of a person: right before the name, or between commas before or after it."""
    own = before[-1] if before else ""
    role = None
    if is_role(own, words) and (len(piece) > 1 or words.heads_first):
        role = own
    elif len(piece) > 1 and text.startswith(",", run.end):
        bare = own.removesuffix(",")
        if bare == own:
            role = None if own in words.prepositions else _find_role_after(run, text, words)
        elif len(before) > 1 and before[-2] in words.articles and is_role(bare, words):
            role = None if text[run.end + 1 : run.end + 3].strip()[:1].isupper() else bare
        else:
            role = _find_role_after(run, text, words)
    return None if role is None or is_thing(piece, words) or piece[0].isupper() else role


def is_role(word: str, words: NameWords) -> bool:
    """Say whether a word in small letters is a role."""
    return word in words.roles or ends_so(word, words)


def _find_role_after(run: Run, text: str, words: NameWords) -> str | None:
    """Find a role after a name and a comma, with nothing but an article and a word or two before it."""
    after = text[run.end + 1 : run.end + CONTEXT].split()[: _ROLE_WORDS + 1]
    for at, word in enumerate(after[:_ROLE_WORDS]):
        bare = word.rstrip(",.;")
        if is_role(bare.lower(), words):
            follows = after[at + 1] if at + 1 < len(after) else ""
            return bare if bare != word or follows in words.of or follows in ("for", "für", "pour", "para") else None
        if at and (bare != word or not bare.islower() or bare in words.prepositions or bare in words.openers):
            return None
        if not at and bare not in words.articles:
            return None
    return None


def find_domain(piece: Sequence[str], before: Sequence[str], words: NameWords) -> str | None:
    """Find the role whose domain is the first of three words: "ministre de l'Intérieur Ana Ruiz"."""
    is_of_role = len(before) > 1 and before[-1] in words.of and is_role(before[-2], words)
    return before[-2] if is_of_role and len(piece) == 3 and not is_thing(piece, words) else None


def is_thing(piece: Sequence[str], words: NameWords) -> bool:
    """Say whether a word shows that this is no person's name."""
    named = {fold(word) for word in piece}
    heads = (words.things, words.organisations, words.place_ends, FORMS if len(piece) > 1 else frozenset())
    return any(not named.isdisjoint(head) for head in heads)


def ends_so(folded: str, words: NameWords) -> bool:
    """Say whether a word ends as titles and roles do where words are joined: "Verteidigungsministerin"."""
    return bool(words.endings) and folded.endswith(words.endings)


def fold(word: str) -> str:
    """Return a word in small letters, without a full stop at its end."""
    return word.lower().rstrip(".")
