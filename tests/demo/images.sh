#!/bin/bash
# Makes real container images without a daemon and pushes them to a registry.
#
# usage: tests/demo/images.sh HOST:PORT [WORK-FOLDER]        (default build/demo)
#
#	base/debian (two builds)  ◀─ runtime/python (one on each) ◀─ shop/api, shop/worker, data/…
#	                          ◀─ shop/web
#	                          ◀─ a layer that nobody published ◀─ ops/proxy, ops/mail
#	base/busybox              ◀─ tools/backup
#	scratch                   ◀─ tools/health (a static program), docs/site (two platforms)
#
# The root filesystem is this machine's Debian by debootstrap, from the mirror that apt uses. Its
# second build has the updates that have come out since, like a base image rebuilt a month later.
# Needs root or sudo for debootstrap. The result is kept in WORK-FOLDER; only a first run is slow.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
registry=$1
work=$(realpath -m "${2:-build/demo}")
layout=$work/layout
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
architecture=$(dpkg --print-architecture)
sudo=sudo
[ "$(id -u)" -ne 0 ] || sudo=
january=2026-01-05T06:00:00Z february=2026-02-02T06:00:00Z
mkdir -p "$work"

say() { echo "  $*" >&2; }

# --- root filesystems ---------------------------------------------------------------------------

# shellcheck disable=SC2016 # apt's own placeholders
mirror() {
	apt-get indextargets --format '$(RELEASE) $(SITE)' 'Created-By: Packages' |
		awk -v suite="$suite" '$1 == suite { print $2; exit }'
}

