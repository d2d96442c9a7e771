#!/bin/sh
# Compiles pyproject.toml's dependencies into runtime.txt (what Meja runs on, PostgreSQL and Redis drivers included),
# otel.txt (that, and what sends traces to a collector) and dev.txt (all of it, and what its tests and checks need):
# every version pinned, every file hashed, for every platform and Python from 3.11 on. Arguments go to uv:
# `requirements/compile.sh --upgrade`.
set -eu
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null 2>&1; then
    echo "make requirements needs uv on the PATH" >&2
    exit 1
fi

compile() {
    # No header, notes or index addresses: they would carry the names of one person's machine.
    # Extras stay in the pins: pip before 24 takes "coverage[toml]" for a package of its own and, finding no pin for it,
    # goes for the newest, which has no hash here.
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-strip-extras --no-emit-index-url \
        --no-emit-find-links --python-version 3.11 pyproject.toml --extra scale "$@"
}

compile --group build --output-file requirements/runtime.txt "$@"
# What runs and what is tested are the same versions.
compile --extra otel --group build --constraint requirements/runtime.txt --output-file requirements/otel.txt "$@"
compile --extra otel --group dev --constraint requirements/otel.txt --output-file requirements/dev.txt "$@"

"${PYTHON:-python3}" requirements/digest.py stamp
