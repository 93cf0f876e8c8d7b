#!/bin/bash
# Scans a registry that misbehaves and writes down what became of it.
#
# usage: tests/fake/try.sh BEHAVIOUR PROGRAM FOLDER [again]
#
# With "again" the store knows one of the honest images already. That is another way through
# the client: a first scan asks for tags by GET, a later one by HEAD and then for what is new.
#
# FOLDER gets: status, seconds, rss (KiB), output (of the scan), problems (rows of the store),
# usage.json, tables (what is printed for people), report.html, requests, other (what another host
# was sent, with headers), and the home with its store.
set -u
cd "$(dirname "$0")/../.." || exit 1
behaviour=$1 program=$2 folder=$3 again=${4:-}
mkdir -p "$folder/home/.docker" "$folder/server"

tests/fake/registry.py "$behaviour" "$folder/server" 2>"$folder/server/errors" 3>&- 4>&- &
server=$!
# Some die by themselves; then the number may be another process's by now.
trap '! grep -qF "$folder/server" /proc/$server/cmdline 2>/dev/null || kill $server' EXIT
for _ in $(seq 100); do
	[ ! -e "$folder/server/ports" ] || break
	sleep 0.05
done
read -r port _ <"$folder/server/ports" || { cat "$folder/server/errors" >&2 && exit 1; }

# Credentials for the registry, which only the registry may ever see.
jq -n --arg host "127.0.0.1:$port" --arg auth "$(printf 'reader:canary-password' | base64)" \
	'{auths: {($host): {auth: $auth}}}' >"$folder/home/.docker/config.json"
chmod 600 "$folder/home/.docker/config.json"

run() {
	env -u DOCKER_CONFIG -u XDG_RUNTIME_DIR -u XDG_CONFIG_HOME -u REGISTRY_AUTH_FILE HOME="$folder/home" "$@"
}

if [ "$again" = again ]; then
	run "$program" --db "$folder/home/db" -q scan registry "127.0.0.1:$port/honest/app:1" >/dev/null 2>&1 3>&- 4>&-
	: >"$folder/server/requests"
fi

started=$(date +%s%N)
run timeout --kill-after=5 "${LIMIT_SECONDS:-90}" /usr/bin/time -q -f %M -o "$folder/rss" \
	"$program" --db "$folder/home/db" scan registry "127.0.0.1:$port" >"$folder/output" 2>&1 3>&- 4>&-
echo $? >"$folder/status"
echo $((($(date +%s%N) - started) / 1000000000)) >"$folder/seconds"

sqlite3 -readonly "$folder/home/db" \
	"SELECT place || ': ' || message FROM problem WHERE until IS NULL" >"$folder/problems" 2>&1
run "$program" --db "$folder/home/db" usage -o json >"$folder/usage.json" 2>"$folder/usage.errors"
{
	for command in usage images bases; do
		run "$program" --db "$folder/home/db" $command 2>&1
	done
	run "$program" --db "$folder/home/db" images -o csv 2>&1
} >"$folder/tables"
run "$program" --db "$folder/home/db" report -o "$folder/report.html" >>"$folder/tables" 2>&1
exit 0
