"""Docs that derive from code are not stale; every dependency has its reason; no registry stands in the lock."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = ("flows", "tasks", "storyfold", "tests", "benchmarks", "tools", "data")


@pytest.fixture(scope="module")
def write_docs():
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "tools" / "write_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["columns", "reasons"])
def test_generated_docs_are_fresh(write_docs, name):
    written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == getattr(write_docs, f"render_{name}_page")(), "run `make docs`"


def names(requirements):
    return {re.split(r"[\[<>=;~! ]", requirement)[0] for requirement in requirements}


def test_every_dependency_has_its_reason_and_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = names(project["dependencies"]) | names(project["optional-dependencies"]["dev"])
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert [name for name in sorted(direct) if f"`{name}" not in reasons] == []
    assert direct <= locked


def test_the_lock_has_hashes_and_no_place_to_download_from():
    text = (ROOT / "requirements.lock").read_text()
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_links_in_the_docs_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "data" / "demo" / "README.md"]
    broken = [
        (page.name, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not link.startswith("http") and not (page.parent / link).exists()
    ]
    assert broken == []


def test_files_that_the_docs_name_are_there():
    """A path in backquotes is of the project: whole, or below storyfold/; a name alone is of some file in it."""
    files = {file.relative_to(ROOT).as_posix() for top in TOPS for file in (ROOT / top).rglob("*") if file.is_file()}
    files |= {file.rpartition("/")[2] for file in files} | {"extensions.py"}  # a reader's own, in docs/sql.md
    named = re.compile(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|sql|npz))`")
    missing = [
        (page.name, path)
        for page in (ROOT / "docs").glob("*.md")
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not {path, f"storyfold/{path}"} & files
    ]
    assert missing == []


def test_the_glossary_has_each_term_once_and_in_one_line():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
    terms = [term for term, _ in rows if term not in ("term", "---")]
    assert len(terms) > 60
    assert len(set(terms)) == len(terms)
    assert all(len(meaning) <= 180 for _, meaning in rows)


def test_modules_that_a_package_names_are_there():
    """A name in backquotes in the docstring of a package is a module beside it, or a package at the top."""
    missing = [
        f"{package.relative_to(ROOT)}: {name}"
        for top in ("flows", "tasks", "storyfold")
        for package in (ROOT / top).rglob("__init__.py")
        for name in re.findall(r"`([a-z_]+)(?:\.[a-z_.]+)?`", package.read_text(encoding="utf-8"))
        if name not in TOPS and not (package.parent / name).exists() and not (package.parent / f"{name}.py").exists()
    ]
    assert missing == []
