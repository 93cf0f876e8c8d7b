#!/bin/bash
# The unit tests once more with the compiler and libraries of Debian 13, in a root made by
# debootstrap (needs root). The mirror is the one that this machine's apt uses.
set -eu -o pipefail
cd "$(dirname "$0")/.."
tests/install.sh debootstrap make
root=$PWD/build/debian13
packages=$(make -s --no-print-directory print-BUILD_PACKAGES)

if [ ! -e "$root/.complete" ]; then
	# shellcheck disable=SC2016 # apt's own placeholder
	mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | sort -u | head -n 1)
	rm -rf "$root"
	mkdir -p "$root"
	debootstrap --variant=minbase trixie "$root" "$mirror" >build/debian13.log 2>&1 ||
		{ tail -n 20 build/debian13.log >&2; exit 1; }
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	# shellcheck disable=SC2086 # a list
	DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends \
		$packages libcmocka-dev git zstd >>build/debian13.log 2>&1 || { tail -n 20 build/debian13.log >&2; exit 1; }
	touch "$root/.complete"
fi

rm -rf "$root/src"
mkdir -p "$root/src"
git ls-files -z | xargs -0 cp --parents -t "$root/src"
[ ! -d "${LAYERSHARE_DATA:-../shared/data}" ] || { mkdir -p "$root/data" && cp "${LAYERSHARE_DATA:-../shared/data}"/* "$root/data/"; }
# A mount and process namespace of its own: /proc (which the sanitizers read) goes away with it.
unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" /bin/sh -ec '
	cd /src
	make -s -j2 MODE=debug unit-tests
	LAYERSHARE_DATA=/data tests/run.sh build/debug unit' | sed 's/^\([0-9]* passed, .*\)$/Debian 13: \1/'
