# Two commands do everything: `make demo` and `make test`. Both set themselves up in
# .venv inside this folder; nothing else on the machine is touched, except that
# `make test`, run as root on Debian, installs PHP and MariaDB for the live suite.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: bench-publish demo test lint format live faults docs translations lock clean

demo: .venv/for-demo
	$(BIN)/connector demo $(DEMO)

test: .venv/for-tests lint
	$(BIN)/pytest

lint: .venv/for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell

format: .venv/for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

live: .venv/for-tests
	$(BIN)/pytest -m live

# Some twenty minutes: 10,000 faults. FAULTS="--seed 7 --kind wordpress" is handed on.
faults: .venv/for-tests
	$(BIN)/python -m tests.faults --again $(FAULTS)

# Some five minutes; best on a machine that does nothing else.
bench-publish: .venv/for-tests
	$(BIN)/python -m benchmarks.publish $(BENCH)

docs: .venv/for-tests
	$(BIN)/python -m docs.render

# Click asks the same catalogue for its own messages, so they are translated with ours.
translations: .venv/for-tests
	$(BIN)/pybabel -q extract -F babel.cfg --keyword=N_ --no-location --sort-output \
	  --project=library-connector -o .venv/connector.pot connector \
	  "$$($(BIN)/python -c 'import click; print(*click.__path__)')"
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete \
	  --ignore-pot-creation-date --no-wrap \
	  -D connector -i .venv/connector.pot -d connector/locale -l vi
	$(BIN)/pybabel -q compile -D connector -d connector/locale

# Versions and hashes only: where packages come from is each machine's own affair.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --extra postgres --group dev pyproject.toml \
	  -o requirements-dev.lock

clean:
	rm -rf .venv

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/for-demo: .venv/pyvenv.cfg requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

.venv/for-tests: .venv/pyvenv.cfg requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@
