#!/usr/bin/env bats
# containerd itself, filled through its own client from a real registry. The judges are its
# accounting (snapshots usage), its names of snapshots, its files, and du.
load ../lib/setup
. "$TOP/tests/lib/containerd.sh"

IMAGES="base-1 base-2 app-a app-b app-a-on-2 empty static multi"

setup_file() {
	# Sockets have short paths.
	export CONTAINERD=/tmp/layershare-containerd-$$
	export SOCKET=$CONTAINERD/containerd.sock
	make_images "$BATS_FILE_TMPDIR/images"
	registry_start "$BATS_FILE_TMPDIR/registry"
	REGISTRY=$(registry_host "$BATS_FILE_TMPDIR/registry")
	export REGISTRY
	push_images
	containerd_start "$CONTAINERD"
	local name
	for name in $IMAGES; do
		ctr_ images pull --plain-http "$REGISTRY/team/$name:1" >/dev/null
	done
	ctr_ images tag "$REGISTRY/team/app-a:1" "$REGISTRY/team/other-name:2" >/dev/null
	ctr_ -n k8s.io images pull --plain-http "$REGISTRY/team/app-b:1" >/dev/null
	ctr_ -n copies images pull --plain-http --snapshotter native "$REGISTRY/team/app-a:1" >/dev/null
	ctr_ -n copies images pull --plain-http --snapshotter native "$REGISTRY/team/app-b:1" >/dev/null
}

teardown_file() {
	containerd_stop "$CONTAINERD"
	registry_stop "$BATS_FILE_TMPDIR/registry"
	rm -rf "$CONTAINERD"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
}

# ARGUMENTS...: in the namespace "default" unless -n says another.
ctr_() { containerd_ctr "$CONTAINERD" "$@"; }

# FOLDER FILE...: programs with the libraries that they need.
install_programs() {
	local folder=$1 file
	shift
	for file in "$@" $(ldd "$@" | sed -n 's/^[^:]*[[:space:]]\(\/[^ ]*\) (.*/\1/p' | sort -u); do
		mkdir -p "$folder/$(dirname "$file")"
		cp -L "$file" "$folder/$file"
	done
}

# FOLDER: two builds of one base, equal layers above both, a layer without entries, a static binary.
make_images() {
	local root=$1 layout=$1/layout build name
	mkdir -p "$root"/{1,2,a,b,s}
	for build in 1 2; do
		install_programs "$root/$build" /bin/sh /bin/sleep /bin/cat
		mkdir -p "$root/$build/etc"
		printf 'ID=made\nVERSION_ID="%s"\n' "$build" >"$root/$build/etc/os-release"
	done
	mkdir -p "$root/a/srv" "$root/b/srv" "$root/s/bin"
	head -c 200000 /dev/urandom >"$root/a/srv/a"
	ln "$root/a/srv/a" "$root/a/srv/hard-link"
	head -c 100000 /dev/urandom >"$root/b/srv/b"
	# Of the package busybox-static, or anything else that needs no library.
	printf 'int main(void) { for (;;) __asm__ volatile("pause"); }\n' |
		gcc -static -O1 -o "$root/s/bin/static" -xc -
	for name in 1 2 a b s; do
		tar -cf "$root/$name.tar" -C "$root/$name" --sort=name --owner=0 --group=0 .
	done
	tar -cf "$root/none.tar" -T /dev/null
	umoci init --layout "$layout"
	new_image "$root" base-1 1
	new_image "$root" base-2 2
	new_image "$root" static s
	stack "$root" app-a base-1 a
	stack "$root" app-b base-1 b
	stack "$root" app-a-on-2 base-2 a
	stack "$root" empty app-a none
	new_image "$root" foreign 1 s390x
}

# FOLDER NAME LAYER [ARCHITECTURE]
new_image() {
	umoci new --image "$1/layout:$2"
	umoci config --no-history --image "$1/layout:$2" --os linux --architecture "${4:-$(architecture)}" \
		--config.cmd "/bin/sleep" --config.cmd 600
	umoci raw add-layer --image "$1/layout:$2" "$1/$3.tar"
}

# FOLDER NAME BELOW LAYER
stack() {
	umoci tag --image "$1/layout:$3" "$2"
	umoci raw add-layer --image "$1/layout:$2" "$1/$4.tar"
}

