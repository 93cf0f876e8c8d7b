#!/usr/bin/env bats
# What a pull transfers: predicted by explain from what was scanned, measured as the bodies that a
# registry's access log has. The same story for every engine.
load ../lib/setup
# shellcheck source=tests/lib/docker.sh
. "$TOP/tests/lib/docker.sh"
# shellcheck source=tests/lib/containerd.sh
. "$TOP/tests/lib/containerd.sh"

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry IMAGES=$BATS_FILE_TMPDIR/images HOST
	registry_start "$REGISTRY"
	HOST=$(registry_host "$REGISTRY")
	make_images
}

teardown_file() {
	registry_stop "$REGISTRY"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	ENGINE=$(mktemp -d /tmp/network.XXXXXX) # short: sockets have short paths
	expect 0 layershare scan registry "$HOST"
}

teardown() {
	dockerd_stop "$ENGINE"
	containerd_stop "$ENGINE"
	umount -q "$ENGINE"/storage/overlay 2>/dev/null || true
	rm -rf "$ENGINE"
}

# Two builds of one base, another base, one that will be loaded from an archive; images on them.
make_images() {
	local layout=$IMAGES/layout name
	mkdir -p "$IMAGES"
	umoci init --layout "$layout"
	umoci new --image "$layout:nothing"
	umoci config --no-history --image "$layout:nothing" --os linux --architecture amd64
	for name in base-1 base-2 base-3 loaded payload other top alone; do
		mkdir -p "$IMAGES/$name/srv"
		head -c "$((20000 + RANDOM))" /dev/urandom >"$IMAGES/$name/srv/$name"
		# Something that compresses, so that levels differ.
		seq 20000 >"$IMAGES/$name/srv/numbers"
		tar -cf "$IMAGES/$name.tar" -C "$IMAGES/$name" --sort=name --owner=0 --group=0 .
	done
	stack base-1 nothing base-1
	stack base-2 nothing base-2
	stack base-3 nothing base-3
	stack loaded nothing loaded
	stack alone nothing alone
	stack app-1 base-1 payload
	stack other base-1 other
	stack app-2 base-2 payload
	stack cross base-3 payload
	stack on-loaded loaded top
	for name in base-1 app-1 other app-2 cross loaded on-loaded alone; do
		push "oci:$layout:$name" "team/$name:1"
	done
	# The same image, compressed again; and one that stands on a layer compressed again.
	recompress app-1 twin
	stack on-twin app-1 top
	recompress on-twin on-twin
	skopeo --insecure-policy copy --quiet "oci:$layout:loaded" \
		"docker-archive:$IMAGES/loaded.tar.archive:localhost/loaded:1"
}

# NAME BELOW LAYER
stack() {
	umoci tag --image "$IMAGES/layout:$2" "$1"
	umoci raw add-layer --image "$IMAGES/layout:$1" "$IMAGES/$3.tar"
}

# FROM REPOSITORY:TAG
push() {
	skopeo --insecure-policy copy --quiet --dest-tls-verify=false "$1" "docker://$HOST/$2"
}

# NAME REPOSITORY: the same layers and config, every blob compressed by another program.
recompress() {
	local folder=$IMAGES/dir-$2 old new
	skopeo --insecure-policy copy --quiet --dest-decompress "oci:$IMAGES/layout:$1" "dir:$folder"
	for old in $(jq -r '.layers[].digest' "$folder/manifest.json"); do
		gzip -n -1 <"$folder/${old#sha256:}" >"$folder/new"
		new=$(sha256sum <"$folder/new" | cut -d ' ' -f 1)
		jq -c --arg old "$old" --arg new "sha256:$new" --argjson size "$(stat -c %s "$folder/new")" \
			'(.layers[] | select(.digest == $old)) |= (.digest = $new | .size = $size
				| .mediaType = "application/vnd.oci.image.layer.v1.tar+gzip")' \
			"$folder/manifest.json" >"$folder/next"
		mv "$folder/new" "$folder/$new"
		mv "$folder/next" "$folder/manifest.json"
	done
	skopeo --insecure-policy copy --quiet --dest-tls-verify=false "dir:$folder" "docker://$HOST/team/$2:1"
}

