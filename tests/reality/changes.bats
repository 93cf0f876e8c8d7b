#!/usr/bin/env bats
# What happens to the answers when the registry changes, goes away, or dies in the middle.
load ../lib/setup

setup_file() {
	export TEMPLATE=$BATS_FILE_TMPDIR/template
	"$TOP/tests/lib/synthetic.py" "$TEMPLATE" 400 >"$BATS_FILE_TMPDIR/made"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	registry=$BATS_TEST_TMPDIR/registry
	mkdir -p "$registry"
	cp -a "$TEMPLATE" "$registry/storage"
	repositories=$registry/storage/docker/registry/v2/repositories
	registry_start "$registry"
	host=$(registry_host "$registry")
}

teardown() {
	registry_stop "$registry"
}

made() { jq ".$1" "$BATS_FILE_TMPDIR/made"; }
state() { ask '.coverage.sources[0].state' usage; }
numbers() { ask '.registries[0] | [.images, .tags, .repositories, .actual_bytes, .logical_bytes] | map(tostring) | join(" ")' usage; }
fetched() { registry_requests "$registry" | awk '$1 == "GET" && $2 ~ /\/(manifests|blobs)\// && $3 == 200 { print $2 }' | sort; }

@test "a deleted tag is gone after the rescan" {
	expect 0 layershare scan registry "$host"
	before=$(ask '.registries[0].tags' usage)
	tag=$(find "$repositories/base/image-0/_manifests/tags" -mindepth 1 -maxdepth 1 | head -n 1)
	rm -r "$tag"
	# A repository without tags stays in the catalogue.
	expect 0 layershare scan registry "$host"
	same $((before - 1)) "$(ask '.registries[0].tags' usage)" tags
	same 0 "$(layershare images -o json | jq "[.images[].references[] | select(. == \"$host/base/image-0:1\")] | length")"
}

@test "a deleted repository is gone after the rescan, its images with it" {
	expect 0 layershare scan registry "$host"
	before=$(ask '.registries[0].repositories' usage)
	victim=$(cd "$repositories" && find . -name 'service-*' | sort | head -n 1)
	victim=${victim#./}
	unique=$(layershare images -o json | jq "[.images[] | select(all(.references[]; contains(\"/$victim:\")))] | length")
	images=$(ask '.registries[0].images' usage)
	[ "$unique" -gt 0 ]
	rm -r "${repositories:?}/$victim"
	expect 0 layershare scan registry "$host"
	same $((before - 1)) "$(ask '.registries[0].repositories' usage)" repositories
	same $((images - unique)) "$(ask '.registries[0].images' usage)" images
	# Put back: its tags are new again and bring their documents, beyond that nothing is fetched.
	cp -a "$TEMPLATE/docker/registry/v2/repositories/$victim" "$repositories/$victim"
	registry_forget_requests "$registry"
	expect 0 layershare scan registry "$host"
	same "$images" "$(ask '.registries[0].images' usage)" images
	same "" "$(fetched | grep -E '/blobs/|/manifests/sha256:' || true)" "fetched again"
}

@test "a registry that is down: exit 1, the earlier numbers stay, marked stale" {
	expect 0 layershare scan registry "$host"
	before=$(numbers)
	registry_stop "$registry"
	expect 1 layershare scan registry "$host"
	says "$output" "$host"
	same "$before" "$(numbers)" numbers
	same stale "$(state)" state
	[ "$(ask '.coverage.sources[0].problems' usage)" -gt 0 ]
	expect 0 layershare usage
	expect 3 layershare usage --require-complete
	registry_start "$registry" --port "${host#*:}"
	expect 0 layershare scan registry "$host"
	same complete "$(state)" state
	same "$before" "$(numbers)" numbers
	same "" "$(problem_rows)" problems
}

@test "a registry that was never reached: exit 1, and no numbers are made up" {
	registry_stop "$registry"
	expect 1 layershare scan registry "$host"
	says "$output" 'refused|connect'
	same 0 "$(layershare usage -o json | jq '[.registries[].images] | add // 0')"
}

@test "a registry that dies mid-scan: exit 3, and the next run fetches only the rest" {
	# Its last request is one of a scan that has hardly begun.
	(
		while [ "$(wc -l <"$registry/access.log")" -lt 300 ]; do sleep 0.01; done
		kill "$(cat "$registry/pid")"
	) 3>&- &
	killer=$!
	expect 3 layershare scan registry "$host"
	wait $killer
	same partial "$(state)" state
	problem_rows | grep -q . || { echo "no problem row" >&2 && false; }
	some=$(ask '.registries[0].images' usage)
	[ "$some" -gt 0 ]
	[ "$some" -lt "$(made images)" ]
	fetched >"$BATS_TEST_TMPDIR/first"
	registry_start "$registry" --port "${host#*:}"
	expect 0 layershare scan registry "$host"
	fetched >"$BATS_TEST_TMPDIR/second"
	same "$(made images)" "$(ask '.registries[0].images' usage)" images
	# An answer that was on its way when the server died may be asked for again.
	again=$(comm -12 "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/second" | wc -l)
	[ "$again" -le 6 ] || { echo "$again fetched again" >&2 && false; }
}

@test "a scan that is killed loses nothing that was committed, and the next run goes on" {
	# Enough to last beyond the first commit.
	"$TOP/tests/lib/synthetic.py" "$registry/storage" 3000 --seed 2 >"$BATS_TEST_TMPDIR/made"
	"$LAYERSHARE" --db "$DB" scan registry "$host" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	scanner=$!
	kept=0
	while [ "$kept" -eq 0 ] && kill -0 $scanner; do
		sleep 0.05
		kept=$(sqlite3 -readonly "$DB" 'SELECT count(*) FROM manifest' 2>/dev/null || true)
		kept=${kept:-0}
	done
	kill -9 $scanner
	wait $scanner || true
	[ "$kept" -gt 0 ]
	kept=$(sqlite3 -readonly "$DB" 'SELECT count(*) FROM config')
	same ok "$(sqlite3 "$DB" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" integrity
	expect 0 layershare usage
	registry_forget_requests "$registry"
	expect 0 layershare scan registry "$host"
	[ "$(ask '.registries[0].images' usage)" -gt 3000 ]
	# Exactly the configs that had not been committed are fetched, and no known tag's document.
	all=$(sqlite3 -readonly "$DB" "SELECT count(*) FROM config")
	same $((all - kept)) "$(fetched | grep -c /blobs/)" "configs fetched"
	registry_requests "$registry" | grep -q '^HEAD ' || { echo "no tag was known" >&2 && false; }
}

@test "a scan that is interrupted ends soon, as partial, and says so" {
	"$LAYERSHARE" --db "$DB" scan registry "$host" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	scanner=$!
	while [ "$(wc -l <"$registry/access.log")" -lt 300 ] && kill -0 $scanner; do sleep 0.01; done
	kill -INT $scanner
	status=0
	wait $scanner || status=$?
	same 3 "$status" "exit status; it said: $(cat "$BATS_TEST_TMPDIR/log")"
	says "$(cat "$BATS_TEST_TMPDIR/log")" 'interrupted|stopped'
	same partial "$(state)" state
}

@test "two scans at once: the second one names the first" {
	"$LAYERSHARE" --db "$DB" scan registry "$host" >/dev/null 2>&1 3>&- &
	scanner=$!
	while [ "$(wc -l <"$registry/access.log")" -lt 20 ] && kill -0 $scanner; do sleep 0.01; done
	expect 1 layershare scan registry "$host"
	says "$output" "$scanner"
	wait $scanner
}

@test "a scan of one repository leaves the others as they are" {
	expect 0 layershare scan registry "$host"
	before=$(numbers)
	expect 0 layershare scan registry "$host/base/image-0"
	same "$before" "$(numbers)" numbers
}

# What a scan of a part may say about the rest: nothing.

# The manifest of a service's first tag is lost; its place goes to `lost`, the name of the repository
# to `lost_repository`.
lose_a_manifest() {
	local link
	link=$(find "$repositories" -path '*/service-*/_manifests/tags/1.*/current/link' | sort | head -n 1)
	rm "$link"
	mkdir "$link"
	lost_repository=${link#"$repositories/"}
	lost_repository=${lost_repository%%/_manifests/*}
}

@test "a scan of one repository solves no problem of another" {
	lose_a_manifest
	expect 3 layershare scan registry "$host"
	problems=$(problem_rows)
	says "$problems" "^$lost_repository"
	expect 0 layershare scan registry "$host/base/image-0"
	same "$problems" "$(problem_rows)" problems
	same partial "$(state)" state
	# Its own scan may.
	rm -r "${repositories:?}/$lost_repository"
	cp -a "$TEMPLATE/docker/registry/v2/repositories/$lost_repository" "$repositories/$lost_repository"
	expect 0 layershare scan registry "$host/$lost_repository"
	same "" "$(problem_rows)" problems
}

@test "a scan of one tag makes a registry no younger" {
	expect 0 layershare scan registry "$host"
	sqlite3 "$DB" "UPDATE scan SET started_at = started_at - 86400, ended_at = ended_at - 86400"
	before=$(ask '.coverage.sources[0].scanned_at' usage)
	expect 0 layershare scan registry "$host/base/image-0:1"
	same "$before" "$(ask '.coverage.sources[0].scanned_at' usage)" "time of the scan"
	same null "$(layershare usage -o json | jq '.coverage.sources[0].selection')" selection
	same complete "$(state)" state
}

@test "a misspelt name does not make a registry stale" {
	expect 0 layershare scan registry "$host"
	before=$(numbers)
	scanned=$(ask '.coverage.sources[0].scanned_at' usage)
	expect 1 layershare scan registry "$host/typo"
	same partial "$(state)" state
	same "$before" "$(numbers)" numbers
	same "$scanned" "$(ask '.coverage.sources[0].scanned_at' usage)" "time of the scan"
	expect 0 layershare scan registry "$host/base/image-0"
	same complete "$(state)" state
}

@test "what was selected is named in every answer, until everything was asked for" {
	expect 0 layershare scan registry "$host" --tags '1'
	same "tags 1" "$(ask '.coverage.sources[0].selection' usage)" selection
	expect 0 layershare images
	says "$output" "only: tags 1$"
	expect 0 layershare usage
	says "$output" "^Of $host only: tags 1\.$"
	expect 0 layershare report --out "$BATS_TEST_TMPDIR/report.html"
	says "$(cat "$BATS_TEST_TMPDIR/report.html")" "only: tags 1<"
	expect 0 layershare scan registry "$host"
	same null "$(layershare usage -o json | jq '.coverage.sources[0].selection')" selection
	expect 0 layershare images
	! grep -q 'only:' <<<"$output"
}
