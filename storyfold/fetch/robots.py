"""Read robots.txt (RFC 9309): what a host lets us request, learned once a run and host."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from protego import Protego

from storyfold.fetch.user_agent import NAME
from storyfold.outcomes import Reason, Rejected, Transient
from storyfold.web.messages import ErrorResponse, LongRestResponse, Response
from storyfold.web.urls import split_url

ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
TRIES = 3  # as many as a page gets (`tasks.retrying`); then the host is left alone for the run
# Seconds between requests that robots.txt may ask for. Some ask for hours, which a run cannot honour.
LONGEST_DELAY = 30.0
# A line that names an agent, in every spelling that protego takes (its words are split and joined by one space first).
_AGENT = re.compile(r"(?:user-agent|useragent|user agent) ?[: ] ?(.*)")


@dataclass(slots=True)
class _Site:
    """The rules of one scheme, host and port, once they are known."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | Rejected | None = None
    failures: int = 0


class Robots:
    """The rules of all hosts of a run; for any number of threads."""

    def __init__(self, send_request: Callable[[str, int], Response], names: Collection[str] = (NAME,)) -> None:
        """Request rules by `send_request`, which itself must not heed robots.txt; those of any of `names` are ours."""
        self._send_request = send_request
        self._names = names
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()

    def check(self, url: str) -> float:
        """Return the seconds that the host asks for between requests; 0 where it asks for none.

        Raises Rejected: ROBOTS where the rules forbid the address, ROBOTS_UNREACHABLE where they could not be had
        three times, REFUSED_ADDRESS or BAD_URL where the host cannot be requested, NO_ANSWER where it asks to be left
        alone; Transient where they could not be had before the third time.
        """
        rules = self._get_rules(url)
        if not rules.can_fetch(url, NAME):
            raise Rejected(Reason.ROBOTS, "robots.txt of the host forbids this address")
        return max(0.0, min(rules.crawl_delay(NAME) or 0.0, LONGEST_DELAY))

    def _get_rules(self, url: str) -> Protego:
        parts = split_url(url)
        if parts is None:
            raise Rejected(Reason.BAD_URL, f"not an http or https address: {url[:200]!r}")
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            site = self._sites.setdefault(origin, _Site())
        with site.lock:
            if site.rules is None:
                site.rules = self._request_rules(site, f"{origin}/robots.txt")
            if isinstance(site.rules, Rejected):
                raise Rejected(site.rules.reason, site.rules.detail)
            return site.rules

    def _request_rules(self, site: _Site, address: str) -> Protego | Rejected:
        try:
            response = self._send_request(address, ROBOTS_BYTES)
        except ErrorResponse:  # 4xx, or redirects without end: there are no rules (RFC 9309, 2.3.1.2 and 2.3.1.3)
            return read_rules("")
        except Rejected as error:
            if error.reason in (Reason.REFUSED_ADDRESS, Reason.BAD_URL):  # of the host, and so of each page on it
                return error
            if error.reason is Reason.NO_ANSWER:  # the host rests: not for good
                raise
            return Rejected(Reason.ROBOTS_UNREACHABLE, f"robots.txt: {error}")
        except LongRestResponse as error:
            raise Rejected(Reason.NO_ANSWER, f"robots.txt: {error}") from None
        except Transient as error:  # 5xx and no response: all is forbidden (RFC 9309, 2.3.1.4)
            site.failures += 1
            if site.failures < TRIES:
                raise
            return Rejected(Reason.ROBOTS_UNREACHABLE, f"robots.txt: {error}")
        return read_rules(response.content.decode("utf-8-sig", "replace"), self._names)


def read_rules(text: str, names: Collection[str] = (NAME,)) -> Protego:
    """Read the rules of a robots.txt, those of all our names under one, and all agents that cannot mean us as one.

    Protego keeps each group's rules once for each of its agents: 62 kB of 2,000 agents and 2,000 rules took 6 s and
    290 MB, and both grow with the square.
    """
    return Protego.parse("\n".join(_rename_agent(line, names) for line in text.splitlines()))


def _rename_agent(line: str, names: Collection[str]) -> str:
    found = _AGENT.fullmatch(" ".join(line.partition("#")[0].split()).lower())
    if found is None or not found[1]:
        return line
    agent = found[1].replace("*", "").strip() or "*"  # as protego does: asterisks in a name do not count
    token = agent.partition("/")[0].strip()  # some write a version after the name
    # The whole name, in any case (RFC 9309, 2.2.1): protego would take "story" for us, too.
    return f"User-agent: {'*' if agent == '*' else NAME if token in names else 'another'}"
