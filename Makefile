# One list of commands that people and CI share. Each target does its own set-up.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements/uv.txt requirements/dev.txt requirements/product.in pyproject.toml
	@test -x $(BIN)/python || $(PY) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

src/accord/web/static/.built: $(VENV)/.ready $(shell find web-assets -type f -not -path '*/node_modules/*' 2>/dev/null)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python web-assets/build.py
	@touch $@

setup: $(VENV)/.ready src/accord/web/static/.built  ## environment and web assets

demo: setup  ## the main job on the exercise, then served on 127.0.0.1:8400
	@$(BIN)/accord demo $(ARGS)

# The browser's driver keeps an event loop and greenlets in its process: its tests have one of their own.
# Four workers on two cores: tests wait for servers and for the disk as long as they compute.
test: setup  ## all quick tests
	@$(BIN)/python -m pytest -n 4 -m "not slow and not browser" $(ARGS)
	@$(BIN)/python -m pytest -m "not slow and browser" $(ARGS)

test-all: setup  ## the slow suites as well
	@$(BIN)/python -m pytest -n 2 -m "not browser" $(ARGS)
	@$(BIN)/python -m pytest -m browser $(ARGS)

bench: setup  ## ratios against the yardsticks
	@$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/.ready  ## lint, format, types, layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

docs: setup  ## refresh the generated reference
	@$(BIN)/python docs/generate.py

shots: setup  ## every page as a picture, with axe
	@$(BIN)/python tests/browser/shots.py $(ARGS)

lock:  ## compile the requirements anew
	@for f in uv product dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/$$f.in -o requirements/$$f.txt; done

.PHONY: help setup demo test test-all bench check docs shots lock
