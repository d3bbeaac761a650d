#!/usr/bin/env bash
# Installs a wheel into a new venv and sends an image from it to `rvtool recv`,
# with neither Go nor a compiler on PATH.
#
#   scripts/check-wheel.sh WHEEL RVTOOL
set -euo pipefail
wheel=$1 rvtool=$(realpath "$2")
check=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/check_wheel.py
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
bare=(env -i PATH="$work/venv/bin" HOME="$work")
for tool in go gcc cc zig; do
	! "${bare[@]}" "$work/venv/bin/python" -c "import shutil, sys; sys.exit(not shutil.which('$tool'))" ||
		{ echo "check-wheel: wanted a PATH without $tool" >&2; exit 1; }
done
# pip keeps this machine's settings (indexes, certificates), but not its tools.
PATH=$work/venv/bin "$work/venv/bin/pip" install -q "$wheel"
cd "$work"
"${bare[@]}" "$work/venv/bin/python" "$check" "$rvtool"
