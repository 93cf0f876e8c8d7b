# layershare. `make help` lists the targets.
#
#   MODE=release   optimised and hardened (the default)
#   MODE=debug     sanitizers, warnings are errors (what the tests run)
#   MODE=coverage  gcov counters
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

PACKAGES  := libcurl jansson sqlite3 cyaml yaml-0.1 libcrypto libutf8proc
WARNINGS  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings \
             -Wformat=2 -Wimplicit-fallthrough -Wpointer-arith -Wundef -Wconversion -Wno-sign-conversion
HARDENING := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
             -fcf-protection -ftrivial-auto-var-init=zero -fPIE
LINKING   := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
ifeq ($(shell uname -m),aarch64)
HARDENING := $(subst -fcf-protection,-mbranch-protection=standard,$(HARDENING))
endif

CFLAGS.release  := -O2 -g $(HARDENING)
LDFLAGS.release := $(LINKING)
CFLAGS.debug    := -O1 -g3 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS.debug   := -fsanitize=address,undefined
CFLAGS.coverage  := -O0 -g3 --coverage
LDFLAGS.coverage := --coverage

override CPPFLAGS += -I. -D_GNU_SOURCE -DLAYERSHARE_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
override CFLAGS   += -std=c17 $(CFLAGS.$(MODE)) $(WARNINGS)
override LDFLAGS  += $(LDFLAGS.$(MODE))
LDLIBS            := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

MAIN     := analyzer/main.c
SOURCES  := $(filter-out $(MAIN),$(wildcard common/*.c schema/*.c collector/*.c collector/*/*.c analyzer/*/*.c web/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/schema/embed.o
EMBEDDED := $(wildcard schema/sql/*.sql web/assets/*)
TESTS    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*/*_test.c tests/*/*/*_test.c))

Q = $(if $(V),,@echo "  $(1)	$@";)

.PHONY: all
all: $(BUILD)/layershare

$(BUILD)/layershare: $(BUILD)/analyzer/main.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/liblayershare.a: $(OBJECTS)
	$(call Q,AR)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/schema/embed.o: schema/embed.S $(EMBEDDED)
	@mkdir -p $(@D)
	$(call Q,AS)$(CC) -I. -c -o $@ $<

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(BUILD)/liblayershare.a
	$(call Q,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: unit-tests
unit-tests: $(TESTS) ## build the unit tests of this MODE

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: help
help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
