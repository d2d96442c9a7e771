"""Says whether the compiled requirements still fit pyproject.toml.

Each compiled file begins with the digest of the dependency tables it was compiled from, so that a forgotten
`make requirements` is found without a network.

    python requirements/digest.py stamp    writes the digest into the files
    python requirements/digest.py check    exit code 1 when a file is out of step
"""

import hashlib
import json
import sys
import tomllib
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_MARK = "# Compiled from pyproject.toml by `make requirements`; do not edit. Dependency tables: sha256:"
FILES = (_HERE / "runtime.txt", _HERE / "otel.txt", _HERE / "dev.txt")


def dependency_digest() -> str:
    """Hash everything in pyproject.toml that decides which packages are installed."""
    with (_HERE.parent / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)
    project = wanted["project"]
    tables = [
        project["requires-python"],
        project["dependencies"],
        project["optional-dependencies"],
        wanted["dependency-groups"],
    ]
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def out_of_step() -> list[str]:
    """Name the compiled files that were made from other tables than today's."""
    first_line = _MARK + dependency_digest()
    return [file.name for file in FILES if file.read_text().partition("\n")[0] != first_line]


def stamp() -> None:
    """Write the digest into the first line of each file."""
    for file in FILES:
        lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
        file.write_text("\n".join([_MARK + dependency_digest(), *lines]) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["stamp"]:
        stamp()
    elif stale := out_of_step():
        sys.exit(f"out of step with pyproject.toml: {', '.join(stale)}; run `make requirements`")
