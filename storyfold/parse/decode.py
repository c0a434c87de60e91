"""Decode a page's bytes to characters: find their character set, whatever the page's labels claim."""

from __future__ import annotations

import codecs
import re
from array import array

import pyarrow as pa
from charset_normalizer import from_bytes

META_BYTES = 4_096  # where a <meta charset> is looked for; the HTML standard asks for the first 1,024
SAMPLE_BYTES = 65_536  # what the guess of a character set may look at: its cost grows with the sample
BINARY_SAMPLE = 4_096
# Text has next to no control characters; of random or compressed bytes 27 in 256 (10.5 %) are such: halfway.
BINARY_SHARE = 0.05

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
    b"wOF2",
    b"wOFF",
    b"OggS",
    b"ID3",
)
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b") + b"\x7f"  # ISO-2022-JP needs \x1b
_META = re.compile(rb"<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
# Labels that the WHATWG Encoding Standard reads as another set than Python does: pages labelled so are
# written in the second.
_WHATWG = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_STATEFUL = frozenset({"iso2022_jp", "hz", "iso2022_kr"})  # written in ASCII bytes alone, so valid as UTF-8 too
_NOT_CHARACTER_SETS = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
# The five bytes that windows-1252 leaves open stand for themselves (WHATWG), so that no byte can fail.
_OPEN_1252 = {b: chr(b) for b in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def looks_binary(content: bytes) -> bool:
    """Say whether the bytes are no text: they begin as a known binary format or are full of control characters."""
    head = content[:BINARY_SAMPLE]
    if head.startswith(_MAGIC) or head[4:12] in (b"ftypisom", b"ftypmp42", b"ftypavif") or head[8:12] == b"WEBP":
        return True
    if any(head.startswith(mark) for mark, _ in _BOMS) or _looks_like_utf16(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > BINARY_SHARE * len(head)


def decode_page(content: bytes, claimed: str | None = None) -> tuple[str, str]:
    """Return the page's characters, without NULs, and the name of the character set they were read in. Never raises.

    In this order: byte order mark; the set the server claims, if the bytes are valid in it; the set of
    `<meta charset>` or the XML declaration, likewise; UTF-8, if valid; a guess from a sample; windows-1252.
    Bytes that are valid UTF-8 and not ASCII are UTF-8 whatever a claim for a set of single bytes says: in such a
    set any bytes are valid, and text written in it is never valid UTF-8 by chance.
    """
    text, name = _decode_as_labelled(content, claimed)
    return text.replace("\x00", "") if b"\x00" in content else text, name  # in bytes it is found much faster


def decode_to_utf8(content: bytes, claimed: str | None = None) -> bytes:
    """Return the characters that `decode_page` gives, in UTF-8: mostly the bytes themselves, in a fifth of the time."""
    is_plain = not content.startswith(codecs.BOM_UTF8) and b"\x00" not in content and is_utf8(content)
    if is_plain and not any(name in _STATEFUL for name in _list_codecs(content[:META_BYTES], claimed)):
        return content
    return decode_page(content, claimed)[0].encode("utf-8", "replace")


def is_utf8(content: bytes) -> bool:
    """Say whether the bytes are valid UTF-8; Arrow checks it, since it makes no text of them."""
    bounds = pa.py_buffer(array("i", (0, len(content))))
    try:
        pa.StringArray.from_buffers(1, bounds, pa.py_buffer(content)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decode_as_labelled(content: bytes, claimed: str | None) -> tuple[str, str]:
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), name
    head = content[:META_BYTES]
    if _looks_like_utf16(head):
        name = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
        return content.decode(name, "replace"), name
    labels = _list_codecs(head, claimed)
    if not any(name in _STATEFUL for name in labels) and (text := _decode_strictly(content, "utf-8")) is not None:
        return text, "utf-8"
    for label in labels:
        if label and (text := _decode_strictly(content, label)) is not None:
            return text, label
    return _decode_unlabelled(content)


def _list_codecs(head: bytes, claimed: str | None) -> list[str | None]:
    return [find_codec(label) for label in (claimed, _find_label(_META, head), _find_label(_XML, head))]


def _decode_unlabelled(content: bytes) -> tuple[str, str]:
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "replace"), "utf-8"
    guess = _guess_codec(content)
    if guess and (text := _decode_strictly(content, guess)) is not None:
        return text, guess
    return _decode_windows_1252(content), "cp1252"


def find_codec(label: str | None) -> str | None:
    """Return the codec that a label such as `ISO-8859-1` means on the web; None if it names no character set."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError, UnicodeError):  # unknown; a NUL or a non-ASCII character in the label
        return None
    name = _WHATWG.get(name, name)
    if name in _NOT_CHARACTER_SETS or name.startswith(("utf-16", "utf-32")):
        # Claimed in ASCII, UTF-16 is a mistake for UTF-8 (HTML standard, "changing the encoding"); real
        # UTF-16 shows by its mark or its NULs, before any claim is looked at.
        return "utf-8" if name.startswith(("utf-16", "utf-32")) else None
    return name


def _find_label(pattern: re.Pattern[bytes], head: bytes) -> str | None:
    found = pattern.search(head)
    return found[1].decode("ascii") if found else None


def _decode_strictly(content: bytes, name: str) -> str | None:
    if name == "cp1252":
        return _decode_windows_1252(content)
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):  # LookupError: a codec that is not from bytes to text, such as `hex`
        return None


def _decode_windows_1252(content: bytes) -> str:
    return content.decode("latin-1").translate(_TO_1252)


def _is_mostly_utf8(content: bytes) -> bool:
    """Say whether it is UTF-8 with a few broken bytes: a page cut in a character, or with a foreign snippet in it."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    wide = sum(map(content.count, (b"\xc3", b"\xe2\x80", b"\xd0", b"\xe3"))) if broken else 0
    return broken * 20 < wide or broken <= 3 < wide  # twenty good sequences for each bad one, or a slip or two


def _guess_codec(content: bytes) -> str | None:
    """Guess the codec from the bytes around the first that is not ASCII, where the set shows."""
    first = next(iter(re.finditer(rb"[\x80-\xff]", content)), None)
    start = max(0, (first.start() if first else 0) - 1_000)
    best = from_bytes(content[start : start + SAMPLE_BYTES], steps=5, chunk_size=512).best()
    return find_codec(best.encoding) if best else None


def _looks_like_utf16(head: bytes) -> bool:
    """Say whether it is UTF-16 without a mark: every other byte of the first characters is NUL."""
    even, odd = head[:200:2], head[1:200:2]
    return len(odd) >= 8 and (
        (even.count(0) == 0 and odd.count(0) > 0.9 * len(odd))
        or (odd.count(0) == 0 and even.count(0) > 0.9 * len(even))
    )


_TO_1252 = {b: _OPEN_1252.get(b) or bytes([b]).decode("cp1252") for b in range(0x80, 0xA0)}
