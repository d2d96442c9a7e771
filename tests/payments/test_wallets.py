"""Wallets by the names people know."""

import pytest

from core.payments.wallets import wallet_name


@pytest.mark.parametrize(
    ("issuer", "name"),
    [("gopay", "GoPay"), ("Airpay Shopee", "ShopeePay"), ("Bank Jago", "Bank Jago"), ("", "QRIS"), (None, "QRIS")],
)
def test_issuers_are_written_as_people_know_them(issuer: str | None, name: str) -> None:
    assert wallet_name(issuer) == name
