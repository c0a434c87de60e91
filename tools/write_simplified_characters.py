"""Write `tools/simplified_characters.txt`: traditional Chinese characters, each with its simplified one.

    pip install opencc==1.4.2 && python -m tools.write_simplified_characters

OpenCC (Apache-2.0) says which; of several it names the commonest. `tools/write_character_tables.py` folds by the file,
so that nothing of OpenCC is needed to read a text.
"""

from __future__ import annotations

from pathlib import Path

PATH = Path(__file__).with_name("simplified_characters.txt")
IDEOGRAPHS = (0x3400, 0x9FFF)  # with Extension A; the rare ones beyond it are left as they stand


def main() -> None:
    """Write a line for each character that is simplified into another one."""
    import opencc  # type: ignore[import-not-found, unused-ignore]

    convert = opencc.OpenCC("t2s").convert
    pairs = {character: convert(character) for character in map(chr, range(IDEOGRAPHS[0], IDEOGRAPHS[1] + 1))}
    changed = {one: other for one, other in pairs.items() if one != other and len(other) == 1 and ord(other) <= 0x9FFF}
    lines = [f"{one} {changed.get(other, other)}\n" for one, other in changed.items()]
    PATH.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
