"""Signing in and out."""

from datetime import timedelta

import pytest

from tests.cashier.conftest import Counter


@pytest.mark.parametrize(
    ("username", "screen"), [("kasir", "/cashier"), ("owner", "/cashier"), ("dapur", "/cashier/kitchen")]
)
def test_everybody_lands_on_their_own_screen(counter: Counter, username: str, screen: str) -> None:
    answer = counter.signs_in(username)

    assert (answer.status_code, answer.headers["location"]) == (303, screen)
    assert counter.opens(screen).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(counter: Counter) -> None:
    cookie = counter.signs_in("kasir").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


def test_a_wrong_password_and_an_unknown_name_look_alike(counter: Counter) -> None:
    wrong = counter.signs_in("kasir", "guess")
    unknown = counter.signs_in("somebody", "guess")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("somebody", "kasir")
    assert "guess" not in wrong.text
    assert "set-cookie" not in wrong.headers


def test_whoever_is_not_signed_in_is_sent_to_the_login_and_back(counter: Counter) -> None:
    sent = counter.opens("/cashier/shift")
    assert sent.headers["location"] == "/cashier/login?next=%2Fcashier%2Fshift"

    page = counter.sees(sent.headers["location"])
    assert 'name="next" value="/cashier/shift"' in page
    assert counter.signs_in("kasir", onward="/cashier/shift").headers["location"] == "/cashier/shift"


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/%09/evil\t", "evil"],
)
def test_the_login_leads_nowhere_but_to_our_own_pages(counter: Counter, onward: str) -> None:
    assert counter.signs_in("kasir", onward=onward).headers["location"] == "/cashier"
    assert 'name="next" value=""' in counter.browser.get("/cashier/login", params={"next": onward}).text


def test_every_sign_in_gives_a_new_session(counter: Counter) -> None:
    counter.signs_in("kasir")
    first = counter.browser.cookies["meja_sid"]

    counter.signs_in("kasir")

    assert counter.browser.cookies["meja_sid"] != first


def test_after_signing_out_the_old_cookie_opens_nothing(cashier: Counter) -> None:
    token = cashier.browser.cookies["meja_sid"]

    assert cashier.browser.post("/cashier/logout").headers["location"] == "/cashier/login"

    cashier.browser.cookies.set("meja_sid", token)
    assert cashier.opens().status_code == 303
    assert cashier.browser.post("/cashier/logout").status_code == 303


def test_a_stranger_who_guesses_does_not_lock_this_device_out(counter: Counter) -> None:
    counter.signs_in("kasir")
    counter.browser.post("/cashier/logout")
    device = counter.browser.cookies["meja_sid"]
    counter.browser.cookies.clear()
    guesses = [counter.signs_in("kasir", "guess").status_code for _ in range(7)]
    assert guesses == [401] * 5 + [429] * 2

    counter.browser.cookies.set("meja_sid", device)

    assert counter.signs_in("kasir").status_code == 303


def test_somebody_who_is_let_go_is_out_with_the_next_click(cashier: Counter) -> None:
    cashier.shop.core.door.disable("kasir")

    assert cashier.opens("/cashier/board").status_code == 303


def test_a_session_ends_after_twelve_hours(cashier: Counter) -> None:
    cashier.shop.passes(timedelta(hours=12), at_the_gateway=False)

    assert cashier.opens().status_code == 303


def test_a_partial_asked_for_without_a_session_takes_the_whole_window_to_the_login(counter: Counter) -> None:
    answer = counter.browser.get("/cashier/board", headers={"HX-Request": "true"})

    assert answer.headers["hx-redirect"] == "/cashier/login"


def test_staff_pages_are_kept_by_no_cache(cashier: Counter) -> None:
    assert cashier.opens().headers["cache-control"] == "no-store"
