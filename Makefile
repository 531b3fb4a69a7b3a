# Two commands do it all: `make run` shows the product, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= demo-data
PORT ?= 8000
SEED ?= 1

.PHONY: run test install check format clean

run: install
	@$(BIN)/ruhu demo --data $(DATA) --port $(PORT) --seed $(SEED)

test: install
	@scripts/needed-for-tests
	$(BIN)/pytest -q -n 2 --dist loadgroup

# Format, lint, types and layers: what CI demands beside the tests.
check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: .venv/.ready server/translations/.compiled

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ruhu needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@echo "Installing (about a minute the first time) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

server/translations/.compiled: $(wildcard server/translations/*/LC_MESSAGES/*.po) .venv/.ready
	@$(BIN)/pybabel -q compile -d server/translations
	@touch $@

clean:
	rm -rf .venv $(DATA) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
