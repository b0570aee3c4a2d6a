#!/usr/bin/env bash
# Start a Vendure shop whose front page has a show. It needs Node from 20.20, npm, and by environment:
#   VITRINE                 the show server's address, such as http://127.0.0.1:8700
#   VITRINE_SHOW            the show's id
#   VITRINE_ORDERS_SECRET   what orders are signed with, or VITRINE_ORDERS_SECRET_FILE, a file with it
#   PORT                    the shop's port (3000)
#   VENDURE_PASSWORD        of Vendure's superadmin (superadmin)
#   VENDURE_DATA            its folder (.data beside this file); it is made, with the sample products, when it has no shop
set -euo pipefail
fail() { echo "run.sh: $1" >&2; exit 2; }
VITRINE="${VITRINE:-}" VITRINE="${VITRINE%/}"
[[ "$VITRINE" =~ ^https?://[^/]+$ ]] || fail 'VITRINE must be the address of the show server, such as http://127.0.0.1:8700'
[ -n "${VITRINE_SHOW:-}" ] || fail "VITRINE_SHOW must be the show's id"
[ -z "${VITRINE_ORDERS_SECRET_FILE:-}" ] || [ -r "$VITRINE_ORDERS_SECRET_FILE" ] || fail "VITRINE_ORDERS_SECRET_FILE cannot be read"
[ -z "${VITRINE_ORDERS_SECRET_FILE:-}" ] || VITRINE_ORDERS_SECRET="$(<"$VITRINE_ORDERS_SECRET_FILE")"
[ -n "${VITRINE_ORDERS_SECRET:-}" ] || fail 'VITRINE_ORDERS_SECRET (or VITRINE_ORDERS_SECRET_FILE) must be the secret of [shop] orders_secret_file'
command -v node >/dev/null || fail 'Node is missing'
VENDURE_DATA="$(realpath -m "${VENDURE_DATA:-$(dirname "$0")/.data}")"
export VITRINE VITRINE_SHOW VITRINE_ORDERS_SECRET VENDURE_DATA PORT="${PORT:-3000}"
export VENDURE_DISABLE_TELEMETRY=true # Vendure would tell its makers of this installation
cd "$(dirname "$0")"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
[ -f "$VENDURE_DATA/shop.sqlite" ] || node populate.mjs
exec node server.mjs
