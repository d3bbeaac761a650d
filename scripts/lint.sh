#!/usr/bin/env bash
# Every check that needs no run. Goes on after one that finds something, and
# names at the end those that did.
#
#   scripts/lint.sh TAGS
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go} tags=$1 venv=.venv/bin failed=()

step() {
	local name=$1 start=$SECONDS
	shift
	if "$@"; then
		echo "lint: $name: ok ($((SECONDS - start)) s)"
	else
		echo "lint: $name: FAILED" >&2
		failed+=("$name")
	fi
}

# gofumpt, as golangci-lint brings it; prints the differences.
go_format() { build/tools/golangci-lint fmt --diff; }

go_vet() { "$go" vet -tags "$tags" ./...; }

go_lint() { build/tools/golangci-lint run --timeout 15m ./...; }

# What is written for a system but not run there has to compile there, at least.
# Packages that are nothing without cgo have no Go files left and stay out.
go_elsewhere() (
	export GOOS=$1 GOARCH=$2 CGO_ENABLED=0
	packages=$("$go" list -tags "$tags" ./internal/... ./cmd/... ./viewer/model/...) || exit
	# shellcheck disable=SC2086
	"$go" vet -tags "$tags" $packages
)

python_format() { "$venv/ruff" format --check . && "$venv/ruff" check .; }

python_types() { (cd bindings/python && "../../$venv/mypy" --strict remoteviewer); }

generated() { scripts/generate.sh --check; }

# Folders of one machine have no place in the tree.
machine_paths() {
	local found
	found=$(git grep -nIE "(/home/|/Users/|/root/)[a-z]|$(git rev-parse --show-toplevel)/" -- . ':!scripts/lint.sh')
	[[ -z $found ]] || { echo "$found" >&2; return 1; }
}

step "go format" go_format
step "go vet" go_vet
step "golangci-lint" go_lint
step "go vet for macOS" go_elsewhere darwin arm64
step "go vet for Windows" go_elsewhere windows amd64
step "ruff" python_format
step "mypy" python_types
step "generated files" generated
step "machine paths" machine_paths

((${#failed[@]} == 0)) && exit 0
printf 'lint: failed:'
printf ' %s;' "${failed[@]}"
echo
exit 1
