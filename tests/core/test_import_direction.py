"""Imports only go flows -> tasks -> storyfold; stages do not import each other; `storyfold` knows no engine."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("discover", "fetch", "parse", "copies", "stories", "report")
MODULES = sorted(file for folder in ("flows", "tasks", "storyfold") for file in (ROOT / folder).rglob("*.py"))
FILE_COMMANDS = ("flows.cli", "flows.file_commands", "flows.lake_commands")


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import; write the whole name"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def top_level_imports_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
    return found


def stage_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "storyfold" and parts[1] in STAGES else None


def forbidden(importer: str, imported: str) -> str | None:
    """Why this import may not be, or None."""
    layer, target = importer.split(".", maxsplit=1)[0], imported.split(".", maxsplit=1)[0]
    if layer == "storyfold" and target in ("prefect", "prefect_dask", "dask", "distributed"):
        return "storyfold knows no engine"
    if layer == "storyfold" and target in ("flows", "tasks"):
        return "storyfold imports neither flows nor tasks"
    if layer == "tasks" and target == "flows":
        return "tasks do not import flows"
    if layer == "storyfold" and stage_of(imported) and stage_of(imported) != stage_of(importer):
        return "a stage imports no other stage, and a shared module no stage"
    return None


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_imports_go_one_way(file):
    wrong = {name: why for name in sorted(imports_of(file)) if (why := forbidden(name_of(file), name))}
    assert not wrong


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("storyfold.parse.page", "storyfold.fetch.archive"),
        ("storyfold.lake", "storyfold.report"),
        ("storyfold.lake", "prefect"),
        ("tasks.parse", "flows.nightly"),
    ],
)
def test_a_wrong_import_is_seen(importer, imported):
    assert forbidden(importer, imported)


@pytest.mark.parametrize("module", FILE_COMMANDS)
def test_commands_on_files_start_without_prefect(module):
    imported = top_level_imports_of(ROOT / (module.replace(".", "/") + ".py"))
    heavy = {name for name in imported if name.split(".")[0] in ("prefect", "tasks", "duckdb", "trafilatura", "pandas")}
    assert not heavy


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_modules_stay_small(file):
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{lines} lines: split it"
