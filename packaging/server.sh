#!/usr/bin/env bash
# The show server alone, in a folder of its own, with the very versions of uv.lock. Again after an update, then restart it.
#   bash packaging/server.sh /opt/vitrine
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: bash packaging/server.sh FOLDER" >&2; exit 2; }
folder="$(realpath -m "$1")"
source "$(dirname "$0")/common.sh"
umask 022 # another user runs it
need_uv
case "$("$PYTHON" -c 'import sys; print(sys.base_prefix)')" in
/home/* | /root/*) say "this Python lies in somebody's home, which vitrine.service does not see: put another first in PATH" ;;
esac
UV_PROJECT_ENVIRONMENT="$folder" .uv/bin/uv sync -q --frozen --no-dev --no-editable --extra server --extra postgresql --extra warehouse \
    --compile-bytecode --link-mode copy --no-python-downloads --python "$PYTHON" || {
    say "the Python packages could not be installed (is the network up?)"
    exit 1
}
rm -f "$folder/.lock" # uv leaves it writable for everybody
say "$("$folder/bin/vitrine" --version) is in $folder"
