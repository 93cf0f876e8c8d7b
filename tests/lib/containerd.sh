# shellcheck shell=bash
# A containerd of our own: own root, state and socket, beside whatever runs on this machine. Needs
# root. Source this file.
#
#	containerd_start FOLDER                 FOLDER/containerd.sock
#	containerd_ctr FOLDER ARGUMENTS...      its client
#	containerd_stop FOLDER                  with the containers that still run there
#
# FOLDER/root and FOLDER/state stay. FOLDER is short: a socket's path has at most 107 bytes.

containerd_configuration() {
	cat <<-END
		version = 2
		root = "$1/root"
		state = "$1/state"
		[grpc]
		  address = "$1/containerd.sock"
		[plugins."io.containerd.grpc.v1.cri"]
		  disable_tcp_service = true
		  stream_server_address = "127.0.0.1"
		  stream_server_port = "0"
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    snapshotter = "overlayfs"
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "$1/cni"
		    conf_dir = "$1/cni"
	END
}

containerd_start() {
	local folder=$1 pid
	mkdir -p "$folder"
	containerd_configuration "$folder" >"$folder/config.toml"
	# Descriptors above 2 are the test runner's; a server that keeps them open hangs it.
	containerd --config "$folder/config.toml" >>"$folder/log" 2>&1 3>&- 4>&- &
	pid=$!
	echo $pid >"$folder/pid"
	for _ in $(seq 100); do
		kill -0 $pid 2>/dev/null || break
		! containerd_ctr "$folder" version >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	echo "containerd does not start; its last words:" >&2
	tail -n 3 "$folder/log" >&2
	return 1
}

containerd_ctr() {
	local folder=$1
	shift
	ctr --address "$folder/containerd.sock" "$@"
}

# A shim outlives its daemon, so containers go first.
containerd_stop() {
	local folder=$1 pid namespace container
	[ -e "$folder/pid" ] || return 0
	pid=$(cat "$folder/pid")
	rm -f "$folder/pid"
	grep -qF "$folder/config.toml" "/proc/$pid/cmdline" 2>/dev/null || return 0
	for namespace in $(containerd_ctr "$folder" namespaces ls -q); do
		for container in $(containerd_ctr "$folder" -n "$namespace" tasks ls -q); do
			containerd_ctr "$folder" -n "$namespace" tasks rm -f "$container" >/dev/null 2>&1
		done
	done
	kill "$pid" 2>/dev/null || return 0
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -9 "$pid" 2>/dev/null || true
}
