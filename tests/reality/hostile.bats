#!/usr/bin/env bats
# Registries that lie, one named way each (tests/fake/behaviours.py). Whatever they do: the scan
# ends in time, memory and exit status as promised, a problem row names place and cause, the honest
# neighbours are counted, no credential goes elsewhere, and nothing of theirs reaches a terminal.
load ../lib/setup

SLOW="slow-headers slow-body"

setup_file() {
	# Waiting needs no processor: these run beside the others.
	for name in $SLOW; do
		"$TOP/tests/fake/try.sh" "$name" "$LAYERSHARE_RELEASE" "$BATS_FILE_TMPDIR/$name" 3>&- &
		echo $! >"$BATS_FILE_TMPDIR/$name.pid"
	done
	"$TOP/tests/fake/registry.py" --list >"$BATS_FILE_TMPDIR/table"
}

# FOLDER: what holds of every behaviour.
check() {
	local folder=$1 name exits images pattern status counted state
	IFS=$'\t' read -r name exits images pattern < <(awk -F '\t' -v n="$BATS_TEST_DESCRIPTION" '$1 == n' "$BATS_FILE_TMPDIR/table")
	[ -n "$name" ] || { echo "not in the table" >&2 && return 1; }
	status=$(cat "$folder/status")
	grep -qE "^($exits)$" <<<"$status" || { echo "exit status $status, not $exits" >&2 && show "$folder" && return 1; }
	[ "$(cat "$folder/seconds")" -lt 90 ] || { echo "took too long" >&2 && show "$folder" && return 1; }
	! grep -qE 'Sanitizer|runtime error' "$folder/output" "$folder/tables" || { show "$folder" && return 1; }
	# A cause, in words that name the place.
	if [ -n "$pattern" ]; then
		cat "$folder/problems" "$folder/output" | grep -qEi -- "$pattern" ||
			{ echo "nothing says /$pattern/" >&2 && show "$folder" && return 1; }
	fi
	[ "$status" -eq 0 ] || [ -s "$folder/problems" ] || { echo "no problem row" >&2 && show "$folder" && return 1; }
	# The neighbours.
	counted=$(jq '[.registries[].images] | add // 0' "$folder/usage.json") || { show "$folder" && return 1; }
	grep -qE "^($images)$" <<<"$counted" || { echo "$counted images, not $images" >&2 && show "$folder" && return 1; }
	case $status in
	0) state=complete ;; 1) state=failed ;; *) state=partial ;;
	esac
	same "$state" "$(jq -r '.coverage.sources[0].state' "$folder/usage.json")" state || { show "$folder" && return 1; }
	"$TOP/tests/lib/validate.py" "$folder/usage.json" || return 1
	# Escape sequences, C1 controls, bidi overrides, NUL; markup in the page.
	! LC_ALL=C grep -qaP '\x1b|\x07|\x00|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$folder/output" "$folder/tables" ||
		{ echo "control bytes were printed" >&2 && show "$folder" && return 1; }
	[ ! -e "$folder/report.html" ] || ! grep -qE '<script|<img' "$folder/report.html" || { echo "markup in the page" >&2 && return 1; }
	# Secrets.
	! grep -qai 'authorization\|canary' "$folder/server/other" 2>/dev/null || { cat "$folder/server/other" >&2 && return 1; }
	! grep -qaE 'canary|cmVhZGVyOmNhbmFyeS' "$folder/output" "$folder/tables" "$folder/home/db" || { echo "a secret was kept" >&2 && return 1; }
	# Nobody asked for what is not there to be asked for.
	! grep -qE '\.\./|passwd|%2[eE]' "$folder/server/requests" || { cat "$folder/server/requests" >&2 && return 1; }
}

show() {
	printf -- '--- output\n%s\n--- problems\n%s\n' "$(head -c 3000 "$1/output" | cat -v)" "$(head -c 3000 "$1/problems" | cat -v)" >&2
}

small() {
	[ "$(tail -n 1 "$1/rss")" -le 65536 ] || { echo "$(tail -n 1 "$1/rss") KiB of memory" >&2 && return 1; }
}

# Once with sanitizers, once as people run it, measured: as a first scan and as a later one, but for
# those registries that give nothing in the first place, or not for long.
lie() {
	local again=again
	! grep -q "^$BATS_TEST_DESCRIPTION	1	" "$BATS_FILE_TMPDIR/table" || again=
	[ "$BATS_TEST_DESCRIPTION" != dies ] || again=
	"$TOP/tests/fake/try.sh" "$BATS_TEST_DESCRIPTION" "$LAYERSHARE" "$BATS_TEST_TMPDIR/debug"
	check "$BATS_TEST_TMPDIR/debug"
	"$TOP/tests/fake/try.sh" "$BATS_TEST_DESCRIPTION" "$LAYERSHARE_RELEASE" "$BATS_TEST_TMPDIR/release" $again
	check "$BATS_TEST_TMPDIR/release"
	small "$BATS_TEST_TMPDIR/release"
}

slow_lie() {
	local folder=$BATS_FILE_TMPDIR/$BATS_TEST_DESCRIPTION
	while kill -0 "$(cat "$folder.pid")" 2>/dev/null; do sleep 0.2; done
	check "$folder"
	small "$folder"
}

