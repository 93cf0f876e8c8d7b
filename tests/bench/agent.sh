#!/bin/bash
# What the agent may cost a node, measured on the release build over a store of 500 images, without
# measuring memory (no container runs). Exits non-zero when a limit is missed.
#
# usage: tests/bench/agent.sh [IMAGES]
set -eu -o pipefail
cd "$(dirname "$0")/../.."
images=${1:-500} rounds=${ROUNDS:-5}
agent=$PWD/build/release/layershare-agent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
missed=0

# WHAT MEASURED LIMIT UNIT
row() {
	local verdict=ok
	awk "BEGIN { exit !($2 <= $3) }" || { verdict=MISSED && missed=$((missed + 1)); }
	printf '%-58s %12s  %-8s %10s %-5s %s\n' "$1" "$2" "at most" "$3" "$4" $verdict
}

tests/lib/synthetic_storage.py "$work/store" "$images" >"$work/made"
for _ in $(seq "$rounds"); do
	/usr/bin/time -q -f '%M %U %S' -o "$work/one" "$agent" --node bench \
		--store "containers-storage=overlay@$work/store" -o "$work/inventory"
	cat "$work/one" >>"$work/rounds"
done
found=$(grep -c '^{"record":"node_image"' "$work/inventory")
chains=$(grep -c '^{"record":"chain"' "$work/inventory")
if [ "$found $chains" != "$images $(jq .layers "$work/made")" ]; then
	echo "$found images and $chains chains found" >&2
	exit 1
fi
kib=$(cut -d' ' -f1 "$work/rounds" | sort -n | tail -n 1)
seconds=$(awk '{ print $2 + $3 }' "$work/rounds" | sort -n | tail -n 1)

echo
echo "agent: $images images, $chains layers, $(stat -c %s "$work/inventory") bytes of inventory, the worst of $rounds runs"
printf '%-58s %12s  %-8s %10s\n' "" measured "" limit
row "peak memory of the agent" "$(awk "BEGIN { printf \"%.1f\", $kib / 1024 }")" 32 MiB
row "its processor time, user and system" "$seconds" 1 s
[ $missed -eq 0 ]
