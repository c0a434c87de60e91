"""Make the user agent, and list the names in it by which a robots.txt may mean us."""

from __future__ import annotations

import re

from storyfold import __version__

NAME = "storyfold"  # the product token by which robots.txt addresses us
PRODUCT = f"{NAME}/{__version__}"
_COMMENT = re.compile(r"\([^()]*\)")
# A product token (RFC 9309, 2.2.1: letters, _ and -), as a word of its own or before its version.
_TOKEN = re.compile(r"(?<![^\s])[A-Za-z_-]+(?=[/\s]|$)")


def make_user_agent(setting: str | None) -> str:
    """Return the user agent to send: the setting, with our own name after it unless it is there."""
    if not setting:
        return PRODUCT
    return setting if NAME in list_agent_names(setting) else f"{setting} {PRODUCT}"


def list_agent_names(agent: str) -> frozenset[str]:
    """List the product tokens of a user agent in small letters, without what stands in brackets."""
    rest, before = agent, ""
    while rest != before:
        rest, before = _COMMENT.sub(" ", rest), rest
    return frozenset(token.lower() for token in _TOKEN.findall(rest))
