# `make help` lists what there is. Needs only make and Python 3.11 to 3.13.
# PYTHON= picks the interpreter; without it the one of .venv, else the newest of 3.13, 3.12, 3.11 that starts.
PYTHON ?= $(shell for p in .venv/bin/python python3.13 python3.12 python3.11 python3 python; do \
  if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; \
  then echo $$p; exit; fi; done; echo python3)
BIN := .venv/bin
SOURCES ?= data/sources.toml
LAKE ?= data/lake
DEMO_LAKE ?= data/demo-lake
# the tests that start whole nights and commands: as long as all others together
NIGHTS := tests/flows tests/demo tests/commands tests/output
# The tests start many processes: each reads our modules as bytecode that the first has kept, also where the
# environment says to keep none (0.2 to 0.6 of the 3.7 seconds that importing what a night needs costs each).
test coverage test-slow: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-nights test-parts coverage test-slow test-slow-nights test-slow-parts check nightly report bench lock docs

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: ## make .venv from requirements.lock; nothing to do while lock and Python are unchanged
	@$(PYTHON) tools/setup.py

demo: setup ## three nights over a news web of our own, served on this machine, with the report
	@$(BIN)/storyfold demo --lake $(DEMO_LAKE)

test: setup ## all tests but the slow ones, in two halves at a time: whole nights and commands, and everything else
	@$(MAKE) --no-print-directory -j2 test-nights test-parts

coverage: setup ## the same tests, and which lines they ran in the process of the tests; a quarter to a half more work
	@$(MAKE) --no-print-directory -j2 COVERAGE="--cov --cov-report=" test-nights test-parts
	@$(BIN)/coverage combine -q && $(BIN)/coverage report --skip-covered

test-nights: setup
	@COVERAGE_FILE=.coverage.nights $(BIN)/python -m pytest $(COVERAGE) -q -m "not slow" $(NIGHTS)

test-parts: setup
	@COVERAGE_FILE=.coverage.parts $(BIN)/python -m pytest $(COVERAGE) -q -m "not slow" $(NIGHTS:%=--ignore=%)

test-slow: setup ## killed nights and the servers that show them, the largest sets, mutated pages; then the README's first command on a fresh clone, on one busy core
	@$(MAKE) --no-print-directory -j2 test-slow-nights test-slow-parts
	@$(BIN)/python tools/fresh_clone.py

test-slow-nights: setup
	@$(BIN)/python -m pytest -q -m slow $(NIGHTS)

test-slow-parts: setup
	@$(BIN)/python -m pytest -q -m slow $(NIGHTS:%=--ignore=%)

check: setup ## style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

nightly: setup ## a night over SOURCES= (data/sources.toml) into LAKE= (data/lake)
	@$(BIN)/storyfold nightly --sources $(SOURCES) --lake $(LAKE)

report: setup ## the report of the last night in LAKE=
	@$(BIN)/storyfold report --lake $(LAKE)

bench: setup ## speed and quality on ../shared/data, printed as a table
	@$(BIN)/python -m benchmarks.nightly

docs: setup ## write docs/columns.md and docs/reasons.md anew
	@$(BIN)/python tools/write_docs.py

lock: setup ## resolve requirements.lock anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock
