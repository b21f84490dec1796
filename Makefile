# Plain targets over .venv: `make run` and `make test` are all that a fresh clone needs.
#
#   make run               build examples/notes and serve it on 127.0.0.1:8080 (PORT=...)
#   make test              everything that has to pass, on every Python 3.11 to 3.13 found
#   make check             the quick part: style, types, import rules
#   make chaos             kill a durable app 3,000 times, and look for what it promised
#                          (KILLS=100 for fewer); on PostgreSQL a tenth of that
#   make soundness         a million programs against the checker, twenty minutes on one core
#                          (PROGRAMS=20000 for fewer)
#   make generate          editor grammars, lexer tables and pictures, from grammar/
#   make docs              the same, and the screenshots of the extension (needs chromium)
#   make extension         pack the VS Code extension into dist/ and list what is in it
#   make bench             measure against others that do the same, and write docs/benchmarks.md
#   make clean             remove environments and caches
#
#   PYTHON=python3.12      which Python .venv is made with
#   WORKERS=4              processes for the tests (else one for each core)

SHELL := /bin/sh
PORT ?= 8080
WORKERS ?= auto
PROGRAMS ?= 1000000
KILLS ?= 3000
PYTHON ?= $(shell sh tools/find-python)
BIN := .venv/bin
STAMP := .venv/.installed
VSCODE := editors/vscode
NODE_STAMP := $(VSCODE)/node_modules/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: run test check suite others soundness chaos setup generate docs extension clean bench
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

# What tests and packs the extension; only its lock file decides what that is.
$(NODE_STAMP): $(VSCODE)/package-lock.json | $(STAMP)
	@echo "== setting up $(VSCODE)"
	@$(BIN)/python tools/npm.py ci --ignore-scripts --no-audit --no-fund --loglevel=error --silent
	@touch $@

generate: setup
	@$(BIN)/python -m pfc.highlight
	@$(BIN)/python tools/make_docs.py

docs: generate
	@sh tools/screenshots

extension: setup $(NODE_STAMP)
	@mkdir -p dist
	@$(BIN)/python tools/npm.py exec --offline -- vsce package --no-dependencies \
	  --allow-missing-repository --no-rewrite-relative-links \
	  --out ../../dist/packetflow.vsix >/dev/null
	@$(BIN)/python -m zipfile --list dist/packetflow.vsix

check: setup
	@echo "== style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@echo "== types"
	@$(BIN)/mypy
	@echo "== import rules"
	@$(BIN)/lint-imports --no-cache
	@echo "== layout of .pf files"
	@$(BIN)/pfc fmt --check examples

suite: setup $(NODE_STAMP)
	@echo "== tests on $$($(BIN)/python -V)"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup

# What the tests do with 60,000 programs, with as many as wanted.
soundness: setup
	@$(BIN)/python -m tests.authority.soundness --programs $(PROGRAMS)

# What the tests do with 50 kills, with as many as wanted.
chaos: setup
	@$(BIN)/python -m tests.chaos --kills $(KILLS)
	@$(BIN)/python -m tests.chaos --kills $$(($(KILLS) / 10 + 1)) --store postgres

# The other Pythons run what can differ between them: not the browser, not what is
# marked slow.
others: setup
	@$(BIN)/python tools/pythons.py > .venv/.others
	@test -s .venv/.others || echo "== no other Python from 3.11 to 3.13 found"
	@while read -r python; do \
	  sh tools/test-on "$$python" $(WORKERS) || exit 1; \
	done < .venv/.others

# The peers are installed into environments of their own; see benchmarks/.
bench: setup
	@$(BIN)/python -m benchmarks install
	@$(BIN)/python -m benchmarks --write

clean:
	rm -rf .venv .venv-* build dist examples/*/build
	rm -rf $(VSCODE)/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
