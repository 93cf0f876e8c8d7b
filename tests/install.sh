#!/bin/sh
# install.sh PACKAGE...: installs the Debian packages that are missing, with sudo unless root.
# Quiet when nothing is missing.
set -eu
missing=
for package; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true) in
	'install ok installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# Daemons that packages bring along are started by the tests themselves, on ports of their own:
# a policy file of our own keeps the packages from starting them (policy-rc.d, invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
	$sudo chmod +x $policy
	# shellcheck disable=SC2064 # expand now: these do not change
	trap "$sudo rm -f $policy" EXIT
fi
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
	$sudo apt-get update -qq
	$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
