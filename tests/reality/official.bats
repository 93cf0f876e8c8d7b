#!/usr/bin/env bats
# Docker's official images of January 2018, real manifests with made-up configs, from a real
# registry. The figures were computed independently from the data (its README).
load ../lib/setup

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry
	export DATA=${LAYERSHARE_DATA:-$TOP/../shared/data}
	# bats takes no skip here: setup() does it, with the reason.
	[ -e "$DATA/official-images.jsonl.zst" ] || return 0
	"$TOP/tests/lib/official.py" "$DATA" "$REGISTRY/storage"
	registry_start "$REGISTRY"
	use_home "$BATS_FILE_TMPDIR/home"
	"$LAYERSHARE" --db "$DB" scan registry "$(registry_host "$REGISTRY")"
	"$LAYERSHARE" --db "$DB" images -o json --platform linux/amd64 >"$BATS_FILE_TMPDIR/amd64.json"
}

teardown_file() {
	registry_stop "$REGISTRY"
}

setup() {
	[ -e "$DATA/official-images.jsonl.zst" ] || skip "no official-images.jsonl.zst in $DATA; LAYERSHARE_DATA says where"
	use_home "$BATS_FILE_TMPDIR/home"
}

# FILE: images, distinct layers, Σ over images (a layer once per image), Σ over distinct layers
figures() {
	jq -r '[.images[] | {config: .config_digest, layers: [.layers[] | [.blob, .compressed_bytes]]}] | unique_by(.config)
		| [length, ([.[].layers[]] | unique | length),
		   ([.[].layers | unique | .[][1]] | add), ([.[].layers[]] | unique | map(.[1]) | add)]
		| map(tostring) | join(" ")' "$1"
}

@test "linux/amd64: 976 images, 3,167 layers, 171,250,814,904 bytes of which 63,389,068,914 are distinct" {
	same "976 3167 171250814904 63389068914" "$(figures "$BATS_FILE_TMPDIR/amd64.json")"
}

@test "linux/arm64: 398 images, 1,215 layers, 60,341,371,668 bytes of which 19,112,702,925 are distinct" {
	layershare images -o json --platform linux/arm64/v8 >"$BATS_TEST_TMPDIR/arm64.json"
	same "398 1215 60341371668 19112702925" "$(figures "$BATS_TEST_TMPDIR/arm64.json")"
}

@test "100 distinct bottom layers on amd64, the most used one carries 191 images" {
	same "100 191" "$(jq -r '[.images | unique_by(.config_digest)[] | .layers[0].blob] | group_by(.) | map(length)
		| "\(length) \(max)"' "$BATS_FILE_TMPDIR/amd64.json")"
}

@test "usage of amd64 agrees with the sum over its images" {
	layershare usage -o json --platform linux/amd64 >"$BATS_TEST_TMPDIR/usage.json"
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR/usage.json" "$BATS_FILE_TMPDIR/amd64.json"
	same "$(jq '[.images[].registry.attributed_bytes, .rest[].attributed_bytes] | add' "$BATS_FILE_TMPDIR/amd64.json")" \
		"$(jq '.registries[0].actual_bytes' "$BATS_TEST_TMPDIR/usage.json")"
	same 976 "$(jq '.registries[0].images' "$BATS_TEST_TMPDIR/usage.json")"
}

@test "tags: 3,086 of amd64 and 1,476 of arm64, whatever image they alias" {
	same "3086 1476" "$(layershare images -o json | jq -r '[.images[] | {p: .platform, r: .references[]}] | unique
		| "\(map(select(.p == "linux/amd64")) | length) \(map(select(.p | startswith("linux/arm64"))) | length)"')"
}

@test "only the latest tags, only amd64: 141 images, 740 layers, 27,058,770,430 bytes, 15,353,087,287 distinct" {
	use_home "$BATS_TEST_TMPDIR/home"
	expect 0 layershare scan registry --tags latest --platform linux/amd64 "$(registry_host "$REGISTRY")"
	layershare images -o json --platform linux/amd64 >"$BATS_TEST_TMPDIR/latest.json"
	same "141 740 27058770430 15353087287" "$(figures "$BATS_TEST_TMPDIR/latest.json")"
	# What was not asked for was not fetched: at most an index, a manifest and a config each.
	same 0 "$(layershare images -o json | jq '[.images[] | select(.platform != "linux/amd64")] | length')"
}

@test "the bases are those that everybody knows" {
	layershare bases -o json --platform linux/amd64 >"$BATS_TEST_TMPDIR/bases"
	for name in debian:stretch debian:jessie alpine:3.7 ubuntu:16.04 buildpack-deps:jessie; do
		jq -e --arg name "/$name" '[.bases[] | select([.names[]? | endswith($name)] | any) | select(.images > 1)] | length >= 1' \
			"$BATS_TEST_TMPDIR/bases" >/dev/null || { echo "$name is no base" >&2 && false; }
	done
}

@test "the page over all of it" {
	expect 0 layershare report -o "$BATS_TEST_TMPDIR/report.html"
	[ "$(stat -c %s "$BATS_TEST_TMPDIR/report.html")" -lt 4000000 ]
}
