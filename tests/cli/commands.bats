#!/usr/bin/env bats
# The program from outside, without a registry: what is refused, how, and with which exit status.
load ../lib/setup

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
}

# A store with one layout in it, made by another program.
scanned_layout() {
	umoci init --layout "$HOME/l" >/dev/null
	umoci new --image "$HOME/l:1.0" >/dev/null
	expect 0 layershare scan layout "$HOME/l"
}

@test "--version" {
	expect 0 "$LAYERSHARE" --version
	says "$output" '^layershare [0-9]+\.[0-9]+\.[0-9]+$'
}

@test "without a command, with an unknown one: 2, and where to get help" {
	expect 2 "$LAYERSHARE"
	says "$output" "layershare help"
	expect 2 "$LAYERSHARE" usgae
	says "$output" "did you mean 'usage'"
	expect 2 "$LAYERSHARE" scan
	says "$output" 'scan registry.*scan layout'
}

@test "unknown options are refused with what was meant, before anything is done" {
	expect 2 layershare usage --platfrom linux/amd64
	says "$output" "did you mean '--platform'"
	says "$output" "help usage"
	expect 2 layershare scan registry --contnets=bases 127.0.0.1:1
	expect 2 layershare usage -o xml
	says "$output" 'table json csv'
	expect 2 layershare images --limit some
	expect 2 layershare usage surplus
	says "$output" "surplus"
	expect 2 layershare explain
	says "$output" 'IMAGE'
	[ ! -e "$DB" ]
}

@test "what later versions will do answers 2 and says so" {
	for command in "scan cluster" diverging plan whatif trend check tui serve \
		"scan registry --contents=bases 127.0.0.1:1" "usage --at 2026-01-31" "usage --ideal refresh" \
		"usage --ladder"; do
		# shellcheck disable=SC2086 # words
		expect 2 layershare $command
		says "$output" 'not in this version yet'
	done
	run layershare help usage
	[[ $output != *ladder* ]]
}