# NAME: its blobs.
blobs() {
	skopeo inspect --tls-verify=false --raw "docker://$HOST/team/$1:1" | jq -r '.layers[].digest'
}

# Bodies that were sent since the log was emptied. The ping is no part of a pull: it has no name.
transferred() {
	sleep 0.3
	registry_requests "$REGISTRY" | awk '$1 == "GET" && $3 == 200 && $2 ~ /\/(manifests|blobs)\// { sum += $4 }
		END { printf "%d\n", sum }'
}

# NAME: what a pull into the only store would transfer now.
predicted() {
	ask "[.pull[] | select(.store | contains(\"$STORE\"))][0] | \"\(.blob_bytes + .manifest_bytes) \(.exactness)\"" \
		explain "$HOST/team/$1:1"
}

# NAME WHAT: predicts, pulls, compares. Only containers/storage may have an upper bound: what its
# cache of blob digests knows cannot be read.
step() {
	local bytes exactness got
	expect 0 scan
	read -r bytes exactness <<<"$(predicted "$1")"
	registry_forget_requests "$REGISTRY"
	pull "$HOST/team/$1:1" >"$BATS_TEST_TMPDIR/pull.log" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/pull.log" >&2
		return 1
	}
	got=$(transferred)
	echo "# $BATS_TEST_NUMBER $2: predicted $bytes $exactness, transferred $got" >>"$BATS_FILE_TMPDIR/table"
	[ -z "${NETWORK_TABLE:-}" ] || cp "$BATS_FILE_TMPDIR/table" "$NETWORK_TABLE"
	if [ "$exactness" = upper_bound ] && [ "$MAY_BE_UPPER" = true ]; then
		[ "$got" -le "$bytes" ] || same "at most $bytes" "$got" "$2"
		return
	fi
	same "$bytes exact" "$got $exactness" "$2"
}

story() {
	step app-1 "cold pull"
	step app-1 "the same image again"
	step other "the next image on a warm store"
	step app-2 "the same image after a rebuild of its base"
	step cross "the same payload layer above another base"
	same 0 "$(comm -12 <(blobs app-1 | sort) <(blobs twin | sort) | wc -l)" "twins without a common blob"
	step twin "the same image, compressed again"
	step on-twin "an image on layers that are compressed again"
	load_archive "$IMAGES/loaded.tar.archive" >"$BATS_TEST_TMPDIR/load.log" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/load.log" >&2
		return 1
	}
	step on-loaded "an image above one that was loaded"
	step loaded "the loaded image itself"
}

# Filling an empty store, in the order of the configs: what usage says of the full one.
filling() {
	local name config first=app-1
	# One image under two manifests: the cheaper one counts.
	[ "$(manifest_bytes app-1)" -le "$(manifest_bytes twin)" ] || first=twin
	for name in $first other app-2 cross; do
		config=$(skopeo inspect --tls-verify=false --raw "docker://$HOST/team/$name:1" | jq -r .config.digest)
		echo "$config $name"
	done | sort >"$BATS_TEST_TMPDIR/order"
	registry_forget_requests "$REGISTRY"
	while read -r config name; do
		pull "$HOST/team/$name:1" >/dev/null 2>&1 </dev/null
	done <"$BATS_TEST_TMPDIR/order"
	local got
	got=$(transferred)
	expect 0 scan
	local usage bytes exactness
	usage="[.stores[] | select(.id | contains(\"$STORE\"))][0].network"
	read -r bytes exactness <<<"$(ask "$usage | \"\(.actual_bytes) \(.exactness)\"" usage)"
	# What the engine's cache remembers of other stores, it does not fetch.
	if [ "$exactness" = upper_bound ] && [ "$MAY_BE_UPPER" = true ]; then
		[ "$got" -le "$bytes" ] || same "at least $got" "$bytes"
	else
		same "$got exact" "$bytes $exactness"
	fi
	same 4 "$(ask "$usage.images" usage)"
}

# NAME: manifest and all that it names.
manifest_bytes() {
	skopeo inspect --tls-verify=false --raw "docker://$HOST/team/$1:1" >"$BATS_TEST_TMPDIR/manifest"
	jq --argjson self "$(stat -c %s "$BATS_TEST_TMPDIR/manifest")" \
		'$self + .config.size + ([.layers[].size] | add)' "$BATS_TEST_TMPDIR/manifest"
}

