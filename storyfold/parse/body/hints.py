"""Declare the hints of a page's metadata that help to find its text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hints:
    """Hold what the page's metadata says that helps to find its text.

    `heads` are its titles, credits and section, which are no part of the text; `descriptions` those in its meta
    tags, which show its standfirst; `spoken` is the `articleBody` of its JSON-LD; `free` is False where the page
    says that it is paid.
    """

    heads: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    spoken: str = ""
    free: bool = True
