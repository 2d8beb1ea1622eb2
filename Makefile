# Everything lives in .venv; nothing outside the repository is touched, except that `check` installs Chromium.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check --quiet install -c constraints.txt
export PIP_ROOT_USER_ACTION := ignore

.PHONY: demo test check bench bench-listen bench-plan bench-impact docs lint types browser wheel clean

demo: .venv/web
	@$(BIN)/brygga demo

test: .venv/dev
	@$(BIN)/pytest

check: .venv/browser lint types wheel
	@BRYGGA_CHECK=1 $(MAKE) --no-print-directory test

lint: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: .venv/dev
	@$(BIN)/mypy

docs: .venv/dev
	@$(BIN)/python -m recipes.docs

bench: .venv/bench
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

# Accuracy and speed of Listen beside its peers; OPTIONS="--quick", "--part speed", "-o FILE.md".
bench-listen: .venv/bench
	@$(BIN)/python -m bench.listen $(OPTIONS)

# Plans beside HiGHS alone, PuLP + CBC and a greedy; OPTIONS="--quick", "--size middle --seeds 3", "-o FILE.md".
bench-plan: .venv/bench
	@$(BIN)/python -m bench.plan $(OPTIONS)

# A shock beside pymrio's inverse, and what a closure costs; OPTIONS="--part input_output", "-o FILE.md".
bench-impact: .venv/bench
	@$(BIN)/python -m bench.impact $(OPTIONS)

wheel: .venv/dev
	@PYTHON=$(PYTHON) $(BIN)/python -m recipes.bare_wheel

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Brygga needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 demo")'
	@$(PYTHON) -m venv --without-pip .venv

.venv/web: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Brygga and what it needs into .venv (about a minute the first time)"
	@$(PIP) -e '.[web]'
	@$(BIN)/python -m brygga.planning.kernel
	@touch $@

.venv/dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Brygga with its test tools into .venv"
	@$(PIP) -e '.[dev]'
	@$(BIN)/python -m brygga.planning.kernel
	@touch $@ .venv/web

.venv/browser: .venv/dev
	@$(PIP) -e '.[dev,browser,cluster]'
	@command -v chromium >/dev/null || (apt-get -qq update && apt-get -qq install -y chromium >/dev/null)
	@touch $@

.venv/bench: .venv/dev
	@$(PIP) -e '.[dev,bench]'
	@touch $@

clean:
	@rm -rf .venv demo build
