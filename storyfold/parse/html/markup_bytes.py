"""Name the bytes of markup that the kernels look for, and say of which sort one is."""

from __future__ import annotations

from storyfold.kernels.arrays import Number
from storyfold.kernels.compiled import compiled

TAG_START, TAG_END, SLASH, EQUALS, QUOTE, APOSTROPHE, DASH, BANG, QUESTION, AMPERSAND, SEMICOLON, BRACKET = map(
    ord, "<>/=\"'-!?&;["
)
SPACE = 32
_A, _Z, _SMALL_A, _SMALL_Z = map(ord, "AZaz")
_TO_SMALL = ord("a") - ord("A")


@compiled(called_by_kernels=True)
def is_capital(byte: Number) -> bool:
    """Say whether the byte is a capital of ASCII."""
    return bool(_A <= byte <= _Z)


@compiled(called_by_kernels=True)
def is_small(byte: Number) -> bool:
    """Say whether the byte is a small letter of ASCII."""
    return bool(_SMALL_A <= byte <= _SMALL_Z)


@compiled(called_by_kernels=True)
def is_letter(byte: Number) -> bool:
    """Say whether the byte is a letter of ASCII, as names of tags begin with."""
    return is_capital(byte) or is_small(byte)


@compiled(called_by_kernels=True)
def is_space(byte: Number) -> bool:
    """Say whether the byte is white space in a tag: other control characters are parts of names and values there."""
    return byte in (SPACE, 10, 9, 13, 12)


@compiled(called_by_kernels=True)
def ends_name(byte: Number) -> bool:
    """Say whether the byte ends the name of a tag, by the HTML standard."""
    return is_space(byte) or byte in (TAG_END, SLASH)


@compiled(called_by_kernels=True)
def lower_byte(byte: Number) -> Number:
    """Return the byte of the small letter where it is a capital of ASCII, else the byte."""
    return byte + _TO_SMALL if is_capital(byte) else byte
