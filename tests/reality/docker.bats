#!/usr/bin/env bats
# dockerd with real images, with overlay2 and with vfs. The judges are the daemon's own accounting
# (LayersSize of /system/df), its layerdb, and the files themselves.
load ../lib/setup
# shellcheck source=tests/lib/docker.sh
. "$TOP/tests/lib/docker.sh"

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry OVERLAY=$BATS_FILE_TMPDIR/overlay2 VFS=$BATS_FILE_TMPDIR/vfs
	export HOST
	registry_start "$REGISTRY"
	HOST=$(registry_host "$REGISTRY")
	"$TOP/tests/demo/images.sh" "$HOST"
	small_images "$BATS_FILE_TMPDIR/small"
	dockerd_start "$OVERLAY" overlay2
	dockerd_start "$VFS" vfs
	local name
	for name in $(all_images); do
		docker_at "$OVERLAY" pull -q "$HOST/$name"
	done
	for name in base/busybox:1 tools/backup:2.3 tools/health:1.0 small/a:1 small/a-above-b:1 small/empty:1; do
		docker_at "$VFS" pull -q "$HOST/$name"
	done
}

teardown_file() {
	dockerd_stop "$OVERLAY"
	dockerd_stop "$VFS"
	registry_stop "$REGISTRY"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
}

# Every tag of the registry; the chart is no image.
all_images() {
	local repository tag
	for repository in $(find "$REGISTRY/storage/docker/registry/v2/repositories" -name _manifests -printf '%P\n' |
		sed 's,/_manifests$,,' | grep -v '^charts/' | sort); do
		for tag in $(skopeo list-tags --tls-verify=false "docker://$HOST/$repository" | jq -r '.Tags[]'); do
			echo "$repository:$tag"
		done
	done
}

# FOLDER: equal layers above a differing one, and a top layer without entries.
small_images() {
	local layout=$1/layout name
	mkdir -p "$1/a/srv" "$1/b/srv"
	head -c 200000 /dev/urandom >"$1/a/srv/a"
	ln -s a "$1/a/srv/link"
	ln "$1/a/srv/a" "$1/a/srv/hard-link"
	head -c 100000 /dev/urandom >"$1/b/srv/b"
	for name in a b; do
		tar -cf "$1/$name.tar" -C "$1/$name" --sort=name --owner=0 --group=0 .
	done
	tar -cf "$1/empty.tar" -T /dev/null
	skopeo --insecure-policy copy --quiet --src-tls-verify=false "docker://$HOST/base/busybox:1" "oci:$layout:busybox"
	stack "$1" a busybox a
	stack "$1" b busybox b
	stack "$1" a-above-b b a
	stack "$1" empty a empty
	for name in a a-above-b empty; do
		skopeo --insecure-policy copy --quiet --dest-tls-verify=false "oci:$layout:$name" "docker://$HOST/small/$name:1"
	done
}

# FOLDER NAME BELOW LAYER
stack() {
	umoci tag --image "$1/layout:$3" "$2"
	umoci raw add-layer --image "$1/layout:$2" "$1/$4.tar"
}

# FOLDER
scan() { layershare scan node --node node-1 --store "docker=$1/d.sock"; }

# PART FIELD: of the only store.
disk() { ask "[.stores[0].disk[] | select(.part == \"$1\")][0].$2 // 0" usage; }

# What lies there, used or not.
all_layers() { echo $(($(disk unpacked actual_bytes) + $(disk dangling actual_bytes))); }

layers_size() { docker_get "$1" /v1.41/system/df | jq .LayersSize; }

