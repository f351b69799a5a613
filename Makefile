# Two commands: `make up` and `make test`. Everything else is ./x.
.PHONY: up down test

# Installs what is missing, builds, starts. DECNET_ARGS= goes to `decnet up` (DECNET_ARGS=--detach).
up:
	@tools/setup build
	@tools/as_caller ./x build release
	@exec build/release/decnet up $(DECNET_ARGS)

down:
	@build/release/decnet down

# What CI runs.
test:
	@tools/setup test
	@tools/as_caller ./x test
