"""One-time codes are those of RFC 6238, good once and for a minute and a half at most."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from core.staff.totp import SECONDS, address_of, new_recovery_codes, new_salt, read_code, secret_of, step_of

RFC_SECRET = b32encode(b"12345678901234567890").decode()
KEY = "a key that lies in no database, 32+"
NOON = datetime(2026, 5, 1, 5, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(seconds, UTC), after=0) == seconds // SECONDS


@pytest.mark.parametrize(("off", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off_and_no_more(off: int, is_good: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOON + timedelta(seconds=off * SECONDS))

    assert (step_of(RFC_SECRET, code, NOON, after=0) is not None) == is_good


def test_a_code_is_not_taken_again_nor_one_before_it() -> None:
    codes = pyotp.TOTP(RFC_SECRET)
    now, before = codes.at(NOON), codes.at(NOON - timedelta(seconds=SECONDS))
    step = step_of(RFC_SECRET, now, NOON, after=0)

    assert step is not None
    assert step_of(RFC_SECRET, now, NOON, after=step) is None
    assert step_of(RFC_SECRET, before, NOON, after=step) is None
    following = NOON + timedelta(seconds=SECONDS)
    assert step_of(RFC_SECRET, codes.at(following), following, after=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "12 456", "abcdef", "٢٨٧٠٨٢"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC), after=0) is None


def test_a_secret_needs_both_the_programs_key_and_what_the_database_holds() -> None:
    salt = new_salt()
    secret = secret_of(KEY, 7, salt)

    assert secret == secret_of(KEY, 7, salt)
    others = {secret_of("another key", 7, salt), secret_of(KEY, 8, salt), secret_of(KEY, 7, new_salt())}
    assert secret not in others
    assert len(others) == 3
    assert len(pyotp.TOTP(secret).byte_secret()) == 20


def test_an_app_reads_off_the_qr_whose_code_it_is_and_where() -> None:
    address = urlsplit(address_of(RFC_SECRET, "ratna", "Warung Bu Ani & Co"))

    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Warung Bu Ani & Co:ratna"
    assert (asked["secret"], asked["issuer"]) == ([RFC_SECRET], ["Warung Bu Ani & Co"])


def test_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()

    assert len(set(codes)) == 10
    tidy = read_code(codes[0])
    assert len(tidy) == 16
    assert read_code(f"  {codes[0].lower().replace('-', ' ')} ") == tidy
    assert read_code("OI1L-0000-1111-ABCD") == "011100001111ABCD"
    assert read_code("123 456") == "123456"
    assert read_code("nonsense") == ""
