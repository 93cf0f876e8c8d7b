#!/usr/bin/env bats
# A registry with passwords, and credentials where people have them.
load ../lib/setup

setup_file() {
	export REGISTRY=$BATS_FILE_TMPDIR/registry
	mkdir -p "$REGISTRY"
	"$TOP/tests/lib/synthetic.py" "$REGISTRY/storage" 20 >/dev/null
	htpasswd -Bbn reader 'canary pass:word' >"$REGISTRY/htpasswd"
	registry_start "$REGISTRY" --htpasswd "$REGISTRY/htpasswd"
}

teardown_file() {
	registry_stop "$REGISTRY"
}

setup() {
	use_home "$BATS_TEST_TMPDIR/home"
	host=$(registry_host "$REGISTRY")
}

# FILE PASSWORD [KEY]: a credentials file as docker and podman write it.
login() {
	mkdir -p "$(dirname "$1")"
	jq -n --arg host "${3:-$host}" --arg auth "$(printf 'reader:%s' "$2" | base64 -w 0)" \
		'{auths: {($host): {auth: $auth}}}' >"$1"
	chmod 600 "$1"
}

no_secret() {
	local secret
	for secret in 'canary pass' "$(printf 'reader:canary pass:word' | base64 -w 0)"; do
		! grep -rqaF -- "$secret" "$DB" 2>/dev/null || { echo "the password is in the store" >&2 && return 1; }
		! grep -qF -- "$secret" <<<"$output" || { echo "the password was printed" >&2 && return 1; }
	done
}

@test "docker's config.json" {
	login "$HOME/.docker/config.json" 'canary pass:word'
	expect 0 layershare -v scan registry "$host"
	same 20 "$(ask '.registries[0].images' usage)"
	no_secret
}

@test "docker's config.json where DOCKER_CONFIG says" {
	login "$HOME/elsewhere/config.json" 'canary pass:word'
	DOCKER_CONFIG=$HOME/elsewhere expect 0 layershare scan registry "$host"
	no_secret
}

@test "containers auth.json" {
	login "$HOME/.config/containers/auth.json" 'canary pass:word'
	expect 0 layershare scan registry "$host"
	same 20 "$(ask '.registries[0].images' usage)"
}

@test "containers auth.json of the session, written by skopeo login" {
	export XDG_RUNTIME_DIR=$HOME/run
	mkdir -p "$XDG_RUNTIME_DIR/containers"
	skopeo login --tls-verify=false --authfile "$XDG_RUNTIME_DIR/containers/auth.json" \
		-u reader --password-stdin "$host" <<<'canary pass:word'
	expect 0 layershare scan registry "$host"
}

@test "a key for a namespace" {
	login "$HOME/.config/containers/auth.json" 'canary pass:word' "$host/base"
	expect 0 layershare scan registry "$host/base/image-0"
}

@test "user and password file from the environment" {
	printf '%s\n' 'canary pass:word' >"$HOME/password"
	chmod 600 "$HOME/password"
	LAYERSHARE_REGISTRY_USER=reader LAYERSHARE_REGISTRY_PASSWORD_FILE=$HOME/password \
		expect 0 layershare -v scan registry "$host"
	no_secret
}

@test "a wrong password: exit 1, and a message that names the registry, the status, where it came from" {
	login "$HOME/.docker/config.json" 'canary pass wrong'
	expect 1 layershare -v scan registry "$host"
	says "$output" "$host"
	says "$output" '401|refused|password|credentials'
	says "$output" "$HOME/.docker/config.json"
	no_secret
}

@test "no password: exit 1, and a message that says where to put one" {
	expect 1 layershare scan registry "$host"
	says "$output" '401|credentials|log ?in|password'
	says "$output" 'config.json|auth.json|login'
}

@test "a broken credentials file is named" {
	mkdir -p "$HOME/.docker"
	echo '{"auths": {' >"$HOME/.docker/config.json"
	expect 1 layershare scan registry "$host"
	says "$output" "$HOME/.docker/config.json"
}

@test "a credential helper is named as not supported yet, instead of going on anonymously" {
	mkdir -p "$HOME/.docker"
	jq -n --arg host "$host" '{credHelpers: {($host): "pass"}}' >"$HOME/.docker/config.json"
	expect 1 layershare scan registry "$host"
	says "$output" 'helper'
}

@test "one password for several registries is sent to none until its owner is named" {
	printf '%s\n' 'canary pass:word' >"$HOME/password"
	export LAYERSHARE_REGISTRY_USER=reader LAYERSHARE_REGISTRY_PASSWORD_FILE=$HOME/password
	local before
	before=$(registry_requests "$REGISTRY" | wc -l)
	expect 2 layershare scan registry "$host" 127.0.0.1:1
	says "$output" LAYERSHARE_REGISTRY_HOST
	same "$before" "$(registry_requests "$REGISTRY" | wc -l)" "requests"
	LAYERSHARE_REGISTRY_HOST=$host expect 3 layershare scan registry "$host" 127.0.0.1:1
	same 20 "$(ask '.registries[] | select(.images == 20) | .images' usage)"
}
