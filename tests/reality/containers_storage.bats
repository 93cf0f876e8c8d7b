#!/usr/bin/env bats
# Stores of podman, as podman and skopeo really write them. The judges are the engine's own files,
# du, and ChainIDs that another program computes.
load ../lib/setup

setup_file() {
	export STORES=$BATS_FILE_TMPDIR/stores
	make_images "$BATS_FILE_TMPDIR/images"
	local driver name
	for driver in overlay vfs; do
		for name in base app-a app-b app-a-above-b empty; do
			fill "$driver" "$name" "localhost/team/$name:1"
		done
	done
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
}

# FOLDER: a layout with images on one base, one with equal layers above a differing one, and one
# whose top layer has no entries.
make_images() {
	local layout=$1/layout name
	mkdir -p "$1/base/usr/lib" "$1/a/srv" "$1/b/srv" "$1/none"
	head -c 3000000 /dev/urandom >"$1/base/usr/lib/library"
	ln "$1/base/usr/lib/library" "$1/base/usr/lib/hard-link"
	ln -s library "$1/base/usr/lib/link"
	head -c 200000 /dev/urandom >"$1/a/srv/a"
	head -c 100000 /dev/urandom >"$1/b/srv/b"
	for name in base a b; do
		tar -cf "$1/$name.tar" -C "$1/$name" --sort=name --owner=0 --group=0 .
	done
	tar -cf "$1/empty.tar" -T /dev/null
	umoci init --layout "$layout"
	umoci new --image "$layout:base"
	umoci config --no-history --image "$layout:base" --os linux --architecture amd64
	umoci raw add-layer --image "$layout:base" "$1/base.tar"
	stack "$1" app-a base a
	stack "$1" app-b base b
	stack "$1" app-a-above-b app-b a
	stack "$1" empty app-a empty
}

# FOLDER NAME BELOW LAYER
stack() {
	umoci tag --image "$1/layout:$3" "$2"
	umoci raw add-layer --image "$1/layout:$2" "$1/$4.tar"
}

# DRIVER IMAGE NAME
fill() {
	skopeo --insecure-policy copy --quiet "oci:$BATS_FILE_TMPDIR/images/layout:$2" \
		"containers-storage:[$1@$STORES/$1+$STORES/run-$1]$3"
}

# DRIVER ARGUMENTS...
engine() {
	local driver=$1
	shift
	podman --root "$STORES/$driver" --runroot "$STORES/run-$driver" --storage-driver "$driver" "$@"
}

# DRIVER...: scans these stores as one node.
scan() {
	local driver arguments=()
	for driver; do
		arguments+=(--store "containers-storage=$driver@$STORES/$driver+$STORES/run-$driver")
	done
	layershare scan node --node node-1 "${arguments[@]}"
}

# PART FIELD: of the only store.
disk() { ask "[.stores[0].disk[] | select(.part == \"$1\")][0].$2 // 0" usage; }

# DRIVER: what the engine's files say, layers of containers left out.
diff_sizes() { jq '[.[]."diff-size" // 0] | add' "$STORES/$1/$1-layers/layers.json"; }

# Another implementation of ChainIDs, from the engine's parents and diff IDs.
chain_ids() {
	/usr/bin/python3 - "$STORES/$1/$1-layers/layers.json" <<-'END'
		import hashlib, json, sys
		layers = {layer["id"]: layer for layer in json.load(open(sys.argv[1])) if "diff-digest" in layer}
		def chain(layer):
		    if not layer.get("parent"):
		        return layer["diff-digest"]
		    below = chain(layers[layer["parent"]])
		    return "sha256:" + hashlib.sha256(f"{below} {layer['diff-digest']}".encode()).hexdigest()
		print("\n".join(sorted({chain(layer) for layer in layers.values()})))
	END
}

stored_chain_ids() {
	sqlite3 -readonly "$DB" "SELECT 'sha256:' || lower(hex(bytes)) FROM chain c JOIN digest d ON d.id = c.digest ORDER BY 1"
}

