#!/usr/bin/env bats
# Small registries that do everything at once, counted a second time from the raw documents. And a
# rescan says what a first scan says, whatever became of the registry in between.
load ../lib/setup

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	registry=$BATS_TEST_TMPDIR/registry
}

teardown() {
	registry_stop "$registry"
}

# What tests/lib/recount.py prints, as layershare says it.
answers() {
	jq -ncS --slurpfile usage <(layershare usage -o json) --slurpfile images <(layershare images -o json) \
		--slurpfile bases <(layershare bases -o json) '
		{usage: $usage[0].registries[0] | {tags, images, blobs, other_bytes, logical_bytes, actual_bytes, foreign_layers, absent_children},
		 images: [$images[0].images[] | [.config_digest, (.registry | .logical_bytes, .attributed_bytes, .unique_bytes)]] | sort,
		 rest: [$images[0].rest[] | select(.attributed_bytes > 0) | [.row, .attributed_bytes]] | sort,
		 bases: [$bases[0].bases[] | [.chain_id, .evidence, .layers, .images, .repositories, .bytes]] | sort}'
}

# SEED
check_registry() {
	local rescanned=$HOME/layershare.db round port=()
	"$TOP/tests/lib/nasty.py" "$BATS_TEST_TMPDIR/nasty" "$1" 3
	for round in 1 2 3; do
		rm -rf "$registry/storage"
		mkdir -p "$registry"
		cp -a "$BATS_TEST_TMPDIR/nasty/$round" "$registry/storage"
		registry_start "$registry" "${port[@]}"
		host=$(registry_host "$registry")
		port=(--port "${host#*:}")
		"$TOP/tests/lib/recount.py" "$registry/storage" | jq -cS . >"$BATS_TEST_TMPDIR/counted"
		for DB in "$rescanned" "$HOME/first-$round.db"; do
			expect 0 layershare scan registry "$host"
			answers >"$BATS_TEST_TMPDIR/answered"
			diff <(jq . "$BATS_TEST_TMPDIR/counted") <(jq . "$BATS_TEST_TMPDIR/answered") || {
				echo "seed $1, round $round, $DB" >&2
				return 1
			}
		done
		registry_stop "$registry"
	done
	rm -rf "$BATS_TEST_TMPDIR/nasty"
}

@test "seed 1" { check_registry 1; }
@test "seed 2" { check_registry 2; }
@test "seed 3" { check_registry 3; }
@test "seed 4" { check_registry 4; }
@test "seed 5" { check_registry 5; }
@test "seed 6" { check_registry 6; }
@test "seed 7" { check_registry 7; }
@test "seed 8" { check_registry 8; }
