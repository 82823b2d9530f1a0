# The front door. `make` builds build/release/sosia; `make demo` shows it at work.
.PHONY: all packages release demo test bench check format format-check lint rooms asan tsan fuzz install clean help
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

all: release

help:
	@echo "make            build build/release/sosia (installs missing Debian packages first, and says so)"
	@echo "make demo       simulated users talk to an example agent with a planted bug; see what Sosia finds"
	@echo "make test       build and run every test"
	@echo "make bench      measure; ratios within one run (docs/performance.md)"
	@echo "make check      format, lint, room dependencies, sanitizer tests"
	@echo "make fuzz       fuzz everything that parses bytes from outside, FUZZ_SECONDS=30 each"
	@echo "make install    copy the binary to PREFIX/bin (PREFIX=$(PREFIX))"

packages:
	@scripts/install_packages.sh scripts/packages.txt

build/%/build.ninja: | packages
	@cmake --preset $* >/dev/null

release: packages build/release/build.ninja
	@cmake --build --preset release -j $(JOBS) --target sosia

demo: release
	@scripts/demo.sh

test: packages build/release/build.ninja
	@cmake --build --preset release -j $(JOBS)
	@ctest --preset release -j $(JOBS) --output-on-failure

bench: packages build/release/build.ninja
	@scripts/install_packages.sh scripts/packages-check.txt
	@cmake --build --preset release -j $(JOBS)
	@bench/run.sh

check: format-check rooms lint asan tsan

format:
	@scripts/install_packages.sh scripts/packages-check.txt
	@git ls-files -co --exclude-standard '*.cpp' '*.h' | xargs clang-format-19 -i

format-check:
	@scripts/install_packages.sh scripts/packages-check.txt
	@git ls-files '*.cpp' '*.h' | xargs clang-format-19 --dry-run -Werror && echo "format: fine"

rooms:
	@python3 scripts/check_rooms.py

lint: packages
	@scripts/install_packages.sh scripts/packages-check.txt
	@cmake --preset tidy >/dev/null && cmake --build --preset tidy -j $(JOBS)

asan: packages build/asan/build.ninja
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS) -LE slow --output-on-failure

tsan: packages build/tsan/build.ninja
	@cmake --build --preset tsan -j $(JOBS) --target net_tests agent_tests storage_tests simulation_tests execution_tests world_tests server_tests
	@ctest --preset tsan -j $(JOBS) -R '^(net|agent|storage|simulation|execution|world|server)\.' --output-on-failure

fuzz: packages build/fuzz/build.ninja
	@cmake --build --preset fuzz -j $(JOBS) --target fuzzers
	@scripts/fuzz.sh

install: release
	@install -D build/release/sosia $(DESTDIR)$(PREFIX)/bin/sosia && echo "installed $(DESTDIR)$(PREFIX)/bin/sosia"

clean:
	@rm -rf build
