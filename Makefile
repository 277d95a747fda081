# Every target installs what it needs; `make demo` and `make test` are all a newcomer has to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOME_DIR := .home

.PHONY: help demo test mutations attacks faults soak bundle check bench lock messages clean
help:
	@echo "make demo    sample data through the whole pipeline into one annual edition"
	@echo "make test    install and run all tests"
	@echo "make mutations  all 2,000 damaged files per form (about a quarter of an hour); make test takes a twentieth"
	@echo "make attacks  1,000 random editions read by an attacker and held against the cheapest safe patterns, and editions of every kind (about half an hour); make test takes thirty and one kind"
	@echo "make faults  a run killed at 200 random moments and done again (about half an hour); make test takes eight"
	@echo "make soak    two simulated years of deliveries and editions in one home, and what grows in them (more than an hour); make test takes one month"
	@echo "make bundle  a folder from which tip-trends is installed where there is no internet, and a trial of it"
	@echo "make check   ruff, mypy strict, architecture, the list of parts (SBOM) and their known faults"
	@echo "make bench   speed and memory, as ratios"
	@echo "make lock    rewrite requirements.lock from pyproject.toml "

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "tip-trends needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock; \
	else \
	  echo "Installing about 120 packages into $(VENV) (one to three minutes) ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; \
	fi
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --quiet --disable-pip-version-check
	touch $@

demo: $(STAMP)
	@$(BIN)/tip-trends --home $(HOME_DIR) demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not prefect"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m prefect # servers with schedules by the clock: no more than two at once, with the machine to themselves

mutations: $(STAMP)
	$(BIN)/python -m pytest -n auto --mutations 2000 tests/flows/test_mutations.py

attacks: $(STAMP)
	$(BIN)/python -m pytest -s --editions 1000 --thorough tests/transforms/test_disclosure_property.py tests/flows/test_editions_audited.py tests/flows/test_nothing_leaks.py tests/flows/test_history.py

bundle: $(STAMP)
	rm -rf build/bundle
	$(BIN)/python -m flows.bundle build/bundle
	$(BIN)/python -m pytest --bundle build/bundle tests/test_bundle.py

faults: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist load --kills 200 tests/flows/test_killed_pipeline.py

soak: $(STAMP)
	$(BIN)/python -m pytest -s --soak-months 24 tests/flows/test_soak.py

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py
	$(BIN)/python -m tests.supply_chain

bench: $(STAMP)
	$(BIN)/python -m tests.bench

messages: $(STAMP)
	$(BIN)/python -m reports.locales

lock: $(STAMP)
	@command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	PATH="$(CURDIR)/$(BIN):$$PATH" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(HOME_DIR)
