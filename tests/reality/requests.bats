#!/usr/bin/env bats
# What a scan asks a real registry for, counted in the registry's own access log.
load ../lib/setup

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry
	"$TOP/tests/lib/synthetic.py" "$REGISTRY/storage" 300 >"$BATS_FILE_TMPDIR/made"
	registry_start "$REGISTRY"
}

teardown_file() {
	registry_stop "$REGISTRY"
}

setup() {
	host=$(registry_host "$REGISTRY")
	# Tests of one file share the store: each goes on where the one before it stopped.
	use_home "$BATS_FILE_TMPDIR/home"
}

made() { jq ".$1" "$BATS_FILE_TMPDIR/made"; }
# PATTERN: how many of the requests are like this.
asked() { registry_requests "$REGISTRY" | grep -cE "$1" || true; }
lists() { asked '^GET /v2/(_catalog.*|.*/tags/list.*) '; }

@test "cold: at most two requests for an image, one for a tag, and the lists" {
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host"
	same "$(made images)" "$(ask '.registries[0].images' usage)" images
	same "$(made tags)" "$(ask '.registries[0].tags' usage)" tags
	same "$(made repositories)" "$(ask '.registries[0].repositories' usage)" repositories
	total=$(asked .)
	limit=$((2 * $(made images) + $(made tags) + $(lists)))
	[ "$total" -le "$limit" ] || { echo "$total requests, at most $limit" >&2 && false; }
	same 0 "$(asked '^GET /v2/ ')" "pings"
	# Nothing twice, and no layer.
	same "" "$(registry_requests "$REGISTRY" | awk '$1 == "GET" { print $2 }' | sort | uniq -d)" "fetched twice"
	same "$(made images)" "$(asked '^GET /v2/.*/blobs/')" "configs"
}

@test "cold, but some content is known: nothing known is fetched" {
	use_home "$BATS_TEST_TMPDIR/home"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host/base/image-0" "$host/base/image-1"
	registry_requests "$REGISTRY" | awk '$1 == "GET" && $2 ~ /sha256/ { print $2 }' | sort >"$HOME/known"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host"
	same "" "$(registry_requests "$REGISTRY" | awk '$1 == "GET" { print $2 }' | sort | comm -12 - "$HOME/known")" "fetched again"
	# A known tag by HEAD, a new one by GET, none by both.
	same 0 "$(asked '^GET /v2/base/image-[01]/manifests/')" "known tags asked by GET"
	same "$(made tags)" "$(asked '/manifests/[^ ]{1,40} ')" "requests for tags"
}

@test "unchanged: the lists and one HEAD per tag, nothing else" {
	registry_forget_requests "$REGISTRY"
	before=$(facts)
	expect 0 layershare scan registry "$host"
	same "$(made tags)" "$(asked '^HEAD /v2/.*/manifests/')" "HEADs"
	same $(($(made tags) + $(lists))) "$(asked .)" "all requests"
	same $(($(made repositories) + 1)) "$(lists)" "lists"
	same "$before" "$(facts)" "facts"
}

@test "one tag moved: exactly that image is fetched" {
	repository=$(ask '[.images[].references[] | select(contains("service"))][0] | sub("^[^/]*/"; "") | sub(":.*"; "")' images)
	tag=$(ls "$REGISTRY/storage/docker/registry/v2/repositories/$repository/_manifests/tags" | head -n 1)
	digest=$("$TOP/tests/lib/push_image.py" "$REGISTRY/storage" "$repository" "$tag")
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host"
	same "GET /v2/$repository/manifests/$digest" \
		"$(registry_requests "$REGISTRY" | grep -E '^GET .*/manifests/' | cut -d' ' -f1,2)" "manifests"
	same 1 "$(asked '^GET /v2/.*/blobs/')" "configs"
	same $(($(made tags) + $(lists) + 2)) "$(asked .)" "all requests"
	same "$digest" "$(ask ".images[] | select(.references | index(\"$host/$repository:$tag\")) | .manifest_digests[]" images)" "moved tag"
}

@test "a new tag of a known image: one request, which brings the document again" {
	repository=base/image-0
	digest=$(ask ".images[] | select(.references | index(\"$host/$repository:1\")) | .manifest_digests[0]" images)
	mkdir -p "$REGISTRY/storage/docker/registry/v2/repositories/$repository/_manifests/tags/2/current"
	printf %s "$digest" >"$REGISTRY/storage/docker/registry/v2/repositories/$repository/_manifests/tags/2/current/link"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host"
	same "GET /v2/$repository/manifests/2" \
		"$(registry_requests "$REGISTRY" | grep -E '^GET .*/(blobs|manifests)/' | cut -d' ' -f1,2)" "fetched"
	ask ".images[] | select(.references | index(\"$host/$repository:2\"))" images >/dev/null
}

@test "a tag as the target: no list at all" {
	use_home "$BATS_TEST_TMPDIR/home"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host/base/image-0:1"
	same 0 "$(lists)" "lists"
	[ "$(asked .)" -le 3 ]
	same 1 "$(ask '.images | length' images)"
}

@test "a repository as the target: its tags, not the catalogue" {
	use_home "$BATS_TEST_TMPDIR/home"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host/base/image-0"
	same 0 "$(asked _catalog)" "catalogue"
	same 1 "$(lists)" "lists"
}

@test "a namespace as the target, and globs: only what was asked for" {
	use_home "$BATS_TEST_TMPDIR/home"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host/base/" --exclude 'base/image-1*'
	same "" "$(registry_requests "$REGISTRY" | grep -vE ' /v2/(_catalog|base/)' || true)" "asked elsewhere"
	same 0 "$(asked 'base/image-1')" "excluded"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "$host" --include 'base/*' --tags '1'
	same "" "$(registry_requests "$REGISTRY" | grep -vE ' /v2/(_catalog|base/)' || true)" "asked elsewhere"
}

@test "a list of targets in a file" {
	use_home "$BATS_TEST_TMPDIR/home"
	printf '%s\n' "$host/base/image-0" "$host/base/image-1:1" >"$HOME/targets"
	registry_forget_requests "$REGISTRY"
	expect 0 layershare scan registry "@$HOME/targets"
	same 0 "$(asked _catalog)" "catalogue"
	same 2 "$(ask '.registries[0].repositories' usage)"
}

@test "a sparse copy of an index in a second registry: what that one lacks is not its own" {
	use_home "$BATS_TEST_TMPDIR/home"
	second=$BATS_TEST_TMPDIR/second
	mkdir -p "$second"
	"$TOP/tests/lib/sparse_copy.py" "$REGISTRY/storage" "$second/storage" >"$BATS_TEST_TMPDIR/copied"
	registry_start "$second"
	other=$(registry_host "$second")
	missing=$(jq .missing "$BATS_TEST_TMPDIR/copied")
	expect 0 layershare scan registry "$host"
	# The content of all children is known by then: one HEAD for each, and the tag's document.
	expect 0 layershare scan registry "$other"
	row=".registries[] | select(.name == \"$other\")"
	same "$missing" "$(ask "$row | .absent_children" usage)" absent
	same "$(jq .bytes "$BATS_TEST_TMPDIR/copied")" "$(ask "$row | .actual_bytes" usage)" bytes
	same 0 "$(ask ".registries[] | select(.name == \"$host\") | .absent_children" usage)" "absent in the first"
	# Again: the lists, one HEAD per tag, and no child.
	registry_forget_requests "$second"
	expect 0 layershare scan registry "$other"
	same 3 "$(registry_requests "$second" | wc -l)" requests
	same "$missing" "$(ask "$row | .absent_children" usage)" absent
	registry_stop "$second"
}