@test "every behaviour of the table has a test here" {
	diff <(cut -f1 "$BATS_FILE_TMPDIR/table" | sort) <(sed -n 's/^@test "\([a-z0-9-]*\)" .*/\1/p' "$BATS_TEST_FILENAME" | sort)
}

@test "catalogue-404" { lie; }
@test "catalogue-405" { lie; }
@test "catalogue-401" { lie; }
@test "catalogue-403" { lie; }
@test "catalogue-empty" { lie; }
@test "catalogue-null" { lie; }
@test "catalogue-ignores-n" { lie; }
@test "catalogue-link-relative" { lie; }
@test "catalogue-link-absolute" { lie; }
@test "catalogue-link-itself" { lie; }
@test "catalogue-link-circle" { lie; }
@test "catalogue-link-elsewhere" { lie; }
@test "catalogue-link-file" { lie; }
@test "catalogue-link-endless" { lie; }
@test "catalogue-oversized" { lie; }
@test "catalogue-deep" { lie; }
@test "not-a-registry" { lie; }
@test "hostile-repository-names" { lie; }
@test "tags-link-relative" { lie; }
@test "tags-link-itself" { lie; }
@test "tags-link-elsewhere" { lie; }
@test "tags-null" { lie; }
@test "tags-404" { lie; }
@test "tags-500" { lie; }
@test "tags-deep" { lie; }
@test "tags-oversized" { lie; }
@test "tags-cut" { lie; }
@test "tags-wrong-type" { lie; }
@test "tags-twice" { lie; }
@test "tags-duplicate-key" { lie; }
@test "tags-missing-manifest" { lie; }
@test "hostile-tag-names" { lie; }
@test "hostile-error-text" { lie; }
@test "manifest-wrong-digest" { lie; }
@test "manifest-cut" { lie; }
@test "manifest-cut-unstated" { lie; }
@test "manifest-length-short" { lie; }
@test "manifest-length-long" { lie; }
@test "manifest-length-huge" { lie; }
@test "manifest-empty" { lie; }
@test "manifest-oversized" { lie; }
@test "manifest-oversized-unstated" { lie; }
@test "manifest-500" { lie; }
@test "manifest-429" { lie; }
@test "manifest-said-to-be-gzip" { lie; }
@test "manifest-gzip-bomb" { lie; }
@test "manifest-chunked-endless" { lie; }
@test "status-line-garbage" { lie; }
@test "connection-closed" { lie; }
@test "headers-endless" { lie; }
@test "head-unsupported" { lie; }
@test "head-wrong-digest" { lie; }
@test "head-malformed-digest" { lie; }
@test "no-content-digest" { lie; }
@test "content-type-disagrees" { lie; }
@test "content-type-absent" { lie; }
@test "dies" { lie; }
@test "manifest-deep" { lie; }
@test "manifest-not-json" { lie; }
@test "manifest-invalid-utf8" { lie; }
@test "manifest-duplicate-key" { lie; }
@test "manifest-and-index" { lie; }
@test "manifest-array" { lie; }
@test "layers-not-a-list" { lie; }
@test "config-missing" { lie; }
@test "size-negative" { lie; }
@test "size-too-large" { lie; }
@test "size-overflows" { lie; }
@test "size-fraction" { lie; }
@test "size-text" { lie; }
@test "digest-malformed" { lie; }
@test "digest-unknown-algorithm" { lie; }
@test "layers-1001" { lie; }
@test "children-1001" { lie; }
@test "schema-1" { lie; }
@test "layers-none" { lie; }
@test "layers-repeated" { lie; }
@test "layers-empty" { lie; }
@test "layers-foreign" { lie; }
@test "artifact" { lie; }
@test "sizes-disagree" { lie; }
@test "sha512" { lie; }
@test "index-depth-5" { lie; }
@test "index-depth-3" { lie; }
@test "index-absent-child" { lie; }
@test "index-child-wrong-size" { lie; }
@test "index-of-nothing" { lie; }
@test "index-wide" { lie; }
@test "attestation" { lie; }
@test "config-wrong-digest" { lie; }
@test "config-cut" { lie; }
@test "config-404" { lie; }
@test "config-oversized" { lie; }
@test "config-deep" { lie; }
@test "config-not-json" { lie; }
@test "config-diff-ids-short" { lie; }
@test "config-hostile-platform" { lie; }
@test "config-hostile-labels" { lie; }
@test "redirect-elsewhere" { lie; }
@test "redirect-itself" { lie; }
@test "redirect-relative-away" { lie; }
@test "redirect-file" { lie; }
@test "redirect-unix-socket" { lie; }
@test "redirect-link-local" { lie; }
@test "redirect-user-info" { lie; }
@test "redirect-nowhere" { lie; }
@test "redirect-chain" { lie; }
@test "redirect-blob-elsewhere" { lie; }
@test "auth-refused" { lie; }
@test "auth-bearer" { lie; }
@test "auth-one-repository" { lie; }
@test "auth-hostile-challenge" { lie; }
@test "slow-headers" { slow_lie; }
@test "slow-body" { slow_lie; }
