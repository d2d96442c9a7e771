#!/bin/bash
# Makes the role that serves, once, in a database that is just being made (compose.yaml, profile scale).
# What it may do is said after every migration by docs/postgres-role.sql.
set -euo pipefail
test -n "${MEJA_APP_PASSWORD:-}" || { echo "MEJA_APP_PASSWORD is not set" >&2; exit 1; }
psql -v ON_ERROR_STOP=1 -v password="$MEJA_APP_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE meja_app LOGIN PASSWORD :'password';
SQL
