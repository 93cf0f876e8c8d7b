# layershare. `make help` lists the targets.
#
#   MODE=release   optimised and hardened (the default)
#   MODE=debug     sanitizers, warnings are errors (what the tests run)
#   MODE=coverage  gcov counters
#   MODE=fuzz      for libFuzzer, with CC=clang (see `make fuzz`)
#   CC=clang       another compiler builds into its own folder
#   V=1            show the commands
#
# Each mode has its own folder, so switching rebuilds nothing.

MODE    ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0
BUILD   := build/$(if $(filter-out cc gcc,$(CC)),$(CC)-)$(MODE)

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

# What apt installs: to build (and to trust registries: libcurl only recommends ca-certificates),
# and to test.
BUILD_PACKAGES := gcc make pkg-config libc6-dev libcurl4-openssl-dev libjansson-dev libsqlite3-dev \
                  libyaml-dev libssl-dev libutf8proc-dev libprotobuf-c-dev protobuf-c-compiler scdoc \
                  ca-certificates
TEST_PACKAGES  := libcmocka-dev bats shellcheck codespell sqlite3 jq zstd time docker-registry skopeo umoci podman \
                  containerd runc docker.io curl crun util-linux-extra \
                  debootstrap nginx-light apache2-utils wrk python3 python3-jsonschema git groff-base
DEMO_PACKAGES  := docker-registry skopeo umoci debootstrap jq python3
LINT_PACKAGES  := clang clang-format cppcheck

PACKAGES  := libcurl jansson sqlite3 yaml-0.1 libcrypto libutf8proc libprotobuf-c
WARNINGS  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings \
             -Wformat=2 -Wimplicit-fallthrough -Wpointer-arith -Wundef -Wconversion -Wno-sign-conversion
HARDENING := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
             -fcf-protection -fPIE
LINKING   := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifeq ($(shell uname -m),aarch64)
HARDENING := $(subst -fcf-protection,-mbranch-protection=standard,$(HARDENING))
endif

# clang before 16 wants this one only together with another option.
HARDENING += $(shell $(CC) -ftrivial-auto-var-init=zero -fsyntax-only -xc /dev/null 2>/dev/null && echo -ftrivial-auto-var-init=zero)

CFLAGS.release  := -O2 -g $(HARDENING)
LDFLAGS.release := $(LINKING)
CFLAGS.debug    := -O1 -g3 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS.debug   := -fsanitize=address,undefined
CFLAGS.analyze  := -O1 -Werror -fanalyzer
CFLAGS.coverage  := -O0 -g3 --coverage
LDFLAGS.coverage := --coverage
CFLAGS.fuzz  := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS.fuzz := -fsanitize=fuzzer,address,undefined

override CPPFLAGS += -I. -I$(BUILD) -D_GNU_SOURCE -DLAYERSHARE_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
override CFLAGS   += -std=c17 $(CFLAGS.$(MODE)) $(WARNINGS)
override LDFLAGS  += $(LDFLAGS.$(MODE))
LDLIBS            := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

