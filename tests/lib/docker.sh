# shellcheck shell=bash
# dockerd for tests: its own data root, socket and containerd, no network. Needs root. Source this
# file.
#
#	dockerd_start FOLDER DRIVER        FOLDER/d.sock, FOLDER/data, FOLDER/log
#	docker_at FOLDER ARGUMENTS...      the docker command
#	docker_get FOLDER PATH             an answer of the Engine API
#	dockerd_stop FOLDER

dockerd_start() {
	local folder=$1 driver=$2
	mkdir -p "$folder"
	# Descriptors above 2 are the test runner's; a server that keeps them open hangs it.
	dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "unix://$folder/d.sock" \
		--pidfile "$folder/pid" --storage-driver "$driver" --containerd-namespace "test-$$" \
		--iptables=false --ip6tables=false --bridge=none --ip-forward=false \
		>>"$folder/log" 2>&1 3>&- 4>&- &
	local pid=$!
	for _ in $(seq 300); do
		[ "$(docker_get "$folder" /_ping 2>/dev/null)" != OK ] || return 0
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	kill $pid 2>/dev/null
	echo "dockerd does not start with $driver; its last words:" >&2
	tail -n 5 "$folder/log" >&2
	return 1
}

docker_at() {
	local folder=$1
	shift
	# The command of dockerd's package: one of another version has no builder without more packages.
	DOCKER_HOST=unix://$folder/d.sock DOCKER_CONFIG=$folder/config PATH=/usr/bin:$PATH docker "$@"
}

docker_get() {
	curl -sSf --unix-socket "$1/d.sock" "http://docker$2"
}

dockerd_stop() {
	[ -e "$1/pid" ] || return 0
	local pid
	pid=$(cat "$1/pid")
	grep -qF "$1/data" "/proc/$pid/cmdline" 2>/dev/null || return 0
	kill "$pid" 2>/dev/null || return 0
	for _ in $(seq 300); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -9 "$pid" 2>/dev/null || true
}
