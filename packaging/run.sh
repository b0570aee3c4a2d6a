#!/usr/bin/env bash
# Set everything up, then start the studio: with the show that was open last, at first the demo. Arguments are passed on:
#   bash packaging/run.sh                                  the window
#   bash packaging/run.sh --headless --demo --go-live      where there is no screen
#   bash packaging/run.sh show validate my.show.json       any other command
set -euo pipefail
source "$(dirname "$0")/common.sh"
install_packages "${RUN_PACKAGES[@]}"
prepare --extra desktop --extra server --extra s3 --no-dev
exec .venv/bin/vitrine "$@"
