#!/usr/bin/env bash
# Builds dist/remoteviewer-*.whl with librv, libturbojpeg, rvtool, the headers and
# the CMake package inside. zig's C compiler links against glibc 2.17, so that the
# wheel runs on older systems than the one that builds it; auditwheel checks that.
#
# It wants build/bin/rvtool (`make tool`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export RV_TAGS= # a wheel always has libjpeg-turbo
python=$PWD/.venv/bin/python work=$PWD/build/wheel
rm -rf "$work"
mkdir -p "$work/include" "$work/lib" dist

# Only what is named here, and no other header of this system, goes beside zig's.
cp "$(pkg-config --variable=includedir libturbojpeg)/turbojpeg.h" "$work/include"
cp -L "$(pkg-config --variable=libdir libturbojpeg)/libturbojpeg.so" "$work/lib"
CC="$python -m ziglang cc -target $(uname -m)-linux-gnu.2.17" \
	CGO_CFLAGS="-O2 -I$work/include" CGO_LDFLAGS="-L$work/lib" \
	scripts/build-lib.sh "$work/librv"

scripts/notices.sh "$work/librv/librv.so" build/bin/rvtool >"$work/NOTICES"
RV_NOTICES=$work/NOTICES RV_LIBRARY_PATH=$work/librv/librv.so RV_TOOL_PATH=$PWD/build/bin/rvtool \
	"$python" -m pip wheel -q --no-deps --no-build-isolation -w "$work" bindings/python
PATH=$PWD/.venv/bin:$PATH "$python" -m auditwheel -v repair \
	--plat "manylinux_2_17_$(uname -m)" -w "$work/repaired" "$work"/*.whl \
	>"$work/auditwheel.log" 2>&1 || { cat "$work/auditwheel.log" >&2; exit 1; }
"$python" scripts/check_glibc.py 2.17 "$work"/repaired/*.whl
rm -f dist/*.whl
cp "$work"/repaired/*.whl dist/
ls -l dist/*.whl
