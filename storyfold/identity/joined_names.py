"""Follow names that are joined to others, each to the one that stands for all of them."""

from __future__ import annotations


def find_root(name: str, joined: dict[str, str]) -> str:
    """Return the name that stands for all that this one is joined with; a new name stands for itself.

    `joined` has for each name one that it is joined to, and is given the new one.
    """
    while joined.setdefault(name, name) != name:
        name = joined[name]
    return name
