#!/usr/bin/env bats
# The agent as nodes run it: as nobody, with one capability. The judge is the agent as root.
load ../lib/setup

setup_file() {
	export STORES=$BATS_FILE_TMPDIR/stores
	local layout=$BATS_FILE_TMPDIR/layout driver name
	mkdir -p "$BATS_FILE_TMPDIR/base/etc" "$BATS_FILE_TMPDIR/base/bin" "$BATS_FILE_TMPDIR/app"
	printf 'ID=debian\nVERSION_ID="12"\n' >"$BATS_FILE_TMPDIR/base/etc/os-release"
	cp /bin/true "$BATS_FILE_TMPDIR/base/bin/run"
	head -c 300000 /dev/urandom >"$BATS_FILE_TMPDIR/app/data"
	chmod 700 "$BATS_FILE_TMPDIR/base/etc" "$BATS_FILE_TMPDIR/app"
	for name in base app; do
		tar -cf "$BATS_FILE_TMPDIR/$name.tar" -C "$BATS_FILE_TMPDIR/$name" --owner=0 --group=0 .
	done
	umoci init --layout "$layout"
	umoci new --image "$layout:base"
	umoci config --no-history --image "$layout:base" --config.entrypoint /bin/run
	umoci raw add-layer --image "$layout:base" "$BATS_FILE_TMPDIR/base.tar"
	umoci tag --image "$layout:base" app
	umoci raw add-layer --image "$layout:app" "$BATS_FILE_TMPDIR/app.tar"
	for driver in overlay vfs; do
		for name in base app; do
			skopeo --insecure-policy copy --quiet "oci:$layout:$name" \
				"containers-storage:[$driver@$STORES/$driver+$STORES/run-$driver]localhost/team/$name:1"
		done
	done
	podman --root "$STORES/overlay" --runroot "$STORES/run-overlay" --storage-driver overlay \
		create --cgroups=disabled localhost/team/app:1 /bin/run >/dev/null
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	# Read, but not by nobody: the way to the program and to the stores is open, the stores are not.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$STORES" "$BATS_TEST_TMPDIR" "$HOME"
	ARGUMENTS=(--node n1)
	local driver
	for driver in overlay vfs; do
		chmod 700 "$STORES/$driver"
		ARGUMENTS+=(--store "containers-storage=$driver@$STORES/$driver+$STORES/run-$driver")
	done
}

# CAPABILITY COMMAND...: as nobody, with it alone ("none").
as_nobody() {
	local capability=$1
	shift
	if [ "$capability" = none ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all "$@"
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps="-all,+$capability" \
			--ambient-caps="-all,+$capability" --bounding-set="-all,+$capability" "$@"
	fi
}

# All that is said, but for when.
said() { jq -cS 'del(.created_at, .started_at, .ended_at, .sha256)' "$1"; }

@test "nobody with CAP_DAC_READ_SEARCH sees what root sees" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
	expect 0 "$LAYERSHARE_AGENT" "${ARGUMENTS[@]}" -o "$HOME/root.jsonl"
	as_nobody dac_read_search "$LAYERSHARE_AGENT" "${ARGUMENTS[@]}" >"$HOME/nobody.jsonl"
	same "$(said "$HOME/root.jsonl")" "$(said "$HOME/nobody.jsonl")"
	# And that is not nothing.
	same 4 "$(grep -c '"record":"node_image"' "$HOME/nobody.jsonl")"
	same 1 "$(grep -c '"record":"container"' "$HOME/nobody.jsonl")"
	same 4 "$(grep -c '"record":"chain"' "$HOME/nobody.jsonl")"
	"$TOP/tests/lib/validate.py" --lines "$HOME/nobody.jsonl"
}

@test "without it every store is a problem that says what it needs" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
	local status=0
	as_nobody none "$LAYERSHARE_AGENT" "${ARGUMENTS[@]}" >"$HOME/none.jsonl" 2>"$HOME/words" || status=$?
	same 1 "$status"
	says "$(cat "$HOME/words")" CAP_DAC_READ_SEARCH
	[ ! -s "$HOME/none.jsonl" ] || same 1 "$(jq -r 'select(.end).end' "$HOME/none.jsonl" | grep -c failed)"
}

@test "what root scanned stays when an inventory without rights is imported" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to be somebody else"
	expect 0 layershare scan node "${ARGUMENTS[@]}"
	local before
	before=$(ask '[.stores[].disk]' usage)
	sleep 1.1 # a scan of the same second counts as the same
	as_nobody none "$LAYERSHARE_AGENT" "${ARGUMENTS[@]}" -q >"$HOME/none.jsonl" || true
	expect 1 layershare import "$HOME/none.jsonl"
	same "$before" "$(ask '[.stores[].disk]' usage)"
	says "$(ask '[.coverage.sources[].state] | tojson' usage)" stale
}

@test "agent and import give what a scan of this machine gives" {
	expect 0 layershare scan node "${ARGUMENTS[@]}"
	answers() {
		local command
		for command in usage nodes images report; do
			layershare "$command" -o json | jq -S 'del(.. | .scanned_at?, .since?, .at?)'
		done
	}
	local scanned
	scanned=$(answers)
	rm -f "$DB"
	"$LAYERSHARE_AGENT" "${ARGUMENTS[@]}" | layershare import -
	same "$scanned" "$(answers)"
}