MAIN     := analyzer/main.c
AGENT    := collector/agent/main.c
SOURCES  := $(filter-out $(MAIN) $(AGENT),$(wildcard common/*.c schema/*.c schema/*/*.c collector/*.c collector/*/*.c collector/*/*/*.c analyzer/*/*.c web/*.c))
PROTOS   := $(patsubst %.proto,$(BUILD)/%.pb-c,$(wildcard schema/proto/*.proto))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/schema/embed.o $(PROTOS:=.o)
EMBEDDED := $(wildcard schema/sql/*.sql web/assets/*)
SUPPORT  := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TESTS    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c tests/*/*/*_test.c tests/*/*/*/*_test.c))

Q = $(if $(V),,@echo "  $(1)	$@";)

.PHONY: all
all: $(BUILD)/layershare $(BUILD)/layershare-agent

$(BUILD)/layershare: $(BUILD)/analyzer/main.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Nodes need not have what only the analyzer needs: without these libraries it must link.
AGENT_LDLIBS := $(shell pkg-config --libs $(filter-out sqlite3 yaml-0.1,$(PACKAGES)) 2>/dev/null)

$(BUILD)/layershare-agent: $(BUILD)/collector/agent/main.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(AGENT_LDLIBS)

$(BUILD)/liblayershare.a: $(OBJECTS)
	$(call Q,AR)rm -f $@ && ar qcs $@ $^

$(BUILD)/%.o: %.c | $(PROTOS:=.h)
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Messages of engines: made from schema/proto, never committed. Their code is not ours to judge.
$(BUILD)/%.pb-c.h $(BUILD)/%.pb-c.c &: %.proto
	@mkdir -p $(BUILD)
	$(call Q,PROTO)protoc-c --c_out=$(BUILD) $<

$(BUILD)/%.pb-c.o: $(BUILD)/%.pb-c.c
	$(call Q,CC)$(CC) $(CPPFLAGS) $(filter-out -fanalyzer,$(CFLAGS)) -w -c -o $@ $<

$(BUILD)/schema/embed.o: schema/embed.S $(EMBEDDED)
	@mkdir -p $(@D)
	$(call Q,AS)$(CC) -I. -c -o $@ $<

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(SUPPORT) $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: unit-tests
unit-tests: $(TESTS) ## build the unit tests of this MODE

# A target is tests/fuzz/NAME.c; replay.c stands in for libFuzzer.
FUZZ         := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FUZZ_SECONDS ?= 60

$(BUILD)/tests/fuzz/%-replay: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/fuzz/%-fuzz: $(BUILD)/tests/fuzz/%.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: fuzz-replay fuzz fuzz-run
fuzz-replay: $(FUZZ:%=$(BUILD)/tests/fuzz/%-replay) ## run the fuzz targets over their corpora
	@for name in $(FUZZ); do $(BUILD)/tests/fuzz/$$name-replay tests/fuzz/corpus/$$name || exit 1; done

fuzz: ## fuzz every target for FUZZ_SECONDS (needs clang)
	@$(MAKE) --no-print-directory CC=clang MODE=fuzz fuzz-run

fuzz-run: $(FUZZ:%=$(BUILD)/tests/fuzz/%-fuzz)
	@for name in $(FUZZ); do \
		mkdir -p $(BUILD)/corpus/$$name && \
		$(BUILD)/tests/fuzz/$$name-fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$(BUILD)/$$name- \
			$(BUILD)/corpus/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

.PHONY: deps test-deps lint-deps
deps: ## install what building needs (Debian; root or sudo)
	@tests/install.sh $(BUILD_PACKAGES)
test-deps: deps
	@tests/install.sh $(TEST_PACKAGES)
lint-deps: deps
	@tests/install.sh $(LINT_PACKAGES)

# A second make, because pkg-config is asked when the Makefile is read, before deps ran. On all
# processors, unless -j said something else.
BUILD_MAKE = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: check
check: test-deps ## install what tests need, build, run every test
	@$(BUILD_MAKE) MODE=debug all unit-tests
	@$(BUILD_MAKE) MODE=release all
	@tests/run.sh build/debug

.PHONY: demo bench
demo: deps ## a guided tour over a registry with real images, and its report.html
	@tests/install.sh $(DEMO_PACKAGES)
	@$(BUILD_MAKE) MODE=release all
	@tests/demo/demo.sh report.html

bench: test-deps ## measure the stated speed and memory ratios; fails when one is missed
	@$(BUILD_MAKE) MODE=release all build/release/tests/bench/resident
	@tests/bench/run.sh
	@tests/bench/agent.sh

.PHONY: lint
lint: lint-deps ## format, cppcheck, gcc -fanalyzer, release builds of gcc and clang without warnings
	@clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--inline-suppr --suppress=missingInclude -I. -D_GNU_SOURCE $(SOURCES) $(MAIN) $(AGENT)
	@$(MAKE) --no-print-directory MODE=release CFLAGS=-Werror BUILD=build/gcc-werror all
	@$(MAKE) --no-print-directory MODE=release CFLAGS=-Werror CC=clang BUILD=build/clang-werror all
	@$(MAKE) --no-print-directory MODE=analyze all

# Man pages and completions come out of the program, from the same table as its help. Built after
# it by shell loops, because only the program knows its commands.
.PHONY: docs
docs: $(BUILD)/docs.stamp ## man pages and shell completions
$(BUILD)/docs.stamp: $(BUILD)/layershare $(BUILD)/layershare-agent
	@rm -rf $(BUILD)/docs && mkdir -p $(BUILD)/docs/man $(BUILD)/docs/completion
	$(call Q,DOCS)set -e; ./$< help --man | scdoc >$(BUILD)/docs/man/layershare.1; \
	for command in $$(./$< help --list | tr ' ' '-'); do \
		./$< help --man $$(echo $$command | tr '-' ' ') | scdoc >$(BUILD)/docs/man/layershare-$$command.1; \
	done; \
	./$(BUILD)/layershare-agent --man | scdoc >$(BUILD)/docs/man/layershare-agent.1; \
	for shell in bash zsh fish; do \
		./$< completion $$shell >$(BUILD)/docs/completion/$$shell; \
		./$(BUILD)/layershare-agent --completion $$shell >$(BUILD)/docs/completion/agent.$$shell; \
	done
	@touch $@

# Where Debian's zsh looks: below /usr in another folder than below /usr/local.
ZSH_COMPLETIONS = share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

.PHONY: install
install: all docs ## install to DESTDIR/PREFIX: programs, man pages, completions
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/layershare $(BUILD)/layershare-agent
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(BUILD)/docs/man/*
	install -D -m 644 $(BUILD)/docs/completion/bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/layershare
	install -D -m 644 $(BUILD)/docs/completion/zsh $(DESTDIR)$(PREFIX)/$(ZSH_COMPLETIONS)/_layershare
	install -D -m 644 $(BUILD)/docs/completion/fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/layershare.fish
	install -D -m 644 $(BUILD)/docs/completion/agent.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/layershare-agent
	install -D -m 644 $(BUILD)/docs/completion/agent.zsh $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_layershare-agent
	install -D -m 644 $(BUILD)/docs/completion/agent.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/layershare-agent.fish
	install -D -m 644 schema/layershare.yaml $(DESTDIR)$(PREFIX)/share/doc/layershare/layershare.yaml
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/layershare docs/counting.md README.md LICENSE

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: help
help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20

# For scripts: make -s print-TEST_PACKAGES
print-%:
	@echo $($*)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