# FOLDER NAME: the folder's files as the layer NAME, with the same bytes every time.
pack() {
	# shellcheck disable=SC2086 # $sudo may be empty
	$sudo tar --create --sort=name --numeric-owner --owner=0 --group=0 --mtime="${3:-$january}" \
		--clamp-mtime --exclude=./var/cache/apt/* --exclude=./var/lib/apt/lists/* --exclude=./var/log/* \
		-C "$1" . >"$work/layers/$2.tar.part"
	mv "$work/layers/$2.tar.part" "$work/layers/$2.tar"
}

# PACKAGES...: their files from apt, unpacked nowhere, in the current folder.
download() {
	apt-get download -qq "$@" 2>/dev/null && return 0
	# shellcheck disable=SC2086
	$sudo apt-get update -qq >&2
	# As root it warns on stderr that it cannot drop its rights for this folder.
	apt-get download -qq "$@" 2>"$work/download.log" ||
		{ tail -n 5 "$work/download.log" >&2 && exit 1; }
}

debootstrapped() {
	[ ! -e "$work/rootfs/.complete" ] || return 0
	say "debootstrap: a minimal $suite root filesystem"
	# shellcheck disable=SC2086
	$sudo rm -rf "$work/rootfs"
	mkdir -p "$work/rootfs"
	# shellcheck disable=SC2086
	$sudo debootstrap --variant=minbase "$suite" "$work/rootfs/1" "$(mirror)" >"$work/debootstrap.log" 2>&1 ||
		{ tail -n 5 "$work/debootstrap.log" >&2 && exit 1; }
	pack "$work/rootfs/1" debian-1 "$january"
	touch "$work/rootfs/.complete"
}

# Names of packages in the root filesystem that apt here knows a newer version of.
outdated() {
	local name version candidate
	dpkg-query --admindir="$work/rootfs/1/var/lib/dpkg" -W -f '${Package} ${Version}\n' |
		while read -r name version; do
			candidate=$(apt-cache policy "$name" | sed -n 's/^  Candidate: //p')
			! dpkg --compare-versions "${candidate:-0}" gt "$version" || echo "$name"
		done
}

# The second build: the same root with today's updates and one more setting. What apt here trusts
# is downloaded by it, so the root needs no network and no list of mirrors.
updated() {
	[ ! -e "$work/layers/debian-2.tar" ] || return 0
	local root=$work/rootfs/1 packages
	packages=$(outdated)
	say "the same a month later: $(wc -w <<<"$packages") packages updated"
	if [ -n "$packages" ]; then
		mkdir -p "$work/updates"
		# shellcheck disable=SC2086 # a list
		(cd "$work/updates" && download $packages)
		$sudo mkdir -p "$root/updates"
		$sudo cp "$work"/updates/*.deb "$root/updates/"
		$sudo env DEBIAN_FRONTEND=noninteractive chroot "$root" \
			sh -c 'dpkg --force-unsafe-io --install /updates/*.deb' >"$work/updates.log" 2>&1 ||
			{ tail -n 5 "$work/updates.log" >&2 && exit 1; }
		$sudo rm -rf "$root/updates"
	fi
	# shellcheck disable=SC2086
	echo 'APT::Install-Recommends "false";' | $sudo tee "$root/etc/apt/apt.conf.d/80recommends" >/dev/null
	pack "$root" debian-2 "$february"
}

# --- other layers -------------------------------------------------------------------------------

# Python's interpreter with all it needs that the base has not: the Debian packages' files.
python_layer() {
	[ ! -e "$work/layers/python.tar" ] || return 0
	mkdir -p "$work/python/debs" "$work/python/root"
	# shellcheck disable=SC2046
	(cd "$work/python/debs" && download $(
		apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
			--no-replaces --no-enhances python3-minimal | grep '^[a-z]' | sort -u |
			grep -vxFf <(dpkg-query --admindir="$work/rootfs/1/var/lib/dpkg" -W -f '${Package}\n')
	))
	for deb in "$work"/python/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/python/root"
	done
	pack "$work/python/root" python
}

busybox_layer() {
	[ ! -e "$work/layers/busybox.tar" ] || return 0
	local root=$work/busybox/root name
	mkdir -p "$work/busybox" "$root/bin" "$root/etc" "$root/tmp"
	(cd "$work/busybox" && download busybox-static && dpkg-deb -x busybox-static_*.deb unpacked)
	cp "$(find "$work/busybox/unpacked" -path '*bin/busybox' -type f)" "$root/bin/busybox"
	for name in $("$root/bin/busybox" --list | grep -v busybox); do
		ln -sf busybox "$root/bin/$name"
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	pack "$root" busybox
}

# VERSION: a web service's health probe, one static program and nothing else.
static_layer() {
	local root=$work/static-$1
	[ ! -e "$work/layers/health-$1.tar" ] || return 0
	mkdir -p "$root"
	gcc -static -O2 -s -DVERSION="\"$1\"" -o "$root/health" -x c - <<-'END'
		#include <arpa/inet.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/socket.h>

		int
		main(int argc, char **argv)
		{
			struct sockaddr_in to = { .sin_family = AF_INET };
			int fd = socket(AF_INET, SOCK_STREAM, 0);

			if (argc < 2) {
				puts("health " VERSION ": health PORT");
				return 2;
			}
			to.sin_port = htons((unsigned short)strtoul(argv[1], NULL, 10));
			to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
			return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? 0 : 1;
		}
	END
	pack "$root" "health-$1"
}

# NAME KILOBYTES: an application's own files: a start script and a bundle that does not compress.
application_layer() {
	local root=$work/applications/$1
	[ ! -e "$work/layers/$1.tar" ] || return 0
	mkdir -p "$root/srv/app"
	printf '#!/bin/sh\nexec echo "%s"\n' "$1" >"$root/srv/app/start"
	chmod +x "$root/srv/app/start"
	/usr/bin/python3 -c 'import random, sys
sys.stdout.buffer.write(random.Random(sys.argv[1]).randbytes(int(sys.argv[2]) * 1000))' "$1" "$2" >"$root/srv/app/bundle"
	pack "$root" "$1" "$february"
}

# --- images -------------------------------------------------------------------------------------

# What skopeo and umoci call an image in the layout: they do not take every character.
local_name() { tr '/:' '__' <<<"$1"; }

# NAME:TAG BASE|scratch LAYER...: an image in the layout.
image() {
	local name=$1 base=$2 created=$january layer target
	shift 2
	case $name in *20260202 | *:1.5 | *:2.1 | *:3.3 | *:2.4 | *:1.1) created=$february ;; esac
	target=$layout:$(local_name "$name")
	if [ "$base" = scratch ]; then
		umoci new --image "$target"
		umoci config --no-history --image "$target" --os linux --architecture "${platform:-$architecture}"
	else
		umoci tag --image "$layout:$(local_name "$base")" "$(local_name "$name")"
	fi
	for layer; do
		umoci raw add-layer --image "$target" --history.created "$created" \
			--history.created_by "COPY $layer /" "$work/layers/$layer.tar"
	done
	umoci config --no-history --image "$target" --created "$created" --author layershare-demo \
		--config.cmd "${command:-/srv/app/start}" --config.label "org.opencontainers.image.title=${name%:*}"
	# Annotations tell of one image only; umoci hands the base's on.
	umoci config --no-history --image "$target" --clear manifest.annotations
	[ -z "${claim:-}" ] || umoci config --no-history --image "$target" \
		--manifest.annotation "org.opencontainers.image.base.name=$registry/$base"
}

# JSON on stdin becomes a blob of the layout; prints DIGEST SIZE.
blob() {
	local file=$work/blob digest
	cat >"$file"
	digest=$(sha256sum "$file" | cut -d' ' -f1)
	printf 'sha256:%s %s\n' "$digest" "$(stat -c %s "$file")"
	mv "$file" "$layout/blobs/sha256/$digest"
}

# NAME MEDIA-TYPE DIGEST SIZE: gives a blob of the layout a name in its index.
name_blob() {
	jq -c --arg name "$(local_name "$1")" --arg type "$2" --arg digest "$3" --argjson size "$4" \
		'.manifests += [{mediaType: $type, digest: $digest, size: $size,
			annotations: {"org.opencontainers.image.ref.name": $name}}]' "$layout/index.json" >"$work/index.json"
	mv "$work/index.json" "$layout/index.json"
}

# NAME:TAG ARCHITECTURE=IMAGE...: an index that names one image per platform.
index() {
	local name=$1 part descriptors=() type=application/vnd.oci.image.index.v1+json
	shift
	for part; do
		descriptors+=("$(jq -c --arg name "$(local_name "${part#*=}")" --arg cpu "${part%%=*}" \
			'.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $name)
			| {mediaType, digest, size, platform: {architecture: $cpu, os: "linux"}}' "$layout/index.json")")
	done
	# shellcheck disable=SC2046 # two words
	name_blob "$name" $type $(printf '%s\n' "${descriptors[@]}" |
		jq -cs --arg type $type '{schemaVersion: 2, mediaType: $type, manifests: .}' | blob)
}

# NAME:TAG: a Helm chart, as an example of what lies in registries and is no image.
artifact() {
	local type=application/vnd.oci.image.manifest.v1+json config chart
	config=$(jq -nc '{name: "shop", version: "1.0.0", apiVersion: "v2"}' | blob)
	chart=$(printf 'replicas: 3\n' | gzip -n | blob)
	# shellcheck disable=SC2046
	name_blob "$1" $type $(jq -nc --arg type $type --arg config "$config" --arg chart "$chart" '
		def descriptor($type): split(" ") | {mediaType: $type, digest: .[0], size: (.[1] | tonumber)};
		{schemaVersion: 2, mediaType: $type,
		 config: ($config | descriptor("application/vnd.cncf.helm.config.v1+json")),
		 layers: [$chart | descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip")]}' | blob)
}

# NAME:TAG [ALIAS...]: pushes it under its own tag and the others.
push() {
	local name=$1 tag
	for tag in "${name#*:}" "${@:2}"; do
		skopeo --insecure-policy copy --quiet --all --dest-tls-verify=false ${format:+--format "$format"} \
			"oci:$layout:$(local_name "$name")" "docker://$registry/${name%:*}:$tag"
	done
}

# --- the fleet ----------------------------------------------------------------------------------

mkdir -p "$work/layers"
debootstrapped
updated
say "layers: an interpreter, busybox, static programs, applications"
python_layer
busybox_layer
static_layer 1.0
static_layer 1.1
while read -r name size; do
	application_layer "$name" "$size"
done <<-END
	ca-certificates 210
	api-1.4 640
	api-1.5 655
	worker-0.9 410
	web-2.0 1200
	web-2.1 1230
	etl-3.2 2900
	etl-3.3 2950
	report-7 800
	proxy-1.0 350
	mail-1.0 720
	backup-2.3 130
	backup-2.4 140
	site-5 1800
END

say "images"
rm -rf "$layout"
umoci init --layout "$layout"
command=/bin/bash
image "base/debian:$suite-20260105" scratch debian-1
image "base/debian:$suite-20260202" scratch debian-2
command=/usr/bin/python3
image runtime/python:3-20260105 "base/debian:$suite-20260105" python
claim=1 image runtime/python:3-20260202 "base/debian:$suite-20260202" python
command=/bin/sh
image base/busybox:1 scratch busybox
command=/srv/app/start
claim=1 image shop/api:1.4 runtime/python:3-20260105 api-1.4
claim=1 image shop/api:1.5 runtime/python:3-20260202 api-1.5
image shop/worker:0.9 runtime/python:3-20260105 worker-0.9
image shop/web:2.0 "base/debian:$suite-20260202" web-2.0
image shop/web:2.1 "base/debian:$suite-20260202" web-2.1
image data/etl:3.2 runtime/python:3-20260105 etl-3.2
image data/etl:3.3 runtime/python:3-20260202 etl-3.3
image data/report:7 runtime/python:3-20260202 report-7
image ops/proxy:1.0 "base/debian:$suite-20260105" ca-certificates proxy-1.0
image ops/mail:1.0 "base/debian:$suite-20260105" ca-certificates mail-1.0
image tools/backup:2.3 base/busybox:1 backup-2.3
image tools/backup:2.4 base/busybox:1 backup-2.4
command=/health
image tools/health:1.0 scratch health-1.0
image tools/health:1.1 scratch health-1.1
command=
platform=amd64 image docs/site:5-amd64 scratch site-5
platform=arm64 image docs/site:5-arm64 scratch site-5
index docs/site:5 amd64=docs/site:5-amd64 arm64=docs/site:5-arm64
artifact charts/shop:1.0.0

say "push to $registry"
push "base/debian:$suite-20260105"
push "base/debian:$suite-20260202" "$suite" latest
push base/busybox:1 latest
push runtime/python:3-20260105
push runtime/python:3-20260202 3
push shop/api:1.4
push shop/api:1.5 latest
push shop/worker:0.9
push shop/web:2.0
push shop/web:2.1 latest
push data/etl:3.2
push data/etl:3.3
format=v2s2 push data/report:7
push ops/proxy:1.0
push ops/mail:1.0
push tools/backup:2.3
push tools/backup:2.4
push tools/health:1.0
push tools/health:1.1
push docs/site:5 latest
push charts/shop:1.0.0
