#!/bin/sh
# agent.sh PROGRAM: nodes need neither SQLite nor ncurses nor a YAML parser to run the agent, and
# nothing of the analyzer is in it.
set -eu
program=$1
needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ -n "$needed" ] || { echo "$program: needs no library at all?" >&2 && exit 1; }
if echo "$needed" | grep -E 'sqlite|curses|yaml|tinfo'; then
	echo "$program: must not need these (above)" >&2
	exit 1
fi
if readelf -Ws "$program" | grep -E ' (store_open|snapshot_free|config_load|command_main|ingest_emit)$'; then
	echo "$program: has parts of the analyzer (above)" >&2
	exit 1
fi
