# What people type. Continuous integration runs .ci/run.

CARGO ?= cargo
PREFIX ?= /usr/local
BINARY = target/release/tsung-parrot

.PHONY: build demo test bench fmt clippy install clean

build:
	$(CARGO) build --release -p parrot-cli

# Half a minute: a shop on this machine, and customers. DEMO='-l /tmp/logs' passes options on.
demo: build
	$(BINARY) $(DEMO) demo

# Everything, with real Tsung beside it. As root on Debian it installs the packages that the tests need.
test:
	.ci/packages
	$(CARGO) build --workspace
	.ci/tests

# A table of what it costs and how exact it is, beside wrk, ab and real Tsung; a quarter of an hour, see docs/performance.md.
# BENCH='keepalive arrivals' chooses cases, BENCH_ROUNDS=1 is quicker. As root on Debian it installs what it compares with.
bench:
	.ci/packages bench
	$(CARGO) build --release -p parrot-cli -p tests --bin tsung-parrot --bin bench
	target/release/bench

fmt:
	$(CARGO) fmt --all

clippy:
	$(CARGO) clippy --workspace --all-targets -- -D warnings

# The link answers to Tsung's own name; remove it where Tsung itself is still wanted.
install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/tsung-parrot
	ln -sf tsung-parrot $(DESTDIR)$(PREFIX)/bin/tsung
	install -d $(DESTDIR)$(PREFIX)/share/tsung-parrot
	install -m 644 docs/schema/* $(DESTDIR)$(PREFIX)/share/tsung-parrot

clean:
	$(CARGO) clean
