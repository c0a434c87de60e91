"""Tags, comments and elements without markup, as the tokeniser of the HTML standard reads them; for `tame`."""

from __future__ import annotations

import numpy as np

from storyfold.kernels.arrays import GivenBytes, Longs, LongTable
from storyfold.kernels.compiled import compiled_part
from storyfold.parse.html.block_vocabulary import hash_name
from storyfold.parse.html.hostile_markup import MAX_ATTRIBUTES
from storyfold.parse.html.scan_attributes import FNV, mix_byte
from storyfold.parse.html.scan_text import find_element

PADDING = 64  # bytes of white space after the markup, so that no look ahead leaves it
_SCRIPT, _STYLE, _SVG, _TITLE, _DESC = map(hash_name, ("script", "style", "svg", "title", "desc"))
_DATA_TESTID, _ARIA_HIDDEN = map(hash_name, ("data-testid", "aria-hidden"))
_NEEDLESS = tuple(map(hash_name, ("srcset", "src", "sizes", "alt", "target", "onclick", "loading", "width", "height")))
_DATA, _ARIA = np.frombuffer(b"data-", np.uint8), np.frombuffer(b"aria-", np.uint8)
_SCRIPT_NAME = np.frombuffer(b"script", np.uint8)
_JSON_LD = np.frombuffer(b"ld+json", np.uint8)


@compiled_part
def is_letter(byte: int) -> bool:
    return 65 <= byte <= 90 or 97 <= byte <= 122


@compiled_part
def is_space(byte: int) -> bool:
    """White space in a tag: other control characters are parts of names and values there."""
    return byte in (32, 10, 9, 13, 12)


@compiled_part
def hash_tag_name(data: GivenBytes, place: int, size: int) -> tuple[int, int]:
    """The hash of the name in small letters, and where it ends."""
    value = FNV
    while place < size and not _ends_word(data[place]):
        byte = data[place]
        value = mix_byte(value, byte + 32 if 65 <= byte <= 90 else byte)
        place += 1
    return value, place


@compiled_part
def skip_tag(data: GivenBytes, place: int, size: int, spans: LongTable) -> tuple[int, int]:
    """After the `>` that ends the tag, and how many of `spans` hold attributes that nobody reads.

    -1 where the tag has no end, or more attributes than any honest one.
    """
    found = 0
    for _ in range(MAX_ATTRIBUTES):
        start = place
        while place < size and (is_space(data[place]) or data[place] == 47):
            place += 1
        if place >= size:
            return -1, 0
        if data[place] == 62:
            return place + 1, found
        name_from, value = place, FNV
        while place < size and (place == name_from or data[place] != 61) and not _ends_word(data[place]):
            byte = data[place]
            value = mix_byte(value, byte + 32 if 65 <= byte <= 90 else byte)
            place += 1
        is_needless = (
            value in _NEEDLESS
            or (value != _DATA_TESTID and _begins(data, name_from, _DATA))
            or (value != _ARIA_HIDDEN and _begins(data, name_from, _ARIA))
        )
        place = _after_value(data, place, size)
        # one that what follows is glued to stays, lest that be taken for part of what stands before
        if is_needless and found < len(spans) and _ends_word(data[place]):
            spans[found, 0], spans[found, 1] = start, place
            found += 1
    return -1, 0


@compiled_part
def _ends_word(byte: int) -> bool:
    return is_space(byte) or byte in (47, 62)


@compiled_part
def _after_value(data: GivenBytes, place: int, size: int) -> int:
    after = place
    while after < size and is_space(data[after]):
        after += 1
    if data[after] != 61:  # =
        return place
    after += 1
    while after < size and is_space(data[after]):
        after += 1
    quote = data[after]
    if quote in (34, 39):
        after += 1
        while after < size and data[after] != quote:
            after += 1
        return after + 1
    while after < size and not is_space(data[after]) and data[after] != 62:
        after += 1
    return after


@compiled_part
def _begins(data: GivenBytes, place: int, word: GivenBytes) -> bool:
    """Whether this word, of small letters and marks, stands here in letters of any case; there is padding after."""
    for i in range(len(word)):
        byte = data[place + i]
        if (byte + 32 if 65 <= byte <= 90 else byte) != word[i]:
            return False
    return True


