# Everything a person does with Meja's source. `make help` lists it.

PORT ?= 8000
SIMULATOR_PORT ?= 8100
DATA ?= var/demo
MINUTES ?= 10
PART ?=
NAME ?=

BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test check bench soak chaos screens lighthouse audit venv requirements migration clean

help: ## List what `make` can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/.meja-runtime ## Start the demo restaurant (PORT=8000 SIMULATOR_PORT=8100 DATA=var/demo)
	@exec $(BIN)/meja demo --port $(PORT) --simulator-port $(SIMULATOR_PORT) --data "$(DATA)"

test: .venv/.meja-dev ## Run every test on SQLite, PostgreSQL and Redis, then in the browser (ARGS=… for pytest)
	@tests/run.sh $(ARGS)

check: .venv/.meja-dev ## Formatting, lint, types, import contracts, templates, migrations, supply
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive core kiosk cashier simulator main.py
	@# Do the migrations lead to the tables that the models describe?
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	export MEJA_DATABASE_URL="sqlite:///$$scratch/meja.db" MEJA_DATA_DIR="$$scratch" && \
	echo "$(BIN)/alembic check" && $(BIN)/alembic upgrade head && $(BIN)/alembic check
	$(BIN)/python -m pytest -q tests/test_module_sizes.py tests/test_supply.py tests/test_vendored_files.py

bench: .venv/.meja-dev ## Measure the speed against the least the machine must do; writes var/bench/latest.json
	@$(BIN)/python -m bench $(ARGS)

soak: .venv/.meja-dev ## Keep a restaurant busy for MINUTES and watch what grows; writes var/bench/soak.json
	@$(BIN)/python -m bench.soak --minutes $(MINUTES) $(ARGS)

chaos: .venv/.meja-dev ## The long fault programme (MINUTES=10 PART=crashloop,torture); writes var/chaos/latest.json
	@$(BIN)/python -m tests.chaos --minutes $(MINUTES) $(if $(PART),--part "$(PART)") $(ARGS)

screens: .venv/.meja-dev ## Picture every page in every state into var/screens (ARGS="--only qr" for a part)
	@$(BIN)/python -m tests.screens $(ARGS)

lighthouse: .venv/.meja-dev ## Measure the diner's pages as a phone on a slow line meets them (needs Node.js and, once, a network)
	@$(BIN)/python -m tests.lighthouse $(ARGS)

audit: .venv/.meja-dev ## Ask for known holes in what Meja runs on (needs a network)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/otel.txt

venv: .venv/.meja-dev ## Install everything that development needs into .venv

requirements: ## Compile requirements/*.txt anew from pyproject.toml (needs uv; ARGS=--upgrade)
	@requirements/compile.sh $(ARGS)

migration: .venv/.meja-dev ## Write the migration that the models ask for (NAME="add tips to orders")
	@test -n "$(NAME)" || { echo 'make migration NAME="what it does"' >&2; exit 2; }
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	export MEJA_DATABASE_URL="sqlite:///$$scratch/meja.db" MEJA_DATA_DIR="$$scratch" && \
	$(BIN)/alembic upgrade head && $(BIN)/alembic revision --autogenerate -m "$(NAME)"

clean: ## Remove .venv, caches and test leftovers; never what a restaurant wrote
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis var/test
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.venv/.meja-%: requirements/%.txt requirements/install.sh
	@requirements/install.sh $*
