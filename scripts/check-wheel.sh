#!/usr/bin/env bash
# Installs a wheel into a new venv and uses it as somebody would who has no Go:
# an image from Python to the wheel's rvtool, with no compiler on PATH either;
# then a C and a C++ program, built against the wheel by CMake and by pkg-config.
#
#   scripts/check-wheel.sh WHEEL
set -euo pipefail
wheel=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source=$PWD version=$(<VERSION)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
# pip keeps this machine's settings (indexes, certificates), but not its tools.
PATH=$work/venv/bin "$work/venv/bin/pip" install -q --disable-pip-version-check "$wheel"
cd "$work"

# lacks PATH TOOL...: fails when one of the tools is on PATH.
lacks() {
	for tool in "${@:2}"; do
		! PATH=$1 "$work/venv/bin/python" -c "import shutil, sys; sys.exit(not shutil.which('$tool'))" ||
			{ echo "check-wheel: wanted a PATH without $tool" >&2; exit 1; }
	done
}

check_python() {
	lacks "$work/venv/bin" go gcc cc zig
	local bare=(env -i PATH="$work/venv/bin" HOME="$work") said
	said=$("${bare[@]}" rvtool --version)
	[[ $said == "rvtool version $version" ]] || { echo "check-wheel: wanted rvtool of $version, found: $said" >&2; exit 1; }
	said=$("${bare[@]}" python -m remoteviewer)
	[[ $said == "remoteviewer $version"$'\n'"library: $work/venv/"*"/_lib/librv.so.0, version $version"$'\n'* ]] ||
		{ echo "check-wheel: python -m remoteviewer said: $said" >&2; exit 1; }
	"${bare[@]}" python "$source/scripts/check_wheel.py" --bundled
}

# Compilers and what CMake calls, but not the folder that they stand in: Go may, too.
check_cpp() {
	local python=$work/venv/bin/python libdir
	mkdir "$work/tools"
	for tool in cmake make cc c++ gcc g++ as ld ar ranlib pkg-config sh; do
		ln -s "$(command -v $tool)" "$work/tools/$tool"
	done
	lacks "$work/tools" go zig
	local bare=(env -i PATH="$work/tools" HOME="$work")
	"${bare[@]}" cmake -S "$source/cmake/consumer" -B "$work/cmake" -DRV_WANTED="$version" \
		-DCMAKE_PREFIX_PATH="$("$python" -m remoteviewer --cmake-dir)" >"$work/log" || { cat "$work/log" >&2; exit 1; }
	"${bare[@]}" cmake --build "$work/cmake" >"$work/log" || { cat "$work/log" >&2; exit 1; }
	"${bare[@]}" "$work/cmake/consumer_c" "$version"
	"${bare[@]}" "$work/cmake/consumer_cpp"

	libdir=$("$python" -m remoteviewer --lib-dir)
	[[ -e $("$python" -m remoteviewer --include-dir)/rv/viewer.hpp ]]
	local flags
	read -ra flags <<<"$("${bare[@]}" PKG_CONFIG_PATH="$libdir/pkgconfig" pkg-config --cflags --libs "rv = $version")"
	"${bare[@]}" c++ -std=c++17 "$source/cmake/consumer/consumer.cpp" -o "$work/packaged" "${flags[@]}" -Wl,-rpath,"$libdir"
	"${bare[@]}" "$work/packaged"
}

check_python
check_cpp
echo "check-wheel: ok: ${wheel##*/}"
