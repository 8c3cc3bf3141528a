# `make run` starts the dashboard with a demo book, `make test` runs the tests: on a machine with Python 3.11, nothing else is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
BENCH ?= 1000000

.PHONY: run test check format lint types bench pictures browser clean

run: $(VENV)/app.installed ## the dashboard on http://127.0.0.1:8501, with the demo book where there are no books yet
	$(BIN)/python -m analytics serve --demo --port $(PORT)

test: $(VENV)/dev.installed browser ## every test
	$(BIN)/python -m pytest -n auto --dist loadfile

check: lint types test ## format, lint, types and tests

lint: $(VENV)/dev.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.installed
	$(BIN)/mypy

format: $(VENV)/dev.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.installed ## medians at BENCH invoices, beside the same questions by other means
	$(BIN)/python -m tests.benchmarks $(BENCH)

pictures: $(VENV)/dev.installed browser ## the pictures of the documents, made by the browser tests
	PICTURES=1 $(BIN)/python -m pytest tests/browser -k pictured

browser: ## Chromium for the browser tests, where it may be installed
	@sh tests/browser/install.sh

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/app.installed: requirements.txt | $(VENV)/bin/python
	@echo "installing what the app needs"
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/dev.installed: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "installing what the tests need"
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@ $(VENV)/app.installed

clean:
	rm -rf $(VENV) data/warehouse data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
