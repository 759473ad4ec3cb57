# Every command of the project; `make` alone lists them.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
STAMP := $(VENV)/.up-to-date
WORKERS ?= 2
CODE := lead_scoring tests dags plugins benchmarks database examples setup.py

# Without kept bytecode every process that starts compiles all packages anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo down format check lock test-fast test proof bench secrets

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make or update .venv from requirements.lock (needs Python 3.11)

$(STAMP): requirements.lock requirements-uv.lock pyproject.toml setup.py
	@test -n "$(PYTHON)" || { echo "no Python found; install Python 3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = "%d.%d" % sys.version_info[:2]; v == "3.11" or sys.exit(f"Python 3.11 is needed, {sys.executable} is {v}; say make PYTHON=/path/to/python3.11")'
	@test -x $(PY) || { echo "making $(VENV)"; "$(PYTHON)" -m venv $(VENV); }
	@echo "installing the packages of requirements.lock"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## Start Airflow and MLflow, run the three pipelines, show the best leads (AS_OF=…)
	@$(PY) -m lead_scoring.local demo $(if $(AS_OF),--as-of "$(AS_OF)")

down: ## Stop what make demo started
	@if [ -x $(PY) ]; then $(PY) -m lead_scoring.local down; else echo "nothing to stop: there is no $(VENV)"; fi

format: $(STAMP) ## Format the code and mend what can be mended
	@$(VENV)/bin/ruff check --fix-only --quiet $(CODE)
	@$(VENV)/bin/ruff format --quiet $(CODE)

check: $(STAMP) ## Run linters, type checker, import contracts and repository checks
	@$(VENV)/bin/ruff check --quiet $(CODE)
	@$(VENV)/bin/ruff format --quiet --check $(CODE)
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/interrogate --quiet tests
	@$(VENV)/bin/vulture
	@$(VENV)/bin/deptry .
	@$(PY) -m pytest -q tests/test_repository.py

lock: $(STAMP) ## Write requirements.lock and requirements-uv.lock anew
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet pyproject.toml --extra dev --generate-hashes --python-version 3.11 --no-emit-index-url --output-file requirements.lock
	@{ echo "# The installer that reads requirements.lock; \`make lock\` writes this file."; \
	  $(UV) --version | sed 's/^uv \([0-9.]*\).*/uv==\1/' | $(UV) pip compile --quiet - --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url; } > requirements-uv.lock.part
	@mv requirements-uv.lock.part requirements-uv.lock

test-fast: $(STAMP) ## Run the tests that take no seconds
	@$(PY) -m pytest -q --numprocesses $(WORKERS) --hypothesis-profile=fast -m "not slow and not real_data"

test: check ## Run everything that is checked and tested; what CI runs
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq --no-install-recommends chromium >/dev/null; } || echo "there is no chromium, and it cannot be installed: no page will be looked at in a browser" >&2
	@$(PY) -m pytest -q --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

proof: $(STAMP) ## Prove invariants, drift checks, gate and models at length; tables go to docs/
	@$(PY) -m benchmarks.proof

bench: $(STAMP) ## Measure load, train and score; the table goes to docs/BENCHMARKS.md
	@$(PY) -m benchmarks

secrets: ## Make .env with generated secrets for docker-compose.yaml
	@"$(PYTHON)" lead_scoring/local/secrets.py
