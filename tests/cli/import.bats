#!/usr/bin/env bats
# The agent and import from outside: what goes in, what is refused and how, what is never
# overwritten. The stores are real ones of skopeo.
load ../lib/setup

setup_file() {
	export STORE=$BATS_FILE_TMPDIR/store
	local name layout=$BATS_FILE_TMPDIR/layout
	mkdir -p "$BATS_FILE_TMPDIR/files"
	head -c 50000 /dev/urandom >"$BATS_FILE_TMPDIR/files/a"
	tar -cf "$BATS_FILE_TMPDIR/a.tar" -C "$BATS_FILE_TMPDIR/files" a
	umoci init --layout "$layout"
	umoci new --image "$layout:one"
	umoci config --no-history --image "$layout:one" --os linux --architecture amd64
	umoci raw add-layer --image "$layout:one" "$BATS_FILE_TMPDIR/a.tar"
	umoci tag --image "$layout:one" two
	umoci raw add-layer --image "$layout:two" "$BATS_FILE_TMPDIR/a.tar"
	for name in one two; do
		skopeo --insecure-policy copy --quiet "oci:$layout:$name" \
			"containers-storage:[vfs@$STORE+$BATS_FILE_TMPDIR/run]localhost/team/$name:1"
	done
	"$LAYERSHARE_AGENT" --node n1 --label pool=web --store "containers-storage=vfs@$STORE" \
		>"$BATS_FILE_TMPDIR/good.jsonl"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	cp "$BATS_FILE_TMPDIR/good.jsonl" "$HOME/good.jsonl"
	cd "$HOME"
}

# The file with another end, that fits its lines.
seal() {
	/usr/bin/python3 - "$1" <<-'END'
		import hashlib, json, sys
		lines = open(sys.argv[1], "rb").read().splitlines(keepends=True)
		body = b"".join(lines[:-1])
		end = json.loads(lines[-1])
		end.update(lines=len(lines) - 1, sha256=hashlib.sha256(body).hexdigest())
		open(sys.argv[1], "wb").write(body + json.dumps(end).encode() + b"\n")
	END
}

# Everything in the store but when it was written.
rows() { sqlite3 -readonly "$DB" .dump; }

refused() {
	run layershare import "$1"
	same 1 "$status" "exit status: $output"
	says "$output" "$2"
	[ ! -e "$DB" ] || { echo "a store was made" >&2 && return 1; }
}

@test "import gives what a scan of this machine gives" {
	expect 0 layershare import good.jsonl
	says "$output" '2 images in 1 store'
	local imported
	imported=$(layershare usage -o json | jq -S 'del(.. | .scanned_at?)')
	imported+=$(layershare nodes -o json | jq -S 'del(.. | .scanned_at?)')
	imported+=$(layershare images -o json | jq -S 'del(.. | .scanned_at?)')
	rm "$DB"
	expect 0 layershare scan node --node n1 --label pool=web --store "containers-storage=vfs@$STORE"
	local scanned
	scanned=$(layershare usage -o json | jq -S 'del(.. | .scanned_at?)')
	scanned+=$(layershare nodes -o json | jq -S 'del(.. | .scanned_at?)')
	scanned+=$(layershare images -o json | jq -S 'del(.. | .scanned_at?)')
	same "$scanned" "$imported"
	same web "$(ask '.nodes[0].labels.pool' nodes)"
}

@test "standard input, and twice changes nothing" {
	expect 0 layershare import - <good.jsonl
	local before
	before=$(rows)
	expect 0 layershare import good.jsonl
	says "$output" 'left out: the scan of .* is in the store'
	same "$before" "$(rows)"
}

@test "an older inventory never overwrites a newer one" {
	sed 's/"started_at":"20[0-9]*-/"started_at":"2001-/; s/"pool":"web"/"pool":"old"/' good.jsonl >old.jsonl
	seal old.jsonl
	expect 0 layershare import good.jsonl
	local before
	before=$(rows)
	expect 0 layershare import old.jsonl
	says "$output" 'older than the store'
	same "$before" "$(rows)"
	rm "$DB"
	expect 0 layershare import old.jsonl good.jsonl
	same web "$(ask '.nodes[0].labels.pool' nodes)"
	same 2 "$(ask '.stores[0].images' usage)"
}

@test "truncated at any line, and in the middle of one: refused whole" {
	local lines i
	lines=$(wc -l <good.jsonl)
	for i in 0 1 2 $((lines / 2)) $((lines - 1)); do
		head -n "$i" good.jsonl >cut.jsonl
		refused cut.jsonl 'line [0-9]+: .*(empty|cut off)'
	done
	head -c -1 good.jsonl >cut.jsonl
	refused cut.jsonl 'line [0-9]+: cut off in the middle'
	head -c 700 good.jsonl >cut.jsonl
	refused cut.jsonl 'line [0-9]+: cut off in the middle'
}

