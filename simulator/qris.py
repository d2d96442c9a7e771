"""The text inside a QRIS code, as EMVCo and ASPI lay it out and as Midtrans orders it.

Sources: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode;
ASPI, QRIS MPM. Midtrans puts the amount (54) after the postcode (61).
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

NNS_BY_ACQUIRER = {"gopay": ("COM.GO-JEK.WWW", "93600914"), "airpay shopee": ("ID.CO.SHOPEE.WWW", "93600918")}
"""Reverse domain and national numbering code of who runs the code."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """Whom a code pays."""

    merchant_id: str
    name: str
    city: str
    nmid: str
    postcode: str = "10110"
    category: str = "5812"
    """Merchant category code; 5812 is a restaurant."""


def qr_text(merchant: Merchant, amount: int, reference: str, acquirer: str = "gopay") -> str:
    """Return the text of a dynamic code for so many whole rupiah, with its checksum.

    `reference` is the acquirer's own id of the code (tag 62.50), not the transaction id.
    """
    domain, numbering = NNS_BY_ACQUIRER[acquirer]
    account = _tag("00", domain) + _tag("01", _pan(numbering, merchant.merchant_id))
    account += _tag("02", merchant.merchant_id[:15]) + _tag("03", "UMI")
    national = _tag("00", "ID.CO.QRIS.WWW") + _tag("02", merchant.nmid) + _tag("03", "UMI")
    body = "".join(
        (
            _tag("00", "01"),
            _tag("01", "12"),
            _tag("26", account),
            _tag("51", national),
            _tag("52", merchant.category),
            _tag("53", "360"),
            _tag("58", "ID"),
            _tag("59", merchant.name),
            _tag("60", merchant.city),
            _tag("61", merchant.postcode),
            _tag("54", f"{amount}.00"),
            _tag("62", _tag("50", reference) + _tag("07", "A01")),
        )
    )
    return with_checksum(body)


def with_checksum(body: str) -> str:
    """Return the text closed by tag 63: CRC-16/CCITT-FALSE over everything including `6304`."""
    return f"{body}6304{binascii.crc_hqx(f'{body}6304'.encode(), 0xFFFF):04X}"


def parse_tags(text: str) -> dict[str, str]:
    """Read one level of a code's tags. Raises ValueError when the lengths do not add up."""
    tags: dict[str, str] = {}
    rest = text
    while rest:
        tag, length, rest = rest[:2], rest[2:4], rest[4:]
        if not length.isdigit() or len(rest) < int(length):
            msg = f"tag {tag!r} ends too early"
            raise ValueError(msg)
        tags[tag], rest = rest[: int(length)], rest[int(length) :]
    return tags


def with_tag(text: str, tag: str, value: str) -> str:
    """Return the code with one tag's value replaced and the checksum made right again."""
    tags = parse_tags(text)
    tags[tag] = value
    return with_checksum("".join(_tag(name, each) for name, each in tags.items() if name != "63"))


def with_wrong_checksum(text: str) -> str:
    """Return the code with its last digit changed, so that no reader may accept it."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _tag(name: str, value: str) -> str:
    if len(value) > 99:
        msg = f"tag {name} is longer than 99 characters"
        raise ValueError(msg)
    return f"{name}{len(value):02d}{value}"


def _pan(numbering: str, merchant_id: str) -> str:
    """Return the merchant's account number: issuer, `3`, the merchant's digits, check digit."""
    digits = "".join(each for each in merchant_id if each.isdigit())[-9:].zfill(9)
    number = f"{numbering}3{digits}"
    return number + _luhn(number)


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
