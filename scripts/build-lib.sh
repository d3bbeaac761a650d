#!/usr/bin/env bash
# Builds librv from capi/ into the folder given: the one place for its flags.
# Make, CMake and the Python wheel call this.
#
#   scripts/build-lib.sh FOLDER
#
# RV_TAGS adds Go build tags; GO names the go command.
set -euo pipefail

folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
map=$PWD/capi/rv.map

case $(uname -s) in
Darwin)
	library=librv.dylib linked=librv.0.dylib
	flags="-Wl,-install_name,@rpath/$linked -Wl,-exported_symbol,_rv_*"
	;;
*)
	library=librv.so linked=librv.so.0
	flags="-Wl,-soname,$linked -Wl,--version-script=$map"
	;;
esac

CGO_ENABLED=1 "${GO:-go}" build -buildmode=c-shared -trimpath \
	-tags "codec.notfastpath,codec.notmono${RV_TAGS:+,$RV_TAGS}" \
	-ldflags "-s -w -extldflags '$flags'" \
	-o "$folder/$library" ./capi
# cgo writes a header of its own; include/rv.h is the one to use.
rm -f "$folder/librv.h"
# Programs look for the name that they were linked with.
ln -sf "$library" "$folder/$linked"
