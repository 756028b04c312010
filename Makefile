# Sets everything up by itself; needs Python 3.11+ with pip and venv, and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
COVERAGE_FLOOR := 95

.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos soak lock

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: $(VENV)/installed ## Set up and run the bot; with no token, open the playground
	@$(BIN)/python -m bot run

# tests start the program hundreds of times: it must be compiled once, whatever the surroundings say
test: $(VENV)/installed-dev ## Set up and pass all tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-branch --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR)

check: $(VENV)/installed-dev ## Format, lint, types, layers, dependencies, catalogues
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/python -m tools.catalogues check

bench: $(VENV)/installed-dev ## Measure, each figure beside its peer or limit
	@set -e; for file in benchmarks/bench_*.py; do \
		echo; echo "== $$file"; $(BIN)/python -m "benchmarks.$$(basename $$file .py)"; \
	done

chaos: $(VENV)/installed-dev ## Kill it a thousand times over failing Telegram and databases (15 minutes)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m chaos $(CHAOS)

soak: $(VENV)/installed-dev ## Load it for half an hour: memory, descriptors and threads must not grow
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m chaos.soak $(SOAK)

lock: $(VENV)/installed-dev ## Write the lock files anew, after changing requirements*.in
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
			$$name.in -o $$name.lock; \
	done

$(VENV)/installed: requirements.lock | $(VENV)/python
	@echo "Installing what the bot needs (about a minute, once)"
	@$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(VENV)/python
	@echo "Installing what the bot and its tests need (a minute or two, once)"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(VENV)/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python is missing: install Python 3.11 or newer, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is too old: install Python 3.11 or newer, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks venv or pip: install them (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
