# Two commands do it all: `make run` shows the product, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= demo-data
PORT ?= 8000
SEED ?= 1

TABLET_SOURCES := $(shell find tablet/src tablet/public -type f) tablet/index.html tablet/vite.config.ts tablet/compress.mjs

.PHONY: run test install check format clean

run: install
	@$(BIN)/ruhu demo --data $(DATA) --port $(PORT) --seed $(SEED)

test: install
	@scripts/needed-for-tests
	cd tablet && npm test
	$(BIN)/pytest -q -n 2 --dist loadgroup

# Format, lint, types and layers: what CI demands beside the tests.
check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd tablet && npm run check && npm run lint

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd tablet && npm run format

install: .venv/.ready server/translations/.compiled server/static/tablet/.built server/static/vendor/htmx.min.js

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

# The tablet app: its parts come from npm by the lock file, and what is built is not committed.
tablet/node_modules/.ready: tablet/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)' 2>/dev/null \
	  || { echo "The tablet app is built with Node.js 20.19 or newer, which is not here: https://nodejs.org"; exit 1; }
	@command -v npm >/dev/null || { echo "Node.js is here and its npm is not: apt-get install npm"; exit 1; }
	@echo "Fetching the tablet app's parts …"
	@cd tablet && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

server/static/tablet/.built: tablet/node_modules/.ready $(TABLET_SOURCES)
	@echo "Building the tablet app …"
	@cd tablet && npm run --silent build >build.log 2>&1 || { cat build.log; exit 1; }
	@touch $@

# The one script of others that the office's pages load: it comes from npm by the lock file, as it is.
server/static/vendor/htmx.min.js: office-assets/package-lock.json tablet/node_modules/.ready
	@cd office-assets && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p server/static/vendor
	@cp office-assets/node_modules/htmx.org/dist/htmx.min.js $@
	@touch $@

clean:
	rm -rf tablet/node_modules office-assets/node_modules server/static/tablet server/static/vendor .venv $(DATA) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
