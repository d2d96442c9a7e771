"""Which build this is."""

from datetime import UTC, datetime
from typing import Final

BUILT_AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""Raised by hand with the version. No true clock shows an earlier time: one that does would expire every QR, or none."""
