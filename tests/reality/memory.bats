#!/usr/bin/env bats
# What of layers is in memory, with containers that really run. The judge is fincore over the folders
# of the layers; ours is what `scan node -v` says of each chain.
#
# podman runs in a mount namespace of its own, with a cgroup file system that crun understands: with
# both versions mounted, as some machines have it, crun 1.8 refuses to run anything. What it mounts
# goes away with the namespace.
load ../lib/setup

setup_file() {
	export STORE=$BATS_FILE_TMPDIR/store RUN=$BATS_FILE_TMPDIR/run
	make_images "$BATS_FILE_TMPDIR/images"
	unshare --mount --propagation private sleep 3600 3>&- &
	export HOLDER=$!
	until [ "$(readlink "/proc/$HOLDER/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.1; done
	inside sh -c 'mount -t cgroup2 none /sys/fs/cgroup || mount -t tmpfs none /sys/fs/cgroup'
	local name
	for name in app-a app-b other; do
		inside skopeo --insecure-policy copy --quiet "oci:$BATS_FILE_TMPDIR/images/layout:$name" \
			"containers-storage:[overlay@$STORE+$RUN]localhost/team/$name:1"
	done
	# Pages can only be dropped once they are written.
	sync -f "$STORE"
}

teardown_file() {
	engine rm --all --force --time 0 >/dev/null || true
	! grep -q '^sleep' "/proc/$HOLDER/cmdline" || kill "$HOLDER"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	forget
}

teardown() {
	engine rm --all --force --time 0 >/dev/null
}

inside() { nsenter --mount="/proc/$HOLDER/ns/mnt" "$@"; }
engine() { inside podman --root "$STORE" --runroot "$RUN" --storage-driver overlay --cgroup-manager cgroupfs "$@"; }

# FOLDER: two images on one base, and one that has the same files above another layer.
make_images() {
	local layout=$1/layout name
	mkdir -p "$1/base/bin" "$1/base/usr/lib" "$1/a/srv" "$1/b/srv" "$1/below/etc"
	reader "$1/base/bin/reader"
	for name in 1 2 3 half; do
		head -c 3000000 /dev/urandom >"$1/base/usr/lib/$name"
	done
	ln "$1/base/usr/lib/1" "$1/base/usr/lib/hard-link"
	ln -s 1 "$1/base/usr/lib/link"
	head -c 2000000 /dev/urandom >"$1/base/usr/lib/never-read"
	head -c 1000001 /dev/urandom >"$1/a/srv/own"
	head -c 500001 /dev/urandom >"$1/b/srv/own"
	echo below >"$1/below/etc/below"
	for name in base a b below; do
		tar -cf "$1/$name.tar" -C "$1/$name" --sort=name --owner=0 --group=0 .
	done
	umoci init --layout "$layout"
	umoci new --image "$layout:empty"
	umoci config --no-history --image "$layout:empty" --os linux --architecture "$(architecture)"
	stack "$1" base empty base
	stack "$1" app-a base a
	stack "$1" app-b base b
	stack "$1" below empty below
	stack "$1" other below base
}

architecture() { dpkg --print-architecture; }

# FOLDER NAME BELOW LAYER
stack() {
	umoci tag --image "$1/layout:$3" "$2"
	umoci raw add-layer --image "$1/layout:$2" "$1/$4.tar"
}

# FILE: a static program that maps files and holds them in memory, of *half* only the first half. So
# a machine that is short of memory cannot drop pages between our look and the judge's.
reader() {
	cat >"$1.c" <<-'END'
		#include <fcntl.h>
		#include <string.h>
		#include <sys/mman.h>
		#include <sys/stat.h>
		#include <unistd.h>
		int main(int count, char **names)
		{
			for (int i = 1; i < count; i++) {
				struct stat status;
				int file = open(names[i], O_RDONLY);
				if (file < 0 || fstat(file, &status) != 0)
					return 1;
				size_t length = (size_t)status.st_size / (strstr(names[i], "half") ? 2 : 1);
				void *map = mmap(0, length, PROT_READ, MAP_SHARED, file, 0);
				if (map == MAP_FAILED || madvise(map, length, MADV_RANDOM) != 0 ||
				    mlock(map, length) != 0)
					return 2;
			}
			mlockall(MCL_CURRENT);
			write(1, "ready\n", 6);
			for (;;)
				pause();
		}
	END
	gcc -O1 -static -s -o "$1" "$1.c"
	rm "$1.c"
}

# NAME IMAGE FILES...: returns when the container has read them.
start() {
	local name=$1 image=$2
	shift 2
	engine run --detach --name "$name" --cgroups=disabled --network none --cap-add IPC_LOCK \
		--ulimit nofile=1024:1024 --ulimit nproc=1000:1000 "localhost/team/$image:1" /bin/reader "$@" \
		>/dev/null
	local tries=0
	until engine logs "$name" 2>&1 | grep -q ready; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { engine logs "$name" && return 1; }
		sleep 0.1
	done
}

# Drops the pages of the layers' files, and of nothing else on this machine.
forget() {
	/usr/bin/python3 - "$STORE/overlay" <<-'END'
		import os, sys
		for folder, _, names in os.walk(sys.argv[1]):
		    for name in names:
		        path = os.path.join(folder, name)
		        if os.path.isfile(path) and not os.path.islink(path):
		            file = os.open(path, os.O_RDONLY)
		            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
		            os.close(file)
	END
}

scan() { layershare -v scan node --node node-1 --store "containers-storage=overlay@$STORE+$RUN"; }

# "CHAIN FILES MEASURED RESIDENT" of each chain that was measured.
measured() {
	scan 2>&1 >/dev/null | sed -nE \
		's/^.*memory: (sha256:[0-9a-f]+): files ([0-9]+) measured ([0-9]+) resident ([0-9]+)$/\1 \2 \3 \4/p' | sort
}

# The same by the engine's own parents, find and fincore: of all layers that images have.
judged() {
	/usr/bin/python3 - "$STORE" <<-'END' | sort
		import hashlib, json, os, subprocess, sys
		store = sys.argv[1]
		layers = {l["id"]: l for l in json.load(open(store + "/overlay-layers/layers.json")) if "diff-digest" in l}
		def chain(layer):
		    if not layer.get("parent"):
		        return layer["diff-digest"]
		    return "sha256:" + hashlib.sha256(f"{chain(layers[layer['parent']])} {layer['diff-digest']}".encode()).hexdigest()
		for layer in layers.values():
		    files = {}
		    for folder, _, names in os.walk(f"{store}/overlay/{layer['id']}/diff"):
		        for path in (os.path.join(folder, name) for name in names):
		            if os.path.isfile(path) and not os.path.islink(path):
		                files.setdefault(os.lstat(path).st_ino, path)
		    size = sum(os.lstat(path).st_size for path in files.values())
		    said = subprocess.run(["fincore", "--bytes", "--noheadings", "--output", "RES", *files.values()],
		                          capture_output=True, text=True, check=True).stdout if files else ""
		    print(chain(layer), size, sum(int(line) for line in said.split()))
	END
}

# CHAINS COLUMN: adds a column up.
total() { awk -v column="$2" '{ sum += $column } END { printf "%d", sum }' <<<"$1"; }

# EXPECTED ACTUAL WHAT: within 2 %.
near() {
	[ $(($1 > $2 ? $1 - $2 : $2 - $1)) -le $(($1 / 50)) ] && return 0
	printf '%s:\n  expected %s\n  got      %s\n' "$3" "$1" "$2" >&2
	return 1
}

# Chains of an image, bottom first.
chains_of() {
	engine image inspect "localhost/team/$1:1" | /usr/bin/python3 -c '
import hashlib, json, sys
chain = ""
for layer in json.load(sys.stdin)[0]["RootFS"]["Layers"]:
    chain = "sha256:" + hashlib.sha256(f"{chain} {layer}".encode()).hexdigest() if chain else layer
    print(chain)'
}

# MEASURED CHAIN
resident_of() { grep -F "$2" <<<"$1" | cut -d' ' -f4; }

# Ours equals the judge's within 2 % for each chain of the images; no other chain was measured.
agree() {
	local ours theirs chain bytes resident judge_bytes judge_resident
	ours=$(measured) theirs=$(judged)
	same "$(for image; do chains_of "$image"; done | sort -u)" "$(cut -d' ' -f1 <<<"$ours")" "chains"
	while read -r chain bytes measured resident; do
		read -r _ judge_bytes judge_resident < <(grep -F "$chain" <<<"$theirs")
		same "$judge_bytes" "$bytes" "bytes of files of $chain"
		same "$bytes" "$measured" "measured bytes of $chain"
		echo "# ${chain:0:19} measured $resident, fincore $judge_resident" >&3
		near "$judge_resident" "$resident" "$chain in memory"
	done <<<"$ours"
}

shared="/usr/lib/1 /usr/lib/2 /usr/lib/half"

@test "one container: each chain below it is what fincore says" {
	# shellcheck disable=SC2086
	start a app-a $shared /srv/own
	agree app-a
	local resident
	resident=$(total "$(measured)" 4)
	# Two and a half files of 3 MB and its own; not what nobody read, and readahead is small.
	[ "$resident" -gt 8500000 ] || { echo "only $resident" && return 1; }
	[ "$resident" -lt 11500000 ] || { echo "as much as $resident" && return 1; }
}

@test "a second image on the base adds its own chain, and no page of the shared one" {
	# shellcheck disable=SC2086
	start a app-a $shared /srv/own
	local before after base base_after own
	before=$(measured)
	base=$(resident_of "$before" "$(chains_of app-a | head -n 1)")
	# shellcheck disable=SC2086
	start b app-b $shared /srv/own
	after=$(measured)
	agree app-a app-b
	# No page more. One less is the machine's own business: it may drop what nobody holds.
	base_after=$(resident_of "$after" "$(chains_of app-a | head -n 1)")
	[ "$base_after" -le "$base" ] || { echo "shared chain: $base, then $base_after" && return 1; }
	near "$base" "$base_after" "shared chain"
	own=$(resident_of "$after" "$(chains_of app-b | tail -n 1)")
	local page
	page=$(getconf PAGESIZE)
	same $((500001 / page * page + page)) "$own" "the pages of its only file"
	near $(($(total "$before" 4) + own)) "$(total "$after" 4)" "predicted"
	echo "# predicted $(($(total "$before" 4) + own)), measured $(total "$after" 4)" >&3
}

# of usage's only store.
memory() { ask ".stores[0].memory | \"\($1)\"" usage; }

@test "usage: each container by itself, and the shared base once" {
	expect 0 scan
	same "0 0 measured 1" "$(memory '.logical_bytes) \(.actual_bytes) \(.basis) \(.coverage')" "nothing runs"
	# shellcheck disable=SC2086
	start a app-a $shared /srv/own
	# shellcheck disable=SC2086
	start b app-b $shared /srv/own
	expect 0 scan
	local now base
	now=$(judged)
	base=$(grep -F "$(chains_of app-a | head -n 1)" <<<"$now" | cut -d' ' -f3)
	now=$(for name in app-a app-b; do chains_of "$name"; done | sort -u | while read -r chain; do
		grep -F "$chain" <<<"$now"
	done)
	near "$(total "$now" 3)" "$(memory .actual_bytes)" actual
	near $(($(total "$now" 3) + base)) "$(memory .logical_bytes)" logical
	same "measured 1 2 false" "$(memory '.basis) \(.coverage) \(.containers) \(.per_container')"
	# The layers are of today.
	same "3 true" "$(memory '.fresh_chains) \(.fresh_bytes == .actual_bytes')"
	expect 0 layershare usage
	says "$output" 'the layers under 2 running containers take .* \(measured, over 100 % of their bytes\)'
}

@test "the same files above another layer are in memory again" {
	# shellcheck disable=SC2086
	start a app-a $shared /srv/own
	local before after added
	before=$(measured)
	# shellcheck disable=SC2086
	start o other $shared
	after=$(measured)
	agree app-a other
	added=$(($(total "$after" 4) - $(total "$before" 4)))
	[ "$added" -ge 7500000 ] || { echo "only $added were added" && return 1; }
}

@test "looking brings nothing into memory and changes no time of access" {
	# shellcheck disable=SC2086
	start a app-a $shared
	times() { find "$STORE/overlay" -path '*/diff/*' -type f -printf '%p %A@\n' | sort; }
	local pages times
	pages=$(judged) times=$(times)
	scan >/dev/null
	scan >/dev/null
	same "$times" "$(times)" "times of access"
	near "$(total "$pages" 3)" "$(total "$(judged)" 3)" "pages"
}

@test "without a running container nothing is measured" {
	expect 0 scan
	same "" "$(measured)"
	# shellcheck disable=SC2086
	start a app-a $shared
	engine stop --time 0 a
	same "" "$(measured)"
}

@test "without the right to ask nothing is said but what it needs" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
	# shellcheck disable=SC2086
	start a app-a $shared
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" 2>/dev/null || true
	chmod a+rwX "$HOME"
	somebody() {
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps="$1" --ambient-caps="$1" \
			"$LAYERSHARE" --db "$DB" -v scan node --node node-1 \
			--store "containers-storage=overlay@$STORE+$RUN"
	}
	expect 0 somebody +dac_read_search
	[ "$(grep -c 'memory: sha256' <<<"$output")" -eq 0 ]
	says "$(problem_rows)" 'memory: .*Operation not permitted.*CAP_DAC_READ_SEARCH and CAP_FOWNER'
	same "estimated null 0.065" "$(memory '.basis) \(.coverage) \(.resident_share')"
	expect 0 somebody +dac_read_search,+fowner
	same "$(measured)" "$(sed -nE \
		's/^.*memory: (sha256:[0-9a-f]+): files ([0-9]+) measured ([0-9]+) resident ([0-9]+)$/\1 \2 \3 \4/p' \
		<<<"$output" | sort)"
}
