"""Which Prefect server a night talks to: the one at PREFECT_API_URL, else a temporary one of its own.

Must run before Prefect is imported: Prefect reads its settings then.
"""

from __future__ import annotations

import os
from pathlib import Path

ALWAYS = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
# A temporary server's words are of no use once it is gone: the stages' own lines say what happens.
TEMPORARY = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # a busy machine takes 20 to 60
}


def settle_server(home: Path) -> str:
    """Set Prefect's environment and return a line that says which server it will be.

    A temporary server keeps its own data in `home` and takes no notice of any profile or login on the machine.
    """
    for name, value in ALWAYS.items():
        os.environ.setdefault(name, value)
    if address := os.environ.get("PREFECT_API_URL"):
        return f"Prefect: the server at {address}"
    for name, value in TEMPORARY.items():
        os.environ.setdefault(name, value)
    home.mkdir(parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_PROFILES_PATH"] = str(home / "profiles.toml")
    return "Prefect: a temporary server, which takes some 15 seconds to start (PREFECT_API_URL names a running one)"
