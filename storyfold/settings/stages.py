"""The settings of all stages as one frozen value: read from a file, listed, fingerprinted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyfold.outcomes import WrongUse
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.settings.copies import CopySettings
from storyfold.settings.discover import DiscoverSettings
from storyfold.settings.documents import read_document
from storyfold.settings.fetch import FetchSettings
from storyfold.settings.older_limits import LIMITS, fold_limits
from storyfold.settings.outlets import OutletSettings, read_own_outlets
from storyfold.settings.parse import ParseSettings
from storyfold.settings.ranges import Allowed, list_allowed, make_fingerprint, read_settings
from storyfold.settings.stories import StorySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Hold what a user may set for a run, a table for each stage; all of it can change what lands."""

    discover: DiscoverSettings = DiscoverSettings()
    fetch: FetchSettings = FetchSettings()
    parse: ParseSettings = ParseSettings()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    copies: CopySettings = CopySettings()
    stories: StorySettings = StorySettings()
    outlets: OutletSettings = OutletSettings()

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change with any value."""
        return make_fingerprint(dataclasses.asdict(self))


STAGE_TABLES = tuple(field.name for field in dataclasses.fields(Settings))


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a run: the table and key that set it, what it is, where it comes from, and what is allowed."""

    table: str
    key: str
    value: bool | float | str | None
    origin: str
    allowed: Allowed


def read_stages(path: Path, tables: Mapping[str, object], defaults: Settings) -> Settings:
    """Return `defaults` with the values that the tables of a file set, and the rows of the file of outlets.

    Raises WrongUse, which names the first that cannot be.
    """
    values = {name: read_settings(str(path), name, table, getattr(defaults, name)) for name, table in tables.items()}
    settings = _find_model(path, dataclasses.replace(defaults, **values))
    return dataclasses.replace(settings, outlets=read_own_outlets(settings.outlets, path.parent))


def _find_model(path: Path, settings: Settings) -> Settings:
    """Take the folder of a model from the file's folder, so that a run does not depend on where it starts."""
    if settings.stories.embeddings is None:
        return settings
    folder = path.resolve().parent / Path(settings.stories.embeddings).expanduser()
    return dataclasses.replace(settings, stories=dataclasses.replace(settings.stories, embeddings=str(folder)))


def load_tables(path: Path) -> dict[str, Any]:
    """Read the tables of a settings file, unchecked but for their names; raises WrongUse."""
    document = read_document(path, "--settings names a file with tables as [copies]")
    if unknown := sorted(document.keys() - {*STAGE_TABLES, LIMITS}):
        allowed = ", ".join(f"[{name}]" for name in STAGE_TABLES)
        raise WrongUse(f"{path}: unknown key '{unknown[0]}' at top level; allowed: {allowed}")
    return fold_limits(str(path), document)


def load_settings(path: Path | None) -> Settings:
    """Return the settings of a file, or the defaults where there is none; raises WrongUse."""
    return Settings() if path is None else read_stages(path, load_tables(path), Settings())


def list_settings(settings: Settings, set_in: str, tables: Mapping[str, object]) -> Iterator[Setting]:
    """List every value that can be set, in the order of its table; `tables` are those of the file `set_in`."""
    for name in STAGE_TABLES:
        values, given = getattr(settings, name), tables.get(name)
        for key, allowed in list_allowed(type(values)).items():
            origin = set_in if isinstance(given, Mapping) and key in given else "default"
            yield Setting(name, key, getattr(values, key), origin, allowed)
