#!/bin/bash
# The stated speed and size ratios, measured on the release build against docker-registry. Exits
# non-zero when one is missed.
#
# usage: tests/bench/run.sh [IMAGES [MORE-IMAGES]]      (default 2000 and 8000)
#
# A laptop or a CI machine is noisy, and in waves longer than a scan: every scan is compared with what
# its peers get right before and after it, and of these ratios the median counts. All talk to the same
# server on the same machine, so they also compete with it for the same processors.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
images=${1:-2000} more=${2:-8000}
rounds=${ROUNDS:-7} samples=60
# What the collector uses where nothing else is configured; wrk is given the same.
connections=6
program=$PWD/build/release/layershare
# shellcheck source=tests/lib/registry.sh
. tests/lib/registry.sh
work=$(mktemp -d)
finish() {
	registry_stop "$work/small"
	registry_stop "$work/large"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
export HOME=$work
unset DOCKER_CONFIG REGISTRY_AUTH_FILE XDG_RUNTIME_DIR XDG_CONFIG_HOME http_proxy
missed=0

say() { echo "$*" >&2; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
calculate() { awk "BEGIN { printf \"%.${2:-1}f\", $1 }"; }

# WHAT MEASURED at-least|at-most|below LIMIT UNIT
row() {
	local verdict=ok
	case $3 in
	at-least) awk "BEGIN { exit !($2 >= $4) }" || verdict=MISSED ;;
	at-most) awk "BEGIN { exit !($2 <= $4) }" || verdict=MISSED ;;
	below) awk "BEGIN { exit !($2 < $4) }" || verdict=MISSED ;;
	esac
	[ $verdict = ok ] || missed=$((missed + 1))
	printf '%-58s %12s  %-8s %10s %-5s %s\n' "$1" "$2" "${3/-/ }" "$4" "$5" $verdict
}

# REGISTRY-FOLDER: a cold scan. Prints MILLISECONDS KIB.
scan() {
	local begin status=0
	rm -f "$work/db" "$work"/db-* "$work"/db.*
	registry_forget_requests "$1"
	begin=$(now_ms)
	/usr/bin/time -q -f %M -o "$work/rss" "$program" --db "$work/db" -q scan registry "$(registry_host "$1")" \
		>"$work/log" 2>&1 || status=$?
	if [ $status -ne 0 ]; then
		cat "$work/log" >&2
		return 1
	fi
	echo "$(($(now_ms) - begin)) $(cat "$work/rss")"
}

# COMMAND...: peak KiB.
memory() {
	/usr/bin/time -q -f %M -o "$work/rss" "$program" --db "$work/db" "$@" >/dev/null
	cat "$work/rss"
}

# Requests a second that wrk gets out of the server with the list that the scan has sent.
replay() {
	local requests microseconds failed status
	REPLAY=$work/requests REPLAY_ACCEPT=$accept wrk --threads 1 --connections $connections --duration "$1s" \
		--script tests/bench/replay.lua "http://$(registry_host "$work/small")" >"$work/wrk" 2>&1
	read -r _ requests microseconds failed status < <(grep '^REPLAY' "$work/wrk")
	if [ "$((failed + status))" -ne 0 ]; then
		say "wrk: $failed requests failed, $status had an error status"
		return 1
	fi
	calculate "$requests * 1000000 / $microseconds"
}

skopeo_ms() {
	local begin name
	begin=$(now_ms)
	while read -r name; do
		skopeo inspect --tls-verify=false "docker://$name" >/dev/null
	done <"$work/sample"
	calculate "($(now_ms) - $begin) / $(wc -l <"$work/sample")"
}

# Microseconds of CPU that measuring one file's pages takes, by round: 20,000 files in 800 folders
# whose inodes are in memory.
resident_us() {
	/usr/bin/python3 - "$work/layer" <<-'END'
		import os, sys
		for i in range(800):
		    folder = f"{sys.argv[1]}/usr/lib/python3/dist-packages/package-{i}"
		    os.makedirs(folder)
		    for k in range(25):
		        with open(f"{folder}/module-{k}", "wb") as file:
		            file.write(b"x" * (700 * k + 1))
	END
	build/release/tests/bench/resident "$work" layer 20000 21
	rm -rf "$work/layer"
}

# The four types a client has to accept to be given what is there.
accept=application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json
accept=$accept,application/vnd.docker.distribution.manifest.list.v2+json,application/vnd.docker.distribution.manifest.v2+json

