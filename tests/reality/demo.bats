#!/usr/bin/env bats
# The demo's registry: real images, made and pushed by other people's tools, and what those tools
# and the registry's own disk say about them.
load ../lib/setup

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry
	export HOST
	registry_start "$REGISTRY"
	HOST=$(registry_host "$REGISTRY")
	"$TOP/tests/demo/images.sh" "$HOST"
	use_home "$BATS_FILE_TMPDIR/home"
	"$LAYERSHARE" --db "$DB" scan registry "$HOST"
}

teardown_file() {
	registry_stop "$REGISTRY"
}

setup() {
	use_home "$BATS_FILE_TMPDIR/home"
	inspect="skopeo inspect --tls-verify=false"
}

repositories() {
	find "$REGISTRY/storage/docker/registry/v2/repositories" -name _manifests -type d -printf '%P\n' |
		sed 's,/_manifests$,,' | sort
}

# The registry as skopeo sees it, without us: one JSON line per tag and per child of an index, with
# the document itself and its digest and length.
documents() {
	local repository tag child
	for repository in $(repositories); do
		for tag in $(skopeo list-tags --tls-verify=false "docker://$HOST/$repository" | jq -r '.Tags[]'); do
			document "$repository" ":$tag"
		done
	done
}

# REPOSITORY :TAG|@DIGEST
document() {
	local file=$BATS_TEST_TMPDIR/document child
	$inspect --raw "docker://$HOST/$1$2" >"$file"
	jq -c --arg digest "sha256:$(sha256sum "$file" | cut -d' ' -f1)" --argjson size "$(stat -c %s "$file")" \
		--arg repository "$1" --arg reference "$1$2" \
		'{$repository, $reference, $digest, $size, document: .}' "$file"
	for child in $(jq -r '.manifests[]?.digest' "$file"); do
		document "$1" "@$child"
	done
}

@test "actual_bytes is what lies on the registry's disk, to the byte" {
	same "$(registry_stored_bytes "$REGISTRY")" "$(ask '.registries[0].actual_bytes' usage)"
	same "$(registry_stored_bytes "$REGISTRY")" "$(ask '.total.registry.actual_bytes' usage)" total
}

