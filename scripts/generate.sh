#!/usr/bin/env bash
# Writes what is made from other files: the version from VERSION, the ABI in
# Python from include/rv.h, docs/api from comments and docstrings. With --check
# it only says what is out of date.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
check=${1:-} version=$(<VERSION) status=0

# line FILE START END: the one line of FILE that has the version between them.
line() {
	grep -qxF "$2$version$3" "$1" && return
	[[ -n $check ]] || { sed -i "s|^$2[^\"]*$3\$|$2$version$3|" "$1" && grep -qxF "$2$version$3" "$1" && return; }
	echo "generate: VERSION is $version; wanted the line '$2$version$3' in $1" >&2
	status=1
}
line include/rv.h '#define RV_VERSION "' '"'
# The words of a release are nobody's to generate.
check=--check line CHANGELOG.md '## ' ''

# A copy, since the sdist can't hold a link out of its folder.
cmp -s LICENSE bindings/python/LICENSE || {
	if [[ -z $check ]]; then
		rm -f bindings/python/LICENSE && cp LICENSE bindings/python/LICENSE
	else
		echo "generate: wanted bindings/python/LICENSE to be the same as LICENSE" >&2
		status=1
	fi
}

.venv/bin/python scripts/gen_python_abi.py ${check:+"$check"} || status=1
.venv/bin/python scripts/gen_api_docs.py ${check:+"$check"} || status=1
exit $status