# As Go names it.
architecture() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) uname -m ;;
	esac
}

# "multi" is an index of this machine's image and one of another platform.
push_images() {
	local name
	for name in $IMAGES; do
		[ "$name" != multi ] || continue
		push "$name" "$name:1"
	done
	push app-b multi:own
	push foreign multi:foreign
	"$TOP/tests/lib/push_index.py" "$REGISTRY" team/multi 1 own foreign
}

push() {
	skopeo --insecure-policy copy --quiet --dest-tls-verify=false \
		"oci:$BATS_FILE_TMPDIR/images/layout:$1" "docker://$REGISTRY/team/$2"
}

scan() { layershare scan node --node node-1 --store "containerd=$SOCKET" "$@"; }

# NAMESPACE[@SNAPSHOTTER]
store() { echo "node-1/containerd:$CONTAINERD/root/$1"; }
# STORE QUERY: of that store.
of() { ask "[.stores[] | select(.id == \"$(store "$1")\")][0]$2" usage; }
# STORE PART
disk() { of "$1" "[\"disk\"] | [.[] | select(.part == \"$2\")][0].actual_bytes // 0"; }

# NAMESPACE SNAPSHOTTER: Σ of what the engine says of committed snapshots.
engine_usage() {
	local committed
	committed=$(committed "$1" "$2")
	ctr_ -n "$1" snapshots --snapshotter "$2" usage -b |
		awk -v names="$committed" 'BEGIN { n = split(names, list, "\n"); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
			$1 in wanted { sum += $2 } END { printf "%d\n", sum }'
}

committed() { ctr_ -n "$1" snapshots --snapshotter "$2" ls | awk '$NF == "Committed" { print $1 }' | sort; }

# STORE: names of its chains as we computed them.
chains_of() {
	sqlite3 -readonly "$DB" "SELECT 'sha256:' || lower(hex(d.bytes)) FROM store_layer s
		JOIN layer l ON l.id = s.layer JOIN digest d ON d.id = l.chain JOIN source o ON o.id = s.store
		WHERE o.name = '$(store "$1")' AND s.until IS NULL ORDER BY 1"
}

@test "disk is the engine's own sum, to the byte, in every namespace" {
	expect 0 scan
	same "$(engine_usage default overlayfs)" "$(disk default unpacked)" default
	same "$(engine_usage k8s.io overlayfs)" "$(disk k8s.io unpacked)" k8s.io
	same "$(engine_usage copies native)" "$(disk copies@native unpacked)" native
	same 0 "$(disk default dangling)" "dangling"
	same 3 "$(ask '.stores | length' usage)"
	same '["allocated"]' "$(ask '[.stores[].disk[] | select(.part == "unpacked").unit] | unique | tojson' usage)"
}

@test "content is the files of the content store, once for all namespaces" {
	expect 0 scan
	local judge
	judge=$(find "$CONTAINERD"/root/io.containerd.content.v1.content/blobs -type f -printf '%s\n' |
		awk '{ sum += $1 } END { printf "%d", sum }')
	same "$judge" "$(ask '[.stores[].disk[] | select(.part == "content").actual_bytes] | add' usage)" actual
	same 1 "$(ask '[.stores[].disk[] | select(.part == "content")] | length' usage)" "pools shown"
	same "$judge" "$(ask '[.total.disk[] | select(.part == "content").actual_bytes] | add' usage)" total
	# app-b twice: in two namespaces.
	[ "$(ask '[.stores[].disk[] | select(.part == "content").logical_bytes] | add' usage)" -gt "$judge" ]
}

