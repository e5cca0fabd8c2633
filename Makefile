# The two commands that everything else rests on are `make edition` and `make test`.
ARTICLE ?= examples/harbour-bridge.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: edition test lint bench eval clean
.DELETE_ON_ERROR:

# Exit code 3 says that the edition is there, and that an editor should look at a quotation.
edition: $(VENV)/installed
	$(BIN)/narrate make "$(ARTICLE)" || [ $$? -eq 3 ]

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/tested
	$(BIN)/python tests/bench.py

# Predictions for the development sets in ../shared/eval, and their scores.
eval: $(VENV)/installed
	$(BIN)/python tools/evaluate.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[neural]"
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

clean:
	rm -rf $(VENV)
