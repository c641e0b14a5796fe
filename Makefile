# Needs python3 (3.11 or later), pip, git and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check coverage gate bench campaign lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

setup: $(STAMP)  ## the environment in .venv, from the pinned and hashed requirements; nothing to do if nothing changed

# Old pip dies on the metadata of some packages: it is renewed first.
$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0] + "; call make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## the whole pipeline over a small press that ships with the project: no internet, no server
	$(BIN)/veille demo

test: setup  ## the tests
	$(BIN)/python -m pytest

check: setup  ## style, types, tests and quality floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest
	$(BIN)/python -m tests.gate

coverage: setup  ## which lines and branches the tests without a server run; fails under the floor in pyproject.toml
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m 'not server and not slow'
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

gate: setup  ## the quality floors alone; field by field with the misses by kind, where the gold corpus is there
	$(BIN)/python -m tests.gate
	@test ! -d ../shared/corpus || $(BIN)/python benchmarks/reading.py ../shared/corpus

bench: setup  ## how many pages a second, and how well
	$(BIN)/python benchmarks/pages.py

campaign: setup  ## long reliability runs on loopback: kills, faults, damage, simulated days (two hours)
	$(BIN)/python -m campaigns

# The result names no index and no machine, so that it works with any mirror; constraints.txt holds DuckDB where it is.
lock: setup  ## pin the requirements again after a change in pyproject.toml (takes minutes; installs pip-tools into .venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
		--strip-extras --allow-unsafe --extra dev -c constraints.txt -o requirements.txt pyproject.toml
	echo 'playwright>=1.50,<2' | $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --no-annotate --strip-extras --allow-unsafe -c requirements.txt -o requirements-browser.txt -

clean:  ## remove .venv, caches and build leftovers; never the warehouse
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
