"""Keep generated documents on disk, as making a million takes five minutes and 5 GB of memory.

    python -m benchmarks.kept_documents FOLDER COUNT SEED

Prints the path of the JSON-lines file: the rows of `benchmarks.copy_documents.make(COUNT, SEED)`, in their order.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from benchmarks import copy_documents
from benchmarks.shared_data import ROOT

DEFAULT_FOLDER = Path(tempfile.gettempdir()) / "storyfold-benchmark-documents"


def keep_documents(folder: Path, count: int, seed: int) -> Path:
    """Return the file of these documents, made unless it is there, in a process of its own that frees their memory."""
    file = _name_file(folder, count, seed)
    if not file.exists():
        command = [sys.executable, "-m", "benchmarks.kept_documents", folder, str(count), str(seed)]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return file


def _name_file(folder: Path, count: int, seed: int) -> Path:
    """Name the file after what its contents follow from, the generator's code among it."""
    code = hashlib.sha256(Path(copy_documents.__file__).read_bytes()).hexdigest()
    return folder.absolute() / f"documents-{count}-{seed}-{code[:12]}.jsonl"


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Read the documents of a file."""
    with file.open("rb") as lines:
        for line in lines:
            yield orjson.loads(line)


def read_families(file: Path) -> dict[str, str]:
    """Read each document's family, as it is known."""
    return {row["id"]: row["family"] for row in read_rows(file)}


def write_rows(rows: Iterator[dict[str, Any]] | list[dict[str, Any]], file: Path) -> None:
    """Write rows as JSON lines; the file is there when it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    writing = file.with_name(file.name + ".writing")
    with writing.open("wb") as lines:
        lines.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    writing.rename(file)


def main() -> None:
    """Make the documents and print where they are."""
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    file = _name_file(folder, count, seed)
    write_rows(copy_documents.make(count, seed), file)
    print(file)


if __name__ == "__main__":
    main()
