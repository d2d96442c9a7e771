"""One's own account: password and PIN for everybody, two-step sign-in for owners."""

import re
from datetime import timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from core.staff.totp import SECONDS
from main import create_app
from tests.cashier.conftest import HERE, PASSWORD, Counter

ME, CODES, CODE = "/cashier/me", "/cashier/me/codes", "/cashier/login/code"
NEW = "soto-betawi-2"


def salt_on(page: str) -> str:
    found = re.search(r'name="salt" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def secret_on(page: str) -> str:
    found = re.search(r'class="steps__secret">([A-Z2-7]{32})<', page)
    assert found is not None, page
    return found[1]


def now_on(counter: Counter, secret: str) -> str:
    return pyotp.TOTP(secret).at(counter.shop.clock())


def switch_on(counter: Counter) -> tuple[str, list[str]]:
    """Have the owner switch two-step sign-in on; gives the app's secret and the recovery codes."""
    counter.signs_in("owner")
    page = counter.sees(CODES)
    secret = secret_on(page)
    form = {"act": "on", "salt": salt_on(page), "present": PASSWORD, "code": now_on(counter, secret)}
    shown = counter.browser.post(CODES, data=form)
    assert shown.status_code == 200, shown.text
    counter.shop.clock.added += timedelta(seconds=SECONDS)
    return secret, re.findall(r"<li><code>([A-Z0-9-]{19})</code>", shown.text)


@pytest.fixture
def stranger(counter: Counter) -> Counter:
    """A browser that has never been here."""
    return Counter(TestClient(create_app(core=counter.shop.core), base_url=HERE, follow_redirects=False), counter.shop)


def test_everybody_changes_their_password_and_goes_on_working(cook: Counter, stranger: Counter) -> None:
    stranger.signs_in("dapur")
    before = cook.browser.cookies["meja_sid"]

    page = cook.after(cook.browser.post(ME, data={"act": "password", "present": PASSWORD, "password": NEW}))

    assert "Kata sandi baru Anda berlaku" in page
    assert cook.browser.cookies["meja_sid"] != before
    assert stranger.opens("/cashier/kitchen").status_code == 303
    assert stranger.signs_in("dapur").status_code == 401
    assert stranger.signs_in("dapur", NEW).status_code == 303


def test_a_pin_of_ones_own_takes_the_password(cashier: Counter) -> None:
    wrong = cashier.browser.post(ME, data={"act": "pin", "present": "guess", "new_pin": "246810"})
    weak = cashier.browser.post(ME, data={"act": "pin", "present": PASSWORD, "new_pin": "2468"})
    page = cashier.after(cashier.browser.post(ME, data={"act": "pin", "present": PASSWORD, "new_pin": " 246810 "}))

    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert "Ini bukan kata sandi Anda" in wrong.text
    assert "246810" not in wrong.text
    assert "PIN baru Anda berlaku" in page


def test_the_page_leads_from_the_screen_where_people_switch(cashier: Counter) -> None:
    assert f'href="{ME}"' in cashier.sees("/cashier/switch")


def test_only_owners_are_offered_two_steps(cashier: Counter) -> None:
    assert CODES not in cashier.sees(ME)
    assert cashier.opens(CODES).status_code == 403
    cashier.signs_in("manager")
    assert cashier.opens(CODES).status_code == 403
    cashier.signs_in("owner")
    assert CODES in cashier.sees(ME)


def test_an_owner_signs_in_with_password_and_code_and_comes_where_they_wanted(
    counter: Counter, stranger: Counter
) -> None:
    secret, recovery = switch_on(counter)
    assert len(recovery) == 10

    half = stranger.signs_in("owner", onward="/cashier/audit")
    assert half.headers["location"] == f"{CODE}?next=%2Fcashier%2Faudit"
    assert stranger.opens().headers["location"].startswith("/cashier/login")
    page = stranger.sees(half.headers["location"])
    assert 'name="next" value="/cashier/audit"' in page
    done = stranger.browser.post(CODE, data={"code": now_on(counter, secret), "next": "/cashier/audit"})

    assert done.headers["location"] == "/cashier/audit"
    assert stranger.sees("/cashier/audit")
    assert "meja_half" not in stranger.browser.cookies


def test_a_code_opens_once(counter: Counter, stranger: Counter) -> None:
    secret, _ = switch_on(counter)
    used = now_on(counter, secret)
    stranger.signs_in("owner")
    stranger.browser.post(CODE, data={"code": used})
    stranger.browser.cookies.clear()
    stranger.signs_in("owner")

    again = stranger.browser.post(CODE, data={"code": used})

    assert again.status_code == 401
    assert "Kode ini salah, atau sudah pernah dipakai" in again.text
    assert used not in again.text


def test_a_recovery_code_opens_without_the_phone_and_is_counted(counter: Counter, stranger: Counter) -> None:
    _, recovery = switch_on(counter)
    stranger.signs_in("owner")

    assert stranger.browser.post(CODE, data={"code": recovery[0]}).status_code == 303

    assert "Tersisa 9 kode pemulihan" in stranger.sees(ME)


def test_the_page_of_the_code_leads_to_the_login_without_a_password_before_it(counter: Counter) -> None:
    assert counter.opens(CODE).headers["location"] == "/cashier/login"

    answer = counter.browser.post(CODE, data={"code": "123456"})

    assert answer.status_code == 401
    assert 'name="username"' in answer.text


def test_a_wrong_code_is_slowed_and_the_owners_own_browser_is_not(counter: Counter, stranger: Counter) -> None:
    secret, _ = switch_on(counter)
    stranger.signs_in("owner")
    answers = [stranger.browser.post(CODE, data={"code": "000000"}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]

    counter.browser.post("/cashier/logout")
    counter.signs_in("owner")

    assert counter.browser.post(CODE, data={"code": now_on(counter, secret)}).status_code == 303


def test_a_wrong_first_code_shows_the_same_qr_again(counter: Counter) -> None:
    counter.signs_in("owner")
    page = counter.sees(CODES)

    answer = counter.browser.post(
        CODES, data={"act": "on", "salt": salt_on(page), "present": PASSWORD, "code": "000000"}
    )

    assert answer.status_code == 401
    assert secret_on(answer.text) == secret_on(page)
    assert "data:image/png;base64," in answer.text


def test_switching_off_takes_password_and_code_and_then_the_password_is_enough(
    counter: Counter, stranger: Counter
) -> None:
    secret, _ = switch_on(counter)
    assert "data:image/png" not in counter.sees(CODES)
    refused = counter.browser.post(CODES, data={"act": "off", "present": "guess", "code": now_on(counter, secret)})
    assert refused.status_code == 422

    done = counter.browser.post(CODES, data={"act": "off", "present": PASSWORD, "code": now_on(counter, secret)})

    assert done.headers["location"] == ME
    assert stranger.signs_in("owner").headers["location"] == "/cashier"


def test_the_login_without_two_steps_leads_to_the_board_in_one(counter: Counter) -> None:
    switch_on(counter)

    answer = counter.signs_in("kasir")

    assert answer.headers["location"] == "/cashier"
    assert "meja_half" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example"])
def test_the_code_leads_nowhere_but_to_our_own_pages(counter: Counter, stranger: Counter, onward: str) -> None:
    secret, _ = switch_on(counter)
    stranger.signs_in("owner", onward=onward)

    done = stranger.browser.post(CODE, data={"code": now_on(counter, secret), "next": onward})

    assert done.headers["location"] == "/cashier"


def test_whoever_is_signed_out_meanwhile_is_sent_to_the_login(cashier: Counter) -> None:
    cashier.shop.core.door.disable("kasir")

    answer = cashier.browser.post(ME, data={"act": "password", "present": PASSWORD, "password": NEW})

    assert answer.headers["location"].startswith("/cashier/login")
