# What a contributor runs. The checks themselves are in .ci/run.
.PHONY: test race lint fuzz bench quickstart ci

test:
	go test ./...

race:
	.ci/run race

lint:
	.ci/run format vet staticcheck tidy imports

# Each target for FUZZ_SECONDS: make fuzz FUZZ_SECONDS=300
FUZZ_SECONDS ?= 60
fuzz:
	FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_BUDGET=86400 .ci/run fuzz

# The ratios to a hand-written floor, as a table. RUNS=7 is what docs/performance.md shows.
RUNS ?= 1
bench:
	go run ./bench/report -runs $(RUNS)

quickstart:
	go run ./examples/quickstart

ci:
	.ci/run