# DRIVER: du of all its layer folders. Since coreutils 9.2 du leaves folders out.
du_apparent() {
	local total probe=$BATS_TEST_TMPDIR/probe
	total=$(du -s --apparent-size --block-size=1 "$STORES/$1/$1/dir"/* | awk '{ sum += $1 } END { print sum }')
	mkdir -p "$probe"
	if [ "$(du -s --apparent-size --block-size=1 "$probe" | cut -f 1)" -eq 0 ]; then
		total=$((total + $(find "$STORES/$1/$1/dir" -mindepth 1 -type d -printf '%s\n' | awk '{ sum += $1 } END { print sum }')))
	fi
	echo "$total"
}

@test "overlay: disk is the sum of diff-size, to the byte" {
	expect 0 scan overlay
	same "$(diff_sizes overlay)" "$(disk unpacked actual_bytes)" "actual"
	same 0 "$(disk dangling actual_bytes)" "dangling"
	same 5 "$(ask '.stores[0].images' usage)"
	same tar "$(disk unpacked unit)"
}

@test "overlay: logical is each image alone" {
	expect 0 scan overlay
	local base a b
	base=$(stat -c %s "$BATS_FILE_TMPDIR/images/base.tar")
	a=$(stat -c %s "$BATS_FILE_TMPDIR/images/a.tar")
	b=$(stat -c %s "$BATS_FILE_TMPDIR/images/b.tar")
	local empty
	empty=$(stat -c %s "$BATS_FILE_TMPDIR/images/empty.tar")
	same $((base + base + a + base + b + base + b + a + base + a + empty)) "$(disk unpacked logical_bytes)"
	# The same layer above another one lies there twice.
	same $((base + a + b + a + empty)) "$(disk unpacked actual_bytes)"
}

@test "ChainIDs are those of another implementation" {
	local driver
	for driver in overlay vfs; do
		rm -f "$DB"
		expect 0 scan "$driver"
		same "$(chain_ids "$driver")" "$(stored_chain_ids)" "$driver"
	done
}

@test "vfs: disk is du --apparent-size, to the byte" {
	expect 0 scan vfs
	same "$(du_apparent vfs)" "$(disk unpacked actual_bytes)"
	same apparent "$(disk unpacked unit)"
	[ "$(disk unpacked actual_bytes)" -gt "$(diff_sizes vfs)" ]
}

@test "a second scan adds its own row and nothing else" {
	local tables="store layer store_layer appearance store_image container extra problem digest chain"
	count() { for t in $tables; do sqlite3 -readonly "$DB" "SELECT '$t', count(*) FROM $t"; done; }
	expect 0 scan overlay vfs
	local before facts
	before=$(count) facts=$(ask '.stores' usage)
	expect 0 scan overlay vfs
	same "$before" "$(count)"
	same "$facts" "$(ask '.stores' usage)"
}

@test "units are never added" {
	expect 0 scan overlay vfs
	same '["tar","apparent"]' "$(ask '[.total.disk[].unit] | tojson' usage)"
	same "$(ask '.stores[0].disk[0].actual_bytes' usage)" "$(ask '.total.disk[0].actual_bytes' usage)"
}

@test "an image of a registry and of a store is one image" {
	registry_start "$BATS_TEST_TMPDIR/registry"
	local host
	host=$(registry_host "$BATS_TEST_TMPDIR/registry")
	skopeo --insecure-policy copy --quiet --dest-tls-verify=false \
		"oci:$BATS_FILE_TMPDIR/images/layout:app-a" "docker://$host/team/app-a:1"
	expect 0 layershare scan registry "$host"
	expect 0 scan overlay
	registry_stop "$BATS_TEST_TMPDIR/registry"
	local config
	config=$(ask '.images[0].config_digest' images)
	same 1 "$(ask "[.nodes[0].images[] | select(. == \"$config\")] | length" nodes)"
	same 5 "$(ask '.nodes[0].images | length' nodes)"
}

@test "names, containers and dangling images" {
	cp -a "$STORES/overlay" "$STORES/copy"
	# The engine writes its own paths nowhere in the files that are read, so a copy is a store.
	local arguments=(--node node-1 --store "containers-storage=overlay@$STORES/copy+$STORES/run-copy")
	local total
	podman --root "$STORES/copy" --runroot "$STORES/run-copy" --storage-driver overlay \
		tag localhost/team/base:1 localhost/other/name:2
	expect 0 layershare scan node "${arguments[@]}"
	total=$(disk unpacked actual_bytes)
	same 5 "$(ask '.stores[0].images' usage)" "a second name is no second image"
	# Without its name nobody holds it; its own layer dangles, the base does not.
	podman --root "$STORES/copy" --runroot "$STORES/run-copy" --storage-driver overlay \
		untag localhost/team/app-a-above-b:1
	expect 0 layershare scan node "${arguments[@]}"
	same "$(stat -c %s "$BATS_FILE_TMPDIR/images/a.tar")" "$(disk dangling actual_bytes)"
	same "$total" $(($(disk dangling actual_bytes) + $(disk unpacked actual_bytes))) "nothing is lost"
	rm -rf "$STORES/copy" "$STORES/run-copy"
}

@test "a container holds its image, and is a line of its own" {
	local id
	id=$(engine overlay create --cgroups=disabled localhost/team/app-b:1 /srv/b)
	expect 0 scan overlay
	engine overlay rm "$id" >/dev/null
	same 1 "$(ask '.stores[0].containers' usage)"
	same 0 "$(ask '.stores[0].running' usage)"
	same "$(diff_sizes overlay)" "$(disk unpacked actual_bytes)" "its own layer is in no sum"
	expect 0 scan overlay
	same 0 "$(ask '.stores[0].containers' usage)"
}

@test "a document that rotted is a problem, and its image is still counted" {
	cp -a "$STORES/overlay" "$STORES/rotten"
	local config
	config=$(find "$STORES/rotten/overlay-images" -name '=c2hhMjU2*' | head -n 1)
	printf ' ' >>"$config"
	expect 3 layershare scan node --node node-1 --store "containers-storage=overlay@$STORES/rotten"
	says "$output" "another digest: damaged"
	same 5 "$(ask '.stores[0].images' usage)"
	same "$(diff_sizes overlay)" "$(disk unpacked actual_bytes)"
	rm -rf "$STORES/rotten"
}

@test "a store that may not be read says what that needs, and keeps its data" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$STORES" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	expect 0 scan overlay
	local before
	before=$(disk unpacked actual_bytes)
	chmod -R a+rwX "$HOME"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$LAYERSHARE" --db "$DB" scan node \
		--node node-1 --store "containers-storage=overlay@$STORES/overlay+$STORES/run-overlay"
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ] || { echo "$status: $output" && return 1; }
	says "$output" "CAP_DAC_READ_SEARCH"
	same stale "$(ask '.coverage.sources[0].state' usage)"
	same "$before" "$(disk unpacked actual_bytes)"
}

@test "found without configuration through storage.conf" {
	mkdir -p "$HOME/etc"
	cat >"$HOME/etc/storage.conf" <<-END
		# a comment
		[storage]
		driver = "vfs"
		graphroot = "$STORES/vfs"
		runroot = '$STORES/run-vfs'
		[storage.options]
		additionalimagestores = [
			"$STORES/none",   # not there
		]
	END
	CONTAINERS_STORAGE_CONF=$HOME/etc/storage.conf run layershare scan node --node node-1
	says "$output" "images in [0-9]+ store"
	same "$(du_apparent vfs)" "$(ask "[.stores[] | select(.root == \"$STORES/vfs\")][0].disk[0].actual_bytes" usage)"
}

@test "a storage.conf with an error is a problem of its store, which keeps its data" {
	local before
	mkdir -p "$HOME/etc"
	export CONTAINERS_STORAGE_CONF=$HOME/etc/storage.conf
	printf '[storage]\ngraphroot = "%s"\n' "$STORES/vfs" >"$CONTAINERS_STORAGE_CONF"
	run layershare scan node --node node-1
	before=$(ask "[.stores[] | select(.root == \"$STORES/vfs\")][0].disk" usage)
	echo 'driver = "vfs' >>"$CONTAINERS_STORAGE_CONF"
	run layershare scan node --node node-1
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ] || { echo "$status: $output" && return 1; }
	says "$output" 'storage.conf: line 3: a text without its closing quote'
	same "stale 1" "$(ask "[.coverage.sources[] | select(.source | endswith(\"$STORES/vfs@vfs\"))][0]
		| \"\(.state) \(.problems)\"" usage)"
	same "$before" "$(ask "[.stores[] | select(.root == \"$STORES/vfs\")][0].disk" usage)"
}

@test "an engine that does not exist" {
	expect 2 layershare scan node --store rkt=/x
	says "$output" 'docker, containerd, cri and containers-storage'
}

@test "answers are valid" {
	expect 0 scan overlay vfs
	local command
	for command in usage nodes report; do
		layershare $command -o json >"$BATS_TEST_TMPDIR/$command.json"
	done
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR"/*.json
}
