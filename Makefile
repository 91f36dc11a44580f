# Grantor
# SPDX-License-Identifier: Apache-2.0

# Arguments for `make demo`, as in `make demo ARGS=--exit-when-settled`.
ARGS ?=

# Relocations in the packed form are 3 MiB less to read at each start; the loader knows it since glibc 2.36.
PACKED := $(shell getconf GNU_LIBC_VERSION 2>/dev/null | awk '$$2 >= 2.36 { print "-Xlinker -z -Xlinker pack-relative-relocs" }')

# An optimised build that needs no Swift where it runs, without the symbols that nobody links against.
RELEASE := --configuration release --static-swift-stdlib -Xswiftc -use-ld=lld $(PACKED) -Xlinker --no-export-dynamic -Xlinker -s

.DEFAULT_GOAL := help
.PHONY: bench build check demo format help test

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A debug build: the first one takes about half the time of an optimised one, and the demo has little to compute.
demo: ## Builds, and shows the operator at work without a cluster; options go into ARGS.
	@echo "demo: building (the first time takes some minutes)"
	@swift build --product grantor
	@.build/debug/grantor demo $(ARGS)

build: ## Builds an optimised `grantor` into .build/release.
	swift build $(RELEASE) --product grantor

# Measures the optimised binary; options go into ARGS, as in `make bench ARGS="--only idle --only start"`.
bench: build ## Measures speed and memory, and compares with the committed thresholds.
	swift build $(RELEASE) --product OperatorBenchmark
	@.build/release/OperatorBenchmark --binary .build/release/grantor --json bench.json $(ARGS)

test: ## Sets up what the tests need, builds everything, and runs all tests.
	@dev/test.sh

check: ## Runs the gate: formatting, headers, layers, build, tests.
	@dev/check.sh

format: ## Formats all Swift files in place.
	swift format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift
