"""Find the pages that `storyfold parse` is given: files, folders and archives, standard input, or one address."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.commands.stdin_and_address import SOURCE, LoadedPage, fetch_page, read_standard_input
from storyfold.discover.discover_source import discover
from storyfold.outcomes import Reason, Rejected, WrongUse, leaves_hole
from storyfold.output.article_rows import KEYS
from storyfold.output.destination import STANDARD
from storyfold.output.row_columns import Row
from storyfold.schemas import Item
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.sources import Source
from storyfold.settings.stages import Settings
from storyfold.web.messages import Response
from storyfold.web.urls import split_url
from storyfold.web.warc import is_archive, is_archive_file

log = logging.getLogger(__name__)

NOTHING_THERE = (
    "no pages there; pages end in .html, .htm, .xhtml or .txt, archives in .warc, .wet or .arc (all also with .gz)"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundPages:
    """Hold the pages in the inputs, each once.

    `refused` has a row for each input that cannot be read, `passed_over` a line for each archive with records that
    state themselves to be no pages.
    """

    items: list[Item | LoadedPage]
    refused: list[Row]
    passed_over: list[str]


@dataclass(frozen=True, slots=True)
class PageInputs:
    """Hold what the command line names: paths, `-`, and with `fetch` one address; and how they are read."""

    inputs: tuple[str, ...]
    settings: Settings
    fetch: bool = False
    allow_loopback: bool = False

    def __str__(self) -> str:
        return ", ".join(self.inputs)

    @property
    def paths(self) -> list[Path]:
        """The inputs that are on disk."""
        return [Path(given) for given in self.inputs if given != str(STANDARD) and not is_address(given)]

    def find_pages(self) -> FoundPages:
        """Look through the inputs. Raises WrongUse where one of them cannot be an input."""
        addresses = self._check_addresses()
        if self.inputs.count(str(STANDARD)) > 1:
            raise WrongUse("- is standard input, which can be read once; it is named twice")
        found = find_items(self.paths, self.settings.discover) if self.paths else FoundPages([], [], [])
        loaded = [read_standard_input(self.settings.fetch.page_bytes)] if str(STANDARD) in self.inputs else []
        requests = self.settings.fetch
        requests = replace(requests, allow_loopback=requests.allow_loopback or self.allow_loopback)
        loaded += [fetch_page(address, requests) for address in addresses]
        return FoundPages([*found.items, *loaded], found.refused, found.passed_over)

    def _check_addresses(self) -> list[str]:
        addresses = [given for given in self.inputs if is_address(given)]
        if wrong := next((given for given in addresses if split_url(given) is None), None):
            raise WrongUse(f"{wrong}: not an http or https address, and no file")
        if addresses and not self.fetch:
            raise WrongUse(f"{addresses[0]}: an address is asked for only with --fetch; without it, name saved pages")
        if self.fetch and len(addresses) != 1:
            raise WrongUse(
                f"--fetch takes one address, not {len(addresses)}; "
                "more of them go under `urls` in a sources.toml, for storyfold nightly"
            )
        if self.allow_loopback and not self.fetch:
            raise WrongUse("--allow-loopback goes with --fetch: it lets an address of this machine be asked")
        return addresses


def is_address(given: str) -> bool:
    """Say whether an input is meant as an address; a file of that name goes first."""
    return _SCHEME.match(given) is not None and not Path(given).exists()


def find_items(paths: Sequence[Path], settings: DiscoverSettings) -> FoundPages:
    """Find the pages in files, folders and archives. Raises WrongUse for a path that is not there."""
    if missing := next((path for path in paths if not path.exists()), None):
        raise WrongUse(f"{missing}: no such file or folder; name pages, folders of pages, or archives (WARC, WET, ARC)")
    resolved = [(str(path.resolve()), path.is_dir(), _is_archive(path)) for path in paths]
    pages = tuple(path for path, folder, archive in resolved if folder or not archive)
    archives = tuple(path for path, folder, archive in resolved if folder or archive)
    source = Source(id=SOURCE, pages=pages, archives=archives)
    found = discover(source, _refuse_request, settings, datetime.now(UTC))
    folders = {str(path.resolve()): path for path in paths if path.is_dir()}
    refused = [
        make_refused_row(reject.reject_id, reject.location, reject.reason)
        for reject in found.rejects
        # a folder is looked through for pages and for archives; that it lacks one of them is no fault
        if leaves_hole("discover", Reason(reject.reason))
        and not (reject.reason == Reason.MISSING_INPUT and reject.location in folders)
    ]
    missing_inputs = Counter(
        r.location for r in found.rejects if r.reason == Reason.MISSING_INPUT and r.location in folders
    )
    # one rejection for the pages that it lacks, one for the archives
    empty = [str(folders[folder]) for folder, kinds in missing_inputs.items() if kinds > 1]
    if empty and not found.items and not refused:
        raise WrongUse(f"{', '.join(empty)}: {NOTHING_THERE}")
    for folder in empty:
        log.warning("%s: %s", folder, NOTHING_THERE)
    passed_over = [f"{r.location}: passed over {r.detail}" for r in found.rejects if r.reason == Reason.PASSED_RECORDS]
    return FoundPages(list(found.items), refused, passed_over)


def _is_archive(path: Path) -> bool:
    """Tell an archive by its name, or a regular file by its first bytes: an archive under another name is no page."""
    return is_archive(path.name) or (path.is_file() and is_archive_file(path))


def make_refused_row(row_id: str, path: str, reason: str) -> Row:
    """Make the row of an input that gave no article."""
    empty: Row = dict.fromkeys(KEYS)
    return empty | {"id": row_id, "path": path, "authors": [], "body": "", "kind": "error", "reason": reason}


def _refuse_request(url: str, limit: int) -> Response:
    raise Rejected(Reason.BAD_URL, f"{url}: a command on files asks no server ({limit})")
