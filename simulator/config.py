"""What a simulator is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_CHANNELS = ("qris", "credit_card", "bank_transfer")


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """How one simulated merchant account is set up. Nothing here changes while it runs."""

    public_url: str = "http://127.0.0.1:8100"
    """Address that links in answers point back to, without a slash at the end."""
    server_key: str = "SB-Mid-server-meja"
    client_key: str = "SB-Mid-client-meja"
    """The key a browser may hold. Only the card token calls take it."""
    signature_key: str | None = None
    """Key that notifications are signed with. None means the server key."""
    merchant_id: str = "G812345678"
    merchant_name: str = "WARUNG MEJA"
    """Shown to payers (QRIS tag 59). At most 25 characters."""
    merchant_city: str = "JAKARTA"
    """QRIS tag 60. At most 15 characters."""
    nmid: str = "ID1020000000017"
    """National merchant id (QRIS tag 51.02)."""
    notify_url: str | None = None
    """Where notifications go. None sends them only to addresses named by a charge."""
    time_scale: float = 1.0
    """Multiplies every wait: retry gaps, expiry in the background, refund confirmation."""
    seed: int | None = None
    """Makes ids, retry shifts and chance faults repeat. None makes them unpredictable."""
    state_file: Path | None = None
    """SQLite file that keeps the transactions over a restart. None keeps them in memory."""
    journal_size: int = 2000
    """How many requests the journal remembers in full. Its counts never forget."""
    channels: tuple[str, ...] = field(default=DEFAULT_CHANNELS)
    """Payment types that are switched on for the merchant."""

    def __post_init__(self) -> None:
        """Refuse a merchant that no QRIS code could name."""
        if not 1 <= len(self.merchant_name) <= 25:
            msg = "merchant_name needs 1 to 25 characters (QRIS tag 59)"
            raise ValueError(msg)
        if not 1 <= len(self.merchant_city) <= 15:
            msg = "merchant_city needs 1 to 15 characters (QRIS tag 60)"
            raise ValueError(msg)
        if not self.time_scale > 0:
            msg = "time_scale needs to be above 0"
            raise ValueError(msg)

    @property
    def signing_key(self) -> str:
        """The key that signatures are made with."""
        return self.signature_key or self.server_key
