"""Take the README's picture from a lake's latest report: `python tools/take_pictures.py LAKE` (needs Chromium)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1"
).split()


def main() -> None:
    """Write docs/report.png: the upper part of the page, as wide as a laptop shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if len(sys.argv) != 2 or not chromium:
        sys.exit("usage: python tools/take_pictures.py LAKE; Chromium must be installed (Debian: chromium)")
    page = Path(sys.argv[1]).resolve() / "reports" / "latest.html"
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium, *QUIET, f"--user-data-dir={profile}", "--window-size=1100,1500"]
        subprocess.run([*command, f"--screenshot={DOCS / 'report.png'}", page.as_uri()], check=True, timeout=120)


if __name__ == "__main__":
    main()
