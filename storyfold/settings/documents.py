"""Read a TOML file of a user's."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from storyfold.outcomes import WrongUse


def read_document(path: Path, hint: str) -> dict[str, Any]:
    """Read a TOML file, unchecked; raises WrongUse. `hint` says what to name where it is not there."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WrongUse(f"{path}: no such file; {hint}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(f"{path}: cannot be read as TOML: {error}") from None
