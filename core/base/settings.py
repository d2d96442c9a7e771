"""The settings in force, read once from the environment and refused when they are dangerous."""

import re
from datetime import timedelta
from functools import cached_property
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

_SIMULATOR_SERVER_KEY = "SB-Mid-server-meja"
_SIMULATOR_CLIENT_KEY = "SB-Mid-client-meja"
_SIMULATOR_MERCHANT = "G812345678"
_CORE_URLS = {
    "simulator": "http://127.0.0.1:8100",
    "sandbox": "https://api.sandbox.midtrans.com",
    "production": "https://api.midtrans.com",
}
_SNAP_URLS = {
    "simulator": "http://127.0.0.1:8100/snap/v1",
    "sandbox": "https://app.sandbox.midtrans.com/snap/v1",
    "production": "https://app.midtrans.com/snap/v1",
}
_UNITS = {"s": 1, "m": 60, "h": 3600}


class Settings(BaseSettings):
    """What the environment (or `.env`) says. Wrong values stop the start with the variable's name."""

    model_config = SettingsConfigDict(
        env_prefix="MEJA_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    environment: Literal["development", "production"] = "development"
    """`production` refuses demo accounts, stand-in gateways and missing secrets."""
    database_url: str = "sqlite:///var/meja.db"
    """SQLAlchemy address: `sqlite:///file` or `postgresql+psycopg://…`."""
    redis_url: str | None = None
    """Needed with more than one worker process."""
    base_url: str = "http://127.0.0.1:8000"
    """The public address; stands in QR codes and links."""
    secret_key: SecretStr | None = None
    """Signs cookies; at least 32 characters in production."""
    midtrans_environment: Literal["simulator", "sandbox", "production"] = "simulator"
    midtrans_server_key: SecretStr = SecretStr(_SIMULATOR_SERVER_KEY)
    midtrans_client_key: str = _SIMULATOR_CLIENT_KEY
    midtrans_merchant_id: str | None = None
    """Compared with every answer of the gateway when it is set."""
    midtrans_signature_key: SecretStr | None = None
    """The key notifications are signed with, should it not be the server key."""
    midtrans_old_signature_key: SecretStr | None = None
    """A second key, accepted while keys are being changed."""
    midtrans_core_url: str | None = None
    midtrans_snap_url: str | None = None
    midtrans_acquirer: Literal["gopay", "airpay shopee"] = "gopay"
    payment_window: timedelta = timedelta(minutes=15)
    """How long one QR may be paid: 20 seconds to 7 days, written `15m`, `90s`, `1h`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    data_dir: Path = Path("var")
    """Database, logs, backups."""
    log_format: Literal["console", "json"] = "console"
    docs: bool | None = None
    """Whether `/docs` is served; by default outside production only."""
    metrics_token: SecretStr | None = None
    """Lets a collector that is not on this machine read `/metrics`."""
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """Where traces go, without a path. Known under its standard name alone; unset, there are no traces."""
    forwarded_allow_ips: str = Field(default="127.0.0.1,::1", validation_alias="FORWARDED_ALLOW_IPS")
    """Proxies that are believed when they say for whom they ask. Known under the name that uvicorn gave it."""

    @field_validator("payment_window", mode="wrap")
    @classmethod
    def _read_span(cls, value: object, read: ValidatorFunctionWrapHandler) -> object:
        if isinstance(value, str) and value[-1:] in _UNITS and value[:-1].isdecimal():
            return timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
        try:
            return read(value)
        except ValidationError:
            message = "needs a span such as 90s, 15m or 1h"
            raise ValueError(message) from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not re.match(r"sqlite:///.|postgresql(\+psycopg)?://.", value):
            message = "needs sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            raise ValueError(message)
        try:
            make_url(value)
        except ValueError:
            message = "has a port that is no number: postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME"
            raise ValueError(message) from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"(rediss?|unix)://.", value):
            message = "needs an address such as redis://HOST:6379/0"
            raise ValueError(message)
        return value

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _known_proxies(cls, value: str) -> str:
        try:
            _ = [ip_network(each.strip()) for each in value.split(",") if value.strip() != "*"]
        except ValueError:
            message = "needs addresses of proxies, as 10.0.0.5 or 10.0.0.0/8, with commas between them, or * for any"
            raise ValueError(message) from None
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _without_a_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value is not None else None

    @field_validator("base_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/?#@\s]+/?", value):
            message = "needs an address such as https://meja.example, without a path or a login"
            raise ValueError(message)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _refuse_danger(self) -> Self:
        if problem := self._problem():
            raise ValueError(problem)
        return self

    def _problem(self) -> str | None:
        key = self.midtrans_server_key.get_secret_value().strip()
        if not key:
            return "MEJA_MIDTRANS_SERVER_KEY is empty: copy the server key from the Midtrans dashboard"
        if "Mid-client-" in key or "Mid-server-" in self.midtrans_client_key:
            return "MEJA_MIDTRANS_SERVER_KEY and MEJA_MIDTRANS_CLIENT_KEY stand in each other's place"
        if not timedelta(seconds=20) <= self.payment_window <= timedelta(days=7):
            return "MEJA_PAYMENT_WINDOW must lie between 20s and 7 days"
        if self.midtrans_environment == "sandbox" and key == _SIMULATOR_SERVER_KEY:
            return "MEJA_MIDTRANS_SERVER_KEY is the simulator's: the sandbox needs your own key"
        if self.midtrans_environment == "production" and key.startswith("SB-"):
            return "MEJA_MIDTRANS_SERVER_KEY is a sandbox key, but MEJA_MIDTRANS_ENVIRONMENT is production"
        if self.workers > 1 and (self.is_sqlite or self.redis_url is None):
            return "MEJA_WORKERS above 1 needs PostgreSQL (MEJA_DATABASE_URL) and Redis (MEJA_REDIS_URL)"
        if self.otlp_endpoint is not None and (problem := _problem_with_traces(self.otlp_endpoint)):
            return problem
        return self._production_problem() if self.is_production else None

    def _production_problem(self) -> str | None:
        if self.secret_key is None or len(self.secret_key.get_secret_value()) < 32:
            return "MEJA_SECRET_KEY is needed in production: at least 32 characters"
        if self.midtrans_environment == "simulator":
            return "MEJA_MIDTRANS_ENVIRONMENT is simulator: production takes real money only"
        if self.midtrans_core_url or self.midtrans_snap_url:
            return "MEJA_MIDTRANS_CORE_URL and MEJA_MIDTRANS_SNAP_URL are not allowed in production"
        if self.midtrans_environment == "sandbox" or self.midtrans_server_key.get_secret_value().startswith("SB-"):
            return "MEJA_MIDTRANS_SERVER_KEY is a sandbox key: production takes real money only"
        return None

    @classmethod
    def variable(cls, field: str) -> str:
        """Name the environment variable of a field."""
        return str(cls.model_fields[field].validation_alias or f"MEJA_{field.upper()}")

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def serves_docs(self) -> bool:
        return not self.is_production if self.docs is None else self.docs

    @cached_property
    def core_url(self) -> str:
        """The Core API's address, without a path."""
        return (self.midtrans_core_url or _CORE_URLS[self.midtrans_environment]).rstrip("/")

    @cached_property
    def snap_url(self) -> str:
        """The Snap API's address, ending in /snap/v1."""
        return (self.midtrans_snap_url or _SNAP_URLS[self.midtrans_environment]).rstrip("/")

    @cached_property
    def merchant_id(self) -> str | None:
        """Our Midtrans merchant id, when it is known."""
        if self.midtrans_merchant_id:
            return self.midtrans_merchant_id
        return _SIMULATOR_MERCHANT if self.midtrans_environment == "simulator" else None

    @property
    def signature_keys(self) -> tuple[str, ...]:
        """The keys a notification may be signed with, the present one first."""
        secrets = (self.midtrans_signature_key, self.midtrans_old_signature_key)
        present, old = (secret.get_secret_value().strip() if secret is not None else "" for secret in secrets)
        present = present or self.midtrans_server_key.get_secret_value().strip()
        # A blank key would let anybody sign.
        return (present, old) if old else (present,)


def _problem_with_traces(endpoint: str) -> str | None:
    if urlsplit(endpoint).scheme not in {"http", "https"} or not urlsplit(endpoint).hostname:
        return "OTEL_EXPORTER_OTLP_ENDPOINT needs an address such as http://127.0.0.1:4318"
    if any(find_spec(f"opentelemetry.{part}") is None for part in ("sdk", "exporter", "instrumentation")):
        return (
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed: "
            "install meja[otel] (requirements/otel.txt), or take the variable away"
        )
    return None
