# `make` lists what can be made. Everything is set up by itself, in .venv.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/pip install -qq --disable-pip-version-check --constraint constraints.txt
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
TEMPLATES = find templates -name '*.html' -print0 | xargs -0 --no-run-if-empty $(BIN)/djade --target-version 5.2
# Checks never touch the data of a site that lives in this checkout.
CHECK_ENVIRONMENT = env -u DATABASE_URL DATA_DIR=var/check DEBUG=0
PRODUCTION = $(CHECK_ENVIRONMENT) SITE_URL=https://medigy.example ALLOWED_HOSTS=medigy.example \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz $(BIN)/python -W error::DeprecationWarning
PYTEST = $(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal --no-header

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-postgres test-s3 check format format-check lint types layers templates deploy-check \
	migrations-check constraints clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## a site with sample content at http://127.0.0.1:8000 (PORT=, HOST=)
	@$(BIN)/python manage.py demo $(HOST):$(PORT)

test: $(DEVELOPMENT) ## all tests, on SQLite
	@scripts/install-chromium
	@echo "== Tests"
	@env -u DATABASE_URL $(PYTEST)

test-postgres: $(DEVELOPMENT) ## all tests that meet a database again, on a throwaway PostgreSQL
	@echo "== Tests on PostgreSQL"
	@scripts/with-postgres $(PYTEST) -m "database and not browser and not hugo and not anywhere"

test-s3: $(DEVELOPMENT) ## pictures in a throwaway S3-compatible store
	@echo "== Pictures in a store"
	@scripts/with-s3 $(BIN)/pytest --no-header -q tests/medigy/test_s3.py

check: format-check lint layers templates deploy-check migrations-check types test ## everything that must hold

format: $(DEVELOPMENT) ## put code and templates into their one form
	@$(BIN)/ruff check --quiet --fix --exit-zero
	@$(BIN)/ruff format --quiet
	@$(TEMPLATES) || true # it exits with 1 when it changed something

format-check: $(DEVELOPMENT)
	@echo "== Form"
	@$(BIN)/ruff format --check --quiet --output-format concise || { echo "Run: make format" >&2; exit 1; }

lint: $(DEVELOPMENT) ## look for mistakes
	@echo "== Lint"
	@$(BIN)/ruff check --quiet --output-format concise

types: $(DEVELOPMENT) ## check types
	@echo "== Types"
	@$(CHECK_ENVIRONMENT) $(BIN)/mypy --no-error-summary

layers: $(DEVELOPMENT) ## check that imports only go down
	@echo "== Layers"
	@report=$$($(BIN)/lint-imports --no-logo) || { echo "$$report"; exit 1; }

templates: $(DEVELOPMENT) ## check the form of templates
	@echo "== Templates"
	@$(TEMPLATES) --check || { echo "Run: make format" >&2; exit 1; }

deploy-check: $(DEVELOPMENT) ## check the settings as a production site has them
	@echo "== Deployment"
	@$(PRODUCTION) manage.py collectstatic --noinput --verbosity 0
	@$(PRODUCTION) manage.py check --deploy --fail-level WARNING

migrations-check: $(DEVELOPMENT) ## check that migrations match the models
	@echo "== Migrations"
	@$(CHECK_ENVIRONMENT) $(BIN)/python manage.py makemigrations --check --dry-run

constraints: ## pin the newest versions that pyproject.toml allows
	@scripts/pin-constraints $(PYTHON) > constraints.new || { rm -f constraints.new; exit 1; }
	@mv constraints.new constraints.txt

clean: ## remove what tools made; the site's data in var/ stays
	@rm -rf $(VENV) build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache var/check
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@echo "== Python environment"
	@scripts/create-venv $(VENV) $(PYTHON)

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== Installing what the site needs"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== Installing what development needs"
	@$(PIP_INSTALL) --editable ".[postgres,s3,dev]"
	@touch $(RUNTIME) $@
