"""A worker is ready before its first page: no page pays for imports, kernels, models or word lists."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROBE = """
import functools, gc, json, sys
from datetime import UTC, datetime
from pathlib import Path
from numba.core import event
from flows.commands.page_inputs import find_items
from flows.commands.parse_pages import FileBatch, make_file_job
from storyfold.settings.stages import Settings

def tables():
    # what is made once: cached functions without arguments, by name
    cached = [f for f in gc.get_objects() if isinstance(f, functools._lru_cache_wrapper)]
    own = [f for f in cached if f.__module__.startswith("storyfold.") and not f.__wrapped__.__code__.co_argcount]
    return {f"{f.__module__}.{f.__qualname__}": f.cache_info().currsize for f in own}

settings = Settings()
items = find_items([Path(path) for path in sys.argv[1:]], settings.discover).items
batch = FileBatch(Path(), 0, 0, Path("out"), {}, settings, datetime.now(UTC))
job = make_file_job(batch)
job.prepare()
loaded, made = set(sys.modules), tables()
with event.install_recorder("numba:compile") as compiled:
    fates = [job.work(item) for item in items]
new = sorted(name for name in set(sys.modules) - loaded if not name.startswith("encodings"))
later = sorted(name for name, size in tables().items() if size and not made.get(name))
print(json.dumps([len(fates), sum(not fate.reject for fate in fates), new, len(compiled.buffer), len(made), later]))
"""


def test_no_page_waits_for_what_a_worker_loads_once() -> None:
    pages = [str(ROOT / folder) for folder in ("tests/golden", "data/demo")]
    done = subprocess.run([sys.executable, "-c", PROBE, *pages], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows, kept, modules, compiled, tables, later = json.loads(done.stdout.splitlines()[-1])
    assert rows > 30
    assert kept > 20
    assert tables > 5
    assert (modules, compiled, later) == ([], 0, [])
