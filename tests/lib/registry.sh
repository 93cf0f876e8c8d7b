# shellcheck shell=bash
# Real registries for tests, the demo and the bench: docker-registry with filesystem storage, on a
# free loopback port. Source this file.
#
#	registry_start FOLDER [--port N] [--htpasswd FILE]
#	host=$(registry_host FOLDER)            127.0.0.1:PORT
#	registry_requests FOLDER                METHOD PATH STATUS BYTES, one line a request
#	registry_stop FOLDER
#
# FOLDER/storage holds the blobs (and stays), FOLDER/access.log what was asked, FOLDER/error.log
# why it did not start.

# A port that was free a moment ago. Who takes it must be ready to try again.
free_port() {
	/usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# PORT PATH: the status that an anonymous GET gets, or nothing. (No curl on a minimal machine.)
http_status() {
	local answer
	{
		exec 9<>"/dev/tcp/127.0.0.1/$1" || return 1
		printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&9
		read -r -t 5 -u 9 answer
		exec 9>&- 9<&-
	} 2>/dev/null
	answer=${answer#* }
	echo "${answer%% *}"
}

# FOLDER PORT HTPASSWD-FILE
registry_configuration() {
	local htpasswd=$3
	cat <<-END
		version: 0.1
		log: { level: error }
		storage:
		  cache: { blobdescriptor: inmemory }
		  filesystem: { rootdirectory: $1/storage }
		  delete: { enabled: true }
		http: { addr: "127.0.0.1:$2" }
	END
	[ -z "$htpasswd" ] || printf 'auth: { htpasswd: { realm: layershare-test, path: %s } }\n' "$htpasswd"
}

registry_start() {
	local folder=$1 port='' fixed='' htpasswd='' pid status
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--port) fixed=$2 ;;
		--htpasswd) htpasswd=$2 ;;
		*) echo "registry_start: unknown option $1" >&2 && return 2 ;;
		esac
		shift 2
	done
	mkdir -p "$folder/storage"
	for _ in 1 2 3 4 5; do
		port=${fixed:-$(free_port)}
		registry_configuration "$folder" "$port" "$htpasswd" >"$folder/config.yml"
		# Descriptors above 2 are the test runner's; a server that keeps them open hangs it.
		docker-registry serve "$folder/config.yml" >>"$folder/access.log" 2>>"$folder/error.log" 3>&- 4>&- &
		pid=$!
		for _ in $(seq 100); do
			kill -0 $pid 2>/dev/null || break
			status=$(http_status "$port" /v2/) || status=
			case $status in
			200 | 401)
				# That port may be somebody else's, ours having failed to take it.
				sleep 0.05
				kill -0 $pid 2>/dev/null || break
				echo $pid >"$folder/pid"
				echo "127.0.0.1:$port" >"$folder/host"
				registry_forget_requests "$folder"
				return 0
				;;
			esac
			sleep 0.1
		done
		kill $pid 2>/dev/null
		wait $pid 2>/dev/null
	done
	echo "docker-registry does not start; its last words:" >&2
	tail -n 3 "$folder/error.log" >&2
	return 1
}

registry_host() {
	cat "$1/host"
}

registry_stop() {
	[ -e "$1/pid" ] || return 0
	local pid
	pid=$(cat "$1/pid")
	rm -f "$1/pid"
	# A server that died on its own may have left its number to another process.
	grep -qF "$1/config.yml" "/proc/$pid/cmdline" 2>/dev/null || return 0
	kill "$pid" 2>/dev/null || return 0
	# It may be the child of another shell (setup_file), where `wait` does not reach it.
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -9 "$pid" 2>/dev/null || true
}

# The access log is Apache's "combined" form: HOST - - [TIME] "METHOD PATH PROTOCOL" STATUS BYTES …
registry_requests() {
	sed -n 's/^[^"]*"\([A-Z]*\) \([^ "]*\) HTTP[^"]*" \([0-9]*\) \([0-9]*\) .*/\1 \2 \3 \4/p' "$1/access.log"
}

# Requests from here on only. (The server appends, so truncating its file is enough.)
registry_forget_requests() {
	: >"$1/access.log"
}

# Bytes of all blobs in the storage: layers, configs, manifests, each once.
registry_stored_bytes() {
	find "$1/storage/docker/registry/v2/blobs" -name data -type f -printf '%s\n' |
		awk '{ sum += $1 } END { printf "%d\n", sum }'
}

# Frees what deleted manifests held, as an administrator would. The registry must be stopped. (Not
# with --delete-untagged: it takes the children of tagged indexes for untagged, and removes them.)
registry_collect_garbage() {
	docker-registry garbage-collect "$1/config.yml" >"$1/garbage.log" 2>&1
}
