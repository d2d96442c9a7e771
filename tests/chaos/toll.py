"""What webhook torture did and found, and which promises it broke."""

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.figures import Figures

HEARD_WITHIN, UNHEARD_WITHIN = 5.0, 90.0
"""Seconds from a good webhook, or from the payment where every webhook was lost, to the ledger."""


@dataclass(slots=True)
class Toll:
    """What the torture did and found."""

    orders: int = 0
    paid: int = 0
    deliveries: int = 0
    forged: int = 0
    malformed: int = 0
    kinds: set[str] = field(default_factory=set)
    false_paid: set[str] = field(default_factory=set)
    """Orders that the database or their page calls paid, although the gateway took nothing."""
    missing: int = 0
    doubled: int = 0
    answers_500: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)
    """Answers that were not the right one, by kind and status."""
    spans: list[float] = field(default_factory=list)
    """Seconds that each acknowledgement took."""
    delivering: float = 0.0
    caught_up: float = 0.0
    """From the last good webhook of a wave to its last settlement in the ledger, the worst wave."""
    slowest_heard: float = 0.0
    slowest_unheard: float = 0.0
    unheard: int = 0
    broken: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        spans = sorted(self.spans)
        return spans[min(len(spans) - 1, int(len(spans) * share))] if spans else 0.0

    def verdict(self, heard_within: float = HEARD_WITHIN) -> list[str]:
        """Every promise that was not kept, with its figure; seconds that a good webhook may take to the ledger."""
        found = list(self.broken)
        for number, what in (
            (len(self.false_paid), "orders shown paid that the gateway took nothing for"),
            (self.missing, "settlements missing from the ledger"),
            (self.doubled, "settlements or tickets doubled"),
            (self.answers_500, "answers 500"),
        ):
            found += [f"{number} {what}"] if number else []
        found += [f"{times} × {what}" for what, times in self.unexpected.most_common(10)]
        if self.slowest_heard > heard_within:
            found.append(f"{self.slowest_heard:.1f} s from a good webhook to the ledger")
        if self.slowest_unheard > UNHEARD_WITHIN:
            found.append(f"{self.slowest_unheard:.1f} s from an unheard payment to the ledger")
        return found


def figures_of(toll: Toll, kind: str) -> Figures:
    counts = {
        "deliveries": toll.deliveries,
        "forged": toll.forged,
        "malformed": toll.malformed,
        "kinds": len(toll.kinds),
        "orders": toll.orders,
        "paid": toll.paid,
        "false_paid": len(toll.false_paid),
        "missing": toll.missing,
        "doubled": toll.doubled,
        "answers_500": toll.answers_500,
        "unexpected": sum(toll.unexpected.values()),
        "per_second": toll.deliveries / toll.delivering if toll.delivering else 0.0,
        "ack_p50_ms": toll.quantile(0.5) * 1000,
        "ack_p99_ms": toll.quantile(0.99) * 1000,
        "heard_s": toll.slowest_heard,
        "caught_up_s": max(0.0, toll.caught_up),
        "unheard": toll.unheard,
        "unheard_s": toll.slowest_unheard,
    }
    return Figures("torture", kind, counts, toll.verdict(), max(toll.slowest_heard, toll.slowest_unheard))
