# `make` alone lists the commands.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 22
.PHONY: help

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

src/myedu/portal/static/manifest.json: $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error && node build.mjs

setup: $(VENV)/.ready src/myedu/portal/static/manifest.json  ## virtual environment and front end, nothing else
.PHONY: setup

run: setup  ## the whole portal on this machine with invented people; Ctrl-C stops it
	$(BIN)/myedu demo
.PHONY: run

sandbox: setup  ## a portal on which a vendor tries a journal of their own; Ctrl-C stops it
	$(BIN)/myedu sandbox
.PHONY: sandbox

demo-check: setup  ## the same without a browser: walk the thread, print what the mother sees
	$(BIN)/myedu demo --check
.PHONY: demo-check

test: setup  ## everything that proves this checkout
	$(BIN)/python -m tests.prepare
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile
.PHONY: test

docs: setup  ## rewrite the generated pages: the contract's schema and specification, the problems, the settings
	$(BIN)/python -m myedu.contract.schema --out docs/exchange
	$(BIN)/python -m myedu.contract.spec --out docs/exchange
	$(BIN)/python -m myedu.connector.conformance.pages --out docs/exchange
	$(BIN)/python -m tests.problems_page
	$(BIN)/python -m tests.settings_page
	$(BIN)/python -m tests.metrics_page
	$(BIN)/python -m tests.grafana_dashboard
.PHONY: docs

schema: setup  ## rewrite the portal's schema.sql from its migrations
	$(BIN)/python -m tests.schema_file
.PHONY: schema

lock:  ## rewrite requirements.lock (hashes, no addresses)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv lock && $(BIN)/uv export --quiet --format requirements-txt --all-extras --all-groups --no-emit-project --output-file requirements.lock
	@rm -f uv.lock
.PHONY: lock

chaos-exports: setup  ## kill imports at 200 random moments and compare with an undisturbed run
	$(BIN)/python -m tests.chaos_exports --kills 200
.PHONY: chaos-exports

chaos-federation: setup  ## some seventy faults of a journal, with a copy and without: every page stands
	$(BIN)/python -m tests.chaos_federation
.PHONY: chaos-federation

chaos-door: setup  ## some twenty shapes of hostile connections beside readers: nobody notices
	$(BIN)/python -m tests.chaos_door
.PHONY: chaos-door

clean:  ## forget the virtual environment, the build and the demo's data
	rm -rf $(VENV) .run src/myedu/portal/static frontend/node_modules
.PHONY: clean
