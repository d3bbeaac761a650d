#!/usr/bin/env bash
# Writes what is made from other files; with --check only says what is out of
# date, and that the version is the same wherever a tool needs it as text.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

status=0
.venv/bin/python scripts/gen_python_abi.py "$@" || status=1

version=$(<VERSION)
says() {
	grep -qF "$2" "$1" && return
	echo "generate: VERSION has $version; wanted the line '$2' in $1" >&2
	status=1
}
says bindings/python/remoteviewer/_version.py "__version__ = \"$version\""
says CHANGELOG.md "## $version"
exit $status
