#!/usr/bin/env bash
# Builds librv for another system with zig's C compiler, into build/cross/SYSTEM,
# and uses it there where that can be: a C program sends an image from it to this
# machine's rvtool, under qemu or Wine. When it couldn't be run, that is said.
#
#   scripts/cross.sh linux-aarch64|windows-x86_64
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
system=$1 out=$PWD/build/cross/$1
zig=("$PWD/.venv/bin/python" -m ziglang)
mkdir -p "$out"

# build GOOS GOARCH TARGET LIBRARY PROGRAM: librv, and what uses it. There is no
# libjpeg-turbo for other systems here, so JPEG is Go's.
build() {
	GOOS=$1 GOARCH=$2 CC="${zig[*]} cc -target $3" RV_TAGS=purejpeg scripts/build-lib.sh "$out"
	"${zig[@]}" cc -target "$3" -std=c11 -O1 -s -Wall -Wextra -Wpedantic -Werror -Iinclude \
		scripts/cross/exercise.c "$out/$4" -Wl,-rpath,"\$ORIGIN" -o "$out/$5"
}

# use COMMAND...: runs the program that was built.
use() {
	python3 scripts/cross/exercise.py build/bin/rvtool "$@"
	echo "cross: $system: built, and used with $1"
}

not_run() { echo "cross: $system: built, NOT run: $1"; }

linux_aarch64() {
	local sysroot=/usr/aarch64-linux-gnu
	build linux arm64 aarch64-linux-gnu.2.17 librv.so exercise
	if [[ $(uname -sm) == "Linux aarch64" ]]; then
		use "$out/exercise"
	elif scripts/deps.sh qemu && [[ -d $sysroot ]]; then
		use qemu-aarch64 -L "$sysroot" "$out/exercise"
	else
		not_run "there is no qemu-aarch64 with an aarch64 libc"
	fi
}

windows_x86_64() {
	build windows amd64 x86_64-windows-gnu rv.lib exercise.exe
	if [[ $(uname -m) != x86_64 ]] || ! scripts/deps.sh wine; then
		not_run "there is no Wine"
		return
	fi
	WINEPREFIX=$(mktemp -d)
	export WINEPREFIX WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
	# The server is this prefix's own.
	trap 'wineserver -k || true; rm -rf "$WINEPREFIX"' EXIT
	unset DISPLAY
	if ! wine cmd /c ver >/dev/null 2>&1; then
		not_run "Wine doesn't start here"
		return
	fi
	local stand_in=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
	[[ -e $stand_in ]] || "${zig[@]}" cc -target x86_64-windows-gnu -shared \
		scripts/cross/bcryptprimitives.c -ladvapi32 -o "$stand_in"
	use wine "$out/exercise.exe"
}

case $system in
linux-aarch64) linux_aarch64 ;;
windows-x86_64) windows_x86_64 ;;
*)
	echo "cross: unknown system $system; known: linux-aarch64 windows-x86_64" >&2
	exit 2
	;;
esac
