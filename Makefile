# Each target is a thin wrapper of the launcher, which needs Go alone: where make is missing, type the command itself.
# Pass arguments as ARGS: make run ARGS="--listen 127.0.0.1:9000", make test ARGS="-only web".
.PHONY: help run test build bench bench-lookup bench-tiles oracle golden web

help:
	@go run ./cmd/dev help

run:
	@go run ./cmd/dev run $(ARGS)

test:
	@go run ./cmd/dev test $(ARGS)

build:
	@go run ./cmd/dev build $(ARGS)

bench:
	@go run ./cmd/dev bench $(ARGS)

bench-lookup:
	@go run ./cmd/dev bench-lookup $(ARGS)

bench-tiles:
	@go run ./cmd/dev bench-tiles $(ARGS)

oracle:
	@go run ./cmd/dev oracle $(ARGS)

golden:
	@go run ./cmd/dev golden $(ARGS)

web:
	@go run ./cmd/dev web $(ARGS)
