#!/usr/bin/env bash
# Writes what is made from other files; with --check only says what is out of
# date, and whether CHANGELOG.md knows the version.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

status=0
.venv/bin/python scripts/gen_python_abi.py "$@" || status=1

# A release has words of its own.
if ! grep -qxF "## $(<VERSION)" CHANGELOG.md; then
	echo "generate: wanted the line '## $(<VERSION)' in CHANGELOG.md, since that is what VERSION says" >&2
	status=1
fi
exit $status
