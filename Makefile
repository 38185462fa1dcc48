# The front door. Every target says what it does and installs what it needs.

.PHONY: help demo test build watch check bench pictures

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: ## Build Candor, seed a demo and serve it (CANDOR_ADDR=127.0.0.1:3000, FRESH=1 starts over)
	@scripts/demo

test: ## Every check and every test, with one summary
	@scripts/test

build: ## The release program in target/release/candor and its site in target/site
	@scripts/setup build
	@scripts/build

watch: ## Serve the demo and reload it with every change
	@scripts/watch

check: ## Format, clippy for both targets, the house's rules, docs
	@scripts/setup build
	@scripts/check

bench: ## Prices, rules, looks, imports, writes, pages, sizes and Lighthouse beside peers (PARTS="rules import" for some)
	@scripts/bench $(PARTS)

pictures: ## Every page, phone and desktop, light and dark, into docs/pictures
	@scripts/pictures
