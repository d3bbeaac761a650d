#!/usr/bin/env bash
# Prints the licences of what is linked into programs or libraries of ours: Go
# itself, its modules as the files name them, and libjpeg-turbo.
#
#   scripts/notices.sh FILE...
set -euo pipefail
mapfile -t files < <(realpath "$@")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}

show() { # name, then the files of its licence
	printf '\n==== %s\n\n' "$1"
	cat "${@:2}"
}

show "Go $("$go" env GOVERSION)" "$("$go" env GOROOT)/LICENSE"
"$go" version -m "${files[@]}" | awk '$1 == "dep" {print $2}' | sort -u | while read -r module; do
	folder=$("$go" list -m -f '{{.Dir}}' "$module")
	mapfile -t licences < <(find "$folder" -maxdepth 1 -iname 'licen[cs]e*' -o -maxdepth 1 -iname 'notice*')
	((${#licences[@]})) || { echo "notices: wanted the licence of $module, found none" >&2; exit 1; }
	show "$module" "${licences[@]}"
done
copyright=/usr/share/doc/libturbojpeg0/copyright
if [[ -e $copyright ]]; then
	show "libjpeg-turbo" "$copyright"
fi
