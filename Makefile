# Plain targets over .venv: `make run` and `make test` are all that a fresh clone needs.
#
#   make run               build examples/notes and serve it on 127.0.0.1:8080 (PORT=...)
#   make test              everything that has to pass, on every Python 3.11 to 3.13 found
#   make check             the quick part: style, types, import rules
#   make clean             remove environments and caches
#
#   PYTHON=python3.12      which Python .venv is made with
#   WORKERS=4              processes for the tests (else one for each core)

SHELL := /bin/sh
PORT ?= 8080
WORKERS ?= auto
PYTHON ?= $(shell sh tools/find-python)
BIN := .venv/bin
STAMP := .venv/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: run test check suite others setup clean
.DELETE_ON_ERROR:

run: setup
	@$(BIN)/pfc run examples/notes --port $(PORT)

test: check suite others

setup: $(STAMP)

# A new pyproject.toml is installed over the old environment; one made by another or a
# broken Python is made anew.
$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { sh tools/find-python --explain; exit 1; }
	@echo "== setting up .venv with $(PYTHON)"
	@$(BIN)/python -c "import pip" 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --editable ".[dev]"
	@touch $@

check: setup
	@echo "== style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@echo "== types"
	@$(BIN)/mypy
	@echo "== import rules"
	@$(BIN)/lint-imports --no-cache

suite: setup
	@echo "== tests on $$($(BIN)/python -V)"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup

# The other Pythons run what can differ between them: not the browser, not what is
# marked slow.
others: setup
	@$(BIN)/python tools/pythons.py > .venv/.others
	@test -s .venv/.others || echo "== no other Python from 3.11 to 3.13 found"
	@while read -r python; do \
	  sh tools/test-on "$$python" $(WORKERS) || exit 1; \
	done < .venv/.others

clean:
	rm -rf .venv .venv-* build dist examples/*/build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