# FOLDER DRIVER: the folders of all layers, by layerdb.
layer_folders() {
	local id
	for id in "$1/data/image/$2/layerdb/sha256"/*/cache-id; do
		case $2 in
		overlay2) echo "$1/data/overlay2/$(cat "$id")/diff" ;;
		vfs) echo "$1/data/vfs/dir/$(cat "$id")" ;;
		esac
	done
}

# FOLDERS...: what dockerd counts: everything but folders, each inode once in its layer.
files_size() {
	local folder
	for folder; do
		find "$folder" ! -type d -printf '%i %s\n' | sort -u
	done | awk '{ sum += $2 } END { printf "%d\n", sum }'
}

# FOLDERS...: du, each for itself. Since coreutils 9.2 du leaves folders out.
du_apparent() {
	local total probe=$BATS_TEST_TMPDIR/probe folder
	total=$(for folder; do du -s --apparent-size --block-size=1 "$folder"; done | awk '{ sum += $1 } END { printf "%d\n", sum }')
	mkdir -p "$probe"
	if [ "$(du -s --apparent-size --block-size=1 "$probe" | cut -f 1)" -eq 0 ]; then
		total=$((total + $(find "$@" -type d -printf '%s\n' | awk '{ sum += $1 } END { printf "%d\n", sum }')))
	fi
	echo "$total"
}

stored_chain_ids() {
	sqlite3 -readonly "$DB" "SELECT lower(hex(bytes)) FROM chain c JOIN digest d ON d.id = c.digest ORDER BY 1"
}

image_id() { docker_at "$1" image inspect --format '{{.Id}}' "$2"; }

# ID: of the container, in the store.
container_chain() {
	sqlite3 -readonly "$DB" "SELECT lower(hex(d.bytes)) FROM container c JOIN digest d ON d.id = c.chain WHERE c.name = '$1' AND c.until IS NULL"
}

@test "overlay2: disk is the daemon's LayersSize, to the byte" {
	expect 0 scan "$OVERLAY"
	same "$(layers_size "$OVERLAY")" "$(all_layers)"
	same apparent "$(disk unpacked unit)"
	same measured "$(disk unpacked basis)"
	same "$(docker_get "$OVERLAY" '/v1.41/images/json?all=1' | jq length)" "$(ask '.stores[0].images' usage)" images
	same '"overlay2"' "$(ask '.stores[0].driver | tojson' usage)"
	same '"apparent"' "$(ask '[.total.disk[].unit] | unique | .[] | tojson' usage)" "one unit"
}

@test "overlay2: disk is the files of the layers' folders, to the byte" {
	expect 0 scan "$OVERLAY"
	# shellcheck disable=SC2046
	same "$(files_size $(layer_folders "$OVERLAY" overlay2))" "$(all_layers)"
	# du counts the folders too, which nobody can share or save; nothing else is between the two.
	local folders
	# shellcheck disable=SC2046
	folders=$(find $(layer_folders "$OVERLAY" overlay2) -type d -printf '%s\n' | awk '{ sum += $1 } END { printf "%d\n", sum }')
	# shellcheck disable=SC2046
	same "$(du_apparent $(layer_folders "$OVERLAY" overlay2))" $(($(all_layers) + folders))
}

@test "ChainIDs are the folders of layerdb" {
	expect 0 scan "$OVERLAY"
	same "$(ls "$OVERLAY/data/image/overlay2/layerdb/sha256")" "$(stored_chain_ids)" overlay2
	rm -f "$DB"
	expect 0 scan "$VFS"
	same "$(ls "$VFS/data/image/vfs/layerdb/sha256")" "$(stored_chain_ids)" vfs
}

@test "logical is the size of each image, by the daemon" {
	expect 0 scan "$OVERLAY"
	same "$(docker_get "$OVERLAY" '/v1.41/images/json?all=1' | jq '[.[].Size] | add')" \
		$(($(disk unpacked logical_bytes) + $(disk dangling logical_bytes)))
}

@test "vfs: disk is du --apparent-size of the copies, and the daemon is wrong" {
	expect 0 scan "$VFS"
	# shellcheck disable=SC2046
	same "$(du_apparent $(layer_folders "$VFS" vfs))" "$(all_layers)"
	# dockerd adds up what each layer changes, but each layer's folder holds all below it again.
	[ "$(layers_size "$VFS")" -lt "$(all_layers)" ] || {
		echo "LayersSize $(layers_size "$VFS"), on disk $(all_layers)" && return 1
	}
}

@test "vfs: every container is two more copies" {
	local id before
	expect 0 scan "$VFS"
	before=$(all_layers)
	id=$(docker_at "$VFS" create --network none "$HOST/base/busybox:1")
	expect 0 scan "$VFS"
	same "$before" "$(all_layers)"
	# dockerd makes the files that it mounts in a layer of their own below the container's.
	same "$(du_apparent "$VFS"/data/vfs/dir/*)" $(($(all_layers) + $(ask '.stores[0].writable_bytes' usage)))
	docker_at "$VFS" rm "$id"
}

@test "a layer above a differing layer lies there twice, the empty one costs nothing" {
	expect 0 scan "$OVERLAY"
	local layer
	layer=$(sha256sum "$BATS_FILE_TMPDIR/small/a.tar" | cut -d ' ' -f 1)
	sizes() {
		sqlite3 -readonly "$DB" "SELECT l.size FROM store_layer s JOIN layer l ON l.id = s.layer
			JOIN chain c ON c.digest = l.chain JOIN digest d ON d.id = c.diff_id
			WHERE d.bytes = X'$1'"
	}
	# The file, which the hard link is too, and the text of the symbolic link.
	same "200001 200001" "$(sizes "$layer" | xargs)"
	same 0 "$(sizes "$(sha256sum "$BATS_FILE_TMPDIR/small/empty.tar" | cut -d ' ' -f 1)")" empty
}

@test "a second name is no second image" {
	expect 0 scan "$OVERLAY"
	local images total
	images=$(ask '.stores[0].images' usage) total=$(all_layers)
	docker_at "$OVERLAY" tag "$HOST/tools/health:1.0" other/name:2
	expect 0 scan "$OVERLAY"
	same "$images $total" "$(ask '.stores[0].images' usage) $(all_layers)"
	docker_at "$OVERLAY" rmi other/name:2
}

@test "an image that was committed here, and one without a name" {
	local id
	expect 0 scan "$OVERLAY"
	same 0 "$(disk dangling actual_bytes)"
	id=$(docker_at "$OVERLAY" create --network none "$HOST/base/busybox:1")
	head -c 54321 /dev/urandom >"$BATS_TEST_TMPDIR/file"
	docker_at "$OVERLAY" cp "$BATS_TEST_TMPDIR/file" "$id:/file"
	expect 0 scan "$OVERLAY"
	same 54321 "$(ask '.stores[0].writable_bytes' usage)" "the container's own layer"
	docker_at "$OVERLAY" commit "$id" local/committed:1
	docker_at "$OVERLAY" rm "$id"
	expect 0 scan "$OVERLAY"
	same "$(layers_size "$OVERLAY")" "$(all_layers)"
	same 0 "$(disk dangling actual_bytes)" "it has a name"
	id=$(image_id "$OVERLAY" local/committed:1)
	# Another image takes the name: the first is dangling, and of it only its own layer.
	docker_at "$OVERLAY" tag "$HOST/base/busybox:1" local/committed:1
	expect 0 scan "$OVERLAY"
	same 54321 "$(disk dangling actual_bytes)"
	same "$(layers_size "$OVERLAY")" "$(all_layers)"
	docker_at "$OVERLAY" rmi local/committed:1 "$id"
}

@test "a container runs whose image was removed" {
	local id chain before
	docker_at "$OVERLAY" tag "$HOST/base/busybox:1" local/base:1
	id=$(docker_at "$OVERLAY" create --network none local/base:1)
	head -c 43210 /dev/urandom >"$BATS_TEST_TMPDIR/file"
	docker_at "$OVERLAY" cp "$BATS_TEST_TMPDIR/file" "$id:/file"
	docker_at "$OVERLAY" commit "$id" local/removed:1
	docker_at "$OVERLAY" rm "$id"
	id=$(docker_at "$OVERLAY" create --network none local/removed:1 /bin/busybox sleep 1000)
	docker_at "$OVERLAY" rmi -f local/removed:1 local/base:1
	docker_at "$OVERLAY" start "$id"
	expect 0 scan "$OVERLAY"
	before=$(layers_size "$OVERLAY")
	chain=$(cat "$OVERLAY/data/image/overlay2/layerdb/mounts/$id/parent")
	same "${chain#sha256:}" "$(container_chain "$id")" "what it stands on"
	same 1 "$(ask '.stores[0].running' usage)"
	# dockerd counts the layers of images only: it forgets the one that only the container holds.
	same $((before + 43210)) "$(all_layers)"
	docker_at "$OVERLAY" rm -f "$id"
	expect 0 scan "$OVERLAY"
	same "$(layers_size "$OVERLAY")" "$(all_layers)" "then it is gone"
}

@test "BuildKit's layers, and its cache when the image is gone" {
	local work=$BATS_TEST_TMPDIR/build before cache extra
	mkdir -p "$work"
	head -c 70000 /dev/urandom >"$work/a"
	head -c 50000 /dev/urandom >"$work/b"
	printf 'FROM scratch AS first\nCOPY a /a\nFROM scratch\nCOPY --from=first /a /again\nCOPY b /b\n' >"$work/Dockerfile"
	expect 0 scan "$OVERLAY"
	before=$(all_layers)
	DOCKER_BUILDKIT=1 docker_at "$OVERLAY" build -q -t local/built:1 "$work"
	cache() { docker_get "$OVERLAY" /v1.41/system/df | jq '[.BuildCache[] | select(.Shared | not) | .Size] | add'; }
	extra() { ask '[.stores[0].extras[] | select(.part == "build_cache")][0].bytes' usage; }
	expect 0 scan "$OVERLAY"
	same $((before + 120000)) "$(all_layers)"
	same "$(layers_size "$OVERLAY")" "$(all_layers)"
	same "$(cache)" "$(extra)" "what no image shares"
	docker_at "$OVERLAY" rmi local/built:1
	expect 0 scan "$OVERLAY"
	# The builder holds the image's layers now: dockerd moves them from one sum to the other, here
	# they stay chains, and are in one sum too.
	same $((before + 120000)) "$(all_layers)"
	same $(($(layers_size "$OVERLAY") + $(cache))) $(($(all_layers) + $(extra)))
	same 2 "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM layer WHERE build_cache = 1")"
	docker_at "$OVERLAY" builder prune -f
	expect 0 scan "$OVERLAY"
	same "$before" "$(all_layers)"
}

@test "volumes are a line of their own" {
	local before
	expect 0 scan "$OVERLAY"
	before=$(all_layers)
	docker_at "$OVERLAY" volume create data
	head -c 12345 /dev/urandom >"$OVERLAY/data/volumes/data/_data/file"
	expect 0 scan "$OVERLAY"
	same "$before" "$(all_layers)"
	same 12345 "$(ask '[.stores[0].extras[] | select(.part == "volumes")][0].bytes' usage)"
	docker_at "$OVERLAY" volume rm data
}

@test "an image of the registry and of the node is one image" {
	expect 0 layershare scan registry "$HOST"
	expect 0 scan "$OVERLAY"
	local configs
	configs=$(docker_get "$OVERLAY" '/v1.41/images/json' | jq -c '[.[].Id] | sort')
	same "$configs" "$(ask '.nodes[0].images | sort | tojson' nodes)" "the node's, by the daemon"
	same 0 "$(ask "[.images[].config_digest] as \$known | $configs | map(select(IN(\$known[]) | not)) | length" images)" \
		"every one is an image of the registry"
	same 1 "$(ask "[.images[] | select(.references[] == \"$HOST/small/a:1\")] | length" images)"
}

@test "a user of the group docker sees the same sizes, and what is missing is said" {
	local before
	expect 0 scan "$OVERLAY"
	before=$(disk unpacked actual_bytes)
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$OVERLAY" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	chmod 666 "$OVERLAY/d.sock"
	chmod -R a+rwX "$HOME"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$LAYERSHARE" --db "$DB" scan node \
		--node node-1 --store "docker=unix://$OVERLAY/d.sock"
	chmod 660 "$OVERLAY/d.sock"
	[ "$status" -eq 3 ] || { echo "$status: $output" && return 1; }
	says "$output" "layers that no image has.*CAP_DAC_READ_SEARCH"
	same "$before" "$(disk unpacked actual_bytes)"
	same partial "$(ask '.coverage.sources[0].state' usage)"
}

@test "a socket that may not be opened says what that needs, and the store keeps its data" {
	local before
	expect 0 scan "$OVERLAY"
	before=$(ask '.stores[0].disk | tojson' usage)
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$OVERLAY" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	chmod -R a+rwX "$HOME"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$LAYERSHARE" --db "$DB" scan node \
		--node node-1 --store "docker=$OVERLAY/d.sock"
	[ "$status" -eq 1 ] || { echo "$status: $output" && return 1; }
	says "$output" "permission denied.*needs root or the group docker"
	same stale "$(ask '.coverage.sources[0].state' usage)"
	same "$before" "$(ask '.stores[0].disk | tojson' usage)"
}

@test "found through DOCKER_HOST" {
	DOCKER_HOST=unix://$OVERLAY/d.sock run layershare scan node --node node-1
	same 1 "$(ask "[.stores[] | select(.root == \"$OVERLAY/data\")] | length" usage)"
}

@test "a daemon that is down keeps its data" {
	expect 0 scan "$VFS"
	local before
	before=$(ask '.stores[0].disk | tojson' usage)
	dockerd_stop "$VFS"
	expect 1 scan "$VFS"
	says "$output" 'd.sock'
	same "$before" "$(ask '.stores[0].disk | tojson' usage)"
	dockerd_start "$VFS" vfs
	expect 0 scan "$VFS"
	same complete "$(ask '.coverage.sources[0].state' usage)"
}

@test "a layer that was damaged is a problem, and is still counted" {
	local folder
	# shellcheck disable=SC2012
	folder=$(ls -d "$VFS"/data/image/vfs/layerdb/sha256/* | head -n 1)
	cp "$folder/diff" "$BATS_TEST_TMPDIR/diff"
	echo -n "sha256:$(printf '%064d' 7)" >"$folder/diff"
	run scan "$VFS"
	cp "$BATS_TEST_TMPDIR/diff" "$folder/diff"
	same 3 "$status"
	says "$output" "another ChainID"
}

@test "answers are valid" {
	expect 0 scan "$OVERLAY"
	local command
	for command in usage nodes images report; do
		layershare $command -o json >"$BATS_TEST_TMPDIR/$command.json"
	done
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR"/*.json
}
