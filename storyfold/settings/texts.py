"""Read texts and lists of texts from a TOML table, as sources and outlets have them."""

from __future__ import annotations

import re

from storyfold.outcomes import WrongUse
from storyfold.settings.ranges import format_value

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_text(where: str, key: str, value: object) -> str:
    """Return a text without blanks around it; raises WrongUse where it is none, or empty."""
    if not isinstance(value, str) or not value.strip():
        raise WrongUse(f"{where}: key '{key}' is {format_value(value)}; allowed: a text in quotes")
    return value.strip()


def read_texts(where: str, key: str, value: object) -> tuple[str, ...]:
    """Return a list of texts, of a single one too; raises WrongUse where a part of it is none."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(t, str) and t.strip() for t in texts):
        raise WrongUse(f"{where}: key '{key}' is {format_value(value)}; allowed: a text in quotes, or a list of them")
    return tuple(t.strip() for t in texts)
