# Two commands for newcomers: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test examples nightly lint dogfood wheel check clean

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group dev --editable .
	touch $@

demo: $(VENV)/ready  ## coach a small past project, and show what `fix` would do
	-$(BIN)/idiomist check examples/clumsy_shop
	-$(BIN)/idiomist fix --diff examples/clumsy_shop

test: $(VENV)/ready  ## the whole suite
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered --cov-fail-under=100

nightly: $(VENV)/ready  ## the whole suite with many more generated programs
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto

lint: $(VENV)/ready  ## formatting, lint and types
	$(BIN)/black --check --quiet .
	$(BIN)/ruff check .
	$(BIN)/mypy

dogfood: $(VENV)/ready  ## idiomist on its own code
	$(BIN)/idiomist check

wheel: $(VENV)/ready  ## build the wheel and try it in an empty environment
	sh tests/try_wheel.sh $(BIN)/python

check: test lint dogfood wheel  ## everything that CI runs

clean:
	rm -rf $(VENV) build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

examples: $(VENV)/ready  ## make examples/graceful_shop anew: clumsy_shop after `fix --unsafe`
	rm -rf examples/graceful_shop
	cp -r examples/clumsy_shop examples/graceful_shop
	-$(BIN)/idiomist fix --unsafe examples/graceful_shop/shop
	find examples -name __pycache__ -prune -exec rm -r {} +
