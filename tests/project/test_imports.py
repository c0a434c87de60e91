"""Imports go flows -> tasks -> storyfold; a stage imports shared rooms, never another stage; rooms make no circle."""

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("flows", "tasks", "storyfold")
STAGES = ("discover", "fetch", "parse", "boilerplate", "copies", "stories", "report")
ENGINES = ("prefect", "prefect_dask", "dask", "distributed")
# Commands on files start in a fraction of a second: what is slow to load is imported where it is used.
FILE_COMMANDS = ("flows.commands.cli", "flows.commands.files", "flows.commands.lake", "flows.commands.check")
SLOW_TO_LOAD = ("prefect", "tasks", "duckdb", "trafilatura", "pandas")


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for folder in LAYERS for file in sorted((ROOT / folder).rglob("*.py"))}
BENCHMARKS = {name_of(file): file for file in sorted((ROOT / "benchmarks").glob("*.py"))}


def imports_of(module: str, nodes=ast.walk) -> set[str]:
    """The modules that a module imports, ours as modules and not as the names in them."""
    found = set()
    known = MODULES | BENCHMARKS
    for node in nodes(ast.parse(known[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import; write the whole name"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & known.keys() or {str(node.module)}
    return found


def stage_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "storyfold" and parts[1] in STAGES else None


def room_of(module: str) -> str:
    """The folder that a module lies in; a module beside the rooms of storyfold/ is a room of its own."""
    file = MODULES[module]
    own = file.name == "__init__.py" or file.parent == ROOT / "storyfold"
    return module if own else module.rpartition(".")[0]


def rooms() -> dict[str, set[str]]:
    """Each room with the other rooms that it imports."""
    needs: dict[str, set[str]] = {room_of(module): set() for module in MODULES if module != "storyfold"}
    for module in MODULES.keys() - {"storyfold"}:
        ours = {room_of(name) for name in imports_of(module) & MODULES.keys()}
        needs[room_of(module)] |= ours - {room_of(module), "storyfold"}
    return needs


def forbidden(importer: str, imported: str) -> str | None:
    """Why this import may not be, or None."""
    layer, target = importer.split(".", maxsplit=1)[0], imported.split(".", maxsplit=1)[0]
    if layer == "storyfold" and target in ENGINES:
        return "storyfold knows no engine"
    if target in LAYERS and LAYERS.index(target) < LAYERS.index(layer):
        return f"{layer} does not import {target}"
    if layer == "storyfold" and stage_of(imported) and stage_of(imported) != stage_of(importer):
        return "a stage imports no other stage, and a shared room no stage"
    return None


def test_imports_go_one_way():
    edges = [(module, name) for module in MODULES for name in sorted(imports_of(module))]
    assert len(edges) > 1000, "the imports are not seen"
    assert [(*edge, why) for edge in edges if (why := forbidden(*edge))] == []


def test_rooms_make_no_circle():
    list(graphlib.TopologicalSorter(rooms()).static_order())  # raises CycleError with the circle in it


def test_each_room_imports_only_rooms_below_it_in_the_docs():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `((?:flows|tasks|storyfold)[a-z_/.]*)` \|", text, re.MULTILINE)
    order = [name.removesuffix(".py").strip("/").replace("/", ".") for name in rows]
    assert sorted(order) == sorted(rooms())
    assert [(a, b) for a, needs in rooms().items() for b in needs if order.index(a) > order.index(b)] == []


def test_benchmarks_make_no_circle_and_import_no_tests():
    needs = {module: imports_of(module) for module in BENCHMARKS}
    assert [(module, name) for module, names in needs.items() for name in names if name.split(".")[0] == "tests"] == []
    ours = {module: names & BENCHMARKS.keys() for module, names in needs.items()}
    order = list(graphlib.TopologicalSorter(ours).static_order())  # raises CycleError with the circle in it
    assert order.index("benchmarks.shared_data") < order.index("benchmarks.quality")


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("storyfold.parse.page", "storyfold.fetch.archive"),
        ("storyfold.parse.page", "storyfold.boilerplate.cut"),
        ("storyfold.lake.lake", "storyfold.report"),
        ("storyfold.lake.lake", "prefect"),
        ("tasks.parse", "flows.nightly"),
    ],
)
def test_a_wrong_import_is_seen(importer, imported):
    assert forbidden(importer, imported)


def test_the_parse_stage_is_entered_by_few_doors():
    own = [name for name in MODULES if name.startswith("storyfold.parse.") and name.count(".") == 2]
    modules = [name for name in own if MODULES[name].name != "__init__.py"]
    assert len(modules) <= 8, modules


def test_commands_on_files_start_without_prefect():
    slow = {
        (module, name)
        for module in FILE_COMMANDS
        for name in imports_of(module, ast.iter_child_nodes)
        if name.split(".")[0] in SLOW_TO_LOAD
    }
    assert slow == set()


def test_importing_the_package_changes_no_logger():
    """A program that uses storyfold as a library keeps its own loggers, and those of its libraries, as they were."""
    code = (
        "import importlib, logging, sys, trafilatura, htmldate, prefect\n"
        "def levels():\n"
        "    known = dict(logging.root.manager.loggerDict)\n"
        "    return {n: (l.level, len(l.handlers)) for n, l in known.items() if isinstance(l, logging.Logger)}\n"
        "before = levels()\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "after = levels()\n"
        "theirs = ('trafilatura', 'htmldate')\n"
        "print({n: after[n] for n in before if before[n] != after[n] and n.startswith(theirs)})\n"
        "print({n: level for n, level in after.items() if n.split('.')[0] == 'storyfold' and level != (0, 0)})"
    )
    modules = [name for name in MODULES if name.startswith("storyfold") and not name.endswith("__main__")]
    done = subprocess.run([sys.executable, "-c", code, *modules], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["{}", "{}"]


# Module-level values that change, and why each may: anything else that is held open belongs to `tasks.resources`.
MAY_CHANGE = {
    ("tasks.resources", "_opened"): "of a process of a cluster, which is sent a recipe and has nobody to hold them",
    ("tasks.resources", "_opening"): "as above",
    ("storyfold.kernels.compiled", "_load_lock"): "one thread at a time compiles, in the whole process",
    ("storyfold.kernels.compiled", "_kernels"): "what the modules declare when they are imported, nothing later",
    ("storyfold.web.record_bytes", "_states"): "how far this thread has read an archive: a cache of one place",
}
HOLDERS = frozenset({"list", "dict", "set", "deque", "defaultdict", "Counter", "local", "Lock", "RLock", "Queue"})


def changing_values(module: str) -> set[str]:
    """The names that a module binds to an empty container, a lock, or values of each thread; and its globals."""
    found = set()
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if is_holder(node.value):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found | {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}


def is_holder(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        function = value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in HOLDERS and not value.args
    return isinstance(value, ast.List | ast.Dict | ast.Set) and not ast.unparse(value).strip("[]{}")


def test_no_module_holds_what_changes():
    assert len(MODULES) > 250
    found = {(module, name) for module in MODULES for name in changing_values(module)}
    assert found == MAY_CHANGE.keys()