say "making registries of $images and $more images"
mkdir -p "$work/small" "$work/large"
tests/lib/synthetic.py "$work/small/storage" "$images" >"$work/small/made"
tests/lib/synthetic.py "$work/large/storage" "$more" >"$work/large/made"
tags=$(jq .tags "$work/small/made")
registry_start "$work/small"

# Once to warm the server's and the kernel's caches for both sides, and for the list of requests.
scan "$work/small" >/dev/null
registry_requests "$work/small" | cut -d' ' -f1,2 >"$work/requests"
# wrk waits for ever for the body that a HEAD's Content-Length announces. The GET of the same path
# makes the server do the same and send the body too.
sed -i 's/^HEAD /GET /' "$work/requests"
total=$(wc -l <"$work/requests")
lists=$(grep -cE '^GET /v2/(_catalog.*|.*/tags/list.*)$' "$work/requests")
usage=$("$program" --db "$work/db" usage -o json)
found=$(jq '.registries[0].images' <<<"$usage")
[ "$found" -eq "$images" ] || { say "$found images found instead of $images" && exit 1; }
"$program" --db "$work/db" images -o json | jq -r '.images[].references[0]' | shuf -n $samples \
	--random-source="$work/requests" >"$work/sample"

# A file per column, a line per round.
for round in $(seq "$rounds"); do
	say "round $round of $rounds: wrk, scan, wrk, skopeo"
	before=$(replay 2)
	scan "$work/small" >>"$work/scans"
	after=$(replay 2)
	calculate "($before + $after) / 2" >>"$work/replays"
	skopeo_ms >>"$work/skopeos"
	echo >>"$work/replays"
	echo >>"$work/skopeos"
done
memory usage >"$work/usage.small"
registry_stop "$work/small"

say "the larger registry"
registry_start "$work/large"
scan "$work/large" >/dev/null
for _ in 1 2 3; do scan "$work/large" >>"$work/scans.large"; done
memory usage >"$work/usage.large"

scans() { cut -d' ' -f1 "$work/scans"; }
# FORMULA over $1 = a scan's milliseconds, $2 = the peer's number of the same round: the ratios.
ratios() { scans | paste -d' ' - "$2" | awk "{ printf \"%.2f\\n\", $1 }"; }
listed() { sort -n | paste -sd' '; }

say "pages of 20,000 files"
resident_us >"$work/resident"

rss=$(cut -d' ' -f2 "$work/scans" | median)
rss_peak=$(cut -d' ' -f2 "$work/scans" | sort -n | tail -n 1)
rss_large=$(cut -d' ' -f2 "$work/scans.large" | median)
ratios "$total * 1000 / \$1 / \$2" "$work/replays" >"$work/of-wrk"
ratios "\$2 * $tags / \$1" "$work/skopeos" >"$work/of-skopeo"

echo
echo "$tags tags, $images images, $total requests over $connections connections; $(nproc) processors"
echo "cold scan: $(scans | listed) ms"
echo "wrk, same requests (HEAD as GET): $(listed <"$work/replays") requests/s"
echo "scan rate / wrk's rate, by round: $(listed <"$work/of-wrk")"
echo "skopeo inspect: $(listed <"$work/skopeos") ms a tag, measured on $samples tags, extrapolated to $tags"
echo "peak memory of usage: $(cat "$work/usage.small") KiB at $images images, $(cat "$work/usage.large") KiB at $more"
echo "cold scan of $more images: $(cut -d' ' -f1 "$work/scans.large" | median) ms, $rss_large KiB"
echo "pages of a file: $(listed <"$work/resident") microseconds of CPU"
echo
printf '%-58s %12s  %-8s %10s\n' "" measured "" limit
row "scan rate / wrk's rate" "$(median <"$work/of-wrk")" at-least 0.80 x
row "one skopeo inspect per tag / scan" "$(median <"$work/of-skopeo")" at-least 8 x
row "requests (2 per image, 1 per tag, lists)" "$total" at-most $((2 * images + tags + lists)) ''
row "peak memory of a scan of $tags tags" "$(calculate "$rss_peak / 1024")" at-most 64 MiB
row "its growth per further image" "$(calculate "($rss_large - $rss) * 1024 / ($more - $images)" 0)" below 1024 B
row "CPU to measure the pages of a file" "$(median <"$work/resident")" at-most 5 us
echo
if [ $missed -ne 0 ]; then
	echo "$missed missed"
	exit 1
fi
echo "all held"
