PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BENCH ?= .venv-bench
DATA ?= ../shared/data

.PHONY: install dev spark app test test-browser quick faults lint bench lock clean

install: $(VENV)/.installed  ## set up everything that the toolkit and the app need in .venv, from the hashed lock

dev: $(VENV)/.dev  ## the same, with what tests, lint and types need

# topics.spark needs Java 17 or newer; where there is none, pyspark would only take room.
spark: dev  ## pyspark for the tests of topics.spark, where there is a Java that runs it
	@if $(BIN)/python tools/java.py; then \
		$(MAKE) --no-print-directory $(VENV)/.spark; \
	else \
		echo "No Java 17 or newer here: the tests of topics.spark are left out (Debian: apt-get install openjdk-17-jre-headless)"; \
	fi

$(VENV)/.spark: requirements-spark.lock $(VENV)/.installed
	@echo "Installing pyspark into $(VENV) (0.5 GB, about two minutes) ..."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-spark.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the tools for tests into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (about a minute) ..."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

app: models/seeds/CURRENT  ## open the explorer on the seed corpus
	$(BIN)/topics app models/seeds

models/seeds/CURRENT: | install
	$(BIN)/topics fit seeds/ --themes seeds/themes.toml -o models/seeds

lint: dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A file's tests run in one process, and the long files of tests/browser and tests/faults, which come first, start first.
BESIDE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: lint spark  ## lint, types and all tests, as many files at a time as there are cores, up to four
	$(BIN)/pytest $(BESIDE)

quick: dev  ## the tests that need no browser, no Spark and take no seconds each: while one works, not instead of make test
	$(BIN)/pytest $(BESIDE) -m "not browser and not spark and not slow"

test-browser: dev  ## all that drives a browser, also what takes minutes (marker browser_long)
	$(BIN)/pytest -m "browser or browser_long" tests/browser

faults: dev spark  ## failing file operations, 500 kills, 10,000 damaged files, 4 writers, a lost executor: half an hour
	$(BIN)/python -m tests.faults.harness
	$(BIN)/python -m tests.faults.kills 500
	$(BIN)/python -m tests.faults.stages
	$(BIN)/python -m tests.faults.corrupt
	$(BIN)/python -m tests.faults.writers
	$(BIN)/python -m tests.faults.executors

bench: install spark $(BENCH)/.installed  ## measure against the peers, about half an hour; make bench DATA=folder
	$(BIN)/python benchmarks/seeds.py
	$(BENCH)/bin/python benchmarks/start.py
	$(BENCH)/bin/python benchmarks/quality.py $(DATA) --write
	$(BENCH)/bin/python benchmarks/encoder.py $(DATA)
	$(BIN)/python benchmarks/themes.py $(DATA)
	$(BIN)/python benchmarks/axis.py $(DATA)
	$(BIN)/python benchmarks/confidence.py $(DATA)
	$(BENCH)/bin/python benchmarks/words.py $(DATA)
	$(BIN)/python benchmarks/extraction.py $(DATA)
	$(BIN)/python benchmarks/store.py
	$(BIN)/python benchmarks/spark.py $(DATA)

$(BENCH)/.installed: requirements.lock benchmarks/requirements.txt  # the peers, apart from what the product needs
	@$(PYTHON) -m venv $(BENCH)
	@echo "Installing the peers into $(BENCH) (a few minutes: one of them needs torch) ..."
	@$(BENCH)/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BENCH)/bin/python -m pip install --quiet -r benchmarks/requirements.txt
	@touch $@

RESOLVE := uv pip compile pyproject.toml --universal --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet

lock:  ## resolve the dependencies anew (needs uv)
	$(RESOLVE) --extra build --upgrade -o requirements.lock
	$(RESOLVE) --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	echo "pyspark>=4.0,<5" | $(subst pyproject.toml,-,$(RESOLVE)) --upgrade -o requirements-spark.lock

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .pytest_cache .ruff_cache .hypothesis
