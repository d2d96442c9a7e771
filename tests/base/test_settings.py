"""A dangerous start is refused in one clear sentence that names the variable."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from core.base.settings import Settings
from core.web import server

SECRET = "x" * 40


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def production(**values: Any) -> dict[str, Any]:
    return {
        "environment": "production",
        "secret_key": SECRET,
        "midtrans_environment": "production",
        "midtrans_server_key": "Mid-server-real",
        "base_url": "https://meja.example",
    } | values


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"midtrans_server_key": "  "}, "MEJA_MIDTRANS_SERVER_KEY"),
        ({"payment_window": "5s"}, "MEJA_PAYMENT_WINDOW"),
        ({"payment_window": "8d"}, "payment_window"),
        ({"midtrans_environment": "sandbox"}, "MEJA_MIDTRANS_SERVER_KEY"),
        ({"midtrans_environment": "production", "midtrans_server_key": "SB-Mid-x"}, "MEJA_MIDTRANS_SERVER_KEY"),
        ({"workers": 2}, "MEJA_WORKERS"),
        ({"workers": 2, "database_url": "postgresql://x/y"}, "MEJA_WORKERS"),
        ({"base_url": "meja.example"}, "base_url"),
        (production(secret_key=None), "MEJA_SECRET_KEY"),
        (production(secret_key="short"), "MEJA_SECRET_KEY"),
        (production(midtrans_environment="simulator"), "MEJA_MIDTRANS_ENVIRONMENT"),
        (production(midtrans_core_url="http://127.0.0.1:8100"), "MEJA_MIDTRANS_CORE_URL"),
        (production(midtrans_server_key="SB-Mid-x"), "sandbox key"),
        (production(midtrans_environment="sandbox", midtrans_server_key="SB-x"), "sandbox key"),
        (production(midtrans_environment="sandbox", midtrans_core_url="http://127.0.0.1:1"), "MEJA_MIDTRANS_CORE_URL"),
        ({"database_url": "mysql://x"}, "database_url"),
        ({"database_url": "nonsense"}, "database_url"),
        ({"base_url": "https://meja.example/order"}, "without a path"),
        ({"redis_url": "http://127.0.0.1:6379"}, "redis_url"),
        ({"midtrans_server_key": "SB-Mid-client-x"}, "each other's place"),
    ],
)
def test_it_does_not_start_and_says_why(values: dict[str, Any], names: str) -> None:
    with pytest.raises(ValidationError, match=names):
        settings(**values)


def test_without_anything_set_it_is_the_rehearsal_with_the_simulator() -> None:
    plain = settings()
    assert (plain.core_url, plain.merchant_id, plain.is_production) == ("http://127.0.0.1:8100", "G812345678", False)
    assert plain.payment_window == timedelta(minutes=15)
    assert plain.snap_url.endswith("/snap/v1")


def test_production_talks_to_midtrans_and_to_nobody_else() -> None:
    real = settings(**production(payment_window="90s"))
    assert (real.core_url, real.merchant_id) == ("https://api.midtrans.com", None)
    assert real.is_https
    assert not real.serves_docs
    assert real.payment_window == timedelta(seconds=90)


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_signature_key_lets_nobody_sign(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEJA_MIDTRANS_OLD_SIGNATURE_KEY", blank)
    monkeypatch.setenv("MEJA_MIDTRANS_SIGNATURE_KEY", blank)
    assert settings().signature_keys == ("SB-Mid-server-meja",)


def test_two_signature_keys_are_accepted_while_they_are_changed() -> None:
    both = settings(
        midtrans_signature_key="new", midtrans_old_signature_key="old", midtrans_merchant_id="G1", docs=True
    )
    assert both.signature_keys == ("new", "old")
    assert settings().signature_keys == ("SB-Mid-server-meja",)
    assert both.merchant_id == "G1"
    assert both.serves_docs


def test_proxies_on_other_machines_may_be_named_in_the_file_of_settings(tmp_path: Path) -> None:
    """The server reads its environment alone; told nothing, it would take every guest for the proxy."""
    file = tmp_path / ".env"
    file.write_text("FORWARDED_ALLOW_IPS=10.0.0.5, 10.1.0.0/16\n")
    told = Settings(_env_file=file)

    assert server._options(told)["forwarded_allow_ips"] == "10.0.0.5, 10.1.0.0/16"
    assert server._options(settings())["forwarded_allow_ips"] == "127.0.0.1,::1"
