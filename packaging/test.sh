#!/usr/bin/env bash
# Set up all that the tests need and run them all: linters, types, imports, unit tests, and the end-to-end tests with a
# real screen (Xvfb), a real sound server (PulseAudio) and a real browser (Chromium). Arguments go to pytest.
set -euo pipefail
source "$(dirname "$0")/common.sh"
TEST_PACKAGES=(xvfb xdotool pulseaudio pulseaudio-utils pipewire pipewire-pulse wireplumber dbus-daemon chromium ffmpeg coturn openssl espeak-ng openbox)
command -v initdb >/dev/null 2>&1 || TEST_PACKAGES+=(postgresql)
# Debian's npm cannot stand beside a Node from elsewhere, which brings its own.
command -v npm >/dev/null 2>&1 || TEST_PACKAGES+=(nodejs npm)
install_packages "${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
# The same browser without its window: the page's tests take two thirds of the time. Without it they take the whole one.
if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    (install_packages chromium-headless-shell) || true
fi
# Other engines than Chromium's, with the decoders that theirs want.
(install_packages firefox-esr webkit2gtk-driver gstreamer1.0-libav gstreamer1.0-plugins-good gstreamer1.0-plugins-bad) || true
prepare --extra desktop --extra server --extra postgresql --extra s3 --extra warehouse
unset PYTHONHOME PYTHONPATH DISPLAY WAYLAND_DISPLAY
export QT_QPA_PLATFORM=offscreen VITRINE_LANGUAGE=en

step() { say "$1"; shift; "$@"; }
page_types() {
    if [ ! -d tests/page/node_modules ]; then
        step "players for the page's tests" npm ci --prefix tests/page --no-audit --no-fund --ignore-scripts --silent
    fi
    step "types of the page" tests/page/node_modules/.bin/tsc -p tests/page/tsconfig.json
    step "types of the demo shop" tests/page/node_modules/.bin/tsc -p tests/page/tsconfig.shop.json
}
if [ $# -gt 0 ]; then
    exec .venv/bin/pytest "$@"
fi
step "style" .venv/bin/ruff check .
step "format" .venv/bin/ruff format --check .
page_types & # beside the others
page=$!
step "types" .venv/bin/mypy
step "imports" .venv/bin/lint-imports
wait "$page"
# Tests write films and databases by the hundred: into memory where there is room. Each has a folder of its own.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1) || room=0
if [ "${room:-0}" -gt $((4 << 20)) ]; then
    TMPDIR=$(mktemp -d /dev/shm/vt.XXXX)
    chmod 755 "$TMPDIR" # PostgreSQL runs as a user of its own
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
fi
status=0 # whoever reads a failure wants to know of all of them
step "tests of the whole product" .venv/bin/pytest tests/e2e || status=$?
# A browser waits as much as it works: two lanes of about the same length. The second takes whatever is not in the first.
say "tests of the page and the server, and beside them all others"
first=(tests/page tests/server)
found=$(mktemp)
.venv/bin/pytest -p no:cacheprovider "${first[@]}" >"$found" 2>&1 &
lane=$!
.venv/bin/pytest --ignore=tests/e2e "${first[@]/#/--ignore=}" || status=$?
wait "$lane" || status=$?
cat "$found"
rm -f "$found"
exit "$status"
