#!/bin/bash
# Runs tests and adds them up. Every runner speaks TAP; the last line is
#
#	N passed, N failed, N skipped
#
# usage: tests/run.sh BUILD-FOLDER [unit|gates|fuzz|cli|reality]...   (all kinds without a name)
#
# A runner that ends badly without naming a failed test counts as one failure. Under CI=true a
# skipped test is a failure: nothing may hide a server that did not start.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1
shift
kinds=${*:-gates unit fuzz cli reality}
export LAYERSHARE="$PWD/$build/layershare"
export LAYERSHARE_AGENT="$PWD/$build/layershare-agent"
passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# NAME COMMAND...: runs one TAP producer.
tap() {
	local name=$1 status=0 started=$SECONDS ok bad skip
	shift
	# A test that reads would take the list of the tests behind it.
	"$@" >"$log" 2>&1 </dev/null || status=$?
	ok=$(grep -cE '^ok [0-9]+' "$log")
	skip=$(grep -ciE '^ok [0-9]+.*# skip' "$log")
	bad=$(grep -cE '^not ok [0-9]+' "$log")
	ok=$((ok - skip))
	if [ "${CI:-}" = true ] && [ "$skip" -gt 0 ]; then
		bad=$((bad + skip)) skip=0
	fi
	if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ $((ok + bad + skip)) -eq 0 ]; then
		echo "  $name ran no test" && bad=1
	fi
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	printf '%-44s %4d passed %3d failed %3d skipped  %3d s\n' \
		"$name" "$ok" "$bad" "$skip" $((SECONDS - started))
	[ "$bad" -eq 0 ] || sed 's/^/    /' "$log"
}

# A gate is one test: quiet when it holds.
gate() {
	local name=$1 status=0
	shift
	echo "1..1"
	"$@" >&2 || status=$?
	if [ $status -eq 0 ]; then echo "ok 1 $name"; else echo "not ok 1 $name"; fi
	return $status
}

for kind in $kinds; do
	case $kind in
	gates)
		tap "gates/includes" gate includes tests/gates/includes.sh
		tap "gates/banned" gate banned tests/gates/banned.sh
		tap "gates/agent" gate agent tests/gates/agent.sh "$build/layershare-agent"
		scripts=$(git ls-files '*.sh' .ci/run)
		# shellcheck disable=SC2086
		tap "gates/shellcheck" gate shellcheck shellcheck -x $scripts
		tap "gates/spelling" gate spelling codespell --quiet-level=2 --skip=build,LICENSE,corpus,.git,tests \
			--ignore-regex='\\[nt]' .
		;;
	unit)
		while read -r test; do
			tap "${test#"$build"/tests/}" env CMOCKA_MESSAGE_OUTPUT=TAP "$test"
		done < <(find "$build/tests" -name '*_test' -type f | sort)
		;;
	fuzz)
		tap "fuzz corpora" gate corpora make --no-print-directory -s MODE=debug fuzz-replay
		;;
	cli | reality)
		while read -r test; do
			tap "${test#tests/}" bats --tap "$test"
		done < <(find "tests/$kind" -name '*.bats' | sort)
		;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
