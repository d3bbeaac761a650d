#!/usr/bin/env bash
# Sees that the system packages of the named groups are there, and installs what
# is missing with apt where it may. Otherwise says in one line what to install
# and returns 1.
#
#   scripts/deps.sh lib viewer cpp python headless torch demo qemu wine
#
# RV_TAGS=purejpeg does without libjpeg-turbo.
set -euo pipefail

# One line an item: the probe, the Debian package, the name elsewhere.
items() {
	case $1 in
	lib)
		echo 'cmd:gcc gcc gcc'
		echo 'file:/usr/include/stdlib.h libc6-dev libc-headers'
		echo 'cmd:pkg-config pkg-config pkg-config'
		[[ ${RV_TAGS:-} == *purejpeg* ]] || echo 'pc:libturbojpeg libturbojpeg0-dev libjpeg-turbo'
		;;
	viewer)
		items lib
		echo 'cmd:g++ g++ g++'
		[[ $OSTYPE != darwin* ]] || return 0 # frameworks, not X11
		echo 'pc:gl libgl-dev OpenGL'
		echo 'pc:x11 libx11-dev libX11'
		echo 'pc:xcursor libxcursor-dev libXcursor'
		echo 'pc:xi libxi-dev libXi'
		echo 'pc:xinerama libxinerama-dev libXinerama'
		echo 'pc:xrandr libxrandr-dev libXrandr'
		echo 'pc:xxf86vm libxxf86vm-dev libXxf86vm'
		;;
	cpp)
		items lib
		echo 'cmd:g++ g++ g++'
		echo 'cmd:cmake cmake CMake'
		echo 'cmd:python3 python3 Python' # runs the tests' receivers
		;;
	python)
		echo 'cmd:python3 python3 Python'
		echo 'venv python3-venv Python-venv'
		;;
	headless)
		echo 'cmd:xvfb-run xvfb Xvfb'
		echo 'cmd:xauth xauth xauth'
		echo 'dri libgl1-mesa-dri Mesa'
		echo 'cmd:xdotool xdotool xdotool'
		echo 'cmd:import imagemagick ImageMagick'
		;;
	torch)
		echo 'file:/usr/lib/python3/dist-packages/torch/__init__.py python3-torch torch'
		echo 'file:/usr/lib/python3/dist-packages/pytest/__init__.py python3-pytest pytest'
		;;
	demo)
		items viewer
		items python
		[[ -n ${DISPLAY:-} && -z ${DEMO_SECONDS:-} ]] || items headless
		;;
	qemu)
		echo 'cmd:qemu-aarch64 qemu-user qemu-user'
		echo 'file:/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 libc6-arm64-cross aarch64-libc'
		;;
	wine)
		echo 'cmd:wine wine Wine'
		echo 'cmd:wineserver wine Wine'
		echo 'file:/usr/lib/wine/wine64 wine64 Wine'
		;;
	*)
		echo "deps: unknown group $1; known: lib viewer cpp python headless torch demo qemu wine" >&2
		exit 2
		;;
	esac
}

present() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" >/dev/null ;;
	pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
	# Only Debian keeps the headers apart; elsewhere the compiler brings them.
	file:*) [[ -e ${1#file:} || ! -e /etc/debian_version ]] ;;
	venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
	dri) compgen -G '/usr/lib*/dri/swrast_dri.so' >/dev/null ||
		compgen -G '/usr/lib/*/dri/swrast_dri.so' >/dev/null ;;
	esac
}

privileged() {
	if ((EUID == 0)); then
		"$@"
	else
		sudo -n "$@"
	fi
}

install_with_apt() {
	command -v apt-get >/dev/null || return 1
	((EUID == 0)) || sudo -n true 2>/dev/null || return 1
	local options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
	echo "deps: apt-get install $*" >&2
	privileged apt-get "${options[@]}" update -qq >&2 || true
	for attempt in 1 2; do
		privileged env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" \
			install -y -qq --no-install-recommends "$@" >&2 && return 0
		echo "deps: apt-get install failed (attempt $attempt of 2)" >&2
	done
	return 1
}

debian=() elsewhere=()
for group in "$@"; do
	wanted=$(items "$group")
	while read -r probe package generic; do
		present "$probe" && continue
		[[ " ${debian[*]-} " == *" $package "* ]] && continue
		debian+=("$package") elsewhere+=("$generic")
	done <<<"$wanted"
done
((${#debian[@]})) || exit 0
install_with_apt "${debian[@]}" && exit 0

if command -v apt-get >/dev/null; then
	echo "deps: to build $*, install: apt-get install ${debian[*]}" >&2
else
	echo "deps: to build $*, install the development packages of: ${elsewhere[*]}" >&2
fi
exit 1
