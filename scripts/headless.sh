#!/usr/bin/env bash
# Runs a command under an X server of its own, so that tests open no windows
# here and always meet the same screen.
set -euo pipefail
exec xvfb-run -a -s "-screen 0 1280x800x24 -nolisten tcp" "$@"
