from core.base.settings import Settings
from tests.kiosk.conftest import Diner


def test_the_demo_shows_the_way_to_every_screen(diner: Diner) -> None:
    page = diner.opens("/").text

    for table in diner.shop.tables:
        assert f"/t/{table.token}" in page
    assert "/cashier" in page
    assert "/v2/qris/index" in page


def test_a_real_house_does_not_hand_out_its_tables(diner: Diner, monkeypatch: object) -> None:
    settings = diner.shop.core.settings.model_copy(update={"midtrans_environment": "sandbox"})
    assert isinstance(settings, Settings)
    object.__setattr__(diner.shop.core, "settings", settings)

    page = diner.opens("/").text

    assert "Pindai kode di meja Anda" in page
    assert diner.shop.tables[0].token not in page


def test_the_language_is_kept_and_the_way_back_stays_in_the_house(diner: Diner) -> None:
    answer = diner.browser.post("/language", data={"language": "en", "next": "//evil.example/"}, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert 'lang="en"' in diner.opens("/").text
