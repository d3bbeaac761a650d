#!/usr/bin/env bash
# Installs a CMake build into a folder of its own and builds a program of
# somebody else against it: through find_package, through pkg-config (also from
# a libdir of two parts, moved after the install), and by add_subdirectory.
#
#   scripts/test-install.sh BUILD_FOLDER
set -euo pipefail

build=$(cd "$1" && pwd)
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
consumer=$source/cmake/consumer
version=$(<"$source/VERSION")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

configure() {
	cmake -S "$1" -B "$2" "${@:3}" >"$work/log" || { cat "$work/log" >&2; return 1; }
}

run_consumers() {
	"$1/consumer_c" "$version"
	"$1/consumer_cpp"
}

echo "== find_package"
cmake --install "$build" --prefix "$work/plain" >/dev/null
configure "$consumer" "$work/found" -DCMAKE_PREFIX_PATH="$work/plain" -DRV_WANTED="$version"
cmake --build "$work/found" >/dev/null
run_consumers "$work/found"
for wanted in 0.0.1 9.0; do
	! configure "$consumer" "$work/other" -DCMAKE_PREFIX_PATH="$work/plain" -DRV_WANTED=$wanted 2>/dev/null ||
		{ echo "test-install: wanted version $wanted to be refused by $version" >&2; exit 1; }
done

echo "== pkg-config, lib/x86_64-linux-gnu, moved"
configure "$source" "$work/multi" -DCMAKE_INSTALL_LIBDIR=lib/x86_64-linux-gnu \
	-DRV_BUILD_EXAMPLES=OFF -DRV_BUILD_TESTS=OFF
cmake --build "$work/multi" >/dev/null
cmake --install "$work/multi" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
libdir=$work/moved/lib/x86_64-linux-gnu
export PKG_CONFIG_PATH=$libdir/pkgconfig
[[ $(pkg-config --modversion rv) == "$version" ]]
mkdir "$work/pkg"
read -ra flags <<<"$(pkg-config --cflags --libs rv)"
cc "$consumer/consumer.c" -o "$work/pkg/consumer_c" "${flags[@]}" -Wl,-rpath,"$libdir"
c++ -std=c++17 "$consumer/consumer.cpp" -o "$work/pkg/consumer_cpp" "${flags[@]}" -Wl,-rpath,"$libdir"
run_consumers "$work/pkg"

echo "== add_subdirectory"
configure "$consumer" "$work/sub" -DRV_SOURCE="$source"
cmake --build "$work/sub" >/dev/null
run_consumers "$work/sub"