@test "a platform that nothing is of: an empty answer, and what there is" {
	scanned_layout
	expect 0 layershare images --platform plan9/amd64
	says "$output" 'no image is of the platform plan9/amd64; images are of linux/[a-z0-9]+'
	local there=${output##* of }
	expect 0 layershare images --platform "$there"
	[[ $output != *"no image is of"* ]]
}

@test "errors go to stderr, answers to stdout" {
	run --separate-stderr layershare nothing
	same "" "$output"
	# shellcheck disable=SC2154
	[ -n "$stderr" ]
	run --separate-stderr layershare help
	same "" "$stderr"
	[ -n "$output" ]
}

@test "global options stand before or after the command, options before or after arguments" {
	scanned_layout
	expect 0 "$LAYERSHARE" usage --db "$DB"
	expect 0 "$LAYERSHARE" --db /nowhere/x usage --db "$DB"
	expect 0 layershare explain "$HOME/l/l:1.0" -o json
	expect 0 layershare explain -o json "$HOME/l/l:1.0"
	expect 0 layershare explain -o json -- "$HOME/l/l:1.0"
}

@test "help knows every command, and every command knows help" {
	"$LAYERSHARE" help --list >"$HOME/commands"
	[ "$(wc -l <"$HOME/commands")" -ge 10 ]
	while read -r command; do
		# shellcheck disable=SC2086 # words
		expect 0 "$LAYERSHARE" help $command
		says "$output" "Usage: layershare $command"
		# shellcheck disable=SC2086
		expect 0 "$LAYERSHARE" $command --help
		says "$output" "Usage: layershare $command"
	done <"$HOME/commands"
	expect 0 "$LAYERSHARE" scan --help
	says "$output" 'scan layout'
}

@test "help needs neither a home nor a sound configuration" {
	echo 'nonsense: 1' >"$HOME/bad.yaml"
	expect 0 env -u HOME "$LAYERSHARE" help usage
	expect 0 "$LAYERSHARE" --config "$HOME/bad.yaml" help
	expect 0 "$LAYERSHARE" --config "$HOME/bad.yaml" completion bash
}

@test "no store yet: 1, and which command makes one" {
	expect 1 layershare usage
	says "$output" "layershare scan"
	[ ! -e "$DB" ]
}

@test "a mistake in the configuration: 2, with line and column" {
	printf 'registries:\n  - host: a.b\n    conections: 3\n' >"$HOME/c.yaml"
	expect 2 layershare --config "$HOME/c.yaml" usage
	says "$output" "c.yaml:3:5: unknown key 'conections'.*did you mean 'connections'"
	expect 2 layershare --config "$HOME/absent.yaml" usage
	says "$output" "absent.yaml: No such file"
	says "$output" "layershare.yaml .* example"
}

@test "the configuration is found where it belongs, and shown as one that can be read again" {
	expect 0 layershare config show
	says "$output" 'registries: \[\]'
	mkdir -p "$HOME/.config/layershare"
	cp "$TOP/schema/layershare.yaml" "$HOME/.config/layershare/config.yaml"
	expect 0 layershare config show
	says "$output" 'host: "ghcr.io"'
	printf '%s\n' "$output" >"$HOME/shown.yaml"
	grep -v '^#' "$HOME/shown.yaml" >"$HOME/1"
	layershare --config "$HOME/shown.yaml" config show | grep -v '^#' >"$HOME/2"
	diff "$HOME/1" "$HOME/2"
}

@test "scan registry: without a target, with a wrong one" {
	expect 2 layershare scan registry
	says "$output" 'HOST/REPOSITORY'
	expect 2 layershare scan registry ubuntu
	says "$output" "'ubuntu' names no registry"
	expect 2 layershare scan registry https://127.0.0.1:1
	printf 'a.b/c\n# comment\nubuntu\n' >"$HOME/list"
	expect 2 layershare scan registry "@$HOME/list"
	says "$output" "list:3: 'ubuntu'"
	expect 2 layershare scan registry --platform amd64 127.0.0.1:1
	[ ! -e "$DB" ]
}

@test "doctor: good, then each thing broken" {
	scanned_layout
	expect 0 layershare doctor
	says "$output" 'SQLite +3\.'
	says "$output" 'intact'
	echo 'nonsense: 1' >"$HOME/bad.yaml"
	expect 1 layershare --config "$HOME/bad.yaml" doctor
	says "$output" "✗ configuration .*bad.yaml:1:1"
	printf 'registries: [{host: "127.0.0.1:1"}]\n' >"$HOME/c.yaml"
	expect 1 layershare --config "$HOME/c.yaml" doctor
	says "$output" '✗ registry .*127.0.0.1:1'
	echo 'no database' >"$HOME/foreign"
	expect 1 "$LAYERSHARE" --db "$HOME/foreign" doctor
	says "$output" '✗ store .*foreign'
	LC_ALL=C expect 1 "$LAYERSHARE" --db "$HOME/foreign" doctor
	says "$output" '^BAD +store'
}

@test "an output that cannot be written: 1" {
	scanned_layout
	for command in "usage" "images -o json" "bases -o csv" "help" "report -o -"; do
		run bash -c "'$LAYERSHARE' --db '$DB' $command >/dev/full"
		same 1 "$status" "$command"
		says "$output" 'No space left'
		run bash -c "set -o pipefail; '$LAYERSHARE' --db '$DB' $command | true"
		[ "$status" -le 1 ] || { echo "$command: $status $output" >&2 && false; }
	done
	run bash -c "'$LAYERSHARE' --db '$DB' usage >&-"
	same 1 "$status" "stdout closed"
}

@test "the report's file is replaced as a whole or not at all" {
	scanned_layout
	expect 0 layershare report -o "$HOME/r.html"
	chmod 500 "$HOME/l"
	expect 2 layershare report -o xml
	expect 2 layershare report -o prometheus
	expect 1 layershare report -o "$HOME/nowhere/r.html"
	same "" "$(find "$HOME" -name '*.tmp')"
	(cd "$HOME" && layershare report)
	[ -s "$HOME/report.html" ]
}

@test "answers over a layout: every output, and JSON that validates" {
	scanned_layout
	for command in usage images bases "explain $HOME/l/l:1.0"; do
		# shellcheck disable=SC2086 # words
		expect 0 layershare $command
		# shellcheck disable=SC2086
		expect 0 layershare $command -o csv
		# shellcheck disable=SC2086
		layershare $command -o json >"$HOME/${command%% *}.json"
	done
	layershare report -o json >"$HOME/report.json"
	"$TOP/tests/lib/validate.py" "$HOME"/*.json
	same "layout:$HOME/l" "$(jq -r '.stores[0].id' "$HOME/usage.json")"
	same "content compressed" "$(jq -r '.stores[0].disk[0] | .part + " " + .unit' "$HOME/usage.json")"
	# What the images and the rest are attributed is what the layout holds.
	same "$(jq '.stores[0].disk[0].actual_bytes' "$HOME/usage.json")" \
		"$(jq '[(.images[], .rest[]).disk[].attributed_bytes] | add' "$HOME/images.json")"
}

@test "no colour in a pipe, with NO_COLOR, on a dumb terminal; colour on request" {
	scanned_layout
	expect 0 layershare usage
	[[ $output != *$'\e'* ]]
	expect 0 layershare usage --color always
	[[ $output == *$'\e'* ]]
	NO_COLOR=1 TERM=xterm run script -qec "'$LAYERSHARE' --db '$DB' usage" /dev/null
	[[ $output != *$'\e'* ]]
	TERM=xterm run script -qec "'$LAYERSHARE' --db '$DB' usage" /dev/null
	[[ $output == *$'\e'* ]]
}

@test "a narrow terminal: no line is wider than it" {
	scanned_layout
	for width in 60 80; do
		script -qec "stty cols $width; '$LAYERSHARE' --db '$DB' images --color never" /dev/null |
			tr -d '\r' >"$HOME/screen"
		/usr/bin/python3 -c 'import sys
for line in open(sys.argv[1], encoding="utf-8"):
    assert len(line.rstrip("\n")) <= int(sys.argv[2]), line' "$HOME/screen" $width
	done
}
