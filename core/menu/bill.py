"""Works out a bill: one documented rule for discount, service, tax and cash rounding.

Whole rupiah throughout. Each percentage is rounded once per bill, half up, never per line;
what a line carries of it is its share by largest remainder.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.base.money import percent_of, round_to_coin, share_out
from core.outlets.models import Outlet
from core.outlets.serving import Serving, service_rate_of


@dataclass(frozen=True, slots=True)
class Item:
    """One line as the bill sees it."""

    amount: int
    """Pieces and their options, in whole rupiah."""
    is_taxed: bool = True


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed, and which part of it each line carries."""

    subtotal: int
    discount: int
    service: int
    tax: int
    total: int
    """What QRIS charges, to the rupiah."""
    cash_total: int
    """The total rounded to a coin in circulation."""
    nets: tuple[int, ...]
    """Each line after its share of the discount."""
    services: tuple[int, ...]
    taxes: tuple[int, ...]


def work_out(items: Sequence[Item], outlet: Outlet, discount: int = 0, *, serving: Serving = Serving.DINE_IN) -> Bill:
    """Add up a bill by the outlet's rates for the way it is served.

    A discount above the subtotal takes all of it. Service is worked out on everything; lines
    that are not taxed stay out of the tax with their share of the service.
    """
    amounts = [item.amount for item in items]
    subtotal = sum(amounts)
    discount = min(discount, subtotal)
    nets = [amount - off for amount, off in zip(amounts, share_out(discount, amounts), strict=True)]
    service = percent_of(subtotal - discount, service_rate_of(outlet, serving))
    services = share_out(service, nets)
    taxed_nets = [net if item.is_taxed else 0 for net, item in zip(nets, items, strict=True)]
    base = sum(taxed_nets)
    if outlet.service_is_taxed:
        base += sum(part for part, item in zip(services, items, strict=True) if item.is_taxed)
    tax = percent_of(base, outlet.tax_rate)
    total = subtotal - discount + service + tax
    return Bill(
        subtotal=subtotal,
        discount=discount,
        service=service,
        tax=tax,
        total=total,
        cash_total=round_to_coin(total, outlet.cash_coin),
        nets=tuple(nets),
        services=tuple(services),
        taxes=tuple(share_out(tax, taxed_nets)),
    )