@test "logical, actual and other bytes, added up again from skopeo's answers" {
	documents | jq -s '
		def is_image: .document.config.mediaType // "" | test("image"; "");
		unique_by(.digest)
		| (map(select(is_image)) ) as $images
		| (map(select(is_image | not))) as $others
		| ([$images[] | .size + .document.config.size
			+ ([.document.layers[] | {digest, size}] | unique | map(.size) | add // 0)] | add) as $logical
		| ([$others[] | .document | (.config // empty), .layers[]? | {digest, size}]) as $blobs
		| (([$others[].size] | add // 0) + ($blobs | unique | map(.size) | add // 0)) as $other
		| {images: ($images | length), logical_bytes: ($logical + $other), other_bytes: $other,
		   actual_bytes: (([.[].size] | add)
			+ ([.[].document | (.config // empty), .layers[]? | {digest, size}] | unique | map(.size) | add))}
		' >"$BATS_TEST_TMPDIR/wanted"
	layershare usage -o json |
		jq '.registries[0] | {images, logical_bytes, other_bytes, actual_bytes}' >"$BATS_TEST_TMPDIR/got"
	diff <(jq -S . "$BATS_TEST_TMPDIR/wanted") <(jq -S . "$BATS_TEST_TMPDIR/got")
	[ "$(jq .images "$BATS_TEST_TMPDIR/got")" -ge 12 ]
	[ "$(jq .other_bytes "$BATS_TEST_TMPDIR/got")" -gt 0 ]
}

@test "every image agrees with skopeo inspect and skopeo inspect --config" {
	layershare images -o json >"$BATS_TEST_TMPDIR/images"
	count=0
	while read -r image; do
		reference=$(jq -r '.references[0]' <<<"$image")
		for digest in $(jq -r '.manifest_digests[]' <<<"$image"); do
			name=docker://${reference%:*}@$digest
			cpu=$(jq -r '.platform | split("/")[1]' <<<"$image")
			skopeo --override-arch "$cpu" inspect --tls-verify=false "$name" >"$BATS_TEST_TMPDIR/inspect"
			skopeo --override-arch "$cpu" inspect --tls-verify=false --config "$name" >"$BATS_TEST_TMPDIR/config"
			same "$(jq -c '[.Digest, .Layers]' "$BATS_TEST_TMPDIR/inspect")" \
				"$(jq -c --arg digest "$digest" '[$digest, [.layers[].blob]]' <<<"$image")" "$name"
			same "$(jq -c '[.rootfs.diff_ids, .os + "/" + .architecture]' "$BATS_TEST_TMPDIR/config")" \
				"$(jq -c '[[.layers[].diff_id], .platform]' <<<"$image")" "$name config"
			config=$($inspect --raw "$name" | jq -r .config.digest)
			same "$config" "$(jq -r .config_digest <<<"$image")" "$name config digest"
			count=$((count + 1))
		done
	done < <(jq -c '.images[]' "$BATS_TEST_TMPDIR/images")
	same "$(ask '.registries[0].images' usage)" "$count" "images compared"
}

@test "ChainIDs by their formula" {
	layershare images -o json | jq -r '.images[].layers | map([.diff_id, .chain_id]) | .[] | @tsv' >"$BATS_TEST_TMPDIR/chains"
	layershare images -o json | jq -c '.images[].layers' | while read -r layers; do
		chain=
		while read -r diff_id chain_id; do
			if [ -z "$chain" ]; then
				chain=$diff_id
			else
				chain=sha256:$(printf '%s %s' "$chain" "$diff_id" | sha256sum | cut -d' ' -f1)
			fi
			same "$chain" "$chain_id" || exit 1
		done < <(jq -r '.[] | .diff_id + " " + .chain_id' <<<"$layers")
	done
}

@test "every tag and alias is listed, and no other" {
	for repository in $(repositories); do
		skopeo list-tags --tls-verify=false "docker://$HOST/$repository" |
			jq -r --arg name "$HOST/$repository" '.Tags[] | $name + ":" + .'
	done | sort >"$BATS_TEST_TMPDIR/wanted"
	same "$(wc -l <"$BATS_TEST_TMPDIR/wanted")" "$(ask '.registries[0].tags' usage)" tags
	layershare images -o json | jq -r '.images[].references[]' | sort -u >"$BATS_TEST_TMPDIR/got"
	# The chart is no image: its reference counts, but leads to none.
	diff <(grep -v /charts/ "$BATS_TEST_TMPDIR/wanted") "$BATS_TEST_TMPDIR/got"
}

@test "attributed bytes of images and rest add up to the total" {
	same "$(ask '.registries[0].actual_bytes' usage)" \
		"$(layershare images -o json | jq '[.images[].registry.attributed_bytes, .rest[].attributed_bytes] | add')"
}

@test "bases: proven, nested, and the one that nobody published" {
	layershare bases -o json >"$BATS_TEST_TMPDIR/bases"
	# NAME-PATTERN: the base's id
	base() { jq -re --arg name "$1" '[.bases[] | select([.names[]? | test($name)] | any)][0].id' "$BATS_TEST_TMPDIR/bases"; }
	debian=$(base 'base/debian:.*-20260202')
	python=$(base 'runtime/python:3-20260202')
	same "$debian" "$(jq -r --arg id "$python" '.bases[] | select(.id == $id).parent' "$BATS_TEST_TMPDIR/bases")" "python's parent"
	same proven "$(jq -r --arg id "$debian" '.bases[] | select(.id == $id).evidence' "$BATS_TEST_TMPDIR/bases")" "evidence"
	base 'base/busybox:1'
	# ops/proxy and ops/mail stand on the older debian and one layer more.
	same 1 "$(jq '[.bases[] | select(.evidence == "unnamed" and .layers == 2 and .images == 2)] | length' "$BATS_TEST_TMPDIR/bases")" unnamed
	# What only its own repository stands on is no base.
	same 0 "$(jq '[.bases[] | select([.names[]? | test("tools/health|docs/site")] | any)] | length' "$BATS_TEST_TMPDIR/bases")"
}

@test "an image's bases, from the bottom" {
	ask '.images[] | select(.references[] | endswith("shop/api:1.5")) | .bases | map(.name) | tostring' images >"$BATS_TEST_TMPDIR/bases"
	says "$(cat "$BATS_TEST_TMPDIR/bases")" 'base/debian.*runtime/python'
}

@test "JSON of every command validates, and CSV has as many rows" {
	for command in usage images bases "explain $HOST/shop/api:1.5"; do
		# shellcheck disable=SC2086 # words
		layershare $command -o json >"$BATS_TEST_TMPDIR/${command%% *}.json"
	done
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR"/*.json
	same "$(jq '.images | length' "$BATS_TEST_TMPDIR/images.json")" \
		"$(layershare images -o csv | sed 1d | grep -c "$HOST")" "CSV rows"
}

@test "the same store gives the same bytes" {
	layershare images -o json >"$BATS_TEST_TMPDIR/1"
	layershare images -o json >"$BATS_TEST_TMPDIR/2"
	cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
}

@test "one plain page, without anything from elsewhere" {
	expect 0 layershare report -o "$BATS_TEST_TMPDIR/report.html"
	grep -q 'shop/api' "$BATS_TEST_TMPDIR/report.html"
	run ! grep -qE '(src|href)="?(https?:)?//' "$BATS_TEST_TMPDIR/report.html"
	/usr/bin/python3 -c 'import html.parser, sys
class Check(html.parser.HTMLParser):
    open = []
    void = {"meta", "link", "br", "hr", "img", "col", "input"}
    def handle_starttag(self, tag, attributes):
        if tag not in self.void: self.open.append(tag)
    def handle_endtag(self, tag):
        assert tag in self.void or self.open.pop() == tag, (tag, self.getpos())
check = Check()
check.feed(open(sys.argv[1], encoding="utf-8").read())
assert not check.open, check.open' "$BATS_TEST_TMPDIR/report.html"
}

@test "the layout that the images were made in has the same images" {
	use_home "$BATS_TEST_TMPDIR/home"
	layout=$TOP/build/demo/layout
	expect 0 layershare scan layout "$layout"
	layershare images -o json >"$BATS_TEST_TMPDIR/layout.json"
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR/layout.json"
	images='[.images[] | [.config_digest, (.manifest_digests | sort), .platform, [.layers[] | [.blob, .diff_id, .chain_id, .compressed_bytes]]]] | sort'
	jq -c "$images" "$BATS_TEST_TMPDIR/layout.json" >"$BATS_TEST_TMPDIR/got"
	use_home "$BATS_FILE_TMPDIR/home"
	# One image was converted to Docker's format on its way: its config and manifest differ.
	layershare images -o json | jq -c "$images" >"$BATS_TEST_TMPDIR/wanted"
	same "$(jq length "$BATS_TEST_TMPDIR/wanted")" "$(jq length "$BATS_TEST_TMPDIR/got")" "images"
	same 1 "$(jq -n '($w[0] - $g[0]) | length' --slurpfile w "$BATS_TEST_TMPDIR/wanted" --slurpfile g "$BATS_TEST_TMPDIR/got")" \
		"images only in the registry"
}

@test "a layout written by skopeo" {
	use_home "$BATS_TEST_TMPDIR/home"
	skopeo --insecure-policy copy --quiet --src-tls-verify=false "docker://$HOST/shop/web:2.1" "oci:$BATS_TEST_TMPDIR/web:2.1"
	expect 0 layershare scan layout "$BATS_TEST_TMPDIR/web"
	same 1 "$(ask '.images | length' images)"
	blobs=$(find "$BATS_TEST_TMPDIR/web/blobs" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')
	use_home "$BATS_TEST_TMPDIR/home"
	same "$blobs" "$(layershare images -o json | jq '[.images[].disk[].logical_bytes] | add')" "bytes"
}

@test "a layout that is damaged: the place, the cause, exit 3" {
	use_home "$BATS_TEST_TMPDIR/home"
	skopeo --insecure-policy copy --quiet --src-tls-verify=false "docker://$HOST/tools/health:1.0" "oci:$BATS_TEST_TMPDIR/l:1.0"
	skopeo --insecure-policy copy --quiet --src-tls-verify=false "docker://$HOST/tools/health:1.1" "oci:$BATS_TEST_TMPDIR/l:1.1"
	config=$(ls -S -r "$BATS_TEST_TMPDIR/l/blobs/sha256" | head -n 1)
	chmod u+w "$BATS_TEST_TMPDIR/l/blobs/sha256/$config"
	printf x >>"$BATS_TEST_TMPDIR/l/blobs/sha256/$config"
	expect 3 layershare scan layout "$BATS_TEST_TMPDIR/l"
	says "$output $(problem_rows)" 'digest|length|size'
	rm -r "$BATS_TEST_TMPDIR/l/index.json"
	expect 1 layershare scan layout "$BATS_TEST_TMPDIR/l"
	says "$output" 'index.json'
	expect 1 layershare scan layout "$BATS_TEST_TMPDIR/nowhere"
}

@test "explain says what deleting really frees" {
	# The truth: delete it in the registry, collect the garbage, look at the disk.
	for image in shop/api:1.4 "data/etl:3.3" tools/health:1.0; do
		frees=$(ask '.frees.registry_bytes' explain "$HOST/$image")
		before=$(registry_stored_bytes "$REGISTRY")
		skopeo --insecure-policy delete --tls-verify=false "docker://$HOST/$image"
		registry_stop "$REGISTRY"
		registry_collect_garbage "$REGISTRY"
		same "$((before - $(registry_stored_bytes "$REGISTRY")))" "$frees" "$image"
		registry_start "$REGISTRY" --port "${HOST#*:}"
		expect 0 layershare scan registry "$HOST"
		same "$(registry_stored_bytes "$REGISTRY")" "$(ask '.registries[0].actual_bytes' usage)" "afterwards"
	done
}
