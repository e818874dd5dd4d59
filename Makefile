# What a contributor runs. The checks themselves are in .ci/run.
.PHONY: test race lint fuzz bench quickstart size ci

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

# The ratios to a hand-written floor, as tables. docs/releasing.md asks for seven runs.
RUNS ?= 1
bench:
	go run ./bench/report -runs $(RUNS)

quickstart:
	go run ./examples/quickstart

# Lines of the core: no tests, no blank lines, no lines that are only a comment.
core = $(filter-out %_test.go,$(wildcard *.go option/*.go internal/*/*.go \
	packages/param/*.go packages/respjson/*.go packages/pagination/*.go packages/apierror/*.go))
size:
	@cat $(core) | grep -Ev '^[[:space:]]*(//|$$)' | wc -l

ci:
	.ci/run
