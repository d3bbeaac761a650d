#!/usr/bin/env bash
# Runs the Go tests with -race. Packages that link cimgui-go are tested without,
# since its C++ would take another three minutes to build.
#
#   scripts/test-go.sh TAGS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go} tags=$1

# A package, then all that it or its tests import.
format='{{.ImportPath}} {{join .Deps " "}} {{join .TestImports " "}} {{join .XTestImports " "}}'
listed=$("$go" list -tags "$tags" -f "$format" ./...)
race=() plain=()
while read -r package imports; do
	case $imports in
	*github.com/AllenDang/cimgui-go*) plain+=("$package") ;;
	*) race+=("$package") ;;
	esac
done <<<"$listed"

run() {
	# Under Xvfb where it is, for the packages that draw.
	local screen=()
	command -v xvfb-run >/dev/null && screen=(scripts/headless.sh)
	${screen[@]+"${screen[@]}"} "$go" test -tags "$tags" -timeout 10m "$@"
}

status=0
export CGO_ENABLED=1
run -race "${race[@]}" || status=1
((${#plain[@]} == 0)) || run "${plain[@]}" || status=1
exit $status
