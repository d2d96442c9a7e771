"""`python -m core` is `meja`."""

from core.cli import app

app()
