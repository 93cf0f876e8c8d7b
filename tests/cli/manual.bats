#!/usr/bin/env bats
# Man pages and shell completion, made from the command table.
load ../lib/setup

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	"$LAYERSHARE" completion bash >"$HOME/completion"
}

# WORDS...: what bash offers when TAB is pressed behind them (an empty last word: after a blank).
offers() {
	bash --norc -c '
		source "$1"
		shift
		COMP_WORDS=(layershare "$@")
		COMP_CWORD=$#
		compopt() { :; } # only inside a real completion
		_layershare
		printf "%s\n" "${COMPREPLY[@]}"' bash "$HOME/completion" "$@"
}

@test "every page is taken by scdoc and by man without a warning" {
	{ echo; "$LAYERSHARE" help --list; } >"$HOME/commands"
	while read -r command; do
		# shellcheck disable=SC2086 # words
		"$LAYERSHARE" help --man $command >"$HOME/page.scd"
		scdoc <"$HOME/page.scd" >"$HOME/page.1"
		[ -s "$HOME/page.1" ]
		warnings=$(groff -man -Tutf8 -P-cbou -ww "$HOME/page.1" 2>&1 >"$HOME/page.txt") || true
		same "" "$warnings" "$command"
		grep -q NAME "$HOME/page.txt"
		# The pages' own marks must not be left in the text.
		! grep -nE '\\_|\*\*' "$HOME/page.txt"
	done <"$HOME/commands"
}

@test "bash: the script is sound" {
	bash -n "$HOME/completion"
	shellcheck "$HOME/completion"
}

@test "bash: commands, second words, options, values" {
	same "usage" "$(offers us)"
	same "registry node layout" "$(offers scan '' | xargs)"
	same "--exclude" "$(offers scan registry --ex)"
	same "--connections --contents" "$(offers scan registry --con | grep -v config | xargs)"
	says "$(offers scan layout - | xargs)" '--db'
	same "" "$(offers scan layout --inc)" "an option of another command"
	same "json" "$(offers usage -o j)"
	same "table json csv" "$(offers images --output = '' | xargs)"
	same "auto always never" "$(offers usage --color '' | xargs)"
	same "images" "$(offers --db some.db ima)"
	same "bash zsh fish" "$(offers completion '' | xargs)"
	says "$(offers help '' | xargs)" 'scan .*usage .*doctor'
	same "--sort" "$(offers bases --so)"
}

@test "bash: driven by its own completion machinery" {
	answer=$(bash --norc -i 2>/dev/null <<-END
		source '$HOME/completion'
		complete -p layershare
	END
	)
	says "$answer" 'complete -F _layershare layershare'
}

@test "zsh and fish: the script is sound, where the shell is here" {
	found=
	if command -v zsh >/dev/null; then
		"$LAYERSHARE" completion zsh >"$HOME/_layershare"
		zsh -n "$HOME/_layershare"
		found=1
	fi
	if command -v fish >/dev/null; then
		"$LAYERSHARE" completion fish >"$HOME/layershare.fish"
		fish --no-execute "$HOME/layershare.fish"
		found=1
	fi
	# Their words are tested in tests/analyzer/command/table_test.c, so this is an extra.
	[ -n "$found" ] || echo "# neither zsh nor fish is installed" >&3
}

@test "the examples of every command parse" {
	"$LAYERSHARE" help --list | while read -r command; do
		# shellcheck disable=SC2086 # words
		"$LAYERSHARE" help $command | sed -n '/^Examples:/,$p' | sed 1d | sed 's/^  //'
	done >"$HOME/examples"
	[ "$(wc -l <"$HOME/examples")" -ge 15 ]
	: >"$HOME/targets.txt"
	cd "$HOME"
	# Without a store and without a registry they fail, but never as a mistake in the command line.
	while read -r line; do
		case $line in *'| scdoc'* | 'layershare scan registry'*) continue ;; esac
		status=0
		bash -c "layershare() { '$LAYERSHARE' --db '$DB' \"\$@\"; }; $line" >"$HOME/out" 2>&1 || status=$?
		[ $status -ne 2 ] || { echo "$line: $(cat "$HOME/out")" >&2 && false; }
	done <"$HOME/examples"
}
