#!/usr/bin/env bash
# Which known holes there are in what uv.lock names: pip-audit asks OSV, which has PyPI's and GitHub's advisories. The last line is
# the result. Status 1: there are some. Where OSV does not answer: "not audited", and status 0, with --strict 2. Further arguments
# go to pip-audit (--ignore-vuln ID).
set -euo pipefail
source "$(dirname "$0")/common.sh"
strict=0
[ "${1:-}" != --strict ] || { strict=2; shift; }
need_uv
locked=$(mktemp)
trap 'rm -f "$locked"' EXIT
.uv/bin/uv export -q --frozen --no-hashes --no-emit-project --all-extras >"$locked"
status=0
found=$(timeout 300 .uv/bin/uv tool run -q pip-audit@2.10.1 -s osv -r "$locked" --no-deps --disable-pip --progress-spinner off "$@" \
    2>/dev/null) || status=$?
if [ "$status" -eq 0 ] && [ -z "$found" ]; then
    say "audited: no hole is known in the $(grep -c == "$locked") packages of uv.lock"
elif [ "$status" -eq 1 ] && [ -n "$found" ]; then
    printf '%s\n' "$found"
    say "audited: there are known holes"
    exit 1
else
    say "not audited: the advisories could not be asked (is OSV reachable from here?)"
    exit "$strict"
fi
