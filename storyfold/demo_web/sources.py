"""Make the sources.toml of the demo: the outlets at the addresses where they are served."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

from storyfold.demo_web.site import Site

PORT = 8765  # the first choice; any free one will do, and a lake keeps its own
# A fifth of a second between requests to a host: polite enough to be seen in the server's log, and three nights of up
# to 15 pages a host still fit into a minute.
HEAD = """\
# Written by `storyfold demo`: the outlets of data/demo_web as they are served while it runs.

[fetch]
allow_loopback = true
delay_seconds = 0.2"""
_PORT = re.compile(r"http://127\.0\.0\.\d+:(\d+)/")


def make_sources_text(site: Site) -> str:
    """Return a `[[source]]` for each outlet, in the web's order; a name in TOML is quoted as in JSON."""
    tables = []
    for outlet in site.web.outlets:
        key = "sitemaps" if outlet.lists == "sitemap" else "feeds"
        values = {
            "id": outlet.id,
            "outlet": outlet.name,
            "home": site.addresses[outlet.id] + "/",
            key: [site.make_list_url(outlet)],
            "language": outlet.language,
            "zone": outlet.zone,
        }
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        tables.append("\n".join(["[[source]]", *lines]))
    return "\n\n".join([HEAD, *tables]) + "\n"


def read_port(sources: Path) -> int | None:
    """Read the port that a lake's demo was served at: addresses are identity, so each run needs the same one."""
    if not sources.is_file():
        return None
    found = _PORT.search(sources.read_text(encoding="utf-8"))
    return int(found[1]) if found else None


def find_free_port() -> int:
    """Return the usual port if nobody listens there, else one that is free now."""
    for port in (PORT, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))  # noqa: S104 (asked of all addresses at once, and closed again)
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return PORT
