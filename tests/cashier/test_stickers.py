"""The round past the tables: a photo of each sticker, and what the page says of it."""

from io import BytesIO

import pytest
import qrcode
from PIL import Image
from qrcode.image.pil import PilImage

from tests.cashier.conftest import Counter

ADDRESS = "/cashier/tables/stickers"
BASE = "http://127.0.0.1:8000"


def photo(*texts: str, form: str = "JPEG") -> bytes:
    """Photograph stickers that lie on a table of wood."""
    table = Image.new("RGB", (1600, 1200), "#77604a")
    for place, text in enumerate(texts):
        code = qrcode.make(text, image_factory=PilImage).convert("RGB").resize((420, 420))
        sticker = code.rotate(7, expand=True, fillcolor="#77604a")
        table.paste(sticker, (150 + place * 700, 350))
    out = BytesIO()
    table.save(out, form)
    return out.getvalue()


def says(counter: Counter, said: str) -> str:
    return counter.browser.post(ADDRESS, data={"said": said}).text


def shows(counter: Counter, upload: bytes) -> tuple[int, str]:
    answer = counter.browser.post(f"{ADDRESS}/photo", files={"photo": ("sticker.jpg", upload, "image/jpeg")})
    return answer.status_code, answer.text


def test_a_photo_of_our_sticker_names_its_table_and_is_remembered(cashier: Counter) -> None:
    table = cashier.shop.tables[1]
    status, page = shows(cashier, photo(f"{BASE}/t/{table.token}"))

    assert status == 200
    assert f"Meja {table.label}: stiker ini milik Anda" in page
    assert cashier.sees(ADDRESS).count("Belum diperiksa") == len(cashier.shop.tables) - 1


def test_two_stickers_in_one_photo_are_both_judged(cashier: Counter) -> None:
    ours = f"{BASE}/t/{cashier.shop.tables[0].token}"
    _, page = shows(cashier, photo(ours, "https://meja-promo.example/t/abcdefghijklmnop"))
    assert "stiker ini milik Anda" in page
    assert "Bukan stiker Anda" in page
    assert "meja-promo.example" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("javascript:alert(1)//<b>", "Bukan stiker Anda"),
        (f"{BASE}/t/abcdefghijklmnopqrstuv", "Stiker lama Anda"),
        ("000201010211", "QR pembayaran, bukan stiker meja"),
    ],
)
def test_what_is_not_ours_is_said_in_words_and_never_as_a_link(cashier: Counter, said: str, words: str) -> None:
    page = cashier.browser.post(ADDRESS, data={"said": said}).text
    assert words in page
    assert 'href="javascript' not in page
    assert "<b>alert" not in page


def test_what_is_not_ours_stands_in_the_list_of_acts(counter: Counter) -> None:
    counter.signs_in("owner")
    counter.browser.post(ADDRESS, data={"said": "https://evil.example/t/abc"})
    acts = counter.sees("/cashier/audit?kind=settings")
    assert "Ditemukan stiker yang bukan milik rumah makan" in acts
    assert "https://evil.example/t/abc" in acts


@pytest.mark.parametrize("upload", [b"", b"no picture", photo(), photo(form="GIF")])
def test_a_photo_that_says_nothing_is_refused_in_words(cashier: Counter, upload: bytes) -> None:
    status, page = shows(cashier, upload)
    assert status == 422
    assert "alert" in page


def test_a_cook_does_not_walk_the_tables(counter: Counter) -> None:
    counter.signs_in("dapur")
    assert counter.opens(ADDRESS).status_code == 403
