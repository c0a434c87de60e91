"""Take the README's pictures: `python tools/take_pictures.py [LAKE]`; needs Chromium and tmux.

Runs `storyfold demo` in a real terminal into a new lake, then shows what the terminal and the report's page show. With
LAKE, a lake that has the demo already, the terminal shows a second run.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1"
).split()
COLUMNS, LINES = 124, 70
LINE_PIXELS = 19
PATIENCE = 600  # seconds for a demo; an idle machine takes one
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>body {{ margin: 0; background: #1d2026; color: #dcdfe4 }}
pre {{ margin: 16px 20px; font: 14px/{line}px "DejaVu Sans Mono", monospace }}</style>
<pre>{code}</pre>"""


def main() -> None:
    """Write docs/terminal.png and docs/report.png, the upper part of the page as wide as a laptop shows it."""
    if missing := [tool for tool in ("chromium", "tmux") if not shutil.which(tool)]:
        sys.exit(f"not installed: {', '.join(missing)} (on Debian packages of the same name)")
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(sys.argv[1] if sys.argv[1:] else Path(folder, "demo-lake")).resolve()
        screen = capture_terminal(f"storyfold demo --lake {lake.name}", lake.parent)
        page = Path(folder, "terminal.html")
        page.write_text(render_screen(screen), encoding="utf-8")
        height = 40 + LINE_PIXELS * len(screen.splitlines())
        photograph(page, DOCS / "terminal.png", f"1090,{height}", folder)
        photograph(lake / "reports" / "latest.html", DOCS / "report.png", "1100,1500", folder)


def capture_terminal(command: str, folder: Path) -> str:
    """Return what a terminal shows, with its colours, after a command that was typed in this folder has ended."""
    tmux = ["tmux", "-L", f"pictures-{time.monotonic_ns()}"]
    shell = f"env PS1='$ ' PATH={Path(sys.executable).parent}:/usr/bin:/bin bash --norc --noprofile"
    size = ["-x", str(COLUMNS), "-y", str(LINES)]
    subprocess.run([*tmux, "new-session", "-d", *size, "-c", str(folder), shell], check=True)
    try:
        time.sleep(1)  # until the prompt is there
        subprocess.run([*tmux, "send-keys", command, "Enter"], check=True)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(1)
            shown = subprocess.run(
                [*tmux, "capture-pane", "-e", "-p", "-S", "-200"], check=True, capture_output=True, text=True
            ).stdout.rstrip()
            if "Tables:" in shown.rpartition("\n$")[0]:
                return shown.rpartition("\n$")[0].rstrip()
        sys.exit(f"the demo took more than {PATIENCE} seconds")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def render_screen(screen: str) -> str:
    """Return a page that shows a terminal's text."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(screen))
    code = console.export_html(inline_styles=True, code_format="{code}", theme=MONOKAI)
    return PAGE.format(line=LINE_PIXELS, code=code)


def photograph(page: Path, picture: Path, size: str, folder: str) -> None:
    """Write what a browser window of this size shows of a page."""
    command = ["chromium", *QUIET, f"--user-data-dir={folder}/profile", f"--window-size={size}"]
    subprocess.run([*command, f"--screenshot={picture}", page.as_uri()], check=True, timeout=120)


if __name__ == "__main__":
    main()
