#!/usr/bin/env bash
# Builds librv from capi/ into the folder given: the one place for its flags.
# Make, CMake, the Python wheel and scripts/cross.sh call this.
#
#   scripts/build-lib.sh FOLDER
#
# RV_TAGS adds Go build tags; GO names the go command. For another system set
# GOOS, GOARCH and a CC that compiles for it.
set -euo pipefail

folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go} map=$PWD/capi/rv.map

# The linked name is what programs look for when they start.
case $("$go" env GOOS) in
darwin)
	library=librv.dylib linked=librv.0.dylib
	flags="-Wl,-install_name,@rpath/$linked -Wl,-exported_symbol,_rv_*"
	;;
windows) # rv.h says what is exported; rv.lib is for linkers
	library=librv.dll linked=
	flags="-Wl,--out-implib=$folder/rv.lib"
	;;
*)
	library=librv.so linked=librv.so.0
	flags="-Wl,-soname,$linked -Wl,--version-script=$map"
	;;
esac

CGO_ENABLED=1 "$go" build -buildmode=c-shared -trimpath \
	-tags "codec.notfastpath,codec.notmono${RV_TAGS:+,$RV_TAGS}" \
	-ldflags "-s -w -extldflags '$flags'" \
	-o "$folder/$library" ./capi
# cgo writes a header of its own; include/rv.h is the one to use.
rm -f "$folder/librv.h"
[[ -z $linked ]] || ln -sf "$library" "$folder/$linked"
