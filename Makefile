# SPDX-License-Identifier: Apache-2.0
# The commands of Headwater. `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What the tools write stays inside the project.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export APE_DATA_FOLDER ?= $(CURDIR)/.ape
export VVM_BINARY_PATH ?= $(CURDIR)/.ape/vvm
export IPYTHONDIR ?= $(CURDIR)/.ape/ipython
export MPLCONFIGDIR ?= $(CURDIR)/.build/matplotlib

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -p no:ape_test
RUN := scripts/bootstrap.sh run
TEST := scripts/bootstrap.sh test

.PHONY: help up down reset replay test fmt lint check fuzz prove coverage mutants node engine kills bench bench-counts snapshot abi lock anvil-path

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# What `make up` and `make replay` are told of prices; none means synthetic ones.
HISTORY = $(if $(PRICES),--prices '$(PRICES)') $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)')

up: ## start the devnet: chain, contracts, prices, traffic, keeper, page; Ctrl-C stops it [PRICES= FROM= TO=]
	@$(RUN)
	@exec $(PYTHON) -m scripts.up $(HISTORY)

down: ## stop what `make up` started, keep its state
	@if [ -x $(PYTHON) ]; then exec $(PYTHON) -m scripts.down; else echo "nothing is installed here, so nothing runs"; fi

reset: ## stop the devnet and forget its state
	@if [ -x $(PYTHON) ]; then exec $(PYTHON) -m scripts.reset; else echo "nothing is installed here, so nothing runs"; fi

replay: ## live through real prices: PRICES=<csv or parquet> FROM=2021-05-10 TO=2021-05-25 [SEED=7]
	@scripts/bootstrap.sh chain
	@exec $(PYTHON) -m scripts.replay $(HISTORY) $(if $(SEED),--seed '$(SEED)')

test: ## install what the tests need and run every suite
	@$(TEST)
	@exec $(PYTHON) -m scripts.suite

check: ## hold the sources to the house rules
	@scripts/bootstrap.sh develop
	@exec $(PYTHON) -m scripts.checks

lint: ## ruff, import directions, biome and tsc
	@scripts/bootstrap.sh develop
	@exec $(PYTHON) -m scripts.suite lint

fmt: ## format Python and the page
	@scripts/bootstrap.sh develop
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix-only --quiet .
	@npm --prefix frontend run --silent fmt

fuzz: ## the long fuzz run: a million calls an invariant, ten thousand examples a property
	@scripts/bootstrap.sh develop
	HEADWATER_FUZZ_CALLS=$${CALLS:-1000000} HEADWATER_FUZZ_EXAMPLES=$${EXAMPLES:-10000} \
		$(PYTEST) -n auto --dist worksteal --capture=sys tests/vectors tests/fuzz tests/invariant

prove: ## prove the share, interest and liquidation arithmetic: z3 on the formulas, halmos on the bytecode
	@scripts/bootstrap.sh prove
	@exec $(PYTHON) -m tests.symbolic

coverage: ## which lines and decisions of the lending contracts the tests reach, and why not the rest
	@scripts/bootstrap.sh develop
	@exec $(PYTHON) -m tests.branches

mutants: ## plant defects in the lending core and see that the tests notice [SAMPLE=60] [SEED=7]
	@scripts/bootstrap.sh develop
	@exec $(PYTHON) -m scripts.mutants $(if $(SAMPLE),--sample '$(SAMPLE)') $(if $(SEED),--seed '$(SEED)')

node: ## build our own node, as make up does; HEADWATER_CHAIN=anvil make up needs none
	@scripts/bootstrap.sh node

engine: ## build the node for Python: Ape's network headwater:local:engine, simulations
	@scripts/bootstrap.sh engine

kills: ## kill our own node at random moments under load and judge what is left [KILLS=100] [SEED=]
	@cd appchain && HEADWATER_KILLS=$${KILLS:-100} $(if $(SEED),HEADWATER_KILLS_SEED='$(SEED)') exec \
		cargo test --release --locked --workspace --test process kills -- --nocapture

bench: ## our own node beside anvil: rates, ratios, cost of each stage [LANES="mix rpc_http"]
	@scripts/bootstrap.sh bench
	@exec $(PYTHON) -m bench $(LANES)

bench-counts: ## instructions of each stage against the snapshot [WRITE=1]
	@scripts/bootstrap.sh bench
	@exec $(PYTHON) -m bench.counts $(if $(WRITE),--write)

snapshot: ## write bytecode sizes, compiler versions and gas to tests/snapshots
	@scripts/bootstrap.sh develop
	@$(PYTHON) -m scripts.checks.bytecode_size --write
	@$(PYTHON) -m tests.gas --write
	@$(PYTHON) -m tests.boundary_gas --write

abi: ## compile and write deployments/abi
	@scripts/bootstrap.sh develop
	@$(PYTHON) -m scripts.abi

lock: ## resolve the Python dependencies anew
	@scripts/bootstrap.sh develop
	@scripts/lock.sh

anvil-path: ## print where the anvil binary is
	@scripts/bootstrap.sh anvil >&2
	@readlink -f .venv/bin/anvil
