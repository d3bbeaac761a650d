#!/usr/bin/env bash
# Builds dist/remoteviewer-*.tar.gz, from which pip builds with Go and a C compiler,
# and with "check" installs it into a new venv and uses it.
#
#   scripts/sdist.sh [check]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$PWD/.venv/bin/python version=$(<VERSION)
mkdir -p dist
rm -f dist/*.tar.gz
(cd bindings/python && "$python" -m hatchling build -t sdist -d ../../dist >/dev/null)
ls -l dist/*.tar.gz
[[ ${1:-} == check ]] || exit 0

sdist=$(realpath dist/*.tar.gz) check=$PWD/scripts/check_wheel.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
cd "$work" # away from the checkout, which the build must not find
venv/bin/pip install -q --disable-pip-version-check "$sdist"
for file in include/rv/viewer.hpp _lib/cmake/rv/rvConfig.cmake _lib/pkgconfig/rv.pc; do
	compgen -G "venv/lib/python*/site-packages/remoteviewer/$file" >/dev/null ||
		{ echo "sdist: wanted $file to be installed" >&2; exit 1; }
done
compgen -G "venv/lib/python*/site-packages/remoteviewer-$version.dist-info/licenses/LICENSE" >/dev/null ||
	{ echo "sdist: wanted the licence to be installed" >&2; exit 1; }
[[ $(venv/bin/rvtool --version) == "rvtool version $version" ]]
venv/bin/python "$check"
echo "sdist: ok: ${sdist##*/}"
