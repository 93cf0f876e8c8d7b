#!/bin/bash
# The guided tour that `make demo` gives: a registry with real images, and what layershare says
# about it. Starts everything it needs, stops everything it started.
#
# usage: tests/demo/demo.sh [REPORT.html]      needs build/release/layershare
set -eu -o pipefail
cd "$(dirname "$0")/../.."
report=${1:-report.html}
# shellcheck source=tests/lib/registry.sh
. tests/lib/registry.sh
PATH=$PWD/build/release:$PATH
work=$(mktemp -d)
started=$SECONDS

finish() {
	registry_stop "$work/registry"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# A store and a home of its own: the demo neither reads nor writes yours.
export HOME=$work LAYERSHARE_DB=$work/layershare.db
unset DOCKER_CONFIG REGISTRY_AUTH_FILE XDG_CONFIG_HOME XDG_STATE_HOME

bold='' plain='' width=120
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
	bold=$'\033[1m' plain=$'\033[0m'
	width=$(stty size 2>/dev/null </dev/tty | cut -d' ' -f2) || width=120
fi
export COLUMNS=${width:-120}

heading() { printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"; }
# Shows a command the way one would type it, then runs it.
type_and_run() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@"
	echo
}

heading "A registry to look at"
echo "Real images, made here: two builds of Debian, Python on each, busybox, static programs, and"
echo "applications on all of them. The first run makes the root filesystems and takes a minute."
echo
registry_start "$work/registry"
host=$(registry_host "$work/registry")
tests/demo/images.sh "$host"

heading "1. Collect"
type_and_run layershare scan registry "$host"

heading "2. What is it all worth? Logical (nothing shared) against actual (what lies on the disk)"
type_and_run layershare usage
echo "The registry's own disk says: $(registry_stored_bytes "$work/registry") bytes in blobs. layershare says:"
echo
type_and_run layershare usage --bytes

heading "3. On which bases do the images stand?"
type_and_run layershare bases

heading "4. What does one image really cost, and what would deleting it free?"
type_and_run layershare explain "$host/shop/api:1.4"

heading "5. One page for everybody else"
type_and_run layershare report -o "$report"
echo "The report is $(realpath "$report"): open it in a browser."
echo "Finished in $((SECONDS - started)) s; the registry is stopped, its images are kept in build/demo for the next run."