@compiled_part
def skip_markup(data: GivenBytes, place: int, size: int) -> int:
    """After the comment, or what the standard counts as one, that begins here; `place` where none does."""
    mark = data[place + 1]
    is_comment = mark == 33 and data[place + 2] == 45 and data[place + 3] == 45  # !--
    if is_comment:
        after = place + 4
        if data[after] == 62:  # <!-->
            return after + 1
        if data[after] == 45 and data[after + 1] == 62:  # <!--->
            return after + 2
        while after < size and not (
            data[after] == 45
            and data[after + 1] == 45
            and (data[after + 2] == 62 or (data[after + 2] == 33 and data[after + 3] == 62))
        ):
            after += 1
        return min(size, after + (3 if data[after + 2] == 62 else 4))
    if not (mark in (33, 63) or (mark == 47 and not is_letter(data[place + 2]))):
        return place
    while place < size and data[place] != 62:
        place += 1
    return min(size, place + 1)


@compiled_part
def skip_raw_text(data: GivenBytes, start: int, place: int, size: int, name: int) -> tuple[int, int]:
    """Where the element's content ends, and where the element does if nobody reads it, else 0."""
    content = place
    place = _script_end(data, place, size) if name == _SCRIPT else _raw_end(data, place, size, name)
    if place >= size or not (name == _STYLE or (name == _SCRIPT and not _is_json_ld(data, start, content))):
        return place, 0
    end = place
    while end < size and data[end] != 62:
        if data[end] in (34, 39):
            return place, 0
        end += 1
    return place, end + 1 if end < size else 0


@compiled_part
def _raw_end(data: GivenBytes, place: int, size: int, name: int) -> int:
    while place < size and not (
        data[place] == 60 and data[place + 1] == 47 and hash_tag_name(data, place + 2, size)[0] == name
    ):
        place += 1
    return place


@compiled_part
def _script_end(data: GivenBytes, place: int, size: int) -> int:
    """As the standard has it: behind the mark of a comment, a script within the script hides its own end tag."""
    depth = 0  # 1 behind such a mark, 2 in a script there
    while place < size:
        if data[place] == 60:
            if data[place + 1] == 47 and _names_script(data, place + 2):
                if depth < 2:
                    return place
                depth = 1
            elif depth == 1 and _names_script(data, place + 1):
                depth = 2
            elif depth == 0 and data[place + 1] == 33 and data[place + 2] == 45 and data[place + 3] == 45:
                depth, place = 1, place + 1  # its dashes may be those that end it
        elif depth and data[place] == 45 and data[place + 1] == 45 and data[place + 2] == 62:
            depth = 0
        place += 1
    return place


@compiled_part
def _names_script(data: GivenBytes, place: int) -> bool:
    return _begins(data, place, _SCRIPT_NAME) and _ends_word(data[place + len(_SCRIPT_NAME)])


@compiled_part
def _is_json_ld(data: GivenBytes, start: int, end: int) -> bool:
    for place in range(start, end):  # noqa: SIM110 (kernels have no generators)
        if data[place] | 32 == 108 and _begins(data, place, _JSON_LD):
            return True
    return False


@compiled_part
def skip_drawing(data: GivenBytes, place: int, size: int, drawn: Longs, no_spans: LongTable) -> int:
    """After the end tag of the drawing whose start tag ends here; 0 where it holds what may end it before."""
    if data[place - 2] == 47:
        return 0
    told, depth = 0, 1  # the name of an open title: what stands in it is HTML, so it must be text alone
    while place < size and depth:
        if data[place] != 60:
            place += 1
            continue
        if data[place + 1] == 33 and data[place + 2] == 45:
            place = skip_markup(data, place, size)
            continue
        closing = data[place + 1] == 47
        first = place + 2 if closing else place + 1
        if not is_letter(data[first]):
            return 0
        name, place = hash_tag_name(data, first, size)
        place, _ = skip_tag(data, place, size, no_spans)
        if place < 0 or find_element(name, drawn) < 0 or (told and not (closing and name == told)):
            return 0
        told = name if name in (_TITLE, _DESC) and not closing else 0
        if name == _SVG and data[place - 2] != 47:
            depth += -1 if closing else 1
    return place if depth == 0 else 0
