"""Reading a QRIS text: what is ours is read whole, what is not is refused with the reason."""

import binascii
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.payments.qris import BadQr, check_qris, read_qris

NAME = "WARUNG CONTOH"


def tag(number: str, value: str) -> str:
    return f"{number}{len(value):02}{value}"


def sealed(body: str) -> str:
    text = f"{body}6304"
    return text + f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def qris(
    amount: str = "47500.00", *, name: str = NAME, currency: str = "360", country: str = "ID", extra: str = ""
) -> str:
    account = tag("00", "ID.CO.QRIS.WWW") + tag("02", "ID1020000000017")
    return sealed(
        tag("00", "01")
        + tag("01", "12")
        + tag("51", account)
        + tag("53", currency)
        + tag("58", country)
        + tag("59", name)
        + tag("60", "JAKARTA")
        + (tag("54", amount) if amount else "")
        + extra
    )


def test_a_good_text_is_read_whole() -> None:
    read = check_qris(qris(), amount=47_500, merchant_name="Warung Contoh")
    assert (read.amount, read.merchant_name, read.nmid, read.city) == (47_500, NAME, "ID1020000000017", "JAKARTA")


def test_a_text_without_a_national_id_has_none() -> None:
    text = sealed(tag("00", "01") + tag("53", "360") + tag("54", "10") + tag("58", "ID") + tag("59", NAME))
    assert read_qris(text).nmid == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (qris("47501"), "amount"),
        (qris("47500.50"), "amount"),
        (qris("4e4"), "amount"),
        (qris(""), "amount"),
        (qris("."), "amount"),
        (qris(currency="840"), "currency"),
        (qris(country="MY"), "currency"),
        (qris(name="ANOTHER SHOP"), "merchant"),
        (qris()[:-1] + "0" if qris()[-1] != "0" else qris()[:-1] + "1", "crc"),
        (qris()[:-8], "crc"),
        (sealed("0002AA"), "unreadable"),
        (sealed("000201" + "000201"), "unreadable"),
        (sealed("00020199"), "unreadable"),
        (sealed("000201549912"), "unreadable"),
        (sealed(tag("00", "02")), "unreadable"),
        ("x" * 600, "unreadable"),
        ("é", "unreadable"),
        ("", "crc"),
    ],
)
def test_a_text_that_would_not_pay_us_exactly_this_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadQr) as refused:
        check_qris(text, amount=47_500, merchant_name=NAME)
    assert refused.value.reason == reason


def test_without_a_name_to_compare_any_name_will_do() -> None:
    assert check_qris(qris(name="ANOTHER"), amount=47_500, merchant_name="").merchant_name == "ANOTHER"


@given(st.text(alphabet=string.printable, max_size=520))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    with pytest.raises(BadQr):
        read_qris(text)


@given(st.integers(1, 10_000_000), st.text(alphabet=string.ascii_uppercase + " ", min_size=1, max_size=25))
def test_what_was_written_is_what_is_read(amount: int, name: str) -> None:
    read = read_qris(qris(f"{amount}.00", name=name))
    assert (read.amount, read.merchant_name) == (amount, name)


@given(st.integers(0, 200), st.characters(codec="ascii", categories=["L", "N"]))
def test_one_changed_character_is_noticed(place: int, character: str) -> None:
    text = qris()
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    if changed != text:
        with pytest.raises(BadQr):
            check_qris(changed, amount=47_500, merchant_name=NAME)
