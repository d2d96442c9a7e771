"""Finds the folders that are not code: in a checkout at its top, in an installed Meja inside the package."""

from pathlib import Path

_TOP = Path(__file__).resolve().parents[2]
_PACKAGED = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """Tell where `templates`, `static` or `locale` is: the checkout's own first, else the packaged copy."""
    checkout = _TOP / name
    # Beside an installed package a folder of that name may be somebody else's.
    if (_TOP / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    return _PACKAGED / f"_{name}"
