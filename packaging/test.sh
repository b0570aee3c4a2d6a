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
# The same browser without its window: the page's tests take two thirds of the time. Without it they take the whole one.
if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    (install_packages chromium-headless-shell) || true
fi
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
# Tests write films and databases by the hundred: into memory where there is room. Each has a folder of its own.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1) || room=0
if [ "${room:-0}" -gt $((4 << 20)) ]; then
    TMPDIR=$(mktemp -d /dev/shm/vt.XXXX)
    chmod 755 "$TMPDIR" # PostgreSQL runs as a user of its own
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
fi
step "tests of the whole product" .venv/bin/pytest tests/e2e
# Much of it waits, so that three lanes of about the same work keep two processors busy. Each says what it found when it has ended.
say "all other tests: the page and films, the server and the studio, the window"
# The last one takes whatever is in no other.
lanes=("tests/page tests/studio/recordings" "tests/server tests/studio --ignore=tests/studio/recordings" "tests --ignore=tests/e2e --ignore=tests/page --ignore=tests/server --ignore=tests/studio")
found=$(mktemp -d)
running=()
for lane in "${!lanes[@]}"; do
    # shellcheck disable=SC2086  # the words of a lane
    .venv/bin/pytest -p no:cacheprovider ${lanes[$lane]} >"$found/$lane" 2>&1 &
    running+=($!)
done
status=0
for lane in "${!lanes[@]}"; do
    wait "${running[$lane]}" || status=$?
    say "${lanes[$lane]}"
    cat "$found/$lane"
done
rm -rf "$found"
exit "$status"
