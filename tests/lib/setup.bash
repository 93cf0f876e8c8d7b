# shellcheck shell=bash
# What every test of the built program starts with: `load ../lib/setup`.
#
# The program under test is $LAYERSHARE (tests/run.sh sets it; else the debug build). Each test has
# a home and a store of its own and sees nothing of this machine's configuration or credentials.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LAYERSHARE=${LAYERSHARE:-$TOP/build/debug/layershare}
LAYERSHARE_AGENT=${LAYERSHARE_AGENT:-$(dirname "$LAYERSHARE")/layershare-agent}
LAYERSHARE_RELEASE=${LAYERSHARE_RELEASE:-$TOP/build/release/layershare}
# shellcheck source=tests/lib/registry.sh
. "$TOP/tests/lib/registry.sh"
bats_require_minimum_version 1.5.0

# A sanitizer's finding must not look like an exit status of ours.
export ASAN_OPTIONS=exitcode=86 UBSAN_OPTIONS=exitcode=86:print_stacktrace=1
export LC_ALL=C.UTF-8 TERM=dumb
unset DOCKER_CONFIG REGISTRY_AUTH_FILE XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_STATE_HOME NO_COLOR \
	LAYERSHARE_DB LAYERSHARE_REGISTRY_USER LAYERSHARE_REGISTRY_PASSWORD_FILE \
	LAYERSHARE_REGISTRY_HOST http_proxy CONTAINER_RUNTIME_ENDPOINT

# FOLDER: an empty home, and the store that `layershare` below uses.
use_home() {
	export HOME=$1
	DB=$HOME/layershare.db
	mkdir -p "$HOME"
}

layershare() { "$LAYERSHARE" --db "$DB" "$@"; }

# QUERY COMMAND...: what jq finds in a command's JSON.
ask() {
	local query=$1
	shift
	layershare "$@" -o json | jq -re "$query"
}

# All of it in one document, for tests that compare everything.
facts() {
	layershare images -o json | jq -S '[.images[] | del(.references, .registry)] | sort_by(.config_digest, .manifest_digests)'
}

# Open problem rows, "place: message", from the store itself.
problem_rows() {
	sqlite3 -readonly "$DB" "SELECT place || ': ' || message FROM problem WHERE until IS NULL ORDER BY 1"
}

# EXPECTED ACTUAL WHAT: equal, or a failure that shows both.
same() {
	[ "$1" = "$2" ] && return 0
	printf '%s:\n  expected %s\n  got      %s\n' "${3:-different}" "${1:0:600}" "${2:0:600}" >&2
	return 1
}

# STATUS COMMAND...: runs it (bats' `run`) and shows what it said when the status is another.
expect() {
	local wanted=$1
	shift
	run "$@"
	# shellcheck disable=SC2154 # bats sets them
	[ "$status" -eq "$wanted" ] && return 0
	printf 'exit status %s instead of %s: %s\n%s\n' "$status" "$wanted" "$*" "$output" >&2
	return 1
}

# TEXT PATTERN: an extended regular expression, or a failure that shows the text.
says() {
	grep -qEi -- "$2" <<<"$1" && return 0
	printf 'nothing like /%s/ in:\n%s\n' "$2" "$1" >&2
	return 1
}
