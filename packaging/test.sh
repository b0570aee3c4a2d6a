#!/usr/bin/env bash
# Set up all that the tests need and run them all: linters, types, imports, unit tests, and the end-to-end tests with a
# real screen (Xvfb), a real sound server (PulseAudio) and a real browser (Chromium). Arguments go to pytest.
set -euo pipefail
source "$(dirname "$0")/common.sh"
TEST_PACKAGES=(xvfb xdotool pulseaudio pulseaudio-utils chromium ffmpeg coturn openssl espeak-ng openbox)
command -v initdb >/dev/null 2>&1 || TEST_PACKAGES+=(postgresql)
# Debian's npm cannot stand beside a Node from elsewhere, which brings its own.
command -v npm >/dev/null 2>&1 || TEST_PACKAGES+=(nodejs npm)
install_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
prepare --extra desktop --extra server --extra postgresql --extra s3
unset PYTHONHOME PYTHONPATH DISPLAY WAYLAND_DISPLAY
export QT_QPA_PLATFORM=offscreen VITRINE_LANGUAGE=en

step() { say "$1"; shift; "$@"; }
if [ $# -eq 0 ]; then
    step "style" .venv/bin/ruff check .
    step "format" .venv/bin/ruff format --check .
    step "types" .venv/bin/mypy
    step "imports" .venv/bin/lint-imports
    if [ ! -d tests/page/node_modules ]; then
        step "players for the page's tests" npm ci --prefix tests/page --no-audit --no-fund --ignore-scripts --silent
    fi
    step "types of the page" tests/page/node_modules/.bin/tsc -p tests/page/tsconfig.json
    step "types of the demo shop" tests/page/node_modules/.bin/tsc -p tests/page/tsconfig.shop.json
fi
if [ $# -gt 0 ]; then
    exec .venv/bin/pytest "$@"
fi
step "tests of the whole product" .venv/bin/pytest tests/e2e
# A browser waits as much as it works: two lanes of about the same length.
say "tests of the page and of films, and beside them all others"
BROWSER=(tests/page tests/studio/recordings)
found=$(mktemp)
trap 'rm -f "$found"' EXIT
.venv/bin/pytest -p no:cacheprovider "${BROWSER[@]}" >"$found" 2>&1 &
lane=$!
status=0
.venv/bin/pytest --ignore=tests/e2e "${BROWSER[@]/#/--ignore=}" || status=$?
wait "$lane" || status=$?
cat "$found"
exit "$status"