use_podman() {
	STORE=containers-storage MAY_BE_UPPER=true
	engine() { podman --root "$ENGINE/storage" --runroot "$ENGINE/run" --storage-driver overlay "$@"; }
	pull() { engine pull --quiet --tls-verify=false "$1"; }
	load_archive() { engine load --quiet --input "$1"; }
	scan() {
		layershare scan node --node node-1 --store "containers-storage=overlay@$ENGINE/storage+$ENGINE/run"
	}
	mkdir -p "$ENGINE/storage"
}

use_docker() {
	STORE=docker MAY_BE_UPPER=false
	pull() { docker_at "$ENGINE" pull --quiet "$1"; }
	load_archive() { docker_at "$ENGINE" load --quiet --input "$1"; }
	scan() { layershare scan node --node node-1 --store "docker=$ENGINE/d.sock"; }
	dockerd_start "$ENGINE" overlay2
}

# A kubelet's pull, through CRI: a frame of gRPC with a PullImageRequest { image { image } }.
cri_pull() {
	local name=$1 length=${#1} answer
	printf "\\x00\\x00\\x00\\x00\\x$(printf %02x $((length + 4)))\\x0a\\x$(printf %02x $((length + 2)))\\x0a\\x$(printf %02x "$length")%s" "$name" \
		>"$BATS_TEST_TMPDIR/request"
	answer=$(curl -sS --http2-prior-knowledge --unix-socket "$ENGINE/containerd.sock" -D - -o /dev/null \
		-H 'content-type: application/grpc' -H 'te: trailers' --data-binary "@$BATS_TEST_TMPDIR/request" \
		http://localhost/runtime.v1.ImageService/PullImage)
	grep -q '^grpc-status: 0' <<<"$answer" || {
		echo "$answer" >&2
		return 1
	}
}

use_containerd() {
	STORE=k8s.io MAY_BE_UPPER=false
	pull() { cri_pull "$1"; }
	load_archive() { containerd_ctr "$ENGINE" -n k8s.io images import "$1"; }
	scan() { layershare scan node --node node-1 --store "containerd=$ENGINE/containerd.sock"; }
	containerd_start "$ENGINE"
	containerd_ctr "$ENGINE" namespaces create k8s.io 2>/dev/null || true
}

@test "podman: a pull transfers what explain says" {
	use_podman
	# An empty store has no files to find it by.
	engine images >/dev/null
	story
}

@test "podman: filling a store transfers what usage says" {
	use_podman
	filling
}

@test "dockerd: a pull transfers what explain says" {
	use_docker
	story
}

@test "dockerd: filling a store transfers what usage says" {
	use_docker
	filling
}

@test "containerd, as kubelet pulls: a pull transfers what explain says" {
	use_containerd
	pull "$HOST/team/alone:1" # a namespace without images is none
	story
}

@test "containerd, as kubelet pulls: filling a store transfers what usage says" {
	use_containerd
	filling
}

@test "unused images: those that nodes gave up" {
	use_podman
	pull "$HOST/team/app-1:1" >/dev/null
	pull "$HOST/team/other:1" >/dev/null
	expect 0 scan
	engine rmi "$HOST/team/other:1" >/dev/null
	expect 1 layershare images --unused-for 90d
	says "$output" "nodes are scanned since"
	# Ninety-one days pass.
	sqlite3 "$DB" "UPDATE scan SET started_at = started_at - 91 * 86400, ended_at = ended_at - 91 * 86400"
	expect 0 layershare scan registry "$HOST"
	expect 0 scan
	unused() { ask '[.images[].references[] | sub(".*/"; "") | sub(":1$"; "")] | sort | join(" ")' images --unused-for "$1"; }
	same "alone app-2 base-1 cross loaded on-loaded on-twin" "$(unused 90d)"
	same "alone app-2 base-1 cross loaded on-loaded on-twin other" "$(unused 0d)"
	layershare images --unused-for 0d -o json >"$BATS_TEST_TMPDIR/images.json"
	layershare explain "$HOST/team/app-1:1" -o json >"$BATS_TEST_TMPDIR/explain.json"
	layershare usage -o json >"$BATS_TEST_TMPDIR/usage.json"
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR"/*.json
}