@test "changed, foreign, from another form: refused with line and reason" {
	sed '5d' good.jsonl >bad.jsonl
	refused bad.jsonl 'lines above, not .*some are gone'
	sed '6s/[0-9]/8/3' good.jsonl >bad.jsonl
	refused bad.jsonl 'another SHA-256'
	echo '{"schema":"layershare/usage/v1"}' >bad.jsonl
	refused bad.jsonl 'line 1: not the header of an inventory'
	printf '\x7fELF\0\0' >bad.jsonl
	refused bad.jsonl 'line 1: not the header of an inventory'
	sed '1s/v1/v2/' good.jsonl >bad.jsonl
	refused bad.jsonl 'layershare/inventory/v2; this version reads'
	refused nothing.jsonl 'No such file'
}

@test "records that lie: refused with line and reason" {
	sed 's/"chain_id":"sha256:..../"chain_id":"sha256:0000/' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl 'line [0-9]+: chain: chain_id: not that of'
	sed '2s/"n1\//"n2\//' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl "line 2: .*no store of the node 'n1'"
	sed '3d' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl 'line 3: a store before its node'
	sed 's/"record":"chain"/"record":"chains"/' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl "a record 'chains' is not known"
	sed '/"record":"scan_end"/d' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl 'a scan that does not end'
	sed 's/"started_at":"20../"started_at":"9999/' good.jsonl >bad.jsonl && seal bad.jsonl
	refused bad.jsonl 'in the future'
}

@test "a later revision may have more" {
	sed '1s/"revision":0/"revision":7/; 2s/"record"/"colour":"red","record"/; 4a {"record":"weather"}' \
		good.jsonl >later.jsonl
	seal later.jsonl
	expect 0 layershare import later.jsonl
	says "$output" '1 records of a kind that only a newer version knows'
	same 2 "$(ask '.stores[0].images' usage)"
}

@test "one bad file does not keep the others out, and is said" {
	head -n 3 good.jsonl >cut.jsonl
	expect 3 layershare import cut.jsonl good.jsonl
	says "$output" 'cut.jsonl: failed'
	same 2 "$(ask '.stores[0].images' usage)"
}

@test "agent: a file, whole and private, or none" {
	umask 022
	expect 0 "$LAYERSHARE_AGENT" --node n1 --store "containers-storage=vfs@$STORE" -o out.jsonl
	same 600 "$(stat -c %a out.jsonl)"
	same "" "$output"
	expect 0 layershare import out.jsonl
	expect 1 "$LAYERSHARE_AGENT" --node n1 --store "containers-storage=vfs@$STORE" -o no/such/folder
	same "cut good.jsonl out.jsonl" "cut $(find . -name '*.jsonl*' -printf '%P\n' | sort | xargs)"
}

@test "agent: a store that is not there is in the inventory; exit status as of scan" {
	expect 1 "$LAYERSHARE_AGENT" --node n1 --store containers-storage=/no/such/folder -o out.jsonl
	[ ! -s out.jsonl ] || { expect 1 layershare import out.jsonl; }
	expect 3 "$LAYERSHARE_AGENT" --node n1 --store containers-storage=/no/such/folder \
		--store "containers-storage=vfs@$STORE" -o both.jsonl
	expect 3 layershare import both.jsonl
}

@test "agent: usage" {
	expect 0 "$LAYERSHARE_AGENT" --version
	says "$output" '^layershare-agent [0-9.]+$'
	expect 0 "$LAYERSHARE_AGENT" --help
	says "$output" '--label KEY=VALUE'
	local option
	for option in --push=http://127.0.0.1 --token-file=x --interval=1h; do
		expect 2 "$LAYERSHARE_AGENT" "$option"
		says "$output" 'not in this version yet'
	done
	expect 2 "$LAYERSHARE_AGENT" --lable a=b
	says "$output" "did you mean '--label'"
	expect 2 "$LAYERSHARE_AGENT" surplus
	expect 2 "$LAYERSHARE_AGENT" --node a/b
	"$LAYERSHARE_AGENT" --man | scdoc >page.1
	groff -man -Tutf8 -ww page.1 >page.txt 2>warnings
	same "" "$(cat warnings)"
	"$LAYERSHARE_AGENT" --completion bash >completion
	bash -n completion
	shellcheck completion
	"$LAYERSHARE_AGENT" --completion fish | grep -q 'l label'
	"$LAYERSHARE_AGENT" --completion zsh | grep -q '#compdef layershare-agent'
}

@test "every line is valid by the schema" {
	"$TOP/tests/lib/validate.py" --lines good.jsonl
}
