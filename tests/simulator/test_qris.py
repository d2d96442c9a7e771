"""The code a wallet scans: its text and its pictures."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from simulator.config import SimulatorConfig
from simulator.qris import Merchant as PaidMerchant
from simulator.qris import parse_tags, qr_text, with_checksum, with_tag, with_wrong_checksum
from tests.simulator.merchant import Merchant


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE, bit by bit: another way than the simulator's own."""
    value = 0xFFFF
    for byte in text.encode():
        value ^= byte << 8
        for _bit in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return f"{value:04X}"


def test_the_text_names_amount_currency_country_and_merchant(merchant: Merchant) -> None:
    text = merchant.charge("A-1", 47_500)["qr_string"]

    tags = parse_tags(text)
    assert (tags["00"], tags["01"], tags["53"], tags["58"]) == ("01", "12", "360", "ID")
    assert (tags["54"], tags["59"], tags["60"]) == ("47500.00", "WARUNG MEJA", "JAKARTA")
    account, national = parse_tags(tags["26"]), parse_tags(tags["51"])
    assert (account["00"], account["02"]) == ("COM.GO-JEK.WWW", "G812345678")
    assert account["01"].startswith("93600914")
    assert (national["00"], national["02"]) == ("ID.CO.QRIS.WWW", "ID1020000000017")


def test_the_amount_stands_after_the_postcode_as_at_midtrans(merchant: Merchant) -> None:
    text = merchant.charge()["qr_string"]

    assert list(parse_tags(text)) == ["00", "01", "26", "51", "52", "53", "58", "59", "60", "61", "54", "62", "63"]
    assert len(text) <= 512


def test_the_checksum_is_right(merchant: Merchant) -> None:
    text = merchant.charge()["qr_string"]

    assert checksum("123456789") == "29B1"
    assert text[-4:] == checksum(text[:-4])


def test_the_reference_inside_is_not_the_transaction_id(merchant: Merchant) -> None:
    answer = merchant.charge()

    reference = parse_tags(parse_tags(answer["qr_string"])["62"])["50"]
    assert len(reference) == 36
    assert reference != answer["transaction_id"]


@pytest.mark.parametrize("place", [0, 1])
def test_both_pictures_show_the_text(merchant: Merchant, place: int) -> None:
    answer = merchant.charge()

    response = merchant.call("GET", answer["actions"][place]["url"].removeprefix(merchant.url), auth=None)

    assert response.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(response.content)) as picture:
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert [each.text for each in found] == [answer["qr_string"]]


@pytest.mark.parametrize("path", ["/v2/qris/nobody/qr-code", "/v4/qris/nobody/qr-code"])
def test_there_is_no_picture_of_an_unknown_transaction(merchant: Merchant, path: str) -> None:
    assert merchant.call("GET", path, auth=None).json()["status_code"] == "404"


def test_a_bank_transfer_has_no_picture(merchant: Merchant) -> None:
    answer = merchant.charge("A-1", 47_500, payment_type="bank_transfer", bank_transfer={"bank": "bca"})

    response = merchant.call("GET", f"/v2/qris/{answer['transaction_id']}/qr-code", auth=None)

    assert response.json()["status_code"] == "404"


def test_a_changed_tag_gets_a_right_checksum_and_a_spoilt_one_does_not() -> None:
    text = qr_text(PaidMerchant("G812345678", "WARUNG MEJA", "JAKARTA", "ID1020000000017"), 5000, "reference")

    changed, spoilt = with_tag(text, "54", "1.00"), with_wrong_checksum(text)

    assert parse_tags(changed)["54"] == "1.00"
    assert changed[-4:] == checksum(changed[:-4])
    assert spoilt[-4:] != checksum(spoilt[:-4])
    assert with_wrong_checksum("AAA0") == "AAA1"


def test_text_that_ends_too_early_is_refused() -> None:
    with pytest.raises(ValueError, match="ends too early"):
        parse_tags("0002015")


def test_a_tag_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="99 characters"):
        with_tag(with_checksum("000201"), "00", "x" * 100)


@pytest.mark.parametrize("wrong", [{"merchant_name": "X" * 26}, {"merchant_city": ""}, {"time_scale": 0}])
def test_a_merchant_that_no_code_could_name_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs"):
        SimulatorConfig(**wrong)