@test "disk is du of the snapshots' folders within 1 %" {
	expect 0 scan
	local ours judge
	ours=$(($(disk default unpacked) + $(disk k8s.io unpacked)))
	judge=$(du -s --block-size=1 "$CONTAINERD"/root/io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs |
		awk '{ sum += $1 } END { print sum }')
	echo "overlayfs: ours $ours, du $judge"
	[ $((ours * 100)) -le $((judge * 101)) ] && [ $((ours * 101)) -ge $((judge * 100)) ]
	ours=$(disk copies@native unpacked)
	judge=$(du -s --block-size=1 "$CONTAINERD"/root/io.containerd.snapshotter.v1.native/snapshots/* |
		awk '{ sum += $1 } END { print sum }')
	echo "native: ours $ours, du $judge"
	[ $((ours * 100)) -le $((judge * 101)) ] && [ $((ours * 101)) -ge $((judge * 100)) ]
}

@test "our ChainIDs are the names of its snapshots" {
	expect 0 scan
	same "$(committed default overlayfs)" "$(chains_of default)" default
	same "$(committed k8s.io overlayfs)" "$(chains_of k8s.io)" k8s.io
	same "$(committed copies native)" "$(chains_of copies@native)" native
}

@test "equal layers above another one, the empty layer, a second name, an index" {
	expect 0 scan
	# base-1, base-2, a on both, b, empty, static: 7 chains. Seven images: `multi` is app-b.
	same 7 "$(of default .chains)"
	same 7 "$(of default .images)"
	same 0 "$(of default .unknown_images)"
	same 1 "$(sqlite3 -readonly "$DB" "SELECT count(*) FROM appearance WHERE labels LIKE '%team/app-a:1%' AND labels LIKE '%team/other-name:2%'")"
	same 1 "$(sqlite3 -readonly "$DB" "SELECT count(DISTINCT config) FROM appearance WHERE labels LIKE '%team/app-b:1%' AND labels LIKE '%team/multi:1%'")"
}

@test "an image of a registry and of a node is one image" {
	expect 0 layershare scan registry "$REGISTRY"
	expect 0 scan
	local config
	config=$(skopeo --insecure-policy inspect --tls-verify=false --raw "docker://$REGISTRY/team/app-a:1" |
		jq -r .config.digest)
	same 1 "$(ask "[.images[] | select(.config_digest == \"$config\")] | length" images)"
	same 1 "$(ask "[.nodes[0].images[] | select(. == \"$config\")] | length" nodes)"
}

@test "a running container, and its image removed below it" {
	ctr_ -n work images pull --plain-http "$REGISTRY/team/app-a:1" >/dev/null
	ctr_ -n work run -d "$REGISTRY/team/app-a:1" box /bin/sh -c 'echo 1 >/srv/new; exec sleep 600'
	expect 0 scan
	same '1 1' "$(of work ' | "\(.containers) \(.running)"')"
	same "$(ctr_ -n work snapshots usage -b box | awk '$1 == "box" { print $2 }')" "$(of work .writable_bytes)"
	local before
	before=$(disk work unpacked)
	same "$(engine_usage work overlayfs)" "$before" "its own layer is in no sum"
	ctr_ -n work images rm --sync "$REGISTRY/team/app-a:1" >/dev/null
	expect 0 scan
	same "$before" "$(disk work unpacked)" "what it stands on is held"
	same 0 "$(of work .images)"
	# The blobs of another namespace say which layers these are.
	same "$(committed work overlayfs)" "$(chains_of work)"
	ctr_ -n work tasks rm -f box >/dev/null
	expect 0 scan
	same '1 0' "$(of work ' | "\(.containers) \(.running)"')"
	ctr_ -n work containers rm box
}

@test "layers of no image dangle, what is being made is a line of its own" {
	ctr_ -n left images pull --plain-http "$REGISTRY/team/app-b:1" >/dev/null
	local top
	top=$(ctr_ -n left snapshots ls | awk '$2 ~ /^sha256/ { print $1 }')
	ctr_ -n left snapshots label "$top" containerd.io/gc.root=kept
	ctr_ -n left snapshots prepare half "$top" >/dev/null
	ctr_ -n left snapshots label half containerd.io/gc.root=kept
	ctr_ -n left images rm --sync "$REGISTRY/team/app-b:1" >/dev/null
	expect 0 scan
	local all
	all=$(of left '["disk"] | [.[] | select(.unit == "allocated").actual_bytes] | add')
	all=$((all + $(of left '.extras | [.[] | select(.part == "unidentified").bytes] | add // 0')))
	same "$(engine_usage left overlayfs)" "$all" "nothing is lost"
	same 1 "$(of left '.extras | [.[] | select(.part == "incomplete").count] | add // 0')"
	ctr_ -n left snapshots rm half
}

@test "an image without its layers' blobs, and one that is not unpacked" {
	ctr_ -n fetched content fetch --plain-http "$REGISTRY/team/app-a:1" >/dev/null
	expect 0 scan
	same '1 0 0' "$(of fetched ' | "\(.images) \(.chains) \(.unknown_images)"')"
	says "$(problem_rows)" 'not unpacked'
	local layer before
	before=$(of k8s.io '.disk | map(select(.part == "unpacked"))')
	for layer in $(ctr_ -n k8s.io content ls | awk '/containerd.io\/uncompressed/ { print $1 }'); do
		ctr_ -n k8s.io content rm "$layer" >/dev/null
	done
	expect 0 scan
	same "$before" "$(of k8s.io '.disk | map(select(.part == "unpacked"))')"
	same 0 "$(of k8s.io .unknown_images)"
}

@test "two sockets onto one daemon are one store" {
	ln -sfn "$SOCKET" "$CONTAINERD/other.sock"
	expect 0 layershare scan node --node node-1 --store "containerd=$SOCKET" --store "containerd=$CONTAINERD/other.sock"
	same 1 "$(ask "[.stores[] | select(.id == \"$(store default)\")] | length" usage)"
	local stores
	stores=$(ask '.stores | length' usage)
	rm -f "$DB"
	expect 0 scan
	same "$stores" "$(ask '.stores | length' usage)"
}

@test "CRI onto the same daemon is the same store" {
	expect 0 layershare scan node --node node-1 --store "containerd=$SOCKET" --store "cri=unix://$SOCKET"
	local before
	before=$(ask '[.stores[] | del(.scan)]' usage)
	same 0 "$(ask '[.stores[] | select(.engine == "cri")] | length' usage)"
	same 1 "$(ask "[.stores[] | select(.id == \"$(store k8s.io)\")] | length" usage)"
	# CRI alone leads there as well, and says the same.
	rm -f "$DB"
	expect 0 layershare scan node --node node-1 --store "cri=$SOCKET"
	same "$before" "$(ask '[.stores[] | del(.scan)]' usage)"
	# So does the place that a machine's configuration names.
	rm -f "$DB"
	CONTAINER_RUNTIME_ENDPOINT=unix://$SOCKET run layershare scan node --node node-1
	same 1 "$(ask "[.stores[] | select(.id == \"$(store k8s.io)\")] | length" usage)"
	expect 2 layershare scan node --store cri=tcp://127.0.0.1:1
}

@test "a second scan says the same" {
	expect 0 scan
	local before
	before=$(ask .stores usage)
	expect 0 scan
	same "$before" "$(ask .stores usage)"
}

@test "a document that rotted is a problem, and no other image is touched" {
	ctr_ -n rotten images pull --plain-http "$REGISTRY/team/static:1" >/dev/null
	local config file
	config=$(skopeo --insecure-policy inspect --tls-verify=false --raw "docker://$REGISTRY/team/static:1" |
		jq -r .config.digest)
	file=$CONTAINERD/root/io.containerd.content.v1.content/blobs/sha256/${config#sha256:}
	cp "$file" "$BATS_TEST_TMPDIR/kept"
	sed -i 's/linux/Linux/' "$file"
	run scan
	cp "$BATS_TEST_TMPDIR/kept" "$file"
	same 3 "$status"
	says "$(problem_rows)" "another digest: damaged"
	same 7 "$(of default .images)"
	same 1 "$(of default .unknown_images)"
}

@test "a socket that may not be asked, and one with nobody behind it" {
	expect 1 layershare scan node --store "containerd=$CONTAINERD/none.sock"
	says "$output" "none.sock.*No such file"
	expect 2 layershare scan node --store containerd=relative.sock
	chmod 711 "$CONTAINERD"
	chmod -R a+rwX "$HOME"
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$LAYERSHARE" --db "$DB" scan node \
		--store "containerd=$SOCKET"
	same 1 "$status"
	says "$output" "Permission denied.*needs root, or the group"
}

@test "answers are valid" {
	expect 0 scan
	local command
	for command in usage nodes report; do
		layershare $command -o json >"$BATS_TEST_TMPDIR/$command.json"
	done
	"$TOP/tests/lib/validate.py" "$BATS_TEST_TMPDIR"/*.json
}
