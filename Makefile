# Sets everything up by itself; needs Python 3.11+ with pip and venv, and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
COVERAGE_FLOOR := 95

# Where one wrong branch loses a message or an update, or leaves a trace: tests pass through all of them.
# storage/sqlite.py and trouble.py would be here, but run in greenlets (tests/measuring.py).
MATCHING := $(addprefix domain/,alerts.py availability.py changes.py doubles.py globe.py grid.py imports.py) \
	$(addprefix domain/,masks.py matching.py sectors.py) \
	$(addprefix storage/,alerts.py audiences.py imports.py job_events.py match_queue.py matches.py matching.py) \
	$(addprefix services/,alerts.py changes.py imports.py listings.py matches.py)
OUTBOX := $(wildcard delivery/*.py) \
	$(addprefix domain/,announcements.py dead_letters.py outbox.py outcomes.py pace.py) \
	$(addprefix storage/,announcements.py dead_letters.py group_posts.py outbox.py pace.py) \
	$(addprefix services/,announcements.py dead_letters.py deliveries.py groups.py pacing.py reports.py)
INBOX := storage/inbox.py services/updates.py web/webhook.py \
	$(addprefix handlers/,answering.py bodies.py errors.py intake.py line.py polling.py present.py turn.py)
SCHEDULE := bot/scheduler.py storage/reminders.py services/reminders.py \
	$(addprefix domain/,reminders.py schedule.py subscribers.py)
ERASURE := storage/erasing.py storage/subscribers.py handlers/my_data.py \
	$(addprefix services/,housekeeping.py personal_data.py subscribers.py)
TRANSACTIONS := $(addprefix storage/,dialects.py postgresql.py session.py unit_of_work.py)
EVERY_BRANCH := $(MATCHING) $(OUTBOX) $(INBOX) $(SCHEDULE) $(ERASURE) $(TRANSACTIONS)

.DEFAULT_GOAL := help
CHECKS := types layers format lint dependencies catalogues
.PHONY: help run test check $(CHECKS) bench chaos chaos-brief soak mutants lock

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 19

run: $(VENV)/installed ## Set up and run the bot; with no token, open the playground
	@$(BIN)/python -m bot run

# tests start the program hundreds of times: it must be compiled once, whatever the surroundings say
test: $(VENV)/installed-dev $(EVERY_BRANCH) ## Set up and pass all tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-branch --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR)
	@$(BIN)/python -m coverage report --fail-under=100 --precision=2 --skip-covered --show-missing $(EVERY_BRANCH)

check: ## Format, lint, types, layers, dependencies, catalogues
	@$(MAKE) --no-print-directory --jobs $(filter --output-sync,$(.FEATURES:%=--%)) $(CHECKS)

$(CHECKS): $(VENV)/installed-dev

types:
	@$(BIN)/mypy

layers:
	@$(BIN)/lint-imports

format:
	@$(BIN)/ruff format --check --quiet .

lint:
	@$(BIN)/ruff check --quiet .

dependencies:
	@$(BIN)/deptry .

catalogues:
	@$(BIN)/python -m tools.catalogues check

bench: $(VENV)/installed-dev ## Measure, each figure beside its peer or limit
	@set -e; for file in benchmarks/bench_*.py; do \
		echo; echo "== $$file"; $(BIN)/python -m "benchmarks.$$(basename $$file .py)"; \
	done
	@echo; $(BIN)/python -m benchmarks.on_postgresql bench_matching

chaos: $(VENV)/installed-dev ## Kill it a thousand times over failing Telegram and databases (15 minutes)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m chaos $(CHAOS)

chaos-brief: $(VENV)/installed-dev ## The same for half a minute
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m apart

soak: $(VENV)/installed-dev ## Load it for half an hour: memory, descriptors and threads must not grow
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m chaos.soak $(SOAK)

mutants: $(VENV)/installed-dev ## Change the program in one place at a time: do the tests notice? (some hours)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m tools.mutants $(MUTANTS)

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
