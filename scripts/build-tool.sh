#!/usr/bin/env bash
# Builds rvtool: the one place for its flags. Make and the Python wheel call this.
#
#   scripts/build-tool.sh FILE
#
# RV_TAGS adds Go build tags; GO names the go command.
set -euo pipefail

file=$(mkdir -p "$(dirname "$1")" && cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
CGO_ENABLED=0 "${GO:-go}" build -trimpath \
	-tags "codec.notfastpath,codec.notmono${RV_TAGS:+,$RV_TAGS}" \
	-ldflags "-s -w -X main.version=$(<VERSION)" -o "$file" ./cmd/rvtool
