#!/bin/sh
# Makes .venv and installs one hash-pinned set into it, then Meja itself as an editable install.
#
#   requirements/install.sh runtime|otel|dev
#
# Uses uv when it is there. Else python3 and its venv; else, on a Debian without python3-venv, a bare venv that the
# system's pip fills from outside. Each set leaves a stamp in .venv, so that nothing is done twice.
set -eu
cd "$(dirname "$0")/.."
set_name="$1"

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

# Asks the program itself: a shim or an alias is no use inside a venv.
whole_path() { "$1" -c 'import sys; print(sys.executable)'; }

install_with_uv() {
    [ -x .venv/bin/python ] || uv venv --quiet --python "$(if [ -n "$python" ]; then whole_path "$python"; else echo '>=3.11'; fi)" .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes --requirement "requirements/$set_name.txt"
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
}

# Runs the pip that fills .venv: its own, or the system's from outside.
pip_for_venv() {
    if .venv/bin/python -c 'import pip' 2>/dev/null; then
        .venv/bin/python -m pip "$@"
    else
        "$python" -m pip --python .venv/bin/python "$@"
    fi
}

install_with_pip() {
    if [ -z "$python" ]; then
        echo "Meja needs Python 3.11 or newer (or uv, which brings one)." >&2
        exit 1
    fi
    if [ ! -x .venv/bin/python ]; then
        if "$python" -c 'import ensurepip' 2>/dev/null; then
            "$python" -m venv .venv
        elif "$python" -m pip --version >/dev/null 2>&1; then
            "$python" -m venv --without-pip .venv
        else
            echo "This Python has neither ensurepip nor pip: install python3-venv (Debian: apt-get install python3-venv) or uv." >&2
            exit 1
        fi
    fi
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    pip_for_venv install --quiet --require-hashes --requirement "requirements/$set_name.txt"
    pip_for_venv install --quiet --no-deps --no-build-isolation --editable .
}

python="$(find_python)"
# A venv whose Python has gone (the folder moved, the system upgraded) is made anew.
if [ -d .venv ] && ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
fi
echo "Installing what Meja needs into .venv (once; about a minute) …"
if command -v uv >/dev/null 2>&1; then
    install_with_uv
else
    install_with_pip
fi
touch ".venv/.meja-$set_name"
# The larger sets contain the smaller one.
if [ "$set_name" != runtime ]; then
    touch .venv/.meja-runtime
fi
