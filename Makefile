# make run    set up what is missing, then open the window on a demo folder
# make test   set up what is missing, then run every test

PYTHON ?= python3
BIN := .venv/bin
NO_DISPLAY := 3
TOUR := rm -rf build/tour && $(BIN)/pexgui --tour build/tour

.PHONY: run test setup oracle peers tools lint bench campaign tour wheel install-desktop
.DEFAULT_GOAL := run

run: setup
	@$(BIN)/pexgui --demo || { status=$$?; [ $$status -eq $(NO_DISPLAY) ] || exit $$status; $(TOUR); }

test: tools oracle
	$(BIN)/python -m pytest $(ARGS)

setup:
	@$(PYTHON) packaging/prepare.py run

tools:
	@$(PYTHON) packaging/prepare.py test

oracle:
	@$(PYTHON) packaging/prepare.py oracle

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup oracle peers
	$(BIN)/python -m benchmarks $(ARGS)

# Merges, compactions and sweeps that are killed, many more of them than in the tests, and what came of them.
campaign: tools
	$(BIN)/python -m pytest --everything -rP tests/core/test_merge_cut_off.py tests/core/test_compact_cut_off.py tests/core/test_trajectory_cut_off.py tests/core/test_replacing.py -k killed $(ARGS)

# The programs that benchmarks compare the window with; kept out of our own environment.
peers: .peers/ready

.peers/ready: packaging/peers.txt
	$(PYTHON) -m venv .peers
	.peers/bin/pip install --quiet -r packaging/peers.txt
	touch $@

tour: setup
	@$(TOUR)

wheel: setup
	$(BIN)/python -m build --wheel --no-isolation

install-desktop: setup
	$(BIN)/pexgui --install-desktop
