"""What may be switched on and off while the simulator runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.config import SimulatorConfig


@dataclass(slots=True)
class Settings:
    """The account's switches, changed by `PUT /simulator/settings`."""

    notify_url: str | None = None
    notifications_enabled: bool = True
    muted: list[str] = field(default_factory=list)
    """Transaction statuses that are never posted, such as `pending`."""
    channels: list[str] = field(default_factory=list)
    """Payment types that answer. Any other is refused with 402."""
    expiry_lag_seconds: float = 0.0
    """How late the expiry batch comes. Midtrans's own lags by an unknown time."""
    refund_confirm_seconds: float = 20.0
    """Wait between the first and the second post of a refund."""
    refund_balance: int | None = None
    """Whole rupiah that refunds may still take. None never runs out."""
    shopeepay_night_pause: bool = True
    """ShopeePay refuses refunds from 23:55 to 06:00 Jakarta time."""
    shopeepay_qr_string: bool = False
    """Whether `airpay shopee` charges also carry the QR text and the framed picture."""

    @classmethod
    def from_config(cls, config: SimulatorConfig) -> Settings:
        """Start with what the simulator was started with."""
        return cls(notify_url=config.notify_url, channels=list(config.channels))

    def change(self, wanted: dict[str, Any]) -> None:
        """Take over the given values. Raises ValueError for an unknown name or a wrong type."""
        known = {each.name: str(each.type) for each in fields(self)}
        for name, value in wanted.items():
            if name not in known:
                msg = f"unknown setting {name!r}; known: {', '.join(sorted(known))}"
                raise ValueError(msg)
            if not _fits(value, known[name]):
                msg = f"setting {name!r} needs {known[name]}"
                raise ValueError(msg)
        for name, value in wanted.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All switches by name."""
        return asdict(self)


def _fits(value: object, annotation: str) -> bool:
    if annotation == "bool":
        return isinstance(value, bool)
    if annotation == "list[str]":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if annotation == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if annotation == "int | None":
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return value is None or isinstance(value, str)
