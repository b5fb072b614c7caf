# Everything a developer runs. Needs Python 3.11; what else is needed is fetched into this folder.

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web
export UV_LINK_MODE ?= copy
# Without kept bytecode every start compiles the libraries anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.tools/bin/uv:
	sh tools/get-uv.sh

# The environment with everything the lock file names, and the web pages built into the package.
.PHONY: ready
ready: $(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv)
	@$(UV) sync --quiet --frozen
	@test -f src/yingke/assets/console/index.html -a -f src/yingke/assets/widget/loader.js \
	  || $(UV) sync --quiet --frozen --reinstall-package yingke

.PHONY: node-modules
node-modules: ready
	@test -d web/node_modules || $(NPM) ci --no-audit --no-fund --prefer-offline

.PHONY: demo
demo: ready ## Serve a demonstration shop and its desk (YINGKE_PORT, default 8000)
	@exec $(BIN)/yingke demo

.PHONY: dev
dev: ready ## Serve this source with data in .data/dev, built pages included
	@YINGKE_DATA=$${YINGKE_DATA:-.data/dev} exec $(BIN)/yingke serve

# A machine that stands still for a second is no defect; what fails three times is one. What had to run again is named at the end.
PATIENT := --reruns 2 -r R

.PHONY: test
test: check chromium ## Run every check and every test that needs nothing but Chromium
	$(BIN)/pytest $(PATIENT) -n 2 --dist loadfile --ignore tests/journeys --ignore tests/s3 --ignore tests/hosts --ignore tests/durability \
	  --ignore tests/architecture --ignore tests/kit/test_bus.py
	$(BIN)/pytest tests/durability/test_kills.py tests/durability/test_unfit_databases.py
	$(BIN)/pytest $(PATIENT) tests/journeys/test_absence.py  # they kill the server: on a shop of their own
	$(BIN)/pytest $(PATIENT) -n 2 --dist loadfile tests/journeys --ignore tests/journeys/test_two_hosts.py \
	  --ignore tests/journeys/test_absence.py

.PHONY: test-faults
test-faults: ready ## Test what other faults and slow neighbours do, and that faults planted in the program are found
	$(BIN)/pytest tests/durability/test_other_faults.py tests/durability/test_slow_neighbours.py tests/durability/test_planted.py

.PHONY: test-hosts
test-hosts: ready chromium ## Test several processes and hosts on one database (HAProxy is installed by apt)
	@sh tools/get-haproxy.sh
	$(BIN)/pytest tests/kit/test_bus.py tests/hosts
	$(BIN)/pytest tests/journeys/test_two_hosts.py

.PHONY: test-s3
test-s3: ready ## Test the file store on a real S3 server (OpenStack Swift, installed by apt)
	@sh tools/get-swift.sh
	$(BIN)/pytest tests/s3

.PHONY: chromium
chromium:
	@sh tools/get-chromium.sh

.PHONY: check
check: node-modules ## Lint, types, contracts and rules of the house, and the web apps' own checks and tests
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target check-server check-pages

.PHONY: check-server
check-server:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/web_types.py --check
	$(BIN)/pytest -q tests/architecture

.PHONY: check-pages
check-pages:
	$(NPM) run check
	$(NPM) run test

.PHONY: types
types: node-modules ## Write the types of the web packages from what the server says of itself
	$(BIN)/python tools/web_types.py

.PHONY: fix
fix: ready ## Repair what can be repaired without a person
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: bench
bench: ready ## Measure; B=name for one figure
	$(BIN)/python -m benchmarks $(B)

.PHONY: durability
durability: ready ## Kill the server and its database under traffic; LONG=1 lets 500 mixed faults befall them (an hour)
	$(BIN)/python -m tests.durability $(if $(LONG),--long) $(WITH)

.PHONY: migration
migration: ready ## Write a migration from the models: N=0002 M="what it does"
	YINGKE_SKIP_WEB_BUILD=1 $(BIN)/python -m yingke.migrations.generate $(N) "$(M)"

.PHONY: pictures
pictures: ready chromium ## Take the pictures of the documentation from a running demonstration
	$(BIN)/python docs/screenshots.py
