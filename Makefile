# Everything made stands in build/, dist/ and .venv/. Go and CMake know by
# themselves what is out of date, so they are always asked.
SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

GO ?= go
VERSION := $(shell cat VERSION)
PYTHON ?= python3
# codec's fast paths double the binary and take six times as long to build.
TAGS := codec.notfastpath,codec.notmono$(if $(RV_TAGS),$(comma)$(RV_TAGS))
comma := ,
VENV := .venv/bin
CMAKE_BUILD := build/cmake
# Seconds of `make demo` without a display; empty: until it is closed.
DEMO_SECONDS ?=

export GO RV_TAGS DEMO_SECONDS

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Runs every target named, also after one that failed, and says which did.
each = failed=; for part in $(1); do $(MAKE) $$part || failed="$$failed $$part"; done; \
	test -z "$$failed" || { echo "make: failed:$$failed (the lines above say why)" >&2; exit 1; }

.PHONY: build lib tool viewer cpp python
build: ## everything below, as far as this machine can
	@$(call each,lib tool viewer cpp python)

lib: ## build/lib/librv.so, for C and all that binds to it
	@scripts/deps.sh lib
	scripts/build-lib.sh build/lib

tool: ## build/bin/rvtool, the tool without a screen
	scripts/build-tool.sh build/bin/rvtool

# Not -trimpath: the tests then share the three minutes that cimgui-go takes.
viewer: ## build/bin/rvviewer, the viewer
	@scripts/deps.sh viewer
	$(GO) build -tags $(TAGS) -ldflags "-s -w -X main.version=$(VERSION)" -o build/bin/rvviewer ./viewer

cpp: ## the C++ examples and the C and C++ tests, in build/cmake
	@scripts/deps.sh cpp
	@mkdir -p build
	cmake -S . -B $(CMAKE_BUILD) > build/cmake.log || { cat build/cmake.log >&2; exit 1; }
	cmake --build $(CMAKE_BUILD) --parallel

python: lib .venv/stamp-dev ## .venv, in which `import remoteviewer` works

# Editable: Python reads bindings/python itself, which finds build/lib/librv.so.
.venv/stamp-dev: scripts/requirements-dev.txt bindings/python/pyproject.toml bindings/python/hatch_build.py VERSION
	@scripts/deps.sh python
	test -x $(VENV)/python || $(PYTHON) -m venv .venv
	$(VENV)/pip install -q -r scripts/requirements-dev.txt
	$(VENV)/pip install -q --no-deps --no-build-isolation -e bindings/python
	@touch $@

.venv/stamp-%: scripts/requirements-%.txt .venv/stamp-dev
	$(VENV)/pip install -q -r $<
	@touch $@

.PHONY: demo
demo: ## a real renderer and the viewer, side by side
	@scripts/deps.sh demo
	@$(MAKE) lib viewer python .venv/stamp-demo
	$(VENV)/python examples/demo/demo.py

.PHONY: test test-go test-go-headless test-c test-python test-torch test-e2e test-wheel
test: ## every test
	@scripts/deps.sh lib viewer cpp python headless
	@$(call each,test-go test-c test-python test-torch test-e2e test-wheel)

test-go: ## the Go tests, with -race
	scripts/test-go.sh $(TAGS)

test-go-headless: ## those of them that need no screen, without -race
	$(GO) test -tags $(TAGS) ./internal/... ./cmd/... ./viewer/model/...

test-c: cpp tool python .venv/stamp-demo ## the C and C++ tests
	ctest --test-dir $(CMAKE_BUILD) --output-on-failure

test-python: python tool .venv/stamp-demo ## the Python tests
	$(VENV)/pytest bindings/python/tests --ignore=bindings/python/tests/test_torch.py

# With the system's Python: PyPI's torch has CUDA in it and is some gigabytes.
test-torch: lib ## the Python tests of CPU tensors, with Debian's torch
	@scripts/deps.sh torch
	cd bindings/python && PYTHONPATH=. /usr/bin/python3 -m pytest -p no:cacheprovider tests/test_torch.py

test-e2e: python tool viewer cpp .venv/stamp-demo ## renderers, viewers and examples together, under Xvfb
	@scripts/deps.sh headless
	scripts/headless.sh $(VENV)/pytest tests

test-wheel: .venv/stamp-dev .venv/stamp-wheel tool ## the wheel, used in a venv without Go
	@RV_TAGS= scripts/deps.sh cpp python
	scripts/wheel.sh
	scripts/check-wheel.sh dist/*.whl

.PHONY: lint fmt generate
lint: .venv/stamp-dev build/tools/golangci-lint ## every check that needs no run
	@scripts/deps.sh lib viewer
	scripts/lint.sh $(TAGS)

fmt: .venv/stamp-dev build/tools/golangci-lint ## format Go and Python
	build/tools/golangci-lint fmt
	$(VENV)/ruff format . && $(VENV)/ruff check --fix .

build/tools/golangci-lint: scripts/tools/go.mod scripts/tools/go.sum
	cd scripts/tools && $(GO) build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

generate: .venv/stamp-dev ## write the generated files anew
	scripts/generate.sh

.PHONY: docs
docs: .venv/stamp-dev ## docs/api, from comments and docstrings
	$(VENV)/python scripts/gen_api_docs.py

.PHONY: bench wheel sdist cross cross-linux-aarch64 cross-windows-x86_64 clean
bench: lib tool python ## throughput, delay, lookups of controls, what a busy loop loses
	$(VENV)/python bench/bench.py $(BENCH_ARGS)
	$(VENV)/python bench/controls.py
	$(VENV)/python bench/pacing.py
	$(VENV)/python bench/bench_cuda.py

wheel: test-wheel sdist ## dist/: the wheel and the sdist, each tried out in a new venv

sdist: .venv/stamp-dev ## dist/*.tar.gz, which pip builds from with Go
	@scripts/deps.sh lib python
	scripts/sdist.sh check

cross: ## build/cross: librv for linux-aarch64 and windows-x86_64
	@$(call each,cross-linux-aarch64 cross-windows-x86_64)

cross-linux-aarch64 cross-windows-x86_64: .venv/stamp-dev .venv/stamp-wheel tool
	@scripts/deps.sh lib
	scripts/cross.sh $(@:cross-%=%)

clean: ## remove what was built (not .venv)
	rm -rf build dist
