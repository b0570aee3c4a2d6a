#!/usr/bin/env bash
# Whether the server runs with the oldest versions that pyproject.toml allows: an environment of its own (.venv-lowest/), and the
# tests that use them most. The tests' own tools are those of uv.lock. Arguments go to pytest, instead of these tests.
set -euo pipefail
source "$(dirname "$0")/common.sh"
TOOLS='^(pytest|pytest-asyncio|hypothesis|aiosmtpd|numpy|opencv-python-headless)=='
TESTS=(tests/studio/catalogue tests/server/{catalogue,db,films,guests,shop} tests/server/calls/test_{bookings,inbox}.py
    tests/server/test_{api,app,audience_media,auth,brand_server,config,studio_link,whep,whep_media,whep_patch}.py)
need_uv
{
    .uv/bin/uv venv -q --clear --python "$PYTHON" .venv-lowest
    .uv/bin/uv export -q --frozen --no-hashes --no-emit-project --extra desktop | grep -E "$TOOLS" >.venv-lowest/tools.txt
    .uv/bin/uv pip install -q --python .venv-lowest --resolution lowest-direct -e '.[server,postgresql]' -r .venv-lowest/tools.txt
} || {
    say "the oldest Python packages could not be installed (is the network up?)"
    exit 1
}
[ $# -gt 0 ] || set -- "${TESTS[@]}"
export QT_QPA_PLATFORM=offscreen VITRINE_LANGUAGE=en VITRINE_HOME="$PWD/.venv-lowest/home"
exec .venv-lowest/bin/python -m pytest -p no:cacheprovider "$@"
